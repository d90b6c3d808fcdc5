//! The stages between decoder and ring, and their edits: a stage that comes, goes or is rebuilt is cross-faded, at the
//! same place of the track, against what was there before.

use crate::graph::GraphError;
use lavalink_exec::{Curve, Format, Group, Live, Make, Output, Params, Pcm, Solo, Stage, StageArgs, Stereo};
use std::any::Any;

/// A stage of the chain, as the document has it.
#[derive(Clone, Debug, PartialEq)]
pub struct StageSpec {
    /// Name of the node.
    pub name: Box<str>,
    /// Its values.
    pub params: Params,
}

impl StageSpec {
    /// Whether it would do something even to sound that has the graph's rate already.
    pub(crate) fn acts(&self) -> bool {
        self.params.kind().group != Group::Resampler && !(self.params.kind().identity)(&self.params)
    }
}

struct Link {
    spec: StageSpec,
    stage: Box<dyn Stage>,
    /// Frames that have gone in and come out since the last reset.
    fed: u64,
    out: u64,
}

/// The chain of one track. Lives on a worker.
pub(crate) struct Chain {
    format: Format,
    input_rate: u32,
    curve: Curve,
    links: Vec<Link>,
    fading: Option<Fading>,
    scratch: [Pcm; 2],
    /// Frames pushed in since the last reset.
    pushed: u64,
}

/// The part of the chain that is being replaced: everything behind the stages both have.
struct Fading {
    from: usize,
    old: Vec<Link>,
    old_out: Pcm,
    new_out: Pcm,
    /// Frames the old part still gives before it is where the new one began.
    skip: usize,
}

impl Chain {
    /// Builds the chain for a track whose frames come at `input_rate`.
    pub(crate) fn new(specs: &[StageSpec], format: Format, input_rate: u32, curve: Curve) -> Result<Self, GraphError> {
        let mut chain = Self {
            format,
            input_rate,
            curve,
            links: Vec::new(),
            fading: None,
            scratch: [Pcm::new(), Pcm::new()],
            pushed: 0,
        };
        chain.links = chain.build(specs, 0)?;
        let rate = chain.rate_behind(&chain.links);
        if rate != format.rate {
            return Err(GraphError::Build {
                node: specs.first().map_or_else(|| "track".into(), |s| s.name.to_string()),
                param: None,
                message: format!(
                    "the track has {rate} frames per second and the graph {}; put a `resampler` behind the decoder",
                    format.rate
                ),
            });
        }
        Ok(chain)
    }

    fn rate_behind(&self, links: &[Link]) -> u32 {
        links.last().map_or(self.input_rate, |l| l.stage.output_rate())
    }

    /// Builds stages `specs`, of which the first comes behind `from` existing links. Stages that would do nothing are
    /// left out.
    fn build(&self, specs: &[StageSpec], from: usize) -> Result<Vec<Link>, GraphError> {
        let mut rate = self.rate_behind(&self.links[..from]);
        let mut links = Vec::new();
        for spec in specs {
            if idle(spec, rate, self.format.rate) {
                continue;
            }
            let fault = |e: lavalink_exec::BuildError| GraphError::Build {
                node: spec.name.to_string(),
                param: e.param,
                message: e.message,
            };
            let kind = spec.params.kind();
            let stage: Box<dyn Stage> = match kind.make {
                Make::Stage(build) => {
                    build(StageArgs { params: &spec.params, format: self.format, input_rate: rate }).map_err(fault)?
                }
                Make::Lane(_) => {
                    let format = Format { rate, ..self.format };
                    Box::new(OnStream { solo: Solo::new(&spec.params, format).map_err(fault)?.0, format, at: 0 })
                }
                _ => return Err(GraphError::Misplaced(spec.name.to_string())),
            };
            rate = stage.output_rate();
            links.push(Link { spec: spec.clone(), stage, fed: 0, out: 0 });
        }
        Ok(links)
    }

    /// Pushes frames through; what comes out is appended to `out`.
    pub(crate) fn push(&mut self, input: Stereo<'_>, out: &mut Pcm) {
        self.pushed += input.left.len() as u64;
        let [a, b] = &mut self.scratch;
        match &mut self.fading {
            None => run(&mut self.links, input, out, a, b),
            Some(fading) => {
                let mut shared = Pcm::new();
                run(&mut self.links[..fading.from], input, &mut shared, a, b);
                run(&mut fading.old, shared.as_stereo(), &mut fading.old_out, a, b);
                run(&mut self.links[fading.from..], shared.as_stereo(), &mut fading.new_out, a, b);
                self.blend(out, false);
            }
        }
    }

    /// The track has ended: gives out what the stages hold.
    pub(crate) fn finish(&mut self, out: &mut Pcm) {
        let [a, b] = &mut self.scratch;
        match &mut self.fading {
            None => flush(&mut self.links, out, a, b),
            Some(fading) => {
                let mut shared = Pcm::new();
                flush(&mut self.links[..fading.from], &mut shared, a, b);
                run(&mut fading.old, shared.as_stereo(), &mut fading.old_out, a, b);
                run(&mut self.links[fading.from..], shared.as_stereo(), &mut fading.new_out, a, b);
                flush(&mut fading.old, &mut fading.old_out, a, b);
                flush(&mut self.links[fading.from..], &mut fading.new_out, a, b);
                self.blend(out, true);
            }
        }
    }

    /// Gives out the cross-fade once both sides have enough, or all there is at the end.
    fn blend(&mut self, out: &mut Pcm, ended: bool) {
        let Some(fading) = &mut self.fading else { return };
        let len = self.curve.len();
        if !ended && (fading.old_out.len() < fading.skip + len || fading.new_out.len() < len) {
            return;
        }
        let skip = fading.skip.min(fading.old_out.len());
        out.extend(Stereo { left: &fading.old_out.left[..skip], right: &fading.old_out.right[..skip] });
        let n = len.min(fading.new_out.len()).min(fading.old_out.len() - skip);
        let mix = |old: &[f32], new: &[f32], out: &mut Vec<f32>| {
            out.extend(old.iter().zip(new).zip(self.curve.iter()).map(|((o, n), g)| o + (n - o) * g));
        };
        mix(&fading.old_out.left[skip..skip + n], &fading.new_out.left[..n], &mut out.left);
        mix(&fading.old_out.right[skip..skip + n], &fading.new_out.right[..n], &mut out.right);
        out.extend(Stereo { left: &fading.new_out.left[n..], right: &fading.new_out.right[n..] });
        self.fading = None;
    }

    /// Whether a change is still being faded in; another has to wait.
    pub(crate) fn is_fading(&self) -> bool {
        self.fading.is_some()
    }

    /// Changes the chain: living stages take new values, the rest is rebuilt and cross-faded. Not while fading.
    pub(crate) fn edit(&mut self, specs: &[StageSpec]) -> Result<(), GraphError> {
        let active: Vec<&StageSpec> = {
            let mut rate = self.input_rate;
            specs
                .iter()
                .filter(|s| {
                    let out = !idle(s, rate, self.format.rate);
                    if out && s.params.kind().group == Group::Resampler {
                        rate = self.format.rate;
                    }
                    out
                })
                .collect()
        };
        let lives = |link: &Link, spec: &StageSpec| {
            link.spec.name == spec.name
                && std::ptr::eq(link.spec.params.kind(), spec.params.kind())
                && link.spec.params.values().iter().zip(spec.params.values()).enumerate().all(|(i, (a, b))| {
                    a == b || spec.params.kind().param_at(i).is_some_and(|p| p.live != Live::Rebuild)
                })
        };
        let shared = self.links.iter().zip(&active).take_while(|(l, s)| lives(l, s)).count();
        for (link, spec) in self.links.iter_mut().zip(&active).take(shared) {
            let changed =
                link.spec.params.values().iter().zip(spec.params.values()).enumerate().filter(|(_, (a, b))| a != b);
            for (index, value) in changed.filter_map(|(i, (_, b))| b.as_f32().map(|v| (i, v))) {
                link.stage.set(index, value);
            }
            link.spec = (*spec).clone();
        }
        if shared == self.links.len() && shared == active.len() {
            return Ok(());
        }
        let rest: Vec<StageSpec> = active[shared..].iter().map(|s| (*s).clone()).collect();
        // History belongs to a place in the track: the new stages begin here and are faded in where the old ones, which
        // hold some frames back, have come to the same place.
        let new = self.build(&rest, shared)?;
        let old = self.links.split_off(shared);
        let skip = behind(&old);
        self.links.extend(new);
        self.fading = Some(Fading { from: shared, old, old_out: Pcm::new(), new_out: Pcm::new(), skip });
        Ok(())
    }

    /// Forgets all sound, for a seek.
    pub(crate) fn reset(&mut self) {
        self.fading = None;
        self.pushed = 0;
        for link in &mut self.links {
            link.stage.reset();
            link.fed = 0;
            link.out = 0;
        }
    }

    /// Where in its input the chain is: input frames since the last reset that lie before the next frame out.
    pub(crate) fn consumed(&self) -> f64 {
        place(&self.links).unwrap_or(self.pushed as f64)
    }

    /// Whether nothing is done to the sound at all.
    pub(crate) fn is_idle(&self) -> bool {
        self.links.is_empty() && self.fading.is_none()
    }
}

/// Whether a stage would do nothing to frames of `rate`.
fn idle(spec: &StageSpec, rate: u32, graph_rate: u32) -> bool {
    let kind = spec.params.kind();
    (kind.group == Group::Resampler && rate == graph_rate) || (kind.identity)(&spec.params)
}

/// Where in their input `links` are; `None` without links. A place in a stage's output is a place in its input by the
/// ratio the two have had so far.
fn place(links: &[Link]) -> Option<f64> {
    let mut place: Option<f64> = None;
    for link in links.iter().rev() {
        let (consumed, out) = (link.stage.consumed(), link.out as f64);
        place = Some(match place {
            Some(p) if out > 0.0 => consumed - (out - p) * (consumed / out),
            _ => consumed,
        });
    }
    place
}

/// Frames that `links` still hold, counted at their output.
fn behind(links: &[Link]) -> usize {
    let (Some(place), [first, ..], [.., last]) = (place(links), links, links) else { return 0 };
    if place <= 0.0 {
        return 0;
    }
    ((first.fed as f64 - place) * last.out as f64 / place).max(0.0).round() as usize
}

fn run(links: &mut [Link], input: Stereo<'_>, out: &mut Pcm, a: &mut Pcm, b: &mut Pcm) {
    let Some((last, first)) = links.split_last_mut() else { return out.extend(input) };
    a.clear();
    a.extend(input);
    for link in first {
        b.clear();
        link.fed += a.len() as u64;
        link.stage.push(a.as_stereo(), b);
        link.out += b.len() as u64;
        std::mem::swap(a, b);
    }
    let before = out.len();
    last.fed += a.len() as u64;
    last.stage.push(a.as_stereo(), out);
    last.out += (out.len() - before) as u64;
}

fn flush(links: &mut [Link], out: &mut Pcm, a: &mut Pcm, b: &mut Pcm) {
    for at in 0..links.len() {
        let mut rest = Pcm::new();
        links[at].stage.finish(&mut rest);
        links[at].out += rest.len() as u64;
        run(&mut links[at + 1..], rest.as_stereo(), out, a, b);
    }
}

/// A lane kind that the document puts upstream of a stream kind.
struct OnStream {
    solo: Solo,
    format: Format,
    at: u64,
}

impl Stage for OnStream {
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm) {
        self.at += input.left.len() as u64;
        let block = self.format.max_block;
        let mut from = 0;
        while from < input.left.len() {
            let n = block.min(input.left.len() - from);
            let made = self.solo.block(n, |_, io| {
                io.left.copy_from_slice(&input.left[from..from + n]);
                io.right.copy_from_slice(&input.right[from..from + n]);
            });
            debug_assert!(matches!(made, Output::Written | Output::Bypass | Output::Silent));
            output.extend(self.solo.output(0, n));
            from += n;
        }
    }

    fn finish(&mut self, _output: &mut Pcm) {}

    fn reset(&mut self) {
        self.at = 0;
        self.solo.processor().reset();
    }

    fn set(&mut self, index: usize, value: f32) {
        self.solo.processor().set(index, value);
    }

    fn output_rate(&self) -> u32 {
        self.format.rate
    }

    fn consumed(&self) -> f64 {
        self.at as f64
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

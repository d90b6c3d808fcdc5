//! `render`: records to a file as fast as it goes.

use super::args::{RenderArgs, SampleFormat};
use super::change::Change;
use super::exit::usage;
use super::filters::Filters;
use super::output::{print, print_json};
use super::record::{Job, Outcome, Step, can_follow, record};
use super::rig::{Recorder, Rig};
use super::schedule::{Action, schedule};
use super::time::frames;
use super::{document, input};
use lavalink_exec::{Params, Value};
use lavalink_nodes::registry::find;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Records the input.
///
/// # Errors
/// When something on the command line or in a document is wrong, or the recording fails.
pub(crate) fn run(args: &RenderArgs) -> anyhow::Result<()> {
    if input::is_endless(&args.input) && args.duration.is_none() {
        return Err(usage(format!("`{}` has no end of its own; say how much with --duration 10s", args.input)));
    }
    same_file(&args.input, &args.out)?;
    let container = Container::of(&args.out)?;
    let filters = args.filters.as_deref().map_or_else(|| Ok(Filters::default()), Filters::parse)?;
    let prepare = |name: &str| -> anyhow::Result<_> {
        let (_, whole) = document::template(name)?;
        let mut template = whole.clone();
        filters.apply(&mut template.player)?;
        Ok((whole, template))
    };
    let (whole, template) = prepare(&args.graph.graph)?;
    let rate = template.format.rate;
    let recorder = Recorder { sink: container.sink(&args.out, args.format)? };
    let mut rig = Rig::new(template, args.tap.as_deref(), &recorder)?;

    let (mut present, mut present_whole) = (rig.clone(), whole);
    let mut steps = Vec::new();
    for (at, action) in schedule(&args.set, &args.reload, &args.acts, rate) {
        let (words, step) = match action {
            Action::Set(name, value) => {
                let change = Change::parse(&present.template, &present_whole, &name, &value)?;
                if at == 0 {
                    // From the first frame on: nothing to fade from.
                    change.put(&mut rig.template);
                    continue;
                }
                (format!("set {name}={value}"), Step::Change(change))
            }
            Action::Reload(file) => {
                let (next_whole, template) = prepare(&file)?;
                let next = Rig::new(template, args.tap.as_deref(), &recorder)?;
                can_follow(&rig, &next, &file).map_err(|error| usage(error.to_string()))?;
                (present, present_whole) = (next.clone(), next_whole);
                (format!("reload {file}"), Step::Replace(Box::new(next)))
            }
            Action::Do(act) => (format!("{act:?}").to_lowercase(), Step::Do(act)),
        };
        steps.push((at, words, step));
    }

    let latency = rig.latency()? as u64;
    let limit = args.duration.map(|d| frames(d, rate));
    let sink = container.cut(recorder.sink, latency, limit)?;
    rig.set_sink(sink.clone());
    for (_, _, step) in &mut steps {
        if let Step::Replace(next) = step {
            next.set_sink(sink.clone());
        }
    }
    let runtime = input::runtime()?;
    // A signal goes on for as long as what is late needs it.
    let spare = Duration::from_secs(1);
    let track = input::open(&args.input, rate, args.duration.map(|d| d + spare), &runtime)?;
    let tap = rig.tap.name.clone();
    let block = args.block.map_or(rig.template.format.max_block, |block| block as usize);
    let start = args.seek.map_or(0, |at| frames(at, rate));
    let packets = container == Container::Opus;
    let began = Instant::now();
    let outcome = record(Job { rig, track, start, limit, latency, packets, block, steps });
    let outcome = outcome.inspect_err(|_| discard(&args.out))?;
    say(args, &outcome, &Facts { rate, latency, tap, elapsed: began.elapsed() })
}

/// An output file that failed is worth nothing.
fn discard(out: &Path) {
    if out.is_file() {
        // It may be gone already; what matters is the error that led here.
        drop(std::fs::remove_file(out));
    }
}

fn same_file(input: &str, out: &Path) -> anyhow::Result<()> {
    match (std::fs::canonicalize(input), std::fs::canonicalize(out)) {
        (Ok(input), Ok(output)) if input == output => {
            Err(usage(format!("{} would be overwritten while it is read; choose another name", out.display())))
        }
        _ => Ok(()),
    }
}

struct Facts {
    rate: u32,
    latency: u64,
    tap: String,
    elapsed: Duration,
}

fn say(args: &RenderArgs, outcome: &Outcome, facts: &Facts) -> anyhow::Result<()> {
    let seconds = outcome.frames as f64 / f64::from(facts.rate);
    let times = seconds / facts.elapsed.as_secs_f64().max(1e-9);
    let stdout_is_data = args.out.as_os_str() == "-";
    if outcome.dry > 0 {
        tracing::warn!(times = outcome.dry, "the input had nothing to give in time; the recording has gaps");
    }
    if args.json {
        let edits: Vec<_> = outcome
            .edits
            .iter()
            .map(|(what, at, applied)| json!({ "what": what, "at": at, "applied_at": applied }))
            .collect();
        let value = json!({
            "input": args.input, "output": args.out.display().to_string(), "graph": args.graph.graph, "tap": facts.tap,
            "rate": facts.rate, "frames": outcome.frames, "seconds": seconds, "latency_frames": facts.latency,
            "elapsed_seconds": facts.elapsed.as_secs_f64(), "times_real_time": times, "gaps": outcome.dry,
            "passes_through": outcome.passed_through, "edits": edits,
            "codec": outcome.info.as_ref().map(|info| &info.codec),
            "container": outcome.info.as_ref().map(|info| &info.container),
        });
        if stdout_is_data {
            eprintln!("{value:#}");
            return Ok(());
        }
        return Ok(print_json(&value)?);
    }
    let line = format!(
        "{}: {seconds:.2} s from `{}` in {:.2} s, {times:.0} × real time\n",
        args.out.display(),
        facts.tap,
        facts.elapsed.as_secs_f64(),
    );
    if stdout_is_data {
        eprint!("{line}");
        return Ok(());
    }
    Ok(print(&line)?)
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Wav,
    Raw,
    Opus,
}

impl Container {
    fn of(out: &Path) -> anyhow::Result<Self> {
        let extension = out.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("wav") => Ok(Self::Wav),
            Some("opus" | "ogg") => Ok(Self::Opus),
            Some("raw" | "pcm") => Ok(Self::Raw),
            _ if out.as_os_str() == "-" => Ok(Self::Raw),
            _ => Err(usage(format!(
                "{}: the name says what is written; end it in .wav, .opus or .raw, or give `-` for raw samples",
                out.display()
            ))),
        }
    }

    /// The sink that writes it.
    fn sink(self, out: &Path, format: SampleFormat) -> anyhow::Result<Params> {
        let name = match self {
            Self::Wav => "wav",
            Self::Raw => "raw",
            Self::Opus => "ogg_opus",
        };
        let kind = find(name).ok_or_else(|| usage(format!("this build has no `{name}` sink")))?;
        let mut params = Params::defaults(kind);
        let path = out.to_str().ok_or_else(|| usage("the output's name must be UTF-8"))?;
        put(&mut params, "path", Value::Text(path.into()))?;
        if self != Self::Opus {
            let at = params.index("format");
            let words = at.and_then(|at| kind.param_at(at)).map(|param| param.ty);
            if let Some(lavalink_exec::Type::Choice { of, .. }) = words
                && let Some(word) = of.iter().position(|word| *word == format.word())
            {
                put(&mut params, "format", Value::Choice(word as u16))?;
            }
        }
        Ok(params)
    }

    /// The sink without what is late, and no longer than the limit.
    fn cut(self, mut params: Params, latency: u64, limit: Option<u64>) -> anyhow::Result<Params> {
        // Packets know their place in the track.
        if self != Self::Opus {
            put(&mut params, "skip", Value::Number(latency as f64))?;
        }
        if let Some(limit) = limit {
            put(&mut params, "frames", Value::Number(limit as f64))?;
        }
        Ok(params)
    }
}

fn put(params: &mut Params, name: &str, value: Value) -> anyhow::Result<()> {
    let at = params.index(name).ok_or_else(|| usage(format!("the sink has no `{name}`")))?;
    params.set(at, value).map_err(|fault| usage(format!("the output's `{name}` is not taken: {fault:?}")))
}

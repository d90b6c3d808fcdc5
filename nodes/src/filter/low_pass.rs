//! Low pass: Lavalink's `lowPass` filter, one pole per channel.
//!
//! s ← s + (x − s) / smoothing, y = s; the first sample of all is taken over as it is. −3 dB at Fs / (2π · smoothing) for
//! large values: 20 is about 390 Hz at 48 kHz. Up to 1 nothing happens.

use crate::smooth::{CHUNK, Fade};
use lavalink_exec::{BuildArgs, Context, Io, Kind, Live, Make, Output, Param, Processor, StereoMut, Tail, Unit};
use lavalink_kernels::gain::fade_into;
use std::any::Any;

const SMOOTHING: usize = 0;

/// Below this a decaying history is silence (−300 dB); stops it long before denormals.
const NOTHING: f32 = 1e-15;

/// The table of `low_pass`.
pub static KIND: Kind = Kind {
    name: "low_pass",
    help: "Lavalink's lowPass filter: takes the treble away, 6 dB per octave.",
    params: &[Param::number(
        "smoothing",
        Unit::None,
        0.0,
        1e6,
        20.0,
        "How strongly it smooths: 20 keeps what is below 390 Hz, 1 and less does nothing.",
    )
    .live(Live::Ramp)],
    filter: Some("lowPass"),
    identity: |p| p.number(SMOOTHING) <= 1.0,
    tail: |p, _| match p.number(SMOOTHING) {
        // Down to −120 dB: (1 − 1/k)^n = 1e-6.
        k if k > 1.0 => Tail::Frames((1e-6_f64.ln() / (-1.0 / k).ln_1p()).ceil() as u32),
        _ => Tail::None,
    },
    make: Make::Lane(|args| Ok(Box::new(LowPass::new(&args)))),
    ..Kind::DEFAULT
};

/// How much of the new sample goes into the history.
fn share(smoothing: f32) -> f32 {
    1.0 / smoothing.max(1.0)
}

/// One pole for each channel; no history before the first sample.
#[derive(Clone, Copy)]
struct Pole {
    share: f32,
    history: Option<(f32, f32)>,
}

impl Pole {
    /// Whether it lets everything through.
    fn open(&self) -> bool {
        self.share == 1.0
    }

    fn run(&mut self, left: &mut [f32], right: &mut [f32]) {
        let (Some(&l), Some(&r)) = (left.first(), right.first()) else { return };
        if self.open() {
            self.history = left.last().copied().zip(right.last().copied());
            return;
        }
        let (mut l, mut r) = self.history.unwrap_or((l, r));
        for (left, right) in left.iter_mut().zip(right) {
            l += (*left - l) * self.share;
            r += (*right - r) * self.share;
            (*left, *right) = (l, r);
        }
        let or_nothing = |x: f32| if x.abs() < NOTHING { 0.0 } else { x };
        self.history = Some((or_nothing(l), or_nothing(r)));
    }
}

/// The pole that is heard and the one it is faded to: the corner frequency would rush through all octaves if the share
/// itself moved.
struct LowPass {
    heard: Pole,
    coming: Pole,
    wanted: f32,
    fade: Fade,
}

impl LowPass {
    fn new(args: &BuildArgs<'_>) -> Self {
        let pole = Pole { share: share(args.params.number(SMOOTHING) as f32), history: None };
        Self { heard: pole, coming: pole, wanted: pole.share, fade: Fade::new(&args.format) }
    }
}

impl Processor for LowPass {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let silent = io.is_silent(0);
        let StereoMut { mut left, mut right } = io.inout();
        if !self.fade.running() && self.wanted == self.heard.share {
            if self.heard.open() {
                self.heard.run(left, right);
                return Output::Bypass;
            }
            if silent && self.heard.history.is_none_or(|history| history == (0.0, 0.0)) {
                self.heard.history = Some((0.0, 0.0));
                return Output::Silent;
            }
        }
        while !left.is_empty() {
            if self.wanted != self.heard.share && !self.fade.running() {
                self.coming = Pole { share: self.wanted, ..self.heard };
                self.fade.start();
            }
            if !self.fade.running() {
                self.heard.run(left, right);
                break;
            }
            let frames = self.fade.piece(left.len());
            let (l, r);
            (l, left) = left.split_at_mut(frames);
            (r, right) = right.split_at_mut(frames);
            let mut new = [[0.0; CHUNK]; 2];
            let [new_l, new_r] = &mut new;
            let (new_l, new_r) = (&mut new_l[..frames], &mut new_r[..frames]);
            new_l.copy_from_slice(l);
            new_r.copy_from_slice(r);
            self.heard.run(l, r);
            self.coming.run(new_l, new_r);
            fade_into(l, new_l, self.fade.position, self.fade.length);
            fade_into(r, new_r, self.fade.position, self.fade.length);
            self.fade.position += frames as u32;
            if !self.fade.running() {
                self.heard = self.coming;
            }
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        if index == SMOOTHING {
            self.wanted = share(value);
        }
    }

    fn reset(&mut self) {
        self.heard = Pole { share: self.wanted, history: None };
        self.fade.finish();
    }

    fn adopt(&mut self, old: &mut dyn Processor) -> bool {
        let Some(old) = old.as_any_mut().downcast_ref::<Self>() else { return false };
        self.heard.history = old.heard.history;
        true
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use lavalink_exec::{Format, Params, Solo, Stereo};

    #[test]
    fn the_step_response_is_the_known_one() {
        let (mut solo, _) = Solo::new(&Params::defaults(&KIND), Format { rate: 48_000, max_block: 4 }).expect("built");
        let x = [0.0, 1.0, 1.0, 1.0, 0.0, 0.0];
        let out = solo.run(Stereo { left: &x, right: &x }, 4);
        for (y, known) in out.left.iter().zip([0.0, 0.05, 0.0975, 0.142_625, 0.135_493_76, 0.128_719_06]) {
            assert!((y - known).abs() < 1e-7, "{y} instead of {known}");
        }
    }
}

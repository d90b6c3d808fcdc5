//! Equalizer: Lavalink's `equalizer` filter, fifteen band-passes in parallel beside the dry sound, with hard clipping.
//!
//! `y = clamp(4 · (x/4 + Σ g[b] · w[b]))`; coefficients and check values: [`lavalink_kernels::parallel`]. At a band's centre the
//! gain is 1 + 4 g: -0.25 mutes, 0.25 doubles. The coefficients are those for 48 kHz at any rate, as in the original.

use crate::smooth::Fade;
use lavalink_exec::{BuildArgs, Context, Cost, Io, Kind, Live, Make, Output, Param, Processor, StereoMut, Tail, Unit};
use lavalink_kernels::Cpu;
use lavalink_kernels::parallel::{BANDS, ParallelBank};
use std::any::Any;

/// Below this a decaying sound is silence (−300 dB).
const NOTHING: f32 = 1e-15;

/// The 25 Hz band is down by 120 dB after ln 1e-6 / ln √β frames, β = 0.99847546664; the others are faster.
const TAIL: u32 = 18_111;

/// The table of `equalizer`.
pub static KIND: Kind = Kind {
    name: "equalizer",
    help: "Lavalink's equalizer: fifteen bands from 25 Hz to 16 kHz, clipped at full scale.",
    params: &[Param::number(
        "gain",
        Unit::None,
        -10.0,
        10.0,
        0.0,
        "Gain of each band: -0.25 mutes it, 0.25 doubles it.",
    )
    .live(Live::Ramp)
    .array(BANDS)],
    filter: Some("equalizer"),
    identity: |p| (0..BANDS).all(|band| p.number(band) == 0.0),
    tail: |_, _| Tail::Frames(TAIL),
    cost: Cost::Medium,
    make: Make::Lane(|args| Ok(Box::new(Equalizer::new(&args)))),
    ..Kind::DEFAULT
};

/// The bank, and the gains it is to have next.
struct Equalizer {
    bank: ParallelBank,
    wanted: [f32; BANDS],
    changed: bool,
    fade: Fade,
}

impl Equalizer {
    fn new(args: &BuildArgs<'_>) -> Self {
        let wanted = std::array::from_fn(|band| args.params.number(band) as f32);
        let mut bank = ParallelBank::new(Cpu::detect(), true);
        bank.set_gains(&wanted, 0);
        Self { bank, wanted, changed: false, fade: Fade::new(&args.format) }
    }
}

impl Processor for Equalizer {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let silent = io.is_silent(0);
        let mut block = io.inout();
        let StereoMut { left, right } = &mut block;
        let (mut at, frames) = (0, left.len());
        while at < frames {
            if self.changed && !self.fade.running() {
                self.changed = false;
                self.fade.start();
                self.bank.set_gains(&self.wanted, self.fade.length);
            }
            let left_of_it = (self.fade.length - self.fade.position) as usize;
            let end = if self.fade.running() { frames.min(at + left_of_it) } else { frames };
            self.bank.process(&mut left[at..end], &mut right[at..end]);
            if self.fade.running() {
                self.fade.position += (end - at) as u32;
            }
            at = end;
        }
        if silent && left.iter().chain(&**right).all(|x| x.abs() < NOTHING) {
            self.reset();
            return Output::Silent;
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        if let Some(gain) = self.wanted.get_mut(index) {
            *gain = value;
            self.changed = true;
        }
    }

    fn reset(&mut self) {
        self.bank.set_gains(&self.wanted, 0);
        self.bank.reset();
        self.changed = false;
        self.fade.finish();
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{KIND, TAIL};
    use lavalink_exec::{Format, Params, Solo, Stereo, Value};

    #[test]
    fn the_impulse_response_is_the_known_one() {
        let mut params = Params::defaults(&KIND);
        let run = |params: &Params| {
            let (mut solo, _) = Solo::new(params, Format { rate: 48_000, max_block: 5 }).expect("built");
            let x = [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
            solo.run(Stereo { left: &x, right: &x }, 5)
        };
        params.set(8, Value::Number(0.25)).expect("in range");
        let known = [
            0.514_797_7,
            0.028_473_752,
            0.026_069_894,
            0.023_375_46,
            0.020_452_39,
            0.017_362_75,
            0.014_167_696,
            0.010_926_52,
        ];
        for (y, known) in run(&params).left.iter().zip(known) {
            assert!((y - known).abs() < 1e-6, "{y} instead of {known}");
        }
        (0..15).for_each(|band| params.set(band, Value::Number(0.25)).expect("in range"));
        let known =
            [0.988_960_74, 0.299_271_26, -0.131_500_15, 0.061_640_546, -0.038_891_416, 0.000_692_293, 0.029_395_92];
        for (y, known) in run(&params).right.iter().zip(known) {
            assert!((y - known).abs() < 1e-6, "{y} instead of {known}");
        }
    }

    #[test]
    fn the_tail_is_that_of_the_lowest_band() {
        let frames = 1e-6_f64.ln() / 0.998_475_466_64_f64.sqrt().ln();
        assert!((frames - f64::from(TAIL)).abs() < 10.0, "{frames}");
    }
}

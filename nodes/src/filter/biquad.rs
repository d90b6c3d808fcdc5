//! Biquad: one second-order section of the usual types.
//!
//! Coefficients after R. Bristow-Johnson's cookbook, see [`lavalink_kernels::biquad`]. Neighbours are fused into one bank
//! by the compiler; on its own a node is a bank of one.

use super::cascade::Cascade;
use lavalink_exec::{
    BuildArgs, BuildError, Context, Cost, Format, Fuse, Io, Kind, Live, Make, Output, Param, Params, Processor, Tail,
    Unit,
};
use lavalink_kernels::biquad::{Biquad as Section, Shape, Width};
use std::any::Any;

const TYPE: usize = 0;
const FREQUENCY: usize = 1;
const Q: usize = 2;
const GAIN: usize = 3;

/// The types, in the order of the table's words.
const SHAPES: [Shape; 10] = [
    Shape::LowPass,
    Shape::HighPass,
    Shape::BandPass,
    Shape::Notch,
    Shape::AllPass,
    Shape::Peaking,
    Shape::LowShelf,
    Shape::HighShelf,
    Shape::OnePoleLow,
    Shape::OnePoleHigh,
];

const WORDS: &[&str] = &[
    "low_pass",
    "high_pass",
    "band_pass",
    "notch",
    "all_pass",
    "peaking",
    "low_shelf",
    "high_shelf",
    "one_pole_low",
    "one_pole_high",
];

/// The table of `biquad`.
pub static KIND: Kind = Kind {
    name: "biquad",
    help: "One second-order filter: pass, notch, peak or shelf. Neighbours run as one bank.",
    params: &[
        Param::choice("type", WORDS, 5, "What it does to the spectrum."),
        Param::number("frequency", Unit::Hz, 1.0, 96_000.0, 1000.0, "Corner or centre frequency, below half the rate.")
            .live(Live::Ramp),
        Param::number("q", Unit::None, 0.05, 100.0, std::f64::consts::FRAC_1_SQRT_2, "Quality: higher is narrower.")
            .live(Live::Ramp),
        Param::number("gain", Unit::Db, -48.0, 48.0, 0.0, "Gain of the band; only for peaking and the shelves.")
            .live(Live::Ramp),
    ],
    identity: |p| {
        let shape = SHAPES[p.choice(TYPE)];
        matches!(shape, Shape::Peaking | Shape::LowShelf | Shape::HighShelf) && p.number(GAIN) == 0.0
    },
    tail: |p, format| Tail::Frames(ringing(&Settings::of(p).section(format.rate))),
    check: |p, format| {
        let hz = p.number(FREQUENCY);
        if hz * 2.0 < f64::from(format.rate) {
            return Ok(());
        }
        let text = format!("{hz} Hz is not below half the rate of {} Hz; choose a lower frequency.", format.rate);
        Err(BuildError::of(FREQUENCY, text))
    },
    cost: Cost::Medium,
    fuse: Some(Fuse {
        stages: |p, format, out| {
            let s = Settings::of(p).section(format.rate);
            out.push([s.b0, s.b1, s.b2, s.a1, s.a2]);
        },
        bank: |stages, format| {
            let sections = stages.iter().map(|&[b0, b1, b2, a1, a2]| Section { b0, b1, b2, a1, a2 });
            Box::new(Cascade::new(sections, format))
        },
    }),
    make: Make::Lane(|args| Ok(Box::new(Biquad::new(&args)))),
    ..Kind::DEFAULT
};

/// The values of a node.
#[derive(Clone, Copy)]
struct Settings {
    shape: Shape,
    frequency: f64,
    q: f64,
    gain: f64,
}

impl Settings {
    fn of(p: &Params) -> Self {
        let shape = SHAPES[p.choice(TYPE)];
        // Through f32, as `Processor::set` would deliver them: a built node and a changed one sound the same.
        let number = |index| f64::from(p.number(index) as f32);
        Self { shape, frequency: number(FREQUENCY), q: number(Q), gain: number(GAIN) }
    }

    fn section(&self, rate: u32) -> Section {
        Section::design(self.shape, f64::from(rate), self.frequency, Width::Q(self.q), self.gain)
    }
}

/// Frames until the section has rung down to −120 dB: n = ln 1e-6 / ln r, r the larger radius of its poles.
fn ringing(s: &Section) -> u32 {
    let (half, product) = (f64::from(s.a1) / 2.0, f64::from(s.a2));
    let root = half * half - product;
    let radius = if root > 0.0 { half.abs() + root.sqrt() } else { product.sqrt() };
    let frames = (1e-6_f64.ln() / radius.ln()).ceil();
    // A radius of 0 gives 0 frames, one that rounds to 1 infinitely many; a cast takes both to the nearest number.
    2 + frames.clamp(0.0, 1e8) as u32
}

/// A bank of one and the values its coefficients come from.
struct Biquad {
    settings: Settings,
    rate: u32,
    bank: Cascade,
}

impl Biquad {
    fn new(args: &BuildArgs<'_>) -> Self {
        let (settings, format): (_, &Format) = (Settings::of(args.params), &args.format);
        Self { settings, rate: format.rate, bank: Cascade::new([settings.section(format.rate)], format) }
    }
}

impl Processor for Biquad {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        self.bank.process(io, ctx)
    }

    fn set(&mut self, index: usize, value: f32) {
        match index {
            FREQUENCY => self.settings.frequency = f64::from(value),
            Q => self.settings.q = f64::from(value),
            GAIN => self.settings.gain = f64::from(value),
            _ => return,
        }
        if let Some(section) = self.bank.wanted(0) {
            *section = self.settings.section(self.rate);
        }
    }

    fn reset(&mut self) {
        self.bank.reset();
    }

    fn adopt(&mut self, old: &mut dyn Processor) -> bool {
        let Some(old) = old.as_any_mut().downcast_mut::<Self>() else { return false };
        self.bank.adopt(&mut old.bank)
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{KIND, SHAPES, WORDS};
    use lavalink_exec::{Format, Params, Pcm, Solo, Stereo, Value};

    const FORMAT: Format = Format { rate: 48_000, max_block: 128 };

    fn run(values: &[(&str, Value)], input: &[f32]) -> Pcm {
        let mut params = Params::defaults(&KIND);
        for (name, value) in values {
            params.set(KIND.param_index(name).expect("a parameter"), value.clone()).expect("in range");
        }
        let (mut solo, _) = Solo::new(&params, FORMAT).expect("built");
        solo.run(Stereo { left: input, right: input }, 128)
    }

    #[test]
    fn every_type_has_a_word() {
        assert_eq!(SHAPES.len(), WORDS.len());
    }

    #[test]
    fn a_peak_of_six_decibels_doubles_a_tone_at_its_centre() {
        let tone: Vec<f32> = (0..48_000).map(|n| (n as f32 / 48.0 * std::f32::consts::TAU).sin() * 0.25).collect();
        let out = run(&[("gain", Value::Number(6.020_6))], &tone);
        let peak = out.left[24_000..].iter().fold(0.0_f32, |a, x| a.max(x.abs()));
        assert!((peak - 0.5).abs() < 1e-3, "{peak}");
    }

    #[test]
    fn the_tail_covers_the_ringing() {
        let mut impulse = vec![0.0; 96_000];
        impulse[0] = 1.0;
        for choice in 0..WORDS.len() as u16 {
            let mut params = Params::defaults(&KIND);
            let values =
                [("type", Value::Choice(choice)), ("frequency", Value::Number(100.0)), ("q", Value::Number(10.0))];
            for (name, value) in &values {
                params.set(KIND.param_index(name).expect("a parameter"), value.clone()).expect("in range");
            }
            let lavalink_exec::Tail::Frames(tail) = (KIND.tail)(&params, &FORMAT) else { panic!("no tail") };
            let out = run(&values, &impulse);
            let rest = out.left[(tail as usize).min(96_000)..].iter().fold(0.0_f32, |a, x| a.max(x.abs()));
            assert!(rest < 1e-5, "{}: {rest} after {tail} frames", WORDS[usize::from(choice)]);
        }
    }
}

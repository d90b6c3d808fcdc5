//! Moog: a resonant ladder of four poles with a soft limit, fundsp's `moog_hz`.

use super::unit::{EFFECT, build, mix, tail};
use fundsp::prelude64::moog_hz;
use lavalink_exec::{Kind, Make, Param, Unit};

const FREQUENCY: usize = 1;
const RESONANCE: usize = 2;

/// The table of `moog`.
pub static KIND: Kind = Kind {
    name: "moog",
    help: "A resonant low-pass, 24 dB per octave, that saturates.",
    params: &[
        mix(1.0),
        Param::number("frequency", Unit::Hz, 20.0, 18_000.0, 1000.0, "Corner frequency."),
        Param::number("resonance", Unit::None, 0.0, 0.95, 0.5, "How much it rings at the corner."),
    ],
    tail: |p, format| tail(0.05 + 200.0 / p.number(FREQUENCY), format),
    make: Make::Lane(|args| {
        let most = 0.4 * f64::from(args.format.rate);
        Ok(build(&args, |p| {
            let channel = || moog_hz(p.number(FREQUENCY).min(most) as f32, p.number(RESONANCE) as f32);
            channel() | channel()
        }))
    }),
    ..EFFECT
};

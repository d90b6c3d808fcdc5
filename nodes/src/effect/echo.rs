//! Echo: wet = (x + feedback · lowpass(wet)) delayed by `time`, both channels on their own.

use super::unit::{EFFECT, below_nyquist, build, mix, repeats, tail};
use fundsp::prelude32::{delay, feedback2, lowpole_hz};
use lavalink_exec::{Kind, Make, Param, Unit};

const TIME: usize = 1;
const FEEDBACK: usize = 2;
const TONE: usize = 3;

/// The table of `echo`.
pub static KIND: Kind = Kind {
    name: "echo",
    help: "Repeats the sound, each time weaker and duller.",
    params: &[
        mix(0.35),
        Param::number("time", Unit::Ms, 1.0, 2000.0, 350.0, "Time between two repeats."),
        Param::number("feedback", Unit::None, 0.0, 0.95, 0.4, "How loud a repeat is against the one before."),
        Param::number("tone", Unit::Hz, 500.0, 20_000.0, 6000.0, "Corner above which repeats get duller."),
    ],
    tail: |p, format| tail(repeats(p.number(FEEDBACK)) * (p.number(TIME) / 1000.0 + 0.001), format),
    make: Make::Lane(|args| {
        let format = args.format;
        Ok(build(&args, |p| {
            let tone = below_nyquist(p.number(TONE), &format) as f32;
            let (time, feedback) = (p.number(TIME) as f32 / 1000.0, p.number(FEEDBACK) as f32);
            let channel = || feedback2(delay(time), lowpole_hz(tone) * feedback);
            channel() | channel()
        }))
    }),
    ..EFFECT
};

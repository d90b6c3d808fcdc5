//! Chorus: the sound and four copies of it, each delayed by a time of its own that wanders.
//!
//! Built of fundsp's `multitap` rather than with its `chorus`, whose clock counts f32 seconds and would stop the lane after
//! some days of playing; this one counts in f64.

use super::unit::{EFFECT, build, mix, tail};
use fundsp::prelude64::{fractal_noise, lfo, multitap, pass};
use fundsp::typenum::U4;
use lavalink_exec::{Kind, Make, Param, Params, Unit};

const SEPARATION: usize = 1;
const VARIATION: usize = 2;
const RATE: usize = 3;

/// The copies.
const VOICES: f64 = 4.0;

/// The table of `chorus`.
pub static KIND: Kind = Kind {
    name: "chorus",
    help: "Makes one voice sound like several.",
    params: &[
        mix(0.5),
        Param::number("separation", Unit::Ms, 1.0, 50.0, 15.0, "Delay between two copies."),
        Param::number("variation", Unit::Ms, 0.0, 20.0, 5.0, "How far the delays wander."),
        Param::number("rate", Unit::Hz, 0.01, 10.0, 0.2, "How fast the delays wander."),
    ],
    tail: |p, format| tail(longest(p) + 0.01, format),
    make: Make::Lane(|args| {
        Ok(build(&args, |p| {
            let channel = |seed: u64| {
                let (separation, variation) = (p.number(SEPARATION) / 1000.0, p.number(VARIATION) / 1000.0);
                let rate = p.number(RATE);
                // Each voice wanders at a rate of its own, so that they never move together.
                let voice = move |t: f64, k: u64| {
                    let wander = fractal_noise(seed + k, 4, 0.45, t * (rate + 0.02 * k as f64));
                    separation * (k + 1) as f64 + variation * (0.5 + 0.5 * wander).clamp(0.0, 1.0)
                };
                let delays = lfo(move |t: f64| (voice(t, 0), voice(t, 1), voice(t, 2), voice(t, 3)));
                let copies = (pass() | delays) >> multitap::<U4>(separation as f32, longest(p) as f32);
                // Five voices that do not agree in phase are louder by √5.
                (pass() & copies) * 0.447
            };
            channel(11) | channel(77)
        }))
    }),
    ..EFFECT
};

/// The longest delay, in seconds.
fn longest(p: &Params) -> f64 {
    (VOICES * p.number(SEPARATION) + p.number(VARIATION)) / 1000.0
}

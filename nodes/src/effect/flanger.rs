//! Flanger: the sound and a copy whose delay swings, fed back through a soft limit.
//!
//! The structure of fundsp's `flanger`, with a clock in f64 seconds (its own is too coarse after some minutes).

use super::unit::{EFFECT, build, mix, repeats, tail};
use fundsp::prelude64::{Tanh, feedback2, lfo, pass, shape, tap};
use lavalink_exec::{BuildError, Kind, Make, Param, Unit};
use std::f64::consts::TAU;

const FEEDBACK: usize = 1;
const MIN_DELAY: usize = 2;
const MAX_DELAY: usize = 3;
const RATE: usize = 4;

/// The table of `flanger`.
pub static KIND: Kind = Kind {
    name: "flanger",
    help: "Sweeps a comb through the spectrum, as of a jet passing by.",
    params: &[
        mix(1.0),
        Param::number(
            "feedback",
            Unit::None,
            -0.95,
            0.95,
            0.5,
            "How sharp the comb is; below 0 it stands between the harmonics.",
        ),
        Param::number("min_delay", Unit::Ms, 0.1, 20.0, 2.0, "Shortest delay of the copy."),
        Param::number("max_delay", Unit::Ms, 0.1, 40.0, 8.0, "Longest delay of the copy."),
        Param::number("rate", Unit::Hz, 0.01, 10.0, 0.2, "How often it sweeps."),
    ],
    tail: |p, format| tail(repeats(p.number(FEEDBACK)) * p.number(MAX_DELAY) / 1000.0, format),
    check: |p, _| {
        if p.number(MIN_DELAY) <= p.number(MAX_DELAY) {
            return Ok(());
        }
        Err(BuildError::of(MIN_DELAY, "min_delay is above max_delay; make it shorter or max_delay longer."))
    },
    make: Make::Lane(|args| {
        Ok(build(&args, |p| {
            let (low, high) = (p.number(MIN_DELAY) / 1000.0, p.number(MAX_DELAY) / 1000.0);
            let (feedback, rate) = (p.number(FEEDBACK) as f32, p.number(RATE));
            // The channels sweep a quarter of a turn apart, which widens the sound.
            let channel = |phase: f64| {
                let swing =
                    lfo(move |t: f64| low + (high - low) * (0.5 + 0.5 * ((t * rate + phase).fract() * TAU).sin()));
                let copy = (pass() | swing) >> tap(low as f32, high as f32);
                (pass() & feedback2(copy, shape(Tanh(feedback)))) * 0.707
            };
            channel(0.0) | channel(0.25)
        }))
    }),
    ..EFFECT
};

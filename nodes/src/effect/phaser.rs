//! Phaser: the sound and a copy turned in phase by ten allpasses that swing, fed back.
//!
//! The structure of fundsp's `phaser`, with a clock in f64 seconds (its own is too coarse after some minutes).

use super::unit::{EFFECT, build, mix, repeats, tail};
use fundsp::prelude64::{U10, add, allpole, feedback, lfo, mul, pass, pipei, sink};
use lavalink_exec::{Kind, Make, Param, Unit};
use std::f64::consts::TAU;

const FEEDBACK: usize = 1;
const DEPTH: usize = 2;
const RATE: usize = 3;

/// The table of `phaser`.
pub static KIND: Kind = Kind {
    name: "phaser",
    help: "Sweeps notches through the spectrum.",
    params: &[
        mix(1.0),
        Param::number(
            "feedback",
            Unit::None,
            -0.95,
            0.95,
            0.5,
            "How sharp the notches are; below 0 they stand elsewhere.",
        ),
        Param::number("depth", Unit::None, 0.0, 1.0, 1.0, "How far they sweep."),
        Param::number("rate", Unit::Hz, 0.01, 10.0, 0.2, "How often they sweep."),
    ],
    // A turn through all the allpasses at their longest takes some 250 frames.
    tail: |p, format| tail(repeats(p.number(FEEDBACK)) * 0.006 + 0.05, format),
    make: Make::Lane(|args| {
        Ok(build(&args, |p| {
            let (amount, depth, rate) = (p.number(FEEDBACK) as f32, p.number(DEPTH), p.number(RATE));
            // The channels sweep a quarter of a turn apart, which widens the sound.
            let channel = |phase: f64| {
                let swing =
                    lfo(move |t: f64| 2.0 + 18.0 * (0.5 + 0.5 * depth * ((t * rate + phase).fract() * TAU).sin()));
                let turned =
                    (pass() | swing) >> pipei::<U10, _, _>(|_| add((0.0, 0.1)) >> !allpole()) >> (mul(amount) | sink());
                pass() & feedback(turned)
            };
            channel(0.0) | channel(0.25)
        }))
    }),
    ..EFFECT
};

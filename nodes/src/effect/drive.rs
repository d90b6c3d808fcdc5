//! Drive: a bent transfer curve at twice the rate, so that little of what it makes folds back.

use super::unit::{EFFECT, build, mix, tail};
use fundsp::audiounit::AudioUnit;
use fundsp::prelude32::{Clip, Shape, Softsign, Tanh, oversample, shape};
use lavalink_exec::{Cost, Kind, Make, Param, Unit};

const CURVE: usize = 1;
const AMOUNT: usize = 2;

/// The table of `drive`.
pub static KIND: Kind = Kind {
    name: "drive",
    help: "Overdrives the sound.",
    params: &[
        mix(1.0),
        Param::choice("curve", &["tanh", "softsign", "clip"], 0, "Shape of the bend, from soft to hard."),
        Param::number("amount", Unit::None, 0.1, 50.0, 3.0, "Factor before the bend."),
    ],
    // The filters of the oversampling are 43 taps long, twice.
    tail: |_, format| tail(0.002, format),
    cost: Cost::Heavy,
    make: Make::Lane(|args| {
        let amount = args.params.number(AMOUNT) as f32;
        fn both<S: Shape + 'static>(curve: S) -> impl AudioUnit {
            oversample(shape(curve.clone())) | oversample(shape(curve))
        }
        Ok(match args.params.choice(CURVE) {
            0 => build(&args, |_| both(Tanh(amount))),
            1 => build(&args, |_| both(Softsign(amount))),
            _ => build(&args, |_| both(Clip(amount))),
        })
    }),
    ..EFFECT
};

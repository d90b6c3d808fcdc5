//! DC block: a one-pole high-pass far below hearing, fundsp's `dcblock_hz`.

use super::unit::{EFFECT, build, mix, tail};
use fundsp::prelude64::dcblock_hz;
use lavalink_exec::{Cost, Kind, Make, Param, Unit};

const FREQUENCY: usize = 1;

/// The table of `dc_block`.
pub static KIND: Kind = Kind {
    name: "dc_block",
    help: "Takes a constant offset out of the sound.",
    params: &[mix(1.0), Param::number("frequency", Unit::Hz, 1.0, 30.0, 10.0, "Corner frequency.")],
    // ln 1e6 / 2π f.
    tail: |p, format| tail(2.2 / p.number(FREQUENCY), format),
    cost: Cost::Light,
    make: Make::Lane(|args| {
        Ok(build(&args, |p| {
            let hz = p.number(FREQUENCY) as f32;
            dcblock_hz(hz) | dcblock_hz(hz)
        }))
    }),
    ..EFFECT
};

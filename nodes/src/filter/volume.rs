//! Volume: Lavalink's `volume` filter, a tangent-shaped curve with hard clipping.
//!
//! y = clamp(x · m(v)), m(v) = tan(0.79 v) up to v = 1.5 and 2.4612 · v / 1.5 above; within 0.02 of 1 nothing happens.
//! The constants are those of lavaplayer's volume filter (`24612` has its twin `24621` in the player volume).

use crate::smooth::Glide;
use lavalink_exec::{Context, Io, Kind, Live, Make, Output, Param, Processor, StereoMut, Unit};
use lavalink_kernels::mix::clamp;
use std::any::Any;

const VOLUME: usize = 0;

/// The table of `volume`.
pub static KIND: Kind = Kind {
    name: "volume",
    help: "Lavalink's volume filter: loudness along a tangent curve, clipped at full scale.",
    params: &[Param::number(
        "volume",
        Unit::None,
        0.0,
        5.0,
        1.0,
        "Volume; 1 leaves the sound as it is, 0.5 is -7.6 dB.",
    )
    .live(Live::Ramp)],
    filter: Some("volume"),
    identity: |p| factor(p.number(VOLUME) as f32) == 1.0,
    make: Make::Lane(|args| Ok(Box::new(Volume(Glide::new(factor(args.params.number(VOLUME) as f32), &args.format))))),
    ..Kind::DEFAULT
};

/// The factor of volume `v`.
fn factor(v: f32) -> f32 {
    if (1.0 - f64::from(v)).abs() < 0.02 {
        1.0
    } else if v <= 1.5 {
        let multiplier = (f64::from(v * 0.79).tan() * 10_000.0) as f32;
        multiplier / 10_000.0
    } else {
        24_612.0 * (v * 100.0) / 150.0 / 10_000.0
    }
}

/// The factor on its way.
struct Volume(Glide);

impl Processor for Volume {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        if io.is_silent(0) {
            self.0.skip(ctx.frames);
            return Output::Bypass;
        }
        match self.0.at_rest() {
            Some(1.0) => return Output::Bypass,
            Some(0.0) => return Output::Silent,
            _ => {}
        }
        let StereoMut { mut left, mut right } = io.inout();
        // After a ramp that ends at 1 in the middle of the block nothing is clipped any more.
        while !left.is_empty() && self.0.at_rest() != Some(1.0) {
            let frames = self.0.alike(left.len());
            let (l, r);
            (l, left) = left.split_at_mut(frames);
            (r, right) = right.split_at_mut(frames);
            self.0.apply(l, r);
            clamp(l);
            clamp(r);
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        if index == VOLUME {
            self.0.aim(factor(value));
        }
    }

    fn reset(&mut self) {
        self.0.settle();
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::factor;

    #[test]
    fn the_curve_is_the_known_one() {
        let known = [
            (0.0, 0.0),
            (0.1, 0.0792),
            (0.25, 0.2001),
            (0.5, 0.4169),
            (0.75, 0.6732),
            (0.9, 0.8613),
            (0.97, 0.9625),
            (0.985, 1.0),
            (1.015, 1.0),
            (1.03, 1.058),
            (1.25, 1.515),
            (1.5, 2.462),
            (2.0, 3.282),
            (3.0, 4.922),
            (5.0, 8.204),
        ];
        for (v, m) in known {
            assert!((factor(v) - m).abs() < 6e-4, "{v}: {} instead of {m}", factor(v));
        }
    }
}

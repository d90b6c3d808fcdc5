//! Plate: a network of sixteen short delay lines, each with an allpass and a low-pass in its loop.
//!
//! Built of fundsp's parts; its ready-made `reverb3_stereo` keeps some of its memory over a reset.

use super::unit::{EFFECT, below_nyquist, build, mix, tail};
use fundsp::prelude32::{U2, U8, U16, allnest_c, dc, delay, fdn, lerp, lowpole_hz, multisplit, pan, stacki, sumf};
use lavalink_exec::{Kind, Make, Param, Unit};

const TIME: usize = 1;
const DIFFUSION: usize = 2;
const TONE: usize = 3;

/// Lengths of the lines and of their allpasses, in tenths of a millisecond: primes, so that no two echoes fall together.
const LINES: [(u16, u16); 16] = [
    (89, 13),
    (97, 17),
    (101, 19),
    (107, 23),
    (113, 29),
    (127, 31),
    (137, 37),
    (149, 41),
    (157, 43),
    (167, 47),
    (179, 53),
    (191, 59),
    (199, 61),
    (211, 67),
    (227, 71),
    (239, 73),
];

/// Mean time of one way through a line and its allpass, in seconds.
const WAY: f64 = 0.0198;

/// The table of `plate`.
pub static KIND: Kind = Kind {
    name: "plate",
    help: "A dense reverb without a room, as of a metal plate.",
    params: &[
        mix(0.3),
        Param::number("time", Unit::Seconds, 0.1, 20.0, 2.0, "Time in which it dies away by 60 dB."),
        Param::number("diffusion", Unit::None, 0.0, 1.0, 0.5, "How fast echoes become a wash."),
        Param::number("tone", Unit::Hz, 500.0, 20_000.0, 8000.0, "Corner above which it dies away faster."),
    ],
    tail: |p, format| tail(2.0 * p.number(TIME) + 0.5, format),
    make: Make::Lane(|args| {
        let format = args.format;
        Ok(build(&args, |p| {
            let tone = below_nyquist(p.number(TONE), &format) as f32;
            let spread = 0.3 + 0.4 * p.number(DIFFUSION) as f32;
            // Down by 60 dB after `time`.
            let kept = 10.0_f64.powf(-3.0 * WAY / p.number(TIME)) as f32;
            let line = stacki::<U16, _, _>(|i| {
                let (way, inner) = LINES[i as usize % LINES.len()];
                let allpass = allnest_c(spread, delay(f32::from(inner) * 1e-4));
                delay(f32::from(way) * 1e-4) >> allpass >> (lowpole_hz(tone) * kept)
            });
            let side = |x: f32| pan(lerp(-1.0, 1.0, x));
            multisplit::<U2, U8>() >> fdn::<U16, _>(line) >> (sumf::<U16, _, _>(side) * dc((0.125, 0.125)))
        }))
    }),
    ..EFFECT
};

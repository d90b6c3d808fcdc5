//! Hall: a network of 32 long delay lines that wander a little, each with a low-pass in its loop.
//!
//! Built of fundsp's parts. Its ready-made `reverb2_stereo` moves its delays by a clock in f32 seconds, which is too coarse
//! after some minutes and stands still after nine; `reverb4_stereo` does not keep to its time.

use super::unit::{EFFECT, below_nyquist, build, mix, tail};
use fundsp::prelude64::{
    U2, U16, U32, allnest_c, dc, delay, fdn, lerp, lfo, lowpole_hz, multisplit, pan, spline_noise, stacki, sumf,
    tap_linear,
};
use lavalink_exec::{Kind, Make, Param, Unit};

const ROOM: usize = 1;
const TIME: usize = 2;
const DIFFUSION: usize = 3;
const MODULATION: usize = 4;
const TONE: usize = 5;

/// Speed of sound, in m/s: the way through a line is one through the hall.
const SOUND: f64 = 343.0;
/// How far a line wanders to either side, in seconds.
const WANDER: f64 = 0.0004;

/// The table of `hall`.
pub static KIND: Kind = Kind {
    name: "hall",
    help: "A large hall.",
    params: &[
        mix(0.3),
        Param::number("room", Unit::Metres, 10.0, 30.0, 15.0, "Size of the hall."),
        Param::number("time", Unit::Seconds, 0.1, 20.0, 3.0, "Time in which it dies away by 60 dB."),
        Param::number("diffusion", Unit::None, 0.0, 1.0, 0.7, "How fast echoes become a wash."),
        Param::number(
            "modulation",
            Unit::None,
            0.0,
            1.0,
            0.5,
            "How fast the lines wander, which keeps it from ringing.",
        ),
        Param::number("tone", Unit::Hz, 500.0, 20_000.0, 8000.0, "Corner above which it dies away faster."),
    ],
    tail: |p, format| tail(2.0 * p.number(TIME) + 0.5, format),
    make: Make::Lane(|args| {
        let format = args.format;
        Ok(build(&args, |p| {
            let tone = below_nyquist(p.number(TONE), &format) as f32;
            let (room, time, speed) = (p.number(ROOM), p.number(TIME), 0.5 * p.number(MODULATION));
            let spread = 0.3 + 0.4 * p.number(DIFFUSION) as f32;
            let line = stacki::<U32, _, _>(|i| {
                // One to two ways through the hall, spread by the golden ratio, so that no two agree.
                let length = room / SOUND * (1.0 + ((i + 1) as f64 * 0.618_033_988_75).fract());
                let inner = 0.001 + 0.006 * ((i + 1) as f64 * 0.414_213_562_37).fract();
                // Down by 60 dB after `time`, the way through the allpass included.
                let kept = 10.0_f64.powf(-3.0 * (length + inner) / time) as f32;
                let wander = lfo(move |t: f64| length + WANDER * spline_noise(i, t * speed).clamp(-1.0, 1.0));
                ((lowpole_hz(tone) * kept) | wander)
                    >> tap_linear((length - WANDER) as f32, (length + WANDER) as f32)
                    >> allnest_c(spread, delay(inner as f32))
            });
            let side = |x: f32| pan(lerp(-1.0, 1.0, x));
            multisplit::<U2, U16>() >> fdn::<U32, _>(line) >> (sumf::<U32, _, _>(side) * dc((0.0625, 0.0625)))
        }))
    }),
    ..EFFECT
};

//! Reverb: a network of 32 delay lines, fundsp's `reverb_stereo`.

use super::unit::{EFFECT, build, mix, tail};
use fundsp::prelude32::reverb_stereo;
use lavalink_exec::{Kind, Make, Param, Unit};

const ROOM: usize = 1;
const TIME: usize = 2;
const DAMPING: usize = 3;

/// fundsp counts on lines of 30 ms in a room of 10 m where they are 62.1 ms long on average.
const TRUE_TIME: f32 = 0.030 / 0.0621;

/// The table of `reverb`.
pub static KIND: Kind = Kind {
    name: "reverb",
    help: "A room.",
    params: &[
        mix(0.3),
        Param::number("room", Unit::Metres, 5.0, 30.0, 10.0, "Size of the room."),
        Param::number("time", Unit::Seconds, 0.1, 20.0, 2.0, "Time in which it dies away by 60 dB."),
        Param::number("damping", Unit::None, 0.0, 1.0, 0.5, "How much faster the treble dies away."),
    ],
    tail: |p, format| tail(2.0 * p.number(TIME) + 0.1, format),
    make: Make::Lane(|args| {
        Ok(build(&args, |p| {
            let number = |index| p.number(index) as f32;
            reverb_stereo(number(ROOM), number(TIME) * TRUE_TIME, number(DAMPING))
        }))
    }),
    ..EFFECT
};

//! The `source` kind: opens the bytes of a track.

use lavalink_exec::{Edge, Group, Kind, Make, Param, Port, Pruned, Unit};

/// Bytes of the ring between reader and demuxer when nothing else is said.
pub(crate) const DEFAULT_BUFFER: usize = 256 * 1024;

/// Table of the `source` kind.
pub static KIND: Kind = Kind {
    name: "source",
    group: Group::Source,
    help: "Opens a file, a URL, standard input (-) or a test signal (tone:997@-6dB, sweep:20-20000, noise:, silence:). \
           Without an input of its own it opens what the player is told to play.",
    inputs: &[],
    outputs: &[Port::one("out", Edge::Bytes)],
    params: &[
        Param::text("input", "", "What to open; empty for the track the player is given."),
        Param::whole(
            "buffer",
            Unit::Bytes,
            32_768.0,
            16_777_216.0,
            DEFAULT_BUFFER as f64,
            "Bytes read ahead of the decoder; larger rides out longer stalls of a network source.",
        ),
    ],
    pruned_as: Pruned::Never,
    make: Make::Source,
    ..Kind::DEFAULT
};

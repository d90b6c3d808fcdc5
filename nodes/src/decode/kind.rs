//! The `decoder` kind: from the bytes of a source to stereo pcm at the rate of the track.

use lavalink_exec::{Cost, Edge, Group, Kind, Make, Port, Pruned};

/// Table of the `decoder` kind.
pub static KIND: Kind = Kind {
    name: "decoder",
    group: Group::Decoder,
    help: "Finds out the format of the bytes and decodes them to two channels: mp3, flac, wav, aiff, ogg vorbis, \
           ogg opus, aac, and aac and alac in m4a.",
    inputs: &[Port::one("in", Edge::Bytes)],
    outputs: &[Port::one("out", Edge::Pcm)],
    pruned_as: Pruned::Never,
    cost: Cost::Heavy,
    make: Make::Decoder,
    ..Kind::DEFAULT
};

//! `ogg_opus`: Opus packets into an Ogg file (RFC 7845), whatever packets come: those of the encoder or of the track.
//!
//! Packets know their place in the track, so latency before the encoder needs no making up for here. The file begins
//! with the first frame of the track that was played and ends with its last, though packets reach over both: the pre-skip
//! hides what lies before, the granule position of the last page what lies behind.

use super::cut::{FRAMES, SKIP};
use super::ogg_file::OggFile;
use super::packet_tap::packet_tap;
use super::tap::{READINGS, RING};
use super::target::Target;
use lavalink_exec::{BuildArgs, BuildError, Edge, Group, Kind, Make, Param, Port, Pruned, Sink, Tail};

const PATH: usize = 0;
const RING_MS: usize = 1;
const SKIPPED: usize = 2;
const LIMIT: usize = 3;

/// Milliseconds of a packet, for the length of the ring.
const PACKET_MS: f64 = 20.0;

/// Writes an Ogg Opus file.
pub static KIND: Kind = Kind {
    name: "ogg_opus",
    group: Group::Sink,
    help: "Writes Opus packets to an Ogg file or stream.",
    inputs: &[Port::one("in", Edge::Packets)],
    outputs: &[],
    params: &[Param::text("path", "", "File to write; `-` is standard output."), RING, SKIP, FRAMES],
    readings: READINGS,
    tail: |_, _| Tail::Endless,
    check: |params, _| super::path_given(params, PATH),
    pruned_as: Pruned::Never,
    make: Make::Sink(build),
    ..Kind::DEFAULT
};

fn build(args: BuildArgs<'_>) -> Result<Sink, BuildError> {
    let params = args.params;
    let target = Target::open(params.text(PATH)).map_err(|error| BuildError::of(PATH, error.message))?;
    let packets = (params.number(RING_MS) / PACKET_MS) as usize;
    let (processor, ring, bounds) = packet_tap(packets, args.readings);
    let drain = OggFile::new(ring, bounds, target, params.number(SKIPPED) as u64, params.number(LIMIT) as u64);
    Ok(Sink { processor: Box::new(processor), clock: None, drain: Some(Box::new(drain)) })
}

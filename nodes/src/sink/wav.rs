//! `wav`: a WAV file of everything that comes in, from the first block to the end.

use super::cut::{Cut, FRAMES, SKIP};
use super::pcm_file::PcmFile;
use super::sample::SampleFormat;
use super::tap::{READINGS, RING, tap};
use super::target::Target;
use super::wav_header::WavHeader;
use lavalink_exec::{BuildArgs, BuildError, Group, Kind, Make, Param, Pruned, Sink, Tail};

const PATH: usize = 0;
const FORMAT: usize = 1;
const RING_MS: usize = 2;
const SKIPPED: usize = 3;
const LIMIT: usize = 4;

const FORMATS: [SampleFormat; 3] = [SampleFormat::F32, SampleFormat::S16, SampleFormat::S24];

/// Writes a WAV file; RF64 beyond 4 GiB; to standard output with the lengths left open.
pub static KIND: Kind = Kind {
    name: "wav",
    group: Group::Sink,
    help: "Writes a WAV file, or a WAV stream to standard output.",
    outputs: &[],
    params: &[
        Param::text("path", "", "File to write; `-` is standard output."),
        Param::choice("format", &["f32", "s16", "s24"], 0, "How samples are stored; f32 keeps every bit."),
        RING,
        SKIP,
        FRAMES,
    ],
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
    let format = FORMATS[params.choice(FORMAT)];
    let header = WavHeader { rate: args.format.rate, format, seekable: target.seekable() };
    let (processor, ring) = tap(args.format.frames(params.number(RING_MS)).max(args.format.max_block), args.readings);
    let drain = PcmFile::new(ring, Cut::of(params, SKIPPED, LIMIT), format, target, Some(header));
    Ok(Sink { processor: Box::new(processor), clock: None, drain: Some(Box::new(drain)) })
}

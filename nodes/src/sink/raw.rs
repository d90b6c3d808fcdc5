//! `raw`: interleaved little-endian samples without a header, to standard output, a pipe or a file.

use super::cut::{Cut, FRAMES, SKIP};
use super::pcm_file::PcmFile;
use super::sample::SampleFormat;
use super::tap::{READINGS, RING, tap};
use super::target::Target;
use lavalink_exec::{BuildArgs, BuildError, Group, Kind, Make, Param, Pruned, Sink, Tail};

const PATH: usize = 0;
const FORMAT: usize = 1;
const RING_MS: usize = 2;
const SKIPPED: usize = 3;
const LIMIT: usize = 4;

const FORMATS: [SampleFormat; 4] = [SampleFormat::S16, SampleFormat::S24, SampleFormat::S32, SampleFormat::F32];

/// Writes bare samples, left and right in turn.
pub static KIND: Kind = Kind {
    name: "raw",
    group: Group::Sink,
    help: "Writes bare little-endian samples, left and right in turn, for other programs to read.",
    outputs: &[],
    params: &[
        Param::text("path", "-", "File or pipe to write; `-` is standard output."),
        Param::choice("format", &["s16", "s24", "s32", "f32"], 0, "How samples are stored; s24 takes three bytes."),
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
    let (processor, ring) = tap(args.format.frames(params.number(RING_MS)).max(args.format.max_block), args.readings);
    let drain = PcmFile::new(ring, Cut::of(params, SKIPPED, LIMIT), FORMATS[params.choice(FORMAT)], target, None);
    Ok(Sink { processor: Box::new(processor), clock: None, drain: Some(Box::new(drain)) })
}

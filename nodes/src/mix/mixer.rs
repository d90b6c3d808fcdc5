//! Mixer: `out = Σ g[i] · in[i]`, each gain in dB and moving along half a cosine.
//!
//! An input that is silent costs the test of a flag; a single one at 0 dB is a copy.

use crate::level::{OFF_DB, amplitude};
use crate::smooth::Glide;
use lavalink_exec::{
    BuildArgs, Context, Edge, Group, Io, Kind, Live, Make, Output, Param, Port, Processor, Pruned, Stereo, StereoMut,
    Unit,
};
use std::any::Any;

const INPUTS: usize = 0;
const GAIN: usize = 1;

/// Most inputs a mixer can have.
const MOST: usize = 32;

/// The table of `mixer`.
pub static KIND: Kind = Kind {
    name: "mixer",
    group: Group::Mixer,
    help: "Adds its inputs up.",
    inputs: &[Port { name: "in", edge: Edge::Pcm, counted_by: Some(INPUTS) }],
    params: &[
        Param::whole("inputs", Unit::None, 1.0, MOST as f64, 8.0, "Number of inputs."),
        Param::number("gain", Unit::Db, OFF_DB, 24.0, 0.0, "Gain of each input; -120 dB and below is silence.")
            .live(Live::Ramp)
            .array(MOST),
    ],
    pruned_as: Pruned::Never,
    make: Make::Lane(|args| Ok(Box::new(Mixer::new(&args)))),
    ..Kind::DEFAULT
};

/// One factor per input.
struct Mixer(Box<[Glide]>);

impl Mixer {
    fn new(args: &BuildArgs<'_>) -> Self {
        let inputs = args.params.number(INPUTS) as usize;
        let factor = |i| Glide::new(amplitude(args.params.number(GAIN + i) as f32), &args.format);
        Self((0..inputs).map(factor).collect())
    }
}

impl Processor for Mixer {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        let mut silent = true;
        for (port, factor) in self.0.iter_mut().enumerate() {
            if io.is_silent(port) {
                factor.skip(ctx.frames);
            } else if factor.at_rest() != Some(0.0) {
                let input = io.input(port);
                put(input, io.output(0), factor, !silent);
                silent = false;
            }
        }
        if silent { Output::Silent } else { Output::Written }
    }

    fn set(&mut self, index: usize, value: f32) {
        if let Some(factor) = index.checked_sub(GAIN).and_then(|i| self.0.get_mut(i)) {
            factor.aim(amplitude(value));
        }
    }

    fn reset(&mut self) {
        self.0.iter_mut().for_each(Glide::settle);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Writes `input` times the factor to `out`, or adds it to what is there.
fn put(input: Stereo<'_>, mut out: StereoMut<'_>, factor: &mut Glide, add: bool) {
    if !add && factor.at_rest() == Some(1.0) {
        out.left.copy_from_slice(input.left);
        out.right.copy_from_slice(input.right);
        return;
    }
    if !add {
        out.clear();
    }
    factor.add([out.left, out.right], [input.left, input.right]);
}

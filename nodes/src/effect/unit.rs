//! One processor around any stereo unit of fundsp, and what the tables of such kinds share.
//!
//! A unit takes at most 64 frames at a time; longer blocks are cut. Nothing of a unit may change while it plays (its
//! constructor's arguments do not), so parameters rebuild the node, all but `mix`.

use super::float_mode::FloatMode;
use crate::smooth::{CHUNK, Glide};
use fundsp::audiounit::AudioUnit;
use fundsp::buffer::BufferArray;
use fundsp::typenum::U2;
use lavalink_exec::{
    BuildArgs, Context, Cost, Format, Group, Io, Kind, Live, Output, Param, Params, Processor, StereoMut, Tail, Unit,
};
use std::any::Any;

/// Index of `mix`, the first parameter of every effect.
pub(crate) const MIX: usize = 0;

/// What the tables of effects begin with: at no mix they do nothing.
pub(crate) const EFFECT: Kind =
    Kind { group: Group::Effect, cost: Cost::Heavy, identity: |p| p.number(MIX) == 0.0, ..Kind::DEFAULT };

/// The row of `mix`.
pub(crate) const fn mix(default: f64) -> Param {
    Param::number("mix", Unit::None, 0.0, 1.0, default, "Share of the effect in the sound: 0 is none, 1 nothing else.")
        .live(Live::Ramp)
}

/// Builds a processor around the unit that `make` gives. Control side.
///
/// Constructors, the rate and buffers are all done with here, and the floating-point mode of the thread is put back.
pub(crate) fn build<U: AudioUnit + 'static>(
    args: &BuildArgs<'_>,
    make: impl FnOnce(&Params) -> U,
) -> Box<dyn Processor> {
    let _mode = FloatMode::keep();
    let mut unit: Box<dyn AudioUnit> = Box::new(make(args.params));
    unit.set_sample_rate(f64::from(args.format.rate));
    unit.allocate();
    unit.reset();
    let mix = Glide::new(args.params.number(MIX) as f32, &args.format);
    Box::new(Effect { unit, mix, input: BufferArray::new(), output: BufferArray::new() })
}

/// A tail of `seconds`. Control side.
pub(crate) fn tail(seconds: f64, format: &Format) -> Tail {
    Tail::Frames(format.frames(seconds * 1000.0).clamp(1, u32::MAX as usize) as u32)
}

/// How often an echo that comes back `feedback` times as strong is heard before it is down by 120 dB.
pub(crate) fn repeats(feedback: f64) -> f64 {
    match feedback.abs() {
        f if f > 0.0 => 1.0 + (1e-6_f64.ln() / f.ln()).max(0.0),
        _ => 1.0,
    }
}

/// A frequency below half the rate, as fundsp's filters need it.
pub(crate) fn below_nyquist(hz: f64, format: &Format) -> f64 {
    hz.min(0.45 * f64::from(format.rate))
}

/// The unit and its share.
struct Effect {
    unit: Box<dyn AudioUnit>,
    mix: Glide,
    input: BufferArray<U2>,
    output: BufferArray<U2>,
}

impl Effect {
    /// At most 64 frames.
    fn run(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        {
            let mut input = self.input.buffer_mut();
            input.channel_f32_mut(0)[..frames].copy_from_slice(left);
            input.channel_f32_mut(1)[..frames].copy_from_slice(right);
        }
        self.unit.process(frames, &self.input.buffer_ref(), &mut self.output.buffer_mut());
        let output = self.output.buffer_ref();
        let mut shares = [0.0; CHUNK];
        self.mix.fill(&mut shares[..frames]);
        for (dry, channel) in [left, right].into_iter().zip(0..) {
            for ((dry, wet), share) in dry.iter_mut().zip(output.channel_f32(channel)).zip(&shares) {
                *dry = *dry * (1.0 - share) + wet * share;
            }
        }
    }
}

impl Processor for Effect {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let _mode = FloatMode::keep();
        let StereoMut { left, right } = io.inout();
        for (left, right) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            self.run(left, right);
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        if index == MIX {
            self.mix.aim(value);
        }
    }

    fn reset(&mut self) {
        let _mode = FloatMode::keep();
        self.unit.reset();
        self.mix.settle();
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

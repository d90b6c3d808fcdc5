//! The real-time half of a node.

use crate::Io;
use core::any::Any;
use core::cell::Cell;

/// What a processor made of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The outputs were written.
    Written,
    /// An in-place processor left its buffer untouched; silence stays silence.
    Bypass,
    /// The outputs are silent; what is in the buffers does not matter.
    Silent,
}

/// How long a node sounds after its input has fallen silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Silence in, silence out.
    None,
    /// That many frames.
    Frames(u32),
    /// It sounds on its own: generators, feedback that does not die away.
    Endless,
}

/// Where the current block lies in the track that is playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrackTime {
    /// Frames of the track's output before this block, counted on the grid of its packets. Jumps on a seek.
    pub frame: u64,
    /// Raised by every seek, stop and replace.
    pub generation: u32,
}

/// What holds for one block. Shared by all processors of a plan.
#[derive(Debug)]
pub struct Context {
    /// Frames in this block, 1 to [`crate::Format::max_block`].
    pub frames: usize,
    /// Frames this plan has rendered before this block.
    pub position: u64,
    /// Frames of latency between the head of the plan and the input of the processor being called.
    pub latency: u32,
    /// Set by the plan's feed, the first to run; read by encoders and meters.
    pub track: Cell<TrackTime>,
    /// Whether the track runs, by the plan's feed: not while nothing is played, it is paused, or its ring is dry. True
    /// in plans without a feed.
    pub running: Cell<bool>,
    /// Whether packets made in this block are still dropped, because those of the plan before are forwarded: an edit
    /// lets a new encoder warm up.
    pub priming: bool,
}

/// The half of a node that runs on a lane.
///
/// **Every method is called on a real-time thread** (or, before the node is in a plan and after it has left, on the
/// control side). None may allocate, free, lock, make a system call, log, panic or fail.
pub trait Processor: Send {
    /// Renders `ctx.frames` frames. Any length from 1 to the maximum may come, and the samples must not depend on how
    /// they are split into blocks.
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output;

    /// Takes a new value for the parameter at flat index `index` (see [`crate::Value::as_f32`]); the node smooths it.
    /// Only called for parameters that are not [`crate::Live::Rebuild`], and with values the table accepts.
    fn set(&mut self, index: usize, value: f32) {
        let _ = (index, value);
    }

    /// Forgets all history: as if just built, with the present parameter values and no ramp running.
    fn reset(&mut self);

    /// Takes over the state of `old`, a processor of the same kind and format that this one replaces. Returns whether
    /// it did; a processor that cannot simply starts fresh and is cross-faded.
    fn adopt(&mut self, old: &mut dyn Processor) -> bool {
        let _ = old;
        false
    }

    /// For [`Processor::adopt`]: the processor as [`Any`].
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

//! A node of the stream chain, between decoder and ring.

use crate::{Pcm, Stereo};
use core::any::Any;

/// The stream half of kinds whose output is not as long as their input: resampler, speed, time stretch.
///
/// Called on stream workers, one thread at a time; may allocate, must not block. Its start-up delay is cut by the
/// stage itself: the first frame out belongs to the first frame in, and [`Stage::finish`] gives the rest, so that a
/// track keeps its length (times the ratio).
pub trait Stage: Send {
    /// Takes all of `input`, appends what comes out to `output` (nothing, perhaps).
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm);

    /// The track has ended: appends what is still inside.
    fn finish(&mut self, output: &mut Pcm);

    /// Forgets all history, for a seek.
    fn reset(&mut self);

    /// Takes a new value for the parameter at flat index `index`; smoothed inside.
    fn set(&mut self, index: usize, value: f32) {
        let _ = (index, value);
    }

    /// Takes over the state of a stage of the same kind. Returns whether it did.
    fn adopt(&mut self, old: &mut dyn Stage) -> bool {
        let _ = old;
        false
    }

    /// Rate of the frames that come out, in Hz.
    fn output_rate(&self) -> u32;

    /// Input frames, since the last reset, that lie before the next output frame: where in its input the stage is.
    fn consumed(&self) -> f64;

    /// For [`Stage::adopt`]: the stage as [`Any`].
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

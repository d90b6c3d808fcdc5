//! What a sink is made of beside its processor.

use crate::Processor;
use alloc::{boxed::Box, string::String};

/// A built sink.
pub struct Sink {
    /// Runs on the lane and takes the sound or the packets of each block.
    pub processor: Box<dyn Processor>,
    /// Drives the lane, for sinks with a clock of their own: devices, and `null` with `clocked`.
    pub clock: Option<Box<dyn Clock>>,
    /// Takes away what the processor has put into its ring, off the lane: files, standard output.
    pub drain: Option<Box<dyn Drain>>,
}

/// What a lane should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Render that many frames, then call [`Clock::commit`].
    Run {
        /// Frames to render, at most [`crate::Format::max_block`].
        frames: usize,
        /// Whether the deadline of this block had passed already.
        late: bool,
    },
    /// Nothing to do; look for messages and ask again.
    Idle,
}

/// The one clock of a lane. All methods are called on the lane's thread.
pub trait Clock: Send {
    /// Frames of a usual block.
    fn block(&self) -> usize;

    /// Waits until a block is due, at most about 50 ms. The only call on a lane that may sleep.
    fn wait(&mut self) -> Tick;

    /// The block asked for has been rendered and the sink's processor has run: hand it to the device. Never blocks.
    fn commit(&mut self);

    /// Nothing plays any more (`true`) or something does again (`false`). A device may be released while idle.
    fn idle(&mut self, idle: bool) {
        let _ = idle;
    }
}

/// What takes the output of a sink away, off the lane. Called on one thread at a time.
pub trait Drain: Send {
    /// Writes what there is. Called every few milliseconds; may block for the time of a write.
    ///
    /// # Errors
    /// When the sound cannot be written; it is not called again then.
    fn drain(&mut self) -> Result<(), SinkError>;

    /// The graph is gone or rendering is over: writes the rest and closes (headers, lengths).
    ///
    /// # Errors
    /// As [`Drain::drain`].
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// Why a sink cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkError {
    /// What went wrong and what to do about it.
    pub message: String,
}

impl core::fmt::Display for SinkError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for SinkError {}

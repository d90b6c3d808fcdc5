//! A plain delay: what the compiler puts on parallel paths.

use crate::{Context, Io, Output, Processor};
use alloc::{boxed::Box, vec};
use core::any::Any;

/// Delays a stereo signal by a fixed number of frames, exactly.
pub struct Delay {
    lines: [Box<[f32]>; 2],
    at: usize,
}

impl Delay {
    /// A delay of `frames` frames (at least one). Control side.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        let line = || vec![0.0; frames.max(1)].into_boxed_slice();
        Self { lines: [line(), line()], at: 0 }
    }
}

impl Processor for Delay {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let block = io.inout();
        let len = self.lines[0].len();
        let frames = block.left.len();
        for (line, channel) in self.lines.iter_mut().zip([block.left, block.right]) {
            let mut at = self.at;
            for sample in channel {
                core::mem::swap(&mut line[at], sample);
                at += 1;
                if at == len {
                    at = 0;
                }
            }
        }
        self.at = (self.at + frames) % len;
        Output::Written
    }

    fn reset(&mut self) {
        self.lines.iter_mut().for_each(|l| l.fill(0.0));
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

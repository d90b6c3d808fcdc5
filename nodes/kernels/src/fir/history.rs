//! The last frames of a stereo stream as contiguous slices, as filters over a window need them.

use alloc::{boxed::Box, vec};

/// Frames that fit beyond the window.
const ROOM: usize = 256;

/// A window of `taps` frames that slides over a stream. Frames are kept in one array per channel and moved to its start when
/// it is full, which happens once in a few hundred frames.
#[derive(Clone, Debug)]
pub(crate) struct History {
    taps: usize,
    left: Box<[f32]>,
    right: Box<[f32]>,
    /// First frame of the window.
    start: usize,
    /// Behind the newest frame.
    end: usize,
}

impl History {
    /// All silent: the first window has the first frame as its last.
    pub(crate) fn new(taps: usize) -> Self {
        let silent = || vec![0.0; taps + ROOM].into_boxed_slice();
        Self { taps, left: silent(), right: silent(), start: 0, end: taps - 1 }
    }

    pub(crate) fn reset(&mut self) {
        self.left.fill(0.0);
        self.right.fill(0.0);
        (self.start, self.end) = (0, self.taps - 1);
    }

    /// Takes as many frames as there is room for and returns how many. The window may begin behind the newest frame when a
    /// filter skips some.
    pub(crate) fn push(&mut self, left: &[f32], right: &[f32]) -> usize {
        if self.end == self.left.len() {
            let from = self.start.min(self.end);
            self.left.copy_within(from..self.end, 0);
            self.right.copy_within(from..self.end, 0);
            self.start -= from;
            self.end -= from;
        }
        let count = left.len().min(right.len()).min(self.left.len() - self.end);
        self.left[self.end..self.end + count].copy_from_slice(&left[..count]);
        self.right[self.end..self.end + count].copy_from_slice(&right[..count]);
        self.end += count;
        count
    }

    /// The window of both channels, `None` while frames are missing.
    #[inline(always)]
    pub(crate) fn window(&self) -> Option<(&[f32], &[f32])> {
        let end = self.start + self.taps;
        if end > self.end {
            return None;
        }
        Some((self.left.get(self.start..end)?, self.right.get(self.start..end)?))
    }

    #[inline(always)]
    pub(crate) fn advance(&mut self, frames: usize) {
        self.start += frames;
    }
}

//! Growable stereo pcm, for the stream side only.

use crate::Stereo;
use alloc::vec::Vec;

/// Planar stereo frames that grow at the end and are taken from the front. May allocate: stream side only.
#[derive(Clone, Debug, Default)]
pub struct Pcm {
    /// Left channel.
    pub left: Vec<f32>,
    /// Right channel; as long as the left.
    pub right: Vec<f32>,
}

impl Pcm {
    /// No frames.
    #[must_use]
    pub const fn new() -> Self {
        Self { left: Vec::new(), right: Vec::new() }
    }

    /// Frames held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Forgets all frames, keeps the memory.
    pub fn clear(&mut self) {
        self.left.clear();
        self.right.clear();
    }

    /// Appends frames.
    pub fn extend(&mut self, block: Stereo<'_>) {
        self.left.extend_from_slice(block.left);
        self.right.extend_from_slice(block.right);
    }

    /// Makes it `frames` long, new frames silent.
    pub fn resize(&mut self, frames: usize) {
        self.left.resize(frames, 0.0);
        self.right.resize(frames, 0.0);
    }

    /// Drops `frames` frames from the front.
    pub fn consume(&mut self, frames: usize) {
        let n = frames.min(self.left.len());
        self.left.drain(..n);
        self.right.drain(..n);
    }

    /// All frames.
    #[must_use]
    pub fn as_stereo(&self) -> Stereo<'_> {
        Stereo { left: &self.left, right: &self.right }
    }
}

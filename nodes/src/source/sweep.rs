//! A logarithmic sweep (Farina, "Simultaneous measurement of impulse response and distortion with a swept-sine
//! technique", 2000): x(t) = A · sin(2π · f₁ · L · (e^(t/L) − 1)), L = T / ln(f₂/f₁).

use super::generator::Signal;
use std::f64::consts::TAU;

/// Generator of `sweep:`; repeats when it is to last longer than its own length.
pub(super) struct Sweep {
    amplitude: f64,
    from: f64,
    /// L of the formula, in seconds.
    scale: f64,
    frames: u64,
    rate: f64,
    at: u64,
}

impl Sweep {
    /// From `from` to `to` Hz in `frames` frames.
    pub(super) fn new(from: f64, to: f64, amplitude: f64, rate: u32, frames: u64) -> Self {
        let rate = f64::from(rate);
        let frames = frames.max(1);
        let scale = frames as f64 / rate / (to / from).ln();
        Self { amplitude, from, scale, frames, rate, at: 0 }
    }
}

impl Signal for Sweep {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn go(&mut self, frame: u64) {
        self.at = frame;
    }

    fn next(&mut self) -> (f32, f32) {
        let t = (self.at % self.frames) as f64 / self.rate;
        self.at += 1;
        let turns = self.from * self.scale * (t / self.scale).exp_m1();
        let x = (self.amplitude * (TAU * turns.fract()).sin()) as f32;
        (x, x)
    }
}

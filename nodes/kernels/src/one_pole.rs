//! One-pole low pass of a stereo signal, Lavalink's `lowPass`: s ← s + (x − s)·k.

use libm::exp;

/// State and coefficient. Cost: 12 instructions per frame.
#[derive(Clone, Copy, Debug)]
pub struct OnePole {
    k: f32,
    /// `None` before the first frame, which then sets the state.
    state: Option<[f32; 2]>,
}

impl OnePole {
    /// With Lavalink's smoothing: k = 1 / `smoothing`, of which values up to 1 (and NaN) let everything pass.
    pub fn smoothing(smoothing: f32) -> Self {
        Self { k: if smoothing > 1.0 { 1.0 / smoothing } else { 1.0 }, state: None }
    }

    /// With its −3 dB frequency (matched pole: k = 1 − e^(−2πf/rate)).
    pub fn at_hz(hz: f64, rate: f64) -> Self {
        let k = 1.0 - exp(-2.0 * core::f64::consts::PI * hz / rate);
        Self { k: if k > 0.0 && k <= 1.0 { k as f32 } else { 1.0 }, state: None }
    }

    /// The coefficient.
    pub fn k(&self) -> f32 {
        self.k
    }

    /// Takes the coefficient of `other` and keeps the state.
    pub fn tune(&mut self, other: &Self) {
        self.k = other.k;
    }

    /// Forgets the past: the next frame sets the state.
    pub fn reset(&mut self) {
        self.state = None;
    }

    /// Filters a block in place. A state that became infinite or NaN is dropped at the end of the block.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let (Some(&first_left), Some(&first_right)) = (left.first(), right.first()) else { return };
        let [mut a, mut b] = self.state.unwrap_or([first_left, first_right]);
        for (l, r) in left.iter_mut().zip(right) {
            a += (*l - a) * self.k;
            b += (*r - b) * self.k;
            (*l, *r) = (a, b);
        }
        self.state = (a.is_finite() && b.is_finite()).then_some([a, b]);
    }
}

//! White and pink noise, different in the two channels, the same in every run.
//!
//! Sample n of white noise is a hash of n. Pink noise sums octaves of held white noise (Voss and McCartney): row k holds
//! its value for 2^k frames, which also is a function of n alone.

use super::generator::Signal;

/// Rows of pink noise: flat in steps of 3 dB per octave down to rate / 2^16, below 1 Hz.
const ROWS: u32 = 16;

/// Generator of `noise:`.
pub(super) struct Noise {
    amplitude: f32,
    pink: bool,
    at: u64,
}

impl Noise {
    /// Noise with peaks of at most `amplitude`.
    pub(super) fn new(pink: bool, amplitude: f64) -> Self {
        Self { amplitude: amplitude as f32, pink, at: 0 }
    }

    fn sample(&self, channel: u64) -> f32 {
        let white = |n: u64, row: u32| uniform(n.wrapping_mul(2).wrapping_add(channel) ^ (u64::from(row) << 58));
        if self.pink {
            let rows: f32 = (0..ROWS).map(|k| white(self.at >> k, k + 1)).sum();
            rows / ROWS as f32
        } else {
            white(self.at, 0)
        }
    }
}

/// A number from −1 to 1 made of `n` (the finaliser of SplitMix64; Steele, Lea and Flood, 2014).
fn uniform(n: u64) -> f32 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    ((z >> 40) as i32 - (1 << 23)) as f32 / (1 << 23) as f32
}

impl Signal for Noise {
    fn name(&self) -> &'static str {
        if self.pink { "pink noise" } else { "noise" }
    }

    fn go(&mut self, frame: u64) {
        self.at = frame;
    }

    fn next(&mut self) -> (f32, f32) {
        let pair = (self.amplitude * self.sample(0), self.amplitude * self.sample(1));
        self.at += 1;
        pair
    }
}

//! Kaiser-windowed sinc (J. F. Kaiser 1974), in `f64` on the control side.

use core::f64::consts::PI;
use libm::{sin, sqrt};

/// A continuous low pass: half its length on either side of the centre.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prototype {
    /// Length in input frames.
    pub(crate) taps: usize,
    /// Cut-off (−6 dB) in cycles per input frame.
    pub(crate) cutoff: f64,
    /// Kaiser's β.
    pub(crate) beta: f64,
}

impl Prototype {
    /// Value at `t` input frames from the centre, up to a factor.
    fn at(&self, t: f64) -> f64 {
        let edge = 2.0 * t / self.taps as f64;
        let window = bessel_i0(self.beta * sqrt((1.0 - edge * edge).max(0.0)));
        let x = 2.0 * PI * self.cutoff * t;
        if x.abs() < 1e-9 { window } else { window * sin(x) / x }
    }

    /// The weights of `taps` consecutive frames for a point `phase` (0 to 1) behind the frame in the middle (index taps/2 − 1),
    /// scaled so that a constant passes unchanged.
    pub(crate) fn row(&self, phase: f64, out: &mut [f32]) {
        let centre = (self.taps / 2 - 1) as f64 + phase;
        let sum: f64 = (0..self.taps).map(|k| self.at(k as f64 - centre)).sum();
        for (k, out) in out.iter_mut().enumerate() {
            *out = (self.at(k as f64 - centre) / sum) as f32;
        }
    }
}

/// Modified Bessel function of order 0, by its series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, quarter) = (1.0, 1.0, x * x / 4.0);
    for k in 1..200 {
        term *= quarter / (f64::from(k) * f64::from(k));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

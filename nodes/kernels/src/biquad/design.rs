//! Coefficients of second-order sections, computed in `f64` on the control side.
//!
//! Formulas: Robert Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients" (W3C Audio EQ
//! Cookbook). The one-pole shapes are the bilinear transforms of 1/(1 + s) and s/(1 + s).

use core::f64::consts::{LN_2, PI};
use libm::{cos, log10, pow, sin, sinh, sqrt, tan};

/// What a section does to the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Passes below the frequency, 12 dB per octave above.
    LowPass,
    /// Passes above the frequency, 12 dB per octave below.
    HighPass,
    /// Passes around the frequency, 0 dB at its centre.
    BandPass,
    /// Removes the frequency.
    Notch,
    /// Turns the phase, leaves the level.
    AllPass,
    /// Raises or lowers a band by the gain.
    Peaking,
    /// Raises or lowers everything below the frequency by the gain.
    LowShelf,
    /// Raises or lowers everything above the frequency by the gain.
    HighShelf,
    /// One pole: 6 dB per octave above the frequency. Width and gain do not count.
    OnePoleLow,
    /// One pole: 6 dB per octave below the frequency. Width and gain do not count.
    OnePoleHigh,
}

/// How wide a band or how steep a shelf is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// Quality factor, above 0; 0.7071 is Butterworth for the passes.
    Q(f64),
    /// Bandwidth in octaves between the -3 dB points (half gain in dB for `Peaking`).
    Octaves(f64),
    /// Shelf slope, 1 is the steepest that stays monotonic. For the shelves and `Peaking`.
    Slope(f64),
}

/// One section: y = b0·x + b1·x₁ + b2·x₂ − a1·y₁ − a2·y₂, normalised to a0 = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Biquad {
    /// Weight of the input.
    pub b0: f32,
    /// Weight of the input one frame ago.
    pub b1: f32,
    /// Weight of the input two frames ago.
    pub b2: f32,
    /// Weight of the output one frame ago, subtracted.
    pub a1: f32,
    /// Weight of the output two frames ago, subtracted.
    pub a2: f32,
}

impl Biquad {
    /// Gives its input back.
    pub const IDENTITY: Self = Self { b0: 1.0, b1: 0.0, b2: 0.0, a1: 0.0, a2: 0.0 };

    /// Designs a section for `rate` Hz.
    ///
    /// The frequency is held within 0.001 Hz and 0.4999 of the rate, Q and the like above 0.001; with a value that is not a
    /// number the result is the identity. Control side: cheap, but full of transcendental functions.
    pub fn design(shape: Shape, rate: f64, hz: f64, width: Width, gain_db: f64) -> Self {
        let w0 = 2.0 * PI * (hz / rate).clamp(0.001 / rate, 0.4999);
        let (sn, cs) = (sin(w0), cos(w0));
        let a = pow(10.0, gain_db / 40.0);
        let alpha = match width {
            Width::Q(q) => sn / (2.0 * q.max(0.001)),
            Width::Octaves(octaves) => sn * sinh(LN_2 / 2.0 * octaves.clamp(0.001, 20.0) * w0 / sn),
            Width::Slope(s) => sn / 2.0 * sqrt(((a + 1.0 / a) * (1.0 / s.max(0.001) - 1.0) + 2.0).max(1e-6)),
        };
        let shelf = 2.0 * sqrt(a) * alpha;
        let [b0, b1, b2, a0, a1, a2] = match shape {
            Shape::LowPass => [(1.0 - cs) / 2.0, 1.0 - cs, (1.0 - cs) / 2.0, 1.0 + alpha, -2.0 * cs, 1.0 - alpha],
            Shape::HighPass => [(1.0 + cs) / 2.0, -1.0 - cs, (1.0 + cs) / 2.0, 1.0 + alpha, -2.0 * cs, 1.0 - alpha],
            Shape::BandPass => [alpha, 0.0, -alpha, 1.0 + alpha, -2.0 * cs, 1.0 - alpha],
            Shape::Notch => [1.0, -2.0 * cs, 1.0, 1.0 + alpha, -2.0 * cs, 1.0 - alpha],
            Shape::AllPass => [1.0 - alpha, -2.0 * cs, 1.0 + alpha, 1.0 + alpha, -2.0 * cs, 1.0 - alpha],
            Shape::Peaking => {
                [1.0 + alpha * a, -2.0 * cs, 1.0 - alpha * a, 1.0 + alpha / a, -2.0 * cs, 1.0 - alpha / a]
            }
            Shape::LowShelf => [
                a * ((a + 1.0) - (a - 1.0) * cs + shelf),
                2.0 * a * ((a - 1.0) - (a + 1.0) * cs),
                a * ((a + 1.0) - (a - 1.0) * cs - shelf),
                (a + 1.0) + (a - 1.0) * cs + shelf,
                -2.0 * ((a - 1.0) + (a + 1.0) * cs),
                (a + 1.0) + (a - 1.0) * cs - shelf,
            ],
            Shape::HighShelf => [
                a * ((a + 1.0) + (a - 1.0) * cs + shelf),
                -2.0 * a * ((a - 1.0) + (a + 1.0) * cs),
                a * ((a + 1.0) + (a - 1.0) * cs - shelf),
                (a + 1.0) - (a - 1.0) * cs + shelf,
                2.0 * ((a - 1.0) - (a + 1.0) * cs),
                (a + 1.0) - (a - 1.0) * cs - shelf,
            ],
            Shape::OnePoleLow => {
                let k = tan(w0 / 2.0);
                [k, k, 0.0, 1.0 + k, k - 1.0, 0.0]
            }
            Shape::OnePoleHigh => {
                let k = tan(w0 / 2.0);
                [1.0, -1.0, 0.0, 1.0 + k, k - 1.0, 0.0]
            }
        };
        let section = [b0, b1, b2, a1, a2].map(|c| (c / a0) as f32);
        if section.iter().any(|c| !c.is_finite()) {
            return Self::IDENTITY;
        }
        let [b0, b1, b2, a1, a2] = section;
        Self { b0, b1, b2, a1, a2 }
    }

    /// The gain at a frequency in dB (-inf at a zero), for curves and tests. Control side.
    pub fn response_db(&self, rate: f64, hz: f64) -> f64 {
        let w = 2.0 * PI * hz / rate;
        let (c1, c2, s1, s2) = (cos(w), cos(2.0 * w), sin(w), sin(2.0 * w));
        let power = |k0: f64, k1: f32, k2: f32| {
            let (k1, k2) = (f64::from(k1), f64::from(k2));
            let (re, im) = (k0 + k1 * c1 + k2 * c2, k1 * s1 + k2 * s2);
            re * re + im * im
        };
        10.0 * log10(power(f64::from(self.b0), self.b1, self.b2) / power(1.0, self.a1, self.a2))
    }
}

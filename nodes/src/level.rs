//! Decibels.

/// The level, in dB, from which down a gain means silence.
pub(crate) const OFF_DB: f64 = -120.0;

/// The factor of a gain in dB; 0 from [`OFF_DB`] down. Real-time safe.
pub(crate) fn amplitude(db: f32) -> f32 {
    if db <= OFF_DB as f32 { 0.0 } else { 10.0_f32.powf(db / 20.0) }
}

/// The level of an amplitude in dB, not below [`OFF_DB`]. Real-time safe.
pub(crate) fn decibels(amplitude: f32) -> f32 {
    (20.0 * amplitude.log10()).max(OFF_DB as f32)
}

#[cfg(test)]
mod tests {
    use super::{amplitude, decibels};

    #[test]
    fn zero_decibels_is_exactly_one_and_off_is_exactly_zero() {
        assert_eq!(amplitude(0.0), 1.0);
        assert_eq!(amplitude(-120.0), 0.0);
        assert!((amplitude(-6.0) - 0.501_187_2).abs() < 1e-6);
    }

    #[test]
    fn silence_is_off() {
        assert_eq!(decibels(0.0), -120.0);
        assert_eq!(decibels(1.0), 0.0);
    }
}

//! One sample of each format, and loops over any number of channels.

use super::Dither;

/// A sample format. Numbers are little-endian where bytes count.
pub trait Sample: Copy + sealed::Sealed {
    /// As `f32`, full scale ±1.
    fn to_f32(self) -> f32;
    /// Nearest value to `x` plus `dither` steps, saturated; 0 (the middle for `u8`) for NaN.
    fn from_f32(x: f32, dither: f32) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for i16 {}
    impl Sealed for i32 {}
    impl Sealed for f32 {}
    impl Sealed for super::Packed24 {}
    impl Sealed for super::Padded24 {}
}

/// 24 bits in three bytes, little-endian (ALSA's `S24_3LE`, WAV).
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed24(pub [u8; 3]);

/// 24 bits in the lower three bytes of an `i32`, sign-extended (ALSA's `S24_LE`). The top byte is not read.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Padded24(pub i32);

/// Adding and subtracting 1.5·2²³ rounds an `f32` below 2²² to the nearest integer, ties to even.
#[inline(always)]
fn round_small(v: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0;
    (v + MAGIC) - MAGIC
}

/// The same for `f64` below 2⁵¹, for formats with as many bits as an `f32` or more.
#[inline(always)]
fn round_large(v: f64) -> f64 {
    const MAGIC: f64 = 6_755_399_441_055_744.0;
    (v + MAGIC) - MAGIC
}

const SCALE_24: f32 = 8_388_608.0;
const SCALE_32: f32 = 2_147_483_648.0;

/// Saturated 24-bit integer.
#[inline(always)]
fn to_24(x: f32, dither: f32) -> i32 {
    let v = f64::from(x * SCALE_24) + f64::from(dither);
    round_large(v.clamp(-8_388_608.0, 8_388_607.0)) as i32
}

impl Sample for u8 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        (i32::from(self) - 128) as f32 * (1.0 / 128.0)
    }
    #[inline(always)]
    fn from_f32(x: f32, dither: f32) -> Self {
        if x.is_nan() { 128 } else { (round_small((x * 128.0 + dither).clamp(-128.0, 127.0)) + 128.0) as u8 }
    }
}

impl Sample for i16 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        f32::from(self) * (1.0 / 32768.0)
    }
    #[inline(always)]
    fn from_f32(x: f32, dither: f32) -> Self {
        // The cast saturates and makes NaN 0; the clamp keeps infinities away from the rounding.
        round_small((x * 32768.0 + dither).clamp(-32768.0, 32767.0)) as i16
    }
}

impl Sample for i32 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self as f32 * (1.0 / SCALE_32)
    }
    #[inline(always)]
    fn from_f32(x: f32, dither: f32) -> Self {
        let v = f64::from(x * SCALE_32) + f64::from(dither);
        round_large(v.clamp(-2_147_483_648.0, 2_147_483_647.0)) as i32
    }
}

impl Sample for f32 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_f32(x: f32, _dither: f32) -> Self {
        x
    }
}

impl Sample for Packed24 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        let [a, b, c] = self.0;
        (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 * (1.0 / SCALE_24)
    }
    #[inline(always)]
    fn from_f32(x: f32, dither: f32) -> Self {
        let [a, b, c, _] = to_24(x, dither).to_le_bytes();
        Self([a, b, c])
    }
}

impl Sample for Padded24 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        ((self.0 << 8) >> 8) as f32 * (1.0 / SCALE_24)
    }
    #[inline(always)]
    fn from_f32(x: f32, dither: f32) -> Self {
        Self(to_24(x, dither))
    }
}

/// Converts samples one by one.
pub fn to_f32<S: Sample>(input: &[S], out: &mut [f32]) {
    for (&x, out) in input.iter().zip(out) {
        *out = x.to_f32();
    }
}

/// Converts samples one by one, with dither where one is given.
pub fn from_f32<S: Sample>(input: &[f32], out: &mut [S], mut dither: Option<&mut Dither>) {
    for (&x, out) in input.iter().zip(out) {
        *out = S::from_f32(x, dither.as_deref_mut().map_or(0.0, Dither::draw));
    }
}

/// Takes channel `index` of `channels` interleaved ones out. Nothing happens if there is no such channel.
pub fn take_channel<S: Sample>(interleaved: &[S], channels: usize, index: usize, out: &mut [f32]) {
    if index >= channels {
        return;
    }
    for (frame, out) in interleaved.chunks_exact(channels).zip(out) {
        *out = frame[index].to_f32();
    }
}

/// Writes channel `index` of `channels` interleaved ones, leaving the others. Nothing happens if there is no such channel.
pub fn put_channel<S: Sample>(
    input: &[f32],
    interleaved: &mut [S],
    channels: usize,
    index: usize,
    mut dither: Option<&mut Dither>,
) {
    if index >= channels {
        return;
    }
    for (&x, frame) in input.iter().zip(interleaved.chunks_exact_mut(channels)) {
        frame[index] = S::from_f32(x, dither.as_deref_mut().map_or(0.0, Dither::draw));
    }
}

//! Interleaved stereo to planar and back: generic loops, and vectors for the formats every device and decoder uses.

use super::{Dither, Sample};

/// Interleaved stereo to planar; as many frames as all three slices hold.
#[inline]
pub fn to_stereo<S: Sample>(interleaved: &[S], left: &mut [f32], right: &mut [f32]) {
    for ((frame, l), r) in interleaved.as_chunks::<2>().0.iter().zip(left).zip(right) {
        (*l, *r) = (frame[0].to_f32(), frame[1].to_f32());
    }
}

/// Planar to interleaved stereo; as many frames as all three slices hold.
#[inline]
pub fn from_stereo<S: Sample>(left: &[f32], right: &[f32], interleaved: &mut [S], dither: Option<&mut Dither>) {
    let frames = interleaved.as_chunks_mut::<2>().0.iter_mut();
    let each = left.iter().zip(right).zip(frames);
    match dither {
        Some(dither) => each.for_each(|((&l, &r), frame)| {
            *frame = [S::from_f32(l, dither.draw()), S::from_f32(r, dither.draw())];
        }),
        None => each.for_each(|((&l, &r), frame)| {
            *frame = [S::from_f32(l, 0.0), S::from_f32(r, 0.0)];
        }),
    }
}

/// [`to_stereo`] for 16 bits.
/// Cost: 3.3 instructions per frame.
pub fn s16_to_stereo(interleaved: &[i16], left: &mut [f32], right: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    let done = super::sse2::s16_to_stereo(interleaved, left, right);
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    to_stereo(&interleaved[2 * done..], &mut left[done..], &mut right[done..]);
}

/// [`to_stereo`] for 32 bits.
/// Cost: 3.6 instructions per frame.
pub fn s32_to_stereo(interleaved: &[i32], left: &mut [f32], right: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    let done = super::sse2::s32_to_stereo(interleaved, left, right);
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    to_stereo(&interleaved[2 * done..], &mut left[done..], &mut right[done..]);
}

/// [`from_stereo`] for 16 bits.
/// Cost: 5.6, with dither 59, instructions per frame.
pub fn stereo_to_s16(left: &[f32], right: &[f32], interleaved: &mut [i16], dither: Option<&mut Dither>) {
    #[cfg(target_arch = "x86_64")]
    let done = if dither.is_none() { super::sse2::stereo_to_s16(left, right, interleaved) } else { 0 };
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    from_stereo(&left[done..], &right[done..], &mut interleaved[2 * done..], dither);
}

/// [`from_stereo`] for 32 bits, which hold more than an `f32` does and need no dither.
/// Cost: 6.6 instructions per frame.
pub fn stereo_to_s32(left: &[f32], right: &[f32], interleaved: &mut [i32]) {
    #[cfg(target_arch = "x86_64")]
    let done = super::sse2::stereo_to_s32(left, right, interleaved);
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    from_stereo(&left[done..], &right[done..], &mut interleaved[2 * done..], None);
}

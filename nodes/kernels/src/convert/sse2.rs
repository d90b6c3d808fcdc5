//! Four frames at a time for 16 and 32 bits. Each function returns the frames it did: all but the last one to three.

use core::arch::x86_64::*;

pub(super) fn s16_to_stereo(interleaved: &[i16], left: &mut [f32], right: &mut [f32]) -> usize {
    let inputs = interleaved.as_chunks::<8>().0;
    let (lefts, rights) = (left.as_chunks_mut::<4>().0, right.as_chunks_mut::<4>().0);
    let mut done = 0;
    for ((input, l), r) in inputs.iter().zip(lefts).zip(rights) {
        // SAFETY: SSE2 is part of x86-64; the arrays are 16 bytes each and unaligned access is used.
        unsafe {
            let pairs = _mm_loadu_si128(input.as_ptr().cast());
            // The sample in the upper half of a lane counts 2⁻³¹ per unit there; exact, like the shift of the right one.
            let scale = _mm_set1_ps(1.0 / 2_147_483_648.0);
            _mm_storeu_ps(l.as_mut_ptr(), _mm_mul_ps(_mm_cvtepi32_ps(_mm_slli_epi32::<16>(pairs)), scale));
            let upper = _mm_srai_epi32::<16>(pairs);
            _mm_storeu_ps(r.as_mut_ptr(), _mm_mul_ps(_mm_cvtepi32_ps(upper), _mm_set1_ps(1.0 / 32768.0)));
        }
        done += 4;
    }
    done
}

pub(super) fn s32_to_stereo(interleaved: &[i32], left: &mut [f32], right: &mut [f32]) -> usize {
    let inputs = interleaved.as_chunks::<8>().0;
    let (lefts, rights) = (left.as_chunks_mut::<4>().0, right.as_chunks_mut::<4>().0);
    let mut done = 0;
    for ((input, l), r) in inputs.iter().zip(lefts).zip(rights) {
        // SAFETY: SSE2 is part of x86-64; the input is 32 bytes, the outputs 16, and unaligned access is used.
        unsafe {
            let scale = _mm_set1_ps(1.0 / 2_147_483_648.0);
            let a = _mm_mul_ps(_mm_cvtepi32_ps(_mm_loadu_si128(input.as_ptr().cast())), scale);
            let b = _mm_mul_ps(_mm_cvtepi32_ps(_mm_loadu_si128(input[4..].as_ptr().cast())), scale);
            _mm_storeu_ps(l.as_mut_ptr(), _mm_shuffle_ps::<0b10_00_10_00>(a, b));
            _mm_storeu_ps(r.as_mut_ptr(), _mm_shuffle_ps::<0b11_01_11_01>(a, b));
        }
        done += 4;
    }
    done
}

pub(super) fn stereo_to_s16(left: &[f32], right: &[f32], interleaved: &mut [i16]) -> usize {
    let outs = interleaved.as_chunks_mut::<8>().0;
    let (lefts, rights) = (left.as_chunks::<4>().0, right.as_chunks::<4>().0);
    let mut done = 0;
    for ((out, l), r) in outs.iter_mut().zip(lefts).zip(rights) {
        // SAFETY: SSE2 is part of x86-64; the arrays are 16 bytes each and unaligned access is used.
        unsafe {
            let l = nearest_s16(_mm_loadu_ps(l.as_ptr()));
            let r = nearest_s16(_mm_loadu_ps(r.as_ptr()));
            let packed = _mm_packs_epi32(_mm_unpacklo_epi32(l, r), _mm_unpackhi_epi32(l, r));
            _mm_storeu_si128(out.as_mut_ptr().cast(), packed);
        }
        done += 4;
    }
    done
}

pub(super) fn stereo_to_s32(left: &[f32], right: &[f32], interleaved: &mut [i32]) -> usize {
    let outs = interleaved.as_chunks_mut::<8>().0;
    let (lefts, rights) = (left.as_chunks::<4>().0, right.as_chunks::<4>().0);
    let mut done = 0;
    for ((out, l), r) in outs.iter_mut().zip(lefts).zip(rights) {
        // SAFETY: SSE2 is part of x86-64; the inputs are 16 bytes, the output 32, and unaligned access is used.
        unsafe {
            let l = nearest_s32(_mm_loadu_ps(l.as_ptr()));
            let r = nearest_s32(_mm_loadu_ps(r.as_ptr()));
            _mm_storeu_si128(out.as_mut_ptr().cast(), _mm_unpacklo_epi32(l, r));
            _mm_storeu_si128(out[4..].as_mut_ptr().cast(), _mm_unpackhi_epi32(l, r));
        }
        done += 4;
    }
    done
}

/// Scaled to 16 bits and rounded; what is too large is brought within 32 bits here and saturated by the packing.
#[inline(always)]
fn nearest_s16(x: __m128) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let numbers = _mm_and_ps(x, _mm_cmpord_ps(x, x));
        let scaled = _mm_mul_ps(numbers, _mm_set1_ps(32768.0));
        _mm_cvtps_epi32(_mm_min_ps(scaled, _mm_set1_ps(32767.0)))
    }
}

/// Scaled to 32 bits and rounded. Overflow of either sign converts to the most negative value; the positive one is flipped.
#[inline(always)]
fn nearest_s32(x: __m128) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let numbers = _mm_and_ps(x, _mm_cmpord_ps(x, x));
        let scaled = _mm_mul_ps(numbers, _mm_set1_ps(2_147_483_648.0));
        let over = _mm_castps_si128(_mm_cmpge_ps(scaled, _mm_set1_ps(2_147_483_648.0)));
        _mm_xor_si128(_mm_cvtps_epi32(scaled), over)
    }
}

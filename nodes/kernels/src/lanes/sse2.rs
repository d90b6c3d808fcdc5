//! Four lanes as an SSE register; SSE2 is part of every x86-64.

use super::F32x4;
use core::arch::x86_64::*;

/// One XMM register. Inside a function compiled for AVX the same code gets the three-operand encodings.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(__m128);

impl F32x4 for Sse2 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_set1_ps(value) })
    }
    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        // SAFETY: SSE2 is part of x86-64; the array is 16 readable bytes and the load needs no alignment.
        Self(unsafe { _mm_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        // SAFETY: SSE2 is part of x86-64; the array is 16 writable bytes and the store needs no alignment.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn rotate(self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_shuffle_ps::<0b10_01_00_11>(self.0, self.0) })
    }
    #[inline(always)]
    fn with_first_of(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_move_ss(self.0, other.0) })
    }
    #[inline(always)]
    fn first(value: f32) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_set_ss(value) })
    }
    #[inline(always)]
    fn get_first(self) -> f32 {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_cvtss_f32(self.0) }
    }
    #[inline(always)]
    fn pick(mask: &[u32; 4], on: Self, off: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64; the mask is 16 readable bytes and the load needs no alignment.
        Self(unsafe {
            let mask = _mm_castsi128_ps(_mm_loadu_si128(mask.as_ptr().cast()));
            _mm_or_ps(_mm_and_ps(mask, on.0), _mm_andnot_ps(mask, off.0))
        })
    }
    #[inline(always)]
    fn sums(rows: [Self; 4]) -> Self {
        let [a, b, c, d] = rows.map(|row| row.0);
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe {
            // ab_low = a0 b0 a1 b1, ab_high = a2 b2 a3 b3: their halves add up to (0 + 1) and (2 + 3).
            let (ab_low, ab_high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (cd_low, cd_high) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            let low = _mm_add_ps(_mm_movelh_ps(ab_low, cd_low), _mm_movehl_ps(cd_low, ab_low));
            let high = _mm_add_ps(_mm_movelh_ps(ab_high, cd_high), _mm_movehl_ps(cd_high, ab_high));
            _mm_add_ps(low, high)
        })
    }
}

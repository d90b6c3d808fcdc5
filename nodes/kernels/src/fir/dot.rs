//! Dot products of one row of weights with both channels.
//!
//! Sums are kept in separate lanes and added at the end; with fused multiply-add the last bits differ.

use crate::lanes::F32x4;
use core::marker::PhantomData;

/// A way to compute Σ w·l and Σ w·r over slices of one length, a multiple of eight.
pub(crate) trait Dot {
    fn dot(weights: &[f32], left: &[f32], right: &[f32]) -> [f32; 2];
}

/// Vectors of four, two sums per channel.
pub(crate) struct InLanes<V>(PhantomData<V>);

impl<V: F32x4> Dot for InLanes<V> {
    #[inline(always)]
    fn dot(weights: &[f32], left: &[f32], right: &[f32]) -> [f32; 2] {
        let zero = V::splat(0.0);
        let (mut l0, mut l1, mut r0, mut r1) = (zero, zero, zero, zero);
        let rows = weights.as_chunks::<4>().0.as_chunks::<2>().0;
        let lefts = left.as_chunks::<4>().0.as_chunks::<2>().0;
        let rights = right.as_chunks::<4>().0.as_chunks::<2>().0;
        for (([wa, wb], [la, lb]), [ra, rb]) in rows.iter().zip(lefts).zip(rights) {
            let (wa, wb) = (V::load(wa), V::load(wb));
            l0 = l0.add(V::load(la).mul(wa));
            r0 = r0.add(V::load(ra).mul(wa));
            l1 = l1.add(V::load(lb).mul(wb));
            r1 = r1.add(V::load(rb).mul(wb));
        }
        let mut sums = [0.0; 4];
        V::sums([l0.add(l1), r0.add(r1), zero, zero]).store(&mut sums);
        [sums[0], sums[1]]
    }
}

/// Vectors of eight with fused multiply-add. Only for use inside functions compiled for AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
pub(crate) struct Fused;

#[cfg(target_arch = "x86_64")]
impl Dot for Fused {
    #[inline(always)]
    fn dot(weights: &[f32], left: &[f32], right: &[f32]) -> [f32; 2] {
        use core::arch::x86_64::*;
        let rows = weights.as_chunks::<8>().0.iter();
        let inputs = left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0);
        // SAFETY: only reached through functions that enable AVX2 and FMA after the token proved them; every chunk is 32 readable
        // bytes and the loads need no alignment.
        unsafe {
            let (mut l, mut r) = (_mm256_setzero_ps(), _mm256_setzero_ps());
            for (w, (a, b)) in rows.zip(inputs) {
                let w = _mm256_loadu_ps(w.as_ptr());
                l = _mm256_fmadd_ps(w, _mm256_loadu_ps(a.as_ptr()), l);
                r = _mm256_fmadd_ps(w, _mm256_loadu_ps(b.as_ptr()), r);
            }
            // Each half: two sums of the left channel, two of the right.
            let pairs = _mm256_hadd_ps(l, r);
            let four = _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps::<1>(pairs));
            let two = _mm_hadd_ps(four, four);
            [_mm_cvtss_f32(two), _mm_cvtss_f32(_mm_shuffle_ps::<0b01>(two, two))]
        }
    }
}

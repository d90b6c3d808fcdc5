//! Four `f32` lanes as a trait, so that a recursive kernel is written once and compiled per instruction set.

mod scalar;
#[cfg(target_arch = "x86_64")]
mod sse2;

pub(crate) use scalar::Scalar;
#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::Sse2;

/// Four lanes of `f32`. Every operation rounds lane by lane like the scalar one, so all implementations agree to the bit.
pub(crate) trait F32x4: Copy {
    fn splat(value: f32) -> Self;
    fn load(from: &[f32; 4]) -> Self;
    fn store(self, to: &mut [f32; 4]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// Lanes a b c d become d a b c.
    fn rotate(self) -> Self;
    /// Lane 0 of `other`, lanes 1 to 3 of `self`.
    fn with_first_of(self, other: Self) -> Self;
    /// Lane 0 is `value`; the others are of no interest.
    fn first(value: f32) -> Self;
    /// The value of lane 0.
    fn get_first(self) -> f32;
    /// Per lane: `on` where the mask is all ones, `off` where it is zero.
    fn pick(mask: &[u32; 4], on: Self, off: Self) -> Self;
    /// Lane i is the sum (0 + 1) + (2 + 3) of the lanes of the i-th argument.
    fn sums(rows: [Self; 4]) -> Self;
}

//! Four lanes as an array: the reference, and what processors without a file of their own run.

use super::F32x4;

/// An array of four; LLVM's SLP pass turns it into vectors where the target has them.
#[derive(Clone, Copy)]
pub(crate) struct Scalar([f32; 4]);

impl Scalar {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let (a, b) = (self.0, other.0);
        Self([f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2]), f(a[3], b[3])])
    }
}

impl F32x4 for Scalar {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        *to = self.0;
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
    #[inline(always)]
    fn rotate(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([d, a, b, c])
    }
    #[inline(always)]
    fn with_first_of(self, other: Self) -> Self {
        Self([other.0[0], self.0[1], self.0[2], self.0[3]])
    }
    #[inline(always)]
    fn first(value: f32) -> Self {
        Self([value, 0.0, 0.0, 0.0])
    }
    #[inline(always)]
    fn get_first(self) -> f32 {
        self.0[0]
    }
    #[inline(always)]
    fn pick(mask: &[u32; 4], on: Self, off: Self) -> Self {
        let mut out = off.0;
        for lane in 0..4 {
            if mask[lane] != 0 {
                out[lane] = on.0[lane];
            }
        }
        Self(out)
    }
    #[inline(always)]
    fn sums(rows: [Self; 4]) -> Self {
        Self(rows.map(|Self([a, b, c, d])| (a + b) + (c + d)))
    }
}

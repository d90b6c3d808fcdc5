//! Which instruction set the kernels may use: found once, carried as a token.

/// The instruction sets there are kernels for, poorest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Plain Rust in chunks of four, for every processor.
    Scalar,
    /// Four lanes of `f32`; every x86-64 has it.
    Sse2,
    /// Eight lanes and fused multiply-add (x86-64 with AVX2 and FMA, and an operating system that saves the registers).
    Avx2,
}

/// Proof that this processor has the instruction set of a [`Level`]; only [`Cpu`] itself makes one.
///
/// Made on the control side (the detection executes `cpuid`, which traps in virtual machines) and copied into kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    level: Level,
}

impl Cpu {
    /// The best level this processor and its operating system carry.
    pub fn detect() -> Self {
        Self { level: best() }
    }

    /// The plain kernels: the reference in tests.
    pub const fn scalar() -> Self {
        Self { level: Level::Scalar }
    }

    /// The best level this processor carries that is not above `limit`.
    pub fn at_most(limit: Level) -> Self {
        let best = best();
        if best <= limit {
            return Self { level: best };
        }
        if cfg!(target_arch = "x86_64") { Self { level: limit } } else { Self::scalar() }
    }

    /// The level this token stands for.
    pub const fn level(self) -> Level {
        self.level
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn best() -> Level {
    Level::Scalar
}

#[cfg(target_arch = "x86_64")]
fn best() -> Level {
    if has_avx2_and_fma() { Level::Avx2 } else { Level::Sse2 }
}

/// Intel SDM volume 1, 14.3 and 14.7: AVX needs OSXSAVE and the XMM and YMM bits of XCR0; AVX2 and FMA are flags of their own.
#[cfg(target_arch = "x86_64")]
fn has_avx2_and_fma() -> bool {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    const FMA: u32 = 1 << 12;
    const OSXSAVE: u32 = 1 << 27;
    const AVX: u32 = 1 << 28;
    const AVX2: u32 = 1 << 5;
    const XMM_AND_YMM: u64 = 0b110;

    if __cpuid(0).eax < 7 {
        return false;
    }
    let features = __cpuid(1).ecx;
    if features & (FMA | OSXSAVE | AVX) != FMA | OSXSAVE | AVX {
        return false;
    }
    // SAFETY: OSXSAVE says that `xgetbv` is enabled.
    let saved = unsafe { enabled_state() };
    saved & XMM_AND_YMM == XMM_AND_YMM && __cpuid_count(7, 0).ebx & AVX2 != 0
}

/// XCR0: the register sets the operating system saves.
///
/// # Safety
/// The processor must report OSXSAVE.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "xsave")]
unsafe fn enabled_state() -> u64 {
    // SAFETY: the caller saw OSXSAVE; XCR0 always exists then.
    unsafe { core::arch::x86_64::_xgetbv(0) }
}

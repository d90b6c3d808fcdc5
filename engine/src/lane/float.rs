//! Flush-to-zero: numbers too small to be heard must not cost a hundred times as much as others.

/// Makes this thread treat denormal numbers as zero, as inputs and as results. Call once on every thread that computes
/// sound.
///
/// Rust leaves the floating-point environment undefined once it is changed; in practice only the results of operations
/// on denormals differ, and constant folding does not produce any here. Every audio engine does the same.
pub fn flush_denormals() {
    #[cfg(target_arch = "x86_64")]
    {
        let mut control: u32 = 0;
        // SAFETY: reads and writes MXCSR only; bits 15 (flush to zero) and 6 (denormals are zero) exist on every x86-64.
        unsafe {
            std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut control, options(nostack));
            control |= 1 << 15 | 1 << 6;
            std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const control, options(nostack));
        }
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: sets bit 24 (flush to zero) of FPCR, which every AArch64 has.
    unsafe {
        let mut control: u64;
        std::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack));
        control |= 1 << 24;
        std::arch::asm!("msr fpcr, {}", in(reg) control, options(nomem, nostack));
    }
    #[cfg(all(target_arch = "arm", target_feature = "vfp2"))]
    // SAFETY: sets bit 24 (flush to zero) of FPSCR, which every VFP has. NEON always flushes.
    unsafe {
        let mut control: u32;
        std::arch::asm!("vmrs {}, fpscr", out(reg) control, options(nomem, nostack));
        control |= 1 << 24;
        std::arch::asm!("vmsr fpscr, {}", in(reg) control, options(nomem, nostack));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn denormals_become_zero_on_a_thread_that_asked() {
        std::thread::spawn(|| {
            flush_denormals();
            let tiny = black_box(f32::MIN_POSITIVE);
            assert_eq!(black_box(tiny * black_box(0.5)), 0.0);
        })
        .join()
        .expect("the thread must not panic");
        let tiny = black_box(f32::MIN_POSITIVE);
        assert_ne!(black_box(tiny * black_box(0.5)), 0.0, "other threads keep their denormals");
    }
}

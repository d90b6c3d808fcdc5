//! The floating-point mode of a thread, kept across foreign code.
//!
//! fundsp's feedback units set flush-to-zero on whatever thread runs or builds them. The mode belongs to whoever runs
//! the thread, so it is put back.

/// The mode as it was when this was made; comes back when it is dropped. Real-time safe: two instructions.
pub(crate) struct FloatMode {
    #[cfg(target_arch = "x86_64")]
    mxcsr: u32,
}

impl FloatMode {
    /// Remembers the mode.
    pub(crate) fn keep() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let mut mxcsr = 0_u32;
            // SAFETY: every x86-64 has SSE; the instruction writes four bytes to the place it is given.
            unsafe { core::arch::asm!("stmxcsr [{}]", in(reg) &raw mut mxcsr, options(nostack, preserves_flags)) };
            Self { mxcsr }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self {}
    }
}

impl Drop for FloatMode {
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the value was read from the register, so all its bits may be written.
        unsafe {
            core::arch::asm!("ldmxcsr [{}]", in(reg) &raw const self.mxcsr, options(nostack, preserves_flags, readonly));
        }
    }
}

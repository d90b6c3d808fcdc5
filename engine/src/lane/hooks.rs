//! What the core is given on a lane: a cheap counter and a guard against panics.

use lavalink_exec::Hooks;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Counter of the processor, guard of the standard library.
pub(crate) struct Native;

impl Hooks for Native {
    #[inline]
    fn now() -> u32 {
        counter()
    }

    fn guard(run: &mut dyn FnMut()) -> bool {
        catch_unwind(AssertUnwindSafe(run)).is_ok()
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn counter() -> u32 {
    // SAFETY: reads the time-stamp counter, which user space may do on Linux unless a process forbids itself.
    unsafe { std::arch::x86_64::_rdtsc() as u32 }
}

#[cfg(target_arch = "aarch64")]
#[inline]
fn counter() -> u32 {
    let count: u64;
    // SAFETY: reads the virtual counter, which Linux lets user space read.
    unsafe { std::arch::asm!("mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack)) };
    count as u32
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline]
fn counter() -> u32 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u32
}

/// Ticks of the step counter in a microsecond, measured once over 10 ms. Control side.
pub fn ticks_per_microsecond() -> f32 {
    static RATE: OnceLock<f32> = OnceLock::new();
    *RATE.get_or_init(|| {
        let (start, ticks) = (Instant::now(), counter());
        std::thread::sleep(Duration::from_millis(10));
        let (time, ticks) = (start.elapsed(), counter().wrapping_sub(ticks));
        (f64::from(ticks) / (time.as_secs_f64() * 1e6)).max(1e-3) as f32
    })
}

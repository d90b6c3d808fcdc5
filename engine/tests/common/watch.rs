//! Watches a lane: allocations by a counting allocator, system calls by a seccomp filter that traps all but those of
//! the clock. A lock that waits shows as a futex call, a log line as a write.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Calls of the allocator on a watched thread.
pub static ALLOCATIONS: AtomicU32 = AtomicU32::new(0);
/// Forbidden system calls on a watched thread.
pub static CALLS: AtomicU32 = AtomicU32::new(0);
/// Number of the last one.
pub static LAST_CALL: AtomicU32 = AtomicU32::new(0);
/// Bytes allocated and not freed, by the whole process.
pub static LIVE: AtomicI64 = AtomicI64::new(0);
/// Whether the filter is in force on some thread.
pub static FILTERED: AtomicBool = AtomicBool::new(false);

/// The system's allocator, counted.
pub struct Counting;

fn note() {
    if WATCHED.try_with(Cell::get).unwrap_or(false) {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        LIVE.fetch_add(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note();
        LIVE.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) };
    }
}

/// To be called on the lane's thread before its first block.
pub fn begin() {
    filter();
    WATCHED.with(|w| w.set(true));
}

/// To be called on the lane's thread after its last block.
pub fn end() {
    WATCHED.with(|w| w.set(false));
}

#[cfg(target_arch = "x86_64")]
fn filter() {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    extern "C" fn trapped(_: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
        if WATCHED.try_with(Cell::get).unwrap_or(false) {
            // SAFETY: for SIGSYS the kernel fills in the number of the call: si_call_addr (8 bytes) comes first in the
            // union at offset 16, the number follows it.
            let call = unsafe { *info.cast::<u8>().add(24).cast::<i32>() };
            LAST_CALL.store(call as u32, Ordering::Relaxed);
            CALLS.fetch_add(1, Ordering::Relaxed);
        }
    }
    // SAFETY: a zeroed sigaction is valid; the handler only touches atomics.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = trapped as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
        assert_eq!(libc::sigaction(libc::SIGSYS, &raw const action, std::ptr::null_mut()), 0);
    }
    let allowed = [
        libc::SYS_clock_nanosleep,
        libc::SYS_clock_gettime,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigreturn,
        // The end of a thread.
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_munmap,
        libc::SYS_madvise,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigprocmask,
    ];
    let filter = SeccompFilter::new(
        allowed.into_iter().map(|call| (call, Vec::new())).collect(),
        SeccompAction::Trap,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into().expect("architecture"),
    )
    .expect("filter");
    let program: BpfProgram = filter.try_into().expect("program");
    apply_filter(&program).expect("this test needs seccomp: run it where the kernel offers it");
    FILTERED.store(true, Ordering::Relaxed);
}

#[cfg(not(target_arch = "x86_64"))]
fn filter() {}

//! A clock for lanes without a device: absolute deadlines.

use lavalink_exec::{Clock, Format, Tick};

/// Blocks of 20 ms (or the longest the format allows), each due a block after the one before.
pub(crate) struct Deadlines {
    block: usize,
    nanos: u64,
    next: Option<u64>,
}

impl Deadlines {
    pub(crate) fn new(format: Format) -> Self {
        let block = format.frames(20.0).clamp(1, format.max_block);
        let nanos = block as u64 * 1_000_000_000 / u64::from(format.rate.max(1));
        Self { block, nanos, next: None }
    }
}

/// The monotonic clock, in nanoseconds.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn sleep_until(nanos: u64) {
    let time = libc::timespec {
        tv_sec: (nanos / 1_000_000_000) as libc::time_t,
        tv_nsec: (nanos % 1_000_000_000) as libc::c_long,
    };
    // SAFETY: reads one timespec that outlives the call. A signal may end it early, which only makes a block early.
    unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &raw const time, std::ptr::null_mut()) };
}

impl Clock for Deadlines {
    fn block(&self) -> usize {
        self.block
    }

    fn wait(&mut self) -> Tick {
        let time = now();
        let due = *self.next.get_or_insert(time);
        if time < due {
            sleep_until(due);
        }
        // After a stop of the whole machine there is no point in catching up with all of it.
        let behind = time.saturating_sub(due);
        let late = behind > self.nanos;
        self.next = Some(if behind > 10 * self.nanos { time + self.nanos } else { due + self.nanos });
        Tick::Run { frames: self.block, late }
    }

    fn commit(&mut self) {}
}

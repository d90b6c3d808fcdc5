//! Absolute deadlines for lanes without a device: block n is due n · block / rate seconds after the start, so rounding
//! never adds up and a late block does not move the ones behind it.

use lavalink_exec::Tick;
use std::time::Duration;

/// Longest sleep of one [`Deadlines::wait`], so that a lane looks at its messages often enough.
const NAP: Duration = Duration::from_millis(50);

/// How far behind the clock may fall before it gives up catching up (a suspended machine, a stopped process).
const GIVE_UP: Duration = Duration::from_millis(500);

/// A pace of `block` frames at `rate`. Used on the lane's thread; its sleep is the only system call.
#[derive(Debug)]
pub(crate) struct Deadlines {
    rate: u32,
    block: usize,
    /// Time of frame 0 since the monotonic clock's own start; `None` until the first block after a start.
    anchor: Option<Duration>,
    frames: u64,
}

impl Deadlines {
    pub(crate) fn new(rate: u32, block: usize) -> Self {
        Self { rate: rate.max(1), block: block.max(1), anchor: None, frames: 0 }
    }

    pub(crate) fn block(&self) -> usize {
        self.block
    }

    /// Begins anew with the next wait: that block is due at once.
    pub(crate) fn restart(&mut self) {
        self.anchor = None;
        self.frames = 0;
    }

    /// Waits for the next block, at most [`NAP`].
    pub(crate) fn wait(&mut self) -> Tick {
        let now = monotonic();
        let due = self.due(now);
        if due > now {
            let until = due.min(now + NAP);
            sleep_until(until);
            if until < due {
                return Tick::Idle;
            }
        }
        let late = now > due && self.frames > 0;
        if now > due + GIVE_UP {
            self.restart();
            self.anchor = Some(now);
        }
        self.frames += self.block as u64;
        Tick::Run { frames: self.block, late }
    }

    fn due(&mut self, now: Duration) -> Duration {
        let anchor = *self.anchor.get_or_insert(now);
        let rate = u64::from(self.rate);
        let whole = Duration::from_secs(self.frames / rate);
        anchor + whole + Duration::from_nanos(self.frames % rate * 1_000_000_000 / rate)
    }
}

/// Sleeps for one block, for a lane that has nothing to render.
pub(crate) fn nap(length: Duration) {
    sleep_until(monotonic() + length.min(NAP));
}

/// Time of the monotonic clock.
pub(crate) fn monotonic() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid place to write a time to; this clock always exists.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

fn sleep_until(time: Duration) {
    let until = libc::timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos() as _ };
    // SAFETY: `until` outlives the call; an absolute sleep that a signal cuts short is simply asked for again.
    while unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, core::ptr::null_mut()) }
        == libc::EINTR
    {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_do_not_drift_at_rates_that_do_not_divide_a_second() {
        let mut clock = Deadlines::new(44_100, 882);
        let start = Duration::from_secs(5);
        clock.due(start);
        clock.frames = 44_100 * 3_600 + 441;
        assert_eq!(clock.due(start), start + Duration::from_millis(3_600_010));
    }

    #[test]
    fn blocks_come_no_faster_than_their_rate() {
        let mut clock = Deadlines::new(48_000, 240);
        let begin = monotonic();
        let mut frames = 0;
        while frames < 2_640 {
            if let Tick::Run { frames: n, .. } = clock.wait() {
                frames += n;
            }
        }
        assert!(monotonic() - begin >= Duration::from_millis(50), "11 blocks of 5 ms came too fast");
    }

    #[test]
    fn far_deadlines_are_waited_for_in_naps() {
        let mut clock = Deadlines::new(8_000, 8_000);
        assert!(matches!(clock.wait(), Tick::Run { .. }));
        assert_eq!(clock.wait(), Tick::Idle);
    }

    #[test]
    fn a_long_stop_is_not_caught_up() {
        let mut clock = Deadlines::new(48_000, 960);
        clock.anchor = Some(monotonic().saturating_sub(Duration::from_secs(3)));
        clock.frames = 960;
        assert_eq!(clock.wait(), Tick::Run { frames: 960, late: true });
        let before = monotonic();
        assert!(clock.due(before) + Duration::from_millis(1) > before, "still tries to catch up");
    }
}

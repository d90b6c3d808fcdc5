//! Real-time scheduling, where the system lets us.

/// Which scheduling a thread has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Priority {
    /// `SCHED_FIFO` at this priority: nothing ordinary can delay the lane.
    RealTime(i32),
    /// Ordinary scheduling; the text says how to grant more.
    Ordinary(String),
}

/// Asks for `SCHED_FIFO` for the calling thread. Below the priorities of kernel threads and sound servers, above
/// everything else. Refusal is not an error: the lane plays on with ordinary scheduling.
#[must_use]
pub fn raise_priority(priority: i32) -> Priority {
    // SAFETY: a zeroed sched_param is valid; it has only numbers in it.
    let mut param: libc::sched_param = unsafe { std::mem::zeroed() };
    param.sched_priority = priority;
    // SAFETY: thread 0 is the calling one; the parameter outlives the call.
    if unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK, &raw const param) } == 0 {
        return Priority::RealTime(priority);
    }
    let error = std::io::Error::last_os_error();
    Priority::Ordinary(format!(
        "real-time scheduling was refused ({error}); sound may break up when the device is busy. Grant it with \
         `LimitRTPRIO=20` in the systemd unit, or `@audio - rtprio 20` in /etc/security/limits.d/audio.conf for a user \
         in the group audio"
    ))
}

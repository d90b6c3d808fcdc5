//! Cuts a stream of frames to length: some skipped at the start, a limit on how many follow.

use lavalink_exec::{Param, Params, Unit};
use std::ops::Range;

/// Frames to leave out at the start; a parameter all file sinks have.
pub(crate) const SKIP: Param = Param::whole(
    "skip",
    Unit::Frames,
    0.0,
    281_474_976_710_656.0,
    0.0,
    "Frames left out at the start, to make up for the graph's latency.",
);

/// Frames to write; a parameter all file sinks have.
pub(crate) const FRAMES: Param =
    Param::whole("frames", Unit::Frames, 0.0, 281_474_976_710_656.0, 0.0, "Frames to write; 0 writes all of them.");

/// What is still to be skipped and written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    skip: u64,
    left: u64,
}

impl Cut {
    /// From the values of [`SKIP`] and [`FRAMES`] at these indices.
    pub(crate) fn of(params: &Params, skip: usize, frames: usize) -> Self {
        Self::new(params.number(skip) as u64, params.number(frames) as u64)
    }

    /// Skips `skip` frames, then lets `frames` pass, or all of them where that is 0.
    pub(crate) fn new(skip: u64, frames: u64) -> Self {
        Self { skip, left: if frames == 0 { u64::MAX } else { frames } }
    }

    /// Which of the next `frames` frames are to be written.
    pub(crate) fn take(&mut self, frames: usize) -> Range<usize> {
        let skipped = self.skip.min(frames as u64);
        self.skip -= skipped;
        let kept = self.left.min(frames as u64 - skipped);
        self.left -= kept;
        skipped as usize..(skipped + kept) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_and_limits_across_blocks_of_any_length() {
        let mut cut = Cut::new(5, 7);
        let taken: Vec<_> = [3, 4, 1, 0, 9, 2].into_iter().map(|n| cut.take(n)).collect();
        assert_eq!(taken, [3..3, 2..4, 0..1, 0..0, 0..4, 0..0]);
    }

    #[test]
    fn no_limit_writes_everything() {
        assert_eq!(Cut::new(0, 0).take(100), 0..100);
    }
}

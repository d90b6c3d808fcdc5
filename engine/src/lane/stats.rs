//! How a lane is doing, in lock-free cells.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Figures of one lane, written by it, read by anybody.
#[derive(Debug, Default)]
pub struct LaneStats {
    blocks: AtomicU64,
    late: AtomicU32,
    frames: AtomicU64,
    load: AtomicU32,
    peak: AtomicU32,
}

impl LaneStats {
    /// Blocks rendered.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks.load(Ordering::Relaxed)
    }

    /// Frames rendered.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Blocks whose deadline had passed before they were begun.
    #[must_use]
    pub fn late(&self) -> u32 {
        self.late.load(Ordering::Relaxed)
    }

    /// Busy time as a share of the block's duration: moving average over about 50 blocks.
    #[must_use]
    pub fn load(&self) -> f32 {
        f32::from_bits(self.load.load(Ordering::Relaxed))
    }

    /// The largest such share since the last call.
    #[must_use]
    pub fn take_peak(&self) -> f32 {
        f32::from_bits(self.peak.swap(0, Ordering::Relaxed))
    }

    pub(crate) fn block(&self, frames: usize, late: bool, load: f32) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
        self.frames.fetch_add(frames as u64, Ordering::Relaxed);
        self.late.fetch_add(u32::from(late), Ordering::Relaxed);
        let average = self.load();
        self.load.store((average + (load - average) * 0.02).to_bits(), Ordering::Relaxed);
        if load > f32::from_bits(self.peak.load(Ordering::Relaxed)) {
            self.peak.store(load.to_bits(), Ordering::Relaxed);
        }
    }
}

//! What a node costs, in lock-free cells.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};

/// Cost of one node, written by its lane and read by anybody. Ticks are those of the lane's [`crate::Hooks::now`].
#[derive(Clone, Debug, Default)]
pub struct NodeCost(Arc<Cells>);

#[derive(Debug, Default)]
struct Cells {
    average: AtomicU32,
    peak: AtomicU32,
    failed: AtomicU32,
}

impl NodeCost {
    /// Moving average of the ticks per block, over about 64 blocks. Any thread.
    #[must_use]
    pub fn average(&self) -> f32 {
        f32::from_bits(self.0.average.load(Ordering::Relaxed))
    }

    /// The dearest block since the last call. Any thread.
    #[must_use]
    pub fn take_peak(&self) -> u32 {
        self.0.peak.swap(0, Ordering::Relaxed)
    }

    /// Whether the node panicked and was cut out. Any thread.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.0.failed.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn add(&self, ticks: u32) {
        let average = self.average();
        self.0.average.store((average + (ticks as f32 - average) * (1.0 / 64.0)).to_bits(), Ordering::Relaxed);
        if ticks > self.0.peak.load(Ordering::Relaxed) {
            self.0.peak.store(ticks, Ordering::Relaxed);
        }
    }

    pub(crate) fn fail(&self) {
        self.0.failed.store(1, Ordering::Relaxed);
    }
}

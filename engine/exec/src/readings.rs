//! What a node measures while it plays, in lock-free cells.

use crate::Unit;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};

/// One thing a node of a kind measures.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Name, in snake case.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: Unit,
    /// One sentence for people.
    pub help: &'static str,
}

/// The cells of one node: written by its lane, read by anybody. Latest value wins.
#[derive(Clone, Debug)]
pub struct Readings(Arc<[AtomicU32]>);

impl Readings {
    /// Cells for `count` readings, all 0. Control side.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self((0..count).map(|_| AtomicU32::new(0)).collect())
    }

    /// Publishes a value. Any thread; real-time safe.
    pub fn set(&self, index: usize, value: f32) {
        if let Some(cell) = self.0.get(index) {
            cell.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// The latest value; 0 before the first. Any thread.
    #[must_use]
    pub fn get(&self, index: usize) -> f32 {
        self.0.get(index).map_or(0.0, |cell| f32::from_bits(cell.load(Ordering::Relaxed)))
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

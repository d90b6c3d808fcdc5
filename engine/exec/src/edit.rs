//! A change of a runner, as the control side sends it and gets it back.

use crate::{NodeCost, Plan, Processor, Tail};
use alloc::{boxed::Box, vec::Vec};

/// A node of a runner's table.
pub struct Node {
    /// The processor; `None` in an edit's table where one is moved over from the old table, and after the node was
    /// retired.
    pub processor: Option<Box<dyn Processor>>,
    /// How long it sounds after its input.
    pub tail: Tail,
    /// Where its cost is published.
    pub cost: NodeCost,
    pub(crate) quiet: u32,
    pub(crate) failed: bool,
}

impl Node {
    /// A node that has not run yet.
    #[must_use]
    pub fn new(processor: Option<Box<dyn Processor>>, tail: Tail, cost: NodeCost) -> Self {
        Self { processor, tail, cost, quiet: 0, failed: false }
    }
}

/// A parameter to set on a node of the (new) table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Set {
    /// Index into the table.
    pub node: u16,
    /// Flat index of the parameter.
    pub index: u16,
    /// Value, as [`crate::Value::as_f32`] gives it.
    pub value: f32,
}

/// What changes the structure of a runner: a new table and the plans to play with it.
pub struct Rebuild {
    /// The new table. Entries that live on have no processor and are filled by `moves`. Nodes that go stay in it until
    /// the fade is over.
    pub nodes: Vec<Node>,
    /// Living processors: (index in the old table, index in the new table).
    pub moves: Vec<(u16, u16)>,
    /// State to take over: (index of the new node, index of its old self), both in the new table.
    pub adopts: Vec<(u16, u16)>,
    /// Played while old and new are cross-faded; `None` when nothing audible changes.
    pub transition: Option<Plan>,
    /// Played from then on. After the edit has come back: the old plan.
    pub settled: Plan,
    /// Nodes of the new table that are gone once the edit has settled.
    pub retired: Vec<u16>,
}

/// One change of one runner: structure and parameters together. Made on the control side, applied by the lane between two
/// blocks, and sent back with everything that is to be dropped.
#[derive(Default)]
pub struct Edit {
    /// Structure; `None` when only parameters change.
    pub rebuild: Option<Rebuild>,
    /// Parameters, set after the structure.
    pub sets: Vec<Set>,
    /// Frames played with the old packets while new nodes run beside them, before packets change over.
    pub prime: u32,
    /// The sender's number for it.
    pub tag: u64,
    /// Filled by the lane: position of the runner, in frames, at which the edit took effect.
    pub at: u64,
}

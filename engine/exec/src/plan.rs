//! The flat plan: operations over the buffers of an arena.

use crate::arena::{Arena, Slot};
use alloc::{boxed::Box, vec::Vec};

/// Which part of a node's work a call is for.
///
/// A kind that closes loops ([`crate::Kind::feedback`]) is called twice a block when it stands in a cycle: first to say
/// what comes out, then, when that has gone round, to take what goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// All of it.
    Whole,
    /// Only outputs: there are no inputs, and the node is not in place.
    Out,
    /// Only inputs: there are no outputs.
    In,
}

/// One operation of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Calls a processor.
    Node {
        /// Index into the runner's table of nodes.
        node: u16,
        /// Buffers of its inputs, in port order; empty for a node that works in place.
        inputs: Box<[Slot]>,
        /// Buffers of its outputs, in port order; the one buffer of a node that works in place.
        outputs: Box<[Slot]>,
        /// Whether it works in place.
        in_place: bool,
        /// Which part of its work is due.
        phase: Phase,
        /// Latency at its input, in frames.
        latency: u32,
    },
    /// Copies a pcm buffer, for a node that works in place on sound others still need.
    Copy {
        /// Read.
        from: Slot,
        /// Written.
        to: Slot,
    },
    /// Cross-fades from one pcm buffer to another while an edit is in progress.
    Fade {
        /// What was heard before.
        old: Slot,
        /// What is heard after.
        new: Slot,
        /// Where the mixture goes.
        out: Slot,
    },
    /// Changes over from one packet queue to another at a packet boundary while an edit is in progress.
    Switch {
        /// Where packets came from before.
        old: Slot,
        /// Where they come from after.
        new: Slot,
        /// Where they go.
        out: Slot,
    },
}

/// What a plan is made of. Control side.
#[derive(Clone, Debug, Default)]
pub struct PlanSpec {
    /// Operations in order.
    pub ops: Vec<Op>,
    /// Stereo buffers, reserved ones included.
    pub pcm: u16,
    /// Packet queues, reserved ones included.
    pub packets: u16,
    /// Buffers the lane fills before the plan runs: where other plans' sound comes in.
    pub inlets: Vec<Slot>,
    /// Buffers the lane reads after the plan has run.
    pub outlets: Vec<Slot>,
    /// The longest block, in frames.
    pub max_block: usize,
    /// Number of nodes in the runner's table the plan is for.
    pub nodes: u16,
}

/// Why a specification is no plan. A mistake of the compiler, found before it reaches a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// Operation `0` names a buffer or node that is not there.
    OutOfRange(usize),
    /// Operation `0` would write a buffer it also reads, or one that is reserved for reading.
    Aliased(usize),
}

impl core::fmt::Display for PlanFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OutOfRange(op) => write!(f, "operation {op} of the plan names a buffer or node that is not there"),
            Self::Aliased(op) => write!(f, "operation {op} of the plan writes a buffer it may not write"),
        }
    }
}

impl core::error::Error for PlanFault {}

/// A checked plan with its memory. Made on the control side, run on a lane.
pub struct Plan {
    pub(crate) ops: Box<[Op]>,
    pub(crate) arena: Arena,
    pub(crate) inlets: Box<[Slot]>,
    pub(crate) outlets: Box<[Slot]>,
    pub(crate) nodes: u16,
}

impl Plan {
    /// Checks a specification and allocates its buffers. Control side.
    ///
    /// # Errors
    /// When an operation names what is not there or writes what it may not; running it would be unsound.
    pub fn new(spec: PlanSpec) -> Result<Self, PlanFault> {
        let arena = Arena::new(spec.max_block.max(1), spec.pcm.max(Slot::RESERVED), spec.packets.max(Slot::RESERVED));
        let written = |slot: Slot| arena.has(slot) && slot != Slot::SILENCE && slot != Slot::NO_PACKETS;
        let pcm = |slot: Slot| matches!(slot, Slot::Pcm(_));
        for (i, op) in spec.ops.iter().enumerate() {
            let (range, alias) = (PlanFault::OutOfRange(i), PlanFault::Aliased(i));
            match op {
                Op::Node { node, inputs, outputs, in_place, .. } => {
                    if *node >= spec.nodes || !inputs.iter().chain(outputs).all(|s| arena.has(*s)) {
                        return Err(range);
                    }
                    let distinct = outputs.iter().enumerate().all(|(n, s)| !outputs[..n].contains(s));
                    let apart = outputs.iter().all(|s| written(*s) && !inputs.contains(s));
                    let in_place_ok = !in_place || (inputs.is_empty() && outputs.len() == 1);
                    if !distinct || !apart || !in_place_ok {
                        return Err(alias);
                    }
                }
                Op::Copy { from, to } => {
                    if !arena.has(*from) || !arena.has(*to) || !pcm(*from) || !pcm(*to) {
                        return Err(range);
                    }
                    if !written(*to) {
                        return Err(alias);
                    }
                }
                Op::Fade { old, new, out } => {
                    if ![old, new, out].iter().all(|s| arena.has(**s) && pcm(**s)) {
                        return Err(range);
                    }
                    if !written(*out) || out == old || out == new {
                        return Err(alias);
                    }
                }
                Op::Switch { old, new, out } => {
                    if ![old, new, out].iter().all(|s| arena.has(**s) && !pcm(**s)) {
                        return Err(range);
                    }
                    if !written(*out) || out == old || out == new {
                        return Err(alias);
                    }
                }
            }
        }
        if !spec.inlets.iter().chain(&spec.outlets).all(|s| arena.has(*s) && pcm(*s))
            || !spec.inlets.iter().all(|s| written(*s))
        {
            return Err(PlanFault::OutOfRange(spec.ops.len()));
        }
        Ok(Self {
            ops: spec.ops.into_boxed_slice(),
            arena,
            inlets: spec.inlets.into_boxed_slice(),
            outlets: spec.outlets.into_boxed_slice(),
            nodes: spec.nodes,
        })
    }

    /// Operations, for exports.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Bytes of its buffers.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.arena.bytes()
    }
}

//! From rungs of the ladder to what a graph has to become.

use crate::graph::{NodeRef, Rung};
use lavalink_exec::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the first rungs of a ladder come to. What is not named is as the document, or the client, has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Degraded {
    /// Parameters of the player's nodes: (node, flat index) and value. Later rungs go over earlier ones.
    pub player: BTreeMap<(Box<str>, usize), Value>,
    /// Parameters of the device's nodes.
    pub device: BTreeMap<(Box<str>, usize), Value>,
    /// The player's nodes that are pruned.
    pub player_pruned: BTreeSet<Box<str>>,
    /// The device's nodes that are pruned.
    pub device_pruned: BTreeSet<Box<str>>,
}

/// The first `depth` rungs of `ladder`, together.
#[must_use]
pub fn degraded(ladder: &[Rung], depth: usize) -> Degraded {
    let mut all = Degraded::default();
    for rung in ladder.iter().take(depth) {
        match rung {
            Rung::Set(values) => {
                for (NodeRef { device, name }, index, value) in values {
                    let side = if *device { &mut all.device } else { &mut all.player };
                    side.insert((name.clone(), *index), value.clone());
                }
            }
            Rung::Prune(nodes) => {
                for NodeRef { device, name } in nodes {
                    let side = if *device { &mut all.device_pruned } else { &mut all.player_pruned };
                    side.insert(name.clone());
                }
            }
        }
    }
    all
}

//! The compiler: from a graph to the flat plan a lane plays. One pass per file; [`compile`] reads as their list.
//!
//! `resolve` and `check` of the document happen before, in the `graphs` crate; what is checked here is what would make
//! a plan unsound. petgraph ends here.

mod activate;
mod blueprint;
mod diff;
mod emit;
mod fuse;
mod latency;
mod order;
mod passthrough;
mod place;

pub use blueprint::{BlueNode, Blueprint, Source, What};
pub(crate) use diff::{diff, net_of};
pub(crate) use emit::{Feeding, Net, NetNode, emit};
pub use place::{Placed, place};

use crate::graph::{Graph, GraphError, PortRef};
use lavalink_exec::Format;
use std::collections::BTreeSet;

/// What the compiler is told beside the graph.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Nodes that the load decision takes out.
    pub pruned: BTreeSet<Box<str>>,
    /// Nodes whose latency is kept as a delay while they are out, so that the sound does not jump in time. Cleared when
    /// a track begins.
    pub keep_latency: BTreeSet<Box<str>>,
    /// Whether the track that plays comes as packets, so that an encoder with nothing to encode can be left out.
    pub packets: bool,
    /// Outputs that other plans read, in the order of the outlets.
    pub outlets: Vec<PortRef>,
}

/// Compiles one graph: the player's without its stream part, or the device's.
///
/// # Errors
/// When wires go in a circle or a stream node stands where it cannot run.
pub fn compile(graph: &Graph, format: Format, options: &Options) -> Result<Blueprint, GraphError> {
    let cycle = graph.cycle();
    if !cycle.is_empty() {
        let names = cycle.iter().chain(cycle.first()).filter_map(|n| graph.node(*n));
        return Err(GraphError::Cycle(names.map(|n| n.name.to_string()).collect()));
    }
    let placed = place(graph)?;
    let plan = blueprint::draw(graph, &placed, format, options);
    let plan = activate::prune(plan, options);
    let plan = activate::bypass(plan, format, options);
    let plan = passthrough::forward_packets(plan, options);
    let plan = activate::sweep(plan);
    let plan = fuse::fuse(plan, format);
    Ok(latency::compensate(plan))
}

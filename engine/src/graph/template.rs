//! A whole document, ready to be compiled: the device's graph and the graph every player is made of.

use super::{Graph, NodeIndex, PortRef};
use lavalink_exec::{Format, Value};

/// How deep rings are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Latency {
    /// 500 ms between worker and lane: survives a busy device.
    #[default]
    Standard,
    /// 120 ms: reacts quickly, wants a quiet device.
    Low,
}

impl Latency {
    /// How far workers run ahead of the lane, in ms.
    #[must_use]
    pub fn lead_ms(self) -> u32 {
        match self {
            Self::Standard => 500,
            Self::Low => 120,
        }
    }
}

/// A wire from the player's graph into the device's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusWire {
    /// An output of the player's graph.
    pub from: PortRef,
    /// A node of the device's graph.
    pub to: NodeIndex,
    /// Its input; `None` for the lowest one that is free when the player is added.
    pub port: Option<usize>,
}

/// A node of one of the two graphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRef {
    /// Whether it is the device's.
    pub device: bool,
    /// Its name.
    pub name: Box<str>,
}

/// One thing to give up under load.
#[derive(Clone, Debug, PartialEq)]
pub enum Rung {
    /// Sets parameters: node, flat index, value.
    Set(Vec<(NodeRef, usize, Value)>),
    /// Takes nodes out.
    Prune(Vec<NodeRef>),
}

/// A checked document.
#[derive(Clone, Debug)]
pub struct Template {
    /// Name of the document.
    pub name: Box<str>,
    /// Format of all pcm wires. `max_block` is the longest block of any lane.
    pub format: Format,
    /// How deep rings are.
    pub latency: Latency,
    /// Built once per process.
    pub device: Graph,
    /// Built once for every player.
    pub player: Graph,
    /// Wires from the player into the device.
    pub bus: Vec<BusWire>,
    /// What to give up under load, first to last.
    pub degrade: Vec<Rung>,
}

impl Template {
    /// The open pcm output at the end of the player's graph, which counts as its `out`: one that nothing reads.
    #[must_use]
    pub fn out(&self) -> Option<PortRef> {
        let mut open = self.player.nodes().flat_map(|(index, node)| {
            node.ports(petgraph::Direction::Outgoing)
                .into_iter()
                .enumerate()
                .filter(|(_, edge)| *edge == lavalink_exec::Edge::Pcm)
                .map(move |(port, _)| PortRef { node: index, port })
                .collect::<Vec<_>>()
        });
        open.find(|from| self.player.readers(*from).is_empty() && !self.bus.iter().any(|w| w.from == *from))
    }
}

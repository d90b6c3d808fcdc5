//! What will play on the lane, before buffers: nodes with resolved inputs.

use super::{Options, Placed};
use crate::graph::{Graph, NodeIndex, PortRef};
use lavalink_exec::{Edge, Format, Kind, Make, Params, Tail};
use petgraph::Direction;
use std::collections::BTreeMap;

/// Where an input's sound comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Nothing: silence, no packets.
    None,
    /// Output `1` of node `0` of the blueprint.
    Node(usize, usize),
    /// What the lane brings in from other plans.
    Inlet(usize),
}

/// What a node of a blueprint is.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A node of the document.
    Kind(Params),
    /// Neighbouring filters in one processor: their names and values, and all their stages.
    Bank {
        /// The nodes it is made of, in order.
        members: Vec<(Box<str>, Params)>,
        /// Coefficients of all stages.
        stages: Vec<[f32; 5]>,
    },
    /// A delay of so many frames that the compiler put in.
    Delay(usize),
    /// The lane's end of the track ring: pcm and packets.
    Feed,
}

/// A node of a blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct BlueNode {
    /// What it is known by across edits: the node's name, or one the compiler made up (with a colon in it).
    pub key: Box<str>,
    /// What it is.
    pub what: What,
    /// Where its inputs come from, in port order.
    pub inputs: Vec<Source>,
    /// Types of its inputs.
    pub takes: Vec<Edge>,
    /// Types of its outputs.
    pub gives: Vec<Edge>,
    /// How long it sounds after its input.
    pub tail: Tail,
    /// Delay between its input and its output, in frames.
    pub delay: usize,
    /// Latency at its input, in frames.
    pub latency: usize,
    /// Whether it stands in a cycle and closes it.
    pub closes_loop: bool,
}

impl BlueNode {
    /// Whether it works in place when it does not close a loop.
    #[must_use]
    pub fn in_place(&self) -> bool {
        self.takes[..] == [Edge::Pcm] && self.gives[..] == [Edge::Pcm]
    }

    /// The kind of a node of the document.
    #[must_use]
    pub fn kind(&self) -> Option<&'static Kind> {
        match &self.what {
            What::Kind(params) => Some(params.kind()),
            _ => None,
        }
    }

    pub(crate) fn is_sink(&self) -> bool {
        self.gives.is_empty()
    }
}

/// What will play on the lane. Passes change it in turn; [`super::compile`] returns the last state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blueprint {
    /// Nodes, in no particular order.
    pub nodes: Vec<BlueNode>,
    /// Number of inlets: unwired inputs of the device's mixers.
    pub inlets: Vec<PortRef>,
    /// What other plans read.
    pub outlets: Vec<Source>,
}

/// Name of the feed in keys; no node of a document can have it.
pub(crate) const FEED: &str = "track:feed";

/// Draws the lane side of a graph as it stands in the document.
pub(super) fn draw(graph: &Graph, placed: &Placed, format: Format, options: &Options) -> Blueprint {
    let mut plan = Blueprint::default();
    let mut place: BTreeMap<NodeIndex, usize> = BTreeMap::new();
    if placed.ring().is_some() {
        plan.nodes.push(BlueNode {
            key: FEED.into(),
            what: What::Feed,
            inputs: Vec::new(),
            takes: Vec::new(),
            gives: vec![Edge::Pcm, Edge::Packets],
            tail: Tail::Endless,
            delay: 0,
            latency: 0,
            closes_loop: false,
        });
    }
    for (index, node) in graph.nodes().filter(|(i, _)| !placed.stream.contains(i)) {
        place.insert(index, plan.nodes.len());
        let kind = node.kind();
        let tail = if matches!(kind.make, Make::Sink(_)) { Tail::Endless } else { (kind.tail)(&node.params, &format) };
        plan.nodes.push(BlueNode {
            key: node.name.clone(),
            what: What::Kind(node.params.clone()),
            inputs: Vec::new(),
            takes: node.ports(Direction::Incoming),
            gives: node.ports(Direction::Outgoing),
            tail,
            delay: (kind.latency)(&node.params, &format),
            latency: 0,
            closes_loop: kind.feedback && reaches_itself(graph, index),
        });
    }
    let source = |from: PortRef| match place.get(&from.node) {
        Some(node) => Source::Node(*node, from.port),
        None => Source::Node(0, 0),
    };
    for (index, at) in &place {
        let ports = plan.nodes[*at].takes.len();
        let mixes = plan.nodes[*at].kind().is_some_and(|k| k.inputs.iter().any(|p| p.counted_by.is_some()));
        plan.nodes[*at].inputs = (0..ports)
            .map(|port| {
                let here = PortRef { node: *index, port };
                match graph.driver(here) {
                    Some(from) => source(from),
                    None if mixes && placed.ring().is_none() => {
                        plan.inlets.push(here);
                        Source::Inlet(plan.inlets.len() - 1)
                    }
                    None => Source::None,
                }
            })
            .collect();
    }
    plan.outlets = options.outlets.iter().map(|from| source(*from)).collect();
    plan
}

fn reaches_itself(graph: &Graph, node: NodeIndex) -> bool {
    let mut seen = vec![];
    let mut stack = vec![node];
    while let Some(at) = stack.pop() {
        for wire in graph.wires().filter(|w| w.from.node == at) {
            if wire.to.node == node {
                return true;
            }
            if !seen.contains(&wire.to.node) {
                seen.push(wire.to.node);
                stack.push(wire.to.node);
            }
        }
    }
    false
}

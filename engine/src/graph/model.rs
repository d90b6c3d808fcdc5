//! Nodes and wires.

use super::GraphError;
use lavalink_exec::{Edge, Kind, Params};
use petgraph::algo;
use petgraph::stable_graph::StableDiGraph;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

pub use petgraph::stable_graph::NodeIndex;

/// Into a node, or out of it.
pub use petgraph::Direction;

/// A node of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphNode {
    /// Name, unique in its graph.
    pub name: Box<str>,
    /// Its kind and values.
    pub params: Params,
    /// Whether the load monitor may prune it when no ladder says so.
    pub optional: bool,
    /// Lower is pruned first.
    pub priority: i32,
    /// The client filter that drives it.
    pub filter: Option<Box<str>>,
}

impl GraphNode {
    /// A node that is neither optional nor driven by a filter.
    #[must_use]
    pub fn new(name: impl Into<Box<str>>, params: Params) -> Self {
        Self { name: name.into(), params, optional: false, priority: 0, filter: None }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.params.kind()
    }

    /// Types of its inputs (or outputs), counted ports expanded, in port order.
    #[must_use]
    pub fn ports(&self, direction: Direction) -> Vec<Edge> {
        let kind = self.kind();
        let ports = if direction == Direction::Incoming { kind.inputs } else { kind.outputs };
        ports.iter().flat_map(|p| std::iter::repeat_n(p.edge, Kind::port_count(p, &self.params))).collect()
    }

    /// Name of a port as documents write it: `in`, or `in3` for the fourth of a counted one.
    #[must_use]
    pub fn port_name(&self, direction: Direction, index: usize) -> Option<String> {
        let kind = self.kind();
        let ports = if direction == Direction::Incoming { kind.inputs } else { kind.outputs };
        let mut left = index;
        for port in ports {
            let count = Kind::port_count(port, &self.params);
            if left < count {
                return Some(if port.counted_by.is_some() {
                    format!("{}{left}", port.name)
                } else {
                    port.name.to_owned()
                });
            }
            left -= count;
        }
        None
    }
}

/// One end of a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortRef {
    /// The node.
    pub node: NodeIndex,
    /// Number of the port among the node's inputs or outputs, counted ports expanded.
    pub port: usize,
}

/// A wire, from an output to an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Where it comes from.
    pub from: PortRef,
    /// Where it goes to.
    pub to: PortRef,
}

/// One graph: a player's, or the device's. Control side only.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    inner: StableDiGraph<GraphNode, (usize, usize)>,
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add(&mut self, node: GraphNode) -> Result<NodeIndex, GraphError> {
        if self.find(&node.name).is_some() {
            return Err(GraphError::Duplicate(node.name.into()));
        }
        Ok(self.inner.add_node(node))
    }

    /// Removes a node and its wires.
    pub fn remove(&mut self, node: NodeIndex) -> Option<GraphNode> {
        self.inner.remove_node(node)
    }

    /// Adds a wire.
    ///
    /// # Errors
    /// When a port is not there, is taken, or the types do not match.
    pub fn connect(&mut self, from: PortRef, to: PortRef) -> Result<(), GraphError> {
        let edge = |at: PortRef, direction| -> Result<Edge, GraphError> {
            let node = self.node(at.node).ok_or_else(|| GraphError::NoNode(format!("#{}", at.node.index())))?;
            node.ports(direction).get(at.port).copied().ok_or_else(|| GraphError::NoPort {
                node: node.name.to_string(),
                direction: if direction == Direction::Incoming { "input" } else { "output" },
                port: at.port,
            })
        };
        let (gives, takes) = (edge(from, Direction::Outgoing)?, edge(to, Direction::Incoming)?);
        if self.driver(to).is_some() {
            return Err(GraphError::Taken { node: self.inner[to.node].name.to_string(), port: to.port });
        }
        if gives != takes {
            return Err(GraphError::Mismatch {
                from: self.inner[from.node].name.to_string(),
                gives: edge_name(gives),
                to: self.inner[to.node].name.to_string(),
                takes: edge_name(takes),
            });
        }
        self.inner.add_edge(from.node, to.node, (from.port, to.port));
        Ok(())
    }

    /// Removes the wire into `to`, if there is one, and returns where it came from.
    pub fn disconnect(&mut self, to: PortRef) -> Option<PortRef> {
        let edge = self
            .inner
            .edges_directed(to.node, Direction::Incoming)
            .find(|e| e.weight().1 == to.port)
            .map(|e| (e.id(), PortRef { node: e.source(), port: e.weight().0 }))?;
        self.inner.remove_edge(edge.0);
        Some(edge.1)
    }

    /// What drives input `to`.
    #[must_use]
    pub fn driver(&self, to: PortRef) -> Option<PortRef> {
        self.inner
            .edges_directed(to.node, Direction::Incoming)
            .find(|e| e.weight().1 == to.port)
            .map(|e| PortRef { node: e.source(), port: e.weight().0 })
    }

    /// The inputs that output `from` drives, in no particular order.
    #[must_use]
    pub fn readers(&self, from: PortRef) -> Vec<PortRef> {
        self.inner
            .edges_directed(from.node, Direction::Outgoing)
            .filter(|e| e.weight().0 == from.port)
            .map(|e| PortRef { node: e.target(), port: e.weight().1 })
            .collect()
    }

    /// A node.
    #[must_use]
    pub fn node(&self, index: NodeIndex) -> Option<&GraphNode> {
        self.inner.node_weight(index)
    }

    /// A node, to change its values.
    pub fn node_mut(&mut self, index: NodeIndex) -> Option<&mut GraphNode> {
        self.inner.node_weight_mut(index)
    }

    /// The node of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<NodeIndex> {
        self.inner.node_indices().find(|i| &*self.inner[*i].name == name)
    }

    /// All nodes, in the order they were added.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &GraphNode)> {
        self.inner.node_indices().map(|i| (i, &self.inner[i]))
    }

    /// All wires.
    pub fn wires(&self) -> impl Iterator<Item = Wire> + '_ {
        self.inner.edge_references().map(|e| Wire {
            from: PortRef { node: e.source(), port: e.weight().0 },
            to: PortRef { node: e.target(), port: e.weight().1 },
        })
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.node_count()
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.node_count() == 0
    }

    /// Removes a node with one input and one output and joins what was before it to what was after it: pruning.
    pub fn mend(&mut self, node: NodeIndex) {
        let input = self.driver(PortRef { node, port: 0 });
        let readers = self.readers(PortRef { node, port: 0 });
        self.inner.remove_node(node);
        let Some(from) = input.filter(|from| from.node != node) else { return };
        for to in readers.into_iter().filter(|to| to.node != node) {
            self.inner.add_edge(from.node, to.node, (from.port, to.port));
        }
    }

    /// The nodes of a cycle that no feedback kind closes, in wire order; empty when there is none.
    #[must_use]
    pub fn cycle(&self) -> Vec<NodeIndex> {
        let open = self.inner.filter_map(|_, node| (!node.kind().feedback).then_some(()), |_, edge| Some(*edge));
        let Some(component) = algo::tarjan_scc(&open)
            .into_iter()
            .find(|c| c.len() > 1 || c.iter().any(|n| open.find_edge(*n, *n).is_some()))
        else {
            return Vec::new();
        };
        // Walk inside the component until a node comes back: that is a cycle to show.
        let mut path = vec![component[0]];
        loop {
            let last = path[path.len() - 1];
            let Some(next) = open.neighbors(last).find(|n| component.contains(n)) else { return component };
            if let Some(start) = path.iter().position(|n| *n == next) {
                return path.split_off(start);
            }
            path.push(next);
        }
    }
}

/// The word for an edge type in messages and documents.
#[must_use]
pub(crate) fn edge_name(edge: Edge) -> &'static str {
    match edge {
        Edge::Pcm => "pcm",
        Edge::Packets => "packets",
        Edge::Bytes => "bytes",
    }
}

//! Which nodes run on stream workers and which on the lane.
//!
//! Stream kinds, and every node upstream of one, form the one linear chain of the track; the rest is the lane's. The
//! document alone decides, never a value, so that no edit of a parameter moves a node to the other side of the ring.

use crate::graph::{Graph, GraphError, NodeIndex, PortRef};
use petgraph::Direction;
use std::collections::BTreeSet;

/// The two sides of a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The stream chain, from the source on; empty for a graph without one.
    pub stream: Vec<NodeIndex>,
}

impl Placed {
    /// The output that goes into the ring.
    #[must_use]
    pub fn ring(&self) -> Option<PortRef> {
        self.stream.last().map(|node| PortRef { node: *node, port: 0 })
    }
}

/// Splits a graph.
///
/// # Errors
/// When stream nodes are not one chain from one source, or a node among them cannot run there.
pub fn place(graph: &Graph) -> Result<Placed, GraphError> {
    let stream: Vec<NodeIndex> = graph.nodes().filter(|(_, n)| n.kind().is_stream()).map(|(i, _)| i).collect();
    let mut members: BTreeSet<NodeIndex> = stream.iter().copied().collect();
    let mut stack = stream;
    while let Some(node) = stack.pop() {
        for wire in graph.wires().filter(|w| w.to.node == node) {
            if members.insert(wire.from.node) {
                stack.push(wire.from.node);
            }
        }
    }
    let misplaced =
        |node: NodeIndex| GraphError::Misplaced(graph.node(node).map_or_else(String::new, |n| n.name.to_string()));
    let mut roots = members.iter().filter(|n| !graph.wires().any(|w| w.to.node == **n));
    let Some(root) = roots.next().copied() else { return Ok(Placed::default()) };
    if let Some(second) = roots.next() {
        return Err(misplaced(*second));
    }
    let mut chain = vec![root];
    loop {
        let last = chain[chain.len() - 1];
        let node = graph.node(last).ok_or_else(|| misplaced(last))?;
        let linear = node.kind().is_stream() || node.kind().in_place();
        if !linear || node.ports(Direction::Outgoing).len() > 1 {
            return Err(misplaced(last));
        }
        let readers = graph.readers(PortRef { node: last, port: 0 });
        let inside: Vec<_> = readers.iter().filter(|r| members.contains(&r.node)).collect();
        match inside[..] {
            [] => break,
            [next] if readers.len() == 1 => chain.push(next.node),
            _ => return Err(misplaced(inside[0].node)),
        }
    }
    match members.iter().find(|m| !chain.contains(m)) {
        Some(stray) => Err(misplaced(*stray)),
        None => Ok(Placed { stream: chain }),
    }
}

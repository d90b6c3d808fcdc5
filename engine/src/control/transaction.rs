//! Structure and parameters that change together.

use crate::graph::{BusWire, Graph, GraphError};
use lavalink_exec::Value;
use std::collections::BTreeSet;

/// A change of one player, or of the device: everything in it takes effect in the same block.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    pub(crate) graph: Option<(Graph, Vec<BusWire>)>,
    pub(crate) sets: Vec<(Box<str>, usize, Value)>,
    pub(crate) pruned: Option<BTreeSet<Box<str>>>,
}

impl Transaction {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the parameter at flat index `index` of `node`.
    #[must_use]
    pub fn set(mut self, node: impl Into<Box<str>>, index: usize, value: Value) -> Self {
        self.sets.push((node.into(), index, value));
        self
    }

    /// Puts another graph in place of the present one. Nodes are matched by name: those whose kind and format agree
    /// live on. `bus` are the player's wires into the device; they have to go to the same nodes as before.
    #[must_use]
    pub fn replace(mut self, graph: Graph, bus: Vec<BusWire>) -> Self {
        self.graph = Some((graph, bus));
        self
    }

    /// Says which nodes are pruned; the others come back.
    #[must_use]
    pub fn prune(mut self, nodes: impl IntoIterator<Item = Box<str>>) -> Self {
        self.pruned = Some(nodes.into_iter().collect());
        self
    }

    /// Applies the parts that are about the graph itself.
    pub(crate) fn apply(&self, graph: &mut Graph, pruned: &mut BTreeSet<Box<str>>) -> Result<(), GraphError> {
        let mut next = match &self.graph {
            Some((graph, _)) => graph.clone(),
            None => graph.clone(),
        };
        for (name, index, value) in &self.sets {
            let at = next.find(name).ok_or_else(|| GraphError::NoNode(name.to_string()))?;
            let Some(node) = next.node_mut(at) else { continue };
            node.params.set(*index, value.clone()).map_err(|fault| GraphError::Build {
                node: name.to_string(),
                param: Some(*index),
                message: format!("the value does not fit the parameter: {fault:?}"),
            })?;
        }
        *graph = next;
        if let Some(nodes) = &self.pruned {
            pruned.clone_from(nodes);
        }
        Ok(())
    }
}

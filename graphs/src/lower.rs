//! A document as the engine takes it.

use crate::{Code, Document, Give, Issue, Issues, Section, Side};
use lavalink_engine::graph::{
    BusWire, Graph, GraphError, GraphNode, Latency, NodeIndex, NodeRef, PortRef, Rung, Template,
};

impl Document {
    /// The engine's graphs of this document. Control side.
    ///
    /// # Errors
    /// When the engine refuses what the checks let through.
    pub fn template(&self) -> Result<Template, Issues> {
        let mut issues = Issues::about(self.sources.clone());
        let (device, device_index) = self.graph(Side::Device, &mut issues);
        let (player, player_index) = self.graph(Side::Player, &mut issues);
        if issues.has_errors() {
            return Err(issues);
        }
        let bus = self.bus.iter().map(|b| BusWire {
            from: PortRef { node: player_index[b.from.0], port: b.from.1 },
            to: device_index[b.node],
            port: b.port,
        });
        Ok(Template {
            name: self.name.as_str().into(),
            format: self.settings.format(),
            latency: if self.settings.low_latency { Latency::Low } else { Latency::Standard },
            device,
            player,
            bus: bus.collect(),
            degrade: self.degrade.iter().flat_map(|rung| self.rungs(&rung.gives)).collect(),
        })
    }

    fn graph(&self, side: Side, issues: &mut Issues) -> (Graph, Vec<NodeIndex>) {
        let section = self.section(side);
        let mut graph = Graph::new();
        let index: Vec<NodeIndex> = section
            .nodes
            .iter()
            .filter_map(|node| {
                let added = graph.add(GraphNode {
                    name: node.name.as_str().into(),
                    params: node.params.clone(),
                    optional: node.optional,
                    priority: node.priority,
                    filter: node.filter.as_deref().map(Into::into),
                });
                added.map_err(|e| issues.push(refused(side, section, &e))).ok()
            })
            .collect();
        if index.len() == section.nodes.len() {
            for wire in &section.wires {
                let port = |(node, port): (usize, usize)| PortRef { node: index[node], port };
                if let Err(e) = graph.connect(port(wire.from), port(wire.to)) {
                    issues.push(Issue::new(Code::BadWire, format!("{}.wires", side.word()), wire.place, e.to_string()));
                }
            }
        }
        (graph, index)
    }

    /// The engine knows either kind of rung, not both in one: values first, then nodes.
    fn rungs(&self, gives: &[Give]) -> Vec<Rung> {
        let name = |side: Side, node: usize| NodeRef {
            device: side == Side::Device,
            name: self.section(side).nodes[node].name.as_str().into(),
        };
        let (mut set, mut prune) = (Vec::new(), Vec::new());
        for give in gives {
            match give {
                Give::Set { side, node, index, value } => set.push((name(*side, *node), *index, value.clone())),
                Give::Prune { side, node } => prune.push(name(*side, *node)),
            }
        }
        let set = (!set.is_empty()).then_some(Rung::Set(set));
        let prune = (!prune.is_empty()).then_some(Rung::Prune(prune));
        set.into_iter().chain(prune).collect()
    }
}

/// An error of the engine about a node, at that node.
fn refused(side: Side, section: &Section, error: &GraphError) -> Issue {
    let node = match error {
        GraphError::Duplicate(name) => section.nodes.iter().rev().find(|n| n.name == *name),
        _ => None,
    };
    let path = format!("{}.nodes", side.word());
    Issue::new(Code::DuplicateKey, path, node.map(|n| n.place), error.to_string())
}

//! Delays on parallel paths, so that what belongs together arrives together.

use super::activate::delay_node;
use super::order::order;
use super::{BlueNode, Blueprint, Source};
use lavalink_exec::Edge;

/// Works out the latency at every input and puts a delay in front of each pcm input that would be early.
pub(super) fn compensate(mut plan: Blueprint) -> Blueprint {
    let inputs: Vec<Vec<Source>> =
        plan.nodes.iter().map(|n| if n.closes_loop { Vec::new() } else { n.inputs.clone() }).collect();
    // Loops were refused before; without an order there is nothing to compensate.
    let Some(order) = order(&inputs) else { return plan };
    let mut out = vec![0_usize; plan.nodes.len()];
    for at in order {
        let arrival = |s: &Source| if let Source::Node(n, _) = s { out[*n] } else { 0 };
        let needed = inputs[at].iter().map(arrival).max().unwrap_or(0);
        for port in 0..inputs[at].len() {
            let source = plan.nodes[at].inputs[port];
            let early = needed - arrival(&source);
            if early > 0 && source != Source::None && plan.nodes[at].takes[port] == Edge::Pcm {
                let key = format!("{}:in{port}:delay", plan.nodes[at].key).into();
                let node = BlueNode { key, inputs: vec![source], latency: needed - early, ..delay_node(early) };
                plan.nodes.push(node);
                plan.nodes[at].inputs[port] = Source::Node(plan.nodes.len() - 1, 0);
            }
        }
        plan.nodes[at].latency = needed;
        out[at] = needed + plan.nodes[at].delay;
    }
    plan
}

impl Blueprint {
    /// Latency at an input or outlet that reads `source`, in frames.
    #[must_use]
    pub fn latency_at(&self, source: Source) -> usize {
        match source {
            Source::Node(n, _) => self.nodes[n].latency + self.nodes[n].delay,
            Source::None | Source::Inlet(_) => 0,
        }
    }
}

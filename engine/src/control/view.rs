//! What is on a lane, as plain data for exports, REST and tools.

use super::build::Installed;
use crate::compile::{Source, What, emit, net_of};
use lavalink_exec::{Format, Op, Phase, Slot};

/// A node on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// Name in the document, or one the compiler made up.
    pub name: String,
    /// Kind, or `bank`, `delay`, `feed`.
    pub kind: String,
    /// For a bank, the nodes that were fused into it.
    pub members: Vec<String>,
    /// Where its inputs come from: number of the node and of its output; `None` where nothing is wired.
    pub inputs: Vec<Option<(usize, usize)>>,
    /// Latency at its input, in frames.
    pub latency: usize,
    /// Its own delay, in frames.
    pub delay: usize,
    /// Moving average of its cost, in counter ticks a block; see [`crate::lane::ticks_per_microsecond`].
    pub ticks: f32,
    /// Whether it panicked and was cut out.
    pub failed: bool,
    /// What it measures: name and value.
    pub readings: Vec<(&'static str, f32)>,
}

/// A step of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// What is done: `run`, `run in place`, `copy`, `fade`, `switch`, `out`, `in`.
    pub action: &'static str,
    /// Number of the node, where one is called.
    pub node: Option<usize>,
    /// Buffers read: `p3` for pcm, `k2` for packets.
    pub reads: Vec<String>,
    /// Buffers written.
    pub writes: Vec<String>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanView {
    /// Its nodes.
    pub nodes: Vec<NodeView>,
    /// Its steps, in order.
    pub steps: Vec<StepView>,
    /// Stereo buffers in use.
    pub pcm_buffers: usize,
    /// Packet queues in use.
    pub packet_queues: usize,
    /// Largest latency of any sink or outlet, in frames.
    pub latency: usize,
    /// Whether packets of the track go to a sink untouched.
    pub passes_through: bool,
}

fn slot(slot: Slot) -> String {
    match slot {
        Slot::SILENCE => "silence".into(),
        Slot::NO_PACKETS => "none".into(),
        Slot::Pcm(i) => format!("p{i}"),
        Slot::Packets(i) => format!("k{i}"),
    }
}

pub(super) fn view(installed: &Installed, format: Format) -> PlanView {
    let plan = &installed.blueprint;
    let nodes = plan.nodes.iter().zip(&installed.instances).map(|(node, instance)| {
        let (kind, members, names): (&str, Vec<String>, _) = match &node.what {
            What::Kind(params) => (params.kind().name, Vec::new(), params.kind().readings),
            What::Bank { members, .. } => ("bank", members.iter().map(|m| m.0.to_string()).collect(), &[][..]),
            What::Delay(_) => ("delay", Vec::new(), &[][..]),
            What::Feed => ("feed", Vec::new(), &[][..]),
        };
        NodeView {
            name: node.key.to_string(),
            kind: kind.to_owned(),
            members,
            inputs: node
                .inputs
                .iter()
                .map(|s| if let Source::Node(n, port) = s { Some((*n, *port)) } else { None })
                .collect(),
            latency: node.latency,
            delay: node.delay,
            ticks: instance.cost.average(),
            failed: instance.cost.failed(),
            readings: names.iter().enumerate().map(|(i, r)| (r.name, instance.readings.get(i))).collect(),
        }
    });
    let nodes: Vec<NodeView> = nodes.collect();
    let spec = emit(&net_of(plan), format.max_block).unwrap_or_default();
    let all = |slots: &[Slot]| slots.iter().map(|s| slot(*s)).collect::<Vec<_>>();
    let steps = spec
        .ops
        .iter()
        .map(|op| match op {
            Op::Node { node, inputs, outputs, in_place, phase, .. } => StepView {
                action: match (phase, in_place) {
                    (Phase::Out, _) => "out",
                    (Phase::In, _) => "in",
                    (Phase::Whole, true) => "run in place",
                    (Phase::Whole, false) => "run",
                },
                node: Some(usize::from(*node)),
                reads: if *in_place { all(outputs) } else { all(inputs) },
                writes: all(outputs),
            },
            Op::Copy { from, to } => StepView { action: "copy", node: None, reads: all(&[*from]), writes: all(&[*to]) },
            Op::Fade { old, new, out } => {
                StepView { action: "fade", node: None, reads: all(&[*old, *new]), writes: all(&[*out]) }
            }
            Op::Switch { old, new, out } => {
                StepView { action: "switch", node: None, reads: all(&[*old, *new]), writes: all(&[*out]) }
            }
        })
        .collect();
    let ends = plan.nodes.iter().filter(|n| n.is_sink()).flat_map(|n| &n.inputs).chain(&plan.outlets);
    PlanView {
        nodes,
        steps,
        pcm_buffers: usize::from(spec.pcm),
        packet_queues: usize::from(spec.packets),
        latency: ends.map(|s| plan.latency_at(*s)).max().unwrap_or(0),
        passes_through: installed.passes_through(),
    }
}

pub(super) fn reading(installed: &Installed, node: &str, reading: &str) -> Option<f32> {
    let at = installed.blueprint.nodes.iter().position(|n| &*n.key == node)?;
    let kind = installed.blueprint.nodes[at].kind()?;
    let index = kind.readings.iter().position(|r| r.name == reading)?;
    Some(installed.instances[at].readings.get(index))
}

//! Which nodes are in the plan at all: pruned ones, ones at identity and ones nothing hears are not.

use super::{BlueNode, Blueprint, Options, Source, What};
use lavalink_exec::{Edge, Format, Group, Pruned};

/// Takes out what the load decision says: joined through or muted, as the kind says.
pub(super) fn prune(mut plan: Blueprint, options: &Options) -> Blueprint {
    for at in 0..plan.nodes.len() {
        let Some(kind) = plan.nodes[at].kind() else { continue };
        if !options.pruned.contains(&plan.nodes[at].key) {
            continue;
        }
        match kind.pruned_as {
            Pruned::Never => {}
            Pruned::Bypass => join_through(&mut plan, at, options),
            Pruned::Mute => replace(&mut plan, at, Source::None),
        }
    }
    plan
}

/// Takes out nodes whose values make them do nothing. The latency of one that was heard before in this track stays as
/// a delay.
pub(super) fn bypass(mut plan: Blueprint, _format: Format, options: &Options) -> Blueprint {
    for at in 0..plan.nodes.len() {
        let What::Kind(params) = &plan.nodes[at].what else { continue };
        let kind = params.kind();
        if kind.in_place() && !plan.nodes[at].closes_loop && (kind.identity)(params) {
            join_through(&mut plan, at, options);
        }
    }
    plan
}

/// Takes out nodes that reach no sink and no outlet. Meters stay: they are there to be looked at.
pub(super) fn sweep(plan: Blueprint) -> Blueprint {
    let mut live = vec![false; plan.nodes.len()];
    let mut stack: Vec<usize> = plan
        .outlets
        .iter()
        .filter_map(|s| if let Source::Node(n, _) = s { Some(*n) } else { None })
        .chain(
            plan.nodes
                .iter()
                .enumerate()
                .filter(|(_, n)| n.is_sink() || n.what == What::Feed || looks(n))
                .map(|(i, _)| i),
        )
        .collect();
    while let Some(at) = stack.pop() {
        if !std::mem::replace(&mut live[at], true) {
            stack.extend(
                plan.nodes[at].inputs.iter().filter_map(|s| if let Source::Node(n, _) = s { Some(*n) } else { None }),
            );
        }
    }
    keep(plan, &live)
}

/// Whether a node is of use though nothing hears it.
fn looks(node: &BlueNode) -> bool {
    node.kind().is_some_and(|k| k.group == Group::Meter)
}

/// Keeps the nodes marked and renumbers what refers to them.
fn keep(plan: Blueprint, live: &[bool]) -> Blueprint {
    let mut next = 0;
    let new: Vec<usize> = live
        .iter()
        .map(|l| {
            next += usize::from(*l);
            next.saturating_sub(1)
        })
        .collect();
    let renumber = |s: Source| match s {
        Source::Node(n, _) if !live[n] => Source::None,
        Source::Node(n, port) => Source::Node(new[n], port),
        other => other,
    };
    let nodes = plan
        .nodes
        .into_iter()
        .enumerate()
        .filter(|(i, _)| live[*i])
        .map(|(_, n)| BlueNode { inputs: n.inputs.iter().map(|s| renumber(*s)).collect(), ..n })
        .collect();
    Blueprint { nodes, inlets: plan.inlets, outlets: plan.outlets.into_iter().map(renumber).collect() }
}

/// Joins a node's input to its readers, behind a delay as long as its own where that must stay.
fn join_through(plan: &mut Blueprint, at: usize, options: &Options) {
    let node = &plan.nodes[at];
    if node.delay > 0 && options.keep_latency.contains(&node.key) {
        let (key, delay, inputs) = (format!("{}:delay", node.key).into(), node.delay, node.inputs.clone());
        plan.nodes[at] = BlueNode { what: What::Delay(delay), key, inputs, ..delay_node(delay) };
    } else {
        let input = node.inputs.first().copied().unwrap_or(Source::None);
        replace(plan, at, input);
    }
}

/// A delay the compiler puts in, not yet wired.
pub(super) fn delay_node(frames: usize) -> BlueNode {
    BlueNode {
        key: "".into(),
        what: What::Delay(frames),
        inputs: vec![Source::None],
        takes: vec![Edge::Pcm],
        gives: vec![Edge::Pcm],
        tail: lavalink_exec::Tail::Frames(u32::try_from(frames).unwrap_or(u32::MAX)),
        delay: frames,
        latency: 0,
        closes_loop: false,
    }
}

/// Lets every reader of node `at` read `by` instead. The node stays, unheard, until the sweep.
fn replace(plan: &mut Blueprint, at: usize, by: Source) {
    let swap = |s: &mut Source| {
        if matches!(s, Source::Node(n, _) if *n == at) {
            *s = by;
        }
    };
    plan.nodes.iter_mut().flat_map(|n| n.inputs.iter_mut()).chain(plan.outlets.iter_mut()).for_each(swap);
}

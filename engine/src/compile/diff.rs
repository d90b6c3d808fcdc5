//! What an edit changes: which nodes live on, which are built anew, which parameters move.

use super::{BlueNode, Blueprint, Feeding, Net, NetNode, Source, What, emit};
use lavalink_exec::{Edge, Live, Params, PlanSpec, Set};

/// The difference of two blueprints.
pub(crate) struct Change {
    /// For every node of the new blueprint, its number in the old one if it lives on.
    pub(crate) kept: Vec<Option<usize>>,
    /// Pairs (new node, old node) of the same key and kind where state may be taken over; numbers in the blueprints.
    pub(crate) adopts: Vec<(usize, usize)>,
    /// Old nodes that are still heard while the edit fades in, in the order of the table behind the new nodes.
    pub(crate) retiring: Vec<usize>,
    /// Parameters of living nodes that change.
    pub(crate) sets: Vec<Set>,
    /// The plan during the fade; `None` when the wires are as they were.
    pub(crate) transition: Option<PlanSpec>,
    /// The plan after it.
    pub(crate) settled: PlanSpec,
    /// Whether anything but parameters changes.
    pub(crate) structural: bool,
    /// Whether packets change over.
    pub(crate) switches: bool,
}

/// Compares two blueprints. `None` when the new one has no order, which [`super::compile`] has refused before.
pub(crate) fn diff(old: &Blueprint, new: &Blueprint, max_block: usize) -> Option<Change> {
    let mut kept: Vec<Option<usize>> =
        new.nodes.iter().map(|node| old.nodes.iter().position(|o| o.key == node.key && lives_on(o, node))).collect();
    let settled = emit(&net_of(new), max_block)?;
    loop {
        let (net, retiring, changed, switches) = union(old, new, &kept);
        if let Some(spec) = emit(&net, max_block) {
            let sets = kept
                .iter()
                .enumerate()
                .filter_map(|(i, k)| k.map(|k| (i, k)))
                .flat_map(|(i, k)| sets(i, &old.nodes[k], &new.nodes[i]))
                .collect();
            let adopts = (0..new.nodes.len())
                .filter(|i| kept[*i].is_none())
                .filter_map(|i| {
                    let same = |o: &BlueNode| o.key == new.nodes[i].key && same_build(o, &new.nodes[i]);
                    old.nodes.iter().position(same).map(|o| (i, o))
                })
                .collect();
            let structural = changed || kept.iter().any(Option::is_none) || kept.len() != old.nodes.len();
            return Some(Change {
                kept,
                adopts,
                retiring,
                sets,
                transition: changed.then_some(spec),
                settled,
                structural,
                switches,
            });
        }
        // Old and new wires together go in a circle: nodes changed places. One that is heard at both is built anew.
        let moved = (0..new.nodes.len()).find(|i| {
            kept[*i].is_some_and(|k| {
                new.nodes[*i].what != What::Feed && inputs_in_old(new, &kept, *i) != wrap(&old.nodes[k].inputs)
            })
        })?;
        kept[moved] = None;
    }
}

fn wrap(sources: &[Source]) -> Vec<Option<Source>> {
    sources.iter().map(|s| Some(*s)).collect()
}

/// The sources of a new node in the numbers of the old blueprint; `None` for one that was not there.
fn inputs_in_old(new: &Blueprint, kept: &[Option<usize>], at: usize) -> Vec<Option<Source>> {
    new.nodes[at]
        .inputs
        .iter()
        .map(|s| match s {
            Source::Node(n, port) => kept[*n].map(|k| Source::Node(k, *port)),
            other => Some(*other),
        })
        .collect()
}

pub(crate) fn net_of(plan: &Blueprint) -> Net {
    Net {
        nodes: plan.nodes.iter().map(|n| net_node(n, n.inputs.iter().map(|s| Feeding::From(*s)).collect())).collect(),
        inlets: plan.inlets.len(),
        outlets: plan.outlets.iter().map(|s| Feeding::From(*s)).collect(),
    }
}

fn net_node(node: &BlueNode, inputs: Vec<Feeding>) -> NetNode {
    NetNode {
        inputs,
        takes: node.takes.clone(),
        gives: node.gives.clone(),
        in_place: node.in_place(),
        closes_loop: node.closes_loop,
        latency: node.latency,
    }
}

/// Old and new side by side: the new nodes, behind them those old ones that are still heard. Every input of a living
/// node, and every outlet, whose source differs is faded.
fn union(old: &Blueprint, new: &Blueprint, kept: &[Option<usize>]) -> (Net, Vec<usize>, bool, bool) {
    let mut place: Vec<Option<usize>> = vec![None; old.nodes.len()];
    for (i, k) in kept.iter().enumerate() {
        if let Some(k) = k {
            place[*k] = Some(i);
        }
    }
    let mut retiring: Vec<usize> = Vec::new();
    for (i, spot) in place.iter_mut().enumerate() {
        if spot.is_none() {
            *spot = Some(new.nodes.len() + retiring.len());
            retiring.push(i);
        }
    }
    let as_was = |s: Source| match s {
        Source::Node(n, port) => place[n].map_or(Source::None, |p| Source::Node(p, port)),
        Source::Inlet(i) if i >= new.inlets.len() => Source::None,
        other => other,
    };
    let mut changed = false;
    let mut switches = false;
    let mut feeding = |was: Source, is: Source, edge: Edge| {
        let was = as_was(was);
        if was == is {
            return Feeding::From(is);
        }
        changed = true;
        switches |= edge == Edge::Packets;
        Feeding::Fade(was, is)
    };
    let mut nodes: Vec<NetNode> = Vec::new();
    for (i, node) in new.nodes.iter().enumerate() {
        let inputs = match kept[i] {
            Some(k) => (node.inputs.iter().zip(&old.nodes[k].inputs).zip(&node.takes))
                .map(|((is, was), edge)| feeding(*was, *is, *edge))
                .collect(),
            // A new sink fades in from silence; anything else new is faded in where it is read.
            None if node.is_sink() => {
                node.inputs.iter().zip(&node.takes).map(|(is, edge)| feeding(Source::None, *is, *edge)).collect()
            }
            None => node.inputs.iter().map(|s| Feeding::From(*s)).collect(),
        };
        nodes.push(net_node(node, inputs));
    }
    for i in &retiring {
        let node = &old.nodes[*i];
        let inputs = node
            .inputs
            .iter()
            .zip(&node.takes)
            .map(
                |(was, edge)| {
                    if node.is_sink() { feeding(*was, Source::None, *edge) } else { Feeding::From(as_was(*was)) }
                },
            )
            .collect();
        nodes.push(net_node(node, inputs));
    }
    let outlets = new
        .outlets
        .iter()
        .enumerate()
        .map(|(i, is)| feeding(old.outlets.get(i).copied().unwrap_or(Source::None), *is, Edge::Pcm))
        .collect();
    (Net { nodes, inlets: new.inlets.len(), outlets }, retiring, changed, switches)
}

/// Whether the processor of `old` can go on as `new`: same kind, same ports, and nothing changed that needs building.
fn lives_on(old: &BlueNode, new: &BlueNode) -> bool {
    let ports = old.takes == new.takes && old.gives == new.gives && old.closes_loop == new.closes_loop;
    ports
        && match (&old.what, &new.what) {
            (What::Kind(a), What::Kind(b)) => only_live_changes(a, b),
            (What::Bank { members: a, stages: x }, What::Bank { members: b, stages: y }) => {
                x.len() == y.len() && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| only_live_changes(&a.1, &b.1))
            }
            (What::Delay(a), What::Delay(b)) => a == b,
            (What::Feed, What::Feed) => true,
            _ => false,
        }
}

fn same_build(old: &BlueNode, new: &BlueNode) -> bool {
    match (&old.what, &new.what) {
        (What::Kind(a), What::Kind(b)) => std::ptr::eq(a.kind(), b.kind()),
        _ => false,
    }
}

fn only_live_changes(a: &Params, b: &Params) -> bool {
    std::ptr::eq(a.kind(), b.kind())
        && a.values()
            .iter()
            .zip(b.values())
            .enumerate()
            .all(|(i, (x, y))| x == y || a.kind().param_at(i).is_some_and(|p| p.live != Live::Rebuild))
}

fn sets(at: usize, old: &BlueNode, new: &BlueNode) -> Vec<Set> {
    let set = |index: usize, value: f32| Set { node: at as u16, index: index as u16, value };
    match (&old.what, &new.what) {
        (What::Kind(a), What::Kind(b)) => a
            .values()
            .iter()
            .zip(b.values())
            .enumerate()
            .filter(|(_, (x, y))| x != y)
            .filter_map(|(i, (_, y))| y.as_f32().map(|v| set(i, v)))
            .collect(),
        (What::Bank { stages: a, .. }, What::Bank { stages: b, .. }) => a
            .as_flattened()
            .iter()
            .zip(b.as_flattened())
            .enumerate()
            .filter(|(_, (x, y))| x != y)
            .map(|(i, (_, y))| set(i, *y))
            .collect(),
        _ => Vec::new(),
    }
}

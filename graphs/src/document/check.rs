//! Checks of a whole graph: inputs, outputs, sources, the stream's chain, values that must go together.

use super::connect::{Wiring, edge_word};
use super::load::Draft;
use super::model::kind_fault;
use super::{BusWire, Settings, Side, cycle, reach};
use crate::{Code, Issue, Issues};
use lavalink_exec::{Edge, Group};

/// Most nodes of a document, both graphs together.
pub(super) const MAX_NODES: usize = 512;

/// Notes a document with too many nodes.
pub(super) fn count(device: &Draft, player: &Draft, issues: &mut Issues) {
    let total = device.names().count() + player.names().count();
    if total > MAX_NODES {
        let place = player.place.or(device.place);
        issues.push(Issue::new(Code::TooManyNodes, "", place, format!("this document has {total} nodes")));
    }
}

/// Checks one graph and finds its open output.
pub(super) fn graph(
    side: Side,
    draft: &mut Draft,
    wiring: &Wiring,
    bus: &[BusWire],
    settings: Settings,
    issues: &mut Issues,
) {
    if draft.section.nodes.len() > MAX_NODES {
        return;
    }
    let format = settings.format();
    for node in &draft.section.nodes {
        if let Err(fault) = (node.params.kind().check)(&node.params, &format) {
            issues.push(kind_fault(node, side, &fault));
        }
    }
    sources(side, draft, issues);
    let unwired = inputs(side, draft, wiring, bus, issues);
    cycle::check(side, &draft.section, &wiring.wires, issues);
    reach::check(side, draft, wiring, bus, &unwired, issues);
    stream(side, draft, wiring, bus, issues);
    draft.section.out = outputs(side, draft, wiring, bus, issues);
}

/// A player has one source, the device none.
fn sources(side: Side, draft: &Draft, issues: &mut Issues) {
    let path = |name: &str| format!("{}.nodes.{name}", side.word());
    let mut sources = draft.section.nodes.iter().filter(|n| n.params.kind().group == Group::Source);
    match (side, sources.next()) {
        (Side::Device, Some(node)) => {
            issues.push(Issue::new(
                Code::Sources,
                path(&node.name),
                node.place,
                "the device has no source; tracks belong to players",
            ));
        }
        (Side::Device, None) => {}
        (Side::Player, None) => {
            if draft.broken.is_empty()
                && let Some(place) = draft.place
            {
                let issue = Issue::new(Code::Sources, "player.nodes", place, "this player has no source");
                issues.push(issue.remedy("add `track: { kind: source }` and begin a wire with `track`"));
            }
        }
        (Side::Player, Some(first)) => {
            for node in sources {
                let message = format!("`{}` is a second source", node.name);
                issues.push(
                    Issue::new(Code::Sources, path(&node.name), node.place, message).related(first.place, "the first"),
                );
            }
        }
    }
}

/// Every input of a node that is wired at all must be wired; a counted port needs one of its inputs. Returns which nodes
/// lack something.
fn inputs(side: Side, draft: &Draft, wiring: &Wiring, bus: &[BusWire], issues: &mut Issues) -> Vec<bool> {
    let mut unwired = vec![false; draft.section.nodes.len()];
    for (i, node) in draft.section.nodes.iter().enumerate() {
        let fed = side == Side::Device && bus.iter().any(|b| b.node == i);
        let leads =
            wiring.wires.iter().any(|w| w.from.0 == i) || (side == Side::Player && bus.iter().any(|b| b.from.0 == i));
        let any = fed || leads || wiring.taken[i].iter().any(Option::is_some);
        if !any || wiring.excused[i] {
            continue;
        }
        let open = |counted: bool| {
            let ports = wiring.inputs[i].iter().zip(&wiring.taken[i]);
            ports.filter(move |(p, _)| p.port.counted_by.is_some() == counted)
        };
        let mut lacking: Vec<&str> = open(false).filter(|(_, t)| t.is_none()).map(|(p, _)| p.name.as_str()).collect();
        if !fed && open(true).count() > 0 && open(true).all(|(_, t)| t.is_none()) {
            lacking.extend(open(true).next().map(|(p, _)| p.name.as_str()));
        }
        for port in lacking {
            unwired[i] = true;
            let path = format!("{}.nodes.{}", side.word(), node.name);
            let message = format!("nothing is wired to `{}.{port}`", node.name);
            issues.push(Issue::new(Code::Unwired, path, node.place, message));
        }
    }
    unwired
}

/// Stream nodes, and what stands before them, form one plain chain.
fn stream(side: Side, draft: &Draft, wiring: &Wiring, bus: &[BusWire], issues: &mut Issues) {
    let nodes = &draft.section.nodes;
    let path = |i: usize| format!("{}.nodes.{}", side.word(), nodes[i].name);
    let is_stream = |i: usize| nodes[i].params.kind().is_stream();
    if side == Side::Device {
        for (i, node) in nodes.iter().enumerate().filter(|(i, _)| is_stream(*i)) {
            if node.params.kind().group != Group::Source {
                let message =
                    format!("the kind `{}` works on a player's stream; the device has none", node.params.kind().name);
                issues.push(Issue::new(Code::Place, path(i), node.place, message).remedy("move it to the player"));
            }
        }
        return;
    }
    let into: Vec<Vec<usize>> =
        (0..nodes.len()).map(|i| wiring.wires.iter().filter(|w| w.to.0 == i).map(|w| w.from.0).collect()).collect();
    let mut upstream = vec![false; nodes.len()];
    for i in (0..nodes.len()).filter(|i| is_stream(*i)) {
        let mut todo = vec![i];
        let mut seen = vec![false; nodes.len()];
        let mut blamed = false;
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            upstream[at] = true;
            let kind = nodes[at].params.kind();
            if !blamed && !kind.is_stream() && !kind.in_place() {
                blamed = true;
                let message =
                    format!("`{}` comes after `{}`, where the stream has ended", nodes[i].name, nodes[at].name);
                issues.push(
                    Issue::new(Code::Place, path(i), nodes[i].place, message)
                        .related(nodes[at].place, "the stream ends here"),
                );
            }
            todo.extend(&into[at]);
        }
    }
    for i in (0..nodes.len()).filter(|i| upstream[*i]) {
        let out = || wiring.wires.iter().filter(|w| w.from.0 == i);
        let goes_on = out().any(|w| upstream[w.to.0]);
        if goes_on
            && let Some(aside) = out().find(|w| !upstream[w.to.0]).map(|w| w.place).or_else(|| {
                let mut second = out().skip(1).map(|w| w.place);
                second.next().or_else(|| bus.iter().find(|b| b.from.0 == i).map(|b| b.place))
            })
        {
            let message = format!("the stream parts at `{}`, before its last stream node", nodes[i].name);
            issues.push(Issue::new(Code::Place, path(i), aside, message).related(nodes[i].place, "parts here"));
        }
    }
}

/// The player's open pcm output; notes outputs that lead nowhere.
fn outputs(side: Side, draft: &Draft, wiring: &Wiring, bus: &[BusWire], issues: &mut Issues) -> Option<(usize, usize)> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (i, node) in draft.section.nodes.iter().enumerate() {
        let used = |port: usize| {
            wiring.wires.iter().any(|w| w.from == (i, port))
                || (side == Side::Player && bus.iter().any(|b| b.from == (i, port)))
        };
        let ports = &wiring.outputs[i];
        let is_source = node.params.kind().group == Group::Source;
        // Of sources, only a player's first is missed; the others are in the way and noted as such.
        if is_source
            && (side == Side::Device || draft.section.nodes[..i].iter().any(|n| n.params.kind().group == Group::Source))
        {
            continue;
        }
        let untouched = wiring.taken[i].iter().all(Option::is_none) && !is_source;
        let some_used = (0..ports.len()).any(used);
        if wiring.excused[i] || (untouched && !some_used) || (node.params.kind().group == Group::Meter && !some_used) {
            continue;
        }
        for (port, p) in ports.iter().enumerate().filter(|(port, _)| !used(*port)) {
            if p.port.edge == Edge::Pcm {
                open.push((i, port));
            } else if !some_used && !ports.iter().any(|p| p.port.edge == Edge::Pcm) {
                let message = format!("the {} of `{}` lead nowhere", edge_word(p.port.edge), node.name);
                let path = format!("{}.nodes.{}", side.word(), node.name);
                issues.push(Issue::new(Code::Outputs, path, node.place, message));
            }
        }
    }
    let allowed = usize::from(side == Side::Player);
    for (i, port) in open.iter().skip(allowed) {
        let node = &draft.section.nodes[*i];
        let name = &wiring.outputs[*i][*port].name;
        let path = format!("{}.nodes.{}", side.word(), node.name);
        let mut issue = Issue::new(Code::Outputs, path, node.place, format!("`{}.{name}` leads nowhere", node.name));
        if let (Side::Player, Some((first, _))) = (side, open.first()) {
            issue = issue.related(draft.section.nodes[*first].place, "one open output is the graph's own; this is it");
        }
        issues.push(issue);
    }
    open.first().copied().filter(|_| side == Side::Player)
}

//! Chains of names to wires between ports.

use super::load::{Draft, suggest};
use super::wires::{Chain, End};
use super::{BusWire, NodeDecl, Section, Side, Wire};
use crate::kinds::NodePort;
use crate::{Code, Issue, Issues, Place};
use lavalink_exec::Edge;

/// The ports of a graph's nodes and what is wired to its inputs.
pub(super) struct Wiring {
    pub(super) inputs: Vec<Vec<NodePort>>,
    pub(super) outputs: Vec<Vec<NodePort>>,
    /// Per node and input: where it was wired.
    pub(super) taken: Vec<Vec<Option<Place>>>,
    pub(super) wires: Vec<Wire>,
    pub(super) bus: Vec<BusWire>,
    /// Nodes next to a wire that could not be made: what they lack is not said again.
    pub(super) excused: Vec<bool>,
}

impl Wiring {
    fn new(section: &Section) -> Self {
        let inputs: Vec<_> = section.nodes.iter().map(NodeDecl::inputs).collect();
        Self {
            outputs: section.nodes.iter().map(NodeDecl::outputs).collect(),
            taken: inputs.iter().map(|ports| vec![None; ports.len()]).collect(),
            inputs,
            wires: Vec::new(),
            bus: Vec::new(),
            excused: vec![false; section.nodes.len()],
        }
    }
}

/// A wire whose names are known.
struct Hop<'a> {
    from: usize,
    from_name: &'a str,
    out_port: Option<usize>,
    to: usize,
    in_port: Option<usize>,
    end: &'a End<'a>,
    path: &'a str,
}

/// Makes wires of the chains. For a player, `device` takes what ends in `device.`.
pub(super) fn connect<'a>(
    side: Side,
    draft: &Draft,
    chains: &'a [Chain<'a>],
    mut device: Option<(&Draft, &mut Wiring)>,
    issues: &mut Issues,
) -> Wiring {
    let mut wiring = Wiring::new(&draft.section);
    if !draft.wired && draft.section.nodes.len() > 1 {
        wiring.excused.fill(true);
    }
    let mut hops = Vec::new();
    let mut bus = Vec::new();
    for chain in chains {
        let mut before: Option<(usize, Option<usize>, &End<'_>)> = None;
        for (i, end) in chain.ends.iter().enumerate() {
            let here = end.as_ref().and_then(|end| {
                let (draft, wiring, side) = match &device {
                    Some((draft, wiring)) if end.device => (*draft, &**wiring, Side::Device),
                    _ => (draft, &wiring, side),
                };
                let elsewhere = device.as_ref().filter(|_| !end.device).map(|(device, _)| *device);
                resolve(side, (draft, elsewhere), wiring, end, i == 0, &chain.path, issues)
                    .map(|(node, port)| (node, port, end))
            });
            match (before, here) {
                (Some((from, out_port, start)), Some((to, in_port, end))) => {
                    let hop = Hop { from, from_name: start.node, out_port, to, in_port, end, path: &chain.path };
                    if end.device { bus.push(hop) } else { hops.push(hop) }
                }
                (Some((from, ..)), None) => wiring.excused[from] = true,
                (None, Some((to, _, end))) if i > 0 => match &mut device {
                    Some((_, wiring)) if end.device => wiring.excused[to] = true,
                    _ => wiring.excused[to] = true,
                },
                _ => {}
            }
            before = here.filter(|(.., end)| !end.device).map(|(n, port, end)| (n, port.filter(|_| i == 0), end));
        }
    }
    join_all(&hops, &mut wiring, issues);
    if let Some((device, device_wiring)) = device {
        for hop in bus {
            if let Some(wire) = join_bus(&hop, &wiring, device, device_wiring, issues) {
                wiring.bus.push(wire);
            } else {
                wiring.excused[hop.from] = true;
                device_wiring.excused[hop.to] = true;
            }
        }
    }
    wiring
}

/// Node and, when one is named, port of a name in a chain.
fn resolve(
    side: Side,
    (draft, elsewhere): (&Draft, Option<&Draft>),
    wiring: &Wiring,
    end: &End<'_>,
    start: bool,
    path: &str,
    issues: &mut Issues,
) -> Option<(usize, Option<usize>)> {
    let Some(node) = draft.section.find(end.node) else {
        if !draft.broken.iter().any(|b| b == end.node) {
            let message = format!("the {} has no node `{}`", side.word(), end.node);
            let mut issue = suggest(Issue::new(Code::UnknownNode, path, end.place, message), end.node, draft.names());
            if elsewhere.is_some_and(|d| d.section.find(end.node).is_some()) {
                issue = issue.remedy(format!("it is a node of the device: write `device.{}`", end.node));
            }
            issues.push(issue);
        }
        return None;
    };
    let Some(name) = end.port else { return Some((node, None)) };
    let (ports, others, what) = match start {
        true => (&wiring.outputs[node], &wiring.inputs[node], "output"),
        false => (&wiring.inputs[node], &wiring.outputs[node], "input"),
    };
    let found = ports.iter().position(|p| p.name == name);
    if found.is_none() {
        let message = format!("`{}` has no {what} `{name}`", end.node);
        let mut issue = Issue::new(Code::UnknownPort, path, end.place, message);
        if others.iter().any(|p| p.name == name) {
            issue = issue.remedy("an output port stands at the start of a chain, an input port everywhere else");
        } else {
            issue = suggest(issue, name, ports.iter().map(|p| p.name.as_str()));
            if issue.nearest.is_none() && !ports.is_empty() && ports.len() < 20 {
                let names: Vec<&str> = ports.iter().map(|p| p.name.as_str()).collect();
                issue = issue.remedy(format!("its {what}s: {}", names.join(", ")));
            }
        }
        issues.push(issue);
    }
    found.map(|port| (node, Some(port)))
}

/// Joins hops inside one graph; those that name their port go first, so that the others take what is left.
fn join_all(hops: &[Hop<'_>], wiring: &mut Wiring, issues: &mut Issues) {
    let mut made: Vec<(usize, Wire)> = Vec::new();
    for named in [true, false] {
        for (at, hop) in hops.iter().enumerate().filter(|(_, hop)| hop.in_port.is_some() == named) {
            let outputs = &wiring.outputs[hop.from];
            match join(hop, outputs, &wiring.inputs[hop.to], &wiring.taken[hop.to], issues) {
                Some((out_port, in_port)) => {
                    wiring.taken[hop.to][in_port] = Some(hop.end.place);
                    made.push((at, Wire { from: (hop.from, out_port), to: (hop.to, in_port), place: hop.end.place }));
                }
                None => {
                    wiring.excused[hop.from] = true;
                    wiring.excused[hop.to] = true;
                }
            }
        }
    }
    made.sort_by_key(|(at, _)| *at);
    wiring.wires = made.into_iter().map(|(_, wire)| wire).collect();
}

/// Joins a player's node to the device's.
fn join_bus(hop: &Hop<'_>, from: &Wiring, device: &Draft, to: &mut Wiring, issues: &mut Issues) -> Option<BusWire> {
    let inputs = &to.inputs[hop.to];
    let counted = |edge: Edge| inputs.iter().any(|p| p.port.counted_by.is_some() && p.port.edge == edge);
    let pcm = from.outputs[hop.from].iter().position(|p| p.port.edge == Edge::Pcm);
    if let (None, Some(out_port), true) = (hop.in_port, hop.out_port.or(pcm), counted(Edge::Pcm))
        && from.outputs[hop.from].get(out_port).is_some_and(|p| p.port.edge == Edge::Pcm)
    {
        if to.taken[hop.to].iter().all(Option::is_some) {
            let message = format!("all inputs of `device.{}` are wired", device.section.nodes[hop.to].name);
            issues.push(Issue::new(Code::MixerFull, hop.path, hop.end.place, message));
            return None;
        }
        return Some(BusWire { from: (hop.from, out_port), node: hop.to, port: None, place: hop.end.place });
    }
    let (out_port, in_port) = join(hop, &from.outputs[hop.from], inputs, &to.taken[hop.to], issues)?;
    to.taken[hop.to][in_port] = Some(hop.end.place);
    Some(BusWire { from: (hop.from, out_port), node: hop.to, port: Some(in_port), place: hop.end.place })
}

/// Chooses the ports of a wire: the lowest free input that fits, the lowest output that fits it.
fn join(
    hop: &Hop<'_>,
    outputs: &[NodePort],
    inputs: &[NodePort],
    taken: &[Option<Place>],
    issues: &mut Issues,
) -> Option<(usize, usize)> {
    let (from, to) = (hop.from_name, hop.end.node);
    let issue = |code, message: String| Issue::new(code, hop.path, hop.end.place, message);
    if outputs.is_empty() {
        issues.push(
            issue(Code::UnknownPort, format!("`{from}` has no output")).remedy("a sink stands at the end of a wire"),
        );
        return None;
    }
    if inputs.is_empty() {
        issues.push(
            issue(Code::UnknownPort, format!("`{to}` has no input")).remedy("a source stands at the start of a wire"),
        );
        return None;
    }
    let wanted =
        |edge: Edge| hop.in_port.map_or(inputs.iter().any(|p| p.port.edge == edge), |i| inputs[i].port.edge == edge);
    let out_port = hop.out_port.or_else(|| outputs.iter().position(|p| wanted(p.port.edge))).unwrap_or(0);
    let edge = outputs[out_port].port.edge;
    if !wanted(edge) {
        let takes = inputs[hop.in_port.unwrap_or(0)].port.edge;
        let message = format!("`{from}` gives {}, but `{to}` takes {}", edge_word(edge), edge_word(takes));
        let mut wrong = issue(Code::WrongEdge, message);
        if let Some(between) = between(edge, takes) {
            wrong = wrong.remedy(format!("put {between} in between"));
        }
        issues.push(wrong);
        return None;
    }
    let mut fitting = (0..inputs.len()).filter(|i| inputs[*i].port.edge == edge && hop.in_port.is_none_or(|p| p == *i));
    let free = fitting.clone().find(|i| taken[*i].is_none());
    if let Some(in_port) = free {
        return Some((out_port, in_port));
    }
    let last = fitting.next_back().unwrap_or(0);
    if hop.in_port.is_none() && inputs[last].port.counted_by.is_some() {
        issues.push(issue(Code::MixerFull, format!("all {} inputs of `{to}` are wired", inputs.len())));
    } else {
        let mut twice = issue(Code::DoublyWired, format!("`{to}.{}` is wired twice", inputs[last].name));
        if let Some(first) = taken[last] {
            twice = twice.related(first, "wired first here");
        }
        issues.push(twice);
    }
    None
}

/// What a wire carries, in words.
pub(crate) const fn edge_word(edge: Edge) -> &'static str {
    match edge {
        Edge::Pcm => "pcm",
        Edge::Packets => "packets",
        Edge::Bytes => "bytes",
    }
}

/// The kind of node that brings one edge type to another.
const fn between(from: Edge, to: Edge) -> Option<&'static str> {
    match (from, to) {
        (Edge::Bytes, Edge::Pcm | Edge::Packets) => Some("a `decoder`"),
        (Edge::Pcm, Edge::Packets) => Some("an encoder, such as `opus_encoder`,"),
        _ => None,
    }
}

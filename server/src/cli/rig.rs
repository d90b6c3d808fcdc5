//! Puts a recording sink in place of a graph's own sinks.

use super::exit::usage;
use lavalink_engine::compile::{Options, Source, compile};
use lavalink_engine::graph::{Direction, Graph, GraphError, GraphNode, NodeIndex, PortRef, Template};
use lavalink_exec::{Edge, Group, Kind, Params};
use lavalink_graphs::nearest;
use lavalink_nodes::registry::find;

/// Names of the nodes that are put in; the sign keeps them apart from names in documents.
const SINK: &str = "recording#sink";
const ENCODER: &str = "recording#encoder";

/// What records.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    /// The sink and its values.
    pub(crate) sink: Params,
}

impl Recorder {
    fn takes_packets(&self) -> bool {
        self.sink.kind().inputs.first().is_some_and(|port| port.edge == Edge::Packets)
    }
}

/// Where the recording is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tap {
    /// The node as it is named on the command line.
    pub(crate) name: String,
    /// Whether it is the device's.
    pub(crate) device: bool,
}

/// A graph that records.
#[derive(Clone, Debug)]
pub(crate) struct Rig {
    /// The graphs, with the recording sink.
    pub(crate) template: Template,
    /// Where it is taken from.
    pub(crate) tap: Tap,
    sink: NodeIndex,
}

impl Rig {
    /// Takes the sinks out of `template` and puts `recorder` behind the node `tap`, or behind what the graph itself
    /// offers.
    ///
    /// # Errors
    /// When there is no such node, or nothing to record.
    pub(crate) fn new(mut template: Template, tap: Option<&str>, recorder: &Recorder) -> anyhow::Result<Self> {
        let packets = recorder.takes_packets();
        let (device, port) = match tap {
            Some(name) => named(&template, name)?,
            None => offered(&template, packets)?,
        };
        for graph in [&mut template.device, &mut template.player] {
            let sinks: Vec<_> = graph.nodes().filter(|(_, n)| is_sink(n)).map(|(index, _)| index).collect();
            sinks.into_iter().for_each(|index| drop(graph.remove(index)));
        }
        let name = graph_of(&template, device).node(port.node).map_or("", |n| &*n.name);
        let tap = Tap { name: format!("{}{name}", if device { "device." } else { "" }), device };
        if !device {
            // Nothing of the device is heard.
            template.bus.clear();
            template.device = Graph::new();
        }
        let graph = if device { &mut template.device } else { &mut template.player };
        let mut from = port;
        let gives = edge_of(graph, port);
        if packets && gives == Some(Edge::Pcm) {
            let kind = find("opus_encoder").ok_or_else(|| usage("this build has no Opus encoder"))?;
            let encoder = graph.add(GraphNode::new(ENCODER, Params::defaults(kind)))?;
            graph.connect(from, PortRef { node: encoder, port: 0 })?;
            from = PortRef { node: encoder, port: 0 };
        } else if !packets && gives == Some(Edge::Packets) {
            let name = &tap.name;
            return Err(usage(format!(
                "`{name}` gives packets; record it to a name ending in .opus, or tap what feeds it"
            )));
        }
        let sink = graph.add(GraphNode::new(SINK, recorder.sink.clone()))?;
        graph.connect(from, PortRef { node: sink, port: 0 })?;
        Ok(Self { template, tap, sink })
    }

    /// Frames by which the recording is late.
    ///
    /// # Errors
    /// When the graph cannot be compiled.
    pub(crate) fn latency(&self) -> Result<usize, GraphError> {
        let template = &self.template;
        let outlets: Vec<PortRef> = template.bus.iter().map(|wire| wire.from).collect();
        let options = Options { outlets, ..Options::default() };
        let player = compile(&template.player, template.format, &options)?;
        let device = compile(&template.device, template.format, &Options::default())?;
        let before = player.outlets.iter().map(|source| player.latency_at(*source)).max().unwrap_or(0);
        let plan = if self.tap.device { &device } else { &player };
        let sink = plan.nodes.iter().find(|node| &*node.key == SINK);
        let own = sink.and_then(|node| node.inputs.first()).map_or(0, |source: &Source| plan.latency_at(*source));
        Ok(own + if self.tap.device { before } else { 0 })
    }

    /// Gives the recording sink other values.
    pub(crate) fn set_sink(&mut self, params: Params) {
        let graph = if self.tap.device { &mut self.template.device } else { &mut self.template.player };
        if let Some(node) = graph.node_mut(self.sink) {
            node.params = params;
        }
    }
}

fn graph_of(template: &Template, device: bool) -> &Graph {
    if device { &template.device } else { &template.player }
}

fn is_sink(node: &GraphNode) -> bool {
    node.kind().group == Group::Sink
}

fn edge_of(graph: &Graph, port: PortRef) -> Option<Edge> {
    graph.node(port.node)?.ports(Direction::Outgoing).get(port.port).copied()
}

/// The port that the name on the command line means: a node's output, or what goes into a sink.
fn named(template: &Template, name: &str) -> anyhow::Result<(bool, PortRef)> {
    let (device, bare) = name.strip_prefix("device.").map_or((false, name), |bare| (true, bare));
    let graph = graph_of(template, device);
    let Some(node) = graph.find(bare) else {
        let player = template.player.nodes().map(|(_, n)| n.name.to_string());
        let all: Vec<String> =
            player.chain(template.device.nodes().map(|(_, n)| format!("device.{}", n.name))).collect();
        let near = nearest(name, all.iter().map(String::as_str));
        let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(usage(format!("--tap: there is no node `{name}`{meant} nodes: {}", all.join(", "))));
    };
    let output = PortRef { node, port: 0 };
    let port = match edge_of(graph, output) {
        Some(Edge::Bytes) => None,
        Some(_) => Some(output),
        None => graph.driver(PortRef { node, port: 0 }),
    };
    port.map(|port| (device, port)).ok_or_else(|| usage(format!("--tap: `{name}` has no sound to record")))
}

/// What the graph itself offers: for packets what comes out of the encoder; else its open output, else what goes to the
/// sound card, else to another sink, else to the encoder.
fn offered(template: &Template, packets: bool) -> anyhow::Result<(bool, PortRef)> {
    let encoder = |graph: &Graph| graph.nodes().find(|(_, n)| n.kind().group == Group::Encoder).map(|(index, _)| index);
    if packets && let Some(encoder) = encoder(&template.player) {
        return Ok((false, PortRef { node: encoder, port: 0 }));
    }
    if let Some(out) = template.out() {
        return Ok((false, out));
    }
    let fed = |wanted: &dyn Fn(&'static Kind) -> bool| {
        [true, false].into_iter().find_map(|device| {
            let graph = graph_of(template, device);
            let node = graph.nodes().find(|(_, n)| wanted(n.kind()))?.0;
            let from = graph.driver(PortRef { node, port: 0 })?;
            Some((device, from)).filter(|_| edge_of(graph, from) == Some(Edge::Pcm))
        })
    };
    let card = fed(&|kind| kind.name == "alsa");
    let other = || fed(&|kind| kind.group == Group::Sink);
    let encoded = || fed(&|kind| kind.group == Group::Encoder);
    card.or_else(other).or_else(encoded).ok_or_else(|| {
        usage("the graph has no output to record: no open output, no sink, no encoder; say which node with --tap")
    })
}

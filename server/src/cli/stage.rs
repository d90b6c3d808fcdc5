//! A graph made ready for live playing: its sound card, a level meter before it.

use super::exit::usage;
use super::play::at_rest;
use lavalink_engine::graph::{BusWire, Graph, GraphNode, NodeIndex, PortRef, Template};
use lavalink_exec::{Group, Param, Params, Value};
use lavalink_nodes::registry::find;

/// Names of the nodes that are put in; the sign keeps them apart from names in documents.
const METER: &str = "play#meter";
const MIXER: &str = "play#mixer";
const CARD: &str = "play#card";

/// A graph that plays.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The graphs.
    pub(crate) template: Template,
    /// The device's node that plays to a sound card, if one does.
    pub(crate) card: Option<String>,
    /// The device's node that measures what goes to the card.
    pub(crate) meter: Option<String>,
}

impl Stage {
    /// Makes `template` ready. `null` plays without a sound card, `device` to another one than the document says.
    ///
    /// # Errors
    /// When there is nothing to hear.
    pub(crate) fn set(mut template: Template, null: bool, device: Option<&str>) -> anyhow::Result<Self> {
        at_rest(&mut template)?;
        if sink(&template.device).is_none() {
            add_card(&mut template)?;
        }
        let Some(at) = sink(&template.device) else {
            return Err(usage(
                "the graph has no sink in `device` and no open output to play; see `lavalink-rust check`",
            ));
        };
        let node = template.device.node_mut(at);
        let mut card = None;
        if let Some(node) = node.filter(|node| node.kind().name == "alsa") {
            if null && let Some(kind) = find("null") {
                node.params = Params::defaults(kind);
            } else if let Some(device) = device {
                let at = node.params.index("device").ok_or_else(|| usage("the sound card takes no device name"))?;
                node.params
                    .set(at, Value::Text(device.into()))
                    .map_err(|_| usage("--device: this name is too long"))?;
            }
            card = (node.kind().name == "alsa").then(|| node.name.to_string());
        }
        let meter = add_meter(&mut template.device, at);
        Ok(Self { template, card, meter })
    }

    /// Tries the sound card before anything is started.
    ///
    /// # Errors
    /// When it cannot be used; the text says what to do.
    pub(crate) fn probe(&self) -> anyhow::Result<()> {
        #[cfg(feature = "alsa-backend")]
        if let Some(card) = &self.card
            && let Some(node) = self.template.device.find(card).and_then(|at| self.template.device.node(at))
            && let Some(at) = node.params.index("device")
        {
            lavalink_nodes::sink::alsa::probe(node.params.text(at)).map_err(|error| {
                anyhow::anyhow!(
                    "{error}\n`lavalink-rust doctor` lists what is there; --device NAME plays to another device, --null \
                     without one, and `lavalink-rust render` writes to a file"
                )
            })?;
        }
        Ok(())
    }

    /// The player's own volume: name of its node, the parameter's row and its flat index.
    pub(crate) fn fader(&self) -> Option<(String, &'static Param, usize)> {
        let (_, node) = self.template.player.nodes().find(|(_, node)| node.kind().name == "fader")?;
        let index = node.kind().param_index("gain")?;
        Some((node.name.to_string(), node.kind().param_at(index)?, index))
    }

    /// The gain of the document, in dB.
    pub(crate) fn gain(&self) -> Option<f64> {
        let (name, _, index) = self.fader()?;
        let node = self.template.player.node(self.template.player.find(&name)?)?;
        Some(node.params.number(index))
    }

    /// Puts a gain into a copy of the graph.
    pub(crate) fn put_gain(&self, template: &mut Template, gain: Option<f64>) {
        let Some(((name, _, index), gain)) = self.fader().zip(gain) else { return };
        if let Some(node) = template.player.find(&name).and_then(|at| template.player.node_mut(at)) {
            // Taken before from the same table, or checked against it.
            let _ = node.params.set(index, Value::Number(gain));
        }
    }
}

/// The sink that is played to: the sound card, else the first that takes pcm.
fn sink(device: &Graph) -> Option<NodeIndex> {
    let sinks = || device.nodes().filter(|(_, n)| n.kind().group == Group::Sink);
    sinks().find(|(_, n)| n.kind().name == "alsa").or_else(|| sinks().next()).map(|(index, _)| index)
}

/// A graph without a device plays its open output to the default one.
fn add_card(template: &mut Template) -> anyhow::Result<()> {
    let (Some(out), Some(mixer), Some(card)) = (template.out(), find("mixer"), find("alsa").or_else(|| find("null")))
    else {
        return Ok(());
    };
    let mixer = template.device.add(GraphNode::new(MIXER, Params::defaults(mixer)))?;
    let card = template.device.add(GraphNode::new(CARD, Params::defaults(card)))?;
    template.device.connect(PortRef { node: mixer, port: 0 }, PortRef { node: card, port: 0 })?;
    template.bus.push(BusWire { from: out, to: mixer, port: None });
    Ok(())
}

/// Puts a meter before the sink; its name.
fn add_meter(device: &mut Graph, sink: NodeIndex) -> Option<String> {
    let kind = find("meter")?;
    let input = PortRef { node: sink, port: 0 };
    let meter = device.add(GraphNode::new(METER, Params::defaults(kind))).ok()?;
    let Some(from) = device.disconnect(input) else {
        drop(device.remove(meter));
        return None;
    };
    let through = PortRef { node: meter, port: 0 };
    device.connect(from, through).and_then(|()| device.connect(through, input)).ok()?;
    Some(METER.into())
}

//! The types of a loaded document.

use crate::kinds::{NodePort, expand};
use crate::{Code, Issue, Place, Sources};
use lavalink_exec::{BuildError, Format, Params, Value};

/// Which of the two graphs of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Built once for every player.
    Player,
    /// Built once for the device.
    Device,
}

impl Side {
    /// The word documents use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Device => "device",
        }
    }
}

/// A checked document. It has no errors left in it.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, or the file's when it gives none.
    pub name: String,
    /// The key `engine`.
    pub settings: Settings,
    /// The device's graph; empty when there is none.
    pub device: Section,
    /// The template of every player's graph.
    pub player: Section,
    /// Wires from a player to the device.
    pub bus: Vec<BusWire>,
    /// What to give up under load, first to last.
    pub degrade: Vec<Rung>,
    /// Whether `degrade` was derived rather than written.
    pub derived: bool,
    /// The texts it was read from.
    pub sources: Sources,
}

/// The key `engine`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Rate of every wire, in Hz.
    pub sample_rate: u32,
    /// Longest block, in milliseconds.
    pub block_ms: f64,
    /// Whether rings are kept shallow.
    pub low_latency: bool,
}

impl Settings {
    /// The format of the graph's wires.
    #[must_use]
    pub fn format(&self) -> Format {
        let mut format = Format { rate: self.sample_rate, max_block: 0 };
        format.max_block = format.frames(self.block_ms).max(1);
        format
    }
}

/// One of the two graphs.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Nodes, in the order of the text.
    pub nodes: Vec<NodeDecl>,
    /// Wires, in the order of the text.
    pub wires: Vec<Wire>,
    /// The open pcm output: node and output port. Only players have one.
    pub out: Option<(usize, usize)>,
}

impl Section {
    /// The number of the node called `name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.name == name)
    }
}

/// A node as declared.
#[derive(Clone, Debug)]
pub struct NodeDecl {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// Its values.
    pub params: Params,
    /// Flat indices of the parameters that the document gives, and where.
    pub given: Vec<(usize, Place)>,
    /// Whether it may be given up under load.
    pub optional: bool,
    /// Lower is given up first.
    pub priority: i32,
    /// The filter that drives it.
    pub filter: Option<String>,
}

impl NodeDecl {
    /// Its input ports, counted ports expanded.
    pub(crate) fn inputs(&self) -> Vec<NodePort> {
        expand(self.params.kind().inputs, &self.params)
    }

    /// Its output ports, counted ports expanded.
    pub(crate) fn outputs(&self) -> Vec<NodePort> {
        expand(self.params.kind().outputs, &self.params)
    }
}

/// A wire inside one graph: node and flat port number at either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Node and output port.
    pub from: (usize, usize),
    /// Node and input port.
    pub to: (usize, usize),
    /// Where the end stands.
    pub place: Place,
}

/// A wire from a player to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusWire {
    /// The player's node and output port.
    pub from: (usize, usize),
    /// The device's node.
    pub node: usize,
    /// Its input; `None` for the lowest that is free when the player starts.
    pub port: Option<usize>,
    /// Where the end stands.
    pub place: Place,
}

/// One step of giving up.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// What it changes.
    pub gives: Vec<Give>,
    /// Where it stands; `None` when it was derived.
    pub place: Option<Place>,
}

/// One change of a rung.
#[derive(Clone, Debug, PartialEq)]
pub enum Give {
    /// Puts a value in place of the document's.
    Set {
        /// Whose node.
        side: Side,
        /// Number of the node.
        node: usize,
        /// Flat index of the parameter.
        index: usize,
        /// The value.
        value: Value,
    },
    /// Takes a node out.
    Prune {
        /// Whose node.
        side: Side,
        /// Number of the node.
        node: usize,
    },
}

impl Document {
    /// One of the two graphs.
    #[must_use]
    pub fn section(&self, side: Side) -> &Section {
        match side {
            Side::Player => &self.player,
            Side::Device => &self.device,
        }
    }

    /// A node by the name that `degrade`, `--set` and REST use: the player's, or the device's after `device.`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(Side, usize)> {
        match name.strip_prefix("device.") {
            Some(name) => self.device.find(name).map(|n| (Side::Device, n)),
            None => self.player.find(name).map(|n| (Side::Player, n)),
        }
    }

    /// A parameter by name, as in `fader.gain`, `equalizer.gain.3` or `device.guard.ceiling`: node and flat index.
    #[must_use]
    pub fn find_param(&self, name: &str) -> Option<(Side, usize, usize)> {
        let (side, rest) = match name.strip_prefix("device.") {
            Some(rest) => (Side::Device, rest),
            None => (Side::Player, name),
        };
        let (node, param) = rest.split_once('.')?;
        let section = self.section(side);
        let node = section.find(node)?;
        section.nodes[node].params.index(param).map(|index| (side, node, index))
    }

    /// The issue for a node that could not be built, at the value that is to blame.
    #[must_use]
    pub fn build_fault(&self, side: Side, node: usize, fault: &BuildError) -> Issue {
        let decl = &self.section(side).nodes[node];
        kind_fault(decl, side, fault)
    }
}

/// The issue for values that do not go together.
pub(crate) fn kind_fault(decl: &NodeDecl, side: Side, fault: &BuildError) -> Issue {
    let mut path = format!("{}.nodes.{}", side.word(), decl.name);
    let mut place = decl.place;
    if let Some(index) = fault.param {
        if let Some(param) = decl.params.kind().param_at(index) {
            path = format!("{path}.{}", param.name);
        }
        place = decl.given.iter().find(|(i, _)| *i == index).map_or(place, |(_, place)| *place);
    }
    Issue::new(Code::KindCheck, path, place, fault.message.clone())
}

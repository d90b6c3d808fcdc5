//! The control half of a node kind: one static table.

use crate::{BuildArgs, BuildError, Format, Param, Params, Processor, Reading, Sink, Stage, StageArgs, Tail};
use alloc::{boxed::Box, vec::Vec};

/// What a wire carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Planar f32 frames at the graph's rate.
    Pcm,
    /// Codec packets with a time stamp.
    Packets,
    /// Bytes of a file; only between a source and a decoder.
    Bytes,
}

/// A port of a node kind.
#[derive(Clone, Copy, Debug)]
pub struct Port {
    /// Name in documents: `node.name`.
    pub name: &'static str,
    /// What it carries.
    pub edge: Edge,
    /// For a port that exists several times: index of the whole-number parameter that says how often. Its instances are
    /// named `in0`, `in1`, ... after `name`.
    pub counted_by: Option<usize>,
}

impl Port {
    /// A single port.
    #[must_use]
    pub const fn one(name: &'static str, edge: Edge) -> Self {
        Self { name, edge, counted_by: None }
    }
}

/// The family a kind belongs to; where help lists it and what may be pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Opens a track.
    Source,
    /// Bytes to pcm.
    Decoder,
    /// Changes the rate.
    Resampler,
    /// Level, tone, channels.
    Filter,
    /// Reverbs, modulation, drive.
    Effect,
    /// Joins wires.
    Mixer,
    /// Only looks.
    Meter,
    /// Pcm to packets.
    Encoder,
    /// Takes sound out of the graph.
    Sink,
}

/// What becomes of a node that is pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// It may not be pruned.
    Never,
    /// Its inputs are joined to its outputs.
    Bypass,
    /// Its outputs fall silent.
    Mute,
}

/// A rough idea of cost, for the order in which a missing `degrade` ladder gives nodes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// A multiply per sample or less.
    Light,
    /// Tens of instructions per frame.
    Medium,
    /// Hundreds of instructions per frame and more.
    Heavy,
}

/// How a kind is made, which also says where it runs.
#[derive(Clone, Copy)]
pub enum Make {
    /// Opens tracks; the track itself is handed to the player, so there is nothing to build. Runs on workers.
    Source,
    /// Part of the open track. Runs on workers.
    Decoder,
    /// A stage of the stream chain, on workers.
    Stage(fn(StageArgs<'_>) -> Result<Box<dyn Stage>, BuildError>),
    /// A processor on a lane.
    Lane(fn(BuildArgs<'_>) -> Result<Box<dyn Processor>, BuildError>),
    /// A processor on a lane together with what takes the sound away.
    Sink(fn(BuildArgs<'_>) -> Result<Sink, BuildError>),
}

/// How neighbours of kinds with the same `Fuse` become one processor.
///
/// Kinds fuse when their `bank` is the same function. The coefficients of a node are set on the bank with
/// [`Processor::set`], index = 5 · stage + coefficient (b0 b1 b2 a1 a2, normalised, y = b0 x + b1 x₁ + b2 x₂ − a1 y₁ − a2 y₂).
#[derive(Clone, Copy)]
pub struct Fuse {
    /// Appends the second-order stages of a node.
    pub stages: fn(&Params, &Format, &mut Vec<[f32; 5]>),
    /// Builds one processor for all of them.
    pub bank: fn(&[[f32; 5]], &Format) -> Box<dyn Processor>,
}

/// The table of a node kind. One `static` per kind, in the file of that kind; everything else is made of it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Name in documents, in snake case.
    pub name: &'static str,
    /// Family.
    pub group: Group,
    /// One or two sentences for people.
    pub help: &'static str,
    /// Input ports. A kind with exactly one pcm input and one pcm output works in place, see [`crate::Io::inout`].
    pub inputs: &'static [Port],
    /// Output ports.
    pub outputs: &'static [Port],
    /// Parameters, in the order of their indices.
    pub params: &'static [Param],
    /// What the node measures while playing.
    pub readings: &'static [Reading],
    /// The Lavalink filter (or `pluginFilters` key) that may drive a node of this kind.
    pub filter: Option<&'static str>,
    /// Whether the node does nothing with these values; the compiler then leaves it out of the plan.
    pub identity: fn(&Params) -> bool,
    /// Delay in frames between input and output.
    pub latency: fn(&Params, &Format) -> usize,
    /// How long the node sounds after its input has fallen silent.
    pub tail: fn(&Params, &Format) -> Tail,
    /// Checks that span several parameters or need the format; the text says what to do.
    pub check: fn(&Params, &Format) -> Result<(), BuildError>,
    /// What pruning makes of it.
    pub pruned_as: Pruned,
    /// Rough cost.
    pub cost: Cost,
    /// Whether a cycle may go through it: its output depends on its input of at least one block before.
    pub feedback: bool,
    /// Whether neighbours may be fused into one processor.
    pub fuse: Option<Fuse>,
    /// How it is made and where it runs.
    pub make: Make,
}

const PCM_IN: &[Port] = &[Port::one("in", Edge::Pcm)];
const PCM_OUT: &[Port] = &[Port::one("out", Edge::Pcm)];

impl Kind {
    /// A filter with one pcm input and output, never at identity, no latency, no tail. For `..Kind::DEFAULT`; `name`,
    /// `help` and `make` must be given.
    pub const DEFAULT: Self = Self {
        name: "",
        group: Group::Filter,
        help: "",
        inputs: PCM_IN,
        outputs: PCM_OUT,
        params: &[],
        readings: &[],
        filter: None,
        identity: |_| false,
        latency: |_, _| 0,
        tail: |_, _| Tail::None,
        check: |_, _| Ok(()),
        pruned_as: Pruned::Bypass,
        cost: Cost::Light,
        feedback: false,
        fuse: None,
        make: Make::Source,
    };

    /// Whether nodes of this kind run on stream workers.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        matches!(self.make, Make::Source | Make::Decoder | Make::Stage(_))
    }

    /// Whether it has exactly one pcm input and one pcm output and so works in place.
    #[must_use]
    pub fn in_place(&self) -> bool {
        matches!(
            (self.inputs, self.outputs),
            ([Port { edge: Edge::Pcm, counted_by: None, .. }], [Port { edge: Edge::Pcm, counted_by: None, .. }])
        )
    }

    /// Flat index of a parameter by name (`gain`, or `gain.3` for an array element).
    #[must_use]
    pub fn param_index(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        for p in self.params {
            if p.count == 1 {
                if p.name == name {
                    return Some(at);
                }
            } else if let Some(rest) = name.strip_prefix(p.name).and_then(|r| r.strip_prefix('.')) {
                return rest.parse::<usize>().ok().filter(|i| *i < p.count).map(|i| at + i);
            }
            at += p.count;
        }
        None
    }

    /// The table row of flat index `index`.
    #[must_use]
    pub fn param_at(&self, index: usize) -> Option<&'static Param> {
        let params: &'static [Param] = self.params;
        let mut at = 0;
        params.iter().find(|p| {
            at += p.count;
            index < at
        })
    }

    /// How many instances port `port` has with these values.
    #[must_use]
    pub fn port_count(port: &Port, params: &Params) -> usize {
        port.counted_by.map_or(1, |index| params.number(index) as usize)
    }
}

impl core::fmt::Debug for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Kind({})", self.name)
    }
}

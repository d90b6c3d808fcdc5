//! Buffers and operations: the last pass, used for the settled plan and for the one played while an edit fades in.

use super::Source;
use super::order::order;
use lavalink_exec::{Edge, Op, Phase, PlanSpec, Slot};
use std::collections::BTreeMap;

/// What an input reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feeding {
    /// One source.
    From(Source),
    /// A source that is faded out against one that is faded in.
    Fade(Source, Source),
}

impl Feeding {
    fn sources(self) -> impl Iterator<Item = Source> {
        let (a, b) = match self {
            Self::From(s) => (s, None),
            Self::Fade(old, new) => (old, Some(new)),
        };
        std::iter::once(a).chain(b)
    }
}

/// A node to be played; its number in [`Net::nodes`] is its number in the runner's table.
#[derive(Clone, Debug)]
pub(crate) struct NetNode {
    pub(crate) inputs: Vec<Feeding>,
    pub(crate) takes: Vec<Edge>,
    pub(crate) gives: Vec<Edge>,
    pub(crate) in_place: bool,
    pub(crate) closes_loop: bool,
    pub(crate) latency: usize,
}

/// All that is to be played.
#[derive(Clone, Debug, Default)]
pub(crate) struct Net {
    pub(crate) nodes: Vec<NetNode>,
    pub(crate) inlets: usize,
    pub(crate) outlets: Vec<Feeding>,
}

/// Orders the nodes and gives every wire a buffer. `None` when wires go in a circle.
pub(crate) fn emit(net: &Net, max_block: usize) -> Option<PlanSpec> {
    let reads: Vec<Vec<Source>> = net
        .nodes
        .iter()
        .map(|n| if n.closes_loop { Vec::new() } else { n.inputs.iter().flat_map(|f| f.sources()).collect() })
        .collect();
    let order = order(&reads)?;
    let mut emitter = Emitter::new(net);
    for at in &order {
        emitter.node(*at);
    }
    // Where a loop closes, what has gone round is taken in at the end of the block.
    for at in order.into_iter().filter(|at| net.nodes[*at].closes_loop) {
        emitter.loop_end(at);
    }
    let outlets = net.outlets.iter().map(|f| emitter.read(*f, Edge::Pcm)).collect();
    Some(PlanSpec {
        ops: emitter.ops,
        pcm: emitter.pcm.count,
        packets: emitter.packets.count,
        inlets: emitter.inlets,
        outlets,
        max_block,
        nodes: net.nodes.len() as u16,
    })
}

/// Buffers of one type: how many there are and which are free.
struct Pool {
    count: u16,
    free: Vec<u16>,
}

impl Pool {
    fn take(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }
}

struct Emitter<'n> {
    net: &'n Net,
    ops: Vec<Op>,
    pcm: Pool,
    packets: Pool,
    inlets: Vec<Slot>,
    slots: BTreeMap<Source, Slot>,
    readers: BTreeMap<Source, usize>,
}

impl<'n> Emitter<'n> {
    fn new(net: &'n Net) -> Self {
        let mut readers = BTreeMap::new();
        for source in net.nodes.iter().flat_map(|n| &n.inputs).chain(&net.outlets).flat_map(|f| f.sources()) {
            *readers.entry(source).or_insert(0) += 1;
        }
        let pool = || Pool { count: Slot::RESERVED, free: Vec::new() };
        let mut emitter = Self {
            net,
            ops: Vec::new(),
            pcm: pool(),
            packets: pool(),
            inlets: Vec::new(),
            slots: BTreeMap::new(),
            readers,
        };
        for inlet in 0..net.inlets {
            let slot = emitter.take(Edge::Pcm);
            emitter.inlets.push(slot);
            emitter.slots.insert(Source::Inlet(inlet), slot);
            // The lane fills inlets before every block: nobody may reuse them.
            *emitter.readers.entry(Source::Inlet(inlet)).or_insert(0) += 1;
        }
        emitter
    }

    fn take(&mut self, edge: Edge) -> Slot {
        match edge {
            Edge::Packets => Slot::Packets(self.packets.take()),
            Edge::Pcm | Edge::Bytes => Slot::Pcm(self.pcm.take()),
        }
    }

    fn give_back(&mut self, slot: Slot) {
        match slot {
            Slot::Pcm(i) if i >= Slot::RESERVED => self.pcm.free.push(i),
            Slot::Packets(i) if i >= Slot::RESERVED => self.packets.free.push(i),
            Slot::Pcm(_) | Slot::Packets(_) => {}
        }
    }

    fn slot(&self, source: Source, edge: Edge) -> Slot {
        self.slots.get(&source).copied().unwrap_or(match edge {
            Edge::Packets => Slot::NO_PACKETS,
            Edge::Pcm | Edge::Bytes => Slot::SILENCE,
        })
    }

    /// One reader of `source` is done with it.
    fn release(&mut self, source: Source) {
        if let Some(left) = self.readers.get_mut(&source) {
            *left -= 1;
            if *left == 0
                && let Some(slot) = self.slots.remove(&source)
            {
                self.give_back(slot);
            }
        }
    }

    /// The buffer an input reads; for a fade, the one it is mixed into, which the caller gives back.
    fn read(&mut self, feeding: Feeding, edge: Edge) -> Slot {
        match feeding {
            Feeding::From(source) => self.slot(source, edge),
            Feeding::Fade(old, new) => {
                let out = self.take(edge);
                let (a, b) = (self.slot(old, edge), self.slot(new, edge));
                self.ops.push(if edge == Edge::Packets {
                    Op::Switch { old: a, new: b, out }
                } else {
                    Op::Fade { old: a, new: b, out }
                });
                self.release(old);
                self.release(new);
                out
            }
        }
    }

    fn done_reading(&mut self, feeding: Feeding, slot: Slot) {
        match feeding {
            Feeding::From(source) => self.release(source),
            Feeding::Fade(..) => self.give_back(slot),
        }
    }

    fn node(&mut self, at: usize) {
        let node = &self.net.nodes[at];
        let latency = node.latency as u32;
        let op = |inputs: Vec<Slot>, outputs: Vec<Slot>, in_place, phase| Op::Node {
            node: at as u16,
            inputs: inputs.into(),
            outputs: outputs.into(),
            in_place,
            phase,
            latency,
        };
        if node.closes_loop {
            let outputs: Vec<Slot> = node.gives.iter().map(|e| self.take(*e)).collect();
            self.ops.push(op(Vec::new(), outputs.clone(), false, Phase::Out));
            self.bind(at, &outputs);
        } else if node.in_place {
            let feeding = node.inputs[0];
            let input = self.read(feeding, Edge::Pcm);
            let mine = match feeding {
                Feeding::Fade(..) => true,
                Feeding::From(source) => self.readers.get(&source) == Some(&1) && input != Slot::SILENCE,
            };
            let output = if mine {
                if let Feeding::From(source) = feeding {
                    self.slots.remove(&source);
                    self.release(source);
                }
                input
            } else {
                let copy = self.take(Edge::Pcm);
                self.ops.push(Op::Copy { from: input, to: copy });
                self.done_reading(feeding, input);
                copy
            };
            self.ops.push(op(Vec::new(), vec![output], true, Phase::Whole));
            self.bind(at, &[output]);
        } else {
            let inputs: Vec<Slot> = node.inputs.iter().zip(&node.takes).map(|(f, e)| self.read(*f, *e)).collect();
            let outputs: Vec<Slot> = node.gives.iter().map(|e| self.take(*e)).collect();
            self.ops.push(op(inputs.clone(), outputs.clone(), false, Phase::Whole));
            for (feeding, slot) in node.inputs.iter().zip(inputs) {
                self.done_reading(*feeding, slot);
            }
            self.bind(at, &outputs);
        }
    }

    fn loop_end(&mut self, at: usize) {
        let node = &self.net.nodes[at];
        let inputs: Vec<Slot> = node.inputs.iter().zip(&node.takes).map(|(f, e)| self.read(*f, *e)).collect();
        self.ops.push(Op::Node {
            node: at as u16,
            inputs: inputs.clone().into(),
            outputs: [].into(),
            in_place: false,
            phase: Phase::In,
            latency: node.latency as u32,
        });
        for (feeding, slot) in node.inputs.iter().zip(inputs) {
            self.done_reading(*feeding, slot);
        }
    }

    /// Notes where a node's outputs are; those nobody reads are free again at once.
    fn bind(&mut self, at: usize, outputs: &[Slot]) {
        for (port, slot) in outputs.iter().enumerate() {
            let source = Source::Node(at, port);
            if self.readers.get(&source).is_some_and(|n| *n > 0) {
                self.slots.insert(source, *slot);
            } else {
                self.give_back(*slot);
            }
        }
    }
}

//! One processor on its own, for tests and benches of node kinds.

use crate::arena::{Arena, State};
use crate::io::Io;
use crate::{
    BuildArgs, BuildError, Context, Edge, Format, Kind, Make, Output, Packet, Params, Pcm, Phase, Processor, Readings,
    Sink, Slot, Stereo, TrackTime,
};
use alloc::{boxed::Box, vec::Vec};
use core::cell::Cell;

/// A lane node with its buffers and nothing around it. Control side only; the processor is called exactly as a plan
/// calls it.
pub struct Solo {
    processor: Box<dyn Processor>,
    arena: Arena,
    inputs: Vec<Slot>,
    outputs: Vec<Slot>,
    in_place: bool,
    position: u64,
    track: TrackTime,
    running: bool,
    priming: bool,
    latency: u32,
    readings: Readings,
    format: Format,
}

impl Solo {
    /// Builds a node of a lane kind. For a sink, what it has beside the processor is returned too.
    ///
    /// # Errors
    /// When the kind cannot be built with these values, or does not run on a lane.
    pub fn new(params: &Params, format: Format) -> Result<(Self, Option<Sink>), BuildError> {
        let kind: &'static Kind = params.kind();
        let readings = Readings::new(kind.readings.len());
        let args = BuildArgs { params, format, readings: readings.clone() };
        let (processor, sink) = match kind.make {
            Make::Lane(build) => (build(args)?, None),
            Make::Sink(build) => {
                let mut sink = build(args)?;
                let processor = core::mem::replace(&mut sink.processor, Box::new(Nothing));
                (processor, Some(sink))
            }
            _ => return Err(BuildError::new("this kind does not run on a lane")),
        };
        let (mut pcm, mut packets) = (Slot::RESERVED, Slot::RESERVED);
        let mut slots = |ports: &[crate::Port]| -> Vec<Slot> {
            let mut out = Vec::new();
            for port in ports {
                for _ in 0..Kind::port_count(port, params) {
                    let next = if port.edge == Edge::Pcm { &mut pcm } else { &mut packets };
                    out.push(if port.edge == Edge::Pcm { Slot::Pcm(*next) } else { Slot::Packets(*next) });
                    *next += 1;
                }
            }
            out
        };
        let inputs = slots(kind.inputs);
        let outputs = if kind.in_place() { inputs.clone() } else { slots(kind.outputs) };
        let arena = Arena::new(format.max_block, pcm, packets);
        let solo = Self {
            processor,
            arena,
            inputs,
            outputs,
            in_place: kind.in_place(),
            position: 0,
            track: TrackTime::default(),
            running: true,
            priming: false,
            latency: 0,
            readings,
            format,
        };
        Ok((solo, sink))
    }

    /// The processor.
    pub fn processor(&mut self) -> &mut dyn Processor {
        &mut *self.processor
    }

    /// What it measures.
    #[must_use]
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Puts the next block at `track`; later ones count up from there.
    pub fn seek(&mut self, track: TrackTime) {
        self.track = track;
    }

    /// Lets the track run or stand still.
    pub fn run_track(&mut self, running: bool) {
        self.running = running;
    }

    /// Says whether the packets made from now on are dropped; see [`Context::priming`].
    pub fn prime(&mut self, priming: bool) {
        self.priming = priming;
    }

    /// Says how late the sound is that goes in, in frames.
    pub fn set_latency(&mut self, latency: u32) {
        self.latency = latency;
    }

    /// Renders one block of `frames` frames; `fill` is given every pcm input in turn (all zeros) to write to. The
    /// blocks' places in the track count up from 0.
    pub fn block(&mut self, frames: usize, fill: impl FnMut(usize, crate::StereoMut<'_>)) -> Output {
        self.render(frames, fill, 0)
    }

    /// Renders one block of `frames` frames whose inputs are all marked silent.
    pub fn silence(&mut self, frames: usize) -> Output {
        self.render(frames, |_, _| {}, u32::MAX)
    }

    fn render(&mut self, frames: usize, mut fill: impl FnMut(usize, crate::StereoMut<'_>), silent: u32) -> Output {
        let frames = frames.min(self.format.max_block);
        for (port, slot) in self.inputs.iter().enumerate() {
            if let Slot::Pcm(_) = slot {
                // SAFETY: this is the only access to the arena, and the block fits.
                let mut block = unsafe { self.arena.view().stereo_mut(*slot, frames) };
                block.clear();
                fill(port, block);
                self.arena.mark(*slot, State::Live);
            }
        }
        for slot in &self.outputs {
            if let Slot::Packets(i) = slot {
                self.arena.queue(*i).clear();
            }
        }
        let ctx = Context {
            frames,
            position: self.position,
            latency: self.latency,
            track: Cell::new(self.track),
            running: Cell::new(true),
            priming: self.priming,
        };
        let inputs: &[Slot] = if self.in_place { &[] } else { &self.inputs };
        // SAFETY: every port has a buffer of its own; in-place kinds are shown no inputs.
        let mut io = unsafe { Io::new(self.arena.view(), inputs, &self.outputs, frames, silent, Phase::Whole) };
        let output = self.processor.process(&mut io, &ctx);
        self.position += frames as u64;
        if self.running {
            self.track.frame += frames as u64;
        }
        if output == Output::Silent {
            for slot in &self.outputs {
                self.arena.mark(*slot, State::Silent);
                self.arena.ensure_zeros(*slot, frames);
            }
        }
        output
    }

    /// Runs `input` through a kind with one pcm input and output, in blocks of `block` frames.
    #[must_use]
    pub fn run(&mut self, input: Stereo<'_>, block: usize) -> Pcm {
        let mut out = Pcm::new();
        let mut at = 0;
        while at < input.left.len() {
            let n = block.min(input.left.len() - at).min(self.format.max_block);
            self.block(n, |_, io| {
                io.left.copy_from_slice(&input.left[at..at + n]);
                io.right.copy_from_slice(&input.right[at..at + n]);
            });
            out.extend(self.output(0, n));
            at += n;
        }
        out
    }

    /// The first `frames` frames of pcm output `port` after a block.
    #[must_use]
    pub fn output(&mut self, port: usize, frames: usize) -> Stereo<'_> {
        let slot = self.outputs.get(port).copied().unwrap_or(Slot::SILENCE);
        self.arena.read(slot, frames)
    }

    /// Packet output `port` after a block.
    #[must_use]
    pub fn packets(&mut self, port: usize) -> &[Packet] {
        match self.outputs.get(port) {
            Some(Slot::Packets(i)) => self.arena.queue(*i).as_slice(),
            _ => &[],
        }
    }

    /// Packet input `port` before a block, to be filled.
    pub fn packet_input(&mut self, port: usize) -> Option<&mut crate::PacketQueue> {
        match self.inputs.get(port) {
            Some(Slot::Packets(i)) => Some(self.arena.queue(*i)),
            _ => None,
        }
    }
}

/// Stands where a sink's processor was taken out.
struct Nothing;

impl Processor for Nothing {
    fn process(&mut self, _io: &mut Io<'_>, _ctx: &Context) -> Output {
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn core::any::Any {
        self
    }
}

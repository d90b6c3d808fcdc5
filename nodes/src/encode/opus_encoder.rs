//! `opus_encoder`: pcm to Opus packets of 20 ms that lie on the grid of the track, so that a decoder may be fed the
//! packets of the track itself and those of this encoder in any order of turns.
//!
//! The encoder lags its look-ahead (312 frames), so it is fed that much ahead: packet k is made as soon as the pcm up to
//! frame 960 (k + 1) + 312 is there. After the end of a track it is fed the silence that follows, which brings the rest
//! out. After a start its first packet does without prediction (RFC 6716, 4.3.2.1), because whoever listens has the
//! state of other packets; those that only warm the encoder up do not, so that its pitch filter is where the other
//! encoder's is.

use super::grid::{Chunk, Grid, PACKET, Step};
use crate::opus::{Application, Encoder, OpusError, Vbr};
use lavalink_exec::{
    BuildArgs, BuildError, Context, Cost, Edge, Group, Io, Kind, Live, Make, Output, Param, Params, Port, Processor,
    Pruned, Stereo, Tail, Unit,
};
use std::any::Any;

const BITRATE: usize = 0;
const COMPLEXITY: usize = 1;
const APPLICATION: usize = 2;
const VBR: usize = 3;

const APPLICATIONS: [Application; 3] = [Application::Audio, Application::Voip, Application::LowDelay];

/// Pcm in, packets out.
pub static KIND: Kind = Kind {
    name: "opus_encoder",
    group: Group::Encoder,
    help: "Encodes to Opus packets of 20 ms, in step with the packets of the track.",
    outputs: &[Port::one("out", Edge::Packets)],
    params: &[
        Param::number(
            "bitrate",
            Unit::BitsPerSecond,
            6_000.0,
            510_000.0,
            128_000.0,
            "Bits per second; 96 kbit/s and more are hard to tell from the original.",
        )
        .live(Live::Step),
        Param::whole(
            "complexity",
            Unit::None,
            0.0,
            10.0,
            10.0,
            "Effort: 10 sounds best, 5 takes two thirds of its time, 0 two fifths.",
        )
        .live(Live::Step),
        Param::choice(
            "application",
            &["audio", "voip", "lowdelay"],
            0,
            "What it is tuned for: music, speech, or a look-ahead of 2.5 instead of 6.5 ms.",
        ),
        Param::flag(
            "vbr",
            true,
            "Whether packets may differ in size within the bitrate; sounds better at the same rate.",
        )
        .live(Live::Step),
    ],
    tail: |_, _| Tail::Endless,
    check,
    pruned_as: Pruned::Never,
    cost: Cost::Heavy,
    make: Make::Lane(build),
    ..Kind::DEFAULT
};

/// Frames of a chunk as an index.
const CHUNK: usize = PACKET as usize;

fn check(_: &Params, format: &lavalink_exec::Format) -> Result<(), BuildError> {
    if format.rate != crate::opus::RATE {
        return Err(BuildError::new("Opus needs a graph at 48 kHz; write `engine: { sample_rate: 48000 Hz }`"));
    }
    Ok(())
}

fn build(args: BuildArgs<'_>) -> Result<Box<dyn Processor>, BuildError> {
    check(args.params, &args.format)?;
    let refused = |error: OpusError| BuildError::new(format!("the Opus encoder cannot be made: {error}"));
    let application = APPLICATIONS[args.params.choice(APPLICATION)];
    let mut encoder = Encoder::new(application).map_err(refused)?;
    encoder.set_fec(false).map_err(refused)?;
    let mut node = OpusEncoder {
        grid: Grid::new(encoder.lookahead()),
        encoder,
        chunk: vec![0.0; 2 * CHUNK].into_boxed_slice(),
        filled: 0,
        fresh: true,
    };
    for (index, value) in args.params.values().iter().enumerate() {
        node.set(index, value.as_f32().unwrap_or(0.0));
    }
    Ok(Box::new(node))
}

/// One encoder and the chunk it is fed next.
struct OpusEncoder {
    encoder: Encoder,
    grid: Grid,
    /// Interleaved pcm of the packet in the making.
    chunk: Box<[f32]>,
    /// Frames of it that are there.
    filled: usize,
    /// Whether the next packet that is heard is the first after a start.
    fresh: bool,
}

impl OpusEncoder {
    /// Begins a new run of packets with `silence` frames of silence in the chunk.
    fn restart(&mut self, silence: usize) {
        self.encoder.reset();
        self.filled = silence.min(CHUNK);
        self.chunk[..2 * self.filled].fill(0.0);
        self.fresh = true;
    }

    /// Puts as much of `block` from frame `at` on into the chunk as fits and returns how much that was.
    fn take(&mut self, block: Stereo<'_>, at: usize) -> usize {
        let n = (CHUNK - self.filled).min(block.left.len() - at);
        let to = &mut self.chunk[2 * self.filled..2 * (self.filled + n)];
        for (pair, (l, r)) in to.chunks_exact_mut(2).zip(block.left[at..].iter().zip(&block.right[at..])) {
            pair[0] = *l;
            pair[1] = *r;
        }
        self.filled += n;
        n
    }

    /// Encodes the full chunk.
    fn encode(&mut self, io: &mut Io<'_>, generation: u32, priming: bool) {
        self.filled = 0;
        let place = self.grid.chunk();
        let first = self.fresh && !priming && place != Chunk::Prime;
        if first {
            self.fresh = false;
            self.predict(false);
        }
        let queue = io.packets_out(0);
        let Some(packet) = queue.push() else { return };
        packet.generation = generation;
        (packet.frame, packet.frames) = match place {
            Chunk::Packet(frame) => (frame, PACKET as u16),
            Chunk::Lead | Chunk::Prime => (0, 0),
        };
        let length = self.encoder.encode(&self.chunk, packet.room()).unwrap_or(0);
        packet.set_len(length);
        if length == 0 || place == Chunk::Prime {
            queue.pop();
        }
        if first {
            self.predict(true);
        }
    }

    fn predict(&mut self, on: bool) {
        // The request is known to every libopus this is built with; a refusal would only cost quality.
        let _ = self.encoder.set_prediction_disabled(!on);
    }
}

impl Processor for OpusEncoder {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        if !ctx.running.get() {
            // Nothing is played: nothing is sent.
            return Output::Written;
        }
        let track = ctx.track.get();
        if let Step::Restart(silence) = self.grid.block(track, ctx.latency, ctx.frames) {
            self.restart(silence);
        }
        let block = io.input(0);
        let mut at = 0;
        while at < block.left.len() {
            at += self.take(block, at);
            if self.filled == CHUNK {
                self.encode(io, track.generation, ctx.priming);
            }
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        // The table's ranges lie within those of libopus, so nothing is refused.
        let _ = match index {
            BITRATE => self.encoder.set_bitrate(value as u32),
            COMPLEXITY => self.encoder.set_complexity(value as u8),
            VBR => self.encoder.set_vbr(if value > 0.5 { Vbr::Constrained } else { Vbr::Constant }),
            _ => Ok(()),
        };
    }

    fn reset(&mut self) {
        self.grid.reset();
        self.restart(0);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

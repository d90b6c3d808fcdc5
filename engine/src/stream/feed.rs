//! The lane's end of the ring: the one node of a player's plan that the compiler puts in.
//!
//! It plays the newest generation that is there, fades between generations, into and out of a pause and when the ring
//! runs dry, decodes packets when somebody wants their sound, and forwards them when somebody wants the packets.

use super::chunk::{Chunk, ChunkReceiver};
use super::recent::Recent;
use super::{PlayState, Shared};
use lavalink_exec::{Context, Curve, Io, Output, PacketDecoder, Processor, StereoMut, TrackTime};
use rtrb::Consumer;
use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

/// Parameter: whether anything in the plan reads the pcm output.
pub(crate) const WANT_PCM: usize = 0;
/// Parameter: whether anything in the plan reads the packet output.
pub(crate) const WANT_PACKETS: usize = 1;

/// Packets leave when an encoder in the same place would have finished them: so much after their end, the look-ahead
/// of libopus at 48 kHz (`OPUS_GET_LOOKAHEAD`, 6.5 ms). Changing over from one to the other then needs no wait.
const LOOK_AHEAD: u64 = 312;

/// Frames for which the plan runs on after the end of a track: half a second, more than any encoder and node holds.
const RUN_ON: usize = 24_000;

/// How a fade stands: where in the curve it is, and which way it goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gate {
    Open,
    Closing(usize),
    Closed,
    Opening(usize),
}

/// The feed of one player.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    ring: ChunkReceiver,
    /// Decoders for the packets of new tracks, and the way back for old ones.
    decoders: Consumer<Box<dyn PacketDecoder>>,
    retired: rtrb::Producer<Box<dyn PacketDecoder>>,
    decoder: Option<Box<dyn PacketDecoder>>,
    queue: VecDeque<Box<Chunk>>,
    /// Frames of the first chunk in the queue that have been played.
    offset: usize,
    /// Whether the packet of the first chunk has been decoded into it.
    decoded: bool,
    recent: Recent,
    noted: bool,
    curve: Curve,
    gate: Gate,
    /// What is left of the sound before a jump, already faded out, and how much of it has been played.
    tail: [Box<[f32]>; 2],
    tail_at: usize,
    /// Place in the fade-in after a jump.
    rise: usize,
    generation: u32,
    /// Generation the decoder is set up for.
    track: u32,
    frame: u64,
    source: u64,
    state: PlayState,
    want_pcm: bool,
    want_packets: bool,
    /// Frames since the end of the track, for which its time stands but the plan runs on, so that an encoder behind gives
    /// out what it holds.
    after: usize,
    /// Frames that must be there before sound resumes after the ring ran dry.
    refill: usize,
}

/// The control side's end of a feed's decoder exchange.
pub(crate) struct DecoderPost {
    pub(crate) give: rtrb::Producer<Box<dyn PacketDecoder>>,
    pub(crate) back: Consumer<Box<dyn PacketDecoder>>,
}

impl Feed {
    /// A feed over `ring`. `refill` is in frames.
    pub(crate) fn new(shared: Arc<Shared>, ring: ChunkReceiver, curve: Curve, refill: usize) -> (Self, DecoderPost) {
        let (give, decoders) = rtrb::RingBuffer::new(4);
        let (retired, back) = rtrb::RingBuffer::new(8);
        let fade = || vec![0.0; curve.len()].into_boxed_slice();
        let feed = Self {
            shared,
            decoders,
            retired,
            decoder: None,
            queue: VecDeque::with_capacity(ring.size()),
            ring,
            offset: 0,
            decoded: false,
            recent: Recent::new(),
            noted: false,
            gate: Gate::Open,
            tail: [fade(), fade()],
            tail_at: curve.len(),
            rise: curve.len(),
            curve,
            generation: 0,
            track: 0,
            frame: 0,
            source: 0,
            state: PlayState::Idle,
            want_pcm: true,
            want_packets: false,
            after: 0,
            refill,
        };
        (feed, DecoderPost { give, back })
    }

    /// Takes in what has come, and jumps when a newer generation is wanted and there.
    fn receive(&mut self) {
        while self.queue.len() < self.queue.capacity() {
            let Some(chunk) = self.ring.receive() else { break };
            self.queue.push_back(chunk);
        }
        let wanted = self.shared.wanted();
        let newer = |g: u32| g.wrapping_sub(wanted) < u32::MAX / 2;
        if newer(self.generation) {
            return;
        }
        let first = self.queue.iter().position(|c| newer(c.generation) && self.shared.allows(c.generation));
        if first.is_none() && !self.shared.is_stopped() {
            return; // The old sound may go on until the new one is there.
        }
        self.leave();
        while self.queue.front().is_some_and(|c| !newer(c.generation)) {
            self.drop_front();
        }
        match self.queue.front() {
            Some(chunk) => self.generation = chunk.generation,
            None => {
                self.generation = wanted;
                self.state = PlayState::Idle;
            }
        }
        self.enter();
    }

    /// Keeps what is left of the present sound, faded out, to be mixed under what comes.
    fn leave(&mut self) {
        self.tail_at = self.curve.len();
        if self.state != PlayState::Playing || self.gate == Gate::Closed || !self.want_pcm {
            return;
        }
        let frames = self.curve.len();
        let mut done = 0;
        while done < frames {
            let Some(n) = self.ready(frames - done) else { break };
            let chunk = &self.queue[0];
            let from = self.offset..self.offset + n;
            for (channel, sound) in self.tail.iter_mut().zip([&chunk.left, &chunk.right]) {
                channel[done..done + n].copy_from_slice(&sound[from.clone()]);
            }
            self.advance(n);
            done += n;
        }
        for channel in &mut self.tail {
            channel[done..].fill(0.0);
            // Where the old sound ends before the fade does, the fade is made as short as it.
            let len = done.max(1);
            for (i, sample) in channel[..done].iter_mut().enumerate() {
                let at = i * self.curve.len() / len;
                *sample *= (1.0 - self.curve[at]) * gate_gain(self.gate, &self.curve, i);
            }
        }
        self.tail_at = 0;
    }

    /// Begins with what is first in the queue.
    fn enter(&mut self) {
        self.offset = 0;
        self.decoded = false;
        self.noted = false;
        self.recent.clear();
        let from_start = self.queue.front().is_some_and(|c| c.first);
        // The beginning of a track is played as it is; anything else begins in the middle of sound.
        self.rise = if from_start && self.tail_at >= self.curve.len() { self.curve.len() } else { 0 };
        if self.gate != Gate::Closed || !self.shared.is_paused() {
            self.gate = Gate::Open;
        }
    }

    /// A track begins: its decoder is the next in line, if it has one of its own, or the old one afresh.
    fn begin_track(&mut self) {
        if let Ok(decoder) = self.decoders.pop() {
            if let Some(old) = self.decoder.replace(decoder)
                && let Err(rtrb::PushError::Full(old)) = self.retired.push(old)
            {
                // Freeing it here would make the lane call the allocator.
                std::mem::forget(old);
            }
        } else if let Some(decoder) = &mut self.decoder {
            decoder.reset();
        }
    }

    fn drop_front(&mut self) {
        if let Some(chunk) = self.queue.pop_front() {
            self.ring.give_back(chunk);
        }
        self.offset = 0;
        self.decoded = false;
        self.noted = false;
    }

    /// Frames in the queue that have not been played, and whether the last of them ends the track.
    fn buffered(&self) -> (usize, bool) {
        let frames: usize = self.queue.iter().map(|c| c.frames).sum();
        (frames.saturating_sub(self.offset), self.queue.back().is_some_and(|c| c.end.is_some()))
    }

    /// Makes frames of the first chunk ready to be read and returns how many, at most `most`; `None` when there are
    /// none. Ends of tracks are noticed here.
    fn ready(&mut self, most: usize) -> Option<usize> {
        loop {
            let chunk = self.queue.front()?;
            if self.offset < chunk.frames {
                if !self.noted {
                    if !self.shared.allows(chunk.generation) {
                        return None;
                    }
                    self.noted = true;
                    if self.track != chunk.generation {
                        self.track = chunk.generation;
                        self.begin_track();
                    }
                    let chunk = self.queue.front_mut()?;
                    self.generation = chunk.generation;
                    self.frame = chunk.frame;
                    self.source = chunk.source;
                    self.shared.reached(chunk.tag);
                    self.shared.play_packets(chunk.packet_len > 0);
                    if chunk.packet_len > 0 {
                        self.recent.add(chunk);
                    }
                }
                let chunk = self.queue.front_mut()?;
                if chunk.packet_len > 0 && !self.decoded && self.want_pcm {
                    self.decoded = true;
                    if let Some(decoder) = &mut self.decoder {
                        let n = chunk.frames.min(chunk.left.len());
                        let (left, right) = (&mut chunk.left[..n], &mut chunk.right[..n]);
                        let got = decoder.decode(&chunk.packet[..chunk.packet_len], left, right);
                        left[got.min(n)..].fill(0.0);
                        right[got.min(n)..].fill(0.0);
                    }
                }
                return Some(most.min(chunk.frames - self.offset));
            }
            if chunk.packet_len > 0 && !self.noted && self.want_pcm {
                self.prime();
            }
            let chunk = self.queue.front()?;
            if chunk.end.is_some() {
                self.shared.end(chunk.generation);
                self.state = PlayState::Ended;
            }
            self.drop_front();
        }
    }

    /// The first chunk holds a packet that was heard already: it brings the decoder to where the next one goes on.
    fn prime(&mut self) {
        let (Some(decoder), Some(chunk)) = (&mut self.decoder, self.queue.front_mut()) else { return };
        decoder.decode(&chunk.packet[..chunk.packet_len], &mut chunk.left, &mut chunk.right);
    }

    fn advance(&mut self, frames: usize) {
        self.offset += frames;
        self.frame += frames as u64;
        self.source += frames as u64;
    }

    /// Fills `out` from `at` on as far as there is sound; returns how far.
    fn play(&mut self, out: &mut StereoMut<'_>, mut at: usize) -> usize {
        let frames = out.left.len();
        while at < frames {
            let Some(n) = self.ready(frames - at) else { break };
            if self.want_pcm {
                let chunk = &self.queue[0];
                let from = self.offset..self.offset + n;
                out.left[at..at + n].copy_from_slice(&chunk.left[from.clone()]);
                out.right[at..at + n].copy_from_slice(&chunk.right[from]);
            }
            self.advance(n);
            self.state = PlayState::Playing;
            at += n;
        }
        at
    }

    /// Decides whether sound may go out in this block: pause and a ring about to run dry close the gate, in time for
    /// the fade.
    fn gate(&mut self, frames: usize) {
        let paused = self.shared.is_paused();
        let (buffered, ends) = self.buffered();
        let started = self.state == PlayState::Playing || self.state == PlayState::Dry;
        let short = started && !ends && buffered < frames + self.curve.len();
        self.gate = match self.gate {
            Gate::Open | Gate::Opening(_) if paused || (short && self.state == PlayState::Playing) => {
                Gate::Closing(match self.gate {
                    // Turning back in mid-fade: the curve is symmetric.
                    Gate::Opening(at) => self.curve.len() - at.min(self.curve.len()),
                    _ => 0,
                })
            }
            Gate::Closed if !paused && (ends || buffered >= self.refill) => Gate::Opening(0),
            other => other,
        };
    }
}

/// Gain of the gate `i` frames on.
fn gate_gain(gate: Gate, curve: &[f32], i: usize) -> f32 {
    match gate {
        Gate::Open => 1.0,
        Gate::Closed => 0.0,
        Gate::Closing(at) => 1.0 - curve.get(at + i).copied().unwrap_or(1.0),
        Gate::Opening(at) => curve.get(at + i).copied().unwrap_or(1.0),
    }
}

impl Processor for Feed {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        let frames = ctx.frames;
        self.receive();
        self.gate(frames);
        // The place of the block is that of its first frame, which the chunk at the front knows.
        if self.gate != Gate::Closed && self.offset_at_chunk_start() {
            self.ready(0);
        }
        ctx.track.set(TrackTime { frame: self.frame, generation: self.generation });
        let mut out = io.output(0);
        let mut filled = 0;
        match self.gate {
            Gate::Closed => {}
            Gate::Open => filled = self.play(&mut out, 0),
            Gate::Opening(at) | Gate::Closing(at) => {
                let wanted = if matches!(self.gate, Gate::Closing(_)) {
                    frames.min(self.curve.len().saturating_sub(at))
                } else {
                    frames
                };
                let mut part = StereoMut { left: &mut out.left[..wanted], right: &mut out.right[..wanted] };
                filled = self.play(&mut part, 0);
                for channel in [&mut *part.left, &mut *part.right] {
                    for (i, sample) in channel[..filled].iter_mut().enumerate() {
                        *sample *= gate_gain(self.gate, &self.curve, i);
                    }
                }
                self.gate = match self.gate {
                    Gate::Closing(_) if at + wanted >= self.curve.len() => Gate::Closed,
                    Gate::Closing(_) => Gate::Closing(at + wanted),
                    Gate::Opening(_) if at + wanted >= self.curve.len() => Gate::Open,
                    Gate::Opening(_) => Gate::Opening(at + wanted),
                    other => other,
                };
            }
        }
        out.left[filled..].fill(0.0);
        out.right[filled..].fill(0.0);
        let mut sounding = filled > 0 && self.want_pcm;
        if self.rise < self.curve.len() && filled > 0 {
            let n = filled.min(self.curve.len() - self.rise);
            for channel in [&mut *out.left, &mut *out.right] {
                channel[..n].iter_mut().zip(&self.curve[self.rise..]).for_each(|(s, g)| *s *= g);
            }
            self.rise += n;
        }
        if self.tail_at < self.curve.len() {
            let n = frames.min(self.curve.len() - self.tail_at);
            for (channel, tail) in [&mut *out.left, &mut *out.right].into_iter().zip(&self.tail) {
                channel[..n].iter_mut().zip(&tail[self.tail_at..]).for_each(|(s, t)| *s += t);
            }
            self.tail_at += n;
            sounding = true;
        }
        if filled > 0 {
            self.after = 0;
        }
        if filled < frames && self.state == PlayState::Ended && self.after < RUN_ON {
            self.after += frames - filled;
            filled = frames;
        }
        ctx.running.set(filled > 0 || self.tail_at < self.curve.len());
        self.state = match (self.state, self.gate) {
            (PlayState::Playing | PlayState::Dry, Gate::Closed) if self.shared.is_paused() => PlayState::Paused,
            (PlayState::Playing, Gate::Closed) => PlayState::Dry,
            (PlayState::Paused, Gate::Closed) if !self.shared.is_paused() => PlayState::Dry,
            (state, _) => state,
        };
        self.shared.publish(self.state, self.generation, self.frame, self.source);
        let position = self.frame + self.after as u64;
        let packets = io.packets_out(1);
        if self.want_packets {
            self.recent.forward(position, self.generation, LOOK_AHEAD, packets);
        }
        if sounding { Output::Written } else { Output::Silent }
    }

    fn set(&mut self, index: usize, value: f32) {
        let on = value != 0.0;
        match index {
            WANT_PCM => {
                if on && !self.want_pcm {
                    // The decoder has not heard the last packets: they bring it to where it would be.
                    if let (Some(decoder), Some(chunk)) = (&mut self.decoder, self.queue.front_mut()) {
                        decoder.reset();
                        let playing = self.noted && self.offset < chunk.frames;
                        for packet in self.recent.past(playing) {
                            decoder.decode(packet.data(), &mut chunk.left, &mut chunk.right);
                        }
                    }
                    self.decoded = false;
                }
                self.want_pcm = on;
            }
            WANT_PACKETS => {
                if on && !self.want_packets {
                    self.recent.catch_up(self.frame, self.generation, LOOK_AHEAD);
                }
                self.want_packets = on;
            }
            _ => {}
        }
    }

    fn reset(&mut self) {
        while !self.queue.is_empty() {
            self.drop_front();
        }
        self.recent.clear();
        self.tail_at = self.curve.len();
        self.rise = self.curve.len();
        self.state = PlayState::Idle;
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Feed {
    fn offset_at_chunk_start(&self) -> bool {
        self.queue.front().is_some_and(|c| !self.noted || self.offset >= c.frames)
    }
}

//! The last packets of a track: those that still have to be forwarded, and those that prime a decoder.

use super::chunk::Chunk;
use lavalink_exec::{Packet, PacketQueue};

/// Packets kept: 80 ms to prime a decoder, one being played, and some that wait to be forwarded.
const KEPT: usize = 8;

/// A short ring of packets. Real-time safe once made.
pub(crate) struct Recent {
    packets: Box<[Packet; KEPT]>,
    /// Packets ever added.
    added: usize,
    /// Packets ever forwarded (or given up).
    forwarded: usize,
}

impl Recent {
    pub(crate) fn new() -> Self {
        Self { packets: Box::new([Packet::EMPTY; KEPT]), added: 0, forwarded: 0 }
    }

    /// Adds a packet; one that was to be forwarded and is pushed out is lost.
    pub(crate) fn add(&mut self, chunk: &Chunk) {
        let packet = &mut self.packets[self.added % KEPT];
        if packet.fill(&chunk.packet[..chunk.packet_len]) {
            packet.frame = chunk.frame;
            packet.frames = chunk.frames as u16;
            packet.skip = chunk.skip;
            packet.generation = chunk.generation;
            self.added += 1;
            self.forwarded = self.forwarded.max(self.added.saturating_sub(KEPT));
        }
    }

    /// Gives up what would have been forwarded by now, because nobody was there to take it.
    pub(crate) fn catch_up(&mut self, position: u64, generation: u32, look_ahead: u64) {
        while self.forwarded < self.added && self.is_due(position, generation, look_ahead) {
            self.forwarded += 1;
        }
    }

    fn is_due(&self, position: u64, generation: u32, look_ahead: u64) -> bool {
        let packet = &self.packets[self.forwarded % KEPT];
        packet.generation != generation || packet.frame + u64::from(packet.frames) + look_ahead <= position
    }

    /// Forwards every packet that ends at least `look_ahead` frames before `position`, and every one of another
    /// generation than the present one.
    pub(crate) fn forward(&mut self, position: u64, generation: u32, look_ahead: u64, out: &mut PacketQueue) {
        while self.forwarded < self.added && self.is_due(position, generation, look_ahead) {
            let Some(place) = out.push() else { break };
            place.clone_from(&self.packets[self.forwarded % KEPT]);
            self.forwarded += 1;
        }
    }

    /// The last packets, oldest first: at most four, 80 ms. With `playing`, the last one is still being played and is
    /// not among them.
    pub(crate) fn past(&self, playing: bool) -> impl Iterator<Item = &Packet> {
        let end = self.added.saturating_sub(usize::from(playing));
        let start = end.saturating_sub(4).max(self.added.saturating_sub(KEPT));
        (start..end).map(|i| &self.packets[i % KEPT])
    }

    /// Forgets all packets, forwarded or not.
    pub(crate) fn clear(&mut self) {
        self.added = 0;
        self.forwarded = 0;
    }
}

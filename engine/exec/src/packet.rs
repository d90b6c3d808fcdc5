//! Codec packets on a wire.

use alloc::{boxed::Box, vec};

/// The longest packet a wire carries, in bytes. An Opus frame is at most 1,275 bytes and 20 ms make one frame; longer
/// packets are decoded and encoded anew.
pub const MAX_PACKET: usize = 1500;

/// A codec packet with its place in the track.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Place of its first frame on the track's grid, in frames at 48 kHz; see [`crate::TrackTime::frame`].
    pub frame: u64,
    /// Generation of the track it belongs to; see [`crate::TrackTime::generation`].
    pub generation: u32,
    /// Frames it decodes to that count; fewer than there are in the last packet of a track that ends within it.
    pub frames: u16,
    /// Frames from its beginning on that are not to be heard: the pre-skip, in the first packet of a track.
    pub skip: u16,
    len: u16,
    data: [u8; MAX_PACKET],
}

impl Packet {
    /// An empty packet.
    pub const EMPTY: Self = Self { frame: 0, generation: 0, frames: 0, skip: 0, len: 0, data: [0; MAX_PACKET] };

    /// The codec's bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data[..usize::from(self.len)]
    }

    /// All the room there is for bytes; follow with [`Packet::set_len`].
    #[must_use]
    pub fn room(&mut self) -> &mut [u8; MAX_PACKET] {
        &mut self.data
    }

    /// Says how many bytes of the room are the packet; cut at [`MAX_PACKET`].
    pub fn set_len(&mut self, len: usize) {
        self.len = len.min(MAX_PACKET) as u16;
    }

    /// Copies bytes in. Returns whether they fitted; the packet is empty if not.
    pub fn fill(&mut self, data: &[u8]) -> bool {
        self.len = 0;
        let Some(room) = self.data.get_mut(..data.len()) else { return false };
        room.copy_from_slice(data);
        self.len = data.len() as u16;
        true
    }
}

/// The packets of one block on one wire.
#[derive(Debug)]
pub struct PacketQueue {
    packets: Box<[Packet]>,
    len: usize,
}

impl PacketQueue {
    /// Packets a block may hold: a 20 ms block has one, leaving pass-through adds another, and some room.
    pub const CAPACITY: usize = 6;

    pub(crate) fn new() -> Self {
        Self { packets: vec![Packet::EMPTY; Self::CAPACITY].into_boxed_slice(), len: 0 }
    }

    /// Adds a packet and hands it out to be filled; `None` when the queue is full. Real-time safe.
    pub fn push(&mut self) -> Option<&mut Packet> {
        let packet = self.packets.get_mut(self.len)?;
        self.len += 1;
        packet.len = 0;
        packet.skip = 0;
        Some(packet)
    }

    /// Takes the last packet back, for an encoder that had nothing to say after all.
    pub fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    /// Removes all packets.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// The packets, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Packet] {
        &self.packets[..self.len]
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

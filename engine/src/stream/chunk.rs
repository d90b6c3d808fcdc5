//! The ring between a worker and a lane. What goes round in it are boxes of 20 ms that carry their own marks, so that
//! sound and marks cannot get out of step; the lane sends empty boxes back, so neither side allocates while it runs.

use super::End;
use lavalink_exec::MAX_PACKET;
use rtrb::{Consumer, Producer, RingBuffer};

/// Up to 20 ms of a track: pcm or one packet, and the marks that go with it.
pub(crate) struct Chunk {
    /// Generation of the track: raised by every seek, stop and replace.
    pub(crate) generation: u32,
    /// Place of the first frame in the output of the track, in frames on the packets' grid.
    pub(crate) frame: u64,
    /// Where that is in the source, in frames at the graph's rate.
    pub(crate) source: u64,
    /// The latest order of the control side that this sound already obeys.
    pub(crate) tag: u64,
    /// Whether this is the beginning of a track, which is played as it is; any other first sound is faded in.
    pub(crate) first: bool,
    /// Why no more comes after this chunk.
    pub(crate) end: Option<End>,
    /// Frames of pcm, or of the packet once decoded; 0 for a packet that only primes the decoder.
    pub(crate) frames: usize,
    /// Left channel; used up to `frames` when there is no packet.
    pub(crate) left: Box<[f32]>,
    /// Right channel.
    pub(crate) right: Box<[f32]>,
    /// Bytes of the packet; 0 for pcm.
    pub(crate) packet_len: usize,
    /// Frames at the beginning of the packet that are not to be heard.
    pub(crate) skip: u16,
    /// The packet.
    pub(crate) packet: Box<[u8; MAX_PACKET]>,
}

impl Chunk {
    fn new(frames: usize) -> Self {
        let silence = || vec![0.0; frames].into_boxed_slice();
        Self {
            generation: 0,
            frame: 0,
            source: 0,
            tag: 0,
            first: false,
            end: None,
            frames: 0,
            left: silence(),
            right: silence(),
            packet_len: 0,
            skip: 0,
            packet: Box::new([0; MAX_PACKET]),
        }
    }
}

/// Chunks kept back for what comes after a jump.
pub(crate) const SPARE: usize = 4;

/// The worker's end.
pub(crate) struct ChunkSender {
    full: Producer<Box<Chunk>>,
    empty: Consumer<Box<Chunk>>,
    size: usize,
}

impl ChunkSender {
    /// An empty chunk to be filled; `None` while the lane holds all of them.
    pub(crate) fn take(&mut self) -> Option<Box<Chunk>> {
        let mut chunk = self.empty.pop().ok()?;
        chunk.end = None;
        chunk.first = false;
        chunk.frames = 0;
        chunk.packet_len = 0;
        chunk.skip = 0;
        Some(chunk)
    }

    /// Whether a chunk can be taken. A few are kept back for the `first` chunks after a jump, so that a seek does not
    /// wait until old sound has been played.
    pub(crate) fn has_room(&self, first: bool) -> bool {
        self.empty.slots() > if first { 0 } else { SPARE }
    }

    /// Sends a filled chunk. There is always room: the ring holds as many as there are.
    pub(crate) fn send(&mut self, chunk: Box<Chunk>) {
        let sent = self.full.push(chunk);
        debug_assert!(sent.is_ok(), "the ring has room for every chunk there is");
    }

    /// Chunks on their way or held by the lane.
    pub(crate) fn queued(&self) -> usize {
        self.size - self.empty.slots()
    }

    /// Chunks there are.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

/// The lane's end. Real-time safe.
pub(crate) struct ChunkReceiver {
    full: Consumer<Box<Chunk>>,
    empty: Producer<Box<Chunk>>,
    size: usize,
}

impl ChunkReceiver {
    /// The next chunk, if one has come.
    pub(crate) fn receive(&mut self) -> Option<Box<Chunk>> {
        self.full.pop().ok()
    }

    /// Sends a chunk back to be filled again.
    pub(crate) fn give_back(&mut self, chunk: Box<Chunk>) {
        let sent = self.empty.push(chunk);
        debug_assert!(sent.is_ok(), "the ring has room for every chunk there is");
    }

    /// Chunks there are.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

/// A ring of `count` chunks of `frames` frames, and a few more for jumps.
pub(crate) fn ring(count: usize, frames: usize) -> (ChunkSender, ChunkReceiver) {
    let count = count.max(2) + SPARE;
    let (full_in, full_out) = RingBuffer::new(count);
    let (mut empty_in, empty_out) = RingBuffer::new(count);
    for _ in 0..count {
        let sent = empty_in.push(Box::new(Chunk::new(frames)));
        debug_assert!(sent.is_ok(), "the ring is as large as the number of chunks");
    }
    (
        ChunkSender { full: full_in, empty: empty_out, size: count },
        ChunkReceiver { full: full_out, empty: empty_in, size: count },
    )
}

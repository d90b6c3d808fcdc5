//! An open track: where the stream chain begins.

use crate::Pcm;
use alloc::{boxed::Box, string::String, vec::Vec};

/// What is known of a track once it has been probed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackInfo {
    /// Rate of its pcm, in Hz; 48,000 for Opus.
    pub rate: u32,
    /// Channels in the file, before they become two.
    pub channels: u16,
    /// Length in frames at `rate`, where the container or an index tells it.
    pub frames: Option<u64>,
    /// For Opus: frames of the packets' grid before the first frame that is to be heard; packet k of a plain file begins
    /// at 960 · k of the grid, and frame 0 of the pcm lies at `pre_skip` of it.
    pub pre_skip: u32,
    /// Whether [`Track::seek`] works.
    pub seekable: bool,
    /// Codec, as in `mp3`, `flac`, `opus`.
    pub codec: String,
    /// Container, as in `ogg`, `mp4`, `wav`.
    pub container: String,
    /// Title from the file's tags.
    pub title: Option<String>,
    /// Artist from the file's tags.
    pub artist: Option<String>,
}

/// A piece of a track, refilled by every [`Track::next`].
#[derive(Debug, Default)]
pub struct Piece {
    /// Place of the first frame in the track, in frames at the track's rate.
    pub frame: u64,
    /// Decoded frames at the track's rate; empty when `packet` is used.
    pub pcm: Pcm,
    /// A whole Opus packet, for tracks that deliver packets; empty otherwise.
    pub packet: Vec<u8>,
    /// Frames at 48 kHz that `packet` decodes to.
    pub packet_frames: u32,
}

impl Piece {
    /// Empties it for the next piece, keeping the memory.
    pub fn clear(&mut self) {
        self.frame = 0;
        self.pcm.clear();
        self.packet.clear();
        self.packet_frames = 0;
    }
}

/// Answer of [`Track::next`].
#[derive(Debug)]
pub enum Next {
    /// The piece was filled.
    Piece,
    /// The source has no bytes at the moment; ask again later.
    Pending,
    /// The track is over.
    End,
    /// The track cannot go on.
    Failed(TrackError),
}

/// Why a track cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackError {
    /// What went wrong and what to do about it.
    pub message: String,
}

impl core::fmt::Display for TrackError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for TrackError {}

/// An open track, from bytes to pcm or packets. Called on stream workers, one thread at a time: it may allocate, but
/// must never wait for bytes; it answers [`Next::Pending`] then.
pub trait Track: Send {
    /// What is known of it; `None` until it has been probed, which takes a few calls of [`Track::next`].
    fn info(&self) -> Option<&TrackInfo>;

    /// The next piece, at most about 100 ms of it. Never blocks.
    fn next(&mut self, piece: &mut Piece) -> Next;

    /// Goes to `frame` (at the track's rate): the pieces that follow begin exactly there, or at the end. May be called
    /// before the track is probed and after its end. Where the source cannot seek, a failure comes from the next
    /// [`Track::next`].
    fn seek(&mut self, frame: u64);

    /// Asks for Opus packets (`true`) or pcm (`false`, as at the start) from the next piece on. Ignored by tracks that
    /// have no Opus packets of 20 ms, one or two channels; see [`Track::packet_decoder`]. Packets are placed on their
    /// grid, see [`TrackInfo::pre_skip`]. After a change from pcm to packets up to four packets come that were already
    /// heard as pcm, to prime the decoder that goes on from there.
    fn deliver_packets(&mut self, packets: bool) {
        let _ = packets;
    }

    /// A decoder for the packets of this track; `None` when it cannot deliver any (or has not been probed).
    fn packet_decoder(&self) -> Option<Box<dyn PacketDecoder>> {
        None
    }
}

/// Decodes packets on a lane. Real-time safe: no method but its making allocates, locks or fails.
pub trait PacketDecoder: Send {
    /// Decodes one packet to 48 kHz stereo and returns the frames written, at most the length of the slices. A broken
    /// packet is concealed.
    fn decode(&mut self, packet: &[u8], left: &mut [f32], right: &mut [f32]) -> usize;

    /// Forgets all history.
    fn reset(&mut self);
}

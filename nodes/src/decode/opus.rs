//! Tracks of Opus packets: delivered as they are, or decoded by libopus.
//!
//! Two scales: the *grid* counts decoded frames, packet k of a plain file begins at 960 · k; *pcm* counts frames to be
//! heard, which begin after the pre-skip. Pieces with packets are placed on the grid, so that they can be forwarded
//! exactly; pieces with pcm are placed in pcm. A seek's target is meant in the scale of the piece that answers it.

use crate::demux::{Body, failed};
use crate::opus::{Decoder, PacketShape};
use lavalink_exec::{Pcm, Piece, TrackError, TrackInfo};
use std::collections::VecDeque;

/// Packets decoded, and not heard, before decoding sets in after packets were delivered; RFC 7845
/// asks for 80 ms at least.
const PRIMING: usize = 8;

/// Packets repeated when delivery goes from pcm to packets: 80 ms.
const REPEATED: usize = 4;

/// Longest hole filled with silence, in frames.
const MAX_HOLE: i64 = 5 * 48_000;

/// Broken packets in a row that end the track.
const MAX_BROKEN: u32 = 100;

/// Where a packet belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Place of its first frame in pcm; negative in the pre-skip.
    pub(crate) pcm: i64,
    /// Place of its first frame on the grid.
    pub(crate) grid: u64,
    /// The first frame in pcm that may come of it.
    pub(crate) first: u64,
    /// The frame in pcm at which the sound ends, where known.
    pub(crate) end: Option<u64>,
    /// Whether the packets before it were not seen.
    pub(crate) fresh: bool,
}

/// Where packets come from.
pub(crate) trait PacketSource: Send {
    /// Puts the next packet into `packet`; `None` at the end.
    fn next(&mut self, packet: &mut Vec<u8>) -> Result<Option<Stamp>, TrackError>;

    /// Goes to a packet at least 80 ms before `frame`, in either scale, or to the first.
    fn seek(&mut self, frame: u64) -> Result<(), TrackError>;
}

/// A track of Opus packets.
pub(crate) struct OpusBody<S> {
    source: S,
    info: TrackInfo,
    /// Whether packets may be delivered.
    plain: bool,
    decoder: Decoder,
    packet: Vec<u8>,
    /// The last packets, with their places on the grid and frames.
    recent: VecDeque<(Vec<u8>, u64, u32)>,
    /// Whether the last pieces were packets, so that the decoder has not heard `recent`.
    packets: bool,
    /// How many of `recent`, from the end, are still to be repeated to prime whoever decodes packets from here on.
    repeat: usize,
    out: Pcm,
    /// Place in pcm of the first frame of `out`, or of the next one.
    at: u64,
    target: u64,
    broken: u32,
    at_end: bool,
}

impl<S: PacketSource> OpusBody<S> {
    /// A track over `source` with a gain of so many 1/256 dB; `plain` when its packets may be delivered.
    pub(crate) fn new(source: S, info: TrackInfo, gain: i16, plain: bool) -> Result<Self, TrackError> {
        let mut decoder = Decoder::new().map_err(|error| failed(error.to_string()))?;
        decoder.set_gain(gain).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            source,
            info,
            plain,
            decoder,
            packet: Vec::new(),
            recent: VecDeque::new(),
            packets: false,
            repeat: 0,
            out: Pcm::new(),
            at: 0,
            target: 0,
            broken: 0,
            at_end: false,
        })
    }

    /// Keeps a packet in case it is needed to prime a decoder.
    fn remember(&mut self, grid: u64, frames: u32, fresh: bool) {
        if fresh {
            self.recent.clear();
        }
        if self.recent.len() == PRIMING {
            self.recent.pop_front();
        }
        self.recent.push_back((self.packet.clone(), grid, frames));
    }

    fn fill_packet(&mut self, piece: &mut Piece) -> Result<bool, TrackError> {
        if !self.packets {
            self.packets = true;
            self.repeat = self.recent.len().min(REPEATED);
        }
        if self.repeat > 0 {
            let (packet, grid, frames) = &self.recent[self.recent.len() - self.repeat];
            piece.frame = *grid;
            piece.packet.extend_from_slice(packet);
            piece.packet_frames = *frames;
            self.repeat -= 1;
            return Ok(true);
        }
        loop {
            let Some(stamp) = self.source.next(&mut self.packet)? else { return Ok(false) };
            let Some(shape) = PacketShape::of(&self.packet) else { continue };
            self.remember(stamp.grid, shape.frames, stamp.fresh);
            let after = stamp.grid + u64::from(shape.frames);
            self.at = u64::try_from(stamp.pcm + i64::from(shape.frames)).unwrap_or(0);
            if after <= self.target || stamp.end.is_some_and(|end| stamp.pcm >= end as i64) {
                continue;
            }
            piece.frame = stamp.grid;
            piece.packet.extend_from_slice(&self.packet);
            let left = stamp.end.map_or(i64::MAX, |end| end as i64 - stamp.pcm);
            piece.packet_frames = u32::try_from(left).map_or(shape.frames, |left| shape.frames.min(left));
            return Ok(true);
        }
    }

    /// Decodes packets until there is pcm to hand out; `false` at the end.
    fn decode_some(&mut self) -> Result<bool, TrackError> {
        if std::mem::take(&mut self.packets) {
            self.decoder.forget();
            for (packet, ..) in &self.recent {
                let _ = self.decoder.decode_interleaved(packet);
            }
        }
        while self.out.is_empty() {
            let Some(stamp) = self.source.next(&mut self.packet)? else { return Ok(false) };
            if stamp.fresh {
                self.decoder.forget();
            }
            let frames = PacketShape::of(&self.packet).map_or(0, |shape| shape.frames);
            self.remember(stamp.grid, frames, stamp.fresh);
            let decoded = match self.decoder.decode_interleaved(&self.packet) {
                Ok(decoded) => decoded,
                Err(error) => {
                    self.broken += 1;
                    if self.broken >= MAX_BROKEN {
                        return Err(failed(format!(
                            "{MAX_BROKEN} packets in a row are broken ({error}); the file is damaged"
                        )));
                    }
                    continue;
                }
            };
            self.broken = 0;
            let frames = (decoded.len() / 2) as i64;
            let wanted = self.target.max(self.at).max(stamp.first);
            let begin = (wanted as i64 - stamp.pcm).clamp(0, frames);
            let stop = stamp.end.map_or(frames, |end| (end as i64 - stamp.pcm).clamp(0, frames));
            if stop <= begin {
                continue;
            }
            let first = stamp.pcm + begin;
            let hole = first - wanted as i64;
            if (1..=MAX_HOLE).contains(&hole) {
                self.out.resize(hole as usize);
                self.at = wanted;
            } else {
                self.at = first as u64;
            }
            for pair in decoded[2 * begin as usize..2 * stop as usize].chunks_exact(2) {
                self.out.left.push(pair[0]);
                self.out.right.push(pair[1]);
            }
        }
        Ok(true)
    }
}

impl<S: PacketSource> Body for OpusBody<S> {
    fn info(&self) -> &TrackInfo {
        &self.info
    }

    fn packet_gain(&self) -> Option<i16> {
        self.plain.then_some(0)
    }

    fn fill(&mut self, piece: &mut Piece, packets: bool) -> Result<bool, TrackError> {
        if self.at_end {
            return Ok(false);
        }
        if packets && self.plain && self.out.is_empty() {
            return self.fill_packet(piece);
        }
        if !self.decode_some()? {
            return Ok(false);
        }
        let n = self.out.len().min(4800);
        piece.frame = self.at;
        piece.pcm.left.extend_from_slice(&self.out.left[..n]);
        piece.pcm.right.extend_from_slice(&self.out.right[..n]);
        self.out.consume(n);
        self.at += n as u64;
        Ok(true)
    }

    fn seek(&mut self, frame: u64) -> Result<(), TrackError> {
        self.out.clear();
        self.recent.clear();
        self.packets = false;
        self.repeat = 0;
        self.broken = 0;
        self.target = frame;
        self.at_end = self.info.frames.is_some_and(|frames| frame >= frames);
        if self.at_end {
            return Ok(());
        }
        self.at = 0;
        self.source.seek(frame)
    }
}

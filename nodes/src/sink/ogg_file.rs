//! The drain of `ogg_opus`: packets from the ring to Ogg pages.

use super::ogg::OggWriter;
use super::packet_tap::Bounds;
use super::target::Target;
use crate::opus::PacketShape;
use lavalink_exec::{Drain, Packet, SinkError};
use rtrb::Consumer;
use std::collections::VecDeque;
use std::sync::Arc;

/// Packets held back, so that the end of the track can still be cut where it is when it becomes known.
const HELD: usize = 50;

/// Largest pre-skip the header can state; packets that would need more are left out instead.
const MOST_SKIP: u64 = u16::MAX as u64;

/// Serial number of the one logical stream; any will do.
const SERIAL: u32 = 0x1a7a_0b05;

/// Writes packets to a target.
pub(crate) struct OggFile {
    ring: Consumer<Packet>,
    bounds: Arc<Bounds>,
    target: Target,
    /// Frames to leave out after the start of the track.
    skip: u64,
    /// Frames to write after those; 0 for all.
    limit: u64,
    held: VecDeque<Packet>,
    ogg: OggWriter,
    /// `None` until the first packet has shown it.
    pre_skip: Option<u64>,
    granule: u64,
    /// Start of the packet that would follow the last one written without a gap, and its generation.
    follow: Option<(u64, u32)>,
    bytes: Vec<u8>,
}

impl OggFile {
    pub(crate) fn new(ring: Consumer<Packet>, bounds: Arc<Bounds>, target: Target, skip: u64, limit: u64) -> Self {
        Self {
            ring,
            bounds,
            target,
            skip,
            limit,
            held: VecDeque::with_capacity(HELD + 1),
            ogg: OggWriter::new(SERIAL),
            pre_skip: None,
            granule: 0,
            follow: None,
            bytes: Vec::new(),
        }
    }

    fn pull(&mut self) {
        while let Ok(packet) = self.ring.pop() {
            // A lead in the middle of a file would be heard as a gap.
            if packet.frames > 0 || (self.held.is_empty() && self.pre_skip.is_none()) {
                self.held.push_back(packet);
            }
            if self.held.len() > HELD
                && let Some(packet) = self.held.pop_front()
            {
                self.write(&packet);
            }
        }
    }

    /// Frames at which the file ends, where a number to write is given.
    fn limit(&self) -> u64 {
        if self.limit == 0 { u64::MAX } else { self.pre_skip.unwrap_or(0).saturating_add(self.limit) }
    }

    fn write(&mut self, packet: &Packet) {
        let frames = frames_of(packet);
        if self.pre_skip.is_none() {
            let lead = frames - u64::from(packet.frames);
            let before = self.bounds.start().saturating_sub(packet.frame).max(u64::from(packet.skip));
            let skip = self.skip + before + lead;
            if skip > MOST_SKIP {
                // What is left out whole needs no skipping; the rest is found anew at the next packet.
                self.skip = self.skip.saturating_sub(u64::from(packet.frames).saturating_sub(before));
                return;
            }
            self.pre_skip = Some(skip);
            self.head(skip as u16);
        }
        if self.granule < self.limit() {
            self.granule += frames;
            self.follow = Some((packet.frame + u64::from(packet.frames), packet.generation));
            self.ogg.packet(packet.data(), self.granule.min(self.limit()), &mut self.bytes);
        }
    }

    /// `OpusHead` and `OpusTags`, each on pages of its own.
    fn head(&mut self, pre_skip: u16) {
        let mut head = Vec::from(*b"OpusHead\x01\x02");
        head.extend_from_slice(&pre_skip.to_le_bytes());
        head.extend_from_slice(&crate::opus::RATE.to_le_bytes());
        head.extend_from_slice(&[0; 3]);
        let name = env!("CARGO_PKG_NAME").as_bytes();
        let mut tags = Vec::from(*b"OpusTags");
        tags.extend_from_slice(&(name.len() as u32).to_le_bytes());
        tags.extend_from_slice(name);
        tags.extend_from_slice(&[0; 4]);
        for header in [head, tags] {
            self.ogg.packet(&header, 0, &mut self.bytes);
            self.ogg.page(false, &mut self.bytes);
        }
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        if !self.bytes.is_empty() {
            self.target.write(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }

    /// Writes what is held, up to the end of the track where that lies within.
    fn rest(&mut self) {
        let end = self.bounds.end();
        while let Some(packet) = self.held.pop_front() {
            let over = |end: u64| packet.frames > 0 && packet.frame >= end && self.follows(&packet);
            if !end.is_some_and(over) {
                self.write(&packet);
                continue;
            }
            // Only where nothing but the track's own silence comes behind it is this the end.
            if self.held.iter().all(|later| later.generation == packet.generation) {
                break;
            }
            self.write(&packet);
        }
        if let (Some(end), Some((next, _))) = (end, self.follow)
            && end < next
            && next - end < u64::from(u16::MAX)
        {
            self.ogg.end_at(self.granule.saturating_sub(next - end).min(self.limit()));
        }
    }

    fn follows(&self, packet: &Packet) -> bool {
        self.follow == Some((packet.frame, packet.generation))
    }
}

/// Frames a packet decodes to, also where it says that none of them count.
fn frames_of(packet: &Packet) -> u64 {
    match packet.frames {
        0 => PacketShape::of(packet.data()).map_or(0, |shape| u64::from(shape.frames)),
        frames => u64::from(frames),
    }
}

impl Drain for OggFile {
    fn drain(&mut self) -> Result<(), SinkError> {
        self.pull();
        self.flush()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.pull();
        self.rest();
        if self.pre_skip.is_none() {
            self.head(0);
        }
        self.ogg.page(true, &mut self.bytes);
        self.flush()
    }
}

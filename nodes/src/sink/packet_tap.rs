//! The lane's half of `ogg_opus`: copies packets into a ring, and notes where the track began and where it stopped.

use lavalink_exec::{Context, Io, Output, Packet, Processor, Readings, TrackTime};
use rtrb::{Consumer, Producer, RingBuffer};
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DROPPED: usize = 0;

/// Where the track lies among the packets, written by the lane, read by the drain.
#[derive(Debug)]
pub(crate) struct Bounds {
    start: AtomicU64,
    end: AtomicU64,
}

impl Bounds {
    /// The frame of the track at which it was when the first packet was still to come.
    pub(crate) fn start(&self) -> u64 {
        self.start.load(Ordering::Acquire)
    }

    /// The frame at which the track stands still; `None` while it runs.
    pub(crate) fn end(&self) -> Option<u64> {
        Some(self.end.load(Ordering::Acquire)).filter(|end| *end != u64::MAX)
    }
}

/// A tap, the end of the ring that its drain reads, and what it notes. Control side.
pub(crate) fn packet_tap(packets: usize, readings: Readings) -> (PacketTap, Consumer<Packet>, Arc<Bounds>) {
    let (ring, reader) = RingBuffer::new(packets);
    let bounds = Arc::new(Bounds { start: AtomicU64::new(0), end: AtomicU64::new(u64::MAX) });
    let tap = PacketTap { ring, readings, dropped: 0, bounds: bounds.clone(), last: None, begun: false };
    (tap, reader, bounds)
}

/// Copies packets into the ring; what does not fit is counted and lost.
pub(crate) struct PacketTap {
    ring: Producer<Packet>,
    readings: Readings,
    /// Frames.
    dropped: u64,
    bounds: Arc<Bounds>,
    /// Track time of the block before and its frames.
    last: Option<(TrackTime, u64)>,
    /// Whether a packet has come.
    begun: bool,
}

impl PacketTap {
    fn note(&mut self, track: TrackTime, frames: u64) {
        let follows =
            |(last, n): (TrackTime, u64)| last.frame + n == track.frame && last.generation == track.generation;
        if !self.begun && !self.last.is_some_and(follows) {
            self.bounds.start.store(track.frame, Ordering::Release);
        }
        let stands = self.last.is_some_and(|(last, _)| last == track);
        self.bounds.end.store(if stands { track.frame } else { u64::MAX }, Ordering::Release);
        self.last = Some((track, frames));
    }
}

impl Processor for PacketTap {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        self.note(ctx.track.get(), ctx.frames as u64);
        for packet in io.packets_in(0) {
            self.begun = true;
            if self.ring.push(packet.clone()).is_err() {
                self.dropped += u64::from(packet.frames);
                self.readings.set(DROPPED, self.dropped as f32);
            }
        }
        Output::Silent
    }

    fn reset(&mut self) {
        self.last = None;
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

//! The lane's half of the file sinks: copies every block into a ring, for a drain to write where waiting is allowed.

use lavalink_exec::{Context, Io, Output, Param, Processor, Reading, Readings, Unit};
use rtrb::{Consumer, Producer, RingBuffer};
use std::any::Any;

/// A frame in the ring, left and right.
pub(crate) type Frame = [f32; 2];

/// Length of the ring, a parameter all file sinks have.
pub(crate) const RING: Param =
    Param::number("ring", Unit::Ms, 500.0, 60_000.0, 2_000.0, "How long writing may stall before sound is lost.");

/// What all file sinks measure.
pub(crate) const READINGS: &[Reading] =
    &[Reading { name: "dropped", unit: Unit::Frames, help: "Frames lost because writing was too slow." }];

const DROPPED: usize = 0;

/// A tap and the end of the ring that its drain reads. `frames` long. Control side.
pub(crate) fn tap(frames: usize, readings: Readings) -> (Tap, Consumer<Frame>) {
    let (ring, reader) = RingBuffer::new(frames);
    (Tap { ring, readings, dropped: 0 }, reader)
}

/// Copies pcm into the ring; what does not fit is counted and lost.
pub(crate) struct Tap {
    ring: Producer<Frame>,
    readings: Readings,
    dropped: u64,
}

impl Processor for Tap {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let block = io.input(0);
        let fits = self.ring.slots().min(block.left.len());
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            chunk.fill_from_iter(block.left.iter().zip(block.right).map(|(l, r)| [*l, *r]));
        }
        if fits < block.left.len() {
            self.dropped += (block.left.len() - fits) as u64;
            self.readings.set(DROPPED, self.dropped as f32);
        }
        Output::Silent
    }

    fn reset(&mut self) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

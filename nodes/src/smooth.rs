//! How parameters move: along half a cosine, in 20 ms.
//!
//! A linear ramp bends at both ends, which is heard as a click below 1 kHz; half a cosine period starts and ends flat. A
//! value that arrives while another is on its way waits until that one is reached, so no course is ever left in the
//! middle. All of it is meant for lanes.

use core::ops::Range;
use lavalink_exec::Format;
use lavalink_kernels::gain::{Curve, Ramp};

/// Length of every fade, in milliseconds.
const FADE_MS: f64 = 20.0;

/// Frames handled at a time where a second signal is needed beside the first: two channels of that many fit on the stack.
pub(crate) const CHUNK: usize = 64;

/// Frames of a fade. Control side.
pub(crate) fn fade_frames(format: &Format) -> u32 {
    format.frames(FADE_MS).max(1) as u32
}

/// Where a change-over from one signal to another stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fade {
    /// The next frame of it, to be handed to the kernels of [`lavalink_kernels::gain`].
    pub(crate) position: u32,
    /// Frames it lasts.
    pub(crate) length: u32,
}

impl Fade {
    /// One that is over. Control side.
    pub(crate) fn new(format: &Format) -> Self {
        let length = fade_frames(format);
        Self { position: length, length }
    }

    /// Begins.
    pub(crate) fn start(&mut self) {
        self.position = 0;
    }

    /// Ends at once.
    pub(crate) fn finish(&mut self) {
        self.position = self.length;
    }

    /// Whether it is not over.
    pub(crate) fn running(&self) -> bool {
        self.position < self.length
    }

    /// Frames of the next `frames` that one piece may have: not over its end, nor more than [`CHUNK`].
    pub(crate) fn piece(&self, frames: usize) -> usize {
        frames.min((self.length - self.position) as usize).min(CHUNK)
    }
}

/// A number on its way to its target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glide {
    ramp: Ramp,
    /// Frames to the target.
    left: usize,
    length: usize,
    then: Option<f32>,
}

impl Glide {
    /// At rest at `value`. Control side.
    pub(crate) fn new(value: f32, format: &Format) -> Self {
        let ramp = Ramp::new(value, Curve::RaisedCosine);
        Self { ramp, left: 0, length: fade_frames(format) as usize, then: None }
    }

    /// The same, taking `times` as long to every target.
    pub(crate) fn slower(self, times: usize) -> Self {
        Self { length: self.length * times, ..self }
    }

    /// Sets out for `value`, or, under way, goes on to it after the present target.
    pub(crate) fn aim(&mut self, value: f32) {
        if self.left > 0 {
            self.then = Some(value);
        } else if value != self.ramp.target() {
            self.ramp.to(value, self.length as u32);
            self.left = self.length;
        }
    }

    /// The value, if it stands still.
    pub(crate) fn at_rest(&self) -> Option<f32> {
        (self.left == 0).then(|| self.ramp.target())
    }

    /// How many of the next `frames` frames are alike: all on the way to one target, or all at rest.
    pub(crate) fn alike(&self, frames: usize) -> usize {
        if self.left == 0 { frames } else { frames.min(self.left) }
    }

    /// The values of the next frames.
    pub(crate) fn fill(&mut self, out: &mut [f32]) {
        self.pieces(out.len(), |ramp, piece| ramp.fill(&mut out[piece]));
    }

    /// Multiplies both channels by the values of the next frames.
    pub(crate) fn apply(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.pieces(left.len(), |ramp, piece| ramp.apply(&mut left[piece.clone()], &mut right[piece]));
    }

    /// Adds `input` times the values of the next frames to `out`.
    pub(crate) fn add(&mut self, out: [&mut [f32]; 2], input: [&[f32]; 2]) {
        let [out_left, out_right] = out;
        self.pieces(out_left.len(), |ramp, piece| {
            let out = [&mut out_left[piece.clone()], &mut out_right[piece.clone()]];
            ramp.add(out, input.map(|channel| &channel[piece.clone()]));
        });
    }

    /// Passes over `frames` frames that nobody hears.
    pub(crate) fn skip(&mut self, frames: usize) {
        if self.left > 0 {
            self.pieces(frames, |ramp, piece| ramp.skip(piece.len()));
        }
    }

    /// Jumps to where it was going.
    pub(crate) fn settle(&mut self) {
        self.left = 0;
        let target = self.then.take().unwrap_or(self.ramp.target());
        self.ramp.to(target, 0);
    }

    /// Runs `each` over the next frames, cut where a target is reached.
    fn pieces(&mut self, frames: usize, mut each: impl FnMut(&mut Ramp, Range<usize>)) {
        let mut at = 0;
        while at < frames {
            let end = at + self.alike(frames - at);
            each(&mut self.ramp, at..end);
            if self.left > 0 {
                self.left -= end - at;
                if self.left == 0
                    && let Some(value) = self.then.take()
                {
                    self.aim(value);
                }
            }
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Glide;
    use lavalink_exec::Format;

    const FORMAT: Format = Format { rate: 48_000, max_block: 64 };

    #[test]
    fn a_target_set_under_way_is_reached_after_the_first() {
        let mut glide = Glide::new(0.0, &FORMAT);
        glide.aim(1.0);
        let mut values = vec![0.0; 480];
        glide.fill(&mut values);
        glide.aim(0.25);
        assert_eq!(glide.at_rest(), None);
        values.resize(2 * 960 + 1, 0.0);
        glide.fill(&mut values[480..]);
        assert!(values[950] > 0.999 && values[970] > 0.999);
        assert_eq!(glide.at_rest(), Some(0.25));
        let bend = values.windows(3).map(|v| (v[2] - 2.0 * v[1] + v[0]).abs()).fold(0.0, f32::max);
        assert!(bend < 6e-6, "{bend}");
    }

    #[test]
    fn skipping_is_the_same_as_rendering() {
        let (mut a, mut b) = (Glide::new(0.0, &FORMAT), Glide::new(0.0, &FORMAT));
        for glide in [&mut a, &mut b] {
            glide.aim(1.0);
            glide.aim(0.5);
        }
        let (mut values, mut next) = (vec![0.0; 1000], [0.0; 2]);
        a.fill(&mut values);
        b.skip(1000);
        a.fill(&mut next[..1]);
        b.fill(&mut next[1..]);
        assert_eq!(next[0], next[1]);
        a.skip(100_000);
        assert_eq!(a.at_rest(), Some(0.5));
    }
}

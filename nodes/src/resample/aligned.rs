//! What all resamplers share: the start-up delay is cut, the rest flushed, and N frames become round(N · to / from).

use lavalink_exec::{Pcm, Stage, Stereo};
use std::any::Any;

/// A resampling engine of a fixed ratio. Feeds on whole stretches and is late by a fixed delay.
pub(super) trait Rate: Send {
    /// Resamples `input`, appends what is ready to `output`.
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm);

    /// Delay in output frames, rounded.
    fn delay(&self) -> usize;

    /// Forgets all history.
    fn reset(&mut self);
}

/// Silence pushed at once to bring the rest out.
const FLUSH: usize = 1024;

/// An engine made into a stage.
pub(super) struct Aligned {
    rate: Box<dyn Rate>,
    from: u32,
    to: u32,
    /// Frames of the delay still to be dropped.
    cut: usize,
    taken: u64,
    given: u64,
    made: Pcm,
}

impl Aligned {
    /// From one rate in Hz to another.
    pub(super) fn new(rate: Box<dyn Rate>, from: u32, to: u32) -> Self {
        let cut = rate.delay();
        Self { rate, from, to, cut, taken: 0, given: 0, made: Pcm::new() }
    }

    /// Moves what the engine has made to `output`, at most `most` frames, without the delay.
    fn give(&mut self, most: u64, output: &mut Pcm) {
        let cut = self.cut.min(self.made.len());
        self.cut -= cut;
        let end = self.made.len().min(cut.saturating_add(usize::try_from(most).unwrap_or(usize::MAX)));
        output.extend(Stereo { left: &self.made.left[cut..end], right: &self.made.right[cut..end] });
        self.given += (end - cut) as u64;
        self.made.clear();
    }

    /// Frames that have to come out for what has gone in.
    fn due(&self) -> u64 {
        let scaled = u128::from(self.taken) * u128::from(self.to);
        u64::try_from((scaled + u128::from(self.from) / 2) / u128::from(self.from)).unwrap_or(u64::MAX)
    }
}

impl Stage for Aligned {
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm) {
        self.taken += input.left.len() as u64;
        self.rate.push(input, &mut self.made);
        self.give(u64::MAX, output);
    }

    fn finish(&mut self, output: &mut Pcm) {
        let due = self.due();
        let silence = [0.0; FLUSH];
        while self.given < due {
            self.rate.push(Stereo { left: &silence, right: &silence }, &mut self.made);
            self.give(due - self.given, output);
        }
    }

    fn reset(&mut self) {
        self.rate.reset();
        self.cut = self.rate.delay();
        self.made.clear();
        (self.taken, self.given) = (0, 0);
    }

    fn output_rate(&self) -> u32 {
        self.to
    }

    fn consumed(&self) -> f64 {
        self.given as f64 * f64::from(self.from) / f64::from(self.to)
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

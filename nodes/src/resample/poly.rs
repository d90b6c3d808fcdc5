//! The resamplers of the kernels crate: polyphase filters of 16 to 64 taps, and the sinc that can change its ratio.
//!
//! Their delay is half the filter, in input frames, which is no whole number of output frames. Silence is fed in front,
//! so much that the delay becomes whole.

use super::aligned::Rate;
use lavalink_exec::{BuildError, Pcm, Stereo};
use lavalink_kernels::Cpu;
use lavalink_kernels::polyphase::{Polyphase, Progress, Taps};
use lavalink_kernels::sinc_vary::{FASTEST, SLOWEST, SincVary};

/// Output frames made at once.
const ROOM: usize = 1024;

enum Filter {
    Fixed(Polyphase),
    Vary(SincVary),
}

impl Filter {
    fn process(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) -> Progress {
        match self {
            Self::Fixed(filter) => filter.process(input, output),
            Self::Vary(filter) => filter.process(input, output),
        }
    }
}

/// A filter, and the silence it begins with.
pub(super) struct PolyRate {
    filter: Filter,
    /// Frames of silence to feed in front, and how many of them are still to come.
    front: usize,
    to_come: usize,
    /// Delay in output frames with that silence.
    delay: usize,
    room: [Vec<f32>; 2],
}

impl PolyRate {
    /// With a filter of so many taps.
    pub(super) fn fixed(from: u32, to: u32, taps: Taps) -> Result<Self, BuildError> {
        let filter = Polyphase::new(Cpu::detect(), from, to, taps)
            .ok_or_else(|| BuildError::new(format!("no resampler can be made from {from} Hz to {to} Hz")))?;
        let half = filter.tail();
        Ok(Self::over(Filter::Fixed(filter), half, from, to))
    }

    /// With the filter of changing ratio.
    pub(super) fn vary(from: u32, to: u32) -> Result<Self, BuildError> {
        let speed = f64::from(from) / f64::from(to);
        if !(SLOWEST..=FASTEST).contains(&speed) {
            return Err(BuildError::of(
                0,
                format!("quality vary cannot go from {from} Hz to {to} Hz; use high, medium or low"),
            ));
        }
        let mut filter = SincVary::new(Cpu::detect(), speed.max(1.0));
        filter.set_speed(speed, 0);
        let half = filter.delay();
        Ok(Self::over(Filter::Vary(filter), half, from, to))
    }

    fn over(filter: Filter, half: usize, from: u32, to: u32) -> Self {
        let divisor = gcd(from, to);
        let (step_in, step_out) = ((from / divisor) as usize, (to / divisor) as usize);
        let whole = half.div_ceil(step_in) * step_in;
        let front = whole - half;
        let room = [vec![0.0; ROOM], vec![0.0; ROOM]];
        Self { filter, front, to_come: front, delay: whole / step_in * step_out, room }
    }

    fn feed(&mut self, left: &[f32], right: &[f32], output: &mut Pcm) {
        let mut at = 0;
        loop {
            let [l, r] = &mut self.room;
            let done = self.filter.process([&left[at..], &right[at..]], [l, r]);
            output.extend(Stereo { left: &l[..done.produced], right: &r[..done.produced] });
            at += done.consumed;
            if done.produced < ROOM && at >= left.len() {
                return;
            }
        }
    }
}

impl Rate for PolyRate {
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm) {
        let silence = [0.0; 256];
        while self.to_come > 0 {
            let n = self.to_come.min(silence.len());
            self.feed(&silence[..n], &silence[..n], output);
            self.to_come -= n;
        }
        self.feed(input.left, input.right, output);
    }

    fn delay(&self) -> usize {
        self.delay
    }

    fn reset(&mut self) {
        match &mut self.filter {
            Filter::Fixed(filter) => filter.reset(),
            Filter::Vary(filter) => filter.reset(),
        }
        self.to_come = self.front;
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

//! Resampling by a fixed ratio of integers: a windowed sinc, one row of weights per phase.

use crate::cpu::{Cpu, Level};
use crate::fir::{Dot, History, InLanes, Prototype};
use crate::lanes::Scalar;
use alloc::{boxed::Box, vec};

/// Ratios with more phases than this interpolate between the rows of a smaller table.
const MOST_PHASES: u32 = 1024;
/// Rows of such a table: linear interpolation between them leaves an error near −110 dB at the top of the band.
const FEW_ROWS: u32 = 512;
/// Ratios beyond 1:`WIDEST` and `WIDEST`:1 are refused; they bound the length of the filter.
const WIDEST: u32 = 32;

/// How long the filter is: what a resampled tone costs and how clean it is.
///
/// Cut-off and window come from a search over a grid (cut-off in steps of 0.005, β of 0.25): among those whose residual, what is left when
/// the best-fitting sine is removed, stays below a bound, the one with the widest band. Figures: residual at 997 Hz, 10 kHz and
/// 19 kHz and level, 44.1 → 48 kHz, computed from the weights; `f32` sums add noise near −130 dB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taps {
    /// −71 dB at 997 Hz and 10 kHz, −58 dB at 19 kHz; level −0.04 dB at 15 kHz, −1.9 dB at 18 kHz.
    T16,
    /// −102, −98 and −90 dB; level −0.07 dB at 18 kHz, −2.4 dB at 20 kHz.
    T32,
    /// −121, −121 and −112 dB; level −0.06 dB at 19 kHz, −1.0 dB at 20 kHz.
    T48,
    /// −120, −120 and −125 dB; level 0.00 dB at 19 kHz, −0.4 dB at 20 kHz.
    T64,
}

impl Taps {
    /// Cut-off is in cycles per frame of the lower rate.
    fn prototype(self) -> Prototype {
        let (taps, cutoff, beta) = match self {
            Self::T16 => (16, 0.450, 6.00),
            Self::T32 => (32, 0.475, 9.00),
            Self::T48 => (48, 0.480, 10.50),
            Self::T64 => (64, 0.480, 10.75),
        };
        Prototype { taps, cutoff, beta }
    }
}

/// What a call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Input frames taken; all of them unless the output was full.
    pub consumed: usize,
    /// Output frames written.
    pub produced: usize,
}

/// A stereo resampler of a fixed ratio. The position is kept in integers and does not drift; any block length gives the same output.
///
/// Scalar and SSE2 agree to the bit; AVX2 uses fused multiply-add and differs by rounding.
///
/// Cost per input frame at 44.1 → 48 kHz with 16, 32, 48 and 64 taps: 105, 143, 180 and 217 with SSE2, 71, 82, 93 and 103 with AVX2;
/// 454 scalar with 48.
///
/// A stretch of silence as long as [`delay`](Self::delay) says comes first; feeding as many frames of silence at the end brings the rest out.
pub struct Polyphase {
    cpu: Cpu,
    taps: usize,
    /// Weights, one row of `taps` after the other.
    table: Box<[f32]>,
    /// Phases per input frame: L of the ratio L/M.
    phases: u32,
    /// Phases per output frame: M of the ratio L/M.
    advance: u32,
    phase: u32,
    history: History,
}

impl Polyphase {
    /// From one rate in Hz to another; `None` for 0 or a ratio beyond 32. Control side: allocates and computes the table
    /// (at most 1024 rows).
    pub fn new(cpu: Cpu, from: u32, to: u32, taps: Taps) -> Option<Self> {
        if from == 0 || to == 0 || from.div_ceil(to) > WIDEST || to.div_ceil(from) > WIDEST {
            return None;
        }
        let divisor = gcd(from, to);
        let (phases, advance) = (to / divisor, from / divisor);
        let mut prototype = taps.prototype();
        if from > to {
            // The band ends at the lower rate: the same filter, stretched.
            let stretch = f64::from(from) / f64::from(to);
            let longer = libm::ceil(prototype.taps as f64 * stretch / 8.0) as usize * 8;
            prototype.cutoff /= stretch;
            prototype.taps = longer;
        }
        let taps = prototype.taps;
        // Interpolation needs the row behind the last one.
        let (rows, divisions) = if phases > MOST_PHASES { (FEW_ROWS + 1, FEW_ROWS) } else { (phases, phases) };
        let mut table = vec![0.0; rows as usize * taps].into_boxed_slice();
        for (row, weights) in table.chunks_exact_mut(taps).enumerate() {
            prototype.row(row as f64 / f64::from(divisions), weights);
        }
        Some(Self { cpu, taps, table, phases, advance, phase: 0, history: History::new(taps) })
    }

    /// Delay in output frames.
    pub fn delay(&self) -> f64 {
        (self.taps / 2) as f64 * f64::from(self.phases) / f64::from(self.advance)
    }

    /// Input frames after a signal's end that bring its last frame to the output's middle of the filter: half its length.
    pub fn tail(&self) -> usize {
        self.taps / 2
    }

    /// No call with `frames` input frames writes more than this.
    pub fn max_output(&self, frames: usize) -> usize {
        (frames as u64 * u64::from(self.phases)).div_ceil(u64::from(self.advance)) as usize + 1
    }

    /// Forgets the past and begins anew.
    pub fn reset(&mut self) {
        self.history.reset();
        self.phase = 0;
    }

    /// Resamples until the input is used up or the output is full.
    pub fn process(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) -> Progress {
        match self.cpu.level() {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the token proves AVX2 and FMA.
            Level::Avx2 => unsafe { self.run_fused(input, output) },
            #[cfg(target_arch = "x86_64")]
            Level::Sse2 => self.run::<InLanes<crate::lanes::Sse2>>(input, output),
            _ => self.run::<InLanes<Scalar>>(input, output),
        }
    }

    /// # Safety
    /// The processor must have AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn run_fused(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) -> Progress {
        self.run::<crate::fir::Fused>(input, output)
    }

    #[inline(always)]
    fn run<D: Dot>(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) -> Progress {
        let frames = input[0].len().min(input[1].len());
        let [left, right] = output;
        let room = left.len().min(right.len());
        let mut done = Progress::default();
        loop {
            let (l, r) = (&mut left[done.produced..room], &mut right[done.produced..room]);
            done.produced += if self.phases > MOST_PHASES { self.between::<D>(l, r) } else { self.exact::<D>(l, r) };
            if done.produced == room {
                return done;
            }
            let taken = self.history.push(&input[0][done.consumed..frames], &input[1][done.consumed..frames]);
            if taken == 0 {
                return done;
            }
            done.consumed += taken;
        }
    }

    /// Every phase has its row. Returns the frames written.
    #[inline(always)]
    fn exact<D: Dot>(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let (whole, part) = ((self.advance / self.phases) as usize, self.advance % self.phases);
        let mut produced = 0;
        for (l, r) in left.iter_mut().zip(right) {
            let Some((window_l, window_r)) = self.history.window() else { break };
            let row = self.phase as usize * self.taps;
            [*l, *r] = D::dot(&self.table[row..row + self.taps], window_l, window_r);
            self.phase += part;
            let carry = self.phase >= self.phases;
            self.phase -= if carry { self.phases } else { 0 };
            self.history.advance(whole + usize::from(carry));
            produced += 1;
        }
        produced
    }

    /// Phases lie between the rows of a smaller table. Returns the frames written.
    #[inline(always)]
    fn between<D: Dot>(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let (whole, part) = ((self.advance / self.phases) as usize, self.advance % self.phases);
        let mut produced = 0;
        for (l, r) in left.iter_mut().zip(right) {
            let Some((window_l, window_r)) = self.history.window() else { break };
            let position = u64::from(self.phase) * u64::from(FEW_ROWS);
            let row = (position / u64::from(self.phases)) as usize * self.taps;
            let t = (position % u64::from(self.phases)) as f32 / self.phases as f32;
            let a = D::dot(&self.table[row..row + self.taps], window_l, window_r);
            let b = D::dot(&self.table[row + self.taps..row + 2 * self.taps], window_l, window_r);
            (*l, *r) = (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t);
            let next = u64::from(self.phase) + u64::from(part);
            let carry = next >= u64::from(self.phases);
            self.phase = (next - if carry { u64::from(self.phases) } else { 0 }) as u32;
            self.history.advance(whole + usize::from(carry));
            produced += 1;
        }
        produced
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

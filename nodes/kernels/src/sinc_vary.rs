//! Resampling by a ratio that changes while it runs: playing speed, and steering one clock after another.

use crate::cpu::{Cpu, Level};
use crate::fir::{Dot, History, InLanes, Prototype};
use crate::lanes::Scalar;
use crate::polyphase::Progress;
use alloc::{boxed::Box, vec};

const TAPS: usize = 32;
/// Rows per input frame; linear interpolation between them is good to about −98 dB at the top of the band.
const ROWS: usize = 256;
const TABLE: usize = (ROWS + 1) * TAPS;
/// As the fixed resampler of 32 taps.
const CUTOFF: f64 = 0.475;
const BETA: f64 = 9.0;
/// Tables for speeds 1, 1 + 1/4, 1 + 2/4, ...
const TABLES_PER_SPEED: f64 = 4.0;

/// The speeds it can run at, in input frames per output frame.
pub const SLOWEST: f64 = 1.0 / 16.0;
/// See [`SLOWEST`].
pub const FASTEST: f64 = 4.0;

/// A stereo resampler of changing ratio: 32 taps, 256 rows, interpolated.
///
/// Above speed 1 the cut-off must fall with the speed; there are tables for every quarter, and it fades between the two nearest,
/// so a glide has no jump. The output depends neither on the block length nor on how the output is cut.
///
/// Cost: 253 with SSE2, 143 with AVX2; above speed 1 twice as much.
pub struct SincVary {
    cpu: Cpu,
    tables: Box<[f32]>,
    fastest: f64,
    start: f64,
    target: f64,
    /// Frames of the glide from `start` to `target` that are done, and their number.
    glided: u32,
    glide: u32,
    /// Of an input frame, where the next output frame lies.
    fraction: f64,
    history: History,
}

impl SincVary {
    /// At speed 1; `fastest` (held within 1 and [`FASTEST`]) says for which speeds tables are made: 33 KiB for 1, as much more
    /// for every quarter. Control side: allocates.
    pub fn new(cpu: Cpu, fastest: f64) -> Self {
        let fastest = if fastest > 1.0 { fastest.min(FASTEST) } else { 1.0 };
        let count = libm::ceil((fastest - 1.0) * TABLES_PER_SPEED) as usize + 1;
        let mut tables = vec![0.0; count * TABLE].into_boxed_slice();
        for (n, table) in tables.chunks_exact_mut(TABLE).enumerate() {
            let speed = 1.0 + n as f64 / TABLES_PER_SPEED;
            let prototype = Prototype { taps: TAPS, cutoff: CUTOFF / speed, beta: BETA };
            for (row, weights) in table.chunks_exact_mut(TAPS).enumerate() {
                prototype.row(row as f64 / ROWS as f64, weights);
            }
        }
        Self {
            cpu,
            tables,
            fastest,
            start: 1.0,
            target: 1.0,
            glided: 0,
            glide: 0,
            fraction: 0.0,
            history: History::new(TAPS),
        }
    }

    /// Glides to another speed (input frames per output frame) within `frames` output frames; 0 jumps, which is still continuous in the
    /// signal. Held within [`SLOWEST`] and the fastest given to `new`; NaN is ignored.
    pub fn set_speed(&mut self, speed: f64, frames: u32) {
        if speed.is_nan() {
            return;
        }
        self.start = self.speed();
        self.target = speed.clamp(SLOWEST, self.fastest);
        (self.glided, self.glide) = (0, frames);
    }

    /// Input frames per output frame at the next frame.
    pub fn speed(&self) -> f64 {
        if self.glided >= self.glide {
            return self.target;
        }
        self.start + (self.target - self.start) * f64::from(self.glided) / f64::from(self.glide)
    }

    /// Delay in input frames, whatever the speed.
    pub fn delay(&self) -> usize {
        TAPS / 2
    }

    /// No call with `frames` input frames writes more than this while the speed is at least `slowest` all the time.
    pub fn max_output(&self, frames: usize, slowest: f64) -> usize {
        libm::ceil((frames + 1) as f64 / slowest.max(SLOWEST)) as usize + 1
    }

    /// Forgets the past; a glide ends at once.
    pub fn reset(&mut self) {
        self.history.reset();
        self.fraction = 0.0;
        self.glided = self.glide;
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
            done.produced += self.write::<D>(&mut left[done.produced..room], &mut right[done.produced..room]);
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

    #[inline(always)]
    fn write<D: Dot>(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let mut produced = 0;
        for (l, r) in left.iter_mut().zip(right) {
            let Some(window) = self.history.window() else { break };
            let speed = self.speed();
            let place = self.fraction * ROWS as f64;
            let row = (place as usize).min(ROWS - 1);
            let t = (place - row as f64) as f32;
            let above = (speed - 1.0) * TABLES_PER_SPEED;
            let mut frame = between_rows::<D>(&self.tables, row, t, window);
            if above > 0.0 {
                let lower = above as usize;
                let blend = (above - lower as f64) as f32;
                frame = between_rows::<D>(&self.tables, lower * (ROWS + 1) + row, t, window);
                if blend > 0.0 {
                    let upper = between_rows::<D>(&self.tables, (lower + 1) * (ROWS + 1) + row, t, window);
                    frame = [frame[0] + (upper[0] - frame[0]) * blend, frame[1] + (upper[1] - frame[1]) * blend];
                }
            }
            [*l, *r] = frame;
            self.glided = self.glided.saturating_add(1).min(self.glide);
            let next = self.fraction + speed;
            let whole = next as usize;
            self.fraction = next - whole as f64;
            self.history.advance(whole);
            produced += 1;
        }
        produced
    }
}

/// At `t` (0 to 1) between a row and the next.
#[inline(always)]
fn between_rows<D: Dot>(tables: &[f32], row: usize, t: f32, (left, right): (&[f32], &[f32])) -> [f32; 2] {
    let at = row * TAPS;
    let a = D::dot(&tables[at..at + TAPS], left, right);
    let b = D::dot(&tables[at + TAPS..at + 2 * TAPS], left, right);
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

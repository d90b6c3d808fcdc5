//! Fifteen band-passes in parallel beside the dry signal: Lavalink's equalizer.
//!
//! Per band w = α(x − x₂) + γ·w₁ − β·w₂, out = 4·(x/4 + Σ g·w). The bands do not depend on each other, so four of them share a
//! vector; the sums over the bands stay in lanes until all groups are done. Formula and constants: lavaplayer's
//! `Equalizer.java` (the coefficients there are literals, for 48 kHz only); each band falls to −3 dB a third of an octave below its centre.

use crate::cpu::{Cpu, Level};
use crate::gain::{Curve, Ramp};
use crate::lanes::{F32x4, Scalar};
use crate::mix::within_one;

/// Bands of the equalizer.
pub const BANDS: usize = 15;

/// Centres of the bands in Hz.
pub const CENTRES: [f32; BANDS] =
    [25.0, 40.0, 63.0, 100.0, 160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0, 6300.0, 10_000.0, 16_000.0];

const LANES: usize = 4;
const GROUPS: usize = BANDS.div_ceil(LANES);
const SLOTS: usize = GROUPS * LANES;
/// Frames whose sums are held on the stack at a time (8 KiB for both channels).
const CHUNK: usize = 128;

/// β per band; the sixteenth lane is silent.
#[allow(clippy::excessive_precision, reason = "digits as published")]
const BETA: [f32; SLOTS] = [
    0.99847546664,
    0.99756184654,
    0.99616261379,
    0.99391578543,
    0.99028307215,
    0.98485897264,
    0.97588512657,
    0.96228521814,
    0.94080933132,
    0.90702059196,
    0.85868004289,
    0.78409610788,
    0.68332861002,
    0.55267518228,
    0.41811888447,
    0.0,
];
/// α per band.
#[allow(clippy::excessive_precision, reason = "digits as published")]
const ALPHA: [f32; SLOTS] = [
    7.6226668143e-4,
    1.2190767289e-3,
    1.9186931041e-3,
    3.0421072865e-3,
    4.8584639242e-3,
    7.5705136795e-3,
    1.2057436715e-2,
    1.8857390928e-2,
    2.9595334338e-2,
    4.6489704022e-2,
    7.0659978553e-2,
    1.0795194606e-1,
    1.5833569499e-1,
    2.2366240886e-1,
    2.9094055777e-1,
    0.0,
];
/// γ per band.
#[allow(clippy::excessive_precision, reason = "digits as published")]
const GAMMA: [f32; SLOTS] = [
    1.9984647656,
    1.9975344645,
    1.9960947369,
    1.9937449618,
    1.9898465702,
    1.9837962543,
    1.9731772447,
    1.9556164694,
    1.9242054384,
    1.8653476166,
    1.7600401337,
    1.5450725522,
    1.1426447155,
    0.40186190803,
    -0.70905944223,
    0.0,
];

/// Memory of one channel.
#[derive(Clone, Copy)]
struct Channel {
    x1: f32,
    x2: f32,
    w1: [f32; SLOTS],
    w2: [f32; SLOTS],
}

impl Channel {
    const SILENT: Self = Self { x1: 0.0, x2: 0.0, w1: [0.0; SLOTS], w2: [0.0; SLOTS] };

    fn is_finite(&self) -> bool {
        self.w1.iter().chain(&self.w2).all(|w| w.is_finite()) && self.x1.is_finite() && self.x2.is_finite()
    }
}

/// The equalizer's state for a stereo signal at 48 kHz.
///
/// All bands always run, whatever their gains: a band that comes back has the memory it would have had. So all gains at 0 cost as
/// much as any, and a node at identity should leave the plan instead. Sums over the bands are taken in another order than in the
/// original: results differ from it by rounding, a few 1e-7. Same bits on every instruction set and at any block length.
///
/// Cost: 163 with SSE2 (5.4 per band and sample; 191 while gains move), 116 with AVX2, 173 scalar.
pub struct ParallelBank {
    cpu: Cpu,
    clamped: bool,
    from: [f32; SLOTS],
    to: [f32; SLOTS],
    /// Weight of `from`, so that from the end of the move on the gains are exactly `to`.
    fade: Ramp,
    left: Channel,
    right: Channel,
}

impl ParallelBank {
    /// All gains 0. `clamped`: the output is held within ±1, as the original does.
    pub fn new(cpu: Cpu, clamped: bool) -> Self {
        Self {
            cpu,
            clamped,
            from: [0.0; SLOTS],
            to: [0.0; SLOTS],
            fade: Ramp::new(0.0, Curve::RaisedCosine),
            left: Channel::SILENT,
            right: Channel::SILENT,
        }
    }

    /// Moves the gains (−0.25 mutes a band, 0.25 doubles it) to new values within `frames` by raised cosine; 0 jumps. While a move
    /// runs, the next one starts from where it stands.
    pub fn set_gains(&mut self, gains: &[f32; BANDS], frames: u32) {
        let w = self.fade.value();
        for ((from, to), &gain) in self.from.iter_mut().zip(&mut self.to).zip(gains) {
            *from = *to + (*from - *to) * w;
            *to = gain;
        }
        self.fade = Ramp::new(1.0, Curve::RaisedCosine);
        self.fade.to(0.0, frames);
    }

    /// Whether no move is running.
    pub fn settled(&self) -> bool {
        self.fade.settled()
    }

    /// Forgets the past; a running move of the gains ends at once.
    pub fn reset(&mut self) {
        self.left = Channel::SILENT;
        self.right = Channel::SILENT;
        self.fade.skip(usize::MAX);
    }

    /// Filters a block in place. A memory that became infinite or NaN is cleared at the end of the block.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len().min(right.len());
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        match self.cpu.level() {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the token proves AVX2.
            Level::Avx2 => unsafe { self.run_avx2(left, right) },
            #[cfg(target_arch = "x86_64")]
            Level::Sse2 => self.run::<crate::lanes::Sse2>(left, right),
            _ => self.run::<Scalar>(left, right),
        }
        for channel in [&mut self.left, &mut self.right] {
            if !channel.is_finite() {
                *channel = Channel::SILENT;
            }
        }
    }

    /// # Safety
    /// The processor must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn run_avx2(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.run::<crate::lanes::Sse2>(left, right);
    }

    #[inline(always)]
    fn run<V: F32x4>(&mut self, left: &mut [f32], right: &mut [f32]) {
        let mut weights = [0.0; CHUNK];
        let mut sums = [[[0.0_f32; LANES]; CHUNK]; 2];
        let mut steps = [[0.0_f32; CHUNK]; 2];
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            let n = l.len();
            let [sums_l, sums_r] = &mut sums;
            let (sums_l, sums_r) = (&mut sums_l[..n], &mut sums_r[..n]);
            let [steps_l, steps_r] = &mut steps;
            let (steps_l, steps_r) = (&mut steps_l[..n], &mut steps_r[..n]);
            differences(&mut self.left, l, steps_l);
            differences(&mut self.right, r, steps_r);
            sums_l.fill([0.0; LANES]);
            sums_r.fill([0.0; LANES]);
            let moving = !self.fade.settled();
            if moving {
                self.fade.fill(&mut weights[..n]);
            }
            for group in 0..GROUPS {
                let at = group * LANES;
                let (from, to) = (lanes::<V>(&self.from, at), lanes::<V>(&self.to, at));
                let mut a = Band::<V>::load(&self.left, at);
                let mut b = Band::<V>::load(&self.right, at);
                let frames = steps_l.iter().zip(&*steps_r).zip(sums_l.iter_mut().zip(&mut *sums_r));
                if moving {
                    let delta = from.sub(to);
                    for (((&dl, &dr), (sl, sr)), &w) in frames.zip(&weights) {
                        let gain = to.add(delta.mul(V::splat(w)));
                        a.step(dl, gain, sl);
                        b.step(dr, gain, sr);
                    }
                } else {
                    for ((&dl, &dr), (sl, sr)) in frames {
                        a.step(dl, to, sl);
                        b.step(dr, to, sr);
                    }
                }
                a.store(&mut self.left, at);
                b.store(&mut self.right, at);
            }
            finish::<V>(l, sums_l, self.clamped);
            finish::<V>(r, sums_r, self.clamped);
        }
    }
}

#[inline(always)]
fn lanes<V: F32x4>(slots: &[f32; SLOTS], at: usize) -> V {
    V::load(&[slots[at], slots[at + 1], slots[at + 2], slots[at + 3]])
}

/// Four bands of one channel in registers.
struct Band<V> {
    alpha: V,
    beta: V,
    gamma: V,
    w1: V,
    w2: V,
}

impl<V: F32x4> Band<V> {
    #[inline(always)]
    fn load(channel: &Channel, at: usize) -> Self {
        Self {
            alpha: lanes(&ALPHA, at),
            beta: lanes(&BETA, at),
            gamma: lanes(&GAMMA, at),
            w1: lanes(&channel.w1, at),
            w2: lanes(&channel.w2, at),
        }
    }

    #[inline(always)]
    fn store(self, channel: &mut Channel, at: usize) {
        let (mut w1, mut w2) = ([0.0; LANES], [0.0; LANES]);
        self.w1.store(&mut w1);
        self.w2.store(&mut w2);
        channel.w1[at..at + LANES].copy_from_slice(&w1);
        channel.w2[at..at + LANES].copy_from_slice(&w2);
    }

    /// One frame: `difference` is x − x₂.
    #[inline(always)]
    fn step(&mut self, difference: f32, gain: V, sum: &mut [f32; LANES]) {
        let w = self.alpha.mul(V::splat(difference)).add(self.gamma.mul(self.w1)).sub(self.beta.mul(self.w2));
        self.w2 = self.w1;
        self.w1 = w;
        V::load(sum).add(w.mul(gain)).store(sum);
    }
}

/// x − x₂ for every frame.
#[inline(always)]
fn differences(channel: &mut Channel, samples: &[f32], out: &mut [f32]) {
    let (Some(first), Some(&last)) = (out.first_mut(), samples.last()) else { return };
    *first = samples[0] - channel.x2;
    if let (Some(second), Some(x)) = (out.get_mut(1), samples.get(1)) {
        *second = x - channel.x1;
    }
    for ((out, &x), &x2) in out.iter_mut().skip(2).zip(samples.iter().skip(2)).zip(samples) {
        *out = x - x2;
    }
    channel.x2 = if samples.len() > 1 { samples[samples.len() - 2] } else { channel.x1 };
    channel.x1 = last;
}

/// 4·(x/4 + Σ lanes), held within ±1 if wanted.
#[inline(always)]
fn finish<V: F32x4>(samples: &mut [f32], sums: &[[f32; LANES]], clamped: bool) {
    let (fours, rest) = samples.as_chunks_mut::<LANES>();
    let (rows, last) = sums.as_chunks::<LANES>();
    let (quarter, four) = (V::splat(0.25), V::splat(4.0));
    for (out, rows) in fours.iter_mut().zip(rows) {
        let bands = V::sums([V::load(&rows[0]), V::load(&rows[1]), V::load(&rows[2]), V::load(&rows[3])]);
        V::load(out).mul(quarter).add(bands).mul(four).store(out);
    }
    for (out, &[a, b, c, d]) in rest.iter_mut().zip(last) {
        *out = (*out * 0.25 + ((a + b) + (c + d))) * 4.0;
    }
    if clamped {
        samples.iter_mut().for_each(|x| *x = within_one(*x));
    }
}

//! Gains, ramps and cross-fades.
//!
//! The weight of a fade at frame i of n is w(i/n) = ½ − ½ cos(π i/n), computed from i alone, so that it does not depend on how the
//! frames are cut into blocks; from frame n on the target holds exactly. Evaluated as a polynomial: ½ + ½ sin(π v), v = i/n − ½,
//! Taylor to v¹¹ (remainder 3e-8), all in `f32`: error below 3e-7.

/// Frames whose gains are computed at a time, on the stack.
const CHUNK: usize = 64;

/// How a ramp gets from one value to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// A straight line.
    Linear,
    /// Half a period of a raised cosine: no corner at either end. 20 ms of it are free of clicks from 100 Hz up.
    RaisedCosine,
}

/// Weight of the target at `frame` of a raised-cosine fade of `frames`: 0 at the start, 1 from the end on.
pub fn raised_cosine(frame: u32, frames: u32) -> f32 {
    weight(Curve::RaisedCosine, frame, frames, reciprocal(frames))
}

#[inline(always)]
pub(crate) fn reciprocal(frames: u32) -> f32 {
    1.0 / frames.max(1) as f32
}

/// `reciprocal` is 1 / `frames`, computed once per block.
#[inline(always)]
pub(crate) fn weight(curve: Curve, frame: u32, frames: u32, reciprocal: f32) -> f32 {
    // Signed: the conversion from u32 has no vector form before AVX-512. A fade is far shorter than 2³¹ frames.
    let u = frame as i32 as f32 * reciprocal;
    let w = match curve {
        Curve::Linear => u,
        Curve::RaisedCosine => half_sine(u),
    };
    if frame >= frames { 1.0 } else { w }
}

/// ½ + ½ sin(π(u − ½)) for u in 0..=1, held within 0 and 1.
#[inline(always)]
fn half_sine(u: f32) -> f32 {
    // π/2 and two units in the last place more, so that the ends reach 0 and 1 in spite of rounding.
    const C1: f32 = 1.570_796_6;
    const C3: f32 = -2.583_856_4;
    const C5: f32 = 1.275_082;
    const C7: f32 = -0.299_632_26;
    const C9: f32 = 0.041_073_44;
    const C11: f32 = -0.003_685_214;
    let v = u - 0.5;
    let s = v * v;
    let w = 0.5 + v * (C1 + s * (C3 + s * (C5 + s * (C7 + s * (C9 + s * C11)))));
    let w = if w > 0.0 { w } else { 0.0 };
    if w < 1.0 { w } else { 1.0 }
}

/// Multiplies a channel by a constant. Cost: 1.2 instructions per sample.
pub fn apply_gain(samples: &mut [f32], gain: f32) {
    for sample in samples {
        *sample *= gain;
    }
}

/// Cross-fades two channels into one with equal gain: `out[i]` = a + (b − a)·w((position + i)/length).
///
/// `position` is the frame of the fade at which the block begins; from `length` on `b` passes unchanged. The shortest slice
/// counts. Cost: 9.6 instructions per frame of one channel.
pub fn fade(out: &mut [f32], a: &[f32], b: &[f32], position: u32, length: u32) {
    let scale = reciprocal(length);
    let faded = (length.saturating_sub(position) as usize).min(out.len());
    for (i, ((out, &a), &b)) in out[..faded].iter_mut().zip(a).zip(b).enumerate() {
        let w = weight(Curve::RaisedCosine, position + i as u32, length, scale);
        *out = a + (b - a) * w;
    }
    for (out, &b) in out.iter_mut().zip(b).skip(faded) {
        *out = b;
    }
}

/// As [`fade`], with `out` being `a`: the old signal is replaced by the new one in place.
pub fn fade_into(a: &mut [f32], b: &[f32], position: u32, length: u32) {
    let scale = reciprocal(length);
    let faded = (length.saturating_sub(position) as usize).min(a.len());
    for (i, (a, &b)) in a[..faded].iter_mut().zip(b).enumerate() {
        let w = weight(Curve::RaisedCosine, position + i as u32, length, scale);
        *a += (b - *a) * w;
    }
    for (a, &b) in a.iter_mut().zip(b).skip(faded) {
        *a = b;
    }
}

/// A value that moves to its targets without a jump. The value at a frame does not depend on the block length.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    start: f32,
    target: f32,
    position: u32,
    length: u32,
    curve: Curve,
}

impl Ramp {
    /// At rest at `value`.
    pub const fn new(value: f32, curve: Curve) -> Self {
        Self { start: value, target: value, position: 0, length: 0, curve }
    }

    /// Starts to move to `target`, which it reaches exactly after `frames`; 0 jumps. A running ramp is left where it stands.
    pub fn to(&mut self, target: f32, frames: u32) {
        self.start = self.value();
        self.target = target;
        self.position = 0;
        self.length = if self.start == target { 0 } else { frames.min(i32::MAX as u32) };
    }

    /// The value at the next frame.
    pub fn value(&self) -> f32 {
        if self.settled() {
            return self.target;
        }
        let mut next = [0.0];
        self.values(0, &mut next);
        next[0]
    }

    /// The value it moves to or rests at.
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Whether it rests.
    pub fn settled(&self) -> bool {
        self.position >= self.length
    }

    /// Moves on without anything to apply the values to.
    pub fn skip(&mut self, frames: usize) {
        self.position = self.position.saturating_add(frames.min(u32::MAX as usize) as u32).min(self.length);
    }

    /// Writes the values of the next frames, all of which must be moving ones.
    #[inline(always)]
    fn values(&self, offset: usize, out: &mut [f32]) {
        let (first, scale) = (self.position + offset as u32, reciprocal(self.length));
        let delta = self.target - self.start;
        match self.curve {
            Curve::Linear => {
                for (i, out) in out.iter_mut().enumerate() {
                    *out = self.start + delta * ((first + i as u32) as i32 as f32 * scale);
                }
            }
            Curve::RaisedCosine => {
                for (i, out) in out.iter_mut().enumerate() {
                    *out = self.start + delta * half_sine((first + i as u32) as i32 as f32 * scale);
                }
            }
        }
    }

    /// Frames of the next `frames` in which it still moves.
    fn moving(&self, frames: usize) -> usize {
        ((self.length - self.position) as usize).min(frames)
    }

    /// Writes the values of the next frames and moves on.
    pub fn fill(&mut self, out: &mut [f32]) {
        let moving = self.moving(out.len());
        self.values(0, &mut out[..moving]);
        out[moving..].fill(self.target);
        self.skip(out.len());
    }

    /// Multiplies both channels by the values and moves on. At rest at 1 it does nothing.
    /// Cost: 11 instructions per frame while moving, 2.3 at rest.
    pub fn apply(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len().min(right.len());
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        let moving = self.moving(frames);
        let mut gains = [0.0; CHUNK];
        let chunks = left[..moving].chunks_mut(CHUNK).zip(right[..moving].chunks_mut(CHUNK));
        for (n, (l, r)) in chunks.enumerate() {
            let gains = &mut gains[..l.len()];
            self.values(n * CHUNK, gains);
            for ((l, r), &gain) in l.iter_mut().zip(r).zip(&*gains) {
                *l *= gain;
                *r *= gain;
            }
        }
        self.skip(frames);
        if self.target != 1.0 {
            apply_gain(&mut left[moving..], self.target);
            apply_gain(&mut right[moving..], self.target);
        }
    }

    /// Adds `input` times the values to `out`, both channels, and moves on: one input of a mixer.
    pub fn add(&mut self, out: [&mut [f32]; 2], input: [&[f32]; 2]) {
        let [out_left, out_right] = out;
        let [left, right] = input;
        let frames = out_left.len().min(out_right.len()).min(left.len()).min(right.len());
        let moving = self.moving(frames);
        let mut gains = [0.0; CHUNK];
        for (out, input) in [(&mut *out_left, left), (&mut *out_right, right)] {
            let chunks = out[..moving].chunks_mut(CHUNK).zip(input[..moving].chunks(CHUNK));
            for (n, (out, input)) in chunks.enumerate() {
                let gains = &mut gains[..out.len()];
                self.values(n * CHUNK, gains);
                for ((out, &x), &gain) in out.iter_mut().zip(input).zip(&*gains) {
                    *out += x * gain;
                }
            }
        }
        self.skip(frames);
        crate::mix::add_scaled(&mut out_left[moving..frames], &left[moving..frames], self.target);
        crate::mix::add_scaled(&mut out_right[moving..frames], &right[moving..frames], self.target);
    }
}

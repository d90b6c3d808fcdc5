//! Channel mix: Lavalink's `channelMix` filter, a 2 × 2 matrix with hard clipping.
//!
//! l' = clamp(ll · l + rl · r), r' = clamp(lr · l + rr · r). With the identity matrix nothing happens, not even clipping.

use crate::smooth::{CHUNK, Glide};
use lavalink_exec::{BuildArgs, Context, Io, Kind, Live, Make, Output, Param, Processor, StereoMut, Unit};
use lavalink_kernels::mix::{Matrix, clamp};
use std::any::Any;

const IDENTITY: [f32; 4] = [1.0, 0.0, 0.0, 1.0];

const fn cell(name: &'static str, default: f64, help: &'static str) -> Param {
    Param::number(name, Unit::None, -10.0, 10.0, default, help).live(Live::Ramp)
}

/// The table of `channel_mix`.
pub static KIND: Kind = Kind {
    name: "channel_mix",
    help: "Lavalink's channelMix filter: mixes both channels into each other, clipped at full scale.",
    params: &[
        cell("left_to_left", 1.0, "How much of the left channel goes to the left."),
        cell("left_to_right", 0.0, "How much of the left channel goes to the right."),
        cell("right_to_left", 0.0, "How much of the right channel goes to the left."),
        cell("right_to_right", 1.0, "How much of the right channel goes to the right."),
    ],
    filter: Some("channelMix"),
    identity: |p| (0..4).all(|i| p.number(i) as f32 == IDENTITY[i]),
    make: Make::Lane(|args| Ok(Box::new(ChannelMix::new(&args)))),
    ..Kind::DEFAULT
};

/// The four factors, in the order of the table.
struct ChannelMix([Glide; 4]);

impl ChannelMix {
    fn new(args: &BuildArgs<'_>) -> Self {
        Self(std::array::from_fn(|i| Glide::new(args.params.number(i) as f32, &args.format)))
    }

    /// The matrix, if all of it stands still.
    fn matrix(&self) -> Option<Matrix> {
        let [left_to_left, left_to_right, right_to_left, right_to_right] = self.0.map(|factor| factor.at_rest());
        Some(Matrix {
            left_to_left: left_to_left?,
            left_to_right: left_to_right?,
            right_to_left: right_to_left?,
            right_to_right: right_to_right?,
        })
    }

    fn moving(&mut self, left: &mut [f32], right: &mut [f32]) {
        let mut factors = [[0.0; CHUNK]; 4];
        for (left, right) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            for (glide, values) in self.0.iter_mut().zip(&mut factors) {
                glide.fill(&mut values[..left.len()]);
            }
            let [ll, lr, rl, rr] = &factors;
            for (i, (left, right)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
                let (l, r) = (*left, *right);
                *left = ll[i] * l + rl[i] * r;
                *right = lr[i] * l + rr[i] * r;
            }
            clamp(left);
            clamp(right);
        }
    }
}

impl Processor for ChannelMix {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        if io.is_silent(0) {
            self.0.iter_mut().for_each(|factor| factor.skip(ctx.frames));
            return Output::Bypass;
        }
        if self.matrix() == Some(Matrix::IDENTITY) {
            return Output::Bypass;
        }
        let StereoMut { mut left, mut right } = io.inout();
        while !left.is_empty() {
            let frames = self.0.iter().fold(left.len(), |frames, factor| factor.alike(frames));
            let (l, r);
            (l, left) = left.split_at_mut(frames);
            (r, right) = right.split_at_mut(frames);
            match self.matrix() {
                Some(Matrix::IDENTITY) => {}
                Some(matrix) => matrix.apply(l, r, true),
                None => self.moving(l, r),
            }
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        if let Some(factor) = self.0.get_mut(index) {
            factor.aim(value);
        }
    }

    fn reset(&mut self) {
        self.0.iter_mut().for_each(Glide::settle);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

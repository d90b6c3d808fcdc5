//! Sample formats and channel layouts: integers to `f32` and back, interleaved to planar and back.
//!
//! Full scale is 2ⁿ⁻¹: an `i16` is x/32768. Back: rounding to nearest (ties to even), saturation, NaN gives 0, with a dither of
//! two uniform values (triangular, ±1 step) where one is handed in. Same bits on all instruction sets.

mod dither;
mod sample;
#[cfg(target_arch = "x86_64")]
mod sse2;
mod stereo;

pub use dither::Dither;
pub use sample::{Packed24, Padded24, Sample, from_f32, put_channel, take_channel, to_f32};
pub use stereo::{from_stereo, s16_to_stereo, s32_to_stereo, stereo_to_s16, stereo_to_s32, to_stereo};

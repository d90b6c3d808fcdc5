//! Stages that change the rate: the resampler, from a track's rate to the graph's, and the playing speed.

mod aligned;
mod fft;
mod kind;
mod poly;
pub mod speed;

pub use kind::KIND;

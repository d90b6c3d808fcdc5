//! Stages that change the rate: the resampler, from a track's rate to the graph's.

mod aligned;
mod fft;
mod kind;

pub use kind::KIND;

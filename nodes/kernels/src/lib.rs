//! DSP kernels: loops over planar stereo `f32` that nodes are made of.
//!
//! Audio is planar: left and right are separate slices of equal length (the shorter one counts). Every kernel gives the
//! same samples whatever the block length, and the same bits on every instruction set unless its doc comment says
//! otherwise. What has a state is built on the control side (it may allocate there); its `process` neither allocates
//! nor fails. The instruction set is found once with [`Cpu::detect`] and handed to the constructors.
//! Costs named in the doc comments are instructions per stereo frame on x86-64, counted by callgrind as the difference
//! of two lengths with `examples/cost.rs`.
#![no_std]

extern crate alloc;

pub mod biquad;
pub mod convert;
mod cpu;
pub mod delay;
mod fir;
pub mod gain;
mod lanes;
pub mod lfo;
pub mod meter;
pub mod mix;
pub mod one_pole;
pub mod parallel;
pub mod polyphase;
pub mod sinc_vary;

pub use cpu::{Cpu, Level};

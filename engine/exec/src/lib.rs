//! The part of the engine that runs on real-time threads.
#![no_std]
extern crate alloc;

//! `alsa`: plays to an ALSA device, whose clock drives the lane.
//!
//! Three parts: the processor hands each block to the clock through a ring that both use on the lane; the clock waits
//! for the device and writes to it; the keeper, a thread of its own, opens and closes devices, which may take seconds.
//! While there is no device the clock goes on with deadlines, so that players go on too.

mod clock;
mod device;
mod keeper;
mod kind;
mod name;
mod output;
mod probe;

pub use kind::KIND;
pub use probe::{DeviceReport, ProbeError, devices, probe};

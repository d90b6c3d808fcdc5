//! Real-time threads: each has one clock and plays the plans of its players and of the device.

mod deadlines;
mod float;
mod hooks;
mod message;
mod priority;
mod runner;
mod stats;
mod thread;

pub(crate) use deadlines::Deadlines;
pub use float::flush_denormals;
pub(crate) use hooks::Native;
pub use hooks::ticks_per_microsecond;
pub(crate) use message::{FromLane, Seat, ToLane};
pub use priority::{Priority, raise_priority};
pub(crate) use runner::{Lane, Post, lane};
pub use stats::LaneStats;
pub use thread::LaneHooks;
pub(crate) use thread::LaneThread;

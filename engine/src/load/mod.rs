//! What to give up under load, and when: figures in, decisions out. Pure functions; time is passed in, nothing is read.

mod decide;
mod figures;
mod ladder;

pub use decide::{Decision, Governor};
pub use figures::{Figures, Limits, Pressure};
pub use ladder::{Degraded, degraded};

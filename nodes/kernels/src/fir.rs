//! What the resamplers share: windowed-sinc design, dot products per instruction set, and the history of a stream.

mod design;
mod dot;
mod history;

pub(crate) use design::Prototype;
#[cfg(target_arch = "x86_64")]
pub(crate) use dot::Fused;
pub(crate) use dot::{Dot, InLanes};
pub(crate) use history::History;

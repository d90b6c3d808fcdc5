//! From bytes to pcm: symphonia for most formats, libopus for Opus.

mod kind;
mod planes;
mod symphonia;
mod symphonia_open;

pub use kind::KIND;
pub(crate) use symphonia::SymphoniaBody;

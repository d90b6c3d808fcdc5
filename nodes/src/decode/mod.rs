//! From bytes to pcm: symphonia for most formats, libopus for Opus.

mod kind;
mod opus;
mod planes;
mod symphonia;
mod symphonia_open;

pub use kind::KIND;
pub(crate) use opus::{OpusBody, PacketSource, Stamp};
pub(crate) use symphonia::SymphoniaBody;

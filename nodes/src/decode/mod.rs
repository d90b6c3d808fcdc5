//! From bytes to pcm: symphonia for most formats, libopus for Opus.

mod kind;

pub use kind::KIND;

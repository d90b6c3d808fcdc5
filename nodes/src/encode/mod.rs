//! Encoders: pcm to packets.

mod grid;
pub mod opus_encoder;

//! A thin safe layer over libopus: 48 kHz, stereo, float.
//!
//! Nothing here allocates after construction, so both coders may live on a lane.

mod decoder;
mod encoder;
mod error;
mod packet;

pub use decoder::Decoder;
pub use encoder::{Application, Encoder, Vbr};
pub use error::OpusError;
pub use packet::{MAX_FRAMES, MAX_PACKET_BYTES, PacketShape};

/// The rate all Opus coding runs at here, in Hz.
pub const RATE: u32 = 48_000;

/// Frames in a packet of 20 ms, the length Discord and Ogg Opus files use.
pub const FRAMES_20_MS: usize = 960;

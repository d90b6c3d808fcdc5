//! Errors of libopus.

use core::ffi::c_int;

/// Why libopus refused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpusError {
    /// An argument was out of range.
    #[error("libopus does not take this value")]
    BadArgument,
    /// The packet or pcm buffer was too small.
    #[error("the buffer given to libopus is too small")]
    BufferTooSmall,
    /// The packet is not Opus.
    #[error("the packet is broken or not Opus")]
    InvalidPacket,
    /// No memory for the coder's state.
    #[error("libopus could not allocate its state")]
    NoMemory,
    /// Anything else, with libopus' own number.
    #[error("libopus failed with code {0}")]
    Other(i32),
}

impl OpusError {
    /// `code` as a length or an error; negative values of libopus are errors.
    pub(crate) fn check(code: c_int) -> Result<usize, Self> {
        match code {
            n if n >= 0 => Ok(n as usize),
            opusic_sys::OPUS_BAD_ARG => Err(Self::BadArgument),
            opusic_sys::OPUS_BUFFER_TOO_SMALL => Err(Self::BufferTooSmall),
            opusic_sys::OPUS_INVALID_PACKET => Err(Self::InvalidPacket),
            opusic_sys::OPUS_ALLOC_FAIL => Err(Self::NoMemory),
            other => Err(Self::Other(other)),
        }
    }
}

//! What a demuxer and decoder of one format offer to the track that runs them.

use lavalink_exec::{Piece, TrackError, TrackInfo};

/// Demuxer and decoder of an open track. Runs inside a coroutine, so its reads may wait for bytes.
pub(crate) trait Body: Send {
    /// What is known of the track.
    fn info(&self) -> &TrackInfo;

    /// Whether it can deliver Opus packets, and the gain in 1/256 dB a decoder of them needs.
    fn packet_gain(&self) -> Option<i16> {
        None
    }

    /// Fills `piece`, which is empty, with at most 100 ms; `false` at the end.
    fn fill(&mut self, piece: &mut Piece, packets: bool) -> Result<bool, TrackError>;

    /// Makes `frame` the first frame of the next piece. Also after the end and after an error.
    fn seek(&mut self, frame: u64) -> Result<(), TrackError>;
}

/// An error with this text.
pub(crate) fn failed(message: impl Into<String>) -> TrackError {
    TrackError { message: message.into() }
}

//! Test signals as tracks. Frame n is a function of n alone (or of a state that can be computed for any n), so that seeks
//! are exact and nothing drifts.

use lavalink_exec::{Next, Piece, Track, TrackInfo};

/// Frames of one piece: 20 ms at 48 kHz.
const PIECE: u64 = 960;

/// A signal, both channels alike unless it says otherwise.
pub(super) trait Signal: Send {
    /// Name, as the codec of the track.
    fn name(&self) -> &'static str;

    /// Prepares to make `frame` next.
    fn go(&mut self, frame: u64);

    /// The next frame.
    fn next(&mut self) -> (f32, f32);
}

/// A track made of a signal.
pub(super) struct Generator<S> {
    signal: S,
    info: TrackInfo,
    at: u64,
}

impl<S: Signal> Generator<S> {
    /// `frames` of `signal` at `rate`, or no end of it.
    pub(super) fn new(signal: S, rate: u32, frames: Option<u64>) -> Self {
        let info = TrackInfo {
            rate,
            channels: 2,
            frames,
            seekable: true,
            codec: signal.name().into(),
            container: "generator".into(),
            ..TrackInfo::default()
        };
        Self { signal, info, at: 0 }
    }
}

impl<S: Signal> Track for Generator<S> {
    fn info(&self) -> Option<&TrackInfo> {
        Some(&self.info)
    }

    fn next(&mut self, piece: &mut Piece) -> Next {
        piece.clear();
        let n = self.info.frames.map_or(PIECE, |frames| frames.saturating_sub(self.at).min(PIECE));
        if n == 0 {
            return Next::End;
        }
        piece.frame = self.at;
        for _ in 0..n {
            let (left, right) = self.signal.next();
            piece.pcm.left.push(left);
            piece.pcm.right.push(right);
        }
        self.at += n;
        Next::Piece
    }

    fn seek(&mut self, frame: u64) {
        self.at = frame;
        self.signal.go(frame);
    }
}

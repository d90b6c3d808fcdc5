//! The drain of `wav` and `raw`: takes frames from the ring, cuts, converts and writes them.

use super::cut::Cut;
use super::sample::SampleFormat;
use super::tap::Frame;
use super::target::Target;
use super::wav_header::WavHeader;
use lavalink_exec::{Drain, SinkError};
use rtrb::Consumer;

/// Bytes gathered before they are written.
const CHUNK: usize = 64 * 1024;

/// Writes a ring of frames to a target, with a WAV header or without.
pub(crate) struct PcmFile {
    ring: Consumer<Frame>,
    cut: Cut,
    format: SampleFormat,
    target: Target,
    header: Option<WavHeader>,
    started: bool,
    frames: u64,
    bytes: Vec<u8>,
}

impl PcmFile {
    pub(crate) fn new(
        ring: Consumer<Frame>,
        cut: Cut,
        format: SampleFormat,
        target: Target,
        header: Option<WavHeader>,
    ) -> Self {
        Self { ring, cut, format, target, header, started: false, frames: 0, bytes: Vec::with_capacity(CHUNK * 2) }
    }

    /// Takes everything out of the ring; writes whole chunks, or all of it where `all` says so.
    fn pull(&mut self, all: bool) -> Result<(), SinkError> {
        if !self.started {
            self.started = true;
            if let Some(header) = &self.header {
                self.bytes.extend_from_slice(&header.bytes(None));
            }
        }
        // A chunk at a time, so that the buffer stays small however long the ring is.
        while let Ok(chunk) = self.ring.read_chunk(self.ring.slots().min(CHUNK / 8))
            && !chunk.is_empty()
        {
            let (first, second) = chunk.as_slices();
            for frames in [first, second] {
                let kept = &frames[self.cut.take(frames.len())];
                self.format.append(kept, &mut self.bytes);
                self.frames += kept.len() as u64;
            }
            chunk.commit_all();
            self.flush(CHUNK)?;
        }
        self.flush(if all { 1 } else { CHUNK })
    }

    fn flush(&mut self, least: usize) -> Result<(), SinkError> {
        if self.bytes.len() >= least {
            self.target.write(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }
}

impl Drain for PcmFile {
    fn drain(&mut self) -> Result<(), SinkError> {
        // A reader at the other end of a pipe wants the sound now; a file can wait for a chunk.
        self.pull(!self.target.seekable())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.pull(true)?;
        let Some(header) = &self.header else { return Ok(()) };
        if header.pads(self.frames) {
            self.target.write(&[0])?;
        }
        if self.target.seekable() { self.target.rewrite(&header.bytes(Some(self.frames))) } else { Ok(()) }
    }
}

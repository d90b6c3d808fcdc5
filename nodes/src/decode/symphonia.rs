//! Tracks that symphonia demuxes and decodes.
//!
//! The place of every decoded frame comes from the time stamp of its packet, frames outside the bounds told by the
//! container are dropped, and holes left by broken packets are filled with silence, so that frame n is always frame n. A
//! seek begins a little before its target, so that the decoder's history is as if it had played from the start.

use super::planes;
use super::symphonia_open::{Opened, decoder_for, explain, open};
use crate::demux::mp4_edit::Edit;
use crate::demux::{Body, Bytes, failed, read_error};
use lavalink_exec::{Pcm, Piece, Stereo, TrackError, TrackInfo};
use symphonia::core::errors::{Error, SeekErrorKind};
use symphonia::core::formats::{SeekMode, SeekTo};
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

/// Packets that may be broken one after the other before the track is given up.
const MAX_BROKEN: u32 = 100;

/// Longest hole filled with silence, in seconds; beyond it the file's clock is taken to be wrong.
const MAX_HOLE: i64 = 5;

/// A track of symphonia.
pub(crate) struct SymphoniaBody {
    bytes: Bytes,
    edit: Option<Edit>,
    opened: Opened,
    /// Decoded and not yet handed out.
    out: Pcm,
    /// Place of the first frame of `out`, or of the next one decoded.
    at: u64,
    /// Frames before this one are dropped.
    target: u64,
    ended: bool,
    /// Whether the demuxer must be made anew before it can be used again.
    spent: bool,
    broken: u32,
}

impl SymphoniaBody {
    /// Probes `bytes`.
    pub(crate) fn open(bytes: Bytes, edit: Option<Edit>) -> Result<Self, TrackError> {
        let opened = open(&bytes, edit)?;
        Ok(Self { bytes, edit, opened, out: Pcm::new(), at: 0, target: 0, ended: false, spent: false, broken: 0 })
    }

    fn rate(&self) -> i64 {
        i64::from(self.opened.info.rate)
    }

    /// Place on the track of time stamp `ts`; negative in front of it.
    fn frame_of(&self, ts: i64) -> i64 {
        let base = self.opened.base;
        let (numer, denom) = (i128::from(base.numer.get()), i128::from(base.denom.get()));
        let scaled = i128::from(ts) * i128::from(self.rate()) * numer;
        let rounded = (scaled + denom / 2).div_euclid(denom);
        i64::try_from(rounded).unwrap_or(i64::MAX / 2).saturating_sub(self.opened.start)
    }

    /// Decodes packets until there is pcm to hand out; `false` at the end.
    fn decode_some(&mut self) -> Result<bool, TrackError> {
        while self.out.is_empty() {
            if self.ended || self.opened.end.is_some_and(|end| self.at >= end) {
                return Ok(false);
            }
            match self.opened.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.opened.track => self.decode(&packet)?,
                Ok(Some(_)) => {}
                Ok(None) => self.finish(),
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => self.finish(),
                Err(Error::IoError(error)) => {
                    self.spent = true;
                    return Err(read_error(error));
                }
                Err(Error::ResetRequired) => self.next_link()?,
                Err(error) => {
                    self.spent = true;
                    self.count_broken(&error)?;
                }
            }
        }
        Ok(true)
    }

    fn finish(&mut self) {
        self.ended = true;
        self.spent = true;
    }

    /// A chained stream goes on with new parameters.
    fn next_link(&mut self) -> Result<(), TrackError> {
        let track = self.opened.format.first_track_known_codec(symphonia::core::formats::TrackType::Audio).cloned();
        let params = track.as_ref().and_then(|t| t.codec_params.as_ref()).and_then(|p| p.audio());
        let (Some(track), Some(params)) = (&track, params) else {
            self.finish();
            return Ok(());
        };
        if params.sample_rate != Some(self.opened.info.rate) {
            return Err(failed("the stream changes its sample rate in the middle, which cannot be played"));
        }
        self.opened.decoder = decoder_for(params).map_err(|error| explain(&error))?;
        self.opened.track = track.id;
        self.opened.start = -(self.at as i64);
        self.opened.end = None;
        Ok(())
    }

    fn count_broken(&mut self, error: &Error) -> Result<(), TrackError> {
        self.broken += 1;
        if self.broken < MAX_BROKEN {
            return Ok(());
        }
        self.spent = true;
        Err(failed(format!("{MAX_BROKEN} packets in a row are broken ({error}); the file is damaged")))
    }

    fn decode(&mut self, packet: &Packet) -> Result<(), TrackError> {
        let from = self.frame_of(packet.pts.get());
        let trim = packet.trim_start.get();
        let slack = self.opened.slack();
        let buffer = match self.opened.decoder.decode(packet) {
            Ok(buffer) => buffer,
            Err(Error::IoError(error)) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
                return Err(read_error(error));
            }
            Err(error) => return self.count_broken(&error),
        };
        self.broken = 0;
        let frames = buffer.frames() as i64;
        if frames == 0 {
            return Ok(());
        }
        let from = from.saturating_add(trim as i64);
        let at = self.at as i64;
        // Stamps of coarse clocks are off by a frame or so; only real gaps and overlaps count.
        let hole = if self.target > self.at || (from - at).abs() > slack { from - at } else { 0 };
        let from = at + hole;
        let begin = (self.target.max(self.at) as i64).saturating_sub(from).clamp(0, frames);
        let stop = self.opened.end.map_or(frames, |end| (end as i64).saturating_sub(from).clamp(0, frames));
        if stop <= begin {
            return Ok(());
        }
        let first = from + begin;
        let silent = first - self.target.max(self.at) as i64;
        self.at = self.at.max(self.target);
        if silent > 0 && silent <= MAX_HOLE * i64::from(self.opened.info.rate) {
            self.out.resize(silent as usize);
        } else {
            self.at = first as u64;
        }
        planes::append(&buffer, begin as usize, stop as usize, &mut self.out);
        Ok(())
    }

    /// Makes the demuxer anew, at the beginning.
    fn reopen(&mut self) -> Result<(), TrackError> {
        self.bytes.go(0).map_err(|_| failed("this source cannot seek back"))?;
        let info = std::mem::take(&mut self.opened.info);
        let reopened = open(&self.bytes, self.edit);
        match reopened {
            Ok(opened) => self.opened = Opened { info, ..opened },
            Err(error) => {
                self.opened.info = info;
                self.spent = true;
                return Err(error);
            }
        }
        self.spent = false;
        self.at = 0;
        Ok(())
    }

    /// Frames to decode before a seek's target until the decoder's history is right: the bit reservoir (511 bytes, at
    /// most 10 frames of 1,152), overlap and synthesis of mpeg audio; one block of overlap for the other transforms.
    fn history(&self) -> u64 {
        match self.opened.info.codec.as_str() {
            "mp1" | "mp2" | "mp3" => 16 * 1152,
            "vorbis" => 2 * 8192,
            name if name.starts_with("aac") => 4 * 1024,
            _ => 0,
        }
    }

    /// Sends the demuxer to `frame` or before it; `false` when only decoding from the start can help.
    fn jump(&mut self, frame: u64) -> Result<bool, TrackError> {
        let base = self.opened.base;
        let from = i128::from(frame) + i128::from(self.opened.start);
        let ticks = from * i128::from(base.denom.get()) / (i128::from(base.numer.get()) * i128::from(self.rate()));
        let Ok(ticks) = i64::try_from(ticks) else { return Ok(false) };
        let to = SeekTo::Timestamp { ts: Timestamp::new(ticks), track_id: self.opened.track };
        self.opened.decoder.reset();
        match self.opened.format.seek(SeekMode::Accurate, to) {
            Ok(seeked) => {
                let landed = self.frame_of(seeked.actual_ts.get());
                self.at = landed.max(0) as u64;
                Ok(landed <= frame as i64)
            }
            Err(Error::IoError(error)) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
                self.spent = true;
                Err(read_error(error))
            }
            Err(Error::SeekError(SeekErrorKind::OutOfRange)) if self.opened.end.is_none() => {
                self.finish();
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }
}

impl Opened {
    /// Frames by which a time stamp may be off because its clock is coarser than the sample rate.
    fn slack(&self) -> i64 {
        let ticks_per_second = self.base.denom.get() / self.base.numer.get().max(1);
        if ticks_per_second >= self.info.rate { 0 } else { i64::from(self.info.rate / ticks_per_second.max(1)) + 1 }
    }
}

impl Body for SymphoniaBody {
    fn info(&self) -> &TrackInfo {
        &self.opened.info
    }

    fn fill(&mut self, piece: &mut Piece, _packets: bool) -> Result<bool, TrackError> {
        if !self.decode_some()? {
            return Ok(false);
        }
        let n = self.out.len().min((self.opened.info.rate / 10).max(1) as usize);
        piece.frame = self.at;
        piece.pcm.extend(Stereo { left: &self.out.left[..n], right: &self.out.right[..n] });
        self.out.consume(n);
        self.at += n as u64;
        Ok(true)
    }

    fn seek(&mut self, frame: u64) -> Result<(), TrackError> {
        self.broken = 0;
        if (self.at..self.at + self.out.len() as u64).contains(&frame) {
            self.out.consume((frame - self.at) as usize);
            self.at = frame;
            return Ok(());
        }
        self.at += self.out.len() as u64;
        self.out.clear();
        if self.opened.end.is_some_and(|end| frame >= end) {
            self.ended = true;
            self.spent = true;
            self.target = frame;
            return Ok(());
        }
        // A little ahead, or far ahead where the source cannot seek: decode and drop.
        let near = frame >= self.at && (frame - self.at < 2 * self.rate() as u64 || !self.bytes.seekable());
        if self.spent || !near {
            if !self.bytes.seekable() {
                return Err(failed("this source cannot seek back"));
            }
            self.rewind_to(frame)?;
        }
        self.target = frame;
        Ok(())
    }
}

impl SymphoniaBody {
    /// Goes to `frame` or before it, by way of the beginning where need be.
    fn rewind_to(&mut self, frame: u64) -> Result<(), TrackError> {
        self.ended = false;
        if self.spent {
            self.reopen()?;
        }
        let from = frame.saturating_sub(self.history());
        // Seeking in ADPCM ends the stream; the first frames need the encoder's delay before them.
        let cannot = from == 0 || self.opened.info.codec.starts_with("adpcm");
        if cannot || !self.jump(from)? {
            self.reopen()?;
        }
        Ok(())
    }
}

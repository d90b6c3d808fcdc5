//! Bytes as demuxers want them: reads that wait, by suspending the fiber.

use super::fiber::Port;
use super::track::Word;
use crate::source::bytes::{ByteReader, Got, Origin};
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::sync::Arc;
use symphonia::core::io::MediaSource;

/// A read position in the bytes of a track. All clones read the same ring, so only one may be in use at a time: the next
/// one is rewound first.
#[derive(Clone)]
pub(crate) struct Bytes {
    ring: Arc<ByteReader>,
    port: Port<Word>,
    /// Bytes from the front of the source that are kept, see [`Bytes::keep_front`].
    front: Arc<[u8]>,
    position: u64,
    origin: Origin,
    length_hidden: bool,
}

impl Bytes {
    /// Waits for the source to open.
    pub(crate) fn new(ring: Arc<ByteReader>, port: Port<Word>) -> Result<Self> {
        let origin = loop {
            match ring.origin() {
                Some(origin) => break origin,
                None => port.say(Word::Pending),
            }
        };
        match ring.failure() {
            Some(message) => Err(Error::other(message)),
            None => Ok(Self { ring, port, front: Arc::new([]), position: 0, origin, length_hidden: false }),
        }
    }

    /// Length of the source in bytes, where known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.origin.length
    }

    /// Tells demuxers that the length is not known.
    pub(crate) fn hide_length(&mut self) {
        self.length_hidden = true;
    }

    /// Whether reading can go on anywhere.
    pub(crate) fn seekable(&self) -> bool {
        self.origin.seekable
    }

    /// Place of the next byte.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Goes to byte `to`.
    pub(crate) fn go(&mut self, to: u64) -> Result<()> {
        // The ring stands at the end of the front as long as reads are answered from there.
        if !self.ring.seek(to.max(self.front.len() as u64)) {
            return Err(Error::new(ErrorKind::Unsupported, "this source cannot seek back"));
        }
        self.position = to;
        Ok(())
    }

    /// Takes the first bytes of the source, read before, to be read again from memory: how sources that cannot seek are
    /// rewound after probing.
    pub(crate) fn keep_front(&mut self, front: Vec<u8>) -> Result<()> {
        self.front = front.into();
        self.go(self.front.len() as u64)?;
        self.position = 0;
        Ok(())
    }

    /// Reads as much of `buffer` as there is before the end, and returns how much.
    pub(crate) fn read_up_to(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(filled)
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if let Some(kept) =
            usize::try_from(self.position).ok().and_then(|at| self.front.get(at..)).filter(|k| !k.is_empty())
        {
            let n = kept.len().min(buffer.len());
            buffer[..n].copy_from_slice(&kept[..n]);
            self.position += n as u64;
            return Ok(n);
        }
        loop {
            match self.ring.read(buffer) {
                Got::Bytes(n) => {
                    self.position += n as u64;
                    return Ok(n);
                }
                Got::End => return Ok(0),
                Got::Pending => self.port.say(Word::Pending),
                Got::Failed(message) => return Err(Error::other(message)),
            }
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let target = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.origin.length.and_then(|length| length.checked_add_signed(by)),
        };
        let target = target.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "seek outside of the source"))?;
        self.go(target)?;
        Ok(target)
    }
}

impl MediaSource for Bytes {
    fn is_seekable(&self) -> bool {
        self.origin.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.origin.length.filter(|_| !self.length_hidden)
    }
}

//! Ogg Opus (RFC 7845): pages to packets with their places, chained links, seeking by bisection.

use super::body::{Body, failed};
use super::ogg_page::{Page, next_page};
use super::opus_head::{OpusHead, read_tags};
use super::{Bytes, read_error};
use crate::decode::{OpusBody, PacketSource, Stamp};
use crate::opus::PacketShape;
use lavalink_exec::{TrackError, TrackInfo};
use std::collections::VecDeque;

/// Bytes looked over for a page before the stream is given up.
const RESYNC: u64 = 1 << 20;
/// Longest packet collected, in bytes; more of it is dropped. Tags with pictures are the long ones.
const MAX_PACKET: usize = 1 << 20;
/// Bytes at the end of a file in which its last page is looked for.
const TAIL: u64 = 128 * 1024;
/// A stretch this short is read through instead of being halved again.
const SHORT: u64 = 48 * 1024;
/// Decoded before the target of a seek: 80 ms (RFC 7845, section 4.6).
const PRE_ROLL: u64 = 3840;

/// One link of a chain.
#[derive(Clone, Copy, Debug)]
struct Link {
    serial: u32,
    head: OpusHead,
    /// Granule position of the first frame decoded; not 0 where a live stream was joined.
    base: Option<u64>,
    /// Frames heard before this link, and frames decoded before it.
    pcm_start: u64,
    grid_start: u64,
}

/// A packet of the page that was read last: its bytes, its frames and where it begins, counted in the link.
struct Waiting {
    data: Vec<u8>,
    frames: u32,
    place: u64,
}

/// Packets of an Ogg Opus stream.
pub(crate) struct OggOpus {
    bytes: Bytes,
    link: Link,
    /// First link, and the byte its sound begins at: where seeks start.
    first: Link,
    audio_at: u64,
    chained: bool,
    partial: Vec<u8>,
    in_partial: bool,
    waiting: VecDeque<Waiting>,
    /// Where the next packet begins, counted in the link; unknown right after a seek.
    expected: Option<u64>,
    /// Where the link ends, counted in it, pre-skip included.
    end: Option<u64>,
    /// Whether history was lost before the next packet.
    fresh: bool,
    finished: bool,
}

/// Opens the track in `bytes`, which stand at the first page.
pub(crate) fn open(mut bytes: Bytes) -> Result<Box<dyn Body>, TrackError> {
    let broken = || failed("the headers of this Ogg Opus file are broken");
    let (page, _) = next_page(&mut bytes, RESYNC).map_err(read_error)?.ok_or_else(broken)?;
    let head = page.pieces().next().and_then(|(packet, _)| OpusHead::parse(packet)).ok_or_else(broken)??;
    let link = Link { serial: page.serial, head, base: None, pcm_start: 0, grid_start: 0 };
    let mut info = TrackInfo {
        rate: crate::opus::RATE,
        channels: u16::from(head.channels),
        frames: None,
        seekable: bytes.seekable(),
        pre_skip: u32::from(head.pre_skip),
        codec: "opus".into(),
        container: "ogg".into(),
        ..TrackInfo::default()
    };
    let mut source = OggOpus {
        bytes,
        link,
        first: link,
        audio_at: 0,
        chained: false,
        partial: Vec::new(),
        in_partial: false,
        waiting: VecDeque::new(),
        expected: Some(0),
        end: None,
        fresh: false,
        finished: false,
    };
    let tags = source.header_packet()?.ok_or_else(broken)?;
    read_tags(&tags, &mut info);
    source.audio_at = source.bytes.position();
    source.read_packets()?;
    source.first = source.link;
    let here = source.bytes.position();
    if source.bytes.seekable() {
        info.frames = source.length().map_err(read_error)?;
        source.bytes.go(here).map_err(read_error)?;
    }
    let plain = source.waiting.front().is_some_and(|packet| packet.frames == 960) && head.gain == 0;
    Ok(Box::new(OpusBody::new(source, info, head.gain, plain)?))
}

impl OggOpus {
    /// The next page, of any stream.
    fn page(&mut self) -> Result<Option<Page>, TrackError> {
        Ok(next_page(&mut self.bytes, RESYNC).map_err(read_error)?.map(|(page, _)| page))
    }

    /// The second header packet, which ends its page.
    fn header_packet(&mut self) -> Result<Option<Vec<u8>>, TrackError> {
        let mut packet = Vec::new();
        for _ in 0..4096 {
            let Some(page) = self.page()? else { return Ok(None) };
            if page.serial != self.link.serial {
                continue;
            }
            for (piece, ends) in page.pieces() {
                let room = MAX_PACKET - packet.len().min(MAX_PACKET);
                packet.extend_from_slice(&piece[..piece.len().min(room)]);
                if ends {
                    return Ok(Some(packet));
                }
            }
        }
        Ok(None)
    }

    /// Frames to be heard, from the granule position of the last page. `None` for chains, whose other links are not
    /// known, and where no last page is found.
    fn length(&mut self) -> std::io::Result<Option<u64>> {
        let Some(length) = self.bytes.length() else { return Ok(None) };
        self.bytes.go(length.saturating_sub(TAIL).max(self.audio_at))?;
        let mut last = None;
        while let Some((page, _)) = next_page(&mut self.bytes, TAIL)? {
            if page.serial != self.link.serial {
                self.chained = true;
            } else if page.granule.is_some() {
                last = page.granule;
            }
        }
        let heard = last.map(|granule| granule.saturating_sub(self.link.base.unwrap_or(0)));
        Ok(heard.filter(|_| !self.chained).map(|frames| frames.saturating_sub(u64::from(self.link.head.pre_skip))))
    }

    /// Reads pages until packets wait or the stream is over.
    fn read_packets(&mut self) -> Result<(), TrackError> {
        while self.waiting.is_empty() && !self.finished {
            let Some(page) = self.page()? else {
                self.finished = true;
                return Ok(());
            };
            if page.first() {
                self.begin_link(&page)?;
            } else if page.serial == self.link.serial {
                self.take_page(&page);
            }
        }
        Ok(())
    }

    /// A page begins another link; anything but Opus in it is left out.
    fn begin_link(&mut self, page: &Page) -> Result<(), TrackError> {
        let Some(head) = page.pieces().next().and_then(|(packet, _)| OpusHead::parse(packet)) else { return Ok(()) };
        let head = head?;
        let decoded = self.expected.unwrap_or(0);
        let heard = self.end.unwrap_or(decoded).saturating_sub(u64::from(self.link.head.pre_skip));
        self.link = Link {
            serial: page.serial,
            head,
            base: None,
            pcm_start: self.link.pcm_start + heard,
            grid_start: self.link.grid_start + decoded,
        };
        self.chained = true;
        self.partial.clear();
        self.in_partial = false;
        self.expected = Some(0);
        self.end = None;
        self.fresh = true;
        self.header_packet()?;
        Ok(())
    }

    /// Collects the packets that end on `page` and places them by its granule position.
    fn take_page(&mut self, page: &Page) {
        if page.continued() != self.in_partial {
            // A page is missing: what was begun is lost, and so is a packet whose beginning was not seen.
            self.partial.clear();
            self.fresh |= self.in_partial;
        }
        let mut orphan = page.continued() && !self.in_partial;
        self.in_partial = false;
        let before = self.waiting.len();
        let mut total = 0;
        for (piece, ends) in page.pieces() {
            if !orphan {
                let room = MAX_PACKET - self.partial.len().min(MAX_PACKET);
                self.partial.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            self.in_partial = !ends && !orphan;
            if ends {
                let data = std::mem::take(&mut self.partial);
                if let Some(shape) = PacketShape::of(&data).filter(|_| !orphan) {
                    total += u64::from(shape.frames);
                    self.waiting.push_back(Waiting { data, frames: shape.frames, place: 0 });
                }
                orphan = false;
            }
        }
        let begin = self.place_page(page, total);
        let mut place = begin;
        for waiting in self.waiting.iter_mut().skip(before) {
            waiting.place = place;
            place += u64::from(waiting.frames);
        }
        self.expected = Some(place);
    }

    /// Where the first packet ending on `page` begins, and what the page says of the end.
    fn place_page(&mut self, page: &Page, total: u64) -> u64 {
        let Some(granule) = page.granule else { return self.expected.unwrap_or(0) };
        let base = *self.link.base.get_or_insert_with(|| if page.last() { 0 } else { granule.saturating_sub(total) });
        let end = granule.saturating_sub(base);
        if page.last() {
            self.end = Some(end);
        }
        match self.expected {
            // Only the last page may say less than its packets hold; more means that pages were lost.
            Some(expected) if end <= expected + total => expected,
            Some(_) => {
                self.fresh = true;
                end - total
            }
            None => end.saturating_sub(total),
        }
    }

    /// Byte of a page from which reading reaches granule position `wanted` soon, by bisection over the file.
    fn find(&mut self, wanted: u64) -> std::io::Result<u64> {
        let (mut low, mut high) = (self.audio_at, self.bytes.length().unwrap_or(self.audio_at));
        while high.saturating_sub(low) > SHORT {
            let middle = low + (high - low) / 2;
            self.bytes.go(middle)?;
            let mut found = None;
            while let Some((page, at)) = next_page(&mut self.bytes, RESYNC)? {
                if at >= high {
                    break;
                }
                if let Some(granule) = page.granule.filter(|_| page.serial == self.first.serial) {
                    found = Some((granule, at));
                    break;
                }
            }
            match found {
                Some((granule, at)) if granule <= wanted && at > low => low = at,
                _ => high = middle,
            }
        }
        Ok(low)
    }
}

impl PacketSource for OggOpus {
    fn next(&mut self, packet: &mut Vec<u8>) -> Result<Option<Stamp>, TrackError> {
        self.read_packets()?;
        let Some(waiting) = self.waiting.pop_front() else { return Ok(None) };
        *packet = waiting.data;
        let pre_skip = u64::from(self.link.head.pre_skip);
        Ok(Some(Stamp {
            pcm: (self.link.pcm_start + waiting.place) as i64 - pre_skip as i64,
            grid: self.link.grid_start + waiting.place,
            // Nothing before the link's own beginning may be heard of it.
            first: self.link.pcm_start,
            end: self.end.map(|end| self.link.pcm_start + end.saturating_sub(pre_skip)),
            fresh: std::mem::take(&mut self.fresh),
        }))
    }

    fn seek(&mut self, frame: u64) -> Result<(), TrackError> {
        if !self.bytes.seekable() {
            return Err(failed("this source cannot seek back"));
        }
        self.link = self.first;
        let base = self.link.base.unwrap_or(0);
        let wanted = base.saturating_add(frame).saturating_sub(PRE_ROLL);
        let at = if self.chained || wanted <= base { self.audio_at } else { self.find(wanted).map_err(read_error)? };
        self.bytes.go(at).map_err(read_error)?;
        self.partial.clear();
        self.in_partial = false;
        self.waiting.clear();
        self.expected = (at == self.audio_at).then_some(0);
        self.end = None;
        self.fresh = true;
        self.finished = false;
        Ok(())
    }
}

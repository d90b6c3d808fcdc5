//! The part of an mp4 file that says which of its frames are meant to be heard.
//!
//! AAC encoders put priming frames in front and padding behind; the edit list (ISO/IEC 14496-12, 8.6.6) or iTunes'
//! `iTunSMPB` tag says how many. The demuxer used for mp4 knows neither, so they are read here, before it starts.

use super::Bytes;
use std::io::{Error, Result};

/// Largest `moov` box read, in bytes.
const MAX_MOOV: u64 = 16 * 1024 * 1024;

/// Most boxes looked at on the top level.
const MAX_BOXES: usize = 64;

/// What is meant to be heard of the sound track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Ticks to leave out in front.
    pub(crate) start: u64,
    /// Ticks to play after that, where the file says so exactly.
    pub(crate) length: Option<u64>,
    /// Ticks per second.
    pub(crate) timescale: u32,
}

/// Reads the edit of the first sound track and rewinds. `None` when there is none or it lies behind the sound of a source
/// that cannot seek.
pub(crate) fn read(bytes: &mut Bytes) -> Result<Option<Edit>> {
    let mut front = Vec::new();
    let mut moov = None;
    let mut at = 0u64;
    for _ in 0..MAX_BOXES {
        let mut head = [0; 16];
        let n = bytes.read_up_to(&mut head[..8])?;
        front.extend_from_slice(&head[..n]);
        if n < 8 {
            break;
        }
        let mut size = u64::from(be32(&head, 0).unwrap_or(0));
        let mut head_size = 8;
        if size == 1 {
            let n = bytes.read_up_to(&mut head[8..])?;
            front.extend_from_slice(&head[8..8 + n]);
            size = be64(&head, 8).unwrap_or(0);
            head_size = 16;
        }
        if size < head_size {
            break;
        }
        let name = &head[4..8];
        let wanted = name == b"moov";
        if wanted && size > MAX_MOOV {
            return Err(Error::other("the index of this mp4 file is larger than 16 MiB"));
        }
        if wanted || (!bytes.seekable() && name != b"mdat" && size <= MAX_MOOV) {
            let mut body = Vec::new();
            read_some(bytes, (size - head_size) as usize, &mut body)?;
            front.extend_from_slice(&body);
            if wanted {
                moov = Some(body);
                break;
            }
        } else if !bytes.seekable() {
            break;
        }
        let Some(next) = at.checked_add(size) else { break };
        at = next;
        if bytes.seekable() {
            if bytes.length().is_some_and(|length| at >= length) {
                break;
            }
            bytes.go(at)?;
        }
    }
    if bytes.seekable() {
        bytes.go(0)?;
    } else {
        bytes.keep_front(front)?;
    }
    Ok(moov.and_then(|moov| edit_of(&moov)))
}

/// Reads up to `size` bytes, growing as they come, so that a false size costs no memory.
fn read_some(bytes: &mut Bytes, size: usize, into: &mut Vec<u8>) -> Result<()> {
    let mut chunk = [0; 4096];
    while into.len() < size {
        let want = chunk.len().min(size - into.len());
        let n = bytes.read_up_to(&mut chunk[..want])?;
        into.extend_from_slice(&chunk[..n]);
        if n < want {
            break;
        }
    }
    Ok(())
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// The boxes inside `body`: name and content.
fn boxes(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let mut size = be32(rest, 0)? as usize;
        let name = rest.get(4..8)?;
        let mut from = 8;
        if size == 1 {
            size = usize::try_from(be64(rest, 8)?).ok()?;
            from = 16;
        } else if size == 0 {
            size = rest.len();
        }
        let content = rest.get(from..size.min(rest.len()))?;
        rest = rest.get(size..).unwrap_or(&[]);
        Some((name, content))
    })
}

fn child<'a>(body: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    boxes(body).find(|(n, _)| *n == name).map(|(_, content)| content)
}

fn edit_of(moov: &[u8]) -> Option<Edit> {
    let movie_scale = child(moov, b"mvhd").and_then(timescale)?;
    let sound = boxes(moov).filter(|(name, _)| *name == b"trak").map(|(_, trak)| trak).find(|trak| {
        child(trak, b"mdia").and_then(|m| child(m, b"hdlr")).and_then(|h| h.get(8..12)) == Some(b"soun")
    })?;
    let mdia = child(sound, b"mdia")?;
    let scale = child(mdia, b"mdhd").and_then(timescale)?;
    if let Some((start, length)) = itunes(moov) {
        return Some(Edit { start, length: Some(length), timescale: scale });
    }
    let (duration, start) = first_edit(child(child(sound, b"edts")?, b"elst")?)?;
    let total = child(mdia, b"minf").and_then(|m| child(m, b"stbl")).and_then(|s| child(s, b"stts")).map(ticks_of);
    let length = length_of(duration, movie_scale, scale, start, total);
    Some(Edit { start, length, timescale: scale })
}

/// Length in media ticks of an edit of `duration` movie ticks. The movie's clock is usually a coarse one, in which case
/// the table of samples (`total` ticks) says the same more precisely.
fn length_of(duration: u64, movie_scale: u32, scale: u32, start: u64, total: Option<u64>) -> Option<u64> {
    let coarse = u128::from(duration) * u128::from(scale) / u128::from(movie_scale);
    let coarse = u64::try_from(coarse).ok().filter(|c| *c > 0);
    let rest = total.and_then(|t| t.checked_sub(start)).filter(|r| *r > 0);
    let tick = u64::from(scale / movie_scale + 1);
    match (coarse, rest) {
        (Some(coarse), Some(rest)) if coarse.abs_diff(rest) <= tick => Some(rest),
        (Some(coarse), _) => Some(coarse),
        (None, rest) => rest,
    }
}

/// Sum of a time-to-sample table.
fn ticks_of(stts: &[u8]) -> u64 {
    let entries = stts.get(8..).unwrap_or(&[]).chunks_exact(8);
    entries.fold(0u64, |sum, e| {
        let (count, delta) = (be32(e, 0).unwrap_or(0), be32(e, 4).unwrap_or(0));
        sum.saturating_add(u64::from(count) * u64::from(delta))
    })
}

/// Timescale of an `mvhd` or `mdhd` box.
fn timescale(head: &[u8]) -> Option<u32> {
    let at = if head.first() == Some(&1) { 20 } else { 12 };
    be32(head, at).filter(|scale| *scale > 0)
}

/// Duration and media time of the first edit that plays something.
fn first_edit(elst: &[u8]) -> Option<(u64, u64)> {
    let long = elst.first() == Some(&1);
    let size = if long { 20 } else { 12 };
    elst.get(8..)?.chunks_exact(size).take(16).find_map(|entry| {
        let (duration, time) = if long {
            (be64(entry, 0)?, be64(entry, 8)? as i64)
        } else {
            (u64::from(be32(entry, 0)?), i64::from(be32(entry, 4)? as i32))
        };
        u64::try_from(time).ok().map(|time| (duration, time))
    })
}

/// Priming and length from iTunes' tag: hexadecimal words, the second the priming, the fourth the length.
fn itunes(moov: &[u8]) -> Option<(u64, u64)> {
    let udta = child(moov, b"udta")?;
    let name = udta.windows(8).position(|w| w == b"iTunSMPB")?;
    let data = udta.get(name..udta.len().min(name + 64))?.windows(4).position(|w| w == b"data")?;
    let text = udta.get(name + data + 12..)?;
    let text = std::str::from_utf8(&text[..text.len().min(72)]).ok()?;
    let mut words = text.split_ascii_whitespace().skip(1).map(|w| u64::from_str_radix(w, 16).ok());
    let start = words.next()??;
    words.next()?;
    let length = words.next()??;
    (length > 0 && start < 1 << 20).then_some((start, length))
}

#[cfg(test)]
mod tests {
    use super::{boxes, edit_of, first_edit, length_of};

    #[test]
    fn a_coarse_movie_clock_is_refined_by_the_sample_table() {
        assert_eq!(length_of(180_000, 1000, 44_100, 1024, Some(7_938_000 + 1024)), Some(7_938_000));
        assert_eq!(length_of(179_999, 1000, 44_100, 1024, Some(7_938_000 + 1024)), Some(7_938_000));
        assert_eq!(length_of(90_000, 1000, 44_100, 1024, Some(7_938_000 + 1024)), Some(3_969_000));
        assert_eq!(length_of(0, 1000, 44_100, 1024, None), None);
    }

    #[test]
    fn an_empty_edit_is_passed_over() {
        let mut elst = vec![0, 0, 0, 0, 0, 0, 0, 2];
        elst.extend_from_slice(&[0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0]);
        elst.extend_from_slice(&[0, 0, 0, 5, 0, 0, 4, 0, 0, 1, 0, 0]);
        assert_eq!(first_edit(&elst), Some((5, 1024)));
    }

    #[test]
    fn broken_boxes_end_the_search() {
        assert_eq!(boxes(&[0, 0, 0, 3, b'a', b'b', b'c', b'd']).count(), 0);
        assert_eq!(boxes(&[0xff; 40]).count(), 1);
        assert_eq!(edit_of(&[0; 100]), None);
        let mut random = 3u32;
        for _ in 0..2000 {
            let junk: Vec<u8> = (0..200)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (random >> 24) as u8
                })
                .collect();
            let _ = edit_of(&junk);
        }
    }
}

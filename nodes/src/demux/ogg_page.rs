//! Pages of an Ogg stream (RFC 3533, section 6).

use super::Bytes;
use std::io::Result;

/// Flag of a page that begins in the middle of a packet.
const CONTINUED: u8 = 1;
/// Flag of the first page of a logical stream.
const FIRST: u8 = 2;
/// Flag of the last page of a logical stream.
const LAST: u8 = 4;

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    flags: u8,
    /// Position at the end of the last packet that ends here; `None` when none ends here.
    pub(crate) granule: Option<u64>,
    /// Which logical stream it belongs to.
    pub(crate) serial: u32,
    /// Number of the page in its stream.
    pub(crate) sequence: u32,
    lacing: Vec<u8>,
    body: Vec<u8>,
}

impl Page {
    /// Whether it begins in the middle of a packet.
    pub(crate) fn continued(&self) -> bool {
        self.flags & CONTINUED != 0
    }

    /// Whether it begins a logical stream.
    pub(crate) fn first(&self) -> bool {
        self.flags & FIRST != 0
    }

    /// Whether it ends its logical stream.
    pub(crate) fn last(&self) -> bool {
        self.flags & LAST != 0
    }

    /// The pieces of packets in it, and whether the packet ends with the piece.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let (mut lacing, mut body) = (&self.lacing[..], &self.body[..]);
        std::iter::from_fn(move || {
            if lacing.is_empty() {
                return None;
            }
            let end = lacing.iter().position(|size| *size < 255);
            let (segments, rest) = lacing.split_at(end.map_or(lacing.len(), |end| end + 1));
            let size: usize = segments.iter().map(|size| usize::from(*size)).sum();
            let (piece, after) = body.split_at(size.min(body.len()));
            (lacing, body) = (rest, after);
            Some((piece, end.is_some()))
        })
    }
}

/// Reads the next whole page whose checksum is right, looking for it over at most `within` bytes. `None` at the end or
/// when there is none. Returns the page and the byte it begins at.
pub(crate) fn next_page(bytes: &mut Bytes, within: u64) -> Result<Option<(Page, u64)>> {
    let limit = bytes.position().saturating_add(within);
    let mut window = [0u8; 4];
    let mut held = 0;
    while bytes.position() < limit {
        let n = bytes.read_up_to(&mut window[held..])?;
        if held + n < 4 {
            return Ok(None);
        }
        if &window != b"OggS" {
            // A capture pattern may begin at any later byte of the window.
            let keep = (1..4).find(|at| b"OggS".starts_with(&window[*at..])).unwrap_or(4);
            window.copy_within(keep.., 0);
            held = 4 - keep;
            continue;
        }
        let begin = bytes.position() - 4;
        let mut page = Page::default();
        if read_rest(bytes, &mut page)? {
            return Ok(Some((page, begin)));
        }
        // Not a page after all, or a broken one: go on right behind the pattern where that is possible.
        let _ = bytes.go(begin + 4);
        held = 0;
    }
    Ok(None)
}

/// Reads what follows the capture pattern; `false` when that is no whole page.
fn read_rest(bytes: &mut Bytes, page: &mut Page) -> Result<bool> {
    let mut head = [0; 27];
    head[..4].copy_from_slice(b"OggS");
    if bytes.read_up_to(&mut head[4..])? < 23 || head[4] != 0 {
        return Ok(false);
    }
    page.flags = head[5];
    let granule = u64::from_le_bytes(head[6..14].try_into().unwrap_or_default());
    page.granule = (granule < 1 << 62).then_some(granule);
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    page.serial = word(14);
    page.sequence = word(18);
    let checksum = word(22);
    page.lacing.resize(usize::from(head[26]), 0);
    if bytes.read_up_to(&mut page.lacing)? < page.lacing.len() {
        return Ok(false);
    }
    let size = page.lacing.iter().map(|size| usize::from(*size)).sum();
    page.body.resize(size, 0);
    if bytes.read_up_to(&mut page.body)? < size {
        return Ok(false);
    }
    head[22..26].fill(0);
    let sum = crc(crc(crc(0, &head), &page.lacing), &page.body);
    Ok(sum == checksum)
}

/// The checksum of Ogg: CRC-32 with the polynomial 0x04c11db7, not reflected, starting at 0.
fn crc(start: u32, bytes: &[u8]) -> u32 {
    static TABLE: [u32; 256] = table();
    bytes.iter().fold(start, |crc, byte| (crc << 8) ^ TABLE[usize::from((crc >> 24) as u8 ^ byte)])
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000_0000 == 0 { crc << 1 } else { (crc << 1) ^ 0x04c1_1db7 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Page, crc};

    #[test]
    fn the_checksum_is_the_known_one() {
        // Check value of CRC-32/MPEG-2 with an initial value of 0.
        assert_eq!(crc(0, b"123456789"), 0x89a1_897f);
    }

    #[test]
    fn lacing_splits_packets() {
        let page = Page { lacing: vec![255, 3, 0, 255], body: vec![7; 513], ..Page::default() };
        let pieces: Vec<(usize, bool)> = page.pieces().map(|(p, end)| (p.len(), end)).collect();
        assert_eq!(pieces, [(258, true), (0, true), (255, false)]);
    }
}

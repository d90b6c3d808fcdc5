//! Ogg pages (RFC 3533): packs packets of one logical stream into pages with granule positions and checksums.

/// Most packets of a page: a second of 20 ms packets.
const PACKETS: usize = 50;

/// Segments a page holds.
const SEGMENTS: usize = 255;

/// Flags of a page's header.
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// Offset of the checksum in a page.
const CHECKSUM: usize = 22;

/// A page in the making. Packets never span pages, which Opus packets, at most 1,275 bytes per 20 ms, never need to.
#[derive(Debug)]
pub(crate) struct OggWriter {
    serial: u32,
    sequence: u32,
    lacing: Vec<u8>,
    body: Vec<u8>,
    packets: usize,
    granule: u64,
}

impl OggWriter {
    pub(crate) fn new(serial: u32) -> Self {
        Self { serial, sequence: 0, lacing: Vec::new(), body: Vec::new(), packets: 0, granule: 0 }
    }

    /// Adds a packet that ends at `granule`. The page before is appended to `out` where this one does not fit.
    pub(crate) fn packet(&mut self, data: &[u8], granule: u64, out: &mut Vec<u8>) {
        let segments = data.len() / SEGMENTS + 1;
        if self.packets == PACKETS || self.lacing.len() + segments > SEGMENTS {
            self.page(false, out);
        }
        self.lacing.resize(self.lacing.len() + data.len() / SEGMENTS, 255);
        self.lacing.push((data.len() % SEGMENTS) as u8);
        self.body.extend_from_slice(data);
        self.packets += 1;
        self.granule = granule;
    }

    /// Ends the page, and with `last` the stream, and appends it to `out`.
    pub(crate) fn page(&mut self, last: bool, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(b"OggS\0");
        out.push(if self.sequence == 0 { FIRST } else { 0 } | if last { LAST } else { 0 });
        out.extend_from_slice(&self.granule.to_le_bytes());
        out.extend_from_slice(&self.serial.to_le_bytes());
        out.extend_from_slice(&self.sequence.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.push(self.lacing.len() as u8);
        out.append(&mut self.lacing);
        out.append(&mut self.body);
        let sum = checksum(&out[start..]);
        out[start + CHECKSUM..start + CHECKSUM + 4].copy_from_slice(&sum.to_le_bytes());
        self.sequence += 1;
        self.packets = 0;
    }

    /// Moves the end of the page in the making, for a stream that ends within its last packet.
    pub(crate) fn end_at(&mut self, granule: u64) {
        self.granule = granule;
    }
}

/// The checksum of a page whose own checksum is zero: CRC-32 with polynomial 04c11db7, unreflected, no final inversion.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| (sum << 8) ^ TABLE[usize::from((sum >> 24) as u8 ^ byte)])
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut sum = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum >> 31 == 1 { (sum << 1) ^ 0x04c1_1db7 } else { sum << 1 };
            bit += 1;
        }
        table[i] = sum;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_rfc() {
        // CRC-32 "cksum" family without length and inversion: check value of 123456789 with init 0.
        assert_eq!(checksum(b"123456789"), 0x89a1_897f);
    }

    #[test]
    fn packets_of_any_length_are_laced() {
        for length in [0, 1, 254, 255, 256, 510, 1_275] {
            let (mut writer, mut out) = (OggWriter::new(7), Vec::new());
            writer.packet(&vec![9; length], 960, &mut out);
            writer.page(true, &mut out);
            let segments = usize::from(out[26]);
            let total: usize = out[27..27 + segments].iter().map(|s| usize::from(*s)).sum();
            assert_eq!((total, out.len()), (length, 27 + segments + length));
            assert!(out[26 + segments] < 255, "the last segment ends the packet");
        }
    }

    #[test]
    fn a_page_never_holds_more_segments_than_its_header_can_count() {
        let (mut writer, mut out) = (OggWriter::new(7), Vec::new());
        for i in 0..200 {
            writer.packet(&[0; 1_275], i * 960, &mut out);
        }
        writer.page(true, &mut out);
        let (mut at, mut packets) = (0, 0);
        while at < out.len() {
            assert_eq!(&out[at..at + 4], b"OggS");
            let lacing = &out[at + 27..at + 27 + usize::from(out[at + 26])];
            packets += lacing.iter().filter(|s| **s < 255).count();
            at += 27 + lacing.len() + lacing.iter().map(|s| usize::from(*s)).sum::<usize>();
        }
        assert_eq!(packets, 200);
    }
}

//! The header of a WAV file, and RF64 beyond 4 GiB (EBU Tech 3306: the `JUNK` chunk kept free becomes `ds64`).

use super::sample::SampleFormat;

const CHANNELS: u64 = 2;

/// `WAVE_FORMAT_PCM` and `WAVE_FORMAT_IEEE_FLOAT`.
const PCM: u16 = 1;
const FLOAT: u16 = 3;

/// Bytes of the body of `ds64` without a table.
const DS64: usize = 28;

/// What the header says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WavHeader {
    /// Frames per second.
    pub(crate) rate: u32,
    /// How samples are stored.
    pub(crate) format: SampleFormat,
    /// Whether room for RF64 lengths is kept: only where they can be filled in at the end.
    pub(crate) seekable: bool,
}

impl WavHeader {
    /// The header for `frames` frames; without a number, the largest lengths, as is usual for streams. All headers of
    /// one value are of the same length.
    pub(crate) fn bytes(&self, frames: Option<u64>) -> Vec<u8> {
        let frame = self.format.bytes() as u64 * CHANNELS;
        let data = frames.map(|frames| frames * frame);
        let head = self.head() as u64;
        let riff = data.map(|data| head - 8 + data + data % 2);
        let big = riff.is_some_and(|riff| riff > u64::from(u32::MAX) - 1);
        let short = |n: Option<u64>| match n {
            Some(n) if !big => n as u32,
            _ => u32::MAX,
        };

        let mut out = Vec::with_capacity(self.head());
        chunk(&mut out, if big { b"RF64" } else { b"RIFF" }, short(riff));
        out.extend_from_slice(b"WAVE");
        if self.seekable {
            chunk(&mut out, if big { b"ds64" } else { b"JUNK" }, DS64 as u32);
            let lengths = [riff, data, frames].map(|n| if big { n.unwrap_or(0) } else { 0 });
            lengths.iter().for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
            out.extend_from_slice(&[0; 4]);
        }
        let float = self.format == SampleFormat::F32;
        chunk(&mut out, b"fmt ", if float { 18 } else { 16 });
        out.extend_from_slice(&(if float { FLOAT } else { PCM }).to_le_bytes());
        out.extend_from_slice(&(CHANNELS as u16).to_le_bytes());
        out.extend_from_slice(&self.rate.to_le_bytes());
        out.extend_from_slice(&(self.rate * frame as u32).to_le_bytes());
        out.extend_from_slice(&(frame as u16).to_le_bytes());
        out.extend_from_slice(&self.format.bits().to_le_bytes());
        if float {
            out.extend_from_slice(&[0; 2]);
            chunk(&mut out, b"fact", 4);
            out.extend_from_slice(&short(frames).to_le_bytes());
        }
        chunk(&mut out, b"data", short(data));
        out
    }

    /// Whether a byte must follow the samples, because chunks are of even length.
    pub(crate) fn pads(&self, frames: u64) -> bool {
        frames * self.format.bytes() as u64 * CHANNELS % 2 == 1
    }

    fn head(&self) -> usize {
        let fmt = if self.format == SampleFormat::F32 { 8 + 18 + 12 } else { 8 + 16 };
        12 + if self.seekable { 8 + DS64 } else { 0 } + fmt + 8
    }
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], length: u32) {
    out.extend_from_slice(name);
    out.extend_from_slice(&length.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u32_at(bytes: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
    }

    fn find(bytes: &[u8], name: &[u8; 4]) -> usize {
        bytes.windows(4).position(|w| w == name).expect("chunk is there") + 4
    }

    #[test]
    fn lengths_count_the_bytes_that_follow_them() {
        for format in [SampleFormat::F32, SampleFormat::S16, SampleFormat::S24, SampleFormat::S32] {
            let header = WavHeader { rate: 48_000, format, seekable: true };
            let bytes = header.bytes(Some(100));
            let data = 200 * format.bytes() as u32;
            assert_eq!(bytes.len(), header.bytes(None).len());
            assert_eq!(u32_at(&bytes, 4), bytes.len() as u32 - 8 + data);
            assert_eq!(u32_at(&bytes, bytes.len() - 4), data);
        }
    }

    #[test]
    fn beyond_four_gib_it_is_rf64_with_the_lengths_in_ds64() {
        let header = WavHeader { rate: 48_000, format: SampleFormat::F32, seekable: true };
        let frames = 1u64 << 30;
        let bytes = header.bytes(Some(frames));
        assert_eq!(&bytes[..4], b"RF64");
        assert_eq!(u32_at(&bytes, 4), u32::MAX);
        assert_eq!(&bytes[12..16], b"ds64");
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        assert_eq!(long(20), bytes.len() as u64 - 8 + frames * 8);
        assert_eq!((long(28), long(36)), (frames * 8, frames));
        assert_eq!(u32_at(&bytes, find(&bytes, b"data")), u32::MAX);
    }

    #[test]
    fn the_last_length_that_fits_stays_plain() {
        let header = WavHeader { rate: 48_000, format: SampleFormat::S16, seekable: true };
        let head = header.bytes(Some(0)).len() as u64;
        let most = (u64::from(u32::MAX) - 1 - (head - 8)) / 4;
        assert_eq!(&header.bytes(Some(most))[..4], b"RIFF");
        assert_eq!(&header.bytes(Some(most + 1))[..4], b"RF64");
    }

    #[test]
    fn a_stream_says_that_its_length_is_unknown() {
        let bytes = WavHeader { rate: 48_000, format: SampleFormat::S16, seekable: false }.bytes(None);
        assert_eq!(bytes.len(), 44);
        assert_eq!((u32_at(&bytes, 4), u32_at(&bytes, 40)), (u32::MAX, u32::MAX));
    }
}

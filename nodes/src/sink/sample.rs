//! Sample formats of files and pipes: f32 to little-endian bytes.

use super::tap::Frame;

/// How a sample is stored, always little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SampleFormat {
    /// 32-bit float, bit for bit what the graph made.
    F32,
    /// 16-bit integer.
    S16,
    /// 24-bit integer in three bytes.
    S24,
    /// 32-bit integer.
    S32,
}

impl SampleFormat {
    /// Bytes of one sample.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::S16 => 2,
            Self::S24 => 3,
            Self::F32 | Self::S32 => 4,
        }
    }

    /// Bits of one sample.
    pub(crate) fn bits(self) -> u16 {
        self.bytes() as u16 * 8
    }

    /// Appends `frames`, interleaved. Integers are rounded to the nearest, ties to even, and clipped; full scale is
    /// 2^(bits − 1), so that -1.0 is the smallest integer and integers survive the way to f32 and back.
    pub(crate) fn append(self, frames: &[Frame], bytes: &mut Vec<u8>) {
        let samples = frames.as_flattened();
        bytes.reserve(samples.len() * self.bytes());
        match self {
            Self::F32 => samples.iter().for_each(|s| bytes.extend_from_slice(&s.to_le_bytes())),
            Self::S16 => samples.iter().for_each(|s| bytes.extend_from_slice(&(integer(*s, 15) as i16).to_le_bytes())),
            Self::S24 => samples.iter().for_each(|s| bytes.extend_from_slice(&integer(*s, 23).to_le_bytes()[..3])),
            Self::S32 => samples.iter().for_each(|s| bytes.extend_from_slice(&integer(*s, 31).to_le_bytes())),
        }
    }
}

/// A sample as an integer with full scale 2^`bits`; NaN is 0.
fn integer(sample: f32, bits: u32) -> i32 {
    let scale = f64::from(1u32 << bits);
    (f64::from(sample) * scale).round_ties_even().clamp(-scale, scale - 1.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(format: SampleFormat, frame: Frame) -> Vec<u8> {
        let mut out = Vec::new();
        format.append(&[frame], &mut out);
        out
    }

    #[test]
    fn full_scale_and_beyond_are_clipped() {
        assert_eq!(bytes(SampleFormat::S16, [1.0, -1.0]), [0xff, 0x7f, 0x00, 0x80]);
        assert_eq!(bytes(SampleFormat::S24, [2.0, -2.0]), [0xff, 0xff, 0x7f, 0x00, 0x00, 0x80]);
        assert_eq!(bytes(SampleFormat::S32, [f32::INFINITY, f32::NAN]), [0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]);
    }

    #[test]
    fn integers_survive_the_way_through_f32() {
        for i in i16::MIN..=i16::MAX {
            assert_eq!(integer(f32::from(i) / 32_768.0, 15), i32::from(i));
        }
    }

    #[test]
    fn floats_keep_every_bit() {
        let odd = f32::from_bits(0x8000_0001);
        assert_eq!(bytes(SampleFormat::F32, [odd, -0.0]), [1, 0, 0, 0x80, 0, 0, 0, 0x80]);
    }
}

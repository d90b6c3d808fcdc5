//! What can be told of an Opus packet without decoding it (RFC 6716, section 3).

/// Frames at 48 kHz in the longest packet, 120 ms.
pub const MAX_FRAMES: usize = 5760;

/// Bytes that hold any packet of up to three 20 ms frames; a coder never makes longer ones (RFC 6716, 3.2.1: 1,275 each).
pub const MAX_PACKET_BYTES: usize = 3 * 1275 + 7;

/// Shape of a well-formed packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketShape {
    /// Frames at 48 kHz the packet decodes to, 120 to 5,760.
    pub frames: u32,
    /// Codec frames in the packet, 1 to 48.
    pub codec_frames: u32,
    /// 1 or 2 as coded.
    pub channels: u8,
}

impl PacketShape {
    /// Reads `packet`; `None` when it breaks one of the rules R1 to R7 of RFC 6716, section 3.4. Never allocates.
    #[must_use]
    pub fn of(packet: &[u8]) -> Option<Self> {
        let (&toc, rest) = packet.split_first()?;
        let codec_frames = match toc & 3 {
            0 => {
                if rest.len() > 1275 {
                    return None;
                }
                1
            }
            1 => {
                if rest.len() % 2 != 0 || rest.len() / 2 > 1275 {
                    return None;
                }
                2
            }
            2 => {
                let (first, used) = frame_length(rest)?;
                let second = rest.len().checked_sub(used + first)?;
                if second > 1275 {
                    return None;
                }
                2
            }
            _ => many(rest)?,
        };
        let frames = codec_frames * frame_frames(toc);
        (frames as usize <= MAX_FRAMES).then_some(Self {
            frames,
            codec_frames,
            channels: if toc & 4 == 0 { 1 } else { 2 },
        })
    }
}

/// Frames at 48 kHz of one codec frame (RFC 6716, table 2).
fn frame_frames(toc: u8) -> u32 {
    let config = toc >> 3;
    match config {
        0..=11 => [480, 960, 1920, 2880][usize::from(config & 3)],
        12..=15 => [480, 960][usize::from(config & 1)],
        _ => [120, 240, 480, 960][usize::from(config & 3)],
    }
}

/// A frame length and the bytes it takes (RFC 6716, 3.2.1).
fn frame_length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [first @ 0..=251, ..] => Some((usize::from(first), 1)),
        [first, second, ..] => Some((usize::from(first) + 4 * usize::from(second), 2)),
        _ => None,
    }
}

/// Checks a code 3 packet after its first byte and returns how many codec frames it has (RFC 6716, 3.2.5).
fn many(rest: &[u8]) -> Option<u32> {
    let (&head, mut rest) = rest.split_first()?;
    let count = usize::from(head & 0x3f);
    if count == 0 {
        return None;
    }
    let mut padding = 0;
    if head & 0x40 != 0 {
        loop {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            padding += usize::from(if byte == 255 { 254 } else { byte });
            if byte != 255 {
                break;
            }
        }
    }
    let mut left = rest.len().checked_sub(padding)?;
    rest = &rest[..left];
    if head & 0x80 == 0 {
        return (left % count == 0 && left / count <= 1275).then_some(count as u32);
    }
    for _ in 1..count {
        let (length, used) = frame_length(rest)?;
        rest = &rest[used..];
        left = left.checked_sub(used + length)?;
    }
    (left <= 1275).then_some(count as u32)
}

#[cfg(test)]
mod tests {
    use super::PacketShape;

    fn of_libopus(packet: &[u8]) -> Option<u32> {
        let mut sizes = [0i16; 48];
        // SAFETY: pointer and length describe `packet`; `sizes` has room for the 48 frames a packet may have; the other
        // outputs may be null.
        let parsed = unsafe {
            opusic_sys::opus_packet_parse(
                packet.as_ptr(),
                packet.len() as i32,
                core::ptr::null_mut(),
                core::ptr::null_mut(),
                sizes.as_mut_ptr(),
                core::ptr::null_mut(),
            )
        };
        (parsed > 0).then_some(parsed as u32)
    }

    #[test]
    fn agrees_with_libopus_on_random_packets() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut good = 0;
        for _ in 0..200_000 {
            let length = random() % if random() % 8 == 0 { 2_800 } else { 24 };
            let packet: Vec<u8> = (0..length).map(|_| random() as u8).collect();
            let shape = PacketShape::of(&packet);
            assert_eq!(shape.map(|s| s.codec_frames), of_libopus(&packet), "{packet:?}");
            if let Some(shape) = shape {
                good += 1;
                // SAFETY: the packet is not empty, these two read its first byte only.
                let (frame, channels) = unsafe {
                    (
                        opusic_sys::opus_packet_get_samples_per_frame(packet.as_ptr(), 48_000),
                        opusic_sys::opus_packet_get_nb_channels(packet.as_ptr()),
                    )
                };
                assert_eq!(shape.frames, shape.codec_frames * frame as u32);
                assert_eq!(i32::from(shape.channels), channels);
            }
        }
        assert!(good > 10_000, "only {good} packets were well-formed");
    }

    #[test]
    fn an_empty_packet_is_none() {
        assert_eq!(PacketShape::of(&[]), None);
    }
}

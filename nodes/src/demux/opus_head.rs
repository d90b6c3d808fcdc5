//! The head and the tags of an Opus stream (RFC 7845, section 5).

use super::body::failed;
use lavalink_exec::{TrackError, TrackInfo};

/// What the head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpusHead {
    /// Channels in the stream.
    pub(crate) channels: u8,
    /// Frames at 48 kHz to drop from the front of what is decoded.
    pub(crate) pre_skip: u16,
    /// Gain to apply, in 1/256 dB.
    pub(crate) gain: i16,
}

impl OpusHead {
    /// Reads `OpusHead`; `None` when this is none.
    pub(crate) fn parse(packet: &[u8]) -> Option<Result<Self, TrackError>> {
        let rest = packet.strip_prefix(b"OpusHead")?;
        let [version, channels, skip_low, skip_high, _, _, _, _, gain_low, gain_high, family, tail @ ..] = rest else {
            return Some(Err(failed("the head of this Opus stream is too short")));
        };
        if version & 0xf0 != 0 || *channels == 0 {
            return Some(Err(failed("the head of this Opus stream is of a kind that is not known")));
        }
        let one_stream = *family == 0 || (*family == 1 && tail.first() == Some(&1));
        if *channels > 2 || !one_stream {
            return Some(Err(failed(format!(
                "this Opus stream has {channels} channels in several streams; only mono and stereo can be played"
            ))));
        }
        Some(Ok(Self {
            channels: *channels,
            pre_skip: u16::from_le_bytes([*skip_low, *skip_high]),
            gain: i16::from_le_bytes([*gain_low, *gain_high]),
        }))
    }
}

/// Takes title and artist from an `OpusTags` packet; what is broken is left out.
pub(crate) fn read_tags(packet: &[u8], info: &mut TrackInfo) {
    let Some(mut rest) = packet.strip_prefix(b"OpusTags") else { return };
    if take(&mut rest).is_none() {
        return;
    }
    let Some(count) = rest.get(..4).map(|n| u32::from_le_bytes([n[0], n[1], n[2], n[3]])) else { return };
    rest = &rest[4..];
    for _ in 0..count.min(1000) {
        let Some(comment) = take(&mut rest) else { return };
        let Some((name, text)) = std::str::from_utf8(comment).ok().and_then(|c| c.split_once('=')) else { continue };
        let text: String = text.trim().chars().take(256).collect();
        let slot = match name.to_ascii_lowercase().as_str() {
            "title" => &mut info.title,
            "artist" => &mut info.artist,
            _ => continue,
        };
        if slot.is_none() && !text.is_empty() {
            *slot = Some(text);
        }
    }
}

/// A text with its length in front.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size = rest.get(..4).map(|n| u32::from_le_bytes([n[0], n[1], n[2], n[3]]) as usize)?;
    let text = rest.get(4..size.checked_add(4)?)?;
    *rest = &rest[4 + size..];
    Some(text)
}

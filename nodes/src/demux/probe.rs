//! Finds out what the bytes are, by content and never by name, and opens the right demuxer.

use super::body::{Body, failed};
use super::fiber::Port;
use super::track::Word;
use super::{Bytes, mp4_edit, ogg_opus};
use crate::decode::SymphoniaBody;
use crate::source::bytes::ByteReader;
use lavalink_exec::TrackError;
use std::sync::Arc;

/// Bytes looked at to tell formats apart.
const HEAD: usize = 4096;

/// Opens the track in `ring`.
pub(crate) fn open(ring: Arc<ByteReader>, port: &Port<Word>) -> Result<Box<dyn Body>, TrackError> {
    let mut bytes = Bytes::new(ring, port.clone()).map_err(read_error)?;
    let mut head = vec![0; HEAD];
    let n = bytes.read_up_to(&mut head).map_err(read_error)?;
    head.truncate(n);
    bytes.go(0).map_err(read_error)?;
    if head.is_empty() {
        return Err(failed("the source is empty"));
    }
    if let Some(message) = refused(&head) {
        return Err(failed(message));
    }
    if is_ogg_opus(&head) {
        return ogg_opus::open(bytes);
    }
    let edit =
        if head.get(4..8).is_some_and(is_mp4_box) { mp4_edit::read(&mut bytes).map_err(read_error)? } else { None };
    // Symphonia guesses the length of bare mpeg and adts streams from their first frames and cuts what lies beyond it.
    if is_bare_mpeg(&head) {
        bytes.hide_length();
    }
    Ok(Box::new(SymphoniaBody::open(bytes, edit)?))
}

/// A failed read as the error of the track.
pub(crate) fn read_error(error: std::io::Error) -> TrackError {
    failed(error.to_string())
}

fn is_mp4_box(name: &[u8]) -> bool {
    matches!(name, b"ftyp" | b"styp" | b"moov" | b"mdat" | b"free" | b"skip" | b"wide")
}

/// Whether the first page of an Ogg stream holds the head of Opus.
fn is_ogg_opus(head: &[u8]) -> bool {
    head.starts_with(b"OggS") && head.get(28..36) == Some(b"OpusHead")
}

/// Whether these are mpeg audio or adts frames, perhaps after an ID3 tag.
fn is_bare_mpeg(head: &[u8]) -> bool {
    head.starts_with(b"ID3") || matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0)
}

/// Whether these are 188-byte packets of an MPEG transport stream.
fn is_transport_stream(head: &[u8]) -> bool {
    head.len() > 188 * 3 && [0, 188, 376, 564].iter().all(|at| head[*at] == 0x47)
}

/// Why content of this kind cannot be played.
fn refused(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |with: &[u8]| text.get(..with.len()).is_some_and(|t| t.eq_ignore_ascii_case(with));
    if is_transport_stream(head) {
        Some("MPEG transport streams cannot be played yet; give the file as mp4, m4a, mp3 or ogg")
    } else if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        Some("WebM and Matroska files cannot be played yet; give the file as ogg, opus, m4a, mp3 or flac")
    } else if begins(b"<!doctype html") || begins(b"<html") {
        Some("this is a web page, not a media file; give the address of the file itself")
    } else if begins(b"#EXTM3U") || begins(b"[playlist]") {
        Some("this is a playlist, not a media file; give one of the addresses in it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn pages_playlists_and_transport_streams_are_named() {
        assert!(refused(b"\xef\xbb\xbf\n <!DOCTYPE html><html>").is_some_and(|m| m.contains("web page")));
        assert!(refused(b"#extm3u\n").is_some_and(|m| m.contains("playlist")));
        let mut ts = vec![0; 188 * 4];
        for at in [0, 188, 376, 564] {
            ts[at] = 0x47;
        }
        assert!(refused(&ts).is_some_and(|m| m.contains("transport")));
        assert!(refused(b"\x1a\x45\xdf\xa3").is_some_and(|m| m.contains("WebM")));
        assert_eq!(refused(b"RIFF"), None);
        assert_eq!(refused(b""), None);
    }
}

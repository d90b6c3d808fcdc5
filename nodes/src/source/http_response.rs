//! What the head of a response means for a reader that wants the bytes from some place on.

use hyper::StatusCode;
use hyper::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue};

/// Most bytes read over when a server answers a range with the whole.
const MAX_SKIP: u64 = 64 * 1024 * 1024;

/// The meaning of a response.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Its body has the wanted bytes after `skip` others.
    From {
        /// Bytes of the body before the wanted ones.
        skip: u64,
        /// Length of the whole resource.
        length: Option<u64>,
        /// Whether ranges work.
        ranges: bool,
        /// What tells this version of the resource from others.
        tag: Option<HeaderValue>,
    },
    /// Try again later.
    Again(String),
    /// Give up.
    No(String),
}

/// Judges a response to a request for the bytes from `at` on. `known` is the length and tag of the resource as first
/// seen, when it has been seen.
pub(super) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    at: u64,
    known: Option<(Option<u64>, Option<&HeaderValue>)>,
) -> Answer {
    let tag = headers.get(ETAG).filter(|tag| !tag.as_bytes().starts_with(b"W/")).cloned();
    let told = headers.get(CONTENT_LENGTH).and_then(|l| l.to_str().ok()).and_then(|l| l.trim().parse().ok());
    let (skip, length, ranges) = match status {
        StatusCode::PARTIAL_CONTENT => {
            let Some((from, total)) = headers.get(CONTENT_RANGE).and_then(content_range) else {
                return Answer::No("the server answers a range without saying which".into());
            };
            if from > at || at - from > MAX_SKIP {
                return Answer::No("the server answers with another range than asked for".into());
            }
            (at - from, total, true)
        }
        StatusCode::OK if at > MAX_SKIP => {
            return Answer::No("the server cannot go on where it broke off".into());
        }
        StatusCode::OK => {
            let ranges = headers.get(ACCEPT_RANGES).is_some_and(|r| r.as_bytes().eq_ignore_ascii_case(b"bytes"));
            (at, told, ranges)
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            return Answer::No("the server says that the file ends before this place".into());
        }
        status => return refused(status),
    };
    if let Some((known_length, known_tag)) = known {
        let other_tag = known_tag.is_some() && tag.is_some() && known_tag != tag.as_ref();
        let other_length = known_length.is_some() && length.is_some() && known_length != length;
        if other_tag || other_length {
            return Answer::No("the file on the server has changed while it was played".into());
        }
    }
    Answer::From { skip, length, ranges, tag }
}

fn refused(status: StatusCode) -> Answer {
    let code = status.as_u16();
    match code {
        401 | 403 => Answer::No(format!("the server does not allow access (status {code})")),
        404 | 410 => Answer::No(format!("there is no such file on the server (status {code})")),
        429 => Answer::Again("the server asks for fewer requests (status 429)".into()),
        408 | 500..=599 => Answer::Again(format!("the server has a problem (status {code}); try again later")),
        _ => Answer::No(format!("the server answers with status {code}")),
    }
}

/// First byte and total length of `bytes 5-9/20` or `bytes 5-9/*`.
fn content_range(value: &HeaderValue) -> Option<(u64, Option<u64>)> {
    let rest = value.to_str().ok()?.trim().strip_prefix("bytes")?.trim_start();
    let (range, total) = rest.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    let total = if total.trim() == "*" { None } else { Some(total.trim().parse().ok()?) };
    Some((from.trim().parse().ok()?, total))
}

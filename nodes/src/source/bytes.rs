//! The bounded byte ring between a reader task and a demuxer.
//!
//! The reader task (tokio) pushes and waits for room; the demuxer (a stream worker) reads, seeks and never waits. A
//! quarter of the ring is kept behind the read position, so that small steps back cost no new request; small steps
//! forward are read over.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Steps forward up to this many bytes beyond what is buffered are read over instead of requested anew.
const SKIP: u64 = 64 * 1024;

/// What a source knows of itself once it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Length in bytes.
    pub(crate) length: Option<u64>,
    /// Whether reading can go on elsewhere.
    pub(crate) seekable: bool,
}

/// What the reader task has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Go on reading.
    On,
    /// Read on from this byte.
    Seek(u64),
    /// Nobody listens any more.
    Closed,
}

/// What a read gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// That many bytes, never 0.
    Bytes(usize),
    /// None at the moment.
    Pending,
    /// The source is over.
    End,
    /// The source failed.
    Failed(String),
}

#[derive(Debug, Default)]
struct State {
    data: VecDeque<u8>,
    /// Place of `data[0]` in the source.
    base: u64,
    /// Read position, as an index into `data`.
    read: usize,
    /// Bytes to drop from what is pushed next.
    skip: u64,
    /// Where the demuxer wants the reader task to go on.
    target: Option<u64>,
    origin: Option<Origin>,
    end: bool,
    failed: Option<String>,
    reader_gone: bool,
    writer_gone: bool,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Signalled when a read may succeed.
    readable: Condvar,
    /// Signalled when there is room, a seek, or nobody left.
    writable: Notify,
    capacity: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both ends of a ring of `capacity` bytes.
pub(crate) fn byte_ring(capacity: usize) -> (ByteWriter, ByteReader) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State::default()),
        readable: Condvar::new(),
        writable: Notify::new(),
        capacity: capacity.max(4096),
    });
    (ByteWriter(shared.clone()), ByteReader(shared))
}

/// The end of the reader task. Dropping it without [`ByteWriter::end`] fails the ring.
#[derive(Debug)]
pub(crate) struct ByteWriter(Arc<Shared>);

impl ByteWriter {
    /// Tells what the source is. Called once, before the first push.
    pub(crate) fn opened(&self, origin: Origin) {
        self.0.lock().origin = Some(origin);
        self.0.readable.notify_all();
    }

    /// Pushes all of `bytes`, waiting for room as needed.
    pub(crate) async fn push(&self, mut bytes: &[u8]) -> Flow {
        loop {
            match self.offer(&mut bytes) {
                Flow::On if bytes.is_empty() => return Flow::On,
                Flow::On => self.0.writable.notified().await,
                flow => return flow,
            }
        }
    }

    /// Pushes what there is room for.
    fn offer(&self, bytes: &mut &[u8]) -> Flow {
        let mut state = self.0.lock();
        if let flow @ (Flow::Seek(_) | Flow::Closed) = state.flow() {
            return flow;
        }
        let skipped = (bytes.len() as u64).min(state.skip);
        state.skip -= skipped;
        *bytes = &bytes[skipped as usize..];
        let room = self.0.capacity - state.data.len().min(self.0.capacity);
        let taken = room.min(bytes.len());
        state.data.extend(&bytes[..taken]);
        *bytes = &bytes[taken..];
        drop(state);
        if taken > 0 {
            self.0.readable.notify_all();
        }
        Flow::On
    }

    /// The source is over. Ignored when the demuxer has already asked for another place.
    pub(crate) fn end(&self) {
        let mut state = self.0.lock();
        state.end |= state.target.is_none();
        self.0.readable.notify_all();
    }

    /// The source failed; `message` says what to do. Ignored when the demuxer has already asked for another place.
    pub(crate) fn fail(&self, message: impl Into<String>) {
        let mut state = self.0.lock();
        if state.target.is_none() {
            state.failed = Some(message.into());
        }
        // A source that never opened has no origin to wait for.
        state.origin.get_or_insert_default();
        self.0.readable.notify_all();
    }

    /// Waits for a seek or for the demuxer to go away.
    pub(crate) async fn wait(&self) -> Flow {
        loop {
            match self.0.lock().flow() {
                Flow::On => {}
                flow => return flow,
            }
            self.0.writable.notified().await;
        }
    }
}

impl Drop for ByteWriter {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.writer_gone = true;
        state.origin.get_or_insert_default();
        self.0.readable.notify_all();
    }
}

impl State {
    fn flow(&mut self) -> Flow {
        match (self.reader_gone, self.target.take()) {
            (true, _) => Flow::Closed,
            (false, Some(target)) => Flow::Seek(target),
            (false, None) => Flow::On,
        }
    }

    /// Whether a read or a look at the origin would not be pending.
    fn ready(&self) -> bool {
        self.origin.is_some()
            && (self.read < self.data.len()
                || self.failed.is_some()
                || self.writer_gone
                || (self.end && self.target.is_none()))
    }

    fn behind_end(&self) -> u64 {
        self.base + self.data.len() as u64
    }
}

/// The end of the demuxer. No method waits.
#[derive(Debug)]
pub(crate) struct ByteReader(Arc<Shared>);

impl ByteReader {
    /// What the source is; `None` while it is being opened.
    pub(crate) fn origin(&self) -> Option<Origin> {
        self.0.lock().origin
    }

    /// Why the source failed, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.0.lock().failed.clone()
    }

    /// Reads into `buffer`, which is not empty.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> Got {
        let mut state = self.0.lock();
        let ready = state.data.len() - state.read;
        if ready == 0 {
            if let Some(message) = &state.failed {
                return Got::Failed(message.clone());
            }
            if state.end && state.target.is_none() {
                return Got::End;
            }
            if state.writer_gone {
                return Got::Failed("the reader of this source was stopped; open it again".into());
            }
            return Got::Pending;
        }
        let n = ready.min(buffer.len());
        let (front, back) = state.data.as_slices();
        let at = state.read;
        let first = front.len().saturating_sub(at).min(n);
        if first > 0 {
            buffer[..first].copy_from_slice(&front[at..at + first]);
        }
        if first < n {
            let from = at + first - front.len();
            buffer[first..n].copy_from_slice(&back[from..from + n - first]);
        }
        state.read += n;
        let keep = self.0.capacity / 4;
        if state.read > keep {
            let drop = state.read - keep;
            state.data.drain(..drop);
            state.base += drop as u64;
            state.read = keep;
        }
        drop(state);
        self.0.writable.notify_one();
        Got::Bytes(n)
    }

    /// Makes `to` the next byte read. `false` when that lies behind what is kept and the source cannot seek.
    pub(crate) fn seek(&self, to: u64) -> bool {
        let mut state = self.0.lock();
        let end = state.behind_end();
        let seekable = state.origin.is_some_and(|o| o.seekable);
        if state.skip == 0 && to >= state.base && to <= end {
            state.read = (to - state.base) as usize;
        } else if to >= end && state.target.is_none() && !state.end && (!seekable || to - end <= SKIP) {
            state.skip += to - end;
            state.data.clear();
            state.base = to;
            state.read = 0;
        } else if seekable {
            state.data.clear();
            state.base = to;
            state.read = 0;
            state.skip = 0;
            state.end = false;
            state.failed = None;
            state.target = Some(to);
        } else {
            return false;
        }
        drop(state);
        self.0.writable.notify_one();
        true
    }

    /// A handle to wait with.
    pub(crate) fn gate(&self) -> Gate {
        Gate(Some(self.0.clone()))
    }
}

impl Drop for ByteReader {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.reader_gone = true;
        state.data = VecDeque::new();
        drop(state);
        self.0.writable.notify_one();
    }
}

/// Waits for the bytes of a track, where there is no real time to keep: rendering, tests. Any thread.
#[derive(Clone, Debug, Default)]
pub struct Gate(Option<Arc<Shared>>);

impl Gate {
    /// Waits until the track's source has bytes, is over or has failed, at most `timeout`. Returns whether it is so.
    /// At once for sources that need no bytes.
    #[must_use]
    pub fn wait(&self, timeout: Duration) -> bool {
        let Some(shared) = &self.0 else { return true };
        let until = Instant::now() + timeout;
        let mut state = shared.lock();
        while !state.ready() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = shared.readable.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

#[cfg(test)]
mod tests;

//! What control side, worker and lane tell each other about a track without waiting.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Why a track gives no more sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was played to its end.
    Finished,
    /// It could not go on; the worker has the reason.
    Failed,
}

/// What a player's track is doing, as its lane sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum PlayState {
    /// No track, or none whose first sound has come.
    Idle = 0,
    /// Sound goes out.
    Playing = 1,
    /// Paused.
    Paused = 2,
    /// The worker has not kept up, or the source has stalled: silence until more is there.
    Dry = 3,
    /// Played to the end.
    Ended = 4,
}

/// The cells of one player's feed.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    wanted: AtomicU32,
    allowed: AtomicU32,
    packets: AtomicBool,
    paused: AtomicBool,
    stopped: AtomicBool,
    state: AtomicU32,
    generation: AtomicU32,
    frame: AtomicU64,
    source: AtomicU64,
    tag: AtomicU64,
    dry: AtomicU32,
    ended: AtomicU32,
}

impl Shared {
    /// Control: sound older than `generation` is not wanted any more. With `stop`, nothing follows for the moment.
    pub(crate) fn want(&self, generation: u32, stop: bool) {
        self.stopped.store(stop, Ordering::Relaxed);
        self.wanted.store(generation, Ordering::Release);
    }

    /// Control: sound of generations up to this one may begin; its plan is ready.
    pub(crate) fn allow(&self, generation: u32) {
        self.allowed.store(generation, Ordering::Release);
    }

    /// Whether sound of `generation` may begin.
    pub(crate) fn allows(&self, generation: u32) -> bool {
        self.allowed.load(Ordering::Acquire).wrapping_sub(generation) < u32::MAX / 2
    }

    /// Lane: whether what it plays comes as packets.
    pub(crate) fn play_packets(&self, packets: bool) {
        self.packets.store(packets, Ordering::Release);
    }

    pub(crate) fn plays_packets(&self) -> bool {
        self.packets.load(Ordering::Acquire)
    }

    pub(crate) fn wanted(&self) -> u32 {
        self.wanted.load(Ordering::Acquire)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(crate) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Lane: what happens in this block.
    pub(crate) fn publish(&self, state: PlayState, generation: u32, frame: u64, source: u64) {
        self.generation.store(generation, Ordering::Relaxed);
        self.frame.store(frame, Ordering::Relaxed);
        self.source.store(source, Ordering::Relaxed);
        let before = self.state.swap(state as u32, Ordering::Release);
        if state == PlayState::Dry && before != state as u32 {
            self.dry.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lane: the sound heard from now on obeys the order `tag`.
    pub(crate) fn reached(&self, tag: u64) {
        self.tag.store(tag, Ordering::Release);
    }

    /// The latest order that is heard.
    pub(crate) fn tag(&self) -> u64 {
        self.tag.load(Ordering::Acquire)
    }

    /// Lane: generation `generation` has been played to its end.
    pub(crate) fn end(&self, generation: u32) {
        self.ended.store(generation, Ordering::Release);
    }

    /// The generation that was last played to its end; 0 for none.
    pub(crate) fn ended(&self) -> u32 {
        self.ended.load(Ordering::Acquire)
    }

    pub(crate) fn state(&self) -> PlayState {
        match self.state.load(Ordering::Acquire) {
            1 => PlayState::Playing,
            2 => PlayState::Paused,
            3 => PlayState::Dry,
            4 => PlayState::Ended,
            _ => PlayState::Idle,
        }
    }

    /// Whether sound goes out, or would if blocks were rendered: a track that is to begin, one that is to go on.
    pub(crate) fn wants_to_play(&self) -> bool {
        match self.state() {
            PlayState::Playing | PlayState::Dry => true,
            PlayState::Paused => !self.is_paused(),
            PlayState::Idle | PlayState::Ended => {
                self.allowed.load(Ordering::Acquire) != self.generation.load(Ordering::Relaxed)
            }
        }
    }

    /// Generation that is heard.
    pub(crate) fn generation(&self) -> u32 {
        self.generation.load(Ordering::Relaxed)
    }

    /// Place in the track's output, in frames.
    pub(crate) fn frame(&self) -> u64 {
        self.frame.load(Ordering::Relaxed)
    }

    /// Place in the source, in frames at the graph's rate.
    pub(crate) fn source(&self) -> u64 {
        self.source.load(Ordering::Relaxed)
    }

    /// How often the ring ran dry.
    pub(crate) fn dry_count(&self) -> u32 {
        self.dry.load(Ordering::Relaxed)
    }
}

//! The thread of a lane.

use super::{Lane, Priority, flush_denormals, raise_priority};
use lavalink_exec::Tick;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Stack of a lane; locked into memory and touched before the first block.
const STACK: usize = 512 * 1024;
/// How much of it is touched.
const PREFAULT: usize = 128 * 1024;
/// `SCHED_FIFO` priority asked for.
const PRIORITY: i32 = 15;

/// Called on the lane's thread once before its first block and once after its last, for tests that watch it.
#[derive(Clone, Copy, Debug)]
pub struct LaneHooks {
    /// Before the first block.
    pub begin: fn(),
    /// After the last one.
    pub end: fn(),
}

impl Default for LaneHooks {
    fn default() -> Self {
        Self { begin: || {}, end: || {} }
    }
}

/// A running lane. It stops when it is told to over its ring.
pub(crate) struct LaneThread {
    thread: Option<JoinHandle<Lane>>,
    /// What scheduling the thread has got.
    pub(crate) priority: Priority,
}

impl LaneThread {
    /// Starts the thread.
    pub(crate) fn start(mut lane: Lane, rate: u32, hooks: LaneHooks) -> std::io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new().name("lane".into()).stack_size(STACK).spawn(move || {
            flush_denormals();
            prefault();
            // The receiver waits for this; it can only be gone with the whole process.
            drop(tell.send(raise_priority(PRIORITY)));
            drop(tell);
            (hooks.begin)();
            play(&mut lane, rate);
            (hooks.end)();
            // What the lane owns is dropped by whoever joins it.
            lane
        })?;
        let priority = told.recv().unwrap_or_else(|_| Priority::Ordinary("the lane did not start".into()));
        Ok(Self { thread: Some(thread), priority })
    }
}

impl Drop for LaneThread {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Touches the stack, so that no page of it is missing later.
#[inline(never)]
fn prefault() {
    let mut stack = [0_u8; PREFAULT];
    for page in stack.chunks_mut(4096) {
        page[0] = 1;
    }
    std::hint::black_box(&mut stack);
}

fn play(lane: &mut Lane, rate: u32) {
    while !lane.quits() {
        lane.receive();
        let Some(clock) = &mut lane.clock else {
            // Without a sink there is nothing to be on time for.
            std::thread::sleep(Duration::from_millis(5));
            continue;
        };
        match clock.wait() {
            // Nothing is rendered, but what a player is asked to do meanwhile has to wake the device.
            Tick::Idle => lane.mind_idleness(0, rate as usize),
            Tick::Run { frames, late } => {
                let start = Instant::now();
                lane.receive();
                lane.render(frames);
                if let Some(clock) = &mut lane.clock {
                    clock.commit();
                }
                let busy = start.elapsed().as_secs_f32();
                lane.stats.block(frames, late, busy * rate as f32 / frames.max(1) as f32);
                lane.mind_idleness(frames, rate as usize);
            }
        }
    }
}

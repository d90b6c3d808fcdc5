//! The thread that opens and closes devices for a clock. The lane asks through a ring and never wakes it; it looks
//! every few milliseconds while something may be asked.

use super::device::{Device, Wanted};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

/// Time between two looks at the ring.
const LOOK: Duration = Duration::from_millis(20);
/// Milliseconds between attempts to open, doubled each time up to the longest.
const FIRST: u32 = 250;
const LONGEST: u32 = 10_000;

/// What a clock asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// Open the device, however long it takes.
    Open,
    /// Play this one out and close it.
    Close(Device),
}

/// State both sides see.
#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    /// Attempts that failed since the last success.
    failures: AtomicU32,
}

/// The clock's end.
#[derive(Debug)]
pub(crate) struct Keeper {
    requests: Producer<Request>,
    opened: Consumer<Device>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts the thread, which begins to open the device at once. Control side.
    pub(crate) fn start(wanted: Wanted) -> std::io::Result<Self> {
        let (requests, asked) = RingBuffer::new(8);
        let (give, opened) = RingBuffer::new(2);
        let shared = Arc::new(Shared::default());
        let thread = std::thread::Builder::new().name("alsa-keeper".to_owned()).stack_size(512 * 1024).spawn({
            let shared = shared.clone();
            move || Worker { wanted, asked, give, shared, open: true }.run()
        })?;
        Ok(Self { requests, opened, shared, thread: Some(thread) })
    }

    /// Asks; real-time safe. A request that finds no room (there are never more than a few) is handed back.
    pub(crate) fn ask(&mut self, request: Request) -> Result<(), Request> {
        self.requests.push(request).map_err(|rtrb::PushError::Full(request)| request)
    }

    /// The device, once it is open; real-time safe.
    pub(crate) fn take(&mut self) -> Option<Device> {
        self.opened.pop().ok()
    }

    /// Waits for the first attempt, at most `time`. Control side.
    pub(crate) fn wait(&mut self, time: Duration) -> Option<Device> {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(device) = self.take() {
                return Some(device);
            }
            if waited >= time || self.shared.failures.load(Ordering::Acquire) > 0 {
                return None;
            }
            sleep(Duration::from_millis(5));
            waited += Duration::from_millis(5);
        }
    }
}

impl Drop for Keeper {
    /// Control side, after the node has left its plan: waits until the device has played out.
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // An attempt to open may hang in a driver; a graph that goes must not.
            for _ in 0..300 {
                if thread.is_finished() {
                    break;
                }
                sleep(Duration::from_millis(5));
            }
        }
    }
}

struct Worker {
    wanted: Wanted,
    asked: Consumer<Request>,
    give: Producer<Device>,
    shared: Arc<Shared>,
    open: bool,
}

impl Worker {
    fn run(mut self) {
        // Messages of alsa-lib are kept off standard error; what matters is in the error.
        let _messages = alsa::Output::local_error_handler();
        let mut wait = FIRST;
        let mut pause = 0;
        loop {
            while let Ok(request) = self.asked.pop() {
                match request {
                    Request::Open => {
                        self.open = true;
                        (wait, pause) = (FIRST, 0);
                    }
                    Request::Close(device) => device.close(),
                }
            }
            if self.shared.stop.load(Ordering::Acquire) {
                break;
            }
            if self.open && pause == 0 {
                match Device::open(&self.wanted) {
                    Ok(device) => {
                        self.open = false;
                        self.shared.failures.store(0, Ordering::Release);
                        let _ = self.give.push(device);
                    }
                    Err(_) => {
                        self.shared.failures.fetch_add(1, Ordering::AcqRel);
                        pause = wait;
                        wait = (wait * 2).min(LONGEST);
                    }
                }
            }
            sleep(LOOK);
            pause = pause.saturating_sub(LOOK.as_millis() as u32);
        }
    }
}

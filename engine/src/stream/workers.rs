//! The fixed pool of threads that serve all track tasks, the emptiest ring first.

use super::{Progress, TrackTask};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest sleep of a worker while tasks exist. A full ring holds several times as much.
const LONG: Duration = Duration::from_millis(40);
/// Sleep while some task waits for bytes.
const SHORT: Duration = Duration::from_millis(4);
/// Calls of one task before the worker looks for an emptier ring.
const TURNS: usize = 8;

/// The pool. Dropping it stops the threads.
pub(crate) struct Workers {
    state: Arc<State>,
    threads: Vec<JoinHandle<()>>,
}

struct State {
    tasks: Mutex<Tasks>,
    wake: Condvar,
}

#[derive(Default)]
struct Tasks {
    list: Vec<Weak<Mutex<TrackTask>>>,
    woken: bool,
    closed: bool,
}

impl Workers {
    /// Starts `count` threads; `each` is called first on every one of them (flush-to-zero, names).
    pub(crate) fn start(count: usize, each: fn()) -> std::io::Result<Self> {
        let state = Arc::new(State { tasks: Mutex::default(), wake: Condvar::new() });
        let threads = (0..count.max(1))
            .map(|i| {
                let state = Arc::clone(&state);
                std::thread::Builder::new().name(format!("worker-{i}")).stack_size(512 * 1024).spawn(move || {
                    each();
                    serve(&state);
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { state, threads })
    }

    /// Serves a task from now on, until its last other owner drops it.
    pub(crate) fn add(&self, task: &Arc<Mutex<TrackTask>>) {
        if let Ok(mut tasks) = self.state.tasks.lock() {
            tasks.list.retain(|t| t.strong_count() > 0);
            tasks.list.push(Arc::downgrade(task));
        }
        self.wake();
    }

    /// An order was given: look now.
    pub(crate) fn wake(&self) {
        if let Ok(mut tasks) = self.state.tasks.lock() {
            tasks.woken = true;
        }
        self.state.wake.notify_all();
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Ok(mut tasks) = self.state.tasks.lock() {
            tasks.closed = true;
        }
        self.state.wake.notify_all();
        for thread in self.threads.drain(..) {
            // A worker that panicked has said so already.
            drop(thread.join());
        }
    }
}

/// A panic in a codec ends that track, not the worker.
fn guarded(task: &mut TrackTask) -> Progress {
    catch_unwind(AssertUnwindSafe(|| task.poll())).unwrap_or_else(|_| {
        task.abandon();
        Progress::Worked
    })
}

fn serve(state: &State) {
    loop {
        let mut tasks: Vec<_> = {
            let Ok(mut guard) = state.tasks.lock() else { return };
            if guard.closed {
                return;
            }
            guard.woken = false;
            guard.list.retain(|t| t.strong_count() > 0);
            guard.list.iter().filter_map(Weak::upgrade).collect()
        };
        let (mut worked, mut waiting) = (false, false);
        // Fill levels are read under the task's own lock; one that another worker holds is being served.
        let mut order: Vec<(f32, usize)> =
            tasks.iter().enumerate().filter_map(|(i, t)| t.try_lock().ok().map(|t| (t.fill(), i))).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, i) in order {
            let Ok(mut task) = tasks[i].try_lock() else { continue };
            for _ in 0..TURNS {
                match guarded(&mut task) {
                    Progress::Worked => worked = true,
                    Progress::Waiting => {
                        waiting = true;
                        break;
                    }
                    Progress::Full | Progress::Idle => break,
                }
            }
        }
        let any = !tasks.is_empty();
        tasks.clear();
        if worked {
            continue;
        }
        let Ok(guard) = state.tasks.lock() else { return };
        if guard.closed {
            return;
        }
        if !guard.woken {
            let pause = match (any, waiting) {
                (_, true) => SHORT,
                (true, false) => LONG,
                (false, false) => Duration::from_secs(1),
            };
            drop(state.wake.wait_timeout(guard, pause));
        }
    }
}

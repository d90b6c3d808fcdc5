//! The coroutine a demuxer runs in.
//!
//! Demuxers are written as if reads waited. Theirs is a stack of their own; a read that finds no bytes suspends it, and
//! the worker goes on with other tracks.

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

/// Stack of one demuxer. Only the pages it touches take memory.
const STACK: usize = 512 * 1024;

/// A function that runs on a stack of its own and says `T` from time to time.
pub(crate) struct Fiber<T: 'static>(Coroutine<(), T, ()>);

// SAFETY: what lives on the coroutine's stack is what `start` moved there (bounded by `Send`) and what that made of
// itself. Bodies are `Send` too (see `Body`), and hold no thread-local borrow or lock guard across a suspension:
// suspensions happen only in `Port::say`, called by `Bytes` and the track loop with no guard alive.
unsafe impl<T: Send> Send for Fiber<T> {}

/// The inner side of a [`Fiber`]: lets it say something and sleep. Must not leave the fiber.
pub(crate) struct Port<T: 'static>(NonNull<Yielder<(), T>>);

impl<T> Clone for Port<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

// SAFETY: a port is only ever used on the stack of its own fiber, whichever thread that is running on; it is `Send` and
// `Sync` only because the traits of demuxers ask for it.
unsafe impl<T: Send> Send for Port<T> {}
// SAFETY: as above; one stack is one line of execution, so no two uses overlap.
unsafe impl<T: Send> Sync for Port<T> {}

impl<T> Port<T> {
    /// Hands `word` to whoever resumed the fiber, and sleeps until it is resumed again.
    pub(crate) fn say(&self, word: T) {
        // SAFETY: the yielder lives as long as the coroutine's function runs, and ports do not leave it.
        unsafe { self.0.as_ref() }.suspend(word);
    }
}

impl<T: Send> Fiber<T> {
    /// Prepares `body`; it starts with the first [`Fiber::resume`].
    pub(crate) fn start(body: impl FnOnce(Port<T>) + Send + 'static) -> std::io::Result<Self> {
        let stack = DefaultStack::new(STACK)?;
        Ok(Self(Coroutine::with_stack(stack, move |yielder, ()| body(Port(NonNull::from(yielder))))))
    }

    /// Runs it until it says something. `None` when it has returned or panicked: a panic of a demuxer on a broken file
    /// must not take other tracks of the worker along.
    pub(crate) fn resume(&mut self) -> Option<T> {
        if self.0.done() {
            return None;
        }
        match catch_unwind(AssertUnwindSafe(|| self.0.resume(()))) {
            Ok(CoroutineResult::Yield(word)) => Some(word),
            Ok(CoroutineResult::Return(())) | Err(_) => None,
        }
    }
}

//! The receipt for a transaction.

use crate::graph::GraphError;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// How a transaction came to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Frames the player's plan (or the device's) had rendered when the change took effect.
    pub at: u64,
}

/// The receipt for a transaction: waits, or is awaited, until the change is in effect. May be dropped.
#[derive(Clone, Debug)]
pub struct Ticket(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    result: Option<Result<Applied, GraphError>>,
    waker: Option<Waker>,
}

impl Ticket {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn resolve(&self, result: Result<Applied, GraphError>) {
        if let Ok(mut state) = self.0.state.lock() {
            state.result.get_or_insert(result);
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        }
        self.0.done.notify_all();
    }

    /// What has become of it so far.
    #[must_use]
    pub fn result(&self) -> Option<Result<Applied, GraphError>> {
        self.0.state.lock().ok()?.result.clone()
    }

    /// Waits until the change is in effect or was refused; `None` when `limit` passes first.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<Result<Applied, GraphError>> {
        let end = Instant::now() + limit;
        let mut state = self.0.state.lock().ok()?;
        while state.result.is_none() {
            let left = end.checked_duration_since(Instant::now())?;
            state = self.0.done.wait_timeout(state, left).ok()?.0;
        }
        state.result.clone()
    }
}

impl Future for Ticket {
    type Output = Result<Applied, GraphError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(mut state) = self.0.state.lock() else { return Poll::Pending };
        match &state.result {
            Some(result) => Poll::Ready(result.clone()),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

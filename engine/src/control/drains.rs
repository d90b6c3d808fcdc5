//! What takes the output of sinks away, off the lanes.

use lavalink_exec::{Drain, SinkError};
use std::sync::{Arc, Mutex};

/// The drain of one sink. Shared between the control side, which finishes it, and the thread that serves it.
#[derive(Clone)]
pub(crate) struct DrainHandle(Arc<Mutex<Slot>>);

struct Slot {
    node: Box<str>,
    drain: Option<Box<dyn Drain>>,
    error: Option<SinkError>,
}

impl DrainHandle {
    pub(crate) fn new(node: Box<str>, drain: Box<dyn Drain>) -> Self {
        Self(Arc::new(Mutex::new(Slot { node, drain: Some(drain), error: None })))
    }

    /// Writes what there is. After a failure the drain is closed and the error kept for [`DrainHandle::take_error`].
    pub(crate) fn serve(&self) {
        let Ok(mut slot) = self.0.lock() else { return };
        if let Some(drain) = &mut slot.drain
            && let Err(error) = drain.drain()
        {
            slot.drain = None;
            slot.error = Some(error);
        }
    }

    /// Writes the rest and closes.
    pub(crate) fn finish(&self) {
        let Ok(mut slot) = self.0.lock() else { return };
        if let Some(mut drain) = slot.drain.take()
            && let Err(error) = drain.drain().and_then(|()| drain.finish())
        {
            slot.error = Some(error);
        }
    }

    /// The error that ended it, once, with the name of the node.
    pub(crate) fn take_error(&self) -> Option<(Box<str>, SinkError)> {
        let mut slot = self.0.lock().ok()?;
        let error = slot.error.take()?;
        Some((slot.node.clone(), error))
    }
}

//! What the engine tells those who subscribe.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use lavalink_exec::TrackInfo;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A track has been probed and is about to be heard.
    Started {
        /// The player.
        player: u32,
        /// The generation of the track.
        generation: u32,
        /// What is known of it.
        info: TrackInfo,
    },
    /// The last frame of a track has been played.
    Ended {
        /// The player.
        player: u32,
        /// The generation of the track.
        generation: u32,
    },
    /// A track could not go on.
    Failed {
        /// The player.
        player: u32,
        /// The generation of the track.
        generation: u32,
        /// Why, and what to do about it.
        message: String,
    },
    /// A player's ring ran dry: the source stalls or the device is too slow.
    Dry {
        /// The player.
        player: u32,
    },
    /// The device ran out of sound: a gap was heard.
    Xrun {
        /// The sink.
        node: String,
        /// How many there have been since it was opened.
        count: u32,
    },
    /// A node panicked and was cut out.
    NodeFailed {
        /// The player; `None` for the device.
        player: Option<u32>,
        /// The node.
        node: String,
    },
    /// A sink that writes to a file or pipe cannot go on.
    SinkFailed {
        /// The node.
        node: String,
        /// Why, and what to do about it.
        message: String,
    },
}

/// Subscribers. One that does not read loses events once its queue of 1,024 is full.
#[derive(Debug, Default)]
pub struct Events {
    subscribers: Vec<Sender<Event>>,
}

impl Events {
    pub(crate) fn subscribe(&mut self) -> Receiver<Event> {
        let (sender, receiver) = bounded(1024);
        self.subscribers.push(sender);
        receiver
    }

    pub(crate) fn send(&mut self, event: &Event) {
        self.subscribers.retain(|s| !matches!(s.try_send(event.clone()), Err(TrySendError::Disconnected(_))));
    }
}

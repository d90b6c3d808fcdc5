//! What control side and lane send each other. Everything that owns memory goes in a box and comes back to be dropped.

use crate::stream::Shared;
use lavalink_exec::{Clock, Edit, Runner};
use std::sync::Arc;

/// A player on a lane.
pub(crate) struct Seat {
    /// Its number.
    pub(crate) player: u32,
    /// What plays it.
    pub(crate) runner: Runner,
    /// Its feed's cells, if it has a track.
    pub(crate) shared: Option<Arc<Shared>>,
    /// For each outlet the inlet of the device it goes to.
    pub(crate) routes: Vec<Option<usize>>,
    /// Frames of the fade-out that have passed, once it is leaving.
    pub(crate) leaving: Option<usize>,
    /// An edit that waits for a mark of the stream.
    pub(crate) waiting: Option<(Box<Edit>, u64)>,
}

/// From control to lane.
pub(crate) enum ToLane {
    /// A player comes.
    Join(Box<Seat>),
    /// A player fades out and goes.
    Leave(u32),
    /// A change of a player, or of the device (`None`), to be applied once its stream has reached `after`.
    Edit { player: Option<u32>, edit: Box<Edit>, after: u64 },
    /// The device's plan comes (first of all).
    Device(Box<Runner>),
    /// Another clock.
    Clock(Box<dyn Clock>),
    /// Stop.
    Quit,
}

/// From lane to control.
pub(crate) enum FromLane {
    /// An edit has settled; it holds what is to be dropped.
    Edited { player: Option<u32>, edit: Box<Edit> },
    /// An edit for a player that is not there, untouched.
    Refused(Box<Edit>),
    /// A player has gone.
    Left(Box<Seat>),
    /// A player for whom there was no seat.
    Full(Box<Seat>),
    /// The plan before.
    Device(Box<Runner>),
    /// The clock before.
    Clock(Box<dyn Clock>),
    /// A node of this player (`None`: the device) panicked and was cut out.
    Failed { player: Option<u32> },
}

//! Rendering without a clock: the same core, lane code and plans, driven by the caller.

use super::core::{Core, Start};
use super::drains::DrainHandle;
use super::view::{self, PlanView};
use super::{Event, Playing, StartAt, Ticket, Transaction};
use crate::graph::{GraphError, Template};
use crate::lane::{Lane, flush_denormals, lane};
use crate::stream::{Progress, TrackTask};
use crossbeam_channel::Receiver;
use lavalink_exec::Track;
use std::sync::{Arc, Mutex};

/// An engine that renders as fast as the caller asks. One player per track; not for real-time threads.
///
/// The thread that calls it has denormals flushed from then on, as a lane has, so that results are the same to the bit.
pub struct Offline {
    core: Core,
    lane: Lane,
    tasks: Vec<Arc<Mutex<TrackTask>>>,
    block: usize,
    position: u64,
}

impl Offline {
    /// Builds the device's graph. `block` is the length of blocks in frames, at most the template's `max_block`.
    ///
    /// # Errors
    /// When the graph cannot be compiled or built.
    pub fn start(template: Template, block: usize) -> Result<Self, GraphError> {
        flush_denormals();
        let format = template.format;
        let (lane, post) = lane(64, format.max_block, format.frames(super::core::FADE_MS));
        let Start { core, clock } = Core::start(template, post)?;
        drop(clock);
        let mut offline = Self { core, lane, tasks: Vec::new(), block: block.clamp(1, format.max_block), position: 0 };
        offline.lane.receive();
        Ok(offline)
    }

    /// Adds a player made of the template.
    ///
    /// # Errors
    /// As [`super::Engine::add_player`].
    pub fn add_player(&mut self) -> Result<u32, GraphError> {
        let added = self.core.add_player(None)?;
        self.tasks.push(added.task);
        self.lane.receive();
        Ok(added.number)
    }

    /// Fades a player out and removes it.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn remove_player(&mut self, player: u32) -> Result<(), GraphError> {
        self.core.remove_player(player)
    }

    /// Plays a track; see [`super::Engine::play`].
    ///
    /// # Errors
    /// When there is no such player.
    pub fn play(&mut self, player: u32, track: Box<dyn Track>, at: StartAt) -> Result<u32, GraphError> {
        self.core.play(player, track, at)
    }

    /// Goes to a place of the track, in frames.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn seek(&mut self, player: u32, frame: u64) -> Result<u32, GraphError> {
        self.core.seek(player, frame)
    }

    /// Fades out and forgets the track.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn stop(&mut self, player: u32) -> Result<u32, GraphError> {
        self.core.stop(player)
    }

    /// Pauses or goes on.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn pause(&mut self, player: u32, paused: bool) -> Result<(), GraphError> {
        self.core.pause(player, paused)
    }

    /// What a player is doing.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn playing(&mut self, player: u32) -> Result<Playing, GraphError> {
        self.core.playing(player)
    }

    /// Submits a change; it takes effect at the next block, or when fades that are running are over.
    ///
    /// # Errors
    /// When the change makes a graph that cannot be compiled.
    pub fn submit(&mut self, player: Option<u32>, transaction: &Transaction) -> Result<Ticket, GraphError> {
        self.core.submit(player, transaction)
    }

    /// A queue of everything that happens from now on.
    #[must_use]
    pub fn subscribe(&mut self) -> Receiver<Event> {
        self.core.events.subscribe()
    }

    /// Frames rendered so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Fills the rings and takes messages back and forth until nothing moves any more. Returns whether some track waits
    /// for bytes: the caller may wait for them and call again before it renders.
    pub fn prepare(&mut self) -> bool {
        let mut waiting = false;
        // Every round may make something else possible: a track probed, a plan ready. A handful is always enough; the
        // limit only guards against a fault.
        for _ in 0..64 {
            waiting = false;
            let mut moved = false;
            for task in &self.tasks {
                let Ok(mut task) = task.lock() else { continue };
                loop {
                    match task.poll() {
                        Progress::Worked => moved = true,
                        Progress::Waiting => {
                            waiting = true;
                            break;
                        }
                        Progress::Full | Progress::Idle => break,
                    }
                }
            }
            self.core.pump();
            self.lane.receive();
            if !moved && (self.core.is_settled() || !self.core.waits_for_workers()) {
                break;
            }
        }
        waiting
    }

    /// Renders `frames` frames, in blocks. Files are written along the way.
    pub fn render(&mut self, frames: usize) {
        let mut left = frames;
        while left > 0 {
            self.prepare();
            let n = left.min(self.block);
            self.lane.render(n);
            self.position += n as u64;
            left -= n;
            self.core.pump();
            self.core.drains().for_each(DrainHandle::serve);
        }
    }

    /// What is on the lane of a player, or of the device.
    #[must_use]
    pub fn view(&self, player: Option<u32>) -> Option<PlanView> {
        self.core.installed(player).map(|installed| view::view(installed, self.core.format))
    }

    /// The latest value of a reading of a node.
    #[must_use]
    pub fn reading(&self, player: Option<u32>, node: &str, reading: &str) -> Option<f32> {
        view::reading(self.core.installed(player)?, node, reading)
    }

    /// Writes what the sinks still hold and closes them.
    pub fn finish(&mut self) {
        self.core.drains().for_each(DrainHandle::finish);
        self.core.pump();
    }
}

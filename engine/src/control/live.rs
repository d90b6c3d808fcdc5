//! The engine as the server uses it: one lane thread, a pool of workers, a pump, and a handle that may be called from
//! any thread but a lane.

use super::core::{Core, Start};
use super::drains::DrainHandle;
use super::view::{self, PlanView};
use super::{Event, Playing, StartAt, Ticket, Transaction};
use crate::graph::{BusWire, Graph, GraphError, Template};
use crate::lane::{LaneHooks, LaneStats, LaneThread, Priority, ToLane, flush_denormals, lane};
use crate::stream::Workers;
use crossbeam_channel::Receiver;
use lavalink_exec::Track;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use thiserror::Error;

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Threads that decode; 0 for one less than there are cores, at least one and at most four.
    pub workers: usize,
    /// Players there is room for.
    pub max_players: usize,
    /// Called on the lane's thread before its first block and after its last.
    pub hooks: LaneHooks,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { workers: 0, max_players: 256, hooks: LaneHooks::default() }
    }
}

/// Why the engine could not start.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The graph is at fault.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A thread could not be started.
    #[error("a thread could not be started: {0}; the system may be out of memory or of processes")]
    Thread(#[from] std::io::Error),
}

/// A player's number.
pub type PlayerId = u32;

/// A running engine. Methods may block for a few microseconds; none waits for the lane.
pub struct Engine {
    core: Arc<Mutex<Core>>,
    workers: Workers,
    stop: Arc<AtomicBool>,
    helpers: Vec<JoinHandle<()>>,
    lane: Option<LaneThread>,
    stats: Arc<LaneStats>,
    priority: Priority,
}

impl Engine {
    /// Builds the device's graph and starts the threads.
    ///
    /// # Errors
    /// When the graph cannot be compiled or built, or a thread cannot be started.
    pub fn start(template: Template, config: &EngineConfig) -> Result<Self, EngineError> {
        let format = template.format;
        let fade = format.frames(super::core::FADE_MS);
        let (mut runner, post) = lane(config.max_players, format.max_block, fade);
        let stats = Arc::clone(&post.stats);
        let Start { core, clock } = Core::start(template, post)?;
        runner.clock = Some(clock.unwrap_or_else(|| Box::new(crate::lane::Deadlines::new(format))));
        let core = Arc::new(Mutex::new(core));
        let stop = Arc::new(AtomicBool::new(false));
        let count = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get() - 1).clamp(1, 4),
            n => n,
        };
        let workers = Workers::start(count, flush_denormals)?;
        let helpers = vec![
            helper("pump", &core, &stop, |core| {
                let mut core = core.lock().ok()?;
                core.pump();
                Some(Duration::from_millis(if core.is_idle() { 20 } else { 5 }))
            })?,
            helper("drains", &core, &stop, |core| {
                let drains: Vec<DrainHandle> = core.lock().ok()?.drains().cloned().collect();
                drains.iter().for_each(DrainHandle::serve);
                Some(Duration::from_millis(if drains.is_empty() { 50 } else { 10 }))
            })?,
        ];
        let thread = LaneThread::start(runner, format.rate, config.hooks)?;
        let priority = thread.priority.clone();
        Ok(Self { core, workers, stop, helpers, lane: Some(thread), stats, priority })
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        // What a panicking control thread leaves behind is still a consistent list of players.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What scheduling the lane has got; worth a warning when it is ordinary.
    #[must_use]
    pub fn priority(&self) -> &Priority {
        &self.priority
    }

    /// How the lane is doing.
    #[must_use]
    pub fn stats(&self) -> &LaneStats {
        &self.stats
    }

    /// Adds a player made of the template.
    ///
    /// # Errors
    /// When a node cannot be built, or the device has no input free.
    pub fn add_player(&self) -> Result<PlayerId, GraphError> {
        self.add(None)
    }

    /// Adds a player made of another graph.
    ///
    /// # Errors
    /// As [`Engine::add_player`], and when the graph cannot be compiled.
    pub fn add_player_graph(&self, graph: Graph, bus: Vec<BusWire>) -> Result<PlayerId, GraphError> {
        self.add(Some((graph, bus)))
    }

    fn add(&self, graph: Option<(Graph, Vec<BusWire>)>) -> Result<PlayerId, GraphError> {
        let added = self.core().add_player(graph)?;
        // The device's clock drives the lane; one that came with the player has nothing to do.
        drop(added.clock);
        self.workers.add(&added.task);
        Ok(added.number)
    }

    /// Fades a player out and removes it.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn remove_player(&self, player: PlayerId) -> Result<(), GraphError> {
        self.core().remove_player(player)
    }

    /// Plays a track. Returns its generation, which events name.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn play(&self, player: PlayerId, track: Box<dyn Track>, at: StartAt) -> Result<u32, GraphError> {
        let generation = self.core().play(player, track, at)?;
        self.workers.wake();
        Ok(generation)
    }

    /// Goes to a place of the track, in frames at the graph's rate.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn seek(&self, player: PlayerId, frame: u64) -> Result<u32, GraphError> {
        let generation = self.core().seek(player, frame)?;
        self.workers.wake();
        Ok(generation)
    }

    /// Fades out and forgets the track.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn stop(&self, player: PlayerId) -> Result<(), GraphError> {
        self.core().stop(player)?;
        self.workers.wake();
        Ok(())
    }

    /// Pauses or goes on, with a fade.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn pause(&self, player: PlayerId, paused: bool) -> Result<(), GraphError> {
        self.core().pause(player, paused)
    }

    /// What a player is doing.
    ///
    /// # Errors
    /// When there is no such player.
    pub fn playing(&self, player: PlayerId) -> Result<Playing, GraphError> {
        self.core().playing(player)
    }

    /// Submits a change of a player, or of the device (`None`). What is submitted while another change of the same
    /// graph fades in is merged and follows.
    ///
    /// # Errors
    /// When the change makes a graph that cannot be compiled. Faults of building come with the ticket.
    pub fn submit(&self, player: Option<PlayerId>, transaction: &Transaction) -> Result<Ticket, GraphError> {
        let ticket = self.core().submit(player, transaction)?;
        self.workers.wake();
        Ok(ticket)
    }

    /// A queue of everything that happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<Event> {
        self.core().events.subscribe()
    }

    /// What is on the lane of a player, or of the device: nodes, order, buffers, costs, readings.
    #[must_use]
    pub fn view(&self, player: Option<PlayerId>) -> Option<PlanView> {
        let core = self.core();
        core.installed(player).map(|installed| view::view(installed, core.format))
    }

    /// The latest value of a reading of a node.
    #[must_use]
    pub fn reading(&self, player: Option<PlayerId>, node: &str, reading: &str) -> Option<f32> {
        let core = self.core();
        let installed = core.installed(player)?;
        view::reading(installed, node, reading)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Ok(mut core) = self.core.lock() {
            while core.post.to.push(ToLane::Quit).is_err() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.lane = None;
        for helper in self.helpers.drain(..) {
            drop(helper.join());
        }
        if let Ok(core) = self.core.lock() {
            core.drains().for_each(DrainHandle::finish);
        }
    }
}

/// A thread that does `work` over and over, pausing for as long as it says, until told to stop or there is none.
fn helper(
    name: &str,
    core: &Arc<Mutex<Core>>,
    stop: &Arc<AtomicBool>,
    work: fn(&Mutex<Core>) -> Option<Duration>,
) -> std::io::Result<JoinHandle<()>> {
    let (core, stop) = (Arc::clone(core), Arc::clone(stop));
    std::thread::Builder::new().name(name.into()).stack_size(512 * 1024).spawn(move || {
        while !stop.load(Ordering::Acquire)
            && let Some(pause) = work(&core)
        {
            std::thread::sleep(pause);
        }
    })
}

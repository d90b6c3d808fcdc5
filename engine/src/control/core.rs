//! All of the control side that is the same live and offline: players, the device, mail to and from the lane.

use super::build::{First, Installed, first};
use super::drains::DrainHandle;
use super::part::{Outgoing, Part};
use super::player::Player;
use super::{Event, Events, Playing, StartAt, Ticket, Transaction};
use crate::compile::{Options, compile, place};
use crate::graph::{BusWire, Graph, GraphError, PortRef, Template};
use crate::lane::{FromLane, Post, Seat, ToLane};
use crate::stream::{Feed, Shared, TrackTask, ring};
use lavalink_exec::{Clock, Curve, Format, Processor, Track};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Length of every fade, in ms: raised cosines of 20 ms pass the click test from 100 Hz up.
pub(crate) const FADE_MS: f64 = 20.0;

/// Control state of one lane.
pub(crate) struct Core {
    pub(crate) template: Template,
    pub(crate) format: Format,
    pub(crate) curve: Curve,
    pub(crate) post: Post,
    pub(crate) device: Part,
    pub(crate) players: BTreeMap<u32, Player>,
    pub(crate) events: Events,
    taken: Vec<bool>,
    gone: Vec<Player>,
    xruns: BTreeMap<Box<str>, u32>,
    next_player: u32,
}

/// What starting a lane needs beside the core.
pub(crate) struct Start {
    pub(crate) core: Core,
    pub(crate) clock: Option<Box<dyn Clock>>,
}

/// A player that was added.
pub(crate) struct Added {
    pub(crate) number: u32,
    pub(crate) task: Arc<Mutex<TrackTask>>,
    /// The clock that a sink in the player's own graph brought.
    pub(crate) clock: Option<Box<dyn Clock>>,
}

/// The fade curve: raised cosine, sampled in the middle of each frame.
pub(crate) fn curve(format: Format) -> Curve {
    let len = format.frames(FADE_MS).max(1);
    (0..len)
        .map(|i| {
            let phase = std::f64::consts::PI * (i as f64 + 0.5) / len as f64;
            (0.5 - 0.5 * phase.cos()) as f32
        })
        .collect()
}

impl Core {
    /// Builds the device's graph and sends it to the lane.
    pub(crate) fn start(template: Template, mut post: Post) -> Result<Start, GraphError> {
        let format = template.format;
        let curve = curve(format);
        let options = Options::default();
        let blueprint = compile(&template.device, format, &options)?;
        let taken = vec![false; blueprint.inlets.len()];
        let First { runner, installed, clock } =
            first(blueprint, template.device.clone(), Vec::new(), format, None, &curve)?;
        let device = Part::new(None, template.device.clone(), options, installed);
        if post.to.push(ToLane::Device(Box::new(runner))).is_err() {
            return Err(GraphError::TooLarge("one message before the lane runs"));
        }
        let core = Self {
            template,
            format,
            curve,
            post,
            device,
            players: BTreeMap::new(),
            events: Events::default(),
            taken,
            gone: Vec::new(),
            xruns: BTreeMap::new(),
            next_player: 1,
        };
        Ok(Start { core, clock })
    }

    /// Adds a player made of `graph`, or of the template's.
    pub(crate) fn add_player(&mut self, graph: Option<(Graph, Vec<BusWire>)>) -> Result<Added, GraphError> {
        let (graph, bus) = graph.unwrap_or_else(|| (self.template.player.clone(), self.template.bus.clone()));
        let routes = self.routes(&bus)?;
        let placed = place(&graph)?;
        let format = self.format;
        let options = Options { outlets: bus.iter().map(|w| w.from).collect(), ..Options::default() };
        let blueprint = compile(&graph, format, &options)?;
        let shared = Arc::new(Shared::default());
        let chunk = format.frames(20.0);
        let lead = (self.template.latency.lead_ms() / 20) as usize;
        let (sender, receiver) = ring(lead, chunk);
        let refill = format.frames(f64::from(self.template.latency.lead_ms()) * 0.4);
        let (feed, decoders) = Feed::new(Arc::clone(&shared), receiver, self.curve.clone(), refill);
        let feed: Option<Box<dyn Processor>> = placed.ring().map(|_| Box::new(feed) as _);
        let First { runner, installed, clock } =
            first(blueprint, graph.clone(), options.outlets.clone(), format, feed, &self.curve)?;
        let number = self.next_player;
        let part = Part::new(Some(number), graph, options, installed);
        let (orders, inbox) = crossbeam_channel::unbounded();
        let stages = part.stages()?;
        let task = TrackTask::new(format, self.curve.clone(), inbox, sender, decoders, stages.clone());
        let task = Arc::new(Mutex::new(task));
        let seat = Seat {
            player: number,
            runner,
            shared: Some(Arc::clone(&shared)),
            routes: routes.clone(),
            leaving: None,
            waiting: None,
        };
        if self.post.to.push(ToLane::Join(Box::new(seat))).is_err() {
            return Err(GraphError::TooLarge("the messages a lane takes at once; try again in a moment"));
        }
        routes.iter().flatten().for_each(|inlet| self.taken[*inlet] = true);
        self.next_player += 1;
        self.players.insert(number, Player::new(part, format, shared, Arc::clone(&task), orders, stages, routes));
        Ok(Added { number, task, clock })
    }

    /// Finds a free inlet of the device for every wire of the bus.
    fn routes(&self, bus: &[BusWire]) -> Result<Vec<Option<usize>>, GraphError> {
        let inlets = &self.device.installed.blueprint.inlets;
        let mut taken = self.taken.clone();
        bus.iter()
            .map(|wire| {
                let fits = |at: &PortRef| at.node == wire.to && wire.port.is_none_or(|p| p == at.port);
                let free = inlets.iter().enumerate().find(|(i, at)| !taken[*i] && fits(at)).map(|(i, _)| i);
                let Some(free) = free else {
                    let name = self.device.graph.node(wire.to).map_or("?", |n| &n.name);
                    return Err(GraphError::Build {
                        node: format!("device.{name}"),
                        param: None,
                        message: "every input is taken by another player; raise `inputs` in the document".into(),
                    });
                };
                taken[free] = true;
                Ok(Some(free))
            })
            .collect()
    }

    fn player(&mut self, player: u32) -> Result<&mut Player, GraphError> {
        self.players
            .get_mut(&player)
            .filter(|p| !p.leaving)
            .ok_or_else(|| GraphError::NoNode(format!("player {player}")))
    }

    pub(crate) fn remove_player(&mut self, player: u32) -> Result<(), GraphError> {
        self.player(player)?.leaving = true;
        Ok(())
    }

    pub(crate) fn play(&mut self, player: u32, track: Box<dyn Track>, at: StartAt) -> Result<u32, GraphError> {
        let player = self.player(player)?;
        if !at.after_present {
            player.part.forget_latencies();
        }
        Ok(player.play(track, at))
    }

    pub(crate) fn seek(&mut self, player: u32, frame: u64) -> Result<u32, GraphError> {
        Ok(self.player(player)?.seek(frame))
    }

    pub(crate) fn stop(&mut self, player: u32) -> Result<u32, GraphError> {
        Ok(self.player(player)?.stop())
    }

    pub(crate) fn pause(&mut self, player: u32, paused: bool) -> Result<(), GraphError> {
        self.player(player)?.shared.pause(paused);
        Ok(())
    }

    pub(crate) fn playing(&mut self, player: u32) -> Result<Playing, GraphError> {
        Ok(self.player(player)?.playing())
    }

    /// Takes in a change of a player, or of the device.
    pub(crate) fn submit(&mut self, player: Option<u32>, transaction: &Transaction) -> Result<Ticket, GraphError> {
        let format = self.format;
        match player {
            Some(player) => self.player(player)?.part.submit(transaction, format),
            None => {
                if let Some((graph, _)) = &transaction.graph {
                    let inlets = compile(graph, format, &Options::default())?.inlets;
                    let names = |graph: &Graph, inlets: &[PortRef]| -> Vec<_> {
                        inlets.iter().map(|p| (graph.node(p.node).map(|n| n.name.clone()), p.port)).collect()
                    };
                    let (new, old) =
                        (names(graph, &inlets), names(&self.device.graph, &self.device.installed.blueprint.inlets));
                    if new != old {
                        return Err(GraphError::Build {
                            node: "device".into(),
                            param: None,
                            message:
                                "the inputs that players are wired to cannot change while playing; restart for that"
                                    .into(),
                        });
                    }
                }
                self.device.submit(transaction, format)
            }
        }
    }

    /// Takes in what the lane has sent and sends what has become due. Call every few milliseconds.
    pub(crate) fn pump(&mut self) {
        while let Ok(message) = self.post.from.pop() {
            self.take_in(message);
        }
        let mut events = Vec::new();
        for player in self.players.values_mut() {
            player.tend(&mut events);
        }
        for error in self.drains().filter_map(DrainHandle::take_error).collect::<Vec<_>>() {
            events.push(Event::SinkFailed { node: error.0.into(), message: error.1.message });
        }
        self.look_for_xruns(&mut events);
        for event in &events {
            self.events.send(event);
        }
        let format = self.format;
        let mut parts: Vec<(&mut Part, u64)> = vec![(&mut self.device, 0)];
        let mut leave = Vec::new();
        for (number, player) in &mut self.players {
            let tag = player.tag();
            if player.leaving && !player.left {
                player.left = true;
                leave.push(*number);
            }
            parts.push((&mut player.part, tag));
        }
        for (part, after) in parts {
            if self.post.to.slots() < 2 {
                break;
            }
            if let Some(Outgoing { message, clock }) = part.advance(format, after) {
                // Room was looked for above.
                drop(self.post.to.push(message));
                if let Some(clock) = clock {
                    drop(self.post.to.push(ToLane::Clock(clock)));
                }
            }
        }
        for player in leave {
            if self.post.to.push(ToLane::Leave(player)).is_err()
                && let Some(player) = self.players.get_mut(&player)
            {
                player.left = false;
            }
        }
    }

    /// Compares what the device's sinks count as `xruns` with what they counted before.
    fn look_for_xruns(&mut self, events: &mut Vec<Event>) {
        let installed = &self.device.installed;
        for (node, instance) in installed.blueprint.nodes.iter().zip(&installed.instances) {
            let Some(index) = node.kind().and_then(|k| k.readings.iter().position(|r| r.name == "xruns")) else {
                continue;
            };
            let count = instance.readings.get(index) as u32;
            let before = self.xruns.entry(node.key.clone()).or_insert(0);
            if count > *before {
                events.push(Event::Xrun { node: node.key.to_string(), count });
            }
            *before = count;
        }
    }

    fn part(&mut self, player: Option<u32>) -> Option<&mut Part> {
        match player {
            None => Some(&mut self.device),
            Some(player) => self.players.get_mut(&player).map(|p| &mut p.part),
        }
    }

    fn take_in(&mut self, message: FromLane) {
        match message {
            FromLane::Edited { player, edit } => {
                if let Some(part) = self.part(player) {
                    part.settled(edit);
                }
            }
            FromLane::Refused(edit) => {
                drop(edit);
                let parts = self.players.values_mut().map(|p| &mut p.part);
                parts.filter(|p| p.is_busy()).for_each(Part::refused);
            }
            FromLane::Left(seat) => {
                if let Some(player) = self.players.remove(&seat.player) {
                    player.routes.iter().flatten().for_each(|inlet| self.taken[*inlet] = false);
                    player.part.installed.drains().for_each(DrainHandle::finish);
                    self.gone.push(player);
                }
                drop(seat);
                self.gone.clear();
            }
            FromLane::Full(seat) => {
                if let Some(player) = self.players.remove(&seat.player) {
                    player.routes.iter().flatten().for_each(|inlet| self.taken[*inlet] = false);
                    let message = "the lane has no seat for another player".to_owned();
                    self.events.send(&Event::Failed { player: seat.player, generation: 0, message });
                }
            }
            FromLane::Device(runner) => drop(runner),
            FromLane::Clock(clock) => drop(clock),
            FromLane::Failed { player } => {
                let failed: Vec<String> = self.part(player).map_or_else(Vec::new, |part| {
                    let nodes = part.installed.blueprint.nodes.iter().zip(&part.installed.instances);
                    nodes.filter(|(_, i)| i.cost.failed()).map(|(n, _)| n.key.to_string()).collect()
                });
                for node in failed {
                    self.events.send(&Event::NodeFailed { player, node });
                }
            }
        }
    }

    /// The drains of all sinks.
    pub(crate) fn drains(&self) -> impl Iterator<Item = &DrainHandle> {
        self.players.values().flat_map(|p| p.part.installed.drains()).chain(self.device.installed.drains())
    }

    /// Whether every change asked for is in effect.
    pub(crate) fn is_settled(&self) -> bool {
        self.device.is_settled() && self.players.values().all(|p| p.part.is_settled() && !p.is_pending())
    }

    /// Whether nothing plays and nothing is on its way.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_settled() && self.players.values().all(|p| !p.is_heard())
    }

    /// Whether something can only go on once a worker has done its part.
    pub(crate) fn waits_for_workers(&self) -> bool {
        self.players.values().any(Player::is_pending)
    }

    /// What is installed of a player, or of the device.
    pub(crate) fn installed(&self, player: Option<u32>) -> Option<&Installed> {
        match player {
            None => Some(&self.device.installed),
            Some(player) => self.players.get(&player).map(|p| &p.part.installed),
        }
    }
}

//! One graph that is on a lane, a player's or the device's: what it should be, what the lane has, what is on the way.

use super::build::{Installed, Step, step};
use super::drains::DrainHandle;
use super::{Applied, Ticket, Transaction};
use crate::compile::{Blueprint, Options, compile, place};
use crate::graph::{Graph, GraphError, PortRef};
use crate::lane::ToLane;
use crate::stream::StageSpec;
use lavalink_exec::{Clock, Edit, Format};

/// A graph and its way onto the lane. One edit is under way at a time; what is asked meanwhile is merged.
pub(crate) struct Part {
    pub(crate) player: Option<u32>,
    pub(crate) graph: Graph,
    pub(crate) options: Options,
    pub(crate) installed: Installed,
    /// What the lane will have once the edit under way has settled.
    next: Option<UnderWay>,
    waiting: Vec<Ticket>,
    dirty: bool,
    /// Raised by every change of the graph.
    revision: u64,
    /// Whether nothing is heard of it, so that packets may change over without priming.
    pub(crate) silent: bool,
}

struct UnderWay {
    installed: Installed,
    closing: Vec<DrainHandle>,
    tickets: Vec<Ticket>,
}

/// What has to be sent to the lane.
pub(crate) struct Outgoing {
    pub(crate) message: ToLane,
    pub(crate) clock: Option<Box<dyn Clock>>,
}

impl Part {
    pub(crate) fn new(player: Option<u32>, graph: Graph, options: Options, installed: Installed) -> Self {
        Self {
            player,
            graph,
            options,
            installed,
            next: None,
            waiting: Vec::new(),
            dirty: false,
            revision: 0,
            silent: false,
        }
    }

    /// Takes a transaction in: the graph is as it says from now on, the lane follows.
    pub(crate) fn submit(&mut self, transaction: &Transaction, format: Format) -> Result<Ticket, GraphError> {
        let mut graph = self.graph.clone();
        let mut options = self.options.clone();
        transaction.apply(&mut graph, &mut options.pruned)?;
        if let Some((_, bus)) = &transaction.graph {
            if bus.len() != options.outlets.len() && self.player.is_some() {
                return Err(GraphError::Build {
                    node: "player".into(),
                    param: None,
                    message: "the number of wires into the device cannot change while playing; restart for that".into(),
                });
            }
            options.outlets = bus.iter().map(|w| w.from).collect();
        }
        // Refuse what does not compile now, not when its turn comes.
        compile(&graph, format, &Options { packets: false, ..options.clone() })?;
        self.graph = graph;
        self.options = options;
        self.revision += 1;
        self.dirty = true;
        let ticket = Ticket::new();
        self.waiting.push(ticket.clone());
        Ok(ticket)
    }

    /// Something the plan depends on has changed.
    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    /// Changes with every change of the graph.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether an edit is on its way or fading.
    pub(crate) fn is_busy(&self) -> bool {
        self.next.is_some()
    }

    /// Whether everything asked for is in effect.
    pub(crate) fn is_settled(&self) -> bool {
        self.next.is_none() && !self.dirty
    }

    /// The next edit for the lane, if there is anything to change and nothing under way. `after` is the order of the
    /// stream side that must be heard first.
    pub(crate) fn advance(&mut self, format: Format, after: u64) -> Option<Outgoing> {
        if self.next.is_some() || !self.dirty {
            return None;
        }
        match self.step(format) {
            Ok(Some((Step { mut edit, installed, clock, closing }, arrives))) => {
                // A step that changes wires may leave the feed delivering what nobody reads any more: look again.
                self.dirty = !arrives || edit.rebuild.is_some();
                let tickets = if arrives { std::mem::take(&mut self.waiting) } else { Vec::new() };
                edit.tag = after;
                if self.silent {
                    edit.prime = 0;
                }
                // Nodes that were in use keep their latency while they are out.
                self.keep_latencies(&installed.blueprint);
                self.next = Some(UnderWay { installed, closing, tickets });
                let message = ToLane::Edit { player: self.player, edit: Box::new(edit), after };
                Some(Outgoing { message, clock })
            }
            Ok(None) => {
                self.dirty = false;
                (self.installed.graph, self.installed.outlets) = self.asked();
                self.waiting.drain(..).for_each(|t| t.resolve(Ok(Applied { at: 0 })));
                None
            }
            Err(error) => {
                self.dirty = false;
                self.graph = self.installed.graph.clone();
                self.options.outlets = self.installed.outlets.clone();
                self.revision += 1;
                self.waiting.drain(..).for_each(|t| t.resolve(Err(error.clone())));
                None
            }
        }
    }

    /// The next step, and whether the graph is as asked for after it. Entering and leaving pass-through is a step of its own, in which
    /// nothing else changes: packets change over between plans that sound the same.
    fn step(&self, format: Format) -> Result<Option<(Step, bool)>, GraphError> {
        let target = compile(&self.graph, format, &self.options)?;
        let straight = Options { packets: false, ..self.options.clone() };
        let passes = super::build::reads_feed(&target, 1);
        if self.installed.passes_through() && !passes {
            let here = (self.installed.graph.clone(), self.installed.outlets.clone());
            let way = compile(&here.0, format, &Options { outlets: here.1.clone(), ..straight })?;
            let made = step(&self.installed, way, here, format)?;
            return Ok(made.map(|s| (s, false)));
        }
        if !self.installed.passes_through() && passes {
            let way = compile(&self.graph, format, &straight)?;
            if let Some(made) = step(&self.installed, way, self.asked(), format)? {
                return Ok(Some((made, false)));
            }
        }
        let made = step(&self.installed, target, self.asked(), format)?;
        Ok(made.map(|s| (s, true)))
    }

    fn asked(&self) -> (Graph, Vec<PortRef>) {
        (self.graph.clone(), self.options.outlets.clone())
    }

    /// Whether packets of a track could go to a sink untouched: everything between them is at identity.
    pub(crate) fn could_pass_through(&self, format: Format) -> bool {
        let options = Options { packets: true, ..self.options.clone() };
        compile(&self.graph, format, &options).is_ok_and(|plan| super::build::reads_feed(&plan, 1))
    }

    fn keep_latencies(&mut self, plan: &Blueprint) {
        let late = plan.nodes.iter().filter(|n| n.delay > 0 && n.kind().is_some()).map(|n| n.key.clone());
        self.options.keep_latency.extend(late);
    }

    /// A track begins: delays that stand for nodes no longer in use may go.
    pub(crate) fn forget_latencies(&mut self) {
        if !self.options.keep_latency.is_empty() {
            self.options.keep_latency.clear();
            self.dirty = true;
        }
    }

    /// The lane has sent an edit back: it is in effect.
    pub(crate) fn settled(&mut self, edit: Box<Edit>) {
        let at = edit.at;
        drop(edit);
        if let Some(done) = self.next.take() {
            self.installed = done.installed;
            done.closing.iter().for_each(DrainHandle::finish);
            done.tickets.iter().for_each(|t| t.resolve(Ok(Applied { at })));
        }
    }

    /// The lane could not take the edit: it is made again.
    pub(crate) fn refused(&mut self) {
        if let Some(lost) = self.next.take() {
            self.waiting.extend(lost.tickets);
            self.dirty = true;
        }
    }

    /// The stages of the stream chain, with their present values.
    pub(crate) fn stages(&self) -> Result<Vec<StageSpec>, GraphError> {
        let placed = place(&self.graph)?;
        let spec = |n| {
            let node = self.graph.node(n)?;
            let stays = !self.options.pruned.contains(&node.name);
            let acts = !matches!(node.kind().make, lavalink_exec::Make::Source | lavalink_exec::Make::Decoder);
            (stays && acts).then(|| StageSpec { name: node.name.clone(), params: node.params.clone() })
        };
        Ok(placed.stream.into_iter().filter_map(spec).collect())
    }
}

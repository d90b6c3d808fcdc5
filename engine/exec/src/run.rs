//! Playing a plan.

use crate::arena::{Arena, Slot, State};
use crate::io::Io;
use crate::{Context, Edit, Node, Op, Output, Packet, Phase, Plan, Stereo, Tail, TrackTime};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::cell::Cell;

/// What the core needs from around it; stateless, so that it can be called inside the guard too.
pub trait Hooks {
    /// A counter for timing steps; wraps.
    fn now() -> u32;

    /// Calls `run` and returns whether it came back without a panic.
    fn guard(run: &mut dyn FnMut()) -> bool;
}

/// The curve of every fade: raised cosine from 0 to 1, one value per frame. Made once on the control side.
pub type Curve = Arc<[f32]>;

/// A plan that plays, with its nodes: one player's, or the device's.
pub struct Runner {
    nodes: Vec<Node>,
    plan: Plan,
    position: u64,
    curve: Curve,
    running: Option<Running>,
    failures: u32,
    /// Track time and whether it runs: found before a block, left after it.
    track: (TrackTime, bool),
}

/// An edit that is being faded in.
struct Running {
    edit: Box<Edit>,
    prime: u32,
    faded: usize,
    next_packet: Option<u64>,
}

impl Runner {
    /// A runner with its first nodes and plan. Control side.
    ///
    /// # Panics
    /// When the plan is for another number of nodes.
    #[must_use]
    pub fn new(nodes: Vec<Node>, plan: Plan, curve: Curve) -> Self {
        assert_eq!(nodes.len(), usize::from(plan.nodes), "a plan goes with the table it was made for");
        Self { nodes, plan, position: 0, curve, running: None, failures: 0, track: (TrackTime::default(), true) }
    }

    /// The time of the track in the last block, and whether it ran. Real-time safe.
    #[must_use]
    pub fn track(&self) -> (TrackTime, bool) {
        self.track
    }

    /// Says what the time of the track is in the next block, for a plan without a feed. Without a word its own position
    /// counts. Real-time safe.
    pub fn set_track(&mut self, track: Option<(TrackTime, bool)>) {
        self.track = track.unwrap_or((TrackTime { frame: self.position, generation: 0 }, true));
    }

    /// Frames rendered so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether an edit is still being faded in; another has to wait.
    #[must_use]
    pub fn is_fading(&self) -> bool {
        self.running.is_some()
    }

    /// Frames until the running edit settles; blocks are cut there so that results do not depend on block lengths.
    #[must_use]
    pub fn fade_left(&self) -> Option<usize> {
        self.running.as_ref().map(|r| r.prime as usize + self.curve.len() - r.faded)
    }

    /// Nodes that panicked and were cut out since the last call.
    pub fn take_failures(&mut self) -> u32 {
        core::mem::take(&mut self.failures)
    }

    /// Applies an edit between two blocks. Real-time safe. Returns the edit, with what is to be dropped in it, when it
    /// settled at once; otherwise [`Runner::settle`] returns it later.
    ///
    /// # Errors
    /// Gives the edit back untouched while another one is running.
    pub fn begin(&mut self, mut edit: Box<Edit>) -> Result<Option<Box<Edit>>, Box<Edit>> {
        if self.running.is_some() {
            return Err(edit);
        }
        edit.at = self.position;
        let mut fading = false;
        if let Some(rebuild) = &mut edit.rebuild {
            for (old, new) in &rebuild.moves {
                if let (Some(from), Some(to)) =
                    (self.nodes.get_mut(usize::from(*old)), rebuild.nodes.get_mut(usize::from(*new)))
                {
                    to.processor = from.processor.take();
                    to.quiet = from.quiet;
                    to.failed = from.failed;
                }
            }
            for (new, old) in &rebuild.adopts {
                let (new, old) = (usize::from(*new), usize::from(*old));
                if let Ok([new, old]) = rebuild.nodes.get_disjoint_mut([new, old])
                    && let (Some(new), Some(old)) = (&mut new.processor, &mut old.processor)
                {
                    new.adopt(&mut **old);
                }
            }
            core::mem::swap(&mut self.nodes, &mut rebuild.nodes);
            if let Some(transition) = &mut rebuild.transition {
                core::mem::swap(&mut self.plan, transition);
                fading = true;
            } else {
                core::mem::swap(&mut self.plan, &mut rebuild.settled);
            }
        }
        for set in &edit.sets {
            if let Some(Node { processor: Some(processor), failed: false, .. }) =
                self.nodes.get_mut(usize::from(set.node))
            {
                processor.set(usize::from(set.index), set.value);
            }
        }
        if fading {
            let prime = edit.prime;
            self.running = Some(Running { edit, prime, faded: 0, next_packet: None });
            Ok(None)
        } else {
            Ok(Some(edit))
        }
    }

    /// Returns the running edit once its fade is over, with the old plan and the retired processors in it. Real-time
    /// safe.
    pub fn settle(&mut self) -> Option<Box<Edit>> {
        let done = self.running.as_ref().is_some_and(|r| r.prime == 0 && r.faded >= self.curve.len());
        if !done {
            return None;
        }
        let mut edit = self.running.take()?.edit;
        if let Some(rebuild) = &mut edit.rebuild {
            // `transition` holds the plan of before the edit; the transitional one takes the place of `settled`.
            core::mem::swap(&mut self.plan, &mut rebuild.settled);
            for (i, node) in rebuild.retired.iter().enumerate() {
                // The old table has come back in `nodes` with all its processors taken; it has room for the retired.
                let gone = self.nodes.get_mut(usize::from(*node)).and_then(|n| n.processor.take());
                if let Some(place) = rebuild.nodes.get_mut(i) {
                    place.processor = gone;
                }
            }
        }
        Some(edit)
    }

    /// Copies sound into inlet `index` for the block to come. Real-time safe.
    pub fn fill_inlet(&mut self, index: usize, block: Option<Stereo<'_>>) {
        let Some(slot) = self.plan.inlets.get(index).copied() else { return };
        match block {
            Some(block) => {
                let frames = block.left.len().min(self.plan.arena.max_block());
                // SAFETY: `&mut self` makes this the only access, and the length fits.
                let to = unsafe { self.plan.arena.view().stereo_mut(slot, frames) };
                to.left.copy_from_slice(&block.left[..frames]);
                to.right.copy_from_slice(&block.right[..frames]);
                self.plan.arena.mark(slot, State::Live);
            }
            None => self.plan.arena.mark(slot, State::Silent),
        }
    }

    /// Fades inlet `index`, just filled, out: `at` frames of the fade have passed. Real-time safe.
    pub fn fade_inlet(&mut self, index: usize, at: usize, frames: usize) {
        let Some(slot) = self.plan.inlets.get(index).copied() else { return };
        if self.plan.arena.is_silent(slot) {
            return;
        }
        let frames = frames.min(self.plan.arena.max_block());
        // SAFETY: `&mut self` makes this the only access, and the length fits.
        let block = unsafe { self.plan.arena.view().stereo_mut(slot, frames) };
        for channel in [block.left, block.right] {
            for (i, sample) in channel.iter_mut().enumerate() {
                *sample *= 1.0 - self.curve.get(at + i).copied().unwrap_or(1.0);
            }
        }
    }

    /// Outlet `index` after a block; `None` when it is silent. Real-time safe.
    pub fn outlet(&mut self, index: usize, frames: usize) -> Option<Stereo<'_>> {
        let slot = self.plan.outlets.get(index).copied()?;
        if self.plan.arena.is_silent(slot) { None } else { Some(self.plan.arena.read(slot, frames)) }
    }

    /// Renders `frames` frames, at most the plan's block and at most [`Runner::fade_left`]. Real-time safe.
    pub fn run<H: Hooks>(&mut self, frames: usize) {
        let frames = frames.min(self.plan.arena.max_block());
        let mut ctx = Context {
            frames,
            position: self.position,
            latency: 0,
            track: Cell::new(self.track.0),
            running: Cell::new(self.track.1),
            priming: self.running.as_ref().is_some_and(|r| r.prime > 0),
        };
        let mut clock = H::now();
        let mut at = 0;
        let total = self.plan.ops.len();
        while at < total {
            let completed = H::guard(&mut || {
                while at < total {
                    if let Some(node) = self.step(at, &mut ctx) {
                        let now = H::now();
                        self.nodes[node].cost.add(now.wrapping_sub(clock));
                        clock = now;
                    }
                    at += 1;
                }
            });
            if !completed {
                self.cut_out(at);
            }
        }
        self.position += frames as u64;
        self.track = (ctx.track.get(), ctx.running.get());
        if let Some(running) = &mut self.running {
            let primed = running.prime.min(frames as u32);
            running.prime -= primed;
            running.faded += frames - primed as usize;
        }
    }

    /// The node of operation `at` has panicked: it is not called again.
    fn cut_out(&mut self, at: usize) {
        if let Some(Op::Node { node, .. }) = self.plan.ops.get(at)
            && let Some(node) = self.nodes.get_mut(usize::from(*node))
        {
            node.failed = true;
            node.cost.fail();
            self.failures += 1;
        }
    }

    /// Runs one operation; returns the node whose processor was called.
    fn step(&mut self, at: usize, ctx: &mut Context) -> Option<usize> {
        let Plan { ops, arena, .. } = &mut self.plan;
        match &ops[at] {
            Op::Node { node, inputs, outputs, in_place, phase, latency } => {
                let index = usize::from(*node);
                ctx.latency = *latency;
                call(&mut self.nodes[index], arena, Ports { inputs, outputs, in_place: *in_place, phase: *phase }, ctx)
                    .then_some(index)
            }
            Op::Copy { from, to } => {
                arena.copy(*from, *to, ctx.frames);
                None
            }
            Op::Fade { old, new, out } => {
                if let Some(running) = &self.running {
                    fade(arena, [*old, *new, *out], &self.curve, running, ctx.frames);
                }
                None
            }
            Op::Switch { old, new, out } => {
                if let Some(running) = &mut self.running {
                    switch(arena, [*old, *new, *out], running);
                }
                None
            }
        }
    }
}

/// The buffers of one call.
#[derive(Clone, Copy)]
struct Ports<'p> {
    inputs: &'p [Slot],
    outputs: &'p [Slot],
    in_place: bool,
    phase: Phase,
}

/// Calls one processor, unless there is nothing for it to do. Returns whether it was called.
fn call(node: &mut Node, arena: &mut Arena, ports: Ports<'_>, ctx: &Context) -> bool {
    let Ports { inputs, outputs, in_place, phase } = ports;
    let frames = ctx.frames;
    let heard: &[Slot] = if in_place { outputs } else { inputs };
    let mut silent = 0_u32;
    let mut all_silent = true;
    for (port, slot) in heard.iter().enumerate() {
        if arena.is_silent(*slot) {
            silent |= 1_u32.checked_shl(port as u32).unwrap_or(0);
        } else {
            all_silent = false;
        }
    }
    for slot in outputs {
        if let Slot::Packets(i) = slot {
            arena.queue(*i).clear();
        }
    }
    node.quiet = if all_silent { node.quiet.saturating_add(frames as u32) } else { 0 };
    // Generators have no inputs and sinks no outputs: both run whether or not there is sound.
    let skip = !heard.is_empty()
        && !outputs.is_empty()
        && all_silent
        && match node.tail {
            Tail::None => true,
            Tail::Frames(n) => node.quiet > n.saturating_add(frames as u32),
            Tail::Endless => false,
        };
    let processor = match &mut node.processor {
        Some(processor) if !node.failed => processor,
        _ => {
            if !in_place {
                outputs.iter().for_each(|slot| arena.mark(*slot, State::Silent));
            }
            return false;
        }
    };
    if skip {
        if !in_place {
            outputs.iter().for_each(|slot| arena.mark(*slot, State::Silent));
        }
        return false;
    }
    for slot in heard {
        arena.ensure_zeros(*slot, frames);
    }
    // SAFETY: the plan has checked that outputs are distinct and not among the inputs.
    let mut io = unsafe { Io::new(arena.view(), inputs, outputs, frames, silent, phase) };
    match processor.process(&mut io, ctx) {
        Output::Written => outputs.iter().for_each(|slot| arena.mark(*slot, State::Live)),
        Output::Silent => outputs.iter().for_each(|slot| arena.mark(*slot, State::Silent)),
        Output::Bypass if in_place => {}
        Output::Bypass => outputs.iter().for_each(|slot| arena.mark(*slot, State::Silent)),
    }
    true
}

/// Mixes old and new by the place in the fade.
fn fade(arena: &mut Arena, [old, new, out]: [Slot; 3], curve: &[f32], running: &Running, frames: usize) {
    if arena.is_silent(old) && arena.is_silent(new) {
        arena.mark(out, State::Silent);
        return;
    }
    arena.ensure_zeros(old, frames);
    arena.ensure_zeros(new, frames);
    let wait = running.prime as usize;
    let view = arena.view();
    // SAFETY: the plan has checked that `out` is neither `old` nor `new`; all lie in the borrowed arena.
    let (old, new, mut to) =
        unsafe { (view.stereo(old, frames), view.stereo(new, frames), view.stereo_mut(out, frames)) };
    for (old, new, to) in [(old.left, new.left, &mut to.left), (old.right, new.right, &mut to.right)] {
        for (i, ((old, new), to)) in old.iter().zip(new).zip(to.iter_mut()).enumerate() {
            let gain = match i.checked_sub(wait) {
                None => 0.0,
                Some(i) => curve.get(running.faded + i).copied().unwrap_or(1.0),
            };
            *to = old + (new - old) * gain;
        }
    }
    arena.mark(out, State::Live);
}

/// Forwards packets so that every place of the track's grid is sent once: the old ones until priming is over, then
/// those of the new side from the first one that joins on.
fn switch(arena: &mut Arena, [old, new, out]: [Slot; 3], running: &mut Running) {
    let (Slot::Packets(old), Slot::Packets(new), Slot::Packets(out)) = (old, new, out) else { return };
    let Some([old, new, out]) = arena.queues(old, new, out) else { return };
    out.clear();
    let mut forward = |packet: &Packet, next: &mut Option<u64>| {
        if let Some(to) = out.push() {
            to.clone_from(packet);
            *next = Some(packet.frame + u64::from(packet.frames));
        }
    };
    if running.prime > 0 {
        old.as_slice().iter().for_each(|p| forward(p, &mut running.next_packet));
        return;
    }
    for packet in new.as_slice() {
        if running.next_packet.is_none_or(|next| packet.frame >= next) {
            forward(packet, &mut running.next_packet);
        }
    }
}

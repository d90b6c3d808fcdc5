//! A compiled plan as plain data, and its picture. The engine's views are copied into this; nothing here knows the engine.

use super::{Band, Cell, Line, Picture};
use lavalink_exec::Edge;

/// A compiled document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanView {
    /// Its name.
    pub name: String,
    /// Rate of the wires in Hz.
    pub rate: u32,
    /// The compiled graphs: players first, then the device.
    pub parts: Vec<PartView>,
}

/// One compiled graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartView {
    /// Whether it is the device's.
    pub device: bool,
    /// Steps in the order they run, stream stages first.
    pub steps: Vec<StepView>,
    /// Buffers of its arena.
    pub buffers: usize,
    /// Delay from its input to its output, in frames.
    pub latency: usize,
}

/// One step of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepView {
    /// Names of its nodes; several when they were fused.
    pub nodes: Vec<String>,
    /// The kind, or what the compiler put in: `delay`, `copy`.
    pub kind: String,
    /// Whether it runs on a stream worker.
    pub stream: bool,
    /// Whether it is left out at the moment because it would do nothing.
    pub bypassed: bool,
    /// Its own delay in frames.
    pub latency: usize,
    /// Buffers it reads.
    pub reads: Vec<usize>,
    /// Buffers it writes.
    pub writes: Vec<usize>,
    /// Steps of the same part it gets its input from, by number.
    pub after: Vec<usize>,
    /// What it measured last: `-18.2 dB`, `140 ns`.
    pub live: Vec<String>,
}

impl PlanView {
    /// The picture of this plan: boxes are steps, numbered in the order they run. An arrow from the last step of the player
    /// to the first of the device stands for the wires between the two.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let mut picture = Picture { title: format!("{} · plan", self.name), ..Picture::default() };
        let mut subtitle = vec![format!("{} kHz", f64::from(self.rate) / 1000.0)];
        let mut player_end = None;
        for part in &self.parts {
            let offset = picture.cells.len();
            let side = if part.device { "device" } else { "player" };
            let PartView { steps, buffers, latency, .. } = part;
            subtitle.push(format!("{side}: {} steps, {buffers} buffers, {latency} frames of delay", steps.len()));
            for (number, step) in part.steps.iter().enumerate() {
                picture.cells.push(cell(part, number, step));
                let before = step.after.iter().filter(|before| **before < steps.len());
                picture.lines.extend(before.map(|b| Line::new(offset + b, offset + number, Edge::Pcm)));
            }
            match (part.device, player_end) {
                (true, Some(end)) if !steps.is_empty() => picture.lines.push(Line::new(end, offset, Edge::Pcm)),
                (false, _) => player_end = picture.cells.len().checked_sub(1),
                _ => {}
            }
        }
        picture.subtitle = subtitle.join(" · ");
        picture
    }
}

fn cell(part: &PartView, number: usize, step: &StepView) -> Cell {
    let list = |buffers: &[usize]| buffers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut notes = Vec::new();
    if !step.reads.is_empty() || !step.writes.is_empty() {
        notes.push(format!("buffers {} → {}", list(&step.reads), list(&step.writes)));
    }
    if step.latency > 0 {
        notes.push(format!("delay {} frames", step.latency));
    }
    if step.bypassed {
        notes.push("bypassed".to_owned());
    }
    notes.extend(step.live.iter().cloned());
    let band = match (part.device, step.stream) {
        (true, _) => Band::Device,
        (false, true) => Band::Stream,
        (false, false) => Band::Lane,
    };
    let name = format!("{}. {}", number + 1, step.nodes.join(" + "));
    Cell { name, kind: step.kind.clone(), notes, band, faint: step.bypassed }
}

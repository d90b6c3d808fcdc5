//! A document as a picture.

use super::{Band, Cell, Line, Picture};
use crate::value::short;
use crate::{Document, NodeDecl, Section, show_value};
use lavalink_exec::{Edge, Value};

/// Most values shown in a box.
const NOTES: usize = 4;

impl Document {
    /// The picture of this document.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let stream = stream_part(&self.player);
        let player = self.player.nodes.iter().zip(stream);
        let mut cells: Vec<Cell> =
            player.map(|(n, stream)| cell(n, if stream { Band::Stream } else { Band::Lane })).collect();
        let device = cells.len();
        cells.extend(self.device.nodes.iter().map(|n| cell(n, Band::Device)));
        let mut lines = wires(&self.player, 0);
        lines.extend(self.bus.iter().map(|b| Line::new(b.from.0, device + b.node, edge_of(&self.player, b.from))));
        lines.extend(wires(&self.device, device));
        if let Some((node, _)) = self.player.out {
            let (name, kind) = ("out".to_owned(), String::new());
            lines.push(Line::new(node, cells.len(), Edge::Pcm));
            cells.push(Cell { name, kind, notes: Vec::new(), band: Band::Lane, faint: true });
        }
        let latency = if self.settings.low_latency { "low latency" } else { "standard latency" };
        let rate = f64::from(self.settings.sample_rate) / 1000.0;
        let subtitle = format!("{rate} kHz · blocks of {} ms · {latency}", self.settings.block_ms);
        Picture { title: self.name.clone(), subtitle, cells, lines }
    }

    /// This document in Graphviz's language.
    #[must_use]
    pub fn dot(&self) -> String {
        self.picture().dot()
    }

    /// This document in Mermaid's language.
    #[must_use]
    pub fn mermaid(&self) -> String {
        self.picture().mermaid()
    }

    /// This document as a drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        self.picture().svg()
    }
}

/// Which nodes of a player run on workers: stream kinds, and all that is upstream of one.
fn stream_part(player: &Section) -> Vec<bool> {
    let mut stream: Vec<bool> = player.nodes.iter().map(|n| n.params.kind().is_stream()).collect();
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for wire in &player.wires {
            if stream[wire.to.0] && !stream[wire.from.0] {
                stream[wire.from.0] = true;
                changed = true;
            }
        }
    }
    stream
}

fn cell(node: &NodeDecl, band: Band) -> Cell {
    let kind = node.params.kind();
    let mut notes: Vec<String> = Vec::new();
    let mut arrays: Vec<&str> = Vec::new();
    for (index, _) in &node.given {
        let (Some(param), value) = (kind.param_at(*index), &node.params.values()[*index]) else { continue };
        if param.count > 1 {
            if !arrays.contains(&param.name) {
                arrays.push(param.name);
                let given = node.given.iter().filter(|(i, _)| kind.param_at(*i).is_some_and(|p| p.name == param.name));
                notes.push(format!("{} × {}", param.name, given.count()));
            }
        } else {
            notes.push(match value {
                Value::Flag(true) => param.name.to_owned(),
                Value::Flag(false) => format!("not {}", param.name),
                value => format!("{} {}", param.name, short(&show_value(param, value))),
            });
        }
    }
    if notes.len() > NOTES {
        notes.truncate(NOTES - 1);
        notes.push("…".to_owned());
    }
    if let Some(filter) = &node.filter {
        notes.push(format!("filter {filter}"));
    }
    if node.optional {
        notes.push(format!("optional, priority {}", node.priority));
    }
    Cell { name: node.name.clone(), kind: kind.name.to_owned(), notes, band, faint: node.optional }
}

fn edge_of(section: &Section, (node, port): (usize, usize)) -> Edge {
    section.nodes[node].outputs().get(port).map_or(Edge::Pcm, |p| p.port.edge)
}

fn wires(section: &Section, offset: usize) -> Vec<Line> {
    section.wires.iter().map(|w| Line::new(offset + w.from.0, offset + w.to.0, edge_of(section, w.from))).collect()
}

//! Pictures in Graphviz's language.

use super::{Band, Picture};
use lavalink_exec::Edge;
use std::fmt::Write;

const HEAD: &str = "  graph [fontname=\"sans-serif\"];
  edge [fontname=\"sans-serif\", fontsize=10, color=\"#6b7686\"];
  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f7f9fb\", fontname=\"sans-serif\", fontsize=11];
";

impl Picture {
    /// The picture for `dot -Tsvg` and the like.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph graph_document {\n");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  label={}; labelloc=t; rankdir=LR;", quote(&[&self.title, &self.subtitle]));
        out.push_str(HEAD);
        for band in Band::ALL {
            if self.band(band).next().is_none() {
                continue;
            }
            let (id, color) = (band.id(), band.color());
            let _ =
                writeln!(out, "  subgraph cluster_{id} {{\n    label={}; color=\"{color}\";", quote(&[band.title()]));
            for (number, cell) in self.band(band) {
                let mut lines = vec![cell.name.as_str(), cell.kind.as_str()];
                lines.extend(cell.notes.iter().map(String::as_str));
                lines.retain(|l| !l.is_empty());
                let faint = if cell.faint { ", style=\"rounded,filled,dashed\"" } else { "" };
                let _ = writeln!(out, "    n{number} [label={}, color=\"{color}\"{faint}];", quote(&lines));
            }
            out.push_str("  }\n");
        }
        for line in &self.lines {
            let style = match line.edge {
                Edge::Pcm => "",
                Edge::Packets => ", style=dashed",
                Edge::Bytes => ", style=dotted",
            };
            let _ = writeln!(out, "  n{} -> n{} [label={}{style}];", line.from, line.to, quote(&[&line.label]));
        }
        out.push_str("}\n");
        out
    }
}

/// A string of dot, one line below the other.
fn quote(lines: &[&str]) -> String {
    let escape = |l: &&str| l.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
    format!("\"{}\"", lines.iter().map(escape).collect::<Vec<_>>().join("\\n"))
}

//! Pictures in Mermaid's language, which many Markdown viewers draw.

use super::{Band, Picture};
use lavalink_exec::Edge;
use std::fmt::Write;

impl Picture {
    /// The picture for a ```` ```mermaid ```` block.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for band in Band::ALL {
            if self.band(band).next().is_none() {
                continue;
            }
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  subgraph {}[\"{}\"]", band.id(), band.title());
            for (number, cell) in self.band(band) {
                let mut label = format!("<b>{}</b>", escape(&cell.name));
                for line in std::iter::once(&cell.kind).chain(&cell.notes).filter(|l| !l.is_empty()) {
                    let _ = write!(label, "<br/>{}", escape(line));
                }
                let _ = writeln!(out, "    n{number}[\"{label}\"]");
            }
            out.push_str("  end\n");
        }
        for line in &self.lines {
            let arrow = if line.edge == Edge::Pcm { "-->" } else { "-.->" };
            let label = if line.label.is_empty() { String::new() } else { format!("|{}|", escape(&line.label)) };
            let _ = writeln!(out, "  n{} {arrow}{label} n{}", line.from, line.to);
        }
        out
    }
}

/// Text that Mermaid takes for text.
fn escape(text: &str) -> String {
    let special = |c: char| "\"<>&#|[]{}()`\n".contains(c);
    text.chars().map(|c| if special(c) { format!("#{};", c as u32) } else { c.to_string() }).collect()
}

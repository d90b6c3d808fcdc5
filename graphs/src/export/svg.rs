//! Pictures as drawings that read well on light and on dark ground.

use super::layout::{Rect, layout};
use super::{Band, Cell, Picture};
use lavalink_exec::Edge;
use std::fmt::Write;

/// Height of the coloured head of a box, and of each line below it.
const HEAD: f64 = 40.0;
const LINE: f64 = 15.0;
/// Arrows and words on the ground: of middle grey, since the ground may be light or dark.
const INK: &str = "#7d8796";
const PAPER: &str = "#f7f9fb";

impl Picture {
    /// The picture as an SVG of its own, with no ground: boxes are light with dark text, all else is of middle grey.
    #[must_use]
    pub fn svg(&self) -> String {
        let sizes: Vec<(f64, f64)> = self.cells.iter().map(size).collect();
        let placed = layout(self, &sizes, width(&self.subtitle, 6.4).max(width(&self.title, 10.0)));
        let (w, h) = (placed.width.ceil(), placed.height.ceil());
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             font-family=\"system-ui, 'DejaVu Sans', 'Noto Sans', sans-serif\">\n<title>{}</title>",
            escape(&self.title)
        );
        let _ = writeln!(
            out,
            "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.5 8 4 0 7.5Z\" fill=\"{INK}\"/></marker></defs>"
        );
        text(&mut out, (28.0, 27.0), 17.0, INK, "font-weight=\"700\"", &self.title);
        text(&mut out, (28.0, 46.0), 11.5, INK, "", &self.subtitle);
        for (band, rect) in &placed.bands {
            draw_band(&mut out, *band, rect);
        }
        for (line, route) in self.lines.iter().zip(&placed.routes) {
            let dash = match line.edge {
                Edge::Pcm => "",
                Edge::Packets => " stroke-dasharray=\"7 4\"",
                Edge::Bytes => " stroke-dasharray=\"2 3\"",
            };
            let path = path(&route.points);
            let _ = writeln!(
                out,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.7\"{dash} marker-end=\"url(#end)\"/>"
            );
            if !line.label.is_empty() {
                text(&mut out, route.label, 9.5, INK, "text-anchor=\"middle\"", &line.label);
            }
        }
        for (cell, rect) in self.cells.iter().zip(&placed.cells) {
            draw_cell(&mut out, cell, rect);
        }
        out.push_str("</svg>\n");
        out
    }
}

fn size(cell: &Cell) -> (f64, f64) {
    if cell.kind.is_empty() {
        return (width(&cell.name, 8.0) + 28.0, HEAD);
    }
    let notes = cell.notes.iter().map(|n| width(n, 6.5)).fold(0.0, f64::max);
    let w = width(&cell.name, 8.6).max(width(&cell.kind, 6.9)).max(notes) + 24.0;
    let notes = if cell.notes.is_empty() { 0.0 } else { 8.0 + LINE * cell.notes.len() as f64 };
    (w.max(84.0), HEAD + notes)
}

/// A guess at the width of a text, which is all there is without a font.
fn width(text: &str, per_char: f64) -> f64 {
    text.chars().count() as f64 * per_char
}

fn draw_band(out: &mut String, band: Band, rect: &Rect) {
    let Rect { x, y, w, h } = rect;
    let color = band.color();
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"10\" fill=\"{color}\" fill-opacity=\"0.09\" \
         stroke=\"{color}\" stroke-opacity=\"0.55\"/>"
    );
    text(out, (x + 14.0, y + 19.0), 11.5, INK, "font-weight=\"600\"", band.title());
}

fn draw_cell(out: &mut String, cell: &Cell, rect: &Rect) {
    let Rect { x, y, w, h } = rect;
    let color = cell.band.color();
    let dash = if cell.faint { " stroke-dasharray=\"5 3\"" } else { "" };
    if cell.kind.is_empty() {
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{}\" width=\"{w}\" height=\"28\" rx=\"14\" fill=\"{PAPER}\" stroke=\"{color}\"{dash}/>",
            y + 6.0
        );
        text(out, (x + w / 2.0, y + 24.5), 13.0, "#1c2530", "text-anchor=\"middle\"", &cell.name);
        return;
    }
    let rect = |fill: &str, more: &str| {
        format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"7\" fill=\"{fill}\"{more}/>\n")
    };
    out.push_str(&rect(PAPER, ""));
    // The head: rounded above, and below too where nothing follows.
    let low = if cell.notes.is_empty() { 7.0 } else { 0.0 };
    let _ = writeln!(
        out,
        "<path d=\"M{} {y}h{}a7 7 0 0 1 7 7v{}a{low} {low} 0 0 1-{low} {low}h-{}a{low} {low} 0 0 1-{low}-{low}v-{}a7 7 0 0 1 7-7z\" \
         fill=\"{color}\"/>",
        x + 7.0,
        w - 14.0,
        HEAD - 7.0 - low,
        w - 2.0 * low,
        HEAD - 7.0 - low
    );
    out.push_str(&rect("none", &format!(" stroke=\"{color}\" stroke-width=\"1.4\"{dash}")));
    text(out, (x + 12.0, y + 17.0), 13.5, "#ffffff", "font-weight=\"600\"", &cell.name);
    text(out, (x + 12.0, y + 32.5), 11.0, "#e3ebf2", "", &cell.kind);
    for (i, note) in cell.notes.iter().enumerate() {
        text(out, (x + 12.0, y + HEAD + 16.0 + LINE * i as f64), 11.0, "#33404d", "", note);
    }
}

fn text(out: &mut String, (x, y): (f64, f64), size: f64, fill: &str, more: &str, text: &str) {
    let text = escape(text);
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{fill}\" {more}>{text}</text>");
}

/// A path through the points, corners rounded.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (i, point) in points.iter().enumerate() {
        let corner = (i > 0).then(|| points.get(i + 1)).flatten();
        let _ = match corner {
            Some(next) => {
                let (before, after) = (towards(*point, points[i - 1]), towards(*point, *next));
                let (x, y) = point;
                write!(path, "L{:.1} {:.1}Q{x:.1} {y:.1} {:.1} {:.1}", before.0, before.1, after.0, after.1)
            }
            None => write!(path, "{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, point.0, point.1),
        };
    }
    path
}

/// A point at most 8 from `from`, on the way to `to`.
fn towards(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-6);
    let share = (length / 2.0).min(8.0) / length;
    (from.0 + dx * share, from.1 + dy * share)
}

fn escape(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

//! What the formats draw.

use lavalink_exec::Edge;

/// A region of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// What runs on stream workers.
    Stream,
    /// What runs on the player's lane.
    Lane,
    /// What all players share.
    Device,
}

impl Band {
    /// All regions, from source to sound card.
    pub const ALL: [Self; 3] = [Self::Stream, Self::Lane, Self::Device];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Stream => "player · stream",
            Self::Lane => "player · lane",
            Self::Device => "device",
        }
    }

    /// Its name in identifiers.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Lane => "lane",
            Self::Device => "device",
        }
    }

    /// The colour of its headings and boxes.
    pub(super) const fn color(self) -> &'static str {
        match self {
            Self::Stream => "#2f6fb3",
            Self::Lane => "#2c7d59",
            Self::Device => "#a8591c",
        }
    }
}

/// A box.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The node's name.
    pub name: String,
    /// Its kind; empty for the graph's open output, which is no node.
    pub kind: String,
    /// Its main values, one per line.
    pub notes: Vec<String>,
    /// Where it stands.
    pub band: Band,
    /// Whether it may be given up, or is not active.
    pub faint: bool,
}

/// An arrow between two boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number of the box it leaves.
    pub from: usize,
    /// Number of the box it enters.
    pub to: usize,
    /// What it carries.
    pub edge: Edge,
    /// A word beside it; empty for none.
    pub label: String,
}

impl Line {
    /// An arrow, labelled when it carries anything but pcm, which is the rule.
    #[must_use]
    pub fn new(from: usize, to: usize, edge: Edge) -> Self {
        let label = if edge == Edge::Pcm { String::new() } else { crate::document::edge_word(edge).to_owned() };
        Self { from, to, edge, label }
    }
}

/// Boxes and arrows; drawn by [`Picture::dot`], [`Picture::mermaid`] and [`Picture::svg`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Heading.
    pub title: String,
    /// Line below the heading.
    pub subtitle: String,
    /// Boxes.
    pub cells: Vec<Cell>,
    /// Arrows.
    pub lines: Vec<Line>,
}

impl Picture {
    /// The boxes of a region, with their numbers.
    pub(super) fn band(&self, band: Band) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells.iter().enumerate().filter(move |(_, cell)| cell.band == band)
    }
}

//! The document: what a YAML text says, checked against the kinds, every part with its place.

mod check;
mod confine;
mod connect;
mod cycle;
mod degrade;
mod extends;
mod load;
mod model;
mod nodes;
mod reach;
mod wires;

pub(crate) use connect::edge_word;
pub use load::{load, load_file};
pub use model::{BusWire, Document, Give, NodeDecl, Rung, Section, Settings, Side, Wire};

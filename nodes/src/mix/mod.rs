//! What joins wires.

pub mod mixer;

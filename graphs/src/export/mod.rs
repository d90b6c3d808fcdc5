//! Pictures of documents and compiled plans: dot, mermaid and svg.
//!
//! Everything that can be drawn becomes a [`Picture`] first; the three formats know nothing else.

mod document;
mod dot;
mod layout;
mod mermaid;
mod picture;
mod plan;
mod svg;

pub use picture::{Band, Cell, Line, Picture};
pub use plan::{PartView, PlanView, StepView};

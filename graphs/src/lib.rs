//! The graph document: YAML in which every value keeps its place, checked against tables of node kinds that are handed in.
//!
//! [`load`] reads a text and gives a [`Document`] and all [`Issues`] of one pass; [`profiles`] are the shipped documents;
//! [`export`] draws documents and compiled plans; [`schema`] makes the JSON Schema that editors complete and check with.
//! This crate never plays anything and knows no node kind by name.

mod document;
pub mod export;
mod issue;
mod kinds;
mod loader;
mod lower;
mod place;
mod profiles;
mod schema;
mod value;
pub mod yaml;

pub use document::{BusWire, Document, Give, NodeDecl, Rung, Section, Settings, Side, Wire, load, load_file};
pub use issue::{Code, Issue, Issues, Severity, nearest};
pub use kinds::Kinds;
pub use loader::{Found, Loader, LocalFiles, NotFound, ShippedOnly, read_limited};
pub use place::{Place, Source, Sources};
pub use profiles::{profile, profiles};
pub use schema::schema;
pub use value::{ValueFault, parse_value, range_text, show_value};

//! The audio engine: a graph of nodes, the compiler that makes flat plans of it, the lanes that play them in real time,
//! the workers that feed the lanes, and the handle that ties them together.
//!
//! No YAML, no codec, no socket and no Lavalink in here: node kinds come in as tables ([`lavalink_exec::Kind`]), tracks
//! as boxes ([`lavalink_exec::Track`]).

pub mod compile;
pub mod control;
pub mod graph;
pub mod lane;
pub mod load;
pub mod stream;

pub use lavalink_exec as exec;

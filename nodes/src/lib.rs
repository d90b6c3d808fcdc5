//! The node kinds of the engine: sources, decoders, resamplers, filters, encoders, sinks, one file per kind, and the
//! registry that lists them.

pub mod decode;
pub mod opus;
pub mod registry;
pub mod source;

//! The node kinds of the engine: sources, decoders, resamplers, filters, encoders, sinks, one file per kind, and the
//! registry that lists them.

pub mod decode;
mod demux;
pub mod effect;
pub mod encode;
pub mod filter;
mod level;
pub mod meter;
pub mod mix;
pub mod opus;
pub mod registry;
pub mod resample;
pub mod sink;
mod smooth;
pub mod source;

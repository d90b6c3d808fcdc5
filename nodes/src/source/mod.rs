//! Where bytes and generated signals come from.

pub(crate) mod bytes;
mod file;
mod generator;
mod http;
mod http_client;
mod http_response;
mod input;
mod kind;
mod near;
mod noise;
mod silence;
mod spec;
mod stdin;
mod sweep;
mod tone;

pub use bytes::Gate;
pub use input::{OpenError, OpenOptions, open, open_with_gate};
pub use kind::KIND;

//! What a kind is built with.

use crate::{Format, Params, Readings};
use alloc::string::String;

/// What a lane processor or sink is built with. Control side.
pub struct BuildArgs<'a> {
    /// The node's checked values.
    pub params: &'a Params,
    /// Format of the wires.
    pub format: Format,
    /// Cells for what the node measures, one per entry of the table's `readings`.
    pub readings: Readings,
}

/// What a stream stage is built with. Control side or worker.
pub struct StageArgs<'a> {
    /// The node's checked values.
    pub params: &'a Params,
    /// Format of the graph's wires.
    pub format: Format,
    /// Rate of the frames that will be pushed in, in Hz.
    pub input_rate: u32,
}

/// Why a node could not be built. The text is for people and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// Flat index of the parameter to blame, where one is.
    pub param: Option<usize>,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl BuildError {
    /// An error that no single parameter is to blame for.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { param: None, message: message.into() }
    }

    /// An error of the parameter at flat index `param`.
    #[must_use]
    pub fn of(param: usize, message: impl Into<String>) -> Self {
        Self { param: Some(param), message: message.into() }
    }
}

impl core::fmt::Display for BuildError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for BuildError {}

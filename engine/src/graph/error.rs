//! Why a graph was not taken.

use thiserror::Error;

/// Why an edit of a graph, or the graph as a whole, was refused. The names are those of the document.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum GraphError {
    /// Two nodes of one name.
    #[error("there are two nodes named `{0}`: names must be unique within a graph")]
    Duplicate(String),
    /// No node of that name.
    #[error("there is no node named `{0}`")]
    NoNode(String),
    /// A port the node does not have.
    #[error("`{node}` has no {direction} port {port}")]
    NoPort {
        /// The node.
        node: String,
        /// `input` or `output`.
        direction: &'static str,
        /// Number of the port.
        port: usize,
    },
    /// A second wire into one input.
    #[error("input {port} of `{node}` is wired twice: an input takes one wire; put a mixer in between")]
    Taken {
        /// The node.
        node: String,
        /// Number of the port.
        port: usize,
    },
    /// A wire between ports of different types.
    #[error("`{from}` gives {gives} but `{to}` takes {takes}")]
    Mismatch {
        /// The node the wire comes from.
        from: String,
        /// What it gives.
        gives: &'static str,
        /// The node the wire goes to.
        to: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A cycle without a node that may close one.
    #[error("the wires go in a circle: {}; put a `delay` into it", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// A stream node in a place that is not upstream on the one chain from the source.
    #[error("`{0}` works on the stream and must be on the one chain that begins at the source")]
    Misplaced(String),
    /// A node that could not be built.
    #[error("`{node}`: {message}")]
    Build {
        /// The node.
        node: String,
        /// Flat index of the parameter to blame.
        param: Option<usize>,
        /// What is wrong and what to do.
        message: String,
    },
    /// More of something than the engine can number.
    #[error("the graph needs more than {0}")]
    TooLarge(&'static str),
}

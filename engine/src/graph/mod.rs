//! The graph as the control side sees it: petgraph nodes and typed wires.

mod error;
mod model;
mod template;

pub use error::GraphError;
pub use model::{Direction, Graph, GraphNode, NodeIndex, PortRef, Wire};
pub use template::{BusWire, Latency, NodeRef, Rung, Template};

//! The one YAML parser of the program: text to a tree in which every value knows its place, and typed readers that collect
//! issues instead of stopping. Graph documents and the server's own configuration both go this way.

mod merge;
mod node;
mod parse;
mod read;

pub use merge::merge;
pub use node::{Entry, Key, Node, Yaml};
pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse};
pub(crate) use read::unknown_key;
pub use read::{Fields, expect_list, expect_map, expect_text};

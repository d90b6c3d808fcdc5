//! What is wrong with a document: codes, issues, and how they are shown.

mod code;
mod json;
mod list;
mod nearest;
mod render;

pub use code::{Code, Severity};
pub use list::{Issue, Issues};
pub use nearest::nearest;

//! Where bytes and generated signals come from.

mod kind;

pub use kind::KIND;

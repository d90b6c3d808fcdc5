//! Second-order sections: their design and the cascade that runs them.

mod bank;
mod design;

pub use bank::BiquadBank;
pub use design::{Biquad, Shape, Width};

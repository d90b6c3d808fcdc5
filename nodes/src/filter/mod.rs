//! Level, tone, channels and time: what a player's sound passes through.

pub mod biquad;
mod cascade;
pub mod channel_mix;
pub mod delay;
pub(crate) mod delay_line;
pub mod equalizer;
pub mod fader;
pub mod low_pass;
pub mod volume;

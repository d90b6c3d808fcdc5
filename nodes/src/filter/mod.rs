//! Level, tone, channels and time: what a player's sound passes through.

pub mod biquad;
mod cascade;
pub mod channel_mix;
pub mod delay;
mod delay_line;
pub mod fader;
pub mod low_pass;
pub mod volume;

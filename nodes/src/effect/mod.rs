//! Effects: dynamics of our own, and a shelf of reverbs, modulation and drive on fundsp.

pub mod limiter;
mod sliding;

#[cfg(feature = "fundsp")]
pub mod chorus;
#[cfg(feature = "fundsp")]
pub mod dc_block;
#[cfg(feature = "fundsp")]
pub mod drive;
#[cfg(feature = "fundsp")]
pub mod echo;
#[cfg(feature = "fundsp")]
pub mod flanger;
#[cfg(feature = "fundsp")]
mod float_mode;
#[cfg(feature = "fundsp")]
pub mod hall;
#[cfg(feature = "fundsp")]
pub mod moog;
#[cfg(feature = "fundsp")]
pub mod phaser;
#[cfg(feature = "fundsp")]
pub mod plate;
#[cfg(feature = "fundsp")]
pub mod reverb;
#[cfg(feature = "fundsp")]
mod unit;

//! Sinks: where sound leaves the graph.

#[cfg(feature = "alsa-backend")]
pub mod alsa;
mod cut;
mod deadline;
pub mod null;
mod ogg;
mod ogg_file;
pub mod ogg_opus;
mod packet_tap;
mod path;
mod pcm_file;
pub mod raw;
mod sample;
mod tap;
mod target;
pub mod wav;
mod wav_header;

use path::path_given;

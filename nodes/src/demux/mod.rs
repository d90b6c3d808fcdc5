//! From bytes to packets: the coroutine demuxers run in, what tells formats apart, and the demuxers of our own.

mod body;
mod fiber;
mod input;
pub(crate) mod mp4_edit;
mod ogg_opus;
mod ogg_page;
mod opus_head;
mod probe;
mod track;

pub(crate) use body::{Body, failed};
pub(crate) use input::Bytes;
pub(crate) use probe::read_error;
pub(crate) use track::StreamTrack;

//! From an open track to the lane: the chain of stages on a worker, the ring with its marks, the lane's end of it.

mod chain;
mod chunk;
mod feed;
mod recent;
mod shared;
mod task;
mod workers;

pub use chain::StageSpec;
pub(crate) use chunk::{ChunkSender, ring};
pub(crate) use feed::Feed;
pub(crate) use feed::{WANT_PACKETS, WANT_PCM};
pub(crate) use shared::Shared;
pub use shared::{End, PlayState};
pub(crate) use task::{Order, Progress, Report, TrackTask};
pub(crate) use workers::Workers;

//! The part of the engine that runs on real-time threads, and the contract every node kind is written to.
//!
//! Three groups of things live here, all of them free of clocks, threads, files and unwinding so that the crate builds
//! for bare metal:
//!
//! * the **tables** of a node kind ([`Kind`], [`Param`], [`Port`]) and checked parameter values ([`Params`]);
//! * the **halves** a kind builds: [`Processor`] (lane), [`Stage`] and [`Track`] (stream workers), [`Clock`] and
//!   [`Drain`] (what a sink does beside the lane);
//! * the **plan**: flat steps over an arena of buffers, and the code that runs it.
#![no_std]
extern crate alloc;

mod arena;
mod build;
mod cost;
mod delay;
mod edit;
mod format;
mod io;
mod kind;
mod packet;
mod param;
mod pcm;
mod plan;
mod processor;
mod readings;
mod run;
mod sink;
mod solo;
mod stage;
mod track;
mod unit;
mod value;

pub use arena::Slot;
pub use build::{BuildArgs, BuildError, StageArgs};
pub use cost::NodeCost;
pub use delay::Delay;
pub use edit::{Edit, Node, Rebuild, Set};
pub use format::Format;
pub use io::{Io, Stereo, StereoMut};
pub use kind::{Cost, Edge, Fuse, Group, Kind, Make, Port, Pruned};
pub use packet::{MAX_PACKET, Packet, PacketQueue};
pub use param::{Live, Param, ParamFault, Type};
pub use pcm::Pcm;
pub use plan::{Op, Phase, Plan, PlanFault, PlanSpec};
pub use processor::{Context, Output, Processor, Tail, TrackTime};
pub use readings::{Reading, Readings};
pub use run::{Curve, Hooks, Runner};
pub use sink::{Clock, Drain, Sink, SinkError, Tick};
pub use solo::Solo;
pub use stage::Stage;
pub use track::{Next, PacketDecoder, Piece, Track, TrackError, TrackInfo};
pub use unit::Unit;
pub use value::{Params, Value};

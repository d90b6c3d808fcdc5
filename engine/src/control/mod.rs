//! The control side: graphs as they should be, what the lanes have of them, and the way from one to the other.

mod build;
mod core;
mod drains;
mod event;
mod live;
mod offline;
mod part;
mod player;
mod ticket;
mod transaction;
mod view;

pub use event::{Event, Events};
pub use live::{Engine, EngineConfig, EngineError, PlayerId};
pub use offline::Offline;
pub use player::{Playing, StartAt};
pub use ticket::{Applied, Ticket};
pub use transaction::Transaction;
pub use view::{NodeView, PlanView, StepView};

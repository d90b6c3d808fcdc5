//! The command line: one file per command, helpers in files of their own.

mod args;
mod change;
mod check;
mod completions;
mod document;
mod exit;
mod filters;
mod input;
mod log;
mod nodes;
mod output;
mod progress;
mod record;
mod render;
mod rig;
mod run;
mod schedule;
mod time;

pub(crate) use run::main;

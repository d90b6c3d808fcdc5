//! The command line: one file per command, helpers in files of their own.

mod args;
mod bench;
mod change;
mod check;
mod completions;
mod doctor;
mod document;
mod exit;
mod filters;
mod graph;
mod input;
mod interrupt;
mod keys;
mod log;
mod nodes;
mod output;
mod play;
mod progress;
mod record;
mod render;
mod rig;
mod run;
mod schedule;
mod screen;
mod stage;
mod time;
mod watch;

pub(crate) use run::main;

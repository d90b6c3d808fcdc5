//! From the command line to the command.

use super::args::{Args, Command};
use super::exit::report;
use super::{bench, check, completions, doctor, graph, log, nodes, play, render};
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let args = Args::parse();
    match dispatch(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(report(&error)),
    }
}

fn dispatch(args: Args) -> anyhow::Result<()> {
    log::start(args.log.as_deref())?;
    match args.command {
        None => {
            eprint!("{}", Args::command().render_help());
            Err(super::exit::Bad::Said.into())
        }
        Some(Command::Play(args)) => play::run(&args),
        Some(Command::Render(args)) => render::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Nodes(args)) => nodes::run(&args),
        Some(Command::Graph(args)) => graph::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
    }
}

//! `completions`: scripts that let shells complete our command line.

use super::args::{Args, CompletionsArgs};
use clap::CommandFactory;

/// Writes the script for a shell to standard output.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "lavalink-rust", &mut script);
    super::output::print(&String::from_utf8_lossy(&script))?;
    Ok(())
}

//! Opens what is to be played.

use anyhow::Context;
use lavalink_exec::Track;
use lavalink_nodes::source::{Gate, OpenError, OpenOptions, open_with_gate};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Where files and sockets are read.
///
/// # Errors
/// When no thread can be started.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("input").enable_all().build();
    runtime.context("cannot start the thread that reads the input; the system may be out of memory or of processes")
}

/// Opens `input` for a graph that runs at `rate`. `duration` is the length of a signal such as `tone:`.
///
/// # Errors
/// When the text makes no sense (bad usage), or the file is not there.
pub(crate) fn open(
    input: &str,
    rate: u32,
    duration: Option<Duration>,
    runtime: &Runtime,
) -> anyhow::Result<(Box<dyn Track>, Gate)> {
    let options = OpenOptions { rate, duration, ..OpenOptions::new(runtime.handle().clone()) };
    // Opening spawns tasks; a runtime must be entered for those that look for it themselves.
    let _entered = runtime.enter();
    open_with_gate(input, &options).map_err(|error| match error {
        OpenError::Input(text) => super::exit::usage(text),
        other => other.into(),
    })
}

/// Whether an input is a signal that has no end of its own.
pub(crate) fn is_endless(input: &str) -> bool {
    ["tone:", "sweep:", "noise:", "silence:"].iter().any(|signal| input.starts_with(signal))
}

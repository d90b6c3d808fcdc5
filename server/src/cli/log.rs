//! What is written to the log, and where: standard error, warnings and worse unless told otherwise.

use super::exit::usage;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. `filter` is as in `info` or `warn,lavalink_engine=debug`; without one `RUST_LOG` counts.
///
/// # Errors
/// When the filter makes no sense.
pub(crate) fn start(filter: Option<&str>) -> anyhow::Result<()> {
    let from_env = std::env::var("RUST_LOG").ok().filter(|text| !text.is_empty());
    let text = filter.map(str::to_owned).or(from_env).unwrap_or_else(|| "warn".into());
    let targets = text.parse::<Targets>().map_err(|error| {
        usage(format!(
            "`{text}` is no log filter ({error}); write a level such as `info`, or `warn,lavalink_engine=debug`"
        ))
    })?;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(super::output::stderr_colors())
        .with_target(true);
    tracing_subscriber::registry().with(targets).with(layer).init();
    Ok(())
}

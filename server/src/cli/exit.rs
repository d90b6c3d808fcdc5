//! What went wrong, and the exit code that says so.

use lavalink_graphs::Issues;
use std::fmt;

/// Exit code for bad usage and bad documents.
const USAGE: u8 = 2;
/// Exit code for everything else that failed.
const FAILED: u8 = 1;

/// An error that says which exit code it means; everything else is 1.
#[derive(Debug)]
pub(crate) enum Bad {
    /// The command line makes no sense. The text says what would.
    Usage(String),
    /// A document has errors.
    Document(Issues),
    /// Everything has been said already; 2 all the same.
    Said,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Document(issues) => write!(f, "{issues}"),
            Self::Said => f.write_str("see above"),
        }
    }
}

impl std::error::Error for Bad {}

/// Bad usage, as an error.
pub(crate) fn usage(text: impl Into<String>) -> anyhow::Error {
    Bad::Usage(text.into()).into()
}

/// Whether a write failed because nobody reads any more, as with `| head`: the end of our work, not a fault.
fn nobody_reads(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Says on standard error what went wrong and returns the exit code.
pub(crate) fn report(error: &anyhow::Error) -> u8 {
    if nobody_reads(error) {
        return 0;
    }
    match error.downcast_ref::<Bad>() {
        Some(Bad::Said) => {}
        Some(Bad::Document(issues)) => {
            eprint!("{}", issues.render(super::output::stderr_colors()));
            eprintln!("{}", super::document::summary(issues));
        }
        _ => {
            let word = super::output::paint(super::output::stderr_colors(), "1;31", "error");
            eprintln!("{word}: {error:#}");
        }
    }
    if error.downcast_ref::<Bad>().is_some() { USAGE } else { FAILED }
}

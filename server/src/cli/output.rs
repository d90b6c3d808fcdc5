//! Standard output and colours.

use serde_json::Value;
use std::io::{IsTerminal, Write};

/// Whether colours are wanted on a stream that is a terminal or not: never with `NO_COLOR` set (no-color.org), never on
/// a terminal that knows none.
fn colors(terminal: bool) -> bool {
    let says_no = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    terminal && !says_no && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether standard error takes colours.
pub(crate) fn stderr_colors() -> bool {
    colors(std::io::stderr().is_terminal())
}

/// Whether standard output takes colours.
pub(crate) fn stdout_colors() -> bool {
    colors(std::io::stdout().is_terminal())
}

/// `text` in the style of a terminal's escape code, where colours are wanted.
pub(crate) fn paint(colors: bool, code: &str, text: &str) -> String {
    if colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes JSON to standard output, laid out for people too.
pub(crate) fn print_json(value: &Value) -> std::io::Result<()> {
    print(&format!("{value:#}\n"))
}

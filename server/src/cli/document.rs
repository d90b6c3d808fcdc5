//! Graph documents as the command line names them: a shipped profile, or a file.

use super::exit::{Bad, usage};
use lavalink_engine::graph::Template;
use lavalink_graphs::{Document, Issues, Kinds, ShippedOnly, load, load_file, nearest, profile, profiles};
use std::path::Path;

/// The node kinds of this program.
pub(crate) fn kinds() -> Kinds {
    Kinds::new(lavalink_nodes::registry::kinds())
}

/// Reads the profile or file `name`, with everything that is to be said about it.
///
/// # Errors
/// When there is no such profile or file, or it cannot be read.
pub(crate) fn read(name: &str) -> anyhow::Result<(Option<Document>, Issues)> {
    let path = Path::new(name);
    if let Some(text) = profile(name)
        && !path.is_file()
    {
        return Ok(load(name, text, &kinds(), &ShippedOnly));
    }
    load_file(path, &kinds()).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound && !name.contains(['/', '.']) {
            return usage(unknown_profile(name));
        }
        usage(format!("{name}: {error}"))
    })
}

fn unknown_profile(name: &str) -> String {
    let names = || profiles().iter().map(|(name, _)| *name);
    let meant = nearest(name, names()).map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let list = names().collect::<Vec<_>>().join(", ");
    format!("there is no profile and no file `{name}`{meant}; shipped profiles: {list}; a file is named by its path")
}

/// Reads a document that is to be used; warnings go to standard error.
///
/// # Errors
/// When it cannot be read or has errors.
pub(crate) fn open(name: &str) -> anyhow::Result<Document> {
    let (document, issues) = read(name)?;
    match document {
        Some(document) => {
            if !issues.is_empty() {
                eprint!("{}", issues.render(super::output::stderr_colors()));
            }
            Ok(document)
        }
        None => Err(Bad::Document(issues).into()),
    }
}

/// Reads a document and makes the engine's graphs of it.
///
/// # Errors
/// As [`open`].
pub(crate) fn template(name: &str) -> anyhow::Result<(Document, Template)> {
    let document = open(name)?;
    let template = document.template().map_err(Bad::Document)?;
    Ok((document, template))
}

/// How many issues there are, in words.
pub(crate) fn summary(issues: &Issues) -> String {
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let warnings = issues.len() - issues.errors();
    match (issues.errors(), warnings) {
        (0, 0) => "no issues".into(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

//! `check`: everything that is wrong with documents.

use super::args::CheckArgs;
use super::document::{read, summary};
use super::exit::Bad;
use super::output::{print, print_json, stdout_colors};
use serde_json::json;

/// Checks every file and prints all issues of all of them.
///
/// # Errors
/// When a file cannot be read, or one of them has errors.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<()> {
    let mut bad = false;
    let mut files = Vec::new();
    for name in &args.files {
        // A file that cannot be read must not hide what is wrong with the others.
        let (document, issues) = match read(name) {
            Ok(read) => read,
            Err(error) => {
                bad = true;
                if args.json {
                    files.push(json!({ "file": name, "ok": false, "error": format!("{error:#}"), "issues": [] }));
                } else {
                    print(&format!("{name}: {error:#}\n"))?;
                }
                continue;
            }
        };
        // What the checks let through the engine may still refuse; that counts as well.
        let refused = document.and_then(|document| document.template().err());
        bad |= issues.has_errors() || refused.is_some();
        if args.json {
            let mut list = issues.to_json();
            if let (Some(list), Some(more)) = (list.as_array_mut(), refused.map(|r| r.to_json())) {
                list.extend(more.as_array().cloned().unwrap_or_default());
            }
            let ok = !list.as_array().is_some_and(|list| list.iter().any(|issue| issue["severity"] == "error"));
            files.push(json!({ "file": name, "ok": ok, "issues": list }));
        } else {
            for issues in [Some(&issues), refused.as_ref()].into_iter().flatten() {
                print(&issues.render(stdout_colors()))?;
            }
            print(&format!("{name}: {}\n", summary(refused.as_ref().unwrap_or(&issues))))?;
        }
    }
    if args.json {
        print_json(&json!({ "ok": !bad, "files": files }))?;
    }
    if bad { Err(Bad::Said.into()) } else { Ok(()) }
}

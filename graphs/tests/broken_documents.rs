//! Every document in `broken/` gives exactly the issues that stand beside it, and every code has a document that gives it.
//!
//! `UPDATE_BROKEN=1 cargo test -p lavalink-graphs --test broken_documents` writes the expected issues anew; read the
//! difference before keeping it.

mod common;

use common::kinds;
use lavalink_graphs::{Code, Issues, LocalFiles, ShippedOnly, load, profile};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("broken").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("readable").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "yml"));
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

/// Issues of a local file. Names in messages are relative, so that they are the same everywhere.
fn local(file: &Path) -> Issues {
    let text = std::fs::read_to_string(file).expect("readable");
    let name = file.file_name().and_then(|n| n.to_str()).expect("a name");
    load(name, &text, &kinds(), &InBroken).1
}

/// Local files, relative to `broken/`.
struct InBroken;

impl lavalink_graphs::Loader for InBroken {
    fn find(&self, name: &str, from: &str) -> Result<lavalink_graphs::Found, lavalink_graphs::NotFound> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("broken");
        let mut found = LocalFiles.find(name, &folder.join(from).display().to_string()).map_err(|e| match e {
            lavalink_graphs::NotFound::Unreadable(why) => {
                lavalink_graphs::NotFound::Unreadable(why.replace(&format!("{}/", folder.display()), ""))
            }
            other => other,
        })?;
        found.name = found.name.replace(&format!("{}/", folder.display()), "");
        Ok(found)
    }
}

/// Issues of a document as if it had come over the network, with `default` loaded at start.
fn network(file: &Path) -> Issues {
    let text = std::fs::read_to_string(file).expect("readable");
    let name = file.file_name().and_then(|n| n.to_str()).expect("a name");
    let (document, issues) = load(name, &text, &kinds(), &ShippedOnly);
    let trusted = load("default", profile("default").expect("shipped"), &kinds(), &ShippedOnly).0.expect("loads");
    document.map_or(issues, |d| d.confine(&trusted))
}

fn compare(file: &Path, issues: &Issues) -> Result<(), String> {
    let beside = file.with_extension("issues");
    let text = issues.render(false);
    if std::env::var_os("UPDATE_BROKEN").is_some() {
        std::fs::write(&beside, &text).expect("writable");
    }
    match std::fs::read_to_string(&beside) {
        Ok(expected) if expected == text => Ok(()),
        Ok(expected) => Err(format!("{}: expected\n{expected}\nfound\n{text}", file.display())),
        Err(e) => Err(format!("{}: {e}", beside.display())),
    }
}

#[test]
fn every_broken_document_gives_the_issues_beside_it() {
    let all = documents("").into_iter().map(|f| (local(&f), f));
    let all = all.chain(documents("network").into_iter().map(|f| (network(&f), f)));
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (issues, file) in all {
        assert!(!issues.is_empty(), "{} has nothing wrong with it", file.display());
        seen.extend(issues.iter().map(|i| i.code));
        wrong.extend(compare(&file, &issues).err());
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_BROKEN=1 writes them anew", wrong.join("\n"));
    // Documents this large are made by `hostile_documents` instead of kept.
    seen.extend([Code::TooBig, Code::TooManyNodes]);
    let unseen: Vec<_> = Code::ALL.iter().filter(|c| !seen.contains(c)).collect();
    assert!(unseen.is_empty(), "no broken document for {unseen:?}");
}

#[test]
fn every_issue_has_a_place_and_a_remedy() {
    for file in documents("") {
        let issues = local(&file);
        let json = issues.to_json();
        for (issue, json) in issues.iter().zip(json.as_array().expect("an array")) {
            assert!(issue.place.is_some(), "{}: {issue:?}", file.display());
            assert!(!issue.advice().is_empty());
            assert!(json["line"].as_u64().is_some_and(|l| l > 0) && json["column"].as_u64().is_some_and(|c| c > 0));
            assert_eq!(json["code"], issue.code.code());
        }
    }
}

#[test]
fn codes_are_unique() {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|c| c.code()).collect();
    assert_eq!(codes.len(), Code::ALL.len());
}

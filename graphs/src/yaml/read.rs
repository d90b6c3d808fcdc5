//! Typed readers that note what is wrong and go on.

use super::{Entry, Node};
use crate::issue::nearest;
use crate::{Code, Issue, Issues};

/// The entries of a map, or an issue.
pub fn expect_map<'a>(node: &'a Node, path: &str, issues: &mut Issues) -> Option<&'a [Entry]> {
    let map = node.as_map();
    if map.is_none() {
        let message = format!("a map belongs here, not {}", node.what());
        let remedy = "write `{ key: value }`, or one `key: value` per indented line";
        issues.push(Issue::new(Code::WrongType, path, node.place, message).remedy(remedy));
    }
    map
}

/// The elements of a list, or an issue.
pub fn expect_list<'a>(node: &'a Node, path: &str, issues: &mut Issues) -> Option<&'a [Node]> {
    let list = node.as_list();
    if list.is_none() {
        let message = format!("a list belongs here, not {}", node.what());
        let remedy = "write `[ a, b ]`, or one element per line after `- `";
        issues.push(Issue::new(Code::WrongType, path, node.place, message).remedy(remedy));
    }
    list
}

/// The text of a scalar, or an issue.
pub fn expect_text<'a>(node: &'a Node, path: &str, issues: &mut Issues) -> Option<&'a str> {
    let text = node.as_text();
    if text.is_none() {
        let message = format!("a single value belongs here, not {}", node.what());
        issues.push(Issue::new(Code::WrongType, path, node.place, message));
    }
    text
}

/// A map that is read key by key; keys nobody asked for are issues in the end.
pub struct Fields<'a> {
    entries: &'a [Entry],
    path: String,
    asked: Vec<String>,
    taken: Vec<bool>,
}

impl<'a> Fields<'a> {
    /// Starts on `node`, which stands at `path`; an issue and `None` when it is no map. Nothing at all counts as an empty
    /// map.
    pub fn new(node: &'a Node, path: impl Into<String>, issues: &mut Issues) -> Option<Self> {
        let path = path.into();
        let entries = if node.is_null() { &[] } else { expect_map(node, &path, issues)? };
        Some(Self { entries, path, asked: Vec::new(), taken: vec![false; entries.len()] })
    }

    /// The path of `key` in this map.
    #[must_use]
    pub fn path(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The entry of `key`, if it is there and not `null`.
    pub fn take(&mut self, key: &str) -> Option<&'a Entry> {
        self.asked.push(key.to_owned());
        let at = self.entries.iter().position(|e| e.key.text == key)?;
        self.taken[at] = true;
        Some(&self.entries[at]).filter(|e| !e.value.is_null())
    }

    /// The entry of `key`, or of its old name `old`, which gives a warning.
    pub fn take_renamed(&mut self, key: &str, old: &str, issues: &mut Issues) -> Option<&'a Entry> {
        let found = self.take(key);
        let Some(at) = self.entries.iter().position(|e| e.key.text == old) else { return found };
        self.taken[at] = true;
        let entry = &self.entries[at];
        let message = format!("`{old}` is now called `{key}`");
        let issue = Issue::new(Code::Renamed, self.path(old), entry.key.place, message).nearest(Some(key));
        issues.push(issue.remedy(format!("write `{key}`")));
        found.or(Some(entry)).filter(|e| !e.value.is_null())
    }

    /// All entries nobody has taken yet, which marks them as taken.
    pub fn rest(&mut self) -> Vec<&'a Entry> {
        let rest = self.entries.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(e, _)| e).collect();
        self.taken.fill(true);
        rest
    }

    /// Notes every key nobody asked for.
    pub fn finish(self, issues: &mut Issues) {
        for (entry, _) in self.entries.iter().zip(&self.taken).filter(|(_, taken)| !**taken) {
            unknown_key(entry, &self.path, self.asked.iter().map(String::as_str), issues);
        }
    }
}

/// Notes a key that means nothing where it stands; `known` are those that would.
pub(crate) fn unknown_key<'a>(entry: &Entry, path: &str, known: impl Iterator<Item = &'a str>, issues: &mut Issues) {
    let key = &entry.key;
    let known: Vec<&str> = known.collect();
    let mut issue =
        Issue::new(Code::UnknownKey, join(path, &key.text), key.place, format!("unknown key `{}`", key.text))
            .nearest(nearest(&key.text, known.iter().copied()));
    if issue.nearest.is_none() {
        issue = issue.remedy(match known.len() {
            0 => "remove it; no keys are known here".to_owned(),
            1..=24 => format!("known here: {}", known.join(", ")),
            _ => format!("known here: {}, ...", known[..24].join(", ")),
        });
    }
    issues.push(issue);
}

/// Two parts of a path.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

//! Text to document: one pass that notes everything that is wrong.

use super::connect::connect;
use super::nodes::read_nodes;
use super::wires::{Chain, read_wires};
use super::{Document, Section, Settings, Side, check, degrade, extends};
use crate::issue::nearest;
use crate::kinds::{ENGINE, RENAMED};
use crate::value::read_value;
use crate::yaml::{Entry, Fields, Node, expect_text, parse};
use crate::{Code, Issue, Issues, Kinds, Loader, LocalFiles, Place};
use lavalink_exec::Value;
use std::path::Path;

/// The format version this crate reads.
const VERSION: &str = "1";

/// Reads the document `text`. `name` stands in messages and, for files, is the path that `extends` is relative to. There
/// is a document exactly when none of the issues is an error.
#[must_use]
pub fn load(name: &str, text: &str, kinds: &Kinds, loader: &dyn Loader) -> (Option<Document>, Issues) {
    let mut issues = Issues::new();
    let file = issues.add_source(name, text);
    let document = parse(file, &mut issues)
        .and_then(|root| extends::resolve(root, name, loader, &mut issues))
        .and_then(|root| read(&root, name, kinds, &mut issues));
    let sources = issues.sources().clone();
    let document = document.filter(|_| !issues.has_errors()).map(|d| Document { sources, ..d });
    (document, issues)
}

/// Reads the document in the file at `path`, which may extend other files.
///
/// # Errors
/// When the file cannot be read at all.
pub fn load_file(path: &Path, kinds: &Kinds) -> std::io::Result<(Option<Document>, Issues)> {
    let text = crate::loader::read_limited(path)?;
    Ok(load(&path.display().to_string(), &text, kinds, &LocalFiles))
}

fn read(root: &Node, name: &str, kinds: &Kinds, issues: &mut Issues) -> Option<Document> {
    let mut fields = Fields::new(root, "", issues)?;
    let top = Place { end: root.place.start, ..root.place };
    match fields.take("graph") {
        Some(entry) => check_version(&entry.value, issues),
        None => issues.push(
            Issue::new(Code::MissingKey, "graph", top, "the format version is missing").remedy("begin with `graph: 1`"),
        ),
    }
    let name = fields
        .take("name")
        .and_then(|e| expect_text(&e.value, "name", issues).map(|t| (t, e.value.place)))
        .map_or_else(|| name.to_owned(), |(text, place)| check_title(text, place, issues));
    let settings = read_settings(fields.take("engine"), issues);
    let (device, player, degrade) = (fields.take("device"), fields.take("player"), fields.take("degrade"));
    fields.finish(issues);
    if player.is_none() {
        let remedy = "add `player:` with `nodes` and `wires`, or `extends: base`";
        issues.push(Issue::new(Code::MissingKey, "player", top, "the document has no `player`").remedy(remedy));
    }

    let (mut device, device_raw) = read_section(Side::Device, device, kinds, issues);
    let (mut player, player_raw) = read_section(Side::Player, player, kinds, issues);
    check::count(&device, &player, issues);
    let mut device_wiring = connect(Side::Device, &device, &device_raw, None, issues);
    let player_wiring = connect(Side::Player, &player, &player_raw, Some((&device, &mut device_wiring)), issues);
    check::graph(Side::Device, &mut device, &device_wiring, &player_wiring.bus, settings, issues);
    check::graph(Side::Player, &mut player, &player_wiring, &player_wiring.bus, settings, issues);
    device.section.wires = device_wiring.wires;
    player.section.wires = player_wiring.wires;

    let written = degrade.map(|entry| degrade::read(&entry.value, &device, &player, issues));
    let derived = written.is_none();
    let degrade = written.unwrap_or_else(|| degrade::derive(&device.section, &player.section));
    Some(Document {
        name,
        settings,
        device: device.section,
        player: player.section,
        bus: player_wiring.bus,
        degrade,
        derived,
        sources: issues.sources().clone(),
    })
}

/// A graph being read, with the names of nodes that could not be: nothing more is said about those.
pub(super) struct Draft {
    pub(super) section: Section,
    pub(super) broken: Vec<String>,
    pub(super) place: Option<Place>,
    /// Whether there are any wires to judge nodes by.
    pub(super) wired: bool,
}

impl Draft {
    /// Names that may have been meant.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.section.nodes.iter().map(|n| n.name.as_str()).chain(self.broken.iter().map(String::as_str))
    }
}

fn read_section<'a>(
    side: Side,
    entry: Option<&'a Entry>,
    kinds: &Kinds,
    issues: &mut Issues,
) -> (Draft, Vec<Chain<'a>>) {
    let place = entry.map(|e| e.key.place);
    let mut draft = Draft { section: Section::default(), broken: Vec::new(), place, wired: false };
    let fields = entry.and_then(|e| Fields::new(&e.value, side.word(), issues));
    let Some(mut fields) = fields else { return (draft, Vec::new()) };
    if let Some(nodes) = fields.take("nodes") {
        read_nodes(side, &nodes.value, kinds, &mut draft, issues);
    }
    let wires = fields.take("wires");
    draft.wired = wires.is_some();
    if !draft.wired && draft.section.nodes.len() > 1 {
        let message = format!("the {} has no `wires`", side.word());
        let issue = Issue::new(Code::MissingKey, fields.path("wires"), place, message);
        issues.push(issue.remedy("add `wires:` with chains such as `- track -> decode`"));
    }
    let chains = wires.map_or_else(Vec::new, |wires| read_wires(side, &wires.value, issues));
    fields.finish(issues);
    (draft, chains)
}

fn check_version(node: &Node, issues: &mut Issues) {
    if let Some(text) = expect_text(node, "graph", issues)
        && text != VERSION
    {
        let message = format!("format version `{}` is unknown", crate::value::short(text));
        issues.push(Issue::new(Code::UnknownVersion, "graph", node.place, message));
    }
}

fn check_title(text: &str, place: Place, issues: &mut Issues) -> String {
    if text.chars().count() > 64 || text.chars().any(char::is_control) {
        let issue = Issue::new(Code::BadName, "name", place, "this is no name for a document");
        issues.push(issue.remedy("write up to 64 characters on one line"));
    }
    text.to_owned()
}

fn read_settings(entry: Option<&Entry>, issues: &mut Issues) -> Settings {
    let mut values: Vec<Value> = ENGINE.iter().map(lavalink_exec::Param::default).collect();
    if let Some(entry) = entry
        && let Some(mut fields) = Fields::new(&entry.value, "engine", issues)
    {
        for (param, value) in ENGINE.iter().zip(&mut values) {
            let old = RENAMED.iter().find(|(kind, _, new)| kind.is_empty() && *new == param.name);
            let found = match old {
                Some((_, old, _)) => fields.take_renamed(param.name, old, issues),
                None => fields.take(param.name),
            };
            if let Some(read) = found.and_then(|e| read_value(param, &e.value, &fields.path(param.name), issues)) {
                *value = read;
            }
        }
        fields.finish(issues);
    }
    let number = |v: &Value| if let Value::Number(n) = v { *n } else { 0.0 };
    Settings {
        sample_rate: number(&values[0]) as u32,
        block_ms: number(&values[1]),
        low_latency: values[2] == Value::Choice(1),
    }
}

/// The nearest of `names` to `name`, in an issue.
pub(super) fn suggest<'a>(issue: Issue, name: &str, names: impl Iterator<Item = &'a str>) -> Issue {
    issue.nearest(nearest(name, names))
}

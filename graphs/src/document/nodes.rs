//! `nodes`: names, kinds and values.

use super::load::{Draft, suggest};
use super::{NodeDecl, Side};
use crate::kinds::{NODE_KEYS, RENAMED};
use crate::value::{read_value, short};
use crate::yaml::{Entry, Fields, Node, Yaml, expect_map, expect_text};
use crate::{Code, Issue, Issues, Kinds, Place};
use lavalink_exec::{Kind, Param, Params, Pruned, Unit, Value};

const OPTIONAL: Param = Param::flag("optional", false, "Whether the node may be given up under load.");
const PRIORITY: Param =
    Param::whole("priority", Unit::None, -1000.0, 1000.0, 0.0, "Which optional node goes first: the lowest.");

pub(super) fn read_nodes(side: Side, node: &Node, kinds: &Kinds, draft: &mut Draft, issues: &mut Issues) {
    let path = format!("{}.nodes", side.word());
    for entry in expect_map(node, &path, issues).unwrap_or_default().iter().filter(|e| !e.value.is_null()) {
        let path = format!("{path}.{}", entry.key.text);
        check_name(&entry.key.text, entry.key.place, &path, issues);
        match read_node(entry, side, &path, kinds, issues) {
            Some(decl) => draft.section.nodes.push(decl),
            None => draft.broken.push(entry.key.text.clone()),
        }
    }
    check_filters(side, draft, issues);
}

fn check_name(name: &str, place: Place, path: &str, issues: &mut Issues) {
    if name == "device" || name == "player" {
        issues.push(Issue::new(Code::ReservedName, path, place, format!("no node may be called `{name}`")));
        return;
    }
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts || !name.chars().all(letters) || name.len() > 64 {
        issues.push(Issue::new(Code::BadName, path, place, format!("`{}` is no name for a node", short(name))));
    }
}

fn read_node(entry: &Entry, side: Side, path: &str, kinds: &Kinds, issues: &mut Issues) -> Option<NodeDecl> {
    let mut fields = Fields::new(&entry.value, path, issues)?;
    let Some(kind) = fields.take("kind") else {
        let message = format!("`{}` has no `kind`", entry.key.text);
        issues.push(
            Issue::new(Code::MissingKey, fields.path("kind"), entry.key.place, message).remedy("add `kind: ...`"),
        );
        return None;
    };
    let name = expect_text(&kind.value, &fields.path("kind"), issues)?;
    let Some(kind) = kinds.get(name) else {
        let issue = Issue::new(
            Code::UnknownKind,
            fields.path("kind"),
            kind.value.place,
            format!("unknown kind `{}`", short(name)),
        );
        issues.push(suggest(issue, name, kinds.iter().map(|k| k.name)));
        return None;
    };
    let mut decl = NodeDecl {
        name: entry.key.text.clone(),
        place: entry.key.place,
        params: Params::defaults(kind),
        given: Vec::new(),
        optional: false,
        priority: 0,
        filter: None,
    };
    if let Some(e) = fields.take("optional") {
        decl.optional = read_value(&OPTIONAL, &e.value, &fields.path("optional"), issues) == Some(Value::Flag(true));
        if decl.optional && kind.pruned_as == Pruned::Never {
            let message = format!("the kind `{}` may not be given up, so it cannot be optional", kind.name);
            issues.push(Issue::new(Code::NotPrunable, fields.path("optional"), e.value.place, message));
        }
    }
    if let Some(e) = fields.take("priority")
        && let Some(Value::Number(n)) = read_value(&PRIORITY, &e.value, &fields.path("priority"), issues)
    {
        decl.priority = n as i32;
    }
    if let Some(e) = fields.take("filter") {
        decl.filter = read_filter(e, kind, side, &fields.path("filter"), issues);
    }
    for entry in fields.rest() {
        read_param(entry, path, &mut decl, issues);
    }
    Some(decl)
}

fn read_filter(entry: &Entry, kind: &Kind, side: Side, path: &str, issues: &mut Issues) -> Option<String> {
    let name = expect_text(&entry.value, path, issues)?;
    let fault = |message: String| Issue::new(Code::UnknownFilter, path, entry.value.place, message);
    let issue = match kind.filter {
        _ if side == Side::Device => {
            fault("filters belong to players; no node of the device has one".to_owned()).remedy("remove `filter`")
        }
        Some(filter) if filter == name => return Some(name.to_owned()),
        Some(filter) => {
            fault(format!("the kind `{}` does not implement `{}`", kind.name, short(name))).nearest(Some(filter))
        }
        None => fault(format!("the kind `{}` implements no filter", kind.name)),
    };
    issues.push(issue);
    None
}

/// Each filter may drive one node.
fn check_filters(side: Side, draft: &Draft, issues: &mut Issues) {
    let nodes = &draft.section.nodes;
    for (i, node) in nodes.iter().enumerate() {
        let Some(filter) = &node.filter else { continue };
        if let Some(first) = nodes[..i].iter().find(|n| n.filter.as_ref() == Some(filter)) {
            let path = format!("{}.nodes.{}.filter", side.word(), node.name);
            let message = format!("`{filter}` drives both `{}` and `{}`", first.name, node.name);
            issues.push(Issue::new(Code::FilterTwice, path, node.place, message).related(first.place, "driven first"));
        }
    }
}

/// One key of a node: a parameter, an element `gain.3`, or all elements as a list or a map.
fn read_param(entry: &Entry, node_path: &str, decl: &mut NodeDecl, issues: &mut Issues) {
    let kind = decl.params.kind();
    let written = entry.key.text.as_str();
    let path = format!("{node_path}.{written}");
    let renamed = RENAMED
        .iter()
        .find(|(k, old, new)| *k == kind.name && *old == written && kind.params.iter().any(|p| p.name == *new));
    let key = renamed.map_or(written, |(_, _, new)| new);
    if renamed.is_some() {
        let message = format!("`{written}` is now called `{key}`");
        let issue = Issue::new(Code::Renamed, &*path, entry.key.place, message).nearest(Some(key));
        issues.push(issue.remedy(format!("write `{key}`")));
    }
    let stem = key.split('.').next().unwrap_or(key);
    let Some(param) = kind.params.iter().find(|p| p.name == key || (p.count > 1 && p.name == stem)) else {
        let known = kind.params.iter().map(|p| p.name).chain(NODE_KEYS);
        crate::yaml::unknown_key(entry, node_path, known, issues);
        return;
    };
    if entry.value.is_null() {
        return;
    }
    if param.count == 1 {
        set(param, key, &entry.value, &path, decl, issues);
    } else if key.contains('.') {
        element(param, key, entry, &path, decl, issues);
    } else {
        elements(param, entry, &path, decl, issues);
    }
}

/// All elements of an array parameter at once.
fn elements(param: &'static Param, entry: &Entry, path: &str, decl: &mut NodeDecl, issues: &mut Issues) {
    match &entry.value.yaml {
        Yaml::List(items) if items.len() > param.count => {
            let message = format!("`{}` has {} elements, not {}", param.name, param.count, items.len());
            issues.push(Issue::new(Code::OutOfRange, path, entry.value.place, message).remedy("remove the last ones"));
        }
        Yaml::List(items) => {
            for (i, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
                set(param, &format!("{}.{i}", param.name), item, &format!("{path}.{i}"), decl, issues);
            }
        }
        Yaml::Map(entries) => {
            for e in entries.iter().filter(|e| !e.value.is_null()) {
                let path = format!("{path}.{}", e.key.text);
                element(param, &format!("{}.{}", param.name, e.key.text), e, &path, decl, issues);
            }
        }
        _ => {
            let message = format!("`{}` has {} elements", param.name, param.count);
            let remedy = format!("write `{}: [ ... ]` or `{}.0: ...`", param.name, param.name);
            issues.push(Issue::new(Code::WrongType, path, entry.value.place, message).remedy(remedy));
        }
    }
}

/// One element of an array parameter, by its flat name.
fn element(param: &'static Param, key: &str, entry: &Entry, path: &str, decl: &mut NodeDecl, issues: &mut Issues) {
    if decl.params.index(key).is_some() {
        set(param, key, &entry.value, path, decl, issues);
    } else {
        let message = format!("`{}` has no element `{}`", param.name, short(key));
        let remedy = format!("elements are `{}.0` to `{}.{}`", param.name, param.name, param.count - 1);
        issues.push(Issue::new(Code::UnknownKey, path, entry.key.place, message).remedy(remedy));
    }
}

fn set(param: &'static Param, key: &str, node: &Node, path: &str, decl: &mut NodeDecl, issues: &mut Issues) {
    let Some(index) = decl.params.index(key) else { return };
    if let Some((_, first)) = decl.given.iter().find(|(i, _)| *i == index) {
        let issue = Issue::new(Code::DuplicateKey, path, node.place, format!("`{key}` is given twice"));
        issues.push(issue.related(*first, "first given here"));
        return;
    }
    decl.given.push((index, node.place));
    if let Some(value) = read_value(param, node, path, issues)
        && let Err(fault) = decl.params.set(index, value)
    {
        issues.push(Issue::new(Code::WrongType, path, node.place, format!("`{key}` does not take this: {fault:?}")));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_keys_of_every_node_read_their_own_defaults() {
        for param in [super::OPTIONAL, super::PRIORITY] {
            let shown = crate::show_value(&param, &param.default());
            assert_eq!(crate::parse_value(&param, &shown), Ok(param.default()));
        }
    }
}

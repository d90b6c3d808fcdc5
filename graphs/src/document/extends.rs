//! `extends`: laying a document over the one it names, any number of levels deep.

use crate::issue::nearest;
use crate::loader::NotFound;
use crate::yaml::{Entry, Node, Yaml, expect_text, merge, parse};
use crate::{Code, Issue, Issues, Loader};

/// Most documents in a row that extend each other.
const MAX_LEVELS: usize = 8;

/// `node` laid over what it extends; `None` when that cannot be had, which the issues say.
pub(super) fn resolve(node: Node, name: &str, loader: &dyn Loader, issues: &mut Issues) -> Option<Node> {
    follow(node, &mut vec![name.to_owned()], loader, issues)
}

fn follow(mut node: Node, chain: &mut Vec<String>, loader: &dyn Loader, issues: &mut Issues) -> Option<Node> {
    name_null_kinds(&mut node, issues);
    let Some(Entry { value, .. }) = take(&mut node, "extends") else { return Some(node) };
    if value.is_null() {
        return Some(node);
    }
    let wanted = expect_text(&value, "extends", issues)?;
    let from = chain.last().map_or("", String::as_str);
    let fault = |code, message: String| Issue::new(code, "extends", value.place, message);
    let found = match loader.find(wanted, from) {
        Ok(found) => found,
        Err(NotFound::Unknown(known)) => {
            let mut issue =
                fault(Code::UnknownProfile, format!("there is no profile `{}`", crate::value::short(wanted)))
                    .nearest(nearest(wanted, known.iter().map(String::as_str)));
            if issue.nearest.is_none() {
                issue = issue.remedy(format!("shipped profiles: {}", known.join(", ")));
            }
            issues.push(issue);
            return None;
        }
        Err(NotFound::Forbidden) => {
            issues.push(fault(Code::ExtendsForbidden, "this document may not extend a path".to_owned()));
            return None;
        }
        Err(NotFound::Unreadable(why)) => {
            issues.push(fault(Code::UnknownProfile, format!("cannot read {why}")));
            return None;
        }
    };
    if chain.contains(&found.name) || chain.len() > MAX_LEVELS {
        let mut names = chain.clone();
        names.push(found.name);
        issues.push(fault(Code::ExtendsCycle, format!("`extends` goes in a circle: {}", names.join(" -> "))));
        return None;
    }
    let file = issues.add_source(found.name.clone(), found.text);
    let base = parse(file, issues)?;
    chain.push(found.name);
    let base = follow(base, chain, loader, issues)?;
    Some(merge(base, node))
}

/// `kind: null` means the kind called `null`, which YAML would read as nothing.
fn name_null_kinds(root: &mut Node, issues: &Issues) {
    for side in ["device", "player"] {
        let nodes = child(root, side).and_then(|section| child(section, "nodes"));
        let Some(Yaml::Map(nodes)) = nodes.map(|n| &mut n.yaml) else { continue };
        for node in nodes {
            if let Some(kind) = child(&mut node.value, "kind")
                && kind.is_null()
                && issues.sources().slice(kind.place) == "null"
            {
                kind.yaml = Yaml::Scalar { text: "null".to_owned(), quoted: false };
            }
        }
    }
}

fn child<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    let Yaml::Map(entries) = &mut node.yaml else { return None };
    entries.iter_mut().find(|e| e.key.text == key).map(|e| &mut e.value)
}

/// Takes an entry out of a map.
fn take(node: &mut Node, key: &str) -> Option<Entry> {
    let Yaml::Map(entries) = &mut node.yaml else { return None };
    let at = entries.iter().position(|e| e.key.text == key)?;
    Some(entries.remove(at))
}

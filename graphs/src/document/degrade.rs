//! `degrade`: the ladder, written or derived.

use super::load::{Draft, suggest};
use super::{Give, Rung, Section, Side};
use crate::value::{read_value, short};
use crate::yaml::{Entry, Fields, Node, expect_list, expect_map, expect_text};
use crate::{Code, Issue, Issues, Place};
use lavalink_exec::{Group, Pruned};
use std::cmp::Reverse;

/// Reads a written ladder.
pub(super) fn read(node: &Node, device: &Draft, player: &Draft, issues: &mut Issues) -> Vec<Rung> {
    let list = expect_list(node, "degrade", issues).unwrap_or_default();
    let read = |(i, item): (usize, &Node)| {
        let mut reader = Reader { device, player, path: format!("degrade.{i}"), gives: Vec::new(), issues };
        reader.rung(item);
        Rung { gives: reader.gives, place: Some(item.place) }
    };
    list.iter().enumerate().map(read).collect()
}

struct Reader<'a> {
    device: &'a Draft,
    player: &'a Draft,
    path: String,
    gives: Vec<Give>,
    issues: &'a mut Issues,
}

impl<'a> Reader<'a> {
    fn rung(&mut self, node: &'a Node) {
        let Some(mut fields) = Fields::new(node, self.path.clone(), self.issues) else { return };
        let (set, prune) = (fields.take("set"), fields.take("prune"));
        fields.finish(self.issues);
        if set.is_none() && prune.is_none() {
            let issue = Issue::new(Code::MissingKey, &*self.path, node.place, "this step gives nothing up");
            self.issues.push(issue.remedy("write `set: { node.param: value }` or `prune: [ node ]`"));
        }
        if let Some(set) = set {
            let path = format!("{}.set", self.path);
            for entry in expect_map(&set.value, &path, self.issues).unwrap_or_default() {
                self.set(entry, &format!("{path}.{}", entry.key.text));
            }
        }
        if let Some(prune) = prune {
            let path = format!("{}.prune", self.path);
            for item in expect_list(&prune.value, &path, self.issues).unwrap_or_default() {
                if let Some(name) = expect_text(item, &path, self.issues) {
                    self.prune(name, item.place, &path);
                }
            }
        }
    }

    /// The graph a name is of, and the name in it.
    fn side<'b>(&self, name: &'b str) -> (Side, &'a Draft, &'b str) {
        match name.strip_prefix("device.") {
            Some(name) => (Side::Device, self.device, name),
            None => (Side::Player, self.player, name),
        }
    }

    fn find(&mut self, side: Side, draft: &Draft, name: &str, place: Place, path: &str) -> Option<usize> {
        let found = draft.section.find(name);
        if found.is_none() && !draft.broken.iter().any(|b| b == name) {
            let message = format!("the {} has no node `{}`", side.word(), short(name));
            let mut issue = suggest(Issue::new(Code::DegradeUnknown, path, place, message), name, draft.names());
            if side == Side::Player && self.device.section.find(name).is_some() {
                issue = issue.remedy(format!("it is a node of the device: write `device.{name}`"));
            }
            self.issues.push(issue);
        }
        found
    }

    fn set(&mut self, entry: &Entry, path: &str) {
        let (side, draft, name) = self.side(&entry.key.text);
        let place = entry.key.place;
        let Some((node, key)) = name.split_once('.') else {
            let message = format!("`{}` names no parameter", short(name));
            let issue = Issue::new(Code::DegradeUnknown, path, place, message);
            self.issues.push(issue.remedy("write `node.param: value`"));
            return;
        };
        let Some(node) = self.find(side, draft, node, place, path) else { return };
        let params = &draft.section.nodes[node].params;
        let Some(index) = params.index(key) else {
            let message = format!("the kind `{}` has no parameter `{}`", params.kind().name, short(key));
            let names = params.kind().params.iter().map(|p| p.name);
            self.issues.push(suggest(Issue::new(Code::DegradeUnknown, path, place, message), key, names));
            return;
        };
        if let Some(param) = params.kind().param_at(index)
            && let Some(value) = read_value(param, &entry.value, path, self.issues)
        {
            self.gives.push(Give::Set { side, node, index, value });
        }
    }

    fn prune(&mut self, name: &str, place: Place, path: &str) {
        let (side, draft, name) = self.side(name);
        let Some(node) = self.find(side, draft, name, place, path) else { return };
        let kind = draft.section.nodes[node].params.kind();
        let stays = matches!(kind.group, Group::Source | Group::Decoder | Group::Encoder | Group::Sink);
        if stays || kind.pruned_as == Pruned::Never {
            let message = format!("`{name}` may not be pruned: it is of kind `{}`", kind.name);
            self.issues.push(Issue::new(Code::NotPrunable, path, place, message));
            return;
        }
        self.gives.push(Give::Prune { side, node });
    }
}

/// A ladder made of the optional nodes: lowest priority first, of those the dearest first.
pub(super) fn derive(device: &Section, player: &Section) -> Vec<Rung> {
    let sides = [(Side::Player, player), (Side::Device, device)];
    let mut optional: Vec<_> = sides
        .iter()
        .flat_map(|(side, section)| section.nodes.iter().enumerate().map(move |(i, n)| (*side, i, n)))
        .filter(|(_, _, n)| n.optional)
        .collect();
    optional.sort_by_key(|(_, _, n)| (n.priority, Reverse(n.params.kind().cost)));
    optional
        .iter()
        .map(|(side, node, _)| Rung { gives: vec![Give::Prune { side: *side, node: *node }], place: None })
        .collect()
}

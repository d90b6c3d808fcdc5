//! What a document that comes over the network may name.

use super::{Document, NodeDecl, Side};
use crate::{Code, Issue, Issues};
use lavalink_exec::{Group, Type, Value};

impl Document {
    /// Notes everything in this document that a document from the network may not name: sinks, device names, paths and other
    /// texts that `trusted`, the document loaded at start, does not name for the same kind.
    #[must_use]
    pub fn confine(&self, trusted: &Self) -> Issues {
        let mut issues = Issues::about(self.sources.clone());
        for side in [Side::Device, Side::Player] {
            for node in &self.section(side).nodes {
                confine(side, node, trusted, &mut issues);
            }
        }
        issues
    }
}

fn confine(side: Side, node: &NodeDecl, trusted: &Document, issues: &mut Issues) {
    let kind = node.params.kind();
    let path = format!("{}.nodes.{}", side.word(), node.name);
    let same = || {
        let all = trusted.device.nodes.iter().chain(&trusted.player.nodes);
        all.filter(|n| std::ptr::eq(n.params.kind(), kind))
    };
    if kind.group == Group::Sink && same().next().is_none() {
        let message = format!("the document loaded at start has no `{}`", kind.name);
        issues.push(Issue::new(Code::Confined, path, node.place, message));
        return;
    }
    for (index, value) in node.params.values().iter().enumerate() {
        let (Value::Text(text), Some(param)) = (value, kind.param_at(index)) else { continue };
        let plugin = text.split(':').next().unwrap_or("");
        let forbidden = crate::kinds::is_device(param) && matches!(plugin, "file" | "tee");
        let default = matches!(param.ty, Type::Text { default, .. } if default == &**text);
        let known = (default && kind.group != Group::Sink) || same().any(|n| n.params.values()[index] == *value);
        if forbidden || !known {
            let place = node.given.iter().find(|(i, _)| *i == index).map_or(node.place, |(_, place)| *place);
            let message = format!("`{}` is not named by the document loaded at start", crate::value::short(text));
            issues.push(Issue::new(Code::Confined, format!("{path}.{}", param.name), place, message));
        }
    }
}

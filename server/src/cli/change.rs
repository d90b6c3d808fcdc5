//! Values on the command line, for nodes by name.

use super::exit::usage;
use super::filters::driven_by;
use lavalink_engine::graph::{Graph, Template};
use lavalink_exec::{Kind, Param, Value};
use lavalink_graphs::{nearest, parse_value};

/// A parameter that is to be changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// Whether the node is the device's.
    pub(crate) device: bool,
    /// The node.
    pub(crate) node: Box<str>,
    /// Flat index of the parameter.
    pub(crate) index: usize,
    /// The value.
    pub(crate) value: Value,
}

impl Change {
    /// Reads `node.param` and the text of a value as documents write it. `whole` is the document before anything was
    /// taken out of it, for messages.
    ///
    /// # Errors
    /// When there is no such node or parameter, or the value is not taken; the text says what is.
    pub(crate) fn parse(template: &Template, whole: &Template, name: &str, value: &str) -> anyhow::Result<Self> {
        let (device, bare) = name.strip_prefix("device.").map_or((false, name), |bare| (true, bare));
        let side = |template| graph_of(template, device);
        let (node, param) = bare
            .split_once('.')
            .ok_or_else(|| usage(format!("`{name}` names no parameter; write node.param, as in fader.gain")))?;
        let Some(found) = side(template).find(node).and_then(|at| side(template).node(at)) else {
            return Err(usage(no_node(side(whole), node, device)));
        };
        let kind = found.kind();
        let Some((index, row)) = kind.param_index(param).and_then(|at| Some((at, kind.param_at(at)?))) else {
            return Err(usage(no_param(kind, node, param)));
        };
        let value = parse_value(row, value).map_err(|fault| usage(format!("{name}: {fault}")))?;
        Ok(Self { device, node: node.into(), index, value })
    }

    /// Changes the graph itself, before anything plays.
    pub(crate) fn put(&self, template: &mut Template) {
        let graph = if self.device { &mut template.device } else { &mut template.player };
        if let Some(node) = graph.find(&self.node).and_then(|at| graph.node_mut(at)) {
            // The value was checked against the very same table.
            let _ = node.params.set(self.index, self.value.clone());
        }
    }
}

fn graph_of(template: &Template, device: bool) -> &Graph {
    if device { &template.device } else { &template.player }
}

fn no_node(whole: &Graph, node: &str, device: bool) -> String {
    let side = if device { "device" } else { "player" };
    if let Some(there) = whole.find(node).and_then(|at| whole.node(at)) {
        return match driven_by(there) {
            Some(filter) => {
                format!("`{node}` is at rest until --filters contains `{filter}`, so there is nothing to set")
            }
            None => format!("`{node}` is not part of what is recorded; choose another --tap"),
        };
    }
    let names: Vec<&str> = whole.nodes().map(|(_, n)| &*n.name).collect();
    let meant = nearest(node, names.iter().copied()).map(|n| format!(" (did you mean `{n}`?)")).unwrap_or_default();
    format!("the {side} has no node `{node}`{meant}; its nodes: {}", names.join(", "))
}

fn no_param(kind: &Kind, node: &str, param: &str) -> String {
    let shown =
        |p: &Param| if p.count > 1 { format!("{}.0 … {}.{}", p.name, p.name, p.count - 1) } else { p.name.into() };
    let meant = nearest(param, kind.params.iter().map(|p| p.name));
    let meant = meant.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let all = kind.params.iter().map(shown).collect::<Vec<_>>().join(", ");
    format!("`{node}` is a {} and has no `{param}`{meant}; its parameters: {all}", kind.name)
}

//! The set of node kinds a document may use.

use lavalink_exec::{Kind, Param, Params, Port, Type};

/// The node kinds a document may use; handed in, so that this crate knows no kind by name.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    list: Vec<&'static Kind>,
}

impl Kinds {
    /// The kinds `kinds`, sorted by name.
    #[must_use]
    pub fn new(kinds: &[&'static Kind]) -> Self {
        let mut list = kinds.to_vec();
        list.sort_by_key(|k| k.name);
        Self { list }
    }

    /// The kind called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static Kind> {
        self.list.binary_search_by_key(&name, |k| k.name).ok().map(|i| self.list[i])
    }

    /// All kinds, by name.
    pub fn iter(&self) -> impl Iterator<Item = &'static Kind> + '_ {
        self.list.iter().copied()
    }
}

/// Keys every node has beside its kind's parameters.
pub(crate) const NODE_KEYS: [&str; 4] = ["kind", "optional", "priority", "filter"];

/// Old names of keys: kind (empty for `engine`), old name, new name. They load with a warning.
pub(crate) const RENAMED: &[(&str, &str, &str)] =
    &[("", "samplerate", "sample_rate"), ("alsa", "buffer_size", "buffer"), ("alsa", "period_size", "period")];

/// The keys of `engine`, as a table like that of a kind.
pub(crate) const ENGINE: &[Param] = &[
    Param::whole(
        "sample_rate",
        lavalink_exec::Unit::Hz,
        8_000.0,
        192_000.0,
        48_000.0,
        "Rate of every wire of the graph.",
    ),
    Param::number("block", lavalink_exec::Unit::Ms, 1.0, 100.0, 20.0, "Longest block a node is given at once."),
    Param::choice("latency", &["standard", "low"], 0, "How deep the rings are: `low` reacts faster and forgives less."),
];

/// A port of a node, counted ports expanded.
#[derive(Clone, Debug)]
pub(crate) struct NodePort {
    /// Name in documents, with its number if counted.
    pub(crate) name: String,
    /// Row of the kind's table.
    pub(crate) port: &'static Port,
}

/// The ports of a node with these values, counted ports expanded.
pub(crate) fn expand(ports: &'static [Port], params: &Params) -> Vec<NodePort> {
    let mut expanded = Vec::new();
    for port in ports {
        match port.counted_by {
            None => expanded.push(NodePort { name: port.name.to_owned(), port }),
            Some(_) => expanded.extend(
                (0..Kind::port_count(port, params)).map(|i| NodePort { name: format!("{}{i}", port.name), port }),
            ),
        }
    }
    expanded
}

/// Whether a parameter names an ALSA device, which only takes harmless characters.
pub(crate) fn is_device(param: &Param) -> bool {
    param.name == "device" && matches!(param.ty, Type::Text { .. })
}

//! Lavalink's filters object on the nodes that carry `filter:`.

use super::exit::usage;
use lavalink_engine::graph::{Graph, GraphNode};
use lavalink_exec::{Params, Value};
use lavalink_graphs::{range_text, show_value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Gain of an equalizer entry that names none (what Lavalink's server does; its documentation says 0).
const DEFAULT_BAND_GAIN: f64 = 1.0;

/// A client's filters: what it sent for each, by the filter's name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters(BTreeMap<String, Json>);

impl Filters {
    /// Reads the JSON object.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let parsed: Map<String, Json> = serde_json::from_str(text)
            .map_err(|error| usage(format!("--filters takes a JSON object such as {{\"volume\": 0.5}}: {error}")))?;
        let mut all = BTreeMap::new();
        for (name, value) in parsed {
            match value {
                Json::Object(plugins) if name == "pluginFilters" => all.extend(plugins),
                Json::Null => {}
                value => drop(all.insert(name, value)),
            }
        }
        all.retain(|_, value| !value.is_null());
        Ok(Self(all))
    }

    /// Gives every node with `filter:` its values: the client's where it sent that filter, those of doing nothing where
    /// it did not. A node that has none is taken out.
    ///
    /// # Errors
    /// When the client sent a filter that no node carries, or a value that is not taken.
    pub(crate) fn apply(&self, graph: &mut Graph) -> anyhow::Result<()> {
        let nodes: Vec<_> = graph
            .nodes()
            .filter_map(|(index, node)| Some((index, node.filter.as_deref()?.to_owned(), node.params.clone())))
            .collect();
        if let Some(unknown) = self.0.keys().find(|name| !nodes.iter().any(|(_, filter, _)| filter == *name)) {
            let list = nodes.iter().map(|(_, filter, _)| filter.as_str()).collect::<Vec<_>>().join(", ");
            let has = if list.is_empty() { "none".to_owned() } else { list };
            return Err(usage(format!(
                "the graph has no node with `filter: {unknown}`; filters it has: {has}. Add a node of a kind that \
                 implements it (`lavalink-rust nodes`)"
            )));
        }
        for (index, filter, params) in nodes {
            let params = match self.0.get(&filter) {
                Some(sent) => Some(sent_values(&filter, &params, sent)?),
                None => idle_values(&filter, &params),
            };
            match (params, graph.node_mut(index)) {
                (Some(params), Some(node)) => node.params = params,
                _ => graph.mend(index),
            }
        }
        Ok(())
    }
}

/// Whether a node is there to be driven by a filter, for messages.
pub(crate) fn driven_by(node: &GraphNode) -> Option<&str> {
    node.filter.as_deref()
}

/// Values of a node that does nothing; `None` when its kind has none.
fn idle_values(filter: &str, params: &Params) -> Option<Params> {
    let kind = params.kind();
    let mut candidates = vec![params.clone(), Params::defaults(kind)];
    if filter == "lowPass" {
        let mut open = Params::defaults(kind);
        let set = open.index("smoothing").map(|at| open.set(at, Value::Number(1.0)));
        candidates.extend(set.is_some_and(|set| set.is_ok()).then_some(open));
    }
    candidates.into_iter().find(|params| (kind.identity)(params))
}

/// The values the client sent. Members it left out have the table's default, which for Lavalink's filters is Lavalink's.
fn sent_values(filter: &str, present: &Params, sent: &Json) -> anyhow::Result<Params> {
    let mut params = Params::defaults(present.kind());
    let wrong = |what: &str| usage(format!("--filters: `{filter}` takes {what}, not {sent}"));
    match (filter, sent) {
        ("volume", Json::Number(_)) => put(filter, &mut params, "volume", sent)?,
        ("volume", _) => return Err(wrong("a number such as 0.5")),
        ("equalizer", Json::Array(bands)) => {
            for entry in bands {
                let band = entry
                    .get("band")
                    .and_then(Json::as_u64)
                    .ok_or_else(|| wrong("a list of bands such as [{\"band\": 0, \"gain\": 0.25}]"))?;
                let gain = entry.get("gain").cloned().unwrap_or_else(|| DEFAULT_BAND_GAIN.into());
                put(filter, &mut params, &format!("gain.{band}"), &gain)?;
            }
        }
        ("equalizer", _) => return Err(wrong("a list of bands such as [{\"band\": 0, \"gain\": 0.25}]")),
        (_, Json::Object(members)) => {
            for (member, value) in members {
                let name = snake_case(member);
                // Members that are not known are ignored, as Lavalink does.
                if params.index(&name).is_some() {
                    put(filter, &mut params, &name, value)?;
                }
            }
        }
        _ => return Err(wrong("an object")),
    }
    Ok(params)
}

fn put(filter: &str, params: &mut Params, name: &str, value: &Json) -> anyhow::Result<()> {
    let Some((at, param)) = params.index(name).and_then(|at| Some((at, params.kind().param_at(at)?))) else {
        return Err(usage(format!("--filters: `{filter}` has no `{name}`")));
    };
    let checked = match value {
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::Bool(flag) => Some(Value::Flag(*flag)),
        _ => None,
    };
    let taken = checked.is_some_and(|value| params.set(at, value).is_ok());
    if taken {
        return Ok(());
    }
    let default = show_value(param, &param.default());
    let range = range_text(&param.ty);
    Err(usage(format!("--filters: `{filter}.{name}` takes {range} (default {default}), not {value}")))
}

/// `leftToRight` as tables write it: `left_to_right`.
fn snake_case(member: &str) -> String {
    let mut out = String::new();
    for c in member.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Filters;
    use lavalink_engine::graph::{Graph, GraphNode};
    use lavalink_exec::Params;
    use lavalink_nodes::registry::find;

    fn graph(kinds: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::new();
        for (kind, filter) in kinds {
            let mut node = GraphNode::new(*kind, Params::defaults(find(kind).expect("a kind")));
            node.filter = Some((*filter).into());
            graph.add(node).expect("new name");
        }
        graph
    }

    fn number(graph: &Graph, node: &str, param: &str) -> f64 {
        let node = graph.node(graph.find(node).expect("node")).expect("node");
        node.params.number(node.params.index(param).expect("param"))
    }

    #[test]
    fn what_was_sent_is_set_and_the_rest_is_at_rest() {
        let mut graph = graph(&[("volume", "volume"), ("low_pass", "lowPass"), ("channel_mix", "channelMix")]);
        let filters = Filters::parse(r#"{"volume": 0.5, "channelMix": {"leftToRight": 0.25, "unknown": 1}}"#);
        filters.expect("an object").apply(&mut graph).expect("taken");
        assert_eq!(number(&graph, "volume", "volume"), 0.5);
        assert_eq!(number(&graph, "channel_mix", "left_to_right"), 0.25);
        assert_eq!(number(&graph, "channel_mix", "left_to_left"), 1.0);
        assert_eq!(number(&graph, "low_pass", "smoothing"), 1.0);
    }

    #[test]
    fn members_left_out_have_the_clients_default() {
        let mut graph = graph(&[("low_pass", "lowPass")]);
        Filters::parse(r#"{"lowPass": {}}"#).expect("an object").apply(&mut graph).expect("taken");
        assert_eq!(number(&graph, "low_pass", "smoothing"), 20.0);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_would() {
        for (json, word) in [
            (r#"{"karaoke": {}}"#, "filters it has: volume"),
            (r#"{"volume": "loud"}"#, "a number"),
            (r#"{"volume": 7}"#, "from 0 to 5"),
        ] {
            let filters = Filters::parse(json).expect("an object");
            let error = filters.apply(&mut graph(&[("volume", "volume")])).expect_err(json).to_string();
            assert!(error.contains(word), "{json}: {error}");
        }
        assert!(Filters::parse("[1]").is_err());
    }
}

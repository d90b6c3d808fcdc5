//! Laying one tree over another, for `extends`.

use super::{Entry, Node, Yaml};

/// Lays `over` on `base`: maps merge by key, `null` removes, everything else replaces.
#[must_use]
pub fn merge(base: Node, over: Node) -> Node {
    match (base.yaml, over.yaml) {
        (Yaml::Map(base), Yaml::Map(over_entries)) => {
            let mut entries = base;
            for Entry { key, value } in over_entries {
                match entries.iter().position(|e| e.key.text == key.text) {
                    Some(at) if value.is_null() => {
                        entries.remove(at);
                    }
                    Some(at) => {
                        let below = std::mem::replace(&mut entries[at].value.yaml, Yaml::Null);
                        let below = Node { place: entries[at].value.place, yaml: below };
                        entries[at] = Entry { key, value: merge(below, value) };
                    }
                    None => entries.push(Entry { key, value }),
                }
            }
            Node { place: over.place, yaml: Yaml::Map(entries) }
        }
        (_, yaml) => Node { place: over.place, yaml },
    }
}

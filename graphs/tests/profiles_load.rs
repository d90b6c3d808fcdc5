//! Every shipped profile loads without a word and is taken by the engine.

mod common;

use lavalink_graphs::{Kinds, ShippedOnly, load, profiles};

/// The shipped kinds, and tables in place of those this build has none of.
fn kinds() -> Kinds {
    let shipped = lavalink_nodes::registry::kinds();
    let tables = common::kinds();
    let missing = tables.iter().filter(|k| shipped.iter().all(|s| s.name != k.name));
    Kinds::new(&shipped.iter().copied().chain(missing).collect::<Vec<_>>())
}

#[test]
fn every_profile_loads_and_the_engine_takes_it() {
    for (name, text) in profiles() {
        let (document, issues) = load(name, text, &kinds(), &ShippedOnly);
        assert!(issues.is_empty(), "{name}:\n{issues}");
        let document = document.expect("no issues, so a document");
        assert_eq!(document.name, *name);
        document.template().unwrap_or_else(|issues| panic!("{name}:\n{issues}"));
    }
}

#[test]
fn every_profile_names_the_schema() {
    for (name, text) in profiles() {
        assert!(text.starts_with("# yaml-language-server: $schema=../graph.schema.json\n"), "{name}");
    }
}

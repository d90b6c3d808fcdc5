//! Every shipped profile loads without a word and is taken by the engine.

mod common;

use common::kinds;
use lavalink_graphs::{ShippedOnly, load, profiles};

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

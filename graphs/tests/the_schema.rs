//! The JSON Schema takes what loads, refuses what a table refuses, and is kept up to date.
//!
//! `UPDATE_SCHEMA=1 cargo test -p lavalink-graphs --test the_schema` writes `graph.schema.json` anew.

mod common;
mod validator;

use lavalink_graphs::{Issues, Kinds, profiles, schema, yaml};
use serde_json::{Value, json};
use std::path::Path;
use validator::{to_json, valid};

/// A YAML text as an editor hands it to a schema.
fn value(text: &str) -> Value {
    let mut issues = Issues::new();
    let file = issues.add_source("test.yml", text);
    let root = yaml::parse(file, &mut issues).expect("parses");
    assert!(issues.is_empty(), "{issues}");
    to_json(&root)
}

#[test]
fn the_kept_schema_is_that_of_the_shipped_kinds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph.schema.json");
    let made = schema(&Kinds::new(lavalink_nodes::registry::kinds()));
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("is JSON");
        std::fs::write(&path, text + "\n").expect("writable");
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("is there")).expect("is JSON");
    assert!(kept == made, "graph.schema.json is out of date: UPDATE_SCHEMA=1 writes it anew");
}

#[test]
fn every_profile_is_valid() {
    let schema = schema(&common::kinds());
    for (name, text) in profiles() {
        assert_eq!(valid(&schema, &value(text)), Ok(()), "{name}");
    }
}

#[test]
fn what_a_table_refuses_is_invalid() {
    let schema = schema(&common::kinds());
    let node = |node: Value| json!({ "graph": 1, "player": { "nodes": { "a": node } } });
    for good in [
        node(json!({ "kind": "fader", "gain": -3 })),
        node(json!({ "kind": "fader", "gain": "-3 dB", "optional": true })),
        node(json!({ "kind": "equalizer", "filter": "equalizer", "gain.14": 0.25, "gain": { "3": 0.5 } })),
        node(json!({ "kind": null, "clocked": false })),
        node(json!({ "gain": "-3 dB" })),
        node(Value::Null),
        json!({ "graph": 1, "extends": "base", "player": { "wires": ["a -> b.in0 -> device.room"] } }),
    ] {
        assert_eq!(valid(&schema, &good), Ok(()), "{good}");
    }
    for bad in [
        json!({}),
        json!({ "graph": 2 }),
        json!({ "graph": 1, "plyer": {} }),
        json!({ "graph": 1, "player": { "wires": "a -> b" } }),
        node(json!({ "kind": "faader" })),
        node(json!({ "kind": "fader", "gian": 3 })),
        node(json!({ "kind": "fader", "gain": 90 })),
        node(json!({ "kind": "fader", "gain": [1] })),
        node(json!({ "kind": "fader", "filter": "volume" })),
        node(json!({ "kind": "decoder", "optional": true })),
        node(json!({ "kind": "resampler", "quality": "highest" })),
        node(json!({ "kind": "equalizer", "gain.15": 0.1 })),
    ] {
        assert!(valid(&schema, &bad).is_err(), "{bad}");
    }
}

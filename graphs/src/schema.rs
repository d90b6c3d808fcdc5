//! The JSON Schema of documents, made of the tables of the kinds: editors complete, explain and check with it.
//!
//! Draft 7, which is what YAML language servers know best. The schema takes every document that loads, and a little more:
//! names and wires are only checked by [`crate::load`].

use crate::kinds::{ENGINE, NODE_KEYS, RENAMED, is_device};
use crate::{Kinds, profiles, range_text, show_value};
use lavalink_exec::{Kind, Live, Param, Pruned, Type, Unit};
use serde_json::{Map, Value, json};

const NAME: &str = "[A-Za-z][A-Za-z0-9_-]*";

/// The schema for documents made of `kinds`. The same kinds always give the same schema.
#[must_use]
pub fn schema(kinds: &Kinds) -> Value {
    let end = format!(r"{NAME}(\.{NAME}){{0,2}}");
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "graph.schema.json",
        "title": "Graph document of lavalink-rust",
        "type": "object",
        "additionalProperties": false,
        "required": ["graph"],
        "properties": {
            "graph": { "const": 1, "description": "Version of the format." },
            "name": { "type": "string", "maxLength": 64, "description": "Name of the document, for people." },
            "extends": {
                "description": "What this document is laid over: a shipped profile, or the path of a local file. Maps merge by key, null removes a key, lists replace.",
                "anyOf": [
                    { "enum": profiles().iter().map(|(name, _)| *name).collect::<Vec<_>>() },
                    { "type": "string", "pattern": r"\.ya?ml$" },
                    { "type": "null" },
                ],
            },
            "engine": {
                "description": "What holds for the whole graph.",
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": engine(),
            },
            "device": {
                "description": "Built once per process: where the sound of all players comes together and leaves.",
                "$ref": "#/definitions/section",
            },
            "player": { "description": "Built once for every player.", "$ref": "#/definitions/section" },
            "degrade": {
                "description": "What to give up under load, first to last; taken back in reverse. Made of `optional` and `priority` when absent.",
                "type": ["array", "null"],
                "items": { "$ref": "#/definitions/rung" },
            },
        },
        "definitions": {
            "section": {
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": {
                    "nodes": {
                        "description": "Nodes by name.",
                        "type": ["object", "null"],
                        "propertyNames": { "pattern": format!("^{NAME}$"), "not": { "enum": ["device", "player"] } },
                        "additionalProperties": { "$ref": "#/definitions/node" },
                    },
                    "wires": {
                        "description": "Chains of nodes: `a -> b -> c`. `node.port` names an output at the start of a chain, an input elsewhere; `device.node` leads from a player to the device.",
                        "type": ["array", "null"],
                        "items": { "type": "string", "pattern": format!(r"^\s*{end}(\s*->\s*{end})+\s*$") },
                    },
                },
            },
            "rung": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "set": {
                        "description": "Values to put in: `node.param: value`.",
                        "type": "object",
                        "propertyNames": { "pattern": format!(r"^{NAME}(\.[A-Za-z0-9_-]+){{1,3}}$") },
                    },
                    "prune": {
                        "description": "Nodes to take out: any but sources, decoders, encoders and sinks.",
                        "type": "array",
                        "items": { "type": "string", "pattern": format!(r"^(device\.)?{NAME}$") },
                    },
                },
            },
            "node": node(kinds),
        },
    })
}

/// A node: its keys depend on its kind. A node without a kind changes one of what the document extends.
fn node(kinds: &Kinds) -> Value {
    let names: Vec<&str> = kinds.iter().map(|k| k.name).collect();
    let help: Vec<&str> = kinds.iter().map(|k| k.help).collect();
    // The kind `null` reaches an editor as nothing at all.
    let null = names.contains(&"null").then_some(json!({ "type": "null" }));
    let mut any = vec![json!({ "enum": names, "enumDescriptions": help })];
    any.extend(null);
    json!({
        "type": ["object", "null"],
        "properties": { "kind": { "description": "What the node is.", "anyOf": any } },
        "allOf": kinds.iter().map(|kind| json!({
            "if": { "required": ["kind"], "properties": { "kind": is_kind(kind) } },
            "then": of_kind(kind),
        })).collect::<Vec<_>>(),
    })
}

fn is_kind(kind: &Kind) -> Value {
    if kind.name == "null" { json!({ "enum": [null, "null"] }) } else { json!({ "const": kind.name }) }
}

fn of_kind(kind: &Kind) -> Value {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for param in kind.params {
        let element = value(param);
        if param.count == 1 {
            properties.insert(param.name.to_owned(), element);
            continue;
        }
        let index = index_pattern(param.count);
        patterns.insert(format!(r"^{}\.{index}$", param.name), element.clone());
        properties.insert(
            param.name.to_owned(),
            json!({
                "description": format!("{} {} elements, as a list or by number.", param.help, param.count),
                "anyOf": [
                    { "type": "array", "maxItems": param.count, "items": element },
                    { "type": "object", "additionalProperties": false, "patternProperties": { format!("^{index}$"): element } },
                    { "type": "null" },
                ],
            }),
        );
    }
    for (_, old, new) in RENAMED.iter().filter(|(k, ..)| *k == kind.name) {
        if let Some(param) = kind.params.iter().find(|p| p.name == *new) {
            let mut old_value = value(param);
            old_value["deprecationMessage"] = json!(format!("now called `{new}`"));
            properties.insert((*old).to_owned(), old_value);
        }
    }
    for key in NODE_KEYS {
        properties.insert(key.to_owned(), common(key, kind));
    }
    json!({ "description": kind.help, "additionalProperties": false, "properties": properties, "patternProperties": patterns })
}

/// A key every node has.
fn common(key: &str, kind: &Kind) -> Value {
    match key {
        "kind" => json!({ "description": kind.help }),
        "optional" if kind.pruned_as == Pruned::Never => {
            json!({ "enum": [false, null], "description": "This kind may not be given up." })
        }
        "optional" => {
            json!({ "type": ["boolean", "null"], "default": false, "description": "Whether the node may be given up under load." })
        }
        "priority" => json!({
            "type": ["integer", "null"], "minimum": -1000, "maximum": 1000, "default": 0,
            "description": "Which optional node is given up first: the lowest.",
        }),
        _ => match kind.filter {
            Some(filter) => json!({
                "enum": [filter, null],
                "description": format!("Lets the client filter `{filter}` drive this node."),
            }),
            None => json!({ "type": "null", "description": "This kind implements no filter." }),
        },
    }
}

fn engine() -> Value {
    let mut properties: Map<String, Value> = ENGINE.iter().map(|p| (p.name.to_owned(), value(p))).collect();
    for (_, old, new) in RENAMED.iter().filter(|(kind, ..)| kind.is_empty()) {
        if let Some(mut renamed) = properties.get(*new).cloned() {
            renamed["deprecationMessage"] = json!(format!("now called `{new}`"));
            properties.insert((*old).to_owned(), renamed);
        }
    }
    Value::Object(properties)
}

/// One value of a parameter.
fn value(param: &Param) -> Value {
    let live = match param.live {
        Live::Rebuild => "A change cross-fades to a new node.",
        Live::Ramp | Live::Step => "Changes while playing.",
    };
    let default = show_value(param, &param.default());
    let range = range_text(&param.ty);
    let description = match param.ty {
        Type::Text { .. } if default.is_empty() => format!("{} {live}", param.help),
        Type::Text { .. } | Type::Flag { .. } | Type::Choice { .. } => {
            format!("{} Default: {default}. {live}", param.help)
        }
        Type::Number { .. } => {
            format!("{} {}{}. Default: {default}. {live}", param.help, range[..1].to_uppercase(), &range[1..])
        }
    };
    let mut value = match param.ty {
        Type::Number { unit, min, max, whole, .. } => json!({
            "anyOf": [
                { "type": if whole { "integer" } else { "number" }, "minimum": min, "maximum": max },
                { "type": "string", "pattern": number_pattern(unit) },
                { "type": "null" },
            ],
            "default": default,
        }),
        Type::Flag { default } => json!({ "type": ["boolean", "null"], "default": default }),
        Type::Choice { of, .. } => {
            json!({ "anyOf": [{ "enum": of }, { "type": "null" }], "default": default })
        }
        Type::Text { max_len, .. } => {
            let mut text =
                json!({ "type": ["string", "number", "boolean", "null"], "maxLength": max_len, "default": default });
            if is_device(param) {
                text["pattern"] = json!("^[A-Za-z0-9_:,=.-]+$");
            }
            text
        }
    };
    value["description"] = json!(description);
    value
}

/// A number with one of the spellings of its unit.
fn number_pattern(unit: Unit) -> String {
    let spellings: Vec<&str> = unit.spellings().iter().map(|(s, _)| *s).collect();
    format!(r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*({})?\s*$", spellings.join("|"))
}

/// The numbers below `count`.
fn index_pattern(count: usize) -> String {
    let numbers: Vec<String> = (0..count).map(|i| i.to_string()).collect();
    format!("({})", numbers.join("|"))
}

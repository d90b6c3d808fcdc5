//! As much of a JSON Schema validator as the schema of documents needs. Patterns of values are taken on trust; patterns of
//! keys are understood in the form in which the schema writes array elements.

use lavalink_graphs::yaml::{Node, Yaml};
use serde_json::{Map, Value};

/// Whether `value` is valid, or where and why not.
pub(crate) fn valid(schema: &Value, value: &Value) -> Result<(), String> {
    check(schema, schema, value, "")
}

const UNDERSTOOD: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "title",
    "description",
    "definitions",
    "default",
    "deprecationMessage",
    "enumDescriptions",
    "type",
    "const",
    "enum",
    "anyOf",
    "allOf",
    "if",
    "then",
    "not",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "required",
    "items",
    "maxItems",
    "minimum",
    "maximum",
    "maxLength",
    "pattern",
];

fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{at}: {why}"));
    let Some(rules) = schema.as_object() else {
        return if schema == &Value::Bool(false) { fail("nothing is allowed") } else { Ok(()) };
    };
    for rule in rules.keys() {
        assert!(UNDERSTOOD.contains(&rule.as_str()), "the validator does not know `{rule}`");
    }
    if let Some(target) = rules.get("$ref").and_then(Value::as_str) {
        check(root, root.pointer(&target[1..]).expect("the target is there"), value, at)?;
    }
    if let Some(types) = rules.get("type") {
        let one = |t: &Value| is_type(t.as_str().expect("a word"), value);
        if !types.as_array().map_or_else(|| one(types), |types| types.iter().any(one)) {
            return fail("wrong type");
        }
    }
    if rules.get("const").is_some_and(|c| c != value) {
        return fail("not the one value");
    }
    if rules.get("enum").and_then(Value::as_array).is_some_and(|all| !all.contains(value)) {
        return fail("not among the values");
    }
    let any = rules.get("anyOf").and_then(Value::as_array);
    if any.is_some_and(|any| !any.iter().any(|s| check(root, s, value, at).is_ok())) {
        return fail("none of the alternatives");
    }
    for all in rules.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        check(root, all, value, at)?;
    }
    if rules.get("if").is_some_and(|condition| check(root, condition, value, at).is_ok()) {
        check(root, &rules["then"], value, at)?;
    }
    if rules.get("not").is_some_and(|not| check(root, not, value, at).is_ok()) {
        return fail("just what is forbidden");
    }
    if let Some(number) = value.as_f64() {
        let limit = |rule: &str| rules.get(rule).and_then(Value::as_f64);
        if limit("minimum").is_some_and(|min| number < min) || limit("maximum").is_some_and(|max| number > max) {
            return fail("out of range");
        }
    }
    if let Some(items) = value.as_array() {
        if rules.get("maxItems").and_then(Value::as_u64).is_some_and(|max| items.len() as u64 > max) {
            return fail("too many elements");
        }
        for (i, item) in items.iter().enumerate() {
            check(root, rules.get("items").unwrap_or(&Value::Null), item, &format!("{at}.{i}"))?;
        }
    }
    value.as_object().map_or(Ok(()), |object| check_object(root, rules, object, at))
}

fn check_object(root: &Value, rules: &Map<String, Value>, object: &Map<String, Value>, at: &str) -> Result<(), String> {
    for key in rules.get("required").and_then(Value::as_array).into_iter().flatten() {
        let key = key.as_str().expect("a word");
        if !object.contains_key(key) {
            return Err(format!("{at}: {key} is missing"));
        }
    }
    for (key, value) in object {
        let at = format!("{at}.{key}");
        if let Some(names) = rules.get("propertyNames") {
            check(root, names, &Value::String(key.clone()), &at)?;
        }
        let named = rules.get("properties").and_then(|p| p.get(key));
        let patterns = rules.get("patternProperties").and_then(Value::as_object);
        let patterned = patterns.into_iter().flatten().find(|(pattern, _)| key_matches(pattern, key)).map(|(_, s)| s);
        match named.or(patterned).or(rules.get("additionalProperties")) {
            Some(schema) => check(root, schema, value, &at)?,
            None => continue,
        }
    }
    Ok(())
}

/// `^name\.(0|1|2)$` or `^(0|1|2)$`.
fn key_matches(pattern: &str, key: &str) -> bool {
    let (stem, numbers) = pattern.trim_matches(['^', '$', ')']).split_once('(').expect("a list of numbers");
    let stem = stem.replace(r"\.", ".");
    numbers.split('|').any(|n| key == format!("{stem}{n}"))
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        other => panic!("the validator does not know the type `{other}`"),
    }
}

/// A tree as an editor reads it: plain scalars become what they look like.
pub(crate) fn to_json(node: &Node) -> Value {
    match &node.yaml {
        Yaml::Null => Value::Null,
        Yaml::Scalar { text, quoted: false } if text == "true" || text == "false" => Value::Bool(text == "true"),
        Yaml::Scalar { text, quoted: false } if text.parse::<f64>().is_ok() => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        Yaml::Scalar { text, .. } => Value::String(text.clone()),
        Yaml::List(items) => items.iter().map(to_json).collect(),
        Yaml::Map(entries) => entries.iter().map(|e| (e.key.text.clone(), to_json(&e.value))).collect(),
    }
}

//! Issues for tools.

use super::{Issue, Issues};
use crate::{Place, Sources};
use serde_json::{Value, json};

impl Issues {
    /// The issues as JSON: an array of objects with `code`, `severity`, `title`, `message`, `path`, `file`, `line`,
    /// `column`, `start`, `end` (bytes), `remedy`, `nearest` and `related`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Array(self.iter().map(|i| one(i, &self.sources)).collect())
    }
}

fn one(issue: &Issue, sources: &Sources) -> Value {
    let mut object = json!({
        "code": issue.code.code(),
        "severity": issue.code.severity().word(),
        "title": issue.code.title(),
        "message": issue.message,
        "path": issue.path,
        "remedy": issue.advice(),
        "nearest": issue.nearest,
        "related": issue.related.iter().map(|(place, label)| {
            let mut related = json!({ "message": label });
            locate(&mut related, *place, sources);
            related
        }).collect::<Vec<_>>(),
    });
    if let Some(place) = issue.place {
        locate(&mut object, place, sources);
    }
    object
}

fn locate(object: &mut Value, place: Place, sources: &Sources) {
    if let Some((file, line, column)) = sources.locate(place) {
        object["file"] = json!(file);
        object["line"] = json!(line);
        object["column"] = json!(column);
        object["start"] = json!(place.start);
        object["end"] = json!(place.end);
    }
}

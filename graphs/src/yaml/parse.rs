//! Text to tree, from the parser's events rather than its ready-made tree: that one expands aliases before anybody can
//! count them and keeps only the last of two equal keys.

use super::{Entry, Key, Node, Yaml};
use crate::{Code, Issue, Issues, Place};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// Longest text taken, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting taken.
pub const MAX_DEPTH: usize = 32;
/// Most values taken, aliases expanded.
pub const MAX_VALUES: usize = 32_768;

/// Parses file `file` of the issues' sources. `None` when it could not be read at all; the issues say why.
pub fn parse(file: u16, issues: &mut Issues) -> Option<Node> {
    let sources = issues.sources().clone();
    let text = &sources.get(file)?.text;
    if text.len() > MAX_BYTES {
        let message = format!("this document has {} KiB", text.len().div_ceil(1024));
        issues.push(Issue::new(Code::TooBig, "", Place::top(file), message));
        return None;
    }
    let mut builder = Builder {
        file,
        offsets: Offsets::new(text),
        stack: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        documents: 0,
        values: 0,
        issues,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => {
                let end = event == Event::StreamEnd;
                builder.event(event, span)?;
                if end {
                    break;
                }
            }
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                let place = Place { file, start: at, end: at + 1 };
                let issue = Issue::new(Code::Syntax, "", place, format!("YAML: {}", error.info()));
                builder.issues.push(with_hint(issue, text, at as usize));
                return None;
            }
        }
    }
    let empty = Node { place: Place::top(file), yaml: Yaml::Null };
    Some(builder.root.unwrap_or(empty))
}

/// Tabs and a missing space are behind most syntax errors; say so where one is near.
fn with_hint(issue: Issue, text: &str, at: usize) -> Issue {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    if line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t') {
        issue.remedy("indent with spaces; YAML does not allow tabs")
    } else {
        issue
    }
}

/// Character positions, which the parser counts in, to bytes.
struct Offsets(Option<Vec<u32>>, u32);

impl Offsets {
    fn new(text: &str) -> Self {
        let table = (!text.is_ascii()).then(|| text.char_indices().map(|(i, _)| i as u32).collect());
        Self(table, text.len() as u32)
    }

    fn byte(&self, index: usize) -> u32 {
        match &self.0 {
            Some(table) => table.get(index).copied().unwrap_or(self.1),
            None => (index as u32).min(self.1),
        }
    }
}

/// A list or map that is not finished.
struct Open {
    anchor: usize,
    start: Marker,
    height: usize,
    values: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, merged: Vec<Node> },
}

/// What an anchor stands for, and what an alias to it costs.
struct Anchored {
    node: Node,
    height: usize,
    values: usize,
}

struct Builder<'a> {
    file: u16,
    offsets: Offsets,
    stack: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    root: Option<Node>,
    documents: usize,
    values: usize,
    issues: &'a mut Issues,
}

impl Builder<'_> {
    fn place(&self, start: Marker, end: Marker) -> Place {
        let start = self.offsets.byte(start.index());
        Place { file: self.file, start, end: self.offsets.byte(end.index()).max(start) }
    }

    fn fault(&mut self, code: Code, place: Place, message: impl Into<String>) {
        self.issues.push(Issue::new(code, "", place, message));
    }

    /// Takes one event; `None` ends the parse.
    fn event(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let place = self.place(span.start, span.end);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.fault(Code::OneDocument, place, "a second document starts here");
                    return None;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain || self.is_string(tag.as_ref(), place);
                let null = !quoted && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let yaml = if null { Yaml::Null } else { Yaml::Scalar { text: text.into_owned(), quoted } };
                self.count(1, 0, place)?;
                self.finish(Node { place, yaml }, anchor, 0, 1);
            }
            Event::SequenceStart(anchor, tag) => {
                self.is_string(tag.as_ref(), place);
                self.open(anchor, span.start, Body::List(Vec::new()), place)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.is_string(tag.as_ref(), place);
                let body = Body::Map { entries: Vec::new(), key: None, merged: Vec::new() };
                self.open(anchor, span.start, body, place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.stack.pop()?;
                let place = self.place(open.start, span.end);
                let yaml = match open.body {
                    Body::List(items) => Yaml::List(items),
                    Body::Map { entries, merged, .. } => Yaml::Map(self.merge_keys(entries, merged)),
                };
                self.finish(Node { place, yaml }, open.anchor, open.height, open.values + 1);
            }
            Event::Alias(id) => {
                let Some(anchored) = self.anchors.get(&id) else {
                    self.fault(Code::BadAlias, place, "this alias stands inside its own anchor");
                    return None;
                };
                let (height, values) = (anchored.height, anchored.values);
                self.count(values, height, place)?;
                let node = self.anchors.get(&id)?.node.clone();
                self.finish(node, 0, height, values);
            }
            _ => {}
        }
        Some(())
    }

    /// Whether a tag makes a scalar a string. Only the standard tags are let through.
    fn is_string(&mut self, tag: Option<&Cow<'_, Tag>>, place: Place) -> bool {
        let Some(tag) = tag else { return false };
        if !tag.is_yaml_core_schema() {
            self.fault(Code::BadTag, place, format!("the tag `{tag}` means nothing here"));
        }
        tag.is_yaml_core_schema() && tag.suffix == "str"
    }

    /// Counts `values` more values, nested `height` deep below here.
    fn count(&mut self, values: usize, height: usize, place: Place) -> Option<()> {
        self.values += values;
        if self.values > MAX_VALUES {
            self.fault(Code::TooMuch, place, format!("more than {MAX_VALUES} values from here on"));
            return None;
        }
        if self.stack.len() + height > MAX_DEPTH {
            self.fault(Code::TooDeep, place, format!("more than {MAX_DEPTH} levels deep"));
            return None;
        }
        Some(())
    }

    fn open(&mut self, anchor: usize, start: Marker, body: Body, place: Place) -> Option<()> {
        self.stack.push(Open { anchor, start, height: 0, values: 0, body });
        self.count(1, 0, place)
    }

    /// Puts a finished value where it belongs: a key, a value, an element or the root.
    fn finish(&mut self, node: Node, anchor: usize, height: usize, values: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), height, values });
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.height = open.height.max(height + 1);
        open.values += values;
        let mut twice = None;
        let mut bad_key = None;
        match &mut open.body {
            Body::List(items) => items.push(node),
            Body::Map { entries, key, merged } => match key.take() {
                None => {
                    let text = match &node.yaml {
                        Yaml::Scalar { text, .. } => text.clone(),
                        Yaml::Null => "null".to_owned(),
                        _ => {
                            bad_key = Some((node.place, node.what()));
                            String::new()
                        }
                    };
                    *key = Some(Key { place: node.place, text });
                }
                Some(key) if key.text == "<<" => merged.push(node),
                Some(key) => match entries.iter().find(|e| e.key.text == key.text) {
                    Some(first) => twice = Some((key, first.key.place)),
                    None => entries.push(Entry { key, value: node }),
                },
            },
        }
        if let Some((place, what)) = bad_key {
            self.fault(Code::WrongType, place, format!("{what} cannot be a key"));
        }
        if let Some((key, first)) = twice {
            let message = format!("the key `{}` is given twice", key.text);
            self.issues.push(Issue::new(Code::DuplicateKey, "", key.place, message).related(first, "first given here"));
        }
    }

    /// Adds what `<<` brings in; keys of the map itself win, then earlier maps.
    fn merge_keys(&mut self, mut entries: Vec<Entry>, merged: Vec<Node>) -> Vec<Entry> {
        for node in merged {
            let place = node.place;
            let maps = match node.yaml {
                Yaml::List(items) => items,
                yaml => vec![Node { place, yaml }],
            };
            for map in maps {
                if let Yaml::Map(more) = map.yaml {
                    for entry in more {
                        if !entries.iter().any(|e| e.key.text == entry.key.text) {
                            entries.push(entry);
                        }
                    }
                } else {
                    self.fault(Code::WrongType, map.place, "`<<` takes a map or a list of maps");
                }
            }
        }
        entries
    }
}

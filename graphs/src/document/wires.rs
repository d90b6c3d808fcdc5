//! `wires`: text to chains of names.

use super::Side;
use crate::value::short;
use crate::yaml::{Node, expect_list, expect_text};
use crate::{Code, Issue, Issues, Place};

/// One name in a chain.
pub(super) struct End<'a> {
    pub(super) device: bool,
    pub(super) node: &'a str,
    pub(super) port: Option<&'a str>,
    pub(super) place: Place,
}

/// A chain of at least two names; a name that could not be read is `None` and breaks the chain there.
pub(super) struct Chain<'a> {
    pub(super) ends: Vec<Option<End<'a>>>,
    pub(super) path: String,
}

pub(super) fn read_wires<'a>(side: Side, node: &'a Node, issues: &mut Issues) -> Vec<Chain<'a>> {
    let path = format!("{}.wires", side.word());
    let list = expect_list(node, &path, issues).unwrap_or_default();
    list.iter().enumerate().filter_map(|(i, item)| read_chain(side, item, format!("{path}.{i}"), issues)).collect()
}

fn read_chain<'a>(side: Side, node: &'a Node, path: String, issues: &mut Issues) -> Option<Chain<'a>> {
    let text = expect_text(node, &path, issues)?;
    // The text stands as it is in the source unless quotes or line breaks came in between.
    let inside = issues.sources().slice(node.place).find(text);
    let mut ends = Vec::new();
    let mut offset = 0;
    for piece in text.split("->") {
        let name = piece.trim();
        let lead = piece.len() - piece.trim_start().len();
        let place = inside.map_or(node.place, |at| node.place.part(at + offset + lead, name.len().max(1)));
        offset += piece.len() + 2;
        ends.push(read_end(side, name, place, &path, issues));
    }
    if ends.len() < 2 {
        issues.push(Issue::new(Code::BadWire, &*path, node.place, "a wire needs two ends"));
        return None;
    }
    for end in ends[..ends.len() - 1].iter().flatten().filter(|e| e.device) {
        let message = "nothing comes back from the device: `device.` only stands at the end of a wire";
        issues.push(Issue::new(Code::BadWire, &*path, end.place, message).remedy("end the wire here"));
    }
    Some(Chain { ends, path })
}

fn read_end<'a>(side: Side, name: &'a str, place: Place, path: &str, issues: &mut Issues) -> Option<End<'a>> {
    let mut parts = name.split('.');
    let mut node = parts.next().unwrap_or("");
    let device = side == Side::Player && node == "device";
    if device {
        node = parts.next().unwrap_or("");
    }
    let port = parts.next();
    let odd = |s: &str| s.is_empty() || s.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    if odd(node) || port.is_some_and(odd) || parts.next().is_some() || (side == Side::Device && node == "player") {
        let message = match name {
            "" => "a name is missing here".to_owned(),
            _ => format!("`{}` is neither a node nor `node.port`", short(name)),
        };
        let mut issue = Issue::new(Code::BadWire, path, place, message);
        if name.contains(['>', '→', '=']) {
            issue = issue.remedy("join names with ` -> `");
        } else if side == Side::Device && (node == "player" || node == "device") {
            issue = issue.remedy("wires of the device name its own nodes only, without a prefix");
        }
        issues.push(issue);
        return None;
    }
    Some(End { device, node, port, place })
}

//! Which nodes sound reaches.

use super::connect::Wiring;
use super::load::Draft;
use super::{BusWire, Side};
use crate::{Code, Issue, Issues};
use lavalink_exec::Group;

/// Notes nodes that no sound reaches. Nodes next to a fault noted before count as reached.
pub(super) fn check(
    side: Side,
    draft: &Draft,
    wiring: &Wiring,
    bus: &[BusWire],
    unwired: &[bool],
    issues: &mut Issues,
) {
    let nodes = &draft.section.nodes;
    let is_root = |i: usize| match side {
        Side::Player => nodes[i].params.kind().group == Group::Source,
        Side::Device => bus.iter().any(|b| b.node == i),
    };
    let mut todo: Vec<usize> = (0..nodes.len()).filter(|i| is_root(*i) || wiring.excused[*i] || unwired[*i]).collect();
    if side == Side::Player && !(0..nodes.len()).any(is_root) {
        return;
    }
    let mut reached = vec![false; nodes.len()];
    while let Some(at) = todo.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            todo.extend(wiring.wires.iter().filter(|w| w.from.0 == at).map(|w| w.to.0));
        }
    }
    for (i, node) in nodes.iter().enumerate().filter(|(i, _)| !reached[*i]) {
        if side == Side::Device && node.params.kind().group == Group::Source {
            continue;
        }
        let path = format!("{}.nodes.{}", side.word(), node.name);
        let touched = wiring.wires.iter().any(|w| w.from.0 == i || w.to.0 == i);
        let message = match (touched, side) {
            (false, _) => format!("`{}` is not wired", node.name),
            (true, Side::Player) => format!("no sound of the source reaches `{}`", node.name),
            (true, Side::Device) => format!("no player's sound reaches `{}`", node.name),
        };
        issues.push(Issue::new(Code::Unreached, path, node.place, message));
    }
}

//! Cycles, named node by node.

use super::{Section, Side, Wire};
use crate::{Code, Issue, Issues};
use std::collections::VecDeque;

/// Notes the shortest cycle through each node that no cycle noted before goes through. Nodes that may stand in a cycle break it.
pub(super) fn check(side: Side, section: &Section, wires: &[Wire], issues: &mut Issues) {
    let nodes = section.nodes.len();
    let breaks = |i: usize| section.nodes[i].params.kind().feedback;
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for wire in wires.iter().filter(|w| !breaks(w.from.0) && !breaks(w.to.0)) {
        next[wire.from.0].push(wire.to.0);
    }
    let mut noted = vec![false; nodes];
    for start in 0..nodes {
        if noted[start] {
            continue;
        }
        let Some(cycle) = shortest(start, &next) else { continue };
        if cycle.iter().any(|n| noted[*n]) {
            continue;
        }
        cycle.iter().for_each(|n| noted[*n] = true);
        let names: Vec<&str> = cycle.iter().chain(&cycle[..1]).map(|n| section.nodes[*n].name.as_str()).collect();
        let back = wires.iter().rev().find(|w| w.to.0 == start && w.from.0 == cycle[cycle.len() - 1]);
        let place = back.map(|w| w.place);
        let path = format!("{}.wires", side.word());
        issues.push(Issue::new(Code::Cycle, path, place, format!("cycle without a delay: {}", names.join(" -> "))));
    }
}

/// The shortest cycle through `start`, beginning with it.
fn shortest(start: usize, next: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut from: Vec<Option<usize>> = vec![None; next.len()];
    let mut todo = VecDeque::from([start]);
    while let Some(at) = todo.pop_front() {
        for &to in &next[at] {
            if to == start {
                let mut cycle = vec![at];
                while let Some(before) = from[cycle[cycle.len() - 1]].filter(|_| cycle[cycle.len() - 1] != start) {
                    cycle.push(before);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if from[to].is_none() {
                from[to] = Some(at);
                todo.push_back(to);
            }
        }
    }
    None
}

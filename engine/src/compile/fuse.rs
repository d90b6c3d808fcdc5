//! Neighbouring filters become one bank, so that one kernel runs all their stages.

use super::{BlueNode, Blueprint, Source, What};
use lavalink_exec::{Edge, Format, Fuse, Kind};

/// Fuses every chain of two or more neighbours that may be fused and have no other reader in between.
pub(super) fn fuse(mut plan: Blueprint, format: Format) -> Blueprint {
    let mut gone = vec![false; plan.nodes.len()];
    for head in 0..plan.nodes.len() {
        let Some(fuse) = fusible(&plan.nodes[head]) else { continue };
        // A chain is fused from its first node: one that does not continue another.
        if before(&plan, head).is_some_and(|b| joins(&plan, b, head)) {
            continue;
        }
        let mut chain = vec![head];
        while let Some(next) = after(&plan, chain[chain.len() - 1]) {
            if !joins(&plan, chain[chain.len() - 1], next) || chain.contains(&next) {
                break;
            }
            chain.push(next);
        }
        if chain.len() < 2 {
            continue;
        }
        let members: Vec<_> = chain
            .iter()
            .filter_map(|n| match &plan.nodes[*n].what {
                What::Kind(params) => Some((plan.nodes[*n].key.clone(), params.clone())),
                _ => None,
            })
            .collect();
        let mut stages = Vec::new();
        members.iter().for_each(|(_, params)| (fuse.stages)(params, &format, &mut stages));
        let last = chain[chain.len() - 1];
        let key = chain.iter().map(|n| &*plan.nodes[*n].key).collect::<Vec<_>>().join("+");
        plan.nodes[last] = BlueNode {
            key: format!("bank:{key}").into(),
            inputs: plan.nodes[head].inputs.clone(),
            takes: vec![Edge::Pcm],
            gives: vec![Edge::Pcm],
            what: What::Bank { members, stages },
            ..plan.nodes[last].clone()
        };
        chain[..chain.len() - 1].iter().for_each(|n| gone[*n] = true);
    }
    if gone.contains(&true) {
        // The bank stands at its last member's place; the others are unheard now.
        plan = super::activate::sweep(plan);
    }
    plan
}

fn fusible(node: &BlueNode) -> Option<&'static Fuse> {
    let kind: &'static Kind = node.kind()?;
    if node.closes_loop { None } else { kind.fuse.as_ref() }
}

/// Whether `b` alone reads `a` and both fuse into the same bank.
fn joins(plan: &Blueprint, a: usize, b: usize) -> bool {
    let same = match (fusible(&plan.nodes[a]), fusible(&plan.nodes[b])) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a.bank, b.bank),
        _ => false,
    };
    same && after(plan, a) == Some(b)
}

fn before(plan: &Blueprint, at: usize) -> Option<usize> {
    match plan.nodes[at].inputs[..] {
        [Source::Node(n, 0)] => Some(n),
        _ => None,
    }
}

/// The only reader of a node, if there is exactly one and it is a node.
fn after(plan: &Blueprint, at: usize) -> Option<usize> {
    if plan.outlets.contains(&Source::Node(at, 0)) {
        return None;
    }
    let mut readers = plan
        .nodes
        .iter()
        .enumerate()
        .flat_map(|(i, n)| n.inputs.iter().map(move |s| (i, *s)))
        .filter(|(_, s)| *s == Source::Node(at, 0));
    let first = readers.next()?;
    if readers.next().is_some() { None } else { Some(first.0) }
}

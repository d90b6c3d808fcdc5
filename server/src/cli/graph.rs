//! `graph`: pictures of documents and of the plans compiled from them.

use super::args::{GraphArgs, PictureFormat};
use super::document;
use lavalink_engine::control::{Offline, PlanView as Compiled, StepView as CompiledStep};
use lavalink_engine::graph::{Graph, Template};
use lavalink_exec::{Edge, Group, Params};
use lavalink_graphs::export::{PartView, PlanView, StepView};
use lavalink_nodes::registry::find;

/// Draws the document, or its plan.
///
/// # Errors
/// When the document has errors, or the picture cannot be written.
pub(crate) fn run(args: &GraphArgs) -> anyhow::Result<()> {
    let (document, template) = document::template(&args.file)?;
    let picture = if args.plan { plan(&template)?.picture() } else { document.picture() };
    let text = match args.format {
        PictureFormat::Svg => picture.svg(),
        PictureFormat::Dot => picture.dot(),
        PictureFormat::Mermaid => picture.mermaid(),
    };
    match &args.out {
        Some(path) => std::fs::write(path, text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display())),
        None => Ok(super::output::print(&text)?),
    }
}

/// Compiles the document as for playing, with sinks that open nothing.
fn plan(template: &Template) -> anyhow::Result<PlanView> {
    let mut quiet = template.clone();
    for graph in [&mut quiet.device, &mut quiet.player] {
        silence_sinks(graph);
    }
    let mut offline = Offline::start(quiet, template.format.max_block)?;
    let player = offline.add_player()?;
    let mut parts = Vec::new();
    if let Some(view) = offline.view(Some(player)) {
        parts.push(part(&view, &template.player, false)?);
    }
    if let Some(view) = offline.view(None).filter(|_| !template.device.is_empty()) {
        parts.push(part(&view, &template.device, true)?);
    }
    Ok(PlanView { name: template.name.to_string(), rate: template.format.rate, parts })
}

fn silence_sinks(graph: &mut Graph) {
    let sinks: Vec<_> = graph.nodes().filter(|(_, n)| n.kind().group == Group::Sink).map(|(index, _)| index).collect();
    for index in sinks {
        let Some(node) = graph.node_mut(index) else { continue };
        let packets = node.kind().inputs.first().is_some_and(|port| port.edge == Edge::Packets);
        if let Some(kind) = find(if packets { "null_packets" } else { "null" }) {
            node.params = Params::defaults(kind);
        }
    }
}

/// A compiled graph as the picture wants it. Stream stages come first; the feed is what they hand to the lane.
fn part(view: &Compiled, graph: &Graph, device: bool) -> anyhow::Result<PartView> {
    let kind_of = |name: &str| graph.find(name).and_then(|at| graph.node(at)).map(|node| node.kind().name.to_owned());
    let mut steps = Vec::new();
    if !device {
        for index in lavalink_engine::compile::place(graph)?.stream {
            let Some(node) = graph.node(index) else { continue };
            let after = steps.len().checked_sub(1).into_iter().collect();
            let (nodes, kind) = (vec![node.name.to_string()], node.kind().name.to_owned());
            steps.push(StepView { nodes, kind, stream: true, after, ..StepView::default() });
        }
    }
    let stages = steps.len();
    let runs: Vec<&CompiledStep> = view.steps.iter().filter(|step| step.node.is_some()).collect();
    for step in &runs {
        let Some(node) = step.node.and_then(|at| view.nodes.get(at)) else { continue };
        let nodes = if node.members.is_empty() { vec![node.name.clone()] } else { node.members.clone() };
        let inputs = node.inputs.iter().flatten().map(|(from, _)| *from);
        let mut after: Vec<usize> = inputs
            .filter_map(|from| runs.iter().position(|run| run.node == Some(from)))
            .map(|at| stages + at)
            .collect();
        if node.kind == "feed" {
            after.extend(stages.checked_sub(1));
        }
        after.sort_unstable();
        after.dedup();
        steps.push(StepView {
            nodes,
            kind: kind_of(&node.name).unwrap_or_else(|| node.kind.clone()),
            latency: node.delay,
            reads: step.reads.iter().filter_map(|slot| number(slot)).collect(),
            writes: step.writes.iter().filter_map(|slot| number(slot)).collect(),
            after,
            ..StepView::default()
        });
    }
    Ok(PartView { device, steps, buffers: view.pcm_buffers, latency: view.latency })
}

/// The number of a pcm buffer such as `p3`.
fn number(slot: &str) -> Option<usize> {
    slot.strip_prefix('p')?.parse().ok()
}

//! From the difference of two blueprints to the boxes that go to a lane.

use super::drains::DrainHandle;
use crate::compile::{BlueNode, Blueprint, Source, What, diff, emit, net_of};
use crate::graph::{Graph, GraphError, PortRef};
use crate::stream::{WANT_PACKETS, WANT_PCM};
use lavalink_exec::{
    BuildArgs, Clock, Curve, Delay, Edit, Format, Make, Node, NodeCost, Plan, Processor, Readings, Rebuild, Runner, Set,
};

/// What the control side keeps of a node that is on a lane.
#[derive(Clone)]
pub(crate) struct Instance {
    pub(crate) cost: NodeCost,
    pub(crate) readings: Readings,
    pub(crate) drain: Option<DrainHandle>,
}

/// What a lane has: the blueprint, an instance for each of its nodes, and the graph they were compiled from.
#[derive(Clone, Default)]
pub(crate) struct Installed {
    pub(crate) blueprint: Blueprint,
    pub(crate) instances: Vec<Instance>,
    pub(crate) graph: Graph,
    /// The outputs of that graph that other plans read.
    pub(crate) outlets: Vec<PortRef>,
    /// What the feed was told to deliver: pcm, packets.
    pub(crate) wants: [bool; 2],
}

impl Installed {
    /// Whether packets of the track go straight to a sink.
    pub(crate) fn passes_through(&self) -> bool {
        reads_feed(&self.blueprint, 1)
    }

    pub(crate) fn drains(&self) -> impl Iterator<Item = &DrainHandle> {
        self.instances.iter().filter_map(|i| i.drain.as_ref())
    }
}

/// Whether anything reads output `port` of the feed.
pub(crate) fn reads_feed(plan: &Blueprint, port: usize) -> bool {
    let feed = plan.nodes.iter().position(|n| n.what == What::Feed);
    feed.is_some_and(|feed| {
        let wanted = Source::Node(feed, port);
        plan.nodes.iter().flat_map(|n| &n.inputs).chain(&plan.outlets).any(|s| *s == wanted)
    })
}

/// A node fresh from its kind.
struct Built {
    node: Node,
    instance: Instance,
    clock: Option<Box<dyn Clock>>,
}

fn fresh(node: &BlueNode, format: Format, feed: &mut Option<Box<dyn Processor>>) -> Result<Built, GraphError> {
    let fault = |e: lavalink_exec::BuildError| GraphError::Build {
        node: node.key.to_string(),
        param: e.param,
        message: e.message,
    };
    let mut clock = None;
    let mut drain = None;
    let mut readings = Readings::new(0);
    let processor: Box<dyn Processor> = match &node.what {
        What::Kind(params) => {
            let kind = params.kind();
            (kind.check)(params, &format).map_err(fault)?;
            readings = Readings::new(kind.readings.len());
            let args = BuildArgs { params, format, readings: readings.clone() };
            match kind.make {
                Make::Lane(build) => build(args).map_err(fault)?,
                Make::Sink(build) => {
                    let sink = build(args).map_err(fault)?;
                    clock = sink.clock;
                    drain = sink.drain.map(|d| DrainHandle::new(node.key.clone(), d));
                    sink.processor
                }
                Make::Source | Make::Decoder | Make::Stage(_) => {
                    return Err(GraphError::Misplaced(node.key.to_string()));
                }
            }
        }
        What::Bank { members, stages } => {
            let fuse = members.first().and_then(|(_, params)| params.kind().fuse);
            let fuse = fuse.ok_or_else(|| GraphError::Misplaced(node.key.to_string()))?;
            (fuse.bank)(stages, &format)
        }
        What::Delay(frames) => Box::new(Delay::new(*frames)),
        What::Feed => feed.take().ok_or_else(|| GraphError::Misplaced(node.key.to_string()))?,
    };
    let cost = NodeCost::default();
    Ok(Built {
        node: Node::new(Some(processor), node.tail, cost.clone()),
        instance: Instance { cost, readings, drain },
        clock,
    })
}

/// The first plan of a player or of the device.
pub(crate) struct First {
    pub(crate) runner: Runner,
    pub(crate) installed: Installed,
    pub(crate) clock: Option<Box<dyn Clock>>,
}

/// Builds everything for the first time.
pub(crate) fn first(
    blueprint: Blueprint,
    graph: Graph,
    outlets: Vec<PortRef>,
    format: Format,
    feed: Option<Box<dyn Processor>>,
    curve: &Curve,
) -> Result<First, GraphError> {
    let mut feed = feed;
    let mut clock = None;
    let (mut nodes, mut instances) = (Vec::new(), Vec::new());
    for node in &blueprint.nodes {
        let built = fresh(node, format, &mut feed)?;
        clock = clock.or(built.clock);
        nodes.push(built.node);
        instances.push(built.instance);
    }
    let wants = wants(&blueprint, &blueprint);
    // A feed is made wanting pcm only.
    for set in want_sets(&blueprint, [true, false], wants) {
        if let Some(processor) = nodes.get_mut(usize::from(set.node)).and_then(|n| n.processor.as_mut()) {
            processor.set(usize::from(set.index), set.value);
        }
    }
    let spec = emit(&net_of(&blueprint), format.max_block).ok_or(GraphError::Cycle(Vec::new()))?;
    let plan = Plan::new(spec).map_err(|e| unsound(&e))?;
    let runner = Runner::new(nodes, plan, curve.clone());
    Ok(First { runner, installed: Installed { blueprint, instances, graph, outlets, wants }, clock })
}

fn unsound(fault: &lavalink_exec::PlanFault) -> GraphError {
    GraphError::Build { node: "plan".into(), param: None, message: format!("{fault}; this is a bug in the compiler") }
}

/// What a change of what is installed comes to.
pub(crate) struct Step {
    pub(crate) edit: Edit,
    pub(crate) installed: Installed,
    pub(crate) clock: Option<Box<dyn Clock>>,
    /// Drains of sinks that are gone once the edit has settled.
    pub(crate) closing: Vec<DrainHandle>,
}

/// Builds the edit that leads from `old` to `blueprint`; `None` when there is nothing to change.
pub(crate) fn step(
    old: &Installed,
    blueprint: Blueprint,
    (graph, outlets): (Graph, Vec<PortRef>),
    format: Format,
) -> Result<Option<Step>, GraphError> {
    let change = diff(&old.blueprint, &blueprint, format.max_block).ok_or_else(|| GraphError::Cycle(Vec::new()))?;
    let mut sets = change.sets;
    // What only the old plan wanted is switched off by the step that follows, once nothing fades any more.
    let wants = wants(&old.blueprint, &blueprint);
    sets.extend(want_sets(&blueprint, old.wants, wants));
    if !change.structural {
        if sets.is_empty() {
            return Ok(None);
        }
        let edit = Edit { sets, ..Edit::default() };
        let installed = Installed { blueprint, instances: old.instances.clone(), graph, outlets, wants };
        return Ok(Some(Step { edit, installed, clock: None, closing: Vec::new() }));
    }
    let mut clock = None;
    let (mut nodes, mut instances, mut moves) = (Vec::new(), Vec::new(), Vec::new());
    for (i, node) in blueprint.nodes.iter().enumerate() {
        if let Some(k) = change.kept[i] {
            let instance = old.instances[k].clone();
            moves.push((k as u16, i as u16));
            nodes.push(Node::new(None, node.tail, instance.cost.clone()));
            instances.push(instance);
        } else {
            let built = fresh(node, format, &mut None)?;
            clock = clock.or(built.clock);
            nodes.push(built.node);
            instances.push(built.instance);
        }
    }
    let mut retired = Vec::new();
    let mut closing = Vec::new();
    for k in &change.retiring {
        let at = nodes.len() as u16;
        moves.push((*k as u16, at));
        retired.push(at);
        closing.extend(old.instances[*k].drain.clone());
        nodes.push(Node::new(None, old.blueprint.nodes[*k].tail, old.instances[*k].cost.clone()));
    }
    let place = |k: usize| change.retiring.iter().position(|r| *r == k).map(|p| (blueprint.nodes.len() + p) as u16);
    let adopts = change.adopts.iter().filter_map(|(new, old)| place(*old).map(|old| (*new as u16, old))).collect();
    let mut settled = change.settled;
    settled.nodes = nodes.len() as u16;
    let transition = change.transition.map(Plan::new).transpose().map_err(|e| unsound(&e))?;
    let settled = Plan::new(settled).map_err(|e| unsound(&e))?;
    let prime = if change.switches { format.frames(80.0) as u32 } else { 0 };
    let edit = Edit {
        rebuild: Some(Rebuild { nodes, moves, adopts, transition, settled, retired }),
        sets,
        prime,
        ..Edit::default()
    };
    Ok(Some(Step { edit, installed: Installed { blueprint, instances, graph, outlets, wants }, clock, closing }))
}

/// What the feed has to deliver while `old` and `new` are both played.
fn wants(old: &Blueprint, new: &Blueprint) -> [bool; 2] {
    [0, 1].map(|port| reads_feed(old, port) || reads_feed(new, port))
}

fn want_sets(plan: &Blueprint, had: [bool; 2], wants: [bool; 2]) -> Vec<Set> {
    let Some(feed) = plan.nodes.iter().position(|n| n.what == What::Feed) else { return Vec::new() };
    [WANT_PCM, WANT_PACKETS]
        .into_iter()
        .zip(had.into_iter().zip(wants))
        .filter(|(_, (had, want))| had != want)
        .map(|(index, (_, want))| Set { node: feed as u16, index: index as u16, value: f32::from(u8::from(want)) })
        .collect()
}

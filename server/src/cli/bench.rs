//! `bench`: what node kinds and the shipped graphs cost on this machine.

use super::args::BenchArgs;
use super::document;
use super::filters::Filters;
use super::output::{print, print_json};
use super::rig::{Recorder, Rig};
use lavalink_engine::control::{Offline, StartAt};
use lavalink_exec::{Format, Group, Kind, Make, Params, Solo, Type, Value};
use lavalink_nodes::registry::{find, kinds};
use serde_json::json;
use std::time::{Duration, Instant};

/// Frames of a block: 20 ms at 48 kHz.
const BLOCK: usize = 960;
const FORMAT: Format = Format { rate: 48_000, max_block: BLOCK };
/// Blocks of a round: enough that reading the clock does not count.
const BLOCKS: usize = 16;

/// Measures and prints.
///
/// # Errors
/// When a shipped graph cannot be built, or standard output not be written.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    lavalink_engine::lane::flush_denormals();
    let lane: Vec<&Kind> = kinds().iter().copied().filter(|kind| matches!(kind.make, Make::Lane(_))).collect();
    let profiles = lavalink_graphs::profiles();
    // Graphs take half of the time, kinds the other half.
    let each = Duration::from_secs_f64(args.seconds / 2.0 / (lane.len() + 1) as f64);
    let nothing = find("null").and_then(|kind| node_cost(kind, each)).unwrap_or(0.0);
    let mut nodes = Vec::new();
    for kind in lane {
        if let Some(cost) = node_cost(kind, each) {
            nodes.push((kind.name, (cost - nothing).max(0.0)));
        }
    }
    let mut graphs = Vec::new();
    let each = Duration::from_secs_f64(args.seconds / 2.0 / profiles.len() as f64);
    for (name, _) in profiles {
        graphs.push((*name, graph_cost(name, each)?));
    }
    if args.json {
        let nodes: Vec<_> = nodes
            .iter()
            .map(|(kind, ns)| json!({ "kind": kind, "ns_per_frame": ns, "per_core": per_core(*ns) }))
            .collect();
        let graphs: Vec<_> = graphs
            .iter()
            .map(|(name, ns)| json!({ "graph": name, "ns_per_frame": ns, "per_core": per_core(*ns) }))
            .collect();
        return Ok(print_json(&json!({ "rate": FORMAT.rate, "block": BLOCK, "nodes": nodes, "graphs": graphs }))?);
    }
    let mut text = format!("{:<14} {:>10}  {:>8}\n", "kind", "ns/frame", "per core");
    nodes.iter().for_each(|(name, ns)| text.push_str(&row(name, *ns)));
    text.push_str(&format!("\n{:<14} {:>10}  {:>8}\n", "graph", "ns/frame", "per core"));
    graphs.iter().for_each(|(name, ns)| text.push_str(&row(name, *ns)));
    text.push_str(
        "\nStereo at 48 kHz in blocks of 20 ms, warm caches, the best of many rounds. Graphs: one player with noise from \
         its source to its last node, filters of clients at rest; `per core` is how many would fill one core.\n",
    );
    Ok(print(&text)?)
}

fn row(name: &str, ns: f64) -> String {
    format!("{name:<14} {ns:>10.2}  {:>8}\n", per_core(ns))
}

/// How many of that cost one core can run in real time.
fn per_core(ns: f64) -> u64 {
    (1e9 / (ns.max(0.01) * f64::from(FORMAT.rate))) as u64
}

/// Nanoseconds per frame of a node that has something to do; `None` for kinds that cannot be built on their own.
fn node_cost(kind: &'static Kind, time: Duration) -> Option<f64> {
    let mut params = Params::defaults(kind);
    if (kind.identity)(&params) {
        wake(kind, &mut params);
    }
    if kind.group == Group::Sink
        && let Some(at) = params.index("clocked")
    {
        params.set(at, Value::Flag(false)).ok()?;
    }
    let (mut solo, _sink) = Solo::new(&params, FORMAT).ok()?;
    let noise = noise(BLOCK);
    let mut round = || {
        let began = Instant::now();
        for _ in 0..BLOCKS {
            let _ = solo.block(BLOCK, |_, block| {
                block.left.copy_from_slice(&noise);
                block.right.copy_from_slice(&noise);
            });
        }
        began.elapsed()
    };
    let end = Instant::now() + time;
    let mut best = round();
    while Instant::now() < end {
        best = best.min(round());
    }
    Some(best.as_nanos() as f64 / (BLOCKS * BLOCK) as f64)
}

/// Gives a node at rest something to do: the first number that makes a difference, a tenth of the way to its maximum.
fn wake(kind: &Kind, params: &mut Params) {
    let mut at = 0;
    for param in kind.params {
        for index in at..at + param.count {
            if let Type::Number { max, default, whole: false, .. } = param.ty {
                // In range: it lies between the default and the maximum.
                let _ = params.set(index, Value::Number(default + (max - default) * 0.1));
            }
        }
        at += param.count;
        if !(kind.identity)(params) {
            return;
        }
    }
}

/// Noise at -20 dB from a fixed seed.
fn noise(frames: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..frames).map(|_| next() * 0.1).collect()
}

/// Nanoseconds per frame of a shipped graph with one player.
fn graph_cost(name: &str, time: Duration) -> anyhow::Result<f64> {
    let (_, mut template) = document::template(name)?;
    Filters::default().apply(&mut template.player)?;
    let kind = find("null").ok_or_else(|| anyhow::anyhow!("this build has no `null` sink"))?;
    let rig = Rig::new(template, None, &Recorder { sink: Params::defaults(kind) })?;
    let format = rig.template.format;
    let runtime = super::input::runtime()?;
    let mut offline = Offline::start(rig.template, format.max_block)?;
    let player = offline.add_player()?;
    let (track, _) = super::input::open("noise:@-20dB", format.rate, None, &runtime)?;
    offline.play(player, track, StartAt::default())?;
    let frames = format.rate as usize / 5;
    let mut round = || {
        let began = Instant::now();
        offline.render(frames);
        began.elapsed()
    };
    let end = Instant::now() + time;
    let mut best = round();
    while Instant::now() < end {
        best = best.min(round());
    }
    Ok(best.as_nanos() as f64 / frames as f64)
}

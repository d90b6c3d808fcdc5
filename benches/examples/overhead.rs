//! What the engine costs per node beyond the arithmetic: 32 stereo gains in a row, 128-frame blocks, through a runner
//! with per-node timing on, against the same arithmetic without an engine.
//!
//! `overhead` prints nanoseconds per node and block, the least of many rounds. `overhead engine|plain|silent BLOCKS`
//! runs one of them, for counting instructions.

use lavalink_engine::compile::{Options, compile};
use lavalink_engine::exec::{
    Context, Delay, Format, Hooks, Io, Kind, Make, Node, NodeCost, Op, Output, Phase, Plan, PlanSpec, Processor,
    Runner, Slot, Tail,
};
use std::any::Any;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

const NODES: usize = 32;
const FRAMES: usize = 128;

struct Gain(f32);

impl Processor for Gain {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let block = io.inout();
        gain(block.left, self.0);
        gain(block.right, self.0);
        Output::Written
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[inline(never)]
fn gain(samples: &mut [f32], by: f32) {
    samples.iter_mut().for_each(|s| *s *= by);
}

/// Gives the chain something to work on, or silence.
struct Source(bool);

impl Processor for Source {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        if self.0 {
            return Output::Silent;
        }
        let out = io.output(0);
        out.left.fill(0.5);
        out.right.fill(0.5);
        Output::Written
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

struct Native;

impl Hooks for Native {
    #[cfg(target_arch = "x86_64")]
    fn now() -> u32 {
        // SAFETY: reads the time-stamp counter.
        unsafe { std::arch::x86_64::_rdtsc() as u32 }
    }
    #[cfg(not(target_arch = "x86_64"))]
    fn now() -> u32 {
        0
    }
    fn guard(run: &mut dyn FnMut()) -> bool {
        catch_unwind(AssertUnwindSafe(run)).is_ok()
    }
}

fn runner(nodes: usize, silent: bool) -> Runner {
    let node = |p: Box<dyn Processor>| Node::new(Some(p), Tail::None, NodeCost::default());
    let mut table = vec![node(Box::new(Source(silent)))];
    let buffer = Slot::Pcm(Slot::RESERVED);
    let op = |node: usize, in_place| Op::Node {
        node: node as u16,
        inputs: [].into(),
        outputs: [buffer].into(),
        in_place,
        phase: Phase::Whole,
        latency: 0,
    };
    let mut ops = vec![op(0, false)];
    for i in 1..=nodes {
        table.push(node(Box::new(Gain(0.999))));
        ops.push(op(i, true));
    }
    let spec = PlanSpec {
        ops,
        pcm: Slot::RESERVED + 1,
        packets: Slot::RESERVED,
        outlets: vec![buffer],
        max_block: FRAMES,
        nodes: (nodes + 1) as u16,
        ..PlanSpec::default()
    };
    let plan = Plan::new(spec).expect("a sound plan");
    Runner::new(table, plan, vec![1.0_f32; 960].into())
}

fn engine(runner: &mut Runner, blocks: usize) {
    for _ in 0..blocks {
        runner.run::<Native>(FRAMES);
    }
    black_box(runner.outlet(0, FRAMES).map(|b| b.left[0]));
}

fn plain(left: &mut [f32], right: &mut [f32], nodes: usize, blocks: usize) {
    for _ in 0..blocks {
        left.fill(0.5);
        right.fill(0.5);
        for _ in 0..nodes {
            gain(left, black_box(0.999));
            gain(right, black_box(0.999));
        }
    }
    black_box(left[0] + right[0]);
}

fn least(mut run: impl FnMut()) -> f64 {
    (0..400)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_nanos() as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (mut left, mut right) = (vec![0.0; FRAMES], vec![0.0; FRAMES]);
    if let (Some(which), Some(blocks)) = (args.next(), args.next().and_then(|n| n.parse().ok())) {
        match &*which {
            "engine" => engine(&mut runner(NODES, false), blocks),
            "silent" => engine(&mut runner(NODES, true), blocks),
            _ => plain(&mut left, &mut right, NODES, blocks),
        }
        return;
    }
    let blocks = 50;
    let per = (blocks * NODES) as f64;
    // What a block costs without nodes is not the nodes'.
    let (mut full, mut empty) = (runner(NODES, false), runner(0, false));
    let with = (least(|| engine(&mut full, blocks)) - least(|| engine(&mut empty, blocks))) / per;
    let without = (least(|| plain(&mut left, &mut right, NODES, blocks))
        - least(|| plain(&mut left, &mut right, 0, blocks)))
        / per;
    let mut silent = runner(NODES, true);
    let skipped = (least(|| engine(&mut silent, blocks)) - least(|| engine(&mut empty, blocks))).max(0.0) / per;
    println!(
        "engine {with:.1} ns, plain {without:.1} ns, overhead {:.1} ns, silent {skipped:.1} ns per node and block",
        with - without
    );
    println!("steps of a node at identity: {}", identity_steps());
}

/// Steps that a chain of gains at identity leaves in a compiled plan.
fn identity_steps() -> usize {
    static THROUGH: Kind = Kind {
        name: "through",
        help: "Does nothing.",
        identity: |_| true,
        make: Make::Lane(|_| Ok(Box::new(Delay::new(1)))),
        ..Kind::DEFAULT
    };
    let node = lavalink_engine::graph::GraphNode::new("through", lavalink_engine::exec::Params::defaults(&THROUGH));
    let sink = lavalink_benches::node("out", "null", &[]);
    let (graph, _) = lavalink_benches::chain(vec![node, sink]);
    let format = Format { rate: 48_000, max_block: FRAMES };
    let plan = compile(&graph, format, &Options::default()).expect("a plan");
    plan.nodes.iter().filter(|n| &*n.key == "through").count()
}

//! Lanes never allocate, lock, make system calls or leak, whatever is edited; and the watch that says so does see it
//! when a node does.

mod common;
#[path = "common/watch.rs"]
#[allow(unreachable_pub, reason = "shared with other tests")]
mod watch;

use common::{GAIN, LATE, Made, NOWHERE, SUM, chain, node, set_gain, template, tones};
use lavalink_engine::control::{Engine, EngineConfig, StartAt, Transaction};
use lavalink_engine::exec::{Clock, Context, Edge, Group, Io, Kind, Make, Output, Port, Processor, Sink, Tick};
use lavalink_engine::lane::LaneHooks;
use std::any::Any;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: watch::Counting = watch::Counting;

/// The tests of this file count for the whole process: one at a time.
static ONE: Mutex<()> = Mutex::new(());

/// A sink whose clock never waits: the lane runs at full load.
static RUSH: Kind = Kind {
    name: "rush",
    help: "Test sink.",
    group: Group::Sink,
    inputs: &[Port::one("in", Edge::Pcm)],
    outputs: &[],
    make: Make::Sink(|_| Ok(Sink { processor: Box::new(Into), clock: Some(Box::new(Rush)), drain: None })),
    ..Kind::DEFAULT
};

struct Rush;

impl Clock for Rush {
    fn block(&self) -> usize {
        256
    }
    fn wait(&mut self) -> Tick {
        Tick::Run { frames: 256, late: false }
    }
    fn commit(&mut self) {}
}

struct Into;

impl Processor for Into {
    fn process(&mut self, _io: &mut Io<'_>, _ctx: &Context) -> Output {
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Does everything a lane may not.
static CULPRIT: Kind =
    Kind { name: "culprit", help: "Test node.", make: Make::Lane(|_| Ok(Box::new(Culprit))), ..Kind::DEFAULT };

struct Culprit;

static CONTENDED: Mutex<u32> = Mutex::new(0);

impl Processor for Culprit {
    fn process(&mut self, _io: &mut Io<'_>, ctx: &Context) -> Output {
        // Blocks of 256: the position goes through all remainders.
        match ctx.position % 3 {
            0 => drop(std::hint::black_box(vec![0_u8; 100])),
            1 => {
                // SAFETY: writes nothing to standard error: a log line as far as the kernel is concerned.
                unsafe { libc::write(2, std::ptr::null(), 0) };
            }
            _ => {
                if let Ok(mut held) = CONTENDED.lock() {
                    *held += 1;
                }
            }
        }
        Output::Bypass
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn config() -> EngineConfig {
    EngineConfig { workers: 1, max_players: 16, hooks: LaneHooks { begin: watch::begin, end: watch::end } }
}

/// A small generator of random numbers, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A random graph of the player: up to four nodes, each at identity or not.
fn random_reload(random: &mut Random) -> Transaction {
    let names = ["a", "b", "c", "d"];
    let mut middle = Vec::new();
    for name in names {
        let gain = [1.0, 0.5, 0.8][random.below(3) as usize];
        match random.below(5) {
            0 => {}
            1 => middle.push(node(name, &LATE, &[("frames", 64.0), ("off", random.below(2) as f64)])),
            _ => middle.push(node(name, &GAIN, &[("gain", gain), ("model", random.below(2) as f64)])),
        }
    }
    let (player, _) = {
        let mut nodes = vec![node("track", &common::SOURCE, &[]), node("decode", &common::DECODER, &[])];
        nodes.extend(middle);
        chain(nodes)
    };
    let last = player.nodes().map(|(i, _)| i).last().expect("a node");
    let bus = template(vec![], node("unused", &NOWHERE, &[])).bus[0];
    let from = lavalink_engine::graph::PortRef { node: last, port: 0 };
    Transaction::new().replace(player, vec![lavalink_engine::graph::BusWire { from, ..bus }])
}

#[test]
fn ten_thousand_random_edits_touch_neither_allocator_nor_kernel() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let engine = Engine::start(template(vec![], node("out", &RUSH, &[])), &config()).expect("engine");
    let players: Vec<u32> = (0..8).map(|_| engine.add_player().expect("player")).collect();
    for player in &players {
        engine.play(*player, Box::new(Made::new(tones, u64::MAX)), StartAt::default()).expect("play");
    }
    let (allocations, calls) = (watch::ALLOCATIONS.load(Ordering::Relaxed), watch::CALLS.load(Ordering::Relaxed));
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let edit = |random: &mut Random, n: u64| {
        let mut tickets = Vec::new();
        for i in 0..n {
            let player = players[random.below(8) as usize];
            match random.below(10) {
                0 => assert!(engine.seek(player, random.below(48_000_000)).is_ok()),
                1 => engine.pause(player, random.below(2) == 0).expect("pause"),
                2..6 => {
                    if let Ok(ticket) =
                        engine.submit(Some(player), &set_gain("a", [0.5, 0.7, 1.0][random.below(3) as usize]))
                    {
                        tickets.push(ticket);
                    }
                }
                _ => tickets.push(engine.submit(Some(player), &random_reload(random)).expect("reload")),
            }
            if i % 16 == 0 {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        // All of them come into effect, or say why not.
        tickets.into_iter().filter_map(|t| t.wait(Duration::from_secs(60)).expect("an edit was forgotten").ok()).count()
    };
    let settle = || {
        for player in &players {
            engine.pause(*player, false).expect("pause");
            let back = Transaction::new();
            let ticket = engine.submit(Some(*player), &back).expect("submit");
            ticket.wait(Duration::from_secs(60)).expect("settled").expect("settled");
        }
        std::thread::sleep(Duration::from_millis(200));
        watch::LIVE.load(Ordering::Relaxed)
    };
    edit(&mut random, 2_000);
    let before = settle();
    let done = edit(&mut random, 8_000);
    let after = settle();
    assert!(done > 5_000, "only {done} edits came into effect");
    assert_eq!(watch::ALLOCATIONS.load(Ordering::Relaxed), allocations, "the lane called the allocator");
    assert_eq!(
        watch::CALLS.load(Ordering::Relaxed),
        calls,
        "the lane made system call {}",
        watch::LAST_CALL.load(Ordering::Relaxed)
    );
    // Graphs differ in size; a leak of a plan (tens of kilobytes) with every edit would be hundreds of megabytes.
    assert!(after - before < 2_000_000, "{} bytes more than before", after - before);
    #[cfg(target_arch = "x86_64")]
    assert!(watch::FILTERED.load(Ordering::Relaxed), "the filter was never in force");
}

#[test]
fn the_watch_sees_a_node_that_allocates_or_calls_the_kernel() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (allocations, calls) = (watch::ALLOCATIONS.load(Ordering::Relaxed), watch::CALLS.load(Ordering::Relaxed));
    let (device, at) =
        chain(vec![node("room", &SUM, &[("inputs", 2.0)]), node("culprit", &CULPRIT, &[]), node("out", &RUSH, &[])]);
    let mut template = template(vec![], node("unused", &NOWHERE, &[]));
    template.device = device;
    template.bus[0].to = at[0];
    let engine = Engine::start(template, &config()).expect("engine");
    let player = engine.add_player().expect("player");
    engine.play(player, Box::new(Made::new(tones, u64::MAX)), StartAt::default()).expect("play");
    let limit = Instant::now() + Duration::from_secs(60);
    let seen = || {
        let allocated = watch::ALLOCATIONS.load(Ordering::Relaxed) > allocations;
        let called = cfg!(not(target_arch = "x86_64")) || watch::CALLS.load(Ordering::Relaxed) > calls;
        allocated && called
    };
    while !seen() && Instant::now() < limit {
        // Holding the lock now and then makes the lane wait for it.
        let held = CONTENDED.lock();
        std::thread::sleep(Duration::from_millis(1));
        drop(held);
    }
    assert!(seen(), "a node that allocates, locks and writes went unnoticed");
    drop(engine);
    watch::ALLOCATIONS.store(allocations, Ordering::Relaxed);
    watch::CALLS.store(calls, Ordering::Relaxed);
}

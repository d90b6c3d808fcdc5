//! The click test on the shipped kinds: the largest second difference around an edit, as a multiple of the larger
//! steady one. Prints a table; anything above 1.1 is a click.

use lavalink_benches::{FORMAT, Made, bend, chain, node, tones};
use lavalink_engine::control::{Offline, StartAt, Transaction};
use lavalink_engine::exec::{Context, Edge, Group, Io, Kind, Make, Output, Params, Port, Processor, Sink, Value};
use lavalink_engine::graph::{BusWire, GraphNode, Latency, PortRef, Template};
use std::any::Any;
use std::sync::Mutex;

static RECORD: Mutex<Vec<f32>> = Mutex::new(Vec::new());

static RECORDER: Kind = Kind {
    name: "recorder",
    help: "Keeps the left channel.",
    group: Group::Sink,
    inputs: &[Port::one("in", Edge::Pcm)],
    outputs: &[],
    make: Make::Sink(|_| Ok(Sink { processor: Box::new(Recorder), clock: None, drain: None })),
    ..Kind::DEFAULT
};

struct Recorder;

impl Processor for Recorder {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        if let Ok(mut record) = RECORD.lock() {
            record.extend_from_slice(io.input(0).left);
        }
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn template(middle: Vec<GraphNode>) -> Template {
    let (device, room) = chain(vec![
        node("room", "mixer", &[("inputs", Value::Number(4.0))]),
        GraphNode::new("out", Params::defaults(&RECORDER)),
    ]);
    let mut nodes = vec![node("track", "source", &[]), node("decode", "decoder", &[])];
    nodes.extend(middle);
    let (player, at) = chain(nodes);
    let from = PortRef { node: at[at.len() - 1], port: 0 };
    Template {
        name: "clicks".into(),
        format: FORMAT,
        latency: Latency::Standard,
        device,
        player,
        bus: vec![BusWire { from, to: room[0], port: None }],
        degrade: Vec::new(),
    }
}

fn reload(middle: Vec<GraphNode>) -> Transaction {
    let template = template(middle);
    Transaction::new().replace(template.player, template.bus)
}

/// The worst ratio over some places of the edit.
fn ratio(middle: &[GraphNode], edit: &dyn Fn(&mut Offline, u32)) -> f32 {
    let mut worst = 0.0_f32;
    for offset in [0, 13, 29, 111, 240, 333] {
        RECORD.lock().expect("the record").clear();
        let mut engine = Offline::start(template(middle.to_vec()), 480).expect("an engine");
        let player = engine.add_player().expect("a player");
        engine.play(player, Box::new(Made::new(tones)), StartAt::default()).expect("plays");
        engine.render(48_000 + offset);
        edit(&mut engine, player);
        engine.render(48_000);
        let sound = RECORD.lock().expect("the record").clone();
        let steady = bend(&sound[24_000..47_000]).max(bend(&sound[72_000..]));
        worst = worst.max(bend(&sound[47_000..72_000]) / steady);
    }
    worst
}

fn set(node: &'static str, key: &'static str, kind: &'static str, value: Value) -> impl Fn(&mut Offline, u32) {
    let index =
        Params::defaults(lavalink_nodes::registry::find(kind).expect("a kind")).index(key).expect("a parameter");
    move |engine, player| {
        let change = Transaction::new().set(node, index, value.clone());
        drop(engine.submit(Some(player), &change).expect("an edit"));
    }
}

fn main() {
    let number = Value::Number;
    let fader = |gain: f64| node("fader", "fader", &[("gain", number(gain))]);
    let bell = || node("bell", "biquad", &[("frequency", number(997.0)), ("gain", number(6.0))]);
    let high = || {
        let types = node("x", "biquad", &[]).params.kind().params[0];
        let lavalink_engine::exec::Type::Choice { of, .. } = types.ty else {
            panic!("the first parameter is the type")
        };
        let at = of.iter().position(|t| *t == "high_pass").expect("high_pass") as u16;
        node("high", "biquad", &[("type", Value::Choice(at)), ("frequency", number(300.0))])
    };
    let rows: Vec<(&str, f32)> = vec![
        ("gain 0 to -6 dB", ratio(&[fader(0.0)], &set("fader", "gain", "fader", number(-6.0)))),
        ("gain -6 to 0 dB", ratio(&[fader(-6.0)], &set("fader", "gain", "fader", number(0.0)))),
        ("gain -3 to +3 dB", ratio(&[fader(-3.0)], &set("fader", "gain", "fader", number(3.0)))),
        ("filter added", ratio(&[], &|e, p| drop(e.submit(Some(p), &reload(vec![high()])).expect("an edit")))),
        ("filter removed", ratio(&[high()], &|e, p| drop(e.submit(Some(p), &reload(vec![])).expect("an edit")))),
        (
            "filter added behind another",
            ratio(&[bell()], &|e, p| drop(e.submit(Some(p), &reload(vec![bell(), high()])).expect("an edit"))),
        ),
        (
            "biquad band 0 to +6 dB",
            ratio(
                &[node("bell", "biquad", &[("frequency", number(997.0))])],
                &set("bell", "gain", "biquad", number(6.0)),
            ),
        ),
        (
            "equalizer band 0 to +6 dB",
            ratio(&[node("eq", "equalizer", &[])], &set("eq", "gain.8", "equalizer", number(0.25))),
        ),
        (
            "whole document",
            ratio(&[bell(), fader(-3.0)], &|e, p| {
                drop(
                    e.submit(
                        Some(p),
                        &reload(vec![node("eq", "equalizer", &[("gain.3", number(0.2))]), fader(2.0), high()]),
                    )
                    .expect("an edit"),
                );
            }),
        ),
        ("mute", ratio(&[fader(0.0)], &set("fader", "mute", "fader", Value::Flag(true)))),
        ("pause", ratio(&[], &|e, p| e.pause(p, true).expect("a pause"))),
        ("seek", ratio(&[], &|e, p| assert!(e.seek(p, 1_000_003).is_ok()))),
        ("stop", ratio(&[], &|e, p| assert!(e.stop(p).is_ok()))),
        (
            "replace",
            ratio(&[], &|e, p| {
                let at = StartAt { frame: 12_345, after_present: false };
                e.play(p, Box::new(Made::new(tones)), at).expect("plays");
            }),
        ),
    ];
    println!("| edit | ratio |\n|---|---|");
    for (name, ratio) in rows {
        println!("| {name} | {ratio:.3} |");
    }
}

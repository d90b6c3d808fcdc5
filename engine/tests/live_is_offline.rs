//! What a lane plays is what offline rendering gives, to the bit: the edits of a live run are replayed offline at the
//! frames their tickets name.

mod common;

use common::{GAIN, LATE, Made, NOWHERE, RECORD, chain, node, record, set_gain, template};
use lavalink_engine::control::{Engine, EngineConfig, Offline, StartAt, Transaction};
use lavalink_engine::graph::{Graph, GraphNode, Template};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Never zero, so that its beginning can be found.
fn sound(frame: u64) -> f32 {
    0.6 + 0.2 * (frame as f32 * 0.05).sin() + 0.1 * (frame as f32 * 0.4).cos()
}

/// A player that records itself, so that places in the record are places of its plan.
fn player(middle: Vec<GraphNode>, to: f64) -> Graph {
    let mut nodes = vec![node("track", &common::SOURCE, &[]), node("decode", &common::DECODER, &[])];
    nodes.extend(middle);
    nodes.push(node("record", &RECORD, &[("to", to)]));
    chain(nodes).0
}

fn whole(to: f64) -> Template {
    let mut template = template(vec![], node("unused", &NOWHERE, &[]));
    template.player = player(vec![node("a", &GAIN, &[("gain", 0.5)])], to);
    template.bus = Vec::new();
    template
}

/// The edits of the run, in order.
fn edits(to: f64) -> Vec<Transaction> {
    let reload = |middle| Transaction::new().replace(player(middle, to), Vec::new());
    vec![
        set_gain("a", 0.9),
        reload(vec![node("a", &GAIN, &[("gain", 0.9)]), node("b", &GAIN, &[("gain", 0.7)])]),
        reload(vec![node("b", &GAIN, &[("gain", 0.7)]), node("late", &LATE, &[("frames", 77.0)])]),
        set_gain("b", 1.0),
        reload(vec![node("a", &GAIN, &[("gain", 0.4), ("model", 2.0)])]),
    ]
}

fn beginning(record: &[f32]) -> usize {
    record.iter().position(|s| *s != 0.0).expect("no sound")
}

#[test]
fn recorded_edits_replayed_offline_give_the_same_bits() {
    let (to, live) = record();
    let engine = Engine::start(whole(to), &EngineConfig { workers: 1, ..EngineConfig::default() }).expect("engine");
    let player = engine.add_player().expect("player");
    engine.play(player, Box::new(Made::new(sound, 48_000 * 60)), StartAt::default()).expect("play");
    std::thread::sleep(Duration::from_millis(200));
    let mut applied = Vec::new();
    for edit in edits(to) {
        let ticket = engine.submit(Some(player), &edit).expect("submit");
        applied.push(ticket.wait(Duration::from_secs(30)).expect("in effect").expect("in effect").at);
        std::thread::sleep(Duration::from_millis(70));
    }
    let dry = engine.playing(player).expect("playing").dry;
    drop(engine);
    assert_eq!(dry, 0, "the machine was too busy to play a second without a gap");
    let live = live.lock().expect("record").clone();
    let start = beginning(&live);

    let (to, offline) = record();
    let mut engine = Offline::start(whole(to), 333).expect("engine");
    let player = engine.add_player().expect("player");
    engine.play(player, Box::new(Made::new(sound, 48_000 * 60)), StartAt::default()).expect("play");
    engine.render(333);
    let offset = |record: &Arc<Mutex<Vec<f32>>>| beginning(&record.lock().expect("record"));
    let shift = offset(&offline);
    let mut tickets = Vec::new();
    for (edit, at) in edits(to).iter().zip(&applied) {
        let here = *at as usize - start + shift;
        engine.render(here - engine.position() as usize);
        tickets.push((here, engine.submit(Some(player), edit).expect("submit")));
    }
    engine.render(live.len());
    for (here, ticket) in tickets {
        assert_eq!(ticket.result().expect("in effect").expect("in effect").at as usize, here);
    }
    let offline = offline.lock().expect("record").clone();
    let compared = live.len() - start;
    let differs = (0..compared).find(|i| live[start + i].to_bits() != offline[shift + i].to_bits());
    assert_eq!(differs, None, "of {compared} frames; edits at {applied:?}");
    assert!(compared > 24_000);
}

//! What one node or one source does wrong stays with it.

mod common;

use common::{BOMB, GAIN, Made, node, offline, template, tones};
use lavalink_engine::control::{Event, Offline, StartAt};

#[test]
fn a_node_that_panics_is_cut_out_and_the_rest_plays_on() {
    let (mut engine, player, record) =
        offline(vec![node("bomb", &BOMB, &[("above", 0.2)]), node("gain", &GAIN, &[("gain", 0.5)])], 480);
    let events = engine.subscribe();
    let ramp = |frame: u64| (frame as f32 / 48_000.0).min(0.9);
    engine.play(player, Box::new(Made::new(ramp, 48_000)), StartAt::default()).expect("play");
    engine.render(30_000);
    let sound = record.lock().expect("record").clone();
    for frame in [100_usize, 9_000, 9_700, 10_000, 29_000] {
        assert!((sound[frame] - 0.5 * ramp(frame as u64)).abs() < 1e-6, "frame {frame}: {}", sound[frame]);
    }
    let events: Vec<Event> = events.try_iter().collect();
    let failed = Event::NodeFailed { player: Some(player), node: "bomb".into() };
    assert_eq!(events.iter().filter(|e| **e == failed).count(), 1, "{events:?}");
    assert!(engine.view(Some(player)).expect("view").nodes.iter().any(|n| n.name == "bomb" && n.failed));
}

#[test]
fn a_stalled_source_costs_another_player_no_frame() {
    let (number, record) = common::record();
    let mut engine =
        Offline::start(template(vec![], node("out", &common::RECORD, &[("to", number)])), 480).expect("engine");
    let good = engine.add_player().expect("player");
    let bad = engine.add_player().expect("player");
    let mut stalled = Made::new(|_| 0.0, 480_000);
    stalled.stall_after = Some(3);
    let events = engine.subscribe();
    engine.play(bad, Box::new(stalled), StartAt::default()).expect("play");
    engine.play(good, Box::new(Made::new(tones, 96_000)), StartAt::default()).expect("play");
    engine.render(48_000);
    let sound = record.lock().expect("record").clone();
    assert_eq!((0..48_000).position(|i| sound[i] != tones(i as u64)), None);
    assert!(events.try_iter().any(|e| e == Event::Dry { player: bad }));
}

#[test]
fn a_ring_that_runs_dry_fades_out_and_in() {
    let (mut engine, player, record) = offline(vec![], 480);
    let mut stalled = Made::new(tones, 480_000);
    stalled.stall_after = Some(20);
    engine.play(player, Box::new(stalled), StartAt::default()).expect("play");
    engine.render(24_000);
    let sound = record.lock().expect("record").clone();
    let steady = common::bend(&sound[1000..15_000]);
    assert!(common::bend(&sound) <= 1.1 * steady, "{} against {steady}", common::bend(&sound));
    assert!(sound[20_000..].iter().all(|s| *s == 0.0));
}

#[test]
fn a_graph_that_goes_in_a_circle_is_refused_with_its_names() {
    use lavalink_engine::compile::{Options, compile};
    let (mut graph, at) = common::chain(vec![node("a", &common::SUM, &[]), node("b", &GAIN, &[("gain", 0.5)])]);
    use lavalink_engine::graph::PortRef;
    graph.connect(PortRef { node: at[1], port: 0 }, PortRef { node: at[0], port: 1 }).expect("wire");
    let error = compile(&graph, common::FORMAT, &Options::default()).expect_err("a circle");
    assert!(error.to_string().contains("a -> b -> a") || error.to_string().contains("b -> a -> b"), "{error}");
}

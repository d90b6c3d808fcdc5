//! Rendering without a clock: the samples that come out, and that they do not depend on how they are cut into blocks.

mod common;

use common::{GAIN, LATE, Made, node, offline, playing, reload, set_gain, tones};
use lavalink_engine::control::{Event, StartAt};
use lavalink_engine::stream::PlayState;

#[test]
fn a_graph_at_identity_changes_no_sample() {
    let (mut engine, player, record) = offline(vec![node("fader", &GAIN, &[])], 960);
    let events = engine.subscribe();
    engine.play(player, Box::new(Made::new(tones, 10_007)), StartAt::default()).expect("play");
    engine.render(12_000);
    let sound = record.lock().expect("record");
    assert_eq!((0..10_007).position(|i| sound[i] != tones(i as u64)), None);
    assert!(sound[10_007..].iter().all(|s| *s == 0.0));
    let events: Vec<Event> = events.try_iter().collect();
    assert!(events.iter().any(|e| matches!(e, Event::Started { .. })), "{events:?}");
    assert!(events.iter().any(|e| matches!(e, Event::Ended { .. })), "{events:?}");
}

#[test]
fn nodes_at_identity_are_not_in_the_plan() {
    let (engine, player, _) = playing(vec![node("a", &GAIN, &[]), node("b", &GAIN, &[("gain", 0.5)])], 960);
    let names: Vec<String> = engine.view(Some(player)).expect("view").nodes.into_iter().map(|n| n.name).collect();
    assert!(names.contains(&"b".to_owned()) && !names.contains(&"a".to_owned()), "{names:?}");
}

#[test]
fn samples_do_not_depend_on_the_length_of_blocks() {
    let render = |block: usize| {
        let (mut engine, player, record) = playing(vec![node("a", &GAIN, &[("gain", 0.5)])], block);
        engine.render(4800);
        drop(engine.submit(Some(player), &set_gain("a", 0.9)).expect("set"));
        engine.render(4800);
        drop(
            engine
                .submit(Some(player), &reload(vec![node("a", &GAIN, &[("gain", 0.9)]), node("late", &LATE, &[])]))
                .expect("reload"),
        );
        engine.render(4800);
        engine.seek(player, 480_000).expect("seek");
        engine.render(4800);
        engine.pause(player, true).expect("pause");
        engine.render(2400);
        engine.pause(player, false).expect("pause");
        engine.render(4800);
        record.lock().expect("record").clone()
    };
    let whole = render(960);
    // Blocks that divide the parts, so that edits fall on the same frames.
    for block in [1, 16, 96, 480, 800] {
        let other = render(block);
        let first = whole.iter().zip(&other).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!((first, whole.len()), (None, other.len()), "blocks of {block}");
    }
}

#[test]
fn a_seek_lands_on_the_frame() {
    let (mut engine, player, record) = playing(vec![], 960);
    engine.render(9600);
    engine.seek(player, 100_000).expect("seek");
    engine.render(9600);
    let sound = record.lock().expect("record").clone();
    // 20 ms of cross-fade, exact from there on.
    let expected: Vec<f32> = (100_960..100_960 + 8000).map(tones).collect();
    let first = sound[9600 + 960..].iter().zip(&expected).position(|(a, b)| a != b);
    assert_eq!(first, None);
    assert_eq!(engine.playing(player).expect("playing").frame, 109_600);
}

#[test]
fn parallel_paths_arrive_together() {
    use lavalink_engine::graph::{BusWire, Graph, PortRef};
    let (number, record) = common::record();
    let mut template = common::template(vec![], node("out", &common::RECORD, &[("to", number)]));
    let mut graph = Graph::new();
    let track = graph.add(node("track", &common::SOURCE, &[])).expect("add");
    let decode = graph.add(node("decode", &common::DECODER, &[])).expect("add");
    let late = graph.add(node("late", &LATE, &[("frames", 333.0)])).expect("add");
    let sum = graph.add(node("sum", &common::SUM, &[])).expect("add");
    common::wire(&mut graph, track, decode);
    common::wire(&mut graph, decode, late);
    common::wire(&mut graph, late, sum);
    graph.connect(PortRef { node: decode, port: 0 }, PortRef { node: sum, port: 1 }).expect("wire");
    template.bus = vec![BusWire { from: PortRef { node: sum, port: 0 }, ..template.bus[0] }];
    template.player = graph;
    let mut engine = lavalink_engine::control::Offline::start(template, 960).expect("engine");
    let player = engine.add_player().expect("player");
    engine.play(player, Box::new(Made::new(tones, 48_000)), StartAt::default()).expect("play");
    engine.render(4800);
    assert_eq!(engine.view(Some(player)).expect("view").latency, 333);
    let sound = record.lock().expect("record").clone();
    for (i, sample) in sound.iter().enumerate().skip(333) {
        let twice = 2.0 * tones(i as u64 - 333);
        assert!((sample - twice).abs() < 1e-6, "frame {i}: {sample} is not {twice}");
    }
}

#[test]
fn a_paused_player_stands_still() {
    let (mut engine, player, _) = playing(vec![], 960);
    engine.render(9600);
    engine.pause(player, true).expect("pause");
    engine.render(4800);
    let before = engine.playing(player).expect("playing");
    engine.render(48_000);
    let after = engine.playing(player).expect("playing");
    assert_eq!((before.state, before.frame), (PlayState::Paused, after.frame));
}

#[test]
fn a_meter_runs_though_nothing_hears_it() {
    use lavalink_engine::exec::{Group, Kind};
    static LOOK: Kind = Kind { name: "look", help: "Test meter.", group: Group::Meter, ..common::BOMB };
    let (number, _) = common::record();
    let mut template = common::template(vec![], node("out", &common::RECORD, &[("to", number)]));
    let look = template.player.add(node("look", &LOOK, &[])).expect("add");
    common::wire(&mut template.player, template.bus[0].from.node, look);
    let mut engine = lavalink_engine::control::Offline::start(template, 960).expect("engine");
    let player = engine.add_player().expect("player");
    assert!(engine.view(Some(player)).expect("view").nodes.iter().any(|n| n.name == "look"));
}

#[test]
fn a_reload_is_heard_at_the_level_it_says() {
    let fader = || node("fader", &GAIN, &[("gain", 0.5)]);
    let tone = || node("tone", &GAIN, &[("gain", 0.8)]);
    let level = |record: &std::sync::Arc<std::sync::Mutex<Vec<f32>>>, from: usize| {
        let sound = record.lock().expect("record").clone();
        let wanted: f32 = (from..from + 4800).map(|f| tones(f as u64).powi(2)).sum();
        (sound[from..from + 4800].iter().map(|s| s * s).sum::<f32>() / wanted).sqrt()
    };
    let (mut engine, player, record) = playing(vec![fader()], 960);
    engine.render(24_000);
    for (middle, wanted) in [
        (vec![tone(), fader()], 0.4),
        (vec![fader(), tone()], 0.4),
        (vec![fader()], 0.5),
        (vec![tone()], 0.8),
        (vec![], 1.0),
        (vec![tone(), fader()], 0.4),
    ] {
        drop(engine.submit(Some(player), &reload(middle)).expect("reload"));
        engine.render(9600);
        let at = engine.position() as usize - 4800;
        let got = level(&record, at);
        assert!((got - wanted).abs() < 1e-3, "{got} is not {wanted}");
    }
    drop(engine.submit(Some(player), &set_gain("fader", 0.25)).expect("set"));
    engine.render(9600);
    let got = level(&record, engine.position() as usize - 4800);
    assert!((got - 0.2).abs() < 1e-3, "{got} is not 0.2");
}

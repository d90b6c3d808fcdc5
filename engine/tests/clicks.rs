//! No change may be heard as a click: the largest second difference stays within 1.1 times that of the louder of the
//! two steady states.

mod common;

use common::{GAIN, Made, bend, node, offline, playing, reload, set_gain, tones};
use lavalink_engine::control::{Offline, StartAt};
use lavalink_engine::graph::GraphNode;

/// Plays, changes, plays on; compares the bend around the change with the steady ones.
fn check(name: &str, middle: Vec<GraphNode>, change: impl Fn(&mut Offline, u32)) {
    for offset in [0_usize, 7, 31, 222] {
        let (mut engine, player, record) = playing(middle.clone(), 480);
        engine.render(24_000 + offset);
        change(&mut engine, player);
        engine.render(24_000);
        let sound = record.lock().expect("record").clone();
        let before = bend(&sound[4800..24_000]);
        let after = bend(&sound[24_000 + 9600..]);
        let around = bend(&sound[24_000 - 480..24_000 + 9600]);
        let ratio = around / before.max(after);
        assert!(ratio <= 1.1, "{name}, {offset} frames on: {ratio} times the steady bend");
    }
}

fn gain(value: f64) -> Vec<GraphNode> {
    vec![node("gain", &GAIN, &[("gain", value)])]
}

#[test]
fn gain_up_and_down() {
    check("up", gain(0.5), |e, p| drop(e.submit(Some(p), &set_gain("gain", 1.9)).expect("set")));
    check("down", gain(1.9), |e, p| drop(e.submit(Some(p), &set_gain("gain", 0.5)).expect("set")));
    check("off", gain(0.5), |e, p| drop(e.submit(Some(p), &set_gain("gain", 0.0)).expect("set")));
}

#[test]
fn a_node_leaves_identity_and_comes_back() {
    check("on", gain(1.0), |e, p| drop(e.submit(Some(p), &set_gain("gain", 0.5)).expect("set")));
    check("off", gain(0.5), |e, p| drop(e.submit(Some(p), &set_gain("gain", 1.0)).expect("set")));
}

#[test]
fn nodes_come_go_and_change_places() {
    let two = || vec![node("a", &GAIN, &[("gain", 0.5)]), node("b", &GAIN, &[("gain", 0.7)])];
    let swapped = || vec![node("b", &GAIN, &[("gain", 0.7)]), node("a", &GAIN, &[("gain", 0.5)])];
    check("added", vec![], |e, p| drop(e.submit(Some(p), &reload(two())).expect("reload")));
    check("removed", two(), |e, p| drop(e.submit(Some(p), &reload(vec![])).expect("reload")));
    check("swapped", two(), |e, p| drop(e.submit(Some(p), &reload(swapped())).expect("reload")));
    let rebuilt = || vec![node("a", &GAIN, &[("gain", 0.9), ("model", 3.0)])];
    check("rebuilt", two(), |e, p| drop(e.submit(Some(p), &reload(rebuilt())).expect("reload")));
}

#[test]
fn seek_pause_stop_replace() {
    check("seek", vec![], |e, p| assert!(e.seek(p, 1_000_003).is_ok()));
    check("pause", vec![], |e, p| e.pause(p, true).expect("pause"));
    check("stop", vec![], |e, p| assert!(e.stop(p).is_ok()));
    check("replace", vec![], |e, p| {
        let other = Made::new(|frame| tones(frame + 777), 480_000);
        e.play(p, Box::new(other), StartAt { frame: 48_000, after_present: false }).expect("play");
    });
}

#[test]
fn a_player_leaves() {
    check("leave", vec![], |_, _| {});
    let (mut engine, player, record) = playing(vec![], 480);
    engine.render(24_000);
    engine.remove_player(player).expect("remove");
    engine.render(24_000);
    let sound = record.lock().expect("record").clone();
    assert!(bend(&sound[23_000..30_000]) <= 1.1 * bend(&sound[4800..23_000]));
    assert!(sound[30_000..].iter().all(|s| *s == 0.0));
}

#[test]
fn the_next_track_joins_without_a_gap() {
    let (mut engine, player, record) = offline(vec![], 480);
    engine.play(player, Box::new(Made::new(tones, 30_000)), StartAt::default()).expect("play");
    engine.render(9600);
    // The second track goes on where the first one ends: together they are one tone.
    let next = Made::new(|frame| tones(frame + 30_000), 30_000);
    engine.play(player, Box::new(next), StartAt { frame: 0, after_present: true }).expect("play");
    engine.render(48_000);
    let sound = record.lock().expect("record").clone();
    assert_eq!((0..57_600).position(|i| sound[i] != tones(i as u64)), None);
}

#[test]
fn many_edits_at_once_are_merged_and_quiet() {
    let (mut engine, player, record) = playing(gain(0.5), 480);
    engine.render(24_000);
    for step in 0..20 {
        drop(engine.submit(Some(player), &set_gain("gain", 0.3 + 0.05 * f64::from(step))).expect("set"));
        engine.render(480);
    }
    engine.render(9600);
    let sound = record.lock().expect("record").clone();
    let steady = bend(&(0..4800).map(|f| 1.25 * tones(f)).collect::<Vec<_>>());
    assert!(bend(&sound[23_000..]) <= 1.1 * steady);
}

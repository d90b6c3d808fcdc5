//! The governor, in virtual time: it never gives up or takes back faster than it may, never more than there is, and
//! everything comes back once the load is gone; and its rungs are applied without a click.

mod common;

use common::{GAIN, bend, node, playing};
use lavalink_engine::control::Transaction;
use lavalink_engine::exec::Value;
use lavalink_engine::graph::{NodeRef, Rung};
use lavalink_engine::load::{Decision, Figures, Governor, Limits, degraded};
use proptest::prelude::*;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(500);

fn load(lane: f32) -> Figures {
    Figures { lane_load: Some(lane), ..Figures::default() }
}

#[test]
fn a_hot_device_gives_up_one_rung_after_the_other_and_takes_them_back() {
    let mut governor = Governor::new(Limits::default(), 3);
    let mut depths = Vec::new();
    for i in 0..400_u32 {
        let hot = i < 40;
        let figures = Figures { temperature: Some(if hot { 75.0 } else { 50.0 }), ..Figures::default() };
        governor.look(STEP * i, &figures);
        depths.push(governor.depth());
    }
    assert_eq!(depths[0], 1, "the first rung goes at once");
    assert_eq!(depths[39], 3);
    assert_eq!(*depths.last().expect("depths"), 0);
}

#[test]
fn late_blocks_give_up_several_rungs_at_once() {
    let mut governor = Governor::new(Limits::default(), 5);
    let late = Figures { late_blocks: 1, ..Figures::default() };
    assert_eq!(governor.look(Duration::ZERO, &late), Decision::Down(3));
}

#[test]
fn a_rung_that_would_not_fit_is_not_taken_back() {
    let mut governor = Governor::new(Limits::default(), 1);
    assert_eq!(governor.look(Duration::ZERO, &load(0.9)), Decision::Down(1));
    // Giving it up has brought 0.5; with 0.4 left it would be at 0.9 again.
    for i in 1..1000 {
        assert_eq!(governor.look(STEP * i, &load(0.4)), Decision::Stay, "look {i}");
    }
    let back = (1000..1200).find(|i| governor.look(STEP * *i, &load(0.05)) == Decision::Up(0));
    assert!(back.is_some(), "it comes back once it fits");
}

#[test]
fn a_broken_sensor_gives_nothing_up() {
    let mut governor = Governor::new(Limits::default(), 2);
    let broken = Figures { temperature: Some(f32::NAN), cpu: Some(f32::INFINITY), ..load(0.1) };
    assert_eq!(governor.look(Duration::ZERO, &broken), Decision::Stay);
}

proptest! {
    #[test]
    fn whatever_the_curve(curve in prop::collection::vec((0.0_f32..1.5, 0_u32..20), 1..400), rungs in 0_usize..6) {
        let mut governor = Governor::new(Limits::default(), rungs);
        let mut changes: Vec<(Duration, usize, usize)> = Vec::new();
        let mut now = Duration::ZERO;
        let curve = curve.into_iter().map(|(lane, late)| Figures { late_blocks: u32::from(late == 0), ..load(lane) });
        // Then the load is gone.
        for figures in curve.chain(std::iter::repeat_n(load(0.0), 1000)) {
            let before = governor.depth();
            governor.look(now, &figures);
            prop_assert!(governor.depth() <= rungs);
            if governor.depth() != before {
                changes.push((now, before, governor.depth()));
            }
            now += STEP;
        }
        for pair in changes.windows(2) {
            let dwell = if pair[1].2 > pair[1].1 { Duration::from_secs(2) } else { Duration::from_secs(30) };
            prop_assert!(pair[1].0 - pair[0].0 >= dwell, "{changes:?}");
        }
        prop_assert_eq!(governor.depth(), 0);
    }
}

#[test]
fn rungs_are_applied_and_taken_back_without_a_click() {
    let player = |name: &str| NodeRef { device: false, name: name.into() };
    let ladder = [Rung::Set(vec![(player("a"), 0, Value::Number(0.8))]), Rung::Prune(vec![player("b")])];
    let (mut engine, number, record) =
        playing(vec![node("a", &GAIN, &[("gain", 0.5)]), node("b", &GAIN, &[("gain", 0.7)])], 480);
    engine.render(24_000);
    for depth in [1, 2, 0] {
        let given = degraded(&ladder, depth);
        let gain = given.player.get(&("a".into(), 0)).cloned().unwrap_or(Value::Number(0.5));
        let change = Transaction::new().set("a", 0, gain).prune(given.player_pruned);
        drop(engine.submit(Some(number), &change).expect("an edit"));
        engine.render(9600);
        let names: Vec<String> = engine.view(Some(number)).expect("view").nodes.into_iter().map(|n| n.name).collect();
        assert_eq!(names.contains(&"b".to_owned()), depth < 2, "depth {depth}: {names:?}");
    }
    let sound = record.lock().expect("record").clone();
    let loudest = bend(&(0..4800).map(|f| 0.8 * common::tones(f)).collect::<Vec<_>>());
    assert!(bend(&sound) <= 1.1 * loudest);
}

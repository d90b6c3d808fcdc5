//! Parameters that move while playing do not click.
//!
//! 100, 997 and 5,000 Hz at -18 dBFS, each on its own; the largest second difference during a change stays within 1.1
//! times the larger of the steady values before and after.

mod lane;

use lane::{bend, live, params, play, solo, tone};

/// A kind, the values it starts with, and the value one of them moves to.
struct Case(&'static str, &'static [(&'static str, f64)], &'static str, f32);

const CASES: &[Case] = &[
    Case("biquad", &[("gain", 0.0)], "gain", 6.0),
    Case("biquad", &[("gain", 12.0), ("frequency", 100.0)], "gain", -12.0),
    Case("biquad", &[("gain", 9.0), ("frequency", 100.0), ("q", 2.0)], "frequency", 5000.0),
    Case("biquad", &[("type", 0.0), ("frequency", 400.0)], "frequency", 2000.0),
    Case("biquad", &[("type", 6.0), ("gain", -12.0), ("frequency", 200.0)], "gain", 12.0),
    Case("biquad", &[("type", 8.0), ("frequency", 100.0)], "frequency", 8000.0),
    Case("biquad", &[("gain", 12.0)], "q", 5.0),
    Case("channel_mix", &[], "left_to_left", 0.0),
    Case("channel_mix", &[], "left_to_right", 1.0),
    Case("channel_mix", &[], "right_to_left", -1.0),
    Case("channel_mix", &[], "right_to_right", 0.25),
    Case("delay", &[("time", 10.0)], "time", 17.0),
    Case("delay", &[("time", 0.0), ("mix", 0.5)], "time", 333.0),
    Case("delay", &[("time", 5.0), ("mix", 0.0)], "mix", 1.0),
    Case("delay", &[("time", 5.0), ("mix", 1.0)], "mix", 0.3),
    Case("equalizer", &[], "gain.3", 0.25),
    Case("equalizer", &[("gain.8", 0.5)], "gain.8", -0.25),
    Case("equalizer", &[("gain.11", -0.25)], "gain.11", 0.25),
    Case("fader", &[], "gain", -6.0),
    Case("fader", &[], "gain", 6.0),
    Case("fader", &[], "gain", -120.0),
    Case("fader", &[], "mute", 1.0),
    Case("fader", &[("mute", 1.0)], "mute", 0.0),
    Case("fader", &[], "level", 0.5),
    Case("limiter", &[("ceiling", -6.0)], "ceiling", -24.0),
    Case("limiter", &[("ceiling", -24.0)], "ceiling", -12.0),
    Case("limiter", &[("ceiling", -24.0)], "release", 5.0),
    Case("low_pass", &[], "smoothing", 200.0),
    Case("low_pass", &[], "smoothing", 1.0),
    Case("low_pass", &[("smoothing", 1.0)], "smoothing", 20.0),
    Case("mixer", &[("inputs", 2.0)], "gain.0", -6.0),
    Case("mixer", &[("inputs", 2.0)], "gain.1", -120.0),
    Case("volume", &[], "volume", 0.25),
    Case("volume", &[], "volume", 2.0),
    Case("volume", &[], "volume", 0.0),
];

/// The effects, whose one live parameter is `mix`; with parameters that do not move, so that there is a steady state.
#[cfg(feature = "fundsp")]
const EFFECTS: &[Case] = &[
    Case("dc_block", &[("mix", 1.0)], "mix", 0.0),
    Case("drive", &[("mix", 0.0)], "mix", 1.0),
    Case("echo", &[("mix", 0.0), ("time", 30.0)], "mix", 1.0),
    Case("moog", &[("mix", 0.0)], "mix", 0.7),
    Case("plate", &[("mix", 0.0), ("time", 0.3)], "mix", 1.0),
    Case("reverb", &[("mix", 0.0), ("time", 0.3)], "mix", 0.5),
    Case("hall", &[("mix", 0.2), ("time", 0.3)], "mix", 0.0),
    Case("chorus", &[("mix", 1.0), ("variation", 0.0)], "mix", 0.0),
    Case("flanger", &[("mix", 1.0), ("min_delay", 3.0), ("max_delay", 3.0)], "mix", 0.0),
    Case("phaser", &[("mix", 0.0), ("depth", 0.0)], "mix", 1.0),
];
#[cfg(not(feature = "fundsp"))]
const EFFECTS: &[Case] = &[];

const SECOND: usize = 48_000;

#[test]
fn no_live_parameter_clicks() {
    let mut worst = 0.0_f32;
    for Case(name, start, param, value) in CASES.iter().chain(EFFECTS) {
        let index = lane::kind(name).param_index(param).expect("a parameter");
        for hz in [100.0, 997.0, 5000.0] {
            let out =
                play(&mut solo(&params(name, start)), &tone(hz, 3 * SECOND), &[(SECOND + 17, index, *value)], || 256);
            let steady = bend(&out, SECOND / 2..SECOND).max(bend(&out, 3 * SECOND - SECOND / 2..3 * SECOND));
            let change = bend(&out, SECOND..2 * SECOND);
            assert!(steady > 0.0, "{name}.{param} at {hz} Hz: silent before and after");
            worst = worst.max(change / steady);
            assert!(
                change <= 1.1 * steady,
                "{name}.{param} to {value} at {hz} Hz: {:.3} times steady",
                change / steady
            );
        }
    }
    println!("worst: {worst:.3} times steady");
}

/// A second change in the middle of the first, and back.
#[test]
fn a_change_of_mind_does_not_click_either() {
    for Case(name, start, param, value) in CASES.iter().chain(EFFECTS) {
        let start = params(name, start);
        let index = lane::kind(name).param_index(param).expect("a parameter");
        let first = start.values()[index].as_f32().expect("a number");
        for hz in [100.0, 997.0, 5000.0] {
            let edits = [(SECOND + 17, index, *value), (SECOND + 400, index, first), (SECOND + 700, index, *value)];
            let out = play(&mut solo(&start), &tone(hz, 3 * SECOND), &edits, || 256);
            let steady = bend(&out, SECOND / 2..SECOND).max(bend(&out, 3 * SECOND - SECOND / 2..3 * SECOND));
            let change = bend(&out, SECOND..2 * SECOND);
            assert!(
                change <= 1.1 * steady,
                "{name}.{param} to {value} at {hz} Hz: {:.3} times steady",
                change / steady
            );
        }
    }
}

#[test]
fn every_live_parameter_is_tried() {
    for kind in lane::sounding() {
        for index in live(kind) {
            let row = kind.param_at(index).expect("a row");
            let tried = CASES
                .iter()
                .chain(EFFECTS)
                .any(|case| case.0 == kind.name && case.2.split('.').next() == Some(row.name));
            assert!(tried, "{}.{} has no case here", kind.name, row.name);
        }
    }
}

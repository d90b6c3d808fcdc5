//! A device that goes away while it plays: the lane keeps its pace, and the device is taken again when it is back. The
//! device is a sound server of this test's own, which `scripts/sound-server` starts and stops.
#![cfg(feature = "alsa-backend")]

use lavalink_exec::{Clock, Format, Params, Solo, Tick, Value};
use lavalink_nodes::sink::alsa;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };
const STATE: usize = 4;

fn sound_server(dir: &Path, what: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/sound-server");
    let out = Command::new(script).arg(what).env("LAVALINK_SOUND_SERVER", dir).output().expect("the script runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Runs the lane until `done` says so, and asserts that it is never without a block for long.
fn play_until(solo: &mut Solo, clock: &mut dyn Clock, what: &str, done: impl Fn(&Solo) -> bool) {
    let begin = Instant::now();
    let mut last = begin;
    while !done(solo) {
        assert!(begin.elapsed() < Duration::from_secs(60), "still not {what}");
        if let Tick::Run { frames, .. } = clock.wait() {
            solo.block(frames, |_, io| io.left.fill(0.1));
            clock.commit();
            last = Instant::now();
        }
        assert!(last.elapsed() < Duration::from_secs(5), "the lane stands still while not yet {what}");
    }
}

#[test]
fn a_lost_device_does_not_stop_the_lane_and_is_found_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("server");
    // SAFETY: the only test of this program, and nothing has read the environment yet.
    unsafe { std::env::set_var("PULSE_SERVER", format!("unix:{}/socket", home.display())) };
    sound_server(&home, "start");

    let mut params = Params::defaults(&alsa::KIND);
    params.set(0, Value::Text("pulse".into())).expect("a name");
    let (mut solo, sink) = Solo::new(&params, FORMAT).expect("builds");
    let mut clock = sink.and_then(|sink| sink.clock).expect("has a clock");
    play_until(&mut solo, &mut *clock, "playing", |solo| solo.readings().get(STATE) == 1.0);

    sound_server(&home, "stop");
    play_until(&mut solo, &mut *clock, "lost", |solo| solo.readings().get(STATE) == 0.0);
    sound_server(&home, "start");
    play_until(&mut solo, &mut *clock, "found", |solo| solo.readings().get(STATE) == 1.0);
    drop(clock);
    sound_server(&home, "stop");
}

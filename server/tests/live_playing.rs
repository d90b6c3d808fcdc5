//! `play`, with a clock in place of a sound card.

mod common;

use common::{Desk, amplitude, samples};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A document that also writes to a file what it plays; `gain` is the fader's.
fn document(gain: &str) -> String {
    format!(
        "graph: 1\ndevice:\n  nodes:\n    room: {{ kind: mixer, inputs: 2 }}\n    clock: {{ kind: \"null\" }}\n    \
         file: {{ kind: wav, path: played.wav }}\n  wires: [ room -> clock, room -> file ]\nplayer:\n  nodes:\n    \
         track: {{ kind: source }}\n    decode: {{ kind: decoder }}\n    fader: {{ kind: fader, gain: {gain} }}\n  \
         wires: [ track -> decode -> fader -> device.room ]\n"
    )
}

/// Waits until that much has been played.
fn wait_for_bytes(path: &Path, bytes: u64) {
    let end = Instant::now() + Duration::from_secs(60);
    while std::fs::metadata(path).map_or(0, |about| about.len()) < bytes {
        assert!(Instant::now() < end, "nothing is played");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Reads lines of the program's standard error until one contains `words`.
fn wait_for(err: &mut impl BufRead, words: &str) -> String {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        assert!(err.read_line(&mut line).expect("text") > 0, "`{words}` was not said: {all}");
        all.push_str(&line);
        if line.contains(words) {
            return all;
        }
    }
}

fn interrupt(child: &Child) {
    // SAFETY: sends a signal to a process of ours that has not been waited for.
    unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGINT) };
}

#[test]
fn a_track_is_played_to_its_end() {
    let desk = Desk::new();
    desk.file("g.yml", document("0 dB"));
    desk.run(&["play", "tone:997@-6dB", "--duration", "0.5s", "--graph", "g.yml", "--volume", "-6dB"]).fine();
    let (left, _) = samples(&desk.path("played.wav"));
    let start = left.iter().position(|x| *x != 0.0).expect("sound");
    let sound = &left[start + 4_800..start + 14_400];
    assert!((amplitude(sound, 997.0) - 0.2512).abs() < 0.005);
    assert!(left[start + 24_200..].iter().all(|x| *x == 0.0));
}

#[test]
fn a_changed_file_is_taken_over_without_a_click_and_a_broken_one_is_not() {
    let desk = Desk::new();
    desk.file("g.yml", document("0 dB"));
    let mut command = desk.command(&["play", "tone:997@-18dB", "--duration", "300s", "--graph", "g.yml"]);
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("runs");
    let mut err = BufReader::new(child.stderr.take().expect("piped"));
    wait_for_bytes(&desk.path("played.wav"), 100_000);
    desk.file("g.yml", document("loud"));
    let said = wait_for(&mut err, "stays as it was");
    assert!(said.contains("G014") && said.contains("fader"), "{said}");
    desk.file("g.yml", document("-12 dB"));
    wait_for(&mut err, "the changed graph plays");
    let played = std::fs::metadata(desk.path("played.wav")).expect("there").len();
    wait_for_bytes(&desk.path("played.wav"), played + 300_000);
    interrupt(&child);
    let status = child.wait().expect("ends");
    let mut rest = String::new();
    err.read_to_string(&mut rest).expect("text");
    assert!(status.success(), "{rest}");

    let (left, _) = samples(&desk.path("played.wav"));
    let start = left.iter().position(|x| *x != 0.0).expect("sound");
    let end = left.iter().rposition(|x| *x != 0.0).expect("sound");
    let before = amplitude(&left[start + 1_000..start + 10_600], 997.0);
    let after = amplitude(&left[end - 12_000..end - 2_400], 997.0);
    assert!((before - 0.1259).abs() < 0.003 && (after / before - 0.2512).abs() < 0.01, "{before} {after}");
    let bend = |x: &[f32]| x.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    let steady = bend(&left[start + 1_000..start + 10_600]);
    assert!(bend(&left[start + 100..]) <= 1.1 * steady, "no click: {} {steady}", bend(&left[start + 100..]));
}

#[test]
fn what_cannot_be_played_is_said_with_the_remedy() {
    let desk = Desk::new();
    for (args, code, words) in [
        (&["play", "tone:997", "--device", "nosuchcard"][..], 1, "--null"),
        (&["play", "missing.flac", "--null"], 1, "no such file"),
        (&["play", "tone:997", "--null", "--volume", "loud"], 2, "dB"),
        (&["play", "tone:997", "--null", "--graph", "nosuch"], 2, "headless"),
    ] {
        let answer = desk.run(args);
        assert_eq!(answer.code, code, "{args:?}: {}", answer.err);
        assert!(answer.err.contains(words), "{args:?}: {}", answer.err);
    }
}

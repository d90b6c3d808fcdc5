//! `render` as its users see it: files in, files out.

mod common;

use common::{Desk, amplitude, graph, samples};
use std::io::Write;
use std::process::Stdio;

#[test]
fn an_identity_graph_gives_back_a_float_wav_bit_for_bit() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.run(&["render", "noise:@-3dB", "a.wav", "--graph", "g.yml", "--duration", "1.2345s"]).fine();
    for block in ["960", "64", "7"] {
        desk.run(&["render", "a.wav", "b.wav", "--graph", "g.yml", "--block", block]).fine();
        let [a, b] = ["a.wav", "b.wav"].map(|n| std::fs::read(desk.path(n)).expect("written"));
        assert!(a.len() > 400_000 && a == b, "block {block}");
    }
}

#[test]
fn latency_is_made_up_for() {
    let desk = Desk::new();
    let device = "device:\n  nodes:\n    room: { kind: mixer, inputs: 2 }\n    guard: { kind: limiter }\n    \
                  out: { kind: \"null\" }\n  wires: [ room -> guard -> out ]\n";
    desk.file("g.yml", format!("{}    - fader -> device.room\n{device}", graph("", "")));
    desk.file("id.yml", graph("", ""));
    desk.run(&["render", "sweep:20-20000@-20dB", "a.wav", "--graph", "id.yml", "--duration", "1s"]).fine();
    let result = desk.run(&["render", "a.wav", "b.wav", "--graph", "g.yml", "--json"]).fine().json();
    assert_eq!(result["tap"], "device.guard");
    assert!(result["latency_frames"].as_u64() > Some(0));
    assert_eq!(samples(&desk.path("a.wav")), samples(&desk.path("b.wav")));
}

#[test]
fn a_tone_has_its_frequency_level_and_length() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    let args = ["render", "tone:997@-6dB", "t.wav", "--graph", "g.yml", "--duration", "2s", "--json"];
    let result = desk.run(&args).fine().json();
    assert_eq!(result["frames"], 96_000);
    let (left, right) = samples(&desk.path("t.wav"));
    assert_eq!((left.len(), &left), (96_000, &right));
    let wanted = 10f64.powf(-6.0 / 20.0);
    assert!((amplitude(&left[..48_000], 997.0) - wanted).abs() < 1e-4);
    assert!(amplitude(&left[..48_000], 1100.0) < 1e-4);
}

#[test]
fn an_edit_takes_effect_at_its_frame_and_not_before() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    let base = ["--graph", "g.yml", "--duration", "2s", "--json"];
    desk.run(&[&["render", "tone:997", "a.wav"], &base[..]].concat()).fine();
    let set = ["--set", "fader.gain=-20 dB@0.7501s", "--set", "fader.gain=-6dB"];
    let result = desk.run(&[&["render", "tone:997", "b.wav"], &base[..], &set].concat()).fine().json();
    assert_eq!(result["edits"][0]["applied_at"], 36_005);
    let (plain, _) = samples(&desk.path("a.wav"));
    let (edited, _) = samples(&desk.path("b.wav"));
    let half = edited[12] / plain[12];
    assert!((half - 0.501).abs() < 1e-3, "the value without a time holds from the first frame on: {half}");
    let differs = (0..96_000).position(|n| (edited[n] - plain[n] * half).abs() > 1e-6).expect("the edit is heard");
    assert!((36_005..36_060).contains(&differs), "{differs}");
    assert!((amplitude(&edited[48_000..], 997.0) - 0.1).abs() < 1e-4);
}

#[test]
fn another_document_can_take_over_in_mid_play() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.file("h.yml", graph("    low: { kind: biquad, type: low_pass, frequency: 100 Hz }\n", "low -> "));
    let args = ["render", "tone:2000@-6dB", "a.wav", "--graph", "g.yml", "--duration", "2s", "--reload", "h.yml@1s"];
    desk.run(&args).fine();
    let (left, _) = samples(&desk.path("a.wav"));
    assert!((amplitude(&left[..48_000], 2000.0) - 0.501).abs() < 1e-3);
    assert!(amplitude(&left[72_000..], 2000.0) < 0.01);
}

#[test]
fn filters_of_clients_drive_the_nodes_that_carry_them() {
    let desk = Desk::new();
    desk.file(
        "g.yml",
        graph(
            "    vol: { kind: volume, filter: volume }\n    lp: { kind: low_pass, filter: lowPass }\n",
            "vol -> lp -> ",
        ),
    );
    let base = ["render", "tone:997", "a.wav", "--graph", "g.yml", "--duration", "1s"];
    desk.run(&base).fine();
    let peak = |desk: &Desk| amplitude(&samples(&desk.path("a.wav")).0, 997.0);
    assert!((peak(&desk) - 1.0).abs() < 1e-4, "at rest without a client");
    desk.run(&[&base[..], &["--filters", r#"{"volume": 0.5}"#]].concat()).fine();
    assert!((peak(&desk) - 0.4164).abs() < 1e-3);
    let refused = desk.run(&[&base[..], &["--filters", r#"{"karaoke": {}}"#]].concat());
    assert!(refused.code == 2 && refused.err.contains("volume, lowPass"), "{}", refused.err);
}

#[test]
fn seek_and_duration_cut_the_input() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.run(&["render", "noise:", "a.wav", "--graph", "g.yml", "--duration", "1s"]).fine();
    desk.run(&["render", "a.wav", "b.wav", "--graph", "g.yml", "--seek", "0.25s", "--duration", "0.5s"]).fine();
    let ((a, _), (b, _)) = (samples(&desk.path("a.wav")), samples(&desk.path("b.wav")));
    assert_eq!(b.len(), 24_000);
    // The beginning is faded in: it is in the middle of sound.
    assert_eq!(a[13_000..36_000], b[1_000..]);
}

#[test]
fn raw_samples_go_through_pipes() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.run(&["render", "tone:440", "a.wav", "--graph", "g.yml", "--duration", "0.1s"]).fine();
    let mut child = desk.command(&["render", "-", "-", "--graph", "g.yml", "--format", "s16"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("runs");
    let wav = std::fs::read(desk.path("a.wav")).expect("written");
    child.stdin.take().expect("piped").write_all(&wav).expect("taken");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success());
    assert_eq!(output.stdout.len(), 4_800 * 4);
}

#[test]
fn what_cannot_be_done_is_said_with_the_remedy() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.file("junk.mp3", [7; 3000]);
    for (args, code, words) in [
        (&["render", "missing.flac", "a.wav", "--graph", "g.yml"][..], 1, "no such file"),
        (&["render", "junk.mp3", "a.wav", "--graph", "g.yml"], 1, "cannot"),
        (&["render", "tone:997", "a.wav", "--graph", "g.yml"], 2, "--duration"),
        (&["render", "tone:x", "a.wav", "--graph", "g.yml", "--duration", "1s"], 2, "frequency"),
        (&["render", "noise:", "a.flac", "--graph", "g.yml", "--duration", "1s"], 2, ".wav, .opus or .raw"),
        (&["render", "noise:", "a.wav", "--graph", "headles", "--duration", "1s"], 2, "headless"),
        (&["render", "noise:", "a.wav", "--graph", "g.yml", "--duration", "1s", "--tap", "fadr"], 2, "fader"),
        (&["render", "noise:", "a.wav", "--graph", "g.yml", "--duration", "1s", "--set", "fader.gian=1"], 2, "gain"),
        (&["render", "noise:", "a.wav", "--graph", "g.yml", "--duration", "1s", "--set", "fader.gain=1 Hz"], 2, "dB"),
        (&["render", "noise:", "no/a.wav", "--graph", "g.yml", "--duration", "1s"], 1, "no/a.wav"),
    ] {
        let answer = desk.run(args);
        assert_eq!(answer.code, code, "{args:?}: {}", answer.err);
        assert!(answer.err.contains(words), "{args:?}: {}", answer.err);
        assert!(!desk.path("a.wav").exists(), "{args:?} leaves no file");
    }
}

#[test]
fn an_encoder_is_added_where_opus_is_wanted_and_the_graph_has_none() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.run(&["render", "tone:997@-6dB", "a.opus", "--graph", "g.yml", "--duration", "1s"]).fine();
    let result = desk.run(&["render", "a.opus", "b.wav", "--graph", "g.yml", "--json"]).fine().json();
    assert_eq!((result["codec"].as_str(), result["frames"].as_u64()), (Some("opus"), Some(48_000)));
    let (left, _) = samples(&desk.path("b.wav"));
    assert!((amplitude(&left[9_600..38_400], 997.0) - 0.501).abs() < 0.02);
}

#[test]
fn an_opus_file_passes_through_untouched() {
    let desk = Desk::new();
    desk.file("g.yml", graph("", ""));
    desk.run(&["render", "noise:pink@-12dB", "a.opus", "--graph", "g.yml", "--duration", "2s"]).fine();
    let result = desk.run(&["render", "a.opus", "b.opus", "--graph", "g.yml", "--json"]).fine().json();
    assert_eq!(result["passes_through"], true);
    let (before, after) = (packets(&desk.path("a.opus")), packets(&desk.path("b.opus")));
    assert!(before.len() > 100, "{}", before.len());
    // The first two are the headers.
    assert!(before[2..] == after[2..], "the same packets");
}

/// The packets of an Ogg file with one stream (RFC 3533).
fn packets(path: &std::path::Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).expect("the file is there");
    let (mut packets, mut packet, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        let laces = usize::from(bytes[at + 26]);
        let mut body = at + 27 + laces;
        for lace in &bytes[at + 27..at + 27 + laces] {
            let length = usize::from(*lace);
            packet.extend_from_slice(&bytes[body..body + length]);
            body += length;
            if length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        at = body;
    }
    packets
}

//! The document that the architecture describes loads as it is described there.

mod common;

use common::{kinds, read};
use lavalink_exec::Value;
use lavalink_graphs::{Give, Side};

const EXAMPLE: &str = "\
graph: 1                         # format version
name: tv-box
engine: { sample_rate: 48000 Hz, block: 20 ms, latency: standard }

device:
  nodes:
    room:    { kind: mixer, inputs: 16 }
    guard:   { kind: limiter, ceiling: -1 dB }
    speaker: { kind: alsa, device: default, buffer: 1024 frames, period: 256 frames }
  wires: [ room -> guard -> speaker ]

player:
  nodes:
    track:     { kind: source }
    decode:    { kind: decoder }
    resample:  { kind: resampler, quality: high }
    lowpass:   { kind: low_pass, filter: lowPass }
    timescale: { kind: timescale, filter: timescale }
    equalizer: { kind: equalizer, filter: equalizer }
    reverb:    { kind: reverb, filter: reverb, optional: true, priority: 10 }
    volume:    { kind: volume, filter: volume }
    fader:     { kind: fader }
    encode:    { kind: opus_encoder, bitrate: 128 kbit/s, complexity: 10 }
    discord:   { kind: discord }
  wires:
    - track -> decode -> resample -> lowpass -> timescale -> equalizer -> reverb -> volume -> fader
    - fader -> encode -> discord
    - fader -> device.room

degrade:
  - set:   { encode.complexity: 5 }
  - prune: [ reverb ]
  - set:   { resample.quality: low }
  - set:   { encode.complexity: 0 }
";

#[test]
fn everything_in_it_is_understood() {
    let (document, issues) = read(EXAMPLE);
    assert!(issues.is_empty(), "{issues}");
    let document = document.expect("no issues, so a document");
    assert_eq!(document.name, "tv-box");
    assert_eq!(document.settings.format().max_block, 960);
    assert_eq!((document.device.nodes.len(), document.device.wires.len()), (3, 2));
    assert_eq!((document.player.nodes.len(), document.player.wires.len()), (11, 10));
    assert_eq!((document.bus.len(), document.bus[0].port), (1, None));
    assert_eq!(document.player.out, None);
    assert_eq!(document.degrade.len(), 4);
    let (side, node, index) = document.find_param("encode.complexity").expect("is there");
    assert_eq!(document.degrade[0].gives, [Give::Set { side: Side::Player, node, index, value: Value::Number(5.0) }]);
    assert_eq!(side, Side::Player);
    let (_, guard, ceiling) = document.find_param("device.guard.ceiling").expect("is there");
    assert_eq!(document.device.nodes[guard].params.number(ceiling), -1.0);
}

#[test]
fn the_engine_takes_it() {
    let template = read(EXAMPLE).0.expect("loads").template().expect("the engine takes it");
    assert_eq!((template.device.len(), template.player.len()), (3, 11));
    assert_eq!((template.device.wires().count(), template.player.wires().count()), (2, 10));
    assert_eq!(template.degrade.len(), 4);
    assert!(template.player.cycle().is_empty());
    assert_eq!(template.out(), None);
}

#[test]
fn an_open_output_is_the_graphs_own() {
    let open = EXAMPLE.replace("    - fader -> device.room\n", "").replace("    - fader -> encode -> discord\n", "");
    let open: String =
        open.lines().filter(|l| !l.contains("encode") && !l.contains("discord:")).map(|l| format!("{l}\n")).collect();
    let open = open.split("device:").next().expect("head").to_owned() + &open[open.find("player:").expect("player")..];
    let (document, issues) = read(&open);
    assert!(issues.is_empty(), "{issues}");
    let document = document.expect("loads");
    let fader = document.player.find("fader").expect("is there");
    assert_eq!(document.player.out, Some((fader, 0)));
    assert!(document.template().expect("lowers").out().is_some());
    assert!(kinds().get("fader").is_some());
}

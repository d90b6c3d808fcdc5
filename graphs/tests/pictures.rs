//! Every profile and a plan can be drawn in every format, and the drawing holds together.

mod common;

use common::{kinds, read};
use lavalink_graphs::export::{PartView, PlanView, StepView};
use lavalink_graphs::{ShippedOnly, load, profiles};

/// `DRAW=folder` keeps the drawings to look at.
fn keep(name: &str, svg: &str) {
    if let Some(folder) = std::env::var_os("DRAW") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.svg")), svg).expect("writable");
    }
}

/// The boxes of a drawing: x, y, width, height.
fn boxes(svg: &str) -> Vec<[f64; 4]> {
    let number = |line: &str, key: &str| -> f64 {
        let rest = line.split(&format!(" {key}=\"")).nth(1).expect("has it");
        rest.split('"').next().expect("ends").parse().expect("a number")
    };
    let lines = svg.lines().filter(|l| l.starts_with("<rect") && l.contains("rx=\"7\" fill=\"#f7f9fb\""));
    lines.map(|l| ["x", "y", "width", "height"].map(|key| number(l, key))).collect()
}

#[test]
fn profiles_are_drawn_with_no_box_upon_another() {
    for (name, text) in profiles() {
        let document = load(name, text, &kinds(), &ShippedOnly).0.expect("loads");
        let svg = document.svg();
        keep(name, &svg);
        let boxes = boxes(&svg);
        assert_eq!(boxes.len(), document.player.nodes.len() + document.device.nodes.len(), "{name}");
        for (i, a) in boxes.iter().enumerate() {
            for b in &boxes[i + 1..] {
                let apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
                assert!(apart, "{name}: {a:?} and {b:?}");
            }
        }
        for node in &document.player.nodes {
            let name = &node.name;
            assert!(svg.contains(&format!(">{name}</text>")), "{name}");
            assert!(document.dot().contains(name) && document.mermaid().contains(name));
        }
    }
}

#[test]
fn branches_circles_and_packets_are_drawn() {
    let nodes = "a: { kind: fader, gain: -3 dB }\nmix: { kind: mixer, inputs: 3 }\necho: { kind: delay, time: 300 ms }\n\
                 volume: { kind: volume }\nencode: { kind: opus_encoder }\ndiscord: { kind: discord }";
    let wires =
        "- track -> decode -> resample -> a -> volume -> mix\n- a -> mix -> echo -> mix\n- mix -> encode -> discord";
    let (document, issues) = read(&common::player(nodes, wires));
    assert!(issues.is_empty(), "{issues}");
    let document = document.expect("loads");
    let svg = document.svg();
    keep("branches", &svg);
    assert!(svg.contains(">packets</text>") && svg.contains(">bytes</text>"));
    assert_eq!(svg.matches("marker-end").count(), document.player.wires.len());
    assert_eq!(document.mermaid().matches("-->").count() + document.mermaid().matches("-.->").count(), 10);
}

#[test]
fn names_cannot_break_out_of_a_drawing() {
    let text = common::player("out: { kind: wav, path: '</text><script>\"&' }", "- track -> decode -> resample -> out");
    let document = read(&format!("name: '<b>\"; }} #'\n{text}")).0.expect("loads");
    assert!(!document.svg().contains("<script") && !document.svg().contains("<b>"));
    assert!(!document.mermaid().contains("<script"));
    assert!(document.dot().contains("\\\""));
}

#[test]
fn plans_are_drawn() {
    let step = |nodes: &[&str], kind: &str, stream, after: &[usize]| StepView {
        nodes: nodes.iter().map(|n| (*n).to_owned()).collect(),
        kind: kind.to_owned(),
        stream,
        after: after.to_vec(),
        reads: vec![2],
        writes: vec![2],
        ..StepView::default()
    };
    let player = PartView {
        steps: vec![
            step(&["decode"], "decoder", true, &[]),
            step(&["resample"], "resampler", true, &[0]),
            step(&["low", "high"], "biquad bank", false, &[1]),
            StepView {
                bypassed: true,
                latency: 64,
                live: vec!["140 ns".to_owned()],
                ..step(&["hall"], "hall", false, &[2])
            },
        ],
        buffers: 3,
        latency: 64,
        device: false,
    };
    let device = PartView { steps: vec![step(&["room"], "mixer", false, &[])], device: true, ..PartView::default() };
    let plan = PlanView { name: "test".to_owned(), rate: 48_000, parts: vec![player, device] };
    let svg = plan.picture().svg();
    keep("plan", &svg);
    for word in ["3. low + high", "bypassed", "delay 64 frames", "140 ns"] {
        assert!(svg.contains(word), "{word}");
    }
    assert_eq!(svg.matches("marker-end").count(), 4);
}

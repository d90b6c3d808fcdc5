//! `check`, `nodes` and the rest that only tells.

mod common;

use common::{Desk, graph};

#[test]
fn a_good_document_passes_and_a_broken_one_does_not() {
    let desk = Desk::new();
    desk.file("good.yml", graph("", ""));
    desk.file("bad.yml", graph("    eq: { kind: equaliser, gain: 3 }\n    f2: { kind: fader, gian: 3 }\n", "f2 -> "));
    assert_eq!(desk.run(&["check", "good.yml"]).code, 0);
    let answer = desk.run(&["check", "good.yml", "bad.yml"]);
    assert_eq!(answer.code, 2);
    for words in ["good.yml: no issues", "G013", "equalizer", "G012", "gain", "^"] {
        assert!(answer.out.contains(words), "{words}: {}", answer.out);
    }
    assert!(!answer.out.contains('\x1b'), "no colours outside a terminal");
}

#[test]
fn issues_come_as_json_for_tools() {
    let desk = Desk::new();
    desk.file("bad.yml", graph("    f2: { kind: fader, gian: 3 }\n", "f2 -> "));
    let answer = desk.run(&["check", "bad.yml", "missing.yml", "--json"]);
    assert_eq!(answer.code, 2);
    let json = answer.json();
    assert_eq!(json["ok"], false);
    let issue = &json["files"][0]["issues"][0];
    assert_eq!((issue["code"].as_str(), issue["line"].as_u64()), (Some("G012"), Some(7)));
    assert!(json["files"][1]["error"].is_string());
}

#[test]
fn an_unknown_profile_names_the_known_ones() {
    let answer = Desk::new().run(&["check", "tvbox"]);
    assert_eq!(answer.code, 2);
    assert!(answer.out.contains("tv-box") && answer.out.contains("headless"), "{}", answer.out);
}

#[test]
fn the_tables_of_all_kinds_are_printed() {
    let desk = Desk::new();
    let all = desk.run(&["nodes", "--json"]).fine().json();
    let kinds = all.as_array().expect("a list");
    assert!(kinds.len() > 10);
    let list = desk.run(&["nodes"]).fine().out;
    for kind in kinds {
        let name = kind["kind"].as_str().expect("a name");
        assert!(list.contains(name), "{name}");
        let table = desk.run(&["nodes", name]).fine().out;
        for param in kind["params"].as_array().expect("a list") {
            assert!(table.contains(param["help"].as_str().expect("help")), "{name}: {param}");
        }
    }
    let answer = desk.run(&["nodes", "equaliser"]);
    assert!(answer.code == 2 && answer.err.contains("equalizer"), "{}", answer.err);
}

#[test]
fn every_command_explains_itself() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).fine().out;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|l| !l.starts_with("Commands:"))
        .skip(1)
        .take_while(|l| !l.is_empty())
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert!(commands.len() > 3, "{help}");
    for command in commands.iter().filter(|c| **c != "help") {
        assert!(desk.run(&[command, "--help"]).fine().out.contains("Usage"), "{command}");
    }
    assert!(desk.run(&["--version"]).fine().out.starts_with("lavalink-rust "));
    assert!(desk.run(&["completions", "bash"]).fine().out.contains("render"));
    let bare = desk.run(&[]);
    assert!(bare.code == 2 && bare.err.contains("Usage"));
    assert_eq!(desk.run(&["dance"]).code, 2);
    assert_eq!(desk.run(&["--log", "=/=", "nodes"]).code, 2);
}

#[test]
fn documents_and_plans_are_drawn_in_three_languages() {
    let desk = Desk::new();
    desk.file("g.yml", graph("    eq: { kind: equalizer, gain.0: 0.1 }\n", "eq -> "));
    for plan in [&[][..], &["--plan"]] {
        for (format, start, words) in
            [("dot", "digraph", "fader"), ("mermaid", "flowchart", "fader"), ("svg", "<svg", "fader")]
        {
            for (file, words) in [("g.yml", "decode"), ("default", words)] {
                let answer = desk.run(&[&["graph", file, "--format", format], plan].concat()).fine();
                assert!(answer.out.trim_start().starts_with(start), "{format}: {}", answer.out);
                // The fader of a profile does nothing, so it is not in the plan.
                let words = if plan.is_empty() { words } else { "decode" };
                assert!(answer.out.contains(words), "{file} {format} {plan:?}: {}", answer.out);
            }
        }
    }
    desk.run(&["graph", "g.yml", "-o", "g.svg"]).fine();
    assert!(desk.path("g.svg").exists());
    desk.file("bad.yml", "graph: 1\n");
    let answer = desk.run(&["graph", "bad.yml"]);
    assert!(answer.code == 2 && answer.err.contains("G011") && answer.out.is_empty(), "{}", answer.err);
}

#[test]
fn the_doctor_says_what_to_do_about_every_warning() {
    let desk = Desk::new();
    let json = desk.run(&["doctor", "--json"]).fine().json();
    let findings = json["findings"].as_array().expect("a list");
    for what in ["sound", "real time", "processor", "governor", "temperature", "clock", "memory"] {
        assert!(findings.iter().any(|f| f["what"] == what), "{what}");
    }
    assert!(findings.iter().all(|f| f["ok"].as_bool().expect("ok") == f["remedy"].is_null()));
    let text = desk.run(&["doctor"]).fine().out;
    assert_eq!(text.matches('→').count(), findings.iter().filter(|f| !f["remedy"].is_null()).count());
}

#[test]
fn the_bench_measures_every_lane_kind_and_every_profile() {
    let json = Desk::new().run(&["bench", "--seconds", "0.5", "--json"]).fine().json();
    let names = |key: &str, name: &str| -> Vec<String> {
        let list = json[key].as_array().expect("a list");
        assert!(list.iter().all(|row| row["ns_per_frame"].as_f64() >= Some(0.0)), "{list:?}");
        list.iter().map(|row| row[name].as_str().expect("a name").to_owned()).collect()
    };
    let (nodes, graphs) = (names("nodes", "kind"), names("graphs", "graph"));
    for kind in ["biquad", "equalizer", "fader", "limiter", "mixer", "opus_encoder"] {
        assert!(nodes.iter().any(|n| n == kind), "{kind}");
    }
    assert!(graphs.contains(&"default".to_owned()) && graphs.contains(&"tv-box".to_owned()));
}

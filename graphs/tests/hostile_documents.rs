//! Nothing that stands in a document makes reading it panic, hang or eat memory.

mod common;

use common::{codes, read};
use lavalink_graphs::{Issues, profiles, yaml};
use proptest::prelude::*;

#[test]
fn what_is_too_big_is_refused_before_it_is_parsed() {
    assert_eq!(codes(&"#".repeat(yaml::MAX_BYTES + 1)), ["G002"]);
    assert_ne!(codes(&format!("graph: 1{}", " ".repeat(yaml::MAX_BYTES - 8))), ["G002"]);
}

#[test]
fn more_than_512_nodes_are_refused() {
    let nodes = |n: usize| (0..n).map(|i| format!("f{i}: {{ kind: fader }}\n")).collect::<String>();
    let chain = |n: usize| (0..n).map(|i| format!(" -> f{i}")).collect::<String>();
    let document = |n: usize| common::player(&nodes(n), &format!("- track -> decode -> resample{}", chain(n)));
    assert_eq!(codes(&document(509)), [""; 0]);
    assert_eq!(codes(&document(510)), ["G005"]);
    assert_eq!(codes(&document(5_000)), ["G005"]);
}

#[test]
fn anchors_aliases_and_merge_keys_work() {
    let text = common::player(
        "a: &quiet { kind: fader, gain: -20 dB }\nb: { <<: *quiet, gain: -10 dB }\nc: { <<: [ { mute: true }, *quiet ] }",
        "- track -> decode -> resample -> a -> b -> c",
    );
    let (document, issues) = read(&text);
    assert!(issues.is_empty(), "{issues}");
    let player = document.expect("loads").player;
    let gain = |name: &str| player.nodes[player.find(name).expect("is there")].params.number(0);
    assert_eq!((gain("a"), gain("b"), gain("c")), (-20.0, -10.0, -20.0));
}

#[test]
fn deep_nesting_of_any_kind_is_refused() {
    for text in ["[".repeat(100_000), "{a: ".repeat(50_000), "- ".repeat(100_000), "? ".repeat(50_000)] {
        let (document, issues) = read(&text);
        assert!(document.is_none() && issues.has_errors());
    }
}

/// One edit of a text.
#[derive(Clone, Debug)]
enum Edit {
    Delete(usize, usize),
    Insert(usize, String),
    Copy(usize, usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let marks = prop::sample::select(vec![
        ":",
        "-",
        "->",
        "{",
        "}",
        "[",
        "]",
        "\n",
        "  ",
        "\t",
        "&a ",
        "*a",
        "<<: ",
        "|",
        ">",
        "'",
        "\"",
        "#",
        "~",
        "null",
        "!x ",
        ".",
        "device.",
        "1e999",
        "\u{0}",
        "\u{feff}",
        "é",
        "\u{1F3B5}",
        "---\n",
        "? ",
        "%YAML 9\n",
        "\r",
        "gain.3: ",
        "dB",
    ]);
    prop_oneof![
        (any::<usize>(), 0..40_usize).prop_map(|(at, n)| Edit::Delete(at, n)),
        (any::<usize>(), marks).prop_map(|(at, s)| Edit::Insert(at, s.to_owned())),
        (any::<usize>(), any::<char>()).prop_map(|(at, c)| Edit::Insert(at, c.to_string())),
        (any::<usize>(), 0..60_usize, any::<usize>()).prop_map(|(from, n, to)| Edit::Copy(from, n, to)),
    ]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        let at = |i: usize| i % (chars.len() + 1);
        match edit {
            Edit::Delete(from, n) => {
                let from = at(*from);
                let end = (from + n).min(chars.len());
                chars.drain(from..end);
            }
            Edit::Insert(to, s) => {
                let to = at(*to);
                chars.splice(to..to, s.chars());
            }
            Edit::Copy(from, n, to) => {
                let (from, to) = (at(*from), at(*to));
                let piece: Vec<char> = chars[from..(from + n).min(chars.len())].to_vec();
                chars.splice(to..to, piece);
            }
        }
    }
    chars.into_iter().collect()
}

fn survives(text: &str) -> Result<(), TestCaseError> {
    let (document, issues) = read(text);
    prop_assert_eq!(document.is_none(), issues.has_errors());
    prop_assert_eq!(issues.render(true).is_empty(), issues.is_empty());
    prop_assert!(issues.to_json().is_array());
    if let Some(document) = document {
        let lowered = document.template();
        prop_assert!(lowered.is_ok(), "{}", lowered.err().unwrap_or_else(Issues::new));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_profiles_load_or_say_why_not(
        profile in 0..profiles().len(),
        edits in prop::collection::vec(edit(), 1..12),
    ) {
        survives(&apply(profiles()[profile].1, &edits))?;
    }

    #[test]
    fn any_text_loads_or_says_why_not(text in any::<String>()) {
        survives(&text)?;
    }
}

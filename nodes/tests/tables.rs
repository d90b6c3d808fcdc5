//! Every table of the registry is sound in itself.

mod lane;

use lavalink_exec::{Edge, Format, Kind, Make, Params, Readings, Tail, Type};
use lavalink_nodes::registry::{find, kinds};
use std::collections::HashSet;

fn snake_case(name: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('_').all(word)
}

#[test]
fn names_are_snake_case_sorted_and_found() {
    assert!(kinds().windows(2).all(|pair| pair[0].name < pair[1].name));
    for kind in kinds() {
        assert!(snake_case(kind.name), "{}", kind.name);
        assert!(std::ptr::eq(find(kind.name).expect("found"), *kind));
        let mut seen = HashSet::new();
        for param in kind.params {
            assert!(snake_case(param.name) && seen.insert(param.name), "{}.{}", kind.name, param.name);
        }
        let mut seen = HashSet::new();
        for reading in kind.readings {
            assert!(snake_case(reading.name) && seen.insert(reading.name), "{}.{}", kind.name, reading.name);
        }
        for ports in [kind.inputs, kind.outputs] {
            let mut seen = HashSet::new();
            assert!(ports.iter().all(|port| snake_case(port.name) && seen.insert(port.name)), "{}", kind.name);
        }
    }
}

#[test]
fn every_help_is_a_sentence() {
    for kind in kinds() {
        let params = kind.params.iter().map(|p| (p.name, p.help));
        let readings = kind.readings.iter().map(|r| (r.name, r.help));
        for (name, help) in params.chain(readings).chain([("", kind.help)]) {
            assert!(help.len() > 3 && help.ends_with('.'), "{}.{name}: {help}", kind.name);
        }
    }
}

#[test]
fn defaults_lie_within_their_own_ranges() {
    for kind in kinds() {
        for param in kind.params {
            assert_eq!(param.check(&param.default()), Ok(()), "{}.{}", kind.name, param.name);
            assert!(param.count >= 1, "{}.{}", kind.name, param.name);
            if let Type::Choice { of, .. } = param.ty {
                assert!(of.iter().all(|word| snake_case(word)), "{}.{}: {of:?}", kind.name, param.name);
            }
        }
    }
}

#[test]
fn a_filter_drives_one_kind_only() {
    let mut seen = HashSet::new();
    for filter in kinds().iter().filter_map(|kind| kind.filter) {
        assert!(seen.insert(filter), "{filter}");
    }
}

#[test]
fn ports_are_counted_by_whole_numbers_and_are_at_most_32() {
    for kind in kinds() {
        for port in kind.inputs.iter().chain(kind.outputs) {
            if let Some(index) = port.counted_by {
                let Some(Type::Number { min, max, whole: true, .. }) = kind.param_at(index).map(|p| p.ty) else {
                    panic!("{}.{} is not counted by a whole number", kind.name, port.name)
                };
                assert!(min >= 1.0 && max <= 32.0, "{}.{}", kind.name, port.name);
            }
        }
    }
}

#[test]
fn every_processor_builds_with_its_defaults_at_every_usual_rate() {
    for kind in kinds().iter().copied().filter(|kind| matches!(kind.make, Make::Lane(_))) {
        for rate in [44_100, 48_000, 96_000] {
            let format = Format { rate, max_block: 960 };
            let params = Params::defaults(kind);
            // Opus, for one, knows a single rate.
            if rate != 48_000 && (kind.check)(&params, &format).is_err() {
                continue;
            }
            (kind.check)(&params, &format).expect(kind.name);
            let Make::Lane(build) = kind.make else { unreachable!() };
            let readings = Readings::new(kind.readings.len());
            build(lavalink_exec::BuildArgs { params: &params, format, readings }).map(drop).expect(kind.name);
        }
    }
}

#[test]
fn functions_of_a_table_stand_any_values() {
    let mut chance = lane::Chance(1);
    for kind in kinds() {
        for _ in 0..50 {
            let params = chance.params(kind);
            let _ = (kind.identity)(&params);
            assert!((kind.latency)(&params, &lane::FORMAT) < 48_000, "{}", kind.name);
            if let Tail::Frames(frames) = (kind.tail)(&params, &lane::FORMAT) {
                assert!(frames > 0, "{}: a tail of 0 frames is Tail::None", kind.name);
            }
            let ports =
                |ports: &[lavalink_exec::Port]| ports.iter().map(|p| Kind::port_count(p, &params)).sum::<usize>();
            assert!(ports(kind.inputs) <= 32 && ports(kind.outputs) <= 32, "{}", kind.name);
            assert!(kind.inputs.iter().chain(kind.outputs).all(|p| p.counted_by.is_none() || p.edge == Edge::Pcm));
        }
    }
}

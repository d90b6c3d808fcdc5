//! Samples do not depend on how they are split into blocks.

mod lane;

use lane::{Chance, FORMAT};

#[test]
fn any_split_gives_the_same_samples() {
    let mut chance = Chance(7);
    for kind in lane::sounding() {
        for round in 0..6 {
            let params = if round == 0 { lavalink_exec::Params::defaults(kind) } else { chance.params(kind) };
            let input = lane::noise(&mut chance, 12_000);
            let edits: Vec<_> = (0..6)
                .filter_map(|_| chance.edit(kind).map(|(index, value)| (chance.whole(0, 9000), index, value)))
                .collect();
            let whole = lane::play(&mut lane::solo(&params), &input, &edits, || FORMAT.max_block);
            let mut splits = Chance(round + 100);
            for most in [1, 7, 480] {
                let split = lane::play(&mut lane::solo(&params), &input, &edits, || splits.whole(1, most));
                for (a, b) in [(&whole.left, &split.left), (&whole.right, &split.right)] {
                    let differs = a.iter().zip(b).position(|(a, b)| a != b);
                    assert_eq!(differs, None, "{}: {params:?}", kind.name);
                }
            }
        }
    }
}

#[test]
fn a_reset_node_is_a_new_one() {
    let mut chance = Chance(8);
    for kind in lane::sounding() {
        for _ in 0..4 {
            let params = chance.params(kind);
            let input = lane::noise(&mut chance, 4000);
            let mut fresh = lane::solo(&params);
            let expected = lane::play(&mut fresh, &input, &[], || 480);
            let mut used = lane::solo(&params);
            let _ = lane::play(&mut used, &lane::noise(&mut chance, 4000), &[], || 333);
            used.processor().reset();
            let got = lane::play(&mut used, &input, &[], || 480);
            assert!(expected.left == got.left && expected.right == got.right, "{}: {params:?}", kind.name);
        }
    }
}

#[test]
fn a_reset_during_a_ramp_leaves_the_present_values_and_no_ramp() {
    let mut chance = Chance(9);
    for kind in lane::sounding() {
        for _ in 0..4 {
            let Some((index, value)) = chance.edit(kind) else { continue };
            let params = chance.params(kind);
            let input = lane::noise(&mut chance, 4000);
            let (mut a, mut b) = (lane::solo(&params), lane::solo(&params));
            a.processor().set(index, value);
            let _ = lane::play(&mut a, &input, &[], || 480);
            a.processor().reset();
            b.processor().set(index, value);
            b.processor().reset();
            let (a, b) = (lane::play(&mut a, &input, &[], || 480), lane::play(&mut b, &input, &[], || 480));
            assert!(a.left == b.left && a.right == b.right, "{}.{index}", kind.name);
        }
    }
}

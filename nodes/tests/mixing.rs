//! What a mixer does with its inputs.

mod lane;

use lane::{Chance, noise, params, play, solo};
use lavalink_exec::Output;

#[test]
fn a_single_input_at_0_db_is_a_copy() {
    let input = noise(&mut Chance(1), 2000);
    let out = play(&mut solo(&params("mixer", &[("inputs", 1.0)])), &input, &[], || 300);
    assert!(out.left == input.left && out.right == input.right);
}

#[test]
fn inputs_are_added_with_their_gains() {
    let input = noise(&mut Chance(2), 2000);
    let values = [("inputs", 3.0), ("gain.0", -120.0), ("gain.1", 6.0)];
    let out = play(&mut solo(&params("mixer", &values)), &input, &[], || 300);
    // Input n is quieter by 1 / (n + 1) here.
    let factor = 10.0_f32.powf(6.0 / 20.0) / 2.0 + 1.0 / 3.0;
    for (y, x) in out.left.iter().zip(&input.left) {
        assert!((y - x * factor).abs() < 1e-5);
    }
}

#[test]
fn silent_inputs_give_silence() {
    let mut node = solo(&params("mixer", &[("inputs", 32.0)]));
    assert_eq!(node.silence(480), Output::Silent);
}

#[test]
fn a_delay_gives_the_sound_back_later_to_the_bit() {
    let input = noise(&mut Chance(3), 9600);
    let out = play(&mut solo(&params("delay", &[("time", 100.0)])), &input, &[], || 177);
    assert_eq!(out.left[..4800], [0.0; 4800]);
    assert!(out.left[4800..] == input.left[..4800] && out.right[4800..] == input.right[..4800]);
}

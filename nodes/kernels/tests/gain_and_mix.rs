//! Ramps end exactly, do not depend on the block length and have no corner; sums and matrices do their arithmetic.

use lavalink_kernels::gain::{Curve, Ramp, apply_gain, fade, fade_into, raised_cosine};
use lavalink_kernels::mix::{self, Matrix};
use proptest::prelude::*;

#[test]
fn raised_cosine_is_exact_to_one_millionth() {
    for frames in [1_u32, 2, 3, 7, 240, 960, 4801, 48_000] {
        assert_eq!(raised_cosine(0, frames), 0.0);
        assert_eq!(raised_cosine(frames, frames), 1.0);
        assert_eq!(raised_cosine(u32::MAX, frames), 1.0);
        for i in 0..=frames {
            let want = 0.5 - 0.5 * (std::f64::consts::PI * f64::from(i) / f64::from(frames)).cos();
            assert!((f64::from(raised_cosine(i, frames)) - want).abs() < 1e-6, "{i} of {frames}");
        }
    }
}

proptest! {
    #[test]
    fn a_fade_does_not_depend_on_the_block_length(
        a in prop::collection::vec(-1.0_f32..1.0, 1..500),
        length in 0_u32..600,
        cuts in prop::collection::vec(0_usize..70, 1..20),
    ) {
        let b: Vec<f32> = a.iter().map(|x| 0.3 - x).collect();
        let mut whole = vec![0.0; a.len()];
        fade(&mut whole, &a, &b, 0, length);
        let mut split = a.clone();
        let mut at = 0;
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let end = at + cut.min(a.len() - at);
            fade_into(&mut split[at..end], &b[at..end], at as u32, length);
            at = end;
        }
        prop_assert_eq!(&whole, &split);
        if a.len() > length as usize {
            prop_assert_eq!(&whole[length as usize..], &b[length as usize..]);
        }
    }

    #[test]
    fn a_ramp_does_not_depend_on_the_block_length(
        frames in 0_u32..300, from in -2.0_f32..2.0, target in -2.0_f32..2.0,
        linear in any::<bool>(), cuts in prop::collection::vec(0_usize..50, 1..20),
    ) {
        let curve = if linear { Curve::Linear } else { Curve::RaisedCosine };
        let mut ramp = Ramp::new(from, curve);
        ramp.to(target, frames);
        let mut values = [0.0; 400];
        let mut one = ramp;
        one.fill(&mut values);
        prop_assert!(one.settled());
        prop_assert!(values[frames as usize..].iter().all(|&v| v == target));
        let (mut left, mut right) = ([1.0; 400], [0.5; 400]);
        let mut at = 0;
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let end = at + cut.min(400 - at);
            ramp.apply(&mut left[at..end], &mut right[at..end]);
            at = end;
        }
        prop_assert_eq!(left, values);
        prop_assert_eq!(right, values.map(|v| v * 0.5));
    }
}

#[test]
fn a_turn_in_mid_ramp_starts_from_where_it_is() {
    let mut ramp = Ramp::new(0.0, Curve::RaisedCosine);
    ramp.to(1.0, 100);
    ramp.skip(50);
    assert!((ramp.value() - 0.5).abs() < 1e-6);
    ramp.to(0.0, 10);
    assert!((ramp.value() - 0.5).abs() < 1e-6);
    ramp.skip(1000);
    assert_eq!(ramp.value(), 0.0);
}

#[test]
fn ramp_adds_an_input_to_a_mix() {
    let mut ramp = Ramp::new(1.0, Curve::Linear);
    ramp.to(0.0, 4);
    let (mut l, mut r) = ([1.0; 6], [0.0; 6]);
    ramp.add([&mut l, &mut r], [&[1.0; 6], &[2.0; 6]]);
    assert_eq!(l, [2.0, 1.75, 1.5, 1.25, 1.0, 1.0]);
    assert_eq!(r, [2.0, 1.5, 1.0, 0.5, 0.0, 0.0]);
}

#[test]
fn sums_and_gains() {
    let mut out = [1.0, 2.0, 3.0];
    mix::add(&mut out, &[1.0, 1.0]);
    assert_eq!(out, [2.0, 3.0, 3.0]);
    mix::add_scaled(&mut out, &[2.0; 3], 0.5);
    assert_eq!(out, [3.0, 4.0, 4.0]);
    mix::add_scaled(&mut out, &[f32::NAN; 3], 0.0);
    apply_gain(&mut out, 0.5);
    assert_eq!(out, [1.5, 2.0, 2.0]);
    mix::clamp(&mut out);
    assert_eq!(out, [1.0; 3]);
    let (mut l, mut r, mut m) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    mix::mono_to_stereo(&[1.0, -1.0], &mut l, &mut r);
    mix::stereo_to_mono(&l, &[0.0; 2], &mut m);
    assert_eq!((l, r, m), ([1.0, -1.0], [1.0, -1.0], [0.5, -0.5]));
}

#[test]
fn the_matrix_clamps_when_told_and_moves_without_a_jump() {
    let swap = Matrix { left_to_left: 0.0, left_to_right: 2.0, right_to_left: 2.0, right_to_right: 0.0 };
    let (mut l, mut r) = ([0.25, 1.0], [0.5, -1.0]);
    swap.apply(&mut l, &mut r, true);
    assert_eq!((l, r), ([1.0, -1.0], [0.5, 1.0]));
    let (mut l, mut r) = ([0.25], [0.5]);
    swap.apply(&mut l, &mut r, false);
    assert_eq!((l, r), ([1.0], [0.5]));

    let (mut l, mut r) = ([1.0; 8], [0.0; 8]);
    Matrix::IDENTITY.apply_moving(&swap, [&mut l, &mut r], 0, 4, false);
    assert_eq!((l[0], r[0]), (1.0, 0.0));
    assert!((l[2] - 0.5).abs() < 1e-6 && (r[2] - 1.0).abs() < 1e-6);
    assert_eq!((l[4], r[4], l[7], r[7]), (0.0, 2.0, 0.0, 2.0));
}

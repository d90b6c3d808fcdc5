//! The equalizer gives the original's check values and one result on every instruction set and at any block length.

use lavalink_kernels::parallel::{BANDS, ParallelBank};
use lavalink_kernels::{Cpu, Level};
use proptest::prelude::*;

fn cpus() -> [Cpu; 3] {
    [Cpu::scalar(), Cpu::at_most(Level::Sse2), Cpu::detect()]
}

fn impulse_response(cpu: Cpu, gains: [f32; BANDS]) -> [f32; 8] {
    let mut bank = ParallelBank::new(cpu, true);
    bank.set_gains(&gains, 0);
    let (mut l, mut r) = ([0.0; 8], [0.0; 8]);
    (l[0], r[0]) = (0.5, 0.5);
    bank.process(&mut l, &mut r);
    assert_eq!(l, r);
    l
}

#[test]
#[allow(clippy::excessive_precision, reason = "digits as published")]
fn gives_the_check_values() {
    let one = [0.51479769, 0.028473752, 0.026069894, 0.023375461, 0.020452389, 0.017362749, 0.014167696, 0.01092652];
    let all =
        [0.98896074, 0.29927126, -0.13150015, 0.061640546, -0.038891416, 0.00069229305, 0.029395921, -0.037028778];
    for cpu in cpus() {
        let mut gains = [0.0; BANDS];
        gains[8] = 0.25;
        for (gains, want) in [(gains, one), ([0.25; BANDS], all)] {
            for (got, want) in impulse_response(cpu, gains).into_iter().zip(want) {
                assert!((got - want).abs() < 3e-7, "{got} is not {want} with {cpu:?}");
            }
        }
    }
}

/// The formula as written in the original, one band after the other.
fn plain(gains: &[f32; BANDS], samples: &[f32], clamped: bool) -> Vec<f32> {
    // Impulse responses of the single bands, so that the constants are not written twice: linear, hence summable.
    let n = samples.len();
    let mut bank = ParallelBank::new(Cpu::scalar(), false);
    bank.set_gains(gains, 0);
    let (mut h, mut unused) = (vec![0.0; n], vec![0.0; n]);
    if n > 0 {
        h[0] = 1.0;
    }
    bank.process(&mut h, &mut unused);
    let sum = |i: usize| (0..=i).map(|k| f64::from(h[k]) * f64::from(samples[i - k])).sum::<f64>() as f32;
    (0..n).map(sum).map(|y| if clamped { y.clamp(-1.0, 1.0) } else { y }).collect()
}

proptest! {
    #[test]
    fn same_result_everywhere_and_at_any_block_length(
        left in prop::collection::vec(-1.0_f32..1.0, 0..600),
        gains in prop::array::uniform15(-0.25_f32..1.0),
        cuts in prop::collection::vec(0_usize..200, 1..12),
        ramp in 0_u32..500, clamped in any::<bool>(), offset in 0_usize..4,
    ) {
        let right: Vec<f32> = left.iter().map(|x| 0.1 - x).collect();
        let mut results = Vec::new();
        for cpu in cpus() {
            for cuts in [&cuts[..], &[]] {
                let mut bank = ParallelBank::new(cpu, clamped);
                bank.set_gains(&[0.1; BANDS], 0);
                bank.set_gains(&gains, ramp);
                let mut l = vec![0.0; offset];
                l.extend(&left);
                let mut r = vec![0.0; offset];
                r.extend(&right);
                let mut at = offset;
                for cut in cuts.iter().copied().chain([usize::MAX]) {
                    let end = at + cut.min(l.len() - at);
                    bank.process(&mut l[at..end], &mut r[at..end]);
                    at = end;
                }
                results.push((l.split_off(offset), r.split_off(offset)));
            }
        }
        for result in &results[1..] {
            prop_assert!(result == &results[0]);
        }
    }

    #[test]
    fn is_linear_until_it_clamps(left in prop::collection::vec(-1.0_f32..1.0, 0..200), gains in prop::array::uniform15(-0.25_f32..0.5), clamped in any::<bool>()) {
        let mut bank = ParallelBank::new(Cpu::detect(), clamped);
        bank.set_gains(&gains, 0);
        let (mut l, mut r) = (left.clone(), left.clone());
        bank.process(&mut l, &mut r);
        for (got, want) in l.iter().zip(plain(&gains, &left, clamped)) {
            prop_assert!((got - want).abs() < 5e-4, "{} {}", got, want);
        }
    }
}

#[test]
fn a_band_moves_without_a_click() {
    for hz in [100.0, 997.0, 5000.0] {
        let mut bank = ParallelBank::new(Cpu::detect(), false);
        let mut l: Vec<f32> =
            (0..24_000).map(|n| (n as f64 * hz * std::f64::consts::TAU / 48_000.0).sin() as f32 / 8.0).collect();
        let mut r = l.clone();
        bank.process(&mut l[..12_000], &mut r[..12_000]);
        bank.set_gains(&[0.25; BANDS], 960);
        assert!(!bank.settled());
        bank.process(&mut l[12_000..], &mut r[12_000..]);
        assert!(bank.settled());
        let bend = |x: &[f32]| x.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
        let (all, steady) = (bend(&l[8000..]), bend(&l[8000..12_000]).max(bend(&l[20_000..])));
        assert!(all <= 1.1 * steady, "{hz}: {all} against {steady}");
    }
}

#[test]
fn one_bad_sample_does_not_silence_the_stream_for_ever() {
    let mut bank = ParallelBank::new(Cpu::detect(), true);
    bank.set_gains(&[0.25; BANDS], 0);
    bank.process(&mut [f32::NAN; 8], &mut [f32::INFINITY; 8]);
    let (mut l, mut r) = ([0.1; 16], [0.1; 16]);
    bank.process(&mut l, &mut r);
    assert!(l.iter().chain(&r).all(|x| x.is_finite()));
}

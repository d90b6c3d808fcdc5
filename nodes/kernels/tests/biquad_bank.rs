//! The cascade gives what the plain loop gives, on every instruction set and at any block length.

use lavalink_kernels::biquad::{Biquad, BiquadBank, Shape, Width};
use lavalink_kernels::{Cpu, Level};
use proptest::prelude::*;

fn cpus() -> [Cpu; 3] {
    [Cpu::scalar(), Cpu::at_most(Level::Sse2), Cpu::detect()]
}

fn peaks(stages: usize) -> Vec<Biquad> {
    (0..stages)
        .map(|i| {
            Biquad::design(Shape::Peaking, 48_000.0, 25.0 * 1.55_f64.powi(i as i32), Width::Q(2.145), 4.0 - i as f64)
        })
        .collect()
}

fn bank(cpu: Cpu, sections: &[Biquad]) -> BiquadBank {
    let mut bank = BiquadBank::new(cpu, sections.len());
    for (i, &section) in sections.iter().enumerate() {
        bank.set(i, section);
    }
    bank
}

/// Transposed direct form II, one stage after the other.
fn plain(sections: &[Biquad], samples: &mut [f32]) {
    for s in sections {
        let (mut s1, mut s2) = (0.0_f32, 0.0_f32);
        for x in samples.iter_mut() {
            let y = *x * s.b0 + s1;
            s1 = *x * s.b1 + s2 - y * s.a1;
            s2 = *x * s.b2 - y * s.a2;
            *x = y;
        }
    }
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|x| x.to_bits()).collect()
}

proptest! {
    #[test]
    fn equals_the_plain_loop_at_any_block_length(
        stages in 0_usize..18,
        left in prop::collection::vec(-1.0_f32..1.0, 0..300),
        cuts in prop::collection::vec(0_usize..40, 1..30),
        offset in 0_usize..4,
    ) {
        let sections = peaks(stages);
        let right: Vec<f32> = left.iter().rev().map(|x| x * 0.5).collect();
        let (mut want_left, mut want_right) = (left.clone(), right.clone());
        plain(&sections, &mut want_left);
        plain(&sections, &mut want_right);
        for cpu in cpus() {
            let mut bank = bank(cpu, &sections);
            // The offset moves the slices off any alignment.
            let mut l = vec![0.0; offset];
            l.extend(&left);
            let mut r = vec![0.0; offset];
            r.extend(&right);
            let (mut rest_l, mut rest_r) = (&mut l[offset..], &mut r[offset..]);
            for cut in cuts.iter().copied().chain([usize::MAX]) {
                let cut = cut.min(rest_l.len());
                let (a, b) = rest_l.split_at_mut(cut);
                let (c, d) = rest_r.split_at_mut(cut);
                bank.process(a, c);
                (rest_l, rest_r) = (b, d);
            }
            prop_assert_eq!(bits(&l[offset..]), bits(&want_left));
            prop_assert_eq!(bits(&r[offset..]), bits(&want_right));
        }
    }

    #[test]
    fn any_numbers_at_all_do_not_panic(raw in prop::collection::vec(any::<u32>(), 0..64), hz in any::<f64>(), q in any::<f64>(), db in any::<f64>()) {
        let samples: Vec<f32> = raw.into_iter().map(f32::from_bits).collect();
        for cpu in cpus() {
            let mut bank = BiquadBank::new(cpu, 3);
            bank.set(1, Biquad::design(Shape::LowShelf, 48_000.0, hz, Width::Slope(q), db));
            bank.set(2, Biquad::design(Shape::BandPass, 48_000.0, hz, Width::Octaves(q), db));
            bank.process(&mut samples.clone(), &mut samples.clone());
        }
    }
}

#[test]
fn one_bad_sample_does_not_silence_the_stream_for_ever() {
    for cpu in cpus() {
        let mut bank = bank(cpu, &peaks(15));
        bank.process(&mut [f32::NAN; 8], &mut [f32::INFINITY; 8]);
        let (mut l, mut r) = ([0.5; 16], [0.5; 16]);
        bank.process(&mut l, &mut r);
        assert!(l.iter().chain(&r).all(|x| x.is_finite()), "{cpu:?}");
    }
}

#[test]
fn decays_through_denormals_to_silence() {
    let mut bank = bank(Cpu::detect(), &[Biquad::design(Shape::LowPass, 48_000.0, 5_000.0, Width::Q(0.7), 0.0)]);
    let (mut l, mut r) = (vec![1e-38; 4096], vec![-1e-42; 4096]);
    bank.process(&mut l, &mut r);
    let (mut l, mut r) = (vec![0.0; 4096], vec![0.0; 4096]);
    bank.process(&mut l, &mut r);
    assert!(l[4095].abs() < 1e-37 && r[4095].abs() < 1e-37);
}

#[test]
fn coefficients_change_while_the_state_stays() {
    let mut bank = bank(Cpu::detect(), &[Biquad::design(Shape::Peaking, 48_000.0, 997.0, Width::Q(1.0), 0.0)]);
    let tone = |n: usize| (n as f32 * 997.0 * std::f32::consts::TAU / 48_000.0).sin() * 0.125;
    let mut l: Vec<f32> = (0..4800).map(tone).collect();
    let mut r = l.clone();
    bank.process(&mut l[..2400], &mut r[..2400]);
    bank.set(0, Biquad::design(Shape::Peaking, 48_000.0, 997.0, Width::Q(1.0), 6.0));
    bank.process(&mut l[2400..], &mut r[2400..]);
    let bend = |x: &[f32]| x.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    assert!(bend(&l[2000..]) <= 1.1 * bend(&l[4000..]));
}

#[test]
fn every_shape_does_what_its_name_says() {
    let at = |shape, db, hz| {
        Biquad::design(shape, 48_000.0, 1000.0, Width::Q(std::f64::consts::FRAC_1_SQRT_2), db).response_db(48_000.0, hz)
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 0.05, "{a} is not {b}");
    near(at(Shape::LowPass, 0.0, 10.0), 0.0);
    near(at(Shape::LowPass, 0.0, 1000.0), -3.01);
    assert!(at(Shape::LowPass, 0.0, 8000.0) < -36.0);
    near(at(Shape::HighPass, 0.0, 20_000.0), 0.0);
    near(at(Shape::HighPass, 0.0, 1000.0), -3.01);
    near(at(Shape::BandPass, 0.0, 1000.0), 0.0);
    assert!(at(Shape::BandPass, 0.0, 100.0) < -15.0);
    assert!(at(Shape::Notch, 0.0, 1000.0) < -60.0);
    near(at(Shape::AllPass, 0.0, 333.0), 0.0);
    near(at(Shape::Peaking, 6.0, 1000.0), 6.0);
    near(at(Shape::Peaking, -6.0, 20.0), 0.0);
    near(at(Shape::LowShelf, 6.0, 10.0), 6.0);
    near(at(Shape::LowShelf, 6.0, 1000.0), 3.0);
    near(at(Shape::LowShelf, 6.0, 20_000.0), 0.0);
    near(at(Shape::HighShelf, -6.0, 20_000.0), -6.0);
    near(at(Shape::OnePoleLow, 0.0, 1000.0), -3.01);
    near(at(Shape::OnePoleHigh, 0.0, 1000.0), -3.01);
    near(at(Shape::OnePoleHigh, 0.0, 20_000.0), 0.0);
    let octave = Biquad::design(Shape::BandPass, 48_000.0, 1000.0, Width::Octaves(1.0), 0.0);
    near(octave.response_db(48_000.0, 1000.0 / 2.0_f64.sqrt()), -3.01);
}

#[test]
fn nonsense_designs_are_the_identity() {
    let nan = f64::NAN;
    assert_eq!(Biquad::design(Shape::LowPass, 48_000.0, nan, Width::Q(1.0), 0.0), Biquad::IDENTITY);
    assert_eq!(Biquad::design(Shape::Peaking, 48_000.0, 100.0, Width::Q(1.0), nan), Biquad::IDENTITY);
}

//! LFO, one pole, meter and delay line.

use lavalink_kernels::delay::{DelayLine, hermite};
use lavalink_kernels::lfo::{Lfo, sine};
use lavalink_kernels::meter::{Meter, peak, sum_of_squares};
use lavalink_kernels::one_pole::OnePole;
use proptest::prelude::*;
use std::f64::consts::TAU;

#[test]
fn the_fast_sine_is_exact_to_one_millionth() {
    for i in -50_000..=50_000 {
        let turns = i as f32 / 100_000.0;
        let want = (f64::from(turns) * TAU).sin();
        assert!((f64::from(sine(turns)) - want).abs() < 1e-6, "{turns}");
    }
}

#[test]
fn an_hour_of_lfo_does_not_drift() {
    let mut lfo = Lfo::new(2.3, 48_000.0);
    let mut block = vec![0.0; 48_000];
    for _ in 0..3600 {
        lfo.fill(&mut block);
    }
    let want = (2.3_f64 * 3600.0).fract() * TAU;
    assert!((f64::from(lfo.next_sine()) - want.sin()).abs() < 1e-5);
    let mut back = Lfo::new(-1.0, 4.0);
    let mut out = [0.0; 4];
    back.fill_between(0.0, 2.0, &mut out);
    for (got, want) in out.into_iter().zip([1.0, 0.0, 1.0, 2.0]) {
        assert!((got - want).abs() < 1e-6);
    }
    let mut still = Lfo::new(f64::NAN, 48_000.0);
    still.set_phase(0.25);
    assert!((still.next_sine() - 1.0).abs() < 1e-6 && (still.next_sine() - 1.0).abs() < 1e-6);
}

#[test]
fn tremolo_has_its_check_values() {
    let mut gains = vec![0.0; 9001];
    Lfo::new(4.0, 48_000.0).fill_between(0.25, 1.0, &mut gains);
    for (n, want) in [(0, 0.625), (1, 0.6251963), (1000, 0.8125), (3000, 1.0), (9000, 0.25)] {
        assert!((gains[n] - want).abs() < 1e-5, "{n}: {}", gains[n]);
    }
}

#[test]
fn low_pass_has_its_check_values() {
    let mut pole = OnePole::smoothing(20.0);
    let (mut l, mut r) = ([0.0, 1.0, 1.0, 1.0, 0.0, 0.0], [0.5; 6]);
    pole.process(&mut l[..2], &mut r[..2]);
    pole.process(&mut l[2..], &mut r[2..]);
    for (got, want) in l.into_iter().zip([0.0, 0.05, 0.0975, 0.142625, 0.13549376, 0.12871906]) {
        assert!((got - want).abs() < 1e-7, "{got} is not {want}");
    }
    assert_eq!(r, [0.5; 6]);
    pole.process(&mut [f32::NAN], &mut [0.0]);
    let mut l = [0.25];
    pole.process(&mut l, &mut [0.0]);
    assert_eq!(l, [0.25]);
    assert_eq!(OnePole::smoothing(f32::NAN).k(), 1.0);
    assert_eq!(OnePole::at_hz(f64::NAN, 48_000.0).k(), 1.0);
}

proptest! {
    #[test]
    fn the_meter_measures(left in prop::collection::vec(-1.0_f32..1.0, 0..3000), cut in 0_usize..3000) {
        let right: Vec<f32> = left.iter().map(|x| x * 0.5).collect();
        let cut = cut.min(left.len());
        let mut meter = Meter::default();
        meter.measure(&left[..cut], &right[..cut]);
        meter.measure(&left[cut..], &right[cut..]);
        let want: f64 = left.iter().map(|&x| f64::from(x).powi(2)).sum();
        prop_assert_eq!(meter.peak[0], left.iter().fold(0.0, |p: f32, x| p.max(x.abs())));
        prop_assert_eq!(meter.peak[1], meter.peak[0] * 0.5);
        prop_assert!((meter.squares[0] - want).abs() <= want * 1e-5);
        prop_assert!((meter.squares[1] * 4.0 - want).abs() <= want * 1e-5);
        prop_assert_eq!(meter.frames, left.len() as u64);
        let rms = if left.is_empty() { 0.0 } else { (want / left.len() as f64).sqrt() };
        prop_assert!((f64::from(meter.rms(0)) - rms).abs() < 1e-5);
        meter.take();
        prop_assert_eq!(meter, Meter::default());
    }
}

#[test]
fn meters_take_anything() {
    assert_eq!(peak(&[]), 0.0);
    assert_eq!(peak(&[f32::NAN; 11]), 0.0);
    assert_eq!(peak(&[f32::NEG_INFINITY]), f32::INFINITY);
    assert!(sum_of_squares(&[f32::NAN; 9]).is_nan());
}

#[test]
fn the_delay_line_reads_between_frames() {
    let mut line = DelayLine::new(100);
    for n in 0..400 {
        line.push((n as f32 * 0.05).sin());
        if n > 120 {
            for delay in [1.0, 2.5, 39.25, 99.9] {
                assert!((line.read(delay) - ((n as f32 - delay) * 0.05).sin()).abs() < 1e-4);
            }
        }
    }
    assert_eq!(line.read(7.0), line.frame(7));
    assert!(line.longest() >= 100);
    for delay in [f32::NAN, -3.0, f32::INFINITY, 1e9, 0.0] {
        assert!(line.read(delay).is_finite());
    }
    line.reset();
    assert_eq!(line.read(50.5), 0.0);
    assert_eq!(hermite([9.0, 1.0, 2.0, 9.0], 0.0), 1.0);
    assert_eq!(hermite([9.0, 1.0, 2.0, 9.0], 1.0), 2.0);
}

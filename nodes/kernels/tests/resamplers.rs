//! Resamplers: clean tones, exact lengths, one output however the stream is cut, bounded and calm on bad input.

use lavalink_kernels::polyphase::{Polyphase, Progress, Taps};
use lavalink_kernels::sinc_vary::SincVary;
use lavalink_kernels::{Cpu, Level};
use proptest::prelude::*;
use std::f64::consts::TAU;

fn cpus() -> [Cpu; 3] {
    [Cpu::scalar(), Cpu::at_most(Level::Sse2), Cpu::detect()]
}

fn tone(hz: f64, rate: f64, frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (0.5 * (TAU * hz * n as f64 / rate).sin()) as f32).collect()
}

/// Residual below the best-fitting sine and the sine's level below 0.5, both in dB.
fn residual(samples: &[f32], hz: f64, rate: f64) -> (f64, f64) {
    // Least squares of a·sin + b·cos.
    let (mut ss, mut sc, mut cc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, &x) in samples.iter().enumerate() {
        let (s, c) = (TAU * hz * n as f64 / rate).sin_cos();
        let x = f64::from(x);
        (ss, sc, cc, xs, xc) = (ss + s * s, sc + s * c, cc + c * c, xs + x * s, xc + x * c);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det);
    let left: f64 = samples
        .iter()
        .enumerate()
        .map(|(n, &x)| {
            let (s, c) = (TAU * hz * n as f64 / rate).sin_cos();
            (f64::from(x) - a * s - b * c).powi(2)
        })
        .sum();
    let power = (a * a + b * b) / 2.0;
    (10.0 * (left / samples.len() as f64 / power).log10(), 10.0 * (power / 0.125).log10())
}

fn resample(cpu: Cpu, from: u32, to: u32, taps: Taps, input: &[f32]) -> Vec<f32> {
    let mut resampler = Polyphase::new(cpu, from, to, taps).unwrap();
    let mut l = vec![0.0; resampler.max_output(input.len())];
    let mut r = l.clone();
    let done = resampler.process([input, input], [&mut l, &mut r]);
    assert_eq!(done.consumed, input.len());
    l.truncate(done.produced);
    assert_eq!(l, r[..done.produced]);
    l
}

#[test]
fn tones_are_clean() {
    // Taps, bounds in dB at 997 Hz and 19 kHz, level at 15 kHz.
    for (taps, low, high, level) in [
        (Taps::T16, -70.0, -57.0, 0.06),
        (Taps::T32, -101.0, -88.0, 0.01),
        (Taps::T48, -115.0, -108.0, 0.01),
        (Taps::T64, -115.0, -112.0, 0.01),
    ] {
        for cpu in cpus() {
            for (hz, bound) in [(997.0, low), (19_000.0, high)] {
                let out = resample(cpu, 44_100, 48_000, taps, &tone(hz, 44_100.0, 22_050));
                let (residual, _) = residual(&out[200..], hz, 48_000.0);
                println!("{taps:?} {hz} {residual:.1}");
                assert!(residual <= bound, "{taps:?} {cpu:?} {hz}: {residual}");
            }
            let out = resample(cpu, 44_100, 48_000, taps, &tone(15_000.0, 44_100.0, 22_050));
            let (_, gain) = residual(&out[200..], 15_000.0, 48_000.0);
            assert!(gain.abs() <= level, "{taps:?}: {gain}");
        }
    }
}

#[test]
fn down_and_odd_ratios_are_clean_too() {
    for (from, to) in [
        (48_000, 44_100),
        (96_000, 48_000),
        (11_025, 48_000),
        (48_000, 47_999),
        (22_051, 48_000),
        (192_000, 48_000),
        (8_000, 48_000),
    ] {
        let hz = 997.0;
        let out = resample(Cpu::detect(), from, to, Taps::T48, &tone(hz, f64::from(from), from as usize / 2));
        let (residual, gain) = residual(&out[out.len() / 4..], hz, f64::from(to));
        assert!(residual < -105.0 && gain.abs() < 0.01, "{from} to {to}: {residual} {gain}");
    }
    // What the lower rate cannot carry must not come back as something else.
    let out = resample(Cpu::detect(), 96_000, 48_000, Taps::T48, &tone(30_000.0, 96_000.0, 20_000));
    assert!(out[200..].iter().all(|x| x.abs() < 1e-5));
}

#[test]
fn the_delay_is_as_said() {
    for (from, to) in [(44_100, 48_000), (48_000, 44_100), (22_051, 48_000)] {
        let resampler = Polyphase::new(Cpu::detect(), from, to, Taps::T32).unwrap();
        let out = resample(Cpu::detect(), from, to, Taps::T32, &tone(500.0, f64::from(from), 4000));
        for (n, x) in out.iter().enumerate().skip(200) {
            let t = (n as f64 - resampler.delay()) / f64::from(to);
            assert!((f64::from(*x) - 0.5 * (TAU * 500.0 * t).sin()).abs() < 1e-4, "{from} to {to} at {n}");
        }
        assert_eq!(resampler.tail() as f64 * f64::from(to) / f64::from(from), resampler.delay());
    }
}

#[test]
fn no_frame_is_lost_in_a_minute() {
    let mut resampler = Polyphase::new(Cpu::detect(), 44_100, 48_000, Taps::T16).unwrap();
    let input = [0.0; 4410];
    let (mut l, mut r) = (vec![0.0; resampler.max_output(4410)], vec![0.0; resampler.max_output(4410)]);
    let total: usize = (0..600).map(|_| resampler.process([&input, &input], [&mut l, &mut r]).produced).sum();
    assert_eq!(total, 600 * 4800);
}

#[test]
fn impossible_ratios_are_refused() {
    for (from, to) in [(0, 48_000), (48_000, 0), (48_000, 100), (1, u32::MAX)] {
        assert!(Polyphase::new(Cpu::detect(), from, to, Taps::T32).is_none());
    }
    assert!(Polyphase::new(Cpu::detect(), u32::MAX, u32::MAX - 1, Taps::T16).is_some());
}

/// Runs a stream in pieces of input and output of the given sizes, the rest in one.
fn in_pieces(
    input: &[f32],
    pieces: &[(usize, usize)],
    mut run: impl FnMut([&[f32]; 2], [&mut [f32]; 2]) -> Progress,
) -> Vec<f32> {
    let right: Vec<f32> = input.iter().map(|x| -x).collect();
    let (mut at, mut out) = (0, Vec::new());
    for (take, room) in pieces.iter().copied().chain([(input.len(), input.len() * 20 + 9)]) {
        let end = input.len().min(at + take);
        let (mut l, mut r) = (vec![0.0; room], vec![0.0; room]);
        let done = run([&input[at..end], &right[at..end]], [&mut l, &mut r]);
        assert!(done.consumed <= end - at && done.produced <= room);
        assert!(done.consumed == end - at || done.produced == room);
        for n in 0..done.produced {
            assert_eq!(l[n], -r[n]);
        }
        at += done.consumed;
        out.extend(&l[..done.produced]);
    }
    assert_eq!(at, input.len());
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_output_does_not_depend_on_the_cuts(
        input in prop::collection::vec(-1.0_f32..1.0, 0..900),
        pieces in prop::collection::vec((0_usize..120, 0_usize..150), 0..12),
        ratio in prop::sample::select(vec![(44_100, 48_000), (48_000, 44_100), (22_051, 48_000), (48_000, 12_000), (11_025, 48_000)]),
        speed in 0.3_f64..2.4, glide in 0_u32..500,
    ) {
        let mut all = Vec::new();
        for cpu in cpus() {
            let mut runs = Vec::new();
            for pieces in [&pieces[..], &[]] {
                let mut fixed = Polyphase::new(cpu, ratio.0, ratio.1, Taps::T16).unwrap();
                let mut vary = SincVary::new(cpu, 2.0);
                vary.set_speed(speed, glide);
                let a = in_pieces(&input, pieces, |i, o| fixed.process(i, o));
                prop_assert!(a.len() <= fixed.max_output(input.len()));
                let b = in_pieces(&input, pieces, |i, o| vary.process(i, o));
                prop_assert!(b.len() <= vary.max_output(input.len(), speed.min(1.0)));
                runs.push((a, b));
            }
            prop_assert!(runs[0] == runs[1]);
            all.push(runs.remove(0));
        }
        prop_assert!(all[0] == all[1]);
        let far = |a: &[f32], b: &[f32]| a.len() != b.len() || a.iter().zip(b).any(|(a, b)| (a - b).abs() > 2e-6);
        prop_assert!(!far(&all[0].0, &all[2].0) && !far(&all[0].1, &all[2].1));
    }

    #[test]
    fn any_numbers_at_all_do_not_panic(raw in prop::collection::vec(any::<u32>(), 0..400), speed in any::<f64>(), glide in any::<u32>()) {
        let input: Vec<f32> = raw.into_iter().map(f32::from_bits).collect();
        let (mut l, mut r) = (vec![0.0; 1000], vec![0.0; 1000]);
        let mut vary = SincVary::new(Cpu::detect(), speed);
        vary.set_speed(speed, glide);
        vary.process([&input, &input], [&mut l, &mut r]);
        Polyphase::new(Cpu::detect(), 44_100, 48_000, Taps::T48).unwrap().process([&input, &input], [&mut l, &mut r]);
    }
}

#[test]
fn a_reset_begins_anew() {
    let input = tone(700.0, 44_100.0, 999);
    let mut resampler = Polyphase::new(Cpu::detect(), 44_100, 48_000, Taps::T48).unwrap();
    let mut vary = SincVary::new(Cpu::detect(), 1.0);
    vary.set_speed(0.9, 0);
    let mut runs = Vec::new();
    for _ in 0..2 {
        let mut out = vec![vec![0.0; 1200]; 4];
        let [a, b, c, d] = &mut out[..] else { panic!() };
        resampler.process([&input, &input], [a, b]);
        vary.process([&input, &input], [c, d]);
        resampler.reset();
        vary.reset();
        runs.push(out);
    }
    assert_eq!(runs[0], runs[1]);
}

fn at_speed(speed: f64, hz: f64) -> Vec<f32> {
    let input = tone(hz, 48_000.0, 24_000);
    let mut vary = SincVary::new(Cpu::detect(), 2.0);
    vary.set_speed(speed, 0);
    let room = vary.max_output(input.len(), speed);
    let (mut l, mut r) = (vec![0.0; room], vec![0.0; room]);
    let done = vary.process([&input, &input], [&mut l, &mut r]);
    assert_eq!(done.consumed, input.len());
    l.truncate(done.produced);
    l
}

#[test]
fn any_speed_is_clean() {
    for speed in [0.5, 0.9999, 1.0001, 1.1, 1.25, 1.7, 2.0] {
        let (residual_low, gain) = residual(&at_speed(speed, 997.0)[200..], 997.0 * speed, 48_000.0);
        assert!(residual_low < -85.0 && gain.abs() < 0.01, "{speed}: {residual_low} {gain}");
    }
    let (high, _) = residual(&at_speed(0.9999, 19_000.0)[200..], 19_000.0 * 0.9999, 48_000.0);
    assert!(high < -80.0, "{high}");
    // Above half the rate after speeding up: gone, not mirrored.
    assert!(at_speed(2.0, 20_000.0)[200..].iter().all(|x| x.abs() < 1e-3));
}

#[test]
fn a_glide_of_the_speed_does_not_click() {
    let input = tone(997.0, 48_000.0, 48_000);
    let mut vary = SincVary::new(Cpu::detect(), 1.5);
    let (mut l, mut r) = (vec![0.0; 60_000], vec![0.0; 60_000]);
    let first = vary.process([&input[..20_000], &input[..20_000]], [&mut l, &mut r]);
    vary.set_speed(1.4, 960);
    let (rest_l, rest_r) = (&mut l[first.produced..], &mut r[first.produced..]);
    let second = vary.process([&input[20_000..], &input[20_000..]], [rest_l, rest_r]);
    assert!((vary.speed() - 1.4).abs() < 1e-9);
    let bend = |x: &[f32]| x.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    let end = first.produced + second.produced;
    assert!(bend(&l[1000..end]) <= 1.05 * bend(&l[end - 5000..end]));
}

//! The resampler keeps length and alignment, whatever the rates and blocks.

use lavalink_exec::{Format, Make, Params, Pcm, Stage, StageArgs, Stereo, Value};
use lavalink_nodes::registry::find;
use std::f64::consts::TAU;

fn stage(quality: u16, from: u32, to: u32) -> Box<dyn Stage> {
    let kind = find("resampler").expect("listed");
    let mut params = Params::defaults(kind);
    params.set(0, Value::Choice(quality)).expect("a quality");
    let Make::Stage(build) = kind.make else { panic!("a stage") };
    let format = Format { rate: to, max_block: 480 };
    build(StageArgs { params: &params, format, input_rate: from }).expect("built")
}

fn sine(hz: f64, rate: u32, frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (0.5 * (TAU * hz * n as f64 / f64::from(rate)).sin()) as f32).collect()
}

fn through(stage: &mut dyn Stage, left: &[f32], blocks: &[usize]) -> Pcm {
    let mut out = Pcm::new();
    let (mut at, mut k) = (0, 0);
    while at < left.len() {
        let n = blocks[k % blocks.len()].min(left.len() - at);
        stage.push(Stereo { left: &left[at..at + n], right: &left[at..at + n] }, &mut out);
        assert!(stage.consumed() <= (at + n) as f64 + 1.0);
        at += n;
        k += 1;
    }
    stage.finish(&mut out);
    out
}

/// Amplitude and phase (in frames of late) of `hz` in `x`, and what else there is, in dB below it.
fn fit(x: &[f32], hz: f64, rate: u32) -> (f64, f64, f64) {
    let (mut c, mut s) = (0.0, 0.0);
    let w = TAU * hz / f64::from(rate);
    // Whole periods only, or the fit is skewed.
    let period = rate as usize;
    let n = x.len() / period * period;
    for (k, x) in x[..n].iter().enumerate() {
        let phase = w * k as f64;
        s += f64::from(*x) * phase.sin();
        c += f64::from(*x) * phase.cos();
    }
    let (s, c) = (2.0 * s / n as f64, 2.0 * c / n as f64);
    let rest: f64 = x[..n]
        .iter()
        .enumerate()
        .map(|(k, x)| (f64::from(*x) - s * (w * k as f64).sin() - c * (w * k as f64).cos()).powi(2))
        .sum();
    let amplitude = s.hypot(c);
    (amplitude, -c.atan2(s) / w, 10.0 * (rest / n as f64 / (amplitude * amplitude / 2.0)).log10())
}

const RATES: &[(u32, u32)] = &[
    (44_100, 48_000),
    (48_000, 44_100),
    (22_050, 48_000),
    (32_000, 48_000),
    (96_000, 48_000),
    (192_000, 48_000),
    (8_000, 48_000),
    (11_025, 48_000),
    (44_056, 48_000),
];

/// All qualities with all rates they take; `vary` goes down to a quarter at most.
fn every_quality() -> impl Iterator<Item = (u16, &'static (u32, u32))> {
    (0..4u16).flat_map(|q| RATES.iter().map(move |r| (q, r)))
}

#[test]
fn n_frames_become_n_times_the_ratio() {
    for (quality, (from, to)) in every_quality() {
        for frames in [0usize, 1, 100, 1000, 44_101] {
            let got = through(stage(quality, *from, *to).as_mut(), &vec![0.1; frames], &[777]).len();
            let wanted = (frames as f64 * f64::from(*to) / f64::from(*from)).round() as usize;
            assert_eq!(got, wanted, "{from} to {to}, {frames} frames");
        }
    }
}

#[test]
fn a_sine_stays_where_it_was() {
    for (quality, (from, to)) in every_quality() {
        let out =
            through(stage(quality, *from, *to).as_mut(), &sine(997.0, *from, 3 * *from as usize), &[441, 1, 1000]);
        let second = *to as usize;
        let (amplitude, late, residual) = fit(&out.left[second..2 * second], 997.0, *to);
        let (wanted, ripple) = [(-125.0, 1e-4), (-85.0, 1e-3), (-62.0, 1e-2), (-80.0, 1e-2)][usize::from(quality)];
        let (from, to) = (format!("quality {quality}, {from}"), to);
        assert!((amplitude - 0.5).abs() < ripple, "{from} to {to}: amplitude {amplitude}");
        assert!(late.abs() < 0.01, "{from} to {to}: late by {late} frames");
        assert!(residual < wanted, "{from} to {to}: residual {residual:.1} dB");
        assert_eq!(out.left, out.right);
    }
}

#[test]
fn block_lengths_do_not_matter_and_a_reset_forgets() {
    let input = sine(440.0, 44_100, 30_000);
    let mut one = stage(0, 44_100, 48_000);
    let first = through(one.as_mut(), &input, &[30_000]);
    one.reset();
    assert_eq!(one.consumed(), 0.0);
    let again = through(one.as_mut(), &input, &[1, 100, 999]);
    assert!(first.left == again.left);
}

fn speed(value: f64) -> Box<dyn Stage> {
    let kind = find("speed").expect("listed");
    let mut params = Params::defaults(kind);
    params.set(0, Value::Number(value)).expect("a speed");
    let Make::Stage(build) = kind.make else { panic!("a stage") };
    let format = Format { rate: 48_000, max_block: 480 };
    build(StageArgs { params: &params, format, input_rate: 48_000 }).expect("built")
}

#[test]
fn speed_divides_the_length_and_multiplies_the_pitch() {
    for value in [0.25, 0.5, 1.0, 1.3, 2.0, 4.0] {
        let mut stage = speed(value);
        let out = through(stage.as_mut(), &sine(997.0 / value, 48_000, 192_000), &[960]);
        let wanted = (192_000.0 / value).ceil();
        assert!((out.len() as f64 - wanted).abs() <= 1.0, "{value}: {} frames", out.len());
        assert!((stage.consumed() - 192_000.0).abs() <= value, "{value}");
        let start = if out.len() > 96_000 { 48_000 } else { 0 };
        let second = out.left.get(start..start + 48_000);
        if let Some(second) = second.filter(|_| start > 0) {
            let (amplitude, late, residual) = fit(second, 997.0, 48_000);
            assert!(
                (amplitude - 0.5).abs() < 0.01 && late.abs() < 0.01 && residual < -70.0,
                "{value}: {amplitude} {late} {residual}"
            );
        }
    }
}

#[test]
fn a_change_of_speed_glides_and_its_place_is_known() {
    let mut stage = speed(1.0);
    let input = sine(100.0, 48_000, 96_000);
    let mut out = Pcm::new();
    stage.push(Stereo { left: &input[..48_000], right: &input[..48_000] }, &mut out);
    let before = stage.consumed();
    assert_eq!(before, out.len() as f64);
    stage.set(0, 2.0);
    stage.push(Stereo { left: &input[48_000..], right: &input[48_000..] }, &mut out);
    stage.finish(&mut out);
    assert!((stage.consumed() - 96_000.0).abs() <= 2.0);
    let glide = out.len() as f64 - before - (96_000.0 - before) / 2.0;
    assert!((glide - 240.0).abs() < 3.0, "20 ms from 1 to 2 take 480 frames less than at 1: {glide}");
    let bend = out.left.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    let steady = 0.5 * (TAU * 200.0 / 48_000.0).powi(2) as f32;
    assert!(bend < 1.1 * steady, "no click: {bend} against {steady}");
}

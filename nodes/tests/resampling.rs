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

#[test]
fn n_frames_become_n_times_the_ratio() {
    for (from, to) in RATES {
        for frames in [0usize, 1, 100, 1000, 44_101] {
            let got = through(stage(0, *from, *to).as_mut(), &vec![0.1; frames], &[777]).len();
            let wanted = (frames as f64 * f64::from(*to) / f64::from(*from)).round() as usize;
            assert_eq!(got, wanted, "{from} to {to}, {frames} frames");
        }
    }
}

#[test]
fn a_sine_stays_where_it_was() {
    for (from, to) in RATES {
        let out = through(stage(0, *from, *to).as_mut(), &sine(997.0, *from, 3 * *from as usize), &[441, 1, 1000]);
        let second = *to as usize;
        let (amplitude, late, residual) = fit(&out.left[second..2 * second], 997.0, *to);
        assert!((amplitude - 0.5).abs() < 1e-4, "{from} to {to}: amplitude {amplitude}");
        assert!(late.abs() < 0.01, "{from} to {to}: late by {late} frames");
        assert!(residual < -125.0, "{from} to {to}: residual {residual:.1} dB");
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

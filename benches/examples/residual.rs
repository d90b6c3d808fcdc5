//! What a resampler adds to a sine, 44.1 to 48 kHz: the residual after the best-fitting sine is taken away, in dB below
//! the tone. Through the real stage, for each quality.

use lavalink_benches::{FORMAT, node};
use lavalink_engine::exec::{Make, Pcm, StageArgs, Stereo, Value};
use std::f64::consts::PI;

fn residual(quality: u16, hz: f64) -> f64 {
    let node = node("resample", "resampler", &[("quality", Value::Choice(quality))]);
    let Make::Stage(build) = node.kind().make else { panic!("a resampler is a stage") };
    let mut stage = build(StageArgs { params: &node.params, format: FORMAT, input_rate: 44_100 }).expect("builds");
    let input: Vec<f32> = (0..88_200).map(|n| (0.5 * (2.0 * PI * hz * f64::from(n) / 44_100.0).sin()) as f32).collect();
    let mut out = Pcm::new();
    stage.push(Stereo { left: &input, right: &input }, &mut out);
    stage.finish(&mut out);
    let part = &out.left[20_000..68_000];
    // Least squares on sine and cosine of the tone.
    let (mut ss, mut cc, mut sc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let basis = |n: usize| (2.0 * PI * hz * (n + 20_000) as f64 / 48_000.0).sin_cos();
    for (n, x) in part.iter().enumerate() {
        let (s, c) = basis(n);
        let x = f64::from(*x);
        ss += s * s;
        cc += c * c;
        sc += s * c;
        xs += x * s;
        xc += x * c;
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det);
    let (mut rest, mut tone) = (0.0, 0.0);
    for (n, x) in part.iter().enumerate() {
        let (s, c) = basis(n);
        let fit = a * s + b * c;
        rest += (f64::from(*x) - fit).powi(2);
        tone += fit * fit;
    }
    10.0 * (rest / tone).log10()
}

fn main() {
    let kind = lavalink_nodes::registry::find("resampler").expect("resampler");
    let lavalink_engine::exec::Type::Choice { of, .. } = kind.params[0].ty else { panic!("quality comes first") };
    println!("| quality | 997 Hz | 10,007 Hz | 19,001 Hz |\n|---|---|---|---|");
    for (i, name) in of.iter().enumerate() {
        let row: Vec<String> =
            [997.0, 10_007.0, 19_001.0].iter().map(|f| format!("{:.1} dB", residual(i as u16, *f))).collect();
        println!("| {name} | {} |", row.join(" | "));
    }
}

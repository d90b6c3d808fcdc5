//! Test signals are what they say, for hours, and seek exactly.

mod media;

use lavalink_nodes::source::open_with_gate;
use media::{open_as, options};
use std::f64::consts::TAU;
use std::time::Duration;

#[test]
fn a_tone_is_exact_after_ten_hours() {
    let mut player = open_as("tone:997@-6dB", &options());
    for start in [0u64, 48_000 * 36_000 + 17] {
        player.track.seek(start);
        let piece = player.step().expect("plays").expect("endless");
        assert_eq!(piece.frame, start);
        for (k, x) in piece.pcm.left.iter().enumerate() {
            let n = start + k as u64;
            // 997 n / 48000 turns, reduced in whole numbers.
            let turn = (n * 997 % 48_000) as f64 / 48_000.0;
            let want = 10f64.powf(-6.0 / 20.0) * (TAU * turn).sin();
            assert!((f64::from(*x) - want).abs() < 1e-7, "frame {n}");
        }
    }
}

#[test]
fn durations_are_kept_to_the_frame_and_the_end_can_be_left_again() {
    let mut options = options();
    options.rate = 44_100;
    options.duration = Some(Duration::from_millis(1500));
    for input in ["tone:440", "sweep:20-20000@-3dB", "noise:", "noise:pink", "silence:"] {
        let mut player = open_as(input, &options);
        let all = player.all();
        assert_eq!(all.len(), 66_150, "{input}");
        assert!(all.left.iter().chain(&all.right).all(|x| x.abs() <= 1.0), "{input}");
        player.track.seek(60_001);
        let (first, rest) = player.rest().expect("plays");
        assert_eq!(first, Some(60_001));
        assert_eq!(rest.left, all.left[60_001..], "{input}");
        assert_eq!(rest.right, all.right[60_001..], "{input}");
        player.track.seek(70_000);
        assert_eq!(player.rest().expect("plays").0, None);
    }
}

#[test]
fn a_sweep_passes_through_its_frequencies_on_time() {
    let mut options = options();
    options.duration = Some(Duration::from_secs(10));
    let all = open_as("sweep:20-20000", &options).all();
    // Halfway the frequency is the geometric mean, 632.5 Hz: count zero crossings in 0.2 s around it.
    let part = &all.left[240_000 - 4800..240_000 + 4800];
    let crossings = part.windows(2).filter(|w| (w[0] < 0.0) != (w[1] < 0.0)).count();
    assert!((crossings as i32 - 253).abs() <= 4, "{crossings} crossings");
}

#[test]
fn noise_has_no_pitch_and_its_channels_differ() {
    let mut options = options();
    options.duration = Some(Duration::from_secs(2));
    let white = open_as("noise:", &options).all();
    let power = |x: &[f32]| x.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / x.len() as f64;
    assert!((power(&white.left) - 1.0 / 3.0).abs() < 0.01, "uniform noise has a power of 1/3");
    let cross: f64 = white.left.iter().zip(&white.right).map(|(a, b)| f64::from(a * b)).sum::<f64>() / 96_000.0;
    assert!(cross.abs() < 0.01);
    let next: f64 = white.left.windows(2).map(|w| f64::from(w[0] * w[1])).sum::<f64>() / 96_000.0;
    assert!(next.abs() < 0.01);
    let pink = open_as("noise:pink", &options).all();
    let slow: Vec<f32> = pink.left.windows(2).map(|w| w[1] - w[0]).collect();
    assert!(power(&slow) < 0.6 * power(&pink.left), "pink noise has less treble than white, where this is 2");
}

#[test]
fn mistakes_and_missing_files_are_told_with_a_remedy() {
    let folder = media::folder();
    std::fs::write(folder.join("My Song.flac"), b"x").expect("written");
    let missing = folder.join("my song.mp3").to_string_lossy().into_owned();
    let message = |input: &str| open_with_gate(input, &options()).err().expect(input).to_string();
    assert!(message(&missing).contains("My Song.flac"), "{}", message(&missing));
    assert!(message(&missing).contains("my song.mp3"));
    assert!(message(&folder.to_string_lossy()).contains("folder"));
    assert!(message("tone:99999").contains("half the rate"));
    assert!(message("gopher://x/y").contains("gopher"));
}

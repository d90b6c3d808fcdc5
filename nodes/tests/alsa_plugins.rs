//! The ALSA sink on the real libasound, with its `null` and `file` plugins instead of hardware.
#![cfg(feature = "alsa-backend")]

use lavalink_exec::{Clock, Format, Params, Sink, Solo, Tick, Value};
use lavalink_nodes::sink::alsa;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };

/// Devices of the private configuration: one `file` plugin per test, which records what is played.
const TAPES: [&str; 8] = ["f32", "s16", "s24", "s32", "cd", "mono", "free", "idle"];

/// The folder of the recordings. The first call, made before anything touches ALSA, points it to our configuration.
fn tapes() -> &'static PathBuf {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder").keep();
        let mut config = "pcm.nowhere { type null }\n".to_owned();
        for name in TAPES {
            let file = dir.join(name);
            config +=
                &format!("pcm.tape_{name} {{ type file slave.pcm nowhere file \"{}\" format raw }}\n", file.display());
        }
        std::fs::write(dir.join("asound.conf"), config).expect("written");
        // SAFETY: every test calls this before anything else, and `OnceLock` lets none go on before it is done.
        unsafe { std::env::set_var("ALSA_CONFIG_PATH", dir.join("asound.conf")) };
        dir
    })
}

fn params(settings: &[(&str, Value)]) -> Params {
    tapes();
    let mut params = Params::defaults(&alsa::KIND);
    for (name, value) in settings {
        params.set(params.index(name).expect("a parameter"), value.clone()).expect("in range");
    }
    params
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn build(settings: &[(&str, Value)]) -> (Solo, Box<dyn Clock>) {
    let (solo, sink) = Solo::new(&params(settings), FORMAT).expect("builds");
    let Some(Sink { clock: Some(clock), .. }) = sink else { panic!("has a clock") };
    (solo, clock)
}

/// Runs the lane until `frames` frames of a tone of `hz` have been played. Returns the blocks it took.
fn play(solo: &mut Solo, clock: &mut dyn Clock, hz: f64, frames: usize) -> Vec<usize> {
    let (mut at, mut blocks, mut idle) = (0, Vec::new(), 0);
    while at < frames {
        match clock.wait() {
            Tick::Run { frames: n, .. } => {
                solo.block(n, |_, io| {
                    for i in 0..n {
                        io.left[i] = tone(hz, (at + i) as f64 / 48_000.0);
                        io.right[i] = -io.left[i];
                    }
                });
                clock.commit();
                at += n;
                blocks.push(n);
                idle = 0;
            }
            Tick::Idle => {
                idle += 1;
                assert!(idle < 200, "the device does not move");
            }
        }
    }
    blocks
}

fn tone(hz: f64, seconds: f64) -> f32 {
    (0.5 * (core::f64::consts::TAU * hz * seconds).sin()) as f32
}

fn recorded(name: &str) -> Vec<u8> {
    std::fs::read(tapes().join(name)).expect("a recording")
}

/// Takes one channel of a recording, without the silence at either end.
fn channel(bytes: &[u8], width: usize, channels: usize, index: usize, sample: impl Fn(&[u8]) -> f64) -> Vec<f64> {
    let all: Vec<f64> =
        bytes.chunks_exact(width * channels).map(|f| sample(&f[index * width..(index + 1) * width])).collect();
    let begin = all.iter().position(|s| s.abs() > 0.01).expect("sound");
    let end = all.iter().rposition(|s| s.abs() > 0.01).expect("sound");
    all[begin..end].to_vec()
}

/// Asserts a steady tone without gaps: its second difference obeys the sine's law at every sample.
fn assert_tone(sound: &[f64], hz: f64, rate: f64, amplitude: f64, error: f64) {
    assert!(sound.len() as f64 > 0.2 * rate, "only {} frames", sound.len());
    let law = 2.0 * (core::f64::consts::TAU * hz / rate).cos();
    let inner = &sound[200..sound.len() - 200];
    for (i, w) in inner.windows(3).enumerate() {
        assert!((w[2] + w[0] - law * w[1]).abs() <= error, "a jump at frame {i}: {w:?}");
    }
    let rms = (inner.iter().map(|s| s * s).sum::<f64>() / inner.len() as f64).sqrt();
    let db = 20.0 * (rms / (amplitude / f64::sqrt(2.0))).log10();
    assert!(db.abs() < 0.1, "level {db:.2} dB off");
}

fn f32_of(b: &[u8]) -> f64 {
    f64::from(f32::from_le_bytes(b.try_into().expect("four bytes")))
}

fn i32_of(b: &[u8]) -> f64 {
    f64::from(i32::from_le_bytes(b.try_into().expect("four bytes"))) / 2_147_483_648.0
}

#[test]
fn every_format_is_played_without_gaps() {
    let s16 = |b: &[u8]| f64::from(i16::from_le_bytes(b.try_into().expect("two bytes"))) / 32_768.0;
    let s24 = |b: &[u8]| f64::from(i32::from_le_bytes(b.try_into().expect("four bytes")) << 8) / 2_147_483_648.0;
    type Read<'a> = &'a dyn Fn(&[u8]) -> f64;
    let cases: [(&str, u16, usize, f64, Read); 4] = [
        ("f32", 4, 4, 1e-6, &f32_of),
        ("s16", 1, 2, 1e-4, &s16),
        ("s24", 2, 4, 1e-6, &s24),
        ("s32", 3, 4, 1e-6, &i32_of),
    ];
    for (name, format, width, error, read) in cases {
        let device = format!("tape_{name}");
        let (mut solo, mut clock) = build(&[("device", text(&device)), ("format", Value::Choice(format))]);
        let blocks = play(&mut solo, &mut *clock, 997.0, 24_000);
        assert!(blocks.iter().all(|n| *n == 256), "the device's period is the lane's block");
        assert_eq!(solo.readings().get(4), 1.0, "it plays");
        drop(clock);
        let bytes = recorded(name);
        let left = channel(&bytes, width, 2, 0, read);
        let played: usize = blocks.iter().sum();
        assert!((played - 10..=played).contains(&left.len()), "{} frames of {played}", left.len());
        assert_tone(&left, 997.0, 48_000.0, 0.5, error);
        let right = channel(&bytes, width, 2, 1, read);
        assert!((left[1_000] + right[1_000]).abs() < 1e-3, "channels keep their places");
    }
}

#[test]
fn a_device_of_another_rate_is_resampled_for() {
    let settings = [("device", text("tape_cd")), ("rate", Value::Number(44_100.0)), ("format", Value::Choice(4))];
    let (mut solo, mut clock) = build(&settings);
    let played: usize = play(&mut solo, &mut *clock, 997.0, 48_000).iter().sum();
    assert_eq!(solo.readings().get(2), 44_100.0);
    drop(clock);
    let sound = channel(&recorded("cd"), 4, 2, 0, f32_of);
    let due = played * 147 / 160;
    assert!((due - 100..=due).contains(&sound.len()), "{} frames of {due}", sound.len());
    assert_tone(&sound, 997.0, 44_100.0, 0.5, 1e-5);
}

#[test]
fn a_mono_device_gets_both_channels() {
    let settings = [("device", text("tape_mono")), ("channels", Value::Number(1.0)), ("format", Value::Choice(4))];
    let (mut solo, mut clock) = build(&settings);
    let mut at = 0;
    while at < 24_000 {
        let Tick::Run { frames, .. } = clock.wait() else { continue };
        solo.block(frames, |_, io| (0..frames).for_each(|i| io.left[i] = tone(997.0, (at + i) as f64 / 48_000.0)));
        clock.commit();
        at += frames;
    }
    drop(clock);
    assert_tone(&channel(&recorded("mono"), 4, 1, 0, f32_of), 997.0, 48_000.0, 0.25, 1e-6);
}

#[test]
fn a_device_without_a_clock_is_paced() {
    let (mut solo, mut clock) = build(&[("device", text("nowhere"))]);
    let begin = Instant::now();
    play(&mut solo, &mut *clock, 997.0, 48_000);
    // The first quarter of a second and the buffer are taken at once; that is what shows that there is no clock.
    assert!(begin.elapsed() >= Duration::from_millis(600), "a second took {:?}", begin.elapsed());
}

#[test]
fn a_device_that_is_not_there_leaves_the_lane_its_pace() {
    let (mut solo, mut clock) = build(&[("device", text("no_such_device"))]);
    let begin = Instant::now();
    play(&mut solo, &mut *clock, 997.0, 9_600);
    assert!(begin.elapsed() >= Duration::from_millis(150), "0.2 s took {:?}", begin.elapsed());
    assert_eq!(solo.readings().get(4), 0.0, "it waits for the device");
}

#[test]
fn an_idle_device_is_released_and_taken_again() {
    let (mut solo, mut clock) = build(&[("device", text("tape_idle")), ("release_after", Value::Number(0.0))]);
    play(&mut solo, &mut *clock, 997.0, 2_400);
    clock.idle(true);
    assert_eq!(clock.wait(), Tick::Idle);
    assert_eq!(solo.readings().get(4), 2.0, "released");
    clock.idle(false);
    for _ in 0..1_000 {
        play(&mut solo, &mut *clock, 997.0, 256);
        if solo.readings().get(4) == 1.0 {
            return;
        }
    }
    panic!("never opened again");
}

#[test]
fn what_is_wrong_with_a_device_is_said_with_the_remedy() {
    tapes();
    let error = alsa::probe("no_such_device").expect_err("not there").to_string();
    assert!(error.contains("no_such_device") && error.contains("does not exist"), "{error}");
    let error = alsa::probe("file:x").expect_err("writes files").to_string();
    assert!(error.contains("wav"), "{error}");
    let report = alsa::probe("nowhere").expect("is there");
    assert!(report.formats.contains(&"s16") && report.rates.1 >= 48_000, "{report:?}");
    // None is named by hints in this configuration; the call must not fail over it.
    let _ = alsa::devices();
}

#[test]
fn a_buffer_of_less_than_two_periods_is_refused() {
    let params = params(&[("buffer", Value::Number(300.0)), ("period", Value::Number(256.0))]);
    let error = (alsa::KIND.check)(&params, &FORMAT).expect_err("too small");
    assert!(error.message.contains("two periods"), "{}", error.message);
}

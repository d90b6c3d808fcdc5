//! The ALSA sink against a real sound server, which has the timing of a device: `scripts/sound-server start` runs
//! PulseAudio with a null sink, whose monitor is recorded here.
#![cfg(feature = "alsa-backend")]

use lavalink_exec::{Format, Params, Solo, Tick, Value};
use lavalink_nodes::sink::alsa;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Instant;

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };
const RATE: f64 = 48_000.0;

/// Points ALSA and the recorder to the server the script has started. One test at a time may hold it: the server would mix
/// them.
fn server() -> MutexGuard<'static, ()> {
    static FOUND: Once = Once::new();
    static ALONE: Mutex<()> = Mutex::new(());
    FOUND.call_once(|| {
        if std::env::var_os("PULSE_SERVER").is_none() || std::env::var_os("LAVALINK_SOUND_SERVER").is_some() {
            let user = String::from_utf8(Command::new("id").arg("-u").output().expect("id runs").stdout).expect("text");
            let dir = std::env::var("LAVALINK_SOUND_SERVER").unwrap_or_else(|_| {
                let root = std::env::temp_dir();
                format!("{}/lavalink-sound-server-{}", root.display(), user.trim())
            });
            // SAFETY: every test calls this first, and `Once` lets none go on before it is done.
            unsafe { std::env::set_var("PULSE_SERVER", format!("unix:{dir}/socket")) };
        }
        let there = Command::new("pactl").arg("info").output().is_ok_and(|out| out.status.success());
        assert!(there, "there is no sound server; run scripts/sound-server start");
    });
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tone(hz: f64, frame: usize) -> f32 {
    (0.5 * (core::f64::consts::TAU * hz * frame as f64 / RATE).sin()) as f32
}

/// What a run showed.
struct Run {
    sound: Vec<f64>,
    xruns: f32,
    delay: f32,
    seconds: f64,
    played: usize,
}

/// Plays a tone through the sink and records what the server puts out meanwhile, without the silence at both ends.
fn run(settings: &[(&str, Value)], hz: f64, frames: usize) -> Run {
    let _alone = server();
    let mut recorder = Command::new("parec")
        .args(["-d", "room.monitor", "--format=float32le", "--rate=48000", "--channels=2", "--latency-msec=50"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("parec runs");
    let mut pipe = recorder.stdout.take().expect("a pipe");
    let mut head = [0; 8 * 480];
    pipe.read_exact(&mut head).expect("it records before the tone begins");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("reads");
        bytes
    });

    let mut params = Params::defaults(&alsa::KIND);
    for (name, value) in [("device", Value::Text("pulse".into()))].iter().chain(settings) {
        params.set(params.index(name).expect("a parameter"), value.clone()).expect("in range");
    }
    let (mut solo, sink) = Solo::new(&params, FORMAT).expect("builds");
    let mut clock = sink.and_then(|sink| sink.clock).expect("has a clock");
    assert_eq!(solo.readings().get(4), 1.0, "the device did not open");
    let begin = Instant::now();
    let (mut at, mut idle) = (0, 0);
    while at < frames {
        match clock.wait() {
            Tick::Run { frames: n, .. } => {
                solo.block(n, |_, io| {
                    for i in 0..n {
                        io.left[i] = tone(hz, at + i);
                        io.right[i] = io.left[i];
                    }
                });
                clock.commit();
                at += n;
                idle = 0;
            }
            Tick::Idle => {
                idle += 1;
                assert!(idle < 200, "the device does not move");
            }
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    let (xruns, delay) = (solo.readings().get(0), solo.readings().get(1));
    // Waits until the device has played out.
    drop(clock);
    std::thread::sleep(std::time::Duration::from_millis(300));
    recorder.kill().expect("ends");
    recorder.wait().expect("ends");
    let bytes = reader.join().expect("reads");
    let left: Vec<f64> =
        bytes.chunks_exact(8).map(|b| f64::from(f32::from_le_bytes(b[..4].try_into().expect("four bytes")))).collect();
    let begin = left.iter().position(|s| s.abs() > 0.01).expect("the server has heard something");
    let end = left.iter().rposition(|s| s.abs() > 0.01).expect("the server has heard something");
    Run { sound: left[begin..end].to_vec(), xruns, delay, seconds, played: at }
}

/// Asserts a tone of the right frequency and level without a gap or a step.
fn assert_tone(run: &Run, hz: f64, error: f64) {
    let law = 2.0 * (core::f64::consts::TAU * hz / RATE).cos();
    let sound = &run.sound[480..run.sound.len() - 480];
    for (i, w) in sound.windows(3).enumerate() {
        assert!((w[2] + w[0] - law * w[1]).abs() <= error, "a jump at frame {i}: {w:?}");
    }
    let rms = (sound.iter().map(|s| s * s).sum::<f64>() / sound.len() as f64).sqrt();
    let db = 20.0 * (rms / (0.5 / f64::sqrt(2.0))).log10();
    assert!(db.abs() < 0.05, "level {db:.3} dB off");
    assert_eq!(run.xruns, 0.0);
    assert!(run.sound.len() + 20 >= run.played, "{} of {} frames were heard", run.sound.len(), run.played);
    assert!(run.sound.len() <= run.played);
}

/// Long enough that a test machine under load does not make it run dry.
fn deep() -> [(&'static str, Value); 2] {
    [("buffer", Value::Number(24_000.0)), ("period", Value::Number(1_024.0))]
}

#[test]
fn a_server_hears_every_frame_at_its_own_pace() {
    let run = run(&deep(), 997.0, 144_000);
    assert_tone(&run, 997.0, 1e-5);
    // All but what the buffers hold has been played when the lane is done, and no faster than the server's clock.
    assert!(run.seconds > 1.5, "3 s took {:.2} s", run.seconds);
    assert!(run.delay > 10.0, "a delay of {} ms", run.delay);
}

#[test]
fn a_lane_that_stops_for_a_while_is_counted_and_the_sound_goes_on() {
    let _alone = server();
    let mut params = Params::defaults(&alsa::KIND);
    params.set(0, Value::Text("pulse".into())).expect("a name");
    let (mut solo, sink) = Solo::new(&params, FORMAT).expect("builds");
    let mut clock = sink.and_then(|sink| sink.clock).expect("has a clock");
    let mut play = |frames: usize| {
        let (mut at, mut late) = (0, 0);
        while at < frames {
            if let Tick::Run { frames: n, late: behind } = clock.wait() {
                solo.block(n, |_, io| io.left.fill(0.1));
                clock.commit();
                at += n;
                late += usize::from(behind);
            }
        }
        (late, solo.readings().get(0), solo.readings().get(4))
    };
    play(24_000);
    std::thread::sleep(std::time::Duration::from_millis(400));
    let (late, xruns, state) = play(24_000);
    assert!(late >= 1 && xruns >= 1.0, "{late} late blocks, {xruns} xruns");
    assert_eq!(state, 1.0, "it plays on");
}

#[test]
fn a_stream_of_another_rate_and_format_arrives_whole() {
    let settings = [&deep()[..], &[("rate", Value::Number(44_100.0)), ("format", Value::Choice(1))]].concat();
    let run = run(&settings, 997.0, 96_000);
    // The server's own resampler and 16 bits lie between.
    let sound = &run.sound[960..run.sound.len() - 960];
    let crossings = sound.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
    let hz = crossings as f64 * RATE / sound.len() as f64;
    assert!((hz - 997.0).abs() < 1.0, "{hz} Hz");
    assert!(sound.chunks_exact(240).all(|c| c.iter().any(|s| s.abs() > 0.4)), "a gap");
    assert_eq!(run.xruns, 0.0);
}

//! What `wav` and `raw` promise: every frame, bit for bit where the format can; clear errors; nothing hangs.

use lavalink_exec::{Drain, Format, Kind, Params, Solo, Value};
use lavalink_nodes::sink::{raw, wav};
use std::path::Path;

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };

fn params(kind: &'static Kind, settings: &[(&str, Value)]) -> Params {
    let mut params = Params::defaults(kind);
    for (name, value) in settings {
        params.set(params.index(name).expect("a parameter"), value.clone()).expect("in range");
    }
    params
}

fn path_value(path: &Path) -> Value {
    Value::Text(path.to_str().expect("text").into())
}

fn sample(i: usize) -> f32 {
    // Every mantissa bit in use, denormals and the odd signed zero included.
    match i % 97 {
        0 => f32::from_bits(1 + i as u32),
        1 => -0.0,
        _ => ((i as f32 * 0.618_034) % 2.0 - 1.0) / (1.0 + (i % 7) as f32),
    }
}

/// Plays `frames` frames into a sink in blocks of mixed lengths and finishes it.
fn play(params: &Params, frames: usize) {
    let (mut solo, sink) = Solo::new(params, FORMAT).expect("builds");
    let mut drain = sink.and_then(|sink| sink.drain).expect("has a drain");
    let (mut at, mut block) = (0, 1);
    while at < frames {
        let n = block.min(frames - at);
        solo.block(n, |_, io| {
            for i in 0..n {
                io.left[i] = sample(at + i);
                io.right[i] = -sample(at + i + 1);
            }
        });
        drain.drain().expect("writes");
        at += n;
        block = block * 7 % 1_024 + 1;
    }
    drain.finish().expect("closes");
    assert_eq!(solo.readings().get(0), 0.0, "nothing was dropped");
}

fn data(bytes: &[u8]) -> &[u8] {
    let at = bytes.windows(4).position(|w| w == b"data").expect("a data chunk") + 4;
    let length = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    &bytes[at + 4..at + 4 + length]
}

#[test]
fn a_float_wav_holds_every_bit() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.wav");
    play(&params(&wav::KIND, &[("path", path_value(&path))]), 100_000);
    let bytes = std::fs::read(&path).expect("a file");
    assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().expect("four")) as usize, bytes.len() - 8);
    let words: Vec<u32> =
        data(&bytes).chunks_exact(4).map(|b| u32::from_le_bytes(b.try_into().expect("four"))).collect();
    assert_eq!(words.len(), 200_000);
    for (i, pair) in words.chunks_exact(2).enumerate() {
        assert_eq!(pair, [sample(i).to_bits(), (-sample(i + 1)).to_bits()], "frame {i}");
    }
}

#[test]
fn integer_wavs_are_as_long_as_their_header_says() {
    let dir = tempfile::tempdir().expect("a folder");
    for (word, bytes_per_frame) in [(1, 4), (2, 6)] {
        let path = dir.path().join("out.wav");
        play(&params(&wav::KIND, &[("path", path_value(&path)), ("format", Value::Choice(word))]), 12_345);
        let bytes = std::fs::read(&path).expect("a file");
        assert_eq!(data(&bytes).len(), 12_345 * bytes_per_frame);
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().expect("four")) as usize, bytes.len() - 8);
    }
}

#[test]
fn skip_and_frames_cut_to_the_frame() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.raw");
    let cut = [("path", path_value(&path)), ("format", Value::Choice(3))];
    let cut = [&cut[..], &[("skip", Value::Number(1_001.0)), ("frames", Value::Number(5_003.0))]].concat();
    play(&params(&raw::KIND, &cut), 20_000);
    let bytes = std::fs::read(&path).expect("a file");
    assert_eq!(bytes.len(), 5_003 * 8);
    assert_eq!(bytes[..4], sample(1_001).to_le_bytes());
    assert_eq!(bytes[bytes.len() - 4..], (-sample(1_001 + 5_003)).to_le_bytes());
}

#[test]
fn an_empty_wav_is_a_wav() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.wav");
    play(&params(&wav::KIND, &[("path", path_value(&path))]), 0);
    assert!(data(&std::fs::read(&path).expect("a file")).is_empty());
}

#[test]
fn a_graph_that_is_only_built_leaves_a_file_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keep.wav");
    std::fs::write(&path, b"precious").expect("written");
    drop(Solo::new(&params(&wav::KIND, &[("path", path_value(&path))]), FORMAT).expect("builds"));
    assert_eq!(std::fs::read(&path).expect("a file"), b"precious");
}

#[test]
fn unwritable_places_are_named_with_a_remedy() {
    let dir = tempfile::tempdir().expect("a folder");
    let cases = [(dir.path().join("no/such/folder.wav"), "make its folder"), (dir.path().to_owned(), "name a file")];
    for (path, remedy) in cases {
        let Err(error) = Solo::new(&params(&wav::KIND, &[("path", path_value(&path))]), FORMAT) else {
            panic!("{} must not open", path.display())
        };
        assert_eq!(error.param, Some(0));
        assert!(error.message.contains(path.to_str().expect("text")), "{}", error.message);
        assert!(error.message.contains(remedy), "{}", error.message);
    }
}

#[test]
fn no_path_is_said_before_anything_is_built() {
    let params = Params::defaults(&wav::KIND);
    let error = (wav::KIND.check)(&params, &FORMAT).expect_err("no path");
    assert!(error.message.contains("path: FILE"), "{}", error.message);
}

fn until_it_fails(drain: &mut dyn Drain, solo: &mut Solo) -> String {
    for _ in 0..10_000 {
        solo.block(1_024, |_, io| io.left.fill(0.5));
        if let Err(error) = drain.drain() {
            return error.message;
        }
    }
    panic!("writing never failed");
}

#[test]
fn a_full_disk_is_an_error_with_the_place() {
    let params = params(&raw::KIND, &[("path", path_value(Path::new("/dev/full")))]);
    let (mut solo, sink) = Solo::new(&params, FORMAT).expect("builds");
    let mut drain = sink.and_then(|sink| sink.drain).expect("has a drain");
    let message = until_it_fails(&mut *drain, &mut solo);
    assert!(message.contains("/dev/full") && message.contains("make room"), "{message}");
}

#[test]
fn a_pipe_without_a_reader_is_an_error_and_no_wait() {
    let dir = tempfile::tempdir().expect("a folder");
    let pipe = dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let settings = params(&raw::KIND, &[("path", path_value(&pipe))]);
    let Err(error) = Solo::new(&settings, FORMAT) else { panic!("must not open") };
    assert!(error.message.contains("start the program that reads"), "{}", error.message);

    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || drop(std::io::Read::read_exact(&mut std::fs::File::open(pipe).expect("opens"), &mut [0; 4_096]))
    });
    let (mut solo, sink) = loop {
        if let Ok(built) = Solo::new(&settings, FORMAT) {
            break built;
        }
        std::thread::yield_now();
    };
    let mut drain = sink.and_then(|sink| sink.drain).expect("has a drain");
    let message = until_it_fails(&mut *drain, &mut solo);
    reader.join().expect("the reader ends");
    assert!(message.contains("has ended"), "{message}");
}

#[test]
fn a_stalled_drain_costs_counted_frames_and_never_blocks() {
    let dir = tempfile::tempdir().expect("a folder");
    let settings = [("path", path_value(&dir.path().join("out.raw"))), ("ring", Value::Number(500.0))];
    let (mut solo, _sink) = Solo::new(&params(&raw::KIND, &settings), FORMAT).expect("builds");
    for _ in 0..40 {
        solo.block(960, |_, io| io.left.fill(0.5));
    }
    assert_eq!(solo.readings().get(0), (40 * 960 - 24_000) as f32);
}

//! What `ogg_opus` promises: a file any player takes, exactly as long as what was played.

use lavalink_exec::{Drain, Format, Packet, PacketDecoder, Params, Solo, TrackTime, Value};
use lavalink_nodes::encode::opus_encoder;
use lavalink_nodes::opus::Decoder;
use lavalink_nodes::sink::ogg_opus;
use std::path::Path;
use std::process::Command;

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };

fn tone(frame: u64) -> f32 {
    0.25 * (core::f64::consts::TAU * 997.0 * frame as f64 / 48_000.0).sin() as f32
}

/// An encoder and a file behind it, as a plan would run them.
struct Chain {
    encoder: Solo,
    sink: Solo,
    drain: Box<dyn Drain>,
}

impl Chain {
    fn new(path: &Path, settings: &[(&str, f64)]) -> Self {
        let mut params = Params::defaults(&ogg_opus::KIND);
        params.set(0, Value::Text(path.to_str().expect("text").into())).expect("a path");
        for (name, value) in settings {
            params.set(params.index(name).expect("known"), Value::Number(*value)).expect("in range");
        }
        let (sink, rest) = Solo::new(&params, FORMAT).expect("builds");
        let encoder = Solo::new(&Params::defaults(&opus_encoder::KIND), FORMAT).expect("builds").0;
        Self { encoder, sink, drain: rest.and_then(|sink| sink.drain).expect("has a drain") }
    }

    fn seek(&mut self, frame: u64, generation: u32) {
        self.encoder.seek(TrackTime { frame, generation });
        self.sink.seek(TrackTime { frame, generation });
    }

    /// Plays the track from `from` on for `frames` frames.
    fn play(&mut self, from: u64, frames: u64) {
        self.blocks(frames, |i| tone(from + i));
    }

    /// The track has ended; the engine renders on for `frames` frames, but the track's time stands.
    fn stand(&mut self, frames: u64) {
        self.encoder.run_track(false);
        self.sink.run_track(false);
        self.blocks(frames, |_| 0.0);
    }

    fn blocks(&mut self, frames: u64, sample: impl Fn(u64) -> f32) {
        let mut at = 0;
        while at < frames {
            let n = 480.min(frames - at) as usize;
            self.encoder.block(n, |_, io| {
                for i in 0..n {
                    io.left[i] = sample(at + i as u64);
                    io.right[i] = io.left[i];
                }
            });
            let queue = self.sink.packet_input(0).expect("takes packets");
            queue.clear();
            for packet in self.encoder.packets(0) {
                queue.push().expect("room").clone_from(packet);
            }
            self.sink.block(n, |_, _| {});
            self.drain.drain().expect("writes");
            at += n as u64;
        }
    }

    fn finish(mut self) {
        self.drain.finish().expect("closes");
    }
}

/// A page as read back.
struct Page {
    flags: u8,
    granule: u64,
    packets: Vec<Vec<u8>>,
}

/// Reads a file, checking what RFC 3533 lets one check.
fn pages(path: &Path) -> Vec<Page> {
    let bytes = std::fs::read(path).expect("a file");
    let (mut at, mut pages) = (0, Vec::new());
    while at < bytes.len() {
        let head = &bytes[at..at + 27];
        assert_eq!(&head[..5], b"OggS\0");
        assert_eq!(head[18..22], (pages.len() as u32).to_le_bytes(), "pages are numbered");
        let lacing = &bytes[at + 27..at + 27 + usize::from(head[26])];
        let mut body = at + 27 + lacing.len();
        let (mut packets, mut packet) = (Vec::new(), Vec::new());
        for segment in lacing {
            packet.extend_from_slice(&bytes[body..body + usize::from(*segment)]);
            body += usize::from(*segment);
            if *segment < 255 {
                packets.push(core::mem::take(&mut packet));
            }
        }
        assert!(packet.is_empty(), "packets end with their page");
        let granule = u64::from_le_bytes(head[6..14].try_into().expect("eight"));
        pages.push(Page { flags: head[5], granule, packets });
        at = body;
    }
    pages
}

/// Decodes a file by the rules of RFC 7845: pre-skip at the start, cut by the last granule position at the end.
fn sound(path: &Path) -> Vec<f32> {
    let pages = pages(path);
    assert_eq!(pages[0].flags, 2);
    assert_eq!(pages.last().expect("pages").flags & 4, 4, "the stream is ended");
    let head = &pages[0].packets[0];
    assert_eq!(&head[..10], b"OpusHead\x01\x02");
    assert_eq!(&pages[1].packets[0][..8], b"OpusTags");
    let skip = usize::from(u16::from_le_bytes([head[10], head[11]]));
    let mut decoder = Decoder::new().expect("a decoder");
    let (mut out, mut granule) = (Vec::new(), 0);
    for page in &pages[2..] {
        for packet in &page.packets {
            let (mut left, mut right) = ([0.0; 960], [0.0; 960]);
            let n = decoder.decode(packet, &mut left, &mut right);
            out.extend_from_slice(&left[..n]);
        }
        assert!(page.granule >= granule, "granule positions never fall");
        assert!(page.granule <= out.len() as u64);
        assert!(page.flags & 4 == 4 || page.granule == out.len() as u64);
        granule = page.granule;
    }
    out.truncate(granule as usize);
    out.split_off(skip.min(out.len()))
}

/// Asserts that `sound` is the tone from frame `from` on, from the first frame to the last.
fn assert_tone(sound: &[f32], from: u64) {
    let error: f64 = sound.iter().enumerate().map(|(i, s)| f64::from(s - tone(from + i as u64)).powi(2)).sum();
    let db = 10.0 * (error / sound.len() as f64 / (0.25 * 0.25 / 2.0)).log10();
    assert!(db < -25.0, "residual {db:.1} dB");
    for (k, piece) in sound.chunks_exact(240).enumerate() {
        let level = (piece.iter().map(|s| s * s).sum::<f32>() / 240.0).sqrt();
        assert!((0.15..0.21).contains(&level), "level {level} after {} ms", 5 * k);
    }
}

#[test]
fn a_track_comes_out_to_the_frame() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    for length in [48_000, 100_123, 960, 300] {
        let mut chain = Chain::new(&path, &[]);
        chain.play(0, length);
        chain.stand(4_800);
        chain.finish();
        let sound = sound(&path);
        assert_eq!(sound.len() as u64, length);
        assert_tone(&sound, 0);
    }
}

#[test]
fn a_track_that_begins_between_packets_begins_there_in_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    for start in [312, 123_456] {
        let mut chain = Chain::new(&path, &[]);
        chain.seek(start, 2);
        chain.play(start, 48_000);
        chain.stand(4_800);
        chain.finish();
        let sound = sound(&path);
        assert_eq!(sound.len(), 48_000);
        assert_tone(&sound[480..], start + 480);
    }
}

#[test]
fn skip_and_frames_cut_to_the_frame() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    for skip in [100, 5_000, 70_000] {
        let mut chain = Chain::new(&path, &[("skip", skip as f64), ("frames", 24_001.0)]);
        chain.play(0, 144_000);
        chain.finish();
        let sound = sound(&path);
        assert_eq!(sound.len(), 24_001);
        assert_tone(&sound[480..], skip + 480);
    }
}

#[test]
fn packets_of_another_place_are_appended() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    let mut chain = Chain::new(&path, &[]);
    chain.play(0, 96_000);
    chain.seek(480_000, 1);
    chain.play(480_000, 48_000);
    chain.stand(4_800);
    chain.finish();
    let sound = sound(&path);
    assert_tone(&sound[..94_000], 0);
    assert_tone(&sound[sound.len() - 40_000..], 480_000 + 8_000);
}

#[test]
fn packets_pass_as_they_are() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    let mut chain = Chain::new(&path, &[]);
    let mut sent = Vec::new();
    for k in 0..120_u64 {
        let mut packet = Packet::EMPTY;
        // Valid to the parser of pages whatever the codec makes of it: a code 0 packet of 20 ms.
        packet.fill(&vec![0xfc; 3 + (k as usize * 37) % 1_200]);
        (packet.frame, packet.frames) = (k * 960, 960);
        let queue = chain.sink.packet_input(0).expect("takes packets");
        queue.clear();
        queue.push().expect("room").clone_from(&packet);
        chain.sink.block(960, |_, _| {});
        chain.drain.drain().expect("writes");
        sent.push(packet.data().to_vec());
    }
    chain.finish();
    let pages = pages(&path);
    let got: Vec<_> = pages[2..].iter().flat_map(|page| page.packets.clone()).collect();
    assert!(got == sent, "{} packets in, {} out", sent.len(), got.len());
    assert_eq!(pages.last().expect("pages").granule, 120 * 960);
    assert!(pages.iter().all(|page| page.packets.len() <= 50));
}

#[test]
fn a_file_without_packets_is_still_an_ogg_opus_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    Chain::new(&path, &[]).finish();
    assert!(sound(&path).is_empty());
}

#[test]
fn ffmpeg_reads_it_without_a_complaint() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("out.opus");
    let mut chain = Chain::new(&path, &[]);
    chain.play(0, 144_000);
    chain.stand(4_800);
    chain.finish();
    let run = |program: &str, args: &[&str]| {
        let out = Command::new(program).args(args).output().unwrap_or_else(|_| panic!("install ffmpeg: no {program}"));
        assert!(out.status.success());
        assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    let file = path.to_str().expect("text");
    let shown = run("ffprobe", &["-v", "warning", "-show_entries", "format=duration", "-of", "csv=p=0", file]);
    let seconds: f64 = String::from_utf8_lossy(&shown).trim().parse().expect("a duration");
    assert!((2.999..3.03).contains(&seconds), "{seconds} s");
    let raw = run("ffmpeg", &["-v", "warning", "-c:a", "libopus", "-i", file, "-f", "f32le", "-"]);
    assert_eq!(raw.len(), 144_000 * 8);
    let sound: Vec<f32> =
        raw.chunks_exact(8).map(|b| f32::from_le_bytes(b[..4].try_into().expect("four bytes"))).collect();
    assert_tone(&sound, 0);
}

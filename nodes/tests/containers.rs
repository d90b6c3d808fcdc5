//! Every container decodes to what ffmpeg decodes, frame for frame, and seeks to the very frame.

mod media;

use media::{lag, made, open, reference, snr};
use std::path::Path;

/// Container name, file, arguments of ffmpeg, SNR against ffmpeg's decode in dB. AAC is made without noise substitution,
/// whose noise no two decodes agree on.
const FILES: &[(&str, &str, &[&str], f64)] = &[
    ("wav", "s16.wav", &["-c:a", "pcm_s16le"], 200.0),
    ("wav", "s24.wav", &["-c:a", "pcm_s24le"], 200.0),
    ("wav", "f32.wav", &["-c:a", "pcm_f32le"], 200.0),
    ("wav", "u8.wav", &["-c:a", "pcm_u8"], 200.0),
    ("wav", "mulaw.wav", &["-c:a", "pcm_mulaw"], 200.0),
    ("wav", "adpcm.wav", &["-c:a", "adpcm_ms"], 90.0),
    ("aiff", "s16.aiff", &["-c:a", "pcm_s16be"], 200.0),
    ("flac", "a.flac", &["-c:a", "flac"], 200.0),
    ("flac", "small.flac", &["-c:a", "flac", "-frame_size", "576"], 200.0),
    ("mp3", "cbr.mp3", &["-c:a", "libmp3lame", "-b:a", "128k"], 80.0),
    ("mp3", "vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "4"], 80.0),
    ("mp3", "low.mp3", &["-c:a", "libmp3lame", "-b:a", "32k", "-ar", "22050"], 80.0),
    ("mp3", "bare.mp3", &["-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0"], 80.0),
    ("ogg", "vorbis.ogg", &["-c:a", "libvorbis", "-q:a", "4"], 80.0),
    ("mp4", "aac.m4a", &["-c:a", "aac", "-aac_pns", "0", "-b:a", "160k"], 60.0),
    ("mp4", "front.m4a", &["-c:a", "aac", "-aac_pns", "0", "-b:a", "160k", "-movflags", "faststart"], 60.0),
    ("mp4", "alac.m4a", &["-c:a", "alac"], 200.0),
    ("aac", "a.aac", &["-c:a", "aac", "-aac_pns", "0", "-b:a", "160k"], 60.0),
];

fn file(name: &str, arguments: &[&str]) -> std::path::PathBuf {
    made(name, arguments)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn every_container_decodes_to_the_reference() {
    for (container, name, arguments, wanted) in FILES {
        let path = file(name, arguments);
        let reference = reference(&path);
        let mut player = open(&text(&path));
        let got = player.all();
        let info = player.track.info().expect("probed").clone();
        assert_eq!(info.container, *container, "{name}");
        assert!(info.seekable, "{name}");
        assert_eq!(lag(&reference.left, &got.left, 1200), 0, "{name}: lag");
        for (channel, (r, g)) in [(&reference.left, &got.left), (&reference.right, &got.right)].into_iter().enumerate()
        {
            let snr = snr(r, g);
            assert!(snr >= *wanted, "{name}, channel {channel}: {snr:.1} dB");
        }
        if let Some(frames) = info.frames {
            assert_eq!(frames, got.len() as u64, "{name}: the length told is the length played");
        }
        println!("{name}: {} frames, ffmpeg {}, told {:?}, {}", got.len(), reference.len(), info.frames, info.codec);
    }
}

#[test]
fn gapless_containers_have_the_length_of_the_original() {
    let original = reference(media::original()).len();
    for name in ["s16.wav", "a.flac", "cbr.mp3", "vbr.mp3", "vorbis.ogg", "aac.m4a", "front.m4a", "alac.m4a"] {
        let (_, _, arguments, _) = FILES.iter().find(|f| f.1 == name).expect("listed");
        assert_eq!(open(&text(&file(name, arguments))).all().len(), original, "{name}");
    }
}

#[test]
fn seeks_give_the_very_samples() {
    for (_, name, arguments, _) in FILES {
        let path = file(name, arguments);
        let all = open(&text(&path)).all();
        let length = all.len() as u64;
        let mut player = open(&text(&path));
        let targets = [length / 2 + 17, 1, 0, length - 100, 4000, length / 3, length / 3 + 5, length + 5, 100_000];
        for target in targets {
            player.track.seek(target);
            let (first, rest) = player.rest().unwrap_or_else(|error| panic!("{name}, to {target}: {error}"));
            let from = target.min(length) as usize;
            assert_eq!(rest.len(), all.len() - from, "{name}, to {target}: what remains");
            assert_eq!(first, (target < length).then_some(target), "{name}, to {target}");
            let worst = rest.left.iter().zip(&all.left[from..]).chain(rest.right.iter().zip(&all.right[from..]));
            let worst = worst.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-6, "{name}, to {target}: samples differ by {worst}");
        }
    }
}

#[test]
fn a_seek_in_the_middle_of_playing_and_before_probing_is_exact() {
    let path = file("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "4"]);
    let all = open(&text(&path)).all();
    let mut player = open(&text(&path));
    player.track.seek(77_777);
    let piece = player.step().expect("plays").expect("not over");
    assert_eq!((piece.frame, piece.pcm.left[0]), (77_777, all.left[77_777]));
    for _ in 0..5 {
        player.step().expect("plays");
    }
    player.track.seek(300_001);
    player.track.seek(200_001);
    let piece = player.step().expect("plays").expect("not over");
    assert_eq!((piece.frame, &piece.pcm.left[..]), (200_001, &all.left[200_001..200_001 + piece.pcm.len()]));
}

#[test]
fn tags_and_codec_names_are_read() {
    let tags = ["-metadata", "title=Überall", "-metadata", "artist=Nobody"];
    for (name, codec, arguments) in [
        ("tag.mp3", "mp3", &["-c:a", "libmp3lame"][..]),
        ("tag.flac", "flac", &["-c:a", "flac"]),
        ("tag.ogg", "vorbis", &["-c:a", "libvorbis"]),
        ("tag.m4a", "aac", &["-c:a", "aac"]),
    ] {
        let info = open(&text(&made(name, &[arguments, &tags].concat()))).info();
        assert_eq!((info.codec.as_str(), info.channels, info.rate), (codec, 2, 44_100), "{name}");
        assert_eq!((info.title.as_deref(), info.artist.as_deref()), (Some("Überall"), Some("Nobody")), "{name}");
    }
}

#[test]
fn mono_is_doubled_and_of_six_channels_the_first_two_are_kept() {
    let mono = open(&text(&made("mono.flac", &["-ac", "1", "-c:a", "flac"]))).all();
    assert!(mono.left == mono.right && mono.len() > 400_000);
    let six = made("six.wav", &["-af", "pan=5.1|FL=FL|FR=FR|FC=0.5*FL|LFE=0*FL|BL=FR|BR=FL", "-c:a", "pcm_s16le"]);
    let mut player = open(&text(&six));
    let (got, stereo) = (player.all(), open(&text(media::original())).all());
    assert_eq!(player.info().channels, 6);
    assert!(got.left == stereo.left && got.right == stereo.right);
}

#[test]
fn what_is_no_audio_file_is_refused_with_a_reason() {
    let folder = media::folder();
    for (name, content, word) in [
        ("empty", &b""[..], "empty"),
        ("page", b"<!doctype html><html><body>", "web page"),
        ("text", &[b'a'; 5000], "play mp3"),
        ("short.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, content).expect("written");
        let message = open(&text(&path)).rest().expect_err(name);
        assert!(message.contains(word), "{name}: {message}");
    }
    let ts = made("a.ts", &["-c:a", "aac", "-f", "mpegts"]);
    let message = open(&text(&ts)).rest().expect_err("ts");
    assert!(message.contains("transport stream"), "{message}");
}

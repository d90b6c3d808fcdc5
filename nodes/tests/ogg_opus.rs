//! Ogg Opus: decoded like the reference, forwarded packet by packet, exact seeks, chains, and broken files.

mod media;

use lavalink_exec::Pcm;
use media::{Player, folder, lag, made, open, reference, snr};
use std::path::{Path, PathBuf};

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn file() -> PathBuf {
    made(
        "a.opus",
        &["-c:a", "libopus", "-b:a", "128k", "-ar", "48000", "-metadata", "title=Über", "-metadata", "artist=Me"],
    )
}

fn packets(player: &mut Player) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(piece) = player.step().expect("plays") {
        // The last packet may hold frames behind the end, which do not count.
        assert!(piece.pcm.is_empty() && (1..=960).contains(&piece.packet_frames));
        all.push((piece.frame, piece.packet.clone()));
    }
    all
}

#[test]
fn decodes_to_the_reference_with_its_length() {
    for (name, arguments) in
        [("a.opus", &[][..]), ("mono.opus", &["-ac", "1"]), ("60.opus", &["-frame_duration", "60"])]
    {
        let path = if name == "a.opus" {
            file()
        } else {
            made(name, &[&["-c:a", "libopus", "-ar", "48000"], arguments].concat())
        };
        let mut reference = reference(&path);
        if name == "mono.opus" {
            // ffmpeg takes 3 dB off a channel that becomes two.
            reference.left.iter_mut().for_each(|x| *x *= core::f32::consts::SQRT_2);
        }
        let mut player = open(&text(&path));
        let got = player.all();
        let info = player.track.info().expect("probed").clone();
        assert_eq!((info.codec.as_str(), info.container.as_str(), info.rate), ("opus", "ogg", 48_000));
        assert_eq!(info.frames, Some(got.len() as u64), "{name}");
        assert_eq!(got.len(), reference.len(), "{name}: end trimming");
        assert_eq!(lag(&reference.left, &got.left, 1000), 0, "{name}");
        let snr = snr(&reference.left, &got.left);
        assert!(snr > 60.0, "{name}: {snr:.1} dB");
        assert_eq!(player.track.packet_decoder().is_some(), name != "60.opus", "{name}");
    }
    let info = open(&text(&file())).info();
    assert_eq!((info.title.as_deref(), info.artist.as_deref()), (Some("Über"), Some("Me")));
}

#[test]
fn packets_are_delivered_on_their_grid_and_decode_to_the_same() {
    let mut player = open(&text(&file()));
    player.track.deliver_packets(true);
    let packets = packets(&mut player);
    for (k, (frame, _)) in packets.iter().enumerate() {
        assert_eq!(*frame, 960 * k as u64);
    }
    let mut decoder = player.track.packet_decoder().expect("a decoder");
    let (mut left, mut right) = (vec![0.0; 960], vec![0.0; 960]);
    let mut all = Pcm::new();
    for (_, packet) in &packets {
        assert_eq!(decoder.decode(packet, &mut left, &mut right), 960);
        all.left.extend_from_slice(&left);
    }
    let pcm = open(&text(&file())).all();
    assert_eq!(all.left[312..312 + pcm.len()], pcm.left[..]);
}

#[test]
fn seeks_are_exact_after_eighty_milliseconds_of_history() {
    let all = open(&text(&file())).all();
    let length = all.len() as u64;
    let mut player = open(&text(&file()));
    for target in [length / 2 + 17, 1, 0, length - 100, 4000, length / 3, length + 5, 100_000] {
        player.track.seek(target);
        let (first, rest) = player.rest().unwrap_or_else(|error| panic!("to {target}: {error}"));
        let from = target.min(length) as usize;
        assert_eq!(rest.len(), all.len() - from, "to {target}: what remains");
        assert_eq!(first, (target < length).then_some(target), "to {target}");
        if rest.len() > 10_000 {
            assert_eq!(lag(&all.left[from..], &rest.left, 500), 0, "to {target}");
            let snr = snr(&all.left[from..], &rest.left);
            assert!(snr > 40.0, "to {target}: {snr:.1} dB");
        }
    }
    player.track.deliver_packets(true);
    let packets = packets_from(&mut player, 100_000);
    assert_eq!(packets[0].0, 100_000 / 960 * 960);
}

fn packets_from(player: &mut Player, frame: u64) -> Vec<(u64, Vec<u8>)> {
    player.track.seek(frame);
    packets(player)
}

#[test]
fn going_over_between_packets_and_pcm_loses_nothing() {
    let all = open(&text(&file())).all();
    let mut player = open(&text(&file()));
    player.track.deliver_packets(true);
    for _ in 0..50 {
        assert_eq!(player.step().expect("plays").expect("not over").packet_frames, 960);
    }
    player.track.deliver_packets(false);
    let piece = player.step().expect("plays").expect("not over");
    assert_eq!(piece.frame, 50 * 960 - 312);
    let from = piece.frame as usize;
    let snr = snr(&all.left[from..from + piece.pcm.len()], &piece.pcm.left);
    assert!(snr > 15.0, "{snr:.1} dB");
    player.track.deliver_packets(true);
    let frame = player.step().expect("plays").expect("not over").frame;
    assert_eq!(frame % 960, 0);
}

#[test]
fn links_of_a_chain_follow_each_other_without_a_hole() {
    let other = made("b.opus", &["-t", "3", "-c:a", "libopus", "-b:a", "64k", "-ar", "48000"]);
    let (first, second) = (open(&text(&file())).all(), open(&text(&other)).all());
    let chain = folder().join("chain.opus");
    let bytes = [std::fs::read(file()).expect("read"), std::fs::read(&other).expect("read")].concat();
    std::fs::write(&chain, bytes).expect("written");
    let mut player = open(&text(&chain));
    let all = player.all();
    assert_eq!(all.len(), first.len() + second.len());
    assert_eq!(all.left[first.len()..], second.left[..]);
    let target = first.len() as u64 + 50_000;
    player.track.seek(target);
    let (at, rest) = player.rest().expect("plays");
    assert_eq!((at, rest.len()), (Some(target), second.len() - 50_000));
}

#[test]
fn broken_files_neither_panic_nor_hang() {
    let whole = std::fs::read(made("short.opus", &["-t", "1", "-c:a", "libopus", "-ar", "48000"])).expect("read");
    let path = folder().join("broken.opus");
    let mut random = 11u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(77);
        (random >> 33) as usize % below
    };
    for round in 0..150 {
        let mut bytes = whole.clone();
        if round % 3 == 0 {
            bytes.truncate(next(whole.len()));
        }
        for _ in 0..next(6) {
            if !bytes.is_empty() {
                let at = if round % 2 == 0 { next(bytes.len().min(300)) } else { next(bytes.len()) };
                bytes[at] ^= 1 << next(8);
            }
        }
        std::fs::write(&path, &bytes).expect("written");
        let mut player = open(&text(&path));
        player.track.deliver_packets(round % 5 == 0);
        for _ in 0..200 {
            if !matches!(player.step(), Ok(Some(_))) {
                break;
            }
        }
        player.track.seek(next(60_000) as u64);
        for _ in 0..200 {
            if !matches!(player.step(), Ok(Some(_))) {
                break;
            }
        }
    }
}

#[test]
fn a_lost_page_leaves_a_hole_of_its_own_length() {
    let path = made("pages.opus", &["-c:a", "libopus", "-b:a", "96k", "-ar", "48000", "-page_duration", "200000"]);
    let mut bytes = std::fs::read(&path).expect("read");
    let all = open(&text(&path)).all();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    let broken = folder().join("lost.opus");
    std::fs::write(&broken, bytes).expect("written");
    let got = open(&text(&broken)).all();
    assert_eq!(got.len(), all.len());
    let tail = all.len() - 100_000;
    assert!(snr(&all.left[tail..], &got.left[tail..]) > 40.0);
}

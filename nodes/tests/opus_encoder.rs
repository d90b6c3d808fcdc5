//! What the Opus encoder promises: packets on the track's grid, whatever the blocks, the entry and the turns taken.

use lavalink_exec::{Format, Packet, PacketDecoder, Params, Solo, TrackTime, Value};
use lavalink_nodes::encode::opus_encoder;
use lavalink_nodes::opus::Decoder;

const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };

/// Noise that libopus codes well at 128 kbit/s: low-passed, steady, the same whenever it is asked for.
fn music(frame: u64) -> f32 {
    let t = frame as f32 / 48_000.0;
    let tone = |f: f32, a: f32| a * (core::f32::consts::TAU * ((f * t) % 1.0)).sin();
    tone(311.0, 0.2) + tone(1_733.0, 0.1) + tone(97.0, 0.15) + tone(523.7 + 40.0 * (t * 3.0).sin() / 3.0, 0.1)
}

fn encoder(settings: &[(&str, Value)]) -> Solo {
    let mut params = Params::defaults(&opus_encoder::KIND);
    for (name, value) in settings {
        params.set(params.index(name).expect("a parameter"), value.clone()).expect("in range");
    }
    Solo::new(&params, FORMAT).expect("builds").0
}

/// Encodes the track from `from` on in blocks of `block`, as if `latency` frames late.
fn encode(solo: &mut Solo, from: u64, frames: u64, block: usize, latency: u32) -> Vec<Packet> {
    let mut packets = Vec::new();
    solo.set_latency(latency);
    let mut at = from;
    while at < from + frames {
        let n = block.min((from + frames - at) as usize);
        solo.block(n, |_, io| {
            for i in 0..n {
                let frame = (at + i as u64) as i64 - i64::from(latency);
                let sample = if frame < from as i64 { 0.0 } else { music(frame as u64) };
                io.left[i] = sample;
                io.right[i] = 0.5 * sample;
            }
        });
        packets.extend_from_slice(solo.packets(0));
        at += n as u64;
    }
    packets
}

fn decode<'a>(decoder: &mut Decoder, packets: impl IntoIterator<Item = &'a Packet>) -> Vec<f32> {
    let mut out = Vec::new();
    for packet in packets {
        let (mut left, mut right) = ([0.0; 960], [0.0; 960]);
        assert_eq!(decoder.decode(packet.data(), &mut left, &mut right), 960);
        out.extend_from_slice(&left);
    }
    out
}

/// Frames of shift that are looked at.
const MOST: u64 = 700;

/// By how many frames `sound` is late against the track at `from`, and the correlation there.
fn lag(sound: &[f32], from: u64) -> (i64, f64) {
    let reference: Vec<f32> = (from - MOST..from + MOST + sound.len() as u64).map(music).collect();
    let correlation = |lag: i64| {
        let (mut xy, mut xx, mut yy) = (0.0, 1e-9, 1e-9);
        for (m, s) in reference[(MOST as i64 - lag) as usize..].iter().zip(sound) {
            xy += f64::from(*m * *s);
            xx += f64::from(*m * *m);
            yy += f64::from(*s * *s);
        }
        xy / f64::sqrt(xx * yy)
    };
    (-(MOST as i64)..=MOST as i64)
        .map(|lag| (lag, correlation(lag)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .expect("not empty")
}

/// Asserts that every 5 ms of `sound` is within `most` dB of the track at `from`.
fn assert_level(sound: &[f32], from: u64, most: f64) {
    for (k, piece) in sound.chunks_exact(240).enumerate() {
        let got: f64 = piece.iter().map(|s| f64::from(*s).powi(2)).sum();
        let at = from + 240 * k as u64;
        let wanted: f64 = (0..240).map(|i| f64::from(music(at + i)).powi(2)).sum();
        let db = 10.0 * (got / wanted).log10();
        assert!(db.abs() <= most, "{db:.2} dB off in the 5 ms from frame {at}");
    }
}

#[test]
fn packets_lie_on_the_grid_from_the_first_frame_on() {
    for block in [960, 256, 1_024, 37] {
        let packets = encode(&mut encoder(&[]), 0, 96_000, block, 0);
        assert_eq!(packets[0].frames, 0, "a lead comes first");
        for (k, packet) in packets[1..].iter().enumerate() {
            assert_eq!((packet.frame, packet.frames), (960 * k as u64, 960));
        }
        assert_eq!(packets.len() - 1, (96_000 - 312) / 960, "each as soon as its look-ahead is there");
        let sound = decode(&mut Decoder::new().expect("a decoder"), &packets);
        let (late, correlation) = lag(&sound[960 + 9_600..960 + 38_400], 9_600);
        assert_eq!(late, 0);
        assert!(correlation > 0.999, "correlation {correlation}");
        assert_level(&sound[960..], 0, 1.0);
    }
}

#[test]
fn packets_do_not_depend_on_the_length_of_blocks() {
    let whole = encode(&mut encoder(&[]), 480, 48_000, 960, 0);
    let split = encode(&mut encoder(&[]), 480, 48_000, 129, 0);
    assert!(whole.len() > 40);
    for (a, b) in whole.iter().zip(&split) {
        assert_eq!((a.frame, a.data()), (b.frame, b.data()));
    }
}

#[test]
fn latency_before_the_encoder_is_made_up_for() {
    for latency in [1, 240, 312, 960, 5_000] {
        let packets = encode(&mut encoder(&[]), 0, 96_000, 480, latency);
        let packets: Vec<_> = packets.iter().filter(|p| p.frames > 0).collect();
        assert_eq!(packets[0].frame, 0);
        let sound = decode(&mut Decoder::new().expect("a decoder"), packets);
        assert_eq!(lag(&sound[9_600..38_400], 9_600).0, 0, "with {latency} frames of latency");
    }
}

/// The heart of switching between the track's own packets and the encoder's: a continuous decoder must not hear it.
#[test]
fn a_decoder_of_other_packets_joins_without_a_step() {
    for application in [0, 2] {
        let settings = [("application", Value::Choice(application))];
        let other = encode(&mut encoder(&settings), 0, 96_000, 960, 0);
        let other: Vec<_> = other.iter().filter(|p| p.frames > 0).collect();
        for entry in [43_007, 44_160, 44_199] {
            // As the engine does: warmed up for about 80 ms, then heard.
            let mut late = encoder(&settings);
            late.seek(TrackTime { frame: entry, generation: 3 });
            late.prime(true);
            encode(&mut late, entry, 48_000 - entry, 960, 0);
            late.prime(false);
            let own = encode(&mut late, 48_000, 48_000, 960, 0);
            assert!(own.iter().all(|p| p.generation == 3 && p.frame % 960 == 0));
            let begin = own[0].frame;
            let mut decoder = Decoder::new().expect("a decoder");
            decode(&mut decoder, other.iter().copied().filter(|p| p.frame < begin));
            let sound = decode(&mut decoder, &own);
            let (late, correlation) = lag(&sound[..28_800], begin);
            assert_eq!(late, 0, "entry at {entry}");
            assert!(correlation > 0.998, "correlation {correlation}");
            assert_level(&sound[..19_200], begin, 1.0);
        }
    }
}

#[test]
fn a_seek_begins_anew_on_the_grid_of_the_new_place() {
    let mut solo = encoder(&[]);
    encode(&mut solo, 0, 9_600, 480, 0);
    solo.seek(TrackTime { frame: 100_000, generation: 1 });
    let packets = encode(&mut solo, 100_000, 48_000, 480, 0);
    assert_eq!((packets[0].frame, packets[0].generation), (99_840, 1));
    let sound = decode(&mut Decoder::new().expect("a decoder"), &packets);
    assert_eq!(lag(&sound[9_600..38_400], 99_840 + 9_600).0, 0);
}

#[test]
fn the_end_of_a_track_comes_out_with_the_silence_behind_it() {
    let mut solo = encoder(&[]);
    let mut packets = encode(&mut solo, 0, 48_100, 960, 0);
    solo.run_track(false);
    for _ in 0..2 {
        solo.block(960, |_, _| {});
        packets.extend_from_slice(solo.packets(0));
    }
    let last = packets.last().expect("packets");
    assert!(last.frame + 960 >= 48_100, "the last packet begins at {}", last.frame);
    let sound = decode(&mut Decoder::new().expect("a decoder"), &packets);
    assert_level(&sound[960..960 + 48_000], 0, 1.0);
}

#[test]
fn a_standing_track_gives_a_steady_stream() {
    let mut solo = encoder(&[]);
    encode(&mut solo, 0, 9_600, 960, 0);
    solo.run_track(false);
    let mut frames = Vec::new();
    for _ in 0..50 {
        solo.block(960, |_, _| {});
        frames.extend(solo.packets(0).iter().map(|p| p.frame));
    }
    assert_eq!(frames.len(), 50);
    assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 960), "{frames:?}");
}

#[test]
fn bitrate_and_complexity_change_while_it_plays() {
    let mut solo = encoder(&[("bitrate", Value::Number(256_000.0))]);
    let bytes = |packets: &[Packet]| packets.iter().map(|p| p.data().len()).sum::<usize>();
    let high = encode(&mut solo, 0, 96_000, 960, 0);
    solo.processor().set(0, 32_000.0);
    solo.processor().set(1, 0.0);
    let low = encode(&mut solo, 96_000, 96_000, 960, 0);
    assert!(low.windows(2).all(|pair| pair[1].frame == pair[0].frame + 960), "no packet is lost over it");
    assert!(bytes(&low) * 3 < bytes(&high), "{} bytes against {}", bytes(&low), bytes(&high));
}

#[test]
fn constant_bitrate_makes_packets_of_one_size() {
    let packets = encode(&mut encoder(&[("vbr", Value::Flag(false))]), 0, 48_000, 960, 0);
    assert!(packets.iter().all(|p| p.data().len() == 320), "128 kbit/s are 320 bytes in 20 ms");
}

#[test]
fn another_rate_than_48_khz_is_refused_with_the_remedy() {
    let params = Params::defaults(&opus_encoder::KIND);
    let Err(error) = Solo::new(&params, Format { rate: 44_100, max_block: 1_024 }) else { panic!("must not build") };
    assert!(error.message.contains("sample_rate"), "{}", error.message);
}

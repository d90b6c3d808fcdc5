//! The Opus wrapper: what goes in comes out, late by the look-ahead, and nothing breaks it.

use lavalink_exec::PacketDecoder;
use lavalink_nodes::opus::{
    Application, Decoder, Encoder, FRAMES_20_MS, MAX_PACKET_BYTES, OpusError, PacketShape, Vbr,
};

fn chord(frame: usize) -> [f32; 2] {
    let t = frame as f32 / 48_000.0;
    let tone = |hz: f32| (core::f32::consts::TAU * hz * t).sin() * 0.2;
    [tone(440.0) + tone(554.0), tone(659.0) + tone(440.0)]
}

fn coded(encoder: &mut Encoder, packets: usize) -> Vec<Vec<u8>> {
    (0..packets)
        .map(|k| {
            let pcm: Vec<f32> = (0..FRAMES_20_MS).flat_map(|n| chord(k * FRAMES_20_MS + n)).collect();
            let mut packet = [0; MAX_PACKET_BYTES];
            let n = encoder.encode(&pcm, &mut packet).expect("encodes");
            packet[..n].to_vec()
        })
        .collect()
}

#[test]
fn a_chord_survives_and_lags_by_the_lookahead() {
    let mut encoder = Encoder::new(Application::Audio).expect("encoder");
    encoder.set_bitrate(192_000).expect("bitrate");
    encoder.set_complexity(10).expect("complexity");
    encoder.set_vbr(Vbr::Constrained).expect("vbr");
    encoder.set_fec(false).expect("fec");
    let lag = encoder.lookahead();
    assert_eq!(lag, 312);
    let mut decoder = Decoder::new().expect("decoder");
    let (mut left, mut right) = (vec![0.0; 960], vec![0.0; 960]);
    let (mut signal, mut noise) = (0.0f64, 0.0f64);
    for (k, packet) in coded(&mut encoder, 40).iter().enumerate() {
        let shape = PacketShape::of(packet).expect("well-formed");
        assert_eq!((shape.frames, shape.channels), (960, 2));
        assert_eq!(decoder.decode(packet, &mut left, &mut right), 960);
        if k >= 5 {
            for n in 0..960 {
                let want = chord(k * 960 + n - lag);
                for (got, want) in [(left[n], want[0]), (right[n], want[1])] {
                    signal += f64::from(want).powi(2);
                    noise += f64::from(got - want).powi(2);
                }
            }
        }
    }
    let snr = 10.0 * (signal / noise).log10();
    assert!(snr > 25.0, "SNR {snr:.1} dB");
}

#[test]
fn a_reset_encoder_repeats_itself() {
    let mut encoder = Encoder::new(Application::Audio).expect("encoder");
    encoder.set_bitrate(96_000).expect("bitrate");
    let first = coded(&mut encoder, 10);
    encoder.reset();
    assert_eq!(first, coded(&mut encoder, 10));
}

#[test]
fn constant_rate_gives_equal_packets_and_bad_values_are_refused() {
    let mut encoder = Encoder::new(Application::Audio).expect("encoder");
    encoder.set_bitrate(128_000).expect("bitrate");
    encoder.set_vbr(Vbr::Constant).expect("vbr");
    encoder.set_prediction_disabled(true).expect("prediction");
    assert!(coded(&mut encoder, 10).iter().all(|p| p.len() == 320));
    assert_eq!(encoder.set_complexity(11), Err(OpusError::BadArgument));
    assert!(encoder.encode(&[0.0; 200], &mut [0; 100]).is_err());
    assert_eq!(encoder.set_application(Application::Voip), Err(OpusError::BadArgument));
    encoder.reset();
    assert_eq!(encoder.set_application(Application::Voip), Ok(()));
}

#[test]
fn a_broken_packet_is_concealed_and_the_next_one_plays() {
    let mut encoder = Encoder::new(Application::Audio).expect("encoder");
    let packets = coded(&mut encoder, 6);
    let mut decoder = Decoder::new().expect("decoder");
    let (mut left, mut right) = (vec![0.0; 960], vec![0.0; 960]);
    for packet in &packets {
        decoder.decode(packet, &mut left, &mut right);
    }
    assert_eq!(decoder.decode(&[3, 0], &mut left, &mut right), 960);
    assert!(left.iter().any(|x| x.abs() > 0.01), "concealment goes on with the sound");
    assert_eq!(decoder.decode(&[], &mut left, &mut right), 960);
    assert_eq!(decoder.decode(&packets[0], &mut left[..100], &mut right), 100);
    decoder.reset();
    assert_eq!(decoder.decode(&packets[0], &mut left, &mut right), 960);
}

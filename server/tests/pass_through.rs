//! Opus packets go through untouched while no node on their path has anything to do; when one has, the lane decodes,
//! filters and encodes on the same grid, and goes back to forwarding afterwards.

use lavalink_engine::control::{Offline, StartAt, Transaction};
use lavalink_engine::exec::{
    Context, Edge, Format, Group, Io, Kind, Make, Next, Output, PacketDecoder, Param, Params, Piece, Port, Processor,
    Sink, Track, TrackInfo, Unit, Value,
};
use lavalink_engine::graph::{BusWire, Graph, GraphNode, Latency, PortRef, Template};
use lavalink_nodes::opus::{Application, Decoder, Encoder};
use std::any::Any;
use std::sync::{Arc, Mutex};

type Packets = Arc<Mutex<Vec<(u64, Vec<u8>)>>>;
static RECORDS: Mutex<Vec<Packets>> = Mutex::new(Vec::new());

/// Records packets.
static RECORD: Kind = Kind {
    name: "record",
    help: "Test sink.",
    group: Group::Sink,
    inputs: &[Port::one("in", Edge::Packets)],
    outputs: &[],
    params: &[Param::whole("to", Unit::None, 0.0, 1e6, 0.0, "Number of the record.")],
    make: Make::Sink(|args| {
        let to = RECORDS.lock().expect("records")[args.params.number(0) as usize].clone();
        Ok(Sink { processor: Box::new(Record(to)), clock: None, drain: None })
    }),
    ..Kind::DEFAULT
};

struct Record(Packets);

impl Processor for Record {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let mut record = self.0.lock().expect("record");
        record.extend(io.packets_in(0).iter().map(|p| (p.frame, p.data().to_vec())));
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Something with all frequencies and a slowly moving level, so that a shift or a jump in level shows.
fn music(frame: usize) -> (f32, f32) {
    let t = frame as f64 / 48_000.0;
    let tone = |f: f64, a: f64| a * (2.0 * std::f64::consts::PI * f * t).sin();
    let left = tone(220.0, 0.2) + tone(331.7, 0.15) + tone(1234.5, 0.1) + tone(4321.0, 0.05);
    let right = tone(220.0, 0.2) + tone(440.3, 0.15) + tone(997.0, 0.1) + tone(6007.0, 0.04);
    (left as f32, right as f32)
}

/// A second of it makes 50 packets.
fn encoded(packets: usize) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(Application::Audio).expect("encoder");
    encoder.set_bitrate(160_000).expect("bitrate");
    (0..packets)
        .map(|k| {
            let pcm: Vec<f32> = (k * 960..(k + 1) * 960).flat_map(|f| <[f32; 2]>::from(music(f))).collect();
            let mut packet = vec![0; 1500];
            let len = encoder.encode(&pcm, &mut packet).expect("encode");
            packet.truncate(len);
            packet
        })
        .collect()
}

/// A track of Opus packets, as a demuxer delivers it.
struct Packed {
    info: TrackInfo,
    packets: Arc<Vec<Vec<u8>>>,
    at: usize,
    deliver: bool,
    /// Packets that are still to be repeated to prime whoever decodes from here on.
    repeat: usize,
    decoder: Decoder,
}

impl Packed {
    fn new(packets: &Arc<Vec<Vec<u8>>>) -> Self {
        let info =
            TrackInfo { rate: 48_000, channels: 2, seekable: true, codec: "opus".into(), ..TrackInfo::default() };
        Self {
            info,
            packets: Arc::clone(packets),
            at: 0,
            deliver: false,
            repeat: 0,
            decoder: Decoder::new().expect("decoder"),
        }
    }
}

impl Track for Packed {
    fn info(&self) -> Option<&TrackInfo> {
        Some(&self.info)
    }
    fn next(&mut self, piece: &mut Piece) -> Next {
        if self.repeat > 0 {
            let k = self.at - self.repeat;
            self.repeat -= 1;
            piece.frame = k as u64 * 960;
            piece.packet.extend_from_slice(&self.packets[k]);
            piece.packet_frames = 960;
            return Next::Piece;
        }
        let Some(packet) = self.packets.get(self.at) else { return Next::End };
        piece.frame = self.at as u64 * 960;
        if self.deliver {
            piece.packet.extend_from_slice(packet);
            piece.packet_frames = 960;
            // What is forwarded is decoded as well, so that a change to pcm goes on where it is.
            self.decoder.decode_interleaved(packet).expect("decode");
        } else {
            let pcm = self.decoder.decode_interleaved(packet).expect("decode");
            for pair in pcm.chunks_exact(2) {
                piece.pcm.left.push(pair[0]);
                piece.pcm.right.push(pair[1]);
            }
        }
        self.at += 1;
        Next::Piece
    }
    fn seek(&mut self, frame: u64) {
        self.at = (frame / 960) as usize;
    }
    fn deliver_packets(&mut self, packets: bool) {
        if packets && !self.deliver {
            self.repeat = self.at.min(4);
        }
        self.deliver = packets;
    }
    fn packet_decoder(&self) -> Option<Box<dyn PacketDecoder>> {
        Some(Box::new(Decoder::new().expect("decoder")))
    }
}

fn node(name: &str, kind: &str) -> GraphNode {
    GraphNode::new(name, Params::defaults(lavalink_nodes::registry::find(kind).expect("kind")))
}

/// source → decoder → (stream: low_pass → resampler) → fader → encoder → record, and, where asked, fader → device.
fn engine(stream: bool, device: bool) -> (Offline, u32, Packets) {
    let record: Packets = Arc::default();
    let number = {
        let mut all = RECORDS.lock().expect("records");
        all.push(Arc::clone(&record));
        all.len() - 1
    };
    let format = Format { rate: 48_000, max_block: 960 };
    let mut player = Graph::new();
    let mut last = None;
    let mut fader = None;
    let mut names = vec![("track", "source"), ("decode", "decoder")];
    if stream {
        names.extend([("lowpass", "low_pass"), ("resample", "resampler")]);
    }
    names.extend([("fader", "fader"), ("encode", "opus_encoder")]);
    for (name, kind) in names {
        let mut made = node(name, kind);
        if kind == "low_pass" {
            let index = made.params.index("smoothing").expect("smoothing");
            made.params.set(index, Value::Number(1.0)).expect("off");
        }
        let at = player.add(made).expect("add");
        if let Some(last) = last {
            player.connect(PortRef { node: last, port: 0 }, PortRef { node: at, port: 0 }).expect("wire");
        }
        if name == "fader" {
            fader = Some(at);
        }
        last = Some(at);
    }
    let mut params = Params::defaults(&RECORD);
    params.set(0, Value::Number(number as f64)).expect("to");
    let sink = player.add(GraphNode::new("sink", params)).expect("add");
    player.connect(PortRef { node: last.expect("chain"), port: 0 }, PortRef { node: sink, port: 0 }).expect("wire");
    let mut room = Graph::new();
    let mut bus = Vec::new();
    if device {
        let mixer = room.add(node("room", "mixer")).expect("add");
        let out = room.add(node("out", "null")).expect("add");
        room.connect(PortRef { node: mixer, port: 0 }, PortRef { node: out, port: 0 }).expect("wire");
        bus.push(BusWire { from: PortRef { node: fader.expect("fader"), port: 0 }, to: mixer, port: None });
    }
    let template = Template {
        name: "test".into(),
        format,
        latency: Latency::Standard,
        device: room,
        player,
        bus,
        degrade: Vec::new(),
    };
    let mut engine = Offline::start(template, 960).expect("engine");
    let player = engine.add_player().expect("player");
    (engine, player, record)
}

/// All packets decoded by one decoder, left channel.
fn decoded(packets: &[Vec<u8>]) -> Vec<f32> {
    let mut decoder = Decoder::new().expect("decoder");
    packets
        .iter()
        .flat_map(|p| decoder.decode_interleaved(p).expect("decode").chunks_exact(2).map(|f| f[0]).collect::<Vec<_>>())
        .collect()
}

/// The shift of `b` against `a` with the largest correlation.
fn shift(a: &[f32], b: &[f32]) -> i64 {
    let score = |by: i64| -> f64 {
        (1000..a.len() as i64 - 1000).map(|i| f64::from(a[i as usize]) * f64::from(b[(i + by) as usize])).sum()
    };
    (-700..=700).max_by(|x, y| score(*x).total_cmp(&score(*y))).unwrap_or(i64::MAX)
}

/// The largest difference in level between two signals in any 5 ms, in dB.
fn level(a: &[f32], b: &[f32]) -> f64 {
    let power = |x: &[f32]| x.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>().max(1e-9);
    a.chunks_exact(240)
        .zip(b.chunks_exact(240))
        .map(|(a, b)| (10.0 * (power(a) / power(b)).log10()).abs())
        .fold(0.0, f64::max)
}

fn contiguous(record: &Packets) -> Vec<Vec<u8>> {
    let record = record.lock().expect("record");
    assert!(record.len() > 2, "{} packets", record.len());
    for (at, pair) in record.windows(2).enumerate() {
        assert_eq!(pair[1].0, pair[0].0 + 960, "packet {at} is followed by {}", pair[1].0);
    }
    assert_eq!(record[0].0, 0);
    record.iter().map(|(_, data)| data.clone()).collect()
}

fn set(node: &str, index: usize, value: f64) -> Transaction {
    Transaction::new().set(node, index, Value::Number(value))
}

#[test]
fn packets_of_an_untouched_track_come_out_as_they_went_in() {
    for device in [false, true] {
        let (mut engine, player, record) = engine(false, device);
        let packets = Arc::new(encoded(100));
        engine.play(player, Box::new(Packed::new(&packets)), StartAt::default()).expect("play");
        engine.render(960 * 110);
        let out = contiguous(&record);
        assert_eq!(out.len(), 100, "with a device: {device}");
        assert!(out == *packets, "with a device: {device}");
    }
}

#[test]
fn a_filter_in_mid_play_keeps_the_grid() {
    for device in [false, true] {
        let (mut engine, player, record) = engine(false, device);
        let packets = Arc::new(encoded(200));
        engine.play(player, Box::new(Packed::new(&packets)), StartAt::default()).expect("play");
        engine.render(960 * 50);
        assert!(engine.view(Some(player)).expect("view").passes_through);
        // So little that levels stay comparable, but not nothing.
        drop(engine.submit(Some(player), &set("fader", 0, -0.2)).expect("set"));
        engine.render(960 * 50);
        assert!(!engine.view(Some(player)).expect("view").passes_through);
        drop(engine.submit(Some(player), &set("fader", 0, 0.0)).expect("set"));
        engine.render(960 * 50);
        assert!(engine.view(Some(player)).expect("view").passes_through);
        engine.render(960 * 60);
        let out = contiguous(&record);
        assert_eq!(out.len(), 200);
        let same = out.iter().zip(packets.iter()).filter(|(a, b)| a == b).count();
        assert!((120..180).contains(&same), "{same} packets went through untouched");
        let (wanted, got) = (decoded(&packets), decoded(&out));
        for part in [10..40, 52..70, 70..95, 95..112, 112..140, 150..190] {
            let part = part.start * 960..part.end * 960;
            let (a, b) = (&wanted[part.clone()], &got[part.clone()]);
            assert_eq!(shift(a, b), 0, "frames {part:?}");
            assert!(level(a, b) <= 1.0, "frames {part:?}: {} dB", level(a, b));
        }
    }
}

#[test]
fn a_stream_node_in_mid_play_keeps_the_grid() {
    let (mut engine, player, record) = engine(true, false);
    let packets = Arc::new(encoded(300));
    engine.play(player, Box::new(Packed::new(&packets)), StartAt::default()).expect("play");
    engine.render(960 * 50);
    assert!(engine.view(Some(player)).expect("view").passes_through);
    // A one-pole whose corner lies far above the music.
    drop(engine.submit(Some(player), &set("lowpass", 0, 1.02)).expect("set"));
    engine.render(960 * 80);
    assert!(!engine.view(Some(player)).expect("view").passes_through);
    drop(engine.submit(Some(player), &set("lowpass", 0, 1.0)).expect("set"));
    engine.render(960 * 100);
    assert!(engine.view(Some(player)).expect("view").passes_through);
    engine.render(960 * 100);
    let out = contiguous(&record);
    assert_eq!(out.len(), 300);
    let (wanted, got) = (decoded(&packets), decoded(&out));
    for from in (1..29).map(|n| n * 10) {
        let part = from * 960..(from + 10) * 960;
        let (a, b) = (&wanted[part.clone()], &got[part.clone()]);
        assert_eq!(shift(a, b), 0, "frames {part:?}");
        assert!(level(a, b) <= 1.0, "frames {part:?}: {} dB", level(a, b));
    }
}

//! Node kinds and tracks that tests of the engine are made of.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use lavalink_engine::control::{Offline, StartAt, Transaction};
use lavalink_engine::exec::{
    Context, Edge, Format, Group, Io, Kind, Live, Make, Next, Output, Param, Params, Piece, Port, Processor, Sink,
    Tail, Track, TrackInfo, Unit, Value,
};
use lavalink_engine::graph::{BusWire, Graph, GraphNode, Latency, NodeIndex, PortRef, Template};
use std::any::Any;
use std::f64::consts::PI;
use std::sync::{Arc, Mutex};

pub const FORMAT: Format = Format { rate: 48_000, max_block: 960 };
const PORT_IN: &[Port] = &[Port::one("in", Edge::Pcm)];

/// A linear gain that ramps over 20 ms.
pub static GAIN: Kind = Kind {
    name: "gain",
    help: "Test gain.",
    params: &[
        Param::number("gain", Unit::None, 0.0, 10.0, 1.0, "Factor.").live(Live::Ramp),
        Param::whole("model", Unit::None, 0.0, 9.0, 0.0, "Changing it rebuilds."),
    ],
    identity: |p| p.number(0) == 1.0,
    make: Make::Lane(|args| Ok(Box::new(Gain::new(args.params.number(0) as f32)))),
    ..Kind::DEFAULT
};

struct Gain {
    now: f32,
    from: f32,
    to: f32,
    at: usize,
}

impl Gain {
    fn new(gain: f32) -> Self {
        Self { now: gain, from: gain, to: gain, at: 960 }
    }
}

impl Processor for Gain {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        let block = io.inout();
        for i in 0..ctx.frames {
            if self.at < 960 {
                let x = (self.at as f32 + 0.5) / 960.0;
                self.now = self.from + (self.to - self.from) * (0.5 - 0.5 * (std::f32::consts::PI * x).cos());
                self.at += 1;
            } else {
                self.now = self.to;
            }
            block.left[i] *= self.now;
            block.right[i] *= self.now;
        }
        Output::Written
    }
    fn set(&mut self, index: usize, value: f32) {
        if index == 0 {
            (self.from, self.to, self.at) = (self.now, value, 0);
        }
    }
    fn reset(&mut self) {
        *self = Self::new(self.to);
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A delay with declared latency.
pub static LATE: Kind = Kind {
    name: "late",
    help: "Test latency.",
    params: &[
        Param::whole("frames", Unit::Frames, 1.0, 5000.0, 100.0, "Latency."),
        Param::flag("off", false, "Identity."),
    ],
    identity: |p| p.flag(1),
    latency: |p, _| p.number(0) as usize,
    tail: |p, _| Tail::Frames(p.number(0) as u32),
    make: Make::Lane(|args| Ok(Box::new(lavalink_engine::exec::Delay::new(args.params.number(0) as usize)))),
    ..Kind::DEFAULT
};

/// Panics when its input goes above a threshold.
pub static BOMB: Kind = Kind {
    name: "bomb",
    help: "Test panic.",
    params: &[Param::number("above", Unit::None, 0.0, 10.0, 1.0, "Threshold.")],
    make: Make::Lane(|args| Ok(Box::new(Bomb { above: args.params.number(0) as f32 }))),
    ..Kind::DEFAULT
};

struct Bomb {
    above: f32,
}

impl Processor for Bomb {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let loud = io.inout().left.iter().any(|s| s.abs() > self.above);
        assert!(!loud, "test panic");
        Output::Bypass
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Adds its inputs.
pub static SUM: Kind = Kind {
    name: "sum",
    help: "Test mixer.",
    group: Group::Mixer,
    inputs: &[Port { name: "in", edge: Edge::Pcm, counted_by: Some(0) }],
    params: &[Param::whole("inputs", Unit::None, 1.0, 64.0, 2.0, "Inputs.")],
    make: Make::Lane(|_| Ok(Box::new(Sum))),
    ..Kind::DEFAULT
};

struct Sum;

impl Processor for Sum {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let inputs = io.inputs();
        let mut any = false;
        io.output(0).clear();
        for port in (0..inputs).filter(|p| !io.is_silent(*p)).collect::<arrayish::Ports>().iter() {
            let input = io.input(port);
            let out = io.output(0);
            for (o, i) in out.left.iter_mut().zip(input.left) {
                *o += i;
            }
            for (o, i) in out.right.iter_mut().zip(input.right) {
                *o += i;
            }
            any = true;
        }
        if any { Output::Written } else { Output::Silent }
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A set of port numbers that needs no allocation.
mod arrayish {
    #[derive(Default)]
    pub struct Ports(u64);
    impl FromIterator<usize> for Ports {
        fn from_iter<T: IntoIterator<Item = usize>>(iter: T) -> Self {
            Self(iter.into_iter().fold(0, |set, p| set | 1 << p))
        }
    }
    impl Ports {
        pub fn iter(&self) -> impl Iterator<Item = usize> {
            let set = self.0;
            (0..64).filter(move |p| set & (1 << p) != 0)
        }
    }
}

/// Source and decoder of the stream side; the tracks of these tests are both.
pub static SOURCE: Kind = Kind {
    name: "source",
    help: "Test source.",
    group: Group::Source,
    inputs: &[],
    outputs: &[Port::one("out", Edge::Bytes)],
    make: Make::Source,
    ..Kind::DEFAULT
};
pub static DECODER: Kind = Kind {
    name: "decoder",
    help: "Test decoder.",
    group: Group::Decoder,
    inputs: &[Port::one("in", Edge::Bytes)],
    make: Make::Decoder,
    ..Kind::DEFAULT
};

static RECORDS: Mutex<Vec<Arc<Mutex<Vec<f32>>>>> = Mutex::new(Vec::new());

/// A place to record into, and the number that the `record` kind is given.
pub fn record() -> (f64, Arc<Mutex<Vec<f32>>>) {
    let mut all = RECORDS.lock().expect("records");
    let record: Arc<Mutex<Vec<f32>>> = Arc::default();
    all.push(Arc::clone(&record));
    ((all.len() - 1) as f64, record)
}

/// Records the left channel. For offline tests: it locks and allocates.
pub static RECORD: Kind = Kind {
    name: "record",
    help: "Test sink.",
    group: Group::Sink,
    inputs: PORT_IN,
    outputs: &[],
    params: &[Param::whole("to", Unit::None, 0.0, 1e6, 0.0, "Number of the record.")],
    make: Make::Sink(|args| {
        let to = RECORDS.lock().expect("records")[args.params.number(0) as usize].clone();
        Ok(Sink { processor: Box::new(Record { to }), clock: None, drain: None })
    }),
    ..Kind::DEFAULT
};

struct Record {
    to: Arc<Mutex<Vec<f32>>>,
}

impl Processor for Record {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        self.to.lock().expect("record").extend_from_slice(io.input(0).left);
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Takes sound and does nothing with it; real-time safe.
pub static NOWHERE: Kind = Kind {
    name: "nowhere",
    help: "Test sink.",
    group: Group::Sink,
    inputs: PORT_IN,
    outputs: &[],
    make: Make::Sink(|_| Ok(Sink { processor: Box::new(Nowhere), clock: None, drain: None })),
    ..Kind::DEFAULT
};

struct Nowhere;

impl Processor for Nowhere {
    fn process(&mut self, _io: &mut Io<'_>, _ctx: &Context) -> Output {
        Output::Silent
    }
    fn reset(&mut self) {}
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The tones of the click test: 100, 997 and 5,000 Hz, -18 dBFS each.
pub fn tones(frame: u64) -> f32 {
    let t = frame as f64 / 48_000.0;
    let amplitude = 10_f64.powf(-18.0 / 20.0);
    [100.0, 997.0, 5000.0].iter().map(|f| amplitude * (2.0 * PI * f * t).sin()).sum::<f64>() as f32
}

/// A track made by a function of the frame, in pieces of 1,000 frames.
pub struct Made {
    info: TrackInfo,
    at: u64,
    len: u64,
    make: fn(u64) -> f32,
    /// Pieces after which it answers `Pending` for ever.
    pub stall_after: Option<u64>,
}

impl Made {
    pub fn new(make: fn(u64) -> f32, len: u64) -> Self {
        let info = TrackInfo { rate: 48_000, channels: 2, frames: Some(len), seekable: true, ..TrackInfo::default() };
        Self { info, at: 0, len, make, stall_after: None }
    }
}

impl Track for Made {
    fn info(&self) -> Option<&TrackInfo> {
        Some(&self.info)
    }
    fn next(&mut self, piece: &mut Piece) -> Next {
        if self.stall_after.is_some_and(|n| self.at >= n * 1000) {
            return Next::Pending;
        }
        if self.at >= self.len {
            return Next::End;
        }
        piece.frame = self.at;
        for frame in self.at..(self.at + 1000).min(self.len) {
            let sample = (self.make)(frame);
            piece.pcm.left.push(sample);
            piece.pcm.right.push(-sample);
        }
        self.at = (self.at + 1000).min(self.len);
        Next::Piece
    }
    fn seek(&mut self, frame: u64) {
        self.at = frame.min(self.len);
    }
}

pub fn node(name: &str, kind: &'static Kind, values: &[(&str, f64)]) -> GraphNode {
    let mut params = Params::defaults(kind);
    for (key, value) in values {
        let index = params.index(key).expect("parameter");
        let value = match params.values()[index] {
            Value::Flag(_) => Value::Flag(*value != 0.0),
            _ => Value::Number(*value),
        };
        params.set(index, value).expect("value");
    }
    GraphNode::new(name, params)
}

/// A graph of one chain.
pub fn chain(nodes: Vec<GraphNode>) -> (Graph, Vec<NodeIndex>) {
    let mut graph = Graph::new();
    let at: Vec<NodeIndex> = nodes.into_iter().map(|n| graph.add(n).expect("name")).collect();
    for pair in at.windows(2) {
        wire(&mut graph, pair[0], pair[1]);
    }
    (graph, at)
}

pub fn wire(graph: &mut Graph, from: NodeIndex, to: NodeIndex) {
    graph.connect(PortRef { node: from, port: 0 }, PortRef { node: to, port: 0 }).expect("wire");
}

/// Source, decoder and `middle`, in a chain into the device's mixer, which goes to a recording sink.
pub fn template(middle: Vec<GraphNode>, sink: GraphNode) -> Template {
    let (device, at) = chain(vec![node("room", &SUM, &[("inputs", 16.0)]), sink]);
    let mut nodes = vec![node("track", &SOURCE, &[]), node("decode", &DECODER, &[])];
    nodes.extend(middle);
    let (player, chain) = chain(nodes);
    let from = PortRef { node: chain[chain.len() - 1], port: 0 };
    Template {
        name: "test".into(),
        format: FORMAT,
        latency: Latency::Standard,
        device,
        player,
        bus: vec![BusWire { from, to: at[0], port: None }],
        degrade: Vec::new(),
    }
}

/// An offline engine over `middle`, its player, and what it records.
pub fn offline(middle: Vec<GraphNode>, block: usize) -> (Offline, u32, Arc<Mutex<Vec<f32>>>) {
    let (number, record) = record();
    let template = template(middle, node("out", &RECORD, &[("to", number)]));
    let mut engine = Offline::start(template, block).expect("engine");
    let player = engine.add_player().expect("player");
    (engine, player, record)
}

/// The same, playing the tones of the click test for a minute.
pub fn playing(middle: Vec<GraphNode>, block: usize) -> (Offline, u32, Arc<Mutex<Vec<f32>>>) {
    let (mut engine, player, record) = offline(middle, block);
    engine.play(player, Box::new(Made::new(tones, 48_000 * 60)), StartAt::default()).expect("play");
    (engine, player, record)
}

pub fn set_gain(node: &str, gain: f64) -> Transaction {
    Transaction::new().set(node, 0, Value::Number(gain))
}

/// The same graph as [`template`] makes, with another middle, as a transaction.
pub fn reload(middle: Vec<GraphNode>) -> Transaction {
    let template = template(middle, node("unused", &NOWHERE, &[]));
    Transaction::new().replace(template.player, template.bus)
}

/// The largest second difference in `sound`: what the ear takes for a click.
pub fn bend(sound: &[f32]) -> f32 {
    sound.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max)
}

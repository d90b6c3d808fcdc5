//! What the benches share: graphs made of real node kinds, and sounds to play through them.

use lavalink_engine::exec::{Format, Next, Params, Piece, Track, TrackInfo, Value};
use lavalink_engine::graph::{Graph, GraphNode, NodeIndex, PortRef};
use std::f64::consts::PI;

/// The format of all benches.
pub const FORMAT: Format = Format { rate: 48_000, max_block: 960 };

/// A node of a shipped kind, with some of its values set.
///
/// # Panics
/// When there is no such kind or parameter.
#[must_use]
pub fn node(name: &str, kind: &str, values: &[(&str, Value)]) -> GraphNode {
    let mut params = Params::defaults(lavalink_nodes::registry::find(kind).expect("a node kind"));
    for (key, value) in values {
        let index = params.index(key).expect("a parameter");
        params.set(index, value.clone()).expect("a value in range");
    }
    GraphNode::new(name, params)
}

/// A graph of one chain.
///
/// # Panics
/// When the nodes cannot be wired in a row.
#[must_use]
pub fn chain(nodes: Vec<GraphNode>) -> (Graph, Vec<NodeIndex>) {
    let mut graph = Graph::new();
    let at: Vec<NodeIndex> = nodes.into_iter().map(|n| graph.add(n).expect("a new name")).collect();
    for pair in at.windows(2) {
        graph.connect(PortRef { node: pair[0], port: 0 }, PortRef { node: pair[1], port: 0 }).expect("ports that fit");
    }
    (graph, at)
}

/// The sound of the click test: 100, 997 and 5,000 Hz at −18 dBFS each.
#[must_use]
pub fn tones(frame: u64) -> f32 {
    let t = frame as f64 / 48_000.0;
    let amplitude = 10_f64.powf(-18.0 / 20.0);
    [100.0, 997.0, 5000.0].iter().map(|f| amplitude * (2.0 * PI * f * t).sin()).sum::<f64>() as f32
}

/// A track that is a function of the frame, at 48 kHz.
pub struct Made {
    info: TrackInfo,
    at: u64,
    make: fn(u64) -> f32,
}

impl Made {
    /// A track without an end.
    #[must_use]
    pub fn new(make: fn(u64) -> f32) -> Self {
        Self { info: TrackInfo { rate: 48_000, channels: 2, seekable: true, ..TrackInfo::default() }, at: 0, make }
    }
}

impl Track for Made {
    fn info(&self) -> Option<&TrackInfo> {
        Some(&self.info)
    }
    fn next(&mut self, piece: &mut Piece) -> Next {
        piece.frame = self.at;
        for frame in self.at..self.at + 960 {
            let sample = (self.make)(frame);
            piece.pcm.left.push(sample);
            piece.pcm.right.push(sample);
        }
        self.at += 960;
        Next::Piece
    }
    fn seek(&mut self, frame: u64) {
        self.at = frame;
    }
}

/// The largest second difference in `sound`: what the ear takes for a click.
#[must_use]
pub fn bend(sound: &[f32]) -> f32 {
    sound.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max)
}

//! A stalled source never costs another player a frame: two workers, ten stalled HTTP sources, ten good ones.

use lavalink_engine::control::{Engine, EngineConfig, Event, StartAt};
use lavalink_engine::exec::{Format, Params, Value};
use lavalink_engine::graph::{BusWire, Graph, GraphNode, Latency, PortRef, Template};
use lavalink_engine::stream::PlayState;
use lavalink_nodes::source::{OpenOptions, open};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn node(name: &str, kind: &str, values: &[(&str, Value)]) -> GraphNode {
    let mut params = Params::defaults(lavalink_nodes::registry::find(kind).expect("kind"));
    for (key, value) in values {
        let index = params.index(key).expect("parameter");
        params.set(index, value.clone()).expect("value");
    }
    GraphNode::new(name, params)
}

fn chain(nodes: Vec<GraphNode>) -> (Graph, PortRef, PortRef) {
    let mut graph = Graph::new();
    let at: Vec<_> = nodes.into_iter().map(|n| PortRef { node: graph.add(n).expect("add"), port: 0 }).collect();
    at.windows(2).for_each(|pair| graph.connect(pair[0], pair[1]).expect("wire"));
    (graph, at[0], at[at.len() - 1])
}

/// A server that answers every request with a header and a few bytes of a WAV file, and then nothing more.
fn stalling_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let address = listener.local_addr().expect("address");
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 10000000\r\n\r\nRIFF";
            let _ = stream.write_all(head.as_bytes());
            held.push(stream);
        }
    });
    format!("http://{address}/stalled.wav")
}

#[test]
fn ten_stalled_http_sources_leave_ten_good_ones_alone() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
    let (device, room, _) = chain(vec![
        node("room", "mixer", &[("inputs", Value::Number(20.0))]),
        node("out", "null", &[("clocked", Value::Flag(true))]),
    ]);
    let (player, _, last) = chain(vec![node("track", "source", &[]), node("decode", "decoder", &[])]);
    let template = Template {
        name: "test".into(),
        format: Format { rate: 48_000, max_block: 960 },
        latency: Latency::Standard,
        device,
        player,
        bus: vec![BusWire { from: last, to: room.node, port: None }],
        degrade: Vec::new(),
    };
    let engine = Engine::start(template, &EngineConfig { workers: 2, ..EngineConfig::default() }).expect("engine");
    let events = engine.subscribe();
    let url = stalling_server();
    let play = |input: &str| {
        let options = OpenOptions::new(runtime.handle().clone());
        let player = engine.add_player().expect("player");
        let track = open(input, &options).expect("open");
        engine.play(player, track, StartAt::default()).expect("play");
        player
    };
    let bad: Vec<u32> = (0..10).map(|_| play(&url)).collect();
    let good: Vec<u32> = (0..10).map(|i| play(&format!("tone:{}", 200 + 100 * i))).collect();
    // Two seconds of sound: four times what the ring holds. Only the number of frames counts, not how long it takes.
    let limit = Instant::now() + Duration::from_secs(60);
    let frames = |player: u32| engine.playing(player).expect("playing").frame;
    while good.iter().any(|p| frames(*p) < 96_000) {
        assert!(
            Instant::now() < limit,
            "the good players do not get on: {:?}",
            good.iter().map(|p| frames(*p)).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let dry: Vec<Event> =
        events.try_iter().filter(|e| matches!(e, Event::Dry { player } if good.contains(player))).collect();
    assert_eq!(dry, []);
    assert!(bad.iter().all(|p| engine.playing(*p).expect("playing").state == PlayState::Idle));
}

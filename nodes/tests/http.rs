//! Playing over http from servers that behave, and from servers that do not.

mod media;

use media::{made, open};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How the server treats a request, told the number of the request and the range asked for.
type Script = dyn Fn(usize, Option<u64>) -> Act + Send + Sync;

#[derive(Clone)]
enum Act {
    /// Answers properly, with a range where one is asked for.
    Serve,
    /// Answers properly but closes after so many bytes.
    Cut(usize),
    /// Answers the whole, whatever was asked.
    Whole,
    /// As `Whole`, without a length.
    NoLength,
    /// That status, with these headers.
    Status(u16, String),
    /// Sends in small pieces with pauses.
    Slow,
}

struct Server {
    address: String,
    requests: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(content: Vec<u8>, script: impl Fn(usize, Option<u64>) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (count, log, script, content) = (requests.clone(), seen.clone(), Arc::new(script), Arc::new(content));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (count, log, script, content) = (count.clone(), log.clone(), script.clone(), content.clone());
                std::thread::spawn(move || serve(stream, &content, &count, &log, script.as_ref()));
            }
        });
        Self { address, requests, seen }
    }

    fn url(&self) -> String {
        format!("{}/music/file", self.address)
    }
}

fn serve(mut stream: TcpStream, content: &[u8], count: &AtomicUsize, log: &Mutex<Vec<String>>, script: &Script) {
    let mut lines = BufReader::new(stream.try_clone().expect("cloned"));
    let (mut head, mut from) = (String::new(), None);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            from = range.trim().trim_end_matches('-').parse::<u64>().ok();
        }
        head.push_str(&line);
    }
    log.lock().expect("log").push(head);
    let act = script(count.fetch_add(1, Ordering::SeqCst), from);
    let at = from.unwrap_or(0).min(content.len() as u64) as usize;
    let length = content.len();
    let ranged = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {at}-{}/{length}\r\nContent-Length: {}\r\nETag: \"one\"\r\nConnection: close\r\n\r\n",
        length.saturating_sub(1),
        length - at
    );
    let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let (head, body) = match &act {
        Act::Serve | Act::Slow => (ranged, &content[at..]),
        Act::Cut(n) => (ranged, &content[at..length.min(at + n)]),
        Act::Whole => (whole, content),
        Act::NoLength => ("HTTP/1.0 200 OK\r\n\r\n".into(), content),
        Act::Status(status, headers) => {
            (format!("HTTP/1.1 {status} No\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"), &[][..])
        }
    };
    let _ = stream.write_all(head.as_bytes());
    if matches!(act, Act::Slow) {
        for piece in body.chunks(20_000) {
            if stream.write_all(piece).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    } else {
        let _ = stream.write_all(body);
    }
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.take(1).read(&mut [0]);
}

fn music() -> (std::path::PathBuf, Vec<u8>) {
    let path = made("net.flac", &["-t", "4", "-c:a", "flac"]);
    let bytes = std::fs::read(&path).expect("read");
    (path, bytes)
}

#[test]
fn plays_and_seeks_like_the_file() {
    let (path, bytes) = music();
    let local = open(&path.to_string_lossy()).all();
    let server = Server::new(bytes, |n, _| if n % 2 == 0 { Act::Serve } else { Act::Slow });
    let mut player = open(&server.url());
    assert!(player.all().left == local.left);
    let info = player.track.info().expect("probed").clone();
    assert!(info.seekable && info.frames == Some(local.len() as u64));
    for target in [120_000u64, 3, 60_000] {
        player.track.seek(target);
        let (first, rest) = player.rest().expect("plays");
        assert_eq!(first, Some(target));
        assert!(rest.left == local.left[target as usize..], "to {target}");
    }
    assert!(
        server
            .seen
            .lock()
            .expect("log")
            .iter()
            .all(|head| head.to_ascii_lowercase().contains("accept-encoding: identity"))
    );
}

#[test]
fn a_connection_that_breaks_is_taken_up_at_the_byte() {
    let (path, bytes) = music();
    let local = open(&path.to_string_lossy()).all();
    let server = Server::new(bytes, |n, _| if n % 3 == 1 { Act::Status(503, String::new()) } else { Act::Cut(50_000) });
    let got = open(&server.url()).all();
    assert!(got.left == local.left);
    assert!(server.requests.load(Ordering::SeqCst) > 5);
    let seen = server.seen.lock().expect("log");
    assert!(seen.iter().skip(1).any(|head| head.to_ascii_lowercase().contains("if-range: \"one\"")), "{seen:?}");
}

#[test]
fn a_server_that_brings_nothing_any_more_is_given_up() {
    let (_, bytes) = music();
    let server = Server::new(bytes, |n, _| if n == 0 { Act::Cut(40_000) } else { Act::Cut(0) });
    let message = open(&server.url()).rest().expect_err("fails");
    assert!(message.contains("broke") && message.contains("5 times"), "{message}");
}

#[test]
fn servers_without_ranges_play_but_do_not_seek() {
    let (path, bytes) = music();
    let local = open(&path.to_string_lossy()).all();
    for act in [Act::Whole, Act::NoLength] {
        let server = Server::new(bytes.clone(), move |_, _| act.clone());
        let mut player = open(&server.url());
        player.step().expect("plays");
        assert!(!player.track.info().expect("probed").seekable);
        player.track.seek(100_000);
        let (first, rest) = player.rest().expect("a seek forward reads on");
        assert_eq!(first, Some(100_000));
        assert!(rest.left == local.left[100_000..]);
        player.track.seek(0);
        assert!(player.rest().expect_err("no way back").contains("cannot seek"));
    }
}

#[test]
fn redirects_are_followed_five_times() {
    let (_, bytes) = music();
    let server =
        Server::new(
            bytes.clone(),
            |n, _| {
                if n < 5 { Act::Status(302, format!("Location: /{n}\r\n")) } else { Act::Serve }
            },
        );
    assert!(open(&server.url()).all().len() > 170_000);
    let endless = Server::new(bytes.clone(), |_, _| Act::Status(301, "Location: again\r\n".into()));
    assert!(open(&endless.url()).rest().expect_err("fails").contains("more than 5"));
    let file = Server::new(bytes, |_, _| Act::Status(302, "Location: file:///etc/passwd\r\n".into()));
    assert!(open(&file.url()).rest().expect_err("fails").contains("only http"));
}

#[test]
fn what_a_server_refuses_is_told_by_status() {
    for (status, word) in [(404, "no such file"), (403, "access"), (418, "418")] {
        let server = Server::new(Vec::new(), move |_, _| Act::Status(status, String::new()));
        let message = open(&server.url()).rest().expect_err("fails");
        assert!(message.contains(word), "{message}");
        assert_eq!(server.requests.load(Ordering::SeqCst), 1, "{status} is final");
    }
    let message = open("http://127.0.0.1:9/x").rest().expect_err("fails");
    assert!(message.contains("cannot reach"), "{message}");
}

//! What the tests of tracks share: music in every container, reference decodes by ffmpeg, and a way to play to the end.
#![allow(dead_code, unreachable_pub, missing_docs)]

use lavalink_exec::{Next, Pcm, Piece, Track, TrackInfo};
use lavalink_nodes::source::{Gate, OpenOptions, open_with_gate};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A runtime for the reader tasks of all tests.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime")
    })
}

pub fn options() -> OpenOptions {
    OpenOptions::new(runtime().handle().clone())
}

pub fn open(input: &str) -> Player {
    open_as(input, &options())
}

pub fn open_as(input: &str, options: &OpenOptions) -> Player {
    let (track, gate) = open_with_gate(input, options).unwrap_or_else(|error| panic!("{input}: {error}"));
    Player { track, gate, piece: Piece::default() }
}

/// A track and what it takes to play it offline.
pub struct Player {
    pub track: Box<dyn Track>,
    pub gate: Gate,
    pub piece: Piece,
}

impl Player {
    /// The next piece; `None` at the end, the message of a failure.
    pub fn step(&mut self) -> Result<Option<&Piece>, String> {
        loop {
            match self.track.next(&mut self.piece) {
                Next::Piece => return Ok(Some(&self.piece)),
                Next::End => return Ok(None),
                Next::Failed(error) => return Err(error.message),
                Next::Pending => assert!(self.gate.wait(Duration::from_secs(60)), "no bytes for a minute"),
            }
        }
    }

    /// Everything from here to the end; asserts that frames are numbered without holes and pieces are short.
    pub fn rest(&mut self) -> Result<(Option<u64>, Pcm), String> {
        let mut all = Pcm::new();
        let mut first = None;
        while let Some(piece) = self.step()? {
            let from = *first.get_or_insert(piece.frame);
            assert_eq!(piece.frame, from + all.len() as u64, "frames are numbered without holes");
            assert_eq!(piece.pcm.left.len(), piece.pcm.right.len());
            assert!(!piece.pcm.is_empty(), "no empty pieces");
            all.extend(piece.pcm.as_stereo());
        }
        Ok((first, all))
    }

    pub fn all(&mut self) -> Pcm {
        self.rest().unwrap_or_else(|error| panic!("{error}")).1
    }

    /// What is known once the first piece is there.
    pub fn info(&mut self) -> TrackInfo {
        if self.track.info().is_none() {
            self.step().unwrap_or_else(|error| panic!("{error}"));
            let frame = self.piece.frame;
            self.track.seek(frame);
        }
        self.track.info().expect("probed").clone()
    }
}

/// A folder of this test run.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path()
}

/// Runs ffmpeg quietly; fails the test when it does.
pub fn ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let out =
        Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(arguments).output().expect("ffmpeg runs");
    assert!(out.status.success(), "ffmpeg {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// Ten seconds of something with every kind of content: chords that change, a sweep, clicks; the channels differ.
pub fn original() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let path = folder().join("original.wav");
        let left = "0.2*sin(2*PI*(220+20*floor(t))*t)+0.15*sin(2*PI*(40*t+400*t*t/2))+0.3*lt(mod(t\\,0.7)\\,0.002)";
        let right = "0.2*sin(2*PI*(330+15*floor(t))*t)+0.1*sin(2*PI*(2000*t-80*t*t/2))";
        let source = format!("aevalsrc={left}|{right}:s=44100:d=10.013");
        ffmpeg(&["-f", "lavfi", "-i", &source, "-c:a", "pcm_s16le", &path.to_string_lossy()]);
        path
    })
}

/// The original in another container; `arguments` are ffmpeg's for the output. Made once per name.
pub fn made(name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder().join(name);
    static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = MAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !path.exists() {
        let (from, to) = (original().to_string_lossy().into_owned(), path.to_string_lossy().into_owned());
        let mut all = vec!["-i", &from];
        all.extend_from_slice(arguments);
        all.push(&to);
        ffmpeg(&all);
    }
    path
}

/// ffmpeg's decode of a file, as stereo f32 at the file's own rate.
pub fn reference(path: &Path) -> Pcm {
    let bytes = ffmpeg(&["-i", &path.to_string_lossy(), "-map", "0:a:0", "-f", "f32le", "-ac", "2", "-"]);
    let samples: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let mut pcm = Pcm::new();
    for pair in samples.chunks_exact(2) {
        pcm.left.push(pair[0]);
        pcm.right.push(pair[1]);
    }
    pcm
}

/// Signal to difference in dB over the frames both have.
pub fn snr(wanted: &[f32], got: &[f32]) -> f64 {
    let (mut signal, mut noise) = (1e-20f64, 1e-20f64);
    for (w, g) in wanted.iter().zip(got) {
        signal += f64::from(*w).powi(2);
        noise += f64::from(w - g).powi(2);
    }
    10.0 * (signal / noise).log10()
}

/// The lag in frames (within `reach`) at which `got` is most like `wanted`.
pub fn lag(wanted: &[f32], got: &[f32], reach: isize) -> isize {
    let n = wanted.len().min(got.len()).min(60_000) as isize;
    let like = |lag: isize| -> f64 {
        (reach..n - reach).map(|k| f64::from(wanted[k as usize]) * f64::from(got[(k + lag) as usize])).sum()
    };
    (-reach..=reach).max_by(|a, b| like(*a).total_cmp(&like(*b))).unwrap_or(0)
}

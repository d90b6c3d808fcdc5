//! Runs the program as its users do.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where an answer of the program went.
pub(crate) struct Answer {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Answer {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.out, self.err))
    }

    /// Fails unless the program succeeded.
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }
}

/// A folder that goes away with the test, and the program run in it.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file into it.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// The program, to be run in it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lavalink-rust"));
        command.args(args).current_dir(self.0.path()).env_remove("RUST_LOG");
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        let Output { status, stdout, stderr } = self.command(args).output().expect("runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Answer { code: status.code().expect("no signal"), out: text(stdout), err: text(stderr) }
    }
}

/// A player with these nodes between decoder and fader, without a device: the fader is its open output.
pub(crate) fn graph(nodes: &str, chain: &str) -> String {
    format!(
        "graph: 1\nplayer:\n  nodes:\n    track: {{ kind: source }}\n    decode: {{ kind: decoder }}\n    \
         fader: {{ kind: fader }}\n{nodes}  wires:\n    - track -> decode -> {chain}fader\n"
    )
}

/// The 32-bit float samples of a WAV file, left and right.
pub(crate) fn samples(path: &Path) -> (Vec<f32>, Vec<f32>) {
    let bytes = std::fs::read(path).expect("the file is there");
    let at = bytes.windows(4).position(|w| w == b"data").expect("a data chunk");
    let data = &bytes[at + 8..];
    let sample = |b: &[u8]| f32::from_le_bytes(b.try_into().expect("four bytes"));
    data.chunks_exact(8).map(|f| (sample(&f[..4]), sample(&f[4..]))).unzip()
}

/// Amplitude of the sine of `hz` in `signal` at 48 kHz; whole periods give it exactly.
pub(crate) fn amplitude(signal: &[f32], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, x) in signal.iter().enumerate() {
        let phase = std::f64::consts::TAU * hz * n as f64 / 48_000.0;
        re += f64::from(*x) * phase.cos();
        im += f64::from(*x) * phase.sin();
    }
    2.0 * re.hypot(im) / signal.len() as f64
}

//! Opens what an input text names as a track.

use super::bytes::{ByteReader, Gate, byte_ring};
use super::generator::Generator;
use super::kind::DEFAULT_BUFFER;
use super::noise::Noise;
use super::silence::Silence;
use super::spec::Spec;
use super::sweep::Sweep;
use super::tone::Tone;
use super::{file, http, http_client, near, stdin};
use crate::demux::StreamTrack;
use lavalink_exec::Track;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Handle;

/// Length of a sweep when nothing else is said.
const SWEEP: Duration = Duration::from_secs(10);

/// How an input is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Rate of generated signals, in Hz: the graph's.
    pub rate: u32,
    /// Length of generated signals; `None` for no end (10 s for one pass of a sweep, which then repeats).
    pub duration: Option<Duration>,
    /// Bytes read ahead of the demuxer, 32 KiB to 16 MiB.
    pub buffer: usize,
    /// Where the tasks that read files and sockets run.
    pub runtime: Handle,
}

impl OpenOptions {
    /// 48 kHz, no end, the default buffer.
    #[must_use]
    pub fn new(runtime: Handle) -> Self {
        Self { rate: 48_000, duration: None, buffer: DEFAULT_BUFFER, runtime }
    }
}

/// Why an input could not be opened. Faults found later come from [`Track::next`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The input text makes no sense.
    #[error("{0}")]
    Input(String),
    /// The file is not there, or may not be read.
    #[error("{path}: {message}")]
    File {
        /// The path as given.
        path: String,
        /// What is wrong, and names that are near.
        message: String,
    },
    /// No memory or thread for the track.
    #[error("cannot start reading: {0}")]
    System(#[from] std::io::Error),
}

/// Opens `input`: `tone:997@-6dB`, `sweep:20-20000`, `noise:`, `noise:pink`, `silence:`, `-` for standard input, an
/// `http(s)://` or `file://` URL, or a path. Looks at the file system but reads nothing yet. Control side.
///
/// # Errors
/// When the text makes no sense or the file is not there.
pub fn open(input: &str, options: &OpenOptions) -> Result<Box<dyn Track>, OpenError> {
    open_with_gate(input, options).map(|(track, _)| track)
}

/// As [`open`], with a [`Gate`] to wait for bytes whenever the track answers [`lavalink_exec::Next::Pending`].
///
/// # Errors
/// As [`open`].
pub fn open_with_gate(input: &str, options: &OpenOptions) -> Result<(Box<dyn Track>, Gate), OpenError> {
    let rate = options.rate.max(1);
    let frames = options.duration.map(|duration| frames_of(duration, rate));
    let spec = Spec::parse(input, rate).map_err(OpenError::Input)?;
    let track: Box<dyn Track> = match spec {
        Spec::Tone { hz, amplitude } => Box::new(Generator::new(Tone::new(hz, amplitude, rate), rate, frames)),
        Spec::Sweep { from, to, amplitude } => {
            let length = frames.unwrap_or_else(|| frames_of(SWEEP, rate));
            Box::new(Generator::new(Sweep::new(from, to, amplitude, rate, length), rate, frames))
        }
        Spec::Noise { pink, amplitude } => Box::new(Generator::new(Noise::new(pink, amplitude), rate, frames)),
        Spec::Silence => Box::new(Generator::new(Silence, rate, frames)),
        Spec::Stdin => {
            let (writer, reader) = byte_ring(buffer_of(options));
            stdin::feed(writer, options.runtime.clone())?;
            return over(reader);
        }
        Spec::Url(url) => {
            let (writer, reader) = byte_ring(buffer_of(options));
            options.runtime.spawn(http::feed(http_client::client(), url, writer));
            return over(reader);
        }
        Spec::Path(path) => return open_path(&path, options),
    };
    Ok((track, Gate::default()))
}

fn buffer_of(options: &OpenOptions) -> usize {
    options.buffer.clamp(32 * 1024, 16 * 1024 * 1024)
}

fn frames_of(duration: Duration, rate: u32) -> u64 {
    let frames = (duration.as_nanos() * u128::from(rate) + 500_000_000) / 1_000_000_000;
    u64::try_from(frames).unwrap_or(u64::MAX)
}

/// The track over a byte ring.
fn over(reader: ByteReader) -> Result<(Box<dyn Track>, Gate), OpenError> {
    let gate = reader.gate();
    Ok((Box::new(StreamTrack::new(reader)?), gate))
}

fn open_path(path: &Path, options: &OpenOptions) -> Result<(Box<dyn Track>, Gate), OpenError> {
    let fault = |message: String| OpenError::File { path: path.display().to_string(), message };
    let file = std::fs::File::open(path).map_err(|error| fault(explain(path, &error)))?;
    let about = file.metadata().map_err(|error| fault(error.to_string()))?;
    if about.is_dir() {
        return Err(fault("this is a folder; give a file in it".into()));
    }
    let (writer, reader) = byte_ring(buffer_of(options));
    let file = tokio::fs::File::from_std(file);
    options.runtime.spawn(file::feed(file, about.is_file(), about.len(), writer));
    over(reader)
}

fn explain(path: &Path, error: &std::io::Error) -> String {
    if error.kind() != std::io::ErrorKind::NotFound {
        return error.to_string();
    }
    match near::near(path).as_slice() {
        [] => "there is no such file".into(),
        names => format!("there is no such file; near it there is {}", names.join(", ")),
    }
}

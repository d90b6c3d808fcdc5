//! What may be written on the command line.

use super::schedule::{DoArg, ReloadArg, SetArg};
use super::time::parse_time;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use std::time::Duration;

/// Audio server for small ARM devices and x86-64: plays through graphs described in YAML.
#[derive(Debug, Parser)]
#[command(name = "lavalink-rust", version, max_term_width = 110)]
#[command(after_help = "Exit codes: 0 fine, 1 failed, 2 bad usage or bad document.")]
pub(crate) struct Args {
    /// What to log to standard error: a level, or `warn,lavalink_engine=debug`; RUST_LOG counts where this is not given.
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play to the sound card
    #[command(after_help = "Keys: space pauses, ← and → skip 10 s, + and - change the volume, q quits. A graph file \
                            that changes on disk while it plays is checked and taken over without a click.")]
    Play(PlayArgs),
    /// Render to a file as fast as it goes, through the same plans as live playing
    Render(RenderArgs),
    /// Check graph documents and report everything that is wrong with them
    Check(CheckArgs),
    /// List the node kinds, or the table of one
    Nodes(NodesArgs),
    /// Draw a document or its compiled plan
    Graph(GraphArgs),
    /// Tell what this machine has and lacks for playing, with the remedy
    Doctor(DoctorArgs),
    /// Measure what nodes and graphs cost on this machine
    Bench(BenchArgs),
    /// Write a shell's completion script
    Completions(CompletionsArgs),
}

const INPUT_HELP: &str = "A file, an http(s) URL, `-` for standard input, or a signal: tone:997, tone:997@-6dB, \
                          sweep:20-20000, noise:, noise:pink, silence:";

/// Which graph, for commands that play.
#[derive(Debug, clap::Args)]
pub(crate) struct GraphChoice {
    /// A shipped profile by name, or a YAML file
    #[arg(long, value_name = "PROFILE|FILE", default_value = "default")]
    pub(crate) graph: String,
}

/// `render`.
#[derive(Debug, clap::Args)]
pub(crate) struct RenderArgs {
    #[arg(help = INPUT_HELP)]
    pub(crate) input: String,
    /// Where to: a name ending in .wav, .opus (or .ogg) or .raw; `-` writes raw samples to standard output
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) graph: GraphChoice,
    /// Node to record: what comes out of it, or goes into it if it is a sink; the device's after `device.`. By default
    /// the graph's open output, else what goes to the sound card, else what goes to the encoder (.opus: what comes out
    /// of the encoder, if there is one)
    #[arg(long, value_name = "NODE")]
    pub(crate) tap: Option<String>,
    /// Lavalink filters as a JSON object, for nodes with `filter:`
    #[arg(long, value_name = "JSON")]
    pub(crate) filters: Option<String>,
    /// Set a parameter, at a time of the recording (0 when left out): fader.gain=-6dB@1.5s; may be repeated
    #[arg(long, value_name = "NODE.PARAM=VALUE@TIME")]
    pub(crate) set: Vec<SetArg>,
    /// Put another document in place of the present one, at a time of the recording; may be repeated
    #[arg(long, value_name = "FILE@TIME")]
    pub(crate) reload: Vec<ReloadArg>,
    /// Do something at a time of the recording: seek=30s@2s, pause@1s, resume@2s, stop@3s; may be repeated
    #[arg(long = "do", value_name = "WHAT@TIME")]
    pub(crate) acts: Vec<DoArg>,
    /// Where in the input to begin, as in 1:30 or 90s
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) seek: Option<Duration>,
    /// Longest recording; signals such as tone: need one
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) duration: Option<Duration>,
    /// How samples are stored
    #[arg(long, value_enum, default_value_t = SampleFormat::F32)]
    pub(crate) format: SampleFormat,
    /// Length of the blocks rendered at once, in frames; the result does not depend on it
    #[arg(long, value_name = "FRAMES", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) block: Option<u32>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SampleFormat {
    /// 32-bit float, which keeps every bit
    F32,
    /// 16-bit integers
    S16,
    /// 24-bit integers
    S24,
}

impl SampleFormat {
    /// The word of the sinks' tables.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::S16 => "s16",
            Self::S24 => "s24",
        }
    }
}

/// `check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// YAML files, or shipped profiles by name
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// Print the issues as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `nodes`.
#[derive(Debug, clap::Args)]
pub(crate) struct NodesArgs {
    /// Show the whole table of this kind
    pub(crate) kind: Option<String>,
    /// Print the tables as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

/// `play`.
#[derive(Debug, clap::Args)]
pub(crate) struct PlayArgs {
    #[arg(help = INPUT_HELP)]
    pub(crate) input: String,
    #[command(flatten)]
    pub(crate) graph: GraphChoice,
    /// Where in the input to begin, as in 1:30 or 90s
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) seek: Option<Duration>,
    /// Length of a signal such as tone:
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) duration: Option<Duration>,
    /// Volume to begin with: the gain of the graph's fader, as in -6dB
    #[arg(long, value_name = "DB", allow_hyphen_values = true)]
    pub(crate) volume: Option<String>,
    /// ALSA device in place of the document's
    #[arg(long, value_name = "NAME", conflicts_with = "null")]
    pub(crate) device: Option<String>,
    /// Play without a sound card: a clock stands in for it
    #[arg(long)]
    pub(crate) null: bool,
}

/// `graph`.
#[derive(Debug, clap::Args)]
pub(crate) struct GraphArgs {
    /// A YAML file, or a shipped profile by name
    pub(crate) file: String,
    /// Language of the picture
    #[arg(long, value_enum, default_value_t = PictureFormat::Svg)]
    pub(crate) format: PictureFormat,
    /// Draw the compiled plan: order, buffers, delay
    #[arg(long)]
    pub(crate) plan: bool,
    /// Where to; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// The languages pictures are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureFormat {
    /// A drawing for browsers and documents
    Svg,
    /// Graphviz
    Dot,
    /// Mermaid, as Markdown pages show it
    Mermaid,
}

/// `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    /// How long to measure, in seconds
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = seconds)]
    pub(crate) seconds: f64,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|n| (0.1..=3_600.0).contains(n));
    number.ok_or_else(|| "write a number of seconds from 0.1 to 3600".to_owned())
}

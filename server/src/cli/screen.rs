//! The line of what goes on, on a terminal only.

use super::time::show_frames;
use std::io::{IsTerminal, Write};

/// What the line shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Status {
    /// Place in the track, in frames.
    pub(crate) frame: u64,
    /// Its length, where that is known.
    pub(crate) length: Option<u64>,
    /// Whether it holds.
    pub(crate) paused: bool,
    /// Peaks of both channels in dB.
    pub(crate) peaks: [f32; 2],
    /// Share of its time the lane is busy.
    pub(crate) load: f32,
    /// Times the device ran dry.
    pub(crate) xruns: u64,
    /// Blocks begun too late.
    pub(crate) late: u32,
    /// Volume in dB.
    pub(crate) gain: f64,
}

/// Standard error.
pub(crate) struct Screen {
    terminal: bool,
    rate: u32,
}

impl Screen {
    /// For a graph that runs at `rate`.
    pub(crate) fn new(rate: u32) -> Self {
        Self { terminal: std::io::stderr().is_terminal(), rate }
    }

    /// Shows the line anew.
    pub(crate) fn show(&self, status: &Status) {
        if self.terminal {
            self.write(&format!("\r\x1b[K{}", line(status, self.rate)));
        }
    }

    /// Says something that stays, above the line.
    pub(crate) fn say(&self, text: &str) {
        if self.terminal {
            // In raw mode a line feed does not return to the margin.
            self.write(&format!("\r\x1b[K{}\r\n", text.trim_end().replace('\n', "\r\n")));
        } else {
            self.write(&format!("{}\n", text.trim_end()));
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.terminal {
            self.write("\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        // Playing does not end because nobody can see it.
        drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    }
}

fn line(status: &Status, rate: u32) -> String {
    let length = status.length.map_or_else(|| "?".to_owned(), |length| show_frames(length, rate));
    let bars = status.peaks.map(bar).join(" ");
    let state = if status.paused { "❚❚" } else { "▶" };
    let trouble = match (status.xruns, status.late) {
        (0, 0) => String::new(),
        (xruns, late) => format!("  xruns {xruns}, late {late}"),
    };
    format!(
        "{state} {} / {length}  {bars}  {:+.1} dB  load {:.1} %{trouble}",
        show_frames(status.frame, rate),
        status.gain,
        status.load * 100.0,
    )
}

/// A level from -60 dB to 0 as a bar of ten cells.
fn bar(db: f32) -> String {
    let full = ((db + 60.0) / 6.0).clamp(0.0, 10.0).round() as usize;
    format!("{}{}", "█".repeat(full), "·".repeat(10 - full))
}

#[cfg(test)]
mod tests {
    use super::{Status, line};

    #[test]
    fn the_line_tells_place_level_load_and_trouble() {
        let mut status = Status {
            frame: 48_000 * 63,
            length: Some(48_000 * 200),
            paused: false,
            peaks: [-120.0, 0.0],
            load: 0.0123,
            xruns: 0,
            late: 0,
            gain: -6.0,
        };
        assert_eq!(line(&status, 48_000), "▶ 1:03 / 3:20  ·········· ██████████  -6.0 dB  load 1.2 %");
        status.xruns = 2;
        assert!(line(&status, 48_000).ends_with("xruns 2, late 0"));
    }
}

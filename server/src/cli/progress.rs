//! The progress bar of a recording, on a terminal only.

use super::time::show_frames;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// A bar, or nothing where nobody looks.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    rate: u32,
}

impl Progress {
    /// A bar over `length` frames; one without an end where the length is not known.
    pub(crate) fn new(length: Option<u64>, rate: u32) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = match length {
                Some(_) => "{bar:40} {percent:>3} %  {msg}",
                None => "{spinner} {msg}",
            };
            let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, rate }
    }

    /// The length has become known.
    pub(crate) fn set_length(&mut self, length: u64) {
        if self.bar.as_ref().is_some_and(|bar| bar.length().is_none()) {
            if let Some(bar) = &self.bar {
                bar.finish_and_clear();
            }
            *self = Self::new(Some(length), self.rate);
        }
    }

    /// So far, in frames.
    pub(crate) fn at(&self, frames: u64) {
        if let Some(bar) = &self.bar {
            let times = frames as f64 / f64::from(self.rate) / bar.elapsed().as_secs_f64().max(1e-3);
            bar.set_message(format!("{}  {times:.0} × real time", show_frames(frames, self.rate)));
            bar.set_position(frames);
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

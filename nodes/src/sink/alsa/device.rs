//! Opening a device and agreeing with it on access, format, channels, rate, period and buffer.

use alsa::pcm::{Access, Format, HwParams, PCM};
use alsa::{Direction, Error, ValueOr};
use std::fmt::Write;

/// What is asked for. `rate` and `channels` are as near as the device comes.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// ALSA name.
    pub(crate) device: String,
    /// Frames per second.
    pub(crate) rate: u32,
    /// Channels.
    pub(crate) channels: u32,
    /// Frames of the device's buffer.
    pub(crate) buffer: u32,
    /// Frames of a period.
    pub(crate) period: u32,
    /// The one format to use; the best there is when `None`.
    pub(crate) format: Option<Format>,
}

/// An open device, prepared but not started.
#[derive(Debug)]
pub(crate) struct Device {
    /// The handle, non-blocking.
    pub(crate) pcm: PCM,
    /// What the device takes.
    pub(crate) format: Format,
    /// Frames per second it agreed to.
    pub(crate) rate: u32,
    /// Channels it agreed to.
    pub(crate) channels: u32,
    /// Frames of a period it agreed to.
    pub(crate) period: usize,
    /// Frames of its buffer it agreed to.
    pub(crate) buffer: usize,
    /// Whether it is written through its mapped memory.
    pub(crate) mmap: bool,
}

/// Formats that can be written, best first: what needs no rounding, then what has most bits.
pub(crate) const FORMATS: [Format; 5] = [Format::FloatLE, Format::S32LE, Format::S24LE, Format::S243LE, Format::S16LE];

impl Device {
    /// Opens and sets up a device. Never on a lane: it may take seconds.
    pub(crate) fn open(wanted: &Wanted) -> Result<Self, Error> {
        let pcm = PCM::new(&wanted.device, Direction::Playback, true)?;
        let (mmap, format) = {
            let hw = HwParams::any(&pcm)?;
            // Where the device cannot do the rate, our own resampler is better than most plugins'.
            hw.set_rate_resample(false).or_else(|_| hw.set_rate_resample(true))?;
            let mmap = hw.set_access(Access::MMapInterleaved).is_ok();
            if !mmap {
                hw.set_access(Access::RWInterleaved)?;
            }
            let formats = match &wanted.format {
                // The packed form holds the same 24 bits.
                Some(Format::S24LE) => &[Format::S24LE, Format::S243LE][..],
                Some(format) => core::slice::from_ref(format),
                None => &FORMATS,
            };
            let format = formats.iter().copied().find(|f| hw.test_format(*f).is_ok()).unwrap_or(formats[0]);
            hw.set_format(format)?;
            hw.set_channels_near(wanted.channels)?;
            hw.set_rate_near(wanted.rate, ValueOr::Nearest)?;
            hw.set_buffer_size_near(i64::from(wanted.buffer) as _)?;
            hw.set_period_size_near(i64::from(wanted.period) as _, ValueOr::Nearest)?;
            pcm.hw_params(&hw)?;
            (mmap, format)
        };
        let (rate, channels, period, buffer) = {
            let hw = pcm.hw_params_current()?;
            (hw.get_rate()?, hw.get_channels()?, hw.get_period_size()?, hw.get_buffer_size()?)
        };
        {
            let sw = pcm.sw_params_current()?;
            sw.set_start_threshold((buffer - period).max(1))?;
            sw.set_avail_min(period)?;
            pcm.sw_params(&sw)?;
        }
        pcm.prepare()?;
        Ok(Self { pcm, format, rate, channels, period: period as usize, buffer: buffer as usize, mmap })
    }

    /// Plays out what is in the buffer, at most a second of it, and closes. Never on a lane.
    pub(crate) fn close(self) {
        if self.pcm.drain().is_err() {
            for _ in 0..100 {
                if !matches!(self.pcm.state_raw(), s if s == alsa::pcm::State::Draining as i32) {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
        // What a device that is gone says to that does not matter.
        let _ = self.pcm.drop();
    }
}

/// What is wrong and what to do, for people.
pub(crate) fn explain(device: &str, error: &Error) -> String {
    let mut text = format!("the ALSA device `{device}` ");
    let _ = match error.errno() {
        libc::ENOENT | libc::ENODEV | libc::ENXIO => {
            let there = super::probe::names();
            match there.is_empty() {
                true => write!(
                    text,
                    "does not exist, and neither does any other; plug a sound device in or use the sink `null`"
                ),
                false => write!(text, "does not exist; there are: {}", there.join(", ")),
            }
        }
        libc::EACCES | libc::EPERM => write!(
            text,
            "may not be used by this user; add it to the group `audio` (`usermod -aG audio USER`) and log in anew"
        ),
        libc::EBUSY => match super::probe::users() {
            who if who.is_empty() => {
                write!(text, "is in use by another program; stop it or share the device through `default`")
            }
            who => write!(text, "is in use by {}; stop it or share the device through `default`", who.join(", ")),
        },
        libc::ECONNREFUSED | libc::EHOSTDOWN => {
            write!(text, "cannot reach its sound server; start it or name a `hw:` device")
        }
        libc::EINVAL => {
            write!(text, "does not take these settings; try `format: auto`, `rate: 0` or a `plughw:` device")
        }
        _ => write!(text, "cannot be opened: {}; see what `doctor` says of it", error.to_string().to_lowercase()),
    };
    text
}

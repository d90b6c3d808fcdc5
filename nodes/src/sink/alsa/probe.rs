//! Looking at devices without playing: for `doctor`, and to say clearly why one cannot be used.

use super::device::{Device, FORMATS, Wanted, explain};
use super::name;
use alsa::device_name::HintIter;
use alsa::pcm::{Access, HwParams, PCM};
use alsa::{Direction, Error};
use std::fs;

/// What is known of a device. Control side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceReport {
    /// Name to write into a document.
    pub name: String,
    /// The driver's words about it.
    pub description: String,
    /// Sample formats it takes, of those the sink writes.
    pub formats: Vec<&'static str>,
    /// Lowest and highest rate, in Hz.
    pub rates: (u32, u32),
    /// Fewest and most channels.
    pub channels: (u32, u32),
    /// Whether it can be written through mapped memory.
    pub mmap: bool,
    /// Why it cannot be used and what to do about it.
    pub fault: Option<String>,
}

/// Why a device cannot be used, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProbeError(pub String);

/// Opens a device as the sink would, at 48 kHz, and closes it. Control side; may take seconds.
///
/// # Errors
/// When it cannot be used; the text says why and what to do.
pub fn probe(device: &str) -> Result<DeviceReport, ProbeError> {
    name::check(device).map_err(ProbeError)?;
    let _messages = alsa::Output::local_error_handler();
    let wanted =
        Wanted { device: device.to_owned(), rate: 48_000, channels: 2, buffer: 1_024, period: 256, format: None };
    let report = look(device).map_err(|error| ProbeError(explain(device, &error)))?;
    Device::open(&wanted).map_err(|error| ProbeError(explain(device, &error)))?;
    Ok(report)
}

/// All playback devices that ALSA's configuration names. Those that cannot be used say why. Control side; may take
/// seconds.
#[must_use]
pub fn devices() -> Vec<DeviceReport> {
    let _messages = alsa::Output::local_error_handler();
    hints()
        .into_iter()
        .map(|(name, description)| match look(&name) {
            Ok(report) => DeviceReport { description, ..report },
            Err(error) => {
                // No list of names here: the caller is just printing one.
                let fault = if error.errno() == libc::ENOENT {
                    "has no device behind it".to_owned()
                } else {
                    explain(&name, &error)
                };
                DeviceReport { name, description, fault: Some(fault), ..DeviceReport::default() }
            }
        })
        .collect()
}

/// What a device can do.
fn look(device: &str) -> Result<DeviceReport, Error> {
    let pcm = PCM::new(device, Direction::Playback, true)?;
    let hw = HwParams::any(&pcm)?;
    let formats = FORMATS.iter().filter(|format| hw.test_format(**format).is_ok()).map(|format| match format {
        alsa::pcm::Format::FloatLE => "f32",
        alsa::pcm::Format::S32LE => "s32",
        alsa::pcm::Format::S24LE => "s24",
        alsa::pcm::Format::S243LE => "s24 (packed)",
        _ => "s16",
    });
    Ok(DeviceReport {
        name: device.to_owned(),
        description: String::new(),
        formats: formats.collect(),
        rates: (hw.get_rate_min()?, hw.get_rate_max()?),
        channels: (hw.get_channels_min()?, hw.get_channels_max()?),
        mmap: hw.test_access(Access::MMapInterleaved).is_ok(),
        fault: None,
    })
}

/// Names of the devices there are.
pub(crate) fn names() -> Vec<String> {
    hints().into_iter().map(|(name, _)| name).collect()
}

/// Playback devices by name and description, without those that only name a speaker layout of another.
fn hints() -> Vec<(String, String)> {
    let Ok(hints) = HintIter::new(None, c"pcm") else { return Vec::new() };
    hints
        .filter(|hint| hint.direction != Some(Direction::Capture))
        .filter_map(|hint| Some((hint.name?, hint.desc.unwrap_or_default().replace('\n', ", "))))
        .filter(|(name, _)| name::check(name).is_ok())
        .filter(|(name, _)| !["surround", "dsnoop", "null"].iter().any(|other| name.starts_with(other)))
        .collect()
}

/// Programs that hold a playback device, as the kernel tells.
pub(crate) fn users() -> Vec<String> {
    let mut users = Vec::new();
    let entries = |path: &str| fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect::<Vec<_>>();
    for card in entries("/proc/asound") {
        for stream in entries(&card.to_string_lossy()) {
            if !stream.to_string_lossy().ends_with('p') {
                continue;
            }
            for sub in entries(&stream.to_string_lossy()) {
                let status = fs::read_to_string(sub.join("status")).unwrap_or_default();
                let owner = status.lines().find_map(|line| line.strip_prefix("owner_pid")?.split(':').nth(1));
                let Some(pid) = owner.map(str::trim) else { continue };
                let program = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                users.push(format!("`{}` (process {pid})", program.trim()));
            }
        }
    }
    users.sort();
    users.dedup();
    users
}

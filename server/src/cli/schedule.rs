//! What is done while recording, and when: `--set`, `--reload`, `--do`.

use super::time::{frames, parse_time};
use std::str::FromStr;
use std::time::Duration;

/// `--set node.param=value@time`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SetArg {
    /// `node.param`, after `device.` for the device's.
    pub(crate) name: String,
    /// The value as documents write it.
    pub(crate) value: String,
    /// When.
    pub(crate) at: Duration,
}

/// `--reload file@time`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReloadArg {
    /// Profile or file.
    pub(crate) file: String,
    /// When.
    pub(crate) at: Duration,
}

/// `--do what@time`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DoArg {
    /// What.
    pub(crate) act: Act,
    /// When.
    pub(crate) at: Duration,
}

/// What can be done with a track.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// Go to a place of the input.
    Seek(Duration),
    /// Hold.
    Pause,
    /// Go on.
    Resume,
    /// Forget the track.
    Stop,
}

/// One thing of the schedule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// A parameter: name and value.
    Set(String, String),
    /// Another document.
    Reload(String),
    /// Something with the track.
    Do(Act),
}

/// The text before the last `@`, and the time after it; 0 without one.
fn split_time(text: &str) -> Result<(&str, Duration), String> {
    match text.rsplit_once('@') {
        None => Ok((text, Duration::ZERO)),
        Some((what, time)) => Ok((what, parse_time(time)?)),
    }
}

impl FromStr for SetArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, at) = split_time(text)?;
        let wrong = || format!("`{what}` sets nothing; write node.param=value, as in fader.gain=-6dB@1.5s");
        let (name, value) = what.split_once('=').ok_or_else(wrong)?;
        if !name.contains('.') {
            return Err(wrong());
        }
        Ok(Self { name: name.trim().into(), value: value.trim().into(), at })
    }
}

impl FromStr for ReloadArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (file, at) = split_time(text)?;
        Ok(Self { file: file.into(), at })
    }
}

impl FromStr for DoArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, at) = split_time(text)?;
        let act = match what.split_once('=') {
            Some(("seek", place)) => Act::Seek(parse_time(place)?),
            None if what == "pause" => Act::Pause,
            None if what == "resume" => Act::Resume,
            None if what == "stop" => Act::Stop,
            _ => {
                return Err(format!(
                    "`{what}` is nothing that can be done; write seek=30s@2s, pause@1s, resume@2s or stop@3s"
                ));
            }
        };
        Ok(Self { act, at })
    }
}

/// Everything in the order of time: frame of the recording at `rate`, and what is done before it.
pub(crate) fn schedule(sets: &[SetArg], reloads: &[ReloadArg], acts: &[DoArg], rate: u32) -> Vec<(u64, Action)> {
    let reloads = reloads.iter().map(|r| (frames(r.at, rate), Action::Reload(r.file.clone())));
    let sets = sets.iter().map(|s| (frames(s.at, rate), Action::Set(s.name.clone(), s.value.clone())));
    let acts = acts.iter().map(|a| (frames(a.at, rate), Action::Do(a.act.clone())));
    let mut all: Vec<(u64, Action)> = reloads.chain(sets).chain(acts).collect();
    // Stable: what is given for one time is done in the order reload, set, do.
    all.sort_by_key(|(at, _)| *at);
    all
}

#[cfg(test)]
mod tests {
    use super::{Act, DoArg, ReloadArg, SetArg};
    use std::time::Duration;

    #[test]
    fn what_is_set_and_when() {
        let set: SetArg = "fader.gain=-6dB@1.5s".parse().expect("good");
        assert_eq!((set.name.as_str(), set.value.as_str(), set.at.as_millis()), ("fader.gain", "-6dB", 1500));
        let set: SetArg = "device.guard.ceiling=-1 dB".parse().expect("good");
        assert_eq!((set.name.as_str(), set.at), ("device.guard.ceiling", Duration::ZERO));
        for bad in ["fader.gain", "gain=1", "fader.gain=1@soon", ""] {
            assert!(bad.parse::<SetArg>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_done_and_when() {
        let act: DoArg = "seek=1:30@2s".parse().expect("good");
        assert_eq!((act.act, act.at.as_secs()), (Act::Seek(Duration::from_secs(90)), 2));
        assert!("dance@1s".parse::<DoArg>().is_err());
        let reload: ReloadArg = "a/b.yml@3s".parse().expect("good");
        assert_eq!((reload.file.as_str(), reload.at.as_secs()), ("a/b.yml", 3));
    }
}

//! What an input text names.

use std::path::PathBuf;

/// An input, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spec {
    /// A sine of so many Hz and that peak.
    Tone { hz: f64, amplitude: f64 },
    /// A logarithmic sweep between two frequencies in Hz.
    Sweep { from: f64, to: f64, amplitude: f64 },
    /// White or pink noise.
    Noise { pink: bool, amplitude: f64 },
    /// Nothing to hear.
    Silence,
    /// Standard input.
    Stdin,
    /// An `http://` or `https://` address.
    Url(String),
    /// A local file.
    Path(PathBuf),
}

impl Spec {
    /// Parses `input` for a graph that runs at `rate`. The text of an error says what is allowed.
    pub(super) fn parse(input: &str, rate: u32) -> Result<Self, String> {
        let half = f64::from(rate) / 2.0;
        let name_end = input.find(':').unwrap_or(0);
        let rest = input.get(name_end + 1..).unwrap_or("");
        match &input[..name_end] {
            "tone" => {
                let (what, amplitude) = level(rest, 0.0)?;
                let hz = frequency(if what.is_empty() { "1000" } else { what }, half)?;
                Ok(Self::Tone { hz, amplitude })
            }
            "sweep" => {
                let (what, amplitude) = level(rest, 0.0)?;
                let what = if what.is_empty() { "20-20000" } else { what };
                let (from, to) =
                    what.split_once('-').ok_or("a sweep needs two frequencies, as in sweep:20-20000@-6dB")?;
                let (from, to) = (frequency(from, half)?, frequency(to, half)?);
                if from == to {
                    return Err("a sweep needs two different frequencies, as in sweep:20-20000".into());
                }
                Ok(Self::Sweep { from, to, amplitude })
            }
            "noise" => {
                let (what, amplitude) = level(rest, 0.0)?;
                match what {
                    "" | "white" => Ok(Self::Noise { pink: false, amplitude }),
                    "pink" => Ok(Self::Noise { pink: true, amplitude }),
                    other => Err(format!("there is no {other} noise; write noise:, noise:pink or noise:pink@-12dB")),
                }
            }
            "silence" if rest.is_empty() => Ok(Self::Silence),
            "silence" => Err("silence: takes nothing after the colon".into()),
            scheme if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
                Ok(Self::Url(input.into()))
            }
            scheme if scheme.eq_ignore_ascii_case("file") => Ok(Self::Path(file_url(rest)?)),
            scheme if rest.starts_with("//") => {
                Err(format!("{scheme}: addresses cannot be opened; use http, https, file or a path"))
            }
            _ if input == "-" => Ok(Self::Stdin),
            _ if input.is_empty() => {
                Err("the input is empty; give a file, a URL, - or a signal such as tone:997".into())
            }
            _ => Ok(Self::Path(input.into())),
        }
    }
}

/// Splits `what@-6dB`; the level is a peak of 10^(dB/20).
fn level(text: &str, default_db: f64) -> Result<(&str, f64), String> {
    let (what, db) = match text.split_once('@') {
        None => (text, default_db),
        Some((what, level)) => {
            let number = level.strip_suffix("dB").unwrap_or(level).trim();
            let db = number.parse::<f64>().ok().filter(|db| (-200.0..=20.0).contains(db));
            (what, db.ok_or_else(|| format!("{level} is no level; write it as @-6dB, from -200 to 20 dB"))?)
        }
    };
    Ok((what, 10f64.powf(db / 20.0)))
}

fn frequency(text: &str, half: f64) -> Result<f64, String> {
    let text = text.trim();
    let (number, factor) = match (text.strip_suffix("kHz"), text.strip_suffix("Hz")) {
        (Some(number), _) => (number, 1e3),
        (_, Some(number)) => (number, 1.0),
        _ => (text, 1.0),
    };
    let hz = number.trim().parse::<f64>().ok().map(|hz| hz * factor).filter(|hz| *hz >= 0.01 && *hz <= half);
    hz.ok_or_else(|| format!("{text} is no frequency between 0.01 Hz and half the rate of the graph ({half} Hz)"))
}

/// The path of a `file:` URL after its scheme; `%20` and the like are decoded.
fn file_url(rest: &str) -> Result<PathBuf, String> {
    let path = match rest.strip_prefix("//") {
        Some(authority) => {
            let slash = authority.find('/').ok_or("a file: URL needs a path, as in file:///music/a.flac")?;
            if !matches!(&authority[..slash], "" | "localhost") {
                return Err("a file: URL cannot name another host".into());
            }
            &authority[slash..]
        }
        None => rest,
    };
    let mut bytes = Vec::new();
    let mut from = path.as_bytes();
    while let [first, tail @ ..] = from {
        let hex = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                from = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                from = tail;
            }
        }
    }
    String::from_utf8(bytes).map(PathBuf::from).map_err(|_| "this file: URL is not UTF-8".into())
}

#[cfg(test)]
mod tests {
    use super::Spec;

    fn parse(text: &str) -> Result<Spec, String> {
        Spec::parse(text, 48_000)
    }

    #[test]
    fn signals_with_levels() {
        assert_eq!(parse("tone:997"), Ok(Spec::Tone { hz: 997.0, amplitude: 1.0 }));
        let Ok(Spec::Tone { hz, amplitude }) = parse("tone:1.5kHz@-6dB") else { panic!() };
        assert!(hz == 1500.0 && (amplitude - 0.501_187).abs() < 1e-6);
        assert_eq!(parse("sweep:20-20000"), Ok(Spec::Sweep { from: 20.0, to: 20_000.0, amplitude: 1.0 }));
        assert_eq!(parse("noise:"), Ok(Spec::Noise { pink: false, amplitude: 1.0 }));
        assert_eq!(parse("noise:pink@0"), Ok(Spec::Noise { pink: true, amplitude: 1.0 }));
        assert_eq!(parse("silence:"), Ok(Spec::Silence));
    }

    #[test]
    fn places() {
        assert_eq!(parse("-"), Ok(Spec::Stdin));
        assert_eq!(parse("HTTPS://a/b"), Ok(Spec::Url("HTTPS://a/b".into())));
        assert_eq!(parse("a: b.mp3"), Ok(Spec::Path("a: b.mp3".into())));
        assert_eq!(parse("file:///tmp/a%20b.mp3"), Ok(Spec::Path("/tmp/a b.mp3".into())));
        assert_eq!(parse("file:a%zz"), Ok(Spec::Path("a%zz".into())));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("tone:x", "frequency"),
            ("tone:30000", "half the rate"),
            ("tone:997@loud", "level"),
            ("sweep:20", "two frequencies"),
            ("sweep:20-20", "different"),
            ("noise:blue", "blue"),
            ("silence:3", "nothing"),
            ("ftp://a/b", "ftp"),
            ("file://other/x", "host"),
            ("", "empty"),
        ] {
            let message = parse(text).expect_err(text);
            assert!(message.contains(word), "{text}: {message}");
        }
    }
}

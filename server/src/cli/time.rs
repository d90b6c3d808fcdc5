//! Times on the command line, and back.

use std::time::Duration;

/// Longest time taken: a year.
const LONGEST: f64 = 366.0 * 86_400.0;

/// Reads `90`, `1:30`, `1:02:03.5`, `1.5s`, `500ms`, `2min`, `1h`.
///
/// # Errors
/// Says how a time is written.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time; write 90, 1:30, 1:02:03.5, 1.5s, 500ms or 2min");
    let trimmed = text.trim();
    let seconds = if trimmed.contains(':') {
        let parts: Vec<&str> = trimmed.split(':').collect();
        if parts.len() > 3 || parts.iter().any(|p| p.is_empty()) {
            return Err(wrong());
        }
        let (last, front) = parts.split_last().ok_or_else(wrong)?;
        let mut seconds = number(last).filter(|s| *s < 60.0).ok_or_else(wrong)?;
        for (i, part) in front.iter().rev().enumerate() {
            let whole = part.parse::<u32>().map_err(|_| wrong())?;
            if i + 1 < front.len() && whole > 59 {
                return Err(wrong());
            }
            seconds += f64::from(whole) * 60f64.powi(i as i32 + 1);
        }
        seconds
    } else {
        let units = [("ms", 1e3), ("min", 1.0 / 60.0), ("h", 1.0 / 3600.0), ("s", 1.0)];
        let unit = units.iter().find_map(|(unit, per)| Some((trimmed.strip_suffix(unit)?, per)));
        let (digits, per) = unit.unwrap_or((trimmed, &1.0));
        number(digits.trim_end()).ok_or_else(wrong)? / per
    };
    if seconds <= LONGEST { Ok(Duration::from_secs_f64(seconds)) } else { Err(wrong()) }
}

/// A plain decimal number, not negative.
fn number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse::<f64>().ok().filter(|n| plain && n.is_finite())
}

/// Frames in a time at `rate`, rounded to the nearest.
pub(crate) fn frames(time: Duration, rate: u32) -> u64 {
    let frames = (time.as_nanos() * u128::from(rate) + 500_000_000) / 1_000_000_000;
    u64::try_from(frames).unwrap_or(u64::MAX)
}

/// Frames at `rate` as `1:02:03` or `2:03`.
pub(crate) fn show_frames(frames: u64, rate: u32) -> String {
    let seconds = frames / u64::from(rate.max(1));
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::{frames, parse_time, show_frames};
    use std::time::Duration;

    #[test]
    fn times_are_read_in_every_form() {
        for (text, ms) in [
            ("90", 90_000),
            ("1:30", 90_000),
            ("0:01.5", 1_500),
            ("1:02:03.5", 3_723_500),
            ("1.5s", 1_500),
            ("500ms", 500),
            ("500 ms", 500),
            ("2min", 120_000),
            ("1h", 3_600_000),
            ("75:00", 4_500_000),
        ] {
            assert_eq!(parse_time(text), Ok(Duration::from_millis(ms)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "-1", "1:", ":30", "1:60", "1:2:3:4", "1:75:00", "inf", "nan", "1e9", "9999999999", "fast", "1x"]
        {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn frames_are_rounded_and_shown() {
        assert_eq!(frames(Duration::from_millis(1500), 48_000), 72_000);
        assert_eq!(frames(Duration::from_nanos(10_417), 48_000), 1);
        assert_eq!(show_frames(48_000 * 3723, 48_000), "1:02:03");
        assert_eq!(show_frames(48_000 * 63 + 47_999, 48_000), "1:03");
    }
}

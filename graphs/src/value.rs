//! Text to a checked value, by the parameter's table, and back.

use crate::issue::nearest;
use crate::kinds::is_device;
use crate::yaml::{Node, Yaml};
use crate::{Code, Issue, Issues};
use lavalink_exec::{Param, ParamFault, Type, Unit, Value};

/// Why a text is no value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// What kind of fault.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// For a misspelt word or unit, the right one.
    pub nearest: Option<String>,
}

impl ValueFault {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), remedy: None, nearest: None }
    }
}

impl std::fmt::Display for ValueFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match (&self.remedy, &self.nearest) {
            (Some(remedy), _) => write!(f, "; {remedy}"),
            (None, Some(nearest)) => write!(f, "; did you mean `{nearest}`?"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for ValueFault {}

/// Reads a value as documents, `--set` and REST write it: `-6 dB`, `20ms`, `true`, a word, text.
///
/// # Errors
/// Says what is wrong with the text.
pub fn parse_value(param: &Param, text: &str) -> Result<Value, ValueFault> {
    let value = match param.ty {
        Type::Number { unit, .. } => Value::Number(parse_number(unit, text)?),
        Type::Flag { .. } => match text.trim() {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            other => {
                let mut fault =
                    ValueFault::new(Code::WrongType, format!("`{}` is neither true nor false", short(other)));
                fault.remedy = Some(match other.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "1" | "true" => "write `true`".to_owned(),
                    "no" | "off" | "n" | "0" | "false" => "write `false`".to_owned(),
                    _ => "write `true` or `false`".to_owned(),
                });
                return Err(fault);
            }
        },
        Type::Choice { of, .. } => match of.iter().position(|w| *w == text.trim()) {
            Some(at) => Value::Choice(at as u16),
            None => {
                let mut fault = ValueFault::new(Code::UnknownWord, format!("`{}` is not a choice", short(text)));
                fault.nearest = nearest(text, of.iter().copied()).map(str::to_owned);
                if fault.nearest.is_none() {
                    fault.remedy = Some(format!("choose one of: {}", of.join(", ")));
                }
                return Err(fault);
            }
        },
        Type::Text { .. } => {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "_:,=.-".contains(c);
            if is_device(param) && (text.is_empty() || !text.chars().all(allowed)) {
                return Err(ValueFault::new(Code::BadDevice, format!("`{}` is no device name", short(text))));
            }
            Value::Text(text.into())
        }
    };
    match param.check(&value) {
        Ok(()) => Ok(value),
        Err(fault) => Err(explain(param, &value, fault)),
    }
}

fn explain(param: &Param, value: &Value, fault: ParamFault) -> ValueFault {
    let shown = show_value(param, value);
    match fault {
        ParamFault::Range { .. } => {
            let mut fault = ValueFault::new(Code::OutOfRange, format!("{} is out of range", short(&shown)));
            fault.remedy = Some(format!("{} takes {}", param.name, range_text(&param.ty)));
            fault
        }
        ParamFault::NotWhole => ValueFault::new(Code::NotWhole, format!("{} must be a whole number", param.name)),
        ParamFault::TooLong { max_len } => {
            ValueFault::new(Code::TooLong, format!("this text is too long; {max_len} bytes are taken"))
        }
        ParamFault::WrongType | ParamFault::Unknown => {
            ValueFault::new(Code::WrongType, format!("{} takes {}", param.name, range_text(&param.ty)))
        }
    }
}

/// A number with or without one of the unit's spellings, in the unit itself.
fn parse_number(unit: Unit, text: &str) -> Result<f64, ValueFault> {
    let text = text.trim();
    let split = number_length(text);
    let (number, suffix) = (&text[..split], text[split..].trim_start());
    let Some(number) = number.parse::<f64>().ok().filter(|n| n.is_finite()) else {
        let mut fault = ValueFault::new(Code::WrongType, format!("`{}` is not a number", short(text)));
        fault.remedy = Some(match unit {
            Unit::None => "write a number".to_owned(),
            unit => format!("write a number, with a unit such as `{}`", unit.symbol()),
        });
        return Err(fault);
    };
    if suffix.is_empty() {
        return Ok(number);
    }
    if let Some((_, factor)) = unit.spellings().iter().find(|(s, _)| *s == suffix) {
        // A factor below one is divided by its inverse, so that 20 us is exactly the 0.02 that one would write in ms.
        return Ok(if *factor < 1.0 { number / (1.0 / factor).round() } else { number * factor });
    }
    let spellings = unit.spellings().iter().map(|(s, _)| *s);
    let mut fault = ValueFault::new(Code::WrongUnit, format!("`{}` is not a unit that fits here", short(suffix)));
    fault.nearest = nearest(suffix, spellings.clone().filter(|s| s.eq_ignore_ascii_case(suffix))).map(str::to_owned);
    if fault.nearest.is_none() {
        fault.remedy = Some(match unit {
            Unit::None => "write the number alone; this value has no unit".to_owned(),
            _ => format!("units taken here: {}", spellings.collect::<Vec<_>>().join(", ")),
        });
    }
    Err(fault)
}

/// Bytes of the decimal number at the start of `text`. An `e` counts only with digits after it.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    at = digits(at);
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let exponent = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if digits(exponent) > exponent {
            at = digits(exponent);
        }
    }
    at
}

/// Reads the value of one element of `param` from the tree, noting what is wrong.
pub(crate) fn read_value(param: &Param, node: &Node, path: &str, issues: &mut Issues) -> Option<Value> {
    let fault = match &node.yaml {
        Yaml::Scalar { text, .. } => match parse_value(param, text) {
            Ok(value) => return Some(value),
            Err(fault) => fault,
        },
        _ => {
            let message = format!("`{}` takes {}, not {}", param.name, range_text(&param.ty), node.what());
            ValueFault::new(Code::WrongType, message)
        }
    };
    let mut issue = Issue::new(fault.code, path, node.place, fault.message).nearest(fault.nearest);
    issue.remedy = fault.remedy;
    issues.push(issue);
    None
}

/// Type and range of a parameter in words: `a number from -60 dB to 12 dB`.
#[must_use]
pub fn range_text(ty: &Type) -> String {
    match ty {
        Type::Number { unit, min, max, whole, .. } => {
            let what = if *whole { "a whole number" } else { "a number" };
            format!("{what} from {} to {}", show_number(*unit, *min), show_number(*unit, *max))
        }
        Type::Flag { .. } => "true or false".to_owned(),
        Type::Choice { of, .. } => format!("one of {}", of.join(", ")),
        Type::Text { .. } => "text".to_owned(),
    }
}

/// A value as a document would write it.
#[must_use]
pub fn show_value(param: &Param, value: &Value) -> String {
    match (param.ty, value) {
        (Type::Number { unit, .. }, Value::Number(n)) => show_number(unit, *n),
        (Type::Choice { of, .. }, Value::Choice(i)) => of.get(usize::from(*i)).copied().unwrap_or("?").to_owned(),
        (_, Value::Flag(b)) => b.to_string(),
        (_, Value::Text(t)) => t.to_string(),
        (_, Value::Number(n)) => n.to_string(),
        (_, Value::Choice(i)) => i.to_string(),
    }
}

/// A number with its unit, the larger unit where it reads better.
fn show_number(unit: Unit, number: f64) -> String {
    let round = |n: f64| (n * 1e6).round() / 1e6;
    match unit {
        Unit::None => round(number).to_string(),
        Unit::Hz if number.abs() >= 1e3 => format!("{} kHz", round(number / 1e3)),
        Unit::BitsPerSecond if number.abs() >= 1e3 => format!("{} kbit/s", round(number / 1e3)),
        Unit::Ms if number.abs() >= 1e4 => format!("{} s", round(number / 1e3)),
        unit => format!("{} {}", round(number), unit.symbol()),
    }
}

/// At most 40 characters of `text`, for messages.
pub(crate) fn short(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(37).chain("...".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use super::{parse_value, show_value};
    use crate::Code;
    use lavalink_exec::{Param, Unit, Value};

    const TIME: Param = Param::number("time", Unit::Ms, 0.0, 2000.0, 20.0, "");
    const RATE: Param = Param::whole("rate", Unit::BitsPerSecond, 6_000.0, 510_000.0, 128_000.0, "");

    #[test]
    fn units_with_and_without_a_space_mean_the_same() {
        for text in ["20", "20 ms", "20ms", "0.02 s", "2e1ms", "20000us", "+20.0 ms"] {
            assert_eq!(parse_value(&TIME, text), Ok(Value::Number(20.0)), "{text}");
        }
        assert_eq!(parse_value(&RATE, "128 kbit/s"), Ok(Value::Number(128_000.0)));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let code = |param, text| parse_value(param, text).map_err(|f| f.code);
        assert_eq!(code(&TIME, "20 Hz"), Err(Code::WrongUnit));
        assert_eq!(code(&TIME, "fast"), Err(Code::WrongType));
        assert_eq!(code(&TIME, ".nan"), Err(Code::WrongType));
        assert_eq!(code(&TIME, "1e999"), Err(Code::WrongType));
        assert_eq!(code(&TIME, "3 s"), Err(Code::OutOfRange));
        assert_eq!(code(&RATE, "128000.5"), Err(Code::NotWhole));
        assert_eq!(parse_value(&TIME, "20 MS").map_err(|f| f.nearest), Err(Some("ms".to_owned())));
    }

    #[test]
    fn shown_values_read_back_as_themselves() {
        for number in [0.001, 19.5, 1999.999] {
            let value = Value::Number(number);
            assert_eq!(parse_value(&TIME, &show_value(&TIME, &value)), Ok(value));
        }
    }
}

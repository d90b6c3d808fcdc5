//! One row of a kind's table: a parameter.

use crate::{Unit, Value};
use alloc::boxed::Box;

/// What a change of a parameter does to a playing node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// [`crate::Processor::set`] takes it while playing; the node smooths it itself over 20 ms.
    Ramp,
    /// [`crate::Processor::set`] takes it while playing; no smoothing is needed for it to be click-free.
    Step,
    /// The node is built anew and cross-faded against its old self.
    Rebuild,
}

/// The type and range of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// A finite number in `unit`, from `min` to `max`, both included.
    Number {
        /// Unit of the number.
        unit: Unit,
        /// Smallest value taken.
        min: f64,
        /// Largest value taken.
        max: f64,
        /// Value when the document says nothing.
        default: f64,
        /// Whether only whole numbers are taken.
        whole: bool,
    },
    /// `true` or `false`.
    Flag {
        /// Value when the document says nothing.
        default: bool,
    },
    /// One of a closed list of words.
    Choice {
        /// The words.
        of: &'static [&'static str],
        /// Index of the word used when the document says nothing.
        default: u16,
    },
    /// Free text, such as a device name or a path.
    Text {
        /// Value when the document says nothing.
        default: &'static str,
        /// Longest text taken, in bytes.
        max_len: usize,
    },
}

/// One parameter of a node kind. The document's parser, checks, JSON Schema, REST view and help are all made of it.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Key in documents, in snake case.
    pub name: &'static str,
    /// One sentence for people, with what it does to the sound.
    pub help: &'static str,
    /// Type, unit, range and default.
    pub ty: Type,
    /// What a change does to a playing node.
    pub live: Live,
    /// Number of elements: 1 for a plain parameter; more for an array, whose elements are named `name.0`, `name.1`, ...
    pub count: usize,
}

impl Param {
    /// A number from `min` to `max` in `unit`; a change rebuilds the node unless [`Param::live`] says otherwise.
    #[must_use]
    pub const fn number(name: &'static str, unit: Unit, min: f64, max: f64, default: f64, help: &'static str) -> Self {
        Self { name, help, ty: Type::Number { unit, min, max, default, whole: false }, live: Live::Rebuild, count: 1 }
    }

    /// A whole number from `min` to `max` in `unit`.
    #[must_use]
    pub const fn whole(name: &'static str, unit: Unit, min: f64, max: f64, default: f64, help: &'static str) -> Self {
        Self { name, help, ty: Type::Number { unit, min, max, default, whole: true }, live: Live::Rebuild, count: 1 }
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn flag(name: &'static str, default: bool, help: &'static str) -> Self {
        Self { name, help, ty: Type::Flag { default }, live: Live::Rebuild, count: 1 }
    }

    /// One of the words `of`; `default` is an index into it.
    #[must_use]
    pub const fn choice(name: &'static str, of: &'static [&'static str], default: u16, help: &'static str) -> Self {
        Self { name, help, ty: Type::Choice { of, default }, live: Live::Rebuild, count: 1 }
    }

    /// Free text of at most 1,024 bytes.
    #[must_use]
    pub const fn text(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self { name, help, ty: Type::Text { default, max_len: 1024 }, live: Live::Rebuild, count: 1 }
    }

    /// The same parameter, changed by [`crate::Processor::set`] while playing.
    #[must_use]
    pub const fn live(self, live: Live) -> Self {
        Self { live, ..self }
    }

    /// The same parameter as an array of `count` elements.
    #[must_use]
    pub const fn array(self, count: usize) -> Self {
        Self { count, ..self }
    }

    /// The value when the document says nothing.
    #[must_use]
    pub fn default(&self) -> Value {
        match self.ty {
            Type::Number { default, .. } => Value::Number(default),
            Type::Flag { default } => Value::Flag(default),
            Type::Choice { default, .. } => Value::Choice(default),
            Type::Text { default, .. } => Value::Text(Box::from(default)),
        }
    }

    /// Whether `value` is of the right type and in range.
    ///
    /// # Errors
    /// Says which of the two is wrong.
    pub fn check(&self, value: &Value) -> Result<(), ParamFault> {
        match (self.ty, value) {
            (Type::Number { min, max, whole, .. }, Value::Number(n)) => {
                if !n.is_finite() || *n < min || *n > max {
                    Err(ParamFault::Range { min, max })
                } else if whole && *n != (*n as i64) as f64 {
                    Err(ParamFault::NotWhole)
                } else {
                    Ok(())
                }
            }
            (Type::Flag { .. }, Value::Flag(_)) => Ok(()),
            (Type::Choice { of, .. }, Value::Choice(i)) if usize::from(*i) < of.len() => Ok(()),
            (Type::Text { max_len, .. }, Value::Text(t)) if t.len() <= max_len => Ok(()),
            (Type::Text { max_len, .. }, Value::Text(_)) => Err(ParamFault::TooLong { max_len }),
            _ => Err(ParamFault::WrongType),
        }
    }
}

/// Why a value was not taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamFault {
    /// Outside the table's range, or not finite.
    Range {
        /// Smallest value taken.
        min: f64,
        /// Largest value taken.
        max: f64,
    },
    /// A whole number is needed.
    NotWhole,
    /// Another type is needed.
    WrongType,
    /// Text longer than the table allows.
    TooLong {
        /// Longest text taken, in bytes.
        max_len: usize,
    },
    /// The kind has no parameter of that name or index.
    Unknown,
}

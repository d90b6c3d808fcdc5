//! Checked parameter values of one node.

use crate::{Kind, ParamFault};
use alloc::boxed::Box;

/// A parameter value. Numbers are in the table's own unit and finite.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A flag.
    Flag(bool),
    /// Index into the table's words.
    Choice(u16),
    /// Text.
    Text(Box<str>),
}

impl Value {
    /// The value as [`crate::Processor::set`] takes it: a number, 0 or 1 for a flag, the index of a choice; `None` for
    /// text.
    #[must_use]
    pub fn as_f32(&self) -> Option<f32> {
        match self {
            Self::Number(n) => Some(*n as f32),
            Self::Flag(b) => Some(f32::from(u8::from(*b))),
            Self::Choice(i) => Some(f32::from(*i)),
            Self::Text(_) => None,
        }
    }
}

/// The values of all parameters of a node, flat: an array parameter of n elements takes n places.
///
/// A `Params` holds only values its table accepts; there is no way to put another in.
#[derive(Clone, Debug)]
pub struct Params {
    kind: &'static Kind,
    values: Box<[Value]>,
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.kind, other.kind) && self.values == other.values
    }
}

impl Params {
    /// The defaults of `kind`.
    #[must_use]
    pub fn defaults(kind: &'static Kind) -> Self {
        let values = kind.params.iter().flat_map(|p| core::iter::repeat_n(p.default(), p.count)).collect();
        Self { kind, values }
    }

    /// The kind these values are of.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Flat index of `name`: `gain`, or `gain.3` for the fourth element of an array.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<usize> {
        self.kind.param_index(name)
    }

    /// Puts `value` at flat index `index`.
    ///
    /// # Errors
    /// When the table has no such place or does not accept the value.
    pub fn set(&mut self, index: usize, value: Value) -> Result<(), ParamFault> {
        let param = self.kind.param_at(index).ok_or(ParamFault::Unknown)?;
        param.check(&value)?;
        self.values[index] = value;
        Ok(())
    }

    /// All values, by flat index.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The number at flat index `index`.
    ///
    /// # Panics
    /// When the table has no number there: a mistake in the kind's own file. Control side only.
    #[must_use]
    pub fn number(&self, index: usize) -> f64 {
        match self.values[index] {
            Value::Number(n) => n,
            _ => panic!("{}: parameter {index} is not a number", self.kind.name),
        }
    }

    /// The flag at flat index `index`.
    ///
    /// # Panics
    /// When the table has no flag there. Control side only.
    #[must_use]
    pub fn flag(&self, index: usize) -> bool {
        match self.values[index] {
            Value::Flag(b) => b,
            _ => panic!("{}: parameter {index} is not a flag", self.kind.name),
        }
    }

    /// The index of the word chosen at flat index `index`.
    ///
    /// # Panics
    /// When the table has no choice there. Control side only.
    #[must_use]
    pub fn choice(&self, index: usize) -> usize {
        match self.values[index] {
            Value::Choice(i) => usize::from(i),
            _ => panic!("{}: parameter {index} is not a choice", self.kind.name),
        }
    }

    /// The text at flat index `index`.
    ///
    /// # Panics
    /// When the table has no text there. Control side only.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        match &self.values[index] {
            Value::Text(t) => t,
            _ => panic!("{}: parameter {index} is not text", self.kind.name),
        }
    }
}

//! Where in which file something stands.

use std::sync::Arc;

/// A piece of a source file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the file in its [`Sources`].
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Place {
    /// The start of file `file`, for faults of the file as a whole.
    #[must_use]
    pub fn top(file: u16) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// A part of this place: `len` bytes from `offset` on.
    #[must_use]
    pub fn part(self, offset: usize, len: usize) -> Self {
        let start = (self.start as usize + offset).min(self.end as usize);
        Self { start: start as u32, end: (start + len).min(self.end as usize) as u32, ..self }
    }
}

/// A text that was read, and its name.
#[derive(Debug)]
pub struct Source {
    /// Path or profile name, as shown in messages.
    pub name: String,
    /// The text.
    pub text: String,
    lines: Vec<u32>,
}

impl Source {
    fn new(name: String, text: String) -> Self {
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        Self { name, text, lines }
    }

    /// Line and column of byte `at`, both from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, at: u32) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.lines[line] as usize;
        let end = (at as usize).clamp(start, self.text.len());
        let column = self.text.get(start..end).map_or(end - start, |s| s.chars().count());
        (line + 1, column + 1)
    }
}

/// The files a document was read from: itself and what it extends. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// Adds a file and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u16 {
        self.0.push(Arc::new(Source::new(name.into(), text.into())));
        (self.0.len() - 1) as u16
    }

    /// The file `file`.
    #[must_use]
    pub fn get(&self, file: u16) -> Option<&Source> {
        self.0.get(usize::from(file)).map(|s| &**s)
    }

    /// The text at `place`.
    #[must_use]
    pub fn slice(&self, place: Place) -> &str {
        self.get(place.file).and_then(|s| s.text.get(place.start as usize..place.end as usize)).unwrap_or("")
    }

    /// File name, line and column of `place`.
    #[must_use]
    pub fn locate(&self, place: Place) -> Option<(&str, usize, usize)> {
        let source = self.get(place.file)?;
        let (line, column) = source.line_column(place.start);
        Some((&source.name, line, column))
    }
}

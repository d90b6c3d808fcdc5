//! Issues are collected, not thrown: one pass over a document finds them all.

use super::{Code, Severity};
use crate::{Place, Sources};

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Issue {
    /// What kind of fault.
    pub code: Code,
    /// What is wrong, for people.
    pub message: String,
    /// Where in the document's structure: `player.nodes.reverb.time`.
    pub path: String,
    /// Where in the text; `None` when there is no text, as for values from a command line.
    pub place: Option<Place>,
    /// What to do about it; the code's own remedy when empty.
    pub remedy: Option<String>,
    /// For a misspelt name, the right one that is nearest.
    pub nearest: Option<String>,
    /// Another place that matters, and why: the first of two keys, say.
    pub related: Vec<(Place, String)>,
}

impl Issue {
    /// An issue at `place`.
    #[must_use]
    pub fn new(
        code: Code,
        path: impl Into<String>,
        place: impl Into<Option<Place>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            path: path.into(),
            place: place.into(),
            remedy: None,
            nearest: None,
            related: Vec::new(),
        }
    }

    /// The same with a remedy of its own.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same with the nearest right name, if there is one.
    #[must_use]
    pub fn nearest(mut self, nearest: Option<impl Into<String>>) -> Self {
        self.nearest = nearest.map(Into::into);
        self
    }

    /// The same with another place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// What to do, in words.
    #[must_use]
    pub fn advice(&self) -> String {
        match (&self.remedy, &self.nearest) {
            (Some(remedy), _) => remedy.clone(),
            (None, Some(nearest)) => format!("did you mean `{nearest}`?"),
            (None, None) => self.code.remedy().to_owned(),
        }
    }
}

/// All that is wrong with a document, and the texts to show it in.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    list: Vec<Issue>,
    pub(crate) sources: Sources,
}

impl Issues {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet, about texts in `sources`.
    #[must_use]
    pub fn about(sources: Sources) -> Self {
        Self { list: Vec::new(), sources }
    }

    /// The texts the issues are about.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Adds a text and returns its number, for [`crate::yaml::parse`].
    pub fn add_source(&mut self, name: impl Into<String>, text: impl Into<String>) -> u16 {
        self.sources.add(name, text)
    }

    /// Adds an issue. The same code at the same place is kept once.
    pub fn push(&mut self, issue: Issue) {
        let known = |i: &Issue| i.code == issue.code && i.place == issue.place && i.path == issue.path;
        if !self.list.iter().any(known) {
            self.list.push(issue);
        }
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        let mut sorted: Vec<&Issue> = self.list.iter().collect();
        sorted.sort_by_key(|i| (i.place.map(|p| (p.file, p.start)), i.code));
        sorted.into_iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them keeps the document from loading.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// How many of them are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|i| i.code.severity() == Severity::Error).count()
    }
}

impl std::fmt::Display for Issues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Issues {}

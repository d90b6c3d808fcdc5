//! Issues for people: the offending lines with a caret under them.

use super::{Issue, Issues, Severity};
use crate::{Place, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};

impl Issues {
    /// All issues as text, each with its code, the lines it is about and what to do. Colours are terminal escapes and only
    /// there when `color` is set.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for issue in self.iter() {
            out.push_str(&renderer.render(&[group(issue, &self.sources)]));
            out.push_str("\n\n");
        }
        out
    }
}

fn group<'a>(issue: &'a Issue, sources: &'a Sources) -> Group<'a> {
    let level = match issue.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(issue.message.as_str()).id(issue.code.code());
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let Some(place) = issue.place {
        elements.push(snippet(issue, place, sources).into());
        for (place, label) in issue.related.iter().filter(|(p, _)| p.file != place.file) {
            let annotation = AnnotationKind::Primary.span(span(*place, sources)).label(label.as_str());
            elements.push(source(*place, sources).annotation(annotation).into());
        }
    }
    if !issue.path.is_empty() {
        elements.push(Level::NOTE.message(format!("at `{}`", issue.path)).into());
    }
    elements.push(Level::HELP.message(issue.advice()).into());
    title.elements(elements)
}

fn snippet<'a>(issue: &'a Issue, place: Place, sources: &'a Sources) -> Snippet<'a, Annotation<'a>> {
    let near = issue.related.iter().filter(|(p, _)| p.file == place.file);
    source(place, sources)
        .annotation(AnnotationKind::Primary.span(span(place, sources)).label(issue.code.title()))
        .annotations(near.map(|(p, label)| AnnotationKind::Context.span(span(*p, sources)).label(label.as_str())))
}

fn source(place: Place, sources: &Sources) -> Snippet<'_, Annotation<'_>> {
    let file = sources.get(place.file);
    Snippet::source(file.map_or("", |s| s.text.as_str())).path(file.map(|s| s.name.as_str())).fold(true)
}

/// The place as the printer takes it: on character borders, ending on the line it starts on.
fn span(place: Place, sources: &Sources) -> std::ops::Range<usize> {
    let text = sources.get(place.file).map_or("", |s| s.text.as_str());
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let start = floor(place.start as usize);
    let line_end = text[start..].find('\n').map_or(text.len(), |n| start + n);
    start..floor(place.end as usize).clamp(start, line_end)
}

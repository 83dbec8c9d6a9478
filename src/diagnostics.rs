//! Mistakes in scenario files, shown where they were made.

use crate::load::Loaded;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use serde_json::{Value, json};
use sim_world::scenario::document::{Diagnostic, Severity, line_col};
use std::fmt;

/// The mistakes of a file as blocks of text.
pub(crate) fn render(loaded: &Loaded, warnings: bool, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_links(false).with_context_lines(0);
    let source = Lines { name: loaded.path.to_string_lossy().into_owned(), text: &loaded.text };
    let mut out = String::new();
    for diagnostic in loaded.diagnostics.iter().filter(|d| warnings || d.severity == Severity::Error) {
        if !out.is_empty() {
            out.push('\n');
        }
        let report = Report { diagnostic, source: &source };
        // Writing to a string cannot fail, and a label that does not fit its text still leaves the message.
        if handler.render_report(&mut out, &report).is_err() {
            out.push_str(&format!("{report}\n"));
        }
    }
    out
}

/// The mistakes of a file as data.
pub(crate) fn as_json(loaded: &Loaded) -> Value {
    let one = |d: &Diagnostic| {
        let (line, column) = line_col(&loaded.text, d.span.start);
        let (end_line, end_column) = line_col(&loaded.text, d.span.end);
        json!({
            "severity": severity(d.severity),
            "code": d.code,
            "message": d.message,
            "label": d.label,
            "help": d.help,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        })
    };
    loaded.diagnostics.iter().map(one).collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A text of which whole lines are shown: miette's own reader ends with the place itself.
struct Lines<'a> {
    name: String,
    text: &'a str,
}

impl SourceCode for Lines<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let (from, to) = (span.offset(), span.offset() + span.len());
        let (Some(before), Some(after)) = (self.text.get(..from), self.text.get(to..)) else {
            return Err(MietteError::OutOfBounds);
        };
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after.find('\n').map_or(self.text.len(), |newline| to + newline);
        let line = before.matches('\n').count();
        let column = self.text[start..from].chars().count();
        let shown = SourceSpan::new(start.into(), end - start);
        let data = self.text[start..end].trim_end_matches('\r').as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, shown, line, column, 1)))
    }
}

struct Report<'a> {
    diagnostic: &'a Diagnostic,
    source: &'a Lines<'a>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.diagnostic.span.first_line(self.source.text);
        let label = (!self.diagnostic.label.is_empty()).then(|| self.diagnostic.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new(label, span.start, span.len()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_world::scenario::document::Span;

    #[test]
    fn a_mistake_is_shown_with_its_line() {
        let text = "tenant:\n  groups: [{ name: A }, { nome: B }]   # two\nforest:\n";
        let at = text.find("nome").expect("it is there");
        let diagnostic =
            Diagnostic::error("scenario::unknown_key", Span::new(at, at + 4), "the key `nome` means nothing here")
                .label("not a key of a group")
                .help("did you mean `name`?");
        let end = Diagnostic::warning("scenario::more", Span::at(text.len()), "and 3 more");
        let diagnostics = vec![diagnostic, end];
        let loaded = Loaded { path: "kiosks.yaml".into(), text: text.into(), scenario: None, diagnostics };
        let shown = render(&loaded, true, false);
        let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
        assert_eq!(
            shown.join("\n"),
            "\
scenario::unknown_key

  × the key `nome` means nothing here
   ╭─[kiosks.yaml:2:27]
 2 │   groups: [{ name: A }, { nome: B }]   # two
   ·                           ──┬─
   ·                             ╰── not a key of a group
   ╰────
  help: did you mean `name`?

scenario::more

  ⚠ and 3 more
   ╭─[kiosks.yaml:4:1]
   ╰────"
        );
    }
}

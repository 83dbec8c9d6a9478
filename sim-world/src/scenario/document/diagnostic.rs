//! Mistakes as data: what is wrong, where, and the way out. How they look is the shell's affair.

use super::span::Span;
use std::collections::BTreeSet;

/// How many errors, and how many warnings, are kept; of the rest only the number is told.
pub const LIMIT: usize = 200;

/// Whether a diagnostic stops the scenario from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// The scenario can run; it may not do what was meant.
    Warning,
}

/// One mistake in a document.
///
/// Diagnostics are ordered by their place. Message, label and help are lowercase fragments without a final
/// stop; they name the thing, its value and what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it is.
    pub span: Span,
    /// Whether it stops the scenario from running.
    pub severity: Severity,
    /// Stable name of this kind of mistake, such as `scenario::unknown_key`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to write next to the place.
    pub label: String,
    /// The way out, where there is one to name.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without label and help.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { span, severity: Severity::Error, code, message: message.into(), label: String::new(), help: None }
    }

    /// A warning without label and help.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Says what to write next to the place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Names the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the way out, if there is one.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

/// Collects the mistakes of a document, each once, up to [`LIMIT`] of a severity.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    kept: BTreeSet<Diagnostic>,
    errors: Tally,
    warnings: Tally,
    partial: bool,
}

/// How many diagnostics of one severity there were.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    kept: usize,
    omitted: usize,
}

impl Diagnostics {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a mistake. The same mistake at the same place is noted once: an alias repeats what it stands for.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        if self.kept.contains(&diagnostic) {
            return;
        }
        let tally = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if tally.kept < LIMIT {
            tally.kept += 1;
            self.kept.insert(diagnostic);
        } else {
            tally.omitted += 1;
        }
    }

    /// Whether anything noted stops the scenario from running.
    pub fn has_errors(&self) -> bool {
        self.errors.kept > 0
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Whether further errors are only counted: reason enough not to look for suggestions.
    pub fn is_full(&self) -> bool {
        self.errors.kept >= LIMIT
    }

    /// Notes that list entries were left out of what was read, because of mistakes in them.
    pub fn mark_partial(&mut self) {
        self.partial = true;
    }

    /// Whether list entries were left out of what was read: then a name that means nothing may be the name
    /// of one of them, and is better not reported.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// Whether an error was noted at a place within this one.
    pub fn has_errors_within(&self, span: Span) -> bool {
        let inside = |d: &&Diagnostic| span.start <= d.span.start && d.span.end <= span.end;
        self.kept.iter().filter(inside).any(|d| d.severity == Severity::Error)
    }

    /// Takes over what another collector noted.
    pub fn merge(&mut self, other: Diagnostics) {
        for diagnostic in other.kept {
            self.report(diagnostic);
        }
        self.errors.omitted += other.errors.omitted;
        self.warnings.omitted += other.warnings.omitted;
        self.partial |= other.partial;
    }

    /// The mistakes in the order of their places, with a last one that counts those not kept.
    pub fn finish(self) -> Vec<Diagnostic> {
        let omitted = self.errors.omitted + self.warnings.omitted;
        let mut all: Vec<Diagnostic> = self.kept.into_iter().collect();
        if omitted > 0 {
            let end = all.last().map_or(0, |last| last.span.end);
            let make = if self.errors.omitted > 0 { Diagnostic::error } else { Diagnostic::warning };
            all.push(
                make(code::MORE, Span::at(end), format!("and {omitted} more")).label("further mistakes are not listed"),
            );
        }
        all
    }
}

/// A piece of the document for use in a message: in backquotes, on one line, shortened to 60 characters, and
/// `""` for nothing.
pub fn shown(text: &str) -> String {
    const LENGTH: usize = 60;
    if text.is_empty() {
        return "`\"\"`".into();
    }
    let mut out = String::from("`");
    for (index, c) in text.chars().enumerate() {
        if index == LENGTH {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

/// Names as a list in backquotes: `` `a`, `b` and `c` `` with the given last connective.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>, connective: &str) -> String {
    const MOST: usize = 40;
    let mut names: Vec<String> = names.into_iter().map(shown).collect();
    if names.len() > MOST {
        let more = names.len() - MOST;
        names.truncate(MOST);
        return format!("{} and {more} more", names.join(", "));
    }
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} {connective} {last}", names.join(", ")),
        None => String::new(),
    }
}

/// The stable codes of this layer's diagnostics.
pub mod code {
    /// The text is not YAML.
    pub const SYNTAX: &str = "scenario::syntax";
    /// A line is indented with a tab.
    pub const TAB: &str = "scenario::tab";
    /// A character that no text file should have, or an escape for one.
    pub const CONTROL_CHARACTER: &str = "scenario::control_character";
    /// A `%` line.
    pub const DIRECTIVE: &str = "scenario::directive";
    /// A tag such as `!!str`.
    pub const TAG: &str = "scenario::tag";
    /// A `<<` key.
    pub const MERGE_KEY: &str = "scenario::merge_key";
    /// An anchor (`&name`) with nothing after it.
    pub const EMPTY_ANCHOR: &str = "scenario::empty_anchor";
    /// An alias (`*name`) without its anchor before it.
    pub const UNKNOWN_ALIAS: &str = "scenario::unknown_alias";
    /// Aliases repeat more than is reasonable.
    pub const ALIASES_TOO_LARGE: &str = "scenario::aliases_too_large";
    /// The document is longer than is reasonable.
    pub const TOO_LARGE: &str = "scenario::too_large";
    /// Lists and maps are nested deeper than is reasonable.
    pub const TOO_DEEP: &str = "scenario::too_deep";
    /// The document has more values than is reasonable.
    pub const TOO_MANY_VALUES: &str = "scenario::too_many_values";
    /// A second document after `---`.
    pub const SEVERAL_DOCUMENTS: &str = "scenario::several_documents";
    /// A key given twice in one map.
    pub const DUPLICATE_KEY: &str = "scenario::duplicate_key";
    /// A list, a map or nothing where a key should be.
    pub const KEY_NOT_TEXT: &str = "scenario::key_not_text";
    /// A key that means nothing here.
    pub const UNKNOWN_KEY: &str = "scenario::unknown_key";
    /// A required key that is not given.
    pub const MISSING_KEY: &str = "scenario::missing_key";
    /// A key without a value.
    pub const MISSING_VALUE: &str = "scenario::missing_value";
    /// A list where a single value should be, and the like.
    pub const WRONG_KIND: &str = "scenario::wrong_kind";
    /// A value that cannot be read as what it should be.
    pub const BAD_VALUE: &str = "scenario::bad_value";
    /// A word that is none of the words possible here.
    pub const UNKNOWN_WORD: &str = "scenario::unknown_word";
    /// None of the keys is given of which one is needed.
    pub const MISSING_CHOICE: &str = "scenario::missing_choice";
    /// Several keys are given of which only one is possible.
    pub const SEVERAL_CHOICES: &str = "scenario::several_choices";
    /// Not a mistake itself: the number of those not listed.
    pub const MORE: &str = "scenario::more";
}

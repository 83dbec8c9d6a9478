//! What a decision looked at. A rule is one pure function that returns its verdict and takes `&mut impl Evidence`: asked with
//! [`Unasked`] it costs nothing, asked with [`Notes`] or [`Seen`] the very same code says why, or why not.

use crate::trace::{Kind, RecordKey};
use crate::{Names, Sym};

/// Receives what a rule saw while it decided.
pub trait Evidence {
    /// Whether somebody asked: what is only gathered for evidence can be left out otherwise.
    fn is_asked(&self) -> bool {
        true
    }

    /// Adds one line. The closure runs only when somebody asked.
    fn note(&mut self, line: impl FnOnce() -> String);

    /// Names a record that the verdict follows from, beside the one that led here.
    fn because(&mut self, record: RecordKey) {
        let _ = record;
    }

    /// Names something of the estate that stands against what was wanted.
    fn blame(&mut self, what: impl FnOnce() -> Blame) {
        let _ = what;
    }
}

/// Nobody asked: notes are neither made nor kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unasked;

impl Evidence for Unasked {
    #[inline(always)]
    fn is_asked(&self) -> bool {
        false
    }
    #[inline(always)]
    fn note(&mut self, _line: impl FnOnce() -> String) {}
}

/// Keeps every line, in the order in which the rule made them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes(pub Vec<String>);

impl Evidence for Notes {
    fn note(&mut self, line: impl FnOnce() -> String) {
        self.0.push(line());
    }
}

/// Something of the estate that stands against what was wanted, for a reason that a person can act on. Whoever explains leads it
/// back to where it comes from: the last record of one of the given kinds that names it, or else its declaration.
#[derive(Debug, Clone)]
pub struct Blame {
    /// The word for its kind, as its declaration says it: `group`, `connector`.
    pub what: &'static str,
    /// Its name.
    pub name: Sym,
    /// What of it stands against, as in `its rule compares with “[OrderID]:Berlin”`.
    pub says: String,
    /// The kinds of records that make it so, if it was not declared so.
    pub made_by: Vec<&'static Kind>,
}

impl Blame {
    /// Something as it was declared.
    pub fn new(what: &'static str, name: Sym, says: impl Into<String>) -> Self {
        Self { what, name, says: says.into(), made_by: Vec::new() }
    }

    /// Something as the last record of one of these kinds made it, if there is one.
    pub fn or_made_by(mut self, kinds: &[&'static Kind]) -> Self {
        self.made_by = kinds.to_vec();
        self
    }

    /// Something by its text. A name that the world does not know has no origin in it.
    pub fn named(what: &'static str, name: &str, says: impl Into<String>, names: &Names) -> Self {
        Self::new(what, names.find(name).unwrap_or_default(), says)
    }
}

/// One thing that a decision saw.
#[derive(Debug, Clone)]
pub enum Note {
    /// A line for people.
    Line(String),
    /// A record that the verdict follows from.
    Because(RecordKey),
    /// What stands against what was wanted.
    Blame(Blame),
}

/// What a decision saw in the course of a world, if the trace of that world keeps notes. See [`Cx::seen`](crate::Cx::seen).
#[derive(Debug, Clone, Default)]
pub struct Seen(Option<Vec<Note>>);

impl Seen {
    /// Keeps nothing.
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// Keeps everything.
    pub const fn everything() -> Self {
        Self(Some(Vec::new()))
    }

    /// What was seen.
    pub fn into_notes(self) -> Vec<Note> {
        self.0.unwrap_or_default()
    }

    /// Adds what another decision saw, on which this one rests.
    pub fn append(&mut self, other: Self) {
        if let (Some(notes), Some(more)) = (&mut self.0, other.0) {
            notes.extend(more);
        }
    }

    fn push(&mut self, note: impl FnOnce() -> Note) {
        if let Some(notes) = &mut self.0 {
            notes.push(note());
        }
    }
}

impl Evidence for Seen {
    #[inline]
    fn is_asked(&self) -> bool {
        self.0.is_some()
    }
    #[inline]
    fn note(&mut self, line: impl FnOnce() -> String) {
        self.push(|| Note::Line(line()));
    }
    fn because(&mut self, record: RecordKey) {
        if !record.is_none() {
            self.push(|| Note::Because(record));
        }
    }
    #[inline]
    fn blame(&mut self, what: impl FnOnce() -> Blame) {
        self.push(|| Note::Blame(what()));
    }
}

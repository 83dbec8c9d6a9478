//! What a decision looked at. A rule is one pure function that returns its verdict and takes `&mut impl Evidence`: asked with
//! [`Unasked`] it costs nothing, asked with [`Notes`] the very same code says why, or why not.

/// Receives what a rule saw while it decided.
pub trait Evidence {
    /// Adds one line. The closure runs only when somebody asked.
    fn note(&mut self, line: impl FnOnce() -> String);
}

/// Nobody asked: notes are neither made nor kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unasked;

impl Evidence for Unasked {
    #[inline(always)]
    fn note(&mut self, _line: impl FnOnce() -> String) {}
}

/// Keeps every note, in the order in which the rule made them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes(pub Vec<String>);

impl Evidence for Notes {
    fn note(&mut self, line: impl FnOnce() -> String) {
        self.0.push(line());
    }
}

//! What a scenario says of itself to its readers.

use crate::scenario::document::{OneOrMany, section};

section! {
    /// A failure of a rollout in the words of those who meet it, or a control: what looks like a failure and is none.
    pub struct FailureNotes {
        /// The rows of the catalogue of failures that it reproduces, as in `AD-02`.
        rows: OneOrMany<String>,
        /// What people see, and where.
        symptom: String,
        /// What causes it.
        cause: String,
        /// What cures it. A control needs no cure.
        fix: Option<String>,
        /// Whether it looks like a failure and is none.
        control: bool = false,
    }
}

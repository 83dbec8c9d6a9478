//! What a finished run says: the timeline that a person reads, JSON, JUnit XML, the trace as JSON Lines, and the pages of `show`.
//!
//! Everything here is a pure function of a finished run. Nothing meets a file, a terminal or a clock; colour and the time that a
//! run took are arguments.

mod fold;
mod json;
mod junit;
mod show;
mod span;
mod text;
mod timeline;
mod trace_lines;

pub use json::json;
pub use junit::{Suite, junit, junit_document, junit_suite};
pub use show::{Candidate, ShowError, device, ldif, odj_package, server_log, show};
pub(crate) use show::{directory, find};
pub use span::span;
pub use text::{TextOptions, text};
pub use timeline::{TimelineEntry, timeline};
pub(crate) use trace_lines::level;
pub use trace_lines::{trace_lines, trace_record};

use crate::run::{End, Outcome};
use sim_core::chance::mix;

/// The hash of a run as it is printed: 16 hexadecimal digits.
pub fn hash_digits(hash: u64) -> String {
    format!("{hash:016x}")
}

/// One hash for several files: theirs, folded in order.
pub fn fold_hashes(hashes: impl IntoIterator<Item = u64>) -> u64 {
    hashes.into_iter().fold(mix(sim_core::trace::FORMAT_VERSION, 0), mix)
}

/// Whether all expectations hold.
pub fn all_hold(outcome: &Outcome) -> bool {
    outcome.verdicts.iter().all(|v| v.ok)
}

/// Why the run was broken off, if it was.
pub fn broken_off(outcome: &Outcome) -> Option<&str> {
    match &outcome.end {
        End::Bound(why) => Some(why),
        End::Settled | End::Until => None,
    }
}

/// A text on one line, without what would command a terminal.
pub(crate) fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(char::is_control) {
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>().into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests;

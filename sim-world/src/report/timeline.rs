//! The timeline: what of the trace is told.

use super::one_line;
use crate::run::Outcome;
use crate::scenario::SET_UP;
use sim_core::{Arg, Level, Names, Record, RecordKey, SimTime};
use std::collections::BTreeMap;

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub at: SimTime,
    /// Who, by the name a person would use.
    pub who: String,
    /// What happened.
    pub what: String,
    /// The code in it: `0x80070774` or, of a failure, a decimal number such as `8557`.
    pub code: Option<String>,
    /// The record that led to it: its name and its text.
    pub cause: Option<String>,
    /// How much it matters: [`Level::Told`] or [`Level::Failed`].
    pub level: Level,
    /// The stable name of what kind of thing happened.
    pub kind: &'static str,
}

/// The lines of a run, in the order in which things happened.
pub fn timeline(outcome: &Outcome) -> Vec<TimelineEntry> {
    let cx = outcome.world.cx();
    let causes = ByKey::of(cx.trace.kept());
    let entry = |r: &Record| TimelineEntry {
        at: r.at,
        who: one_line(cx.names.get(r.who)).into_owned(),
        what: one_line(&r.text(&cx.names)).into_owned(),
        code: code(r),
        cause: causes.get(r.cause).map(|cause| described(cause, &cx.names)),
        level: r.kind.level,
        kind: r.kind.name,
    };
    cx.trace.kept().iter().filter(|r| is_told(r)).map(entry).collect()
}

/// Whether a record is a line of the timeline. What sets the world up tells how things are, not what happens.
pub(super) fn is_told(record: &Record) -> bool {
    matches!(record.kind.level, Level::Told | Level::Failed) && record.actor != SET_UP.0
}

/// Name and text of a record.
pub(super) fn described(record: &Record, names: &Names) -> String {
    let text = format!("{} {}", names.get(record.who), record.text(names));
    one_line(text.trim_start()).into_owned()
}

/// The code in a record. Windows' codes are typed as such; the numbers of imports and of account creation are plain, and only a
/// failure has them.
fn code(record: &Record) -> Option<String> {
    let hex = record.args.iter().find_map(|arg| match arg {
        Arg::Code(code) => Some(format!("0x{code:08X}")),
        _ => None,
    });
    let plain = || match record.kind.level {
        Level::Failed => record.args.iter().find_map(|arg| match arg {
            Arg::Int(n) => Some(n.to_string()),
            _ => None,
        }),
        _ => None,
    };
    hex.or_else(plain)
}

/// Records by their keys; should two ever have one key, the first.
pub(super) struct ByKey<'a>(BTreeMap<RecordKey, &'a Record>);

impl<'a> ByKey<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
        let mut all = BTreeMap::new();
        for record in records {
            all.entry(record.key).or_insert(record);
        }
        Self(all)
    }

    pub(super) fn get(&self, key: RecordKey) -> Option<&'a Record> {
        if key.is_none() { None } else { self.0.get(&key).copied() }
    }
}

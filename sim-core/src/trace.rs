//! The trace: what happened, to whom, and because of what. Records are fixed in size and `Copy`; text is made when printed.
//!
//! The hash of a run folds every record in processing order. It does not see how time was advanced, what is kept, or what was
//! read, so a run has one hash however it is driven.

use crate::chance::{hash_text, mix};
use crate::{Guid, Names, Note, SimDuration, SimTime, Sym};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The version of everything a hash covers. It changes when the same scenario may give other bytes.
pub const FORMAT_VERSION: u64 = 1;

/// What a record is called by: never by an index, so that it means the same however much of the trace is kept.
///
/// Eight bytes, as every row that waits for something keeps one: the 64-bit hash of the instant, the round, the key of the actor, and
/// which of the actor's records in that round it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RecordKey(u64);

impl RecordKey {
    /// No record: what has no cause within the world.
    pub const NONE: Self = Self(0);

    /// The key of the nth record of an actor in a round of an instant.
    pub fn new(at: SimTime, round: u32, actor: u64, nth: u32) -> Self {
        Self(mix(mix(at.unix_millis() as u64, actor), u64::from(round) << 32 | u64::from(nth)).max(1))
    }

    /// Whether this is no record.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// The key as machines pass it on: 16 hexadecimal digits.
impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// How much a record matters to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A declaration of the scenario, an override of a knob, a fault: where chains of causes end.
    Root,
    /// For those who ask about its subject.
    Detail,
    /// A line of the timeline.
    Told,
    /// A line of the timeline that somebody has to do something about.
    Failed,
}

/// What kind of thing happened. Each crate declares its own as statics.
#[derive(Debug)]
pub struct Kind {
    /// The stable name, in snake case.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// The text, with `{0}` to `{3}` for the arguments and `{why}` for the reason.
    pub text: &'static str,
    id: u64,
}

impl Kind {
    /// Declares a kind.
    pub const fn new(name: &'static str, level: Level, text: &'static str) -> Self {
        Self { name, level, text, id: hash_text(name) }
    }
}

/// A typed argument of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arg {
    /// Not given.
    #[default]
    None,
    /// A number.
    Int(i64),
    /// A code, printed as `0x80070774`.
    Code(u32),
    /// An instant.
    Time(SimTime),
    /// A span.
    Span(SimDuration),
    /// An identifier.
    Guid(Guid),
    /// A name.
    Name(Sym),
    /// A word of the program itself.
    Word(&'static str),
    /// A line of the scenario file, from 1.
    Line(u32),
}

impl From<Sym> for Arg {
    fn from(name: Sym) -> Self {
        Self::Name(name)
    }
}
impl From<&'static str> for Arg {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}
impl From<Guid> for Arg {
    fn from(guid: Guid) -> Self {
        Self::Guid(guid)
    }
}
impl From<SimDuration> for Arg {
    fn from(span: SimDuration) -> Self {
        Self::Span(span)
    }
}
impl From<SimTime> for Arg {
    fn from(at: SimTime) -> Self {
        Self::Time(at)
    }
}
impl From<u32> for Arg {
    fn from(n: u32) -> Self {
        Self::Int(i64::from(n))
    }
}

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// Its own key.
    pub key: RecordKey,
    /// When.
    pub at: SimTime,
    /// The key of the actor that made it.
    pub actor: u64,
    /// In which round of that instant.
    pub round: u32,
    /// What kind of thing.
    pub kind: &'static Kind,
    /// Who it is about, by the name a person would use.
    pub who: Sym,
    /// The arguments of the text.
    pub args: [Arg; 4],
    /// Why it came out so, where a rule decided.
    pub why: Option<&'static Kind>,
    /// The record that led to it.
    pub cause: RecordKey,
}

impl Record {
    /// The text of the record, as a line of a timeline shows it.
    pub fn text(&self, names: &Names) -> String {
        let mut out = String::new();
        self.fill(self.kind.text, names, &mut out);
        out
    }

    /// Whether it is about, or names, this.
    pub fn mentions(&self, name: Sym) -> bool {
        self.who == name || self.args.contains(&Arg::Name(name))
    }

    fn fill(&self, template: &str, names: &Names, out: &mut String) {
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            match &rest[open + 1..open + close] {
                "why" => {
                    if let Some(why) = self.why {
                        self.fill(why.text, names, out);
                    }
                }
                n => {
                    if let Some(arg) = n.parse::<usize>().ok().and_then(|n| self.args.get(n)) {
                        print_arg(*arg, names, out);
                    }
                }
            }
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
    }
}

/// Writes an argument as a timeline shows it.
fn print_arg(arg: Arg, names: &Names, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match arg {
        Arg::None => Ok(()),
        Arg::Int(n) => write!(out, "{n}"),
        Arg::Code(code) => write!(out, "0x{code:08X}"),
        Arg::Time(at) => write!(out, "{at}"),
        Arg::Span(span) => write!(out, "{span}"),
        Arg::Guid(guid) => write!(out, "{guid}"),
        Arg::Name(name) => out.write_str(names.get(name)),
        Arg::Word(word) => out.write_str(word),
        Arg::Line(line) => write!(out, "line {line}"),
    };
}

/// What of the trace is kept after it was hashed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Keep {
    /// Everything: for worlds of some thousand devices.
    #[default]
    All,
    /// Roots, failures, and whatever mentions one of these names.
    Failures {
        /// The names.
        of: Vec<Sym>,
    },
    /// Roots, whatever mentions one of these names, and records with these keys: for explaining something in a fleet.
    Chain {
        /// The names.
        of: Vec<Sym>,
        /// The keys.
        keys: BTreeSet<RecordKey>,
    },
    /// The last so many records: for worlds that live long. Up to twice as many are there, so that a record is moved once at most.
    Last(usize),
    /// Nothing but the hash.
    Nothing,
}

/// The trace of a world.
#[derive(Debug, Clone)]
pub struct Trace {
    hash: u64,
    count: u64,
    keep: Keep,
    kept: Vec<Record>,
    /// How many records were kept and are gone.
    gone: u64,
    /// The name that was hashed last, with its hash: who acts is mostly who is spoken of.
    memo: (Sym, u64),
    /// What the decisions behind records saw, if such notes are kept.
    notes: Option<BTreeMap<RecordKey, Vec<Note>>>,
}

impl Trace {
    /// An empty trace of a run with this seed.
    pub fn new(seed: u64, keep: Keep) -> Self {
        Self {
            hash: mix(FORMAT_VERSION, seed),
            count: 0,
            keep,
            kept: Vec::new(),
            gone: 0,
            memo: (Sym::EMPTY, hash_text("")),
            notes: None,
        }
    }

    /// From now on, what decisions see is kept with the records that they lead to. That changes neither the run nor its hash.
    pub fn keep_notes(&mut self) {
        self.notes.get_or_insert_default();
    }

    /// Whether what decisions see is kept.
    #[inline]
    pub fn keeps_notes(&self) -> bool {
        self.notes.is_some()
    }

    /// What the decision behind a record saw.
    pub fn notes(&self, key: RecordKey) -> &[Note] {
        self.notes.as_ref().and_then(|notes| notes.get(&key)).map_or(&[], Vec::as_slice)
    }

    /// From now on, something else is kept. What was kept so far stays.
    pub fn keep_from_now(&mut self, keep: Keep) {
        self.keep = keep;
    }

    /// Adds a record, with what the decision behind it saw.
    pub fn add_noted(&mut self, record: Record, seen: Vec<Note>, names: &Names) {
        let key = record.key;
        if self.add(record, names)
            && let Some(notes) = &mut self.notes
        {
            notes.insert(key, seen);
        }
    }

    /// Adds a record. The answer is whether it is kept.
    pub fn add(&mut self, record: Record, names: &Names) -> bool {
        self.fold(&record, names);
        self.count += 1;
        let keep = match &self.keep {
            Keep::All | Keep::Last(_) => true,
            Keep::Nothing => false,
            Keep::Failures { of } => {
                matches!(record.kind.level, Level::Root | Level::Failed) || of.iter().any(|n| record.mentions(*n))
            }
            Keep::Chain { of, keys } => {
                record.kind.level == Level::Root || keys.contains(&record.key) || of.iter().any(|n| record.mentions(*n))
            }
        };
        if keep {
            self.kept.push(record);
        }
        if let Keep::Last(n) = self.keep
            && self.kept.len() >= n.saturating_mul(2).max(1)
        {
            let old = self.kept.len() - n;
            for record in self.kept.drain(..old) {
                if let Some(notes) = &mut self.notes {
                    notes.remove(&record.key);
                }
            }
            self.gone += old as u64;
        }
        keep && !self.kept.is_empty()
    }

    /// The hash of a name's text.
    pub fn hash_of(&mut self, name: Sym, names: &Names) -> u64 {
        if self.memo.0 != name {
            self.memo = (name, names.hash(name));
        }
        self.memo.1
    }

    fn fold(&mut self, r: &Record, names: &Names) {
        let who = self.hash_of(r.who, names);
        let mut h = self.hash;
        let mut word = |w: u64| h = (h.rotate_left(5) ^ w).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word(r.at.unix_millis() as u64);
        word(r.key.0);
        word(r.cause.0);
        word(r.kind.id);
        word(r.why.map_or(0, |w| w.id));
        word(who);
        for arg in r.args {
            match arg {
                Arg::None => {}
                Arg::Int(n) => word(1 ^ (n as u64) << 4),
                Arg::Code(c) => word(2 ^ u64::from(c) << 4),
                Arg::Time(t) => word(3 ^ (t.unix_millis() as u64) << 4),
                Arg::Span(s) => word(4 ^ (s.millis() as u64) << 4),
                Arg::Guid(g) => g.halves().into_iter().for_each(&mut word),
                Arg::Name(n) => word(names.hash(n)),
                Arg::Word(w) => word(hash_text(w)),
                Arg::Line(n) => word(5 ^ u64::from(n) << 4),
            }
        }
        self.hash = h;
    }

    /// The hash of the run so far.
    pub fn hash(&self) -> u64 {
        mix(self.hash, self.count)
    }

    /// How many records there have been, kept or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The records that were kept, in processing order.
    pub fn kept(&self) -> &[Record] {
        &self.kept
    }

    /// The number of the first record of [`Trace::kept`]: how many were kept before it and are gone. So a record has one number
    /// as long as the world lives.
    pub fn first_kept(&self) -> u64 {
        self.gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TICK: Kind = Kind::new("tick", Level::Detail, "tick {0}");

    #[test]
    fn what_is_kept_does_not_touch_the_hash_and_numbers_stay() {
        let names = Names::default();
        let mut traces = [Keep::All, Keep::Last(3), Keep::Last(0), Keep::Nothing].map(|keep| Trace::new(1, keep));
        for n in 0..20u32 {
            let at = SimTime::from_unix_millis(i64::from(n));
            let key = RecordKey::new(at, 0, 1, 0);
            let args = [Arg::from(n), Arg::None, Arg::None, Arg::None];
            let record = Record {
                key,
                at,
                actor: 1,
                round: 0,
                kind: &TICK,
                who: Sym::EMPTY,
                args,
                why: None,
                cause: RecordKey::NONE,
            };
            for trace in &mut traces {
                trace.add(record, &names);
                for (kept, number) in trace.kept().iter().zip(trace.first_kept()..) {
                    assert_eq!(kept.args[0], Arg::Int(number as i64));
                }
            }
            assert_eq!(traces[0].kept().len(), n as usize + 1);
            let last = traces[1].kept();
            assert!(last.len() >= 3.min(n as usize + 1) && last.len() < 6, "{}", last.len());
            assert!(traces.iter().all(|t| t.hash() == traces[0].hash()));
        }
    }
}

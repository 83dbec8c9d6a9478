//! The trace: what happened, to whom, and because of what. Records are fixed in size and `Copy`; text is made when printed.
//!
//! The hash of a run folds every record in processing order. It does not see how time was advanced, what is kept, or what was
//! read, so a run has one hash however it is driven.

use crate::chance::{hash_text, mix};
use crate::{Guid, Names, SimDuration, SimTime, Sym};
use std::fmt::Write as _;

/// The version of everything a hash covers. It changes when the same scenario may give other bytes.
pub const FORMAT_VERSION: u64 = 1;

/// What a record is called by: never by an index, so that it means the same however much of the trace is kept.
///
/// Sixteen bytes: the instant (48 bits of milliseconds), the round of that instant, the key of the actor (its upper 48 bits), and
/// which of the actor's records in that round it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(u64, u64);

impl RecordKey {
    /// No record: what has no cause within the world.
    pub const NONE: Self = Self(u64::MAX, u64::MAX);

    /// The key of the nth record of an actor in a round. Rounds and records past 65,535 share the last number.
    pub fn new(at: SimTime, round: u32, actor: u64, nth: u32) -> Self {
        let last = |n: u32| u64::from(n.min(0xffff));
        Self((at.unix_millis() as u64) << 16 | last(round), actor & !0xffff | last(nth))
    }

    /// Whether this is no record.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// When.
    pub fn at(self) -> SimTime {
        SimTime::from_unix_millis(self.0 as i64 >> 16)
    }

    /// In which round of that instant.
    pub fn round(self) -> u32 {
        (self.0 & 0xffff) as u32
    }
}

impl Default for RecordKey {
    fn default() -> Self {
        Self::NONE
    }
}

/// The key as machines pass it on: 32 hexadecimal digits.
impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
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
}

impl Trace {
    /// An empty trace of a run with this seed.
    pub fn new(seed: u64, keep: Keep) -> Self {
        Self { hash: mix(FORMAT_VERSION, seed), count: 0, keep, kept: Vec::new() }
    }

    /// Adds a record.
    pub fn add(&mut self, record: Record, names: &Names) {
        self.fold(&record, names);
        self.count += 1;
        let keep = match &self.keep {
            Keep::All => true,
            Keep::Nothing => false,
            Keep::Failures { of } => {
                matches!(record.kind.level, Level::Root | Level::Failed) || of.iter().any(|n| record.mentions(*n))
            }
        };
        if keep {
            self.kept.push(record);
        }
    }

    fn fold(&mut self, r: &Record, names: &Names) {
        let mut h = self.hash;
        let mut word = |w: u64| h = (h.rotate_left(5) ^ w).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for key in [&r.key, &r.cause] {
            word(key.0);
            word(key.1);
        }
        word(r.kind.id);
        word(r.why.map_or(0, |w| w.id));
        word(names.hash(r.who));
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
}

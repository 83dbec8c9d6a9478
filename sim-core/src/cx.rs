//! The context in which everything happens.

use crate::fault::Faults;
use crate::schedule::{QueueKind, Schedule};
use crate::trace::{Keep, Trace};
use crate::{Actor, Arg, Chance, Draw, Key, Kind, Names, Note, Purpose, Record, RecordKey, Seen, SimTime, Sym, Timer};

/// What a signal is about. Each crate declares its own topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic(pub &'static str);

/// Work has appeared somewhere, which a loop elsewhere may find at its next turn. A signal carries no content: whoever hears it
/// looks, and may set a timer, but changes nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// What about.
    pub topic: Topic,
    /// The row concerned.
    pub row: u32,
}

/// Time, chance, names, schedule, trace and faults of a world: all that an operation may use beside the state it belongs to.
#[derive(Debug, Clone)]
pub struct Cx {
    /// What is due.
    pub schedule: Schedule,
    /// All names.
    pub names: Names,
    /// The seed.
    pub chance: Chance,
    /// The injected faults.
    pub faults: Faults,
    /// What happened.
    pub trace: Trace,
    signals: Vec<Signal>,
    actor: Key,
    round: u32,
    turn: SimTime,
    nth: u32,
    cause: RecordKey,
    /// What the decision saw that the next record tells.
    seen: Vec<Note>,
}

impl Cx {
    /// The context of a new world.
    pub fn new(start: SimTime, seed: u64, keep: Keep, queue: QueueKind) -> Self {
        Self {
            schedule: Schedule::new(start, queue),
            names: Names::default(),
            chance: Chance::new(seed),
            faults: Faults::default(),
            trace: Trace::new(seed, keep),
            signals: Vec::new(),
            actor: Key(0),
            round: 0,
            turn: start,
            nth: 0,
            cause: RecordKey::NONE,
            seen: Vec::new(),
        }
    }

    /// The present.
    pub fn now(&self) -> SimTime {
        self.schedule.now()
    }

    /// The number of a name.
    pub fn name(&mut self, name: &str) -> Sym {
        self.names.intern(name)
    }

    /// The nth draw for a purpose.
    pub fn draw(&self, purpose: Purpose, key: Key, nth: u64) -> Draw {
        self.chance.draw(purpose, key, nth)
    }

    /// An actor's turn begins in this round. Its first record has no cause until [`Cx::because`] says so.
    pub fn turn_of(&mut self, actor: Key, round: u32) {
        if actor != self.actor || round != self.round || self.now() != self.turn {
            self.nth = 0;
            self.turn = self.now();
        }
        self.actor = actor;
        self.round = round;
        self.cause = RecordKey::NONE;
        self.seen.clear();
    }

    /// What comes next is because of that record.
    pub fn because(&mut self, cause: RecordKey) {
        self.cause = cause;
    }

    /// The record that what comes next is because of.
    pub fn cause(&self) -> RecordKey {
        self.cause
    }

    /// Takes what a decision sees. It keeps nothing unless the trace keeps notes, so rules can always be asked with it.
    #[inline]
    pub fn seen(&self) -> Seen {
        if self.trace.keeps_notes() { Seen::everything() } else { Seen::nothing() }
    }

    /// The next record tells what was decided on this.
    #[inline]
    pub fn decided_on(&mut self, seen: Seen) {
        if self.trace.keeps_notes() {
            self.seen = seen.into_notes();
        }
    }

    /// Records what happened. It is because of the record before it in this turn, or of what [`Cx::because`] named, and becomes
    /// the cause of what follows.
    pub fn tell(&mut self, kind: &'static Kind, who: Sym, args: &[Arg]) -> RecordKey {
        self.record(kind, who, args, None)
    }

    /// As [`Cx::tell`], with the reason that a rule gave.
    pub fn tell_why(&mut self, kind: &'static Kind, who: Sym, args: &[Arg], why: &'static Kind) -> RecordKey {
        self.record(kind, who, args, Some(why))
    }

    fn record(&mut self, kind: &'static Kind, who: Sym, args: &[Arg], why: Option<&'static Kind>) -> RecordKey {
        let key = RecordKey::new(self.now(), self.round, self.actor.0, self.nth);
        self.nth += 1;
        let mut all = [Arg::None; 4];
        all[..args.len()].copy_from_slice(args);
        let (at, actor, round) = (self.now(), self.actor.0, self.round);
        let record = Record { key, at, actor, round, kind, who, args: all, why, cause: self.cause };
        if self.seen.is_empty() {
            self.trace.add(record, &self.names);
        } else {
            self.trace.add_noted(record, std::mem::take(&mut self.seen), &self.names);
        }
        self.cause = key;
        key
    }

    /// Says that there is work.
    pub fn signal(&mut self, topic: Topic, row: u32) {
        self.signals.push(Signal { topic, row });
    }

    /// The signals since the last call, in order.
    pub fn take_signals(&mut self) -> Vec<Signal> {
        std::mem::take(&mut self.signals)
    }

    /// Whether there are signals to deliver.
    pub fn has_signals(&self) -> bool {
        !self.signals.is_empty()
    }

    /// Sets a timer; see [`Schedule::set`].
    pub fn set(&mut self, timer: &mut Timer, actor: Actor, step: u16, at: SimTime) {
        self.schedule.set(timer, actor, step, at);
    }
}

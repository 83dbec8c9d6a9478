//! Chains of causes: records led back from one to the next, with what their decisions saw.

use super::{Explanation, Link, Root};
use crate::report::one_line;
use crate::scenario::DECLARED;
use crate::world::World;
use sim_core::{Arg, Blame, Evidence as _, Level, Note, Record, RecordKey, Seen, Sym};
use std::collections::{BTreeMap, BTreeSet};

/// Builds chains from what is kept of a trace. A record is shown once, in the first chain that reaches it.
pub(super) struct Chains<'a> {
    world: &'a World,
    by_key: BTreeMap<RecordKey, usize>,
    shown: BTreeSet<RecordKey>,
    roots: Vec<Root>,
    set_going: Vec<Root>,
    missing: BTreeSet<RecordKey>,
    /// The names of what was blamed: what is kept for an explanation has to name them.
    blamed: BTreeSet<String>,
}

/// A chain as it is built: its links, and the notes of each that are still to be followed.
struct Open {
    links: Vec<Link>,
    /// The index of the newest record of each link.
    notes: Vec<(usize, RecordKey)>,
    end: Option<Root>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        let mut by_key = BTreeMap::new();
        for (n, record) in world.cx().trace.kept().iter().enumerate() {
            by_key.entry(record.key).or_insert(n);
        }
        Self {
            world,
            by_key,
            shown: BTreeSet::new(),
            roots: Vec::new(),
            set_going: Vec::new(),
            missing: BTreeSet::new(),
            blamed: BTreeSet::new(),
        }
    }

    pub(super) fn finish(self, answer: &mut Explanation) {
        (answer.roots, answer.set_going, answer.missing) = (self.roots, self.set_going, self.missing.len());
    }

    /// What is still needed to close all chains: keys of records, and names of what was blamed.
    pub(super) fn wanted(self) -> (BTreeSet<RecordKey>, BTreeSet<String>) {
        (self.missing, self.blamed)
    }

    fn record(&self, n: usize) -> &'a Record {
        &self.world.cx().trace.kept()[n]
    }

    /// The last record that is about this name or names it, if it is one of those that `pick` takes.
    pub(super) fn last(&self, name: Sym, pick: impl Fn(&Record) -> bool) -> RecordKey {
        let kept = self.world.cx().trace.kept();
        let found = kept.iter().rev().find(|r| !name.is_empty() && r.mentions(name) && pick(r));
        found.map_or(RecordKey::NONE, |r| r.key)
    }

    /// The last record that has this argument, if it is one of those that `pick` takes.
    pub(super) fn last_with(&self, arg: Arg, pick: impl Fn(&Record) -> bool) -> RecordKey {
        let kept = self.world.cx().trace.kept();
        kept.iter().rev().find(|r| r.args.contains(&arg) && pick(r)).map_or(RecordKey::NONE, |r| r.key)
    }

    /// The chain that led to something: what it ends in set it going.
    pub(super) fn main(&mut self, key: RecordKey) -> Vec<Link> {
        let mut open = self.walk(key);
        self.set_going.extend(open.end.take());
        self.follow(&mut open);
        open.links
    }

    /// What a question about the present was answered with: lines, and the chains behind them.
    pub(super) fn seen(&mut self, seen: Seen) -> (Vec<String>, Vec<Vec<Link>>) {
        let latest = self.world.cx().trace.kept().len();
        self.expand(&seen.into_notes(), latest)
    }

    /// As [`Chains::seen`], of questions that are asked with evidence.
    pub(super) fn ask(&mut self, ask: impl FnOnce(&mut Seen)) -> (Vec<String>, Vec<Vec<Link>>) {
        let mut seen = Seen::everything();
        ask(&mut seen);
        debug_assert!(seen.is_asked(), "evidence is on");
        self.seen(seen)
    }

    /// From a record back to its root, or to a record that is shown already.
    fn walk(&mut self, mut key: RecordKey) -> Open {
        let mut open = Open { links: Vec::new(), notes: Vec::new(), end: None };
        while !key.is_none() && self.shown.insert(key) {
            let Some(n) = self.by_key.get(&key).copied() else {
                self.missing.insert(key);
                break;
            };
            let record = self.record(n);
            if record.kind.level == Level::Root {
                open.end = Some(self.root_of(record));
            }
            self.link(n, &mut open);
            key = record.cause;
        }
        open
    }

    /// Adds a record to a chain. Attempts after attempts are one link: the last of them, since the first.
    fn link(&self, n: usize, open: &mut Open) {
        let (record, names) = (self.record(n), &self.world.cx().names);
        let who = names.get(record.who);
        let decided = record.why.is_some() || !self.world.cx().trace.notes(record.key).is_empty();
        let why = record.why.map(|why| why.name);
        let like = |link: &&mut Link| link.kind == record.kind.name && link.who == who && link.why == why;
        if decided && let Some(link) = open.links.iter_mut().find(like) {
            link.times += 1;
            link.since = record.at;
            return;
        }
        open.notes.push((n, record.key));
        open.links.push(Link {
            at: record.at,
            who: one_line(who).into_owned(),
            what: one_line(&record.text(names)).into_owned(),
            kind: record.kind.name,
            level: record.kind.level,
            why,
            times: 1,
            since: record.at,
            saw: Vec::new(),
            because: Vec::new(),
        });
    }

    /// Fills in what the decisions of a chain saw. What stood in the way further back was overcome: only what the last decision
    /// that something stood against saw is still in the way, and only if the chain did not lead on to something good.
    fn follow(&mut self, open: &mut Open) {
        let notes = |key: RecordKey| self.world.cx().trace.notes(key);
        let stands = |note: &Note| matches!(note, Note::Because(_) | Note::Blame(_));
        let last = open.notes.iter().position(|(_, key)| notes(*key).iter().any(stands));
        let failed = open.links.first().is_some_and(|link| link.level == Level::Failed);
        let in_the_way = last.filter(|n| *n == 0 || failed).map(|n| open.links[n].at);
        for (link, (n, key)) in open.links.iter_mut().zip(&open.notes) {
            let notes = self.world.cx().trace.notes(*key);
            if in_the_way == Some(link.at) {
                (link.saw, link.because) = self.expand(notes, *n);
            } else {
                link.saw = lines(notes);
            }
        }
    }

    /// Lines and chains of notes. `before` is where in the trace they were made: what came later cannot have been seen.
    fn expand(&mut self, notes: &[Note], before: usize) -> (Vec<String>, Vec<Vec<Link>>) {
        let mut chains = Vec::new();
        for note in notes {
            match note {
                Note::Line(_) => {}
                Note::Because(key) => {
                    let chain = self.side(*key, None);
                    if !chain.is_empty() {
                        chains.push(chain);
                    }
                }
                Note::Blame(blame) => {
                    let chain = self.blame(blame, before);
                    if !chain.is_empty() {
                        chains.push(chain);
                    }
                }
            }
        }
        (lines(notes), chains)
    }

    /// A chain beside the main one: what it ends in, if it ends by itself, is a root cause.
    fn side(&mut self, key: RecordKey, says: Option<&str>) -> Vec<Link> {
        let mut open = self.walk(key);
        if let Some(mut root) = open.end.take() {
            root.says.extend(says.map(str::to_owned));
            self.add_root(root);
        }
        self.follow(&mut open);
        open.links
    }

    /// Leads back what stands against something: to what made it so, or to where it was declared.
    fn blame(&mut self, blame: &Blame, before: usize) -> Vec<Link> {
        let names = &self.world.cx().names;
        self.blamed.insert(names.get(blame.name).to_owned());
        let kept = &self.world.cx().trace.kept()[..before];
        let is_made = |r: &&Record| {
            blame.made_by.iter().any(|kind| kind.name == r.kind.name)
                && !blame.name.is_empty()
                && r.mentions(blame.name)
        };
        if let Some(made) = kept.iter().rev().find(is_made) {
            let key = made.key;
            if self.shown.contains(&key) {
                self.add_root(self.origin(key, blame));
                return Vec::new();
            }
            return self.side(key, Some(&blame.says));
        }
        let mut root = match self.declaration(blame, before) {
            Some(record) => self.root_of(record),
            None => {
                let name = names.get(blame.name);
                let what = if name == blame.what { name.to_owned() } else { format!("{} {name}", blame.what) };
                Root { line: None, at: None, what: what.trim_end().to_owned(), says: Vec::new() }
            }
        };
        root.says.push(one_line(&blame.says).into_owned());
        self.add_root(root);
        Vec::new()
    }

    /// Where something was declared: under its name, else as the only one of its kind.
    fn declaration(&self, blame: &Blame, before: usize) -> Option<&'a Record> {
        let declared = || self.world.cx().trace.kept()[..before].iter().filter(|r| r.kind.name == DECLARED.name);
        let of_kind = |r: &&Record| r.args[0] == Arg::Word(blame.what);
        let named = |r: &&Record| r.who == blame.name && !blame.name.is_empty();
        let exact = declared().find(|r| of_kind(r) && named(r));
        exact.or_else(|| declared().find(named)).or_else(|| {
            let mut all = declared().filter(of_kind);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// The root behind a record that is shown already.
    fn origin(&self, mut key: RecordKey, blame: &Blame) -> Root {
        let mut root = Root { line: None, at: None, what: blame.what.to_owned(), says: Vec::new() };
        while let Some(n) = self.by_key.get(&key) {
            let record = self.record(*n);
            if record.kind.level == Level::Root {
                root = self.root_of(record);
            }
            key = record.cause;
        }
        root.says.push(one_line(&blame.says).into_owned());
        root
    }

    fn add_root(&mut self, root: Root) {
        let same = |r: &&mut Root| (r.line, r.at, &r.what) == (root.line, root.at, &root.what);
        match self.roots.iter_mut().find(same) {
            Some(known) => {
                for says in root.says {
                    if !known.says.contains(&says) {
                        known.says.push(says);
                    }
                }
            }
            None => self.roots.push(root),
        }
    }

    /// A root record as a place in the file.
    fn root_of(&self, record: &Record) -> Root {
        let names = &self.world.cx().names;
        let line = record.args.iter().find_map(|arg| match arg {
            Arg::Line(line) if *line > 0 => Some(*line),
            _ => None,
        });
        let who = names.get(record.who);
        let what = match record.args[0] {
            Arg::Word(word) if record.kind.name == DECLARED.name => format!("{word} {who}"),
            Arg::Word(word) => format!("{who}: {word}"),
            _ => format!("{who} {}", record.text(names)),
        };
        let at = (record.kind.name == crate::command::ACTION.name
            || record.kind.name == crate::command::DIRECTORY_REQUEST.name)
            .then_some(record.at);
        Root { line, at, what: one_line(&what).into_owned(), says: Vec::new() }
    }
}

/// The lines of notes, each once.
fn lines(notes: &[Note]) -> Vec<String> {
    let mut lines = Vec::new();
    for note in notes {
        if let Note::Line(line) = note {
            let line = one_line(line).into_owned();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

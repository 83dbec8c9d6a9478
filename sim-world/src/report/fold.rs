//! The lines that a person reads: what several machines do in the same second is one line.

use super::one_line;
use super::timeline::is_told;
use crate::world::World;
use sim_core::{Arg, Kind, Level, Names, Record, SimTime, Sym};
use std::collections::{BTreeMap, BTreeSet};

/// One line of the timeline, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub at: SimTime,
    pub who: String,
    pub what: String,
    pub failed: bool,
}

/// The lines of a run. Records of one second fold when they are of one kind and tell the same but for what names the single
/// machine: GUIDs, spans, and names that belong to it alone.
pub(super) fn lines(world: &World) -> Vec<Line> {
    let cx = world.cx();
    let own = own_names(world);
    let mut lines = Vec::new();
    let mut second = i64::MIN;
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut found: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for record in cx.trace.kept().iter().filter(|r| is_told(r)) {
        let this = record.at.unix_millis().div_euclid(1000);
        if this != second {
            lines.extend(groups.drain(..).map(|g| g.line(&cx.names)));
            found.clear();
            second = this;
        }
        let mut masked = *record;
        for arg in &mut masked.args {
            if is_own(*arg, &own, &cx.names) {
                *arg = MASK;
            }
        }
        let key = (record.kind.name, masked.text(&cx.names));
        match found.get(&key) {
            Some(n) => groups[*n].add(record, &cx.names),
            None => {
                found.insert(key, groups.len());
                groups.push(Group {
                    first: record,
                    differs: [false; 4],
                    who: vec![record.who],
                    count: 1,
                    seen: [cx.names.get(record.who)].into(),
                });
            }
        }
    }
    lines.extend(groups.drain(..).map(|g| g.line(&cx.names)));
    lines
}

const MASK: Arg = Arg::Word("…");

fn is_own(arg: Arg, own: &BTreeSet<&str>, names: &Names) -> bool {
    match arg {
        Arg::Guid(_) | Arg::Span(_) | Arg::Time(_) => true,
        Arg::Name(name) => own.contains(names.get(name)),
        Arg::None | Arg::Int(_) | Arg::Code(_) | Arg::Word(_) | Arg::Line(_) => false,
    }
}

/// Where records carry a name that a machine has, had or was to have.
const NAMES_OF_MACHINES: &[(&Kind, usize)] = &[
    (&sim_graph::kinds::ENROLLED, 0),
    (&sim_graph::kinds::DEVICE_RENAMED, 0),
    (&sim_graph::kinds::DEVICE_RENAMED, 1),
    (&sim_graph::kinds::MANAGED_DEVICE_DELETED, 0),
    (&sim_device::kinds::BLOB_APPLIED, 0),
    (&sim_device::kinds::ODJ_CREATED, 0),
    (&sim_device::kinds::ODJ_REFUSED, 0),
    (&sim_device::kinds::SIGNED_IN, 0),
    (&sim_device::kinds::AD_SIGN_IN, 0),
    (&sim_ldap::kinds::COMPUTER_CREATED, 0),
    (&sim_ldap::kinds::COMPUTER_REFUSED, 0),
    (&sim_ldap::kinds::COMPUTER_REUSED, 0),
    (&sim_ldap::kinds::CERTIFICATE_WRITTEN, 0),
    (&sim_ldap::kinds::ENTRY_DELETED, 0),
];

/// The names that belong to one machine or its user.
fn own_names(world: &World) -> BTreeSet<&str> {
    let cx = world.cx();
    let devices = world.field().devices().flat_map(|(_, d)| [d.name, d.serial, d.computer]);
    let mut own: BTreeSet<&str> = devices.map(|name| cx.names.get(name)).collect();
    for record in cx.trace.kept() {
        for (kind, n) in NAMES_OF_MACHINES {
            if kind.name == record.kind.name
                && let Arg::Name(name) = record.args[*n]
            {
                own.insert(cx.names.get(name));
            }
        }
    }
    own.remove("");
    own
}

/// Records that make one line.
struct Group<'a> {
    first: &'a Record,
    /// Which arguments are not the same in all records.
    differs: [bool; 4],
    /// Whom they are about, each once, in order.
    who: Vec<Sym>,
    seen: BTreeSet<&'a str>,
    count: usize,
}

impl<'a> Group<'a> {
    fn add(&mut self, record: &Record, names: &'a Names) {
        self.count += 1;
        for (differs, (a, b)) in self.differs.iter_mut().zip(self.first.args.iter().zip(&record.args)) {
            *differs |= a != b;
        }
        if self.seen.insert(names.get(record.who)) {
            self.who.push(record.who);
        }
    }

    fn line(self, names: &Names) -> Line {
        let mut shown = *self.first;
        for (arg, differs) in shown.args.iter_mut().zip(self.differs) {
            if differs {
                *arg = MASK;
            }
        }
        let mut what = shown.text(names);
        if self.count > self.who.len() {
            what += &format!(" ({} times)", self.count);
        }
        let who: Vec<&str> = self.who.iter().map(|who| names.get(*who)).collect();
        Line {
            at: self.first.at,
            who: one_line(&together(&who)).into_owned(),
            what: one_line(&what).into_owned(),
            failed: self.first.kind.level == Level::Failed,
        }
    }
}

/// `A`, `A and B`, `A, B and C`, `A, B and 10 more`.
fn together(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [a] => (*a).into(),
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_together() {
        let names = ["A", "B", "C", "D"];
        let all: Vec<String> = (0..=4).map(|n| together(&names[..n])).collect();
        assert_eq!(all, ["", "A", "A and B", "A, B and C", "A, B and 2 more"]);
    }
}

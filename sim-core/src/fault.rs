//! Faults as data: what, where, when and how often. What a fault does is decided where it strikes; here is only the mechanism.

use crate::trace::RecordKey;
use crate::{SimTime, Sym};

/// A kind of fault, by the word that scenarios use for it. Each crate declares its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultKind(pub &'static str);

/// One injected fault.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Where: a server, a place, a controller, a route.
    pub place: Sym,
    /// The other end, for faults between two places.
    pub to: Sym,
    /// From then on, inclusive.
    pub from: SimTime,
    /// Until then, exclusive; [`SimTime::NEVER`] for good.
    pub until: SimTime,
    /// How often it still strikes, where it is counted.
    pub left: Option<u32>,
    /// Whether the operation had its effect before the fault struck (the answer is lost, the change is not).
    pub after_effect: bool,
    /// The root record of the fault, for causes.
    pub root: RecordKey,
}

/// All faults of a world.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The first fault of this kind that holds here and now. Counted faults are looked at, not spent: see [`Faults::strike`].
    pub fn holding(&self, kind: FaultKind, place: Sym, now: SimTime) -> Option<&Fault> {
        self.0
            .iter()
            .find(|f| f.kind == kind && f.place == place && f.from <= now && now < f.until && f.left != Some(0))
    }

    /// As [`Faults::holding`], and takes one from its count.
    pub fn strike(&mut self, kind: FaultKind, place: Sym, now: SimTime) -> Option<&Fault> {
        let hit =
            |f: &&mut Fault| f.kind == kind && f.place == place && f.from <= now && now < f.until && f.left != Some(0);
        let fault = self.0.iter_mut().find(hit)?;
        if let Some(left) = &mut fault.left {
            *left -= 1;
        }
        Some(fault)
    }

    /// The first instant at or after `now` at which no fault of this kind holds here; `NEVER` if that does not come.
    pub fn clear_from(&self, kind: FaultKind, place: Sym, now: SimTime) -> SimTime {
        let mut at = now;
        while let Some(fault) = self.holding(kind, place, at) {
            if fault.until == SimTime::NEVER {
                return SimTime::NEVER;
            }
            at = fault.until;
        }
        at
    }

    /// The last instant at or before `now` at which no fault of this kind held here; `None` if it held all along.
    pub fn last_clear(&self, kind: FaultKind, place: Sym, now: SimTime) -> Option<SimTime> {
        let mut at = now;
        while let Some(fault) = self.holding(kind, place, at) {
            if fault.from <= SimTime::FIRST {
                return None;
            }
            at = fault.from - crate::SimDuration::from_millis(1);
        }
        Some(at)
    }

    /// All of them, in order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

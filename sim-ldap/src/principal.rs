//! Who asks: a SID, and the groups that came with the sign-in.

use crate::entry::Entry;
use crate::sid::Sid;
use sim_core::{Id, Sym};
use std::sync::Arc;

/// Somebody who has signed in. Groups are those of the sign-in: a change of membership counts from the next one on, as in life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// By which name traces call it: the server's, the user's.
    pub name: Sym,
    /// Its SID.
    pub sid: Sid,
    /// Its object, if it has one in this forest.
    pub entry: Option<Id<Entry>>,
    pub(crate) sids: Arc<[Sid]>,
    pub(crate) token: u64,
    pub(crate) rank: Rank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    /// Whoever sets the world up; nothing is refused for want of rights, and fields of the directory's own may be given.
    System,
    /// Nobody has signed in.
    Anonymous,
    Account,
}

impl Principal {
    pub(crate) fn new(name: Sym, sid: Sid, entry: Option<Id<Entry>>, mut sids: Vec<Sid>, rank: Rank) -> Self {
        sids.sort_unstable();
        sids.dedup();
        let token = sids.iter().fold(0x7061_7373, |h, s| sim_core::chance::mix(h, s.hash64()));
        Self { name, sid, entry, sids: sids.into(), token, rank }
    }

    /// Whoever sets the world up.
    pub fn system(name: Sym) -> Self {
        Self::new(name, Sid::SYSTEM, None, vec![Sid::SYSTEM], Rank::System)
    }

    /// Nobody who has signed in.
    pub fn anonymous() -> Self {
        Self::new(Sym::EMPTY, Sid::ANONYMOUS, None, vec![Sid::ANONYMOUS, Sid::EVERYONE], Rank::Anonymous)
    }

    /// Under another name in traces.
    pub fn called(mut self, name: Sym) -> Self {
        self.name = name;
        self
    }

    /// Its SIDs, sorted: its own, its groups', and those of everybody.
    pub fn sids(&self) -> &[Sid] {
        &self.sids
    }

    /// Whether it has a SID.
    pub fn has(&self, sid: &Sid) -> bool {
        self.sids.binary_search(sid).is_ok()
    }

    /// Whether it sets the world up.
    pub fn is_system(&self) -> bool {
        self.rank == Rank::System
    }

    /// Whether nobody has signed in.
    pub fn is_anonymous(&self) -> bool {
        self.rank == Rank::Anonymous
    }
}

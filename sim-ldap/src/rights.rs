//! The access check on objects of a forest, and its answers kept for fleets.

use crate::entry::Entry;
use crate::forest::Forest;
use crate::principal::Principal;
use crate::schema::AttrId;
use crate::sd::check::{Ask, Verdict, check};
use crate::view::View;
use sim_core::chance::mix;
use sim_core::{Evidence, Guid, Id, Unasked};
use std::collections::BTreeMap;

/// Extended rights and validated writes (MS-ADTS 5.1.3.2.1, 5.1.3.2.2).
pub mod extended {
    use sim_core::Guid;

    /// Reset somebody's password.
    pub const RESET_PASSWORD: Guid = Guid::from_u128(0x00299570_246d_11d0_a768_00aa006e0529);
    /// Change a password that one knows.
    pub const CHANGE_PASSWORD: Guid = Guid::from_u128(0xab721a53_1e2f_11d0_9819_00aa0040529b);
    /// Validated write of the own host name.
    pub const DNS_HOST_NAME: Guid = Guid::from_u128(0x72e39547_7b18_11d1_adef_00c04fd8d5cd);
    /// Validated write of the own service names.
    pub const SERVICE_NAME: Guid = Guid::from_u128(0xf3a64788_5306_11d1_a9c5_0000f80367c1);
    /// Add oneself to a group, or take oneself out.
    pub const SELF_MEMBERSHIP: Guid = Guid::from_u128(0xbf9679c0_0de6_11d0_a285_00aa003049e2);
    /// Add a controller.
    pub const INSTALL_REPLICA: Guid = Guid::from_u128(0x9923a32a_3607_11d2_b9be_0000f87a36b2);
    /// Read changes, as directory synchronization does.
    pub const GET_CHANGES: Guid = Guid::from_u128(0x1131f6aa_9c07_11d1_f79f_00c04fc2dcd2);
    /// Read changes of secrets, as password hash synchronization does.
    pub const GET_CHANGES_ALL: Guid = Guid::from_u128(0x1131f6ad_9c07_11d1_f79f_00c04fc2dcd2);
}

/// Answers by descriptor, token and question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdicts(BTreeMap<u64, Verdict>);

/// More than this many answers are not worth keeping.
const MOST: usize = 1 << 16;

impl Ask {
    /// Rights about an attribute, by itself or by its property set.
    pub fn attribute(mask: u32, attr: AttrId) -> Self {
        let set = attr.get().set;
        Self { mask, about: Some(attr.guid()), set: (set != Guid::NIL).then_some(set) }
    }
}

impl View<'_> {
    /// Whether somebody may, and why: the evidence names the entry that decided.
    pub fn verdict(&self, who: &Principal, id: Id<Entry>, ask: Ask, evidence: &mut impl Evidence) -> Verdict {
        if who.is_system() {
            evidence.note(|| "the system may do everything".into());
            return Verdict::Owner;
        }
        let Some(entry) = self.row(id) else { return Verdict::NotGranted { missing: ask.mask } };
        let sid = self.forest.store.sid(&entry);
        check(self.forest.store.sds.get(entry.sd), who.sids(), sid, ask, evidence)
    }

    /// As [`View::verdict`], without the reasons.
    pub fn may(&self, who: &Principal, id: Id<Entry>, ask: Ask) -> bool {
        self.verdict(who, id, ask, &mut Unasked).is_granted()
    }
}

impl Forest {
    /// As [`View::verdict`] on the present state, with answers kept.
    pub(crate) fn decide(&mut self, who: &Principal, id: Id<Entry>, ask: Ask) -> Verdict {
        if who.is_system() {
            return Verdict::Owner;
        }
        let entry = &self.store.rows[id];
        let sid = self.store.sid(entry);
        let is_self = sid.is_some_and(|s| who.has(&s));
        let about = ask.about.map_or(0, |g| mix(g.halves()[0], g.halves()[1]));
        let question = mix(mix(about, u64::from(ask.mask) << 1 | u64::from(is_self)), who.token);
        let key = mix(question, u64::from(entry.sd.0) << 1 | u64::from(ask.about.is_some()));
        if let Some(verdict) = self.verdicts.0.get(&key) {
            return *verdict;
        }
        let verdict = check(self.store.sds.get(entry.sd), who.sids(), sid, ask, &mut Unasked);
        if self.verdicts.0.len() >= MOST {
            self.verdicts.0.clear();
        }
        self.verdicts.0.insert(key, verdict);
        verdict
    }

    pub(crate) fn may(&mut self, who: &Principal, id: Id<Entry>, ask: Ask) -> bool {
        self.decide(who, id, ask).is_granted()
    }
}

//! Read-only controllers: what they have to ask a controller that takes writes for (MS-ADTS 3.1.1.1.9).
//!
//! They hold no secrets but those of accounts that the password replication policy lets them keep, and hand every other sign-in on;
//! writers are sent elsewhere.

use crate::entry::Entry;
use crate::forest::{Controller, Forest};
use crate::view::View;
use sim_core::{Cx, Id, Key};

/// Allowed and Denied RODC Password Replication Group.
const ALLOWED: u32 = 571;
const DENIED: u32 = 572;

impl Forest {
    /// The controller to which writes at this one go: itself, or of a read-only one the nearest that answers. `None` if nobody does.
    pub fn writer_for(&self, dc: Id<Controller>, cx: &Cx) -> Option<Id<Controller>> {
        let own = &self.controllers[dc];
        if !own.read_only {
            return Some(dc);
        }
        let key = Key::of("locator", cx.names.get(own.name));
        let domain = &self.domains[own.domain].dns;
        self.locate(domain, Some(own.site), key, cx).into_iter().find(|dc| !self.controllers[*dc].read_only)
    }
}

impl View<'_> {
    /// Whether this controller can neither check the password of an account nor ask one that can.
    pub(crate) fn is_cut_off(&self, id: Id<Entry>, entry: &Entry) -> bool {
        let Some(dc) = self.controller() else { return false };
        self.forest.controller(dc).read_only
            && self.forest.writer_for(dc, self.cx).is_none()
            && !self.keeps_secret(id, entry)
    }

    /// The password replication policy of the domain: what is denied counts more.
    fn keeps_secret(&self, id: Id<Entry>, entry: &Entry) -> bool {
        let Some(domain) = self.forest.store.context(entry).sid else { return false };
        let groups = self.groups_of(id, entry);
        groups.contains(&domain.child(ALLOWED)) && !groups.contains(&domain.child(DENIED))
    }
}

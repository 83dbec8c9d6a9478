//! Which objects of the directory changed, and when: what delta queries answer from.
//!
//! Nothing is kept before somebody asks for changes, so that a fleet nobody watches pays nothing; from then on eight bytes
//! a row and a record for each change of a membership. *When* is the version of the tenant, which rises with every change.

use crate::tenant::Tenant;
use crate::{EntraDevice, Group, User};
use sim_core::{Id, SimDuration, SimTime};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// A kind of directory object whose changes can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tracked {
    /// `/devices`.
    Devices,
    /// `/groups`.
    Groups,
    /// `/users`.
    Users,
}

/// A member of a group, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    /// A device.
    Device(Id<EntraDevice>),
    /// A user.
    User(Id<User>),
}

/// New objects that readers may not see yet. Nothing is kept unless something lags.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fresh(Vec<(SimTime, Tracked, u32)>);

impl Tenant {
    /// An object of the directory was made. What a tenant begins with has long been there.
    pub(crate) fn made(&mut self, kind: Tracked, row: u32, now: SimTime) {
        let lag = self.knobs.advanced_query_lag.max(self.knobs.directory_read_lag);
        if lag == SimDuration::ZERO || now == self.founded {
            return;
        }
        self.fresh.0.retain(|(at, ..)| *at + lag > now);
        self.fresh.0.push((now, kind, row));
    }

    /// The rows that are too new for a reader who lags by so much.
    pub(crate) fn unseen(&self, kind: Tracked, lag: SimDuration, now: SimTime) -> BTreeSet<u32> {
        let unseen = self.fresh.0.iter().filter(|(at, of, _)| *of == kind && *at + lag > now);
        unseen.map(|(.., row)| *row).collect()
    }
}

/// The record of changes.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The version from which on changes are recorded; [`NOBODY`] before somebody asks.
    since: AtomicU64,
    /// The version of the last change of each row, by kind.
    last: [Vec<u64>; 3],
    /// Changes of memberships, the oldest first: version, group, member.
    members: Vec<(u64, Id<Group>, Member)>,
    /// The version before which changes of memberships were forgotten.
    forgotten: u64,
}

const NOBODY: u64 = u64::MAX;

/// Changes of memberships that are kept; our choice. Whoever was away for longer begins anew.
const MEMBERS_KEPT: usize = 1 << 20;

impl Default for Changes {
    fn default() -> Self {
        let last = [Vec::new(), Vec::new(), Vec::new()];
        Self { since: AtomicU64::new(NOBODY), last, members: Vec::new(), forgotten: 0 }
    }
}

impl Clone for Changes {
    fn clone(&self) -> Self {
        Self {
            since: AtomicU64::new(self.since.load(Ordering::Relaxed)),
            last: self.last.clone(),
            members: self.members.clone(),
            forgotten: self.forgotten,
        }
    }
}

impl Changes {
    fn is_watched(&mut self) -> bool {
        *self.since.get_mut() != NOBODY
    }

    /// Records that a row changed.
    fn changed(&mut self, kind: Tracked, row: u32, version: u64) {
        if !self.is_watched() {
            return;
        }
        let (rows, row) = (&mut self.last[kind as usize], row as usize);
        if rows.len() <= row {
            rows.resize(row + 1, 0);
        }
        rows[row] = version;
    }

    fn member_changed(&mut self, group: Id<Group>, member: Member, version: u64) {
        if !self.is_watched() {
            return;
        }
        if self.members.len() == MEMBERS_KEPT {
            let rest = self.members.split_off(MEMBERS_KEPT / 2);
            self.forgotten = self.members.last().map_or(0, |(version, ..)| *version);
            self.members = rest;
        }
        self.members.push((version, group, member));
    }

    /// Whether all changes after a version are known.
    pub(crate) fn knows(&self, kind: Tracked, version: u64) -> bool {
        let forgotten = if kind == Tracked::Groups { self.forgotten } else { 0 };
        self.since.load(Ordering::Relaxed) <= version && forgotten <= version
    }

    /// Whether a row changed after a version.
    pub(crate) fn has_changed(&self, kind: Tracked, row: u32, version: u64) -> bool {
        self.last[kind as usize].get(row as usize).is_some_and(|last| *last > version)
    }

    /// The members of a group that came or went after a version.
    pub(crate) fn members_since(&self, version: u64) -> BTreeSet<(Id<Group>, Member)> {
        let first = self.members.partition_point(|(at, ..)| *at <= version);
        self.members[first..].iter().map(|(_, group, member)| (*group, *member)).collect()
    }
}

impl Tenant {
    /// From now on changes are recorded.
    pub(crate) fn watch_changes(&self) -> &Changes {
        let _ = self.changes.since.compare_exchange(NOBODY, self.version, Ordering::Relaxed, Ordering::Relaxed);
        &self.changes
    }

    /// A device is not as readers saw it before.
    pub(crate) fn touch_device(&mut self, id: Id<EntraDevice>) {
        self.version += 1;
        self.changes.changed(Tracked::Devices, id.row(), self.version);
    }

    /// A group is not as readers saw it before.
    pub(crate) fn touch_group(&mut self, id: Id<Group>) {
        self.version += 1;
        self.changes.changed(Tracked::Groups, id.row(), self.version);
    }

    /// A user is not as readers saw it before.
    pub(crate) fn touch_user(&mut self, id: Id<User>) {
        self.version += 1;
        self.changes.changed(Tracked::Users, id.row(), self.version);
    }

    /// Somebody or something joined or left a group.
    pub(crate) fn touch_member(&mut self, group: Id<Group>, member: Member) {
        self.version += 1;
        self.changes.member_changed(group, member, self.version);
    }
}

//! Entra Connect: every half hour it looks for what changed in the directory and tells the cloud. Cycles that would find nothing
//! do not run; which one is next is arithmetic.

use crate::actor::{self, actor};
use crate::directory::{self, ComputerChange, SyncVerdict};
use crate::field::{Around, Field};
use crate::kinds;
use sim_core::{Arg, Guid, Id, RecordKey, SimDuration, SimTime, Sym, Timer};
use sim_graph::SyncedComputer;

/// An Entra Connect server.
#[derive(Debug, Clone)]
pub struct EntraConnect {
    /// The server's name.
    pub name: Sym,
    /// When in its interval a cycle begins.
    pub phase: SimDuration,
    /// The organizational units in its scope; all if none are named.
    pub scope: Vec<String>,
    /// In staging mode nothing is exported.
    pub staging: bool,
    /// Whether the scheduler is suspended.
    pub paused: bool,
    /// Whether a cycle runs.
    running: bool,
    /// What the running cycle has read up to, in update sequence numbers.
    read_up_to: u64,
    /// What was exported up to.
    exported_up_to: u64,
    /// Computers whose twin somebody deleted in the cloud: the next cycle finds that they are missing there.
    missing: Vec<Guid>,
    timer: Timer,
    last: RecordKey,
}

impl EntraConnect {
    /// The record that led to its present state.
    pub fn cause(&self) -> RecordKey {
        self.last
    }
}

const START: u16 = 1;
const EXPORT: u16 = 2;

impl Field {
    /// Adds an Entra Connect server.
    pub fn add_entra_connect(
        &mut self,
        name: Sym,
        phase: SimDuration,
        scope: Vec<String>,
        staging: bool,
        paused: bool,
    ) -> Id<EntraConnect> {
        self.syncs.push(EntraConnect {
            name,
            phase,
            scope,
            staging,
            paused,
            running: false,
            read_up_to: 0,
            exported_up_to: 0,
            missing: Vec::new(),
            timer: Timer::default(),
            last: RecordKey::NONE,
        })
    }

    /// All Entra Connect servers.
    pub fn entra_connects(&self) -> impl ExactSizeIterator<Item = (Id<EntraConnect>, &EntraConnect)> {
        self.syncs.iter()
    }

    /// The Entra Connect server of that name.
    pub fn entra_connect_named(&self, name: Sym) -> Option<Id<EntraConnect>> {
        self.syncs.iter().find(|(_, s)| s.name == name).map(|(id, _)| id)
    }

    /// Suspends the scheduler or lets it go on. A cycle that runs is finished.
    pub fn pause_sync(&mut self, id: Id<EntraConnect>, paused: bool, around: &mut Around<'_>) {
        let sync = &mut self.syncs[id];
        sync.paused = paused;
        sync.last = around.cx.cause();
        if paused && !sync.running {
            around.cx.schedule.clear(&mut sync.timer);
        }
        self.plan_cycle(id, around);
    }

    /// Switches staging mode.
    pub fn stage_sync(&mut self, id: Id<EntraConnect>, staging: bool, around: &mut Around<'_>) {
        self.syncs[id].staging = staging;
        self.plan_cycle(id, around);
    }

    /// Changes the organizational units in scope; everything is looked at again.
    pub fn rescope_sync(&mut self, id: Id<EntraConnect>, scope: Vec<String>, around: &mut Around<'_>) {
        let sync = &mut self.syncs[id];
        sync.scope = scope;
        sync.exported_up_to = 0;
        self.plan_cycle(id, around);
    }

    /// Somebody starts a cycle by hand.
    pub fn sync_now(&mut self, id: Id<EntraConnect>, around: &mut Around<'_>) {
        let sync = &mut self.syncs[id];
        if !sync.running {
            sync.last = around.cx.cause();
            let now = around.cx.now();
            around.cx.set(&mut sync.timer, actor(actor::CONNECT_SYNC, id.row()), START, now);
        }
    }

    /// Somebody deleted the twin of a computer in the cloud. As long as the computer is in scope it comes back.
    ///
    /// Source: managing stale devices (entra-docs): a hybrid joined device deleted in Entra ID alone is synchronised again.
    pub(crate) fn twin_deleted(&mut self, object_guid: Guid, around: &mut Around<'_>) {
        for id in self.syncs.ids() {
            self.syncs[id].missing.push(object_guid);
            self.syncs[id].last = around.cx.cause();
            self.plan_cycle(id, around);
        }
    }

    pub(crate) fn directory_changed(&mut self, around: &mut Around<'_>) {
        for id in self.syncs.ids() {
            self.plan_cycle(id, around);
        }
        if !self.without_scp.is_empty() {
            self.join_tasks_look_again(around);
        }
    }

    /// Plans the next cycle that has something to do, if there is one.
    fn plan_cycle(&mut self, id: Id<EntraConnect>, around: &mut Around<'_>) {
        let sync = &mut self.syncs[id];
        if sync.running || sync.paused || sync.staging || sync.timer.is_set() {
            return;
        }
        if sync.missing.is_empty() && directory::high_water(around.forest, around.cx) <= sync.exported_up_to {
            return;
        }
        let now = around.cx.now();
        let turn = now.next_turn(SimTime::from_unix_millis(0), self.knobs.sync_interval, sync.phase);
        around.cx.set(&mut sync.timer, actor(actor::CONNECT_SYNC, id.row()), START, turn);
    }

    pub(crate) fn sync_due(&mut self, id: Id<EntraConnect>, around: &mut Around<'_>) -> bool {
        let sync = &mut self.syncs[id];
        if !around.cx.schedule.ring(&mut sync.timer) {
            return false;
        }
        around.cx.because(sync.last);
        if sync.running {
            sync.running = false;
            self.export(id, around);
            self.plan_cycle(id, around);
        } else {
            sync.running = true;
            sync.read_up_to = directory::high_water(around.forest, around.cx);
            around.cx.tell(&kinds::SYNC_STARTED, sync.name, &[]);
            sync.last = around.cx.cause();
            let at = around.cx.now() + self.knobs.sync_run;
            around.cx.set(&mut sync.timer, actor(actor::CONNECT_SYNC, id.row()), EXPORT, at);
        }
        self.version += 1;
        true
    }

    /// Exports what the cycle read: computers in scope with a registration certificate appear in the cloud, all others go.
    fn export(&mut self, id: Id<EntraConnect>, around: &mut Around<'_>) {
        let sync = &mut self.syncs[id];
        if sync.staging {
            return;
        }
        let (after, upto) = (sync.exported_up_to, sync.read_up_to);
        sync.exported_up_to = upto;
        let missing = std::mem::take(&mut sync.missing);
        let mut changes = directory::computer_changes(around.forest, after, &sync.scope, around.cx);
        if !missing.is_empty() {
            // A computer that changed, too, is among the changes already.
            let known: Vec<Guid> = changes.iter().map(|c| c.object_guid).collect();
            let all = directory::computer_changes(around.forest, 0, &sync.scope, around.cx);
            let gone = |c: &ComputerChange| missing.contains(&c.object_guid) && !known.contains(&c.object_guid);
            changes.extend(all.into_iter().filter(gone));
        }
        let cycle = around.cx.cause();
        let mut exported = 0;
        for change in changes {
            let known = around.tenant.entra_device_by_device_id(change.object_guid).is_some();
            let device = self.device_of_computer(change.object_guid);
            around.cx.because(device.map_or(cycle, |d| self.devices[d].last));
            match change.verdict {
                SyncVerdict::InScope => {
                    let who = device.map_or(change.name, |d| self.devices[d].name);
                    let computer = SyncedComputer {
                        object_guid: change.object_guid,
                        rid: change.rid,
                        domain: change.domain,
                        name: change.name,
                        os_version: change.os_version,
                        who,
                    };
                    around.tenant.sync_computer(computer, around.cx);
                    exported += !known as i64;
                }
                SyncVerdict::Out if known => {
                    around.tenant.unsync_computer(change.object_guid, around.cx);
                    exported += 1;
                }
                SyncVerdict::Out => {}
            }
        }
        if exported > 0 {
            let name = self.syncs[id].name;
            around.cx.because(cycle);
            around.cx.tell(&kinds::SYNC_EXPORTED, name, &[Arg::Int(exported)]);
        }
    }
}

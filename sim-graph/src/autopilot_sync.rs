//! The synchronisation of Intune with the Autopilot service: by itself twice a day, and when somebody asks for it.

use crate::tenant::Tenant;
use crate::{AutopilotDevice, actor, kinds};
use sim_core::{Cx, Id, RecordKey, SimDuration, SimTime, Timer};

/// `windowsAutopilotSettings`.
#[derive(Debug, Clone)]
pub struct AutopilotSync {
    /// `lastManualSyncTriggerDateTime`; [`SimTime::NEVER`] for none.
    pub asked: SimTime,
    done: SimTime,
    timer: Timer,
    last: RecordKey,
}

/// Why a synchronisation does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncRefused {
    /// One is running: 409.
    Running,
    /// The last one was asked for less than ten minutes ago: 429.
    TooSoon {
        /// When it may be asked for again.
        retry_after: SimDuration,
    },
}

impl Default for AutopilotSync {
    fn default() -> Self {
        Self { asked: SimTime::NEVER, done: SimTime::NEVER, timer: Timer::default(), last: RecordKey::NONE }
    }
}

impl AutopilotSync {
    /// Whether one runs.
    pub fn is_running(&self) -> bool {
        self.timer.is_set()
    }
}

impl Tenant {
    /// Whether a synchronisation may be asked for.
    ///
    /// Source: `windowsAutopilotSettings: sync` (Graph): 409 while one runs, 429 within ten minutes.
    pub fn may_sync_autopilot(&self, now: SimTime) -> Result<(), SyncRefused> {
        let sync = &self.autopilot_sync;
        if sync.is_running() {
            return Err(SyncRefused::Running);
        }
        match sync.asked {
            SimTime::NEVER => Ok(()),
            asked if now >= asked + self.knobs.autopilot_sync_apart => Ok(()),
            asked => Err(SyncRefused::TooSoon { retry_after: (asked + self.knobs.autopilot_sync_apart).since(now) }),
        }
    }

    /// Somebody asks for a synchronisation.
    pub fn sync_autopilot(&mut self, cx: &mut Cx) {
        let who = self.name;
        let at = cx.now() + self.delay(self.knobs.autopilot_sync, self.id, 6, cx);
        let sync = &mut self.autopilot_sync;
        sync.asked = cx.now();
        sync.last = cx.tell(&kinds::AUTOPILOT_SYNC_ASKED, who, &[]);
        cx.set(&mut sync.timer, actor::autopilot_sync(), 0, at);
        self.version += 1;
    }

    /// A synchronisation ends: deregistrations that were on their way are through.
    pub(crate) fn autopilot_sync_due(&mut self, cx: &mut Cx) -> bool {
        let sync = &mut self.autopilot_sync;
        if !cx.schedule.ring(&mut sync.timer) {
            return false;
        }
        sync.done = cx.now();
        cx.because(sync.last);
        let done = cx.tell(&kinds::AUTOPILOT_SYNCED, self.name, &[]);
        let leaving: Vec<Id<AutopilotDevice>> =
            self.identities().filter(|(_, identity)| identity.leaving).map(|(id, _)| id).collect();
        for id in leaving {
            cx.because(done);
            self.deregistered(id, cx);
        }
        self.version += 1;
        true
    }

    /// `lastSyncDateTime`: the last turn of the service's own synchronisation, or one that was asked for.
    pub fn autopilot_synced(&self, now: SimTime) -> SimTime {
        let turn = now.last_turn(self.founded, self.knobs.autopilot_sync_period, SimDuration::ZERO);
        match self.autopilot_sync.done {
            SimTime::NEVER => turn,
            done => done.max(turn),
        }
    }
}

//! At the desktop: what a user's fresh token brings.

use super::UNLOCK;
use crate::device::Device;
use crate::field::{Around, Field};
use crate::stage::{Input, Stage};
use sim_core::{Id, RecordKey};

impl Field {
    /// The user is at the desktop with a fresh token. On a registered device Intune then follows the twin.
    pub(super) fn user_has_token(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &self.devices[id];
        if let (Some(managed), Some(user)) = (device.managed.get(), device.user.get()) {
            around.tenant.set_primary_user(managed, user);
        }
        if let (Some(managed), Some(twin)) = (device.managed.get(), device.twin.get()) {
            around.tenant.follow_twin(managed, twin, around.cx);
        }
    }

    pub(super) fn unlocked(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        if self.devices[id].stage == Stage::Desktop {
            self.user_has_token(id, around);
        }
    }

    /// Hybrid registration is done; `cause` is the record that says so.
    pub(crate) fn registered(&mut self, id: Id<Device>, cause: RecordKey, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        match device.stage {
            Stage::AccountSetup { .. } => self.transition(id, Input::Registered, around),
            Stage::Desktop => {
                device.last = cause;
                let at = around.cx.now() + self.knobs.next_unlock;
                self.set_timer(id, UNLOCK, at, around.cx);
            }
            _ => {}
        }
    }
}

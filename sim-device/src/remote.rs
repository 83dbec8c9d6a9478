//! Remote actions of Intune as devices carry them out, and what a user meets at a desktop.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::Stage;
use sim_core::{Arg, Id};

/// What an administrator orders a device to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteAction {
    /// *Autopilot Reset*.
    AutopilotReset,
    /// *Wipe*.
    Wipe,
    /// *Retire*.
    Retire,
    /// *Fresh start*.
    FreshStart,
    /// *Restart*.
    Restart,
}

impl RemoteAction {
    /// Its name in the portal.
    pub const fn text(self) -> &'static str {
        match self {
            Self::AutopilotReset => "Autopilot Reset",
            Self::Wipe => "Wipe",
            Self::Retire => "Retire",
            Self::FreshStart => "Fresh start",
            Self::Restart => "Restart",
        }
    }
}

/// Why a remote action is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RemoteRefusal {
    /// Hybrid joined devices are not reset by Autopilot Reset; they are wiped.
    #[error("Autopilot Reset is not supported on Microsoft Entra hybrid joined devices")]
    HybridJoined,
    /// There is no managed device.
    #[error("the device is not managed by Intune")]
    NotManaged,
}

impl Field {
    /// An administrator orders a remote action. The device hears of it by push.
    pub fn remote_action(
        &mut self,
        id: Id<Device>,
        action: RemoteAction,
        around: &mut Around<'_>,
    ) -> Result<(), RemoteRefusal> {
        let device = &mut self.devices[id];
        let managed = device.managed.get().filter(|m| !around.tenant.managed_device(*m).deleted);
        if managed.is_none() {
            around.cx.tell_why(
                &kinds::ACTION_REFUSED,
                device.name,
                &[Arg::Word(action.text())],
                &kinds::WHY_NOT_MANAGED,
            );
            return Err(RemoteRefusal::NotManaged);
        }
        if action == RemoteAction::AutopilotReset && !device.domain.is_empty() {
            around.cx.tell_why(
                &kinds::ACTION_REFUSED,
                device.name,
                &[Arg::Word(action.text())],
                &kinds::WHY_HYBRID_RESET,
            );
            return Err(RemoteRefusal::HybridJoined);
        }
        device.last = around.cx.tell(&kinds::ACTION_ORDERED, device.name, &[Arg::Word(action.text())]);
        self.ordered.insert(id, action);
        let at = around.cx.now() + self.knobs.push;
        around.cx.set(&mut self.devices[id].check_in, actor(actor::CHECK_IN, id.row()), 0, at);
        Ok(())
    }

    /// A device has heard of a remote action.
    pub(crate) fn carry_out_ordered(&mut self, id: Id<Device>, around: &mut Around<'_>) -> bool {
        let Some(action) = self.ordered.remove(&id) else { return false };
        let device = &self.devices[id];
        let (name, managed) = (device.name, device.managed.get());
        around.cx.tell(&kinds::ACTION_DONE, name, &[Arg::Word(action.text())]);
        match action {
            RemoteAction::Wipe | RemoteAction::AutopilotReset => {
                self.reset(id, around);
                if let (RemoteAction::Wipe, Some(managed)) = (action, managed) {
                    around.tenant.delete_managed_device(managed, around.cx);
                }
            }
            RemoteAction::Retire => {
                if let Some(managed) = managed {
                    around.tenant.delete_managed_device(managed, around.cx);
                }
                self.devices[id].managed = sim_core::rows::MaybeId::NONE;
            }
            RemoteAction::FreshStart | RemoteAction::Restart => {}
        }
        true
    }

    /// The user opens an app behind conditional access. The device signs in as its twin where Intune has come to follow that, else
    /// as what it was joined as.
    pub fn open_app(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &self.devices[id];
        if device.stage != Stage::Desktop {
            return;
        }
        let joined = device.twin.get().or_else(|| {
            let managed = device.managed.get().filter(|_| device.domain.is_empty())?;
            Some(around.tenant.managed_device(managed).entra_device)
        });
        let refused = around.tenant.open_app(joined, device.name, around.cx).err();
        let device = &mut self.devices[id];
        device.refused = refused.map(|r| r.code());
        device.last = around.cx.cause();
        self.version += 1;
    }
}

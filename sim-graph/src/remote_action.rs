//! Remote actions on managed devices: asked for here, found by the device at its next check-in, and reported back.
//!
//! They are kept beside the managed devices, of which few have any. Whoever plays the device calls
//! [`Tenant::take_actions`] at a check-in and [`Tenant::action_finished`] for each action when it has carried it out.

use crate::tenant::Tenant;
use crate::{ManagedDevice, actor, kinds};
use sim_core::{Cx, Id, RecordKey, SimTime, Sym};

/// What an administrator asks of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteAction {
    /// `syncDevice`: check in now.
    Sync,
    /// `rebootNow`.
    Reboot,
    /// `shutDown`.
    ShutDown,
    /// `remoteLock`.
    Lock,
    /// `resetPasscode`.
    ResetPasscode,
    /// `retire`: leave management, keep the user's data.
    Retire,
    /// `wipe`: back to the out-of-box experience.
    Wipe {
        /// The enrolment survives the reset.
        keep_enrollment: bool,
        /// The user's files survive it.
        keep_user_data: bool,
    },
    /// `cleanWindowsDevice`: Windows anew, still enrolled.
    CleanWindows {
        /// The user's files survive it.
        keep_user_data: bool,
    },
    /// `automaticRedeployment`: Windows Autopilot Reset. Not for hybrid joined devices.
    AutopilotReset,
    /// `setDeviceName`.
    SetName(Sym),
    /// `windowsDefenderScan`.
    Scan {
        /// Quick rather than full.
        quick: bool,
    },
    /// `rotateBitLockerKeys`.
    RotateKeys,
    /// `createDeviceLogCollectionRequest`.
    CollectLogs,
    /// `removeDeviceFirmwareConfigurationInterfaceManagement`.
    RemoveFirmwareManagement,
}

/// `actionState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionState {
    /// `pending`: the device has not come for it.
    Pending,
    /// `active`: the device has it.
    Active,
    /// `done`.
    Done,
    /// `failed`.
    Failed,
    /// `notSupported`.
    NotSupported,
}

/// A remote action on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionRequest {
    /// What is asked.
    pub action: RemoteAction,
    /// How far it is.
    pub state: ActionState,
    /// `startDateTime`.
    pub asked: SimTime,
    /// `lastUpdatedDateTime`.
    pub updated: SimTime,
    /// The record of whoever asked for it.
    pub cause: RecordKey,
}

impl RemoteAction {
    /// `actionName`.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Sync => "syncDevice",
            Self::Reboot => "rebootNow",
            Self::ShutDown => "shutDown",
            Self::Lock => "remoteLock",
            Self::ResetPasscode => "resetPasscode",
            Self::Retire => "retire",
            Self::Wipe { .. } => "factoryReset",
            Self::CleanWindows { keep_user_data: true } => "cleanWindowsKeepUserData",
            Self::CleanWindows { keep_user_data: false } => "cleanWindowsRemoveUserData",
            Self::AutopilotReset => "automaticRedeployment",
            Self::SetName(_) => "setDeviceName",
            Self::Scan { quick: true } => "quickScan",
            Self::Scan { quick: false } => "fullScan",
            Self::RotateKeys => "rotateBitLockerKeys",
            Self::CollectLogs => "logCollection",
            Self::RemoveFirmwareManagement => "removeDeviceFirmwareConfigurationInterfaceManagement",
        }
    }
}

impl ActionState {
    /// As Graph spells it.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotSupported => "notSupported",
        }
    }
    /// Whether nothing more comes of it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::NotSupported)
    }
}

impl Tenant {
    /// Somebody asks something of a device. One of a kind waits at a time; asked again, it waits anew.
    pub fn request_action(&mut self, id: Id<ManagedDevice>, action: RemoteAction, cx: &mut Cx) {
        let who = self.managed_devices[id].who;
        let cause = cx.tell(&kinds::ACTION_ASKED, who, &[action.graph().into()]);
        let now = cx.now();
        let list = self.remote_actions.entry(id).or_default();
        list.retain(|known| known.action.graph() != action.graph());
        list.push(ActionRequest { action, state: ActionState::Pending, asked: now, updated: now, cause });
        self.version += 1;
        cx.signal(actor::MDM_WORK, id.row());
    }

    /// The actions of a device, the oldest first, those that are over included.
    pub fn actions(&self, id: Id<ManagedDevice>) -> &[ActionRequest] {
        self.remote_actions.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether an action waits for the device's next check-in.
    pub fn has_pending_actions(&self, id: Id<ManagedDevice>) -> bool {
        self.actions(id).iter().any(|request| request.state == ActionState::Pending)
    }

    /// A device checks in and comes for what waits. That it comes is all that `syncDevice` asks for.
    pub fn take_actions(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) -> Vec<ActionRequest> {
        let now = cx.now();
        self.managed_devices[id].last_sync = now;
        self.version += 1;
        let mut taken = Vec::new();
        for request in self.remote_actions.get_mut(&id).into_iter().flatten() {
            if request.state == ActionState::Pending {
                request.updated = now;
                request.state =
                    if request.action == RemoteAction::Sync { ActionState::Done } else { ActionState::Active };
                taken.push(*request);
            }
        }
        taken
    }

    /// A device reports what became of an action that it had come for.
    ///
    /// After a retirement, and after a wipe that does not keep the enrolment, the managed device is gone.
    pub fn action_finished(&mut self, id: Id<ManagedDevice>, action: RemoteAction, state: ActionState, cx: &mut Cx) {
        let now = cx.now();
        let list = self.remote_actions.get_mut(&id).into_iter().flatten();
        let Some(request) = list.filter(|r| r.action == action && r.state == ActionState::Active).last() else {
            return;
        };
        (request.state, request.updated) = (state, now);
        let who = self.managed_devices[id].who;
        cx.tell(&kinds::ACTION_FINISHED, who, &[action.graph().into(), state.graph().into()]);
        self.version += 1;
        match action {
            RemoteAction::Retire | RemoteAction::Wipe { keep_enrollment: false, .. } if state == ActionState::Done => {
                self.delete_managed_device(id, cx);
            }
            RemoteAction::SetName(name) if state == ActionState::Done => self.report_name(id, name, cx),
            _ => {}
        }
    }

    /// `managementState`: what the youngest action that is not over makes of the device.
    pub fn management_state(&self, id: Id<ManagedDevice>) -> &'static str {
        let open = self.actions(id).iter().rev().filter(|request| !request.state.is_over());
        let state = |request: &ActionRequest| match (request.action, request.state) {
            (RemoteAction::Retire, ActionState::Pending) => Some("retirePending"),
            (RemoteAction::Retire, _) => Some("retireIssued"),
            (RemoteAction::Wipe { .. }, ActionState::Pending) => Some("wipePending"),
            (RemoteAction::Wipe { .. }, _) => Some("wipeIssued"),
            _ => None,
        };
        open.filter_map(state).next().unwrap_or("managed")
    }
}

//! Remote actions as a device carries them out when it checks in: what each leaves of the device, and what it cannot do.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::Stage;
use sim_core::rows::MaybeId;
use sim_core::{Arg, Id, SimTime};
use sim_graph::{ActionState, ManagedDevice, RemoteAction};

/// The device's management client carried out a reset that it was told to do. The number is assumed.
const REMOTE_WIPE: u32 = 400;

impl Field {
    /// A session of the management client past the domain join.
    pub(crate) fn management_session(&mut self, id: Id<Device>, managed: Id<ManagedDevice>, around: &mut Around<'_>) {
        around.cx.tell(&kinds::HASH_ASKED, self.devices[id].name, &[]);
        if around.tenant.managed_device(managed).deleted {
            self.leave_management(id, around);
            return;
        }
        if around.tenant.wants_hash(managed) {
            around.tenant.routine_check_in(managed, around.cx);
        }
        if !around.tenant.has_pending_actions(managed) {
            return;
        }
        for request in around.tenant.take_actions(managed, around.cx) {
            if request.action == RemoteAction::Sync {
                continue;
            }
            around.cx.because(request.cause);
            let verdict = self.verdict_on(id, request.action);
            around.tenant.action_finished(managed, request.action, verdict, around.cx);
            if verdict == ActionState::Done {
                self.carry_out(id, request.action, around);
            }
        }
    }

    /// Whether a device can do what it is asked to.
    fn verdict_on(&self, id: Id<Device>, action: RemoteAction) -> ActionState {
        let hybrid = !self.devices[id].domain.is_empty();
        match action {
            // Source: Windows Autopilot Reset (memdocs): hybrid joined devices need a full wipe.
            RemoteAction::AutopilotReset if hybrid => ActionState::Failed,
            // Source: rename a device (memdocs): not supported for hybrid joined devices.
            RemoteAction::SetName(_) if hybrid => ActionState::NotSupported,
            // Source: remote actions (memdocs): for other platforms than Windows.
            RemoteAction::ResetPasscode | RemoteAction::Lock => ActionState::NotSupported,
            _ => ActionState::Done,
        }
    }

    fn carry_out(&mut self, id: Id<Device>, action: RemoteAction, around: &mut Around<'_>) {
        let now = around.cx.now();
        let name = self.devices[id].name;
        match action {
            RemoteAction::Retire => self.leave_management(id, around),
            RemoteAction::Wipe { keep_enrollment: false, .. }
            | RemoteAction::CleanWindows { keep_user_data: false } => {
                let data = EventData::Name("the device is reset by its management service", name);
                self.devices[id].write(Channel::DeviceManagement, REMOTE_WIPE, data, &self.knobs, now);
                self.reset_and_start(id, around);
            }
            // Source: wipe (memdocs): what keeps the enrolment keeps user accounts and the joins to domain and Entra ID.
            RemoteAction::Wipe { .. } | RemoteAction::CleanWindows { .. } | RemoteAction::AutopilotReset => {
                self.refresh(id, action.graph(), around);
            }
            RemoteAction::SetName(to) => self.devices[id].computer = to,
            RemoteAction::Reboot => {
                around.cx.tell(&kinds::REBOOTED, name, &[]);
            }
            _ => {}
        }
    }

    /// Windows is set up anew under an enrolment and joins that stay: somebody signs in at the lock screen.
    fn refresh(&mut self, id: Id<Device>, how: &'static str, around: &mut Around<'_>) {
        let at = around.cx.now() + self.knobs.reset_duration;
        let device = &mut self.devices[id];
        around.cx.tell(&kinds::REFRESHED, device.name, &[Arg::Word(how)]);
        device.stage = Stage::AdSignIn;
        device.refused = None;
        device.last = around.cx.cause();
        self.await_sign_in(id, at, around);
    }

    /// The device is not managed any more. What it is joined to stays.
    fn leave_management(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        device.managed = MaybeId::NONE;
        around.cx.tell(&kinds::LEFT_MANAGEMENT, device.name, &[]);
        self.version += 1;
    }

    /// A device goes back to OOBE and, when Windows is there again, starts.
    pub(crate) fn reset_and_start(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        self.reset(id, around);
        let at = around.cx.now() + self.knobs.reset_duration;
        let cause = self.devices[id].last;
        around.cx.because(cause);
        self.power_on(id, at, around);
    }

    /// Somebody at the device asks for a local Windows Autopilot Reset. The answer says why there is none.
    pub fn redeploy(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Result<(), String> {
        let device = &self.devices[id];
        if !matches!(device.stage, Stage::Desktop | Stage::AdSignIn) {
            return Err(format!("it is not at its lock screen or desktop, but at: {}", device.stage.name()));
        }
        if !device.domain.is_empty() {
            return Err("Windows Autopilot Reset is not supported on hybrid joined devices: wipe it".into());
        }
        if device.managed.get().is_none() {
            return Err("it is not enrolled".into());
        }
        self.refresh(id, "automaticRedeployment", around);
        Ok(())
    }

    /// Something waits for a device that is past its domain join: a push reaches it where there is internet.
    pub(crate) fn push_check_in(&mut self, id: Id<Device>, managed: Id<ManagedDevice>, around: &mut Around<'_>) {
        if !around.tenant.has_pending_actions(managed) {
            return;
        }
        let now = around.cx.now();
        let device = &mut self.devices[id];
        let at = self.places[device.place].internet_from(around.cx).max(now + self.knobs.push);
        if at != SimTime::NEVER {
            around.cx.schedule.set_earlier(&mut device.check_in, actor(actor::CHECK_IN, id.row()), 0, at);
        }
    }
}

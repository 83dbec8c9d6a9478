//! The enrollment status page, the green page, and what people press.

use super::STAGE;
use crate::device::Device;
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{Goal, Service};
use crate::stage::{Input, Stage};
use sim_core::{Arg, Id, SimDuration, SimTime, Unasked};
use sim_graph::{AppContext, EspWork};

/// The event of the enrollment status page. Its number is assumed; its words are those of the diagnostics.
const ESP_EVENT: u32 = 1005;

/// What somebody presses at an error page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// *Try again*.
    Retry,
    /// *Continue anyway*.
    Continue,
    /// *Reset device*.
    Reset,
}

impl Button {
    /// What stands on it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Retry => "Try again",
            Self::Continue => "Continue anyway",
            Self::Reset => "Reset device",
        }
    }
}

impl Field {
    /// Somebody presses a button at an error page.
    pub fn press(&mut self, id: Id<Device>, button: Button, around: &mut Around<'_>) {
        around.cx.tell(&kinds::PRESSED, self.devices[id].name, &[Arg::Word(button.text())]);
        match button {
            Button::Retry => self.transition(id, Input::Retry, around),
            Button::Continue => self.transition(id, Input::Continue, around),
            Button::Reset => return self.reset(id, around),
        }
        self.devices[id].last = around.cx.cause();
    }

    /// The technician reseals a device at the green page: it is switched off, for its user. `false` if it shows another page.
    pub fn reseal(&mut self, id: Id<Device>, around: &mut Around<'_>) -> bool {
        let device = &mut self.devices[id];
        if device.stage != Stage::Provisioned {
            return false;
        }
        device.technician = false;
        device.provisioned = true;
        device.stage = Stage::Off;
        device.last = around.cx.tell(&kinds::RESEALED, device.name, &[]);
        self.version += 1;
        true
    }

    pub(super) fn show_provisioned(&mut self, id: Id<Device>, before: Stage, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        if matches!(before, Stage::DeviceSetup { .. }) {
            around.cx.tell(&kinds::DEVICE_PHASE_DONE, device.name, &[]);
        }
        around.cx.tell(&kinds::PROVISIONED, device.name, &[]);
    }

    /// What the phase that a device is in waits for, and how long it takes beside apps.
    fn phase_work(&self, id: Id<Device>, around: &Around<'_>) -> (EspWork, SimDuration) {
        let device = &self.devices[id];
        let page = &self.esp_pages[device.esp];
        let (context, base) = match device.stage {
            Stage::AccountSetup { .. } => (AppContext::User, self.knobs.esp_user_phase),
            _ => (AppContext::Device, self.knobs.esp_device_phase),
        };
        let base = device.delay(base, 16 + if context == AppContext::User { 9 } else { 7 }, &self.knobs, around.cx);
        let Some(managed) = device.managed.get() else { return (EspWork::default(), base) };
        let entra = around.tenant.managed_device(managed).entra_device;
        (around.tenant.esp_work(page, context, entra, device.user.get(), around.cx, &mut Unasked), base)
    }

    /// A phase of the status page begins: it ends when all that it tracks is there, or at its limit.
    pub(super) fn begin_phase(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let (work, base) = self.phase_work(id, around);
        let from = if work.apps > SimDuration::ZERO {
            self.reach(id, Goal::Cloud(Service::Content), around).from.max(now)
        } else {
            now
        };
        let limit = match self.devices[id].stage {
            Stage::DeviceSetup { until } | Stage::AccountSetup { until, .. } => until,
            _ => SimTime::NEVER,
        };
        let over = if from == SimTime::NEVER { limit } else { (from + base + work.apps).min(limit) };
        self.set_timer(id, STAGE, over, around.cx);
    }

    /// A phase is over: all is there, an app failed, or the time ran out.
    pub(super) fn phase_over(&mut self, id: Id<Device>, until: SimTime, around: &mut Around<'_>) -> Option<Input> {
        let now = around.cx.now();
        let phase = match self.devices[id].stage {
            Stage::AccountSetup { .. } => "AccountSetup",
            _ => "DeviceSetup",
        };
        let is_device = phase == "DeviceSetup";
        if now >= until {
            let text = if is_device {
                "CloudExperienceHost: DeviceSetup failed: DeviceConfigurationTimeOut"
            } else {
                "CloudExperienceHost: AccountSetup failed: AccountConfigurationTimeOut"
            };
            let code = EventData::Code(text, 0x8007_05b4);
            self.devices[id].write(Channel::Provisioning, ESP_EVENT, code, &self.knobs, now);
            return Some(Input::TimerRang);
        }
        let (work, _) = self.phase_work(id, around);
        let Some((app, error)) = work.failing else { return Some(Input::TimerRang) };
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        device.write(Channel::ManagementExtension, ESP_EVENT, EventData::NameCode("app", app, error), knobs, now);
        let text = if is_device {
            "CloudExperienceHost: DeviceSetup failed: ApplicationsFailed"
        } else {
            "CloudExperienceHost: AccountSetup failed: ApplicationsFailed"
        };
        device.write(Channel::Provisioning, ESP_EVENT, EventData::Code(text, 0x8103_6502), knobs, now);
        around.cx.tell(&kinds::APP_FAILED, device.name, &[app.into(), Arg::Code(error)]);
        Some(Input::AppFailed)
    }
}

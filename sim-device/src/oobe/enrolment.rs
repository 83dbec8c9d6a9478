//! Enrolment in Intune, and check-ins.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::stage::{Failure, Input, Stage};
use sim_core::{Id, SimDuration, SimTime};
use sim_graph::CheckIn;

impl Field {
    pub(super) fn enroll(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let device = &self.devices[id];
        let Some(user) = device.user.get() else { return Input::Refused(Failure::Enrolment(0x8018_0002)) };
        match around.tenant.enroll(user, device.hash, device.name, around.cx) {
            Ok((managed, esp)) => {
                self.is_managed_as(id, managed);
                let known = self.esp_pages.iter().find(|(_, page)| **page == esp).map(|(page, _)| page);
                let esp = known.unwrap_or_else(|| self.esp_pages.push(esp));
                let device = &mut self.devices[id];
                device.esp = esp;
                device.write(
                    Channel::DeviceManagement,
                    72,
                    EventData::Text("MDM enrolment succeeded"),
                    &self.knobs,
                    now,
                );
                Input::Enrolled
            }
            Err(error) => {
                let device = &mut self.devices[id];
                let knobs = &self.knobs;
                device.write(
                    Channel::DeviceManagement,
                    52,
                    EventData::Code("the server answered with a fault", error.code()),
                    knobs,
                    now,
                );
                device.write(
                    Channel::DeviceManagement,
                    71,
                    EventData::Code("MDM enrolment failed", error.code()),
                    knobs,
                    now,
                );
                Input::Refused(Failure::Enrolment(error.code()))
            }
        }
    }

    /// Something waits for this device at its next check-in.
    pub(crate) fn mdm_work(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        let now = around.cx.now();
        let at = match device.stage {
            Stage::AwaitingOdjBlob { .. } => {
                let began = device.powered_on;
                now.next_turn(began, self.knobs.oobe_check_in, SimDuration::ZERO).max(now + SimDuration::from_millis(1))
            }
            Stage::Off | Stage::Connecting => return,
            _ if device.managed.get().is_some_and(|m| around.tenant.has_pending_actions(m)) => {
                let Some(managed) = device.managed.get() else { return };
                return self.push_check_in(id, managed, around);
            }
            Stage::Desktop if device.managed.get().is_some_and(|m| around.tenant.wants_hash(m)) => {
                let phase = (device.key(around.cx).0 % self.knobs.routine_check_in.millis().max(1) as u64) as i64;
                let turn = now.next_turn(
                    SimTime::from_unix_millis(0),
                    self.knobs.routine_check_in,
                    SimDuration::from_millis(phase),
                );
                turn.max(now + SimDuration::from_millis(1))
            }
            _ => return,
        };
        around.cx.schedule.set_earlier(&mut device.check_in, actor(actor::CHECK_IN, id.row()), 0, at);
    }

    pub(crate) fn check_in_due(&mut self, id: Id<Device>, around: &mut Around<'_>) -> bool {
        let device = &mut self.devices[id];
        if !around.cx.schedule.ring(&mut device.check_in) {
            return false;
        }
        around.cx.because(device.last);
        let Some(managed) = device.managed.get() else { return true };
        match device.stage {
            Stage::AwaitingOdjBlob { .. } => match around.tenant.check_in(managed, around.cx) {
                CheckIn::OdjBlob(blob) => {
                    device.computer = blob.computer_name;
                    device.domain = blob.domain;
                    device.secret = blob.secret;
                    self.transition(id, Input::OdjBlob, around);
                }
                CheckIn::OdjRequested | CheckIn::Nothing => {}
            },
            Stage::Off | Stage::Connecting => {}
            _ => self.management_session(id, managed, around),
        }
        self.devices[id].last = around.cx.cause();
        true
    }
}

//! MDM check-ins: what a device in OOBE waits for, and what one past it is asked for.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{Goal, Service};
use crate::stage::{Input, Stage};
use sim_core::{Arg, Id, SimDuration, SimTime};
use sim_graph::CheckIn;

impl Field {
    /// Something waits for this device at its next check-in.
    pub(crate) fn mdm_work(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        let now = around.cx.now();
        let at = match device.stage {
            Stage::AwaitingOdjBlob { .. } => {
                let began = device.powered_on;
                now.next_turn(began, self.knobs.oobe_check_in, SimDuration::ZERO).max(now + SimDuration::from_millis(1))
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
        let (name, stage) = (device.name, device.stage);
        let service = self.reach(id, Goal::Cloud(Service::Management), around);
        if !service.is_open() {
            around.cx.tell_why(&kinds::CHECK_IN_FAILED, name, &[Arg::Word(service.text())], &kinds::WHY_OBSTACLE);
            let device = &mut self.devices[id];
            device.last = around.cx.cause();
            around.cx.set(&mut device.check_in, actor(actor::CHECK_IN, id.row()), 0, service.from);
            return true;
        }
        if self.carry_out_ordered(id, around) {
            self.devices[id].last = around.cx.cause();
            self.version += 1;
            return true;
        }
        match stage {
            Stage::AwaitingOdjBlob { .. } => match around.tenant.check_in(managed, around.cx) {
                CheckIn::OdjBlob(blob) => {
                    let device = &mut self.devices[id];
                    device.computer = blob.computer_name;
                    device.domain = blob.domain;
                    device.secret = blob.secret;
                    self.transition(id, Input::OdjBlob, around);
                }
                CheckIn::OdjRequested | CheckIn::Nothing => {}
            },
            Stage::Desktop => {
                around.cx.tell(&kinds::HASH_ASKED, name, &[]);
                around.tenant.routine_check_in(managed, around.cx);
            }
            _ => {}
        }
        self.devices[id].last = around.cx.cause();
        true
    }
}

//! The device registration task: runs at the domain join, at sign-in and hourly, until the device is registered.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::directory;
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use sim_core::{Arg, Id, SimTime};
use sim_graph::{DeviceObjectNotFound, SyncedComputer};

/// The service connection point cannot be read.
const NO_SCP: u32 = 0x801c_001d;

impl Field {
    pub(crate) fn join_task_due(&mut self, id: Id<Device>, around: &mut Around<'_>) -> bool {
        let device = &mut self.devices[id];
        if !around.cx.schedule.ring(&mut device.join_task) {
            return false;
        }
        around.cx.because(device.last);
        self.run_join_task(id, around);
        self.version += 1;
        true
    }

    /// One run of the task: precheck, discovery, then registration by federation or with the synchronised certificate.
    fn run_join_task(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let device = &self.devices[id];
        if device.twin.get().is_some() || device.in_domain_since == SimTime::NEVER {
            return;
        }
        let place = &self.places[device.place];
        let site = place.site;
        let reachable = place.dc_sign_in_from(around.cx).max(place.internet_from(around.cx));
        if reachable > now {
            return self.next_join_turn(id, reachable, around);
        }
        let Some(computer) = directory::computer(around.forest, device.domain, device.computer, place.site, around.cx)
        else {
            self.without_scp.push(id);
            return;
        };
        self.knows_computer(id, computer.object_guid);
        let device = &self.devices[id];
        let name = device.name;
        if !directory::has_scp(around.forest, &computer, around.tenant.id(), &mut self.scp_seen, around.cx) {
            let mut seen = around.cx.seen();
            directory::why_no_scp(around.sides(), device.domain, device.computer, site, &mut seen);
            around.cx.decided_on(seen);
            around.cx.tell_why(&kinds::REGISTRATION_WAITS, name, &[Arg::Code(NO_SCP)], &kinds::WHY_NO_SCP);
            let data = EventData::Code("automatic registration failed in the discover phase", NO_SCP);
            self.devices[id].write(Channel::UserDeviceRegistration, 304, data, &self.knobs, now);
            self.without_scp.push(id);
            return;
        }
        let described = SyncedComputer {
            object_guid: computer.object_guid,
            rid: computer.rid,
            domain: device.domain,
            name: device.computer,
            os_version: computer.os_version,
            who: name,
        };
        let twin = if self.is_federated(id, around) {
            Ok(around.tenant.register_federated(described, around.cx))
        } else {
            if !device.certificate_written {
                self.devices[id].certificate_written =
                    directory::write_certificate(around.forest, &computer, name, around.cx);
            }
            let mut seen = around.cx.seen();
            self.why_not_synced(id, around.sides(), &mut seen);
            around.cx.decided_on(seen);
            around.tenant.register_hybrid(computer.object_guid, name, around.cx)
        };
        match twin {
            Ok(twin) => {
                let device = &mut self.devices[id];
                device.twin = twin.into();
                let data = EventData::Text("automatic registration succeeded");
                device.write(Channel::UserDeviceRegistration, 306, data, &self.knobs, now);
                let cause = around.cx.cause();
                self.registered(id, cause, around);
            }
            Err(DeviceObjectNotFound) => {
                let code = DeviceObjectNotFound::CODE;
                let data = EventData::Code("automatic registration failed in the join phase", code);
                self.devices[id].write(Channel::UserDeviceRegistration, 304, data, &self.knobs, now);
            }
        }
        self.devices[id].last = around.cx.cause();
    }

    /// Whether the user's domain signs in by federation.
    fn is_federated(&self, id: Id<Device>, around: &Around<'_>) -> bool {
        let Some(user) = self.devices[id].user.get() else { return false };
        let upn = around.cx.names.get(around.tenant.user_record(user).upn);
        let suffix = upn.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut domains = around.tenant.domains().iter();
        domains.any(|d| d.federated && around.cx.names.get(d.name).eq_ignore_ascii_case(suffix))
    }

    /// The twin has appeared: the hourly run that finds it is the next one with something to do.
    pub(crate) fn twin_appeared(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        self.next_join_turn(id, now, around);
    }

    /// A sign-in runs the task at once, if it could have something to do.
    pub(crate) fn sign_in_runs_join_task(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        let twin = around.tenant.entra_device_by_device_id(device.object_guid);
        if device.twin.get().is_none() && (twin.is_some() || !device.certificate_written) {
            let now = around.cx.now();
            around.cx.set(&mut device.join_task, actor(actor::JOIN_TASK, id.row()), 0, now);
        }
    }

    fn next_join_turn(&mut self, id: Id<Device>, from: SimTime, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        if from == SimTime::NEVER || device.twin.get().is_some() || device.in_domain_since == SimTime::NEVER {
            return;
        }
        let at = from.next_turn(device.in_domain_since, self.knobs.join_retry, self.knobs.join_task_start);
        around.cx.schedule.set_earlier(&mut device.join_task, actor(actor::JOIN_TASK, id.row()), 0, at);
    }

    /// The directory changed: devices whose registration failed for what they found there may find more at their next run.
    pub(crate) fn join_tasks_look_again(&mut self, around: &mut Around<'_>) {
        let now = around.cx.now();
        for id in std::mem::take(&mut self.without_scp) {
            self.next_join_turn(id, now, around);
        }
    }
}

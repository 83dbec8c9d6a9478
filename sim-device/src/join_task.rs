//! The device registration task: runs at the domain join, at sign-in and hourly, until the device is registered.

use crate::actor::{self, actor};
use crate::device::Device;
use crate::directory::{self, Scp};
use crate::event_log::{Channel, EventData, LogEvent};
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{Goal, Service};
use sim_core::{Arg, Id, Kind, SimDuration, SimTime};
use sim_graph::{DeviceObjectNotFound, SyncedComputer};

/// The service connection point cannot be read.
const NO_SCP: u32 = 0x801c_001d;
/// The registration service cannot be discovered.
const DISCOVERY_FAILED: u32 = 0x801c_0021;
/// The tenant that the service connection point names is not found.
const TENANT_NOT_FOUND: u32 = 0x801c_003a;

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
        let idle: Vec<LogEvent> = self.idle_failures(id, now - SimDuration::from_millis(1)).collect();
        for event in idle {
            self.devices[id].write(event.channel, event.id, event.data, &self.knobs, event.at);
        }
        let way = self.reach(id, Goal::Logon, around);
        if !way.is_open() {
            return self.next_join_turn(id, way.from, around);
        }
        let service = self.reach(id, Goal::Cloud(Service::Registration), around);
        if !service.is_open() {
            let args = [Arg::Code(DISCOVERY_FAILED), Arg::Word(service.text())];
            return self.registration_waits(id, &args, DISCOVERY_FAILED, &kinds::WHY_DISCOVERY, service.from, around);
        }
        let (device, place) = (&self.devices[id], &self.places[self.devices[id].place]);
        let Some(computer) = directory::computer(around.forest, device.domain, device.computer, place, around.cx)
        else {
            self.without_scp.push(id);
            return;
        };
        self.knows_computer(id, computer.object_guid);
        let device = &self.devices[id];
        let name = device.name;
        let scp = directory::scp(around.forest, &computer, around.tenant.id(), &mut self.scp_seen, around.cx);
        let trouble = match scp {
            Scp::Ours => None,
            Scp::Missing => Some((NO_SCP, &kinds::WHY_NO_SCP)),
            Scp::Foreign => Some((TENANT_NOT_FOUND, &kinds::WHY_FOREIGN_SCP)),
        };
        if let Some((code, why)) = trouble {
            let mut seen = around.cx.seen();
            let (device, place) = (&self.devices[id], &self.places[self.devices[id].place]);
            directory::why_no_scp(around.sides(), device.domain, device.computer, place, &mut seen);
            around.cx.decided_on(seen);
            if scp == Scp::Missing {
                let data =
                    EventData::Text("the configuration of device registration cannot be read from the directory");
                self.devices[id].write(Channel::UserDeviceRegistration, 220, data, &self.knobs, now);
            }
            self.without_scp.push(id);
            return self.registration_waits(id, &[Arg::Code(code)], code, why, SimTime::NEVER, around);
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

    /// The task failed in its discover phase: that is logged and told, and the next turn that could end otherwise is planned.
    fn registration_waits(
        &mut self,
        id: Id<Device>,
        args: &[Arg],
        code: u32,
        why: &'static Kind,
        from: SimTime,
        around: &mut Around<'_>,
    ) {
        let now = around.cx.now();
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        around.cx.tell_why(&kinds::REGISTRATION_WAITS, device.name, args, why);
        let data = EventData::Code("automatic registration failed in the discover phase", code);
        device.write(Channel::UserDeviceRegistration, 304, data, knobs, now);
        self.next_join_turn(id, from, around);
    }

    /// The events of a device's log as somebody reads it now: those written, and those of the hourly turns since that nothing
    /// made a difference to, which never ran.
    pub fn device_events(&self, id: Id<Device>, now: SimTime) -> impl Iterator<Item = LogEvent> + '_ {
        self.devices[id].events().copied().chain(self.idle_failures(id, now))
    }

    /// What the turns of the task since its last failure would have written, up to then.
    fn idle_failures(&self, id: Id<Device>, until: SimTime) -> impl Iterator<Item = LogEvent> + '_ {
        let device = &self.devices[id];
        let open = device.twin.get().is_none() && device.in_domain_since != SimTime::NEVER;
        let newest = device.log.iter().filter(|_| open).flat_map(|log| log.events().rev());
        let last = newest.copied().find(|e| e.channel == Channel::UserDeviceRegistration && e.id == 304);
        let since = device.in_domain_since;
        last.into_iter().filter(move |e| e.at >= since).flat_map(move |event| {
            let (retry, phase) = (self.knobs.join_retry, self.knobs.join_task_start);
            let next = move |at: SimTime| (at + SimDuration::from_millis(1)).next_turn(since, retry, phase);
            std::iter::successors(Some(next(event.at)), move |at| Some(next(*at)))
                .take_while(move |at| *at <= until)
                .map(move |at| LogEvent { at, ..event })
        })
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

//! Becoming a member of the domain: the blob, the connectivity check, the restart, the first sign-in.

use super::STAGE;
use crate::actor::{self, actor};
use crate::device::Device;
use crate::directory::{self, Machine};
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::{Input, Stage};
use sim_core::{Arg, Id, SimTime};

const STATUS_NO_LOGON_SERVERS: u32 = 0xc000_005e;
const STATUS_TRUSTED_RELATIONSHIP_FAILURE: u32 = 0xc000_018b;
const STATUS_LOGON_FAILURE: u32 = 0xc000_006d;

impl Field {
    pub(super) fn ping(&mut self, id: Id<Device>, until: SimTime, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let device = &self.devices[id];
        let place = &self.places[device.place];
        let from = place.dc_ping_from(around.cx);
        let found =
            from <= now && directory::has_controller(around.forest, device.domain, place.site, device.name, around.cx);
        if found {
            around.cx.tell(&kinds::DC_ANSWERED, device.name, &[]);
            return Input::DcAnswered;
        }
        // The tries in between would find nothing either: the next one that matters is the first after the way is clear.
        let next = from.max(now + self.knobs.dc_ping_retry).min(until);
        let name = device.name;
        self.tell_waiting(id, around);
        around.cx.tell(&kinds::DC_SILENT, name, &[]);
        let data = EventData::Text("could not establish connectivity to the domain");
        self.devices[id].write(Channel::DeviceManagement, 100, data, &self.knobs, now);
        if now < until {
            self.set_timer(id, STAGE, next, around.cx);
        }
        Input::DcSilent
    }

    pub(super) fn sign_in_to_domain(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let now = around.cx.now();
        let device = &self.devices[id];
        let Some(user) = device.user.get() else {
            let name = device.name;
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::NOBODY_SIGNS_IN, name, &[], &kinds::WHY_NO_USER);
            return None;
        };
        if !device.hybrid {
            around.cx.tell(&kinds::SIGNED_IN, device.name, &[around.tenant.user_record(user).upn.into()]);
            return Some(Input::SignedIn);
        }
        let account = around.tenant.user_record(user).account;
        let place = &self.places[device.place];
        let (from, place_name) = (place.dc_sign_in_from(around.cx), place.name);
        let refusal = if from > now {
            Some((STATUS_NO_LOGON_SERVERS, &kinds::WHY_NO_LOGON_SERVER, 5719, "no domain controller is available"))
        } else if account.is_empty() {
            Some((STATUS_LOGON_FAILURE, &kinds::WHY_NO_DOMAIN_ACCOUNT, 0, ""))
        } else {
            let machine = Machine {
                domain: device.domain,
                computer: device.computer,
                secret: device.secret,
                os_build: device.os_build,
                site: place.site,
            };
            let known = directory::first_logon(around.forest, &machine, around.cx);
            let trust =
                (STATUS_TRUSTED_RELATIONSHIP_FAILURE, &kinds::WHY_TRUST, 3210, "the computer could not authenticate");
            (!known).then_some(trust)
        };
        let name = device.name;
        if let Some((code, why, event, text)) = refusal {
            let device = &mut self.devices[id];
            device.refused = Some(code);
            if event != 0 {
                device.write(Channel::System, event, EventData::Text(text), &self.knobs, now);
            }
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::AD_SIGN_IN_REFUSED, name, &[Arg::Code(code), place_name.into()], why);
            let next = if code == STATUS_TRUSTED_RELATIONSHIP_FAILURE { now + self.knobs.join_retry } else { from };
            if next > now {
                self.set_timer(id, STAGE, next, around.cx);
            }
            return None;
        }
        self.devices[id].refused = None;
        around.cx.tell(&kinds::AD_SIGN_IN, name, &[account.into()]);
        self.sign_in_runs_join_task(id, around);
        Some(Input::SignedIn)
    }

    pub(super) fn blob_applied(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let device = &mut self.devices[id];
        around.cx.tell(&kinds::BLOB_APPLIED, device.name, &[device.computer.into(), device.domain.into()]);
        device.write(
            Channel::DeviceManagement,
            107,
            EventData::Name("applied the offline domain join blob", device.computer),
            &self.knobs,
            now,
        );
    }

    /// After the restart: the device runs under its new name, and registration begins in the background.
    pub(super) fn joined(&mut self, id: Id<Device>, before: Stage, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        if before != Stage::Restarting {
            return;
        }
        let now = around.cx.now();
        around.cx.tell(&kinds::RESTARTED, device.name, &[]);
        device.in_domain_since = now;
        let at = now + device.delay(self.knobs.join_task_start, 4, &self.knobs, around.cx);
        around.cx.set(&mut device.join_task, actor(actor::JOIN_TASK, id.row()), 0, at);
        let (managed, computer) = (device.managed.get(), device.computer);
        if let Some(managed) = managed {
            around.tenant.report_name(managed, computer, around.cx);
        }
    }
}

//! The way into the domain: the blob, the connectivity check, the restart, the first sign-in.

use super::STAGE;
use crate::actor::{self, actor};
use crate::device::Device;
use crate::directory::{self, FirstLogon, Machine};
use crate::event_log::{Channel, EventData};
use crate::failure::Failure;
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::Goal;
use crate::stage::{Input, Stage};
use sim_core::{Arg, Id, Kind, SimDuration, SimTime};

const STATUS_NO_LOGON_SERVERS: u32 = 0xc000_005e;
const STATUS_TRUSTED_RELATIONSHIP_FAILURE: u32 = 0xc000_018b;
const STATUS_LOGON_FAILURE: u32 = 0xc000_006d;
const STATUS_ACCOUNT_DISABLED: u32 = 0xc000_0072;
const STATUS_TIME_DIFFERENCE_AT_DC: u32 = 0xc000_0133;

/// Why a sign-in to the domain is refused: status, reason, event of the system log with its text; 0 for none.
struct Refusal(u32, &'static Kind, u32, &'static str);

impl Field {
    /// The blob has come down. What it names must still be there: nobody can join as a computer that was deleted meanwhile, as
    /// far as the device can tell from where it stands.
    pub(super) fn apply_blob(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let managed = self.devices[id].managed.get();
        if managed.is_none_or(|m| !around.tenant.managed_device(m).deleted) {
            return Input::TimerRang;
        }
        let now = around.cx.now();
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        let failed = EventData::Code("the offline domain join could not be carried out", 0x8007_0002);
        device.write(Channel::DeviceManagement, 404, failed, knobs, now);
        device.write(Channel::Autopilot, 100, EventData::Text("the policy is not found"), knobs, now);
        Input::Refused(Failure::BlobNotApplied)
    }

    pub(super) fn ping(&mut self, id: Id<Device>, until: SimTime, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let way = self.reach(id, Goal::Ping, around);
        let device = &self.devices[id];
        let place = &self.places[device.place];
        let (domain, name) = (device.domain, device.name);
        let found = way.is_open() && directory::has_controller(around.forest, domain, place, name, around.cx);
        if found {
            around.cx.tell(&kinds::DC_ANSWERED, name, &[]);
            return Input::DcAnswered;
        }
        // The tries in between would find nothing either: the next one that matters is the first after the way is clear.
        let next = way.from.max(now + self.knobs.dc_ping_retry).min(until);
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
        let (name, place) = (device.name, self.places[device.place].name);
        let way = self.reach(id, Goal::Logon, around);
        let mut about = Arg::None;
        let refusal = if !way.is_open() {
            about = Arg::Word(way.text());
            Some(Refusal(
                STATUS_NO_LOGON_SERVERS,
                &kinds::WHY_NO_LOGON_SERVER,
                5719,
                "NETLOGON: no domain controller is available",
            ))
        } else if account.is_empty() {
            Some(Refusal(STATUS_LOGON_FAILURE, &kinds::WHY_NO_DOMAIN_ACCOUNT, 0, ""))
        } else {
            about = Arg::Span(self.facts(id).clock_skew);
            self.controller_refuses(id, account, around)
        };
        let Some(Refusal(code, why, event, text)) = refusal else {
            self.devices[id].refused = None;
            around.cx.tell(&kinds::AD_SIGN_IN, name, &[account.into()]);
            self.sign_in_runs_join_task(id, around);
            return Some(Input::SignedIn);
        };
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        device.refused = Some(code);
        if event != 0 {
            device.write(Channel::System, event, EventData::Text(text), knobs, now);
        }
        self.tell_waiting(id, around);
        around.cx.tell_why(&kinds::AD_SIGN_IN_REFUSED, name, &[Arg::Code(code), place.into(), about], why);
        let next = match code {
            // The next try that could end otherwise: after the way is clear, or when the account may have come.
            STATUS_NO_LOGON_SERVERS => way.from,
            STATUS_TRUSTED_RELATIONSHIP_FAILURE => now + self.knobs.join_retry,
            _ => SimTime::NEVER,
        };
        if next > now && next != SimTime::NEVER {
            self.set_timer(id, STAGE, next, around.cx);
        }
        None
    }

    /// Why the controller that the machine finds does not let its user in.
    fn controller_refuses(&self, id: Id<Device>, account: sim_core::Sym, around: &mut Around<'_>) -> Option<Refusal> {
        let device = &self.devices[id];
        let skew = self.facts(id).clock_skew;
        if skew > self.knobs.kerberos_skew || SimDuration::ZERO - skew > self.knobs.kerberos_skew {
            let text = "Kerberos: KRB_AP_ERR_SKEW 0x25: the time differs from that of the controller";
            return Some(Refusal(STATUS_TIME_DIFFERENCE_AT_DC, &kinds::WHY_SKEW, 4, text));
        }
        let place = &self.places[device.place];
        let machine = Machine {
            domain: device.domain,
            computer: device.computer,
            secret: device.secret,
            os_build: device.os_build,
        };
        match directory::first_logon(around.forest, &machine, account, place, around.cx) {
            FirstLogon::Done => None,
            FirstLogon::NoController => {
                let text = "NETLOGON: no domain controller is available";
                Some(Refusal(STATUS_NO_LOGON_SERVERS, &kinds::WHY_NO_LOGON_SERVER, 5719, text))
            }
            FirstLogon::NoTrust => {
                let text = "NETLOGON: the computer could not authenticate";
                Some(Refusal(STATUS_TRUSTED_RELATIONSHIP_FAILURE, &kinds::WHY_TRUST, 3210, text))
            }
            FirstLogon::UserDisabled => Some(Refusal(STATUS_ACCOUNT_DISABLED, &kinds::WHY_ACCOUNT_DISABLED, 0, "")),
        }
    }

    pub(super) fn blob_applied(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        around.cx.tell(&kinds::BLOB_APPLIED, device.name, &[device.computer.into(), device.domain.into()]);
        let data = EventData::Name("applied the offline domain join blob", device.computer);
        device.write(Channel::DeviceManagement, 107, data, knobs, now);
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

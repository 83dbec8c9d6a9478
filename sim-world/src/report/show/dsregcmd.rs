//! What `dsregcmd /status` says on a device, as far as the simulated state goes: fields that nothing in it answers are left out.
//!
//! Source for the sections, the names of their fields and the tests: device registration troubleshooting articles (entra-docs).

use crate::world::World;
use sim_core::{Guid, SimTime, Unasked};
use sim_device::network::{Goal, Service};
use sim_device::{Channel, Device, EventData, Stage};
use sim_graph::{EntraDevice, JoinType};
use std::fmt::Write as _;

const NO_SCP: u32 = 0x801c_001d;
const NOT_FOUND: u32 = 0x801c_03f2;

/// The text.
pub(super) fn status(world: &World, device: &Device) -> String {
    let state = State::of(world, device);
    let mut out = Text::default();
    state.device_state(&mut out);
    if let Some(joined) = state.joined {
        state.device_details(joined, &mut out);
        state.tenant_details(&mut out);
    }
    state.user_state(&mut out);
    if state.joined.is_some() {
        state.sso_state(&mut out);
    }
    state.diagnostic_data(&mut out);
    out.0
}

/// What the text says, made from the state of device, tenant and forest.
struct State<'a> {
    world: &'a World,
    device: &'a Device,
    /// Whether it runs as a member of its domain.
    in_domain: bool,
    /// The Entra device it is joined or hybrid joined as. It may be gone by now.
    joined: Option<&'a EntraDevice>,
    /// Whether its user's token is that of this device.
    has_prt: bool,
}

impl<'a> State<'a> {
    fn of(world: &'a World, device: &'a Device) -> Self {
        let tenant = world.tenant();
        let in_domain = !device.domain.is_empty() && is_past_restart(device.stage);
        let managed = device.managed.get().map(|m| tenant.managed_device(m));
        let hybrid_profile = || {
            let identity = tenant.hardware_of(device.hash).and_then(|h| tenant.hardware(h).identity.get());
            let profile = identity.and_then(|i| tenant.identity(i).assigned.get());
            profile.is_some_and(|p| tenant.deployment_profile_record(p).join == JoinType::Hybrid)
        };
        let joined_by = match (device.twin.get(), managed) {
            (Some(twin), _) => Some(twin),
            (None, Some(managed))
                if device.domain.is_empty() && (device.stage == Stage::Desktop || !hybrid_profile()) =>
            {
                Some(managed.entra_device)
            }
            _ => None,
        };
        let has_prt = device.stage == Stage::Desktop && managed.is_some_and(|m| Some(m.entra_device) == joined_by);
        Self { world, device, in_domain, joined: joined_by.map(|id| tenant.entra_device(id)), has_prt }
    }

    fn name(&self, name: sim_core::Sym) -> &'a str {
        self.world.cx().names.get(name)
    }

    fn device_state(&self, out: &mut Text) {
        out.section("Device State");
        out.line(22, "AzureAdJoined", yes_no(self.joined.is_some()));
        out.line(22, "EnterpriseJoined", "NO");
        out.line(22, "DomainJoined", yes_no(self.in_domain));
        let domain = self.name(self.device.domain);
        let host = self.host_name();
        if self.in_domain {
            let known = self.world.forest().find_domain(domain);
            out.line(22, "DomainName", known.map_or(domain, |d| self.world.forest().domain(d).label()));
            out.line(22, "Device Name", &format!("{host}.{domain}"));
        } else if !host.is_empty() {
            out.line(22, "Device Name", host);
        }
    }

    fn host_name(&self) -> &'a str {
        let managed = self.device.managed.get().map(|m| self.world.tenant().managed_device(m).device_name);
        self.name(if self.in_domain { self.device.computer } else { managed.unwrap_or(self.device.computer) })
    }

    fn device_details(&self, joined: &EntraDevice, out: &mut Text) {
        out.section("Device Details");
        out.line(25, "DeviceId", &joined.device_id.to_string());
        if joined.registered != SimTime::NEVER {
            let until = ten_years_after(joined.registered);
            out.line(25, "DeviceCertificateValidity", &format!("[ {} -- {until} ]", stamp(joined.registered)));
        }
        let usable = joined.enabled && !joined.deleted;
        let auth = if usable { "SUCCESS" } else { "FAILED. Device is either disabled or deleted" };
        out.line(25, "DeviceAuthStatus", auth);
    }

    fn tenant_details(&self, out: &mut Text) {
        let tenant = self.world.tenant();
        let id = tenant.id();
        let drs = "https://enterpriseregistration.windows.net";
        let urn = "urn:ms-drs:enterpriseregistration.windows.net";
        out.section("Tenant Details");
        out.line(25, "TenantName", self.name(tenant.name()));
        out.line(25, "TenantId", &id.to_string());
        out.line(25, "Idp", "login.windows.net");
        out.line(25, "AuthCodeUrl", &format!("https://login.microsoftonline.com/{id}/oauth2/authorize"));
        out.line(25, "AccessTokenUrl", &format!("https://login.microsoftonline.com/{id}/oauth2/token"));
        if self.device.managed.get().is_some() {
            out.line(25, "MdmUrl", "https://enrollment.manage.microsoft.com/enrollmentserver/discovery.svc");
            out.line(25, "MdmTouUrl", "https://portal.manage.microsoft.com/TermsofUse.aspx");
            out.line(25, "MdmComplianceUrl", "https://portal.manage.microsoft.com/?portalAction=Compliance");
        }
        out.line(25, "JoinSrvVersion", "2.0");
        out.line(25, "JoinSrvUrl", &format!("{drs}/EnrollmentServer/device/"));
        out.line(25, "JoinSrvId", urn);
        out.line(25, "KeySrvVersion", "1.0");
        out.line(25, "KeySrvUrl", &format!("{drs}/EnrollmentServer/key/"));
        out.line(25, "KeySrvId", urn);
        out.line(25, "DeviceManagementSrvVer", "1.0");
        out.line(25, "DeviceManagementSrvUrl", &format!("{drs}/manage/{id}/"));
        out.line(25, "DeviceManagementSrvId", urn);
    }

    fn user_state(&self, out: &mut Text) {
        out.section("User State");
        out.line(22, "NgcSet", "NO");
        out.line(22, "WorkplaceJoined", "NO");
        out.line(22, "WamDefaultSet", yes_no(self.has_prt));
        if self.has_prt {
            out.line(22, "WamDefaultAuthority", "organizations");
            out.line(22, "WamDefaultId", "https://login.microsoft.com");
        }
    }

    fn sso_state(&self, out: &mut Text) {
        out.section("SSO State");
        out.line(22, "AzureAdPrt", yes_no(self.has_prt));
        if self.has_prt {
            out.line(
                22,
                "AzureAdPrtAuthority",
                &format!("https://login.microsoftonline.com/{}", self.world.tenant().id()),
            );
        }
        out.line(22, "EnterprisePrt", "NO");
    }

    fn diagnostic_data(&self, out: &mut Text) {
        if self.joined.is_none() && !self.in_domain {
            return;
        }
        out.section("Diagnostic Data");
        if self.joined.is_some() {
            out.line(22, "AadRecoveryEnabled", "NO");
            if let Some(user) = self.device.user.get().filter(|_| self.device.stage == Stage::Desktop) {
                let user = self.world.tenant().user_record(user);
                let names = [self.name(user.account), self.name(user.upn)];
                let names: Vec<&str> = names.into_iter().filter(|n| !n.is_empty()).collect();
                out.line(22, "Executing Account Name", &names.join(", "));
            }
            return;
        }
        let cx = self.world.cx();
        let reached = |goal: Goal| {
            let verdict = self.world.field().reach_of(self.device, goal, cx, &mut Unasked);
            if verdict.is_open() { "PASS" } else { "FAIL" }
        };
        let internet = reached(Goal::Cloud(Service::Registration));
        let attempt = self.last_attempt();
        let no_scp = attempt.is_some_and(|a| a.code == NO_SCP);
        let configuration = if no_scp { format!("FAIL [0x{NO_SCP:08x}]") } else { "PASS".into() };
        let discovery = if no_scp { "SKIPPED" } else { internet };
        out.line(22, "Diagnostics Reference", "www.microsoft.com/aadjerrors");
        out.line(22, "User Context", "SYSTEM");
        out.line(22, "Client Time", &stamp(cx.now()));
        out.line(22, "AD Connectivity Test", reached(Goal::Logon));
        out.line(22, "AD Configuration Test", &configuration);
        out.line(22, "DRS Discovery Test", discovery);
        out.line(22, "DRS Connectivity Test", discovery);
        out.line(22, "Token acquisition Test", "SKIPPED");
        out.line(22, "Fallback to Sync-Join", "ENABLED");
        let Some(attempt) = attempt else { return };
        out.0.push('\n');
        out.line(22, "Previous Registration", &stamp(attempt.at));
        out.line(22, "Registration Type", "sync");
        out.line(22, "Error Phase", attempt.phase);
        out.line(22, "Client ErrorCode", &format!("0x{:08x}", attempt.code));
        if attempt.code == NOT_FOUND {
            out.line(22, "Server ErrorCode", "DirectoryError");
            if self.device.object_guid != Guid::NIL {
                let message = format!("The device object by the given id ({}) is not found.", self.device.object_guid);
                out.line(22, "Server Message", &message);
            }
            out.line(22, "Https Status", "400");
        }
    }

    /// The last failed run of the registration task, as the device's log has it.
    fn last_attempt(&self) -> Option<Attempt> {
        let log = self.device.events().filter(|e| e.channel == Channel::UserDeviceRegistration && e.id == 304);
        log.last().and_then(|event| match event.data {
            EventData::Code(_, code) => {
                let phase = if code == NO_SCP { "discover" } else { "join" };
                Some(Attempt { at: event.at, code, phase })
            }
            _ => None,
        })
    }
}

#[derive(Clone, Copy)]
struct Attempt {
    at: SimTime,
    code: u32,
    phase: &'static str,
}

/// Whether a device in this stage has restarted since it applied the blob.
fn is_past_restart(stage: Stage) -> bool {
    match stage {
        Stage::DevicePreparation { .. }
        | Stage::DeviceSetup { .. }
        | Stage::SetupRestart
        | Stage::AdSignIn
        | Stage::AccountSetup { .. }
        | Stage::Finishing
        | Stage::Desktop => true,
        Stage::Failed(failure) => failure.is_of_status_page(),
        Stage::Off
        | Stage::Connecting
        | Stage::LookingUpProfile
        | Stage::ConsumerSetup
        | Stage::SecuringHardware
        | Stage::Provisioned
        | Stage::SigningIn
        | Stage::Enrolling
        | Stage::AwaitingOdjBlob { .. }
        | Stage::ApplyingBlob { .. }
        | Stage::AwaitingDomainController { .. }
        | Stage::Restarting => false,
    }
}

fn yes_no(is: bool) -> &'static str {
    if is { "YES" } else { "NO" }
}

/// `2022-11-17 08:00:00.000 UTC`.
fn stamp(at: SimTime) -> String {
    let millis = at.unix_millis().rem_euclid(1000);
    let second = SimTime::from_unix_millis(at.unix_millis() - millis).to_string();
    format!("{}.{millis:03} UTC", second.trim_end_matches('Z').replacen('T', " ", 1))
}

/// Registration certificates are good for ten years.
fn ten_years_after(at: SimTime) -> String {
    let text = stamp(at);
    let year: u32 = text.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
    let rest = text.get(4..).unwrap_or_default();
    let leap = |y: u32| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let rest = if leap(year + 10) { rest.to_owned() } else { rest.replacen("-02-29", "-02-28", 1) };
    format!("{}{rest}", year + 10)
}

/// The text as the tool lays it out: boxed headings, names flush right before a colon.
#[derive(Default)]
struct Text(String);

impl Text {
    fn section(&mut self, title: &str) {
        let bar = "-".repeat(70);
        let gap = if self.0.is_empty() { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{gap}+{bar}+\n| {title:<68} |\n+{bar}+\n\n");
    }

    fn line(&mut self, width: usize, name: &str, value: &str) {
        let _ = writeln!(self.0, " {name:>width$} : {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_look_as_the_tool_prints_them() {
        let at = |text: &str| text.parse::<SimTime>().expect("a time");
        assert_eq!(stamp(at("2022-11-17T08:00:00Z")), "2022-11-17 08:00:00.000 UTC");
        assert_eq!(stamp(at("2022-11-17T08:00:00.5Z")), "2022-11-17 08:00:00.500 UTC");
        assert_eq!(ten_years_after(at("2024-02-29T08:00:00Z")), "2034-02-28 08:00:00.000 UTC");
        assert_eq!(ten_years_after(at("2022-02-28T08:00:00Z")), "2032-02-28 08:00:00.000 UTC");
    }
}

//! The way into Intune: clock, profile, hardware, sign-in, enrolment.

use crate::device::{Device, FIRST_HYBRID_BUILD};
use crate::event_log::{Channel, EventData};
use crate::facts::{Edition, Tpm};
use crate::failure::Failure;
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{Goal, Service};
use crate::stage::{Input, Stage};
use sim_core::{Arg, Id, Kind, SimDuration, Unasked};
use sim_graph::{EnrollError, Enrolment, JoinType, ProfileAnswer, SignInRefusal};

/// Attestation gave up.
const ATTESTATION_TIMED_OUT: u32 = 0x8007_05b4;
/// The module's firmware is known to be vulnerable.
const ATTESTATION_VULNERABLE: u32 = 0x8103_9024;
/// The enrolment service does not answer. Assumed; `MENROLL_E_CONNECTIVITY` of the Windows SDK.
const ENROLMENT_CONNECTIVITY: u32 = 0x8018_0010;

impl Field {
    /// Where time can be asked for, a wrong clock is set right.
    pub(super) fn set_clock(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let facts = *self.facts(id);
        if facts.clock_skew != SimDuration::ZERO && self.reach(id, Goal::Cloud(Service::Time), around).is_open() {
            self.set_facts(id, crate::Facts { clock_skew: SimDuration::ZERO, ..facts });
            around.cx.tell(&kinds::TIME_SET, self.devices[id].name, &[]);
        }
    }

    fn is_skewed(&self, id: Id<Device>, by_more_than: SimDuration) -> bool {
        let skew = self.facts(id).clock_skew;
        skew > by_more_than || SimDuration::ZERO - skew > by_more_than
    }

    pub(super) fn look_up_profile(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let service = self.reach(id, Goal::Cloud(Service::Autopilot), around);
        let name = self.devices[id].name;
        if !service.is_open() {
            let (device, knobs) = (&mut self.devices[id], &self.knobs);
            device.write(Channel::Autopilot, 100, EventData::Text("the policy is not found"), knobs, now);
            around.cx.tell_why(&kinds::LOOK_UP_FAILED, name, &[Arg::Word(service.text())], &kinds::WHY_OBSTACLE);
            return self.without_profile(id, None, around);
        }
        let answer = around.tenant.download_profile(self.devices[id].hash, around.cx);
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        let online = EventData::Text("internet is available to try the download");
        device.write(Channel::Autopilot, 164, online, knobs, now);
        let mut write = |event: u32, text: &'static str| {
            device.write(Channel::Autopilot, event, EventData::Text(text), knobs, now);
        };
        match answer {
            ProfileAnswer::Profile { profile, .. } => {
                let profile = around.tenant.deployment_profile_record(profile);
                device.hybrid = profile.join == JoinType::Hybrid;
                device.skip_connectivity_check = profile.skip_connectivity_check;
                let data = EventData::Name("downloaded the profile", profile.name);
                device.write(Channel::Autopilot, 161, data, knobs, now);
                let changed = EventData::Text("the state of the profile went from unknown to available");
                device.write(Channel::Autopilot, 153, changed, knobs, now);
                around.cx.tell(&kinds::PROFILE_READ, name, &[profile.name.into()]);
                Input::Profile
            }
            ProfileAnswer::NotRegistered => {
                write(807, "ZtdDeviceIsNotRegistered: the device is not registered with Windows Autopilot");
                self.without_profile(id, Some(&kinds::WHY_NOT_REGISTERED), around)
            }
            ProfileAnswer::HardwareMismatch => {
                write(908, "SerialNumberMismatch: the hardware is not that of the registration");
                self.without_profile(id, Some(&kinds::WHY_HARDWARE), around)
            }
            ProfileAnswer::NoProfile => {
                write(100, "the policy is not found");
                write(815, "no profile is assigned to the device and there is no default");
                self.without_profile(id, Some(&kinds::WHY_NO_PROFILE), around)
            }
        }
    }

    /// There is no profile to be had from the service: one on the disk is used where the service did not answer or does not know
    /// the device; else it is the ordinary set-up, which needs the services for signing in.
    fn without_profile(&mut self, id: Id<Device>, why: Option<&'static Kind>, around: &mut Around<'_>) -> Input {
        let name = self.devices[id].name;
        let unknown = why.is_none_or(|why| std::ptr::eq(why, &kinds::WHY_NOT_REGISTERED));
        if unknown && self.facts(id).offline_profile {
            self.devices[id].hybrid = true;
            around.cx.tell(&kinds::OFFLINE_PROFILE_READ, name, &[]);
            return Input::Profile;
        }
        let sign_in = self.reach(id, Goal::Cloud(Service::SignIn), around);
        if !sign_in.is_open() {
            return Input::Refused(Failure::IdentityUnreachable);
        }
        if self.devices[id].technician {
            return Input::Refused(Failure::Enrolment(EnrollError::PreprovisioningNotAllowed.code()));
        }
        around.cx.tell_why(&kinds::CONSUMER_OOBE, name, &[], why.unwrap_or(&kinds::WHY_NO_ANSWER));
        Input::NoProfile
    }

    /// Why a device's hardware cannot be attested.
    pub(crate) fn attestation_obstacle(&self, id: Id<Device>, around: &Around<'_>) -> Option<&'static str> {
        match self.facts(id).tpm {
            Tpm::Version12 => Some("it is of version 1.2"),
            Tpm::Virtual => Some("it is that of a virtual machine"),
            Tpm::None => Some("there is none"),
            Tpm::Vulnerable => Some("its firmware is known to be vulnerable"),
            Tpm::Version20 if self.is_skewed(id, self.knobs.token_skew) => Some("the clock is wrong"),
            Tpm::Version20 => {
                let verdict = self.reach(id, Goal::Cloud(Service::Attestation), around);
                (!verdict.is_open()).then(|| verdict.text())
            }
        }
    }

    pub(super) fn attest(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        if self.attestation_obstacle(id, around).is_none() {
            around.cx.tell(&kinds::ATTESTED, self.devices[id].name, &[]);
            return Input::Attested;
        }
        let code = match self.facts(id).tpm {
            Tpm::Vulnerable => ATTESTATION_VULNERABLE,
            _ => ATTESTATION_TIMED_OUT,
        };
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        let failed = EventData::Code("the TPM identity could not be confirmed", code);
        device.write(Channel::Autopilot, 171, failed, knobs, now);
        let unavailable = EventData::Text("the profile is not available for the TPM identity");
        device.write(Channel::Autopilot, 172, unavailable, knobs, now);
        Input::Refused(Failure::Attestation(code))
    }

    pub(super) fn sign_in(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let device = &self.devices[id];
        let (name, hybrid, hash) = (device.name, device.hybrid, device.hash);
        let Some(user) = device.user.get() else {
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::NOBODY_SIGNS_IN, name, &[], &kinds::WHY_NO_USER);
            return None;
        };
        if hybrid && device.os_build < FIRST_HYBRID_BUILD {
            return Some(Input::Refused(Failure::OldBuild));
        }
        if !self.reach(id, Goal::Cloud(Service::SignIn), around).is_open() {
            return Some(Input::Refused(Failure::IdentityUnreachable));
        }
        if self.is_skewed(id, self.knobs.token_skew) {
            return Some(Input::Refused(Failure::Clock));
        }
        if let Err(refusal) = around.tenant.sign_in_verdict(user, around.cx, &mut Unasked) {
            return Some(Input::Refused(Failure::SignIn(refusal)));
        }
        around.cx.tell(&kinds::SIGNED_IN, name, &[around.tenant.user_record(user).upn.into()]);
        // Source: the enrolment errors article: assigning a user to a device for hybrid join makes OOBE do an Entra join.
        let hardware = around.tenant.hardware_of(hash);
        let identity = hardware.and_then(|h| around.tenant.hardware(h).identity.get());
        let preassigned = identity.is_some_and(|i| !around.tenant.identity(i).assigned_user.is_empty());
        let home = self.facts(id).edition == Edition::Home;
        if hybrid && !preassigned && !home {
            return Some(Input::SignedIn);
        }
        if !self.reach(id, Goal::Cloud(Service::Registration), around).is_open() {
            return Some(Input::Refused(Failure::IdentityUnreachable));
        }
        let verdict = around.tenant.join_verdict(user, home, &mut Unasked);
        if let Err(refusal) = verdict {
            self.join_refused(id, refusal, around);
            return Some(Input::Refused(Failure::SignIn(refusal)));
        }
        around.tenant.entra_join(user, identity, name, around.cx);
        Some(Input::SignedIn)
    }

    fn join_refused(&mut self, id: Id<Device>, refusal: SignInRefusal, around: &mut Around<'_>) {
        let (now, code) = (around.cx.now(), refusal.code().unwrap_or_default());
        let data = EventData::Code("the join request was refused", code);
        self.devices[id].write(Channel::UserDeviceRegistration, 204, data, &self.knobs, now);
    }

    pub(super) fn enroll(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let service = self.reach(id, Goal::Cloud(Service::Enrollment), around);
        let device = &self.devices[id];
        let name = device.name;
        if !service.is_open() {
            around.cx.tell_why(&kinds::CHECK_IN_FAILED, name, &[Arg::Word(service.text())], &kinds::WHY_OBSTACLE);
            return self.enrolment_failed(
                id,
                "the enrolment service cannot be reached",
                ENROLMENT_CONNECTIVITY,
                around,
            );
        }
        if let Some(managed) = device.managed.get()
            && !around.tenant.managed_device(managed).deleted
            && !matches!(device.stage, Stage::Off)
        {
            // `MENROLL_E_DEVICE_ALREADY_ENROLLED`: it restarted in the middle of it.
            return self.enrolment_failed(id, "the device is enrolled already", 0x8018_000a, around);
        }
        let user = if device.technician { None } else { device.user.get() };
        let ask =
            Enrolment { user, hash: device.hash, who: name, os_build: device.os_build, technician: device.technician };
        match around.tenant.enroll_as(ask, around.cx) {
            Ok((managed, esp)) => {
                self.is_managed_as(id, managed);
                let known = self.esp_pages.iter().find(|(_, page)| **page == esp).map(|(page, _)| page);
                let esp = known.unwrap_or_else(|| self.esp_pages.push(esp));
                let (device, knobs) = (&mut self.devices[id], &self.knobs);
                device.esp = esp;
                device.write(Channel::DeviceManagement, 72, EventData::Text("MDM enrolment succeeded"), knobs, now);
                Input::Enrolled
            }
            Err(EnrollError::TermsOfUse { unlicensed }) => {
                let fault = EnrollError::TermsOfUse { unlicensed }.fault();
                let (device, knobs) = (&mut self.devices[id], &self.knobs);
                device.write(Channel::DeviceManagement, 52, EventData::Text(fault), knobs, now);
                Input::Refused(Failure::TermsOfUse)
            }
            Err(error) => {
                if error == EnrollError::AnchorMissing {
                    self.join_refused(id, SignInRefusal::AnchorMissing, around);
                }
                self.enrolment_failed(id, error.fault(), error.code(), around)
            }
        }
    }

    fn enrolment_failed(&mut self, id: Id<Device>, fault: &'static str, code: u32, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        device.write(Channel::DeviceManagement, 52, EventData::Code(fault, code), knobs, now);
        device.write(Channel::DeviceManagement, 71, EventData::Code("MDM enrolment failed", code), knobs, now);
        Input::Refused(Failure::Enrolment(code))
    }
}

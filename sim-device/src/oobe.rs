//! A device on its way from power-on to its user's desktop: what it asks of the world for each transition of its stage, and what
//! it does with the effects.

use crate::actor::{self, actor};
use crate::device::{Device, FIRST_HYBRID_BUILD};
use crate::directory::{self, Machine};
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::{Effect, Failure, Input, Stage};
use sim_core::rows::MaybeId;
use sim_core::{Arg, Id, Kind, RecordKey, SimDuration, SimTime, Sym};
use sim_graph::{CheckIn, JoinType, ProfileAnswer};

/// The device is on.
const POWER_ON: u16 = 1;
/// The stage's own timer.
const STAGE: u16 = 2;
/// The user comes back to a desktop.
const UNLOCK: u16 = 3;

const STATUS_NO_LOGON_SERVERS: u32 = 0xc000_005e;
const STATUS_TRUSTED_RELATIONSHIP_FAILURE: u32 = 0xc000_018b;
const STATUS_LOGON_FAILURE: u32 = 0xc000_006d;

impl Field {
    /// Somebody presses the power button at `at`. A device at its desktop does not notice: it is past OOBE.
    pub fn power_on(&mut self, id: Id<Device>, at: SimTime, around: &mut Around<'_>) {
        let cause = around.cx.cause();
        self.devices[id].last = cause;
        self.set_timer(id, POWER_ON, at, around.cx);
    }

    /// Takes a device back to OOBE. What it left in the cloud and in the directory stays there.
    pub fn reset(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        device.lives += 1;
        device.stage = Stage::Off;
        device.computer = Sym::EMPTY;
        device.domain = Sym::EMPTY;
        device.twin = MaybeId::NONE;
        device.refused = None;
        device.certificate_written = false;
        device.in_domain_since = SimTime::NEVER;
        for timer in [&mut device.timer, &mut device.check_in, &mut device.join_task] {
            around.cx.schedule.clear(timer);
        }
        let managed = std::mem::take(&mut device.managed);
        device.last = around.cx.tell(&kinds::RESET, device.name, &[]);
        self.forgets_computer(id);
        if let Some(managed) = managed.get() {
            around.tenant.device_was_reset(managed, around.cx);
        }
        self.version += 1;
    }

    /// Moves a device to another place.
    pub fn move_device(&mut self, id: Id<Device>, place: Id<crate::Place>, around: &mut Around<'_>) {
        self.devices[id].place = place;
        self.try_again(id, around);
        self.version += 1;
    }

    /// What can be reached from a device's place changed: if it waits for a network or a domain controller, it tries now.
    pub fn try_again(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &self.devices[id];
        let waits =
            matches!(device.stage, Stage::Connecting | Stage::AdSignIn | Stage::AwaitingDomainController { .. });
        let now = around.cx.now();
        if waits {
            self.set_timer(id, STAGE, now, around.cx);
        }
        let device = &mut self.devices[id];
        if device.in_domain_since != SimTime::NEVER && device.twin.get().is_none() && !device.join_task.is_set() {
            let at = now.next_turn(device.in_domain_since, self.knobs.join_retry, self.knobs.join_task_start);
            around.cx.set(&mut device.join_task, actor(actor::JOIN_TASK, id.row()), 0, at);
        }
    }

    /// Makes a device one that has been in use since before the world began: enrolled, and past OOBE.
    pub fn adopt_enrolled(&mut self, id: Id<Device>, managed: Id<sim_graph::ManagedDevice>, name: Sym) {
        self.is_managed_as(id, managed);
        let device = &mut self.devices[id];
        device.stage = Stage::Desktop;
        device.computer = name;
    }

    pub(crate) fn device_due(&mut self, id: Id<Device>, step: u16, around: &mut Around<'_>) -> bool {
        let device = &mut self.devices[id];
        if !around.cx.schedule.ring(&mut device.timer) {
            return false;
        }
        around.cx.because(device.last);
        match step {
            POWER_ON => self.boot(id, around),
            UNLOCK => self.unlocked(id, around),
            _ => {
                if let Some(input) = self.what_happened(id, around) {
                    self.transition(id, input, around);
                }
            }
        }
        self.devices[id].last = around.cx.cause();
        self.version += 1;
        true
    }

    fn boot(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        let place = &self.places[device.place];
        if matches!(device.stage, Stage::Desktop | Stage::Finishing | Stage::AccountSetup { .. } | Stage::AdSignIn) {
            around.cx.tell_why(&kinds::CONSUMER_OOBE, device.name, &[], &kinds::WHY_PAST_OOBE);
            return;
        }
        device.stage = Stage::Connecting;
        device.powered_on = around.cx.now();
        around.cx.schedule.clear(&mut device.check_in);
        around.cx.tell(&kinds::POWERED_ON, device.name, &[place.name.into()]);
        let at = around.cx.now() + device.delay(self.knobs.oobe_network, 1, &self.knobs, around.cx);
        self.set_timer(id, STAGE, at, around.cx);
    }

    /// What the end of a stage's timer means: the device does what it waited to do, and this is what came of it.
    fn what_happened(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let now = around.cx.now();
        let device = &self.devices[id];
        let place = &self.places[device.place];
        Some(match device.stage {
            Stage::Connecting => {
                let from = place.internet_from(around.cx);
                if from > now {
                    let (name, place) = (device.name, place.name);
                    self.tell_waiting(id, around);
                    around.cx.tell_why(&kinds::NO_NETWORK, name, &[place.into()], &kinds::WHY_OFFLINE);
                    self.set_timer(id, STAGE, from, around.cx);
                    return None;
                }
                Input::Online
            }
            Stage::LookingUpProfile => self.look_up_profile(id, around),
            Stage::SigningIn => return self.sign_in(id, around),
            Stage::Enrolling => self.enroll(id, around),
            Stage::AwaitingDomainController { until } => self.ping(id, until, around),
            Stage::AdSignIn => return self.sign_in_to_domain(id, around),
            _ => Input::TimerRang,
        })
    }

    /// The next record tells that the device waits on where it is.
    fn tell_waiting(&self, id: Id<Device>, around: &mut Around<'_>) {
        let mut seen = around.cx.seen();
        self.why_waiting(id, self.devices[id].stage, around.sides(), &mut seen);
        around.cx.decided_on(seen);
    }

    fn look_up_profile(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let answer = around.tenant.download_profile(self.devices[id].hash, around.cx);
        let device = &mut self.devices[id];
        device.write(
            Channel::Autopilot,
            164,
            EventData::Text("internet is available to try the download"),
            &self.knobs,
            now,
        );
        match answer {
            ProfileAnswer::Profile { profile, .. } => {
                let profile = around.tenant.deployment_profile_record(profile);
                device.hybrid = profile.join == JoinType::Hybrid;
                device.skip_connectivity_check = profile.skip_connectivity_check;
                let data = EventData::Name("downloaded the profile", profile.name);
                device.write(Channel::Autopilot, 161, data, &self.knobs, now);
                device.write(
                    Channel::Autopilot,
                    153,
                    EventData::Text("the state of the profile went from unknown to available"),
                    &self.knobs,
                    now,
                );
                around.cx.tell(&kinds::PROFILE_READ, device.name, &[profile.name.into()]);
                Input::Profile
            }
            ProfileAnswer::NotRegistered => {
                let data =
                    EventData::Text("ZtdDeviceIsNotRegistered: the device is not registered with Windows Autopilot");
                device.write(Channel::Autopilot, 807, data, &self.knobs, now);
                around.cx.tell_why(&kinds::CONSUMER_OOBE, device.name, &[], &kinds::WHY_NOT_REGISTERED);
                Input::NoProfile
            }
            ProfileAnswer::NoProfile => {
                device.write(Channel::Autopilot, 100, EventData::Text("the policy is not found"), &self.knobs, now);
                let data = EventData::Text("no profile is assigned to the device and there is no default");
                device.write(Channel::Autopilot, 815, data, &self.knobs, now);
                around.cx.tell_why(&kinds::CONSUMER_OOBE, device.name, &[], &kinds::WHY_NO_PROFILE);
                Input::NoProfile
            }
        }
    }

    fn sign_in(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let device = &self.devices[id];
        let Some(user) = device.user.get() else {
            let name = device.name;
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::NOBODY_SIGNS_IN, name, &[], &kinds::WHY_NO_USER);
            return None;
        };
        if device.hybrid && device.os_build < FIRST_HYBRID_BUILD {
            return Some(Input::Refused(Failure::OldBuild));
        }
        around.cx.tell(&kinds::SIGNED_IN, device.name, &[around.tenant.user_record(user).upn.into()]);
        Some(Input::SignedIn)
    }

    fn enroll(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
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

    fn ping(&mut self, id: Id<Device>, until: SimTime, around: &mut Around<'_>) -> Input {
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

    fn sign_in_to_domain(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let now = around.cx.now();
        let device = &self.devices[id];
        let Some(user) = device.user.get() else {
            let name = device.name;
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::NOBODY_SIGNS_IN, name, &[], &kinds::WHY_NO_USER);
            return None;
        };
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

    /// Makes a transition and delivers its effects.
    pub(crate) fn transition(&mut self, id: Id<Device>, input: Input, around: &mut Around<'_>) {
        let device = &self.devices[id];
        let cx = device.stage_cx(&self.esp_pages[device.esp], &self.knobs, around.cx.now());
        let mut effects = std::mem::take(&mut self.effects);
        effects.clear();
        let before = self.devices[id].stage;
        let next = before.on(input, &cx, &mut effects);
        if let Stage::Failed(failure) = next
            && around.cx.trace.keeps_notes()
        {
            let seen = self.why_failed(id, before, failure, around);
            around.cx.decided_on(seen);
        }
        self.devices[id].stage = next;
        for effect in &effects {
            self.deliver(id, *effect, before, around);
        }
        self.effects = effects;
        self.version += 1;
    }

    fn deliver(&mut self, id: Id<Device>, effect: Effect, before: Stage, around: &mut Around<'_>) {
        let now = around.cx.now();
        let knobs = &self.knobs;
        let device = &mut self.devices[id];
        let name = device.name;
        let wait: SimDuration = match effect {
            Effect::LookUpProfile => {
                around.cx.tell(&kinds::ONLINE, name, &[]);
                knobs.profile_lookup
            }
            Effect::SignIn => knobs.sign_in,
            Effect::Enroll => knobs.enroll,
            Effect::StartCheckIns => {
                device.write(
                    Channel::DeviceManagement,
                    111,
                    EventData::Text("starting to wait for the blob"),
                    knobs,
                    now,
                );
                device.write(Channel::DeviceManagement, 109, EventData::OdjState(1), knobs, now);
                let at = now + device.delay(knobs.first_check_in, 3, knobs, around.cx);
                around.cx.set(&mut device.check_in, actor(actor::CHECK_IN, id.row()), 0, at);
                knobs.odj_wait
            }
            Effect::StopCheckIns => {
                device.write(Channel::DeviceManagement, 110, EventData::OdjState(3), knobs, now);
                around.cx.schedule.clear(&mut device.check_in);
                if let Some(managed) = device.managed.get() {
                    around.tenant.abandon_odj(managed);
                }
                return;
            }
            Effect::ApplyBlob => {
                around.cx.schedule.clear(&mut device.check_in);
                knobs.blob_apply
            }
            Effect::PingDomainController => {
                if matches!(before, Stage::ApplyingBlob { .. }) {
                    self.blob_applied(id, around);
                }
                self.knobs.dc_ping
            }
            Effect::SkipDomainController => {
                self.blob_applied(id, around);
                around.cx.tell(&kinds::DC_SKIPPED, name, &[]);
                return;
            }
            Effect::Restart => {
                device.write(Channel::DeviceManagement, 110, EventData::OdjState(2), knobs, now);
                knobs.restart
            }
            Effect::DevicePhase => {
                self.joined(id, before, around);
                self.knobs.esp_device_phase
            }
            Effect::AdSignIn => {
                if matches!(before, Stage::DeviceSetup { .. }) {
                    around.cx.tell(&kinds::DEVICE_PHASE_DONE, name, &[]);
                }
                self.joined(id, before, around);
                self.knobs.ad_sign_in
            }
            Effect::UserPhase => match device.stage {
                Stage::AccountSetup { registered: false, until } => {
                    around.cx.tell(&kinds::USER_PHASE_WAITS, name, &[]);
                    self.set_timer(id, STAGE, until, around.cx);
                    return;
                }
                _ => knobs.esp_user_phase,
            },
            Effect::Finish => {
                self.joined(id, before, around);
                self.knobs.desktop
            }
            Effect::ShowDesktop => {
                let took = now.since(device.powered_on);
                around.cx.tell(&kinds::DESKTOP, name, &[took.into()]);
                self.user_has_token(id, around);
                return;
            }
            Effect::Fail(failure) => {
                self.failed(id, failure, around);
                return;
            }
            Effect::ConsumerSetup | Effect::Ignored => return,
        };
        let device = &self.devices[id];
        let at = now + device.delay(wait, 16 + effect_number(effect), &self.knobs, around.cx);
        self.set_timer(id, STAGE, at, around.cx);
    }

    fn blob_applied(&mut self, id: Id<Device>, around: &mut Around<'_>) {
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
    fn joined(&mut self, id: Id<Device>, before: Stage, around: &mut Around<'_>) {
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

    fn failed(&mut self, id: Id<Device>, failure: Failure, around: &mut Around<'_>) {
        let now = around.cx.now();
        let device = &mut self.devices[id];
        let wait: Arg = match failure {
            Failure::EspTimedOut => device.stage_cx(&self.esp_pages[device.esp], &self.knobs, now).esp_limit.into(),
            _ => self.knobs.odj_wait.into(),
        };
        let why: &'static Kind = match failure {
            Failure::OdjBlobTimedOut => &kinds::WHY_NO_BLOB,
            Failure::DomainControllerTimedOut => {
                device.write(Channel::DeviceManagement, 110, EventData::OdjState(3), &self.knobs, now);
                &kinds::WHY_NO_DC
            }
            Failure::Enrolment(_) => &kinds::WHY_ENROLMENT,
            Failure::OldBuild => &kinds::WHY_OLD_BUILD,
            Failure::EspTimedOut => &kinds::WHY_ESP_TIMEOUT,
        };
        around.cx.tell_why(&kinds::OOBE_FAILED, device.name, &[Arg::Code(failure.code()), wait], why);
    }

    /// The user is at the desktop with a fresh token. On a registered device Intune then follows the twin.
    fn user_has_token(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &self.devices[id];
        if let (Some(managed), Some(twin)) = (device.managed.get(), device.twin.get()) {
            around.tenant.follow_twin(managed, twin, around.cx);
        }
    }

    fn unlocked(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        if self.devices[id].stage == Stage::Desktop {
            self.user_has_token(id, around);
        }
    }

    /// Hybrid registration is done; `cause` is the record that says so.
    pub(crate) fn registered(&mut self, id: Id<Device>, cause: RecordKey, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        match device.stage {
            Stage::AccountSetup { .. } => self.transition(id, Input::Registered, around),
            Stage::Desktop => {
                device.last = cause;
                let at = around.cx.now() + self.knobs.next_unlock;
                self.set_timer(id, UNLOCK, at, around.cx);
            }
            _ => {}
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
            Stage::Desktop => {
                around.cx.tell(&kinds::HASH_ASKED, device.name, &[]);
                around.tenant.routine_check_in(managed, around.cx);
            }
            _ => {}
        }
        self.devices[id].last = around.cx.cause();
        true
    }
}

/// Which draw of a device's jitter an effect's wait is.
fn effect_number(effect: Effect) -> u64 {
    match effect {
        Effect::LookUpProfile => 0,
        Effect::SignIn => 1,
        Effect::Enroll => 2,
        Effect::StartCheckIns => 3,
        Effect::ApplyBlob => 4,
        Effect::PingDomainController => 5,
        Effect::Restart => 6,
        Effect::DevicePhase => 7,
        Effect::AdSignIn => 8,
        Effect::UserPhase => 9,
        _ => 10,
    }
}

//! A device on its way from power-on to its user's desktop: what it asks of the world for each transition of its stage, and what
//! it does with the effects. `enrol.rs` is the way into Intune, `domain.rs` the way into the domain, `pages.rs` the status page and
//! what people press.

mod domain;
mod enrol;
mod pages;

use crate::actor::{self, actor};
use crate::device::Device;
use crate::event_log::{Channel, EventData};
use crate::failure::Failure;
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{self, Client, Goal, Moment, Verdict};
use crate::stage::{Effect, Input, Stage};
pub use pages::Button;
use sim_core::rows::MaybeId;
use sim_core::{Arg, Cx, Evidence, Id, Kind, RecordKey, SimDuration, SimTime, Sym, Unasked};

/// The device is on.
const POWER_ON: u16 = 1;
/// The stage's own timer.
const STAGE: u16 = 2;
/// The user comes back to a desktop.
const UNLOCK: u16 = 3;

impl Field {
    /// Somebody presses the power button at `at`. A device at its desktop does not notice: it is past OOBE.
    pub fn power_on(&mut self, id: Id<Device>, at: SimTime, around: &mut Around<'_>) {
        let cause = around.cx.cause();
        self.devices[id].last = cause;
        self.set_timer(id, POWER_ON, at, around.cx);
    }

    /// A technician presses the Windows key five times on the next start, or does not.
    pub fn set_technician(&mut self, id: Id<Device>, technician: bool) {
        self.devices[id].technician = technician;
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
        device.technician = false;
        device.provisioned = false;
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
        if waits && device.timer.is_set() || device.stage == Stage::AdSignIn || device.stage == Stage::Connecting {
            self.set_timer(id, STAGE, now, around.cx);
        }
        let device = &mut self.devices[id];
        if matches!(device.stage, Stage::AwaitingOdjBlob { .. }) && !device.check_in.is_set() {
            let at = now + self.knobs.first_check_in;
            around.cx.set(&mut device.check_in, actor(actor::CHECK_IN, id.row()), 0, at);
        }
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

    /// What a device can reach from where it stands, as it is now.
    pub(crate) fn reach(&self, id: Id<Device>, goal: Goal, around: &Around<'_>) -> Verdict {
        self.reach_of(&self.devices[id], goal, around.cx, &mut Unasked)
    }

    /// What a device can reach from where it stands, and what stands in the way.
    pub fn reach_of(&self, device: &Device, goal: Goal, cx: &Cx, evidence: &mut impl Evidence) -> Verdict {
        let facts = &self.facts[device.facts];
        let moment = match device.stage {
            Stage::Desktop | Stage::AccountSetup { .. } | Stage::Finishing => Moment::SignedIn,
            Stage::AdSignIn => Moment::LockScreen,
            _ => Moment::Oobe,
        };
        let client = Client { moment, certificate: facts.certificate, vpn: facts.vpn.as_ref(), proxy_set: false };
        network::reach(&self.places[device.place], &client, goal, cx, evidence)
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
        Some(match device.stage {
            Stage::Connecting => {
                let internet = self.reach(id, Goal::Internet, around);
                if !internet.is_open() {
                    let (name, place) = (device.name, self.places[device.place].name);
                    let args = [place.into(), Arg::Word(internet.text())];
                    around.cx.tell_why(&kinds::NO_NETWORK, name, &args, &kinds::WHY_OFFLINE);
                    if internet.from > now {
                        self.set_timer(id, STAGE, internet.from, around.cx);
                    }
                    return None;
                }
                self.set_clock(id, around);
                Input::Online
            }
            Stage::LookingUpProfile => self.look_up_profile(id, around),
            Stage::SecuringHardware => self.attest(id, around),
            Stage::SigningIn => return self.sign_in(id, around),
            Stage::Enrolling => self.enroll(id, around),
            Stage::ApplyingBlob { .. } => self.apply_blob(id, around),
            Stage::AwaitingDomainController { until } => self.ping(id, until, around),
            Stage::AdSignIn => return self.sign_in_to_domain(id, around),
            Stage::DeviceSetup { until } | Stage::AccountSetup { until, registered: true } => {
                return self.phase_over(id, until, around);
            }
            _ => Input::TimerRang,
        })
    }

    /// Makes a transition and delivers its effects.
    pub(crate) fn transition(&mut self, id: Id<Device>, input: Input, around: &mut Around<'_>) {
        let device = &self.devices[id];
        let cx = device.stage_cx(&self.esp_pages[device.esp], &self.knobs, around.cx.now());
        let mut effects = std::mem::take(&mut self.effects);
        effects.clear();
        let before = self.devices[id].stage;
        self.devices[id].stage = before.on(input, &cx, &mut effects);
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
            Effect::SecureHardware => knobs.attestation,
            Effect::SignIn => knobs.sign_in,
            Effect::Enroll => knobs.enroll,
            Effect::StartCheckIns => {
                let data = EventData::Text("starting to wait for the blob");
                device.write(Channel::DeviceManagement, 111, data, knobs, now);
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
            Effect::BlobApplied => {
                self.blob_applied(id, around);
                let (device, knobs) = (&mut self.devices[id], &self.knobs);
                return device.write(Channel::DeviceManagement, 110, EventData::OdjState(2), knobs, now);
            }
            Effect::Restart => {
                device.write(Channel::DeviceManagement, 110, EventData::OdjState(2), knobs, now);
                knobs.restart
            }
            Effect::DevicePhase => {
                self.joined(id, before, around);
                return self.begin_phase(id, around);
            }
            Effect::ShowProvisioned => return self.show_provisioned(id, before, around),
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
                _ => return self.begin_phase(id, around),
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

    fn failed(&mut self, id: Id<Device>, failure: Failure, around: &mut Around<'_>) {
        let now = around.cx.now();
        let wait: Arg = match failure {
            Failure::EspTimedOut(_) => {
                let device = &self.devices[id];
                device.stage_cx(&self.esp_pages[device.esp], &self.knobs, now).esp_limit.into()
            }
            _ => self.knobs.odj_wait.into(),
        };
        let mut more = Arg::None;
        let why: &'static Kind = match failure {
            Failure::OdjBlobTimedOut => &kinds::WHY_NO_BLOB,
            Failure::DomainControllerTimedOut => {
                let (device, knobs) = (&mut self.devices[id], &self.knobs);
                device.write(Channel::DeviceManagement, 110, EventData::OdjState(3), knobs, now);
                &kinds::WHY_NO_DC
            }
            Failure::Enrolment(_) | Failure::TermsOfUse => &kinds::WHY_ENROLMENT,
            Failure::OldBuild => &kinds::WHY_OLD_BUILD,
            Failure::EspTimedOut(_) => &kinds::WHY_ESP_TIMEOUT,
            Failure::App(_) => &kinds::WHY_APP,
            Failure::BlobNotApplied => &kinds::WHY_BLOB_GONE,
            Failure::SignIn(refusal) => refusal.why(),
            Failure::Attestation(_) => {
                more = Arg::Word(self.attestation_obstacle(id, around).unwrap_or_default());
                &kinds::WHY_TPM
            }
            Failure::Clock => {
                more = Arg::Span(self.facts(id).clock_skew);
                &kinds::WHY_CLOCK
            }
            Failure::IdentityUnreachable => {
                let goal = Goal::Cloud(network::Service::SignIn);
                more = Arg::Word(self.reach(id, goal, around).text());
                &kinds::WHY_OBSTACLE_LATER
            }
        };
        let name = self.devices[id].name;
        let code = failure.code().map_or(Arg::Word(failure.page().1), Arg::Code);
        around.cx.tell_why(&kinds::OOBE_FAILED, name, &[code, wait, more], why);
    }

    /// The user is at the desktop with a fresh token. On a registered device Intune then follows the twin.
    fn user_has_token(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &self.devices[id];
        if let (Some(managed), Some(user)) = (device.managed.get(), device.user.get()) {
            around.tenant.set_primary_user(managed, user);
        }
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

//! A device on its way from power-on to its user's desktop: what it asks of the world for each transition of its stage, and what
//! it does with the effects. One file per part of the way.

mod desktop;
mod domain;
mod enrolment;
mod esp;
mod life;
mod profile;

use crate::actor::{self, actor};
use crate::device::Device;
use crate::esp::EspPhase;
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::{Effect, Failure, Input, Stage};
use sim_core::{Arg, Id, Kind, SimDuration, SimTime};

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

    /// Somebody comes to the lock screen then.
    pub(crate) fn await_sign_in(&mut self, id: Id<Device>, at: SimTime, around: &mut Around<'_>) {
        self.set_timer(id, STAGE, at, around.cx);
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
            matches!(device.stage, Stage::Connecting | Stage::AdSignIn | Stage::AwaitingDomainController { .. })
                || self.esp_runs.contains_key(&id)
                    && !matches!(device.stage, Stage::Failed(_) | Stage::AccountSetup { registered: false, .. });
        let now = around.cx.now();
        if waits {
            self.set_timer(id, STAGE, now, around.cx);
        }
        if let Some(managed) = self.devices[id].managed.get() {
            self.push_check_in(id, managed, around);
        }
        let device = &mut self.devices[id];
        if device.in_domain_since != SimTime::NEVER && device.twin.get().is_none() && !device.join_task.is_set() {
            let at = now.next_turn(device.in_domain_since, self.knobs.join_retry, self.knobs.join_task_start);
            around.cx.set(&mut device.join_task, actor(actor::JOIN_TASK, id.row()), 0, at);
        }
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
        self.esp_runs.remove(&id);
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
            Stage::DevicePreparation { .. }
            | Stage::DeviceSetup { .. }
            | Stage::AccountSetup { registered: true, .. } => return self.phase_due(id, around),
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

    /// The next record tells that the device waits on where it is.
    fn tell_waiting(&self, id: Id<Device>, around: &mut Around<'_>) {
        let mut seen = around.cx.seen();
        self.why_waiting(id, self.devices[id].stage, around.sides(), &mut seen);
        around.cx.decided_on(seen);
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
            Effect::BeginPhase(phase) => {
                self.joined(id, before, around);
                self.begin_phase(id, phase, around);
                return;
            }
            Effect::RetryPhase => {
                self.retry_phase(id, around);
                return;
            }
            Effect::SetupRestart => {
                around.cx.tell(&kinds::SETUP_RESTART, name, &[]);
                knobs.restart
            }
            Effect::AdSignIn => {
                if matches!(before, Stage::DeviceSetup { .. } | Stage::SetupRestart) {
                    around.cx.tell(&kinds::DEVICE_PHASE_DONE, name, &[]);
                }
                self.page_left(id, now);
                self.joined(id, before, around);
                self.knobs.ad_sign_in
            }
            Effect::AwaitRegistration => {
                around.cx.tell(&kinds::USER_PHASE_WAITS, name, &[]);
                self.await_registration(id, around);
                return;
            }
            Effect::Finish => {
                self.page_left(id, now);
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
        let device = &mut self.devices[id];
        let wait: Arg = match failure {
            Failure::EspTimedOut => match self.esp_runs.get(&id).map(|run| run.phase) {
                Some(EspPhase::DevicePreparation) => self.knobs.esp_agent_limit.into(),
                _ => device.stage_cx(&self.esp_pages[device.esp], &self.knobs, now).esp_limit.into(),
            },
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
            Failure::AppFailed(_) => &kinds::WHY_APP,
        };
        around.cx.tell_why(&kinds::OOBE_FAILED, device.name, &[Arg::Code(failure.code()), wait], why);
        if failure.is_of_status_page() {
            self.page_failed(id, failure, now);
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
        Effect::SetupRestart => 7,
        Effect::AdSignIn => 8,
        _ => 10,
    }
}

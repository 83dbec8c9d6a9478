//! A device: the machine, where it stands, and what it knows of itself.

use crate::event_log::{Channel, EventData, EventLog, LogEvent};
use crate::facts::Facts;
use crate::stage::{Screen, Stage, StageCx};
use crate::{DeviceKnobs, Place};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Draw, Guid, Id, Key, Purpose, RecordKey, SimDuration, SimTime, Sym, Timer};
use sim_graph::{EntraDevice, EspSettings, HardwareHash, ManagedDevice, User};

const JITTER: Purpose = Purpose::named("device jitter");

/// A laptop of the scenario.
#[derive(Debug, Clone)]
pub struct Device {
    /// What a person calls it: its name in the scenario, else its serial number.
    pub name: Sym,
    /// The serial number in its firmware.
    pub serial: Sym,
    /// The hardware hash that describes it.
    pub hash: HardwareHash,
    /// Where it stands.
    pub place: Id<Place>,
    /// Who signs in at it.
    pub user: MaybeId<User>,
    /// The build of Windows on it, as in 22621.
    pub os_build: u32,
    /// What else it is; facts are kept once, in the field.
    pub(crate) facts: Id<Facts>,
    /// Whether a technician provisions it in this pass.
    pub technician: bool,
    /// Whether that has been done in this life.
    pub provisioned: bool,
    /// Where it is.
    pub stage: Stage,
    /// How often it has been reset.
    pub lives: u16,
    /// The managed device it is enrolled as.
    pub managed: MaybeId<ManagedDevice>,
    /// The computer's name, once the blob gave it one.
    pub computer: Sym,
    /// The DNS name of the domain it is a member of.
    pub domain: Sym,
    /// What it signs in to its domain with.
    pub(crate) secret: u64,
    /// Its computer object's `objectGUID`, once it has read it.
    pub object_guid: Guid,
    /// The Entra device it is registered as.
    pub twin: MaybeId<EntraDevice>,
    /// When this life's OOBE began.
    pub powered_on: SimTime,
    /// The code at the lock screen, while a sign-in is refused.
    pub refused: Option<u32>,
    pub(crate) hybrid: bool,
    pub(crate) skip_connectivity_check: bool,
    pub(crate) certificate_written: bool,
    /// The enrollment status page of its enrolment; pages are kept once, in the field.
    pub(crate) esp: Id<EspSettings>,
    /// When it first ran as a member of its domain: the beginning of the registration task's loop.
    pub(crate) in_domain_since: SimTime,
    pub(crate) timer: Timer,
    pub(crate) check_in: Timer,
    pub(crate) join_task: Timer,
    pub(crate) last: RecordKey,
    pub(crate) log: Option<Box<EventLog>>,
}

/// What a scenario says of a device.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its name; the serial number by default.
    pub name: Sym,
    /// Its serial number.
    pub serial: Sym,
    /// Its hardware hash.
    pub hash: HardwareHash,
    /// Where it stands.
    pub place: Id<Place>,
    /// Who signs in at it.
    pub user: Option<Id<User>>,
    /// The build of Windows on it.
    pub os_build: u32,
}

/// The first build that knows hybrid join in Autopilot: Windows 10 1809.
pub const FIRST_HYBRID_BUILD: u32 = 17763;

impl Device {
    pub(crate) fn new(new: NewDevice) -> Self {
        Self {
            name: new.name,
            serial: new.serial,
            hash: new.hash,
            place: new.place,
            user: new.user.into(),
            os_build: new.os_build,
            facts: Id::new(0),
            technician: false,
            provisioned: false,
            stage: Stage::Off,
            lives: 0,
            managed: MaybeId::NONE,
            computer: Sym::EMPTY,
            domain: Sym::EMPTY,
            secret: 0,
            object_guid: Guid::NIL,
            twin: MaybeId::NONE,
            powered_on: SimTime::NEVER,
            refused: None,
            hybrid: false,
            skip_connectivity_check: false,
            certificate_written: false,
            esp: Id::new(0),
            in_domain_since: SimTime::NEVER,
            timer: Timer::default(),
            check_in: Timer::default(),
            join_task: Timer::default(),
            last: RecordKey::NONE,
            log: None,
        }
    }

    /// What its draws are keyed by.
    pub fn key(&self, cx: &Cx) -> Key {
        Key::of("device", cx.names.get(self.name)).part(u64::from(self.lives))
    }

    /// The record that led to where it is.
    pub fn cause(&self) -> RecordKey {
        self.last
    }

    /// When it does something by itself next, if it waits for nothing but time.
    pub fn next_at(&self) -> Option<SimTime> {
        let at = self.timer.due().min(self.check_in.due()).min(self.join_task.due());
        (at != SimTime::NEVER).then_some(at)
    }

    /// Whether it has run as a member of a domain.
    pub fn in_domain(&self) -> bool {
        self.in_domain_since != SimTime::NEVER
    }

    /// What a person in front of it sees.
    pub fn screen(&self) -> Screen {
        self.stage.screen(self.computer, self.refused)
    }

    /// The events of its log that are still there, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &LogEvent> {
        self.log.iter().flat_map(|log| log.events())
    }

    /// What its transitions look at.
    pub(crate) fn stage_cx(&self, esp: &EspSettings, knobs: &DeviceKnobs, now: SimTime) -> StageCx {
        let extra = if self.hybrid { knobs.esp_hybrid_extra } else { SimDuration::ZERO };
        StageCx {
            now,
            hybrid: self.hybrid,
            skip_connectivity_check: self.skip_connectivity_check,
            technician: self.technician,
            provisioned: self.provisioned,
            esp: esp.show_progress,
            esp_user_phase: esp.user_phase,
            esp_limit: esp.timeout + extra,
            odj_wait: knobs.odj_wait,
            registered: self.twin.get().is_some(),
        }
    }

    /// A delay of this device, spread by the `device_jitter` knob.
    pub(crate) fn delay(&self, delay: SimDuration, which: u64, knobs: &DeviceKnobs, cx: &Cx) -> SimDuration {
        if knobs.device_jitter == 0 {
            return delay;
        }
        let mut draw: Draw = cx.draw(JITTER, self.key(cx), which);
        sim_core::schedule::jittered(delay, knobs.device_jitter, &mut draw)
    }

    /// Writes an event, where devices keep logs.
    pub(crate) fn write(&mut self, channel: Channel, id: u32, data: EventData, knobs: &DeviceKnobs, at: SimTime) {
        if let Some(log) = &mut self.log {
            log.write(LogEvent { at, channel, id, data }, knobs.log_events);
        }
    }
}

//! The field: all devices, connector servers, Entra Connect servers and places, and the delivery of what is due to them.

use crate::actor::{self, actor};
use crate::device::{Device, NewDevice};
use crate::entra_connect::EntraConnect;
use crate::esp::EspRun;
use crate::event_log::EventLog;
use crate::odj_connector::Connector;
use crate::stage::Effect;
use crate::{DeviceKnobs, Place};
use sim_core::rows::MaybeId;
use sim_core::{Actor, Cx, Event, Guid, Id, Index, Rows, Signal, SimDuration, SimTime, Sym};
use sim_graph::{EspSettings, HardwareHash, Tenant};
use sim_ldap::{Entry, Forest};
use std::collections::BTreeMap;

/// What stands around the field: the cloud, the directory, and time.
#[derive(Debug)]
pub struct Around<'a> {
    /// The tenant.
    pub tenant: &'a mut Tenant,
    /// The forest.
    pub forest: &'a mut Forest,
    /// Time, chance, names, schedule, trace.
    pub cx: &'a mut Cx,
}

/// All that acts between cloud and directory.
#[derive(Debug, Clone)]
pub struct Field {
    /// The numbers it goes by.
    pub knobs: DeviceKnobs,
    pub(crate) devices: Rows<Device>,
    pub(crate) places: Rows<Place>,
    pub(crate) connectors: Rows<Connector>,
    pub(crate) syncs: Rows<EntraConnect>,
    /// The enrollment status pages that devices have met, the default one first.
    pub(crate) esp_pages: Rows<EspSettings>,
    /// The pages of the devices that are at one.
    pub(crate) esp_runs: BTreeMap<Id<Device>, EspRun>,
    /// Connectors by the phase of their poll: whose turn is next.
    pub(crate) polls: Vec<(SimDuration, Id<Connector>)>,
    by_managed: Vec<MaybeId<Device>>,
    by_name: Index<Device>,
    by_computer: Index<Device>,
    keep_logs: bool,
    pub(crate) version: u64,
    /// The service connection point that a device found last.
    pub(crate) scp_seen: Option<Id<Entry>>,
    /// Devices whose registration task found something missing in the directory.
    pub(crate) without_scp: Vec<Id<Device>>,
    /// A buffer for effects, kept between transitions.
    pub(crate) effects: Vec<Effect>,
}

impl Field {
    /// An empty field. Devices keep event logs if `keep_logs`; connector servers always do.
    pub fn new(knobs: DeviceKnobs, keep_logs: bool) -> Self {
        let mut esp_pages = Rows::default();
        esp_pages.push(EspSettings::DEFAULT);
        Self {
            knobs,
            esp_pages,
            esp_runs: BTreeMap::new(),
            devices: Rows::default(),
            places: Rows::default(),
            connectors: Rows::default(),
            syncs: Rows::default(),
            polls: Vec::new(),
            by_managed: Vec::new(),
            by_name: Index::default(),
            by_computer: Index::default(),
            keep_logs,
            version: 0,
            scp_seen: None,
            without_scp: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Makes room for so many devices.
    pub fn expect_devices(&mut self, devices: usize) {
        self.devices.reserve(devices);
        self.by_managed.reserve(devices);
        self.by_name.reserve(devices);
        self.by_computer.reserve(devices);
    }

    /// Rises with every change that somebody in front of a machine could see.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Adds a place.
    pub fn add_place(&mut self, place: Place) -> Id<Place> {
        self.places.push(place)
    }

    /// A place.
    pub fn place(&self, id: Id<Place>) -> &Place {
        &self.places[id]
    }

    /// A place, to change what can be reached from it.
    pub fn place_mut(&mut self, id: Id<Place>) -> &mut Place {
        &mut self.places[id]
    }

    /// A place by name.
    pub fn place_named(&self, name: Sym) -> Option<Id<Place>> {
        self.places.iter().find(|(_, p)| p.name == name).map(|(id, _)| id)
    }

    /// Adds a device, switched off.
    pub fn add_device(&mut self, new: NewDevice, cx: &Cx) -> Id<Device> {
        let (name, log) = (new.name, self.keep_logs.then(|| Box::new(EventLog::default())));
        let id = self.devices.push(Device { log, ..Device::new(new) });
        let rows = &self.devices;
        self.by_name.insert(cx.names.hash(name), id, |r| cx.names.hash(rows[r].name));
        self.version += 1;
        id
    }

    /// A device's row.
    pub fn device(&self, id: Id<Device>) -> &Device {
        &self.devices[id]
    }

    /// All devices, in the order of the scenario.
    pub fn devices(&self) -> impl ExactSizeIterator<Item = (Id<Device>, &Device)> {
        self.devices.iter()
    }

    /// The device that a person calls so.
    pub fn device_named(&self, name: Sym, cx: &Cx) -> Option<Id<Device>> {
        self.by_name.find(cx.names.hash(name), |id| self.devices[id].name == name)
    }

    /// The device whose computer object has this GUID.
    pub fn device_of_computer(&self, object_guid: Guid) -> Option<Id<Device>> {
        self.by_computer.find(object_guid.hash64(), |id| self.devices[id].object_guid == object_guid)
    }

    /// The device with this hardware hash. Looks at every device.
    pub fn device_of_hash(&self, hash: HardwareHash) -> Option<Id<Device>> {
        self.devices.iter().find(|(_, d)| d.hash == hash).map(|(id, _)| id)
    }

    pub(crate) fn knows_computer(&mut self, id: Id<Device>, object_guid: Guid) {
        let was = std::mem::replace(&mut self.devices[id].object_guid, object_guid);
        if was == object_guid {
            return;
        }
        if was != Guid::NIL {
            self.by_computer.remove(was.hash64(), id);
        }
        let rows = &self.devices;
        self.by_computer.insert(object_guid.hash64(), id, |r| rows[r].object_guid.hash64());
    }

    pub(crate) fn forgets_computer(&mut self, id: Id<Device>) {
        let was = std::mem::replace(&mut self.devices[id].object_guid, Guid::NIL);
        if was != Guid::NIL {
            self.by_computer.remove(was.hash64(), id);
        }
    }

    pub(crate) fn is_managed_as(&mut self, id: Id<Device>, managed: Id<sim_graph::ManagedDevice>) {
        let row = managed.row() as usize;
        if self.by_managed.len() <= row {
            self.by_managed.resize(row + 1, MaybeId::NONE);
        }
        self.by_managed[row] = id.into();
        self.devices[id].managed = managed.into();
    }

    /// Brings a machine what is due. Stale events do nothing; the answer says whether this one did something.
    pub fn fire(&mut self, event: Event, around: &mut Around<'_>) -> bool {
        let row = event.row;
        match event.class {
            actor::DEVICE => self.device_due(Id::new(row), event.step, around),
            actor::CHECK_IN => self.check_in_due(Id::new(row), around),
            actor::JOIN_TASK => self.join_task_due(Id::new(row), around),
            actor::CONNECTOR => self.connector_due(Id::new(row), around),
            actor::ODJ_JOB => self.job_due(Id::new(row >> 8), row as usize & 0xff, around),
            actor::CONNECT_SYNC => self.sync_due(Id::new(row), around),
            _ => false,
        }
    }

    /// Tells the field that there is work somewhere. It looks, and may set timers; it changes nothing else.
    pub fn hear(&mut self, signal: Signal, around: &mut Around<'_>) {
        if signal.topic == sim_graph::actor::MDM_WORK {
            if let Some(id) = self.by_managed.get(signal.row as usize).and_then(|id| id.get()) {
                self.mdm_work(id, around);
            }
        } else if signal.topic == sim_graph::actor::ODJ_QUEUED {
            self.wake_a_connector(around);
        } else if signal.topic == sim_graph::actor::TWIN_SYNCED {
            let guid = around.tenant.entra_device(Id::new(signal.row)).device_id;
            if let Some(id) = self.device_of_computer(guid) {
                self.twin_appeared(id, around);
            }
        } else if signal.topic == sim_graph::actor::TWIN_DELETED {
            let guid = around.tenant.entra_device(Id::new(signal.row)).device_id;
            self.twin_deleted(guid, around);
        } else if signal.topic == sim_ldap::kinds::DIRECTORY_CHANGED {
            self.directory_changed(around);
        }
    }

    /// The stable name of an actor of the field, by which simultaneous ones are ordered: a text, then a number.
    pub fn actor_name(&self, who: Actor) -> (Sym, Guid) {
        let plain = |name: Sym| (name, Guid::NIL);
        match who.class {
            actor::DEVICE | actor::CHECK_IN | actor::JOIN_TASK => plain(self.devices[Id::new(who.row)].name),
            actor::CONNECTOR => plain(self.connectors[Id::new(who.row)].name),
            actor::ODJ_JOB => {
                let connector = &self.connectors[Id::new(who.row >> 8)];
                let request = connector.slots[who.row as usize & 0xff].as_ref().map_or(Guid::NIL, |job| job.id);
                (connector.name, request)
            }
            actor::CONNECT_SYNC => plain(self.syncs[Id::new(who.row)].name),
            _ => plain(Sym::EMPTY),
        }
    }

    pub(crate) fn set_timer(&mut self, id: Id<Device>, step: u16, at: SimTime, cx: &mut Cx) {
        cx.set(&mut self.devices[id].timer, actor(actor::DEVICE, id.row()), step, at);
    }
}

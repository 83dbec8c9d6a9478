//! Entra devices: the anchor that registration pre-creates, and the twin that hybrid join adds.

use crate::changes::{Member, Tracked};
use crate::tenant::{IDS, Tenant};
use crate::{AutopilotDevice, Group, ManagedDevice, User, actor, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Guid, Id, Key, RecordKey, SimTime, Sym, Timer};

/// `trustType` of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustType {
    /// `AzureAd`: Entra joined, and the anchor of an Autopilot registration.
    AzureAd,
    /// `ServerAd`: Entra hybrid joined.
    ServerAd,
    /// `Workplace`: Entra registered.
    Workplace,
}

impl TrustType {
    /// As Graph spells it.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::AzureAd => "AzureAd",
            Self::ServerAd => "ServerAd",
            Self::Workplace => "Workplace",
        }
    }
    /// As membership rules spell it (`deviceTrustType`).
    pub const fn rule(self) -> &'static str {
        match self {
            Self::AzureAd => "AzureAD",
            Self::ServerAd => "ServerAD",
            Self::Workplace => "Workplace",
        }
    }
}

/// Who owns a device: `deviceOwnership`, `managedDeviceOwnerType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ownership {
    /// Not known.
    #[default]
    Unknown,
    /// The organisation.
    Company,
    /// Its user.
    Personal,
}

/// A `device` of the directory.
#[derive(Debug, Clone)]
pub struct EntraDevice {
    /// `id`, of the directory object.
    pub id: Guid,
    /// `deviceId`.
    pub device_id: Guid,
    /// Whom a person would call it: the machine's name in the scenario.
    pub who: Sym,
    /// `displayName`.
    pub display_name: Sym,
    /// `trustType`.
    pub trust_type: TrustType,
    /// `accountEnabled`.
    pub enabled: bool,
    /// `deviceOwnership`.
    pub ownership: Ownership,
    /// `isCompliant`, unknown before the first verdict.
    pub compliant: Option<bool>,
    /// Whether it is gone.
    pub deleted: bool,
    /// The Autopilot device identity whose `[ZTDID]` it carries.
    pub identity: MaybeId<AutopilotDevice>,
    /// The managed device that follows it (`azureADDeviceId`).
    pub managed: MaybeId<ManagedDevice>,
    /// The user who joined it.
    pub owner: MaybeId<User>,
    /// The `[OrderId]` of its `physicalIds`.
    pub order_id: Sym,
    /// The `[PurchaseOrderId]` of its `physicalIds`.
    pub purchase_order_id: Sym,
    /// `enrollmentProfileName`.
    pub enrollment_profile: Sym,
    /// `operatingSystemVersion`.
    pub os_version: Sym,
    /// The relative identifier of the computer in its domain, for the twin's `onPremisesSecurityIdentifier`.
    pub computer_rid: u32,
    /// The on-premises domain of the computer, for the twin.
    pub domain: Sym,
    /// `createdDateTime`.
    pub created: SimTime,
    /// `registrationDateTime`; [`SimTime::NEVER`] for null, which the portal shows as *pending* on a hybrid device.
    pub registered: SimTime,
    /// `onPremisesLastSyncDateTime`; [`SimTime::NEVER`] for null.
    pub synced: SimTime,
    pub(crate) evaluation: Timer,
    pub(crate) last: RecordKey,
}

/// What is known of a device when its Entra device is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEntraDevice {
    pub device_id: Guid,
    pub who: Sym,
    pub display_name: Sym,
    pub trust_type: TrustType,
    pub enabled: bool,
    pub ownership: Ownership,
    pub registered: SimTime,
}

impl Tenant {
    /// Adds an Entra device. `key` is what it is made from: the nth object of a machine.
    pub(crate) fn create_entra_device(&mut self, key: Key, new: NewEntraDevice, cx: &mut Cx) -> Id<EntraDevice> {
        let now = cx.now();
        let id = self.entra_devices.push(EntraDevice {
            id: cx.chance.guid(IDS, key, 1),
            device_id: new.device_id,
            who: new.who,
            display_name: new.display_name,
            trust_type: new.trust_type,
            enabled: new.enabled,
            ownership: new.ownership,
            compliant: None,
            deleted: false,
            identity: MaybeId::NONE,
            managed: MaybeId::NONE,
            owner: MaybeId::NONE,
            order_id: Sym::EMPTY,
            purchase_order_id: Sym::EMPTY,
            enrollment_profile: Sym::EMPTY,
            os_version: Sym::EMPTY,
            computer_rid: 0,
            domain: Sym::EMPTY,
            created: now,
            registered: new.registered,
            synced: SimTime::NEVER,
            evaluation: Timer::default(),
            last: cx.cause(),
        });
        let rows = &self.entra_devices;
        self.entra_by_device_id.insert(new.device_id.hash64(), id, |r| rows[r].device_id.hash64());
        self.touch_device(id);
        self.made(Tracked::Devices, id.row(), now);
        id
    }

    /// A device that a client describes, which is joined to nothing.
    pub(crate) fn create_device_by_hand(
        &mut self,
        device_id: Guid,
        name: &str,
        os_version: &str,
        enabled: bool,
        cx: &mut Cx,
    ) -> Id<EntraDevice> {
        let name = cx.name(name);
        let [a, b] = device_id.halves();
        let new = NewEntraDevice {
            device_id,
            who: name,
            display_name: name,
            trust_type: TrustType::Workplace,
            enabled,
            ownership: Ownership::Unknown,
            registered: SimTime::NEVER,
        };
        let id = self.create_entra_device(Key(a).part(b).part(cx.now().unix_millis() as u64), new, cx);
        self.entra_devices[id].os_version = cx.name(os_version);
        cx.tell(&kinds::ENTRA_DEVICE_CREATED, name, &[device_id.into()]);
        self.device_changed(id, cx);
        id
    }

    /// The living device with this `deviceId`.
    pub fn entra_device_by_device_id(&self, device_id: Guid) -> Option<Id<EntraDevice>> {
        let is = |id: Id<EntraDevice>| self.entra_devices[id].device_id == device_id && !self.entra_devices[id].deleted;
        self.entra_by_device_id.find(device_id.hash64(), is)
    }

    /// A device's record.
    pub fn entra_device(&self, id: Id<EntraDevice>) -> &EntraDevice {
        &self.entra_devices[id]
    }

    /// All living devices, oldest first.
    pub fn entra_devices(&self) -> impl Iterator<Item = (Id<EntraDevice>, &EntraDevice)> {
        self.entra_devices.iter().filter(|(_, d)| !d.deleted)
    }

    /// Something about the device changed that rules may look at: they are evaluated for it after a while.
    pub(crate) fn device_changed(&mut self, id: Id<EntraDevice>, cx: &mut Cx) {
        self.touch_device(id);
        let device = &self.entra_devices[id];
        if device.deleted || !self.has_rules() {
            return;
        }
        let at = cx.now() + self.delay(self.knobs.group_evaluation, device.id, 0, cx);
        let device = &mut self.entra_devices[id];
        device.last = cx.cause();
        if !device.evaluation.is_set() {
            cx.set(&mut device.evaluation, actor::membership(id), 0, at);
        }
    }

    /// Deletes an Entra device, whoever it belongs to. An Autopilot identity that has it as its anchor dangles from then on.
    pub fn delete_entra_device(&mut self, id: Id<EntraDevice>, cx: &mut Cx) {
        if self.entra_devices[id].deleted {
            return;
        }
        let device = &mut self.entra_devices[id];
        device.deleted = true;
        cx.schedule.clear(&mut device.evaluation);
        let (who, device_id) = (device.who, device.device_id);
        cx.tell(&kinds::ENTRA_DEVICE_DELETED, who, &[device_id.into()]);
        self.remember_deleted(crate::DirectoryObject::Device(id), cx.now());
        self.forget_entra_device(id, cx);
    }

    /// Takes a deleted device out of indexes, groups and targeting.
    pub(crate) fn forget_entra_device(&mut self, id: Id<EntraDevice>, cx: &mut Cx) {
        self.touch_device(id);
        self.entra_by_device_id.remove(self.entra_devices[id].device_id.hash64(), id);
        let groups: Vec<Id<Group>> = self.groups.ids().collect();
        for group in groups {
            if self.groups[group].devices.remove(id) {
                self.touch_member(group, Member::Device(id));
            }
        }
        self.retarget(id, cx);
    }
}

//! Registration by hardware hash: `importedWindowsAutopilotDeviceIdentities`.

use crate::entra_device::{NewEntraDevice, Ownership, TrustType};
use crate::tenant::{IDS, Tenant};
use crate::{AutopilotDevice, actor, kinds};
use sim_core::chance::{hash_text, mix};
use sim_core::rows::MaybeId;
use sim_core::{Arg, Blame, Cx, Evidence, Guid, Id, Key, Kind, RecordKey, SimTime, Sym, Timer};

/// A hardware hash, by the hash of its text. The text itself is opaque and is not kept: Graph never gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HardwareHash(pub u64);

impl HardwareHash {
    /// The hash with this Base64 text, padded or not.
    pub fn of(base64: &str) -> Self {
        Self(hash_text(base64.trim_end_matches('=')))
    }
}

/// What a hardware hash says about the machine it was taken from, and who owns that hash in the world.
#[derive(Debug, Clone, Copy)]
pub struct Hardware {
    /// The hash.
    pub hash: HardwareHash,
    /// Whom a person would call the machine: its name in the scenario, else the serial number.
    pub label: Sym,
    /// The serial number in the firmware.
    pub serial: Sym,
    /// The manufacturer in the firmware.
    pub manufacturer: Sym,
    /// The model in the firmware.
    pub model: Sym,
    /// Whether some other tenant has registered it.
    pub other_tenant: bool,
    /// How often it has been registered here.
    pub registrations: u16,
    /// How often it has been enrolled here.
    pub enrollments: u16,
    /// The number of the upload that its hash was last in.
    pub uploaded: u32,
    /// Its living registration here.
    pub identity: MaybeId<AutopilotDevice>,
}

/// `state.deviceImportStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStatus {
    /// `unknown`: still running.
    Unknown,
    /// `complete`.
    Complete,
    /// `error`.
    Error(ImportError),
}

/// Why an import failed: `state.deviceErrorCode` and `state.deviceErrorName`.
///
/// Source: the table of Autopilot registration errors and the CSV troubleshooting article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportError {
    /// 802: the hash is unusable.
    InvalidZtdHardwareHash,
    /// 806: registered in this tenant already.
    ZtdDeviceAlreadyAssigned,
    /// 808: registered in another tenant.
    ZtdDeviceAssignedToOtherTenant,
    /// No number is published: the hash stands twice in one upload.
    ZtdDeviceDuplicated,
}

impl ImportError {
    /// The number on the wire; 0 where none is published.
    pub const fn code(self) -> u32 {
        match self {
            Self::InvalidZtdHardwareHash => 802,
            Self::ZtdDeviceAlreadyAssigned => 806,
            Self::ZtdDeviceAssignedToOtherTenant => 808,
            Self::ZtdDeviceDuplicated => 0,
        }
    }
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidZtdHardwareHash => "InvalidZtdHardwareHash",
            Self::ZtdDeviceAlreadyAssigned => "ZtdDeviceAlreadyAssigned",
            Self::ZtdDeviceAssignedToOtherTenant => "ZtdDeviceAssignedToOtherTenant",
            Self::ZtdDeviceDuplicated => "ZtdDeviceDuplicated",
        }
    }
    const fn says(self) -> &'static str {
        match self {
            Self::InvalidZtdHardwareHash => "its firmware names no serial number or manufacturer",
            Self::ZtdDeviceAlreadyAssigned => "it is registered in this tenant already",
            Self::ZtdDeviceAssignedToOtherTenant => "another tenant has it registered",
            Self::ZtdDeviceDuplicated => "its hash stands twice in the upload",
        }
    }
    const fn why(self) -> &'static Kind {
        match self {
            Self::InvalidZtdHardwareHash => &kinds::WHY_HASH_EMPTY,
            Self::ZtdDeviceAlreadyAssigned => &kinds::WHY_ALREADY_HERE,
            Self::ZtdDeviceAssignedToOtherTenant => &kinds::WHY_OTHER_TENANT,
            Self::ZtdDeviceDuplicated => &kinds::WHY_DUPLICATE_ROW,
        }
    }
}

/// One upload: `importedWindowsAutopilotDeviceIdentity`.
#[derive(Debug, Clone)]
pub struct ImportedDevice {
    /// `id`, also given as `importId`.
    pub id: Guid,
    /// `serialNumber`, as uploaded.
    pub serial: Sym,
    /// `groupTag`.
    pub group_tag: Sym,
    /// `assignedUserPrincipalName`.
    pub assigned_user: Sym,
    /// `state`.
    pub status: ImportStatus,
    /// The identity that came of it: `state.deviceRegistrationId`.
    pub identity: MaybeId<AutopilotDevice>,
    /// Whether a client has deleted the record.
    pub deleted: bool,
    pub(crate) hardware: Id<Hardware>,
    repeated: bool,
    timer: Timer,
    pub(crate) last: RecordKey,
}

impl ImportedDevice {
    /// The machine that the hash was taken from.
    pub fn machine(&self) -> Id<Hardware> {
        self.hardware
    }

    /// The record that led to where it stands.
    pub fn cause(&self) -> RecordKey {
        self.last
    }
}

/// One row of an upload.
#[derive(Debug, Clone, Copy)]
pub struct ImportRow {
    /// The serial number in the row.
    pub serial: Sym,
    /// The hardware hash.
    pub hash: HardwareHash,
    /// The group tag; empty for none.
    pub group_tag: Sym,
    /// The assigned user; empty for none.
    pub assigned_user: Sym,
}

impl Tenant {
    /// Tells what a hardware hash contains. Scenarios do, for the machines they own; an unknown hash is taken as it comes.
    pub fn know_hardware(&mut self, hardware: Hardware) -> Id<Hardware> {
        let id = self.hardware.push(hardware);
        let rows = &self.hardware;
        self.hardware_by_hash.insert(spread(hardware.hash), id, |r| spread(rows[r].hash));
        id
    }

    /// The machine that a hash was taken from.
    pub fn hardware_of(&self, hash: HardwareHash) -> Option<Id<Hardware>> {
        self.hardware_by_hash.find(spread(hash), |r| self.hardware[r].hash == hash)
    }

    /// Marks a machine as registered by another tenant, or no longer so.
    pub fn set_other_tenant(&mut self, id: Id<Hardware>, owned: bool) {
        self.hardware[id].other_tenant = owned;
    }

    /// Takes an upload of hardware hashes. Each row gets a record with status `unknown` at once and its verdict after the
    /// `import` knob's time.
    pub fn import_devices(&mut self, rows: &[ImportRow], by: Sym, cx: &mut Cx) -> Vec<Id<ImportedDevice>> {
        cx.tell(&kinds::IMPORT_UPLOADED, by, &[Arg::Int(rows.len() as i64)]);
        let cause = cx.cause();
        self.uploads += 1;
        self.uploads_now = if self.uploaded_at == cx.now() { self.uploads_now + 1 } else { 0 };
        self.uploaded_at = cx.now();
        let ids = rows.iter().map(|row| self.import_row(*row, cause, cx)).collect();
        self.version += 1;
        ids
    }

    fn import_row(&mut self, row: ImportRow, cause: RecordKey, cx: &mut Cx) -> Id<ImportedDevice> {
        let hardware = self.hardware_of(row.hash).unwrap_or_else(|| {
            let unknown = cx.name("Unknown");
            self.know_hardware(Hardware {
                hash: row.hash,
                label: row.serial,
                serial: row.serial,
                manufacturer: unknown,
                model: unknown,
                other_tenant: false,
                registrations: 0,
                enrollments: 0,
                uploaded: 0,
                identity: MaybeId::NONE,
            })
        });
        let repeated = std::mem::replace(&mut self.hardware[hardware].uploaded, self.uploads) == self.uploads;
        let mut key = Key::of("import", cx.names.get(row.serial)).part(row.hash.0);
        // The same hash may come more than once at one instant.
        if self.uploads_now > 0 || repeated {
            key = key.part(u64::from(self.uploads_now)).part(self.imports.len() as u64);
        }
        let id = cx.chance.guid(IDS, key, cx.now().unix_millis() as u64);
        let at = cx.now() + self.delay(self.knobs.import, id, 0, cx);
        let id = self.imports.push(ImportedDevice {
            id,
            serial: row.serial,
            group_tag: row.group_tag,
            assigned_user: row.assigned_user,
            status: ImportStatus::Unknown,
            identity: MaybeId::NONE,
            deleted: false,
            hardware,
            repeated,
            timer: Timer::default(),
            last: cause,
        });
        cx.set(&mut self.imports[id].timer, actor::import(id), 0, at);
        id
    }

    pub(crate) fn import_due(&mut self, id: Id<ImportedDevice>, cx: &mut Cx) -> bool {
        let import = &mut self.imports[id];
        if !cx.schedule.ring(&mut import.timer) {
            return false;
        }
        cx.because(import.last);
        let (hardware, repeated) = (import.hardware, import.repeated);
        let known = self.hardware[hardware];
        let refusal = if known.serial.is_empty() || known.manufacturer.is_empty() {
            Some(ImportError::InvalidZtdHardwareHash)
        } else if known.other_tenant {
            Some(ImportError::ZtdDeviceAssignedToOtherTenant)
        } else if repeated {
            Some(ImportError::ZtdDeviceDuplicated)
        } else if known.identity.get().is_some() {
            Some(ImportError::ZtdDeviceAlreadyAssigned)
        } else {
            None
        };
        self.version += 1;
        if let Some(error) = refusal {
            self.imports[id].status = ImportStatus::Error(error);
            let mut seen = cx.seen();
            seen.blame(|| Blame::new("device", known.label, error.says()));
            if let Some(identity) = known.identity.get().filter(|_| error == ImportError::ZtdDeviceAlreadyAssigned) {
                seen.because(self.identities[identity].last);
            }
            cx.decided_on(seen);
            let args = [error.code().into(), error.name().into()];
            self.imports[id].last = cx.tell_why(&kinds::IMPORT_REFUSED, known.label, &args, error.why());
            return true;
        }
        let import = &self.imports[id];
        let (tag, user) = (import.group_tag, import.assigned_user);
        let identity = self.register(hardware, tag, user, None, cx);
        let import = &mut self.imports[id];
        import.status = ImportStatus::Complete;
        import.last = self.identities[identity].last;
        import.identity = identity.into();
        true
    }

    /// Makes the Autopilot device identity of a machine and, unless it has one that it keeps, the Entra device it hangs on.
    pub(crate) fn register(
        &mut self,
        hardware: Id<Hardware>,
        group_tag: Sym,
        user: Sym,
        anchor: Option<Id<crate::EntraDevice>>,
        cx: &mut Cx,
    ) -> Id<AutopilotDevice> {
        let known = &mut self.hardware[hardware];
        let nth = u64::from(known.registrations);
        known.registrations += 1;
        let known = *known;
        let key = Key::of("registration", cx.names.get(known.serial)).part(nth);
        let ztdid = cx.chance.guid(IDS, key, 0);
        let kept = anchor.is_some();
        let anchor = anchor.unwrap_or_else(|| {
            let new = NewEntraDevice {
                device_id: cx.chance.guid(IDS, key, 2),
                who: known.label,
                display_name: known.serial,
                trust_type: TrustType::AzureAd,
                enabled: self.knobs.anchor_enabled,
                ownership: Ownership::Unknown,
                registered: cx.now(),
            };
            self.create_entra_device(key, new, cx)
        });
        let identity = self.create_identity(ztdid, hardware, group_tag, user, anchor, cx);
        self.hardware[hardware].identity = identity.into();
        let device = &mut self.entra_devices[anchor];
        device.identity = identity.into();
        device.order_id = group_tag;
        let device_id = device.device_id;
        if !kept {
            cx.tell(&kinds::IMPORT_COMPLETED, known.label, &[device_id.into(), ztdid.into()]);
        }
        self.identities[identity].last = cx.cause();
        self.device_changed(anchor, cx);
        self.retarget(anchor, cx);
        identity
    }

    /// All records of uploads that clients have not deleted, oldest first.
    pub fn imported_devices(&self) -> impl Iterator<Item = (Id<ImportedDevice>, &ImportedDevice)> {
        self.imports.iter().filter(|(_, i)| !i.deleted)
    }

    /// Deletes the record of an upload. What came of the upload stays, and what is still to come of it comes.
    pub fn delete_import(&mut self, id: Id<ImportedDevice>) {
        self.imports[id].deleted = true;
        self.kept.forget(self.imports[id].id);
        self.version += 1;
    }

    /// An upload's record.
    pub fn imported_device(&self, id: Id<ImportedDevice>) -> &ImportedDevice {
        &self.imports[id]
    }

    /// A machine's record.
    pub fn hardware(&self, id: Id<Hardware>) -> &Hardware {
        &self.hardware[id]
    }
}

fn spread(hash: HardwareHash) -> u64 {
    mix(hash.0, 0x4857_4944)
}

/// An instant that has not come: what the service sends as `0001-01-01T00:00:00Z`.
pub(crate) const NOT_YET: SimTime = SimTime::NEVER;

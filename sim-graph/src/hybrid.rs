//! The cloud's half of hybrid registration: what Entra Connect exports and what devices register.

use crate::entra_device::{NewEntraDevice, Ownership, TrustType};
use crate::tenant::Tenant;
use crate::{EntraDevice, actor, kinds};
use sim_core::{Arg, Cx, Guid, Id, Key, SimTime, Sym};

/// A computer as Entra Connect or a federation claim describes it.
#[derive(Debug, Clone, Copy)]
pub struct SyncedComputer {
    /// `objectGUID`: the twin's `deviceId`.
    pub object_guid: Guid,
    /// `objectSid`'s last part.
    pub rid: u32,
    /// The DNS name of the domain, which stands for the rest of the SID.
    pub domain: Sym,
    /// The computer's name.
    pub name: Sym,
    /// `operatingSystemVersion`; empty if the computer has not told.
    pub os_version: Sym,
    /// Whom a person would call the machine.
    pub who: Sym,
}

/// Hybrid registration is refused with 0x801c03f2: the directory has no device object of that id yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceObjectNotFound;

impl DeviceObjectNotFound {
    /// `DSREG_E_DIRECTORY_FAILURE` as the device's log shows it.
    pub const CODE: u32 = 0x801c_03f2;
}

impl Tenant {
    /// Entra Connect exports a computer: the twin appears, pending, or is brought up to date.
    pub fn sync_computer(&mut self, computer: SyncedComputer, cx: &mut Cx) -> Id<EntraDevice> {
        if let Some(id) = self.entra_device_by_device_id(computer.object_guid) {
            let device = &mut self.entra_devices[id];
            device.synced = cx.now();
            let changed = device.display_name != computer.name || device.os_version != computer.os_version;
            device.display_name = computer.name;
            device.os_version = computer.os_version;
            if changed {
                self.device_changed(id, cx);
            } else {
                self.touch_device(id);
            }
            return id;
        }
        let id = self.create_twin(computer, SimTime::NEVER, cx);
        cx.tell(&kinds::TWIN_CREATED, computer.who, &[computer.object_guid.into()]);
        self.device_changed(id, cx);
        cx.signal(actor::TWIN_SYNCED, id.row());
        id
    }

    fn create_twin(&mut self, computer: SyncedComputer, registered: SimTime, cx: &mut Cx) -> Id<EntraDevice> {
        let [a, b] = computer.object_guid.halves();
        let key = Key(a).part(b).part(cx.now().unix_millis() as u64);
        let new = NewEntraDevice {
            device_id: computer.object_guid,
            who: computer.who,
            display_name: computer.name,
            trust_type: TrustType::ServerAd,
            enabled: true,
            ownership: Ownership::Unknown,
            registered,
        };
        let id = self.create_entra_device(key, new, cx);
        let device = &mut self.entra_devices[id];
        device.computer_rid = computer.rid;
        device.domain = computer.domain;
        device.os_version = computer.os_version;
        device.synced = cx.now();
        id
    }

    /// Entra Connect no longer has the computer in its scope: the twin goes.
    pub fn unsync_computer(&mut self, object_guid: Guid, cx: &mut Cx) {
        let Some(id) = self.entra_device_by_device_id(object_guid) else { return };
        let device = &mut self.entra_devices[id];
        if device.trust_type != TrustType::ServerAd {
            return;
        }
        device.deleted = true;
        cx.schedule.clear(&mut device.evaluation);
        let who = device.who;
        cx.tell(&kinds::TWIN_REMOVED, who, &[object_guid.into()]);
        self.forget_entra_device(id, cx);
    }

    /// A device registers with the certificate that was synchronised: the pending twin becomes registered.
    pub fn register_hybrid(
        &mut self,
        object_guid: Guid,
        who: Sym,
        cx: &mut Cx,
    ) -> Result<Id<EntraDevice>, DeviceObjectNotFound> {
        let Some(id) = self.entra_device_by_device_id(object_guid) else {
            let code = Arg::Code(DeviceObjectNotFound::CODE);
            cx.tell_why(&kinds::REGISTRATION_REFUSED, who, &[code], &kinds::WHY_NO_DEVICE_OBJECT);
            return Err(DeviceObjectNotFound);
        };
        let device = &mut self.entra_devices[id];
        if device.registered == SimTime::NEVER {
            device.registered = cx.now();
            cx.tell(&kinds::TWIN_REGISTERED, who, &[object_guid.into(), "after directory synchronisation".into()]);
            self.device_changed(id, cx);
        }
        Ok(id)
    }

    /// A device of a federated domain registers with claims that carry its GUID and SID: no synchronisation is waited for.
    pub fn register_federated(&mut self, computer: SyncedComputer, cx: &mut Cx) -> Id<EntraDevice> {
        if let Ok(id) = self.entra_device_by_device_id(computer.object_guid).ok_or(()) {
            let device = &mut self.entra_devices[id];
            if device.registered == SimTime::NEVER {
                device.registered = cx.now();
                self.device_changed(id, cx);
            }
            return id;
        }
        let id = self.create_twin(computer, cx.now(), cx);
        let args = [computer.object_guid.into(), "at once, by federation".into()];
        cx.tell(&kinds::TWIN_REGISTERED, computer.who, &args);
        self.device_changed(id, cx);
        id
    }
}

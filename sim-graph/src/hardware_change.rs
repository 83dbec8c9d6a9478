//! A machine whose main board or firmware changed: its hardware hash is another one, and its registration is of what it was.

use crate::tenant::Tenant;
use crate::{AutopilotDevice, Hardware, HardwareHash, ManagedDevice, ProfileAnswer, Remediation, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Id};

impl Tenant {
    /// The machine that was `old` is described by another hash from now on.
    pub fn hardware_changed(&mut self, old: Id<Hardware>, new: Hardware, cx: &mut Cx) -> Id<Hardware> {
        let (label, serial) = (new.label, new.serial);
        let id = self.know_hardware(Hardware { identity: MaybeId::NONE, registrations: 0, ..new });
        self.former_hardware.insert(id, old);
        cx.tell(&kinds::HARDWARE_CHANGED, label, &[serial.into()]);
        self.version += 1;
        id
    }

    /// The living registration of a machine, or of what it was before its hardware changed.
    pub fn registration_of(&self, hash: HardwareHash) -> Option<Id<AutopilotDevice>> {
        let hardware = self.hardware_of(hash)?;
        self.hardware[hardware].identity.get().or_else(|| self.registration_of_former(hardware))
    }

    /// The living registration of what a machine was before its hardware changed.
    pub(crate) fn registration_of_former(&self, hardware: Id<Hardware>) -> Option<Id<AutopilotDevice>> {
        let former = *self.former_hardware.get(&hardware)?;
        self.hardware[former].identity.get().or_else(|| self.registration_of_former(former))
    }

    /// A machine asks for its profile, and is not what was registered. In OOBE nothing repairs that.
    pub(crate) fn hardware_mismatch(&mut self, identity: Id<AutopilotDevice>, cx: &mut Cx) -> ProfileAnswer {
        let record = &mut self.identities[identity];
        record.remediation = Remediation::Manual;
        let who = self.hardware[record.hardware].label;
        cx.tell_why(&kinds::HARDWARE_MISMATCH, who, &[], &kinds::WHY_SERIAL_MISMATCH);
        self.version += 1;
        ProfileAnswer::HardwareMismatch
    }

    /// A device past OOBE checks in with other hardware than its registration's: the service registers it anew by itself, on
    /// builds that can.
    ///
    /// Source: motherboard replacement (memdocs, 2023): same tenant, no reset in between, Windows 10 21H2 or later.
    pub fn repair_registration(
        &mut self,
        managed: Id<ManagedDevice>,
        hardware: Id<Hardware>,
        os_build: u32,
        cx: &mut Cx,
    ) {
        const FIRST_BUILD: u32 = 19044;
        let Some(identity) = self.managed_devices[managed].identity.get() else { return };
        let was = self.identities[identity].hardware;
        if was == hardware || self.identities[identity].deleted {
            return;
        }
        let record = &mut self.identities[identity];
        let who = self.hardware[was].label;
        if os_build < FIRST_BUILD {
            record.remediation = Remediation::Automatic;
            cx.tell_why(&kinds::HARDWARE_MISMATCH, who, &[], &kinds::WHY_SERIAL_MISMATCH);
        } else {
            record.hardware = hardware;
            record.remediation = Remediation::NotRequired;
            self.hardware[was].identity = MaybeId::NONE;
            self.hardware[hardware].identity = identity.into();
            self.hardware[hardware].registrations += 1;
            self.managed_devices[managed].hardware = hardware;
            cx.tell(&kinds::REREGISTERED, who, &[]);
        }
        self.version += 1;
    }
}

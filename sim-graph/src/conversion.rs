//! *Convert all targeted devices to Autopilot*: corporate devices that are enrolled but not registered have their hardware hash
//! collected at a check-in and are registered. Nothing happens to the running device until it is reset.

use crate::deployment_profile::DeploymentProfile;
use crate::tenant::Tenant;
use crate::{EntraDevice, ManagedDevice, Ownership, actor, kinds};
use sim_core::{Blame, Cx, Evidence, Id, SimTime, Sym, Unasked};

impl Tenant {
    /// Whether a profile converts this device: its managed device is corporate, it is not registered, and a profile with the
    /// switch on reaches it.
    pub(crate) fn converting_profile(
        &self,
        device: Id<EntraDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<(Id<ManagedDevice>, Id<DeploymentProfile>)> {
        let managed = self.entra_devices[device].managed.get()?;
        let registered = self.hardware[self.managed_devices[managed].hardware].identity.get().is_some();
        evidence.note(|| if registered { "already registered".into() } else { "not registered".to_owned() });
        let mut profiles = self.deployment_profiles().filter(|(_, p)| p.convert_all);
        let (profile, _) = profiles.find(|(_, p)| p.assignment.reaches(self, device, cx, evidence).is_some())?;
        evidence.note(|| format!("reached by {}", cx.names.get(self.deployment_profiles[profile].name)));
        (!registered).then_some((managed, profile))
    }

    pub(crate) fn consider_conversion(&mut self, device: Id<EntraDevice>, cx: &mut Cx) {
        let Some((managed, profile)) = self.converting_profile(device, cx, &mut Unasked) else {
            // What has not begun by now does not begin; what was registered stays registered.
            if let Some(managed) = self.entra_devices[device].managed.get()
                && !self.managed_devices[managed].conversion.is_set()
            {
                self.managed_devices[managed].convert_since = SimTime::NEVER;
            }
            return;
        };
        let record = &mut self.managed_devices[managed];
        if record.convert_since != SimTime::NEVER {
            return;
        }
        if record.ownership != Ownership::Company {
            let (mut seen, who) = (cx.seen(), record.who);
            seen.blame(|| Blame::new("device", who, "it was enrolled as personally owned"));
            cx.decided_on(seen);
            cx.tell_why(&kinds::CONVERT_SKIPPED, who, &[], &kinds::WHY_PERSONAL);
            return;
        }
        record.convert_since = cx.now();
        record.last = cx.tell(&kinds::CONVERT_TARGETED, record.who, &[self.deployment_profiles[profile].name.into()]);
        cx.signal(actor::MDM_WORK, managed.row());
    }

    /// Whether a managed device's next check-in would be asked for its hardware hash.
    pub fn wants_hash(&self, id: Id<ManagedDevice>) -> bool {
        let managed = &self.managed_devices[id];
        managed.convert_since != SimTime::NEVER && !managed.conversion.is_set() && !managed.deleted
    }

    /// A device that is past OOBE checks in, and gives its hardware hash if a conversion waits for it.
    pub fn routine_check_in(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) {
        self.managed_devices[id].last_sync = cx.now();
        self.version += 1;
        if !self.wants_hash(id) {
            return;
        }
        let managed = &self.managed_devices[id];
        cx.because(managed.last);
        let since = managed.convert_since;
        let earliest = since + self.delay(self.knobs.convert, managed.id, 6, cx);
        let latest = since + self.knobs.convert_limit;
        let at = earliest.min(latest).max(cx.now() + self.knobs.import);
        let managed = &mut self.managed_devices[id];
        managed.last = cx.tell(&kinds::CONVERT_HASH_TAKEN, managed.who, &[]);
        cx.set(&mut managed.conversion, actor::conversion(id), 0, at);
    }

    pub(crate) fn conversion_due(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) -> bool {
        let managed = &mut self.managed_devices[id];
        if !cx.schedule.ring(&mut managed.conversion) {
            return false;
        }
        managed.convert_since = SimTime::NEVER;
        let (hardware, device, who) = (managed.hardware, managed.entra_device, managed.who);
        if managed.deleted || self.hardware[hardware].identity.get().is_some() {
            return true;
        }
        cx.because(managed.last);
        let identity = self.register(hardware, Sym::EMPTY, Sym::EMPTY, Some(device), cx);
        let record = &mut self.identities[identity];
        record.managed = id.into();
        record.enrollment_state = crate::EnrollmentState::Enrolled;
        record.display_name = self.managed_devices[id].device_name;
        let ztdid = record.id;
        self.managed_devices[id].identity = identity.into();
        cx.tell(&kinds::CONVERTED, who, &[ztdid.into()]);
        self.identities[identity].last = cx.cause();
        true
    }
}

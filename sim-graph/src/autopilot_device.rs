//! Autopilot device identities: `windowsAutopilotDeviceIdentities`.

use crate::import::NOT_YET;
use crate::tenant::Tenant;
use crate::{DeploymentProfile, EntraDevice, Hardware, HardwareHash, ManagedDevice, actor, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Evidence, Guid, Id, RecordKey, SimTime, Sym, Timer};

/// `enrollmentState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrollmentState {
    /// `notContacted`: registered, never enrolled.
    NotContacted,
    /// `enrolled`.
    Enrolled,
    /// `pendingReset`: enrolled with another profile than the one assigned, or wiped.
    PendingReset,
}

impl EnrollmentState {
    /// As Graph spells it.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::NotContacted => "notContacted",
            Self::Enrolled => "enrolled",
            Self::PendingReset => "pendingReset",
        }
    }
}

/// `deploymentProfileAssignmentStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentStatus {
    /// `notAssigned`.
    NotAssigned,
    /// `pending`, shown as Assigning.
    Pending,
    /// `assignedUnkownSyncState`, in the service's spelling; shown as Assigned.
    AssignedUnknownSyncState,
    /// `assignedInSync`, shown as Assigned.
    AssignedInSync,
    /// `assignedOutOfSync`: edited since the device downloaded it.
    AssignedOutOfSync,
}

impl AssignmentStatus {
    /// As Graph spells it.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::NotAssigned => "notAssigned",
            Self::Pending => "pending",
            Self::AssignedUnknownSyncState => "assignedUnkownSyncState",
            Self::AssignedInSync => "assignedInSync",
            Self::AssignedOutOfSync => "assignedOutOfSync",
        }
    }
}

/// A `windowsAutopilotDeviceIdentity`.
#[derive(Debug, Clone)]
pub struct AutopilotDevice {
    /// `id`: the ZTDID.
    pub id: Guid,
    /// The machine.
    pub hardware: Id<Hardware>,
    /// `groupTag`.
    pub group_tag: Sym,
    /// `purchaseOrderIdentifier`.
    pub purchase_order_id: Sym,
    /// `userPrincipalName`: the pre-assigned user.
    pub assigned_user: Sym,
    /// `displayName`.
    pub display_name: Sym,
    /// The Entra device that registration pre-created: `azureActiveDirectoryDeviceId`. It may be gone.
    pub anchor: Id<EntraDevice>,
    /// `managedDeviceId`.
    pub managed: MaybeId<ManagedDevice>,
    /// `enrollmentState`.
    pub enrollment_state: EnrollmentState,
    /// `deploymentProfileAssignmentStatus`.
    pub assignment_status: AssignmentStatus,
    /// What targeting wants: `intendedDeploymentProfile`.
    pub intended: MaybeId<DeploymentProfile>,
    /// What the Autopilot service hands out: `deploymentProfile`.
    pub assigned: MaybeId<DeploymentProfile>,
    /// `deploymentProfileAssignedDateTime`; [`SimTime::NEVER`] while there is none.
    pub assigned_at: SimTime,
    /// `lastContactedDateTime`; [`SimTime::NEVER`] while there is none.
    pub last_contacted: SimTime,
    /// Whether it is gone.
    pub deleted: bool,
    /// Whether it is being deregistered.
    pub leaving: bool,
    pub(crate) assignment: Timer,
    pub(crate) tag_change: Timer,
    pub(crate) last: RecordKey,
}

/// What the Autopilot service answers to a device in OOBE that asks for its profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileAnswer {
    /// The machine is not registered: device event 807, `ZtdDeviceIsNotRegistered`.
    NotRegistered,
    /// Registered, without a profile and without a default: device event 815.
    NoProfile,
    /// The profile.
    Profile {
        /// Which.
        profile: Id<DeploymentProfile>,
        /// The pre-assigned user; empty for none.
        assigned_user: Sym,
    },
}

impl Tenant {
    pub(crate) fn create_identity(
        &mut self,
        id: Guid,
        hardware: Id<Hardware>,
        group_tag: Sym,
        assigned_user: Sym,
        anchor: Id<EntraDevice>,
        cx: &Cx,
    ) -> Id<AutopilotDevice> {
        self.version += 1;
        self.identities.push(AutopilotDevice {
            id,
            hardware,
            group_tag,
            purchase_order_id: Sym::EMPTY,
            assigned_user,
            display_name: Sym::EMPTY,
            anchor,
            managed: MaybeId::NONE,
            enrollment_state: EnrollmentState::NotContacted,
            assignment_status: AssignmentStatus::NotAssigned,
            intended: MaybeId::NONE,
            assigned: MaybeId::NONE,
            assigned_at: NOT_YET,
            last_contacted: NOT_YET,
            deleted: false,
            leaving: false,
            assignment: Timer::default(),
            tag_change: Timer::default(),
            last: cx.cause(),
        })
    }

    /// An identity's record.
    pub fn identity(&self, id: Id<AutopilotDevice>) -> &AutopilotDevice {
        &self.identities[id]
    }

    /// All living identities, oldest first.
    pub fn identities(&self) -> impl Iterator<Item = (Id<AutopilotDevice>, &AutopilotDevice)> {
        self.identities.iter().filter(|(_, i)| !i.deleted)
    }

    /// The living identity of the machine with this serial number, without regard to case.
    pub fn identity_by_serial(&self, serial: &str, cx: &Cx) -> Option<Id<AutopilotDevice>> {
        let is = |i: &AutopilotDevice| cx.names.get(self.hardware[i.hardware].serial).eq_ignore_ascii_case(serial);
        self.identities().find(|(_, i)| is(i)).map(|(id, _)| id)
    }

    /// Whether the anchor of an identity still exists.
    pub fn anchor_of(&self, id: Id<AutopilotDevice>) -> Option<Id<EntraDevice>> {
        let anchor = self.identities[id].anchor;
        (!self.entra_devices[anchor].deleted).then_some(anchor)
    }

    /// A device in OOBE asks the Autopilot service for its profile, with its hardware hash.
    pub fn download_profile(&mut self, hash: HardwareHash, cx: &mut Cx) -> ProfileAnswer {
        let mut seen = cx.seen();
        let Some(id) = self.hardware_of(hash).and_then(|h| self.hardware[h].identity.get()) else {
            self.why_not_registered(hash, &mut seen);
            cx.decided_on(seen);
            return ProfileAnswer::NotRegistered;
        };
        let Some(profile) = self.identities[id].assigned.get() else {
            self.why_no_profile(id, cx, &mut seen);
            cx.decided_on(seen);
            return ProfileAnswer::NoProfile;
        };
        if let Some(from) = self.redeploy_from.get(&id).filter(|from| cx.now() < **from) {
            let until = *from;
            seen.note(|| {
                format!(
                    "the identity hands out its profile again at {until}, after the reset of its hybrid joined device"
                )
            });
            cx.decided_on(seen);
            return ProfileAnswer::NoProfile;
        }
        let identity = &mut self.identities[id];
        identity.assignment_status = AssignmentStatus::AssignedInSync;
        self.version += 1;
        let who = self.hardware[identity.hardware].label;
        cx.tell(&kinds::PROFILE_DOWNLOADED, who, &[self.deployment_profiles[profile].name.into()]);
        ProfileAnswer::Profile { profile, assigned_user: identity.assigned_user }
    }

    /// `updateDeviceProperties` with a group tag. The Entra device carries it as `[OrderId]` a while later.
    pub fn set_group_tag(&mut self, id: Id<AutopilotDevice>, tag: Sym, cx: &mut Cx) {
        let identity = &mut self.identities[id];
        let was = std::mem::replace(&mut identity.group_tag, tag);
        let who = self.hardware[identity.hardware].label;
        cx.tell(&kinds::GROUP_TAG_SET, who, &[tag.into(), was.into()]);
        let whose = identity.id;
        let at = cx.now() + self.delay(self.knobs.group_tag_to_order_id, whose, 1, cx);
        let identity = &mut self.identities[id];
        identity.last = cx.cause();
        cx.set(&mut identity.tag_change, actor::identity(id), 0, at);
        self.version += 1;
    }

    pub(crate) fn identity_due(&mut self, id: Id<AutopilotDevice>, _step: u16, cx: &mut Cx) -> bool {
        let identity = &mut self.identities[id];
        if !cx.schedule.ring(&mut identity.tag_change) {
            return false;
        }
        cx.because(identity.last);
        if identity.leaving {
            self.deregistered(id, cx);
            return true;
        }
        let (tag, anchor, who) = (identity.group_tag, identity.anchor, self.hardware[identity.hardware].label);
        let device = &mut self.entra_devices[anchor];
        if device.deleted || device.order_id == tag {
            return true;
        }
        let was = std::mem::replace(&mut device.order_id, tag);
        cx.tell(&kinds::ANCHOR_TAGGED, who, &[tag.into(), was.into()]);
        self.device_changed(anchor, cx);
        true
    }

    /// `assignUserToDevice`, or with an empty name its reverse. The device hears of it when it next asks for its profile.
    pub fn set_assigned_user(&mut self, id: Id<AutopilotDevice>, upn: &str, cx: &mut Cx) {
        let upn = cx.name(upn);
        let identity = &mut self.identities[id];
        let was = std::mem::replace(&mut identity.assigned_user, upn);
        cx.tell(&kinds::USER_PREASSIGNED, self.hardware[identity.hardware].label, &[upn.into(), was.into()]);
        self.version += 1;
    }

    /// `updateDeviceProperties` with a name, which hybrid join does not use.
    pub fn set_identity_name(&mut self, id: Id<AutopilotDevice>, name: &str, cx: &mut Cx) {
        let identity = &mut self.identities[id];
        identity.display_name = cx.name(name);
        cx.tell(&kinds::IDENTITY_NAMED, self.hardware[identity.hardware].label, &[identity.display_name.into()]);
        self.version += 1;
    }

    /// `allowNextEnrollment`: a device that may enrol but once may do so again.
    pub fn allow_next_enrollment(&mut self, id: Id<AutopilotDevice>, cx: &mut Cx) {
        let identity = &self.identities[id];
        let (id, who) = (identity.id, self.hardware[identity.hardware].label);
        self.kept.set(id, [("userlessEnrollmentStatus", "allowed".into())]);
        cx.tell(&kinds::ENROLLMENT_ALLOWED, who, &[]);
        self.version += 1;
    }

    /// Deregisters a machine: the service is through with it after a while, or at the next synchronisation. Refused while
    /// a managed device hangs on it.
    ///
    /// Source: deregistration article: the device is deleted from Intune first; its Entra device goes with the identity.
    pub fn delete_identity(&mut self, id: Id<AutopilotDevice>, cx: &mut Cx) -> Result<(), StillEnrolled> {
        if self.is_enrolled(id) {
            return Err(StillEnrolled);
        }
        self.deregister(id, cx);
        Ok(())
    }

    /// Whether a managed device hangs on an identity.
    pub fn is_enrolled(&self, id: Id<AutopilotDevice>) -> bool {
        let identity = &self.identities[id];
        !identity.deleted && identity.managed.get().is_some_and(|m| !self.managed_devices[m].deleted)
    }

    pub(crate) fn deregister(&mut self, id: Id<AutopilotDevice>, cx: &mut Cx) {
        let identity = &self.identities[id];
        if identity.deleted || identity.leaving {
            return;
        }
        let at = cx.now() + self.delay(self.knobs.deregistration, identity.id, 5, cx);
        let who = self.hardware[identity.hardware].label;
        let last = cx.tell(&kinds::IDENTITY_LEAVES, who, &[]);
        let identity = &mut self.identities[id];
        identity.leaving = true;
        identity.last = last;
        cx.set(&mut identity.tag_change, actor::identity(id), 0, at);
        self.version += 1;
    }

    /// The deregistration is through.
    pub(crate) fn deregistered(&mut self, id: Id<AutopilotDevice>, cx: &mut Cx) {
        let identity = &mut self.identities[id];
        cx.schedule.clear(&mut identity.tag_change);
        let (anchor, hardware) = (identity.anchor, identity.hardware);
        identity.deleted = true;
        cx.schedule.clear(&mut identity.assignment);
        self.hardware[hardware].identity = MaybeId::NONE;
        let device = &mut self.entra_devices[anchor];
        let gone = std::mem::replace(&mut device.deleted, true);
        cx.schedule.clear(&mut device.evaluation);
        let device_id = device.device_id;
        cx.tell(&kinds::IDENTITY_DELETED, self.hardware[hardware].label, &[device_id.into()]);
        if !gone {
            self.forget_entra_device(anchor, cx);
        }
        self.kept.forget(self.identities[id].id);
        self.version += 1;
    }
}

/// An identity cannot be deleted while its device is enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device is still enrolled in Intune; delete the managed device first")]
pub struct StillEnrolled;

//! Deployment profiles: `windowsAutopilotDeploymentProfiles`, their targeting, and the pipeline that brings them to devices.

use crate::autopilot_device::AssignmentStatus;
use crate::knobs::AssignedBeforeContact;
use crate::tenant::{IDS, Tenant};
use crate::{AutopilotDevice, EntraDevice, Group, actor, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Evidence, Guid, Id, Key, SimTime, Sym, Unasked};

/// Whom a profile is for: its assignments. Used by every kind of profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assignment {
    /// `allDevicesAssignmentTarget`.
    pub all_devices: bool,
    /// `allLicensedUsersAssignmentTarget`.
    pub all_users: bool,
    /// `groupAssignmentTarget`.
    pub include: Vec<Id<Group>>,
    /// `exclusionGroupAssignmentTarget`.
    pub exclude: Vec<Id<Group>>,
}

/// How a device that gets the profile joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinType {
    /// `activeDirectoryWindowsAutopilotDeploymentProfile`: Entra hybrid joined.
    Hybrid,
    /// `azureADWindowsAutopilotDeploymentProfile`: Entra joined.
    Entra,
}

/// A `windowsAutopilotDeploymentProfile`.
#[derive(Debug, Clone)]
pub struct DeploymentProfile {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// `description`.
    pub description: Sym,
    /// The type of the resource.
    pub join: JoinType,
    /// `hybridAzureADJoinSkipConnectivityCheck`.
    pub skip_connectivity_check: bool,
    /// `hardwareHashExtractionEnabled`, formerly `extractHardwareHash`: convert all targeted devices.
    pub convert_all: bool,
    /// `preprovisioningAllowed`, formerly `enableWhiteGlove`.
    pub preprovisioning_allowed: bool,
    /// `deviceNameTemplate`; hybrid join does not use it.
    pub device_name_template: Sym,
    /// `createdDateTime`. Of several profiles for one device the oldest wins.
    pub created: SimTime,
    /// `lastModifiedDateTime`.
    pub modified: SimTime,
    /// Whom it is for.
    pub assignment: Assignment,
    /// Whether it is gone.
    pub deleted: bool,
}

/// What one asks for when creating a deployment profile.
#[derive(Debug, Clone)]
pub struct NewDeploymentProfile {
    /// `displayName`.
    pub name: String,
    /// `description`.
    pub description: String,
    /// Hybrid or Entra join.
    pub join: JoinType,
    /// Skip AD connectivity check.
    pub skip_connectivity_check: bool,
    /// Convert all targeted devices.
    pub convert_all: bool,
    /// Allow pre-provisioning.
    pub preprovisioning_allowed: bool,
    /// Name template, for Entra join.
    pub device_name_template: String,
    /// Whom it is for.
    pub assignment: Assignment,
}

/// What is changed of a deployment profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub skip_connectivity_check: Option<bool>,
    pub convert_all: Option<bool>,
    pub preprovisioning_allowed: Option<bool>,
    pub device_name_template: Option<String>,
    /// What no field of the record has a place for.
    pub kept: Vec<(&'static str, serde_json::Value)>,
}

const TO_PENDING: u16 = 1;
const TO_ASSIGNED: u16 = 2;

impl Assignment {
    /// Whether the assignment reaches a device, as its groups are now: by group, by all devices, or not.
    pub fn reaches(
        &self,
        tenant: &Tenant,
        device: Id<EntraDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<Reach> {
        if let Some(group) = self.exclude.iter().find(|g| tenant.is_device_in(**g, device)) {
            evidence
                .note(|| format!("the device is in the excluded group {}", cx.names.get(tenant.groups[*group].name)));
            None
        } else if self.include.iter().any(|g| tenant.is_member(*g, device, cx, evidence)) {
            Some(Reach::Group)
        } else if self.all_devices {
            Some(Reach::AllDevices)
        } else {
            None
        }
    }
}

/// How an assignment reaches a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Through a group.
    Group,
    /// Because it is for all devices.
    AllDevices,
    /// Because an administrator assigned it to the device itself.
    Direct,
}

impl Tenant {
    /// Adds a deployment profile.
    pub fn add_deployment_profile(&mut self, new: NewDeploymentProfile, cx: &mut Cx) -> Id<DeploymentProfile> {
        let nth = self.deployment_profiles.iter().filter(|(_, p)| cx.names.get(p.name) == new.name).count() as u64;
        let profile = DeploymentProfile {
            id: cx.chance.guid(IDS, Key::of("deployment profile", &new.name), nth),
            name: cx.name(&new.name),
            description: cx.name(&new.description),
            join: new.join,
            skip_connectivity_check: new.skip_connectivity_check,
            convert_all: new.convert_all,
            preprovisioning_allowed: new.preprovisioning_allowed,
            device_name_template: cx.name(&new.device_name_template),
            created: cx.now(),
            modified: cx.now(),
            assignment: new.assignment,
            deleted: false,
        };
        let id = self.deployment_profiles.push(profile);
        self.retarget_all(cx);
        id
    }

    /// A deployment profile by name.
    pub fn deployment_profile(&self, name: &str, cx: &Cx) -> Option<Id<DeploymentProfile>> {
        self.deployment_profiles().find(|(_, p)| cx.names.get(p.name) == name).map(|(id, _)| id)
    }

    /// A deployment profile's record.
    pub fn deployment_profile_record(&self, id: Id<DeploymentProfile>) -> &DeploymentProfile {
        &self.deployment_profiles[id]
    }

    /// All living deployment profiles, oldest first.
    pub fn deployment_profiles(&self) -> impl Iterator<Item = (Id<DeploymentProfile>, &DeploymentProfile)> {
        self.deployment_profiles.iter().filter(|(_, p)| !p.deleted)
    }

    /// Changes whom a deployment profile is for.
    pub fn assign_deployment_profile(&mut self, id: Id<DeploymentProfile>, assignment: Assignment, cx: &mut Cx) {
        self.deployment_profiles[id].assignment = assignment;
        self.retarget_all(cx);
    }

    /// Switches *Convert all targeted devices*. Switching it off does not deregister anything.
    pub fn set_convert_all(&mut self, id: Id<DeploymentProfile>, on: bool, cx: &mut Cx) {
        let profile = &mut self.deployment_profiles[id];
        profile.convert_all = on;
        profile.modified = cx.now();
        cx.tell(&kinds::CONVERT_SET, profile.name, &[if on { "Yes" } else { "No" }.into()]);
        self.retarget_all(cx);
    }

    /// Switches *Allow pre-provisioned deployment*.
    pub fn set_preprovisioning(&mut self, id: Id<DeploymentProfile>, allowed: bool, cx: &mut Cx) {
        self.deployment_profiles[id].preprovisioning_allowed = allowed;
        self.profile_edited(id, cx);
    }

    /// Edits the connectivity check switch.
    pub fn set_skip_connectivity_check(&mut self, id: Id<DeploymentProfile>, skip: bool, cx: &mut Cx) {
        self.deployment_profiles[id].skip_connectivity_check = skip;
        self.profile_edited(id, cx);
    }

    /// Changes what is given of a profile.
    pub(crate) fn change_deployment_profile(&mut self, id: Id<DeploymentProfile>, change: ProfileChange, cx: &mut Cx) {
        let profile = &mut self.deployment_profiles[id];
        for (text, place) in [
            (change.name, &mut profile.name),
            (change.description, &mut profile.description),
            (change.device_name_template, &mut profile.device_name_template),
        ] {
            if let Some(text) = text {
                *place = cx.name(&text);
            }
        }
        profile.skip_connectivity_check = change.skip_connectivity_check.unwrap_or(profile.skip_connectivity_check);
        profile.preprovisioning_allowed = change.preprovisioning_allowed.unwrap_or(profile.preprovisioning_allowed);
        let converted = change.convert_all.filter(|on| *on != profile.convert_all);
        let guid = profile.id;
        self.kept.set(guid, change.kept);
        self.profile_edited(id, cx);
        if let Some(on) = converted {
            self.set_convert_all(id, on, cx);
        }
    }

    /// Deletes a deployment profile. Devices that had it are without until another reaches them.
    pub fn delete_deployment_profile(&mut self, id: Id<DeploymentProfile>, cx: &mut Cx) {
        let profile = &mut self.deployment_profiles[id];
        profile.deleted = true;
        self.kept.forget(profile.id);
        cx.tell(&kinds::PROFILE_DELETED, profile.name, &[]);
        self.retarget_all(cx);
    }

    /// Devices that downloaded the profile are out of sync until they do so again.
    fn profile_edited(&mut self, id: Id<DeploymentProfile>, cx: &mut Cx) {
        let profile = &mut self.deployment_profiles[id];
        profile.modified = cx.now();
        cx.tell(&kinds::PROFILE_EDITED, profile.name, &[]);
        for identity in self.identities.ids() {
            let identity = &mut self.identities[identity];
            if identity.assigned.get() == Some(id) && identity.assignment_status == AssignmentStatus::AssignedInSync {
                identity.assignment_status = AssignmentStatus::AssignedOutOfSync;
            }
        }
        self.version += 1;
    }

    /// Which deployment profile should apply to a device: of those that reach it through a group the oldest, else of those for all
    /// devices the oldest.
    ///
    /// Source: Autopilot profiles (memdocs, 2024): the oldest created one wins; the all-devices profile only when no other applies.
    pub fn profile_for(
        &self,
        device: Id<EntraDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<(Id<DeploymentProfile>, Reach)> {
        let mut best: Option<(Id<DeploymentProfile>, Reach)> = None;
        for (id, profile) in self.deployment_profiles() {
            let reach = profile.assignment.reaches(self, device, cx, &mut Unasked);
            evidence.note(|| {
                let how = match reach {
                    Some(Reach::Group) => "assigned to a group of the device",
                    Some(Reach::AllDevices) => "assigned to all devices",
                    Some(Reach::Direct) => "assigned to the device",
                    None => "not assigned to any group of the device",
                };
                format!("deployment profile {}, created {}: {how}", cx.names.get(profile.name), profile.created)
            });
            let Some(reach) = reach else { continue };
            // Profiles stand in order of creation, so the first of its kind is the oldest.
            best = match best {
                Some((_, Reach::Group)) => best,
                Some((_, Reach::AllDevices)) if reach == Reach::AllDevices => best,
                _ => Some((id, reach)),
            };
        }
        if best.is_none() && evidence.is_asked() {
            for (_, profile) in self.deployment_profiles() {
                profile.assignment.reaches(self, device, cx, evidence);
            }
            let mut profiles = self.deployment_profiles().map(|(_, p)| (p.name, &p.assignment));
            self.blame_unreached("deployment profile", &mut profiles, cx, evidence);
        }
        best
    }

    /// The groups of a device, or what profiles are for, changed: what should apply to it is decided anew.
    pub(crate) fn retarget(&mut self, device: Id<EntraDevice>, cx: &mut Cx) {
        self.version += 1;
        let record = &self.entra_devices[device];
        if let Some(managed) = record.managed.get() {
            cx.signal(actor::MDM_WORK, managed.row());
        }
        match record.identity.get() {
            Some(identity) if !self.identities[identity].deleted => self.intend(identity, cx),
            Some(_) => {}
            None => self.consider_conversion(device, cx),
        }
        // Before the twin is adopted, what is assigned to the anchor reaches the managed device of its identity.
        let identity = self.entra_devices[device].identity.get();
        if let Some(managed) = identity.and_then(|i| self.identities[i].managed.get()) {
            cx.signal(actor::MDM_WORK, managed.row());
        }
    }

    pub(crate) fn retarget_all(&mut self, cx: &mut Cx) {
        self.version += 1;
        let cause = cx.cause();
        let mut devices: Vec<Id<EntraDevice>> = self.entra_devices().map(|(id, _)| id).collect();
        devices.sort_by_cached_key(|d| {
            let device = &self.entra_devices[*d];
            (cx.names.get(device.who).to_owned(), device.device_id)
        });
        for device in devices {
            cx.because(cause);
            self.retarget(device, cx);
        }
    }

    /// Sets what targeting wants for an identity, and starts the pipeline when that is something else than before.
    fn intend(&mut self, id: Id<AutopilotDevice>, cx: &mut Cx) {
        let anchor = self.anchor_of(id);
        let found = anchor.and_then(|device| self.profile_for(device, cx, &mut Unasked));
        self.intend_profile(id, found, cx);
    }

    /// The same, when it is known what is wanted.
    pub(crate) fn intend_profile(
        &mut self,
        id: Id<AutopilotDevice>,
        found: Option<(Id<DeploymentProfile>, Reach)>,
        cx: &mut Cx,
    ) {
        let anchor = self.anchor_of(id);
        let identity = &self.identities[id];
        let who = self.hardware[identity.hardware].label;
        if found.map(|f| f.0) == identity.intended.get() {
            return;
        }
        let mut seen = cx.seen();
        match anchor {
            Some(device) if seen.is_asked() => {
                self.profile_for(device, cx, &mut seen);
            }
            Some(_) => {}
            None => self.why_anchor_gone(id, &mut seen),
        }
        cx.decided_on(seen);
        match found {
            Some((profile, reach)) => {
                let why = match reach {
                    Reach::Group => &kinds::WHY_GROUP_ASSIGNMENT,
                    Reach::AllDevices => &kinds::WHY_ALL_DEVICES,
                    Reach::Direct => &kinds::WHY_DIRECT,
                };
                cx.tell_why(&kinds::PROFILE_INTENDED, who, &[self.deployment_profiles[profile].name.into()], why);
                let at = cx.now() + self.delay(self.knobs.profile_pending, identity.id, 2, cx);
                let identity = &mut self.identities[id];
                identity.intended = profile.into();
                identity.last = cx.cause();
                cx.set(&mut identity.assignment, actor::assignment(id), TO_PENDING, at);
            }
            None => {
                let why = if anchor.is_some() { &kinds::WHY_NO_PROFILE } else { &kinds::WHY_ANCHOR_GONE };
                cx.tell_why(&kinds::PROFILE_UNASSIGNED, who, &[], why);
                let identity = &mut self.identities[id];
                identity.last = cx.cause();
                identity.intended = MaybeId::NONE;
                identity.assigned = MaybeId::NONE;
                identity.assigned_at = SimTime::NEVER;
                identity.assignment_status = AssignmentStatus::NotAssigned;
                cx.schedule.clear(&mut identity.assignment);
            }
        }
        self.version += 1;
    }

    pub(crate) fn assignment_due(&mut self, id: Id<AutopilotDevice>, step: u16, cx: &mut Cx) -> bool {
        let identity = &mut self.identities[id];
        if !cx.schedule.ring(&mut identity.assignment) {
            return false;
        }
        let Some(profile) = identity.intended.get() else { return true };
        cx.because(identity.last);
        let (who, name) = (self.hardware[identity.hardware].label, self.deployment_profiles[profile].name);
        if step == TO_PENDING {
            identity.assignment_status = AssignmentStatus::Pending;
            cx.tell(&kinds::PROFILE_PENDING, who, &[name.into()]);
            let rest = self.knobs.profile_assign - self.knobs.profile_pending;
            let at = cx.now() + self.delay(rest, self.identities[id].id, 3, cx);
            let identity = &mut self.identities[id];
            identity.last = cx.cause();
            cx.set(&mut identity.assignment, actor::assignment(id), TO_ASSIGNED, at);
        } else {
            debug_assert_eq!(step, TO_ASSIGNED, "the pipeline has two steps");
            identity.assignment_status = match self.knobs.assigned_before_contact {
                AssignedBeforeContact::UnknownSyncState => AssignmentStatus::AssignedUnknownSyncState,
                AssignedBeforeContact::InSync => AssignmentStatus::AssignedInSync,
            };
            identity.assigned = profile.into();
            identity.assigned_at = cx.now();
            identity.last =
                cx.tell(&kinds::PROFILE_ASSIGNED, who, &[name.into(), identity.assignment_status.graph().into()]);
        }
        self.version += 1;
        true
    }
}

//! Intune: enrolment, managed devices, and what a check-in brings.

use crate::entra_device::{NewEntraDevice, TrustType};
use crate::odj::OdjBlob;
use crate::policy::MdmScope;
use crate::tenant::{IDS, Tenant};
use crate::{
    AutopilotDevice, EnrollmentState, EntraDevice, EspSettings, Hardware, HardwareHash, OdjRequest, Ownership, User,
    actor, kinds,
};
use sim_core::rows::MaybeId;
use sim_core::{Arg, Blame, Cx, Evidence, Guid, Id, Key, Kind, Purpose, RecordKey, SimDuration, SimTime, Sym, Timer};

const HOST_NAME: Purpose = Purpose::named("default host name");

/// `joinType` of a managed device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagedJoin {
    /// `azureADJoined`.
    EntraJoined,
    /// `hybridAzureADJoined`.
    HybridJoined,
}

/// A `managedDevice`.
#[derive(Debug, Clone)]
pub struct ManagedDevice {
    /// `id`.
    pub id: Guid,
    /// Whom a person would call it.
    pub who: Sym,
    /// The machine.
    pub hardware: Id<Hardware>,
    /// `deviceName`.
    pub device_name: Sym,
    /// `userId`, by row.
    pub user: MaybeId<User>,
    /// The device of `azureADDeviceId`: the anchor, after the user's sign-in on a hybrid joined device the twin.
    pub entra_device: Id<EntraDevice>,
    /// The Autopilot device identity: `autopilotEnrolled`.
    pub identity: MaybeId<AutopilotDevice>,
    /// `managedDeviceOwnerType`.
    pub ownership: Ownership,
    /// `joinType`.
    pub join: ManagedJoin,
    /// `complianceState`: unknown before the first verdict.
    pub compliant: Option<bool>,
    /// `enrolledDateTime`.
    pub enrolled: SimTime,
    /// `lastSyncDateTime`.
    pub last_sync: SimTime,
    /// The offline domain join request made for it.
    pub odj: MaybeId<OdjRequest>,
    /// Whether it is gone.
    pub deleted: bool,
    /// A conversion that waits for this device's next check-in since then; [`SimTime::NEVER`] for none.
    pub(crate) convert_since: SimTime,
    pub(crate) conversion: Timer,
    compliance: Timer,
    pub(crate) last: RecordKey,
}

/// Why an enrolment is refused. The numbers are the `MENROLL_E_…` constants of the Windows SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrollError {
    /// 0x80180018 `USERLICENSE`.
    UserLicense,
    /// 0x80180031 `MDM_NOT_CONFIGURED`: no MDM address in the token. That this is the code in OOBE is assumed.
    MdmNotConfigured,
    /// 0x80180014 `DEVICENOTSUPPORTED`: a platform restriction.
    DeviceNotSupported {
        /// Whether it was because the device counts as personally owned.
        personal: bool,
    },
}

impl EnrollError {
    /// The code on the device's screen.
    pub const fn code(self) -> u32 {
        match self {
            Self::UserLicense => 0x8018_0018,
            Self::MdmNotConfigured => 0x8018_0031,
            Self::DeviceNotSupported { .. } => 0x8018_0014,
        }
    }
    const fn why(self) -> &'static Kind {
        match self {
            Self::UserLicense => &kinds::WHY_NOT_LICENSED,
            Self::MdmNotConfigured => &kinds::WHY_SCOPE,
            Self::DeviceNotSupported { personal: false } => &kinds::WHY_PLATFORM,
            Self::DeviceNotSupported { personal: true } => &kinds::WHY_PERSONAL_BLOCKED,
        }
    }
}

/// What a check-in of a device on its way into a domain brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckIn {
    /// Nothing for it.
    Nothing,
    /// An offline domain join request has just been made for it.
    OdjRequested,
    /// The blob.
    OdjBlob(OdjBlob),
}

impl Tenant {
    /// Enrols a device of a user. An Autopilot device counts as corporate; any other as its `ownership` says.
    pub fn enroll(
        &mut self,
        user: Id<User>,
        hash: HardwareHash,
        who: Sym,
        cx: &mut Cx,
    ) -> Result<(Id<ManagedDevice>, EspSettings), EnrollError> {
        let hardware = self.hardware_of(hash);
        let identity = hardware.and_then(|h| self.hardware[h].identity.get());
        let mut seen = cx.seen();
        if let Some(error) = self.enrolment_refusal(user, identity.is_some(), cx, &mut seen) {
            cx.decided_on(seen);
            cx.tell_why(&kinds::ENROLL_REFUSED, who, &[Arg::Code(error.code())], error.why());
            return Err(error);
        }
        let hardware = hardware.unwrap_or_else(|| self.know_unnamed(hash, who));
        let serial = self.hardware[hardware].serial;
        let nth = u64::from(self.hardware[hardware].enrollments);
        let key = Key::of("managed device", cx.names.get(serial)).part(nth);
        let name = default_host_name(key, cx);
        let anchor = identity.and_then(|i| self.anchor_of(i)).unwrap_or_else(|| {
            // Without an anchor the service makes an Entra device that carries no ZTDID.
            let new = NewEntraDevice {
                device_id: cx.chance.guid(IDS, key, 2),
                who,
                display_name: name,
                trust_type: TrustType::AzureAd,
                enabled: true,
                ownership: if identity.is_some() { Ownership::Company } else { Ownership::Personal },
                registered: cx.now(),
            };
            self.create_entra_device(key, new, cx)
        });
        let ownership = if identity.is_some() { Ownership::Company } else { Ownership::Personal };
        let id = self.create_managed_device(key, who, hardware, name, Some(user), anchor, ownership, cx);
        if let Some(identity) = identity {
            self.managed_devices[id].identity = identity.into();
            let profile = self.identities[identity].assigned.get();
            let record = &mut self.identities[identity];
            record.managed = id.into();
            record.enrollment_state = EnrollmentState::Enrolled;
            record.last_contacted = cx.now();
            if let Some(profile) = profile {
                self.entra_devices[anchor].enrollment_profile = self.deployment_profiles[profile].name;
            }
        }
        cx.tell(&kinds::ENROLLED, who, &[name.into()]);
        let at = cx.now() + self.delay(self.knobs.compliance_first, self.managed_devices[id].id, 4, cx);
        let managed = &mut self.managed_devices[id];
        managed.last = cx.cause();
        cx.set(&mut managed.compliance, actor::compliance(id), 0, at);
        self.device_changed(anchor, cx);
        Ok((id, self.esp_for(anchor, Some(user), cx)))
    }

    /// Why an enrolment is refused, if it is: the MDM user scope comes first, then the licence, then platform restrictions.
    pub fn enrolment_refusal(
        &self,
        user: Id<User>,
        autopilot: bool,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<EnrollError> {
        let in_scope = match &self.policies.mdm_scope {
            MdmScope::All => true,
            MdmScope::None => false,
            MdmScope::Selected(groups) => groups.iter().any(|g| self.is_user_in(*g, user)),
        };
        let upn = self.users[user].upn;
        let named = |name: &str| cx.names.find(name).unwrap_or_default();
        evidence.note(|| {
            let (held, upn) = (if in_scope { "holds" } else { "does not hold" }, cx.names.get(upn));
            format!("the MDM user scope, {}, {held} {upn}", self.scope_text(cx))
        });
        if !in_scope {
            evidence.blame(|| {
                let says = format!("it is {} and does not hold {}", self.scope_text(cx), cx.names.get(upn));
                Blame::new("MDM user scope", named("mdm_scope"), says)
            });
            return Some(EnrollError::MdmNotConfigured);
        }
        let licensed = self.users[user].intune_licensed;
        evidence.note(|| {
            let has = if licensed { "has" } else { "has no" };
            format!("{} {has} licence with Intune", cx.names.get(upn))
        });
        if !licensed {
            evidence.blame(|| Blame::new("user", upn, "has no Intune licence").or_made_by(&[&kinds::LICENSE_TAKEN]));
            return Some(EnrollError::UserLicense);
        }
        let kind = if autopilot { "registered with Windows Autopilot, so corporate" } else { "personally owned" };
        evidence.note(|| format!("the device counts as {kind}"));
        let restriction = |key: &str, says: &str| Blame::new("platform restriction", named(key), says);
        if self.policies.windows_blocked {
            evidence.blame(|| restriction("windows_blocked", "it blocks Windows (MDM)"));
            Some(EnrollError::DeviceNotSupported { personal: false })
        } else if self.policies.personal_windows_blocked && !autopilot {
            evidence.blame(|| restriction("personal_windows_blocked", "it blocks personally owned Windows devices"));
            Some(EnrollError::DeviceNotSupported { personal: true })
        } else {
            None
        }
    }

    fn scope_text(&self, cx: &Cx) -> String {
        match &self.policies.mdm_scope {
            MdmScope::All => "all".into(),
            MdmScope::None => "none".into(),
            MdmScope::Selected(groups) => {
                let names: Vec<&str> = groups.iter().map(|g| cx.names.get(self.groups[*g].name)).collect();
                format!("some ({})", names.join(", "))
            }
        }
    }

    /// Adds a device that was enrolled before the world began: a managed device with its Entra device.
    pub fn adopt_enrolled(
        &mut self,
        hardware: Id<Hardware>,
        name: Sym,
        user: Option<Id<User>>,
        ownership: Ownership,
        cx: &mut Cx,
    ) -> Id<ManagedDevice> {
        let known = self.hardware[hardware];
        let key = Key::of("enrolled before", cx.names.get(known.serial));
        let new = NewEntraDevice {
            device_id: cx.chance.guid(IDS, key, 2),
            who: known.label,
            display_name: name,
            trust_type: TrustType::AzureAd,
            enabled: true,
            ownership,
            registered: cx.now(),
        };
        let device = self.create_entra_device(key, new, cx);
        let id = self.create_managed_device(key, known.label, hardware, name, user, device, ownership, cx);
        self.managed_devices[id].compliant = Some(true);
        self.entra_devices[device].compliant = Some(true);
        self.device_changed(device, cx);
        id
    }

    #[allow(clippy::too_many_arguments)] // the fields of the record, each of another type
    fn create_managed_device(
        &mut self,
        key: Key,
        who: Sym,
        hardware: Id<Hardware>,
        name: Sym,
        user: Option<Id<User>>,
        entra_device: Id<EntraDevice>,
        ownership: Ownership,
        cx: &mut Cx,
    ) -> Id<ManagedDevice> {
        let id = self.managed_devices.push(ManagedDevice {
            id: cx.chance.guid(IDS, key, 0),
            who,
            hardware,
            device_name: name,
            user: user.into(),
            entra_device,
            identity: MaybeId::NONE,
            ownership,
            join: ManagedJoin::EntraJoined,
            compliant: None,
            enrolled: cx.now(),
            last_sync: cx.now(),
            odj: MaybeId::NONE,
            deleted: false,
            convert_since: SimTime::NEVER,
            conversion: Timer::default(),
            compliance: Timer::default(),
            last: cx.cause(),
        });
        self.hardware[hardware].enrollments += 1;
        let device = &mut self.entra_devices[entra_device];
        device.managed = id.into();
        device.ownership = ownership;
        device.enabled = true;
        if device.owner.get().is_none() {
            device.owner = user.into();
        }
        self.touch_device(entra_device);
        id
    }

    fn know_unnamed(&mut self, hash: HardwareHash, who: Sym) -> Id<Hardware> {
        self.know_hardware(Hardware {
            hash,
            label: who,
            serial: who,
            manufacturer: Sym::EMPTY,
            model: Sym::EMPTY,
            other_tenant: false,
            registrations: 0,
            enrollments: 0,
            uploaded: 0,
            identity: MaybeId::NONE,
        })
    }

    /// A managed device's record.
    pub fn managed_device(&self, id: Id<ManagedDevice>) -> &ManagedDevice {
        &self.managed_devices[id]
    }

    /// All living managed devices, oldest first.
    pub fn managed_devices(&self) -> impl Iterator<Item = (Id<ManagedDevice>, &ManagedDevice)> {
        self.managed_devices.iter().filter(|(_, m)| !m.deleted)
    }

    /// A device on its way into a domain checks in. The first time that a domain join profile reaches it, a request goes to the
    /// connectors; when one has answered, the blob comes down.
    pub fn check_in(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) -> CheckIn {
        let managed = &mut self.managed_devices[id];
        managed.last_sync = cx.now();
        match managed.odj.get() {
            Some(request) => self.odj_requests[request].blob().map_or(CheckIn::Nothing, CheckIn::OdjBlob),
            None if self.request_odj(id, cx) => CheckIn::OdjRequested,
            None => CheckIn::Nothing,
        }
    }

    /// What a device reports of itself once it has its name: the name replaces what the lists showed.
    pub fn report_name(&mut self, id: Id<ManagedDevice>, name: Sym, cx: &mut Cx) {
        let managed = &mut self.managed_devices[id];
        managed.last_sync = cx.now();
        if managed.device_name == name {
            return;
        }
        managed.device_name = name;
        let (who, entra, identity) = (managed.who, managed.entra_device, managed.identity.get());
        let was = std::mem::replace(&mut self.entra_devices[entra].display_name, name);
        if let Some(identity) = identity
            && self.knobs.identity_shows_host_name
        {
            self.identities[identity].display_name = name;
        }
        cx.tell(&kinds::DEVICE_RENAMED, who, &[name.into(), was.into()]);
        self.device_changed(entra, cx);
    }

    /// After the user's first sign-in on a hybrid joined device Intune follows the twin: `azureADDeviceId` changes.
    ///
    /// Source: Autopilot known issues (memdocs, 2025).
    pub fn follow_twin(&mut self, id: Id<ManagedDevice>, twin: Id<EntraDevice>, cx: &mut Cx) {
        let managed = &mut self.managed_devices[id];
        managed.last_sync = cx.now();
        if managed.entra_device == twin {
            return;
        }
        let anchor = std::mem::replace(&mut managed.entra_device, twin);
        managed.join = ManagedJoin::HybridJoined;
        let (who, compliant, ownership) = (managed.who, managed.compliant, managed.ownership);
        self.entra_devices[anchor].managed = MaybeId::NONE;
        let device = &mut self.entra_devices[twin];
        device.managed = id.into();
        device.ownership = ownership;
        device.compliant = compliant;
        let device_id = device.device_id;
        cx.tell(&kinds::TWIN_ADOPTED, who, &[device_id.into()]);
        self.device_changed(anchor, cx);
        self.device_changed(twin, cx);
    }

    pub(crate) fn compliance_due(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) -> bool {
        let managed = &mut self.managed_devices[id];
        if !cx.schedule.ring(&mut managed.compliance) {
            return false;
        }
        if managed.deleted {
            return true;
        }
        cx.because(managed.last);
        managed.compliant = Some(true);
        let (who, entra) = (managed.who, managed.entra_device);
        self.entra_devices[entra].compliant = Some(true);
        cx.tell(&kinds::COMPLIANT, who, &[]);
        self.touch_device(entra);
        true
    }

    /// The device was taken back to OOBE. The managed device and the identity stay; the identity waits for the next enrolment.
    pub fn device_was_reset(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) {
        self.abandon_odj(id);
        let managed = &mut self.managed_devices[id];
        let join = managed.join;
        cx.schedule.clear(&mut managed.compliance);
        if let Some(identity) = managed.identity.get() {
            self.identities[identity].enrollment_state = EnrollmentState::PendingReset;
            if join == ManagedJoin::HybridJoined && self.knobs.redeploy_wait > SimDuration::ZERO {
                self.redeploy_from.insert(identity, cx.now() + self.knobs.redeploy_wait);
            }
        }
        self.version += 1;
    }

    /// An administrator says who owns a device. What is targeted may change with it.
    pub(crate) fn set_ownership(&mut self, id: Id<ManagedDevice>, ownership: Ownership, cx: &mut Cx) {
        let managed = &mut self.managed_devices[id];
        managed.ownership = ownership;
        let (who, entra) = (managed.who, managed.entra_device);
        self.entra_devices[entra].ownership = ownership;
        let word = match ownership {
            Ownership::Unknown => "unknown",
            Ownership::Company => "company",
            Ownership::Personal => "personal",
        };
        cx.tell(&kinds::OWNERSHIP_SET, who, &[word.into()]);
        self.device_changed(entra, cx);
        self.retarget(entra, cx);
    }

    /// Deletes a managed device. Its Autopilot identity is then as if never enrolled.
    pub fn delete_managed_device(&mut self, id: Id<ManagedDevice>, cx: &mut Cx) {
        let managed = &mut self.managed_devices[id];
        if std::mem::replace(&mut managed.deleted, true) {
            return;
        }
        cx.schedule.clear(&mut managed.compliance);
        cx.schedule.clear(&mut managed.conversion);
        let (who, name, entra, identity) =
            (managed.who, managed.device_name, managed.entra_device, managed.identity.get());
        cx.tell(&kinds::MANAGED_DEVICE_DELETED, who, &[name.into()]);
        self.remote_actions.remove(&id);
        self.kept.forget(self.managed_devices[id].id);
        self.entra_devices[entra].managed = MaybeId::NONE;
        if let Some(identity) = identity {
            let identity = &mut self.identities[identity];
            identity.managed = MaybeId::NONE;
            identity.enrollment_state = EnrollmentState::NotContacted;
        }
        self.device_changed(entra, cx);
    }
}

/// The name that Windows gives itself when nothing else does: `DESKTOP-` and seven characters.
///
/// Source: the how-to of 2022 for the beginning; the rest as observed.
pub fn default_host_name(key: Key, cx: &mut Cx) -> Sym {
    let mut draw = cx.draw(HOST_NAME, key, 0);
    let rest = draw.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 7);
    cx.name(&format!("DESKTOP-{rest}"))
}

//! Who may enrol what in Intune, and why not: one pure decision over scopes, addresses, licences, restrictions and limits.

use crate::policy::MdmUrl;
use crate::tenant::Tenant;
use crate::{HardwareHash, User, kinds};
use sim_core::{Blame, Cx, Evidence, Id, Kind, Sym};

/// Somebody, or a device by itself, wants to enrol.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment {
    /// The user who signed in; none where a technician provisions the device.
    pub user: Option<Id<User>>,
    /// The machine.
    pub hash: HardwareHash,
    /// Whom a person would call it.
    pub who: Sym,
    /// The build of Windows on it.
    pub os_build: u32,
    /// Whether it enrols by itself, in pre-provisioning.
    pub technician: bool,
}

/// Why an enrolment is refused. The numbers are the `MENROLL_E_…` constants of the Windows SDK unless stated otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrollError {
    /// 0x80180018 `USERLICENSE`.
    UserLicense,
    /// 0x80180031 `MDM_NOT_CONFIGURED`: no MDM address in the token. That this is the code in OOBE is assumed.
    MdmNotConfigured {
        /// Whether it was because the user is in the MAM scope, which wins on devices that are not corporate.
        mam: bool,
    },
    /// 0x81036501 of the enrollment status page: more than one MDM configuration, or one that is not Intune.
    SeveralMdm,
    /// No code: the page of the MDM terms of use cannot be opened.
    TermsOfUse {
        /// Whether the page refused because the user has no licence, rather than that its address is wrong.
        unlicensed: bool,
    },
    /// 0x80180010 `CONNECTIVITY`: nobody answers at the discovery address. That this is the code is assumed.
    Discovery,
    /// 0x80180014 `DEVICENOTSUPPORTED`: a platform restriction.
    DeviceNotSupported {
        /// Whether it was because the device counts as personally owned.
        personal: bool,
    },
    /// 0x80180014: an Autopilot device enrols by itself only once.
    OneTimeLimit,
    /// 0x80180013 `DEVICECAPREACHED`.
    DeviceCapReached,
    /// 0x80180005 `CONFIGMGRSERVER_ERROR`: pre-provisioning is not allowed by the profile, or there is none.
    PreprovisioningNotAllowed,
    /// 0x801c03f3 of device registration: the Entra device of the registration is gone.
    AnchorMissing,
}

impl EnrollError {
    /// The code on the device's screen; none for the page of the terms of use.
    pub const fn code(self) -> u32 {
        match self {
            Self::UserLicense => 0x8018_0018,
            Self::MdmNotConfigured { .. } => 0x8018_0031,
            Self::SeveralMdm => 0x8103_6501,
            Self::TermsOfUse { .. } => 0,
            Self::Discovery => 0x8018_0010,
            Self::DeviceNotSupported { .. } | Self::OneTimeLimit => 0x8018_0014,
            Self::DeviceCapReached => 0x8018_0013,
            Self::PreprovisioningNotAllowed => 0x8018_0005,
            Self::AnchorMissing => 0x801c_03f3,
        }
    }

    /// What the rule says.
    pub const fn why(self) -> &'static Kind {
        match self {
            Self::UserLicense | Self::TermsOfUse { unlicensed: true } => &kinds::WHY_NOT_LICENSED,
            Self::MdmNotConfigured { mam: false } => &kinds::WHY_SCOPE,
            Self::MdmNotConfigured { mam: true } => &kinds::WHY_MAM,
            Self::SeveralMdm => &kinds::WHY_SEVERAL_MDM,
            Self::TermsOfUse { unlicensed: false } => &kinds::WHY_TERMS_URL,
            Self::Discovery => &kinds::WHY_DISCOVERY_URL,
            Self::DeviceNotSupported { personal: false } => &kinds::WHY_PLATFORM,
            Self::DeviceNotSupported { personal: true } => &kinds::WHY_PERSONAL_BLOCKED,
            Self::OneTimeLimit => &kinds::WHY_ONE_TIME,
            Self::DeviceCapReached => &kinds::WHY_DEVICE_CAP,
            Self::PreprovisioningNotAllowed => &kinds::WHY_PREPROVISIONING,
            Self::AnchorMissing => &kinds::WHY_ANCHOR_GONE,
        }
    }

    /// What the server's fault says, in the service's words.
    pub const fn fault(self) -> &'static str {
        match self {
            Self::UserLicense => "server fault: UserLicense",
            Self::MdmNotConfigured { .. } => "auto MDM enrolment: no MDM address for the user",
            Self::SeveralMdm => "more than one MDM configuration for the user",
            Self::TermsOfUse { .. } => "the MDM terms of use page could not be opened",
            Self::Discovery => "MDM discovery failed",
            Self::DeviceNotSupported { .. } => "server fault: DeviceNotSupported",
            Self::OneTimeLimit => "server fault: Enrollment blocked for AP device by SDM One Time Limit Check",
            Self::DeviceCapReached => "server fault: DeviceCapReached",
            Self::PreprovisioningNotAllowed => "server fault: EnrollmentServer",
            Self::AnchorMissing => "device object not found",
        }
    }
}

impl Tenant {
    /// Why the enrolment of a user's device would be refused, if it would.
    pub fn enrolment_refusal(
        &self,
        user: Id<User>,
        autopilot: bool,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<EnrollError> {
        self.token_and_policies(Some(user), autopilot, 22621, cx, evidence).err()
    }

    /// Whether this enrolment is taken, and why not: first what the user's token says of MDM, then what Intune says.
    pub fn enrolment_verdict(&self, ask: &Enrolment, cx: &Cx, evidence: &mut impl Evidence) -> Result<(), EnrollError> {
        let identity = self.hardware_of(ask.hash).and_then(|h| self.hardware[h].identity.get());
        if ask.technician {
            let anchor = identity.and_then(|i| self.anchor_of(i));
            evidence.note(|| {
                format!("the pre-created Entra device {}", if anchor.is_some() { "exists" } else { "is gone" })
            });
            let identity = identity.ok_or(EnrollError::PreprovisioningNotAllowed)?;
            let profile = self.identities[identity].assigned.get();
            let allowed = profile.is_some_and(|p| self.deployment_profiles[p].preprovisioning_allowed);
            evidence.note(|| format!("pre-provisioning is {}allowed", if allowed { "" } else { "not " }));
            anchor.ok_or(EnrollError::AnchorMissing)?;
            if !allowed {
                if let Some(profile) = profile {
                    let name = self.deployment_profiles[profile].name;
                    evidence.blame(|| Blame::new("deployment profile", name, "it does not allow pre-provisioning"));
                }
                return Err(EnrollError::PreprovisioningNotAllowed);
            }
            if self.identities[identity].blocked {
                let who = ask.who;
                evidence.blame(|| Blame::new("device", who, "it has enrolled by itself before and was not unblocked"));
                return Err(EnrollError::OneTimeLimit);
            }
        }
        self.token_and_policies(ask.user, identity.is_some(), ask.os_build, cx, evidence)
    }

    /// What the user's token says of MDM, then what Intune says of the user and of a device that is corporate or is not.
    fn token_and_policies(
        &self,
        user: Option<Id<User>>,
        corporate: bool,
        os_build: u32,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Result<(), EnrollError> {
        if let Some(user) = user {
            self.mdm_in_token(user, corporate, cx, evidence)?;
        }
        let restriction = self.restriction_for(user, cx.now());
        evidence.note(|| format!("the platform restriction in force says {restriction:?}"));
        let wrong_build = (restriction.min_build != 0 && os_build < restriction.min_build)
            || (restriction.max_build != 0 && os_build > restriction.max_build);
        let named = |name: &str| cx.names.find(name).unwrap_or_default();
        if restriction.blocked || wrong_build {
            evidence.blame(|| {
                let says = if restriction.blocked { "it blocks Windows (MDM)" } else { "it asks for other builds" };
                Blame::new("platform restriction", named("windows_blocked"), says)
            });
            return Err(EnrollError::DeviceNotSupported { personal: false });
        }
        if restriction.personal_blocked && !corporate {
            evidence.blame(|| {
                let says = "it blocks personally owned Windows devices";
                Blame::new("platform restriction", named("personal_windows_blocked"), says)
            });
            return Err(EnrollError::DeviceNotSupported { personal: true });
        }
        let Some(user) = user else { return Ok(()) };
        let (upn, licensed) = (self.users[user].upn, self.users[user].intune_licensed);
        evidence.note(|| {
            let has = if licensed { "has" } else { "has no" };
            format!("{} {has} licence with Intune", cx.names.get(upn))
        });
        if !licensed {
            evidence.blame(|| Blame::new("user", upn, "has no Intune licence").or_made_by(&[&kinds::LICENSE_TAKEN]));
            return Err(EnrollError::UserLicense);
        }
        if !corporate || self.knobs.limit_counts_autopilot {
            let of_user = self.managed_devices().filter(|(_, m)| m.user.get() == Some(user)).count() as u64;
            let limit = self.policies.enrollment_limit;
            evidence.note(|| format!("the user has enrolled {of_user} devices, {limit} are allowed"));
            if of_user >= u64::from(limit) {
                evidence.blame(|| Blame::new("user", upn, format!("has enrolled {of_user} devices of {limit}")));
                return Err(EnrollError::DeviceCapReached);
            }
        }
        Ok(())
    }

    /// What the user's token says of MDM: one application of those in whose scope the user is, and its addresses.
    fn mdm_in_token(
        &self,
        user: Id<User>,
        corporate: bool,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Result<(), EnrollError> {
        let intune = self.policies.mdm_scope.holds(self, user);
        let mam = !corporate && self.policies.mam_scope.holds(self, user);
        let other = self.policies.other_mdm.iter().find(|o| o.scope.holds(self, user));
        let named = |name: &str| cx.names.find(name).unwrap_or_default();
        let upn = cx.names.get(self.users[user].upn);
        evidence.note(|| {
            let held = if intune { "holds" } else { "does not hold" };
            format!("the MDM user scope, {}, {held} {upn}", self.policies.mdm_scope.text(self, cx))
        });
        if let Some(other) = other {
            evidence.note(|| format!("the scope of {} holds {upn}", cx.names.get(other.name)));
            evidence.blame(|| Blame::new("policies", named("tenant"), "an MDM application beside Intune has the user"));
            return Err(EnrollError::SeveralMdm);
        }
        if !intune || mam {
            evidence.blame(|| {
                let says = format!("it is {} and does not hold {upn}", self.policies.mdm_scope.text(self, cx));
                Blame::new("MDM user scope", named("mdm_scope"), says)
            });
            return Err(EnrollError::MdmNotConfigured { mam: intune && mam });
        }
        let unlicensed = !self.users[user].intune_licensed && self.knobs.terms_page_needs_license;
        if unlicensed || self.policies.mdm_urls.terms_of_use != MdmUrl::Default {
            evidence.blame(|| match unlicensed {
                true => Blame::new("user", self.users[user].upn, "has no Intune licence"),
                false => Blame::new("policies", named("tenant"), "the MDM terms of use URL is not the default one"),
            });
            return Err(EnrollError::TermsOfUse { unlicensed });
        }
        if self.policies.mdm_urls.discovery != MdmUrl::Default {
            evidence.blame(|| Blame::new("policies", named("tenant"), "the MDM discovery URL is not the default one"));
            return Err(EnrollError::Discovery);
        }
        Ok(())
    }
}

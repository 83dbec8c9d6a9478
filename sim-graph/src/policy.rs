//! Tenant-wide switches that sign-in and enrolment look at.

use crate::tenant::Tenant;
use crate::{Group, User};
use sim_core::{Cx, Id, SimDuration, SimTime, Sym};

/// Users that a setting is for: `all`, `none` or `selected` groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MdmScope {
    /// Everybody.
    #[default]
    All,
    /// Nobody.
    None,
    /// The members of these groups.
    Selected(Vec<Id<Group>>),
}

impl MdmScope {
    /// Whether a user is in it.
    pub fn holds(&self, tenant: &Tenant, user: Id<User>) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Selected(groups) => groups.iter().any(|g| tenant.is_user_in(*g, user)),
        }
    }

    /// What it says, in words.
    pub fn text(&self, tenant: &Tenant, cx: &Cx) -> String {
        match self {
            Self::All => "all".into(),
            Self::None => "none".into(),
            Self::Selected(groups) => {
                let names: Vec<&str> = groups.iter().map(|g| cx.names.get(tenant.group_record(*g).name)).collect();
                format!("some ({})", names.join(", "))
            }
        }
    }
}

/// The three addresses of an MDM application. Empty for the default of Intune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MdmUrls {
    /// `termsOfUseUrl`.
    pub terms_of_use: MdmUrl,
    /// `discoveryUrl`.
    pub discovery: MdmUrl,
    /// `complianceUrl`.
    pub compliance: MdmUrl,
}

/// An address of an MDM application as an administrator left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MdmUrl {
    /// As the service set it.
    #[default]
    Default,
    /// Blank.
    Blank,
    /// Something else, which leads nowhere.
    Other(Sym),
}

/// An MDM application beside Intune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherMdm {
    /// Its name.
    pub name: Sym,
    /// Its user scope.
    pub scope: MdmScope,
}

/// What a platform restriction says of Windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformRestriction {
    /// Users it is for; all for the default one, which comes last.
    pub users: MdmScope,
    /// Windows (MDM) blocked.
    pub blocked: bool,
    /// Personally owned Windows devices blocked.
    pub personal_blocked: bool,
    /// The oldest build that may enrol; 0 for any.
    pub min_build: u32,
    /// The newest build that may enrol; 0 for any.
    pub max_build: u32,
}

impl Default for PlatformRestriction {
    fn default() -> Self {
        Self { users: MdmScope::All, blocked: false, personal_blocked: false, min_build: 0, max_build: 0 }
    }
}

/// A setting whose changes take a while until they bite.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delayed<T> {
    value: T,
    coming: Option<(SimTime, T)>,
}

impl<T: Clone> Delayed<T> {
    /// What is in force then.
    pub fn at(&self, now: SimTime) -> &T {
        match &self.coming {
            Some((from, value)) if *from <= now => value,
            _ => &self.value,
        }
    }

    /// Changes it; the change is in force after `delay`.
    pub fn set(&mut self, value: T, now: SimTime, delay: SimDuration) {
        self.value = self.at(now).clone();
        self.coming = Some((now + delay, value));
    }

    /// What it was set to last, in force or not.
    pub fn wanted(&self) -> &T {
        self.coming.as_ref().map_or(&self.value, |(_, value)| value)
    }

    /// Sets it as it has always been.
    pub fn begin_with(&mut self, value: T) {
        *self = Self { value, coming: None };
    }
}

/// Tenant-wide switches.
#[derive(Debug, Clone)]
pub struct Policies {
    /// The MDM user scope of Intune: `policies/mobileDeviceManagementPolicies`, property `appliesTo`.
    pub mdm_scope: MdmScope,
    /// The MAM user scope of Intune: `policies/mobileAppManagementPolicies`. On devices that are not corporate it wins.
    pub mam_scope: MdmScope,
    /// The addresses of Intune.
    pub mdm_urls: MdmUrls,
    /// Other MDM applications.
    pub other_mdm: Vec<OtherMdm>,
    /// Platform restrictions by priority, the default one last.
    pub restrictions: Delayed<Vec<PlatformRestriction>>,
    /// `deviceEnrollmentLimitConfiguration`: how many devices a user may enrol. Autopilot devices are exempt unless a knob says so.
    pub enrollment_limit: u32,
    /// `deviceRegistrationPolicy.azureADJoin.allowedToJoin`.
    pub may_join: MdmScope,
    /// `deviceRegistrationPolicy.userDeviceQuota`.
    pub device_quota: u32,
    /// A conditional access policy asks for terms of use that users have to accept.
    pub terms_of_use: bool,
    /// A conditional access policy asks for multifactor authentication.
    pub require_mfa: bool,
    /// A conditional access policy asks for a compliant device at all apps.
    pub require_compliant: bool,
    /// Whether sign-in checks secrets and passwords, and Graph permissions. If not, whoever is known may do everything.
    pub strict_sign_in: bool,
}

impl Default for Policies {
    fn default() -> Self {
        let mut restrictions = Delayed::default();
        restrictions.begin_with(vec![PlatformRestriction::default()]);
        Self {
            mdm_scope: MdmScope::All,
            mam_scope: MdmScope::None,
            mdm_urls: MdmUrls::default(),
            other_mdm: Vec::new(),
            restrictions,
            enrollment_limit: 15,
            may_join: MdmScope::All,
            device_quota: 50,
            terms_of_use: false,
            require_mfa: false,
            require_compliant: false,
            strict_sign_in: false,
        }
    }
}

impl Tenant {
    /// The platform restriction of a user: by priority the first that is for them. Without a user only the default one counts.
    ///
    /// Source: enrolment restrictions (memdocs): restrictions are chosen by user; the lowest number wins.
    pub fn restriction_for(&self, user: Option<Id<User>>, now: SimTime) -> PlatformRestriction {
        let all = self.policies.restrictions.at(now);
        let of_user = user.and_then(|u| all.iter().find(|r| r.users.holds(self, u)));
        of_user.or(all.last()).cloned().unwrap_or_default()
    }

    /// Changes the platform restrictions. What is new bites after a while.
    pub fn set_restrictions(&mut self, restrictions: Vec<PlatformRestriction>, now: SimTime) {
        let delay = self.knobs.restriction_change;
        self.policies.restrictions.set(restrictions, now, delay);
        self.version += 1;
    }
}

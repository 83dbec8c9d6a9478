//! The sign-in of a person in OOBE, and the Entra join that follows where there is one.

use crate::tenant::Tenant;
use crate::{AutopilotDevice, EntraDevice, TrustType, User, kinds};
use sim_core::{Arg, Cx, Evidence, Id, Kind, SimTime, Sym};

/// How a person proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignInMethod {
    /// A password, with a second factor where one is asked for.
    #[default]
    Password,
    /// A temporary access pass.
    TemporaryAccessPass,
    /// A security key.
    SecurityKey,
    /// A smart card or another certificate of the user, which OOBE has no place for.
    Certificate,
    /// An account of a person's own (Microsoft account), where a work account is asked for.
    Consumer,
}

/// What a user's sign-in depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInFacts {
    /// Whether the account belongs to another organisation.
    pub foreign: bool,
    /// How they prove who they are.
    pub method: SignInMethod,
    /// Whether they can answer for a second factor.
    pub second_factor: bool,
    /// Whether they accept terms of use.
    pub accepts_terms: bool,
    /// Whether they may set up connectors: an Intune or global administrator.
    pub administrator: bool,
}

impl Default for SignInFacts {
    fn default() -> Self {
        Self {
            foreign: false,
            method: SignInMethod::Password,
            second_factor: true,
            accepts_terms: true,
            administrator: false,
        }
    }
}

/// Why a sign-in in OOBE ends at an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// The account belongs to another organisation than the device.
    OtherOrganisation,
    /// The account is disabled: AADSTS50057.
    Disabled,
    /// OOBE cannot take this kind of sign-in.
    Method,
    /// A second factor was asked for and not given: AADSTS50076.
    SecondFactor,
    /// Terms of use were not accepted: AADSTS50158.
    Terms,
    /// 0x801c0003: the user may not join devices.
    MayNotJoin,
    /// 0x801c0003: the user has as many devices as they may.
    DeviceQuota,
    /// 0x801c0003: Windows Home joins nothing. That it is this code is assumed.
    Edition,
    /// 0x801c03f3: the Entra device of the registration is gone.
    AnchorMissing,
}

impl SignInRefusal {
    /// The code on the page, if there is one.
    pub const fn code(self) -> Option<u32> {
        match self {
            Self::MayNotJoin | Self::DeviceQuota | Self::Edition => Some(0x801c_0003),
            Self::AnchorMissing => Some(0x801c_03f3),
            _ => None,
        }
    }

    /// What the page says, in our words with the service's own numbers.
    pub const fn text(self) -> &'static str {
        match self {
            Self::OtherOrganisation => "This username looks like it belongs to another organisation",
            Self::Disabled => "AADSTS50057: the user account is disabled",
            Self::Method => "This way of signing in is not supported here",
            Self::SecondFactor => "AADSTS50076: more information is required to sign in",
            Self::Terms => "AADSTS50158: the terms of use were not accepted",
            Self::MayNotJoin | Self::DeviceQuota | Self::Edition => {
                "Something went wrong: this user is not authorised to enrol"
            }
            Self::AnchorMissing => "Something went wrong: the device object was not found",
        }
    }

    /// Whether it is the user, rather than the machine.
    pub const fn is_of_user(self) -> bool {
        !matches!(self, Self::Edition | Self::AnchorMissing)
    }

    /// What the rule says.
    pub const fn why(self) -> &'static Kind {
        match self {
            Self::OtherOrganisation => &kinds::WHY_OTHER_ORGANISATION,
            Self::Disabled => &kinds::WHY_USER_DISABLED,
            Self::Method => &kinds::WHY_METHOD,
            Self::SecondFactor => &kinds::WHY_SECOND_FACTOR,
            Self::Terms => &kinds::WHY_TERMS_DECLINED,
            Self::MayNotJoin => &kinds::WHY_MAY_NOT_JOIN,
            Self::DeviceQuota => &kinds::WHY_DEVICE_QUOTA,
            Self::Edition => &kinds::WHY_EDITION,
            Self::AnchorMissing => &kinds::WHY_ANCHOR_GONE,
        }
    }
}

/// Why an app behind conditional access refuses a user at a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessRefusal {
    /// AADSTS53000: the device is not compliant, or nobody knows.
    NotCompliant,
    /// AADSTS135011: the device is disabled.
    DeviceDisabled,
    /// AADSTS53001: the device is not joined.
    NotJoined,
}

impl AccessRefusal {
    /// The number of the message.
    pub const fn code(self) -> u32 {
        match self {
            Self::NotCompliant => 53000,
            Self::NotJoined => 53001,
            Self::DeviceDisabled => 135_011,
        }
    }

    /// What the rule says.
    pub const fn why(self) -> &'static Kind {
        match self {
            Self::NotCompliant => &kinds::WHY_NOT_COMPLIANT,
            Self::NotJoined => &kinds::WHY_NOT_JOINED,
            Self::DeviceDisabled => &kinds::WHY_DEVICE_DISABLED,
        }
    }
}

impl Tenant {
    /// Whether a user may sign in at a device in OOBE that belongs to this tenant.
    pub fn sign_in_verdict(&self, user: Id<User>, cx: &Cx, evidence: &mut impl Evidence) -> Result<(), SignInRefusal> {
        let record = &self.users[user];
        let facts = record.sign_in;
        evidence.note(|| format!("{} signs in with {:?}", cx.names.get(record.upn), facts.method));
        if facts.foreign || facts.method == SignInMethod::Consumer {
            Err(SignInRefusal::OtherOrganisation)
        } else if !record.enabled {
            Err(SignInRefusal::Disabled)
        } else if facts.method == SignInMethod::Certificate {
            Err(SignInRefusal::Method)
        } else if self.policies.require_mfa && !facts.second_factor {
            Err(SignInRefusal::SecondFactor)
        } else if self.policies.terms_of_use && !facts.accepts_terms {
            Err(SignInRefusal::Terms)
        } else {
            Ok(())
        }
    }

    /// Whether a user may join a device to Entra ID.
    pub fn join_verdict(&self, user: Id<User>, home: bool, evidence: &mut impl Evidence) -> Result<(), SignInRefusal> {
        let owned = self.entra_devices().filter(|(_, d)| {
            d.owner.get() == Some(user) && matches!(d.trust_type, TrustType::AzureAd | TrustType::Workplace)
        });
        let (owned, quota) = (owned.count() as u64, self.policies.device_quota);
        evidence.note(|| format!("the user has joined {owned} devices, {quota} are allowed"));
        if home {
            Err(SignInRefusal::Edition)
        } else if !self.policies.may_join.holds(self, user) {
            Err(SignInRefusal::MayNotJoin)
        } else if owned >= u64::from(quota) {
            Err(SignInRefusal::DeviceQuota)
        } else {
            Ok(())
        }
    }

    /// A user joins a device to Entra ID as the anchor of its registration, where there is one.
    pub fn entra_join(&mut self, user: Id<User>, identity: Option<Id<AutopilotDevice>>, who: Sym, cx: &mut Cx) {
        let upn = self.users[user].upn;
        cx.tell(&kinds::ENTRA_JOINED, who, &[upn.into()]);
        if let Some(anchor) = identity.and_then(|i| self.anchor_of(i)) {
            let device = &mut self.entra_devices[anchor];
            device.enabled = true;
            device.owner = user.into();
            device.registered = cx.now();
            self.device_changed(anchor, cx);
        }
        self.version += 1;
    }

    /// Whether an app behind conditional access lets a user in from a device that is joined as `device`.
    pub fn access_verdict(
        &self,
        device: Option<Id<EntraDevice>>,
        evidence: &mut impl Evidence,
    ) -> Result<(), AccessRefusal> {
        let record = device.map(|d| &self.entra_devices[d]).filter(|d| !d.deleted);
        let compliant = record.and_then(|d| d.compliant);
        evidence.note(|| format!("the device that is signed in as has isCompliant {compliant:?}"));
        match record {
            Some(device) if !device.enabled => Err(AccessRefusal::DeviceDisabled),
            _ if !self.policies.require_compliant => Ok(()),
            None => Err(AccessRefusal::NotJoined),
            Some(device) if device.registered == SimTime::NEVER => Err(AccessRefusal::NotJoined),
            Some(_) if compliant == Some(true) => Ok(()),
            Some(_) => Err(AccessRefusal::NotCompliant),
        }
    }

    /// A user opens an app behind conditional access.
    pub fn open_app(&mut self, device: Option<Id<EntraDevice>>, who: Sym, cx: &mut Cx) -> Result<(), AccessRefusal> {
        let verdict = self.access_verdict(device, &mut sim_core::Unasked);
        match verdict {
            Ok(()) => cx.tell(&kinds::ACCESS_GIVEN, who, &[]),
            Err(refusal) => {
                let code = Arg::Int(i64::from(refusal.code()));
                cx.tell_why(&kinds::ACCESS_REFUSED, who, &[code], refusal.why())
            }
        };
        verdict
    }

    /// Changes what a user's sign-in depends on.
    pub fn set_sign_in(&mut self, user: Id<User>, facts: SignInFacts) {
        self.users[user].sign_in = facts;
        self.version += 1;
    }

    /// Enables or disables an Entra device.
    pub fn set_device_enabled(&mut self, device: Id<EntraDevice>, enabled: bool, cx: &mut Cx) {
        let record = &mut self.entra_devices[device];
        if record.enabled == enabled {
            return;
        }
        record.enabled = enabled;
        let word = if enabled { "enabled" } else { "disabled" };
        cx.tell(&kinds::DEVICE_ENABLED, record.who, &[record.device_id.into(), word.into()]);
        self.device_changed(device, cx);
    }
}

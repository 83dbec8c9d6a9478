//! `/policies`: who may join and register devices, and whose devices Intune manages.

use super::entity::{ENTITY, Edm, EntityType, Item, Navigation, Row, Source, Value, Versions, null, p};
use super::groups::GROUP;
use super::route::Set;
use crate::MdmScope;
use sim_core::Guid;

/// The application id of Microsoft Intune in MDM policies: the id of the only policy.
pub(super) const INTUNE: Guid = Guid::from_u128(0x0000000a_0000_0000_c000_000000000000);

/// The id of the device registration policy, which is one of its kind.
const REGISTRATION: Guid = Guid::from_u128(0xdeb9d1c0_0000_0000_0000_000000000000);

/// The `deviceRegistrationPolicy` type. What nobody has changed is the default of a new tenant.
#[rustfmt::skip]
pub static REGISTRATION_POLICY: EntityType = EntityType {
    name: "microsoft.graph.deviceRegistrationPolicy",
    set: "policies/deviceRegistrationPolicy",
    base: Some(&ENTITY),
    key: Some(|_, _| "deviceRegistrationPolicy".into()),
    properties: &[
        p("azureADJoin", Edm::Opaque("azureADJoinPolicy"), |s, _| registration(s, "azureADJoin", &JOIN)).own(),
        p("azureADRegistration", Edm::Opaque("azureADRegistrationPolicy"), |s, _| registration(s, "azureADRegistration", &JOIN_ALL)).own(),
        p("description", Edm::String, |_, _| "Tenant-wide policy that manages initial provisioning controls using quota restrictions, additional authentication and authorization checks".into()),
        p("displayName", Edm::String, |_, _| "Device Registration Policy".into()),
        p("localAdminPassword", Edm::Opaque("localAdminPasswordSettings"), |s, _| registration(s, "localAdminPassword", &PASSWORD)).own(),
        p("multiFactorAuthConfiguration", Edm::Enum("multiFactorAuthConfiguration"), |s, _| {
            registration_value(s, "multiFactorAuthConfiguration").map_or("notRequired".into(), |v| super::json::given(Edm::String, v))
        }).required().own(),
        p("userDeviceQuota", Edm::Int32, |s, _| Value::Int(s.tenant.user_device_quota())).required().own(),
    ],
    ..EntityType::NONE
};

type Text = std::sync::LazyLock<serde_json::Value>;
static JOIN: Text = Text::new(|| {
    serde_json::json!({
        "isAdminConfigurable": true,
        "allowedToJoin": { "@odata.type": "#microsoft.graph.allDeviceRegistrationMembership" },
        "localAdmins": { "enableGlobalAdmins": true, "registeringUsers": { "@odata.type": "#microsoft.graph.allDeviceRegistrationMembership" } },
    })
});
static JOIN_ALL: Text = Text::new(|| {
    serde_json::json!({
        "isAdminConfigurable": false,
        "allowedToRegister": { "@odata.type": "#microsoft.graph.allDeviceRegistrationMembership" },
    })
});
static PASSWORD: Text = Text::new(|| serde_json::json!({ "isEnabled": false }));

fn registration_value<'t>(source: &Source<'t>, name: &str) -> Option<&'t serde_json::Value> {
    source.tenant.kept.of(REGISTRATION, name)
}

fn registration<'t>(source: &Source<'t>, name: &str, default: &'static Text) -> Value<'t> {
    Value::Given(registration_value(source, name).unwrap_or(default))
}

impl crate::Tenant {
    /// `userDeviceQuota`: how many devices a user may join or register.
    ///
    /// Source: OpenAPI description: 50 by default, and 0, which is nobody, when an update leaves it out.
    pub fn user_device_quota(&self) -> i64 {
        self.kept.of(REGISTRATION, "userDeviceQuota").and_then(serde_json::Value::as_i64).unwrap_or(50)
    }

    /// Puts a device registration policy in the place of the one before.
    pub(super) fn set_registration_policy(&mut self, values: Vec<(&'static str, serde_json::Value)>) {
        self.kept.forget(REGISTRATION);
        self.kept.set(REGISTRATION, values);
        self.version += 1;
    }
}

/// The device registration policy.
pub static REGISTRATION_SET: Set = Set {
    path: "policies/deviceRegistrationPolicy",
    declared: &REGISTRATION_POLICY,
    holds: &[],
    rows: |_, _| Box::new(std::iter::once(Item { ty: &REGISTRATION_POLICY, row: Row::of(0) })),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// The `mobilityManagementPolicy` type.
#[rustfmt::skip]
pub static MOBILITY: EntityType = EntityType {
    name: "microsoft.graph.mobilityManagementPolicy",
    base: Some(&ENTITY),
    versions: Versions::Beta,
    key: Some(|_, _| INTUNE.into()),
    properties: &[
        p("appliesTo", Edm::Enum("policyScope"), |s, _| match &s.tenant.policies.mdm_scope {
            MdmScope::All => "all",
            MdmScope::None => "none",
            MdmScope::Selected(_) => "selected",
        }.into()).required().beta().own(),
        p("complianceUrl", Edm::String, |_, _| "https://portal.manage.microsoft.com/?portalAction=Compliance".into()).beta().kept(),
        p("description", Edm::String, |_, _| "Microsoft Intune".into()).beta(),
        p("discoveryUrl", Edm::String, |_, _| "https://enrollment.manage.microsoft.com/enrollmentserver/discovery.svc".into()).beta().kept(),
        p("displayName", Edm::String, |_, _| "Microsoft Intune".into()).required().beta(),
        p("isValid", Edm::Boolean, |_, _| true.into()).required().beta(),
        p("termsOfUseUrl", Edm::String, |_, _| "https://portal.manage.microsoft.com/TermsofUse.aspx".into()).beta().kept(),
    ],
    ..EntityType::NONE
};

/// The `mobileDeviceManagementPolicy` type: whose devices are enrolled with Intune by themselves.
#[rustfmt::skip]
pub static MDM: EntityType = EntityType {
    name: "microsoft.graph.mobileDeviceManagementPolicy",
    set: "policies/mobileDeviceManagementPolicies",
    base: Some(&MOBILITY),
    versions: Versions::Beta,
    properties: &[null("isMdmEnrollmentDuringRegistrationDisabled", Edm::Boolean).beta().kept()],
    navigations: &[Navigation {
        name: "includedGroups",
        declared: &GROUP,
        holds: &[],
        many: true,
        contained: false,
        versions: Versions::Beta,
        get: |s, _| match &s.tenant.policies.mdm_scope {
            MdmScope::Selected(groups) => Box::new(groups.iter().copied().map(super::groups::item)),
            MdmScope::All | MdmScope::None => Box::new(std::iter::empty()),
        },
    }],
    ..EntityType::NONE
};

/// The MDM policies, of which there is Intune's.
pub static MDM_SET: Set = Set {
    path: "policies/mobileDeviceManagementPolicies",
    declared: &MDM,
    holds: &[],
    rows: |_, _| Box::new(std::iter::once(Item { ty: &MDM, row: Row::of(0) })),
    indexes: &[],
    other_key: None,
    expands: true,
};

//! `/deviceManagement/deviceConfigurations`: of these, domain join profiles.

use super::configuration_states::{
    DEVICE_OVERVIEW, DEVICE_STATUS, GROUP_ASSIGNMENT, USER_OVERVIEW, USER_STATUS, device_statuses,
};
use super::entity::{ENTITY, Edm, EntityType, Family, Item, Items, Navigation, Row, Source, Value, Versions, null, p};
use super::read::guid_text;
use super::route::Set;
use super::{assignments, bag};
use crate::DomainJoinProfile;
use sim_core::{Guid, Id};

/// The front end that answers for device configurations.
pub(super) const FRONT_END: &str = "StatelessDeviceConfigurationFEService";

const INTUNE: Family = Family::Intune(FRONT_END);

/// The `deviceConfiguration` type.
#[rustfmt::skip]
pub static CONFIGURATION: EntityType = EntityType {
    name: "microsoft.graph.deviceConfiguration",
    set: "deviceManagement/deviceConfigurations",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| profile(s, r).id.into()),
    properties: &[
        p("lastModifiedDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required().noted(),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])).beta().kept(),
        p("supportsScopeTags", Edm::Boolean, |_, _| true.into()).required().beta(),
        null("deviceManagementApplicabilityRuleOsEdition", Edm::Opaque("deviceManagementApplicabilityRuleOsEdition")).beta().kept(),
        null("deviceManagementApplicabilityRuleOsVersion", Edm::Opaque("deviceManagementApplicabilityRuleOsVersion")).beta().kept(),
        null("deviceManagementApplicabilityRuleDeviceMode", Edm::Opaque("deviceManagementApplicabilityRuleDeviceMode")).beta().kept(),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required(),
        null("description", Edm::String).kept(),
        p("displayName", Edm::String, |s, r| s.name(profile(s, r).name)).required().may("eq contains orderby").own(),
        p("version", Edm::Int32, |_, _| Value::Int(1)).required().noted(),
    ],
    navigations: &[
        assignments::navigation(&ASSIGNMENT, Versions::Both, |s, r| {
            assignments::items(&ASSIGNMENT, r, &profile(s, r).assignment)
        }),
        states("deviceStatuses", &DEVICE_STATUS, device_statuses),
        states("userStatuses", &USER_STATUS, |_, _| Box::new(std::iter::empty())),
        Navigation { many: false, ..states("deviceStatusOverview", &DEVICE_OVERVIEW, |_, r| one(&DEVICE_OVERVIEW, r)) },
        Navigation { many: false, ..states("userStatusOverview", &USER_OVERVIEW, |_, r| one(&USER_OVERVIEW, r)) },
        Navigation {
            versions: Versions::Beta,
            ..states("groupAssignments", &GROUP_ASSIGNMENT, |s, r| {
                assignments::items(&GROUP_ASSIGNMENT, r, &profile(s, r).assignment)
            })
        },
    ],
    ..EntityType::NONE
};

/// The `windowsDomainJoinConfiguration` type: the domain join profile.
#[rustfmt::skip]
pub static DOMAIN_JOIN: EntityType = EntityType {
    name: "microsoft.graph.windowsDomainJoinConfiguration",
    base: Some(&CONFIGURATION),
    family: INTUNE,
    versions: Versions::Beta,
    properties: &[
        p("computerNameStaticPrefix", Edm::String, |s, r| s.name(profile(s, r).prefix)).required().beta().own(),
        p("computerNameSuffixRandomCharCount", Edm::Int32, |s, r| Value::Int(profile(s, r).suffix_chars.into()))
            .required().beta().own(),
        p("activeDirectoryDomainName", Edm::String, |s, r| s.name(profile(s, r).domain)).required().beta().own(),
        p("organizationalUnit", Edm::String, |s, r| s.name_or_null(profile(s, r).ou)).beta().own(),
    ],
    navigations: &[Navigation {
        name: "networkAccessConfigurations",
        declared: &CONFIGURATION,
        holds: &[],
        many: true,
        contained: false,
        versions: Versions::Beta,
        get: |s, r| {
            let kept = s.tenant.kept.of(profile(s, r).id, "networkAccessConfigurations");
            let names = kept.and_then(serde_json::Value::as_array).into_iter().flatten();
            let named = names.filter_map(|name| name.as_str()?.parse::<Guid>().ok());
            let found = named.filter_map(|id| (SET.rows)(s, &SET).find(|item| matches!(item.key(s), Value::Guid(own) if own == id)));
            Box::new(found.collect::<Vec<_>>().into_iter())
        },
    }],
    ..EntityType::NONE
};

/// The `deviceConfigurationAssignment` type.
#[rustfmt::skip]
pub static ASSIGNMENT: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationAssignment",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| assignments::id(s, r, &guid_text(profile(s, r).id))),
    properties: &[
        p("source", Edm::Enum("deviceAndAppManagementAssignmentSource"), |_, _| "direct".into()).required().beta(),
        p("sourceId", Edm::String, |s, r| profile(s, r).id.into()).beta(),
        p("intent", Edm::Enum("deviceConfigAssignmentIntent"), |_, _| "apply".into()).beta(),
        p("target", Edm::Complex(&assignments::TARGET), assignments::target).own(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/deviceConfigurations",
    declared: &CONFIGURATION,
    holds: &[&DOMAIN_JOIN],
    rows: |s, _| Box::new(s.tenant.domain_join_profiles().map(|(id, _)| item(id)).chain(bag::rows(s, SET.path))),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A domain join profile as an entity.
pub(super) fn item(id: Id<DomainJoinProfile>) -> Item {
    Item { ty: &DOMAIN_JOIN, row: Row::of(id.row()) }
}

fn profile<'t>(source: &Source<'t>, row: Row) -> &'t DomainJoinProfile {
    source.tenant.domain_join_profile_record(Id::new(row.id))
}

/// What a configuration comes to.
const fn states(
    name: &'static str,
    declared: &'static EntityType,
    get: for<'t> fn(&Source<'t>, Row) -> Items<'t>,
) -> Navigation {
    Navigation { name, declared, holds: &[], many: true, contained: true, versions: Versions::Both, get }
}

fn one<'t>(ty: &'static EntityType, row: Row) -> Items<'t> {
    Box::new(std::iter::once(Item { ty, row }))
}

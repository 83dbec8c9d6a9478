//! `/deviceManagement/deviceConfigurations`: of these, domain join profiles.

use super::assignments;
use super::entity::{ENTITY, Edm, EntityType, Family, Item, Row, Source, Value, Versions, null, p};
use super::read::guid_text;
use super::route::Set;
use crate::DomainJoinProfile;
use sim_core::Id;

const INTUNE: Family = Family::Intune("StatelessDeviceConfigurationFEService");

/// The `deviceConfiguration` type. Edits are not counted, nor dated.
#[rustfmt::skip]
pub static CONFIGURATION: EntityType = EntityType {
    name: "microsoft.graph.deviceConfiguration",
    set: "deviceManagement/deviceConfigurations",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| profile(s, r).id.into()),
    properties: &[
        p("lastModifiedDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required(),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])).beta(),
        p("supportsScopeTags", Edm::Boolean, |_, _| true.into()).required().beta(),
        null("deviceManagementApplicabilityRuleOsEdition", Edm::Opaque("deviceManagementApplicabilityRuleOsEdition")).beta(),
        null("deviceManagementApplicabilityRuleOsVersion", Edm::Opaque("deviceManagementApplicabilityRuleOsVersion")).beta(),
        null("deviceManagementApplicabilityRuleDeviceMode", Edm::Opaque("deviceManagementApplicabilityRuleDeviceMode")).beta(),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required(),
        null("description", Edm::String),
        p("displayName", Edm::String, |s, r| s.name(profile(s, r).name)).required().may("eq contains orderby"),
        p("version", Edm::Int32, |_, _| Value::Int(1)).required(),
    ],
    navigations: &[assignments::navigation(&ASSIGNMENT, Versions::Both, |s, r| {
        assignments::items(&ASSIGNMENT, r, &profile(s, r).assignment)
    })],
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
        p("computerNameStaticPrefix", Edm::String, |s, r| s.name(profile(s, r).prefix)).required().beta(),
        p("computerNameSuffixRandomCharCount", Edm::Int32, |s, r| Value::Int(profile(s, r).suffix_chars.into()))
            .required().beta(),
        p("activeDirectoryDomainName", Edm::String, |s, r| s.name(profile(s, r).domain)).required().beta(),
        p("organizationalUnit", Edm::String, |s, r| s.name_or_null(profile(s, r).ou)).beta(),
    ],
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
        p("target", Edm::Complex(&assignments::TARGET), assignments::target),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/deviceConfigurations",
    declared: &CONFIGURATION,
    holds: &[&DOMAIN_JOIN],
    rows: |s, _| {
        Box::new(s.tenant.domain_join_profiles().map(|(id, _)| Item { ty: &DOMAIN_JOIN, row: Row::of(id.row()) }))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

fn profile<'t>(source: &Source<'t>, row: Row) -> &'t DomainJoinProfile {
    source.tenant.domain_join_profile_record(Id::new(row.id))
}

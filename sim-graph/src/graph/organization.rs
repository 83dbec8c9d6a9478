//! `/organization`: the tenant itself.

use super::entity::{DIRECTORY_OBJECT, Edm, EntityType, Item, Row, Source, Value, empty, null, p};
use super::route::Set;
use crate::{TrustType, VerifiedDomain};

/// The `organization` type.
#[rustfmt::skip]
pub static ORGANIZATION: EntityType = EntityType {
    name: "microsoft.graph.organization",
    set: "organization",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, _| s.tenant.id().into()),
    properties: &[
        empty("assignedPlans", &Edm::Complex(&super::users::ASSIGNED_PLAN)).required(),
        empty("businessPhones", &Edm::String).required(),
        null("city", Edm::String),
        null("country", Edm::String),
        null("countryLetterCode", Edm::String),
        null("createdDateTime", Edm::DateTimeOffset),
        null("defaultUsageLocation", Edm::String),
        p("displayName", Edm::String, |s, _| s.name(s.tenant.name())),
        empty("marketingNotificationEmails", &Edm::String).required(),
        p("mobileDeviceManagementAuthority", Edm::Enum("mdmAuthority"), |_, _| "intune".into()).required().on_select_v1(),
        null("onPremisesLastSyncDateTime", Edm::DateTimeOffset),
        p("onPremisesSyncEnabled", Edm::Boolean, |s, _| is_synced(s).then_some(true).into()),
        null("partnerTenantType", Edm::Enum("partnerTenantType")),
        null("postalCode", Edm::String),
        null("preferredLanguage", Edm::String),
        null("privacyProfile", Edm::Opaque("privacyProfile")),
        empty("provisionedPlans", &Edm::Opaque("provisionedPlan")).required(),
        empty("securityComplianceNotificationMails", &Edm::String).required(),
        empty("securityComplianceNotificationPhones", &Edm::String).required(),
        null("state", Edm::String),
        null("street", Edm::String),
        empty("technicalNotificationMails", &Edm::String).required(),
        p("tenantType", Edm::String, |_, _| "AAD".into()),
        p("verifiedDomains", Edm::Collection(&Edm::Complex(&VERIFIED_DOMAIN)), |s, _| {
            let domain = |n| Value::Complex(&VERIFIED_DOMAIN, Row::of(n as u32));
            Value::List((0..s.tenant.domains().len()).map(domain).collect())
        }).required(),
    ],
    ..EntityType::NONE
};

/// The `verifiedDomain` type.
#[rustfmt::skip]
pub static VERIFIED_DOMAIN: EntityType = EntityType {
    name: "microsoft.graph.verifiedDomain",
    properties: &[
        p("capabilities", Edm::String, |_, _| "Email, OfficeCommunicationsOnline".into()),
        p("isDefault", Edm::Boolean, |_, r| (r.id == 0).into()),
        p("isInitial", Edm::Boolean, |_, r| (r.id == 0).into()),
        p("name", Edm::String, |s, r| domain(s, r).map(|d| s.name(d.name)).into()),
        p("type", Edm::String, |s, r| domain(s, r).map(authentication).into()),
    ],
    ..EntityType::NONE
};

/// The set, of one.
pub static SET: Set = Set {
    path: "organization",
    declared: &ORGANIZATION,
    holds: &[],
    rows: |_, _| Box::new(std::iter::once(Item { ty: &ORGANIZATION, row: Row::of(0) })),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A verified domain.
pub(super) fn domain<'t>(source: &Source<'t>, row: Row) -> Option<&'t VerifiedDomain> {
    source.tenant.domains().get(row.id as usize)
}

/// `Federated` or `Managed`.
pub(super) fn authentication(domain: &VerifiedDomain) -> &'static str {
    if domain.federated { "Federated" } else { "Managed" }
}

/// Whether something has been synchronised from Active Directory: users or computers.
fn is_synced(source: &Source<'_>) -> bool {
    source.tenant.users.iter().any(|(_, user)| !user.account.is_empty())
        || source.tenant.entra_devices().any(|(_, device)| device.trust_type == TrustType::ServerAd)
}

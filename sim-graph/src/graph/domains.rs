//! `/domains`: the verified domains.

use super::entity::{ENTITY, Edm, EntityType, Item, Row, Source, Value, null, p};
use super::organization::{authentication, domain};
use super::route::Set;

/// The `domain` type. The first domain counts as the initial and the default one. `manufacturer` and `model` are in the
/// CSDL of v1.0.
#[rustfmt::skip]
pub static DOMAIN: EntityType = EntityType {
    name: "microsoft.graph.domain",
    set: "domains",
    base: Some(&ENTITY),
    key: Some(|s, r| domain(s, r).map(|d| s.name(d.name)).into()),
    properties: &[
        p("authenticationType", Edm::String, |s, r| domain(s, r).map(authentication).into()).required(),
        null("availabilityStatus", Edm::String),
        p("isAdminManaged", Edm::Boolean, |_, _| true.into()).required(),
        p("isDefault", Edm::Boolean, |_, r| (r.id == 0).into()).required(),
        p("isInitial", Edm::Boolean, |_, r| (r.id == 0).into()).required(),
        p("isRoot", Edm::Boolean, |s, r| is_root(s, r).into()).required(),
        p("isVerified", Edm::Boolean, |_, _| true.into()).required(),
        null("manufacturer", Edm::String).v1_only(),
        null("model", Edm::String).v1_only(),
        p("passwordNotificationWindowInDays", Edm::Int32, |_, _| Value::Int(14)),
        p("passwordValidityPeriodInDays", Edm::Int32, |_, _| Value::Int(90)),
        null("state", Edm::Opaque("domainState")),
        p("supportedServices", Edm::Collection(&Edm::String), |_, _| {
            Value::List(vec!["Email".into(), "OfficeCommunicationsOnline".into(), "Intune".into()])
        }).required(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "domains",
    declared: &DOMAIN,
    holds: &[],
    rows: |s, _| Box::new((0..s.tenant.domains().len()).map(|n| Item { ty: &DOMAIN, row: Row::of(n as u32) })),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// Whether no other verified domain is above it.
fn is_root(source: &Source<'_>, row: Row) -> bool {
    let name = |d: &crate::VerifiedDomain| source.cx.names.get(d.name).to_ascii_lowercase();
    let own = domain(source, row).map(name).unwrap_or_default();
    !source.tenant.domains().iter().any(|other| own.strip_suffix(&name(other)).is_some_and(|rest| rest.ends_with('.')))
}

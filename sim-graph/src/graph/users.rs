//! `/users`.

use super::entity::{
    DIRECTORY_OBJECT, Edm, EntityType, Item, Navigation, Row, Source, Value, Versions, empty, null, p,
};
use super::groups::GROUP;
use super::route::Set;
use crate::User;
use sim_core::{Guid, Id};

/// The service plan that stands for Intune in a licence, and the licence that has nothing else (common knowledge).
const INTUNE_PLAN: Guid = Guid::from_u128(0xc1ec4a95_1f05_45b3_a911_aa3fa01094f5);
const INTUNE_LICENSE: Guid = Guid::from_u128(0x061f9ace_7d42_4136_88ac_31dc755f143f);

/// The `user` type.
#[rustfmt::skip]
pub static USER: EntityType = EntityType {
    name: "microsoft.graph.user",
    set: "users",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, r| user(s, r).id.into()),
    properties: &[
        p("accountEnabled", Edm::Boolean, |s, r| user(s, r).enabled.into()).on_select_v1().may("eq ne not in"),
        p("assignedLicenses", Edm::Collection(&Edm::Complex(&ASSIGNED_LICENSE)), |s, r| licensed(s, r, &ASSIGNED_LICENSE))
            .required().on_select_v1().may("eq not $count"),
        p("assignedPlans", Edm::Collection(&Edm::Complex(&ASSIGNED_PLAN)), |s, r| licensed(s, r, &ASSIGNED_PLAN))
            .required().on_select_v1().may("eq not"),
        empty("businessPhones", &Edm::String).required().may("eq not ge le startswith"),
        null("city", Edm::String).on_select_v1().may("eq ne not ge le in startswith null"),
        null("companyName", Edm::String).on_select_v1().may("eq ne not ge le in startswith null"),
        null("country", Edm::String).on_select_v1().may("eq ne not ge le in startswith null"),
        null("createdDateTime", Edm::DateTimeOffset).on_select_v1().may("eq ne not ge le in"),
        null("creationType", Edm::String).on_select_v1().may("eq ne not in"),
        null("department", Edm::String).on_select_v1().may("eq ne not ge le in null"),
        p("displayName", Edm::String, |s, r| s.name(user(s, r).display_name)).may("eq ne not ge le in startswith null orderby"),
        null("employeeId", Edm::String).on_select_v1().may("eq ne not ge le in startswith null"),
        null("givenName", Edm::String).may("eq ne not ge le in startswith null"),
        null("jobTitle", Edm::String).may("eq ne not ge le in startswith null"),
        null("mail", Edm::String).may("eq ne not ge le in startswith endswith null"),
        p("mailNickname", Edm::String, |s, r| before(s.cx.names.get(user(s, r).upn), '@').into())
            .on_select_v1().may("eq ne not ge le in startswith null"),
        null("mobilePhone", Edm::String).may("eq ne not ge le in startswith null"),
        null("officeLocation", Edm::String).may("eq ne not ge le in startswith null"),
        null("onPremisesDistinguishedName", Edm::String).on_select_v1(),
        null("onPremisesDomainName", Edm::String).on_select_v1(),
        null("onPremisesImmutableId", Edm::String).on_select_v1().may("eq ne not ge le in"),
        null("onPremisesLastSyncDateTime", Edm::DateTimeOffset).on_select_v1().may("eq ne not ge le in"),
        p("onPremisesSamAccountName", Edm::String, |s, r| account(s, r).map(|a| after(a, '\\')).into())
            .on_select_v1().may("eq ne not ge le in startswith"),
        null("onPremisesSecurityIdentifier", Edm::String).on_select_v1().may("eq null"),
        p("onPremisesSyncEnabled", Edm::Boolean, |s, r| account(s, r).map(|_| true).into())
            .on_select_v1().may("eq ne not in null"),
        p("onPremisesUserPrincipalName", Edm::String, |s, r| account(s, r).map(|_| s.name(user(s, r).upn)).into())
            .on_select_v1().may("eq ne not ge le in startswith"),
        empty("otherMails", &Edm::String).required().on_select_v1().may("eq not ge le in startswith endswith $count"),
        null("passwordPolicies", Edm::String).on_select_v1().may("ne not null"),
        null("preferredLanguage", Edm::String).may("eq ne not ge le in startswith null"),
        empty("proxyAddresses", &Edm::String).required().on_select_v1().may("eq not ge le startswith endswith $count"),
        null("surname", Edm::String).may("eq ne not ge le in startswith null"),
        null("usageLocation", Edm::String).on_select_v1().may("eq ne not ge le in startswith null"),
        p("userPrincipalName", Edm::String, |s, r| s.name(user(s, r).upn)).may("eq ne not ge le in startswith endswith orderby"),
        p("userType", Edm::String, |_, _| "Member".into()).on_select_v1().may("eq ne not in null"),
    ],
    navigations: &[member_of("memberOf"), member_of("transitiveMemberOf")],
    ..EntityType::NONE
};

/// The `assignedLicense` type.
pub static ASSIGNED_LICENSE: EntityType = EntityType {
    name: "microsoft.graph.assignedLicense",
    properties: &[empty("disabledPlans", &Edm::Guid).required(), p("skuId", Edm::Guid, |_, _| INTUNE_LICENSE.into())],
    ..EntityType::NONE
};

/// The `assignedPlan` type. The service of Intune's plan is `SCO` (article on dynamic membership).
pub static ASSIGNED_PLAN: EntityType = EntityType {
    name: "microsoft.graph.assignedPlan",
    properties: &[
        null("assignedDateTime", Edm::DateTimeOffset),
        p("capabilityStatus", Edm::String, |_, _| "Enabled".into()),
        p("service", Edm::String, |_, _| "SCO".into()),
        p("servicePlanId", Edm::Guid, |_, _| INTUNE_PLAN.into()),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "users",
    declared: &USER,
    holds: &[],
    rows: |s| Box::new(s.tenant.users().map(|(id, _)| item(id))),
    indexes: &[],
    other_key: Some(|s, upn| s.tenant.user(upn, s.cx).map(item)),
    expands: true,
};

/// A user as an entity.
pub(super) fn item(id: Id<User>) -> Item {
    Item { ty: &USER, row: Row::of(id.row()) }
}

fn user<'t>(source: &Source<'t>, row: Row) -> &'t User {
    source.tenant.user_record(Id::new(row.id))
}

/// `CORP\ada`, if the user is of Active Directory.
fn account<'t>(source: &Source<'t>, row: Row) -> Option<&'t str> {
    Some(source.cx.names.get(user(source, row).account)).filter(|account| !account.is_empty())
}

/// What stands before a sign, or all of it.
pub(super) fn before(text: &str, sign: char) -> &str {
    text.split_once(sign).map_or(text, |(before, _)| before)
}

fn after(text: &str, sign: char) -> &str {
    text.split_once(sign).map_or(text, |(_, after)| after)
}

fn licensed<'t>(source: &Source<'t>, row: Row, ty: &'static EntityType) -> Value<'t> {
    let value = user(source, row).intune_licensed.then_some(Value::Complex(ty, row));
    Value::List(value.into_iter().collect())
}

// A static, for only these may refer to each other in a circle.
static GROUPS: [&EntityType; 1] = [&GROUP];

/// Groups are not nested here, so that what is transitive is direct.
const fn member_of(name: &'static str) -> Navigation {
    Navigation {
        name,
        declared: &DIRECTORY_OBJECT,
        holds: &GROUPS,
        many: true,
        contained: false,
        versions: Versions::Both,
        get: |s, r| {
            let of = move |(id, group): (_, &crate::Group)| {
                group.users.contains(&Id::new(r.id)).then(|| super::groups::item(id))
            };
            Box::new(s.tenant.groups().filter_map(of))
        },
    }
}

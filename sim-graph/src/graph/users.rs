//! `/users`.

use super::devices::DEVICE;
use super::entity::{
    DIRECTORY_OBJECT, ENTITY, Edm, EntityType, Item, Items, Navigation, Row, Source, Value, Versions, empty, null, p,
    takes,
};
use super::groups::GROUP;
use super::lookup::Kind;
use super::managed_devices::MANAGED_DEVICE;
use super::route::Set;
use crate::{DirectoryObject, SKUS, Sku, User};
use sim_core::{Guid, Id};

/// The `user` type.
#[rustfmt::skip]
pub static USER: EntityType = EntityType {
    name: "microsoft.graph.user",
    set: "users",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, r| user(s, r).id.into()),
    properties: &[
        p("accountEnabled", Edm::Boolean, |s, r| user(s, r).enabled.into()).on_select_v1().may("eq ne not in").own(),
        p("assignedLicenses", Edm::Collection(&Edm::Complex(&ASSIGNED_LICENSE)), |s, r| licensed(s, r, &ASSIGNED_LICENSE))
            .required().on_select_v1().may("eq not $count"),
        p("assignedPlans", Edm::Collection(&Edm::Complex(&ASSIGNED_PLAN)), |s, r| licensed(s, r, &ASSIGNED_PLAN))
            .required().on_select_v1().may("eq not"),
        empty("businessPhones", &Edm::String).required().may("eq not ge le startswith").kept(),
        null("city", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("companyName", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("country", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| user(s, r).created.into()).on_select_v1().may("eq ne not ge le in"),
        null("creationType", Edm::String).on_select_v1().may("eq ne not in"),
        null("department", Edm::String).on_select_v1().may("eq ne not ge le in null").kept(),
        p("displayName", Edm::String, |s, r| s.name(user(s, r).display_name)).may("eq ne not ge le in startswith null orderby").own(),
        null("employeeId", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("givenName", Edm::String).may("eq ne not ge le in startswith null").kept(),
        null("jobTitle", Edm::String).may("eq ne not ge le in startswith null").kept(),
        null("mail", Edm::String).may("eq ne not ge le in startswith endswith null").kept(),
        p("mailNickname", Edm::String, |s, r| before(s.cx.names.get(user(s, r).upn), '@').into())
            .on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("mobilePhone", Edm::String).may("eq ne not ge le in startswith null").kept(),
        null("officeLocation", Edm::String).may("eq ne not ge le in startswith null").kept(),
        null("onPremisesDistinguishedName", Edm::String).on_select_v1(),
        null("onPremisesDomainName", Edm::String).on_select_v1(),
        null("onPremisesImmutableId", Edm::String).on_select_v1().may("eq ne not ge le in").kept(),
        null("onPremisesLastSyncDateTime", Edm::DateTimeOffset).on_select_v1().may("eq ne not ge le in"),
        p("onPremisesSamAccountName", Edm::String, |s, r| account(s, r).map(|a| after(a, '\\')).into())
            .on_select_v1().may("eq ne not ge le in startswith"),
        null("onPremisesSecurityIdentifier", Edm::String).on_select_v1().may("eq null"),
        p("onPremisesSyncEnabled", Edm::Boolean, |s, r| account(s, r).map(|_| true).into())
            .on_select_v1().may("eq ne not in null"),
        p("onPremisesUserPrincipalName", Edm::String, |s, r| account(s, r).map(|_| s.name(user(s, r).upn)).into())
            .on_select_v1().may("eq ne not ge le in startswith"),
        empty("otherMails", &Edm::String).required().on_select_v1().may("eq not ge le in startswith endswith $count").kept(),
        null("passwordPolicies", Edm::String).on_select_v1().may("ne not null").kept(),
        null("passwordProfile", Edm::Complex(&PASSWORD_PROFILE)).on_select_v1().own(),
        null("postalCode", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("preferredLanguage", Edm::String).may("eq ne not ge le in startswith null").kept(),
        empty("proxyAddresses", &Edm::String).required().on_select_v1().may("eq not ge le startswith endswith $count"),
        null("signInSessionsValidFromDateTime", Edm::DateTimeOffset).on_select_v1().noted(),
        null("state", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("streetAddress", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        null("surname", Edm::String).may("eq ne not ge le in startswith null").kept(),
        null("usageLocation", Edm::String).on_select_v1().may("eq ne not ge le in startswith null").kept(),
        p("userPrincipalName", Edm::String, |s, r| s.name(user(s, r).upn)).may("eq ne not ge le in startswith endswith orderby").own(),
        p("userType", Edm::String, |_, _| "Member".into()).on_select_v1().may("eq ne not in null").kept(),
    ],
    navigations: &[
        to("memberOf", &DIRECTORY_OBJECT, &GROUPS, |s, r| {
            Box::new(s.tenant.groups_of(DirectoryObject::User(Id::new(r.id))).map(super::groups::item))
        }),
        to("transitiveMemberOf", &DIRECTORY_OBJECT, &GROUPS, |s, r| {
            Box::new(s.tenant.all_groups_of(DirectoryObject::User(Id::new(r.id))).into_iter().map(super::groups::item))
        }),
        to("ownedDevices", &DIRECTORY_OBJECT, &DEVICES, devices),
        to("registeredDevices", &DIRECTORY_OBJECT, &DEVICES, devices),
        to("ownedObjects", &DIRECTORY_OBJECT, &GROUPS, |s, r| {
            let owned = move |(id, group): (_, &crate::Group)| group.owners.contains(&Id::new(r.id)).then(|| super::groups::item(id));
            Box::new(s.tenant.groups().filter_map(owned))
        }),
        to("managedDevices", &MANAGED_DEVICE, &[], |s, r| {
            let of = move |(id, managed): (_, &crate::ManagedDevice)| {
                (managed.user.get() == Some(Id::new(r.id))).then(|| super::managed_devices::item(id))
            };
            Box::new(s.tenant.managed_devices().filter_map(of))
        }),
        Navigation { many: false, ..to("manager", &DIRECTORY_OBJECT, &USERS, |s, r| {
            let manager = s.tenant.kept.of(user(s, r).id, "manager").and_then(serde_json::Value::as_str);
            let found = manager.and_then(|id| id.parse().ok()).and_then(|id| s.tenant.user_by_id(id));
            Box::new(found.map(item).into_iter())
        }) },
        Navigation { contained: true, ..to("licenseDetails", &LICENSE_DETAILS, &[], |s, r| {
            let details = move |(nth, _)| Item { ty: &LICENSE_DETAILS, row: Row { id: r.id, part: nth } };
            Box::new(user(s, r).skus().map(details))
        }) },
    ],
    ..EntityType::NONE
};

/// The `passwordProfile` type. Passwords are not given back.
pub static PASSWORD_PROFILE: EntityType = EntityType {
    name: "microsoft.graph.passwordProfile",
    properties: &[
        takes("forceChangePasswordNextSignIn", Edm::Boolean),
        takes("forceChangePasswordNextSignInWithMfa", Edm::Boolean),
        takes("password", Edm::String),
    ],
    ..EntityType::NONE
};

/// The `assignedLicense` type.
#[rustfmt::skip]
pub static ASSIGNED_LICENSE: EntityType = EntityType {
    name: "microsoft.graph.assignedLicense",
    properties: &[
        empty("disabledPlans", &Edm::Guid).required().own(),
        p("skuId", Edm::Guid, |_, r| sku(r).map(|sku| sku.id).into()).own(),
    ],
    ..EntityType::NONE
};

/// The `assignedPlan` type. The service of Intune's plan is `SCO` (article on dynamic membership).
#[rustfmt::skip]
pub static ASSIGNED_PLAN: EntityType = EntityType {
    name: "microsoft.graph.assignedPlan",
    properties: &[
        null("assignedDateTime", Edm::DateTimeOffset),
        p("capabilityStatus", Edm::String, |_, _| "Enabled".into()),
        p("service", Edm::String, |_, r| plan(r).map(|plan| plan.2).into()),
        p("servicePlanId", Edm::Guid, |_, r| plan(r).map(|plan| plan.0).into()),
    ],
    ..EntityType::NONE
};

/// The `licenseDetails` type.
#[rustfmt::skip]
pub static LICENSE_DETAILS: EntityType = EntityType {
    name: "microsoft.graph.licenseDetails",
    base: Some(&ENTITY),
    key: Some(|s, r| sku(r).map_or(Value::Null, |sku| format!("{}_{}", user(s, r).id, sku.id).into())),
    properties: &[
        p("servicePlans", Edm::Collection(&Edm::Complex(&PLAN_INFO)), |_, r| plans(r)).required(),
        p("skuId", Edm::Guid, |_, r| sku(r).map(|sku| sku.id).into()),
        p("skuPartNumber", Edm::String, |_, r| sku(r).map(|sku| sku.part_number).into()),
    ],
    ..EntityType::NONE
};

/// The `servicePlanInfo` type.
#[rustfmt::skip]
pub static PLAN_INFO: EntityType = EntityType {
    name: "microsoft.graph.servicePlanInfo",
    properties: &[
        p("appliesTo", Edm::String, |_, _| "User".into()),
        p("provisioningStatus", Edm::String, |_, _| "Success".into()),
        p("servicePlanId", Edm::Guid, |_, r| plan(r).map(|plan| plan.0).into()),
        p("servicePlanName", Edm::String, |_, r| plan(r).map(|plan| plan.1).into()),
    ],
    ..EntityType::NONE
};

/// The product of a row: a part counts products, and within them plans by sixteens.
pub(super) fn sku(row: Row) -> Option<&'static Sku> {
    SKUS.get(row.part as usize % 16)
}

fn plan(row: Row) -> Option<&'static (Guid, &'static str, &'static str)> {
    sku(row)?.plans.get(row.part as usize / 16)
}

/// The service plans of a product.
pub(super) fn plans<'t>(row: Row) -> Value<'t> {
    let plans = sku(row).map_or(0, |sku| sku.plans.len() as u32);
    Value::List(
        (0..plans).map(|nth| Value::Complex(&PLAN_INFO, Row { id: row.id, part: row.part % 16 + 16 * nth })).collect(),
    )
}

/// The set.
pub static SET: Set = Set {
    path: "users",
    declared: &USER,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.users().map(|(id, _)| item(id))),
    indexes: &[("id", by_id)],
    other_key: Some(|s, upn| s.tenant.user(upn, s.cx).map(item)),
    expands: true,
};

fn by_id(source: &Source<'_>, id: &str) -> Option<Item> {
    let (id, rows) = (id.parse().ok()?, &source.tenant.users);
    let row = source.tenant.lookups.by_id(Kind::Users, id, rows.len(), |row| rows[Id::new(row)].id)?;
    (!rows[Id::new(row)].deleted).then(|| item(Id::new(row)))
}

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

/// Licences, a value each; or the plans in them.
fn licensed<'t>(source: &Source<'t>, row: Row, ty: &'static EntityType) -> Value<'t> {
    let mut values = Vec::new();
    for (nth, sku) in user(source, row).skus() {
        let parts = if ty.name == ASSIGNED_PLAN.name { sku.plans.len() as u32 } else { 1 };
        values.extend((0..parts).map(|plan| Value::Complex(ty, Row { id: row.id, part: nth + 16 * plan })));
    }
    Value::List(values)
}

fn devices<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    let owned = move |(id, device): (_, &crate::EntraDevice)| {
        (device.owner.get() == Some(Id::new(row.id))).then(|| super::devices::item(id))
    };
    Box::new(source.tenant.entra_devices().filter_map(owned))
}

// Statics, for only these may refer to each other in a circle.
static GROUPS: [&EntityType; 1] = [&GROUP];
static DEVICES: [&EntityType; 1] = [&DEVICE];
static USERS: [&EntityType; 1] = [&USER];

const fn to(
    name: &'static str,
    declared: &'static EntityType,
    holds: &'static [&'static EntityType],
    get: for<'t> fn(&Source<'t>, Row) -> Items<'t>,
) -> Navigation {
    Navigation { name, declared, holds, many: true, contained: false, versions: Versions::Both, get }
}

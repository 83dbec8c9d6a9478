//! `/devices`: the Entra devices.

use super::entity::{
    DIRECTORY_OBJECT, Edm, EntityType, Item, Items, Navigation, Row, Source, Value, Versions, empty, null, p, takes,
};
use super::groups::GROUP;
use super::lookup::Kind;
use super::route::Set;
use super::users::USER;
use crate::group::INTUNE_APP;
use crate::{DirectoryObject, EntraDevice, Hardware, Ownership};
use sim_core::{Id, SimTime};
use std::ops::ControlFlow;

/// The `device` type.
///
/// The spelling of `deviceOwnership` and `managementType` is that of responses and of membership rules; the reference
/// has them in lower case. `createdDateTime` is not in the CSDL, of which `device` is an open type, but tools select
/// it. No `operatingSystem` but Windows is simulated, and `approximateLastSignInDateTime`, which is renewed every two
/// weeks, is the registration.
#[rustfmt::skip]
pub static DEVICE: EntityType = EntityType {
    name: "microsoft.graph.device",
    set: "devices",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, r| device(s, r).id.into()),
    properties: &[
        p("accountEnabled", Edm::Boolean, |s, r| device(s, r).enabled.into()).may("eq ne not in").own(),
        empty("alternativeSecurityIds", &Edm::Complex(&ALTERNATIVE_SECURITY_ID)).required().may("eq not ge le").kept(),
        p("approximateLastSignInDateTime", Edm::DateTimeOffset, |s, r| device(s, r).registered.into())
            .may("eq ne not ge le null orderby+"),
        null("complianceExpirationDateTime", Edm::DateTimeOffset),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| device(s, r).created.into()).may("orderby+"),
        null("deviceCategory", Edm::String).noted(),
        p("deviceId", Edm::String, |s, r| device(s, r).device_id.into()).may("eq ne not startswith").own(),
        null("deviceMetadata", Edm::String).kept(),
        p("deviceOwnership", Edm::String, |s, r| ownership(device(s, r).ownership)),
        p("deviceVersion", Edm::Int32, |_, _| Value::Int(2)).kept(),
        p("displayName", Edm::String, |s, r| s.name(device(s, r).display_name))
            .may("eq ne not ge le in startswith null orderby+").own(),
        p("enrollmentProfileName", Edm::String, |s, r| s.name_or_null(device(s, r).enrollment_profile)),
        null("enrollmentType", Edm::String),
        p("isCompliant", Edm::Boolean, |s, r| device(s, r).compliant.into()).may("eq ne not").own(),
        p("isManaged", Edm::Boolean, |s, r| managed(s, r, true)).may("eq ne not"),
        null("isManagementRestricted", Edm::Boolean).on_select(),
        null("isRooted", Edm::Boolean),
        p("managementType", Edm::String, |s, r| managed(s, r, "MDM")),
        p("manufacturer", Edm::String, |s, r| hardware(s, r).map(|h| s.name_or_null(h.manufacturer)).into()),
        p("mdmAppId", Edm::String, |s, r| managed(s, r, INTUNE_APP)).may("eq ne not startswith"),
        p("model", Edm::String, |s, r| hardware(s, r).map(|h| s.name_or_null(h.model)).into()),
        p("onPremisesLastSyncDateTime", Edm::DateTimeOffset, |s, r| device(s, r).synced.into()).may("eq ne not ge le in"),
        p("onPremisesSecurityIdentifier", Edm::String, sid).on_select().may("eq"),
        p("onPremisesSyncEnabled", Edm::Boolean, |s, r| (device(s, r).synced != SimTime::NEVER).then_some(true).into())
            .may("eq ne not in null"),
        p("operatingSystem", Edm::String, |_, _| "Windows".into()).may("eq ne not ge le startswith null").kept(),
        p("operatingSystemVersion", Edm::String, |s, r| s.name_or_null(device(s, r).os_version))
            .may("eq ne not ge le startswith null").own(),
        p("physicalIds", Edm::Collection(&Edm::String), physical_ids).required().may("eq not ge le startswith $count"),
        p("profileType", Edm::String, |s, r| {
            (device(s, r).registered != SimTime::NEVER).then_some("RegisteredDevice").into()
        }),
        p("registrationDateTime", Edm::DateTimeOffset, |s, r| device(s, r).registered.into()),
        empty("systemLabels", &Edm::String).required().may("$count"),
        p("trustType", Edm::String, |s, r| device(s, r).trust_type.graph().into()).may("eq ne not in"),
        empty("alternativeNames", &Edm::String).beta(),
        null("domainName", Edm::String).beta(),
        p("extensionAttributes", Edm::Complex(&EXTENSION_ATTRIBUTES), |_, r| Value::Complex(&EXTENSION_ATTRIBUTES, r))
            .beta().may("eq ne not in startswith null").kept(),
        empty("hostnames", &Edm::String).beta(),
        null("kind", Edm::String).beta(),
        null("name", Edm::String).beta(),
        null("platform", Edm::String).beta(),
        null("status", Edm::String).beta(),
    ],
    navigations: &[
        member_of("memberOf", |s, r| {
            Box::new(s.tenant.groups_of(DirectoryObject::Device(Id::new(r.id))).map(super::groups::item))
        }),
        member_of("transitiveMemberOf", |s, r| {
            let groups = s.tenant.all_groups_of(DirectoryObject::Device(Id::new(r.id)));
            Box::new(groups.into_iter().map(super::groups::item))
        }),
        owner("registeredOwners"),
        owner("registeredUsers"),
    ],
    ..EntityType::NONE
};

/// The `alternativeSecurityId` type. The tenant keeps no certificates of devices.
pub static ALTERNATIVE_SECURITY_ID: EntityType = EntityType {
    name: "microsoft.graph.alternativeSecurityId",
    properties: &[takes("identityProvider", Edm::String), takes("key", Edm::Binary), takes("type", Edm::Int32)],
    ..EntityType::NONE
};

/// The `onPremisesExtensionAttributes` type.
#[rustfmt::skip]
pub static EXTENSION_ATTRIBUTES: EntityType = EntityType {
    name: "microsoft.graph.onPremisesExtensionAttributes",
    properties: &[
        takes("extensionAttribute1", Edm::String), takes("extensionAttribute2", Edm::String),
        takes("extensionAttribute3", Edm::String), takes("extensionAttribute4", Edm::String),
        takes("extensionAttribute5", Edm::String), takes("extensionAttribute6", Edm::String),
        takes("extensionAttribute7", Edm::String), takes("extensionAttribute8", Edm::String),
        takes("extensionAttribute9", Edm::String), takes("extensionAttribute10", Edm::String),
        takes("extensionAttribute11", Edm::String), takes("extensionAttribute12", Edm::String),
        takes("extensionAttribute13", Edm::String), takes("extensionAttribute14", Edm::String),
        takes("extensionAttribute15", Edm::String),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "devices",
    declared: &DEVICE,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.entra_devices().map(|(id, _)| item(id))),
    indexes: &[
        ("id", by_id),
        ("deviceId", |s, id| {
            let id = id.parse().ok()?;
            s.tenant.entra_device_by_device_id(id).map(item)
        }),
    ],
    other_key: None,
    expands: true,
};

fn by_id(source: &Source<'_>, id: &str) -> Option<Item> {
    let (id, rows) = (id.parse().ok()?, &source.tenant.entra_devices);
    let row = source.tenant.lookups.by_id(Kind::Devices, id, rows.len(), |row| rows[Id::new(row)].id)?;
    (!rows[Id::new(row)].deleted).then(|| item(Id::new(row)))
}

/// An Entra device as an entity.
pub(super) fn item(id: Id<EntraDevice>) -> Item {
    Item { ty: &DEVICE, row: Row::of(id.row()) }
}

fn device<'t>(source: &Source<'t>, row: Row) -> &'t EntraDevice {
    source.tenant.entra_device(Id::new(row.id))
}

/// The machine of the registration that the device carries; others do not tell theirs.
fn hardware<'t>(source: &Source<'t>, row: Row) -> Option<&'t Hardware> {
    let identity = device(source, row).identity.get()?;
    Some(source.tenant.hardware(source.tenant.identity(identity).hardware))
}

fn managed<'t>(source: &Source<'t>, row: Row, value: impl Into<Value<'t>>) -> Value<'t> {
    device(source, row).managed.get().map(|_| value.into()).into()
}

fn ownership<'t>(ownership: Ownership) -> Value<'t> {
    match ownership {
        Ownership::Unknown => Value::Null,
        Ownership::Company => "Company".into(),
        Ownership::Personal => "Personal".into(),
    }
}

fn physical_ids<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let mut ids = Vec::new();
    source.tenant.each_physical_id(Id::new(row.id), source.cx, &mut |id| {
        ids.push(Value::from(id.to_owned()));
        ControlFlow::Continue(())
    });
    Value::List(ids)
}

fn sid<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let device = device(source, row);
    let known = device.computer_rid != 0;
    known.then(|| (source.sid_of)(device.domain, device.computer_rid)).flatten().into()
}

// In statics, for only these may refer to each other in a circle.
static GROUPS: [&EntityType; 1] = [&GROUP];
static USERS: [&EntityType; 1] = [&USER];

const fn member_of(name: &'static str, get: for<'t> fn(&Source<'t>, Row) -> Items<'t>) -> Navigation {
    Navigation {
        name,
        declared: &DIRECTORY_OBJECT,
        holds: &GROUPS,
        many: true,
        contained: false,
        versions: Versions::Both,
        get,
    }
}

const fn owner(name: &'static str) -> Navigation {
    Navigation {
        name,
        declared: &DIRECTORY_OBJECT,
        holds: &USERS,
        many: true,
        contained: false,
        versions: Versions::Both,
        get: |s, r| -> Items<'_> { Box::new(device(s, r).owner.get().map(super::users::item).into_iter()) },
    }
}

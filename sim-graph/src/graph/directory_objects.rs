//! `/directoryObjects`, `/directory/deletedItems` and `/subscribedSkus`.

use super::devices::{self, DEVICE};
use super::entity::{DIRECTORY_OBJECT, ENTITY, Edm, EntityType, Item, Items, Row, Source, Value, empty, p};
use super::groups::{self, GROUP};
use super::route::Set;
use super::users::{self, PLAN_INFO, USER, plans, sku};
use crate::{DirectoryObject, SKUS};

/// All objects of the directory.
pub static SET: Set = Set {
    path: "directoryObjects",
    declared: &DIRECTORY_OBJECT,
    holds: &[&DEVICE, &GROUP, &USER],
    rows: |s, _| {
        let users = s.tenant.users().map(|(id, _)| users::item(id));
        let groups = s.tenant.groups().map(|(id, _)| groups::item(id));
        Box::new(users.chain(groups).chain(s.tenant.entra_devices().map(|(id, _)| devices::item(id))))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

/// What was deleted and can be restored.
pub static DELETED: Set = Set {
    path: "directory/deletedItems",
    declared: &DIRECTORY_OBJECT,
    holds: &[&DEVICE, &GROUP, &USER],
    rows: |s, _| Box::new(s.tenant.deleted_items(s.cx.now()).map(|(_, deleted)| item(deleted.object))),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// Deleted devices.
pub static DELETED_DEVICES: Set = Set {
    path: "directory/deletedItems/microsoft.graph.device",
    declared: &DEVICE,
    holds: &[],
    rows: |s, _| deleted(s, &DEVICE),
    ..DELETED
};

/// Deleted groups.
pub static DELETED_GROUPS: Set = Set {
    path: "directory/deletedItems/microsoft.graph.group",
    declared: &GROUP,
    holds: &[],
    rows: |s, _| deleted(s, &GROUP),
    ..DELETED
};

/// Deleted users.
pub static DELETED_USERS: Set = Set {
    path: "directory/deletedItems/microsoft.graph.user",
    declared: &USER,
    holds: &[],
    rows: |s, _| deleted(s, &USER),
    ..DELETED
};

fn deleted<'t>(source: &Source<'t>, ty: &'static EntityType) -> Items<'t> {
    Box::new((DELETED.rows)(source, &DELETED).filter(move |item| item.ty.name == ty.name))
}

/// An object of the directory as an entity.
pub(super) fn item(object: DirectoryObject) -> Item {
    match object {
        DirectoryObject::Device(id) => devices::item(id),
        DirectoryObject::Group(id) => groups::item(id),
        DirectoryObject::User(id) => users::item(id),
    }
}

/// The object that an entity is, if it is one.
pub(super) fn object(item: Item) -> Option<DirectoryObject> {
    let id = item.row.id;
    match item.ty.name {
        name if name == DEVICE.name => Some(DirectoryObject::Device(sim_core::Id::new(id))),
        name if name == GROUP.name => Some(DirectoryObject::Group(sim_core::Id::new(id))),
        name if name == USER.name => Some(DirectoryObject::User(sim_core::Id::new(id))),
        _ => None,
    }
}

/// The `subscribedSku` type. How many licences were bought is ours.
#[rustfmt::skip]
pub static SUBSCRIBED_SKU: EntityType = EntityType {
    name: "microsoft.graph.subscribedSku",
    set: "subscribedSkus",
    base: Some(&ENTITY),
    key: Some(|s, r| sku(r).map_or(Value::Null, |sku| format!("{}_{}", s.tenant.id(), sku.id).into())),
    properties: &[
        p("accountId", Edm::String, |s, _| s.tenant.id().into()),
        p("accountName", Edm::String, |s, _| s.name(s.tenant.name())),
        p("appliesTo", Edm::String, |_, _| "User".into()),
        p("capabilityStatus", Edm::String, |_, _| "Enabled".into()),
        p("consumedUnits", Edm::Int32, |s, r| Value::Int(consumed(s, r))),
        p("prepaidUnits", Edm::Complex(&UNITS), |_, r| Value::Complex(&UNITS, r)),
        p("servicePlans", Edm::Collection(&Edm::Complex(&PLAN_INFO)), |_, r| plans(r)).required(),
        p("skuId", Edm::Guid, |_, r| sku(r).map(|sku| sku.id).into()),
        p("skuPartNumber", Edm::String, |_, r| sku(r).map(|sku| sku.part_number).into()),
        empty("subscriptionIds", &Edm::String).required(),
    ],
    ..EntityType::NONE
};

/// The `licenseUnitsDetail` type.
#[rustfmt::skip]
pub static UNITS: EntityType = EntityType {
    name: "microsoft.graph.licenseUnitsDetail",
    properties: &[
        p("enabled", Edm::Int32, |s, _| Value::Int(s.tenant.knobs.licenses.into())),
        p("lockedOut", Edm::Int32, |_, _| Value::Int(0)),
        p("suspended", Edm::Int32, |_, _| Value::Int(0)),
        p("warning", Edm::Int32, |_, _| Value::Int(0)),
    ],
    ..EntityType::NONE
};

fn consumed(source: &Source<'_>, row: Row) -> i64 {
    let has = |licenses: u8| licenses >> (row.part % 16) & 1 == 1;
    source.tenant.users().filter(|(_, user)| has(user.licenses)).count() as i64
}

/// The products that the tenant has licences of.
pub static SKU_SET: Set = Set {
    path: "subscribedSkus",
    declared: &SUBSCRIBED_SKU,
    holds: &[],
    rows: |_, _| Box::new((0..SKUS.len() as u32).map(|part| Item { ty: &SUBSCRIBED_SKU, row: Row { id: 0, part } })),
    indexes: &[],
    other_key: None,
    expands: true,
};

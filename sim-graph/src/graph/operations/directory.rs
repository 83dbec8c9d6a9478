//! What can be asked of all objects of the directory: memberships, lookups by id, and the way back from the bin.

use super::super::devices::SET as DEVICES;
use super::super::directory_objects::{DELETED, SET, SUBSCRIBED_SKU, item, object};
use super::super::entity::Versions::{Both, V1};
use super::super::entity::{DIRECTORY_OBJECT, Edm, EntityType, takes};
use super::super::error::GraphError;
use super::super::groups::SET as GROUPS;
use super::super::route::{Method, Route};
use super::super::users::SET as USERS;
use super::super::write::{Call, Outcome, Prepares, Refusal, act, last_key};
use super::routes::{action, bare, delete, refused};
use crate::DirectoryObject;
use sim_core::Guid;

/// The routes that all objects share.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    action("/directoryObjects/getByIds", Both, &SET, &IDS, get_by_ids),
    action("/devices/getByIds", Both, &DEVICES, &IDS, get_by_ids),
    action("/groups/getByIds", Both, &GROUPS, &IDS, get_by_ids),
    action("/users/getByIds", Both, &USERS, &IDS, get_by_ids),
    action("/directoryObjects/{id}/checkMemberGroups", Both, &SET, &GROUP_IDS, check_groups),
    action("/devices/{id}/checkMemberGroups", Both, &DEVICES, &GROUP_IDS, check_groups),
    action("/groups/{id}/checkMemberGroups", Both, &GROUPS, &GROUP_IDS, check_groups),
    action("/users/{id}/checkMemberGroups", Both, &USERS, &GROUP_IDS, check_groups),
    action("/directoryObjects/{id}/checkMemberObjects", Both, &SET, &IDS, check_objects),
    action("/devices/{id}/checkMemberObjects", Both, &DEVICES, &IDS, check_objects),
    action("/groups/{id}/checkMemberObjects", Both, &GROUPS, &IDS, check_objects),
    action("/users/{id}/checkMemberObjects", Both, &USERS, &IDS, check_objects),
    action("/directoryObjects/{id}/getMemberGroups", Both, &SET, &SECURITY_ONLY, member_groups),
    action("/devices/{id}/getMemberGroups", Both, &DEVICES, &SECURITY_ONLY, member_groups),
    action("/groups/{id}/getMemberGroups", Both, &GROUPS, &SECURITY_ONLY, member_groups),
    action("/users/{id}/getMemberGroups", Both, &USERS, &SECURITY_ONLY, member_groups),
    action("/directoryObjects/{id}/getMemberObjects", Both, &SET, &SECURITY_ONLY, member_groups),
    action("/devices/{id}/getMemberObjects", Both, &DEVICES, &SECURITY_ONLY, member_groups),
    action("/groups/{id}/getMemberObjects", Both, &GROUPS, &SECURITY_ONLY, member_groups),
    action("/users/{id}/getMemberObjects", Both, &USERS, &SECURITY_ONLY, member_groups),
    bare("/directory/deletedItems/{id}/restore", Both, &DELETED, restore),
    bare("/directoryObjects/{id}/restore", Both, &DELETED, restore),
    bare("/devices/{id}/restore", Both, &DELETED, restore),
    bare("/groups/{id}/restore", Both, &DELETED, restore),
    bare("/users/{id}/restore", Both, &DELETED, restore),
    delete("/directory/deletedItems/{id}", Both, &DELETED, purge),
    delete("/directoryObjects/{id}", Both, &SET, delete_one),
    refused(Method::Post, "/directoryObjects", V1, &DIRECTORY_OBJECT),
    refused(Method::Patch, "/directoryObjects/{id}", V1, &DIRECTORY_OBJECT),
    refused(Method::Post, "/subscribedSkus", Both, &SUBSCRIBED_SKU),
    refused(Method::Patch, "/subscribedSkus/{id}", Both, &SUBSCRIBED_SKU),
    refused(Method::Delete, "/subscribedSkus/{id}", Both, &SUBSCRIBED_SKU),
];

static IDS: EntityType = EntityType {
    name: "microsoft.graph.idsParameters",
    properties: &[takes("ids", Edm::Collection(&Edm::String)), takes("types", Edm::Collection(&Edm::String))],
    ..EntityType::NONE
};

static GROUP_IDS: EntityType = EntityType {
    name: "microsoft.graph.groupIdsParameters",
    properties: &[takes("groupIds", Edm::Collection(&Edm::String))],
    ..EntityType::NONE
};

static SECURITY_ONLY: EntityType = EntityType {
    name: "microsoft.graph.securityEnabledOnlyParameters",
    properties: &[takes("securityEnabledOnly", Edm::Boolean)],
    ..EntityType::NONE
};

/// The most ids that one request may ask for (Graph reference of `getByIds` and `checkMemberGroups`).
const IDS_AT_ONCE: usize = 1000;
const GROUPS_AT_ONCE: usize = 20;

/// `getByIds`: the objects there are, of the types that are wanted.
fn get_by_ids(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["ids"])?;
    let ids = call.body.texts("ids").unwrap_or_default();
    if ids.is_empty() || ids.len() > IDS_AT_ONCE {
        return Err(call.invalid("ids"));
    }
    let types = call.body.texts("types").unwrap_or_default();
    let wanted = |item: &super::super::Item| {
        let is =
            |ty: &&str| ty.eq_ignore_ascii_case(item.ty.short_name()) || ty.eq_ignore_ascii_case("directoryObject");
        types.is_empty() || types.iter().any(is)
    };
    let mut items = Vec::new();
    for id in ids {
        let id = id.parse::<Guid>().map_err(|_| call.invalid("ids"))?;
        items.extend(call.source.tenant.directory_object(id).map(item).filter(wanted));
    }
    Ok(Prepares::answer(Outcome::items("directoryObjects", &DIRECTORY_OBJECT, items)))
}

/// The object of the path.
pub(super) fn the_object(call: &Call<'_>) -> Result<DirectoryObject, GraphError> {
    object(call.item()?).ok_or_else(|| call.form.bad("no object of the directory"))
}

/// The ids of all groups that the object of the path is in.
fn all_groups(call: &Call<'_>) -> Result<Vec<Guid>, GraphError> {
    let groups = call.source.tenant.all_groups_of(the_object(call)?);
    Ok(groups.into_iter().map(|group| call.source.tenant.group_record(group).id).collect())
}

fn texts(ids: impl IntoIterator<Item = Guid>) -> Prepares {
    let values: Vec<serde_json::Value> = ids.into_iter().map(|id| id.to_string().into()).collect();
    Prepares::answer(Outcome::value("Collection(Edm.String)", values.into()))
}

/// `checkMemberGroups`: of some groups, those that the object is in.
fn check_groups(call: &Call<'_>) -> Result<Prepares, GraphError> {
    checked(call, "groupIds")
}

/// `checkMemberObjects`.
fn check_objects(call: &Call<'_>) -> Result<Prepares, GraphError> {
    checked(call, "ids")
}

fn checked(call: &Call<'_>, name: &str) -> Result<Prepares, GraphError> {
    call.required(&[name])?;
    let given = call.body.texts(name).unwrap_or_default();
    if given.len() > GROUPS_AT_ONCE {
        return Err(call.invalid(name));
    }
    let groups = all_groups(call)?;
    let mut found = Vec::new();
    for id in given {
        let id = id.parse::<Guid>().map_err(|_| call.invalid(name))?;
        found.extend(groups.contains(&id).then_some(id));
    }
    Ok(texts(found))
}

/// `getMemberGroups` and `getMemberObjects`.
fn member_groups(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["securityEnabledOnly"])?;
    Ok(texts(all_groups(call)?))
}

/// `restore`.
fn restore(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.source.tenant.object_id(the_object(call)?);
    // A name that somebody else has by now cannot be had again.
    if let DirectoryObject::User(user) = the_object(call)? {
        let upn = call.source.cx.names.get(call.source.tenant.user_record(user).upn);
        if call.source.tenant.user(upn, call.source.cx).is_some() {
            return Err(Refusal::duplicate("userPrincipalName").into());
        }
    }
    act(move |tenant, cx| match tenant.restore(id, cx) {
        Some(object) => Outcome::shown_in("directoryObjects".to_owned(), &DIRECTORY_OBJECT, item(object)),
        None => Outcome::done(),
    })
}

/// `DELETE directory/deletedItems/{id}`: for good.
fn purge(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.source.tenant.object_id(the_object(call)?);
    act(move |tenant, _| {
        tenant.purge(id);
        Outcome::done()
    })
}

/// `DELETE directoryObjects/{id}`.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    delete_object(call, the_object(call)?)
}

/// Deletes an object, if the service lets it go.
pub(super) fn delete_object(call: &Call<'_>, object: DirectoryObject) -> Result<Prepares, GraphError> {
    if let DirectoryObject::Device(device) = object {
        super::devices::check_deletion(call, device)?;
    }
    act(move |tenant, cx| {
        match object {
            DirectoryObject::Device(id) => tenant.delete_entra_device(id, cx),
            DirectoryObject::Group(id) => tenant.delete_group(id, cx),
            DirectoryObject::User(id) => tenant.delete_user(id, cx),
        }
        Outcome::done()
    })
}

/// The object that `@odata.id` points at: of the address only the last key counts.
pub(super) fn referred(call: &Call<'_>) -> Result<DirectoryObject, GraphError> {
    call.required(&["@odata.id"])?;
    let key = last_key(call.body.text("@odata.id").unwrap_or_default());
    by_key(call, key)
}

/// The object with a key.
pub(super) fn by_key(call: &Call<'_>, key: &str) -> Result<DirectoryObject, GraphError> {
    let found = key.parse::<Guid>().ok().and_then(|id| call.source.tenant.directory_object(id));
    found.ok_or_else(|| GraphError::NoObject { id: key.to_owned() })
}

//! What can be done with any entity of the bag.

use super::super::entity::{EntityType, Family, Property, Value as Value_};
use super::super::error::GraphError;
use super::super::write::{Body, Call, Outcome, Prepares, act};
use super::{item, types};
use crate::{BagEntity, Tenant};
use serde_json::Value;
use sim_core::{Cx, Guid, Id};

/// A new entity. Names that have to be there are what the service does not let be empty.
pub(in super::super) fn create(call: &Call<'_>) -> Result<Prepares, GraphError> {
    check(call, true)?;
    let (set, ty, body) = (call.set, call.body.ty, call.body.clone());
    act(move |tenant, cx| {
        let id = add(tenant, set.path, Guid::NIL, &body, cx);
        debug_assert_eq!(tenant.bag[id].ty.name, ty.name, "as the body says");
        Outcome::created(set, item(tenant, id))
    })
}

/// Adds what a body describes, with what comes with it.
pub(in super::super) fn add(
    tenant: &mut Tenant,
    set: &'static str,
    parent: Guid,
    body: &Body,
    cx: &mut Cx,
) -> Id<BagEntity> {
    let mut values = body.kept();
    values.extend(stamps(body.ty, cx, true));
    let id = tenant.bag_add(set, body.ty, parent, values, cx);
    tenant.tell_bag(id, "created", cx);
    let guid = tenant.bag[id].id;
    for (navigation, bodies) in &body.inline {
        for body in bodies {
            add(tenant, navigation.name, guid, body, cx);
        }
    }
    id
}

/// Dates and versions that the service writes itself.
fn stamps(ty: &'static EntityType, cx: &Cx, new: bool) -> Vec<(&'static str, Value)> {
    let mut now = String::new();
    super::super::json::time(&mut now, cx.now(), ty.family);
    let all = |name: &str| ty.all().flat_map(|ty| ty.properties).find(|p: &&Property| p.name == name).map(|p| p.name);
    let mut stamps = Vec::new();
    let dates: &[&str] = if new {
        &["createdDateTime", "lastModifiedDateTime", "modifiedDateTime"]
    } else {
        &["lastModifiedDateTime", "modifiedDateTime"]
    };
    stamps.extend(dates.iter().filter_map(|name| all(name)).map(|name| (name, now.clone().into())));
    if new {
        stamps.extend(all("version").map(|name| (name, 1.into())));
    }
    stamps
}

/// What no table says of a body.
fn check(call: &Call<'_>, new: bool) -> Result<(), GraphError> {
    let ty = call.body.ty;
    let named = ty.property("displayName", call.version).is_some();
    if new && named {
        call.required(&["displayName"])?;
    }
    if named && call.body.text("displayName") == Some("") {
        return Err(call.invalid("displayName"));
    }
    if new && types::is_abstract(ty.short_name()) {
        return Err(call.invalid("@odata.type"));
    }
    Ok(())
}

/// Properties of an entity are changed. The directory answers nothing, Intune the entity.
pub(in super::super) fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    check(call, false)?;
    let (id, set) = (call.row::<BagEntity>()?, call.set);
    let body = call.body.clone();
    act(move |tenant, cx| {
        change(tenant, id, &body, cx);
        match set.declared.family {
            Family::Directory => Outcome::done(),
            Family::Intune(_) => Outcome::shown(set, item(tenant, id)),
        }
    })
}

/// Changes an entity as a body says.
pub(in super::super) fn change(tenant: &mut Tenant, id: Id<BagEntity>, body: &Body, cx: &mut Cx) {
    let (guid, ty) = (tenant.bag[id].id, tenant.bag[id].ty);
    let mut values = body.kept();
    values.extend(stamps(ty, cx, false));
    if let Some(Value::Number(version)) = tenant.bag_value(id, "version").cloned() {
        values.push(("version", (version.as_i64().unwrap_or(0) + 1).into()));
    }
    tenant.kept.set(guid, values);
    tenant.tell_bag(id, "changed", cx);
}

/// A new entity that belongs to the one of the path.
pub(in super::super) fn create_below(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let parent = match call.item()?.key(call.source) {
        Value_::Guid(id) => id,
        _ => return Err(call.form.bad("nothing can belong to it")),
    };
    let part = call.part.ok_or_else(|| call.form.bad("no relationship"))?;
    let (context, body) = (call.form.path.clone(), call.body.clone());
    act(move |tenant, cx| {
        let id = add(tenant, part.name, parent, &body, cx);
        Outcome::created_in(context, part.declared, item(tenant, id))
    })
}

/// The entity of the bag that the second key leads to.
fn below(call: &Call<'_>) -> Result<Id<BagEntity>, GraphError> {
    call.related.map(|item| Id::new(item.row.id)).ok_or_else(|| call.form.bad("no entity"))
}

/// Properties of an entity that belongs to the one of the path are changed.
pub(in super::super) fn update_below(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let (id, context, body) = (below(call)?, call.form.path.clone(), call.body.clone());
    let declared = call.body.ty;
    act(move |tenant, cx| {
        change(tenant, id, &body, cx);
        Outcome::shown_in(context, declared, item(tenant, id))
    })
}

/// An entity that belongs to the one of the path is deleted.
pub(in super::super) fn delete_below(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = below(call)?;
    act(move |tenant, cx| {
        tenant.tell_bag(id, "deleted", cx);
        tenant.bag_delete(id);
        Outcome::done()
    })
}

/// The only entity of a set is changed.
pub(in super::super) fn update_only(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let (set, values) = (call.set, call.body.kept());
    let item = (set.rows)(call.source, set).next();
    act(move |tenant, _| {
        tenant.kept.set(tenant.id(), values);
        item.map_or(Outcome::done(), |item| Outcome::shown(set, item))
    })
}

/// An entity is deleted.
pub(in super::super) fn delete(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row::<BagEntity>()?;
    act(move |tenant, cx| {
        tenant.tell_bag(id, "deleted", cx);
        tenant.bag_delete(id);
        Outcome::done()
    })
}

//! Device configurations: domain join profiles, and others that are kept as they are given.

use super::super::bag;
use super::super::device_configurations::{ASSIGNMENT, CONFIGURATION, DOMAIN_JOIN, FRONT_END, SET, item};
use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, Family, Row, takes};
use super::super::error::GraphError;
use super::super::route::{Method, Route};
use super::super::write::{Call, Outcome, Prepares, act, last_key};
use super::assignments::{self, Assigned};
use super::routes::{action, create, delete, patch, reference, refused, related};
use crate::{DomainJoinChange, DomainJoinProfile, NewDomainJoinProfile};
use serde_json::Value;
use sim_core::{Guid, Id};

/// The routes of device configurations.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/deviceManagement/deviceConfigurations", Both, &SET, create_one),
    patch("/deviceManagement/deviceConfigurations/{id}", Both, &SET, update),
    delete("/deviceManagement/deviceConfigurations/{id}", Both, &SET, delete_one),
    action("/deviceManagement/deviceConfigurations/{id}/assign", Both, &SET, &ASSIGN, assign),
    related(Method::Post, "/deviceManagement/deviceConfigurations/{id}/assignments", Both, &SET, "assignments", add_assignment),
    related(Method::Delete, "/deviceManagement/deviceConfigurations/{id}/assignments/{id}", Both, &SET, "assignments",
        remove_assignment),
    refused(Method::Patch, "/deviceManagement/deviceConfigurations/{id}/assignments/{id}", Both, &ASSIGNMENT),
    reference(Method::Post, "/deviceManagement/deviceConfigurations/{id}/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/$ref",
        Beta, &SET, "networkAccessConfigurations", add_network_access),
    reference(Method::Delete, "/deviceManagement/deviceConfigurations/{id}/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/{id}/$ref",
        Beta, &SET, "networkAccessConfigurations", remove_network_access),
];

static ASSIGN: EntityType = EntityType {
    name: "microsoft.graph.assignParameters",
    family: Family::Intune(FRONT_END),
    properties: &[
        takes("assignments", Edm::Collection(&Edm::Complex(&ASSIGNMENT))),
        takes(
            "deviceConfigurationGroupAssignments",
            Edm::Collection(&Edm::Opaque("deviceConfigurationGroupAssignment")),
        )
        .beta(),
    ],
    ..EntityType::NONE
};

/// Configurations that a domain join configuration may name (OpenAPI description).
const NETWORK_ACCESS: usize = 2;

fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["displayName"])?;
    if call.body.ty.name != DOMAIN_JOIN.name {
        return if call.body.ty.name == CONFIGURATION.name {
            Err(call.invalid("@odata.type"))
        } else {
            bag::create(call)
        };
    }
    let change = change(call)?;
    let suffix = change.suffix_chars;
    act(move |tenant, cx| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let new = NewDomainJoinProfile {
            name: text(&change.name),
            domain: text(&change.domain),
            ou: text(&change.ou),
            prefix: text(&change.prefix),
            suffix_chars: suffix,
            assignment: crate::Assignment::default(),
        };
        let id = tenant.add_domain_join_profile(new, cx);
        tenant.kept.set(tenant.domain_join_profile_record(id).id, change.kept);
        Outcome::created(&SET, item(id))
    })
}

/// What a body says of a domain join configuration. That the domain or the OU does not exist shows later.
fn change(call: &Call<'_>) -> Result<DomainJoinChange, GraphError> {
    let text = |name| call.body.text(name).map(str::to_owned);
    if call.body.text("displayName") == Some("") {
        return Err(call.invalid("displayName"));
    }
    let prefix = text("computerNameStaticPrefix");
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if prefix.as_ref().is_some_and(|prefix| prefix.len() > 14 || !prefix.chars().all(good)) {
        return Err(call.invalid("computerNameStaticPrefix"));
    }
    // Source: OpenAPI description: from 3 to 14.
    let suffix_chars = match call.body.number("computerNameSuffixRandomCharCount") {
        Some(count @ 3..=14) => Some(count as u8),
        Some(_) => return Err(call.invalid("computerNameSuffixRandomCharCount")),
        None => None,
    };
    let kept = call.body.kept();
    Ok(DomainJoinChange {
        name: text("displayName"),
        domain: text("activeDirectoryDomainName"),
        ou: text("organizationalUnit"),
        prefix,
        suffix_chars,
        kept,
    })
}

/// The domain join profile of the path, unless it is a configuration of another kind.
fn profile(call: &Call<'_>) -> Result<Option<Id<DomainJoinProfile>>, GraphError> {
    Ok((call.item()?.ty.name == DOMAIN_JOIN.name).then_some(call.row()?))
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let Some(id) = profile(call)? else { return bag::update(call) };
    let change = change(call)?;
    act(move |tenant, cx| {
        tenant.change_domain_join_profile(id, change, cx);
        Outcome::shown(&SET, item(id))
    })
}

fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let Some(id) = profile(call)? else { return bag::delete(call) };
    act(move |tenant, cx| {
        tenant.delete_domain_join_profile(id, cx);
        Outcome::done()
    })
}

fn assigned(call: &Call<'_>) -> Result<Assigned, GraphError> {
    Ok(match profile(call)? {
        Some(id) => Assigned::DomainJoin(id),
        None => Assigned::Bag(call.row()?),
    })
}

/// The type that tells whose assignments they are.
fn assignment_type(of: Assigned) -> &'static EntityType {
    if matches!(of, Assigned::Bag(_)) { &bag::CONFIGURATION_ASSIGNMENT } else { &ASSIGNMENT }
}

fn assign(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["assignments"])?;
    let to = assigned(call)?;
    let assignment = assignments::all(call, call.body.objects("assignments"))?;
    let row = Row::of(call.item()?.row.id);
    let ty = assignment_type(to);
    act(move |tenant, cx| {
        to.assign(tenant, assignment.clone(), cx);
        let items = super::super::assignments::items(ty, row, &assignment).collect();
        Outcome::items("Collection(microsoft.graph.deviceConfigurationAssignment)", ty, items)
    })
}

fn add_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let to = assigned(call)?;
    assignments::add_one(call, to, assignment_type(to))
}

fn remove_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    assignments::remove_one(call, assigned(call)?)
}

fn add_network_access(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = profile(call)?.ok_or_else(|| call.form.bad("no domain join configuration"))?;
    call.required(&["@odata.id"])?;
    let key = last_key(call.body.text("@odata.id").unwrap_or_default());
    let found = super::super::read::entity(call.source, &SET, key, call.version)?;
    let guid = super::super::json::key_text(&found.key(call.source));
    let mut names = network_access(call, id);
    if names.len() >= NETWORK_ACCESS && !names.contains(&guid) {
        return Err(call.invalid("networkAccessConfigurations"));
    }
    names.retain(|known| *known != guid);
    names.push(guid);
    set_network_access(id, names)
}

fn remove_network_access(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = profile(call)?.ok_or_else(|| call.form.bad("no domain join configuration"))?;
    let gone = call.keys.get(1).and_then(|key| key.parse::<Guid>().ok()).map(|id| id.to_string());
    let names = network_access(call, id).into_iter().filter(|known| Some(known) != gone.as_ref()).collect();
    set_network_access(id, names)
}

fn network_access(call: &Call<'_>, id: Id<DomainJoinProfile>) -> Vec<String> {
    let tenant = call.source.tenant;
    let kept = tenant.kept.of(tenant.domain_join_profile_record(id).id, "networkAccessConfigurations");
    let names = kept.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn set_network_access(id: Id<DomainJoinProfile>, names: Vec<String>) -> Result<Prepares, GraphError> {
    act(move |tenant, _| {
        tenant.kept.set(tenant.domain_join_profile_record(id).id, [("networkAccessConfigurations", names.into())]);
        Outcome::done()
    })
}

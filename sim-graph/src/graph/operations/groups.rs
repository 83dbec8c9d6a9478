//! Groups: made, changed, given members and owners, deleted; and rules tried out.

use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, takes};
use super::super::error::GraphError;
use super::super::groups::{GROUP, SET, item};
use super::super::route::{Method, Route};
use super::super::write::{Call, Outcome, Prepares, Refusal, act};
use super::directory::{by_key, delete_object, referred};
use super::routes::{action, create, delete, patch, reference};
use crate::membership_rule::MembershipRule;
use crate::{DirectoryObject, Group, User};
use serde_json::{Value, json};
use sim_core::evidence::Notes;
use sim_core::{Guid, Id};

/// The routes of groups.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/groups", Both, &SET, create_one),
    patch("/groups/{id}", Both, &SET, update),
    delete("/groups/{id}", Both, &SET, delete_one),
    reference(Method::Post, "/groups/{id}/members/$ref", Both, &SET, "members", add_member),
    reference(Method::Delete, "/groups/{id}/members/{id}/$ref", Both, &SET, "members", remove_member),
    // Without `$ref` the member itself goes (Graph reference, public reports).
    reference(Method::Delete, "/groups/{id}/members/{id}", Both, &SET, "members", delete_member),
    reference(Method::Post, "/groups/{id}/owners/$ref", Both, &SET, "owners", add_owner),
    reference(Method::Delete, "/groups/{id}/owners/{id}/$ref", Both, &SET, "owners", remove_owner),
    action("/groups/evaluateDynamicMembership", Beta, &SET, &EVALUATE, evaluate),
    action("/groups/{id}/evaluateDynamicMembership", Beta, &SET, &EVALUATE, evaluate),
    action("/groups/validateProperties", Both, &SET, &VALIDATE, validate),
    action("/groups/{id}/assignLicense", Both, &SET, &super::users::LICENSES, assign_license),
];

static EVALUATE: EntityType = EntityType {
    name: "microsoft.graph.evaluateDynamicMembershipParameters",
    properties: &[takes("memberId", Edm::String), takes("membershipRule", Edm::String)],
    ..EntityType::NONE
};

/// The parameters of `validateProperties`.
pub(super) static VALIDATE: EntityType = EntityType {
    name: "microsoft.graph.validatePropertiesParameters",
    properties: &[
        takes("entityType", Edm::String),
        takes("displayName", Edm::String),
        takes("mailNickname", Edm::String),
        takes("onBehalfOfUserId", Edm::Guid),
    ],
    ..EntityType::NONE
};

/// Members and owners that one request may add (Graph reference of groups).
const AT_ONCE: usize = 20;
/// The longest texts (Graph reference of groups).
const NAME: usize = 256;
const NICKNAME: usize = 64;

fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["displayName", "mailEnabled", "mailNickname", "securityEnabled"])?;
    check_texts(call)?;
    let types = call.body.texts("groupTypes").unwrap_or_default();
    let has = |name: &str| types.iter().any(|ty| ty.eq_ignore_ascii_case(name));
    let (dynamic, unified) = (has("DynamicMembership"), has("Unified"));
    let mail = call.body.flag("mailEnabled").unwrap_or(false);
    let security = call.body.flag("securityEnabled").unwrap_or(false);
    // Graph makes security groups and Microsoft 365 groups, nothing else.
    if mail != unified || !(mail || security) {
        let message = "The service does not currently support writes of mail-enabled groups. Please ensure that the \
            mail-enablement property is unset and the security-enablement property is set.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    let rule = rule(call, dynamic)?;
    let paused = paused(call)?.unwrap_or(false);
    let members = bound(call, "members")?;
    let owners = users(call, bound(call, "owners")?)?;
    if dynamic && !members.is_empty() {
        return Err(call.invalid("members"));
    }
    if unified && members.iter().any(|member| !matches!(member, DirectoryObject::User(_))) {
        return Err(call.invalid("members"));
    }
    if call.body.flag("isAssignableToRole") == Some(true) && dynamic {
        return Err(call.invalid("isAssignableToRole"));
    }
    let name = call.body.text("displayName").unwrap_or_default().to_owned();
    let kept = call.body.kept();
    act(move |tenant, cx| {
        let id = tenant.new_group(&name, rule, paused, unified, cx);
        tenant.kept.set(tenant.group_record(id).id, kept);
        for member in members {
            tenant.set_member(id, member, true, cx);
        }
        for owner in owners {
            tenant.set_owner(id, owner, true);
        }
        Outcome::created(&SET, item(id))
    })
}

fn check_texts(call: &Call<'_>) -> Result<(), GraphError> {
    let too_long = |name, most| call.body.text(name).is_some_and(|text| text.is_empty() || text.chars().count() > most);
    if too_long("displayName", NAME) {
        return Err(call.invalid("displayName"));
    }
    let nickname = call.body.text("mailNickname");
    let bad = |c: char| !c.is_ascii() || c.is_ascii_control() || "@()\\[]\";:<>, ".contains(c);
    if too_long("mailNickname", NICKNAME) || nickname.is_some_and(|text| text.contains(bad)) {
        return Err(call.invalid("mailNickname"));
    }
    Ok(())
}

/// The rule of a body; a dynamic group has one, others have none.
fn rule(call: &Call<'_>, dynamic: bool) -> Result<Option<MembershipRule>, GraphError> {
    match call.body.filled("membershipRule") {
        Some(text) if dynamic => parsed(text).map(Some),
        Some(_) => Err(call.invalid("membershipRule")),
        None if dynamic => Err(Refusal::missing(&call.form, "membershipRule", &GROUP).into()),
        None => Ok(None),
    }
}

/// Reads a rule, or says what is wrong with it as the service does.
fn parsed(text: &str) -> Result<MembershipRule, GraphError> {
    MembershipRule::parse(text).map_err(|error| {
        let known = error.service_message();
        let message = known.unwrap_or_else(|| "One or more property values specified are invalid.".to_owned());
        Refusal::plain(400, "Request_BadRequest", message).into()
    })
}

fn paused(call: &Call<'_>) -> Result<Option<bool>, GraphError> {
    match call.body.filled("membershipRuleProcessingState") {
        Some(state) if state.eq_ignore_ascii_case("On") => Ok(Some(false)),
        Some(state) if state.eq_ignore_ascii_case("Paused") => Ok(Some(true)),
        Some(_) => Err(call.invalid("membershipRuleProcessingState")),
        None => Ok(None),
    }
}

/// The objects that `members@odata.bind` or `owners@odata.bind` names.
fn bound(call: &Call<'_>, relationship: &str) -> Result<Vec<DirectoryObject>, GraphError> {
    let named = call.body.bound.iter().filter(|(name, _)| name.eq_ignore_ascii_case(relationship));
    let keys: Vec<&String> = named.flat_map(|(_, keys)| keys).collect();
    if keys.len() > AT_ONCE {
        return Err(call.invalid(relationship));
    }
    keys.into_iter().map(|key| by_key(call, key)).collect()
}

fn users(call: &Call<'_>, objects: Vec<DirectoryObject>) -> Result<Vec<Id<User>>, GraphError> {
    let user = |object| match object {
        DirectoryObject::User(id) => Ok(id),
        _ => Err(call.invalid("owners")),
    };
    objects.into_iter().map(user).collect()
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<Group> = call.row()?;
    check_texts(call)?;
    let group = call.source.tenant.group_record(id);
    let types = call.body.texts("groupTypes");
    let dynamic = match &types {
        Some(types) => types.iter().any(|ty| ty.eq_ignore_ascii_case("DynamicMembership")),
        None => group.rule.is_some(),
    };
    let change_rule = match (call.body.has("membershipRule"), dynamic) {
        (true, _) => Some(rule(call, dynamic)?),
        (false, true) if group.rule.is_none() => {
            return Err(Refusal::missing(&call.form, "membershipRule", &GROUP).into());
        }
        (false, false) if group.rule.is_some() => Some(None),
        _ => None,
    };
    let paused = paused(call)?;
    let members = bound(call, "members")?;
    for member in &members {
        check_member(call, id, *member)?;
    }
    let name = call.body.text("displayName").map(str::to_owned);
    let kept = call.body.kept();
    act(move |tenant, cx| {
        tenant.kept.set(tenant.group_record(id).id, kept);
        tenant.touch_group(id);
        if let Some(name) = name {
            tenant.rename_group(id, &name, cx);
        }
        if let Some(paused) = paused {
            tenant.set_paused(id, paused, cx);
        }
        if let Some(rule) = change_rule {
            tenant.change_rule(id, rule, cx);
        }
        for member in members {
            tenant.set_member(id, member, true, cx);
        }
        Outcome::done()
    })
}

fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    delete_object(call, DirectoryObject::Group(call.row()?))
}

/// Whether an object may become a member.
///
/// Observed: the sentence on references that exist. Assumed: that members of dynamic groups are refused as missing
/// privileges, and the sentence on groups within themselves.
fn check_member(call: &Call<'_>, group: Id<Group>, member: DirectoryObject) -> Result<(), GraphError> {
    let tenant = call.source.tenant;
    check_assigned(call, group)?;
    if tenant.is_direct_member(group, member) {
        return Err(exists("members"));
    }
    let fits = match member {
        DirectoryObject::Group(inner) => !tenant.group_record(group).unified && !tenant.within(inner).contains(&group),
        DirectoryObject::Device(_) => !tenant.group_record(group).unified,
        DirectoryObject::User(_) => true,
    };
    if fits { Ok(()) } else { Err(call.invalid("members")) }
}

fn check_assigned(call: &Call<'_>, group: Id<Group>) -> Result<(), GraphError> {
    match call.source.tenant.group_record(group).rule {
        Some(_) => {
            let message = "Insufficient privileges to complete the operation.";
            Err(Refusal::plain(403, "Authorization_RequestDenied", message).into())
        }
        None => Ok(()),
    }
}

fn exists(relationship: &str) -> GraphError {
    let message = format!(
        "One or more added object references already exist for the following modified properties: '{relationship}'."
    );
    Refusal::plain(400, "Request_BadRequest", message).into()
}

fn add_member(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let (id, member) = (call.row()?, referred(call)?);
    check_member(call, id, member)?;
    act(move |tenant, cx| {
        tenant.set_member(id, member, true, cx);
        Outcome::done()
    })
}

/// The related object of the path.
fn related(call: &Call<'_>) -> Result<DirectoryObject, GraphError> {
    let found = call.related.and_then(super::super::directory_objects::object);
    found.ok_or_else(|| GraphError::NoObject { id: call.keys.get(1).copied().unwrap_or_default().to_owned() })
}

fn remove_member(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let (id, member) = (call.row()?, related(call)?);
    check_assigned(call, id)?;
    act(move |tenant, cx| {
        tenant.set_member(id, member, false, cx);
        Outcome::done()
    })
}

fn delete_member(call: &Call<'_>) -> Result<Prepares, GraphError> {
    delete_object(call, related(call)?)
}

fn add_owner(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    let owner = users(call, vec![referred(call)?])?[0];
    if call.source.tenant.group_record(id).owners.contains(&owner) {
        return Err(exists("owners"));
    }
    act(move |tenant, _| {
        tenant.set_owner(id, owner, true);
        Outcome::done()
    })
}

fn remove_owner(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<Group> = call.row()?;
    let owner = users(call, vec![related(call)?])?[0];
    // A Microsoft 365 group keeps its last owner (Graph reference).
    let group = call.source.tenant.group_record(id);
    if group.unified && group.owners.len() == 1 {
        let message = "The group must have at least one owner, hence this owner cannot be removed.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    act(move |tenant, _| {
        tenant.set_owner(id, owner, false);
        Outcome::done()
    })
}

/// `evaluateDynamicMembership`: what a rule says of a device, comparison by comparison.
fn evaluate(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["memberId"])?;
    let tenant = call.source.tenant;
    let member = by_key(call, call.body.text("memberId").unwrap_or_default())?;
    let of_group = match call.item {
        Some(item) => tenant.group_record(Id::new(item.row.id)).rule.clone(),
        None => {
            call.required(&["membershipRule"])?;
            Some(std::sync::Arc::new(parsed(call.body.text("membershipRule").unwrap_or_default())?))
        }
    };
    let rule = of_group.ok_or_else(|| call.invalid("membershipRule"))?;
    let mut notes = Notes::default();
    // Rules about devices hold for no user.
    let verdict = match member {
        DirectoryObject::Device(device) => tenant.rule_matches(&rule, device, call.source.cx, &mut notes),
        DirectoryObject::User(_) | DirectoryObject::Group(_) => false,
    };
    let detail = |note: &String| {
        let (expression, result) = note.rsplit_once(": ").unwrap_or((note, ""));
        json!({ "expression": expression, "expressionResult": result == "yes", "propertyToEvaluate": null })
    };
    let details: Vec<Value> = notes.0.iter().map(detail).collect();
    let value = json!({
        "membershipRule": rule.text(),
        "membershipRuleEvaluationResult": verdict,
        "membershipRuleEvaluationDetails": {
            "expression": rule.text(),
            "expressionResult": verdict,
            "expressionEvaluationDetails": details,
            "propertyToEvaluate": null,
        },
    });
    Ok(Prepares::answer(Outcome::value("microsoft.graph.evaluateDynamicMembershipResult", value)))
}

/// `validateProperties`: whether names may be given to a group. The tenant has no naming policy.
fn validate(call: &Call<'_>) -> Result<Prepares, GraphError> {
    check_texts(call)?;
    Ok(Prepares::answer(Outcome::done()))
}

/// `assignLicense` of a group: its users get the licences.
fn assign_license(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<Group> = call.row()?;
    let (add, remove) = super::users::licenses(call)?;
    act(move |tenant, cx| {
        let cause = cx.cause();
        let users: Vec<Id<User>> = tenant.group_record(id).users.iter().copied().collect();
        for user in users {
            cx.because(cause);
            let licenses = tenant.user_record(user).licenses & !remove | add;
            tenant.set_licenses(user, licenses, cx);
        }
        Outcome::shown(&SET, item(id)).with_status(202)
    })
}

/// The group with that id.
pub(super) fn by_id(call: &Call<'_>, id: &str) -> Result<Id<Group>, GraphError> {
    let found = id.parse::<Guid>().ok().and_then(|id| call.source.tenant.group_by_id(id));
    found.ok_or_else(|| GraphError::NoObject { id: id.to_owned() })
}

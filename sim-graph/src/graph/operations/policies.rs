//! Policies of devices: who may join, and whose devices Intune manages.

use super::super::entity::Versions::{Beta, Both};
use super::super::error::GraphError;
use super::super::policies::{INTUNE, MDM, MDM_SET, REGISTRATION_SET};
use super::super::route::{Method, Route};
use super::super::write::{Call, Outcome, Prepares, Refusal, act, last_key};
use super::groups::by_id;
use super::routes::{patch, put, reference, refused};
use crate::{Group, MdmScope, kinds};
use sim_core::Id;

/// The routes of policies.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    put("/policies/deviceRegistrationPolicy", Both, &REGISTRATION_SET, put_registration),
    patch("/policies/mobileDeviceManagementPolicies/{id}", Beta, &MDM_SET, update_mdm),
    reference(Method::Post, "/policies/mobileDeviceManagementPolicies/{id}/includedGroups/$ref", Beta, &MDM_SET,
        "includedGroups", include),
    reference(Method::Delete, "/policies/mobileDeviceManagementPolicies/{id}/includedGroups/{id}/$ref", Beta, &MDM_SET,
        "includedGroups", exclude),
    refused(Method::Post, "/policies/mobileDeviceManagementPolicies", Beta, &MDM),
    refused(Method::Delete, "/policies/mobileDeviceManagementPolicies/{id}", Beta, &MDM),
];

/// The policy is put as a whole: a quota that is left out is 0 from then on.
fn put_registration(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["azureADJoin", "azureADRegistration"])?;
    let quota = call.body.number("userDeviceQuota").unwrap_or(0);
    if quota < 0 {
        return Err(call.invalid("userDeviceQuota"));
    }
    let names = ["azureADJoin", "azureADRegistration", "localAdminPassword", "multiFactorAuthConfiguration"];
    let given = names.into_iter().filter_map(|name| Some((name, call.body.get(name)?.clone())));
    let values = given.chain([("userDeviceQuota", quota.into())]).collect();
    act(move |tenant, _| {
        tenant.set_registration_policy(values);
        let item = super::super::Item { ty: REGISTRATION_SET.declared, row: super::super::Row::of(0) };
        Outcome::shown(&REGISTRATION_SET, item)
    })
}

fn update_mdm(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let tenant = call.source.tenant;
    let scope = match call.body.filled("appliesTo") {
        Some(scope) if scope.eq_ignore_ascii_case("all") => Some(MdmScope::All),
        Some(scope) if scope.eq_ignore_ascii_case("none") => Some(MdmScope::None),
        Some(scope) if scope.eq_ignore_ascii_case("selected") => Some(MdmScope::Selected(included(call))),
        Some(_) => return Err(call.invalid("appliesTo")),
        None => None,
    };
    let was = tenant.policies.mdm_scope.clone();
    let kept = call.body.kept();
    act(move |tenant, cx| {
        tenant.kept.set(INTUNE, kept);
        set_scope(tenant, scope.unwrap_or(was), cx);
        Outcome::done()
    })
}

fn set_scope(tenant: &mut crate::Tenant, scope: MdmScope, cx: &mut sim_core::Cx) {
    let word = match &scope {
        MdmScope::All => "all",
        MdmScope::None => "none",
        MdmScope::Selected(_) => "selected",
    };
    tenant.policies.mdm_scope = scope;
    cx.tell(&kinds::MDM_SCOPE_SET, tenant.name, &[word.into()]);
}

fn included(call: &Call<'_>) -> Vec<Id<Group>> {
    match &call.source.tenant.policies.mdm_scope {
        MdmScope::Selected(groups) => groups.clone(),
        MdmScope::All | MdmScope::None => Vec::new(),
    }
}

/// A group more. The policy applies to selected groups from then on.
fn include(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["@odata.id"])?;
    let group = by_id(call, last_key(call.body.text("@odata.id").unwrap_or_default()))?;
    let mut groups = included(call);
    if groups.contains(&group) {
        let message = "One or more added object references already exist for the following modified properties: \
            'includedGroups'.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    groups.push(group);
    act(move |tenant, cx| {
        set_scope(tenant, MdmScope::Selected(groups), cx);
        Outcome::done()
    })
}

fn exclude(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let group = by_id(call, call.keys.get(1).copied().unwrap_or_default())?;
    let groups = included(call).into_iter().filter(|known| *known != group).collect();
    act(move |tenant, cx| {
        set_scope(tenant, MdmScope::Selected(groups), cx);
        Outcome::done()
    })
}

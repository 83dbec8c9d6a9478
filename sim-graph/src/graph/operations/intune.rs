//! The rest of Intune: what goes beyond making and deleting entities that are kept as they are given.

use super::super::bag;
use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, Family, Row, takes};
use super::super::error::GraphError;
use super::super::managed_devices::{FRONT_END, SET as MANAGED};
use super::super::route::{Method, Route, Set};
use super::super::write::{Call, Outcome, Prepares, act, last_key};
use super::assignments::{self, Assigned};
use super::routes::{action, bare, reference};
use crate::{BagEntity, ManagedDevice};
use serde_json::{Value, json};
use sim_core::{Guid, Id};

/// The routes that need more than the tables of the bag say.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        reference(
            Method::Put,
            "/deviceManagement/managedDevices/{id}/deviceCategory/$ref",
            Both,
            &MANAGED,
            "deviceCategory",
            set_category,
        ),
        reference(
            Method::Delete,
            "/deviceManagement/managedDevices/{id}/deviceCategory/$ref",
            Both,
            &MANAGED,
            "deviceCategory",
            remove_category,
        ),
    ];
    if let Some(policies) = bag::set("deviceManagement/deviceCompliancePolicies") {
        routes.extend([
            action("/deviceManagement/deviceCompliancePolicies/{id}/assign", Both, policies, &ASSIGN, assign),
            action(
                "/deviceManagement/deviceCompliancePolicies/{id}/scheduleActionsForRules",
                Both,
                policies,
                &SCHEDULE,
                schedule,
            ),
        ]);
    }
    if let Some(tags) = bag::set("deviceManagement/roleScopeTags") {
        routes.push(action("/deviceManagement/roleScopeTags/getRoleScopeTagsById", Beta, tags, &TAG_IDS, tags_by_id));
    }
    if let Some(identities) = bag::set("deviceManagement/importedDeviceIdentities") {
        routes.extend([
            action(
                "/deviceManagement/importedDeviceIdentities/importDeviceIdentityList",
                Beta,
                identities,
                &IDENTITIES,
                import_identities,
            ),
            action(
                "/deviceManagement/importedDeviceIdentities/searchExistingIdentities",
                Beta,
                identities,
                &IDENTITIES,
                search_identities,
            ),
        ]);
    }
    routes.push(bare(
        "/organization/{id}/setMobileDeviceManagementAuthority",
        Both,
        &super::super::organization::SET,
        set_authority,
    ));
    routes
}

static ASSIGN: EntityType = EntityType {
    name: "microsoft.graph.assignParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("assignments", Edm::Collection(&Edm::Complex(&bag::ASSIGNMENT)))],
    ..EntityType::NONE
};

static SCHEDULE: EntityType = EntityType {
    name: "microsoft.graph.scheduleActionsForRulesParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes(
        "deviceComplianceScheduledActionForRules",
        Edm::Collection(&Edm::Opaque("deviceComplianceScheduledActionForRule")),
    )],
    ..EntityType::NONE
};

static TAG_IDS: EntityType = EntityType {
    name: "microsoft.graph.getRoleScopeTagsByIdParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("roleScopeTagIds", Edm::Collection(&Edm::String))],
    ..EntityType::NONE
};

static IDENTITIES: EntityType = EntityType {
    name: "microsoft.graph.importedDeviceIdentitiesParameters",
    family: Family::Intune(FRONT_END),
    properties: &[
        takes("importedDeviceIdentities", Edm::Collection(&Edm::Opaque("importedDeviceIdentity"))),
        takes("overwriteImportedDeviceIdentities", Edm::Boolean),
    ],
    ..EntityType::NONE
};

/// `assign` of a compliance policy.
fn assign(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["assignments"])?;
    let to = Assigned::Bag(call.row()?);
    let assignment = assignments::all(call, call.body.objects("assignments"))?;
    let row = Row::of(call.item()?.row.id);
    act(move |tenant, cx| {
        to.assign(tenant, assignment.clone(), cx);
        let items = super::super::assignments::items(&bag::ASSIGNMENT, row, &assignment).collect();
        Outcome::items("Collection(microsoft.graph.deviceCompliancePolicyAssignment)", &bag::ASSIGNMENT, items)
    })
}

/// `scheduleActionsForRules`: in the place of what was scheduled.
fn schedule(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["deviceComplianceScheduledActionForRules"])?;
    let policy: Id<BagEntity> = call.row()?;
    let rules: Vec<Value> = call.body.objects("deviceComplianceScheduledActionForRules").to_vec();
    let ty = bag::ty("deviceComplianceScheduledActionForRule").ok_or_else(|| call.form.bad("no such type"))?;
    act(move |tenant, cx| {
        let parent = tenant.bag[policy].id;
        let old: Vec<Id<BagEntity>> = tenant.bag_rows("scheduledActionsForRule", parent).map(|(id, _)| id).collect();
        old.into_iter().for_each(|id| tenant.bag_delete(id));
        for rule in rules {
            let values = rule.get("ruleName").map(|name| ("ruleName", name.clone()));
            tenant.bag_add("scheduledActionsForRule", ty, parent, values.into_iter().collect(), cx);
        }
        Outcome::done()
    })
}

/// The categories there are.
fn categories() -> Option<&'static Set> {
    bag::set("deviceManagement/deviceCategories")
}

/// The category that a managed device is of: shown of it, of its Entra device, and to rules.
fn set_category(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["@odata.id"])?;
    let id: Id<ManagedDevice> = call.row()?;
    let key = last_key(call.body.text("@odata.id").unwrap_or_default());
    let categories = categories().ok_or_else(|| call.form.bad("no categories"))?;
    let item = super::super::read::entity(call.source, categories, key, call.version)?;
    let name = call.source.tenant.bag_value(Id::new(item.row.id), "displayName").cloned();
    let category = super::super::json::key_text(&item.key(call.source));
    put_category(id, category.into(), name.unwrap_or(Value::Null))
}

fn remove_category(call: &Call<'_>) -> Result<Prepares, GraphError> {
    put_category(call.row()?, Value::Null, Value::Null)
}

fn put_category(id: Id<ManagedDevice>, category: Value, name: Value) -> Result<Prepares, GraphError> {
    act(move |tenant, cx| {
        let managed = tenant.managed_device(id);
        let (guid, entra) = (managed.id, managed.entra_device);
        let shown = if name.is_null() { "".into() } else { name.clone() };
        tenant.kept.set(guid, [("deviceCategory", category), ("deviceCategoryDisplayName", shown)]);
        let device = tenant.entra_device(entra).id;
        tenant.kept.set(device, [("deviceCategory", name)]);
        tenant.device_changed(entra, cx);
        Outcome::done()
    })
}

/// `getRoleScopeTagsById`.
fn tags_by_id(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let ids = call.body.texts("roleScopeTagIds").unwrap_or_default();
    let tenant = call.source.tenant;
    let find = |id: &&str| tenant.bag_find(call.set.path, id.parse().ok()?).map(|id| bag::item(tenant, id));
    let items = ids.iter().filter_map(find).collect();
    Ok(Prepares::answer(Outcome::items("Collection(microsoft.graph.roleScopeTag)", call.set.declared, items)))
}

/// `importDeviceIdentityList`: corporate identifiers. One that is known stays unless it is to be overwritten.
fn import_identities(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["importedDeviceIdentities"])?;
    let given = call.body.objects("importedDeviceIdentities").to_vec();
    let overwrite = call.body.flag("overwriteImportedDeviceIdentities").unwrap_or(false);
    let set = call.set;
    let identifier = |value: &Value| value.get("importedDeviceIdentifier").and_then(Value::as_str).map(str::to_owned);
    if given.iter().any(|value| identifier(value).is_none_or(|text| text.is_empty())) {
        return Err(call.invalid("importedDeviceIdentifier"));
    }
    act(move |tenant, cx| {
        let mut results = Vec::new();
        for value in given {
            let text = identifier(&value).unwrap_or_default();
            let known = find_identity(tenant, set.path, &text);
            let stays = known.is_some() && !overwrite;
            let id = known.unwrap_or_else(|| tenant.bag_add(set.path, set.declared, Guid::NIL, Vec::new(), cx));
            let guid = tenant.bag[id].id;
            if !stays {
                let names = ["importedDeviceIdentifier", "importedDeviceIdentityType", "description", "platform"];
                let values = names.into_iter().filter_map(|name| Some((name, value.get(name)?.clone())));
                tenant.kept.set(guid, values.collect::<Vec<_>>());
            }
            results.push(json!({
                "@odata.type": "#microsoft.graph.importedDeviceIdentityResult",
                "id": guid.to_string(),
                "importedDeviceIdentifier": text,
                "status": !stays,
            }));
        }
        Outcome::value("Collection(microsoft.graph.importedDeviceIdentityResult)", results.into())
    })
}

fn find_identity(tenant: &crate::Tenant, set: &str, text: &str) -> Option<Id<BagEntity>> {
    let is = |id: Id<BagEntity>| tenant.bag_value(id, "importedDeviceIdentifier").and_then(Value::as_str) == Some(text);
    tenant.bag_rows(set, Guid::NIL).map(|(id, _)| id).find(|id| is(*id))
}

/// `searchExistingIdentities`: those of a list that are known.
fn search_identities(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["importedDeviceIdentities"])?;
    let tenant = call.source.tenant;
    let known = |value: &Value| {
        let text = value.get("importedDeviceIdentifier").and_then(Value::as_str)?;
        find_identity(tenant, call.set.path, text).map(|id| bag::item(tenant, id))
    };
    let items = call.body.objects("importedDeviceIdentities").iter().filter_map(known).collect();
    Ok(Prepares::answer(Outcome::items("Collection(microsoft.graph.importedDeviceIdentity)", call.set.declared, items)))
}

/// `setMobileDeviceManagementAuthority`: it is Intune already, so nothing happens.
fn set_authority(_: &Call<'_>) -> Result<Prepares, GraphError> {
    Ok(Prepares::answer(Outcome::value("Edm.Int32", 0.into())))
}

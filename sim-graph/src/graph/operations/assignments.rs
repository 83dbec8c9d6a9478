//! Assignments of profiles and configurations: targets as clients write them.

use super::super::entity::{EntityType, Row};
use super::super::error::GraphError;
use super::super::write::{Call, Outcome, Prepares, act};
use crate::{Assignment, BagEntity, DomainJoinProfile, EspProfile, Tenant};
use serde_json::Value;
use sim_core::{Cx, Guid, Id};

/// Reads the assignments that an `assign` action puts in the place of the old ones: objects with a `target`.
pub fn all(call: &Call<'_>, assignments: &[Value]) -> Result<Assignment, GraphError> {
    let mut all = Assignment::default();
    for assignment in assignments {
        let target = assignment.get("target").ok_or_else(|| call.invalid("target"))?;
        add(call, target, &mut all)?;
    }
    Ok(all)
}

/// Adds what a target says to an assignment.
///
/// `allLicensedUsersAssignmentTarget` reaches users only.
pub fn add(call: &Call<'_>, target: &Value, to: &mut Assignment) -> Result<(), GraphError> {
    let kind = target.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    let kind = kind.trim_start_matches('#').trim_start_matches("microsoft.graph.");
    let group = || {
        let id = target.get("groupId").and_then(Value::as_str).unwrap_or_default();
        let found = id.parse::<Guid>().ok().and_then(|id| call.source.tenant.group_by_id(id));
        found.ok_or_else(|| call.form.bad(format!("the group '{id}' is not found")))
    };
    match kind {
        "allDevicesAssignmentTarget" => to.all_devices = true,
        "allLicensedUsersAssignmentTarget" => to.all_users = true,
        "groupAssignmentTarget" => push(&mut to.include, group()?),
        "exclusionGroupAssignmentTarget" => push(&mut to.exclude, group()?),
        _ => return Err(call.invalid("target")),
    }
    Ok(())
}

/// Takes the assignment with that `part` away.
pub fn remove(from: &mut Assignment, part: u32) {
    use super::super::assignments::Target;
    match super::super::assignments::target_of(part) {
        Target::AllDevices => from.all_devices = false,
        Target::AllUsers => from.all_users = false,
        Target::Include(group) => from.include.retain(|known| *known != group),
        Target::Exclude(group) => from.exclude.retain(|known| *known != group),
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, new: T) {
    if !list.contains(&new) {
        list.push(new);
    }
}

/// Whether any of it reaches somebody: groups that are gone do not count.
pub fn reaches_anybody(assignment: &Assignment, tenant: &Tenant) -> bool {
    assignment.all_devices
        || assignment.all_users
        || assignment.include.iter().chain(&assignment.exclude).any(|group| !tenant.group_record(*group).deleted)
}

/// What can be assigned.
#[derive(Debug, Clone, Copy)]
pub enum Assigned {
    /// A domain join profile.
    DomainJoin(Id<DomainJoinProfile>),
    /// An enrollment status page.
    StatusPage(Id<EspProfile>),
    /// Something that is kept as it was given.
    Bag(Id<BagEntity>),
}

impl Assigned {
    /// Whom it is for now.
    pub fn current(self, tenant: &Tenant) -> &Assignment {
        match self {
            Self::DomainJoin(id) => &tenant.domain_join_profile_record(id).assignment,
            Self::StatusPage(id) => &tenant.esp_profiles[id].assignment,
            Self::Bag(id) => &tenant.bag[id].assignment,
        }
    }

    /// Says whom it is for.
    pub fn assign(self, tenant: &mut Tenant, assignment: Assignment, cx: &mut Cx) {
        match self {
            Self::DomainJoin(id) => tenant.assign_domain_join_profile(id, assignment, cx),
            Self::StatusPage(id) => tenant.assign_esp_profile(id, assignment),
            Self::Bag(id) => {
                tenant.bag[id].assignment = assignment;
                tenant.tell_bag(id, "assigned", cx);
            }
        }
    }
}

/// `POST …/assignments`: one more.
pub fn add_one(call: &Call<'_>, to: Assigned, ty: &'static EntityType) -> Result<Prepares, GraphError> {
    call.required(&["target"])?;
    let (mut assignment, mut added) = (to.current(call.source.tenant).clone(), Assignment::default());
    let target = call.body.get("target").unwrap_or(&Value::Null);
    add(call, target, &mut added)?;
    add(call, target, &mut assignment)?;
    let (context, row) = (call.form.path.clone(), Row::of(call.item()?.row.id));
    act(move |tenant, cx| {
        to.assign(tenant, assignment, cx);
        match super::super::assignments::items(ty, row, &added).next() {
            Some(item) => Outcome::created_in(context, ty, item),
            None => Outcome::done(),
        }
    })
}

/// `DELETE …/assignments/{id}`.
pub fn remove_one(call: &Call<'_>, from: Assigned) -> Result<Prepares, GraphError> {
    let mut assignment = from.current(call.source.tenant).clone();
    remove(&mut assignment, call.related.map_or(0, |item| item.row.part));
    act(move |tenant, cx| {
        from.assign(tenant, assignment, cx);
        Outcome::done()
    })
}

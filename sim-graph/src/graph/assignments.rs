//! Assignments: whom profiles and configurations are for. Each kind of them has its own type, whose targets are the
//! same.

use super::entity::{Edm, EntityType, Family, Item, Items, Navigation, Row, Source, Value, Versions, null, p};
use super::read::guid_text;
use crate::{Assignment, Group};
use sim_core::{Guid, Id};

/// The group that the portal shows for all devices.
const ALL_DEVICES: Guid = Guid::from_u128(0xadadadad_808e_44e2_905a_0b7873a8a531);

/// The group that the portal shows for all users.
const ALL_USERS: Guid = Guid::from_u128(0xacacacac_9df4_4c7d_9d50_4ef0226f57a9);

/// The `deviceAndAppManagementAssignmentTarget` type. Filters of assignments are not simulated.
#[rustfmt::skip]
pub static TARGET: EntityType = EntityType {
    name: "microsoft.graph.deviceAndAppManagementAssignmentTarget",
    family: Family::Intune(""),
    properties: &[
        null("deviceAndAppManagementAssignmentFilterId", Edm::String).beta().own(),
        p("deviceAndAppManagementAssignmentFilterType", Edm::Enum("deviceAndAppManagementAssignmentFilterType"),
            |_, _| "none".into()).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `groupAssignmentTarget` type.
pub static GROUP_TARGET: EntityType = EntityType {
    name: "microsoft.graph.groupAssignmentTarget",
    base: Some(&TARGET),
    family: Family::Intune(""),
    properties: &[
        p("groupId", Edm::String, |s, r| group_of(r).map(|group| s.tenant.group_record(group).id).into()).own()
    ],
    ..EntityType::NONE
};

/// The `exclusionGroupAssignmentTarget` type.
pub static EXCLUSION_TARGET: EntityType = EntityType {
    name: "microsoft.graph.exclusionGroupAssignmentTarget",
    base: Some(&GROUP_TARGET),
    family: Family::Intune(""),
    ..EntityType::NONE
};

/// The `allDevicesAssignmentTarget` type.
pub static ALL_DEVICES_TARGET: EntityType = EntityType {
    name: "microsoft.graph.allDevicesAssignmentTarget",
    base: Some(&TARGET),
    family: Family::Intune(""),
    ..EntityType::NONE
};

/// The `allLicensedUsersAssignmentTarget` type.
pub static ALL_USERS_TARGET: EntityType = EntityType {
    name: "microsoft.graph.allLicensedUsersAssignmentTarget",
    base: Some(&TARGET),
    family: Family::Intune(""),
    ..EntityType::NONE
};

/// The relationship of a profile or a configuration to its assignments, which are of the declared type.
pub(super) const fn navigation(
    declared: &'static EntityType,
    versions: Versions,
    get: for<'t> fn(&Source<'t>, Row) -> Items<'t>,
) -> Navigation {
    Navigation { name: "assignments", declared, holds: &[], many: true, contained: true, versions, get }
}

/// Whom one assignment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// All devices.
    AllDevices,
    /// All users with a licence.
    AllUsers,
    /// A group.
    Include(Id<Group>),
    /// Anybody but a group.
    Exclude(Id<Group>),
}

/// The assignments of what stands in a row.
pub(super) fn items<'t>(ty: &'static EntityType, row: Row, assignment: &'t Assignment) -> Items<'t> {
    let include = assignment.include.iter().map(|group| 2 + 2 * group.row());
    let exclude = assignment.exclude.iter().map(|group| 3 + 2 * group.row());
    let all_users = assignment.all_users.then_some(1);
    let parts = include.chain(exclude).chain(all_users).chain(assignment.all_devices.then_some(0));
    Box::new(parts.map(move |part| Item { ty, row: Row { id: row.id, part } }))
}

/// The target that a part of a row stands for.
pub(super) fn target_of(part: u32) -> Target {
    match part {
        0 => Target::AllDevices,
        1 => Target::AllUsers,
        part if part % 2 == 0 => Target::Include(Id::new(part / 2 - 1)),
        part => Target::Exclude(Id::new(part / 2 - 1)),
    }
}

/// `target`.
pub(super) fn target<'t>(_: &Source<'t>, row: Row) -> Value<'t> {
    let ty = match target_of(row.part) {
        Target::AllDevices => &ALL_DEVICES_TARGET,
        Target::AllUsers => &ALL_USERS_TARGET,
        Target::Include(_) => &GROUP_TARGET,
        Target::Exclude(_) => &EXCLUSION_TARGET,
    };
    Value::Complex(ty, row)
}

/// `id`: the id of what is assigned and the id of the group, then a number (a public script's finding; the vendor's
/// article on deployment profiles that cannot be deleted leaves the number out).
pub(super) fn id<'t>(source: &Source<'t>, row: Row, of: &str) -> Value<'t> {
    let group = match target_of(row.part) {
        Target::AllDevices => ALL_DEVICES,
        Target::AllUsers => ALL_USERS,
        Target::Include(group) | Target::Exclude(group) => source.tenant.group_record(group).id,
    };
    format!("{of}_{}_0", guid_text(group)).into()
}

/// The group that an assignment names.
pub(super) fn group_of(row: Row) -> Option<Id<Group>> {
    match target_of(row.part) {
        Target::Include(group) | Target::Exclude(group) => Some(group),
        Target::AllDevices | Target::AllUsers => None,
    }
}

//! Assignments: whom profiles and configurations are for. Each kind of them has its own type, whose targets are the
//! same.

use super::entity::{Edm, EntityType, Family, Item, Items, Navigation, Row, Source, Value, Versions, null, p};
use super::read::guid_text;
use crate::{Assignment, Group};
use sim_core::{Guid, Id};

/// The group that the portal shows for all devices.
const ALL_DEVICES: Guid = Guid::from_u128(0xadadadad_808e_44e2_905a_0b7873a8a531);

/// The `deviceAndAppManagementAssignmentTarget` type. Filters of assignments are not simulated.
#[rustfmt::skip]
pub static TARGET: EntityType = EntityType {
    name: "microsoft.graph.deviceAndAppManagementAssignmentTarget",
    family: Family::Intune(""),
    properties: &[
        null("deviceAndAppManagementAssignmentFilterId", Edm::String).beta(),
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
    properties: &[p("groupId", Edm::String, |s, r| group_of(r).map(|group| s.tenant.group_record(group).id).into())],
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

/// The relationship of a profile or a configuration to its assignments, which are of the declared type.
pub(super) const fn navigation(
    declared: &'static EntityType,
    versions: Versions,
    get: for<'t> fn(&Source<'t>, Row) -> Items<'t>,
) -> Navigation {
    Navigation { name: "assignments", declared, holds: &[], many: true, contained: true, versions, get }
}

/// The assignments of what stands in a row.
pub(super) fn items<'t>(ty: &'static EntityType, row: Row, assignment: &'t Assignment) -> Items<'t> {
    let include = assignment.include.iter().map(|group| 1 + 2 * group.row());
    let exclude = assignment.exclude.iter().map(|group| 2 + 2 * group.row());
    let parts = include.chain(exclude).chain(assignment.all_devices.then_some(0));
    Box::new(parts.map(move |part| Item { ty, row: Row { id: row.id, part } }))
}

/// `target`.
pub(super) fn target<'t>(_: &Source<'t>, row: Row) -> Value<'t> {
    let ty = match row.part {
        0 => &ALL_DEVICES_TARGET,
        part if part % 2 == 1 => &GROUP_TARGET,
        _ => &EXCLUSION_TARGET,
    };
    Value::Complex(ty, row)
}

/// `id`: the id of what is assigned and the id of the group, then a number (a public script's finding; the vendor's
/// article on deployment profiles that cannot be deleted leaves the number out).
pub(super) fn id<'t>(source: &Source<'t>, row: Row, of: &str) -> Value<'t> {
    let group = group_of(row).map_or(ALL_DEVICES, |group| source.tenant.group_record(group).id);
    format!("{of}_{}_0", guid_text(group)).into()
}

/// The group of an assignment. A part is 0 for all devices, else odd for a group and even for an excluded one.
fn group_of(row: Row) -> Option<Id<Group>> {
    row.part.checked_sub(1).map(|part| Id::new(part / 2))
}

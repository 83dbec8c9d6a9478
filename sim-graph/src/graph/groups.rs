//! `/groups`, and their members.

use super::devices::DEVICE;
use super::entity::{
    DIRECTORY_OBJECT, Edm, EntityType, Item, Items, Navigation, Row, Source, Value, Versions, empty, null, p,
};
use super::route::Set;
use super::users::USER;
use crate::{DirectoryObject, Group};
use sim_core::{Id, SimTime};

/// The `group` type: security groups, assigned or dynamic.
#[rustfmt::skip]
pub static GROUP: EntityType = EntityType {
    name: "microsoft.graph.group",
    set: "groups",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, r| group(s, r).id.into()),
    properties: &[
        null("classification", Edm::String).may("eq ne not ge le startswith").kept(),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| group(s, r).created.into()).may("eq ne not ge le in"),
        null("description", Edm::String).may("eq ne not ge le startswith").kept(),
        p("displayName", Edm::String, |s, r| s.name(group(s, r).name)).may("eq ne not ge le in startswith null orderby").own(),
        null("expirationDateTime", Edm::DateTimeOffset).may("eq ne not ge le in"),
        p("groupTypes", Edm::Collection(&Edm::String), |s, r| {
            let group = group(s, r);
            let unified = group.unified.then_some("Unified");
            Value::List(group.rule.iter().map(|_| "DynamicMembership").chain(unified).map(Into::into).collect())
        }).required().may("eq not").own(),
        null("isAssignableToRole", Edm::Boolean).may("eq ne not").kept(),
        null("isManagementRestricted", Edm::Boolean).on_select(),
        null("mail", Edm::String).may("eq ne not ge le in startswith null").kept(),
        p("mailEnabled", Edm::Boolean, |_, _| false.into()).may("eq ne not").kept(),
        null("mailNickname", Edm::String).may("eq ne not ge le in startswith null").kept(),
        p("membershipRule", Edm::String, |s, r| group(s, r).rule.as_ref().map(|rule| rule.text()).into())
            .may("eq ne not ge le startswith").own(),
        p("membershipRuleProcessingState", Edm::String, |s, r| {
            let group = group(s, r);
            group.rule.as_ref().map(|_| if group.paused { "Paused" } else { "On" }).into()
        })
            .may("eq ne not in").own(),
        null("onPremisesDomainName", Edm::String),
        null("onPremisesLastSyncDateTime", Edm::DateTimeOffset).may("eq ne not ge le in"),
        null("onPremisesNetBiosName", Edm::String),
        null("onPremisesSamAccountName", Edm::String).may("eq ne not ge le in startswith"),
        null("onPremisesSecurityIdentifier", Edm::String).may("eq null"),
        null("onPremisesSyncEnabled", Edm::Boolean).may("eq ne not in null"),
        null("preferredDataLocation", Edm::String).kept(),
        null("preferredLanguage", Edm::String).may("eq ne not ge le in startswith null").kept(),
        empty("proxyAddresses", &Edm::String).required().may("eq not ge le startswith endswith $count"),
        null("renewedDateTime", Edm::DateTimeOffset).may("eq ne not ge le in").noted(),
        empty("resourceBehaviorOptions", &Edm::String).required().kept(),
        empty("resourceProvisioningOptions", &Edm::String).required().may("eq not startswith").kept(),
        p("securityEnabled", Edm::Boolean, |_, _| true.into()).may("eq ne not in").kept(),
        p("securityIdentifier", Edm::String, |s, r| security_identifier(group(s, r)).into()),
        null("theme", Edm::String).kept(),
        null("uniqueName", Edm::String).kept(),
        null("visibility", Edm::String).kept(),
        empty("onPremisesProvisioningErrors", &Edm::Opaque("onPremisesProvisioningError")).may("eq not"),
        empty("serviceProvisioningErrors", &Edm::Opaque("serviceProvisioningError")),
        null("createdByAppId", Edm::String).beta(),
        p("membershipRuleProcessingStatus", Edm::Complex(&PROCESSING_STATUS), |s, r| {
            group(s, r).rule.as_ref().map_or(Value::Null, |_| Value::Complex(&PROCESSING_STATUS, r))
        }).beta().on_select(),
    ],
    navigations: &[
        members("members", |s, r| direct(s, r)),
        members("transitiveMembers", |s, r| transitive(s, r)),
        members("owners", |s, r| Box::new(group(s, r).owners.iter().copied().map(super::users::item))),
        Navigation { holds: &GROUPS, ..members("memberOf", |s, r| {
            Box::new(s.tenant.groups_of(DirectoryObject::Group(Id::new(r.id))).map(item))
        }) },
        Navigation { holds: &GROUPS, ..members("transitiveMemberOf", |s, r| {
            let groups = s.tenant.all_groups_of(DirectoryObject::Group(Id::new(r.id)));
            Box::new(groups.into_iter().map(item))
        }) },
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "groups",
    declared: &GROUP,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.groups().map(|(id, _)| item(id))),
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A group as an entity.
pub(super) fn item(id: Id<Group>) -> Item {
    Item { ty: &GROUP, row: Row::of(id.row()) }
}

fn group<'t>(source: &Source<'t>, row: Row) -> &'t Group {
    source.tenant.group_record(Id::new(row.id))
}

/// `S-1-12-1-…`: the group's id in four numbers, as Entra makes SIDs of object ids (common knowledge).
fn security_identifier(group: &Group) -> String {
    let bytes = group.id.to_bytes_le();
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().fold("S-1-12-1".to_owned(), |sid, word| format!("{sid}-{}", u32::from_le_bytes(*word)))
}

/// The `membershipRuleProcessingStatus` type.
#[rustfmt::skip]
pub static PROCESSING_STATUS: EntityType = EntityType {
    name: "microsoft.graph.membershipRuleProcessingStatus",
    versions: Versions::Beta,
    properties: &[
        null("errorMessage", Edm::String).beta(),
        p("lastMembershipUpdated", Edm::DateTimeOffset, |s, r| group(s, r).evaluated.into()).beta(),
        p("status", Edm::Enum("membershipRuleProcessingStatusDetails"), |s, r| {
            let group = group(s, r);
            match group.evaluated {
                _ if group.is_evaluating() => "Running",
                SimTime::NEVER => "NotStarted",
                _ => "Succeeded",
            }.into()
        }).required().beta(),
    ],
    ..EntityType::NONE
};

// Statics, for only these may refer to each other in a circle.
static MEMBERS: [&EntityType; 3] = [&DEVICE, &USER, &GROUP];
static GROUPS: [&EntityType; 1] = [&GROUP];

const fn members(name: &'static str, get: for<'t> fn(&Source<'t>, Row) -> Items<'t>) -> Navigation {
    Navigation {
        name,
        declared: &DIRECTORY_OBJECT,
        holds: &MEMBERS,
        many: true,
        contained: false,
        versions: Versions::Both,
        get,
    }
}

/// Devices come first.
fn direct<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    let group = group(source, row);
    let users = group.users.iter().copied().map(super::users::item);
    let groups = group.groups.iter().copied().map(item);
    Box::new(group.devices.iter().map(super::devices::item).chain(users).chain(groups))
}

/// Members of groups within the group are members, too; each is there once.
fn transitive<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    if group(source, row).groups.is_empty() {
        return direct(source, row);
    }
    let within = source.tenant.within(Id::new(row.id));
    let (mut seen, mut items) = (std::collections::BTreeSet::new(), Vec::new());
    for inner in within {
        let new = |item: &Item| {
            seen.insert((item.ty.name, item.row.id)) && (item.ty.name, item.row.id) != (GROUP.name, row.id)
        };
        items.extend(direct(source, Row::of(inner.row())).filter(new));
    }
    Box::new(items.into_iter())
}

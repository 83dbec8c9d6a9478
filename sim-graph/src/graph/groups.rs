//! `/groups`, and their members.

use super::devices::DEVICE;
use super::entity::{
    DIRECTORY_OBJECT, Edm, EntityType, Item, Items, Navigation, Row, Source, Value, Versions, empty, null, p,
};
use super::route::Set;
use super::users::USER;
use crate::Group;
use sim_core::Id;

/// The `group` type: security groups, assigned or dynamic. When a group was made is not kept.
#[rustfmt::skip]
pub static GROUP: EntityType = EntityType {
    name: "microsoft.graph.group",
    set: "groups",
    base: Some(&DIRECTORY_OBJECT),
    key: Some(|s, r| group(s, r).id.into()),
    properties: &[
        null("classification", Edm::String).may("eq ne not ge le startswith"),
        null("createdDateTime", Edm::DateTimeOffset),
        null("description", Edm::String).may("eq ne not ge le startswith"),
        p("displayName", Edm::String, |s, r| s.name(group(s, r).name)).may("eq ne not ge le in startswith null orderby"),
        null("expirationDateTime", Edm::DateTimeOffset).may("eq ne not ge le in"),
        p("groupTypes", Edm::Collection(&Edm::String), |s, r| {
            Value::List(group(s, r).rule.iter().map(|_| "DynamicMembership".into()).collect())
        }).required().may("eq not"),
        null("isAssignableToRole", Edm::Boolean).may("eq ne not"),
        null("isManagementRestricted", Edm::Boolean).on_select(),
        null("mail", Edm::String).may("eq ne not ge le in startswith null"),
        p("mailEnabled", Edm::Boolean, |_, _| false.into()).may("eq ne not"),
        null("mailNickname", Edm::String).may("eq ne not ge le in startswith null"),
        p("membershipRule", Edm::String, |s, r| group(s, r).rule.as_ref().map(|rule| rule.text()).into())
            .may("eq ne not ge le startswith"),
        p("membershipRuleProcessingState", Edm::String, |s, r| group(s, r).rule.as_ref().map(|_| "On").into())
            .may("eq ne not in"),
        null("onPremisesDomainName", Edm::String),
        null("onPremisesLastSyncDateTime", Edm::DateTimeOffset).may("eq ne not ge le in"),
        null("onPremisesNetBiosName", Edm::String),
        null("onPremisesSamAccountName", Edm::String).may("eq ne not ge le in startswith"),
        null("onPremisesSecurityIdentifier", Edm::String).may("eq null"),
        null("onPremisesSyncEnabled", Edm::Boolean).may("eq ne not in null"),
        null("preferredDataLocation", Edm::String),
        null("preferredLanguage", Edm::String).may("eq ne not ge le in startswith null"),
        empty("proxyAddresses", &Edm::String).required().may("eq not ge le startswith endswith $count"),
        null("renewedDateTime", Edm::DateTimeOffset).may("eq ne not ge le in"),
        empty("resourceBehaviorOptions", &Edm::String).required(),
        empty("resourceProvisioningOptions", &Edm::String).required().may("eq not startswith"),
        p("securityEnabled", Edm::Boolean, |_, _| true.into()).may("eq ne not in"),
        p("securityIdentifier", Edm::String, |s, r| security_identifier(group(s, r)).into()),
        null("theme", Edm::String),
        null("uniqueName", Edm::String),
        null("visibility", Edm::String),
        empty("onPremisesProvisioningErrors", &Edm::Opaque("onPremisesProvisioningError")).may("eq not"),
        empty("serviceProvisioningErrors", &Edm::Opaque("serviceProvisioningError")),
        null("createdByAppId", Edm::String).beta(),
    ],
    navigations: &[members("members"), members("transitiveMembers")],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "groups",
    declared: &GROUP,
    holds: &[],
    rows: |s| Box::new(s.tenant.groups().map(|(id, _)| item(id))),
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

// A static, for only these may refer to each other in a circle.
static MEMBERS: [&EntityType; 2] = [&DEVICE, &USER];

/// Groups are not nested here, so that what is transitive is direct. Devices come first.
const fn members(name: &'static str) -> Navigation {
    Navigation {
        name,
        declared: &DIRECTORY_OBJECT,
        holds: &MEMBERS,
        many: true,
        contained: false,
        versions: Versions::Both,
        get: |s, r| -> Items<'_> {
            let group = group(s, r);
            let users = group.users.iter().copied().map(super::users::item);
            Box::new(group.devices.iter().map(super::devices::item).chain(users))
        },
    }
}

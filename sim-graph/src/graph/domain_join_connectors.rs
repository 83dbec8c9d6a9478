//! `/deviceManagement/domainJoinConnectors`: the Intune connectors for Active Directory.

use super::entity::{ENTITY, Edm, EntityType, Family, Item, Row, Source, Versions, p};
use super::route::Set;
use crate::OdjConnector;
use sim_core::Id;

/// The `deviceManagementDomainJoinConnector` type.
#[rustfmt::skip]
pub static CONNECTOR: EntityType = EntityType {
    name: "microsoft.graph.deviceManagementDomainJoinConnector",
    set: "deviceManagement/domainJoinConnectors",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessOnboardingService"),
    versions: Versions::Beta,
    key: Some(|s, r| connector(s, r).id.into()),
    properties: &[
        p("displayName", Edm::String, |s, r| s.name(connector(s, r).name)).beta().may("eq orderby"),
        p("lastConnectionDateTime", Edm::DateTimeOffset, |s, r| {
            s.tenant.connector_last_connection(Id::new(r.id), s.cx.now()).into()
        }).required().beta(),
        p("state", Edm::Enum("deviceManagementDomainJoinConnectorState"), |s, r| connector(s, r).state.graph().into())
            .required().beta(),
        p("version", Edm::String, |s, r| s.name(connector(s, r).version)).required().beta(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/domainJoinConnectors",
    declared: &CONNECTOR,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.connectors().map(|(id, _)| Item { ty: &CONNECTOR, row: Row::of(id.row()) })),
    indexes: &[],
    other_key: None,
    expands: true,
};

fn connector<'t>(source: &Source<'t>, row: Row) -> &'t OdjConnector {
    source.tenant.connector(Id::new(row.id))
}

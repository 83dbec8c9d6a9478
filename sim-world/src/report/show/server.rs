//! A connector server's page: its service, its record in Intune, and its event log.

use super::device::event_log;
use super::{Properties, instant};
use crate::world::World;
use sim_core::{Id, SimTime};
use sim_device::Connector;

/// The page.
pub(super) fn page(world: &World, id: Id<Connector>, start: SimTime) -> String {
    let (tenant, names) = (world.tenant(), &world.cx().names);
    let server = world.field().connector(id);
    let record = server.record.get().map(|id| (id, tenant.connector(id)));
    let mut facts = Properties::default();
    facts.add("service", if server.running { "running" } else { "stopped" });
    facts.add("service account", names.get(server.account));
    let place = world.field().place(server.place);
    facts.add("place", names.get(place.name));
    facts.add("site", names.get(place.site));
    let serves = server.serves.as_ref().map(|d| d.iter().map(|d| names.get(*d)).collect::<Vec<_>>().join(", "));
    facts.add("takes requests of", serves.unwrap_or_else(|| "every domain".into()));
    facts.add("version", names.get(server.version));
    let listed = record.filter(|(_, record)| record.listed);
    facts.add("state in Intune", listed.map_or("not listed", |(_, record)| record.state.graph()));
    if let Some((id, _)) = listed {
        facts.add("last connection", instant(tenant.connector_last_connection(id, world.now())));
    }
    let log = event_log(server.events(), names, start);
    let log = if log.is_empty() { "the event log is empty\n".to_owned() } else { log };
    format!("{}, connector server\n\n{facts}\n{log}", names.get(server.name))
}

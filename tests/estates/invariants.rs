//! What holds of a world after each instant.

use sim_core::Guid;
use sim_graph::TrustType;
use sim_ldap::{Filter, Scope, SearchRequest};
use sim_world::World;
use std::collections::BTreeSet;

/// What is wrong, if something is.
pub fn check(world: &World) -> Result<(), String> {
    let computers = computers(world)?;
    quota(world)?;
    let (tenant, names) = (world.tenant(), &world.cx().names);
    let mut ids = BTreeSet::new();
    for (_, device) in tenant.entra_devices() {
        if !ids.insert(device.device_id) {
            return Err(format!("two Entra devices have the deviceId {}", device.device_id));
        }
        let synced = device.trust_type == TrustType::ServerAd;
        if synced && !computers.contains(&device.device_id) {
            return Err(format!("{} is the objectGUID of no computer", device.device_id));
        }
    }
    for (id, managed) in tenant.managed_devices() {
        let machine = world.field().devices().find(|(_, d)| d.hash == tenant.hardware(managed.hardware).hash);
        let Some((_, machine)) = machine else {
            return Err(format!("{} is managed and is no machine", names.get(managed.device_name)));
        };
        if machine.managed.get() != Some(id) && machine.lives == 0 {
            return Err(format!("{} is managed and has not enrolled", names.get(machine.name)));
        }
    }
    for (_, identity) in tenant.identities() {
        if tenant.hardware(identity.hardware).identity.get().is_none() {
            return Err(format!("registration {} hangs on no machine", identity.id));
        }
    }
    Ok(())
}

/// The GUIDs of all computers, deleted ones left out; no two have one account name.
fn computers(world: &World) -> Result<BTreeSet<Guid>, String> {
    let forest = world.forest();
    let view = forest.all(world.cx());
    let filter: Filter = "(objectClass=computer)".parse().expect("a filter");
    let (mut accounts, mut guids) = (BTreeSet::new(), BTreeSet::new());
    for (_, domain) in forest.domains() {
        let base: String = domain.dns.split('.').map(|part| format!("DC={part}")).collect::<Vec<_>>().join(",");
        let request = SearchRequest::new(&base, Scope::Subtree, &filter, &["sAMAccountName"]);
        let found = view.search(&forest.system(), &request).map_err(|why| why.to_string())?;
        for entry in found.entries {
            let id = view.find_text(&entry.dn).map_err(|why| why.to_string())?;
            let name = view.name(id);
            if !accounts.insert((domain.dns.clone(), name.to_lowercase())) {
                return Err(format!("two computers of {} are called {name}", domain.dns));
            }
            guids.insert(view.guid(id));
        }
    }
    Ok(guids)
}

/// No account has created more computers than it may.
fn quota(world: &World) -> Result<(), String> {
    let forest = world.forest();
    let view = forest.all(world.cx());
    for (_, connector) in world.field().connectors() {
        let Some(account) = view.principal(world.cx().names.get(connector.account)) else { continue };
        for (id, domain) in forest.domains() {
            let (used, quota) = (i64::from(view.created_by(id, &account.sid)), view.machine_account_quota(id));
            if used > quota {
                return Err(format!("{used} of {quota} computers are used in {}", domain.dns));
            }
        }
    }
    Ok(())
}

//! What a name means.

use super::{Candidate, ShowError, directory, same};
use crate::scenario::document::suggest;
use crate::world::World;
use sim_core::{Guid, Id, Sym};
use sim_device::{Connector, Device, EntraConnect};
use sim_graph::{
    AutopilotDevice, DeploymentProfile, DomainJoinProfile, EntraDevice, EspProfile, Group, ImportedDevice,
    ManagedDevice, OdjConnector, OdjRequest, User,
};
use sim_ldap::Entry;

/// Something that has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    Device(Id<Device>),
    Server(Id<Connector>),
    EntraConnect(Id<EntraConnect>),
    User(Id<User>),
    Group(Id<Group>),
    AutopilotDevice(Id<AutopilotDevice>),
    EntraDevice(Id<EntraDevice>),
    ManagedDevice(Id<ManagedDevice>),
    DeploymentProfile(Id<DeploymentProfile>),
    DomainJoinProfile(Id<DomainJoinProfile>),
    EspProfile(Id<EspProfile>),
    ConnectorRecord(Id<OdjConnector>),
    Entry(Id<Entry>),
    Request(Id<OdjRequest>),
    Import(Id<ImportedDevice>),
}

impl Thing {
    /// The word for its kind, as `kind:name` takes it.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Device(_) => "device",
            Self::Server(_) => "server",
            Self::EntraConnect(_) => "entra-connect",
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::AutopilotDevice(_) => "autopilot-device",
            Self::EntraDevice(_) => "entra-device",
            Self::ManagedDevice(_) => "managed-device",
            Self::DeploymentProfile(_) => "deployment-profile",
            Self::DomainJoinProfile(_) => "domain-join-profile",
            Self::EspProfile(_) => "esp-profile",
            Self::ConnectorRecord(_) => "connector",
            Self::Entry(_) => "entry",
            Self::Request(_) => "request",
            Self::Import(_) => "import",
        }
    }
}

/// The one thing that goes by a name.
pub(crate) fn find(world: &World, of: &str) -> Result<Thing, ShowError> {
    let asked = of.trim();
    let mut found = matches(world, asked);
    if found.is_empty()
        && let Some((kind, name)) = asked.split_once(':')
    {
        found = matches(world, name.trim());
        found.extend(papers(world, name.trim()));
        found.retain(|t| t.kind().eq_ignore_ascii_case(kind.trim()));
    } else if found.len() > 1 && asked.parse::<Guid>().is_err() {
        leave_out_parts(world, &mut found);
    }
    match found[..] {
        [thing] => Ok(thing),
        [] => Err(ShowError::Unknown { of: of.into(), suggestion: suggestion(world, asked) }),
        _ => {
            let candidates = found.iter().map(|thing| candidate(world, *thing)).collect();
            Err(ShowError::Ambiguous { of: of.into(), candidates })
        }
    }
}

/// The one thing that goes by a name, among those that `pick` takes.
pub(super) fn find_among<T>(world: &World, of: &str, pick: fn(Thing) -> Option<T>) -> Result<T, ShowError> {
    let mut found: Vec<(Thing, T)> =
        matches(world, of.trim()).into_iter().filter_map(|thing| Some((thing, pick(thing)?))).collect();
    if found.len() > 1 {
        let candidates = found.iter().map(|(thing, _)| candidate(world, *thing)).collect();
        return Err(ShowError::Ambiguous { of: of.into(), candidates });
    }
    found.pop().map(|(_, picked)| picked).ok_or_else(|| {
        let mut names = Vec::new();
        each_name(world, &mut |name, thing| {
            if pick(thing).is_some() && !name.is_empty() {
                names.push(name.to_owned());
            }
        });
        let suggestion = suggest(of, names.iter().map(String::as_str)).map(str::to_owned);
        ShowError::Unknown { of: of.into(), suggestion }
    })
}

/// Everything that goes by a name, each thing once.
fn matches(world: &World, name: &str) -> Vec<Thing> {
    let mut found = Vec::new();
    if name.is_empty() {
        return found;
    }
    if let Ok(guid) = name.parse::<Guid>() {
        each_guid(world, &mut |other, thing| {
            if other == guid {
                found.push(thing);
            }
        });
        found.extend(directory::by_guid(world, guid).map(Thing::Entry));
    } else {
        let goes_by = |other: &str| !other.is_empty() && same(other, name);
        each_name(world, &mut |other, thing| {
            if goes_by(other) {
                found.push(thing);
            }
        });
        found.extend(directory::by_name(world, name).into_iter().map(Thing::Entry));
    }
    found.sort();
    found.dedup();
    found
}

/// Offline domain join requests and uploads, by the device that they are for or by their number, from 1. They go by such a name
/// only where their kind is said. Of several requests or uploads of a device the last is meant.
fn papers(world: &World, name: &str) -> Vec<Thing> {
    let (names, tenant) = (&world.cx().names, world.tenant());
    let number = name.parse::<usize>().ok();
    let device = |who: Sym, serial: Sym| same(names.get(who), name) || same(names.get(serial), name);
    let requests = tenant.odj_requests().enumerate().filter(|(n, (_, r))| {
        let managed = tenant.managed_device(r.managed);
        number == Some(n + 1) || device(managed.who, tenant.hardware(managed.hardware).serial)
    });
    let imports = tenant
        .imported_devices()
        .enumerate()
        .filter(|(n, (_, i))| number == Some(n + 1) || device(tenant.hardware(i.machine()).label, i.serial));
    let request = requests.last().map(|(_, (id, _))| Thing::Request(id));
    request.into_iter().chain(imports.last().map(|(_, (id, _))| Thing::Import(id))).collect()
}

/// The longest name of something that stands in a text, as a word or several.
pub(crate) fn longest_within(world: &World, text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let mut found: Option<String> = None;
    each_name(world, &mut |name, _| {
        let longer = found.as_ref().is_none_or(|f| f.len() < name.len());
        let stands = |name: &str| {
            let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            text.match_indices(name)
                .any(|(at, part)| ends(text[..at].chars().next_back()) && ends(text[at + part.len()..].chars().next()))
        };
        if longer && name.len() > 1 && stands(&name.to_lowercase()) {
            found = Some(name.to_owned());
        }
    });
    found
}

/// A device's page shows its records and a server's page the connector's: beside the machine they do not count.
fn leave_out_parts(world: &World, found: &mut Vec<Thing>) {
    let (cx, tenant, field) = (world.cx(), world.tenant(), world.field());
    let machines: Vec<(Sym, Sym)> = found
        .iter()
        .filter_map(|thing| match thing {
            Thing::Device(id) => Some((field.device(*id).name, field.device(*id).computer)),
            Thing::Server(id) => Some((field.connector(*id).name, field.connector(*id).name)),
            _ => None,
        })
        .collect();
    let of_machine = |who: Sym| machines.iter().any(|(name, _)| *name == who);
    found.retain(|thing| match thing {
        Thing::AutopilotDevice(id) => !of_machine(tenant.hardware(tenant.identity(*id).hardware).label),
        Thing::EntraDevice(id) => !of_machine(tenant.entra_device(*id).who),
        Thing::ManagedDevice(id) => !of_machine(tenant.managed_device(*id).who),
        Thing::ConnectorRecord(id) => !of_machine(tenant.connector(*id).name),
        Thing::Entry(id) => {
            let name = directory::computer_name(world, *id);
            !machines.iter().any(|(_, computer)| name.as_deref().is_some_and(|n| same(n, cx.names.get(*computer))))
        }
        _ => true,
    });
}

fn suggestion(world: &World, name: &str) -> Option<String> {
    let mut names = Vec::new();
    each_name(world, &mut |other, _| names.push(other.to_owned()));
    names.sort();
    names.dedup();
    names.retain(|n| !n.is_empty());
    suggest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// What people call a thing.
pub(crate) fn name(world: &World, thing: Thing) -> String {
    let tenant = world.tenant();
    match thing {
        Thing::Entry(id) => return directory::name(world, id),
        Thing::Request(id) => {
            return format!("request {} of {}", id.row() + 1, world.cx().names.get(tenant.odj_device(id)));
        }
        Thing::Import(id) => {
            return format!("import {} of {}", id.row() + 1, world.cx().names.get(tenant.imported_device(id).serial));
        }
        _ => {}
    }
    let mut found = String::new();
    each_name(world, &mut |name, other| {
        if other == thing && found.is_empty() {
            found.push_str(name);
        }
    });
    found
}

fn candidate(world: &World, thing: Thing) -> Candidate {
    let mut guid = None;
    each_guid(world, &mut |id, other| {
        if other == thing {
            guid = guid.or(Some(id));
        }
    });
    let (kind, name) = (thing.kind(), name(world, thing));
    let of = match (thing, guid) {
        (Thing::Entry(_), _) => name.clone(),
        (Thing::Device(_) | Thing::Server(_), _) | (_, None) => format!("{kind}:{name}"),
        (_, Some(guid)) => guid.to_string(),
    };
    Candidate { kind, name, of }
}

/// Calls back with the names of everything but directory entries; of one thing the name that people use comes first.
fn each_name(world: &World, f: &mut dyn FnMut(&str, Thing)) {
    let (names, tenant, field) = (&world.cx().names, world.tenant(), world.field());
    for (id, d) in field.devices() {
        [d.name, d.serial, d.computer].iter().for_each(|name| f(names.get(*name), Thing::Device(id)));
    }
    field.connectors().for_each(|(id, c)| f(names.get(c.name), Thing::Server(id)));
    field.entra_connects().for_each(|(id, s)| f(names.get(s.name), Thing::EntraConnect(id)));
    for (id, u) in tenant.users() {
        f(names.get(u.upn), Thing::User(id));
        f(names.get(u.display_name), Thing::User(id));
    }
    tenant.groups().for_each(|(id, g)| f(names.get(g.name), Thing::Group(id)));
    for (id, i) in tenant.identities() {
        f(names.get(tenant.hardware(i.hardware).serial), Thing::AutopilotDevice(id));
        f(names.get(i.display_name), Thing::AutopilotDevice(id));
    }
    tenant.entra_devices().for_each(|(id, d)| f(names.get(d.display_name), Thing::EntraDevice(id)));
    tenant.managed_devices().for_each(|(id, m)| f(names.get(m.device_name), Thing::ManagedDevice(id)));
    tenant.deployment_profiles().for_each(|(id, p)| f(names.get(p.name), Thing::DeploymentProfile(id)));
    tenant.domain_join_profiles().for_each(|(id, p)| f(names.get(p.name), Thing::DomainJoinProfile(id)));
    tenant.esp_profiles().for_each(|(id, p)| f(names.get(p.name), Thing::EspProfile(id)));
    tenant.connectors().for_each(|(id, c)| f(names.get(c.name), Thing::ConnectorRecord(id)));
}

/// Calls back with the GUIDs of everything but directory entries; of one thing its own `id` comes first.
fn each_guid(world: &World, f: &mut dyn FnMut(Guid, Thing)) {
    let tenant = world.tenant();
    tenant.users().for_each(|(id, u)| f(u.id, Thing::User(id)));
    tenant.groups().for_each(|(id, g)| f(g.id, Thing::Group(id)));
    tenant.identities().for_each(|(id, i)| f(i.id, Thing::AutopilotDevice(id)));
    for (id, d) in tenant.entra_devices() {
        f(d.id, Thing::EntraDevice(id));
        f(d.device_id, Thing::EntraDevice(id));
    }
    tenant.managed_devices().for_each(|(id, m)| f(m.id, Thing::ManagedDevice(id)));
    tenant.deployment_profiles().for_each(|(id, p)| f(p.id, Thing::DeploymentProfile(id)));
    tenant.domain_join_profiles().for_each(|(id, p)| f(p.id, Thing::DomainJoinProfile(id)));
    tenant.esp_profiles().for_each(|(id, p)| f(p.id, Thing::EspProfile(id)));
    tenant.connectors().for_each(|(id, c)| f(c.id, Thing::ConnectorRecord(id)));
    tenant.odj_requests().for_each(|(id, r)| f(r.id, Thing::Request(id)));
    tenant.imported_devices().for_each(|(id, i)| f(i.id, Thing::Import(id)));
}

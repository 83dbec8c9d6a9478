//! Entries of the directory: found by name, and shown with all that is kept of them.

use super::Properties;
use crate::world::World;
use sim_core::{Guid, Id};
use sim_ldap::schema::{AttrId, Store, attr, class};
use sim_ldap::{Entry, Target, Value, View};

fn view(world: &World) -> View<'_> {
    world.forest().all(world.cx())
}

/// The entry with this `objectGUID`, deleted or not.
pub(super) fn by_guid(world: &World, guid: Guid) -> Option<Id<Entry>> {
    view(world).find(&Target::Guid(guid)).ok()
}

/// Entries that go by a distinguished name, or accounts that go by a name with or without the domain, as in `CORP\ada`.
pub(super) fn by_name(world: &World, name: &str) -> Vec<Id<Entry>> {
    let (view, forest) = (view(world), world.forest());
    if name.contains('=') {
        return view.find_text(name).into_iter().collect();
    }
    let (domain, account) = match name.split_once('\\') {
        Some((domain, account)) => (forest.find_domain(domain), account),
        None => (None, name),
    };
    if name.contains('\\') && domain.is_none() {
        return Vec::new();
    }
    let domains = forest.domains().map(|(id, _)| id).filter(|id| domain.is_none_or(|d| d == *id));
    domains.flat_map(|d| [view.account(d, account), view.account(d, &format!("{account}$"))]).flatten().collect()
}

/// The distinguished name of an entry.
pub(super) fn name(world: &World, id: Id<Entry>) -> String {
    view(world).dn(id)
}

/// What an entry is, with its place, and the name by which the trace knows it.
pub(crate) fn summary(world: &World, id: Id<Entry>) -> (String, String) {
    let view = view(world);
    let deleted = if view.is_alive(id) { "" } else { ", deleted" };
    let class = view.row(id).map_or("", |row| row.class().name());
    (format!("{class} {}{deleted}", view.dn(id)), view.name(id))
}

/// The name of a computer, if the entry is one.
pub(super) fn computer_name(world: &World, id: Id<Entry>) -> Option<String> {
    let view = view(world);
    view.row(id).filter(|e| e.class().is_a(class::COMPUTER)).map(|_| view.name(id))
}

/// The page of an entry: every attribute that has values, but for those that are made when somebody asks.
pub(super) fn page(world: &World, id: Id<Entry>) -> String {
    let view = view(world);
    let Some(row) = view.row(id) else { return String::new() };
    let mut properties = Properties::default();
    properties.add("objectGUID", view.guid(id));
    if let Some(sid) = view.sid(id) {
        properties.add("objectSid", sid);
    }
    let first = [attr::OBJECT_GUID, attr::OBJECT_SID];
    for attr in
        AttrId::all().filter(|a| !first.contains(a) && !matches!(a.get().store, Store::Constructed | Store::Secret))
    {
        for (n, value) in view.values(id, attr).iter().enumerate() {
            properties.add(if n == 0 { attr.name() } else { "" }, shown(&view, value));
        }
    }
    let deleted = if row.is_deleted() { ", deleted" } else { "" };
    format!("{}, {}{deleted}\n\n{properties}", view.dn(id), row.class().name())
}

/// An entry with all that is below it, as LDIF.
pub(super) fn ldif(world: &World, id: Id<Entry>) -> String {
    world.forest().dump_ldif(&name(world, id), world.cx()).unwrap_or_default()
}

fn shown(view: &View<'_>, value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Flag(flag) => if *flag { "TRUE" } else { "FALSE" }.into(),
        Value::Bytes(bytes) => format!("{} octets", bytes.len()),
        Value::Guid(guid) => guid.to_string(),
        Value::Sid(sid) => sid.to_string(),
        Value::Time(at) => at.to_string(),
        Value::Entry(id) => view.dn(*id),
    }
}

//! Delta queries: all there is, then what changes.

use super::World;
use crate::graph::{Caller, Preferences, Strictness};
use serde_json::Value;

fn caller(prefer: &str) -> Caller<'static> {
    let mut preferences = Preferences::default();
    preferences.prefer(prefer);
    Caller { strictness: Strictness::Wire { eventual: false }, preferences, ..Caller::default() }
}

fn ask(world: &World, target: &str, prefer: &str) -> (u16, Value) {
    let reply = world.ask(target, &caller(prefer));
    (reply.status, serde_json::from_str(&reply.body).expect("JSON"))
}

/// Follows a delta query to its end: what it tells of, and the link to later changes.
fn follow(world: &World, target: &str, prefer: &str) -> (Vec<Value>, String) {
    let (mut target, mut told) = (target.to_owned(), Vec::new());
    loop {
        let (status, body) = ask(world, &target, prefer);
        assert_eq!(status, 200, "{target}: {body}");
        told.extend(body["value"].as_array().expect("a list").iter().cloned());
        match (body["@odata.nextLink"].as_str(), body["@odata.deltaLink"].as_str()) {
            (Some(next), None) => target = next.to_owned(),
            (None, Some(delta)) => return (told, delta.to_owned()),
            _ => panic!("{body}"),
        }
    }
}

fn names(told: &[Value]) -> Vec<&str> {
    told.iter().map(|object| object["displayName"].as_str().unwrap_or("?")).collect()
}

#[test]
fn devices_come_change_and_go() {
    let mut world = World::new();
    for page in ["", "odata.maxpagesize=1"] {
        let (told, _) = follow(&world, "/v1.0/devices/delta", page);
        assert_eq!(names(&told), ["LAP-K7F3Q2ZX1AB", "B-2", "LAP-K7F3Q2ZX1AB"], "{page}");
    }
    let (told, link) = follow(&world, "/v1.0/devices/microsoft.graph.delta()?$select=displayName", "");
    assert_eq!(told[1]["trustType"], Value::Null);
    let (nothing, link) = follow(&world, &link, "");
    assert!(nothing.is_empty());

    let (gone, id) = world.tenant.entra_devices().map(|(id, device)| (id, device.id)).next().expect("a device");
    world.tenant.delete_entra_device(gone, &mut world.cx);
    let (told, later) = follow(&world, &link, "");
    assert_eq!(told[0]["id"], id.to_string());
    assert_eq!(told[0]["@removed"]["reason"], "deleted");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(follow(&world, &later, "").0.is_empty());
    // An older link leads to the same, again.
    assert_eq!(follow(&world, &link, "").0, told);
}

#[test]
fn groups_tell_who_came_and_went() {
    let mut world = World::new();
    let (told, link) = follow(&world, "/v1.0/groups/delta?$select=displayName,members", "odata.maxpagesize=1");
    let group = told.iter().find(|group| group["displayName"] == "Autopilot devices").expect("a group");
    assert_eq!(group["members@delta"].as_array().map(Vec::len), Some(2), "{told:?}");
    let pilots = world.tenant.group("Pilots", &world.cx).expect("a group");
    let (device, _) = world.tenant.entra_devices().next().expect("a device");
    world.tenant.set_group_device(pilots, device, true, &mut world.cx);
    let (told, link) = follow(&world, &link, "");
    assert_eq!(told[0]["members@delta"][0]["@odata.type"], "#microsoft.graph.device");
    assert!(told[0]["members@delta"][0].get("@removed").is_none() && told.len() == 1, "{told:?}");
    world.tenant.set_group_device(pilots, device, false, &mut world.cx);
    let (told, _) = follow(&world, &link, "");
    assert_eq!(told[0]["members@delta"][0]["@removed"]["reason"], "deleted", "{told:?}");
}

#[test]
fn tokens() {
    let mut world = World::new();
    let (nothing, link) = follow(&world, "/v1.0/users/delta?$deltatoken=latest", "");
    assert!(nothing.is_empty());
    let user = world.tenant.user("grace@contoso.com", &world.cx).expect("a user");
    world.tenant.set_licensed(user, true);
    assert_eq!(names(&follow(&world, &link, "").0), ["Grace Hopper"]);
    // One user alone.
    let id = world.tenant.user_record(user).id;
    let (told, _) = follow(&world, &format!("/v1.0/users/delta?$filter=id eq '{id}'"), "");
    assert_eq!(names(&told), ["Grace Hopper"]);
    for refused in ["$top=1", "$expand=memberOf", "$orderby=displayName", "$filter=displayName eq 'x'"] {
        let (status, body) = ask(&world, &format!("/v1.0/users/delta?{refused}"), "");
        assert_eq!((status, &body["error"]["code"]), (400, &"Request_UnsupportedQuery".into()), "{refused}");
    }
    for foreign in ["x", "RFNkdAABAg", &"A".repeat(300)] {
        assert_eq!(ask(&world, &format!("/v1.0/users/delta?$deltatoken={foreign}"), "").0, 410, "{foreign}");
    }
    // A link of another collection, and one that is too old.
    assert_eq!(ask(&world, &link.replace("/users/", "/devices/"), "").0, 410);
    world.run("2022-12-17T12:00:00Z");
    let reply = world.ask(&link, &caller(""));
    assert_eq!(reply.status, 410);
    assert_eq!(reply.headers, [("location", "https://graph.microsoft.com/v1.0/users/delta".to_owned())]);
}

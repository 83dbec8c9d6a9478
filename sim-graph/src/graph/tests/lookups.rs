//! Short cuts change no answer.

use super::World;
use crate::graph::{Strictness, read};
use crate::odata::Filter;
use proptest::prelude::*;
use std::sync::OnceLock;

const COLLECTIONS: [(&str, &[&str]); 5] = [
    ("/v1.0/devices", &["displayName", "deviceId", "trustType", "accountEnabled", "physicalIds", "id", "model"]),
    ("/v1.0/users", &["displayName", "userPrincipalName", "accountEnabled", "id"]),
    ("/v1.0/groups", &["displayName", "groupTypes"]),
    ("/beta/deviceManagement/windowsAutopilotDeviceIdentities", &["serialNumber", "groupTag", "displayName"]),
    ("/v1.0/deviceManagement/managedDevices", &["deviceName", "serialNumber", "azureADDeviceId"]),
];

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

/// A test of one property's text, alone or beside another.
fn any_filter() -> impl Strategy<Value = (&'static str, String)> {
    let part = "(LAP|lap-|B-2|a-1|Berlin|\\[ZTDID\\]|\\[OrderId\\]:Berlin|ada@|contoso\\.com|true|e|-|ServerAd|K7f3)?";
    let one = (any::<prop::sample::Index>(), 0..4_usize, part);
    (any::<prop::sample::Index>(), prop::collection::vec(one, 1..3)).prop_map(|(collection, parts)| {
        let (path, properties) = COLLECTIONS[collection.index(COLLECTIONS.len())];
        let part = |(property, shape, text): (prop::sample::Index, usize, String)| {
            let name = properties[property.index(properties.len())];
            let list = matches!(name, "physicalIds" | "groupTypes");
            let subject = if list { "p" } else { name };
            let test = match shape {
                _ if name == "accountEnabled" => format!("{name} eq true"),
                0 => format!("{subject} eq '{text}'"),
                1 => format!("startswith({subject},'{text}')"),
                2 => format!("contains({subject},'{text}')"),
                _ => format!("endswith({subject},'{text}')"),
            };
            if list { format!("{name}/any(p:{test})") } else { test }
        };
        (path, parts.into_iter().map(part).collect::<Vec<_>>().join(" and "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_takes_what_it_takes_one_by_one((path, filter) in any_filter()) {
        let world = world();
        let parsed = Filter::parse(&filter).expect("a filter");
        let source = world.source();
        let all = read(&source, path, Strictness::Check).expect("all");
        let expected = all.entities().filter(|entity| entity.matches(&parsed) == Ok(true)).map(|entity| entity.json());
        let expected: Vec<String> = expected.collect();
        // The second and third time, the texts are put side by side.
        for _ in 0..3 {
            let found = read(&source, &format!("{path}?$filter={filter}"), Strictness::Check).expect("some");
            prop_assert_eq!(found.entities().map(|entity| entity.json()).collect::<Vec<_>>(), expected.clone(), "{}", filter);
        }
    }
}

#[test]
fn short_cuts_follow_changes() {
    let mut world = World::new();
    let count = |world: &World| {
        let ask = |filter: &str| {
            (0..3).map(|_| read(&world.source(), filter, Strictness::Check).map_or(0, |answer| answer.amount())).max()
        };
        [
            ask("/v1.0/devices?$filter=displayName eq 'B-2'"),
            ask("/v1.0/devices?$filter=startswith(displayName,'b')"),
            ask("/v1.0/devices/$count"),
        ]
    };
    assert_eq!(count(&world), [Some(1), Some(1), Some(3)]);
    let id = world.id("/v1.0/devices?$filter=displayName eq 'B-2'");
    assert_eq!(count(&world), [Some(1), Some(1), Some(3)]);
    let (device, _) = world.tenant.entra_devices().find(|(_, device)| device.id.to_string() == id).expect("B-2");
    world.tenant.delete_entra_device(device, &mut world.cx);
    assert_eq!(count(&world), [Some(0), Some(0), Some(2)]);
    assert_eq!(world.ask(&format!("/v1.0/devices/{id}"), &crate::graph::Caller::default()).status, 404);
}

/// What was written before is what would be written now.
#[test]
fn what_is_kept_of_devices_is_as_they_are() {
    let mut world = World::new();
    let fresh = |world: &World| {
        let all = read(&world.source(), "/v1.0/devices", Strictness::Check).expect("all");
        let all: Vec<String> = all.entities().map(|entity| entity.json()).collect();
        format!(
            "{{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#devices\",\"value\":[{}]}}",
            all.join(",")
        )
    };
    for minute in 0..4 {
        let expected = fresh(&world);
        for _ in 0..3 {
            assert_eq!(world.body("/v1.0/devices"), expected);
            let id = world.id("/v1.0/devices");
            let one = world.body(&format!("/v1.0/devices/{id}"));
            let (context, rest) = one.split_once(",\"id\"").expect("a context");
            assert!(context.ends_with("/$entity\"") && expected.contains(&format!("{{\"id\"{rest}")), "{one}");
            // Elsewhere, or otherwise, devices look different.
            assert!(world.body("/v1.0/devices?$select=id").len() < expected.len());
            let members = world.body("/v1.0/groups?$expand=members");
            assert!(members.contains("\"@odata.type\":\"#microsoft.graph.device\""), "{members}");
        }
        let (device, _) = world.tenant.entra_devices().next().expect("a device");
        match minute {
            0 => world.run("2022-11-17T12:30:00Z"),
            1 => {
                let pilots = world.tenant.group("Pilots", &world.cx).expect("a group");
                world.tenant.set_group_device(pilots, device, true, &mut world.cx);
            }
            _ => world.tenant.delete_entra_device(device, &mut world.cx),
        }
    }
}

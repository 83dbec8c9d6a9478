//! The protocol around the entities: pages, search, relationships, properties, forms of answers.

use super::World;
use crate::graph::{Caller, Preferences, Strictness};
use insta::assert_snapshot;
use serde_json::Value;

const WIRE: Strictness = Strictness::Wire { eventual: false };
const ADVANCED: Strictness = Strictness::Wire { eventual: true };

fn wire(strictness: Strictness, prefer: &str, accept: &str) -> Caller<'static> {
    let mut preferences = Preferences::default();
    preferences.prefer(prefer);
    preferences.accept(accept);
    Caller { root: "http://127.0.0.1:8080", strictness, preferences, ..Caller::default() }
}

/// Every answer in a few words: status, what it holds by name, and links.
fn table(world: &World, caller: &Caller<'_>, targets: &[&str]) -> String {
    let line = |target: &&str| format!("{target}\n    {}\n", told(world, target, caller));
    targets.iter().map(line).collect()
}

fn told(world: &World, target: &str, caller: &Caller<'_>) -> String {
    let reply = world.ask(target, caller);
    let Ok(body) = serde_json::from_str::<Value>(&reply.body) else {
        return format!("{} {} {}", reply.status, reply.content_type, reply.body);
    };
    if reply.status >= 400 {
        return format!("{} {} {}", reply.status, body["error"]["code"], body["error"]["message"]);
    }
    let name = |item: &Value| {
        let known = ["displayName", "serialNumber", "deviceName", "id", "@odata.id"];
        known.iter().find_map(|name| item[name].as_str()).unwrap_or_default().to_owned()
    };
    let names: Vec<String> = body["value"].as_array().map_or_else(Vec::new, |items| items.iter().map(name).collect());
    let mut told = format!("{} [{}]", reply.status, names.join(", "));
    if let Some(count) = body.get("@odata.count") {
        told += &format!(" of {count}");
    }
    if let Some(next) = body["@odata.nextLink"].as_str() {
        told += &format!("\n    {next}");
    }
    told
}

/// Follows the links; the names on each page.
fn pages(world: &World, target: &str, caller: &Caller<'_>) -> Vec<usize> {
    let (mut target, mut pages) = (target.to_owned(), Vec::new());
    loop {
        let body: Value = serde_json::from_str(&world.ask(&target, caller).body).expect("JSON");
        pages.push(body["value"].as_array().map_or(0, Vec::len));
        assert!(pages.len() < 20, "{target} has no end");
        match body["@odata.nextLink"].as_str() {
            Some(next) => target = next.to_owned(),
            None => return pages,
        }
    }
}

#[test]
fn collections_come_in_pages() {
    let world = World::new();
    let caller = wire(WIRE, "", "");
    let all = [
        "/v1.0/devices?$top=1",
        "/v1.0/devices?$select=displayName&$top=2",
        "/v1.0/devices?$top=3",
        "/v1.0/devices?$top=1&$skiptoken=RFNwdAABAAAA",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$top=1",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$top=1&$skiptoken=LastSerialNumber='nobody'",
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$top=1",
        "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities?$top=2&$count=true",
        "/v1.0/deviceManagement/managedDevices",
        "/v1.0/organization",
    ];
    let advanced = [
        "/v1.0/devices?$count=true&$orderby=displayName%20desc&$top=2",
        "/v1.0/groups/$count",
        "/v1.0/users?$count=true&$top=1&$filter=accountEnabled%20eq%20true",
    ];
    let preferred = ["/v1.0/devices", "/v1.0/devices?$top=2"];
    let text = table(&world, &caller, &all)
        + "\nwith ConsistencyLevel: eventual\n\n"
        + &table(&world, &wire(ADVANCED, "", ""), &advanced)
        + "\nwith Prefer: odata.maxpagesize=1\n\n"
        + &table(&world, &wire(WIRE, "odata.maxpagesize=1", ""), &preferred);
    assert_snapshot!("pages", text);
    for (target, strictness) in [
        ("/v1.0/devices?$top=1", WIRE),
        ("/v1.0/devices?$top=1&$orderby=displayName&$count=true", ADVANCED),
        ("/v1.0/devices?$top=1&$search=\"displayName:l\"", ADVANCED),
        ("/v1.0/users?$top=1&$filter=startswith(displayName,'')", WIRE),
        ("/beta/deviceManagement/windowsAutopilotDeviceIdentities?$top=1", WIRE),
        ("/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$top=1&$orderby=displayName", WIRE),
        ("/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities?$top=1", WIRE),
    ] {
        let whole = pages(&world, &target.replace("$top=1", "$top=500"), &wire(strictness, "", ""));
        let one_by_one = pages(&world, target, &wire(strictness, "", ""));
        assert_eq!(one_by_one, vec![1; whole[0]], "{target}");
    }
}

/// What was shown before a page is not shown again, and nothing is left out, whatever is deleted meanwhile.
#[test]
fn pages_are_stable() {
    let mut world = World::new();
    let caller = wire(WIRE, "", "");
    for strictness in [WIRE, ADVANCED] {
        let caller = wire(strictness, "", "");
        let first: Value = serde_json::from_str(&world.ask("/v1.0/devices?$top=1", &caller).body).expect("JSON");
        let next = first["@odata.nextLink"].as_str().expect("a link");
        let second: Value = serde_json::from_str(&world.ask(next, &caller).body).expect("JSON");
        assert_ne!(first["value"][0]["id"], second["value"][0]["id"]);
    }
    let first: Value = serde_json::from_str(&world.ask("/v1.0/devices?$top=1", &caller).body).expect("JSON");
    let next = first["@odata.nextLink"].as_str().expect("a link").to_owned();
    let before = told(&world, &next, &caller);
    let (gone, _) = world.tenant.entra_devices().next().expect("a device");
    world.tenant.delete_entra_device(gone, &mut world.cx);
    assert_eq!(told(&world, &next, &caller), before);
    // A token is one of its query.
    let other = next.replace("/devices?", "/users?");
    assert!(told(&world, &other, &caller).contains("Directory_ExpiredPageToken"));
}

#[test]
fn search() {
    let world = World::new();
    let targets = [
        r#"/v1.0/devices?$search="displayName:lap""#,
        r#"/v1.0/devices?$search="displayName:K 7"&$count=true"#,
        r#"/v1.0/devices?$search="displayName:ap""#,
        r#"/v1.0/groups?$search="displayName:devices autopilot" OR "displayName:pilots""#,
        r#"/v1.0/users?$search="userPrincipalName:ada@" AND NOT "displayName:grace""#,
        r#"/v1.0/users?$search="displayName:love"&$orderby=displayName&$filter=accountEnabled eq true"#,
        r#"/v1.0/users?$search="mailbox:x""#,
        r#"/v1.0/devices?$search="model:Book""#,
        "/v1.0/devices?$search=displayName:lap",
        r#"/v1.0/deviceManagement/managedDevices?$search="LAP""#,
    ];
    assert_snapshot!("search", table(&world, &wire(ADVANCED, "", ""), &targets));
}

#[test]
fn relationships_properties_and_casts() {
    let world = World::new();
    let group = world.id("/v1.0/groups?$filter=displayName eq 'Autopilot devices'");
    let device = world.id("/v1.0/devices?$filter=displayName eq 'B-2'");
    let imported = world.id("/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities");
    let targets = [
        format!("/v1.0/groups/{group}/members/$ref"),
        format!("/v1.0/groups/{group}/members/graph.device/$count"),
        format!("/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user"),
        format!("/v1.0/groups/{group}/members/microsoft.graph.domain"),
        format!("/v1.0/groups/{group}/members?$filter=startswith(displayName,'B')"),
        "/beta/deviceManagement/deviceConfigurations/graph.windowsDomainJoinConfiguration".to_owned(),
        format!("/v1.0/devices/{device}/displayName"),
        format!("/v1.0/devices/{device}/displayName/$value"),
        format!("/v1.0/devices/{device}/physicalIds"),
        format!("/v1.0/devices/{device}/physicalIds/$count"),
        format!("/v1.0/devices/{device}/isRooted"),
        format!("/v1.0/devices/{device}/colour"),
        format!("/v1.0/devices/{device}/$ref"),
        format!("/v1.0/devices/{device}/graph.device/trustType/$value"),
        format!("/v1.0/devices/{device}/graph.user"),
        format!(
            "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities/{imported}/state/deviceErrorCode/$value"
        ),
        format!("/v1.0/devices/{device}?$filter=displayName eq 'B-2'"),
        format!("/v1.0/devices/{device}?$format=xml"),
        format!("/v1.0/devices/{device}?$colour=red&source=x"),
        format!("/v1.0/groups/{group}?$expand=members,transitiveMembers"),
        format!("/v1.0/groups/{group}?$expand=members($top=1)"),
        "/v1.0/groups?$expand=members($select=id)".to_owned(),
    ];
    let caller = wire(WIRE, "", "");
    let text: String = targets
        .iter()
        .map(|target| {
            let reply = world.ask(target, &caller);
            let shown = if reply.body.len() > 400 { &reply.body[..400] } else { &reply.body };
            let target =
                target.replace(&group, "{group}").replace(&device, "{device}").replace(&imported, "{imported}");
            format!("{target}\n    {} {shown}\n", reply.status)
        })
        .collect();
    assert_snapshot!("relationships", text);
}

#[test]
fn nested_options_of_expand() {
    let world = World::new();
    let body = world.body(
        "/v1.0/groups?$filter=displayName eq 'Autopilot devices'&$select=displayName\
         &$expand=members($select=displayName;$filter=startswith(displayName,'B');$count=true;$orderby=displayName desc;$top=1)",
    );
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let group = &body["value"][0];
    assert_eq!(
        (&group["members@odata.count"], &group["members"][0]["displayName"]),
        (&1.into(), &"B-2".into()),
        "{body}"
    );
    assert_eq!(
        body["@odata.context"],
        "https://graph.microsoft.com/v1.0/$metadata#groups(displayName,members(displayName))"
    );
}

#[test]
fn forms_of_answers() {
    let world = World::new();
    let device = world.id("/v1.0/devices?$filter=displayName eq 'B-2'");
    let target = format!("/v1.0/devices/{device}?$select=displayName,registrationDateTime,physicalIds");
    let mut text = String::new();
    for accept in ["application/json;odata.metadata=none", "application/json;odata.metadata=full"] {
        let reply = world.ask(&target, &wire(WIRE, "include-unknown-enum-members", accept));
        text += &format!("{accept}\n{}\n{:?}\n{}\n\n", reply.content_type, reply.headers, reply.body);
    }
    let managed = "/v1.0/deviceManagement/managedDevices?$select=totalStorageSpaceInBytes";
    text += &world.ask(managed, &wire(WIRE, "", "application/json;IEEE754Compatible=true")).body;
    assert_snapshot!("forms", text);
}

/// Functions and lambdas, which checks may use on whatever they like.
#[test]
fn filters_of_checks() {
    let world = World::new();
    let targets = [
        "/v1.0/devices?$filter=tolower(displayName) eq 'b-2'",
        "/v1.0/devices?$filter=length(displayName) gt 3",
        "/v1.0/devices?$filter=year(registrationDateTime) eq 2022 and indexof(displayName,'-') eq 1",
        "/v1.0/devices?$filter=substring(displayName,1,1) eq '-'",
        "/v1.0/devices?$filter=concat(displayName,'x') eq 'B-2x'",
        "/v1.0/devices?$filter=substring(displayName) eq 'x'",
        "/v1.0/devices?$filter=year(displayName) eq 2022",
        "/v1.0/devices?$filter=accountEnabled eq 'true'",
        "/v1.0/devices?$filter=displayName in ('B-2', 5)",
        "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities?$filter=state/deviceErrorCode eq '0'",
    ];
    let text = table(&world, &Caller::default(), &targets)
        + "\non the wire\n\n"
        + &table(&world, &wire(ADVANCED, "", ""), &targets[..2]);
    assert_snapshot!("functions", text);
}

/// A new object is missing for a while, from advanced queries longer than from others.
#[test]
fn new_objects_come_late() {
    let mut world = World::new();
    world.tenant.knobs.advanced_query_lag = sim_core::SimDuration::from_mins(5);
    world.tenant.knobs.directory_read_lag = sim_core::SimDuration::from_mins(1);
    let group = world.tenant.add_group("Newcomers", None, &mut world.cx);
    let id = world.tenant.group_record(group).id;
    let by_id = format!("/v1.0/groups/{id}");
    let listed = "/v1.0/groups?$filter=displayName eq 'Newcomers'";
    let counted = "/v1.0/groups/$count";
    let told_all = |world: &World| {
        let count = world.ask(counted, &wire(ADVANCED, "", "")).body;
        let listed = told(world, listed, &wire(WIRE, "", ""));
        format!("{} {listed} {count}", world.ask(&by_id, &wire(WIRE, "", "")).status)
    };
    assert_eq!(told_all(&world), "404 200 [] 2");
    assert!(world.ask(&by_id, &Caller::default()).body.contains("Newcomers"), "checks see everything");
    world.run("2022-11-17T12:01:00Z");
    assert_eq!(told_all(&world), "200 200 [Newcomers] 2");
    world.run("2022-11-17T12:06:00Z");
    assert_eq!(told_all(&world), "200 200 [Newcomers] 3");
}

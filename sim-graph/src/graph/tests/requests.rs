//! Requests and what comes of them.

use super::World;
use crate::graph::{Answer, Caller, GraphError, Ids, Strictness, read};
use insta::assert_snapshot;
use sim_core::Guid;

const AUTOPILOT: &str = "deviceManagement/windowsAutopilotDeviceIdentities";
const PROFILES: &str = "deviceManagement/windowsAutopilotDeploymentProfiles";

/// `3` for a collection of three, `#3` for a count, `one`, or status, code and message.
fn outcome(world: &World, target: &str, strictness: Strictness) -> String {
    match read(&world.source(), target, strictness) {
        Ok(Answer::Collection(collection)) => collection.len().to_string(),
        Ok(Answer::Count(count)) => format!("#{count}"),
        Ok(Answer::Item(_)) => "one".to_owned(),
        Ok(Answer::References(references)) => format!("{} addresses", references.len()),
        Ok(Answer::Reference(_)) => "an address".to_owned(),
        Ok(Answer::Metadata(_) | Answer::Service(_)) => "a document".to_owned(),
        Ok(Answer::Delta(delta)) => format!("{} changes", delta.len()),
        Ok(answer @ Answer::Property(_)) => format!("a property of {}", answer.amount()),
        Err(error) => {
            let (status, code, message) = error.wire();
            match message {
                crate::graph::Message::Plain(text) | crate::graph::Message::IntuneSays { sentence: text, .. } => {
                    format!("{status} {code}: {text}")
                }
                crate::graph::Message::Intune { url } => {
                    format!("{status} {code} <{}>", url.split('/').skip(3).collect::<Vec<_>>().join("/"))
                }
            }
        }
    }
}

fn table(world: &World, strictness: Strictness, targets: &[&str]) -> String {
    targets.iter().map(|target| format!("{target}\n    {}\n", outcome(world, target, strictness))).collect()
}

#[test]
fn paths() {
    let world = World::new();
    let paths = [
        "/v1.0/devices",
        "https://graph.microsoft.com/v1.0/Devices/$count",
        "/v1.0/groups/$count",
        "/v1.0/users/ada@contoso.com",
        "/v1.0/users('ADA@contoso.com')/memberOf",
        "/v1.0/devices/nobody",
        "/v1.0/devices(deviceId='4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11')",
        "/v1.0/devices(id='4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11')",
        "/v1.0/groups/nobody/members",
        "/beta/devicemanagement/WINDOWSAUTOPILOTDEVICEIDENTITIES/$count",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities/4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11",
        "/v1.0/deviceManagement/managedDevices('nobody')",
        "/v1.0/deviceManagement/windowsAutopilotDeploymentProfiles",
        "/v1.0/deviceManagement/domainJoinConnectors",
        "/beta/deviceManagement/domainJoinConnectors/$count",
        "/v1.0/deviceManagement/deviceConfigurations",
        "/beta/deviceManagement/deviceConfigurations",
        "/v1.0/deviceManagement/deviceEnrollmentConfigurations",
        "/v1.0/deviceManagement",
        "/v1.0/device",
        "/v1.0/devices/$ref",
        "/v1.0/devices/delta()",
        "/v1.0/users/ada@contoso.com/$count",
        "/v1.0/users/ada@contoso.com/mailbox",
        "/v1.0",
        "/v2.0/devices",
        "/devicemanagement/x",
        "/v1.0/devices('x'",
        "",
    ];
    assert_snapshot!("paths", table(&world, Strictness::Check, &paths));
}

#[test]
fn both_spellings_of_a_key_and_an_alternate_one_lead_to_the_same() {
    let world = World::new();
    let id = world.id("/v1.0/devices?$filter=displayName eq 'B-2'");
    let body: serde_json::Value = serde_json::from_str(&world.body(&format!("/v1.0/devices/{id}"))).expect("JSON");
    let device_id = body["deviceId"].as_str().expect("a text");
    for other in [
        format!("devices('{id}')"),
        format!("DEVICES({})", id.to_uppercase()),
        format!("devices(deviceId='{device_id}')"),
    ] {
        assert_eq!(world.body(&format!("/v1.0/{other}")), world.body(&format!("/v1.0/devices/{id}")), "{other}");
    }
    let profile = world.id(&format!("/beta/{PROFILES}"));
    let assignments = format!("/beta/{PROFILES}/{profile}/assignments");
    assert_eq!(world.id(&assignments), world.id(&format!("{assignments}('{}')", world.id(&assignments))));
    let managed = world.id("/beta/deviceManagement/managedDevices");
    assert_eq!(world.id(&format!("/beta/deviceManagement/managedDevices/{managed}/users")), world.id("/v1.0/users"));
    let twin = world.id("/v1.0/devices?$filter=trustType eq 'ServerAd'");
    for (related, amount) in [("memberOf", 0), ("registeredOwners/$count", 0), ("registeredUsers", 0)] {
        let answer = read(&world.source(), &format!("/v1.0/devices/{twin}/{related}"), Strictness::Check);
        assert_eq!(answer.expect("an answer").amount(), amount, "{related}");
    }
}

#[test]
fn what_checks_may_ask() {
    let world = World::new();
    let queries = [
        "/v1.0/devices?$filter=trustType eq 'ServerAd'",
        "/v1.0/devices?$filter=startswith(displayName,'DESKTOP-')",
        "/v1.0/devices?$filter=physicalIds/any(p:startswith(p,'[ZTDID]'))&$count=true&$top=1",
        "/v1.0/devices/$count?$filter=physicalIds/any(p:p eq '[OrderId]:Berlin')",
        "/v1.0/devices?$filter=onPremisesSyncEnabled ne true",
        "/v1.0/devices?$filter=registrationDateTime le 2022-11-17T08:05:00Z and not accountEnabled",
        "/v1.0/devices?$filter=memberOf/any(g:g/displayName eq 'Autopilot devices')",
        "/v1.0/devices?$filter=deviceId eq 'nobody'",
        "/v1.0/devices?$filter=deviceId eq '4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11' or id ne null",
        "/v1.0/devices?$filter=status eq null",
        "/beta/devices?$filter=status eq null and extensionAttributes/extensionAttribute1 eq null",
        "/v1.0/devices?$filter=displayname eq 'B-2'",
        "/v1.0/devices?$filter=displayName eq 5",
        "/v1.0/devices?$filter=displayName eq",
        "/v1.0/devices?$orderby=displayName desc,createdDateTime&$skip=1",
        "/v1.0/devices?$orderby=colour",
        "/v1.0/devices?$select=colour",
        "/v1.0/devices?$select=status",
        "/v1.0/devices?$expand=registeredOwners,memberOf($select=id)",
        "/v1.0/devices?$expand=colour",
        "/v1.0/devices?$expand=memberOf($filter=id eq 'x')",
        "/v1.0/devices?$top=0",
        "/v1.0/devices?$top=-1",
        "/v1.0/devices?$search=\"displayName:LAP\"",
        "/v1.0/groups?$filter=groupTypes/any(c:c eq 'DynamicMembership')",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=lastContactedDateTime eq 0001-01-01T00:00:00Z",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=deploymentProfile/displayName eq 'Hybrid'",
        "/v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$expand=deploymentProfile",
        "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities?$filter=state/deviceErrorCode eq 808",
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$filter=hybridAzureADJoinSkipConnectivityCheck eq true",
        "/beta/deviceManagement/deviceConfigurations?$filter=isof('microsoft.graph.windowsDomainJoinConfiguration')",
        "/v1.0/deviceManagement/managedDevices?$filter=lastSyncDateTime lt 2022-11-17T10:00:00Z&$select=id,deviceName",
    ];
    assert_snapshot!("checks", table(&world, Strictness::Check, &queries));
}

#[test]
fn what_the_service_refuses() {
    let world = World::new();
    let plain = [
        "/v1.0/devices?$filter=displayName eq 'B-2'",
        "/v1.0/devices?$filter=displayName ne 'B-2'",
        "/v1.0/devices?$filter=model eq 'Book 7'",
        "/v1.0/devices?$filter=endswith(displayName,'2')",
        "/v1.0/devices?$filter=approximateLastSignInDateTime eq null",
        "/v1.0/devices?$filter=deviceId eq null",
        "/v1.0/devices?$filter=physicalIds/any(p:startswith(p,'[ZTDID]'))",
        "/v1.0/devices?$filter=systemLabels/$count eq 0",
        "/v1.0/devices?$orderby=displayName",
        "/v1.0/groups?$orderby=displayName",
        "/v1.0/groups?$orderby=displayName&$filter=securityEnabled eq true",
        "/v1.0/devices?$count=true&$top=1",
        "/v1.0/devices?$top=1000",
        "/v1.0/devices?$skip=1",
        "/v1.0/devices?$search=\"displayName:LAP\"",
        "/v1.0/devices/$count",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'A')",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'A-1')",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=serialNumber eq 'A'",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(displayName,'A')",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$orderby=serialNumber",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$expand=deploymentProfile",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities?$count=true",
        "/beta/deviceManagement/windowsAutopilotDeviceIdentities/$count",
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$filter=displayName eq 'Hybrid'",
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$orderby=displayName&$skip=1&$top=1",
        "/v1.0/deviceManagement/managedDevices?$filter=serialNumber eq 'A-1'&$select=id",
        "/beta/deviceManagement/managedDevices?$filter=operatingSystem eq 'Windows'",
        "/beta/deviceManagement/managedDevices?$filter=joinType eq 'hybridAzureADJoined'",
        "/beta/deviceManagement/deviceConfigurations?$filter=isof('microsoft.graph.windowsDomainJoinConfiguration')",
    ];
    let advanced = [
        "/v1.0/devices/$count",
        "/v1.0/devices?$filter=displayName ne 'B-2'",
        "/v1.0/devices?$filter=displayName ne 'B-2'&$count=true",
        "/v1.0/devices?$filter=not startswith(displayName,'B-2')&$count=true&$orderby=displayName",
        "/v1.0/devices?$filter=systemLabels/$count eq 0&$count=true",
        "/v1.0/devices?$filter=model eq 'Book 7'&$count=true",
    ];
    let text = table(&world, Strictness::Wire { eventual: false }, &plain)
        + "\nwith ConsistencyLevel: eventual\n\n"
        + &table(&world, Strictness::Wire { eventual: true }, &advanced);
    assert_snapshot!("refusals", text);
}

#[test]
fn bodies_of_errors() {
    let world = World::new();
    let ids = Ids { request: Guid::from_u128(1), client_request: Guid::from_u128(2) };
    let caller = Caller { ids, ..Caller::default() };
    let mut text = String::new();
    for target in ["/v1.0/devices/nobody".to_owned(), format!("/beta/{AUTOPILOT}('it''s \"nobody\"')")] {
        let reply = world.ask(&target, &caller);
        let body: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
        let message = body["error"]["message"].as_str().expect("a text");
        text += &format!("{target}\n{} {}\n", reply.status, reply.body);
        if message.starts_with('{') {
            let inner: serde_json::Value = serde_json::from_str(message).expect("JSON within JSON");
            text += &format!("    {}\n", inner["Message"].as_str().expect("a text"));
        }
    }
    assert_snapshot!("error_bodies", text);
}

#[test]
fn answers_can_be_asked_without_json() {
    let world = World::new();
    let answer = read(&world.source(), "/v1.0/devices?$filter=trustType eq 'ServerAd'&$select=id", Strictness::Check);
    let answer = answer.expect("an answer");
    let twin = answer.entities().next().expect("a device");
    assert_eq!(twin.type_name(), "microsoft.graph.device");
    assert!(matches!(twin.value("displayName"), Some(crate::graph::Value::Text(name)) if name == "LAP-K7F3Q2ZX1AB"));
    assert!(twin.value("status").is_none(), "beta has it, v1.0 has not");
    assert!(twin.json().contains("\"isManaged\":true"));
    let filter = crate::odata::Filter::parse("isManaged and physicalIds/$count eq 0").expect("a filter");
    assert_eq!(twin.matches(&filter), Ok(true));
    assert!(matches!(
        read(&world.source(), "/v1.0/groups/x", Strictness::Check),
        Err(GraphError::NoObject { id }) if id == "x"
    ));
}

#[test]
fn counts_are_plain_text() {
    let world = World::new();
    let reply = world.ask("/v1.0/users/$count", &Caller::default());
    assert_eq!((reply.status, reply.content_type, reply.body.as_str()), (200, "text/plain", "2"));
}

/// A registration whose Entra device somebody deleted keeps naming it; a deleted managed device is gone from it.
#[test]
fn dangling_registrations() {
    let mut world = World::new();
    let (id, _) = world.tenant.managed_devices().next().expect("one is enrolled");
    world.tenant.delete_managed_device(id, &mut world.cx);
    let identity = world.tenant.identity_by_serial("a-1", &world.cx).expect("registered");
    let anchor = world.tenant.anchor_of(identity).expect("not deleted yet");
    let device_id = world.tenant.entra_device(anchor).device_id;
    world.tenant.delete_entra_device(anchor, &mut world.cx);
    let body = world.body(&format!("/v1.0/{AUTOPILOT}?$filter=contains(serialNumber,'A-1')"));
    assert!(body.contains(&format!("\"azureActiveDirectoryDeviceId\":\"{device_id}\"")), "{body}");
    assert!(body.contains("\"managedDeviceId\":\"00000000-0000-0000-0000-000000000000\""), "{body}");
    assert!(body.contains("\"enrollmentState\":\"notContacted\""), "{body}");
    assert_eq!(outcome(&world, "/v1.0/devices", Strictness::Check), "2");
    assert_eq!(outcome(&world, "/v1.0/deviceManagement/managedDevices", Strictness::Check), "0");
}

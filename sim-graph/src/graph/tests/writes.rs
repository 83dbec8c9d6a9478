//! Requests that change the tenant, and what is answered: a line each, in the order of a script.

use super::World;
use crate::graph::Method;
use insta::assert_snapshot;
use std::collections::BTreeMap;

/// Plays a script. A line is a request, with its body after the target; `wait` lets time pass; `name = …` keeps the id
/// of what is answered, and `{name}` stands for it in later lines. Answers are shown in full, but for the lines that
/// begin with `-`.
fn play(world: &mut World, script: &str) -> String {
    let (mut out, mut names) = (String::new(), BTreeMap::<String, String>::new());
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut text = line.to_owned();
        for (name, id) in &names {
            text = text.replace(&format!("{{{name}}}"), id);
        }
        let (quiet, text) = text.strip_prefix("- ").map_or((false, text.as_str()), |rest| (true, rest));
        if let Some(until) = text.strip_prefix("wait ") {
            world.run(until);
            continue;
        }
        let (name, request) = match text.split_once(" = ") {
            Some((name, request)) if !name.contains(' ') => (Some(name), request),
            _ => (None, text),
        };
        let (word, rest) = request.split_once(' ').expect("a method and a target");
        let (target, body) = match rest.find(" {").or_else(|| rest.find(" [")) {
            Some(at) => (&rest[..at], rest[at..].trim()),
            None => (rest, ""),
        };
        let reply = world.send(Method::of(word).expect("a method"), target, body);
        if let Some(name) = name {
            let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let found = body.pointer("/value/0/id").or(body.get("id")).and_then(|id| id.as_str());
            names.insert(name.to_owned(), found.unwrap_or_else(|| panic!("{line}: no id in {body}")).to_owned());
        }
        if !quiet {
            out.push_str(&format!("{line}\n  {} {}\n", reply.status, without_ids(&reply.body)));
        }
    }
    out
}

/// What every error has at its end is looked at elsewhere.
fn without_ids(body: &str) -> &str {
    body.split_once(",\"innerError\"").map_or(body, |(error, _)| error)
}

#[test]
fn uploads_and_the_way_back() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        one = POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"@odata.type": "#microsoft.graph.importedWindowsAutopilotDeviceIdentity", "groupTag": "Berlin", "serialNumber": "N-1", "productKey": "", "hardwareIdentifier": "Ti0x", "assignedUserPrincipalName": "", "state": {"@odata.type": "microsoft.graph.importedWindowsAutopilotDeviceIdentityState", "deviceImportStatus": "pending", "deviceRegistrationId": "", "deviceErrorCode": 0, "deviceErrorName": ""}}
        POST /v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities/import {importedWindowsAutopilotDeviceIdentities: [{serialNumber: 'N-2', hardwareIdentifier: 'Ti0y', importId: 'batch 7',}, {serialNumber: 'N-2', hardwareIdentifier: 'Ti0y'}]}
        - wait 2022-11-17T12:10:00Z
        GET /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/{one}?$select=id,state
        identity = GET /v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'N-1')&$select=id,groupTag
        DELETE /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/{one}
        DELETE /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/{one}
        DELETE /beta/deviceManagement/windowsAutopilotDeviceIdentities/{identity}
        - wait 2022-11-17T12:30:00Z
        GET /v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'N-1')&$select=id
        enrolled = GET /v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$filter=serialNumber eq 'A-1'&$select=id
        DELETE /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{enrolled}
        managed = GET /v1.0/deviceManagement/managedDevices?$select=id
        DELETE /v1.0/deviceManagement/managedDevices('{managed}')
        DELETE /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{enrolled}
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn what_is_wrong_with_a_request_changes_nothing() {
    let mut world = World::new();
    let version = world.tenant.version();
    let hash = world.cx.trace.hash();
    let answers = play(
        &mut world,
        r##"
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"serialNumber": 
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"serialNumber": 5}
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"serial": "X"}
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"hardwareIdentifier": "x"}
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities {"@odata.type": "#microsoft.graph.device"}
        POST /beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/import {}
        POST /beta/deviceManagement/managedDevices/2f0e2f0e-0000-0000-0000-000000000000
        DELETE /v1.0/deviceManagement/managedDevices/2f0e2f0e-0000-0000-0000-000000000000
        DELETE /v1.0/devices/2f0e2f0e-0000-0000-0000-000000000000
        DELETE /v1.0/devices
        POST /v1.0/nothing {}
        PATCH /v1.0/me {}
    "##,
    );
    assert_snapshot!(answers);
    assert_eq!((version, hash), (world.tenant.version(), world.cx.trace.hash()));
}

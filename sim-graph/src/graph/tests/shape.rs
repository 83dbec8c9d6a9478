//! How each type looks.

use super::World;
use insta::assert_snapshot;

/// The answer to a target, indented. The reader fails if a property stands twice or the text is no JSON.
fn pretty(world: &World, target: &str) -> String {
    let body = world.body(target);
    let value: serde_json::Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    serde_json::to_string_pretty(&value).expect("JSON")
}

#[test]
fn devices() {
    let world = World::new();
    assert_snapshot!("devices_v1", pretty(&world, "/v1.0/devices"));
    let twin = world.id("/v1.0/devices?$filter=trustType eq 'ServerAd'");
    assert_snapshot!("device_beta", pretty(&world, &format!("/beta/devices/{twin}")));
    let select = "$select=displayName,onPremisesSecurityIdentifier,extensionAttributes/extensionAttribute1";
    assert_snapshot!("device_selected", pretty(&world, &format!("/beta/devices('{twin}')?{select}")));
}

#[test]
fn groups_and_their_members() {
    let world = World::new();
    assert_snapshot!("groups", pretty(&world, "/v1.0/groups"));
    let (autopilot, pilots) = (
        world.id("/v1.0/groups?$filter=displayName eq 'Autopilot devices'"),
        world.id("/v1.0/groups?$filter=displayName eq 'Pilots'"),
    );
    let select = "$select=id,displayName,userPrincipalName,trustType";
    assert_snapshot!("members", pretty(&world, &format!("/v1.0/groups/{autopilot}/members?{select}&$count=true")));
    assert_snapshot!(
        "member_devices",
        pretty(
            &world,
            &format!("/v1.0/groups/{autopilot}/members/microsoft.graph.device?{select}")
                .replace(",userPrincipalName", "")
        )
    );
    assert_snapshot!(
        "group_with_members",
        pretty(
            &world,
            &format!("/v1.0/groups/{pilots}?$select=displayName&$expand=members($select=userPrincipalName)")
        )
    );
}

#[test]
fn users_organization_and_domains() {
    let world = World::new();
    assert_snapshot!("users_v1", pretty(&world, "/v1.0/users"));
    assert_snapshot!("user_beta", pretty(&world, "/beta/users/ADA@contoso.com"));
    assert_snapshot!("organization", pretty(&world, "/v1.0/organization"));
    assert_snapshot!("domains", pretty(&world, "/v1.0/domains"));
}

#[test]
fn autopilot() {
    let world = World::new();
    let identities = "deviceManagement/windowsAutopilotDeviceIdentities";
    assert_snapshot!("autopilot_v1", pretty(&world, &format!("/v1.0/{identities}")));
    let id = world.id(&format!("/beta/{identities}?$filter=contains(serialNumber,'B-2')"));
    let expand = "$expand=deploymentProfile,intendedDeploymentProfile($select=id,displayName)";
    assert_snapshot!("autopilot_beta", pretty(&world, &format!("/beta/{identities}/{id}?{expand}")));
    assert_snapshot!(
        "imported",
        pretty(&world, "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities?$orderby=serialNumber")
    );
    let profiles = "deviceManagement/windowsAutopilotDeploymentProfiles";
    assert_snapshot!("profiles", pretty(&world, &format!("/beta/{profiles}")));
    let profile = world.id(&format!("/beta/{profiles}?$filter=displayName eq 'Hybrid'"));
    assert_snapshot!("profile_assignments", pretty(&world, &format!("/beta/{profiles}/{profile}/assignments")));
    assert_snapshot!(
        "assigned_devices",
        pretty(&world, &format!("/beta/{profiles}/{profile}/assignedDevices?$select=serialNumber"))
    );
}

#[test]
fn enrolment() {
    let world = World::new();
    assert_snapshot!("managed_v1", pretty(&world, "/v1.0/deviceManagement/managedDevices"));
    let id = world.id("/beta/deviceManagement/managedDevices");
    assert_snapshot!("managed_beta", pretty(&world, &format!("/beta/deviceManagement/managedDevices/{id}")));
    assert_snapshot!("connectors", pretty(&world, "/beta/deviceManagement/domainJoinConnectors"));
    assert_snapshot!(
        "configurations",
        pretty(&world, "/beta/deviceManagement/deviceConfigurations?$expand=assignments")
    );
    assert_snapshot!("enrollment_v1", pretty(&world, "/v1.0/deviceManagement/deviceEnrollmentConfigurations"));
    assert_snapshot!(
        "enrollment_beta",
        pretty(&world, "/beta/deviceManagement/deviceEnrollmentConfigurations?$expand=assignments")
    );
}

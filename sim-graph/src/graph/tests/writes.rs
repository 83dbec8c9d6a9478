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

#[test]
fn deployment_profiles() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        group = GET /v1.0/groups?$filter=displayName eq 'Autopilot devices'&$select=id
        profile = POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles {"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Second", "description": "", "language": "de-DE", "extractHardwareHash": "true", "enableWhiteGlove": false, "deviceNameTemplate": "LAP-%RAND:5%", "deviceType": "windowsPc", "outOfBoxExperienceSettings": {"hidePrivacySettings": false, "hideEULA": true, "userType": "administrator", "deviceUsageType": "singleUser", "skipKeyboardSelectionPage": true, "hideEscapeLink": true}, "roleScopeTagIds": []}
        POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles {"displayName": "of no kind"}
        POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles {"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Third", "deviceNameTemplate": "%serial%"}
        POST /v1.0/deviceManagement/windowsAutopilotDeploymentProfiles {"displayName": "not in this version"}
        PATCH /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile} {"displayName": "Two", "preprovisioningAllowed": true, "createdDateTime": "2001-01-01T00:00:00Z"}
        assignment = POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignments {"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "{group}"}}
        POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignments {"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "00000000-0000-0000-0000-000000000001"}}
        DELETE /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}
        POST /beta/deviceManagement/windowsAutopilotDeploymentProfiles/hasPayloadLinks {"payloadIds": ["{profile}", "00000000-0000-0000-0000-000000000001"]}
        DELETE /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignments/{assignment}
        DELETE /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}
        GET /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}
        PATCH /beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignedDevices/{group} {}
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn autopilot_devices() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        id = GET /beta/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'B')&$select=id
        POST /v1.0/deviceManagement/windowsautopilotdeviceidentities/{id}/UpdateDeviceProperties { groupTag: "Paris", displayName: "B", }
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice {"userPrincipalName": "nobody@contoso.com", "addressableUserName": "Nobody"}
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice {"userPrincipalName": "ada@fabrikam.com"}
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice {}
        - wait 2022-11-17T12:10:00Z
        GET /beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}?$select=groupTag,displayName,userPrincipalName,addressableUserName
        GET /v1.0/devices?$filter=displayName eq 'B-2'&$select=physicalIds
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/unassignUserFromDevice
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/microsoft.graph.unassignUserFromDevice
        POST /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}/allowNextEnrollment
        POST /beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}/allowNextEnrollment
        GET /beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}?$select=userPrincipalName,addressableUserName,userlessEnrollmentStatus
        PATCH /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id} {"groupTag": "x"}
        GET /beta/deviceManagement/windowsAutoPilotSettings
        POST /beta/deviceManagement/windowsAutopilotSettings/sync
        POST /beta/deviceManagement/windowsAutopilotSettings/sync
        DELETE /v1.0/deviceManagement/windowsAutopilotDeviceIdentities/{id}
        anchor = GET /v1.0/devices?$filter=displayName eq 'B-2'&$select=id
        DELETE /v1.0/devices/{anchor}
        - wait 2022-11-17T12:11:00Z
        GET /v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$filter=contains(serialNumber,'B')
        GET /v1.0/devices?$filter=displayName eq 'B-2'
        POST /beta/deviceManagement/windowsAutopilotSettings/sync
        GET /beta/deviceManagement/windowsAutoPilotSettings
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn groups() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        ada = GET /v1.0/users/ada@contoso.com
        laptop = GET /v1.0/devices?$filter=displayName eq 'B-2'&$select=id
        static = POST /v1.0/groups {"displayName": "Kiosks", "mailEnabled": false, "mailNickname": "kiosks", "securityEnabled": true, "description": "in the hall", "members@odata.bind": ["https://graph.microsoft.com/v1.0/directoryObjects/{laptop}"], "owners@odata.bind": ["https://graph.microsoft.com/v1.0/users/{ada}"]}
        dynamic = POST /beta/groups {"displayName": "Berlin", "mailEnabled": "false", "mailNickname": "berlin", "securityEnabled": "True", "groupTypes": ["DynamicMembership"], "membershipRule": "(device.displayName -startsWith \"B\")", "membershipRuleProcessingState": "On"}
        GET /beta/groups/{dynamic}?$select=membershipRuleProcessingStatus
        - wait 2022-11-17T12:10:00Z
        GET /v1.0/groups/{dynamic}/members?$select=id,displayName
        GET /beta/groups/{dynamic}?$select=membershipRuleProcessingStatus
        POST /v1.0/groups/{dynamic}/members/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/users/{ada}"}
        POST /v1.0/groups/{static}/members/$ref {"@odata.id": "https://graph.microsoft.com/beta/devices/{laptop}"}
        POST /v1.0/groups/{static}/members/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/groups('{dynamic}')"}
        POST /v1.0/groups/{static}/members/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/groups/{static}"}
        POST /v1.0/groups/{static}/members/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/groups/00000000-0000-0000-0000-000000000001"}
        POST /v1.0/groups/{static}/members/$ref {}
        GET /v1.0/devices/{laptop}/transitiveMemberOf/microsoft.graph.group?$select=displayName
        POST /v1.0/devices/{laptop}/checkMemberGroups {"groupIds": ["{static}", "00000000-0000-0000-0000-000000000001"]}
        POST /v1.0/devices/{laptop}/getMemberGroups {"securityEnabledOnly": false}
        POST /v1.0/directoryObjects/getByIds {"ids": ["{ada}", "{static}"], "types": ["user"]}
        DELETE /v1.0/groups/{static}/members/{laptop}/$ref
        DELETE /v1.0/groups/{static}/members/{laptop}/$ref
        PATCH /v1.0/groups/{static} {"description": null, "displayName": "Kiosks and halls", "mail": "x@contoso.com"}
        PATCH /v1.0/groups/{static} {"members@odata.bind": ["https://graph.microsoft.com/v1.0/directoryObjects/{ada}"]}
        PATCH /v1.0/groups/{static} {"securityIdentifier": "S-1"}
        PATCH /v1.0/groups/{static} {"colour": "red"}
        GET /v1.0/groups/{static}?$select=displayName,description,createdDateTime,groupTypes
        POST /v1.0/groups {"displayName": "Bad", "mailEnabled": false, "mailNickname": "bad", "securityEnabled": true, "groupTypes": ["DynamicMembership"], "membershipRule": "device.displayName -startsWith"}
        POST /v1.0/groups {"displayName": "Bad", "mailEnabled": false, "mailNickname": "bad", "securityEnabled": true, "groupTypes": ["DynamicMembership"]}
        POST /v1.0/groups {"displayName": "Bad"}
        PATCH /v1.0/groups/{dynamic} {"membershipRuleProcessingState": "Paused"}
        PATCH /v1.0/groups/{dynamic} {"membershipRule": "device.displayName -startsWith \"A\""}
        - wait 2022-11-17T12:40:00Z
        GET /v1.0/groups/{dynamic}/members?$select=displayName
        POST /beta/groups/{dynamic}/evaluateDynamicMembership {"memberId": "{laptop}"}
        POST /beta/groups/evaluateDynamicMembership {"memberId": "{laptop}", "membershipRule": "device.displayName -eq \"B-2\" -and device.accountEnabled -eq true"}
        DELETE /v1.0/groups/{static}
        GET /v1.0/groups/{static}
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn users() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        alan = POST /v1.0/users {"accountEnabled": true, "displayName": "Alan Turing", "mailNickname": "alan", "userPrincipalName": "alan@contoso.com", "usageLocation": "GB", "passwordProfile": {"forceChangePasswordNextSignIn": false, "password": "Bombe-1940"}}
        POST /v1.0/users {"accountEnabled": true, "displayName": "Alan Turing", "mailNickname": "alan", "userPrincipalName": "ALAN@contoso.com", "passwordProfile": {"password": "Bombe-1940"}}
        POST /v1.0/users {"accountEnabled": true, "displayName": "Alan Turing", "mailNickname": "alan", "userPrincipalName": "alan@fabrikam.com", "passwordProfile": {"password": "Bombe-1940"}}
        POST /v1.0/users {"accountEnabled": true, "displayName": "Weak", "mailNickname": "weak", "userPrincipalName": "weak@contoso.com", "passwordProfile": {"password": "weak"}}
        POST /v1.0/users/{alan}/assignLicense {"addLicenses": [{"disabledPlans": [], "skuId": "061f9ace-7d42-4136-88ac-31dc755f143f"}], "removeLicenses": []}
        POST /v1.0/users/{alan}/assignLicense {"addLicenses": [], "removeLicenses": ["078d2b04-f1bd-4111-bbd6-b4b1b354cef4"]}
        POST /v1.0/users/grace@contoso.com/assignLicense {"addLicenses": [{"skuId": "061f9ace-7d42-4136-88ac-31dc755f143f"}], "removeLicenses": []}
        GET /v1.0/users/{alan}?$select=assignedLicenses,assignedPlans,passwordProfile
        GET /v1.0/users/{alan}/licenseDetails
        GET /v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits
        PATCH /v1.0/users/alan@contoso.com {"department": "Hut 8", "businessPhones": ["1"], "accountEnabled": "false"}
        PATCH /v1.0/users/ada@contoso.com {"displayName": "Countess"}
        GET /v1.0/users/{alan}?$select=department,businessPhones,accountEnabled
        PUT /v1.0/users/{alan}/manager/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/users/{alan}"}
        GET /v1.0/users/{alan}/manager?$select=displayName
        POST /v1.0/users/{alan}/revokeSignInSessions
        DELETE /v1.0/users/{alan}
        GET /v1.0/users/{alan}
        GET /v1.0/directory/deletedItems/microsoft.graph.user?$select=id,displayName
        POST /v1.0/directory/deletedItems/{alan}/restore
        GET /v1.0/users/{alan}?$select=displayName
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn devices_and_their_management() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        twin = GET /v1.0/devices?$filter=trustType eq 'ServerAd'&$select=id
        anchor = GET /v1.0/devices?$filter=displayName eq 'B-2'&$select=id
        PATCH /v1.0/devices/{twin} {"displayName": "x"}
        PATCH /v1.0/devices/{twin} {"accountEnabled": false}
        PATCH /beta/devices/{anchor} {"extensionAttributes": {"extensionAttribute1": "kiosk"}}
        PATCH /beta/devices/{anchor} {"extensionAttributes": {"extensionAttribute2": "hall"}}
        GET /beta/devices/{anchor}?$select=extensionAttributes
        GET /beta/devices?$filter=extensionAttributes/extensionAttribute1 eq 'kiosk'&$select=displayName
        DELETE /v1.0/devices/{anchor}
        GET /v1.0/directory/deletedItems/microsoft.graph.device?$select=id,deletedDateTime
        POST /v1.0/devices/{anchor}/restore
        GET /v1.0/devices/{anchor}?$select=displayName,deletedDateTime
        managed = GET /v1.0/deviceManagement/managedDevices?$select=id
        POST /beta/deviceManagement/managedDevices/{managed}/syncDevice
        POST /beta/deviceManagement/managedDevices/{managed}/wipe {"keepEnrollmentData": false, "keepUserData": false}
        POST /beta/deviceManagement/managedDevices/{managed}/setDeviceName {"deviceName": "12345"}
        PATCH /beta/deviceManagement/managedDevices/{managed} {"notes": "in the hall", "managedDeviceOwnerType": "personal"}
        GET /v1.0/deviceManagement/managedDevices/{managed}?$select=managementState,deviceActionResults,notes,managedDeviceOwnerType
        POST /v1.0/deviceManagement/managedDevices {}
        DELETE /v1.0/deviceManagement/managedDevices/{managed}
        GET /v1.0/deviceManagement/managedDevices/$count
    "##,
    );
    assert_snapshot!(answers);
}

#[test]
fn configurations_and_policies() {
    let mut world = World::new();
    let answers = play(
        &mut world,
        r##"
        group = GET /v1.0/groups?$filter=displayName eq 'Autopilot devices'&$select=id
        join = POST /beta/deviceManagement/deviceConfigurations {"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "Join", "computerNameStaticPrefix": "K-", "computerNameSuffixRandomCharCount": 13, "activeDirectoryDomainName": "corp.contoso.com", "organizationalUnit": "OU=K,DC=corp,DC=contoso,DC=com"}
        custom = POST /v1.0/deviceManagement/deviceConfigurations {"@odata.type": "#microsoft.graph.windows10CustomConfiguration", "displayName": "Custom", "omaSettings": []}
        POST /v1.0/deviceManagement/deviceConfigurations {"displayName": "of no kind"}
        POST /beta/deviceManagement/deviceConfigurations {"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "Join", "computerNameSuffixRandomCharCount": 2}
        PATCH /beta/deviceManagement/deviceConfigurations/{join} {"organizationalUnit": "OU=L,DC=corp,DC=contoso,DC=com"}
        POST /beta/deviceManagement/deviceConfigurations/{join}/assign {"assignments": [{"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "{group}"}}, {"target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}}]}
        POST /v1.0/deviceManagement/deviceConfigurations/{custom}/assign {"assignments": [{"target": {"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"}}]}
        GET /v1.0/deviceManagement/deviceConfigurations/{custom}/assignments
        POST /beta/deviceManagement/deviceConfigurations/{join}/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/$ref {"@odata.id": "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('{custom}')"}
        GET /beta/deviceManagement/deviceConfigurations/{join}/deviceStatusOverview
        DELETE /beta/deviceManagement/deviceConfigurations/{custom}
        DELETE /beta/deviceManagement/deviceConfigurations/{join}
        page = POST /beta/deviceManagement/deviceEnrollmentConfigurations {"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "Kiosks", "showInstallationProgress": true, "installProgressTimeoutInMinutes": 45, "customErrorMessage": "Call us", "allowDeviceUseOnInstallFailure": false}
        POST /beta/deviceManagement/deviceEnrollmentConfigurations/{page}/setPriority {"priority": 1}
        POST /beta/deviceManagement/deviceEnrollmentConfigurations/{page}/assign {"enrollmentConfigurationAssignments": [{"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "{group}"}}]}
        GET /beta/deviceManagement/deviceEnrollmentConfigurations?$select=displayName,priority
        PATCH /beta/deviceManagement/deviceEnrollmentConfigurations/{page} {"installProgressTimeoutInMinutes": 0}
        DELETE /beta/deviceManagement/deviceEnrollmentConfigurations/{page}
        policy = POST /v1.0/deviceManagement/deviceCompliancePolicies {"@odata.type": "#microsoft.graph.windows10CompliancePolicy", "displayName": "Encrypted", "bitLockerEnabled": true, "scheduledActionsForRule": [{"ruleName": "PasswordRequired", "scheduledActionConfigurations": []}]}
        POST /v1.0/deviceManagement/deviceCompliancePolicies/{policy}/assign {"assignments": [{"target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}}]}
        GET /v1.0/deviceManagement/deviceCompliancePolicies/{policy}?$expand=assignments,scheduledActionsForRule&$select=displayName,bitLockerEnabled
        managed = GET /v1.0/deviceManagement/managedDevices?$select=id
        GET /v1.0/deviceManagement/managedDevices/{managed}/deviceCompliancePolicyStates
        category = POST /v1.0/deviceManagement/deviceCategories {"displayName": "Kiosk", "description": "in halls"}
        PUT /v1.0/deviceManagement/managedDevices/{managed}/deviceCategory/$ref {"@odata.id": "https://graph.microsoft.com/v1.0/deviceManagement/deviceCategories/{category}"}
        GET /v1.0/deviceManagement/managedDevices/{managed}?$select=deviceCategoryDisplayName
        GET /v1.0/deviceManagement/managedDevices/{managed}/deviceCategory
        GET /beta/deviceManagement/managedDeviceOverview
        GET /beta/deviceManagement/deviceCompliancePolicyDeviceStateSummary
        tag = POST /beta/deviceManagement/roleScopeTags {"displayName": "Berlin"}
        PATCH /beta/deviceManagement/roleScopeTags/{tag} {"displayName": "Berlin and Bonn", "isBuiltIn": true}
        POST /beta/deviceManagement/roleScopeTags/getRoleScopeTagsById {"roleScopeTagIds": ["{tag}"]}
        DELETE /beta/deviceManagement/roleScopeTags/{tag}
        POST /beta/deviceManagement/importedDeviceIdentities/importDeviceIdentityList {"importedDeviceIdentities": [{"importedDeviceIdentifier": "Contoso,Book,1", "importedDeviceIdentityType": "manufacturerModelSerial"}], "overwriteImportedDeviceIdentities": false}
        GET /beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000
        PATCH /beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000 {"appliesTo": "none"}
        POST /beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000/includedGroups/$ref {"@odata.id": "https://graph.microsoft.com/beta/groups('{group}')"}
        GET /beta/policies/mobileDeviceManagementPolicies?$select=appliesTo&$expand=includedGroups($select=displayName)
        GET /v1.0/policies/deviceRegistrationPolicy
        PUT /v1.0/policies/deviceRegistrationPolicy {"azureADJoin": {"allowedToJoin": {"@odata.type": "#microsoft.graph.noDeviceRegistrationMembership"}}, "azureADRegistration": {}}
        GET /v1.0/policies/deviceRegistrationPolicy?$select=userDeviceQuota
        POST /v1.0/auditLogs/directoryAudits {}
    "##,
    );
    assert_snapshot!(answers);
}

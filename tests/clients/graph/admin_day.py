"""An administrator's day with Microsoft's own SDK for Python. It knows nothing of the simulator: addresses are those of the service,
credentials come from the environment."""

import asyncio
import os

from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphServiceClient
from msgraph.generated.devices.devices_request_builder import DevicesRequestBuilder
from msgraph.generated.models.group import Group
from msgraph.generated.models.imported_windows_autopilot_device_identity import ImportedWindowsAutopilotDeviceIdentity
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
import json

RULE = '(device.devicePhysicalIds -any (_ -eq "[OrderId]:Berlin"))'
PROFILES = "https://graph.microsoft.com/beta/deviceManagement/windowsAutopilotDeploymentProfiles"
IDENTITIES = "https://graph.microsoft.com/beta/deviceManagement/windowsAutopilotDeviceIdentities"

credential = ClientSecretCredential(
    os.environ["TENANTSIM_TENANT_ID"], os.environ["TENANTSIM_CLIENT_ID"], os.environ["TENANTSIM_CLIENT_SECRET"]
)
graph = GraphServiceClient(credential, ["https://graph.microsoft.com/.default"])


async def beta(method, url, body=None):
    """What the SDK for v1.0 has no words for."""
    request = RequestInformation(method)
    request.url = url
    if body is not None:
        request.set_stream_content(json.dumps(body).encode(), "application/json")
    answer = await graph.request_adapter.send_primitive_async(request, "bytes", {"XXX": ODataError})
    return json.loads(answer) if answer else None


async def until(what, look, tries=200):
    """Polls as tools do. On simulated time that takes no time."""
    for _ in range(tries):
        found = await look()
        if found:
            return found
    raise AssertionError(f"no {what} after {tries} looks")


async def day():
    organization = (await graph.organization.get()).value[0]
    print("tenant", organization.display_name, organization.id == os.environ["TENANTSIM_TENANT_ID"])

    serials = ["SDK-0001", "SDK-0002"]
    imports = graph.device_management.imported_windows_autopilot_device_identities
    for serial in serials:
        made = await imports.post(
            ImportedWindowsAutopilotDeviceIdentity(
                serial_number=serial, hardware_identifier=f"hash of {serial}".encode(), group_tag="Berlin"
            )
        )
        print("imported", made.serial_number, made.state.device_import_status.value)
    group = await graph.groups.post(
        Group(
            display_name="Berlin laptops",
            mail_nickname="berlin-laptops",
            mail_enabled=False,
            security_enabled=True,
            group_types=["DynamicMembership"],
            membership_rule=RULE,
            membership_rule_processing_state="On",
        )
    )
    profile = await beta(
        Method.POST,
        PROFILES,
        {
            "@odata.type": "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile",
            "displayName": "Hybrid",
            "description": "",
            "extractHardwareHash": False,
            "outOfBoxExperienceSettings": {"hidePrivacySettings": True, "hideEULA": True, "userType": "standard"},
        },
    )
    target = {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group.id}
    await beta(Method.POST, f"{PROFILES}/{profile['id']}/assignments", {"target": target})
    print("made", group.display_name, profile["displayName"])

    identities = graph.device_management.windows_autopilot_device_identities

    async def registered():
        found = (await identities.get()).value
        return found if {i.serial_number for i in found} >= set(serials) else None

    found = await until("registration", registered)
    ours = [identity for identity in found if identity.serial_number in serials]
    print("registered", sorted(identity.group_tag for identity in ours))

    async def assigned():
        shown = [await beta(Method.GET, f"{IDENTITIES}/{identity.id}") for identity in ours]
        states = [identity["deploymentProfileAssignmentStatus"] for identity in shown]
        return states if all(state.startswith("assigned") for state in states) else None

    print("assigned", len(await until("assignment", assigned)))

    query = DevicesRequestBuilder.DevicesRequestBuilderGetQueryParameters(
        filter="physicalIds/any(p:startswith(p,'[ZTDID]'))", select=["id", "displayName", "physicalIds"]
    )
    devices = (await graph.devices.get(request_configuration=RequestConfiguration(query_parameters=query))).value
    members = (await graph.groups.by_group_id(group.id).members.get()).value
    print("anchors", len(devices), "members", sorted(type(member).__name__ for member in members))

    for identity in ours:
        await identities.by_windows_autopilot_device_identity_id(identity.id).delete()
    await beta(Method.DELETE, f"{PROFILES}/{profile['id']}/assignments/{profile['id']}_{group.id}_0")
    await beta(Method.DELETE, f"{PROFILES}/{profile['id']}")
    await graph.groups.by_group_id(group.id).delete()

    async def gone():
        return not [i for i in (await identities.get()).value if i.serial_number in serials]

    await until("deletion", gone)
    try:
        await graph.groups.by_group_id(group.id).get()
    except ODataError as error:
        print("gone", error.response_status_code, error.error.code)
    try:
        await graph.applications.get()
    except ODataError as error:
        print("not allowed", error.response_status_code, error.error.code)


asyncio.run(day())

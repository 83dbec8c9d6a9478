// An administrator's day with Microsoft's own libraries for JavaScript. They know nothing of the simulator: addresses are those of the
// service, credentials come from the environment, and the proxy is set as behind any company's proxy.

import { ConfidentialClientApplication } from "@azure/msal-node";
import { Client, PageIterator } from "@microsoft/microsoft-graph-client";
import { EnvHttpProxyAgent, setGlobalDispatcher } from "undici";

const { TENANTSIM_TENANT_ID, TENANTSIM_CLIENT_ID, TENANTSIM_CLIENT_SECRET } = process.env;

// Node's own fetch, which the Graph client uses, looks at no variables by itself.
setGlobalDispatcher(new EnvHttpProxyAgent());

// MSAL takes another network client where its own does not fit the proxy.
async function send(url, method, options) {
  const answer = await fetch(url, { method, headers: options?.headers, body: options?.body });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
}
const networkClient = {
  sendGetRequestAsync: (url, options) => send(url, "GET", options),
  sendPostRequestAsync: (url, options) => send(url, "POST", options),
};

const msal = new ConfidentialClientApplication({
  auth: {
    clientId: TENANTSIM_CLIENT_ID,
    clientSecret: TENANTSIM_CLIENT_SECRET,
    authority: `https://login.microsoftonline.com/${TENANTSIM_TENANT_ID}`,
  },
  system: { networkClient },
});
const scopes = ["https://graph.microsoft.com/.default"];
const graph = Client.initWithMiddleware({
  defaultVersion: "beta",
  authProvider: {
    getAccessToken: async () => (await msal.acquireTokenByClientCredential({ scopes })).accessToken,
  },
});

const IMPORTS = "/deviceManagement/importedWindowsAutopilotDeviceIdentities";
const IDENTITIES = "/deviceManagement/windowsAutopilotDeviceIdentities";
const PROFILES = "/deviceManagement/windowsAutopilotDeploymentProfiles";

async function until(what, look, tries = 200) {
  for (let n = 0; n < tries; n++) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`no ${what} after ${tries} looks`);
}

async function all(path) {
  const found = [];
  const pages = new PageIterator(graph, await graph.api(path).get(), (one) => found.push(one) > 0);
  await pages.iterate();
  return found;
}

const serialNumber = "JS-0001";
const imported = await graph.api(IMPORTS).post({
  "@odata.type": "#microsoft.graph.importedWindowsAutopilotDeviceIdentity",
  serialNumber,
  groupTag: "Hamburg",
  hardwareIdentifier: Buffer.from(`hash of ${serialNumber}`).toString("base64"),
  state: { "@odata.type": "microsoft.graph.importedWindowsAutopilotDeviceIdentityState", deviceImportStatus: "pending" },
});
console.log("imported", imported.serialNumber);

const group = await graph.api("/groups").version("v1.0").post({
  displayName: "Hamburg laptops",
  mailNickname: "hamburg-laptops",
  mailEnabled: false,
  securityEnabled: true,
  groupTypes: ["DynamicMembership"],
  membershipRule: '(device.devicePhysicalIds -any (_ -eq "[OrderId]:Hamburg"))',
  membershipRuleProcessingState: "On",
});
const profile = await graph.api(PROFILES).post({
  "@odata.type": "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile",
  displayName: "Hybrid",
  outOfBoxExperienceSettings: { hidePrivacySettings: true, hideEULA: true, userType: "standard" },
});
await graph.api(`${PROFILES}/${profile.id}/assignments`).post({
  target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: group.id },
});
console.log("made", group.displayName, profile.displayName);

const identity = await until("registration", async () => {
  return (await all(IDENTITIES)).find((one) => one.serialNumber === serialNumber);
});
const status = await until("assignment", async () => {
  const { deploymentProfileAssignmentStatus } = await graph.api(`${IDENTITIES}/${identity.id}`).get();
  return deploymentProfileAssignmentStatus.startsWith("assigned") && deploymentProfileAssignmentStatus;
});
console.log("assigned", status);

const members = await graph.api(`/groups/${group.id}/members`).version("v1.0").select(["id", "displayName"]).get();
console.log("members", members.value.length, members.value[0]["@odata.type"]);

await graph.api(`${IDENTITIES}/${identity.id}`).delete();
for (const assignment of await all(`${PROFILES}/${profile.id}/assignments`)) {
  await graph.api(`${PROFILES}/${profile.id}/assignments/${assignment.id}`).delete();
}
await graph.api(`${PROFILES}/${profile.id}`).delete();
await graph.api(`/groups/${group.id}`).version("v1.0").delete();
await until("deletion", async () => !(await all(IDENTITIES)).some((one) => one.serialNumber === serialNumber));
await graph
  .api(`/groups/${group.id}`)
  .version("v1.0")
  .get()
  .catch((error) => console.log("gone", error.statusCode, error.code));

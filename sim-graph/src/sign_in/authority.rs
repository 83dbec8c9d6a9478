//! Who asks Graph for something, and what a token lets them do.

use super::permissions;
use super::well_known::{DIRECTORY_ROLES, GLOBAL_ADMINISTRATOR};
use crate::graph::{Authority, GraphError, Principal};
use serde_json::Value;
use sim_core::Guid;

impl Principal {
    /// Who a token speaks for, by its claims. What they may do is what it grants, unless the tenant lets everybody do everything.
    pub fn of_claims(claims: &Value, strict: bool) -> Self {
        let text = |name: &str| claims[name].as_str().unwrap_or_default();
        let list = |name: &str| claims[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        let user = (text("idtyp") == "user").then(|| text("oid").parse().unwrap_or(Guid::NIL));
        let granted = || Authority::Granted {
            scopes: text("scp").split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            roles: list("roles").map(str::to_owned).collect(),
            directory_roles: list("wids").filter_map(|id| id.parse().ok()).collect(),
        };
        let authority = if strict { granted() } else { Authority::Full };
        Self { app: text("appid").parse().unwrap_or(Guid::NIL), user, authority }
    }

    /// Whether these permissions are enough for a request. What is not in the table is for the router to refuse.
    pub fn permits(&self, method: &str, target: &str) -> Result<(), GraphError> {
        let Authority::Granted { directory_roles, .. } = &self.authority else { return Ok(()) };
        let Some(found) = permissions::of(method, target) else { return Ok(()) };
        let wanted = if self.user.is_some() { found.delegated } else { found.application };
        if self.has_any(wanted) && (self.user.is_none() || may(directory_roles, &found, method)) {
            return Ok(());
        }
        Err(found.refusal(wanted))
    }
}

/// Whether a user's own rights are enough: a delegated permission lets an application do what its user may do.
fn may(directory_roles: &[Guid], found: &permissions::Found<'_>, method: &str) -> bool {
    let writes = method != "GET";
    let Some(right) = RIGHTS.iter().find(|right| right.writes == writes && found.is_below(right.path)) else {
        return true;
    };
    directory_roles.iter().any(|template| {
        let role = DIRECTORY_ROLES.iter().find(|role| role.template == *template).map(|role| role.name);
        role == Some(GLOBAL_ADMINISTRATOR) || role.is_some_and(|role| right.roles.contains(&role))
    })
}

/// What a user needs a directory role for, beside Global Administrator.
struct Right {
    path: &'static str,
    writes: bool,
    roles: &'static [&'static str],
}

/// The first that fits counts. What is not here, any member of the directory may do.
///
/// Source: Microsoft Entra built-in roles and default user permissions (entra-docs).
#[rustfmt::skip]
const RIGHTS: &[Right] = &[
    Right { path: "/deviceManagement", writes: false, roles: &["Intune Administrator", "Global Reader", "Security Reader", "Security Administrator", "Reports Reader"] },
    Right { path: "/deviceManagement", writes: true, roles: &["Intune Administrator"] },
    Right { path: "/devices", writes: true, roles: &["Intune Administrator", "Cloud Device Administrator"] },
    Right { path: "/groups", writes: true, roles: &["Intune Administrator", "Groups Administrator", "User Administrator", "Directory Writers"] },
    Right { path: "/users", writes: true, roles: &["User Administrator", "License Administrator", "Directory Writers"] },
    Right { path: "/organization", writes: true, roles: &[] },
    Right { path: "/domains", writes: true, roles: &[] },
    Right { path: "/directoryRoles", writes: true, roles: &["Privileged Role Administrator"] },
    Right { path: "/applications", writes: true, roles: &["Application Administrator", "Cloud Application Administrator"] },
    Right { path: "/servicePrincipals", writes: true, roles: &["Application Administrator", "Cloud Application Administrator"] },
    Right { path: "/policies", writes: true, roles: &["Intune Administrator", "Cloud Device Administrator"] },
    Right { path: "/auditLogs", writes: false, roles: &["Global Reader", "Security Reader", "Security Administrator", "Reports Reader"] },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(user: bool, permissions: &[&str], role: &str) -> Principal {
        let permissions: Vec<String> = permissions.iter().map(|p| (*p).to_owned()).collect();
        let directory_roles = super::super::well_known::directory_role(role).map(|role| role.template);
        let authority = Authority::Granted {
            scopes: if user { permissions.clone() } else { Vec::new() },
            roles: if user { Vec::new() } else { permissions },
            directory_roles: directory_roles.into_iter().collect(),
        };
        Principal { app: Guid::NIL, user: user.then_some(Guid::NIL), authority }
    }

    fn app(permissions: &[&str]) -> Principal {
        granted(false, permissions, "")
    }

    fn user(permissions: &[&str], role: &str) -> Principal {
        granted(true, permissions, role)
    }

    #[test]
    fn permissions_open_operations() {
        let identities = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
        let read = ["DeviceManagementServiceConfig.Read.All"];
        let write = ["DeviceManagementServiceConfig.ReadWrite.All"];
        let table: &[(Principal, &str, &str, bool)] = &[
            (app(&read), "GET", identities, true),
            (app(&read), "GET", "/beta/devicemanagement/windowsautopilotdeviceidentities/$count", true),
            (app(&read), "GET", "/v1.0/deviceManagement/windowsAutopilotDeviceIdentities('a-b')?$select=id", true),
            (app(&read), "DELETE", "/beta/deviceManagement/windowsAutopilotDeviceIdentities/a", false),
            (app(&write), "DELETE", "/beta/deviceManagement/windowsAutopilotDeviceIdentities/a", true),
            (app(&[]), "GET", identities, false),
            (user(&read, "Intune Administrator"), "GET", identities, true),
            (user(&read, ""), "GET", identities, false),
            (
                user(&write, "Global Reader"),
                "POST",
                "/v1.0/deviceManagement/importedWindowsAutopilotDeviceIdentities",
                false,
            ),
            (app(&["Device.Read.All"]), "GET", "/v1.0/devices(deviceId='x')", true),
            (app(&["Device.Read.All"]), "GET", "/v1.0/devices/x/memberOf/graph.group", true),
            (app(&["Device.Read.All"]), "DELETE", "/v1.0/devices/x", false),
            (app(&["Device.ReadWrite.All"]), "DELETE", "/v1.0/devices/x", true),
            (user(&["Directory.AccessAsUser.All"], "Cloud Device Administrator"), "DELETE", "/v1.0/devices/x", true),
            (user(&["Directory.AccessAsUser.All"], "User Administrator"), "DELETE", "/v1.0/devices/x", false),
            (app(&["GroupMember.Read.All"]), "GET", "/v1.0/groups/x/members/microsoft.graph.device", true),
            (app(&[]), "GET", "/v1.0/nothing/like/this", true),
            (app(&[]), "GET", "/v1.0/$metadata", true),
        ];
        for (who, method, target, allowed) in table {
            assert_eq!(who.permits(method, target).is_ok(), *allowed, "{method} {target} {who:?}");
        }
    }

    #[test]
    fn both_families_refuse_in_their_own_words() {
        let refused = |target: &str| app(&[]).permits("GET", target).expect_err("nothing is granted").wire();
        let (status, code, message) = refused("/v1.0/devices");
        assert_eq!((status, code), (403, "Authorization_RequestDenied"));
        assert_eq!(message, crate::graph::Message::Plain("Insufficient privileges to complete the operation.".into()));
        let (status, code, message) = refused("/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$top=1");
        assert_eq!((status, code), (403, "Forbidden"));
        let text = format!("{message:?}");
        assert!(text.contains("one of the following scopes: DeviceManagementServiceConfig.Read.All, "), "{text}");
    }
}

//! Setting a connector up on its server: each thing that has to be in place, and what the administrator sees when it is not.

use super::Connector;
use crate::event_log::{Channel, EventData, LogEvent};
use crate::field::{Around, Field};
use crate::kinds;
use crate::network::{self, Client, Goal, Moment, Service, Verdict};
use sim_core::rows::MaybeId;
use sim_core::{Arg, Cx, Evidence, Id, Kind, Unasked};
use sim_graph::{Tenant, User};

/// What of a server its connector depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerFacts {
    /// The version of Windows Server, by its year.
    pub windows_server: u32,
    /// The version of .NET Framework, as in 472 for 4.7.2.
    pub dotnet: u32,
    /// Whether Internet Explorer's enhanced security is on for administrators.
    pub enhanced_security: bool,
    /// Whether the connector's sign-in window is the newer one (WebView2), which enhanced security does not touch.
    pub webview: bool,
    /// Whether the proxy stands in the service's configuration file.
    pub proxy_set: bool,
    /// Whether the service's account may log on as a service.
    pub service_logon: bool,
    /// Whether the service's account is among the local administrators.
    pub local_administrator: bool,
    /// Whether another Intune connector runs on the server.
    pub other_connector: bool,
    /// Whether the server's domain is trusted by the forest.
    pub trusted: bool,
    /// Whether the server, when it is not, resolves the names of the forest's domains.
    pub resolves: bool,
}

impl Default for ServerFacts {
    fn default() -> Self {
        Self {
            windows_server: 2019,
            dotnet: 480,
            enhanced_security: false,
            webview: false,
            proxy_set: false,
            service_logon: true,
            local_administrator: true,
            other_connector: false,
            trusted: true,
            resolves: true,
        }
    }
}

/// Why a connector could not be set up, or its service not be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// Windows Server is too old.
    #[error("the connector needs Windows Server 2016 or later")]
    WindowsServer,
    /// .NET Framework is too old.
    #[error("the connector needs .NET Framework 4.7.2 or later")]
    DotNet,
    /// The account is not a local administrator.
    #[error("the service account is not a member of the local Administrators group")]
    LocalAdministrator,
    /// The account must not log on as a service: error 1069.
    #[error("the service did not start due to a logon failure (1069): the account may not log on as a service")]
    ServiceLogon,
    /// The sign-in window stays blank.
    #[error("the sign-in window is blank: Internet Explorer Enhanced Security Configuration blocks its scripts")]
    EnhancedSecurity,
    /// The service cannot be reached for the sign-in.
    #[error("the sign-in page cannot be reached")]
    SignInUnreachable,
    /// The account cannot sign in.
    #[error("the account cannot sign in")]
    SignIn,
    /// The account is not an Intune or global administrator.
    #[error("the account is neither an Intune administrator nor a Global Administrator")]
    Role,
    /// The account has no licence.
    #[error("the account has no Intune licence")]
    License,
}

impl InstallError {
    const fn why(self) -> &'static Kind {
        match self {
            Self::WindowsServer => &kinds::WHY_WINDOWS_SERVER,
            Self::DotNet => &kinds::WHY_DOTNET,
            Self::LocalAdministrator => &kinds::WHY_LOCAL_ADMINISTRATOR,
            Self::ServiceLogon => &kinds::WHY_SERVICE_LOGON,
            Self::EnhancedSecurity => &kinds::WHY_ENHANCED_SECURITY,
            Self::SignInUnreachable => &kinds::WHY_SIGN_IN_UNREACHABLE,
            Self::SignIn => &kinds::WHY_ADMINISTRATOR_SIGN_IN,
            Self::Role => &kinds::WHY_ROLE,
            Self::License => &kinds::WHY_ADMINISTRATOR_LICENSE,
        }
    }
}

/// Whether a connector can be set up on a server by this administrator, and why not.
///
/// Source: the how-to of 2022 and its successor (memdocs, 2025).
pub fn install_verdict(
    server: &ServerFacts,
    sign_in: Verdict,
    administrator: Id<User>,
    tenant: &Tenant,
    cx: &Cx,
    evidence: &mut impl Evidence,
) -> Result<(), InstallError> {
    evidence.note(|| format!("the server is {server:?}"));
    if server.windows_server < 2016 {
        return Err(InstallError::WindowsServer);
    }
    if server.dotnet < 472 {
        return Err(InstallError::DotNet);
    }
    if !server.local_administrator {
        return Err(InstallError::LocalAdministrator);
    }
    if server.enhanced_security && !server.webview {
        return Err(InstallError::EnhancedSecurity);
    }
    if !sign_in.is_open() {
        return Err(InstallError::SignInUnreachable);
    }
    if tenant.sign_in_verdict(administrator, cx, evidence).is_err() {
        return Err(InstallError::SignIn);
    }
    let user = tenant.user_record(administrator);
    if !user.sign_in.administrator {
        return Err(InstallError::Role);
    }
    if !user.intune_licensed {
        return Err(InstallError::License);
    }
    if !server.service_logon {
        return Err(InstallError::ServiceLogon);
    }
    Ok(())
}

impl Field {
    /// What a connector's server reaches. An administrator at it uses its proxy; its service only if that was set.
    pub(crate) fn server_reach(&self, id: Id<Connector>, goal: Goal, by_hand: bool, cx: &Cx) -> Verdict {
        let connector = &self.connectors[id];
        let proxy_set = by_hand || connector.server.proxy_set;
        let client = Client { moment: Moment::SignedIn, certificate: true, vpn: None, proxy_set };
        network::reach(&self.places[connector.place], &client, goal, cx, &mut Unasked)
    }

    /// An administrator sets a connector up on its server and signs in.
    pub fn install_connector(
        &mut self,
        id: Id<Connector>,
        administrator: Id<User>,
        around: &mut Around<'_>,
    ) -> Result<(), InstallError> {
        let sign_in = self.server_reach(id, Goal::Cloud(Service::SignIn), true, around.cx);
        let connector = &self.connectors[id];
        let (name, version) = (connector.name, connector.version);
        let verdict =
            install_verdict(&connector.server, sign_in, administrator, around.tenant, around.cx, &mut Unasked);
        if let Err(error) = verdict {
            around.cx.tell_why(&kinds::INSTALL_REFUSED, name, &[], error.why());
            return Err(error);
        }
        around.cx.tell(&kinds::INSTALLED, name, &[version.into()]);
        let connector = &mut self.connectors[id];
        connector.record = MaybeId::NONE;
        connector.installed = true;
        connector.running = true;
        connector.connected = true;
        connector.certificate_until = around.cx.now() + self.knobs.connector_certificate;
        connector.last = around.cx.cause();
        self.version += 1;
        self.check_connection(id, around);
        self.wake_a_connector(around);
        Ok(())
    }

    /// Changes what a server is.
    pub fn set_server(&mut self, id: Id<Connector>, server: ServerFacts, around: &mut Around<'_>) {
        self.connectors[id].server = server;
        self.version += 1;
        self.check_connection(id, around);
        self.wake_a_connector(around);
    }

    /// Takes a connector off its server. Its record stays in the list until it has been silent for long enough.
    pub fn uninstall_connector(&mut self, id: Id<Connector>, around: &mut Around<'_>) {
        self.stop_connector(id, around);
        self.connectors[id].installed = false;
    }

    /// The connectors at a place find out what changed there.
    pub fn connectors_look_again(&mut self, place: Id<crate::Place>, around: &mut Around<'_>) {
        let here: Vec<Id<Connector>> =
            self.connectors.iter().filter(|(_, c)| c.place == place).map(|(id, _)| id).collect();
        for id in here {
            self.check_connection(id, around);
        }
        self.wake_a_connector(around);
    }

    /// A running service finds out whether it reaches its own in the cloud, and the cloud whether it hears from it.
    pub(crate) fn check_connection(&mut self, id: Id<Connector>, around: &mut Around<'_>) {
        let connector = &self.connectors[id];
        if !connector.running {
            return;
        }
        let (name, record, now) = (connector.name, connector.record, around.cx.now());
        let way = self.server_reach(id, Goal::Cloud(Service::Management), false, around.cx);
        let connector = &mut self.connectors[id];
        let was = std::mem::replace(&mut connector.connected, way.is_open());
        if way.is_open() {
            connector.listening = match record.get() {
                Some(record) => around.tenant.connector_heard(record, around.cx),
                None => {
                    let [name, version] = [name, connector.version].map(|n| around.cx.names.get(n).to_owned());
                    connector.record = around.tenant.add_connector(&name, &version, false, around.cx).into();
                    true
                }
            };
        } else if was {
            let data = EventData::ServiceFailed { code: 0x0fff_ffff, text: "failed to get OdjServiceBaseUrl" };
            connector
                .log
                .write(LogEvent { at: now, channel: Channel::OdjConnector, id: 30132, data }, self.knobs.log_events);
            around.cx.tell_why(&kinds::SERVER_CUT_OFF, name, &[Arg::Word(way.text())], &kinds::WHY_OBSTACLE);
            if let Some(record) = record.get() {
                around.tenant.connector_silent(record, around.cx);
            }
        }
        self.version += 1;
    }
}

//! Setting up a connector on its server: what has to be in order, in the sequence in which the installer, the wizard and the service
//! find out that it is not.

use crate::event_log::{Channel, EventData, LogEvent};
use crate::field::{Around, Field};
use crate::kinds;
use crate::odj_connector::Connector;
use sim_core::{Arg, Blame, Evidence, Id, Kind, SimDuration, SimTime};

/// The service cannot find out where the connector service of Intune is.
const NO_SERVICE_ADDRESS: u32 = 0x0fff_ffff;
/// The certificate of the connector is not accepted. That the number is this one is assumed.
const NOT_AUTHENTICATED: u32 = 0x8018_0002;
/// `ERROR_SERVICE_LOGON_FAILED`.
const LOGON_FAILED: u32 = 1069;

/// How a server gets to the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServerProxy {
    /// Without a proxy.
    #[default]
    None,
    /// Through a proxy that only browsers know of.
    Unconfigured,
    /// Through a proxy that stands in the configuration file of the service, too.
    Configured,
}

/// What a connector depends on at its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerFacts {
    /// The release of Windows Server, as in 2019.
    pub windows_server: u32,
    /// The version of .NET Framework, as in 472 for 4.7.2.
    pub dotnet: u32,
    /// Whether Internet Explorer Enhanced Security Configuration is on for administrators.
    pub browser_security: bool,
    /// How it gets to the internet.
    pub proxy: ServerProxy,
    /// Whether the endpoints of Intune can be reached from it.
    pub internet: bool,
    /// Whether who signs in at the wizard is an Intune or global administrator.
    pub administrator: bool,
    /// Whether they have an Intune licence.
    pub licensed: bool,
    /// Whether who installs it may create managed service accounts. Builds of old need none.
    pub may_create_account: bool,
    /// Whether the account of the service may log on as a service.
    pub log_on_as_service: bool,
    /// Whether the account of the service is a member of Domain Users.
    pub domain_user: bool,
    /// Whether the account of the service is a member of the local Administrators.
    pub local_administrator: bool,
}

impl Default for ServerFacts {
    fn default() -> Self {
        Self {
            windows_server: 2019,
            dotnet: 480,
            browser_security: false,
            proxy: ServerProxy::None,
            internet: true,
            administrator: true,
            licensed: true,
            may_create_account: true,
            log_on_as_service: true,
            domain_user: true,
            local_administrator: true,
        }
    }
}

/// Where setting up a connector, or its service, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupRefusal {
    /// The installer: Windows Server before 2016.
    OldServer,
    /// The installer: .NET Framework before 4.7.2.
    OldDotNet,
    /// The wizard: the sign-in window of builds before 6.2504.2001.8 stays blank.
    BrowserSecurity,
    /// The wizard: the sign-in page cannot be reached.
    NoInternet,
    /// The wizard: the account is no administrator of Intune.
    NotAdministrator,
    /// The wizard: the account has no Intune licence.
    NotLicensed,
    /// The wizard: no managed service account can be created.
    MayNotCreateAccount,
    /// The service: it does not start, error 1069.
    LogOnAsService,
    /// The service: its account is not a user of the domain.
    NotDomainUser,
    /// The service: it cannot read its certificate and configuration.
    NotLocalAdministrator,
    /// The service runs, and does not find Intune: 0x0FFFFFFF.
    Proxy,
}

impl SetupRefusal {
    /// Which part says no.
    pub const fn part(self) -> &'static str {
        match self {
            Self::OldServer | Self::OldDotNet => "the installer",
            Self::BrowserSecurity
            | Self::NoInternet
            | Self::NotAdministrator
            | Self::NotLicensed
            | Self::MayNotCreateAccount => "the wizard",
            _ => "the service",
        }
    }

    /// What is wrong.
    pub const fn text(self) -> &'static str {
        match self {
            Self::OldServer => "Windows Server 2016 or later is needed",
            Self::OldDotNet => ".NET Framework 4.7.2 or later is needed",
            Self::BrowserSecurity => {
                "the sign-in window is blank: Internet Explorer Enhanced Security Configuration is on"
            }
            Self::NoInternet => "the endpoints of Intune cannot be reached",
            Self::NotAdministrator => "the account is neither an Intune nor a global administrator",
            Self::NotLicensed => "the account has no Intune licence",
            Self::MayNotCreateAccount => "the account may not create a managed service account",
            Self::LogOnAsService => "its account may not log on as a service (1069)",
            Self::NotDomainUser => "its account is not a member of Domain Users (1069)",
            Self::NotLocalAdministrator => "its account is not a member of the local Administrators",
            Self::Proxy => {
                "OdjServiceBaseUrl cannot be found: the proxy does not stand in the configuration of the service"
            }
        }
    }

    const fn why(self) -> &'static Kind {
        match self {
            Self::OldServer => &kinds::WHY_OLD_SERVER,
            Self::OldDotNet => &kinds::WHY_OLD_DOTNET,
            Self::BrowserSecurity => &kinds::WHY_BROWSER_SECURITY,
            Self::NoInternet => &kinds::WHY_SERVER_OFFLINE,
            Self::NotAdministrator => &kinds::WHY_NOT_ADMINISTRATOR,
            Self::NotLicensed => &kinds::WHY_ADMINISTRATOR_UNLICENSED,
            Self::MayNotCreateAccount => &kinds::WHY_NO_SERVICE_ACCOUNT,
            Self::LogOnAsService => &kinds::WHY_LOG_ON_AS_SERVICE,
            Self::NotDomainUser => &kinds::WHY_NOT_DOMAIN_USER,
            Self::NotLocalAdministrator => &kinds::WHY_NOT_LOCAL_ADMINISTRATOR,
            Self::Proxy => &kinds::WHY_SERVICE_PROXY,
        }
    }
}

impl ServerFacts {
    /// What the installer and the wizard say.
    ///
    /// Source: the how-to of 2022 (server, .NET, browser security, role, licence); the connector's page (memdocs, 2025) for the
    /// managed service account and the sign-in window of later builds.
    pub fn setup_verdict(&self, legacy: bool, evidence: &mut impl Evidence) -> Result<(), SetupRefusal> {
        evidence.note(|| format!("Windows Server {}, .NET {}", self.windows_server, self.dotnet));
        if self.windows_server < 2016 {
            Err(SetupRefusal::OldServer)
        } else if self.dotnet < 472 {
            Err(SetupRefusal::OldDotNet)
        } else if !self.internet {
            Err(SetupRefusal::NoInternet)
        } else if self.browser_security && legacy {
            Err(SetupRefusal::BrowserSecurity)
        } else if !self.administrator {
            Err(SetupRefusal::NotAdministrator)
        } else if !self.licensed {
            Err(SetupRefusal::NotLicensed)
        } else if !legacy && !self.may_create_account {
            Err(SetupRefusal::MayNotCreateAccount)
        } else {
            Ok(())
        }
    }

    /// What the service runs into when it starts. Administrators of today do not matter any more: they were needed once.
    pub fn service_verdict(&self, legacy: bool) -> Result<(), SetupRefusal> {
        // A managed service account gets its rights from the wizard.
        let account = legacy;
        if account && !self.log_on_as_service {
            Err(SetupRefusal::LogOnAsService)
        } else if account && !self.domain_user {
            Err(SetupRefusal::NotDomainUser)
        } else if account && !self.local_administrator {
            Err(SetupRefusal::NotLocalAdministrator)
        } else if self.proxy == ServerProxy::Unconfigured {
            Err(SetupRefusal::Proxy)
        } else if !self.internet {
            Err(SetupRefusal::NoInternet)
        } else {
            Ok(())
        }
    }
}

impl Connector {
    /// Where its operations are logged: builds of old have a log of their own above all others.
    pub fn channel(&self) -> Channel {
        if self.old_log { Channel::OdjConnectorOld } else { Channel::OdjConnector }
    }

    fn admin_channel(&self) -> Channel {
        if self.old_log { Channel::OdjConnectorOld } else { Channel::OdjConnectorAdmin }
    }
}

impl Field {
    /// Changes what a connector depends on at its server. The service notices when it starts, or at once where it loses Intune.
    pub fn set_server(&mut self, id: Id<Connector>, facts: ServerFacts, around: &mut Around<'_>) {
        let connector = &mut self.connectors[id];
        connector.facts = facts;
        if connector.running && !facts.internet {
            self.stop_connector(id, around);
        }
        self.version += 1;
    }

    /// Somebody installs the connector, signs in at its wizard and starts its service. The answer says where that ended.
    pub fn install_connector(&mut self, id: Id<Connector>, around: &mut Around<'_>) -> Result<(), SetupRefusal> {
        let now = around.cx.now();
        let connector = &self.connectors[id];
        let (name, record, crowded) = (connector.name, connector.record, connector.crowded);
        let mut seen = around.cx.seen();
        if let Err(refusal) = connector.facts.setup_verdict(connector.legacy, &mut seen) {
            seen.blame(|| Blame::new("connector", name, refusal.text()));
            around.cx.decided_on(seen);
            let args = [Arg::Word(refusal.part())];
            around.cx.tell_why(&kinds::SETUP_REFUSED, name, &args, refusal.why());
            self.connectors[id].last = around.cx.cause();
            return Err(refusal);
        }
        around.cx.tell(&kinds::CONNECTOR_INSTALLED, name, &[]);
        if crowded {
            around.cx.tell(&kinds::CONNECTOR_CROWDED, name, &[]);
        }
        around.tenant.prepare_connector(record);
        let connector = &mut self.connectors[id];
        connector.installed = true;
        connector.certified = now;
        connector.running = false;
        self.start_service(id, around)
    }

    /// The service starts: as its account, with its certificate, towards Intune.
    pub(crate) fn start_service(&mut self, id: Id<Connector>, around: &mut Around<'_>) -> Result<(), SetupRefusal> {
        let now = around.cx.now();
        let connector = &self.connectors[id];
        let (name, record) = (connector.name, connector.record);
        let verdict = connector.facts.service_verdict(connector.legacy);
        if let Err(refusal) = verdict {
            let mut seen = around.cx.seen();
            seen.blame(|| Blame::new("connector", name, refusal.text()));
            around.cx.decided_on(seen);
            around.cx.tell_why(&kinds::SETUP_REFUSED, name, &[Arg::Word(refusal.part())], refusal.why());
            let connector = &self.connectors[id];
            let (channel, event, data) = match refusal {
                SetupRefusal::Proxy | SetupRefusal::NoInternet => {
                    let text = "failed to get OdjServiceBaseUrl";
                    (connector.channel(), 30132, EventData::Code(text, NO_SERVICE_ADDRESS))
                }
                SetupRefusal::NotLocalAdministrator => {
                    let text = "the certificate of the connector cannot be read: access is denied";
                    (connector.admin_channel(), 30141, EventData::Code(text, 5))
                }
                _ => (Channel::System, 7000, EventData::Code("the service could not log on", LOGON_FAILED)),
            };
            self.log_at_server(id, channel, event, data, now);
            self.connectors[id].last = around.cx.cause();
            self.version += 1;
            return Err(refusal);
        }
        if !self.connectors[id].installed || self.certificate_end(id) <= now {
            let data = EventData::Code("the connector cannot authenticate to the service", NOT_AUTHENTICATED);
            let channel = self.connectors[id].channel();
            self.log_at_server(id, channel, 30132, data, now);
            around.cx.tell_why(&kinds::SETUP_REFUSED, name, &[Arg::Word("Intune")], &kinds::WHY_CERTIFICATE);
            self.connectors[id].last = around.cx.cause();
            return Ok(());
        }
        let heard = around.tenant.connector_heard(record, around.cx);
        let channel = self.connectors[id].admin_channel();
        self.log_at_server(id, channel, 30100, EventData::Text("the connector service has started"), now);
        let connector = &mut self.connectors[id];
        connector.running = heard;
        connector.last = around.cx.cause();
        self.version += 1;
        self.wake_a_connector(around);
        Ok(())
    }

    /// Until when the certificate of a connector is good. A connector that is in touch with Intune renews it in time.
    fn certificate_end(&self, id: Id<Connector>) -> SimTime {
        self.connectors[id].certified + self.knobs.connector_certificate
    }

    /// The service stops: what it was last certified for is as old as its last contact, less what it renews ahead.
    pub(crate) fn certificate_ages(&mut self, id: Id<Connector>, now: SimTime) {
        let ahead = self.knobs.connector_renewal;
        let connector = &mut self.connectors[id];
        let turn = self.knobs.connector_certificate - ahead;
        // Renewed at every turn for as long as it was in touch.
        while turn > SimDuration::ZERO && connector.certified + turn <= now {
            connector.certified += turn;
        }
    }

    fn log_at_server(&mut self, id: Id<Connector>, channel: Channel, event: u32, data: EventData, at: SimTime) {
        let limit = self.knobs.log_events;
        self.connectors[id].log.write(LogEvent { at, channel, id: event, data }, limit);
    }
}

//! The servers of Intune connectors: what a connector depends on there, and setting it up.

use crate::scenario::document::{OneOrMany, Spanned, section, words};

words! {
    /// How a server gets to the internet.
    pub enum ServerProxy {
        /// Without a proxy.
        none => None,
        /// Through a proxy that does not stand in the configuration file of the service.
        unconfigured => Unconfigured,
        /// Through a proxy that does.
        configured => Configured,
    }
}

section! {
    /// What a connector depends on at its server. What is not given stays as it is; in the beginning all is in order.
    pub struct Server {
        /// The release of Windows Server: 2016 or later is needed.
        windows_server: Option<u32>,
        /// The version of .NET Framework, as in `4.7.2`, which is the oldest that will do.
        dotnet: Option<Spanned<String>>,
        /// Whether Internet Explorer Enhanced Security Configuration is on for administrators, which breaks the sign-in of legacy builds.
        browser_security: Option<bool>,
        /// How it gets to the internet.
        proxy: Option<ServerProxy>,
        /// Whether the endpoints of Intune can be reached from it.
        internet: Option<bool>,
        /// Whether who signs in at the wizard is an Intune or global administrator.
        administrator: Option<bool>,
        /// Whether they have an Intune licence.
        licensed: Option<bool>,
        /// Whether who installs the connector may create managed service accounts, which current builds need.
        may_create_account: Option<bool>,
        /// Whether the account of the service may log on as a service.
        log_on_as_service: Option<bool>,
        /// Whether the account of the service is a member of Domain Users.
        domain_user: Option<bool>,
        /// Whether the account of the service is a member of the local Administrators.
        local_administrator: Option<bool>,
        /// Other connectors of Intune on the server, which is not recommended.
        other_connectors: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// A change at the server of a connector.
    pub struct SetServer {
        /// Which server.
        server: Spanned<String>,
        /// What it is like from now on; what is not given stays.
        facts: Spanned<Server>,
    }
}

section! {
    /// The OU list of a current connector, and *Configure Managed Service Account*.
    pub struct ConfigureConnector {
        /// Which server.
        server: Spanned<String>,
        /// `OrganizationalUnitsUsedForOfflineDomainJoin`: where its account may create computers from now on.
        organizational_units: OneOrMany<Spanned<String>>,
    }
}

//! The hosts of the real services: what is routed by name, what certificates are made for, and what the proxy answers for.

/// A service of the real world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// Microsoft Graph.
    Graph,
    /// Sign-in to Entra ID.
    SignIn,
    /// One that is known and not simulated yet.
    Other,
    /// None: the path decides.
    Unnamed,
}

/// Host names, in lower case. One that begins with a dot stands for all names that end so, and for the name without the dot.
#[rustfmt::skip]
const HOSTS: &[(&str, Service)] = &[
    ("graph.microsoft.com",                Service::Graph),
    ("graph.microsoft.us",                 Service::Graph),
    ("dod-graph.microsoft.us",             Service::Graph),
    ("microsoftgraph.chinacloudapi.cn",    Service::Graph),
    ("login.microsoftonline.com",          Service::SignIn),
    ("login.windows.net",                  Service::SignIn),
    ("login.microsoft.com",                Service::SignIn),
    ("sts.windows.net",                    Service::SignIn),
    ("login.microsoftonline.us",           Service::SignIn),
    ("login.partner.microsoftonline.cn",   Service::SignIn),
    ("login.chinacloudapi.cn",             Service::SignIn),
    // Where people go to confirm a device code.
    ("microsoft.com",                      Service::SignIn),
    ("www.microsoft.com",                  Service::SignIn),
    ("login.live.com",                     Service::Other),
    ("enterpriseregistration.windows.net", Service::Other),
    ("device.login.microsoftonline.com",   Service::Other),
    (".manage.microsoft.com",              Service::Other),
    (".dds.microsoft.com",                 Service::Other),
];

impl Service {
    /// The service that has a host.
    pub(crate) fn of(host: &str) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is = |name: &str| match name.strip_prefix('.') {
            Some(below) => host == below || host.ends_with(name),
            None => host == name,
        };
        HOSTS.iter().find(|(name, _)| is(name)).map_or(Self::Unnamed, |(_, service)| *service)
    }
}

/// The names that clients ask for most: those of what is simulated.
pub(crate) fn simulated() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().filter(|(_, service)| *service != Service::Other).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_the_real_services_are_known() {
        for (host, service) in [
            ("graph.microsoft.com", Service::Graph),
            ("GRAPH.Microsoft.com", Service::Graph),
            ("graph.microsoft.com.", Service::Graph),
            ("login.microsoftonline.com", Service::SignIn),
            ("enrollment.manage.microsoft.com", Service::Other),
            ("manage.microsoft.com", Service::Other),
            ("ztd.dds.microsoft.com", Service::Other),
            ("", Service::Unnamed),
            ("localhost", Service::Unnamed),
            ("127.0.0.1", Service::Unnamed),
            ("[::1]", Service::Unnamed),
            ("notmanage.microsoft.com", Service::Unnamed),
            ("graph.microsoft.com.evil", Service::Unnamed),
        ] {
            assert_eq!(Service::of(host), service, "{host}");
        }
    }
}

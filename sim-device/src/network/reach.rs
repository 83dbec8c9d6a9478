//! What can be reached, from when on, and what stands in the way.

use super::{Admission, Moment, Proxy, Service, Vpn};
use crate::place::{DC_UNREACHABLE, ENDPOINT_DOWN, INTERNET_DOWN, Place};
use sim_core::{Cx, Evidence, SimTime};

/// What somebody wants to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The internet at all.
    Internet,
    /// A service of the cloud.
    Cloud(Service),
    /// A domain controller by ping: the connectivity check of OOBE asks just that.
    Ping,
    /// A domain controller for a sign-in: DNS, Kerberos, LDAP.
    Logon,
    /// A domain controller for administration: DNS, LDAP, RPC.
    Directory,
}

impl Goal {
    /// What it is, for explanations.
    const fn text(self) -> &'static str {
        match self {
            Self::Internet => "the internet",
            Self::Cloud(service) => service.text(),
            Self::Ping => "a domain controller, by ping,",
            Self::Logon => "a domain controller, for sign-in,",
            Self::Directory => "a domain controller, for administration,",
        }
    }
}

/// What of a machine matters to networks.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// How far it is.
    pub moment: Moment,
    /// Whether it has a certificate for 802.1X.
    pub certificate: bool,
    /// Its VPN.
    pub vpn: Option<&'a Vpn>,
    /// Whether its proxy is set by hand, as in a service's configuration file.
    pub proxy_set: bool,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no internet.
    Offline,
    /// The network asks for a certificate.
    Admission,
    /// The network asks for a click in a browser.
    Portal,
    /// The proxy is not announced by WPAD.
    ProxyUnknown,
    /// The proxy wants a user to authenticate.
    ProxyAuthentication,
    /// A host is filtered.
    Filtered(&'static str),
    /// A service does not take broken-open TLS.
    Inspected(&'static str),
    /// No controller answers a ping.
    Icmp,
    /// The domain's names are not resolved.
    Dns,
    /// Kerberos does not pass.
    Kerberos,
    /// LDAP and RPC do not pass.
    Ldap,
    /// The VPN is not on the machine yet.
    VpnNotThere,
    /// The VPN is a plug-in of the store and runs in a user's session only.
    VpnPlugin,
    /// The VPN wants a certificate of the user.
    VpnUserCertificate,
    /// The VPN connects after sign-in only.
    VpnAfterLogon,
    /// Nobody starts the VPN.
    VpnNotStarted,
}

impl Obstacle {
    /// Whether it is the machine's VPN.
    pub const fn is_of_vpn(self) -> bool {
        matches!(
            self,
            Self::VpnNotThere | Self::VpnPlugin | Self::VpnUserCertificate | Self::VpnAfterLogon | Self::VpnNotStarted
        )
    }

    /// What it is, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Offline => "no way to the internet",
            Self::Admission => "the network asks for a certificate (802.1X)",
            Self::Portal => "the network asks for a click in a browser",
            Self::ProxyUnknown => "the proxy is not announced by WPAD",
            Self::ProxyAuthentication => "the proxy wants a user to authenticate",
            Self::Filtered(host) | Self::Inspected(host) => host,
            Self::Icmp => "no controller answers a ping",
            Self::Dns => "the names of the domain are not resolved",
            Self::Kerberos => "Kerberos does not pass",
            Self::Ldap => "LDAP and RPC do not pass",
            Self::VpnNotThere => "the VPN is not on the machine yet",
            Self::VpnPlugin => "the VPN is a store plug-in, which runs after sign-in only",
            Self::VpnUserCertificate => "the VPN wants a certificate of the user",
            Self::VpnAfterLogon => "the VPN connects after sign-in only",
            Self::VpnNotStarted => "nobody starts the VPN",
        }
    }
}

/// Whether something is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// From when on, as things stand; `NEVER` if that does not come by itself.
    pub from: SimTime,
    /// What stands in the way now.
    pub obstacle: Option<Obstacle>,
}

impl Verdict {
    const fn never(obstacle: Obstacle) -> Self {
        Self { from: SimTime::NEVER, obstacle: Some(obstacle) }
    }

    fn from(from: SimTime, now: SimTime, obstacle: Obstacle) -> Self {
        Self { from, obstacle: (from > now).then_some(obstacle) }
    }

    /// Whether it is reached now.
    pub const fn is_open(self) -> bool {
        self.obstacle.is_none()
    }

    /// What stands in the way, in words.
    pub fn text(self) -> &'static str {
        self.obstacle.map_or("", Obstacle::text)
    }

    fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), obstacle: self.obstacle.or(other.obstacle) }
    }
}

/// Whether a goal is reached from a place by a machine, from when on, and what stands in the way.
pub fn reach(place: &Place, client: &Client<'_>, goal: Goal, cx: &Cx, evidence: &mut impl Evidence) -> Verdict {
    let verdict = match goal {
        Goal::Internet => internet(place, client, cx),
        Goal::Cloud(service) => internet(place, client, cx).and(service_at(place, client, service, cx)),
        Goal::Ping | Goal::Logon | Goal::Directory => controller(place, client, goal, cx),
    };
    evidence.note(|| {
        let name = cx.names.get(place.name);
        let goal = goal.text();
        if verdict.is_open() {
            format!("{goal} can be reached from {name}")
        } else {
            format!("{goal} cannot be reached from {name}: {}", verdict.text())
        }
    });
    verdict
}

fn internet(place: &Place, client: &Client<'_>, cx: &Cx) -> Verdict {
    let now = cx.now();
    if !place.internet {
        return Verdict::never(Obstacle::Offline);
    }
    match place.network.admission {
        Admission::Certificate if !client.certificate => return Verdict::never(Obstacle::Admission),
        Admission::Portal if client.moment < Moment::SignedIn => return Verdict::never(Obstacle::Portal),
        _ => {}
    }
    Verdict::from(cx.faults.clear_from(INTERNET_DOWN, place.name, now), now, Obstacle::Offline)
}

fn service_at(place: &Place, client: &Client<'_>, service: Service, cx: &Cx) -> Verdict {
    let (now, network) = (cx.now(), &place.network);
    let open = Verdict { from: now, obstacle: None };
    match network.proxy {
        Proxy::Manual if !client.proxy_set => return Verdict::never(Obstacle::ProxyUnknown),
        Proxy::Authenticating => return Verdict::never(Obstacle::ProxyAuthentication),
        _ => {}
    }
    if network.blocked.is_empty() && !network.inspects_tls && cx.faults.iter().next().is_none() {
        return open;
    }
    let mut verdict = open;
    for endpoint in service.endpoints() {
        if network.blocked.iter().any(|filter| endpoint.is_filtered_by(filter)) {
            return Verdict::never(Obstacle::Filtered(endpoint.host));
        }
        if network.inspects_tls && endpoint.pinned {
            return Verdict::never(Obstacle::Inspected(endpoint.host));
        }
        if let Some(host) = cx.names.find(endpoint.host) {
            let from = cx.faults.clear_from(ENDPOINT_DOWN, host, now);
            verdict = verdict.and(Verdict::from(from, now, Obstacle::Filtered(endpoint.host)));
        }
    }
    verdict
}

/// The way to a domain controller: over the place's own network, else through the machine's tunnel.
fn controller(place: &Place, client: &Client<'_>, goal: Goal, cx: &Cx) -> Verdict {
    let (now, network) = (cx.now(), &place.network);
    let direct = match goal {
        Goal::Ping if !network.ping => Some(Obstacle::Icmp),
        Goal::Ping => None,
        _ if !network.dns => Some(Obstacle::Dns),
        Goal::Logon if !network.kerberos => Some(Obstacle::Kerberos),
        _ if !network.ldap => Some(Obstacle::Ldap),
        _ => None,
    };
    let direct = match direct {
        Some(obstacle) => Verdict::never(obstacle),
        None => Verdict::from(cx.faults.clear_from(DC_UNREACHABLE, place.name, now), now, Obstacle::Dns),
    };
    match client.vpn.filter(|_| !direct.is_open()) {
        None => direct,
        Some(vpn) => match vpn.hinders(client.moment) {
            Some(obstacle) => Verdict { from: direct.from, obstacle: Some(obstacle) },
            None => internet(place, client, cx),
        },
    }
}

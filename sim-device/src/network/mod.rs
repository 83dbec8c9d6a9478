//! Networks: which service answers from where a machine stands, and which of the ways to a domain controller are open.
//!
//! [`reach`] decides all of it, over the facts of a [`Place`](crate::Place), the faults that hold there, and what the machine
//! brings along ([`Client`]).

mod endpoint;
mod reach;
mod vpn;

pub use endpoint::{ENDPOINTS, Endpoint, Service};
pub use reach::{Client, Goal, Obstacle, Verdict, reach};
pub use vpn::{Arrives, Moment, Vpn};

use sim_core::Sym;

/// How the internet is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proxy {
    /// Directly.
    #[default]
    None,
    /// Through a proxy that WPAD announces.
    Wpad,
    /// Through a proxy that has to be set by hand, which OOBE has no place for.
    Manual,
    /// Through a proxy that asks users to authenticate, which neither OOBE nor the system can.
    Authenticating,
}

/// What a network asks of a machine before it lets it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Admission {
    /// Nothing, or a key that a person types.
    #[default]
    Open,
    /// A certificate of the machine (802.1X), which a new one does not have.
    Certificate,
    /// A page in a browser that somebody has to click through.
    Portal,
}

/// The facts of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What it asks of a machine.
    pub admission: Admission,
    /// How the internet is reached.
    pub proxy: Proxy,
    /// Hosts that are filtered, as in `login.live.com` or `*.manage.microsoft.com`.
    pub blocked: Vec<String>,
    /// Whether TLS is broken open on the way. Services that pin their certificates do not take that.
    pub inspects_tls: bool,
    /// Whether a domain controller answers a ping (ICMP).
    pub ping: bool,
    /// Whether the names of the domain are resolved.
    pub dns: bool,
    /// Whether Kerberos passes.
    pub kerberos: bool,
    /// Whether LDAP passes, and RPC with it.
    pub ldap: bool,
    /// Domain controllers that cannot be reached from here, by name.
    pub without: Vec<Sym>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            admission: Admission::Open,
            proxy: Proxy::None,
            blocked: Vec::new(),
            inspects_tls: false,
            ping: true,
            dns: true,
            kerberos: true,
            ldap: true,
            without: Vec::new(),
        }
    }
}

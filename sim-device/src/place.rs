//! Places: what can be reached from where a machine stands.

use sim_core::fault::FaultKind;
use sim_core::{Cx, SimTime, Sym};

/// The internet cannot be reached from a place.
pub const INTERNET_DOWN: FaultKind = FaultKind("internet_down");
/// No domain controller can be reached from a place.
pub const DC_UNREACHABLE: FaultKind = FaultKind("dc_unreachable");

/// A place where devices stand.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: Sym,
    /// Whether the services of Windows Autopilot, Entra ID and Intune can be reached.
    pub internet: bool,
    /// Whether a domain controller answers a ping. The connectivity check of OOBE asks just that.
    pub dc_ping: bool,
    /// Whether a domain controller can be found and used to sign in: DNS, Kerberos, LDAP.
    pub dc_sign_in: bool,
    /// The Active Directory site of its subnet; empty for the default one.
    pub site: Sym,
}

impl Place {
    /// The first instant from now on at which the internet can be reached; `NEVER` if that does not come.
    pub fn internet_from(&self, cx: &Cx) -> SimTime {
        if self.internet { cx.faults.clear_from(INTERNET_DOWN, self.name, cx.now()) } else { SimTime::NEVER }
    }

    /// The first instant from now on at which a domain controller answers a ping.
    pub fn dc_ping_from(&self, cx: &Cx) -> SimTime {
        if self.dc_ping { cx.faults.clear_from(DC_UNREACHABLE, self.name, cx.now()) } else { SimTime::NEVER }
    }

    /// The first instant from now on at which a domain controller can be used.
    pub fn dc_sign_in_from(&self, cx: &Cx) -> SimTime {
        if self.dc_sign_in { cx.faults.clear_from(DC_UNREACHABLE, self.name, cx.now()) } else { SimTime::NEVER }
    }
}

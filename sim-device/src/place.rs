//! Places: where machines stand.

use crate::network::Network;
use sim_core::Sym;
use sim_core::fault::FaultKind;

/// The internet cannot be reached from a place.
pub const INTERNET_DOWN: FaultKind = FaultKind("internet_down");
/// No domain controller can be reached from a place.
pub const DC_UNREACHABLE: FaultKind = FaultKind("dc_unreachable");
/// A host of the cloud does not answer anybody.
pub const ENDPOINT_DOWN: FaultKind = FaultKind("endpoint_down");

/// A place where machines stand.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: Sym,
    /// Whether there is a way to the internet.
    pub internet: bool,
    /// The Active Directory site of its subnet; empty for the default one.
    pub site: Sym,
    /// The facts of its network.
    pub network: Network,
}

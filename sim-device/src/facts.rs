//! What a machine is, beside what it does. Machines of a kind share their facts.

use crate::network::Vpn;
use sim_core::SimDuration;

/// An edition of Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edition {
    /// Enterprise.
    #[default]
    Enterprise,
    /// Pro.
    Pro,
    /// Education.
    Education,
    /// Home, which joins neither a domain nor Entra ID.
    Home,
}

/// A trusted platform module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tpm {
    /// A physical one, version 2.0.
    #[default]
    Version20,
    /// A physical one, version 1.2.
    Version12,
    /// That of a virtual machine.
    Virtual,
    /// A physical 2.0 whose firmware is known to be vulnerable.
    Vulnerable,
    /// None.
    None,
}

/// The facts of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The edition of Windows on it.
    pub edition: Edition,
    /// Its trusted platform module.
    pub tpm: Tpm,
    /// By how much its clock is wrong.
    pub clock_skew: SimDuration,
    /// Whether it has a certificate for networks that ask for one.
    pub certificate: bool,
    /// The VPN that is meant for it.
    pub vpn: Option<Vpn>,
    /// Whether an Autopilot profile for hybrid join was put on its disk (`AutopilotConfigurationFile.json`).
    pub offline_profile: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            edition: Edition::Enterprise,
            tpm: Tpm::Version20,
            clock_skew: SimDuration::ZERO,
            certificate: false,
            vpn: None,
            offline_profile: false,
        }
    }
}

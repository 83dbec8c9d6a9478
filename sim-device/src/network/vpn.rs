//! Virtual private networks by what they can do. What decides is when a product is there, and when its tunnel is up.

use super::Obstacle;
use sim_core::Sym;

/// When a VPN client with its configuration is on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Arrives {
    /// With the image.
    Image,
    /// As an app or a profile of the device, in the device phase of the enrollment status page.
    #[default]
    DevicePhase,
    /// Once a user has signed in.
    UserSignIn,
    /// By group policy, once the machine has spoken to its domain.
    GroupPolicy,
}

/// A VPN product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vpn {
    /// Its name.
    pub name: Sym,
    /// Whether its client is a plug-in of the store (UWP), which runs in a user's session only.
    pub uwp: bool,
    /// Whether the tunnel can be up before anybody signs in.
    pub pre_logon: bool,
    /// Whether it connects by itself; otherwise somebody starts it.
    pub auto_connect: bool,
    /// Whether it wants a certificate of the user, which comes after the first sign-in.
    pub user_certificate: bool,
    /// When it is on the machine.
    pub arrives: Arrives,
}

/// How far a machine is, for what runs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// In OOBE.
    Oobe,
    /// At the lock screen, before anybody has signed in to the domain.
    LockScreen,
    /// A user has signed in.
    SignedIn,
}

impl Vpn {
    /// Why its tunnel is not up at that moment; `None` if it is.
    pub fn hinders(&self, moment: Moment) -> Option<Obstacle> {
        let there = match self.arrives {
            Arrives::Image => Moment::Oobe,
            Arrives::DevicePhase => Moment::LockScreen,
            Arrives::UserSignIn | Arrives::GroupPolicy => Moment::SignedIn,
        };
        if moment < there {
            Some(Obstacle::VpnNotThere)
        } else if moment == Moment::SignedIn {
            None
        } else if self.uwp {
            Some(Obstacle::VpnPlugin)
        } else if self.user_certificate {
            Some(Obstacle::VpnUserCertificate)
        } else if !self.pre_logon {
            Some(Obstacle::VpnAfterLogon)
        } else if moment == Moment::Oobe && !self.auto_connect {
            // Nobody starts it there: OOBE shows no such page.
            Some(Obstacle::VpnNotStarted)
        } else {
            None
        }
    }
}

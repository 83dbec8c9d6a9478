//! Users and their licences.

use sim_core::{Guid, Sym};

/// A user of the tenant.
#[derive(Debug, Clone)]
pub struct User {
    /// `id`.
    pub id: Guid,
    /// `userPrincipalName`.
    pub upn: Sym,
    /// `displayName`.
    pub display_name: Sym,
    /// Whether a licence with the Intune service plan is assigned.
    pub intune_licensed: bool,
    /// `accountEnabled`.
    pub enabled: bool,
    /// Whether it is gone.
    pub deleted: bool,
    /// `onPremisesSamAccountName` with its domain, as in `CORP\ada`; empty for users of the cloud alone.
    pub account: Sym,
}

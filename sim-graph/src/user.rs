//! Users and their licences.

use crate::SignInFacts;
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
    /// What their sign-in depends on.
    pub sign_in: SignInFacts,
    /// `onPremisesSamAccountName` with its domain, as in `CORP\ada`; empty for users of the cloud alone.
    pub account: Sym,
}

//! Users and their licences.

use crate::Hidden;
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
    /// What it takes to sign in as them.
    pub credentials: Credentials,
}

/// What it takes to sign in as a user, and what signing in brings.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// The password; none for one that nobody knows.
    pub password: Option<Hidden>,
    /// Whether the password has expired.
    pub password_expired: bool,
    /// Whether a second factor is asked for.
    pub mfa: bool,
    /// Templates of the user's directory roles.
    pub directory_roles: Vec<Guid>,
}

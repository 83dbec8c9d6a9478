//! What it takes to sign in as a user, and what signing in brings.

use crate::{Hidden, Tenant, User};
use sim_core::{Guid, Id};

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

impl Tenant {
    /// Sets what a user signs in with, and the directory roles that come with it.
    pub fn set_credentials(&mut self, id: Id<User>, credentials: Credentials) {
        self.users[id].credentials = credentials;
        self.version += 1;
    }

    /// Enables a user's account or disables it.
    pub fn set_user_enabled(&mut self, id: Id<User>, enabled: bool) {
        self.users[id].enabled = enabled;
        self.touch_user(id);
    }
}

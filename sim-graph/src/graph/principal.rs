//! Who asks Graph, and what they may do.

use sim_core::Guid;

/// Somebody who sends requests: an application by itself, or a user through one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// `appid`: the client. [`Guid::NIL`] for none in particular.
    pub app: Guid,
    /// `oid` of the signed-in user; none when the application acts by itself.
    pub user: Option<Guid>,
    /// What they may do.
    pub authority: Authority,
}

/// What a principal may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Everything in the tenant.
    Full,
    /// What was granted.
    Granted {
        /// Delegated permissions, as `scp` lists them.
        scopes: Vec<String>,
        /// Application permissions, as `roles` lists them.
        roles: Vec<String>,
        /// Templates of the directory roles that the user has.
        directory_roles: Vec<Guid>,
    },
}

impl Principal {
    /// An application that may do everything: whoever asks while nobody has to sign in.
    pub const ANYBODY: Self = Self { app: Guid::NIL, user: None, authority: Authority::Full };

    /// Whether one of the permissions was granted: of an application its roles count, of a user the scopes.
    pub fn has_any(&self, permissions: &[&str]) -> bool {
        match &self.authority {
            Authority::Full => true,
            Authority::Granted { scopes, roles, .. } => {
                let granted = if self.user.is_some() { scopes } else { roles };
                granted.iter().any(|has| permissions.iter().any(|wanted| has.eq_ignore_ascii_case(wanted)))
            }
        }
    }
}

//! Which permissions an application gets.

use super::Directory;
use super::application::Client;
use super::error::{self, SignInError};
use super::permissions;
use super::scope::{Audience, DEFAULT, Wanted};
use super::well_known::GRAPH_ID;

impl Directory<'_> {
    /// The application permissions that go into a token: `roles`.
    pub(super) fn roles(&self, client: &Client<'_>, audience: &Audience) -> Vec<String> {
        if audience.app_id != GRAPH_ID {
            return Vec::new();
        }
        if !self.strict() {
            return permissions::everything(false);
        }
        client.registered.map(|app| app.roles.clone()).unwrap_or_default()
    }

    /// The delegated permissions that go into a token: `scp`.
    pub(super) fn scopes(
        &self,
        client: &Client<'_>,
        audience: &Audience,
        wanted: &Wanted,
    ) -> Result<Vec<String>, SignInError> {
        if audience.app_id != GRAPH_ID {
            return Ok(vec!["user_impersonation".to_owned()]);
        }
        let by_default = wanted.scopes.is_empty() || wanted.scopes.iter().any(|scope| scope == DEFAULT);
        let (name, resource) = (client.name, audience.app_id);
        if let Some(unknown) = wanted.scopes.iter().find(|s| *s != DEFAULT && !is_a_scope(s)) {
            return Err(error::SCOPE.of(&[unknown]));
        }
        let granted = match client.registered {
            Some(app) if self.strict() => &app.scopes,
            _ if by_default => return Ok(permissions::everything(true)),
            _ => return Ok(wanted.scopes.clone()),
        };
        for scope in wanted.scopes.iter().filter(|scope| *scope != DEFAULT) {
            if !granted.iter().any(|g| g.eq_ignore_ascii_case(scope)) {
                return Err(if permissions::is_known(scope, true) {
                    error::CONSENT.of(&[&client.app_id, &name])
                } else {
                    error::SCOPE_NOT_THERE.of(&[&name, scope, &resource])
                });
            }
        }
        if granted.is_empty() {
            return Err(error::CONSENT.of(&[&client.app_id, &name]));
        }
        // Whatever was consented to for a resource comes along.
        Ok(granted.clone())
    }
}

/// Whether a text has the form of a permission's name.
fn is_a_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b))
}

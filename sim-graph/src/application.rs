//! Applications of the tenant: registrations with their secrets, and the service principal that each of them has here.

use crate::Tenant;
use crate::tenant::IDS;
use sim_core::{Cx, Guid, Key, SimTime, Sym};
use std::fmt;

/// A text that is nobody's to read: it never shows in what is printed of a value.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Hidden {
    /// Whether it is that text. How long the answer takes says nothing of the text but its length.
    pub fn is(&self, text: &str) -> bool {
        let same = self.0.bytes().zip(text.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0;
        same && self.0.len() == text.len()
    }
}

/// A client secret.
#[derive(Debug, Clone)]
pub struct ClientSecret {
    /// Its value.
    pub value: Hidden,
    /// When it ends.
    pub expires: Option<SimTime>,
}

/// An application that is registered in the tenant, with its service principal.
#[derive(Debug, Clone)]
pub struct Application {
    /// `appId`: what clients send as `client_id`.
    pub app_id: Guid,
    /// `id` of the application.
    pub id: Guid,
    /// `id` of its service principal.
    pub service_principal: Guid,
    /// `displayName`.
    pub name: Sym,
    /// `accountEnabled` of the service principal.
    pub enabled: bool,
    /// `isFallbackPublicClient`: it may sign users in without a credential of its own.
    pub public_client: bool,
    /// Its secrets.
    pub secrets: Vec<ClientSecret>,
    /// Its certificates, in DER.
    pub certificates: Vec<Vec<u8>>,
    /// The application permissions that were granted, as they stand in `roles` of its tokens.
    pub roles: Vec<String>,
    /// The delegated permissions that were granted for all users.
    pub scopes: Vec<String>,
    /// Where users may be sent back to. Empty: anywhere on the user's own machine.
    pub redirect_uris: Vec<String>,
}

/// What an application is registered with.
#[derive(Debug, Clone, Default)]
pub struct NewApplication {
    /// `displayName`.
    pub name: String,
    /// `appId`; by default it follows from the name.
    pub app_id: Option<Guid>,
    /// Whether its service principal is disabled.
    pub disabled: bool,
    /// Whether it may sign users in without a credential of its own.
    pub public_client: bool,
    /// Its secrets.
    pub secrets: Vec<ClientSecret>,
    /// Its certificates, in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Its application permissions.
    pub roles: Vec<String>,
    /// Its delegated permissions.
    pub scopes: Vec<String>,
    /// Where users may be sent back to.
    pub redirect_uris: Vec<String>,
}

impl Tenant {
    /// Registers an application.
    pub fn add_application(&mut self, new: NewApplication, cx: &mut Cx) {
        let key = Key::of("application", &new.name);
        self.applications.push(Application {
            app_id: new.app_id.unwrap_or_else(|| cx.chance.guid(IDS, key, 0)),
            id: cx.chance.guid(IDS, key, 1),
            service_principal: cx.chance.guid(IDS, key, 2),
            name: cx.name(&new.name),
            enabled: !new.disabled,
            public_client: new.public_client,
            secrets: new.secrets,
            certificates: new.certificates,
            roles: new.roles,
            scopes: new.scopes,
            redirect_uris: new.redirect_uris,
        });
        self.version += 1;
    }

    /// The registered applications, in the order of the scenario.
    pub fn applications(&self) -> &[Application] {
        &self.applications
    }
}

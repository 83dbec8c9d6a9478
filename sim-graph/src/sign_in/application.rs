//! Which application asks, and how it proves that.

use super::Directory;
use super::error::{self, SignInError};
use super::form::Form;
use super::grant::Vault;
use super::well_known::FIRST_PARTY;
use crate::Application;
use serde_json::Value;
use sim_core::{Guid, Key, Purpose};

/// An application that asks for tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client<'t> {
    /// `appId`.
    pub app_id: Guid,
    /// `displayName`.
    pub name: &'t str,
    /// `id` of its service principal.
    pub service_principal: Guid,
    /// Its registration; none for Microsoft's own.
    pub registered: Option<&'t Application>,
}

/// How an application has proved itself: `appidacr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Not at all: a public client.
    None,
    /// By a secret.
    Secret,
    /// By a certificate.
    Certificate,
}

/// What `client_assertion_type` says.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far the clocks of clients may be off, in seconds.
const LEEWAY: i64 = 300;

impl<'t> Directory<'t> {
    /// Finds the application that a request names.
    pub(super) fn client(&self, id: &str) -> Result<Client<'t>, SignInError> {
        const SERVICE_PRINCIPALS: Purpose = Purpose::named("service principals");
        let unknown = || error::CLIENT_NOT_FOUND.of(&[&id, &self.text(self.tenant.name())]);
        let app_id: Guid = id.parse().map_err(|_| unknown())?;
        if let Some(found) = self.tenant.applications().iter().find(|a| a.app_id == app_id) {
            let name = self.text(found.name);
            if !found.enabled && self.strict() {
                return Err(error::CLIENT_DISABLED.of(&[&app_id, &name]));
            }
            return Ok(Client { app_id, name, service_principal: found.service_principal, registered: Some(found) });
        }
        let found = FIRST_PARTY.iter().find(|a| a.app_id == app_id).ok_or_else(unknown)?;
        let key = Key::of("first party", &app_id.to_string());
        let service_principal = self.cx.chance.guid(SERVICE_PRINCIPALS, key, 0);
        Ok(Client { app_id, name: found.name, service_principal, registered: None })
    }

    /// Finds the application of a request and lets it prove itself, if it tries to.
    pub(super) fn authenticate(
        &self,
        form: &Form,
        now: i64,
        vault: &dyn Vault,
    ) -> Result<(Client<'t>, Proof), SignInError> {
        let assertion = form.get("client_assertion");
        let claimed = assertion.and_then(claims_of);
        let id = match (form.get("client_id"), &claimed) {
            (Some(id), _) => id,
            (None, Some(claims)) => claims["sub"].as_str().unwrap_or_default(),
            (None, None) => form.need("client_id")?,
        };
        let client = self.client(id)?;
        let proof = match (assertion, form.get("client_secret")) {
            (Some(assertion), _) => {
                if form.need("client_assertion_type")? != JWT_BEARER {
                    return Err(error::ASSERTION_MALFORMED.plain());
                }
                let claims = claimed.ok_or_else(|| error::ASSERTION_MALFORMED.plain())?;
                self.check_assertion(&client, assertion, &claims, now, vault)?;
                Proof::Certificate
            }
            (None, Some(secret)) => {
                self.check_secret(&client, secret)?;
                Proof::Secret
            }
            (None, None) => Proof::None,
        };
        Ok((client, proof))
    }

    fn check_secret(&self, client: &Client<'_>, secret: &str) -> Result<(), SignInError> {
        if !self.strict() {
            return Ok(());
        }
        let Some(registered) = client.registered else { return Err(error::PUBLIC_WITH_SECRET.plain()) };
        let fits = |known: &&crate::ClientSecret| known.value.is(secret);
        let now = self.cx.now();
        match registered.secrets.iter().find(fits) {
            Some(found) if found.expires.is_some_and(|end| end <= now) => {
                Err(error::SECRET_EXPIRED.of(&[&client.app_id]))
            }
            Some(_) => Ok(()),
            None => Err(error::SECRET.of(&[&client.app_id])),
        }
    }

    /// Source: Microsoft identity platform application authentication certificate credentials (entra-docs).
    fn check_assertion(
        &self,
        client: &Client<'_>,
        assertion: &str,
        claims: &Value,
        now: i64,
        vault: &dyn Vault,
    ) -> Result<(), SignInError> {
        let id = client.app_id.to_string();
        let is_client = |name: &str| claims[name].as_str().is_some_and(|text| text.eq_ignore_ascii_case(&id));
        if !is_client("sub") || !is_client("iss") {
            return Err(error::ASSERTION_MALFORMED.plain());
        }
        if !self.strict() {
            return Ok(());
        }
        let Some(registered) = client.registered else { return Err(error::PUBLIC_WITH_SECRET.plain()) };
        if registered.certificates.is_empty() {
            return Err(error::ASSERTION_SIGNATURE.of(&[&"The key was not found."]));
        }
        if !registered.certificates.iter().any(|certificate| vault.signed_with(assertion, certificate).is_some()) {
            return Err(error::ASSERTION_SIGNATURE.of(&[&"The key was not found or the signature is invalid."]));
        }
        let time = |name: &str| claims[name].as_i64();
        if time("exp").is_none_or(|end| end + LEEWAY <= now) || time("nbf").is_some_and(|begin| begin - LEEWAY > now) {
            return Err(error::ASSERTION_TIME.plain());
        }
        // The audience is an address of this sign-in service, at whatever host the client knows it.
        let audience = claims["aud"].as_str().unwrap_or_default();
        let path = audience.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
        let realm = path.split('/').next().unwrap_or_default();
        match super::Realm::of(realm, self.tenant, self.cx) {
            Ok(super::Realm::Tenant | super::Realm::Any) => Ok(()),
            _ => Err(error::ASSERTION_AUDIENCE.plain()),
        }
    }
}

/// The claims of a token, unverified.
fn claims_of(token: &str) -> Option<Value> {
    use base64::Engine as _;
    let part = token.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

impl Directory<'_> {
    /// An application of the tenant that has a secret, with it: the first one that can be used.
    pub fn client_with_secret(&self) -> Option<(Guid, &str)> {
        let now = self.cx.now();
        let usable = |app: &&Application| app.enabled;
        self.tenant.applications().iter().filter(usable).find_map(|app| {
            let secret = app.secrets.iter().find(|s| s.expires.is_none_or(|end| now < end))?;
            Some((app.app_id, secret.value.0.as_str()))
        })
    }
}

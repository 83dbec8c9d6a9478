//! The authorization code flow: what a client asks for, and how the user comes back.

use super::device_code::grant_of;
use super::endpoint::Protocol;
use super::error::{self, Exchange, SignInError};
use super::form::{Form, encode};
use super::grant::Grant;
use super::scope::Wanted;
use super::{Directory, token};
use crate::User;
use sim_core::Guid;

/// Where a user is sent back to, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// What to call the client.
    pub client_name: String,
    /// Whom the client expects.
    pub login_hint: String,
    client: Guid,
    wanted: Wanted,
    redirect_uri: String,
    mode: Mode,
    state: Option<String>,
    nonce: Option<String>,
    challenge: Option<String>,
    plain_challenge: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// What the user brings back.
#[derive(Debug, Clone, Copy)]
pub enum Response<'a> {
    /// A code.
    Code(&'a str),
    /// Why there is none.
    Refused(&'a SignInError, Exchange<'a>),
}

/// How the user's browser gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// By an address.
    To(String),
    /// By a form that sends itself.
    Post {
        /// Where to.
        uri: String,
        /// What.
        fields: Vec<(&'static str, String)>,
    },
}

impl Authorization {
    /// Reads what a client sent its user with.
    ///
    /// # Errors
    ///
    /// What the user is told, as it is not known to be safe to send them anywhere.
    pub fn of(directory: &Directory<'_>, protocol: Protocol, form: &Form) -> Result<Self, SignInError> {
        let client = directory.client(form.need("client_id")?)?;
        let registered = client.registered.map(|app| app.redirect_uris.as_slice()).unwrap_or_default();
        let redirect_uri = match (form.get("redirect_uri"), registered) {
            (Some(uri), _) => uri,
            (None, [first, ..]) => first,
            (None, []) => form.need("redirect_uri")?,
        };
        let allowed = if directory.strict() { may_go(redirect_uri, registered) } else { is_address(redirect_uri) };
        if !allowed {
            return Err(error::REDIRECT_URI.of(&[&redirect_uri, &client.app_id]));
        }
        let kind = form.need("response_type")?;
        if kind != "code" {
            return Err(error::RESPONSE_TYPE.of(&[&kind]));
        }
        let plain_challenge = match form.get("code_challenge_method") {
            Some("S256") => false,
            None | Some("plain") => true,
            Some(_) => return Err(error::CHALLENGE.plain()),
        };
        let wanted = match (protocol, form.get("scope"), form.get("resource")) {
            (Protocol::V1, None, None) => Wanted::of_scope("openid")?,
            (Protocol::V2, None, _) => return Err(error::MISSING.of(&[&"scope"])),
            _ => token::wanted(protocol, form)?,
        };
        let audience = directory.audience(&wanted.resource)?;
        directory.scopes(&client, &audience, &wanted)?;
        Ok(Self {
            client_name: client.name.to_owned(),
            login_hint: form.get("login_hint").unwrap_or_default().to_owned(),
            client: client.app_id,
            wanted,
            redirect_uri: redirect_uri.to_owned(),
            mode: match form.get("response_mode") {
                Some("fragment") => Mode::Fragment,
                Some("form_post") => Mode::FormPost,
                _ => Mode::Query,
            },
            state: form.get("state").map(str::to_owned),
            nonce: form.get("nonce").map(str::to_owned),
            challenge: form.get("code_challenge").map(str::to_owned),
            plain_challenge,
        })
    }

    /// How the user gets back with an answer.
    pub fn redirect(&self, response: &Response<'_>) -> Redirect {
        let mut fields: Vec<(&'static str, String)> = match response {
            Response::Code(code) => vec![("code", (*code).to_owned())],
            Response::Refused(why, ids) => {
                vec![("error", why.error().to_owned()), ("error_description", why.description(ids))]
            }
        };
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        let uri = self.redirect_uri.clone();
        if self.mode == Mode::FormPost {
            return Redirect::Post { uri, fields };
        }
        let mut to = uri;
        let mut separator = match self.mode {
            Mode::Fragment => '#',
            _ if to.contains('?') => '&',
            _ => '?',
        };
        for (name, value) in &fields {
            to.push(separator);
            to.push_str(name);
            to.push('=');
            encode(value, &mut to);
            separator = '&';
        }
        Redirect::To(to)
    }
}

/// What the code of a user who has signed in stands for.
pub fn signed_in(
    directory: &Directory<'_>,
    authorization: &Authorization,
    user: &User,
    second_factor: bool,
    now: i64,
) -> Grant {
    let mut grant = grant_of(directory, &authorization.client, &authorization.wanted, now);
    grant.user = user.id.to_string();
    grant.mfa = second_factor;
    grant.redirect_uri = Some(authorization.redirect_uri.clone());
    grant.challenge = authorization.challenge.clone();
    grant.plain_challenge = authorization.plain_challenge;
    grant.nonce = authorization.nonce.clone();
    grant.expires = now + directory.tenant.sign_in.authorization_code_life.secs();
    grant
}

/// Where applications without registered addresses may send users: their own machine.
const NATIVE: &[&str] = &[
    "https://login.microsoftonline.com/common/oauth2/nativeclient",
    "urn:ietf:wg:oauth:2.0:oob",
    "http://localhost",
    "http://127.0.0.1",
];

/// Whether a registered application may send users there. On the user's own machine any port will do (RFC 8252, 7.3).
fn may_go(uri: &str, registered: &[String]) -> bool {
    let fits = |known: &str| {
        let local = ["http://localhost", "http://127.0.0.1"].iter().find_map(|l| known.strip_prefix(l));
        known == uri || local.is_some_and(|rest| without_port(uri) == Some(rest.trim_start_matches('/')))
    };
    if registered.is_empty() { NATIVE.iter().any(|known| fits(known)) } else { registered.iter().any(|r| fits(r)) }
}

/// The path of an address on this machine.
fn without_port(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix("http://localhost").or(uri.strip_prefix("http://127.0.0.1"))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

/// Whether a text is an address of the web.
pub fn is_web_address(uri: &str) -> bool {
    is_address(uri) && (uri.starts_with("https://") || uri.starts_with("http://"))
}

/// Whether a text is an address that a browser can be sent to without running anything.
fn is_address(uri: &str) -> bool {
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let named = uri.contains(':') && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let harmless = !scheme.is_empty() && !["javascript", "data", "vbscript", "blob"].contains(&scheme.as_str());
    named && harmless && uri.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_go_only_where_the_application_may_send_them() {
        let registered = ["https://app.contoso.com/back".to_owned(), "http://localhost/cb".to_owned()];
        for (uri, registered, allowed) in [
            ("https://app.contoso.com/back", &registered[..], true),
            ("https://app.contoso.com/back2", &registered[..], false),
            ("http://localhost:5000/cb", &registered[..], true),
            ("http://localhost:5000", &registered[..], false),
            ("http://localhost.evil.example/cb", &registered[..], false),
            ("http://localhost:1@evil.example/cb", &registered[..], false),
            ("http://localhost:38201", &[][..], true),
            ("http://127.0.0.1:38201/", &[][..], true),
            ("urn:ietf:wg:oauth:2.0:oob", &[][..], true),
            ("https://evil.example", &[][..], false),
        ] {
            assert_eq!(may_go(uri, registered), allowed, "{uri}");
        }
        assert!(is_address("msal14d82eec://auth") && !is_address("javascript:alert(1)") && !is_address("no address"));
    }
}

//! What a token is asked for: a resource and permissions.

use super::Directory;
use super::error::{self, SignInError};
use super::well_known::{GRAPH_ID, RESOURCES};
use sim_core::Guid;

/// What a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The resource as the client names it; empty for Graph, unnamed.
    pub resource: String,
    /// Permissions without the resource.
    pub scopes: Vec<String>,
    /// Whether an id token is asked for.
    pub openid: bool,
    /// Whether a refresh token is asked for.
    pub offline: bool,
}

/// A resource of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Its `appId`.
    pub app_id: Guid,
    /// `aud` of its tokens.
    pub name: String,
}

/// `.default`: everything that was granted.
pub(super) const DEFAULT: &str = ".default";

impl Wanted {
    /// Reads `scope` of the second protocol.
    pub fn of_scope(text: &str) -> Result<Self, SignInError> {
        let mut wanted = Self::default();
        let mut named = None;
        for word in text.split_whitespace() {
            match word {
                "openid" | "profile" | "email" => wanted.openid = true,
                "offline_access" => wanted.offline = true,
                _ => {
                    let (resource, name) = split(word);
                    if *named.get_or_insert(resource) != resource {
                        return Err(error::SEVERAL_RESOURCES.of(&[&text]));
                    }
                    wanted.scopes.push(name.to_owned());
                }
            }
        }
        wanted.resource = named.unwrap_or_default().to_owned();
        Ok(wanted)
    }

    /// What `resource` of the first protocol means.
    pub fn of_resource(resource: &str) -> Self {
        Self { resource: resource.to_owned(), scopes: vec![DEFAULT.to_owned()], openid: true, offline: true }
    }
}

/// Splits `https://graph.microsoft.com/User.Read`. What names no resource is Graph's.
fn split(word: &str) -> (&str, &str) {
    let named = word.contains("://") || word.starts_with("urn:") || word.get(..36).is_some_and(is_guid);
    if named { word.rsplit_once('/').unwrap_or((word, "")) } else { ("", word) }
}

fn is_guid(text: &str) -> bool {
    text.parse::<Guid>().is_ok()
}

impl Directory<'_> {
    /// A resource by one of its names, with a slash at its end or without.
    pub(super) fn audience(&self, named: &str) -> Result<Audience, SignInError> {
        let plain = named.strip_suffix('/').unwrap_or(named);
        if plain.is_empty() {
            return Ok(Audience { app_id: GRAPH_ID, name: RESOURCES[0].uris[0].to_owned() });
        }
        let own = plain.strip_prefix("api://").unwrap_or(plain);
        if let Ok(id) = own.parse::<Guid>() {
            let known = RESOURCES.iter().any(|r| r.app_id == id) && own == plain;
            if known || self.tenant.applications().iter().any(|a| a.app_id == id) {
                return Ok(Audience { app_id: id, name: named.to_owned() });
            }
        } else if let Some(found) = RESOURCES.iter().find(|r| r.uris.iter().any(|u| u.eq_ignore_ascii_case(plain))) {
            return Ok(Audience { app_id: found.app_id, name: named.to_owned() });
        } else if is_local(plain) {
            // A client that was told to find Graph on this machine names it so.
            return Ok(Audience { app_id: GRAPH_ID, name: RESOURCES[0].uris[0].to_owned() });
        }
        Err(error::RESOURCE_NOT_FOUND.of(&[&named, &self.text(self.tenant.name())]))
    }
}

fn is_local(uri: &str) -> bool {
    let host = uri.strip_prefix("http://").or(uri.strip_prefix("https://"));
    let host = host.map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let host = host.map(|host| host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(h, _)| h));
    host.is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read() {
        let of = |text| Wanted::of_scope(text).map(|w| (w.resource, w.scopes.join(" "), w.openid, w.offline));
        let graph = "https://graph.microsoft.com".to_owned();
        let found = |resource: &str, scopes: &str, openid, offline| {
            Ok((resource.to_owned(), scopes.to_owned(), openid, offline))
        };
        assert_eq!(of("https://graph.microsoft.com/.default"), found(&graph, ".default", false, false));
        assert_eq!(
            of("https://graph.microsoft.com//.default"),
            found("https://graph.microsoft.com/", ".default", false, false)
        );
        assert_eq!(of("User.Read openid offline_access"), found("", "User.Read", true, true));
        assert_eq!(
            of("00000003-0000-0000-c000-000000000000/.default"),
            found("00000003-0000-0000-c000-000000000000", ".default", false, false)
        );
        assert!(of("https://graph.microsoft.com/a https://graph.windows.net/b").is_err_and(|e| e.number() == 28000));
        for (uri, local) in [
            ("http://127.0.0.1:8080", true),
            ("https://localhost", true),
            ("https://[::1]:1", true),
            ("https://127.evil.example", true),
            ("https://x", false),
        ] {
            assert_eq!(is_local(uri), local, "{uri}");
        }
    }
}

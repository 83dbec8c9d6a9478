//! The addresses of sign-in.

use super::error::{self, SignInError};
use crate::Tenant;
use sim_core::{Cx, Guid};

/// Which generation of the protocol a client speaks: it decides on parameters and on the form of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `/oauth2/token` with `resource`.
    V1,
    /// `/oauth2/v2.0/token` with `scope`.
    V2,
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The OpenID configuration.
    Configuration(Protocol),
    /// The keys that tokens are signed with.
    Keys,
    /// Which hosts belong together.
    Instance,
    /// Tokens.
    Token(Protocol),
    /// A device code.
    DeviceCode(Protocol),
    /// Where a user signs in and comes back from with a code.
    Authorize(Protocol),
    /// Where the sign-in page sends what was typed.
    Login,
    /// Where a user confirms a device code.
    DeviceAuth,
    /// Where a user signs out.
    Logout,
    /// Whether a user's domain is managed or federated.
    UserRealm,
}

use Protocol::{V1, V2};

/// What follows the tenant in the path. Case does not count.
#[rustfmt::skip]
const ENDPOINTS: &[(&str, Endpoint)] = &[
    ("v2.0/.well-known/openid-configuration", Endpoint::Configuration(V2)),
    (".well-known/openid-configuration",      Endpoint::Configuration(V1)),
    ("discovery/v2.0/keys",                   Endpoint::Keys),
    ("discovery/keys",                        Endpoint::Keys),
    ("discovery/instance",                    Endpoint::Instance),
    ("oauth2/v2.0/token",                     Endpoint::Token(V2)),
    ("oauth2/token",                          Endpoint::Token(V1)),
    ("oauth2/v2.0/devicecode",                Endpoint::DeviceCode(V2)),
    ("oauth2/devicecode",                     Endpoint::DeviceCode(V1)),
    ("oauth2/v2.0/authorize",                 Endpoint::Authorize(V2)),
    ("oauth2/authorize",                      Endpoint::Authorize(V1)),
    ("login",                                 Endpoint::Login),
    ("oauth2/deviceauth",                     Endpoint::DeviceAuth),
    ("oauth2/v2.0/logout",                    Endpoint::Logout),
    ("oauth2/logout",                         Endpoint::Logout),
];

/// What a path asks of the sign-in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'p> {
    /// The tenant, as it stands in the path.
    pub segment: &'p str,
    /// What it is for.
    pub endpoint: Endpoint,
    /// What follows: the user of a user realm.
    pub rest: &'p str,
}

impl<'p> Address<'p> {
    /// Reads a path, without its query.
    pub fn of(path: &'p str) -> Option<Self> {
        let path = path.trim_start_matches('/');
        if path.eq_ignore_ascii_case("devicelogin") {
            return Some(Self { segment: "common", endpoint: Endpoint::DeviceAuth, rest: "" });
        }
        if path.eq_ignore_ascii_case("getuserrealm.srf") {
            return Some(Self { segment: "common", endpoint: Endpoint::UserRealm, rest: "" });
        }
        let (segment, after) = path.split_once('/')?;
        let after = after.trim_end_matches('/');
        if let Some(("userrealm", rest)) = split_folded(after).as_ref().map(|(word, rest)| (word.as_str(), *rest)) {
            return Some(Self { segment, endpoint: Endpoint::UserRealm, rest });
        }
        let found = ENDPOINTS.iter().find(|(end, _)| after.eq_ignore_ascii_case(end));
        found.filter(|_| !segment.is_empty()).map(|(_, endpoint)| Self { segment, endpoint: *endpoint, rest: "" })
    }
}

fn split_folded(path: &str) -> Option<(String, &str)> {
    let (word, rest) = path.split_once('/').unwrap_or((path, ""));
    (!word.is_empty()).then(|| (word.to_ascii_lowercase(), rest))
}

/// The tenant of all personal accounts.
pub(super) const CONSUMERS: Guid = Guid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);

/// Whom an authority's path means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// `common` or `organizations`: the user's name says.
    Any,
    /// `consumers`: nobody of this tenant.
    Consumers,
    /// This tenant, by id or domain.
    Tenant,
}

impl Realm {
    /// Reads the tenant segment of a path.
    pub fn of(segment: &str, tenant: &Tenant, cx: &Cx) -> Result<Self, SignInError> {
        match segment.to_ascii_lowercase().as_str() {
            "common" | "organizations" => return Ok(Self::Any),
            "consumers" => return Ok(Self::Consumers),
            _ => {}
        }
        if let Ok(id) = segment.parse::<Guid>() {
            return match id {
                id if id == tenant.id() => Ok(Self::Tenant),
                CONSUMERS => Ok(Self::Consumers),
                _ => Err(error::TENANT_NOT_FOUND.of(&[&segment])),
            };
        }
        if tenant.domains().iter().any(|domain| cx.names.get(domain.name).eq_ignore_ascii_case(segment)) {
            return Ok(Self::Tenant);
        }
        let named = segment.contains('.') && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        let refusal = if named { &error::TENANT_NOT_FOUND } else { &error::TENANT_MALFORMED };
        Err(refusal.of(&[&segment]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_without_case() {
        let of = |path| Address::of(path).map(|a| (a.segment, a.endpoint, a.rest));
        assert_eq!(of("/Common/oAuth2/v2.0/token"), Some(("Common", Endpoint::Token(V2), "")));
        assert_eq!(of("/contoso.com/oauth2/token"), Some(("contoso.com", Endpoint::Token(V1), "")));
        assert_eq!(of("/x/.well-known/openid-configuration"), Some(("x", Endpoint::Configuration(V1), "")));
        assert_eq!(of("/common/UserRealm/a@b.c"), Some(("common", Endpoint::UserRealm, "a@b.c")));
        assert_eq!(of("/common/userrealm/"), Some(("common", Endpoint::UserRealm, "")));
        for path in ["/", "/common", "/common/oauth2", "//oauth2/token", "/v1.0/devices", "/a/b/oauth2/token"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}

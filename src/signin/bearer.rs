//! Tokens that clients show to Graph.

use super::{SignIn, now};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use dashmap::DashMap;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use sim_core::Guid;
use sim_graph::graph::Principal;
use sim_graph::sign_in::accepts_audience;
use std::sync::Arc;

/// So many verified tokens are remembered. Checking a signature takes a hundred times as long as finding one of them.
const MOST: usize = 10_000;

/// Tokens that were verified, by their hashes.
#[derive(Debug, Default)]
pub(super) struct Verified(DashMap<[u8; 32], Bearer>);

#[derive(Debug, Clone)]
struct Bearer {
    principal: Arc<Principal>,
    expires: i64,
}

/// Why a token is not taken: always with status 401. The sentences are the service's where they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is none.
    #[error("Access token is empty.")]
    Missing,
    /// It is none.
    #[error(
        "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'."
    )]
    Malformed,
    /// Somebody else has signed it.
    #[error("Access token validation failure. Invalid signature.")]
    Signature,
    /// It is for another tenant.
    #[error("Access token validation failure. Invalid issuer.")]
    Tenant,
    /// It is for another service.
    #[error("Access token validation failure. Invalid audience.")]
    Audience,
    /// It is not good yet.
    #[error("Lifetime validation failed, the token is not yet valid.")]
    Early,
    /// It is not good any more.
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
}

impl SignIn {
    /// Who shows a token. `tenant` is the one that is asked, and `strict` whether what they may do is what the token grants.
    pub(crate) async fn bearer(
        &self,
        headers: &HeaderMap,
        tenant: Guid,
        strict: bool,
    ) -> Result<Arc<Principal>, Refusal> {
        let token = token(headers)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let verified = &self.0.verified.0;
        let now = now();
        if let Some(known) = verified.get(&hash) {
            return if now < known.expires { Ok(known.principal.clone()) } else { Err(Refusal::Expired) };
        }
        if token.split('.').count() != 3 {
            return Err(Refusal::Malformed);
        }
        let claims = self.keys().await.verify(token).map_err(|_| Refusal::Signature)?;
        let expires = judge(&claims, tenant, now)?;
        let principal = Arc::new(Principal::of_claims(&claims, strict));
        if verified.len() >= MOST {
            verified.retain(|_, bearer| now < bearer.expires);
        }
        if verified.len() < MOST {
            verified.insert(hash, Bearer { principal: principal.clone(), expires });
        }
        Ok(principal)
    }
}

/// The token of a request. More than one header of that name, or another scheme, is none.
fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return Err(Refusal::Missing) };
    let text = only.to_str().map_err(|_| Refusal::Malformed)?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(Refusal::Missing);
    }
    Ok(token.trim())
}

/// Judges claims of a token that was signed here, and says when it ends.
fn judge(claims: &Value, tenant: Guid, now: i64) -> Result<i64, Refusal> {
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    if text("tid").parse() != Ok(tenant) {
        return Err(Refusal::Tenant);
    }
    if !accepts_audience(text("aud")) {
        return Err(Refusal::Audience);
    }
    if claims["nbf"].as_i64().is_none_or(|begin| begin > now + 300) {
        return Err(Refusal::Early);
    }
    claims["exp"].as_i64().filter(|end| now < *end).ok_or(Refusal::Expired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().expect("a header"));
        }
        headers
    }

    #[tokio::test]
    async fn a_token_is_good_here_and_now_and_for_graph_only() {
        let sign_in = SignIn::passing();
        let tenant = Guid::from_u128(7);
        let good = json!({
            "tid": tenant.to_string(), "aud": "https://graph.microsoft.com", "nbf": now() - 300, "exp": now() + 3600,
            "appid": Guid::from_u128(9).to_string(), "idtyp": "app", "roles": ["Device.Read.All"],
        });
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            claims
        };
        let table = [
            (good.clone(), None),
            (with("aud", json!("https://graph.microsoft.com/")), None),
            (with("aud", json!("00000003-0000-0000-c000-000000000000")), None),
            (with("aud", json!("https://management.azure.com")), Some(Refusal::Audience)),
            (with("tid", json!(Guid::from_u128(8).to_string())), Some(Refusal::Tenant)),
            (with("exp", json!(now() - 1)), Some(Refusal::Expired)),
            (with("exp", json!("never")), Some(Refusal::Expired)),
            (with("nbf", json!(now() + 3600)), Some(Refusal::Early)),
        ];
        for (claims, refused) in table {
            let token = format!("Bearer {}", sign_in.keys().await.sign(&claims));
            for _ in 0..2 {
                let got = sign_in.bearer(&headers(&[&token]), tenant, true).await;
                assert_eq!(got.as_ref().err(), refused.as_ref(), "{claims}");
            }
        }
        let token = sign_in.keys().await.sign(&good);
        let (other, bearer) = (SignIn::passing(), format!("bearer  {token}"));
        assert_eq!(other.bearer(&headers(&[&bearer]), tenant, true).await, Err(Refusal::Signature));
        let principal = sign_in.bearer(&headers(&[&bearer]), tenant, true).await.expect("it is good");
        assert!(principal.user.is_none() && principal.has_any(&["Device.Read.All"]));
        // Unsigned, cut, or with a character changed.
        let unsigned = format!("Bearer eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).expect("a payload"));
        let changed = format!("{}x", &bearer[..bearer.len() - 1]);
        for (values, refused) in [
            (vec![], Refusal::Missing),
            (vec!["Bearer"], Refusal::Missing),
            (vec!["Bearer "], Refusal::Missing),
            (vec!["Basic eA=="], Refusal::Missing),
            (vec![bearer.as_str(), bearer.as_str()], Refusal::Missing),
            (vec!["Bearer abc"], Refusal::Malformed),
            (vec!["Bearer a.b.c"], Refusal::Signature),
            (vec![unsigned.as_str()], Refusal::Signature),
            (vec![changed.as_str()], Refusal::Signature),
        ] {
            assert_eq!(sign_in.bearer(&headers(&values), tenant, true).await, Err(refused), "{values:?}");
        }
    }
}

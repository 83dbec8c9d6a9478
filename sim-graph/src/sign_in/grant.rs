//! What was granted and is redeemed later, and what only keys and memory can tell.

use super::error::SignInError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sim_core::Guid;

/// What a code or a refresh token stands for. Clients hold it sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grant {
    /// Whether it is a refresh token. If not, it is a code that can be redeemed once.
    pub refresh: bool,
    /// The tenant.
    pub tenant: String,
    /// The client.
    pub client: String,
    /// `id` of the user.
    pub user: String,
    /// The resource that it was asked for, as it was named.
    pub resource: String,
    /// What was asked for, without the resource.
    pub scopes: Vec<String>,
    /// Whether an id token was asked for.
    pub openid: bool,
    /// Whether a refresh token was asked for.
    pub offline: bool,
    /// Where the code was sent.
    pub redirect_uri: Option<String>,
    /// What the verifier has to fit (RFC 7636).
    pub challenge: Option<String>,
    /// Whether the challenge is the verifier itself.
    pub plain_challenge: bool,
    /// `nonce` of the id token.
    pub nonce: Option<String>,
    /// Whether the user gave a second factor.
    pub mfa: bool,
    /// When it was made, in seconds since 1970.
    pub issued: i64,
    /// When it ends.
    pub expires: i64,
}

/// What only those can tell who have keys, entropy and memory.
pub trait Vault {
    /// Opens what was sealed here.
    fn open(&self, sealed: &str) -> Option<Grant>;
    /// Marks a code as redeemed; whether that is the first time.
    fn redeem(&self, code: &str, until: i64) -> bool;
    /// Asks after a device code: the user who has confirmed it, and what for.
    fn poll(&self, device_code: &str, client: Guid) -> Result<Grant, SignInError>;
    /// The claims of a token that was signed here, expired or not.
    fn own(&self, token: &str) -> Option<Value>;
    /// The claims of a token, if the key of that certificate signed it.
    fn signed_with(&self, token: &str, certificate: &[u8]) -> Option<Value>;
    /// The SHA-256 of a text, in base64url.
    fn sha256(&self, text: &str) -> String;
    /// Whether a user's account is locked.
    fn locked(&self, user: Guid) -> bool;
    /// Counts a wrong password, or forgets those before a right one.
    fn tried(&self, user: Guid, right: bool);
    /// Some characters that nobody can guess: base64url.
    fn random(&self) -> String;
}

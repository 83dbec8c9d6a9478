//! Why somebody is not signed in, and how the service says so.

use serde_json::{Value, json};
use sim_core::Guid;
use std::fmt;

/// A kind of refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The number after `AADSTS`.
    number: u32,
    /// The error in the sense of OAuth.
    error: &'static str,
    /// The HTTP status.
    status: u16,
    /// The service's sentence, with the places of what it names.
    text: &'static str,
}

macro_rules! refusals {
    ($($name:ident: $number:literal, $error:literal, $status:literal, $text:literal;)*) => {
        $(pub(super) static $name: Refusal = Refusal { number: $number, error: $error, status: $status, text: $text };)*
    };
}

// Source: Microsoft identity platform, error codes (entra-docs, `reference-error-codes`), and answers pasted into public issues.
// Assumed are the numbers of PUBLIC_WITH_SECRET's neighbours in the device flow (SLOW_DOWN, DEVICE_DECLINED) and of BUSY.
refusals! {
    TENANT_NOT_FOUND: 90002, "invalid_request", 400, "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
    TENANT_MALFORMED: 900023, "invalid_request", 400, "Specified tenant identifier '{0}' is neither a valid DNS name, nor a valid external domain.";
    NO_TENANT: 50059, "invalid_request", 400, "No tenant-identifying information found in either the request or implied by any provided credentials.";
    MISSING: 900144, "invalid_request", 400, "The request body must contain the following parameter: '{0}'.";
    GRANT_TYPE: 70003, "unsupported_grant_type", 400, "The app requested an unsupported grant type '{0}'.";
    RESPONSE_TYPE: 700054, "unsupported_response_type", 400, "The response_type '{0}' is not supported for this application.";
    CLIENT_NOT_FOUND: 700016, "unauthorized_client", 400, "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.";
    CLIENT_DISABLED: 7000112, "unauthorized_client", 400, "Application '{0}'({1}) is disabled.";
    SECRET: 7000215, "invalid_client", 401, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.";
    SECRET_EXPIRED: 7000222, "invalid_client", 401, "The provided client secret keys for app '{0}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.";
    CREDENTIALS_NEED_SECRET: 7000216, "invalid_client", 401, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.";
    NEEDS_SECRET: 7000218, "invalid_client", 401, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    PUBLIC_WITH_SECRET: 700025, "invalid_client", 401, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
    ASSERTION_SIGNATURE: 700027, "invalid_client", 401, "Client assertion failed signature validation. [Reason - {0}]";
    ASSERTION_AUDIENCE: 700023, "invalid_client", 401, "Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.";
    ASSERTION_TIME: 700024, "invalid_client", 401, "Client assertion is not within its valid time range. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.";
    ASSERTION_MALFORMED: 50027, "invalid_client", 401, "Client assertion contains an invalid or no JWT. The client_assertion is malformed.";
    RESOURCE_NOT_FOUND: 500011, "invalid_resource", 400, "The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.";
    NOT_DEFAULT: 1002012, "invalid_scope", 400, "The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).";
    SCOPE: 70011, "invalid_scope", 400, "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.";
    SCOPE_NOT_THERE: 650053, "invalid_client", 400, "The application '{0}' asked for scope '{1}' that doesn't exist on the resource '{2}'. Contact the app vendor.";
    SEVERAL_RESOURCES: 28000, "invalid_scope", 400, "Provided value for the input parameter scope '{0}' is not valid because it contains more than one resource.";
    USER_NOT_FOUND: 50034, "invalid_grant", 400, "The user account {0} does not exist in the {1} directory. To sign into this application, the account must be added to the directory.";
    PASSWORD: 50126, "invalid_grant", 400, "Error validating credentials due to invalid username or password.";
    LOCKED: 50053, "invalid_grant", 400, "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.";
    PASSWORD_EXPIRED: 50055, "invalid_grant", 400, "The password is expired.";
    USER_DISABLED: 50057, "invalid_grant", 400, "The user account is disabled.";
    MFA_REQUIRED: 50076, "invalid_grant", 400, "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'.";
    CONSENT: 65001, "invalid_grant", 400, "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource.";
    DECLINED: 65004, "access_denied", 400, "User declined to consent to access the app.";
    CODE_EXPIRED: 70008, "invalid_grant", 400, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.";
    REFRESH_EXPIRED: 700082, "invalid_grant", 400, "The refresh token has expired due to inactivity. The token was issued on {0} and was inactive for {1}.";
    CODE_REDEEMED: 54005, "invalid_grant", 400, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.";
    MALFORMED_GRANT: 9002313, "invalid_grant", 400, "Invalid request. Request is malformed or invalid.";
    VERIFIER: 501481, "invalid_grant", 400, "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
    CHALLENGE: 501491, "invalid_request", 400, "The code_challenge supplied in the authorization request is not valid.";
    REDIRECT_URI: 50011, "invalid_request", 400, "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.";
    REPLY_ADDRESS: 500112, "invalid_client", 401, "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code.";
    PENDING: 70016, "authorization_pending", 400, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
    SLOW_DOWN: 70016, "slow_down", 400, "OAuth 2.0 device flow error. The client polls too often. Continue polling with a longer interval.";
    DEVICE_CODE: 70018, "bad_verification_code", 400, "Invalid verification code due to User typing in wrong user code for device code flow.";
    DEVICE_CODE_EXPIRED: 70020, "expired_token", 400, "The provided value for the input parameter 'device_code' is not valid. This device code has expired.";
    DEVICE_DECLINED: 65004, "authorization_declined", 400, "User declined the request in the device code flow.";
    ON_BEHALF_ASSERTION: 50013, "invalid_grant", 400, "Assertion failed signature validation.";
    ON_BEHALF_TIME: 500133, "invalid_grant", 400, "Assertion is not within its valid time range.";
    ON_BEHALF_AUDIENCE: 50013, "invalid_grant", 400, "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{0}' and the expected audience is '{1}'.";
    LOGIN_REQUIRED: 50058, "login_required", 400, "A silent sign-in request was sent but no user is signed in.";
    POST_ONLY: 900561, "invalid_request", 400, "The endpoint only accepts POST requests. Received a {0} request.";
    INVALID_INSTANCE: 50049, "invalid_instance", 400, "Unknown or invalid instance.";
    BUSY: 90055, "temporarily_unavailable", 503, "Too many requests are waiting. Try again later.";
}

/// Why a token is not issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInError {
    refusal: &'static Refusal,
    named: Vec<String>,
}

impl std::error::Error for SignInError {}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.refusal.text.split(['{', '}']);
        f.write_str(parts.next().unwrap_or_default())?;
        // Places and texts alternate.
        while let Some(place) = parts.next() {
            let named = place.parse().ok().and_then(|n: usize| self.named.get(n));
            f.write_str(named.map_or("", String::as_str))?;
            f.write_str(parts.next().unwrap_or_default())?;
        }
        Ok(())
    }
}

impl Refusal {
    /// An error that names nothing.
    pub(super) fn plain(&'static self) -> SignInError {
        SignInError { refusal: self, named: Vec::new() }
    }

    /// An error that names things, in the order of their places.
    pub(super) fn of(&'static self, named: &[&dyn fmt::Display]) -> SignInError {
        // What a client sent comes back, but not all of a novel.
        let short = |text: &&dyn fmt::Display| text.to_string().chars().take(500).collect();
        SignInError { refusal: self, named: named.iter().map(short).collect() }
    }
}

impl SignInError {
    /// The number after `AADSTS`.
    pub fn number(&self) -> u32 {
        self.refusal.number
    }

    /// The error in the sense of OAuth.
    pub fn error(&self) -> &'static str {
        self.refusal.error
    }

    /// What narrows the error down for clients that would sign a user in anew.
    fn suberror(&self) -> Option<&'static str> {
        match self.refusal.number {
            50076 => Some("basic_action"),
            65001 => Some("consent_required"),
            _ => None,
        }
    }

    /// The error in one line: its number, its sentence and the ids of the exchange.
    pub fn description(&self, ids: &Exchange<'_>) -> String {
        let Exchange { trace, correlation, timestamp } = ids;
        let number = self.refusal.number;
        format!("AADSTS{number}: {self} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}")
    }

    /// The status and the body of the answer.
    pub fn body(&self, ids: &Exchange<'_>) -> (u16, Value) {
        let Refusal { number, error, status, .. } = *self.refusal;
        let mut body = json!({
            "error": error,
            "error_description": self.description(ids),
            "error_codes": [number],
            "timestamp": ids.timestamp,
            "trace_id": ids.trace.to_string(),
            "correlation_id": ids.correlation.to_string(),
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        if let Some(suberror) = self.suberror() {
            body["suberror"] = suberror.into();
        }
        (status, body)
    }
}

/// What only whoever meets the client can tell.
impl SignInError {
    /// Nobody knows the device code.
    pub fn unknown_device_code() -> Self {
        DEVICE_CODE.plain()
    }

    /// More is asked for than is kept.
    pub fn busy() -> Self {
        BUSY.plain()
    }

    /// The user does not want to.
    pub fn declined() -> Self {
        DECLINED.plain()
    }

    /// The client wants to see no page, and nobody is signed in.
    pub fn login_required() -> Self {
        LOGIN_REQUIRED.plain()
    }

    /// The method is not POST.
    pub fn post_only(method: &str) -> Self {
        POST_ONLY.of(&[&method])
    }

    /// No cloud has that host.
    pub fn invalid_instance() -> Self {
        INVALID_INSTANCE.plain()
    }
}

/// The ids of one exchange and when it was, as errors say it.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// `trace_id`.
    pub trace: Guid,
    /// `correlation_id`: what the client sent, or one of the service's own.
    pub correlation: Guid,
    /// The clock on the wall, as in `2026-11-17 08:00:00Z`.
    pub timestamp: &'a str,
}

//! The device authorization grant (RFC 8628): a code that a user confirms elsewhere while the client polls.

use super::error::{self, SignInError};
use super::grant::Grant;
use super::scope::Wanted;
use super::{Directory, Form, Protocol, Realm};
use sim_core::Guid;

/// A device code that waits to be confirmed.
#[derive(Debug, Clone)]
pub struct DeviceFlow {
    /// What the client will get; its user is empty until somebody confirms.
    pub grant: Grant,
    /// What the user types.
    pub user_code: String,
    /// The client's name, to show.
    pub client_name: String,
    outcome: Outcome,
    interval: i64,
    next_poll: i64,
    automatic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Waiting,
    Confirmed,
    Declined,
}

/// Begins a flow. `user_code` is what the user will type.
///
/// # Errors
///
/// As a token request of that client is refused.
pub fn begin(
    directory: &Directory<'_>,
    realm: Result<Realm, SignInError>,
    protocol: Protocol,
    form: &Form,
    now: i64,
    user_code: String,
) -> Result<DeviceFlow, SignInError> {
    realm?;
    let client = directory.client(form.need("client_id")?)?;
    let wanted = super::token::wanted(protocol, form)?;
    let audience = directory.audience(&wanted.resource)?;
    if directory.strict() && client.registered.is_some_and(|app| !app.public_client) {
        return Err(error::NEEDS_SECRET.plain());
    }
    directory.scopes(&client, &audience, &wanted)?;
    let knobs = &directory.tenant.sign_in;
    let mut grant = grant_of(directory, &client.app_id, &wanted, now);
    grant.expires = now + knobs.device_code_life.secs();
    let automatic = knobs.device_code_automatic && !directory.strict();
    if automatic && let Some(user) = directory.administrator() {
        grant.user = user.id.to_string();
    }
    let automatic = automatic && !grant.user.is_empty();
    let outcome = Outcome::Waiting;
    let interval = knobs.device_code_interval.secs();
    Ok(DeviceFlow {
        grant,
        user_code,
        client_name: client.name.to_owned(),
        outcome,
        interval,
        next_poll: now,
        automatic,
    })
}

/// What was asked for, as a grant without a user.
pub(super) fn grant_of(directory: &Directory<'_>, client: &Guid, wanted: &Wanted, now: i64) -> Grant {
    Grant {
        tenant: directory.tenant.id().to_string(),
        client: client.to_string(),
        resource: wanted.resource.clone(),
        scopes: wanted.scopes.clone(),
        openid: wanted.openid,
        offline: wanted.offline,
        issued: now,
        ..Grant::default()
    }
}

impl DeviceFlow {
    /// How often the client may ask, in seconds.
    pub fn interval(&self) -> i64 {
        self.interval
    }

    /// Whether somebody can still confirm it.
    pub fn is_waiting(&self, now: i64) -> bool {
        self.outcome == Outcome::Waiting && now < self.grant.expires
    }

    /// A user confirms it.
    pub fn confirm(&mut self, user: Guid, mfa: bool) {
        self.grant.user = user.to_string();
        self.grant.mfa = mfa;
        self.outcome = Outcome::Confirmed;
    }

    /// A user declines it.
    pub fn decline(&mut self) {
        self.outcome = Outcome::Declined;
    }

    /// The client asks.
    ///
    /// # Errors
    ///
    /// Not yet, too often, declined, or too late.
    pub fn poll(&mut self, client: Guid, now: i64) -> Result<Grant, SignInError> {
        if self.grant.client != client.to_string() {
            return Err(error::DEVICE_CODE.plain());
        }
        if now >= self.grant.expires {
            return Err(error::DEVICE_CODE_EXPIRED.plain());
        }
        match self.outcome {
            Outcome::Confirmed => Ok(self.grant.clone()),
            Outcome::Declined => Err(error::DEVICE_DECLINED.plain()),
            Outcome::Waiting if now < self.next_poll => {
                // RFC 8628, 3.5: five seconds more from now on.
                self.interval += 5;
                self.next_poll = now + self.interval;
                Err(error::SLOW_DOWN.plain())
            }
            Outcome::Waiting => {
                // A client that asks a little early is not too fast.
                self.next_poll = now + self.interval - 1;
                if self.automatic {
                    self.outcome = Outcome::Confirmed;
                }
                Err(error::PENDING.plain())
            }
        }
    }
}

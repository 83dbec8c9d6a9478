//! Users who sign in.

use super::endpoint::Realm;
use super::error::{self, SignInError};
use super::well_known::{DIRECTORY_ROLES, GRAPH_ID};
use super::{Directory, grant::Vault};
use crate::User;
use sim_core::Guid;

/// What somebody typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The name.
    pub upn: &'a str,
    /// The password.
    pub password: &'a str,
    /// Whether a second factor was given; none where there is no way to give one.
    pub second_factor: bool,
}

/// Lets a user in, or says why not.
///
/// # Errors
///
/// In the service's order: nobody of that name; locked; wrong password; and only then what is wrong with the account.
pub fn sign_in<'t>(
    directory: &Directory<'t>,
    realm: Realm,
    attempt: Attempt<'_>,
    vault: &dyn Vault,
) -> Result<&'t User, SignInError> {
    let user = directory.user(realm, attempt.upn)?;
    if !directory.strict() {
        return Ok(user);
    }
    if vault.locked(user.id) {
        return Err(error::LOCKED.plain());
    }
    let right = user.credentials.password.as_ref().is_some_and(|password| password.is(attempt.password));
    // Of a federated domain the passwords are elsewhere.
    let right = right && !directory.is_federated(attempt.upn);
    vault.tried(user.id, right);
    if !right {
        return Err(error::PASSWORD.plain());
    }
    directory.check_account(user)?;
    if user.credentials.mfa && !attempt.second_factor {
        return Err(error::MFA_REQUIRED.of(&[&GRAPH_ID]));
    }
    Ok(user)
}

impl<'t> Directory<'t> {
    fn user(&self, realm: Realm, upn: &str) -> Result<&'t User, SignInError> {
        let tenant = self.tenant;
        let domain = upn.rsplit_once('@').map(|(_, domain)| domain);
        let ours = |domain: &str| tenant.domains().iter().any(|d| self.text(d.name).eq_ignore_ascii_case(domain));
        match (realm, domain) {
            (Realm::Consumers, _) => return Err(error::USER_NOT_FOUND.of(&[&upn, &super::endpoint::CONSUMERS])),
            (Realm::Any, None) => return Err(error::NO_TENANT.plain()),
            (Realm::Any, Some(domain)) if !ours(domain) => return Err(error::TENANT_NOT_FOUND.of(&[&domain])),
            _ => {}
        }
        let found = tenant.user(upn, self.cx);
        let found = found.ok_or_else(|| error::USER_NOT_FOUND.of(&[&upn, &tenant.id()]))?;
        Ok(tenant.user_record(found))
    }

    /// A user by `id`, for whom something was granted before.
    pub(super) fn user_of(&self, id: &str) -> Result<&'t User, SignInError> {
        let found = id.parse::<Guid>().ok().and_then(|id| self.tenant.user_by_id(id));
        let found = found.ok_or_else(|| error::USER_NOT_FOUND.of(&[&id, &self.tenant.id()]))?;
        let user = self.tenant.user_record(found);
        if self.strict() {
            self.check_account(user)?;
        }
        Ok(user)
    }

    fn check_account(&self, user: &User) -> Result<(), SignInError> {
        match user {
            User { enabled: false, .. } => Err(error::USER_DISABLED.plain()),
            _ if user.credentials.password_expired => Err(error::PASSWORD_EXPIRED.plain()),
            _ => Ok(()),
        }
    }

    /// Whether a user's domain signs in elsewhere.
    pub(super) fn is_federated(&self, upn: &str) -> bool {
        let domain = upn.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.tenant.domains().iter().any(|d| d.federated && self.text(d.name).eq_ignore_ascii_case(domain))
    }

    /// The templates of a user's directory roles: `wids`.
    pub(super) fn directory_roles(&self, user: &User) -> Vec<String> {
        // Whoever may do everything is a global administrator.
        let all = [DIRECTORY_ROLES[0].template];
        let held: &[Guid] = if self.strict() { &user.credentials.directory_roles } else { &all };
        held.iter().map(ToString::to_string).collect()
    }

    /// The tenant's administrator: the first user who is one.
    pub fn administrator(&self) -> Option<&'t User> {
        let is_one = |user: &&User| user.credentials.directory_roles.contains(&DIRECTORY_ROLES[0].template);
        let mut users = self.tenant.users().map(|(_, user)| user);
        users.find(is_one).or_else(|| self.tenant.users().map(|(_, user)| user).next())
    }
}

/// Whether whoever got a token had given a second factor.
pub(super) fn had_second_factor(claims: &serde_json::Value) -> bool {
    claims["amr"].as_array().is_some_and(|all| all.iter().any(|method| method == "mfa"))
}

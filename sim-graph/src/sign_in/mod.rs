//! Sign-in to Entra ID as protocol: which addresses there are, who is let in, and what their tokens say.
//!
//! Nothing here knows a key, a clock or a socket. Requests come as a [`Form`] with the clock on the wall (in seconds since 1970: the
//! life of tokens is the clients' affair, and they judge it by their own clock); what only keys and memory can tell is asked of a
//! [`Vault`]. What comes of a request is claims and [`Grant`]s, which whoever has the keys signs and seals.

mod application;
mod authority;
mod consent;
mod device_code;
mod documents;
mod endpoint;
mod error;
mod form;
mod grant;
mod interactive;
mod knobs;
mod permissions;
mod scope;
mod token;
mod user;
pub mod well_known;

pub use device_code::{DeviceFlow, begin as begin_device_flow};
pub use documents::{configuration, instance, user_realm};
pub use endpoint::{Address, Endpoint, Protocol, Realm};
pub use error::{Exchange, SignInError};
pub use form::Form;
pub use grant::{Grant, Vault};
pub use interactive::{Authorization, Redirect, Response, is_web_address, signed_in};
pub use knobs::SignInKnobs;
pub use permissions::{everything as all_permissions, is_known as is_known_permission};
pub use token::{Issued, Outcome, TokenRequest, accepts_audience, token};
pub use user::{Attempt, sign_in as sign_in_user};

use crate::Tenant;
use sim_core::Cx;

/// The tenant as sign-in sees it.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'t> {
    /// The tenant.
    pub tenant: &'t Tenant,
    /// Names and chance.
    pub cx: &'t Cx,
}

impl<'t> Directory<'t> {
    /// Whether secrets, passwords and permissions are checked.
    pub fn strict(&self) -> bool {
        self.tenant.policies.strict_sign_in
    }

    fn text(&self, name: sim_core::Sym) -> &'t str {
        self.cx.names.get(name)
    }
}

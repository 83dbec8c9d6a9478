//! How Microsoft Graph shows the tenant.
//!
//! [`handle`] answers a request target with a status and a body, [`read`] with an [`Answer`] that can be counted and
//! asked for values without any JSON. Both are data at heart: [`ROUTES`] says which paths there are, and one
//! [`EntityType`] table per type, in the file of its resource, what its entities look like. [`prepare`]
//! looks at a request that changes something and says what it comes to; the tables say there, too, what bodies may hold.
//! Nothing is remembered between requests.

mod answer;
mod assignments;
mod device_configurations;
mod device_enrollment_configurations;
mod devices;
mod directory_objects;
mod domain_join_connectors;
mod domains;
mod entity;
mod error;
mod filter;
mod groups;
mod imported_windows_autopilot_device_identities;
mod json;
mod managed_devices;
mod operations;
mod organization;
mod principal;
mod read;
mod route;
mod selection;
mod strict;
#[cfg(test)]
mod tests;
mod users;
mod windows_autopilot_deployment_profiles;
mod windows_autopilot_device_identities;
mod windows_autopilot_settings;
mod write;

pub use answer::{Answer, Collection, Entity, Single};
pub use entity::{
    DIRECTORY_OBJECT, ENTITY, Edm, EntityType, Family, Get, Item, Items, Navigation, Property, Row, Shown, Source,
    Value, Versions, Write,
};
pub use error::{GraphError, Ids, Message};
pub use principal::{Authority, Principal};
pub use read::{Strictness, read};
pub use route::{Change, Does, Lookup, Method, ROUTES, Route, Set, Shows, TYPES, Takes};
pub use write::{Call, Operation, Outcome, Prepared, Prepares, Refusal, Request, prepare};

/// Who asks, and how the answer is to be addressed.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The address that the version follows, without a slash at its end.
    pub root: &'a str,
    /// How much of the service's refusals is wanted.
    pub strictness: Strictness,
    /// The ids of the exchange, for errors.
    pub ids: Ids,
    /// Who it is.
    pub principal: &'a Principal,
}

/// An answer as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// Headers of this answer alone, names in lower case.
    pub headers: Vec<(&'static str, String)>,
}

/// The address of Graph.
pub const ROOT: &str = "https://graph.microsoft.com";

/// The media type of JSON answers (Graph's page on batches shows it).
const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

impl Default for Caller<'_> {
    /// As a scenario's check asks.
    fn default() -> Self {
        Self { root: ROOT, strictness: Strictness::Check, ids: Ids::default(), principal: &Principal::ANYBODY }
    }
}

/// An instant as the directory writes it.
pub(crate) fn time_text(out: &mut String, at: sim_core::SimTime) {
    json::time(out, at, Family::Directory);
}

/// Answers a request target, whatever it is.
pub fn handle(source: &Source<'_>, target: &str, caller: &Caller<'_>) -> Reply {
    let target = route::as_user(target, caller.principal.user);
    match target.and_then(|target| read(source, &target, caller.strictness)) {
        Ok(answer) => {
            let mut body = String::new();
            answer.write(caller.root, &mut body);
            let content_type = if matches!(answer, Answer::Count(_)) { "text/plain" } else { JSON };
            Reply { status: 200, content_type, body, headers: Vec::new() }
        }
        Err(error) => error.reply(caller.ids, source.cx.now()),
    }
}

impl GraphError {
    /// The answer to a request that cannot be carried out.
    pub fn reply(&self, ids: Ids, now: sim_core::SimTime) -> Reply {
        let (status, body) = self.body(ids, now);
        let headers = match self {
            Self::Refused(refusal) => refusal.headers(),
            _ => Vec::new(),
        };
        Reply { status, content_type: "application/json", body, headers }
    }
}

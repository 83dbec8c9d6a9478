//! How Microsoft Graph shows the tenant.
//!
//! [`handle`] answers a request target with a status and a body, [`read`] with an [`Answer`] that can be counted and
//! asked for values without any JSON. Both are data at heart: [`ROUTES`] says which paths there are, and one
//! [`EntityType`] table per type, in the file of its resource, what its entities look like. [`prepare`]
//! looks at a request that changes something and says what it comes to; the tables say there, too, what bodies may hold.
//! Nothing is remembered between requests.

mod answer;
mod assignments;
mod bag;
mod batch;
mod configuration_states;
mod coverage;
mod delta;
mod device_configurations;
mod device_enrollment_configurations;
mod devices;
mod directory_objects;
mod domain_join_connectors;
mod domains;
mod entity;
mod enumerations;
mod error;
mod filter;
mod gather;
mod groups;
mod imported_windows_autopilot_device_identities;
mod json;
mod lookup;
mod managed_devices;
mod metadata;
mod operations;
mod organization;
mod page;
mod policies;
mod preferences;
mod principal;
mod read;
mod route;
mod search;
mod selection;
mod strict;
mod tail;
#[cfg(test)]
mod tests;
mod throttle;
mod users;
mod windows_autopilot_deployment_profiles;
mod windows_autopilot_device_identities;
mod windows_autopilot_settings;
mod write;

use answer::Form;
pub use answer::{Answer, Collection, Entity, PropertyAnswer, References, Single};
pub use batch::{Batch, BatchItem, batch};
pub use coverage::{Coverage, coverage};
pub use delta::Delta;
pub use entity::{
    DIRECTORY_OBJECT, ENTITY, Edm, EntityType, Family, Get, Item, Items, Navigation, Property, Row, Shown, Source,
    Value, Versions, Write,
};
pub use enumerations::{Enumeration, enumeration, enumerations};
pub use error::{GraphError, Ids, Message};
pub(crate) use lookup::Lookups;
pub use preferences::{Metadata, Preferences};
pub use principal::{Authority, Principal};
pub use read::{Strictness, read};
pub use route::{Change, Does, Lookup, Method, ROUTES, Route, Set, Shows, TYPES, Takes};
pub use throttle::{Limits, Spender, Throttle, Throttled, Verdict};
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
    /// What the client wishes of the form of the answer.
    pub preferences: Preferences,
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

impl Default for Caller<'_> {
    /// As a scenario's check asks.
    fn default() -> Self {
        Self {
            root: ROOT,
            strictness: Strictness::Check,
            ids: Ids::default(),
            principal: &Principal::ANYBODY,
            preferences: Preferences::default(),
        }
    }
}

/// An instant as the directory writes it.
pub(crate) fn time_text(out: &mut String, at: sim_core::SimTime) {
    json::time(out, at, Family::Directory);
}

/// Answers a request target, whatever it is.
pub fn handle(source: &Source<'_>, target: &str, caller: &Caller<'_>) -> Reply {
    let resolved = route::as_user(target, caller.principal.user);
    match resolved.and_then(|target| read::read_for(source, &target, caller)) {
        Ok(answer) => answer.reply(caller),
        Err(error) => {
            let mut reply = error.reply(caller.ids, source.cx.now());
            if error == GraphError::DeltaToken {
                let path = crate::odata::without_host(target).split('?').next().unwrap_or_default();
                reply.headers.push(("location", format!("{}/{}", caller.root, path.trim_start_matches('/'))));
            }
            reply
        }
    }
}

impl Answer<'_> {
    /// The answer as it goes out.
    fn reply(&self, caller: &Caller<'_>) -> Reply {
        let mut body = String::with_capacity(self.room());
        let (status, content_type) = match self.write(caller.root, &mut body) {
            Form::Json => (200, caller.preferences.content_type()),
            Form::Text => (200, "text/plain"),
            Form::Xml => (200, "application/xml"),
            Form::Nothing => (204, ""),
        };
        let paged = matches!(self, Self::Collection(collection) if collection.paged);
        let applied = caller.preferences.applied(paged);
        let headers = applied.map(|applied| ("preference-applied", applied)).into_iter().collect();
        Reply { status, content_type, body, headers }
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

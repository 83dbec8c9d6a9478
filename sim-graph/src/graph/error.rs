//! What can be wrong with a request, and how the service says so.

use super::entity::{EntityType, Family};
use super::json;
use super::write::Refusal;
use crate::odata::{QueryError, TargetError, Version};
use sim_core::{Guid, SimTime};
use std::fmt::Write as _;

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The text is no request target, or one of its query options cannot be read.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A query option does not fit the type.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The path leads nowhere, or nowhere in this version.
    #[error("nothing is known of the segment `{segment}` here, in {version}")]
    NoSegment {
        /// The first segment that does not fit.
        segment: String,
        /// The version asked for.
        version: Version,
    },
    /// There is no such object in the directory.
    #[error("there is no object `{id}`")]
    NoObject {
        /// The key.
        id: String,
    },
    /// There is no such entity in Intune.
    #[error("there is no `{path}`")]
    NoEntity {
        /// Its path, keys in parentheses, without the version.
        path: String,
        /// The front end that would have it.
        front_end: &'static str,
        /// The version asked for.
        version: Version,
    },
    /// A query option that does not fit the type.
    #[error("{option}: {what}")]
    Clause {
        /// The query option.
        option: &'static str,
        /// The sentence of the OData library.
        what: String,
    },
    /// The directory does not filter or sort by that property so, or only as an advanced query.
    #[error("the service does not allow `{operator}` on `{property}` of a {resource}{}", if *.advanced { " without ConsistencyLevel: eventual and $count=true" } else { "" })]
    Operator {
        /// The property.
        property: String,
        /// The type, by its short name.
        resource: &'static str,
        /// What was asked.
        operator: String,
        /// Whether it is allowed as an advanced query.
        advanced: bool,
    },
    /// Intune does not answer that query.
    #[error("Intune does not answer {what} on `{path}`")]
    Intune {
        /// What was asked.
        what: String,
        /// The path, without the version.
        path: String,
        /// The front end that refuses.
        front_end: &'static str,
        /// The version asked for.
        version: Version,
    },
    /// `/$count` of a directory collection, without the header that it needs.
    #[error("/$count needs the header ConsistencyLevel: eventual")]
    CountNeedsHeader,
    /// `$search`, without the header that it needs.
    #[error("$search needs the header ConsistencyLevel: eventual")]
    Search,
    /// `$top` in the directory, beyond what a page holds.
    #[error("a page of the directory has from 1 to 999 objects, not {top}")]
    PageSize {
        /// What was asked for.
        top: u32,
    },
    /// The token's permissions do not open an operation of the directory.
    #[error("the permissions are not enough")]
    Denied,
    /// The token's permissions do not open an operation of Intune.
    #[error("one of these permissions is needed: {scopes}")]
    Forbidden {
        /// Those that would, with commas between them.
        scopes: String,
        /// The path, keys in parentheses, without the version.
        path: String,
        /// The version asked for.
        version: Version,
    },
    /// A change is refused.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// A `$skiptoken` that is none, or of another query.
    #[error("the $skiptoken is not one of this query")]
    PageToken,
    /// A `$deltatoken` that is none, is of another query, or has expired.
    #[error("the token of changes is not one of this query, or has expired")]
    DeltaToken,
    /// A query of the directory that the service does not support.
    #[error("{what}")]
    Unsupported {
        /// The service's sentence.
        what: String,
    },
    /// Another refusal.
    #[error("{message}")]
    Plain {
        /// The HTTP status.
        status: u16,
        /// `error.code`.
        code: &'static str,
        /// `error.message`.
        message: String,
    },
    /// `$skip` in the directory.
    #[error("the directory pages by $skiptoken, not by $skip")]
    Skip,
}

/// The ids of one exchange, as the caller has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ids {
    /// `request-id`.
    pub request: Guid,
    /// `client-request-id`; the request's own id where the client sent none.
    pub client_request: Guid,
}

/// The `message` of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A sentence.
    Plain(String),
    /// Intune's: a JSON document that names this address.
    Intune {
        /// The address within the service.
        url: String,
    },
    /// Intune's, with a sentence of its own.
    IntuneSays {
        /// The sentence, without a stop.
        sentence: String,
        /// The address within the service.
        url: String,
    },
}

impl GraphError {
    /// A property that the type does not have, in this version.
    pub(super) fn no_property(option: &'static str, name: &str, ty: &EntityType) -> Self {
        let name = name.rsplit('/').next().unwrap_or(name);
        Self::Clause { option, what: format!("Could not find a property named '{name}' on type '{}'.", ty.name) }
    }

    /// A query of the directory that the service does not support, in its sentence.
    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    /// An operator that the directory does not allow on a property.
    pub(super) fn operator(property: &str, resource: &'static str, operator: &str) -> Self {
        let (property, operator) = (property.to_owned(), operator.to_owned());
        Self::Operator { property, resource, operator, advanced: false }
    }

    /// The HTTP status, `error.code` and `error.message` that a client of Graph sees.
    ///
    /// Source: errors pasted from real tenants into public issues, and Graph's pages on advanced queries and on
    /// `/$count`.
    pub fn wire(&self) -> (u16, &'static str, Message) {
        let plain = |status, code, message: &str| (status, code, Message::Plain(message.to_owned()));
        match self {
            Self::Target(error @ TargetError::Version(_)) => plain(404, "ResourceNotFound", &error.service_message()),
            Self::Target(error) => plain(400, "BadRequest", &error.service_message()),
            Self::Query(error) => plain(400, "BadRequest", error.service_message()),
            Self::NoSegment { segment, .. } => {
                plain(400, "BadRequest", &format!("Resource not found for the segment '{segment}'."))
            }
            Self::NoObject { id } => {
                let why = "does not exist or one of its queried reference-property objects are not present.";
                plain(404, "Request_ResourceNotFound", &format!("Resource '{id}' {why}"))
            }
            Self::NoEntity { path, front_end, version } => {
                (404, "ResourceNotFound", Message::Intune { url: url(path, front_end, *version, "") })
            }
            Self::Clause { option, what } => {
                let beginning = match *option {
                    "$filter" => "Invalid filter clause",
                    "$orderby" => "Invalid orderby clause",
                    _ => "Parsing OData Select and Expand failed",
                };
                plain(400, "BadRequest", &format!("{beginning}: {what}"))
            }
            Self::Operator { property, resource, operator, .. } => {
                let clause = if matches!(operator.as_str(), "orderby" | "search") { operator } else { "filter" };
                let mut resource = (*resource).to_owned();
                resource[..1].make_ascii_uppercase();
                let message = format!(
                    "Unsupported or invalid query {clause} clause specified for property '{property}' of resource '{resource}'."
                );
                plain(400, "Request_UnsupportedQuery", &message)
            }
            Self::Intune { what, path, front_end, version } => {
                (400, "BadRequest", Message::Intune { url: url(path, front_end, *version, what) })
            }
            Self::CountNeedsHeader => plain(400, "Request_BadRequest", "$count is not currently supported."),
            Self::Search => {
                let header = "'ConsistencyLevel: eventual'";
                let message = format!(
                    "Request with $search query parameter only works through MSGraph with a special request header: {header}"
                );
                plain(400, "Request_UnsupportedQuery", &message)
            }
            Self::PageSize { top } => {
                let message = format!("Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive.");
                plain(400, "Request_BadRequest", &message)
            }
            Self::Denied => {
                plain(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
            }
            Self::Forbidden { scopes, path, version } => {
                // The front end that checks permissions is the same for all. Its name is ours.
                let url = url(path, "DeviceFE/StatelessDeviceFEService", *version, "");
                let sentence = format!(
                    "Application is not authorized to perform this operation. Application must have one of the following scopes: {scopes}"
                );
                (403, "Forbidden", Message::IntuneSays { sentence, url })
            }
            Self::Refused(refusal) => refusal.wire(),
            Self::PageToken => {
                let message =
                    "The specified page token value has expired and can no longer be included in your request.";
                plain(400, "Directory_ExpiredPageToken", message)
            }
            Self::DeltaToken => {
                let message = "The delta token is no longer valid: the request has to be made anew without it.";
                plain(410, "syncStateNotFound", message)
            }
            Self::Unsupported { what } => plain(400, "Request_UnsupportedQuery", what),
            Self::Plain { status, code, message } => plain(*status, code, message),
            Self::Skip => plain(400, "Request_BadRequest", "'$skip' is not supported by the service."),
        }
    }

    /// The status and the body of the answer.
    pub fn body(&self, ids: Ids, now: SimTime) -> (u16, String) {
        let (status, code, message) = self.wire();
        let message = match message {
            Message::Plain(text) => text,
            Message::Intune { url } => intune_message("An error has occurred", &url, ids),
            Message::IntuneSays { sentence, url } => intune_message(&sentence, &url, ids),
        };
        let mut out = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":");
        json::text(&mut out, &message);
        out.push_str(",\"innerError\":{\"date\":\"");
        json::time(&mut out, now, Family::Directory);
        // This date has no zone.
        out.pop();
        let _ =
            write!(out, "\",\"request-id\":\"{}\",\"client-request-id\":\"{}\"}}}}}}", ids.request, ids.client_request);
        (status, out)
    }
}

/// The address of a resource within Intune. The scale unit is ours; so are the days, of which only the years are
/// observed.
pub(super) fn url(path: &str, front_end: &str, version: Version, query: &str) -> String {
    let path = path.replace('(', "%28").replace('\'', "%27").replace(')', "%29");
    let day = match version {
        Version::V1 => "2022-11-17",
        Version::Beta => "5022-11-17",
    };
    let query = query.replace(' ', "%20").replace('\'', "%27").replace('"', "%22");
    let and = if query.is_empty() { "" } else { "&" };
    format!("https://fef.msua01.manage.microsoft.com/{front_end}/{path}?api-version={day}{and}{query}")
}

/// Source: issues 45, 89 and 211 of powershell-intune-samples, 4157 of microsoft-graph-docs-contrib.
fn intune_message(says: &str, url: &str, ids: Ids) -> String {
    let mut message = String::from("{\r\n  \"_version\": 3,\r\n  \"Message\": ");
    let sentence = format!(
        "{says} - Operation ID (for customer support): {} - Activity ID: {} - Url: {url}",
        Guid::NIL,
        ids.client_request
    );
    json::text(&mut message, &sentence);
    message.push_str(
        ",\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\"",
    );
    message.push_str(",\r\n  \"HttpHeaders\": \"{}\"\r\n}");
    message
}

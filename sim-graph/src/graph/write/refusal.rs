//! Why a request that changes something is refused, in the words of the service that refuses.
//!
//! Source: errors pasted from real tenants into public issues; where the words are not known they are the OData
//! library's, or of the same shape.

use super::super::entity::{EntityType, Family};
use super::super::error::{GraphError, Message};
use crate::odata::Version;
use sim_core::SimDuration;

/// A refusal as the wire has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    form: Option<Form>,
    /// `Retry-After`, in seconds.
    retry_after: Option<i64>,
}

/// Who refuses: which decides on the form of the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Form {
    pub family: Family,
    /// The path in the service, without the version, keys in parentheses.
    pub path: String,
    pub version: Version,
}

impl Refusal {
    /// A sentence of the gateway or of the directory.
    pub fn plain(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), form: None, retry_after: None }
    }

    /// What the service behind the path refuses: Intune says so with an address and a phrase, the directory with a
    /// sentence.
    pub(in super::super) fn by(form: &Form, status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), form: Some(form.clone()), retry_after: None }
    }

    /// Whether the path has no such method, rather than something being wrong with the request.
    pub(in super::super) fn is_of_route(&self) -> bool {
        self.status == 405 || self.code == "No method match route template"
    }

    /// With the time after which it may be asked again.
    pub(in super::super) fn retry_after(self, after: SimDuration) -> Self {
        Self { retry_after: Some((after.millis() + 999) / 1000), ..self }
    }

    /// Headers of the answer.
    pub(in super::super) fn headers(&self) -> Vec<(&'static str, String)> {
        self.retry_after.iter().map(|seconds| ("retry-after", seconds.to_string())).collect()
    }

    /// `Request_BadRequest` of the directory, `BadRequest` of Intune.
    pub(in super::super) fn bad(form: &Form, message: impl Into<String>) -> Self {
        let code = if form.is_intune() { "BadRequest" } else { "Request_BadRequest" };
        Self::by(form, 400, code, message)
    }

    /// What is not JSON.
    pub(super) fn unreadable(_: &Form) -> Self {
        let message = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of \
            valid JSON format.";
        Self::plain(400, "BadRequest", message)
    }

    /// A property that the type does not have.
    pub(super) fn unknown_property(form: &Form, name: &str, ty: &str) -> Self {
        match form.family {
            Family::Directory => Self::plain(
                400,
                "Request_BadRequest",
                format!("Property '{name}' does not exist as a declared property or extension property."),
            ),
            Family::Intune(_) => Self::plain(
                400,
                "ModelValidationFailure",
                format!(
                    "The property '{name}' does not exist on type '{ty}'. Make sure to only use property names that are \
                     defined by the type or mark the type as open type."
                ),
            ),
        }
    }

    /// A property that clients cannot set.
    pub(super) fn read_only(_: &Form, name: &str, resource: &str) -> Self {
        let message = format!("Property '{name}' of resource '{}' is read-only and cannot be set.", capital(resource));
        Self::plain(400, "Request_BadRequest", message)
    }

    /// A value of another type.
    pub(super) fn literal(form: &Form, _: &str, value: &str, edm: &str) -> Self {
        let shown: String = value.chars().take(256).collect();
        let message = format!("Cannot convert the literal '{shown}' to the expected type '{edm}'.");
        Self::plain(400, if form.is_intune() { "ModelValidationFailure" } else { "Request_BadRequest" }, message)
    }

    /// Nothing where something has to be.
    pub(super) fn mistyped(form: &Form, name: &str, edm: &str) -> Self {
        let message = format!(
            "A null value was found for the property named '{name}', which has the expected type '{edm}[Nullable=False]'. The \
             expected type '{edm}[Nullable=False]' does not allow null values."
        );
        Self::plain(400, if form.is_intune() { "ModelValidationFailure" } else { "Request_BadRequest" }, message)
    }

    /// An `@odata.type` that does not fit.
    pub(super) fn wrong_type(form: &Form, name: &str, declared: &str) -> Self {
        let message = format!(
            "A type named '{name}' could not be resolved by the model or is not assignable to the expected type '{declared}'. \
             When a model is available, each type name must resolve to a valid type."
        );
        Self::plain(400, if form.is_intune() { "ModelValidationFailure" } else { "Request_BadRequest" }, message)
    }

    /// A property without which nothing can be made.
    pub(in super::super) fn missing(form: &Form, name: &str, ty: &EntityType) -> Self {
        match form.family {
            Family::Directory => Self::plain(
                400,
                "Request_BadRequest",
                format!("A value is required for property '{name}' of resource '{}'.", capital(ty.short_name())),
            ),
            Family::Intune(_) => Self::bad(form, format!("{name} is required")),
        }
    }

    /// A value that the directory does not take.
    pub(in super::super) fn invalid(form: &Form, name: &str, ty: &EntityType) -> Self {
        match form.family {
            Family::Directory => Self::plain(
                400,
                "Request_BadRequest",
                format!("Invalid value specified for property '{name}' of resource '{}'.", capital(ty.short_name())),
            ),
            Family::Intune(_) => Self::bad(form, format!("{name} is invalid")),
        }
    }

    /// Something of that name is there already.
    pub(in super::super) fn duplicate(name: &str) -> Self {
        let message = format!("Another object with the same value for property {name} already exists.");
        Self::plain(400, "Request_BadRequest", message)
    }

    /// What the service has, but not for clients to do.
    pub(in super::super) fn unsupported(form: &Form) -> Self {
        match form.family {
            Family::Directory => {
                let message = "Specified HTTP method is not allowed for the request target.";
                Self::plain(405, "Request_BadRequest", message)
            }
            Family::Intune(_) => Self::by(form, 400, "BadRequest", "the operation is not supported"),
        }
    }

    pub(in super::super) fn wire(&self) -> (u16, &'static str, Message) {
        let message = match &self.form {
            Some(Form { family: Family::Intune(front_end), path, version }) => {
                Message::Intune { url: super::super::error::url(path, front_end, *version, "") }
            }
            _ => Message::Plain(self.message.clone()),
        };
        (self.status, self.code, message)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Form {
    pub fn is_intune(&self) -> bool {
        matches!(self.family, Family::Intune(_))
    }

    /// A refusal of whoever answers for the path.
    pub fn bad(&self, message: impl Into<String>) -> GraphError {
        Refusal::bad(self, message).into()
    }
}

impl From<Refusal> for GraphError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// The name of a type as the directory's sentences have it.
fn capital(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

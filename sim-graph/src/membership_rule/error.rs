//! What is wrong with a rule, for the person who wrote it and as the service would say it.

use std::ops::Range;

/// Why a text is not a rule that a device group can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    message: String,
    help: String,
    start: usize,
    len: usize,
    service: Option<Service>,
}

/// The mistakes whose wording by the service is known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Service {
    InvalidOperands(String),
    WrongProperty { property: String, object: &'static str },
    InvalidCharacters(String),
}

impl RuleError {
    /// What is wrong: the thing, its value and what would be accepted.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to put it right.
    pub fn help(&self) -> &str {
        &self.help
    }

    /// Where it is wrong: first byte and number of bytes. The number is 0 at the end of the rule.
    pub fn span(&self) -> (usize, usize) {
        (self.start, self.len)
    }

    /// The text of the service, for the mistakes of which it is known.
    ///
    /// Observed: `Invalid operands found for operator` (azure-docs issues 16182 and 81987), `Wrong property applied`
    /// for `group.objectId` (entra-docs issue 921), `Invalid characters found in the rule` for back-slashes (CIPP issue
    /// 1378, there without the words before the colon). Assumed: the same `Wrong property` text when the object is the
    /// device.
    pub fn service_message(&self) -> Option<String> {
        let text = match self.service.as_ref()? {
            Service::InvalidOperands(operator) => format!("Invalid operands found for operator {operator}"),
            Service::WrongProperty { property, object } => {
                format!(
                    "Wrong property applied. Property '{}' cannot be applied to object '{object}'",
                    property.to_lowercase()
                )
            }
            Service::InvalidCharacters(characters) => format!("Invalid characters found in the rule: {characters}"),
        };
        Some(format!("Dynamic membership rule validation error: {text}"))
    }

    pub(super) fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { message, help, start: span.start, len: span.len(), service: None }
    }

    /// The service calls this `Invalid operands found for operator`; `operator` is written with its hyphen.
    pub(super) fn invalid_operands(mut self, operator: &str) -> Self {
        self.service = Some(Service::InvalidOperands(operator.to_owned()));
        self
    }

    /// The service calls this `Wrong property applied`.
    pub(super) fn wrong_property(mut self, property: &str, object: &'static str) -> Self {
        self.service = Some(Service::WrongProperty { property: property.to_owned(), object });
        self
    }

    /// The service calls this `Invalid characters found in the rule`.
    pub(super) fn invalid_characters(mut self, characters: char) -> Self {
        self.service = Some(Service::InvalidCharacters(characters.to_string()));
        self
    }
}

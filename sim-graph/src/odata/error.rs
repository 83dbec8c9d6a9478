//! What is wrong with a query, in our words and in the service's.

use std::ops::Range;

/// Why a query option, or a filter asked of an object, cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {message}")]
pub struct QueryError {
    option: String,
    message: String,
    service: String,
    start: usize,
    len: usize,
}

impl QueryError {
    /// The query option, such as `$filter`.
    pub fn option(&self) -> &str {
        &self.option
    }

    /// What is wrong: the thing, its value and what would be accepted.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is wrong: first byte and number of bytes in the option's decoded value.
    pub fn span(&self) -> (usize, usize) {
        (self.start, self.len)
    }

    /// The `message` of the error that the service answers with status 400.
    ///
    /// Observed: `Invalid filter clause`, alone or followed by a colon and what the OData library says, such as `Syntax
    /// error at position 17 in '…'.` (microsoft-graph-explorer-v4 issue 3227); the position is the number of characters
    /// up to and with the word at fault. Observed with other services of that library: `There is an unterminated string
    /// literal` and `Could not find a property named`. The remaining sentences are general knowledge of the library, not
    /// checked against Graph, and that Graph passes them on unchanged is assumed.
    pub fn service_message(&self) -> &str {
        &self.service
    }

    /// A mistake in a filter; `service` is what the library says of it, if that is known.
    pub(super) fn filter(span: Range<usize>, message: impl Into<String>, service: impl AsRef<str>) -> Self {
        let service = match service.as_ref() {
            "" => "Invalid filter clause".to_owned(),
            known => format!("Invalid filter clause: {known}"),
        };
        Self { option: "$filter".into(), message: message.into(), service, start: span.start, len: span.len() }
    }

    /// A word that does not fit the grammar of `$filter`.
    pub(super) fn syntax(text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let position = text.get(..span.end).unwrap_or(text).encode_utf16().count();
        Self::filter(span, message, format!("Syntax error at position {position} in '{text}'."))
    }

    /// A mistake in another option, which concerns its whole value.
    pub(super) fn option_value(
        option: &str,
        value: &str,
        message: impl Into<String>,
        service: impl Into<String>,
    ) -> Self {
        Self { option: option.into(), message: message.into(), service: service.into(), start: 0, len: value.len() }
    }

    /// A property that the type does not have.
    pub(super) fn no_property(span: Range<usize>, path: &str, type_name: &str) -> Self {
        let quotes =
            if path.contains('/') { String::new() } else { format!("; if a text is meant, quote it: `'{path}'`") };
        let message = format!("`{type_name}` has no property `{path}`{quotes}");
        let name = path.rsplit('/').next().unwrap_or(path);
        let service = format!("Could not find a property named '{name}' on type '{type_name}'.");
        Self::filter(span, message, service)
    }
}

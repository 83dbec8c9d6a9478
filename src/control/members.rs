//! The members of a JSON object that somebody sent, taken one by one.

use super::ControlError;
use serde_json::{Map, Value};

/// Members that were not taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Takes a text, if it is there. Null is as good as nothing.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ControlError> {
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(ControlError::bad(format!("`{name}` is a text, not {}", short(&other)))),
        }
    }

    /// Takes a number, if it is there.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, ControlError> {
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(other) => {
                let number = other.as_f64();
                number
                    .map(Some)
                    .ok_or_else(|| ControlError::bad(format!("`{name}` is a number, not {}", short(&other))))
            }
        }
    }

    /// Complains of members that mean nothing.
    pub(super) fn none_left(&self) -> Result<(), ControlError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(80).collect();
                Err(ControlError::bad(format!("`{name}` means nothing here")))
            }
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

//! Which values go with which operator and property.

use super::comparison::{Operator, Pattern, Value};
use super::error::RuleError;
use super::property::{DeviceProperty, PropertyType};
use std::ops::Range;

/// A value before it is known what it is compared with.
pub enum Written {
    Null,
    Bool(bool),
    Text(String),
    List(Vec<(Self, Range<usize>)>),
}

/// Checks that property, operator and value go together, and prepares the value for comparing.
pub fn fit(
    property: DeviceProperty,
    operator: Operator,
    value: Written,
    span: Range<usize>,
) -> Result<Value, RuleError> {
    let name = operator.name();
    let wrong = |message: String, help: &str| Err(RuleError::new(span.clone(), message, help).invalid_operands(name));
    let equality = matches!(operator, Operator::Eq | Operator::Ne);
    let boolean = property.kind() == PropertyType::Boolean;
    match value {
        Written::Null if equality => Ok(Value::Null),
        Written::Null => wrong(
            format!("`{name}` cannot be asked about null"),
            "null goes with `-eq` and `-ne`; the word is written with quotes, `\"null\"`",
        ),
        _ if boolean && !equality => wrong(
            format!("`{name}` is asked of `device.{property}`, which is true or false"),
            "use `-eq true` or `-eq false`",
        ),
        Written::Bool(value) if boolean => Ok(Value::Bool(value)),
        Written::Text(text) if boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => wrong(
                format!("`device.{property}` is true or false, never `\"{text}\"`"),
                "use `-eq true` or `-eq false`",
            ),
        },
        Written::Bool(value) => {
            let message = format!("`{value}` without quotes is a truth value, and a text is compared here");
            wrong(message, "put the word in quotes if it is meant")
        }
        Written::List(items) if matches!(operator, Operator::In | Operator::NotIn) => {
            texts(items, operator, span).map(Value::List)
        }
        Written::List(_) => wrong(format!("`{name}` takes one value, not a list"), "for a list use `-in` or `-notIn`"),
        Written::Text(_) if matches!(operator, Operator::In | Operator::NotIn) => Err(list_wanted(operator, span)),
        Written::Text(text) if matches!(operator, Operator::Match | Operator::NotMatch) => {
            Pattern::new(&text).map(Value::Pattern).map_err(|reason| {
                let message = format!("`\"{text}\"` is no regular expression that can be used here: {reason}");
                RuleError::new(span, message, "look-around and back-references are not supported by the simulator")
            })
        }
        Written::Text(text) => Ok(Value::Text(text.into())),
    }
}

pub fn texts(
    items: Vec<(Written, Range<usize>)>,
    operator: Operator,
    span: Range<usize>,
) -> Result<Box<[Box<str>]>, RuleError> {
    let name = operator.name();
    if items.is_empty() {
        return Err(RuleError::new(span, format!("the list of `{name}` is empty"), "name at least one value")
            .invalid_operands(name));
    }
    let text = |(item, span): (Written, Range<usize>)| match item {
        Written::Text(text) => Ok(text.into()),
        _ => {
            let help = "null is asked with `-eq` or `-ne`, truth values too; as words they are quoted";
            Err(RuleError::new(span, format!("the list of `{name}` has something else than text or a number"), help)
                .invalid_operands(name))
        }
    };
    items.into_iter().map(text).collect()
}

pub fn list_wanted(operator: Operator, span: Range<usize>) -> RuleError {
    let name = operator.name();
    let help = format!("write `{name} [\"a\", \"b\"]`");
    RuleError::new(span, format!("`{name}` needs a list"), help).invalid_operands(name)
}

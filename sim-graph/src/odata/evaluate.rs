//! Asking a filter of an object.
//!
//! # Null
//!
//! Source: OData 4.01, part 2, sections 5.1.1.1 and 5.1.1.5. Null equals null and nothing else; it is neither above nor
//! below anything, so `gt`, `ge`, `lt` and `le` with null are false. A function of null is null, `not` null is null,
//! `and` and `or` follow the three-valued tables, and an object for which the filter is null is left out (that last
//! part is documented on Graph's page on `$filter`). It follows that `not startswith(model,'x')` leaves out objects
//! without a model; whether the directory's index does so too is not documented. Assumed: a collection that is null has
//! no items.
//!
//! # Text
//!
//! Assumed: compared without regard to case, see `membership_rule/ignore_case.rs`, in equality, order and functions
//! alike, for directory objects and Intune's. A GUID and a text are equal if the text is that GUID.

use super::filter::{CompareOp, Expr, Lambda, Quantifier, TextFunction};
use super::function::Function;
use super::literal::{Literal, guid_text};
use super::path::{MAX_SEGMENTS, Path, Segment};
use super::{QueryError, Subject, Value};
use crate::membership_rule::ignore_case;
use std::cmp::Ordering;
use std::ops::Range;

/// Whether the filter takes the object.
pub fn matches(filter: &Expr, subject: &dyn Subject) -> Result<bool, QueryError> {
    let scope = Scope { subject, variable: None };
    match scope.value(filter)? {
        Value::Bool(verdict) => Ok(verdict),
        Value::Null => Ok(false),
        other => {
            let message = format!("the filter is of type `{}`, not true or false", other.type_name());
            Err(QueryError::filter(0..0, message, "The $filter expression must evaluate to a single boolean value."))
        }
    }
}

/// What names mean: the object, and the range variables of the lambdas around.
#[derive(Clone, Copy)]
struct Scope<'s> {
    subject: &'s dyn Subject,
    variable: Option<&'s Variable<'s>>,
}

struct Variable<'s> {
    name: &'s str,
    item: &'s Value<'s>,
    outer: Option<&'s Variable<'s>>,
}

impl<'s> Scope<'s> {
    fn value(self, expr: &'s Expr) -> Result<Value<'s>, QueryError> {
        Ok(match expr {
            Expr::Literal(literal) => literal_value(literal),
            Expr::Path(path) => self.path(path)?,
            Expr::Not(part) => match self.value(part)? {
                Value::Bool(verdict) => Value::Bool(!verdict),
                Value::Null => Value::Null,
                other => return Err(wrong_operand(&other, "Not", span(part))),
            },
            Expr::And(parts) => self.junction(parts, false)?,
            Expr::Or(parts) => self.junction(parts, true)?,
            Expr::Compare(op, left, right) => {
                let (a, b) = (self.value(left)?, self.value(right)?);
                let verdict = compare(*op, &a, &b).ok_or_else(|| incompatible(*op, &a, &b, span(expr)))?;
                Value::Bool(verdict)
            }
            Expr::In(part, list) => {
                let value = self.value(part)?;
                for literal in list {
                    let listed = literal_value(literal);
                    match compare(CompareOp::Eq, &value, &listed) {
                        Some(true) => return Ok(Value::Bool(true)),
                        Some(false) => {}
                        None => return Err(incompatible(CompareOp::Eq, &value, &listed, span(expr))),
                    }
                }
                Value::Bool(false)
            }
            Expr::Call(function, text, part) => self.call(*function, text, part)?,
            Expr::Apply(function, arguments) => self.apply(*function, arguments)?,
            Expr::Lambda(lambda) => self.lambda(lambda)?,
            Expr::IsOf(None, type_name) => Value::Bool(self.subject.is_of(type_name)),
            Expr::IsOf(Some(path), type_name) => Value::Bool(match self.path(path)? {
                Value::Object(object) => object.is_of(type_name),
                _ => false,
            }),
        })
    }

    // Functions of their own, as trees are deep and frames add up.
    fn call(self, function: TextFunction, text: &'s Expr, part: &'s Expr) -> Result<Value<'s>, QueryError> {
        Ok(match (self.value(text)?, self.value(part)?) {
            (Value::Text(text), Value::Text(part)) => Value::Bool(match function {
                TextFunction::StartsWith => ignore_case::starts_with(&text, &part),
                TextFunction::EndsWith => ignore_case::ends_with(&text, &part),
                TextFunction::Contains => ignore_case::contains(&text, &part),
            }),
            (Value::Null, Value::Null | Value::Text(_)) | (Value::Text(_), Value::Null) => Value::Null,
            (a, b) => {
                let name = function.name();
                let types = format!("`{}` and `{}`", a.type_name(), b.type_name());
                let message = format!("`{name}` takes two texts, not {types}");
                let service = format!(
                    "No function signature for the function with name '{name}' matches the specified \
                     arguments. The function signatures considered are: {name}(Edm.String Nullable=true, Edm.String Nullable=true)."
                );
                let (first, second) = (span(text), span(part));
                return Err(QueryError::filter(if first.is_empty() { second } else { first }, message, service));
            }
        })
    }

    fn apply(self, function: Function, arguments: &'s [Expr]) -> Result<Value<'s>, QueryError> {
        let values = arguments.iter().map(|part| self.value(part)).collect::<Result<Vec<_>, _>>()?;
        function.value(&values).ok_or_else(|| {
            let at = arguments.iter().map(span).find(|span| !span.is_empty()).unwrap_or_default();
            let message = format!("`{}` does not take such arguments", function.name());
            QueryError::filter(at, message, function.no_signature())
        })
    }

    /// `and` (decided by a false) or `or` (decided by a true).
    fn junction(self, parts: &'s [Expr], decides: bool) -> Result<Value<'s>, QueryError> {
        let mut verdict = Value::Bool(!decides);
        for part in parts {
            match self.value(part)? {
                Value::Bool(value) if value == decides => return Ok(Value::Bool(decides)),
                Value::Bool(_) => {}
                Value::Null => verdict = Value::Null,
                other => return Err(wrong_operand(&other, if decides { "Or" } else { "And" }, span(part))),
            }
        }
        Ok(verdict)
    }

    fn lambda(self, lambda: &'s Lambda) -> Result<Value<'s>, QueryError> {
        let decides = lambda.quantifier == Quantifier::Any;
        let items = match self.path(&lambda.path)? {
            Value::List(items) => items,
            Value::Null => Vec::new(),
            other => {
                let message = format!("`{}` is of type `{}` and has no items", lambda.path, other.type_name());
                let service = "Any/All may only be used following a collection.";
                return Err(QueryError::filter(lambda.path.span.clone(), message, service));
            }
        };
        let Some((name, body)) = &lambda.body else { return Ok(Value::Bool(items.is_empty() != decides)) };
        let mut verdict = Value::Bool(!decides);
        for item in &items {
            let variable = Variable { name, item, outer: self.variable };
            match (Scope { subject: self.subject, variable: Some(&variable) }).value(body)? {
                Value::Bool(value) if value == decides => return Ok(Value::Bool(decides)),
                Value::Bool(_) => {}
                Value::Null => verdict = Value::Null,
                other => return Err(wrong_operand(&other, lambda.quantifier.name(), span(body))),
            }
        }
        Ok(verdict)
    }

    fn path(self, path: &'s Path) -> Result<Value<'s>, QueryError> {
        let (counted, steps) = match path.segments.split_last() {
            Some((Segment::Count, steps)) => (true, steps),
            _ => (false, path.segments.as_slice()),
        };
        let value = match steps.split_first() {
            Some((Segment::Property(name), rest)) if name == "$it" => follow(self.subject, rest, path)?,
            Some((Segment::Property(name), rest)) => match self.item(name) {
                Some(Value::Object(object)) => follow(&**object, rest, path)?,
                Some(item) if rest.is_empty() => item.reborrow(),
                Some(item) => {
                    return Err(QueryError::no_property(path.span.clone(), &path.to_string(), &item.type_name()));
                }
                None => follow(self.subject, steps, path)?,
            },
            _ => follow(self.subject, steps, path)?,
        };
        if !counted {
            return Ok(value);
        }
        match value {
            Value::List(items) => Ok(Value::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))),
            Value::Null => Ok(Value::Int(0)),
            other => {
                let message = format!("`{path}`: only collections have a count, not `{}`", other.type_name());
                Err(QueryError::filter(path.span.clone(), message, ""))
            }
        }
    }

    fn item(self, name: &str) -> Option<&'s Value<'s>> {
        let mut variable = self.variable;
        while let Some(v) = variable {
            if v.name == name {
                return Some(v.item);
            }
            variable = v.outer;
        }
        None
    }
}

/// The value at the end of some steps, or the object itself.
fn follow<'s>(object: &'s dyn Subject, steps: &[Segment], path: &Path) -> Result<Value<'s>, QueryError> {
    let mut names = [""; MAX_SEGMENTS];
    let mut len = 0;
    let no_property = || QueryError::no_property(path.span.clone(), &path.to_string(), object.type_name());
    for step in steps.iter().take(MAX_SEGMENTS) {
        match step {
            Segment::Property(name) => {
                names[len] = name;
                len += 1;
            }
            Segment::Cast(type_name) => {
                let fits = match len {
                    0 => object.is_of(type_name),
                    _ => match object.get(&names[..len]).ok_or_else(no_property)? {
                        Value::Object(inner) => inner.is_of(type_name),
                        _ => false,
                    },
                };
                if !fits {
                    return Ok(Value::Null);
                }
            }
            Segment::Count => return Ok(Value::Null), // the parser has it at the end only, and it was cut off there
        }
    }
    match len {
        0 => Ok(Value::Object(Box::new(object))),
        _ => object.get(&names[..len]).ok_or_else(no_property),
    }
}

/// Where a text contains another, as the functions of texts compare: the first byte.
pub(super) fn position(text: &str, part: &str) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).find(|at| ignore_case::starts_with(&text[*at..], part))
}

pub(super) fn literal_value(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::Text(text) | Literal::Enum { member: text, .. } => Value::Text(text.into()),
        Literal::Time(millis) => Value::Time(*millis),
        Literal::Guid(guid) => Value::Guid(*guid),
    }
}

/// `None` if the two cannot be compared so.
fn compare(op: CompareOp, a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    if matches!(a, Value::Null) || matches!(b, Value::Null) {
        let same = matches!((a, b), (Value::Null, Value::Null));
        return Some(if op == CompareOp::Ne { !same } else { same && op == CompareOp::Eq });
    }
    match op {
        CompareOp::Eq => equal(a, b),
        CompareOp::Ne => equal(a, b).map(|same| !same),
        CompareOp::Gt => order(a, b).map(|order| order == Some(Ordering::Greater)),
        CompareOp::Ge => order(a, b).map(|order| order.is_some_and(Ordering::is_ge)),
        CompareOp::Lt => order(a, b).map(|order| order == Some(Ordering::Less)),
        CompareOp::Le => order(a, b).map(|order| order.is_some_and(Ordering::is_le)),
        CompareOp::Has => match (a, b) {
            (Value::Text(flags), Value::Text(wanted)) => {
                let has = |name: &str| flags.split(',').any(|flag| ignore_case::equal(flag.trim(), name.trim()));
                Some(wanted.split(',').all(has))
            }
            _ => None,
        },
    }
}

fn equal(a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Guid(a), Value::Guid(b)) => Some(a == b),
        (Value::Guid(guid), Value::Text(text)) | (Value::Text(text), Value::Guid(guid)) => {
            Some(guid_text(text) == Some(*guid))
        }
        (Value::Text(a), Value::Text(b)) => Some(ignore_case::equal(a, b)),
        _ => order(a, b).map(|order| order == Some(Ordering::Equal)),
    }
}

/// `None` without an order between such values, `Some(None)` if one of them is not a number.
#[expect(clippy::cast_precision_loss, reason = "whole numbers beyond 2^53 are not compared with fractions")]
fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Option<Ordering>> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) | (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Double(b)) => (*a as f64).partial_cmp(b),
        (Value::Double(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Text(a), Value::Text(b)) => Some(ignore_case::compare(a, b)),
        _ => return None,
    })
}

fn incompatible(op: CompareOp, a: &Value<'_>, b: &Value<'_>, span: Range<usize>) -> QueryError {
    let (a, b, kind) = (a.type_name(), b.type_name(), op.kind());
    let service = format!(
        "A binary operator with incompatible types was detected. Found operand types '{a}' and '{b}' for operator kind '{kind}'."
    );
    QueryError::filter(span, format!("`{a}` and `{b}` cannot be compared with `{}`", op.name()), service)
}

fn wrong_operand(value: &Value<'_>, operator: &str, span: Range<usize>) -> QueryError {
    let found = value.type_name();
    let service = match operator {
        "Not" => format!(
            "A unary operator with an incompatible type was detected. Found operand type '{found}' for operator kind 'Not'."
        ),
        "And" | "Or" => format!(
            "A binary operator with incompatible types was detected. Found operand types '{found}' and 'Edm.Boolean' for operator kind '{operator}'."
        ),
        _ => "The Any/All query expression must evaluate to a single boolean value.".to_owned(),
    };
    let operator = operator.to_lowercase();
    QueryError::filter(span, format!("`{operator}` needs what is true or false, not `{found}`"), service)
}

/// Where an expression stands, as far as its paths tell.
fn span(expr: &Expr) -> Range<usize> {
    match expr {
        Expr::Path(path) | Expr::IsOf(Some(path), _) | Expr::Lambda(Lambda { path, .. }) => path.span.clone(),
        Expr::Not(part) | Expr::In(part, _) => span(part),
        Expr::And(parts) | Expr::Or(parts) | Expr::Apply(_, parts) => {
            parts.iter().map(span).find(|span| !span.is_empty()).unwrap_or_default()
        }
        Expr::Compare(_, left, right) | Expr::Call(_, left, right) => {
            let left = span(left);
            if left.is_empty() { span(right) } else { left }
        }
        Expr::Literal(_) | Expr::IsOf(None, _) => 0..0,
    }
}

//! The common values: texts, numbers, lists and maps with free keys.

use super::node::{Node, Style, Value};
use super::read::{Read, ReadScalar, Reader};
use super::schema::SchemaDefs;
use super::span::Spanned;
use serde_json::{Value as Json, json};
use std::ops::Deref;

impl<T: Read> Read for Spanned<T> {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        T::read(node, cx).map(|value| Spanned::new(value, node.span))
    }

    fn schema(defs: &mut SchemaDefs) -> Json {
        T::schema(defs)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Spanned::unplaced)
    }

    fn print(&self) -> Option<Json> {
        self.value.print()
    }
}

/// The key may be left out.
impl<T: Read> Read for Option<T> {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        T::read(node, cx).map(Some)
    }

    fn schema(defs: &mut SchemaDefs) -> Json {
        T::schema(defs)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn print(&self) -> Option<Json> {
        self.as_ref().and_then(T::print)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        let items = cx.list(node)?.iter().map(|item| T::read(item, cx)).collect();
        Some(cx.readable(items))
    }

    fn schema(defs: &mut SchemaDefs) -> Json {
        json!({ "type": "array", "items": T::schema(defs) })
    }

    fn print(&self) -> Option<Json> {
        self.iter().map(T::print).collect::<Option<Vec<_>>>().map(Json::Array)
    }
}

/// A list that may be written without brackets when it has one entry: `assign: All` for `assign: [All]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> IntoIterator for OneOrMany<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Read> Read for OneOrMany<T> {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Seq(_) => Vec::read(node, cx).map(OneOrMany),
            _ => T::read(node, cx).map(|value| OneOrMany(vec![value])),
        }
    }

    fn schema(defs: &mut SchemaDefs) -> Json {
        let one = T::schema(defs);
        json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
    }

    fn print(&self) -> Option<Json> {
        self.0.print()
    }
}

/// A map whose keys are names of the author's choice, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(Spanned<String>, T)>);

impl<T> Entries<T> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(key, _)| key.value == name).map(|(_, value)| value)
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Entries<T> {
    type Target = [(Spanned<String>, T)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> IntoIterator for Entries<T> {
    type Item = (Spanned<String>, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = &'a (Spanned<String>, T);
    type IntoIter = std::slice::Iter<'a, (Spanned<String>, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Read> Read for Entries<T> {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        let entries = cx
            .map(node)?
            .iter()
            .map(|(key, value)| T::read(value, cx).map(|value| (Spanned::new(key.text.clone(), key.span), value)))
            .collect();
        Some(Entries(cx.readable(entries)))
    }

    fn schema(defs: &mut SchemaDefs) -> Json {
        json!({ "type": ["object", "null"], "additionalProperties": T::schema(defs) })
    }

    fn print(&self) -> Option<Json> {
        let pairs = self.iter().map(|(key, value)| Some((key.value.clone(), value.print()?)));
        pairs.collect::<Option<serde_json::Map<_, _>>>().map(Json::Object)
    }
}

/// Any YAML as it stands, for parts that are read later.
impl Read for Node {
    fn read(node: &Node, _cx: &mut Reader<'_>) -> Option<Self> {
        Some(node.clone())
    }

    fn schema(_defs: &mut SchemaDefs) -> Json {
        json!({ "title": "anything" })
    }
}

/// Any YAML as JSON, for the body of a request (see [`to_json`]).
impl Read for Json {
    fn read(node: &Node, _cx: &mut Reader<'_>) -> Option<Self> {
        Some(to_json(node))
    }

    fn schema(_defs: &mut SchemaDefs) -> Json {
        json!({ "title": "any JSON" })
    }

    fn print(&self) -> Option<Json> {
        Some(self.clone())
    }
}

/// A tree as JSON.
///
/// Unquoted `true`, `false` and what JSON itself would take for a number become that; every other text stays
/// a string, `00123`, `0x80070774` and `yes` included, and so does a number that would lose digits.
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Scalar { text, style: Style::Quoted } => Json::String(text.clone()),
        Value::Scalar { text, style: Style::Plain } => match serde_json::from_str::<Json>(text) {
            Ok(number @ Json::Number(_)) if !text.contains('.') && number.is_f64() && text.len() > 15 => {
                Json::String(text.clone())
            }
            Ok(value @ (Json::Number(_) | Json::Bool(_))) => value,
            _ => Json::String(text.clone()),
        },
        Value::Seq(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, node)| (key.text.clone(), to_json(node))).collect())
        }
    }
}

impl ReadScalar for String {
    const EXPECTED: &'static str = "a text";

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_string())
    }

    fn schema() -> Json {
        json!({ "title": "text", "type": ["string", "number", "boolean"] })
    }

    fn print(&self) -> Option<Json> {
        Some(Json::String(self.clone()))
    }
}

impl ReadScalar for bool {
    const EXPECTED: &'static str = "`true` or `false`";

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(String::new()),
        }
    }

    fn schema() -> Json {
        json!({ "title": "`true` or `false`", "type": "boolean" })
    }

    fn help(text: &str) -> Option<String> {
        let meant = match text.to_ascii_lowercase().as_str() {
            "yes" | "y" | "on" | "true" | "1" => "true",
            "no" | "n" | "off" | "false" | "0" => "false",
            _ => return None,
        };
        Some(format!("write `{meant}`"))
    }

    fn print(&self) -> Option<Json> {
        Some(Json::Bool(*self))
    }
}

/// Digits of a whole number: whether it is negative, its digits and their base.
fn digits(text: &str) -> (bool, &str, u32) {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    match rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
        Some(hex) if !negative => (false, hex, 16),
        _ => (negative, rest, 10),
    }
}

/// Reads a whole number, decimal or hexadecimal with `0x`, between two bounds.
fn whole(text: &str, least: i128, most: i128) -> Result<i128, String> {
    let (negative, digits, base) = digits(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err("not a whole number".into());
    }
    let size = i128::from_str_radix(digits, base).unwrap_or(i128::MAX); // digits only: can fail for size alone
    let value = if negative { -size } else { size };
    if value < least {
        Err(format!("the least is {least}"))
    } else if value > most {
        Err(format!("the most is {most}"))
    } else {
        Ok(value)
    }
}

macro_rules! whole_numbers {
    ($($type:ident $expected:literal),* $(,)?) => { $(
        impl ReadScalar for $type {
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Result<Self, String> {
                let value = whole(text, $type::MIN.into(), $type::MAX.into())?;
                $type::try_from(value).map_err(|_| String::new())
            }

            fn schema() -> Json {
                json!({
                    "title": "whole number",
                    "type": ["integer", "string"],
                    "minimum": $type::MIN,
                    "maximum": $type::MAX,
                    "pattern": if $type::MIN == 0 { "^([0-9]+|0[xX][0-9a-fA-F]+)$" } else { "^(-?[0-9]+|0[xX][0-9a-fA-F]+)$" },
                })
            }

            fn print(&self) -> Option<Json> {
                Some(Json::from(*self))
            }
        }
    )* };
}

whole_numbers! {
    u8 "a whole number from 0 to 255",
    u16 "a whole number from 0 to 65535",
    u32 "a whole number from 0 to 4294967295",
    u64 "a whole number from 0",
    i64 "a whole number",
}

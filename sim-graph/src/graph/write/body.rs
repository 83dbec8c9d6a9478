//! Bodies of requests, checked against the tables: what may be written, and as what.
//!
//! The services are lenient readers. Numbers and truth values may come as texts, annotations are passed over, and
//! Intune passes over properties that clients cannot set, for tools send back what they have read.

use super::super::entity::{Edm, EntityType, Family, Navigation, Property, Write};
use super::super::error::GraphError;
use super::super::{json, route};
use super::lenient;
use super::refusal::{Form, Refusal};
use crate::odata::{Version, instant};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sim_core::Guid;

/// What a request gives: properties of an entity, or parameters of an action.
#[derive(Debug, Clone)]
pub(in super::super) struct Body {
    /// The type of it, as `@odata.type` says or as declared.
    pub ty: &'static EntityType,
    values: Vec<(&'static Property, Value)>,
    /// Related entities that are made with it.
    pub inline: Vec<(&'static Navigation, Vec<Self>)>,
    /// Related entities that it is bound to, by the name of the relationship: the last segments of their addresses.
    pub bound: Vec<(String, Vec<String>)>,
}

/// How bodies are judged.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub version: Version,
    pub family: Family,
    pub form: &'a Form,
}

impl Body {
    /// No properties.
    pub fn empty(ty: &'static EntityType) -> Self {
        Self { ty, values: Vec::new(), inline: Vec::new(), bound: Vec::new() }
    }

    /// What was given for a property; none also if it was not.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(property, _)| property.name == name).map(|(_, value)| value)
    }

    /// Whether anything was given for a property, null included.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text; null counts as the empty one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| value.as_str().unwrap_or_default())
    }

    /// A text that is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A truth value.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    /// Texts.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    }

    /// Objects.
    pub fn objects(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What is kept as it was given, for no record of its own has a place for it.
    pub fn kept(&self) -> Vec<(&'static str, Value)> {
        let kept = self.values.iter().filter(|(property, _)| property.write == Write::Kept);
        kept.map(|(property, value)| (property.name, value.clone())).collect()
    }
}

impl Judge<'_> {
    /// Reads the body of a request.
    pub fn read(
        &self,
        bytes: &[u8],
        declared: &'static EntityType,
        holds: &[&'static EntityType],
    ) -> Result<Body, GraphError> {
        let value = self.parse(bytes)?;
        let Value::Object(members) = value else { return Err(self.refuse(Refusal::unreadable(self.form))) };
        self.entity(members, declared, holds)
    }

    /// The JSON of a body; no body is an empty object.
    pub fn parse(&self, bytes: &[u8]) -> Result<Value, GraphError> {
        let unreadable = || self.refuse(Refusal::unreadable(self.form));
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
        if text.trim().is_empty() {
            return Ok(Value::Object(Map::new()));
        }
        lenient::read(text).ok_or_else(unreadable)
    }

    fn entity(
        &self,
        members: Map<String, Value>,
        declared: &'static EntityType,
        holds: &[&'static EntityType],
    ) -> Result<Body, GraphError> {
        let ty = self.runtime(&members, declared, holds)?;
        let mut body = Body::empty(ty);
        for (name, value) in members {
            if let Some(relationship) = name.strip_suffix("@odata.bind") {
                body.bound.push((relationship.to_owned(), bound(&value)));
                continue;
            }
            if name.contains('@') && name != "@odata.id" {
                continue;
            }
            if let Some(property) = self.property(ty, &name) {
                if let Some(value) = self.written(ty, property, value)? {
                    body.values.retain(|(known, _)| known.name != property.name);
                    body.values.push((property, value));
                }
            } else if let Some(navigation) = self.navigation(ty, &name) {
                let items = match value {
                    Value::Array(items) => items,
                    Value::Null => Vec::new(),
                    other => vec![other],
                };
                let read = |item| match item {
                    Value::Object(members) => self.entity(members, navigation.declared, navigation.holds),
                    _ => Err(self.refuse(Refusal::mistyped(self.form, navigation.name, navigation.declared.name))),
                };
                body.inline.push((navigation, items.into_iter().map(read).collect::<Result<_, _>>()?));
            } else if !name.contains('@') {
                return Err(self.refuse(Refusal::unknown_property(self.form, &name, ty.name)));
            }
        }
        Ok(body)
    }

    /// The type that `@odata.type` names, with or without its sign.
    fn runtime(
        &self,
        members: &Map<String, Value>,
        declared: &'static EntityType,
        holds: &[&'static EntityType],
    ) -> Result<&'static EntityType, GraphError> {
        let Some(name) = members.get("@odata.type").and_then(Value::as_str) else { return Ok(declared) };
        let name = name.trim_start_matches('#');
        let mut types = holds.iter().copied().chain([declared]).chain(route::types());
        let found = types.find(|ty| ty.name.eq_ignore_ascii_case(name) && ty.versions.has(self.version));
        match found {
            Some(ty) if ty.is(declared.name) => Ok(ty),
            _ => Err(self.refuse(Refusal::wrong_type(self.form, name, declared.name))),
        }
    }

    /// Names have a case; Intune reads others, too.
    fn property(&self, ty: &'static EntityType, name: &str) -> Option<&'static Property> {
        let exact = ty.property(name, self.version);
        let lenient = || ty.properties(self.version).find(|p| p.name.eq_ignore_ascii_case(name));
        exact.or_else(|| matches!(self.family, Family::Intune(_)).then(lenient).flatten())
    }

    fn navigation(&self, ty: &'static EntityType, name: &str) -> Option<&'static Navigation> {
        ty.navigation(name, self.version)
    }

    /// The value to be written; none if the property is passed over.
    fn written(
        &self,
        ty: &'static EntityType,
        property: &'static Property,
        value: Value,
    ) -> Result<Option<Value>, GraphError> {
        if matches!(property.write, Write::No | Write::Noted) {
            return match self.family {
                Family::Intune(_) => Ok(None),
                // What a client read it may send back, and with it what the service has put in.
                Family::Directory if property.name == "id" || value.is_null() => Ok(None),
                Family::Directory => Err(self.refuse(Refusal::read_only(self.form, property.name, ty.short_name()))),
            };
        }
        if value.is_null() {
            let refused = !property.nullable && matches!(property.edm, Edm::Boolean | Edm::Int32 | Edm::Int64);
            return match refused {
                true => Err(self.refuse(Refusal::mistyped(self.form, property.name, &property.edm.to_string()))),
                false => Ok(Some(value)),
            };
        }
        self.typed(property, property.edm, value).map(Some)
    }

    fn typed(&self, property: &'static Property, edm: Edm, value: Value) -> Result<Value, GraphError> {
        let shown = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let wrong = || self.refuse(Refusal::literal(self.form, property.name, &shown, &edm.to_string()));
        match (edm, value) {
            (Edm::Collection(item), Value::Array(items)) => items
                .into_iter()
                .map(|value| self.typed(property, *item, value))
                .collect::<Result<_, _>>()
                .map(Value::Array),
            (Edm::Complex(ty), Value::Object(members)) => self.complex(ty, members),
            (Edm::Opaque(_), value @ (Value::Object(_) | Value::String(_))) => Ok(value),
            (Edm::Boolean, value) => truth(&value).map(Value::Bool).ok_or_else(wrong),
            (Edm::Int32, value) => {
                whole(&value).filter(|n| i32::try_from(*n).is_ok()).map(Value::from).ok_or_else(wrong)
            }
            (Edm::Int64, value) => whole(&value).map(Value::from).ok_or_else(wrong),
            (Edm::String | Edm::Enum(_), value @ Value::String(_)) => Ok(value),
            (Edm::Guid, Value::String(text)) => {
                text.parse::<Guid>().map(|guid| Value::String(guid.to_string())).map_err(|_| wrong())
            }
            (Edm::Binary, Value::String(text)) => {
                // The service wants padding (FAQ of Windows Autopilot).
                STANDARD.decode(text.as_bytes()).map_err(|_| wrong())?;
                Ok(Value::String(text))
            }
            (Edm::DateTimeOffset, Value::String(text)) => {
                let millis = instant(&text).ok_or_else(wrong)?;
                let mut canonical = String::new();
                json::time(&mut canonical, sim_core::SimTime::from_unix_millis(millis), self.family);
                Ok(Value::String(canonical))
            }
            _ => Err(wrong()),
        }
    }

    fn complex(&self, declared: &'static EntityType, members: Map<String, Value>) -> Result<Value, GraphError> {
        let ty = self.runtime(&members, declared, &[])?;
        let mut out = Map::new();
        if ty.name != declared.name {
            out.insert("@odata.type".to_owned(), Value::String(format!("#{}", ty.name)));
        }
        for (name, value) in members {
            if name.contains('@') {
                continue;
            }
            if let Some(property) = self.property(ty, &name) {
                let value = if value.is_null() { value } else { self.typed(property, property.edm, value)? };
                out.insert(property.name.to_owned(), value);
            } else if let Some(navigation) = self.navigation(ty, &name) {
                out.insert(navigation.name.to_owned(), value);
            } else {
                return Err(self.refuse(Refusal::unknown_property(self.form, &name, ty.name)));
            }
        }
        Ok(Value::Object(out))
    }

    fn refuse(&self, refusal: Refusal) -> GraphError {
        GraphError::Refused(Box::new(refusal))
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}

/// The last segments of the addresses that `@odata.bind` has: `…/directoryObjects/{id}` or `…/devices('{id}')`.
fn bound(value: &Value) -> Vec<String> {
    let addresses = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(address) => vec![address.as_str()],
        _ => Vec::new(),
    };
    addresses.into_iter().map(|address| last_key(address).to_owned()).collect()
}

/// The key that an address ends with.
pub(in super::super) fn last_key(address: &str) -> &str {
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match last.split_once('(') {
        Some((_, key)) => key.trim_end_matches(')').trim_matches('\''),
        None => last,
    }
}

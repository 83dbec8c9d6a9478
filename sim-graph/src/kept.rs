//! What clients have set and no record has a place for: sparse, by the id of the entity, so that records stay small.

use crate::graph::Value;
use serde_json::Value as Json;
use sim_core::Guid;
use std::collections::BTreeMap;

/// Values by entity and property.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    by_id: BTreeMap<Guid, BTreeMap<&'static str, Json>>,
    by_name: BTreeMap<String, BTreeMap<&'static str, Json>>,
}

impl Kept {
    /// Whether nobody has set anything.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty() && self.by_name.is_empty()
    }

    /// The value of a property of the entity with that key.
    pub fn get(&self, key: Value<'_>, property: &str) -> Option<&Json> {
        if self.by_id.is_empty() && self.by_name.is_empty() {
            return None;
        }
        match key {
            Value::Guid(id) => self.by_id.get(&id)?.get(property),
            Value::Text(name) => self.by_name.get(&*name)?.get(property),
            _ => None,
        }
    }

    /// The value of a property of the entity with that id.
    pub fn of(&self, id: Guid, property: &str) -> Option<&Json> {
        self.by_id.get(&id)?.get(property)
    }

    /// Keeps values.
    pub fn set(&mut self, id: Guid, values: impl IntoIterator<Item = (&'static str, Json)>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.by_id.entry(id).or_default().extend(values);
        }
    }

    /// Keeps values of an entity whose key is no GUID.
    pub fn set_named(&mut self, name: &str, values: impl IntoIterator<Item = (&'static str, Json)>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.by_name.entry(name.to_owned()).or_default().extend(values);
        }
    }

    /// The entity is gone.
    pub fn forget(&mut self, id: Guid) {
        self.by_id.remove(&id);
    }
}

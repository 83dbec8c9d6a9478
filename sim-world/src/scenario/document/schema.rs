//! The JSON Schema of a document, put together from the types that read it.

use super::read::{Embed, Read};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Prefix of a reference to a named type.
pub(super) const REFERENCE: &str = "#/$defs/";

/// The schema (JSON Schema draft 2020-12) of documents that are read as `T`.
pub fn json_schema<T: Read>(title: &str) -> Value {
    let mut defs = SchemaDefs::default();
    let root = T::schema(&mut defs);
    let mut document = Map::new();
    document.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    document.insert("title".into(), title.into());
    if let Value::Object(root) = root {
        document.extend(root);
    }
    document.insert("$defs".into(), Value::Object(defs.defs));
    Value::Object(document)
}

/// A schema as text, the same for the same schema.
pub fn to_string_pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// The named types of a schema, in the order in which they are first met.
#[derive(Debug, Default)]
pub struct SchemaDefs {
    defs: Map<String, Value>,
    owners: BTreeMap<String, &'static str>,
}

impl SchemaDefs {
    /// A reference to a named type, whose schema `build` makes when it is met for the first time.
    ///
    /// `owner` tells apart types of the same name (use [`std::any::type_name`]): the later one gets a number.
    pub fn define(&mut self, name: &str, owner: &'static str, build: impl FnOnce(&mut Self) -> Value) -> Value {
        let mut unique = name.to_string();
        let mut number = 1;
        while self.owners.get(&unique).is_some_and(|other| *other != owner) {
            number += 1;
            unique = format!("{name}{number}");
        }
        if !self.owners.contains_key(&unique) {
            self.owners.insert(unique.clone(), owner);
            self.defs.insert(unique.clone(), Value::Null); // keeps the place; a type may hold itself
            let schema = build(self);
            self.defs.insert(unique.clone(), schema);
        }
        json!({ "$ref": format!("{REFERENCE}{unique}") })
    }

    /// A map with fixed keys: what `section!` defines.
    pub fn section<T>(&mut self, name: &str, doc: &[&str], build: impl FnOnce(&mut ObjectSchema, &mut Self)) -> Value {
        self.define(name, std::any::type_name::<T>(), |defs| {
            let mut object = ObjectSchema::default();
            build(&mut object, defs);
            object.finish(doc)
        })
    }

    /// A map with exactly one of some keys: what `choice!` defines.
    pub fn choice<T: Embed>(&mut self, name: &str, doc: &[&str]) -> Value {
        self.define(name, std::any::type_name::<T>(), |defs| {
            let mut object = ObjectSchema::default();
            T::describe(&mut object, defs);
            object.choices.clear();
            let mut schema = object.finish(doc);
            schema["type"] = "object".into();
            schema["minProperties"] = 1.into();
            schema["maxProperties"] = 1.into();
            schema
        })
    }

    /// One of some words: what `words!` defines. Every word comes with its meaning.
    pub fn words<T>(&mut self, name: &str, doc: &[&str], words: &[(&str, &[&str])]) -> Value {
        self.define(name, std::any::type_name::<T>(), |_| {
            let mut schema = Map::new();
            describe(&mut schema, doc);
            let words = words.iter().map(|(word, doc)| {
                let mut schema = Map::new();
                schema.insert("const".into(), (*word).into());
                describe(&mut schema, doc);
                Value::Object(schema)
            });
            schema.insert("oneOf".into(), words.collect());
            Value::Object(schema)
        })
    }
}

/// The schema of a map with fixed keys while it is being put together.
#[derive(Debug, Default)]
pub struct ObjectSchema {
    properties: Map<String, Value>,
    required: Vec<Value>,
    choices: Vec<Choice>,
}

#[derive(Debug)]
struct Choice {
    keys: &'static [&'static str],
    optional: bool,
}

impl ObjectSchema {
    /// Adds a key whose value is read as `T`.
    pub fn key<T: Read>(&mut self, defs: &mut SchemaDefs, key: &str, doc: &[&str], default: Option<fn() -> T>) {
        let schema = T::schema(defs);
        if default.is_none() && T::absent().is_none() {
            self.required.push(key.into());
        }
        self.property(key, doc, schema, default.and_then(|make| make().print()));
    }

    /// Adds keys of which exactly one is given: their names, meanings and what makes their schemas.
    pub fn choice(&mut self, keys: &'static [&'static str], properties: Vec<(&[&str], Value)>) {
        for (key, (doc, schema)) in keys.iter().zip(properties) {
            self.property(key, doc, schema, None);
        }
        self.choices.push(Choice { keys, optional: false });
    }

    /// Says that none of a choice's keys need be given.
    pub fn choice_is_optional(&mut self, keys: &[&str]) {
        self.choices.iter_mut().filter(|choice| choice.keys == keys).for_each(|choice| choice.optional = true);
    }

    fn property(&mut self, key: &str, doc: &[&str], schema: Value, default: Option<Value>) {
        let mut property = match schema {
            Value::Object(property) => property,
            _ => Map::new(),
        };
        describe(&mut property, doc);
        if let Some(default) = default {
            property.insert("default".into(), default);
        }
        self.properties.insert(key.into(), Value::Object(property));
    }

    fn finish(self, doc: &[&str]) -> Value {
        let mut schema = Map::new();
        describe(&mut schema, doc);
        let all_optional = self.required.is_empty() && self.choices.iter().all(|choice| choice.optional);
        schema.insert("type".into(), if all_optional { json!(["object", "null"]) } else { json!("object") });
        schema.insert("properties".into(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".into(), Value::Array(self.required));
        }
        if !self.choices.is_empty() {
            schema.insert("allOf".into(), self.choices.iter().map(Choice::schema).collect());
        }
        schema.insert("additionalProperties".into(), false.into());
        Value::Object(schema)
    }
}

impl Choice {
    fn schema(&self) -> Value {
        let mut cases: Vec<Value> = self.keys.iter().map(|key| json!({ "required": [key] })).collect();
        if self.optional {
            cases.push(json!({ "not": { "anyOf": cases.clone() } }));
        }
        json!({ "oneOf": cases })
    }
}

fn describe(schema: &mut Map<String, Value>, doc: &[&str]) {
    let text = doc_text(doc);
    if !text.is_empty() {
        schema.insert("description".into(), text.into());
    }
}

/// The lines of a doc comment as text: the lines of a paragraph joined, an empty line between paragraphs.
pub(super) fn doc_text(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = "";
    for line in lines {
        let line = line.trim();
        if line.is_empty() {
            gap = "\n\n";
            continue;
        }
        if !out.is_empty() {
            out.push_str(gap);
        }
        out.push_str(line);
        gap = " ";
    }
    out
}

/// The first sentence of a doc comment, without its stop.
pub(super) fn first_sentence(lines: &[&str]) -> String {
    let text = doc_text(lines);
    let end = text.find(". ").or_else(|| text.find("\n\n")).unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_string()
}

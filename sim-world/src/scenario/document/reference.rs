//! The reference of keys as Markdown, made from the same schema that editors use.

use super::schema::REFERENCE;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The reference of a schema made by [`json_schema`](super::json_schema): a table of keys per section, of
/// words per list of words, in the order in which the schema meets them.
///
/// `level` is that of the headings of sections (2 for `##`).
pub fn markdown(schema: &Value, level: usize) -> String {
    let mut out = String::new();
    let heading = "#".repeat(level.clamp(1, 6));
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        let _ = writeln!(out, "{heading} {name}\n");
        if let Some(description) = definition["description"].as_str() {
            let _ = writeln!(out, "{description}\n");
        }
        if let Some(properties) = definition["properties"].as_object() {
            write_keys(&mut out, definition, properties);
        } else if let Some(words) = definition["oneOf"].as_array() {
            out.push_str("| word | meaning |\n|---|---|\n");
            for word in words {
                let _ = writeln!(out, "| {} | {} |", code(&word["const"]), meaning(word));
            }
            out.push('\n');
        } else {
            let _ = writeln!(out, "Written as {}.\n", type_name(definition));
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn write_keys(out: &mut String, section: &Value, properties: &Map<String, Value>) {
    if properties.is_empty() {
        out.push_str("No keys.\n\n");
        return;
    }
    if section["maxProperties"] == 1 {
        out.push_str("Exactly one of these keys:\n\n| key | type | meaning |\n|---|---|---|\n");
        for (key, property) in properties {
            let _ = writeln!(out, "| `{}` | {} | {} |", cell(key), type_name(property), meaning(property));
        }
    } else {
        out.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
        for (key, property) in properties {
            let default = default_of(section, key, property);
            let _ = writeln!(out, "| `{}` | {} | {default} | {} |", cell(key), type_name(property), meaning(property));
        }
    }
    out.push('\n');
}

/// The third column: the default, or whether the key must be given.
fn default_of(section: &Value, key: &str, property: &Value) -> String {
    if let Some(default) = property.get("default") {
        return code(default);
    }
    if section["required"].as_array().is_some_and(|required| required.iter().any(|name| name == key)) {
        return "required".into();
    }
    for choice in section["allOf"].as_array().into_iter().flatten() {
        let cases = choice["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let keys: Vec<&str> = cases.iter().filter_map(|case| case["required"][0].as_str()).collect();
        if keys.contains(&key) {
            let others: Vec<String> =
                keys.iter().filter(|other| **other != key).map(|other| format!("`{other}`")).collect();
            let optional = cases.iter().any(|case| case.get("not").is_some());
            return match (others.is_empty(), optional) {
                (true, true) => "–".into(),
                (true, false) => "required".into(),
                (false, true) => format!("at most one: this or {}", others.join(", ")),
                (false, false) => format!("exactly one: this or {}", others.join(", ")),
            };
        }
    }
    "–".into()
}

/// What a schema accepts, in words, with a link where it has an entry of its own.
fn type_name(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(REFERENCE)) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(title) = schema["title"].as_str() {
        return cell(title);
    }
    if let Some([one, _]) = schema["anyOf"].as_array().map(Vec::as_slice) {
        return format!("{}, one or a list", type_name(one));
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", type_name(items));
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        return format!("map from names to {}", type_name(values));
    }
    match &schema["type"] {
        Value::String(name) => cell(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".into(),
    }
}

fn meaning(schema: &Value) -> String {
    cell(schema["description"].as_str().unwrap_or_default())
}

fn code(value: &Value) -> String {
    let text = match value {
        Value::String(text) if text.is_empty() => "\"\"".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "[]".into(),
        other => other.to_string(),
    };
    format!("`{}`", cell(&text))
}

/// A text inside a table: on one line, with its bars escaped.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

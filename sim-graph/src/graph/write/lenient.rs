//! JSON as the services read it: names without quotes, texts in single quotes and commas at the end are no mistakes.
//!
//! Source: Microsoft's OData library, whose reader takes names without quotes and single quotes, and scripts for
//! Windows Autopilot that send `{ groupTag: "x", }`.

use serde_json::{Map, Value};

/// Deeper than this is refused, so that no body costs more stack than others.
const DEPTH: usize = 64;

/// Reads a body. None if it is no JSON, leniently.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}') };
    let value = reader.value(0)?;
    reader.blank();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: char) -> bool {
        self.blank();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.blank();
        match self.rest.chars().next()? {
            _ if depth > DEPTH => None,
            '{' => self.object(depth),
            '[' => self.array(depth),
            quote @ ('"' | '\'') => self.text(quote).map(Value::String),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members = Map::new();
        self.take('{');
        while !self.take('}') {
            self.blank();
            let name = match self.rest.chars().next()? {
                quote @ ('"' | '\'') => self.text(quote)?,
                _ => self.name()?.to_owned(),
            };
            if !self.take(':') {
                return None;
            }
            // The library refuses a name that stands twice.
            if members.insert(name, self.value(depth + 1)?).is_some() {
                return None;
            }
            if !self.take(',') {
                return self.take('}').then_some(Value::Object(members));
            }
        }
        Some(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.take('[');
        while !self.take(']') {
            items.push(self.value(depth + 1)?);
            if !self.take(',') {
                return self.take(']').then_some(Value::Array(items));
            }
        }
        Some(Value::Array(items))
    }

    /// A name without quotes.
    fn name(&mut self) -> Option<&'a str> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '.' | '#' | '-');
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| c.is_whitespace() || ",]}:{[\"'".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        serde_json::from_str(word).ok()
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let mut end = None;
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == quote => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let (inside, rest) = (&self.rest[1..end?], &self.rest[end? + 1..]);
        self.rest = rest;
        if !inside.contains(['\\', '"']) && !inside.contains(char::is_control) {
            return Some(inside.to_owned());
        }
        // What single quotes surround may hold double ones, and lines may break within a text.
        let mut strict = String::with_capacity(inside.len() + 2);
        strict.push('"');
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next()? {
                    '\'' => strict.push('\''),
                    next => strict.extend(['\\', next]),
                },
                '"' => strict.push_str("\\\""),
                c if (c as u32) < 0x20 => strict.push_str(&format!("\\u{:04x}", c as u32)),
                c => strict.push(c),
            }
        }
        strict.push('"');
        serde_json::from_str(&strict).ok()
    }
}

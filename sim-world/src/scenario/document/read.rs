//! From tree to values: what can be read from a [`Node`], and the [`Reader`] that notes what cannot.

use super::diagnostic::{Diagnostic, Diagnostics, code, listed, shown};
use super::node::{Key, Node, Value};
use super::schema::{ObjectSchema, SchemaDefs};
use super::span::{Span, Spanned};
use super::suggest::suggest;

/// A value that can be read from a document.
///
/// `read` gives `None` only after it has reported an error, and it looks at all it is given first: one pass
/// over a document finds every mistake in it. So that later checks, of names for one, find theirs in the same
/// pass, a mistake costs as little as possible: a key that need not be given counts as not given, a list or
/// map with free keys goes without the entry (see [`Diagnostics::is_partial`]), and the rest is read.
pub trait Read: Sized {
    /// Reads the value, or reports why it cannot.
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self>;

    /// JSON Schema of the value, draft 2020-12; named types go into `defs` and give a reference.
    fn schema(defs: &mut SchemaDefs) -> serde_json::Value;

    /// The value of a key that is not given, for types whose keys need not be (`Option`).
    fn absent() -> Option<Self> {
        None
    }

    /// The value as JSON, for types that can show a default in schema and reference.
    fn print(&self) -> Option<serde_json::Value> {
        None
    }
}

/// A value that is read from a single text, such as a duration or a host name.
///
/// Every such type is [`Read`]; quoted or not makes no difference to it.
pub trait ReadScalar: Sized {
    /// What is accepted, as a noun phrase for messages: ``"`x` is not {EXPECTED}"``.
    const EXPECTED: &'static str;

    /// Name of the type in schema and reference, for one that deserves an entry of its own there.
    const NAME: Option<&'static str> = None;

    /// The value, or in a few words what is wrong with the text; an empty reason says no more than that
    /// something else was expected.
    fn parse(text: &str) -> Result<Self, String>;

    /// JSON Schema of the value.
    fn schema() -> serde_json::Value;

    /// The way out for a text that `parse` refused.
    fn help(_text: &str) -> Option<String> {
        None
    }

    /// The value as JSON, to show it as a default.
    fn print(&self) -> Option<serde_json::Value> {
        None
    }
}

impl<T: ReadScalar> Read for T {
    fn read(node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        let text = cx.scalar(node, T::EXPECTED)?;
        match T::parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                let label = if reason.is_empty() { format!("expected {}", T::EXPECTED) } else { reason };
                cx.report(
                    Diagnostic::error(code::BAD_VALUE, node.span, format!("{} is not {}", shown(text), T::EXPECTED))
                        .label(label)
                        .maybe_help(T::help(text)),
                );
                None
            }
        }
    }

    fn schema(defs: &mut SchemaDefs) -> serde_json::Value {
        match T::NAME {
            Some(name) => defs.define(name, std::any::type_name::<T>(), |_| T::schema()),
            None => T::schema(),
        }
    }

    fn print(&self) -> Option<serde_json::Value> {
        ReadScalar::print(self)
    }
}

/// Keys of a map of which exactly one says what the map is about: what `choice!` defines.
///
/// Such keys stand alone in a map (`do: { import: … }`) or among others (`{ by: 3h, graph: … }`, an
/// `#[embed]` field). An `Option` of them is at most one.
pub trait Embed: Sized {
    /// The keys.
    const KEYS: &'static [&'static str];

    /// Reads the value of one of [`Self::KEYS`].
    fn read_key(key: &Key, node: &Node, cx: &mut Reader<'_>) -> Option<Self>;

    /// Adds the keys to the schema of the map they stand in.
    fn describe(object: &mut ObjectSchema, defs: &mut SchemaDefs);

    /// The value when none of the keys is given, if that is possible.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Embed> Embed for Option<T> {
    const KEYS: &'static [&'static str] = T::KEYS;

    fn read_key(key: &Key, node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        T::read_key(key, node, cx).map(Some)
    }

    fn describe(object: &mut ObjectSchema, defs: &mut SchemaDefs) {
        T::describe(object, defs);
        object.choice_is_optional(T::KEYS);
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// The span is that of the key.
impl<T: Embed> Embed for Spanned<T> {
    const KEYS: &'static [&'static str] = T::KEYS;

    fn read_key(key: &Key, node: &Node, cx: &mut Reader<'_>) -> Option<Self> {
        T::read_key(key, node, cx).map(|value| Spanned::new(value, key.span))
    }

    fn describe(object: &mut ObjectSchema, defs: &mut SchemaDefs) {
        T::describe(object, defs);
    }
}

/// Reads one document: knows its text and collects its mistakes.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    diagnostics: Diagnostics,
}

impl<'t> Reader<'t> {
    /// A reader of a document with this text; `diagnostics` may hold what its parsing found.
    pub fn new(text: &'t str, diagnostics: Diagnostics) -> Self {
        Self { text, diagnostics }
    }

    /// The text of the document.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Notes a mistake.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.report(diagnostic);
    }

    /// Keeps the entries of a list that could be read, and notes when there are others.
    pub fn readable<T>(&mut self, entries: Vec<Option<T>>) -> Vec<T> {
        if entries.iter().any(Option::is_none) {
            self.diagnostics.mark_partial();
        }
        entries.into_iter().flatten().collect()
    }

    /// What was noted so far.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// What was noted.
    pub fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }

    /// The text of a scalar. Reports anything else; `expected` is a noun phrase.
    pub fn scalar<'n>(&mut self, node: &'n Node, expected: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar { text, .. } => Some(text),
            _ => self.unexpected(node, expected),
        }
    }

    /// The entries of a list. Reports anything else.
    pub fn list<'n>(&mut self, node: &'n Node) -> Option<&'n [Node]> {
        match &node.value {
            Value::Seq(items) => Some(items),
            _ => self.unexpected(node, "a list"),
        }
    }

    /// The entries of a map; nothing at all is a map without entries. Reports anything else.
    pub fn map<'n>(&mut self, node: &'n Node) -> Option<&'n [(Key, Node)]> {
        match &node.value {
            Value::Null => Some(&[]),
            Value::Map(entries) => Some(entries),
            _ => self.unexpected(node, "a map"),
        }
    }

    /// One of `words`, by its index. Reports anything else, with the word that was probably meant.
    pub fn word(&mut self, node: &Node, words: &[&'static str]) -> Option<usize> {
        let text = self.scalar(node, &listed(words.iter().copied(), "or"))?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let label = match self.suggest(text, words.iter().copied()) {
                Some(word) => format!("did you mean {}?", shown(word)),
                None => "not one of the words possible here".into(),
            };
            self.report(
                Diagnostic::error(code::UNKNOWN_WORD, node.span, format!("unknown word {}", shown(text)))
                    .label(label)
                    .help(format!("possible: {}", listed(words.iter().copied(), "or"))),
            );
        }
        found
    }

    /// The candidate that was probably meant; not looked for any more once [`Diagnostics::is_full`].
    pub fn suggest<'a>(&self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.diagnostics.is_full() { None } else { suggest(name, candidates) }
    }

    /// Reports a node that is not of the kind that is needed.
    fn unexpected<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let diagnostic = if node.is_null() {
            Diagnostic::error(code::MISSING_VALUE, node.span, "a value is missing")
                .label(format!("expected {expected}"))
        } else {
            let span = node.span.first_line(self.text);
            let message = format!("expected {expected}, found {}", node.described());
            let help = match (&node.value, expected) {
                (Value::Scalar { .. }, "a list") => Some("write a single entry as a list, too: `[ … ]`"),
                (Value::Map(_), "a list") => Some("begin every entry with `- `, or put them into `[ … ]`"),
                (Value::Scalar { .. }, "a map") => Some("write `key: value`, with a space after the colon"),
                (Value::Seq(_) | Value::Map(_), other) if other != "a map" => Some("quote it if it is meant as text"),
                _ => None,
            };
            let help = help.map(String::from);
            Diagnostic::error(code::WRONG_KIND, span, message).label(format!("this is {}", kind(node))).maybe_help(help)
        };
        self.report(diagnostic);
        None
    }

    /// Begins to read a map with fixed keys: reports anything but a map, and the keys not in `known`.
    pub fn fields<'n>(&mut self, node: &'n Node, known: &[&[&'static str]]) -> Option<Fields<'n>> {
        let entries = self.map(node)?;
        let place = node.span.first_line(self.text);
        let mut fields = Fields { entries, place, meant: Vec::new(), unknown: false };
        for (key, node) in entries {
            if known.iter().any(|group| group.contains(&key.text.as_str())) {
                continue;
            }
            fields.unknown = true;
            let free = known.iter().flat_map(|group| group.iter().copied()).filter(|name| fields.get(name).is_none());
            let meant = self.suggest(&key.text, free);
            let (label, help) = match meant {
                Some(name) => (format!("did you mean {}?", shown(name)), self.possible(known)),
                None if self.is_torn(key, node) => (
                    "read as a key of its own, because of the comma before it".into(),
                    "quote a value with commas".into(),
                ),
                None => ("not a key of this section".into(), self.possible(known)),
            };
            fields.meant.extend(meant);
            self.report(
                Diagnostic::error(code::UNKNOWN_KEY, key.span, format!("unknown key {}", shown(&key.text)))
                    .label(label)
                    .help(help),
            );
        }
        Some(fields)
    }

    /// The keys that are possible, as a help.
    fn possible(&self, known: &[&[&'static str]]) -> String {
        let mut names = known.iter().flat_map(|group| group.iter().copied()).peekable();
        match names.peek() {
            Some(_) => format!("possible: {}", listed(names, "and")),
            None => "this section has no keys".into(),
        }
    }

    /// Whether a "key" is the rest of an unquoted value with commas: `{ base: CN=Computers,DC=corp }`.
    fn is_torn(&self, key: &Key, node: &Node) -> bool {
        let before = self.text[..key.span.start].trim_end();
        let after = self.text[key.span.end..].trim_start();
        node.is_null() && before.ends_with(',') && !after.starts_with(':')
    }
}

/// What a node is, for a label.
fn kind(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "nothing",
        Value::Scalar { .. } => "a single value",
        Value::Seq(_) => "a list",
        Value::Map(_) => "a map",
    }
}

/// A map with fixed keys while it is being read.
#[derive(Debug)]
pub struct Fields<'n> {
    entries: &'n [(Key, Node)],
    place: Span,
    /// Keys that were probably meant by unknown ones, and so are not reported as missing.
    meant: Vec<&'static str>,
    unknown: bool,
}

impl<'n> Fields<'n> {
    /// The node of a key.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// Reads the value of a key.
    ///
    /// A key that is not given, has no value or has a mistake is `default`, else [`Read::absent`]. Where
    /// there is neither, a missing key is an error with the first sentence of `doc` as help.
    pub fn read<T: Read>(&self, cx: &mut Reader<'_>, key: &str, doc: &[&str], default: Option<fn() -> T>) -> Option<T> {
        let instead = || default.map(|make| make()).or_else(T::absent);
        match self.get(key) {
            Some(node) if node.is_null() => instead().or_else(|| T::read(node, cx)),
            Some(node) => T::read(node, cx).or_else(instead),
            None => instead().or_else(|| {
                if !self.meant.contains(&key) {
                    let help = super::schema::first_sentence(doc);
                    let diagnostic =
                        Diagnostic::error(code::MISSING_KEY, self.place, format!("the key {} is missing", shown(key)))
                            .label(format!("{} is needed here", shown(key)));
                    let help = (!help.is_empty()).then(|| format!("{}: {help}", shown(key)));
                    cx.report(diagnostic.maybe_help(help));
                }
                None
            }),
        }
    }

    /// Reads the one of a choice's keys that is given; reports when there is none, or several, of which the
    /// first counts.
    pub fn embed<T: Embed>(&self, cx: &mut Reader<'_>) -> Option<T> {
        let mut given = self.entries.iter().filter(|(key, _)| T::KEYS.contains(&key.text.as_str()));
        let Some((first, node)) = given.next() else {
            return T::absent().or_else(|| {
                self.report_no_choice::<T>(cx);
                None
            });
        };
        let value = T::read_key(first, node, cx).or_else(T::absent);
        for (key, node) in given {
            let message = format!("both {} and {} are given", shown(&first.text), shown(&key.text));
            cx.report(
                Diagnostic::error(code::SEVERAL_CHOICES, key.span, message)
                    .label(format!("not together with {}", shown(&first.text)))
                    .help(format!("only one is possible of {}", listed(T::KEYS.iter().copied(), "and"))),
            );
            T::read_key(key, node, cx); // for its own mistakes
        }
        value
    }

    fn report_no_choice<T: Embed>(&self, cx: &mut Reader<'_>) {
        if self.meant.iter().any(|key| T::KEYS.contains(key)) {
            return;
        }
        let keys = listed(T::KEYS.iter().copied(), "or");
        cx.report(
            Diagnostic::error(code::MISSING_CHOICE, self.place, "a key is missing that says what this is about")
                .label("one more key is needed here")
                .help(format!("one of {keys}")),
        );
    }
}

/// Reads a map that has exactly one of a choice's keys and no other.
pub fn read_choice<T: Embed>(node: &Node, cx: &mut Reader<'_>) -> Option<T> {
    if let Value::Scalar { text, .. } = &node.value {
        let keys = listed(T::KEYS.iter().copied(), "or");
        let meant =
            T::KEYS.iter().find(|key| *key == text).copied().or_else(|| cx.suggest(text, T::KEYS.iter().copied()));
        let help = match meant {
            Some(key) => format!("write `{{ {key}: … }}`"),
            None => format!("the key is one of {keys}"),
        };
        cx.report(
            Diagnostic::error(
                code::WRONG_KIND,
                node.span,
                format!("expected a map with one key, found {}", node.described()),
            )
            .label("this is a single value")
            .help(help),
        );
        return None;
    }
    let fields = cx.fields(node, &[T::KEYS])?;
    let known = fields.entries.iter().any(|(key, _)| T::KEYS.contains(&key.text.as_str()));
    if fields.unknown && !known {
        return None; // reported, with the possible keys
    }
    fields.embed(cx)
}

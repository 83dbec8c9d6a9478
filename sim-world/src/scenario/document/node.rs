//! The document as a tree: raw scalars, lists and maps, each with its place.

use super::span::Span;

/// A value in the document and where it stands.
///
/// The span of a scalar includes its quotes; that of a block list or map runs from its first entry to the
/// end of its last one. A value that is left out (`key:`) has the span of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where the value stands.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A text, number or anything else on one place.
    ///
    /// The text is as written: `00123`, `1e5`, `0x80070774`, `on` and `no` are not turned into something
    /// else. Of quoted and block scalars it is the content.
    Scalar {
        /// The text, unquoted and unescaped.
        text: String,
        /// Whether it was quoted.
        style: Style,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map in document order; no key occurs twice.
    Map(Vec<(Key, Node)>),
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes, or as a block with `|` or `>`.
    Quoted,
}

/// The key of a map entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key, unquoted.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Node {
    /// A node at a place.
    pub fn new(value: Value, span: Span) -> Self {
        Self { span, value }
    }

    /// Whether the value is left out, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// What this is, for a message: ``the text `hq` ``, `a list`, `a map` or `nothing`.
    pub fn described(&self) -> String {
        match &self.value {
            Value::Null => "nothing".into(),
            Value::Scalar { text, .. } => format!("the text {}", super::shown(text)),
            Value::Seq(_) => "a list".into(),
            Value::Map(_) => "a map".into(),
        }
    }

    /// Number of values and keys, bytes of text, and levels of nesting of this node and all it holds.
    pub(super) fn extent(&self) -> Extent {
        let mut total = Extent { values: 1, bytes: 0, depth: 0 };
        match &self.value {
            Value::Null => {}
            Value::Scalar { text, .. } => total.bytes = text.len(),
            Value::Seq(items) => {
                total.depth = 1;
                items.iter().for_each(|item| total.hold(item.extent()));
            }
            Value::Map(entries) => {
                total.depth = 1;
                for (key, node) in entries {
                    total.values += 1;
                    total.bytes += key.text.len();
                    total.hold(node.extent());
                }
            }
        }
        total
    }
}

/// How large a part of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// Values and keys.
    pub values: usize,
    /// Bytes of text in them.
    pub bytes: usize,
    /// Levels of lists and maps; 0 for a scalar.
    pub depth: usize,
}

impl Extent {
    fn hold(&mut self, inner: Extent) {
        self.values += inner.values;
        self.bytes += inner.bytes;
        self.depth = self.depth.max(inner.depth + 1);
    }
}

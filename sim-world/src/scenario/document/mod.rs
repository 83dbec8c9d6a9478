//! The document layer of the scenario language: from YAML text to Rust values, with every mistake placed.
//!
//! A scenario is written by hand, so a file is read in one pass that finds *all* its mistakes, each with its
//! exact place, a stable code and a way out. Deriving `serde` would stop at the first one and has no places
//! inside what it reads; hence this layer, in three steps:
//!
//! 1. [`parse`] turns text into a tree of [`Node`]s. Scalars stay as they were written: a serial `00123` or
//!    `1e5`, an error code `0x80070774` and a word `on` are what the type that reads them makes of them.
//! 2. [`Read`] turns nodes into values. The `section!`, `choice!` and `words!` macros define a type, its
//!    keys and their meaning in one place.
//! 3. What is found on the way is a [`Diagnostic`]. How it is shown is not decided here.
//!
//! From the same types come the JSON Schema for editors ([`json_schema`]) and the reference of keys
//! ([`markdown`]).
//!
//! Nothing here panics, whatever the text: the size of the document, the number of values, the depth of
//! nesting and what aliases repeat are bounded ([`MAX_BYTES`], [`MAX_VALUES`], [`MAX_DEPTH`]).

mod diagnostic;
mod macros;
mod node;
mod read;
mod reference;
mod schema;
mod span;
mod suggest;
mod syntax;
mod tree;
mod values;

#[cfg(test)]
mod tests;

pub use diagnostic::{Diagnostic, Diagnostics, LIMIT, Severity, code, listed, shown};
pub use macros::field_key;
pub(crate) use macros::{choice, section, words};
pub use node::{Key, Node, Style, Value};
pub use read::{Embed, Fields, Read, ReadScalar, Reader, read_choice};
pub use reference::markdown;
pub use schema::{ObjectSchema, SchemaDefs, json_schema, to_string_pretty};
pub use span::{Span, Spanned, line_col};
pub use suggest::suggest;
pub use tree::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse};
pub use values::{Entries, OneOrMany, to_json};

/// Reads a document: the value, unless a mistake prevents it, and all mistakes found.
///
/// A value can come with errors too, without what they concern: it serves to find further mistakes, and is
/// not to be run unless [`Diagnostics::has_errors`] says no.
pub fn load<T: Read>(text: &str) -> (Option<T>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let Some(root) = parse(text, &mut diagnostics) else { return (None, diagnostics) };
    let mut reader = Reader::new(text, diagnostics);
    let value = T::read(&root, &mut reader);
    (value, reader.into_diagnostics())
}

//! Whatever the text: no panic, and every place lies in it.

use super::super::{Diagnostics, Node, Span, Value, line_col, load, parse};
use super::Document;
use proptest::prelude::*;

const VALID: &str = "
scenario: Größe \u{1f600}
seed: 0x2A
connectors:
  - { name: SRV-01, delegated: OU=A, quota: 10, type: entra-only }
  - name: \"00\\u00e4123\"
    delegated: [OU=B, 'OU=C,DC=d''']   # Ä
    running: false
steps: &steps
  - { at: 0m, do: { import: { devices: all } } }
  - at: 1m
    do:
      power-on: |
        LÄP-01
expect:
- { by: 3m, graph: { get: \"/v1.0/devices\", count: 10, body: { a: [1, &x yes, *x] } } }
- log: >-
    Fehler
    überall
knobs: { odj_wait: 30m }
";

/// Reads a text in every way and checks all places.
fn check(text: &str) -> Result<(), TestCaseError> {
    let (_, diagnostics) = load::<Document>(text);
    for mistake in diagnostics.finish() {
        inside(text, mistake.span)?;
        let (line, column) = line_col(text, mistake.span.start);
        prop_assert!(line >= 1 && column >= 1);
        prop_assert!(!mistake.message.is_empty() && !mistake.message.ends_with('.'));
    }
    if let Some(root) = parse(text, &mut Diagnostics::new()) {
        places(text, &root)?;
    }
    Ok(())
}

fn inside(text: &str, span: Span) -> Result<(), TestCaseError> {
    prop_assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
    Ok(())
}

fn places(text: &str, node: &Node) -> Result<(), TestCaseError> {
    inside(text, node.span)?;
    match &node.value {
        Value::Seq(items) => items.iter().try_for_each(|item| places(text, item)),
        Value::Map(entries) => entries.iter().try_for_each(|(key, item)| {
            inside(text, key.span)?;
            places(text, item)
        }),
        Value::Null | Value::Scalar { .. } => Ok(()),
    }
}

/// A piece that means something in YAML.
fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ": ",
        "- ",
        "? ",
        "\n",
        "\r\n",
        "\n  ",
        "\n    ",
        "\t",
        " ",
        "#",
        " # ü\n",
        "'",
        "\"",
        "\\",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "|\n",
        ">-\n",
        "---\n",
        "...\n",
        "%Ä x\n",
        "~",
        "ä",
        "\u{1f600}",
        "\u{feff}",
        "\0",
        "name",
        "steps",
        "<<",
        "\u{2028}",
        "\u{85}",
        "\r",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn pieces_of_yaml(pieces in proptest::collection::vec(piece(), 0..40)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn a_document_with_pieces_in_it(changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0..12usize, piece()), 1..6)) {
        let mut chars: Vec<char> = VALID.chars().collect();
        for (at, removed, piece) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        check(&String::from_iter(chars))?;
    }

    #[test]
    fn a_document_cut_short(length in any::<proptest::sample::Index>()) {
        let chars = VALID.chars().count();
        check(&VALID.chars().take(length.index(chars + 1)).collect::<String>())?;
    }

    #[test]
    fn scalars_keep_their_text(text in "[ -~äöü€]{0,20}") {
        let quoted = format!("ä: '{}'", text.replace('\'', "''"));
        let root = parse(&quoted, &mut Diagnostics::new()).expect("single quotes hold any text");
        let Some(Value::Scalar { text: read, .. }) = root.get("ä").map(|node| &node.value) else { panic!("{root:?}") };
        prop_assert_eq!(read, &text);
    }
}

#[test]
fn the_document_is_valid() {
    let (value, diagnostics) = load::<Document>(VALID);
    assert!(value.is_some() && diagnostics.is_empty(), "{diagnostics:?}");
}

//! What becomes of a text: raw scalars and exact places.

use super::super::{Node, Value};
use super::tree;
use insta::assert_snapshot;

pub(super) fn print(out: &mut String, text: &str, name: &str, node: &Node) {
    let place = format!("{}..{} {:?}", node.span.start, node.span.end, node.span.of(text));
    match &node.value {
        Value::Null => *out += &format!("{name} nothing @ {place}\n"),
        Value::Scalar { text, style } => *out += &format!("{name} {style:?} {text:?} @ {place}\n"),
        Value::Seq(items) => {
            *out += &format!("{name} list @ {place}\n");
            items.iter().enumerate().for_each(|(index, item)| print(out, text, &format!("{name}/{index}"), item));
        }
        Value::Map(entries) => {
            *out += &format!("{name} map @ {place}\n");
            entries.iter().for_each(|(key, item)| print(out, text, &format!("{name}/{}", key.text), item));
        }
    }
}

#[test]
fn scalars_stay_as_written() {
    assert_snapshot!(tree("[00123, 0x80070774, 1e5, on, no, true, 'it''s', \"a\\tb\", ~, null, 'null', 2022-11-17T08:00:00Z]"), @r#"
     list @ 0..94 "[00123, 0x80070774, 1e5, on, no, true, 'it''s', \"a\\tb\", ~, null, 'null', 2022-11-17T08:00:00Z]"
    /0 Plain "00123" @ 1..6 "00123"
    /1 Plain "0x80070774" @ 8..18 "0x80070774"
    /2 Plain "1e5" @ 20..23 "1e5"
    /3 Plain "on" @ 25..27 "on"
    /4 Plain "no" @ 29..31 "no"
    /5 Plain "true" @ 33..37 "true"
    /6 Quoted "it's" @ 39..46 "'it''s'"
    /7 Quoted "a\tb" @ 48..54 "\"a\\tb\""
    /8 nothing @ 56..57 "~"
    /9 nothing @ 59..63 "null"
    /10 Quoted "null" @ 65..71 "'null'"
    /11 Plain "2022-11-17T08:00:00Z" @ 73..93 "2022-11-17T08:00:00Z"
    "#);
}

#[test]
fn block_style() {
    assert_snapshot!(tree("a:\n  - b: 1 # one\n    c: 'x'   # quoted\n  -\n  - - d\ne:\n- f\ng:\n"), @r#"
     map @ 0..60 "a:\n  - b: 1 # one\n    c: 'x'   # quoted\n  -\n  - - d\ne:\n- f\ng"
    /a list @ 5..51 "- b: 1 # one\n    c: 'x'   # quoted\n  -\n  - - d"
    /a/0 map @ 7..28 "b: 1 # one\n    c: 'x'"
    /a/0/b Plain "1" @ 10..11 "1"
    /a/0/c Quoted "x" @ 25..28 "'x'"
    /a/1 nothing @ 42..43 "-"
    /a/2 list @ 48..51 "- d"
    /a/2/0 Plain "d" @ 50..51 "d"
    /e list @ 55..58 "- f"
    /e/0 Plain "f" @ 57..58 "f"
    /g nothing @ 59..60 "g"
    "#);
}

#[test]
fn flow_style() {
    assert_snapshot!(tree("{ a: [b, {c: d}], e, f: , 'g' : \"h\" }  # end"), @r#"
     map @ 0..37 "{ a: [b, {c: d}], e, f: , 'g' : \"h\" }"
    /a list @ 5..16 "[b, {c: d}]"
    /a/0 Plain "b" @ 6..7 "b"
    /a/1 map @ 9..15 "{c: d}"
    /a/1/c Plain "d" @ 13..14 "d"
    /e nothing @ 18..19 "e"
    /f nothing @ 21..22 "f"
    /g Quoted "h" @ 32..35 "\"h\""
    "#);
}

#[test]
fn block_scalars() {
    assert_snapshot!(tree("a: |\n  one\n  two\n\nb: >-\n  three\n  four\nc: d\n"), @r#"
     map @ 0..43 "a: |\n  one\n  two\n\nb: >-\n  three\n  four\nc: d"
    /a Quoted "one\ntwo\n" @ 7..16 "one\n  two"
    /b Quoted "three four" @ 26..38 "three\n  four"
    /c Plain "d" @ 42..43 "d"
    "#);
}

#[test]
fn non_ascii_text_and_crlf() {
    assert_snapshot!(tree("\u{feff}# größe\r\nä: 'ö€'\r\n\u{1f600}: [ü, x]\r\nz: y\r\n"), @r#"
     map @ 14..46 "ä: 'ö€'\r\n😀: [ü, x]\r\nz: y"
    /ä Quoted "ö€" @ 18..25 "'ö€'"
    /😀 list @ 33..40 "[ü, x]"
    /😀/0 Plain "ü" @ 34..36 "ü"
    /😀/1 Plain "x" @ 38..39 "x"
    /z Plain "y" @ 45..46 "y"
    "#);
}

#[test]
fn anchors_and_aliases() {
    assert_snapshot!(tree("a: &one  { x: 1 }\nb: *one\nc: &two\n  - 2\nd: *two\ne: &t text\nf: *t\n"), @r#"
     map @ 0..60 "a: &one  { x: 1 }\nb: *one\nc: &two\n  - 2\nd: *two\ne: &t text\nf"
    /a map @ 9..17 "{ x: 1 }"
    /a/x Plain "1" @ 14..15 "1"
    /b map @ 9..17 "{ x: 1 }"
    /b/x Plain "1" @ 14..15 "1"
    /c list @ 36..39 "- 2"
    /c/0 Plain "2" @ 38..39 "2"
    /d list @ 36..39 "- 2"
    /d/0 Plain "2" @ 38..39 "2"
    /e Plain "text" @ 54..58 "text"
    /f Plain "text" @ 54..58 "text"
    "#);
}

#[test]
fn nothing_at_all() {
    assert_snapshot!(tree(""), @r#" nothing @ 0..0 """#);
    assert_snapshot!(tree("# only a comment\n"), @r#" nothing @ 0..0 """#);
    assert_snapshot!(tree("---\n...\n"), @r#" nothing @ 3..3 """#);
}

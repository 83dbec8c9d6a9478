//! Mistakes of form: what is not YAML, and YAML that a scenario does not use.

use super::super::{Diagnostics, LIMIT, MAX_BYTES, MAX_DEPTH, parse};
use super::{mistakes, printed, tree};
use insta::assert_snapshot;

/// The mistakes of a text as a tree.
fn form(text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    parse(text, &mut diagnostics);
    printed(text, diagnostics)
}

/// The mistakes of several texts, each on its own.
fn forms(texts: &[&str]) -> String {
    let told = |text| Some(form(text)).filter(|told| !told.is_empty()).unwrap_or("fine\n".into());
    texts.iter().map(|text| format!("{text:?}\n  {}", told(text))).collect()
}

#[test]
fn what_is_not_yaml() {
    assert_snapshot!(forms(&[
        "a: b: c",
        "a: { b: 1",
        "a: { b: 1 c: 2 }",
        "a: [1, 2\nb: 3\n",
        "a: [1, 2}",
        "a: ]",
        "a: 'open\nb: 1\n",
        "a: 'it's'",
        "a: \"CORP\\dora\"",
        "a: \"\\xzz\"",
        "a: @home",
        "a: `x`",
        "a: *",
        "a: 1\n   b: 2\n",
        "a:\n    b: 1\n  c: 2\n",
        "a: 1\nstray\nb: 2\n",
        "a: - 1",
        "a:\n  - 1\n b: 2\n",
        "a: one # comment\n  two\n",
        "a: \"x\" y\n",
        "a: {\nb: 1 }\n",
        "a: |0\n  x\n",
        "- a\nb: 1\n",
        "a: [\n  x\n]\n",
        "a: {\n  x: y\n}\n",
        "a: {\n}\n",
        "- a: {\n  x: y\n  }\n",
        "- a: [\n  y\n  ]\n",
        "- a:\n    b: [\n    y\n    ]\n",
        "- a:\n    b: [\n      y\n    ]\n    c: {\n      d: e,\n    }\n",
        "a: [\n  x\nb: 1\n",
        "a: 1\nstray # x\n  # y\n\nb: 2\n",
        "a: 1\nstray",
        "a: 'x",
        "a: x\n b\n",
        "a: [ü",
    ]), @r##"
    "a: b: c"
      syntax 1:5 ":" a `:` that cannot begin a value | no key is possible here | quote a value with `: ` in it; otherwise check indentation and brackets above
    "a: { b: 1"
      syntax 1:9 "1" a `{` is not closed properly | `}` is missing after this | close it, and quote a value with brackets, commas or `: ` in it
    "a: { b: 1 c: 2 }"
      syntax 1:12 ":" a `{` is not closed properly | `,` or `}` is needed before this | close it, and quote a value with brackets, commas or `: ` in it
    "a: [1, 2\nb: 3\n"
      syntax 2:2 ":" a `:` that cannot begin a value | no key is possible here | quote a value with `: ` in it; otherwise check indentation and brackets above
    "a: [1, 2}"
      syntax 1:9 "}" a `[` is not closed properly | `,` or `]` is needed before this | close it, and quote a value with brackets, commas or `: ` in it
    "a: ]"
      syntax 1:4 "]" a bracket that was not opened | nothing to close here | quote the value
    "a: 'open\nb: 1\n"
      syntax 1:4 "'open" a quote is not closed | this quote has no partner | double a single quote inside single quotes
    "a: 'it's'"
      syntax 1:8 "s" text after the closing quote | the value has already ended | quote the whole value; double a single quote inside single quotes
    "a: \"CORP\\dora\""
      syntax 1:4 "\"CORP\\dora\"" an unknown escape in double quotes | in double quotes a `\` begins an escape | use single quotes where backslashes are meant, as in 'CORP\ada'
    "a: \"\\xzz\""
      syntax 1:4 "\"\\xzz\"" an unknown escape in double quotes | in double quotes a `\` begins an escape | use single quotes where backslashes are meant, as in 'CORP\ada'
    "a: @home"
      syntax 1:4 "@" a value cannot begin with `@` | not possible without quotes | quote the value
    "a: `x`"
      syntax 1:4 "`" a value cannot begin with a backquote | not possible without quotes | quote the value
    "a: *"
      syntax 1:4 "*" a value cannot begin with `*` | not possible without quotes | quote the value
    "a: 1\n   b: 2\n"
      syntax 2:5 ":" a `:` that cannot begin a value | no key is possible here | quote a value with `: ` in it; otherwise check indentation and brackets above
    "a:\n    b: 1\n  c: 2\n"
      syntax 3:3 "c" a line is not indented as those around it | this column fits nothing above | keys of one map, and entries of one list, begin in the same column
    "a: 1\nstray\nb: 2\n"
      syntax 2:1 "stray" a line that is neither a key nor a list entry | a key ends with `:` | keys of one map, and entries of one list, begin in the same column
    "a: - 1"
      syntax 1:4 "-" a `-` where no list entry is possible | not possible here | begin the list on the next line, or write it in `[ … ]`
    "a:\n  - 1\n b: 2\n"
      syntax 3:2 "b" a line is not indented as those around it | this column fits nothing above | keys of one map, and entries of one list, begin in the same column
    "a: one # comment\n  two\n"
      syntax 1:8 "#" a comment in the middle of a value | the value goes on after this | quote the value
    "a: \"x\" y\n"
      syntax 1:8 "y" text after the closing quote | the value has already ended | quote the whole value; double a single quote inside single quotes
    "a: {\nb: 1 }\n"
      syntax 2:1 "b" a line inside brackets is not indented enough | further to the right is possible | indent what is inside brackets further than the key before them
    "a: |0\n  x\n"
      syntax 1:4 "|" a block of text is not written properly | not understood | indent the text evenly below the `|` or `>`
    "- a\nb: 1\n"
      syntax 2:1 "b" a line is not indented as those around it | this column fits nothing above | keys of one map, and entries of one list, begin in the same column
    "a: [\n  x\n]\n"
      fine
    "a: {\n  x: y\n}\n"
      fine
    "a: {\n}\n"
      syntax 2:1 "}" a line inside brackets is not indented enough | further to the right is possible | indent what is inside brackets further than the key before them
    "- a: {\n  x: y\n  }\n"
      syntax 2:3 "x" a line inside brackets is not indented enough | further to the right is possible | indent what is inside brackets further than the key before them
    "- a: [\n  y\n  ]\n"
      syntax 2:3 "y" a line inside brackets is not indented enough | further to the right is possible | indent what is inside brackets further than the key before them
    "- a:\n    b: [\n    y\n    ]\n"
      syntax 3:5 "y" a line inside brackets is not indented enough | further to the right is possible | indent what is inside brackets further than the key before them
    "- a:\n    b: [\n      y\n    ]\n    c: {\n      d: e,\n    }\n"
      fine
    "a: [\n  x\nb: 1\n"
      syntax 3:2 ":" a `:` that cannot begin a value | no key is possible here | quote a value with `: ` in it; otherwise check indentation and brackets above
    "a: 1\nstray # x\n  # y\n\nb: 2\n"
      syntax 2:1 "stray # x" a line that is neither a key nor a list entry | a key ends with `:` | keys of one map, and entries of one list, begin in the same column
    "a: 1\nstray"
      syntax 2:1 "stray" a line that is neither a key nor a list entry | a key ends with `:` | keys of one map, and entries of one list, begin in the same column
    "a: 'x"
      syntax 1:4 "'x" a quote is not closed | this quote has no partner | double a single quote inside single quotes
    "a: x\n b\n"
      fine
    "a: [ü"
      syntax 1:5 "ü" a `[` is not closed properly | `]` is missing after this | close it, and quote a value with brackets, commas or `: ` in it
    "##);
}

#[test]
fn tabs() {
    assert_snapshot!(forms(&["a:\n\tb: 1\n", "a:\n  b: 1\n \tc: 2\n", "ä:\r\n  - ö\r\n\t- ü\r\n", "a:\t1\n"]), @r#"
    "a:\n\tb: 1\n"
      tab 2:1 "\t" a tab where only spaces are possible | a tab | indent and separate with spaces
    "a:\n  b: 1\n \tc: 2\n"
      tab 3:2 "\t" a tab where only spaces are possible | a tab | indent and separate with spaces
    "ä:\r\n  - ö\r\n\t- ü\r\n"
      tab 3:1 "\t" a tab where only spaces are possible | a tab | indent and separate with spaces
    "a:\t1\n"
      tab 1:3 "\t" a tab where only spaces are possible | a tab | indent and separate with spaces
    "#);
}

#[test]
fn yaml_that_scenarios_do_not_use() {
    assert_snapshot!(forms(&[
        "a: !!str 1\nb: !x { c: 1 }\nd: &e !y z\n",
        "filter: !(a=b)",
        "filter: &(objectClass=user)",
        "a: &x { b: 1 }\nc: { <<: *x, d: 2 }\n",
        "a: *nobody",
        "a: &a [*a]",
        "%YAML 1.2\n---\na: 1\n",
        "# c\n%TAG ! x\n---\na: 1\n",
        "a: 1\n---\nb: 2\n---\nc: 3\n",
        "? [a, b]\n: 1\n? { c: d }\n: 2\n: 3\ne: 4\n",
        "a: \"CORP\\ada\"\n",
        "a: x\u{7}y\n",
    ]), @r##"
    "a: !!str 1\nb: !x { c: 1 }\nd: &e !y z\n"
      tag 1:4 "!!str" the tag `!!str` is not possible in a scenario | what begins with `!` is a tag | remove it, or quote the value if it is meant as text
    tag 2:4 "!x" the tag `!x` is not possible in a scenario | what begins with `!` is a tag | remove it, or quote the value if it is meant as text
    tag 3:7 "!y" the tag `!y` is not possible in a scenario | what begins with `!` is a tag | remove it, or quote the value if it is meant as text
    "filter: !(a=b)"
      tag 1:9 "!(a=b)" the tag `!(a=b)` is not possible in a scenario | what begins with `!` is a tag | remove it, or quote the value if it is meant as text
    "filter: &(objectClass=user)"
      empty_anchor 1:9 "&(objectClass=user)" the anchor `&(objectClass=user)` names nothing | what begins with `&` is an anchor | quote the value if it is meant as text
    "a: &x { b: 1 }\nc: { <<: *x, d: 2 }\n"
      merge_key 2:6 "<<" merge keys are not possible in a scenario | `<<` does not take over keys here | write the keys out, or give the whole value as an alias
    "a: *nobody"
      unknown_alias 1:4 "*nobody" nothing is named by `*nobody` | there is no anchor `&nobody` before this | quote it if it is meant as text
    "a: &a [*a]"
      unknown_alias 1:8 "*a" `*a` is inside what it stands for | an alias cannot hold itself | -
    "%YAML 1.2\n---\na: 1\n"
      directive 1:1 "%YAML 1.2" directives are not possible in a scenario | a line that begins with `%` | remove this line
    "# c\n%TAG ! x\n---\na: 1\n"
      directive 2:1 "%TAG ! x" directives are not possible in a scenario | a line that begins with `%` | remove this line
    "a: 1\n---\nb: 2\n---\nc: 3\n"
      several_documents 2:1 "---" a second document in the file | this begins another document | put every scenario into a file of its own
    "? [a, b]\n: 1\n? { c: d }\n: 2\n: 3\ne: 4\n"
      key_not_text 1:3 "[a, b]" a list cannot be a key | a key is a single word or text | quote the value if brackets are part of it
    key_not_text 3:3 "{ c: d }" a map cannot be a key | a key is a single word or text | quote the value if brackets are part of it
    key_not_text 5:1 ":" nothing cannot be a key | a key is a single word or text | quote the value if brackets are part of it
    "a: \"CORP\\ada\"\n"
      control_character 1:4 "\"CORP\\ada\"" the escapes in this text give the character U+0007 | in double quotes a `\` begins an escape | use single quotes where backslashes are meant, as in 'CORP\ada'
    "a: x\u{7}y\n"
      control_character 1:5 "\u{7}" the character U+0007 is not possible in a scenario | this is not text | save the file as UTF-8 text
    "##);
}

#[test]
fn keys_given_twice() {
    assert_snapshot!(form("a: 1\nb: { c: 1, d: 2, c: 3, 'c': 4 }\na: 5\n\"b\": 6\n"), @r#"
    duplicate_key 2:18 "c" the key `c` is given twice | already given in line 2 | -
    duplicate_key 2:24 "'c'" the key `c` is given twice | already given in line 2 | -
    duplicate_key 3:1 "a" the key `a` is given twice | already given in line 1 | -
    duplicate_key 4:1 "\"b\"" the key `b` is given twice | already given in line 2 | -
    "#);
    assert_snapshot!(tree("a: 1\na: 2\nb: 3\n"), @r#"
    duplicate_key 2:1 "a" the key `a` is given twice | already given in line 1 | -
     map @ 0..14 "a: 1\na: 2\nb: 3"
    /a Plain "1" @ 3..4 "1"
    /b Plain "3" @ 13..14 "3"
    "#);
}

#[test]
fn bounds() {
    let deep = |levels: usize| form(&("[".repeat(levels) + &"]".repeat(levels)));
    assert_eq!(deep(MAX_DEPTH), "");
    assert_snapshot!(deep(MAX_DEPTH + 1), @r#"too_deep 1:65 "[" lists and maps are nested more than 64 levels deep | nested too deep | -"#);
    assert_snapshot!(deep(10_000), @r#"too_deep 1:256 "[" lists and maps are nested more than 64 levels deep | nested too deep | -"#);
    assert_snapshot!(form(&"- ".repeat(100_000)), @r#"too_deep 1:129 "-" lists and maps are nested more than 64 levels deep | nested too deep | -"#);
    assert_snapshot!(form(&format!("a: {}", "x".repeat(MAX_BYTES))).replace("xx", ""), @r#"too_large 1:1 "" the file has 16777219 bytes, the most is 16777216 | too large for a scenario | move long lists into CSV or LDIF files"#);
    assert_snapshot!(form(&format!("[{}]", ",".repeat(2_000_001))), @r#"too_many_values 1:1 "" the file has more than 1000000 values | too many values for a scenario | move long lists into CSV or LDIF files"#);
    assert_snapshot!(form(&"- x\n".repeat(1_000_001)), @r#"too_many_values 1000000:3 "x" the file has more than 1000000 values | too many values for a scenario | move long lists into CSV or LDIF files"#);
}

#[test]
fn aliases_do_not_explode() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        text += &format!("a{level}: &a{level} [{before}]\n");
    }
    assert_snapshot!(form(&text), @r#"aliases_too_large 6:40 "*a4" anchors and aliases repeat too much | with this there are more than 1000000 values or 16777216 bytes | move long lists into CSV or LDIF files"#);
    let texts = format!("- &a {}\n", "x".repeat(1 << 20)) + &"- *a\n".repeat(20);
    assert_snapshot!(form(&texts).replace("xx", ""), @r#"aliases_too_large 17:3 "*a" anchors and aliases repeat too much | with this there are more than 1000000 values or 16777216 bytes | move long lists into CSV or LDIF files"#);
    let mut nested = String::from("- &a0 []\n");
    for level in 1..100 {
        nested += &format!("- &a{level} [*a{}]\n", level - 1);
    }
    assert_snapshot!(form(&nested), @r#"too_deep 64:9 "*a62" lists and maps are nested more than 64 levels deep | nested too deep | -"#);
}

#[test]
fn only_so_many_are_listed() {
    let text: String = (0..LIMIT + 30).map(|n| format!("x{n}: 1\n")).collect();
    let all = mistakes(&format!("scenario: a\n{text}"));
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.len(), LIMIT + 1);
    assert_snapshot!(lines[LIMIT - 1..].join("\n"), @r#"
    unknown_key 201:1 "x199" unknown key `x199` | not a key of this section | possible: `scenario`, `seed`, `connectors`, `steps`, `expect` and `knobs`
    more 201:5 "" and 30 more | further mistakes are not listed | -
    "#);
}

#[test]
fn a_mistake_in_an_alias_is_told_once() {
    assert_snapshot!(mistakes("scenario: a\nconnectors:\n  - &c { name: A, quota: x }\n  - *c\n  - *c\n"), @r#"bad_value 3:26 "x" `x` is not a whole number from 0 to 255 | not a whole number | -"#);
}

//! Mistakes of content: all of them in one pass, each at its place.

use super::super::{Node, Spanned, load, to_json};
use super::{Connector, Document, Join, mistakes, read};
use insta::assert_snapshot;

#[test]
fn a_document_without_mistakes() {
    let document: Document = read(
        "
scenario: Größe
connectors:
  - { name: SRV-01, delegated: OU=A, quota: 0x0A, type: entra-only }
  - name: 00123
    delegated: [OU=B, 'OU=C,DC=d']
    running: false
    place:
steps:
  - { at: 0m, do: { import: { devices: all } } }
  - { at: 1m, do: { sync: } }
  - { at: 2m, do: { power-on: LAP-01 } }
expect:
  - { by: 3m, graph: { get: /v1.0/devices, count: 10, body: { a: [1, 1.5, 00123, yes, true, ~, '1'] } } }
  - log: Fehler
knobs: { odj_wait: 30m }
",
    );
    assert_snapshot!(format!("{document:#?}").replace("    ", " "), @r#"
    Document {
     scenario: Spanned {
      value: "Größe",
      span: Span {
       start: 11,
       end: 18,
      },
     },
     seed: 1,
     connectors: [
      Connector {
       name: Spanned {
        value: "SRV-01",
        span: Span {
         start: 43,
         end: 49,
        },
       },
       delegated: OneOrMany(
        [
         Spanned {
          value: "OU=A",
          span: Span {
           start: 62,
           end: 66,
          },
         },
        ],
       ),
       quota: 10,
       running: true,
       place: None,
       join: Entra,
      },
      Connector {
       name: Spanned {
        value: "00123",
        span: Span {
         start: 110,
         end: 115,
        },
       },
       delegated: OneOrMany(
        [
         Spanned {
          value: "OU=B",
          span: Span {
           start: 132,
           end: 136,
          },
         },
         Spanned {
          value: "OU=C,DC=d",
          span: Span {
           start: 138,
           end: 149,
          },
         },
        ],
       ),
       quota: 10,
       running: false,
       place: None,
       join: Hybrid,
      },
     ],
     steps: [
      Step {
       at: Minutes(
        0,
       ),
       do: Spanned {
        value: Import(
         Import {
          devices: Spanned {
           value: "all",
           span: Span {
            start: 227,
            end: 230,
           },
          },
         },
        ),
        span: Span {
         start: 206,
         end: 234,
        },
       },
      },
      Step {
       at: Minutes(
        1,
       ),
       do: Spanned {
        value: Sync(
         Sync,
        ),
        span: Span {
         start: 255,
         end: 264,
        },
       },
      },
      Step {
       at: Minutes(
        2,
       ),
       do: Spanned {
        value: PowerOn(
         Spanned {
          value: "LAP-01",
          span: Span {
           start: 297,
           end: 303,
          },
         },
        ),
        span: Span {
         start: 285,
         end: 305,
        },
       },
      },
     ],
     expect: [
      Expectation {
       when: Some(
        By(
         Minutes(
          3,
         ),
        ),
       ),
       check: Spanned {
        value: Graph(
         Graph {
          get: Spanned {
           value: "/v1.0/devices",
           span: Span {
            start: 344,
            end: 357,
           },
          },
          count: Some(
           10,
          ),
          body: Some(
           Object {
            "a": Array [
             Number(1),
             Number(1.5),
             String("00123"),
             String("yes"),
             Bool(true),
             Null,
             String("1"),
            ],
           },
          ),
         },
        ),
        span: Span {
         start: 330,
         end: 335,
        },
       },
      },
      Expectation {
       when: None,
       check: Spanned {
        value: Log(
         Spanned {
          value: "Fehler",
          span: Span {
           start: 431,
           end: 437,
          },
         },
        ),
        span: Span {
         start: 426,
         end: 429,
        },
       },
      },
     ],
     knobs: Entries(
      [
       (
        Spanned {
         value: "odj_wait",
         span: Span {
          start: 447,
          end: 455,
         },
        },
        Minutes(
         30,
        ),
       ),
      ],
     ),
    }
    "#);
}

#[test]
fn all_mistakes_in_one_pass() {
    assert_snapshot!(mistakes(
        "
scenari: x
seed: -1
connectors:
  - nam: SRV-01
    quota: 300
    running: yes
    delegated: { a: b }
  - quota: ten
    colour: red
  - SRV-02
steps:
  - { at: 5, do: { imprt: { devices: all } } }
  - { at: 1m, do: { import: { device: all }, sync: } }
  - { at: 1m, do: sync }
  - { at: 1m, do: {} }
  - { at: 1m }
expect: { by: 1m }
knobs: { a: 1m, b: x, c: }
",
    ), @r#"
    unknown_key 2:1 "scenari" unknown key `scenari` | did you mean `scenario`? | possible: `scenario`, `seed`, `connectors`, `steps`, `expect` and `knobs`
    bad_value 3:7 "-1" `-1` is not a whole number from 0 | the least is 0 | -
    unknown_key 5:5 "nam" unknown key `nam` | did you mean `name`? | possible: `name`, `delegated`, `quota`, `running`, `place` and `type`
    bad_value 6:12 "300" `300` is not a whole number from 0 to 255 | the most is 255 | -
    bad_value 7:14 "yes" `yes` is not `true` or `false` | expected `true` or `false` | write `true`
    wrong_kind 8:16 "{ a: b }" expected a text, found a map | this is a map | quote it if it is meant as text
    missing_key 9:5 "quota: ten" the key `name` is missing | `name` is needed here | `name`: Name of the server
    bad_value 9:12 "ten" `ten` is not a whole number from 0 to 255 | not a whole number | -
    unknown_key 10:5 "colour" unknown key `colour` | not a key of this section | possible: `name`, `delegated`, `quota`, `running`, `place` and `type`
    wrong_kind 11:5 "SRV-02" expected a map, found the text `SRV-02` | this is a single value | write `key: value`, with a space after the colon
    bad_value 13:11 "5" `5` is not a time such as `5m` | the unit is missing | -
    unknown_key 13:20 "imprt" unknown key `imprt` | did you mean `import`? | possible: `import`, `power-on` and `sync`
    unknown_key 14:31 "device" unknown key `device` | did you mean `devices`? | possible: `devices`
    several_choices 14:46 "sync" both `import` and `sync` are given | not together with `import` | only one is possible of `import`, `power-on` and `sync`
    wrong_kind 15:19 "sync" expected a map with one key, found the text `sync` | this is a single value | write `{ sync: … }`
    missing_choice 16:19 "{}" a key is missing that says what this is about | one more key is needed here | one of `import`, `power-on` or `sync`
    missing_key 17:5 "{ at: 1m }" the key `do` is missing | `do` is needed here | `do`: What
    wrong_kind 18:9 "{ by: 1m }" expected a list, found a map | this is a map | begin every entry with `- `, or put them into `[ … ]`
    bad_value 19:20 "x" `x` is not a time such as `5m` | the unit is missing | -
    missing_value 19:23 "c" a value is missing | expected a time such as `5m` | -
    "#);
}

#[test]
fn non_ascii_and_crlf() {
    assert_snapshot!(mistakes("scenario: 'äöü €'\r\nkönig: { ä: 1 }\r\nconnectors:\r\n  - { name: Größe, größe: 1, quota: ä }\r\n"), @r#"
    unknown_key 2:1 "könig" unknown key `könig` | not a key of this section | possible: `scenario`, `seed`, `connectors`, `steps`, `expect` and `knobs`
    unknown_key 4:20 "größe" unknown key `größe` | not a key of this section | possible: `name`, `delegated`, `quota`, `running`, `place` and `type`
    bad_value 4:37 "ä" `ä` is not a whole number from 0 to 255 | not a whole number | -
    "#);
}

#[test]
fn embedded_choices() {
    assert_snapshot!(mistakes(
        "
scenario: x
expect:
  - { by: 1m }
  - { at: 1m, by: x, log: a, graph: { count: y } }
  - { by: 1m, grahp: { get: / } }
  - { by: 1m, other: 1 }
  - { log: }
  - { graph: }
  -
",
    ), @r#"
    missing_choice 4:5 "{ by: 1m }" a key is missing that says what this is about | one more key is needed here | one of `graph` or `log`
    several_choices 5:15 "by" both `at` and `by` are given | not together with `at` | only one is possible of `at` and `by`
    bad_value 5:19 "x" `x` is not a time such as `5m` | the unit is missing | -
    several_choices 5:30 "graph" both `log` and `graph` are given | not together with `log` | only one is possible of `graph` and `log`
    missing_key 5:37 "{ count: y }" the key `get` is missing | `get` is needed here | `get`: Its path
    bad_value 5:46 "y" `y` is not a whole number from 0 to 4294967295 | not a whole number | -
    unknown_key 6:15 "grahp" unknown key `grahp` | did you mean `graph`? | possible: `at`, `by`, `graph` and `log`
    missing_choice 7:5 "{ by: 1m, other: 1 }" a key is missing that says what this is about | one more key is needed here | one of `graph` or `log`
    unknown_key 7:15 "other" unknown key `other` | not a key of this section | possible: `at`, `by`, `graph` and `log`
    missing_value 8:7 "log" a value is missing | expected a text | -
    missing_key 9:7 "graph" the key `get` is missing | `get` is needed here | `get`: Its path
    missing_choice 10:3 "-" a key is missing that says what this is about | one more key is needed here | one of `graph` or `log`
    "#);
}

#[test]
fn a_value_torn_by_its_comma() {
    assert_snapshot!(mistakes("scenario: x\nconnectors: [{ name: A, delegated: OU=A,DC=corp,DC=com }]\n"), @r#"
    unknown_key 2:41 "DC=corp" unknown key `DC=corp` | read as a key of its own, because of the comma before it | quote a value with commas
    unknown_key 2:49 "DC=com" unknown key `DC=com` | read as a key of its own, because of the comma before it | quote a value with commas
    "#);
}

#[test]
fn kinds_and_missing_values() {
    assert_snapshot!(mistakes("scenario:\nseed: [1]\nconnectors: one\nsteps: {}\nknobs: [a]\n"), @r#"
    missing_value 1:1 "scenario" a value is missing | expected a text | -
    wrong_kind 2:7 "[1]" expected a whole number from 0, found a list | this is a list | quote it if it is meant as text
    wrong_kind 3:13 "one" expected a list, found the text `one` | this is a single value | write a single entry as a list, too: `[ … ]`
    wrong_kind 4:8 "{}" expected a list, found a map | this is a map | begin every entry with `- `, or put them into `[ … ]`
    wrong_kind 5:8 "[a]" expected a map, found a list | this is a list | -
    "#);
    assert_snapshot!(mistakes("- 1\n- 2\n"), @r#"wrong_kind 1:1 "- 1" expected a map, found a list | this is a list | -"#);
    assert_snapshot!(mistakes("scenario:x\n"), @r#"wrong_kind 1:1 "scenario:x" expected a map, found the text `scenario:x` | this is a single value | write `key: value`, with a space after the colon"#);
    assert_snapshot!(mistakes(""), @r#"missing_key 1:1 "" the key `scenario` is missing | `scenario` is needed here | `scenario`: What it is about"#);
    assert_snapshot!(mistakes("seed: 1"), @r#"missing_key 1:1 "seed: 1" the key `scenario` is missing | `scenario` is needed here | `scenario`: What it is about"#);
}

#[test]
fn a_key_without_value_is_not_given() {
    let connector: Connector = read("name: A\nquota:\nplace: ~\ndelegated: null\n");
    assert_eq!((connector.quota, connector.place, connector.delegated.len()), (10, None, 0));
}

#[test]
fn words_and_truth() {
    assert_snapshot!(mistakes(
        "
scenario: x
connectors:
  - { name: A, type: Hybrid, running: True }
  - { name: B, type: entra, running: off }
  - { name: C, type: zzz, running: maybe }
  - { name: D, type: [hybrid], running: 'true' }
  - { name: E, type: 1, running: [] }
",
    ), @r#"
    unknown_word 4:22 "Hybrid" unknown word `Hybrid` | did you mean `hybrid`? | possible: `hybrid` or `entra-only`
    bad_value 4:39 "True" `True` is not `true` or `false` | expected `true` or `false` | write `true`
    unknown_word 5:22 "entra" unknown word `entra` | did you mean `entra-only`? | possible: `hybrid` or `entra-only`
    bad_value 5:38 "off" `off` is not `true` or `false` | expected `true` or `false` | write `false`
    unknown_word 6:22 "zzz" unknown word `zzz` | not one of the words possible here | possible: `hybrid` or `entra-only`
    bad_value 6:36 "maybe" `maybe` is not `true` or `false` | expected `true` or `false` | -
    wrong_kind 7:22 "[hybrid]" expected `hybrid` or `entra-only`, found a list | this is a list | quote it if it is meant as text
    unknown_word 8:22 "1" unknown word `1` | not one of the words possible here | possible: `hybrid` or `entra-only`
    wrong_kind 8:34 "[]" expected `true` or `false`, found a list | this is a list | quote it if it is meant as text
    "#);
    assert_eq!((Join::WORDS, Join::Entra.to_string()), (["hybrid", "entra-only"].as_slice(), "entra-only".into()));
}

#[test]
fn whole_numbers() {
    assert_snapshot!(mistakes(
        "
scenario: x
connectors:
  - { name: A, quota: 256 }
  - { name: A, quota: -1 }
  - { name: A, quota: 0x100 }
  - { name: A, quota: 1.5 }
  - { name: A, quota: 0xG }
  - { name: A, quota: '' }
  - { name: A, quota: 99999999999999999999999999999999999999999999999 }
  - { name: A, quota: '0xff' }
  - { name: A, quota: 007 }
",
    ), @r#"
    bad_value 4:23 "256" `256` is not a whole number from 0 to 255 | the most is 255 | -
    bad_value 5:23 "-1" `-1` is not a whole number from 0 to 255 | the least is 0 | -
    bad_value 6:23 "0x100" `0x100` is not a whole number from 0 to 255 | the most is 255 | -
    bad_value 7:23 "1.5" `1.5` is not a whole number from 0 to 255 | not a whole number | -
    bad_value 8:23 "0xG" `0xG` is not a whole number from 0 to 255 | not a whole number | -
    bad_value 9:23 "''" `""` is not a whole number from 0 to 255 | not a whole number | -
    bad_value 10:23 "99999999999999999999999999999999999999999999999" `99999999999999999999999999999999999999999999999` is not a whole number from 0 to 255 | the most is 255 | -
    "#);
    assert_eq!(read::<u64>("18446744073709551615"), u64::MAX);
    assert_eq!(read::<i64>("-9223372036854775808"), i64::MIN);
    assert_eq!(read::<u32>("0x80070774"), 0x8007_0774);
}

#[test]
fn spans_of_what_was_read() {
    let text = "ä: 'x'\nb: &b  y\n";
    let entries: super::Entries<Spanned<String>> = read(text);
    let places: Vec<_> = entries.iter().map(|(key, value)| (key.span.of(text), value.span.of(text))).collect();
    assert_eq!(places, [("ä", "'x'"), ("b", "y")]);
}

#[test]
fn json_of_free_parts() {
    let json = |text: &str| to_json(&read::<Node>(text)).to_string();
    assert_snapshot!(json("{ a: [1, -2, 1.5, 1e5, 007, 0x1F, '1', true, True, yes, ~, ], b: { 1: 99999999999999999999999999 } }"), @r#"{"a":[1,-2,1.5,100000.0,"007","0x1F","1",true,"True","yes",null],"b":{"1":"99999999999999999999999999"}}"#);
}

#[test]
fn an_unusable_document_gives_no_value() {
    let (value, diagnostics) = load::<Document>("a: [");
    assert!(value.is_none() && diagnostics.has_errors());
}

#[test]
fn mistakes_cost_as_little_as_possible() {
    let read = |text: &str| {
        let (value, diagnostics) = load::<Document>(text);
        let names = value.map(|document| {
            let names = document.connectors.iter().map(|connector| connector.name.value.clone());
            names.collect::<Vec<_>>().join(" ")
        });
        (names, diagnostics.has_errors(), diagnostics.is_partial())
    };
    let some = |names: &str| Some(names.to_string());
    assert_eq!(read("scenario: x\nconnectors: [{ name: A }]"), (some("A"), false, false));
    assert_eq!(read("scenario: x\nseed: y\nconnectors: [{ name: A, quota: x, z: 1 }]"), (some("A"), true, false));
    assert_eq!(read("scenario: x\nconnectors: [{ name: A }, { name: }, { name: C }]"), (some("A C"), true, true));
    assert_eq!(read("scenario: []\nconnectors: [{ name: A }]"), (None, true, false));
}

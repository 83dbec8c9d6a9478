//! What holds for every text and for every rule.

use super::{BARE, TAGGED, rule};
use crate::membership_rule::MembershipRule;
use proptest::prelude::*;
use sim_core::evidence::{Notes, Unasked};

/// Texts made of a rule's own words, so that they come close to being rules.
fn almost_a_rule() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "device.displayName",
        "device.devicePhysicalIds",
        "device.systemLabels",
        "device.memberOf",
        "device.accountEnabled",
        "group.objectId",
        "_",
        "-any",
        "-all",
        "-eq",
        "ne",
        "-in",
        "-notMatch",
        "–contains",
        "-and",
        "or",
        "-not",
        "(",
        ")",
        "[",
        "]",
        ",",
        "null",
        "true",
        "42",
        "'it''s'",
        "\"a`\"b\"",
        "`\"q`\"",
        "\"",
        "-",
        "ä",
        "`",
    ]);
    prop::collection::vec(words, 0..14).prop_map(|words| words.join(" "))
}

/// Rules as a person could write them.
fn any_rule() -> impl Strategy<Value = String> {
    let value = prop_oneof!["[a-zA-Zäß0-9]{0,3}", "[`\"' ]{0,4}"];
    let quote = |text: String| format!("'{}'", text.replace('\'', "''"));
    let operators =
        ["-eq", "ne", "-startsWith", "-notStartsWith", "endswith", "-notEndsWith", "–contains", "-NOTCONTAINS"];
    let text_test = (prop::sample::select(operators.to_vec()), value.clone())
        .prop_map(move |(op, text)| format!("{op} {}", quote(text)));
    let list_test = (prop::bool::ANY, prop::collection::vec(value, 1..3)).prop_map(move |(not, texts)| {
        format!("-{}in [{}]", if not { "not" } else { "" }, texts.into_iter().map(quote).collect::<Vec<_>>().join(","))
    });
    let match_test =
        prop::sample::select(&["-match '^l.*'", "-notMatch 'a+\\d'", "-match ''"][..]).prop_map(str::to_owned);
    let test = prop_oneof![text_test, list_test, match_test, Just("-eq null".to_owned()), Just("-ne $null".to_owned())];
    let joined = |leaf: BoxedStrategy<String>| {
        leaf.prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|a| format!("({a})")),
                inner.clone().prop_map(|a| format!("-not {a}")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} -or {b}")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("{a} and {b}")),
            ]
        })
    };
    let item_rule = joined(test.clone().prop_map(|test| format!("_ {test}")).boxed());
    let names = [
        "displayName",
        "deviceModel",
        "EXTENSIONATTRIBUTE1",
        "enrollmentProfileName",
        "organizationalUnit",
        "systemLabels",
    ];
    let leaf = prop_oneof![
        3 => (prop::sample::select(names.to_vec()), test).prop_map(|(name, test)| format!("device.{name} {test}")),
        1 => item_rule.prop_map(|rule| format!("device.devicePhysicalIds -any ({rule})")),
        1 => Just("device.accountEnabled -eq true".to_owned()),
    ];
    joined(leaf.boxed())
}

proptest! {
    #[test]
    fn any_text_is_a_rule_or_a_mistake(text in "\\PC{0,60}") {
        judge(&text);
    }

    #[test]
    fn words_of_rules_are_a_rule_or_a_mistake(text in almost_a_rule()) {
        judge(&text);
    }

    #[test]
    fn a_rule_survives_a_stroke(rule in any_rule(), at in any::<prop::sample::Index>(), c in any::<char>(), cut in 0..3_usize) {
        let mut chars: Vec<char> = rule.chars().collect();
        let at = at.index(chars.len());
        chars.splice(at..(at + cut).min(chars.len()), (cut != 1).then_some(c));
        judge(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn what_is_written_out_reads_the_same(text in any_rule()) {
        let written = rule(&text);
        let read = rule(&written.canonical());
        prop_assert_eq!(read.canonical(), written.canonical());
        prop_assert_eq!(read.properties(), written.properties());
        for device in [&TAGGED, &BARE] {
            let mut notes = (Notes::default(), Notes::default());
            prop_assert_eq!(read.matches(device, &mut notes.0), written.matches(device, &mut notes.1));
            prop_assert_eq!(notes.0, notes.1);
            prop_assert_eq!(read.matches(device, &mut Unasked), written.matches(device, &mut Unasked));
        }
    }
}

fn judge(text: &str) {
    match MembershipRule::parse(text) {
        Ok(rule) => {
            rule.matches(&TAGGED, &mut Notes::default());
            rule.matches(&BARE, &mut Unasked);
        }
        Err(error) => {
            let (start, len) = error.span();
            assert!(text.get(start..start + len).is_some(), "{text}: {error}");
            assert!(!error.help().is_empty() && !error.message().is_empty());
            error.service_message();
        }
    }
}

//! What holds for every text and for every filter.

use super::Device;
use crate::odata::{Filter, Query, Subject, Target, Value};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_is_a_filter_or_a_mistake(text in "\\PC{0,60}") {
        judge(&text);
    }

    #[test]
    fn words_of_filters_are_a_filter_or_a_mistake(text in almost_a_filter()) {
        judge(&text);
    }

    #[test]
    fn a_filter_survives_a_stroke(case in any_case(), at in any::<prop::sample::Index>(), c in any::<char>(), cut in 0..3_usize) {
        let mut chars: Vec<char> = case.filter().chars().collect();
        let at = at.index(chars.len());
        chars.splice(at..(at + cut).min(chars.len()), (cut != 1).then_some(c));
        judge(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn any_text_is_a_request_or_a_mistake(text in "\\PC{0,60}", tail in "[$a-c/?&=%'(),+ ]{0,20}") {
        for text in [text.clone(), format!("/v1.0/{text}"), format!("/beta/{tail}{text}"), format!("/v1.0/a?${tail}")] {
            let _ = Target::parse(&text).map_err(|error| error.service_message());
        }
        let _ = Query::parse(&text);
        let _ = Query::parse(&format!("$filter={text}&$select={tail}&$orderby={tail}"));
    }

    #[test]
    fn verdicts_are_those_of_plain_logic(case in any_case(), row in any_row()) {
        let text = case.filter();
        let filter = Filter::parse(&text).expect("a generated filter is a filter");
        prop_assert_eq!(filter.matches(&row), Ok(case.plain(&row) == Some(true)), "{}", text);
        let again = Filter::parse(&filter.root().to_string());
        prop_assert_eq!(again.as_ref().map(Filter::root), Ok(filter.root()));
    }
}

fn judge(text: &str) {
    match Filter::parse(text) {
        Ok(filter) => {
            let _ = filter.matches(&Device).map_err(|error| judge_error(text, &error));
            for found in filter.uses() {
                assert!(text.get(found.span.0..found.span.0 + found.span.1).is_some());
            }
            let written = filter.root().to_string();
            assert_eq!(Filter::parse(&written).as_ref().map(Filter::root), Ok(filter.root()), "{text} -> {written}");
        }
        Err(error) => judge_error(text, &error),
    }
}

fn judge_error(text: &str, error: &crate::odata::QueryError) {
    let (start, len) = error.span();
    assert!(text.get(start..start + len).is_some(), "{text}: {error}");
    assert!(error.service_message().starts_with("Invalid filter clause"));
}

/// Texts made of a filter's own words, so that they come close to being filters.
fn almost_a_filter() -> impl Strategy<Value = String> {
    let words = vec![
        "displayName",
        "physicalIds",
        "owners",
        "accountEnabled",
        "p",
        "o/mail",
        "/$count",
        "/any(p:",
        "/all(o:",
        "/any()",
        "$it",
        "eq",
        "ne",
        "ge",
        "has",
        "in",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        ":",
        "/",
        "'x'",
        "'it''s'",
        "'",
        "5",
        "-1.5",
        "null",
        "true",
        "2022-11-17",
        "2022-11-17T08:30:00Z",
        "startswith(",
        "contains(",
        "isof(",
        "microsoft.graph.device",
        "a.b'c'",
        "4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11",
        "ä",
    ];
    prop::collection::vec(prop::sample::select(words), 0..14).prop_map(|words| words.join(" "))
}

/// A row with one property of each kind.
#[derive(Debug)]
struct Row {
    name: Option<String>,
    enabled: Option<bool>,
    size: Option<i64>,
    tags: Vec<String>,
}

impl Subject for Row {
    fn get(&self, path: &[&str]) -> Option<Value<'_>> {
        Some(match path {
            ["name"] => self.name.as_deref().into(),
            ["enabled"] => self.enabled.map_or(Value::Null, Value::Bool),
            ["size"] => self.size.map_or(Value::Null, Value::Int),
            ["tags"] => Value::List(self.tags.iter().map(|tag| tag.as_str().into()).collect()),
            _ => return None,
        })
    }

    fn type_name(&self) -> &str {
        "microsoft.graph.row"
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let name = prop::option::of("[abAB']{0,3}");
    (name, any::<Option<bool>>(), prop::option::of(-2..3_i64), prop::collection::vec("[abAB]{0,2}", 0..3))
        .prop_map(|(name, enabled, size, tags)| Row { name, enabled, size, tags })
}

/// A filter in the tests' own words, written and judged without the code under test.
#[derive(Debug, Clone)]
enum Case {
    Name(&'static str, Option<String>),
    NameIn(Vec<String>),
    NameCall(&'static str, String),
    Enabled,
    EnabledIs(bool),
    Size(&'static str, i64),
    Tags { all: bool, op: &'static str, text: String },
    TagCount(&'static str, i64),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

const COMPARE: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];

fn any_case() -> impl Strategy<Value = Case> {
    let op = prop::sample::select(COMPARE.to_vec());
    let text = "[abAB']{0,2}";
    let leaf = prop_oneof![
        (op.clone(), prop::option::of(text)).prop_map(|(op, text)| Case::Name(op, text)),
        prop::collection::vec(text, 1..3).prop_map(Case::NameIn),
        (prop::sample::select(vec!["startswith", "endswith", "contains"]), text)
            .prop_map(|(f, text)| Case::NameCall(f, text)),
        Just(Case::Enabled),
        any::<bool>().prop_map(Case::EnabledIs),
        (op.clone(), -2..3_i64).prop_map(|(op, n)| Case::Size(op, n)),
        (any::<bool>(), op.clone(), text).prop_map(|(all, op, text)| Case::Tags { all, op, text }),
        (op, 0..3_i64).prop_map(|(op, n)| Case::TagCount(op, n)),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| Case::Not(Box::new(a))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Case::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Case::Or(Box::new(a), Box::new(b))),
        ]
    })
}

impl Case {
    fn filter(&self) -> String {
        let quoted = |text: &String| format!("'{}'", text.replace('\'', "''"));
        match self {
            Self::Name(op, text) => format!("name {op} {}", text.as_ref().map_or("null".to_owned(), quoted)),
            Self::NameIn(texts) => format!("name in ({})", texts.iter().map(quoted).collect::<Vec<_>>().join(", ")),
            Self::NameCall(function, text) => format!("{function}(name,{})", quoted(text)),
            Self::Enabled => "enabled".to_owned(),
            Self::EnabledIs(value) => format!("enabled eq {value}"),
            Self::Size(op, n) => format!("size {op} {n}"),
            Self::Tags { all, op, text } => {
                format!("tags/{}(t:t {op} {})", if *all { "all" } else { "any" }, quoted(text))
            }
            Self::TagCount(op, n) => format!("tags/$count {op} {n}"),
            Self::Not(a) => format!("not ({})", a.filter()),
            Self::And(a, b) => format!("({}) and ({})", a.filter(), b.filter()),
            Self::Or(a, b) => format!("{} or ({})", a.filter(), b.filter()),
        }
    }

    fn plain(&self, row: &Row) -> Option<bool> {
        let name = row.name.as_ref().map(|name| name.to_uppercase());
        match self {
            Self::Name(op, text) => Some(plain_compare(op, name, text.as_ref().map(|text| text.to_uppercase()))),
            Self::NameIn(texts) => Some(texts.iter().any(|text| name == Some(text.to_uppercase()))),
            Self::NameCall(function, text) => name.map(|name| match *function {
                "startswith" => name.starts_with(&text.to_uppercase()),
                "endswith" => name.ends_with(&text.to_uppercase()),
                _ => name.contains(&text.to_uppercase()),
            }),
            Self::Enabled => row.enabled,
            Self::EnabledIs(value) => Some(row.enabled == Some(*value)),
            Self::Size(op, n) => Some(plain_compare(op, row.size, Some(*n))),
            Self::Tags { all, op, text } => {
                let passes = |tag: &String| plain_compare(op, Some(tag.to_uppercase()), Some(text.to_uppercase()));
                Some(if *all { row.tags.iter().all(passes) } else { row.tags.iter().any(passes) })
            }
            Self::TagCount(op, n) => Some(plain_compare(op, i64::try_from(row.tags.len()).ok(), Some(*n))),
            Self::Not(a) => a.plain(row).map(|verdict| !verdict),
            Self::And(a, b) => match (a.plain(row), b.plain(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.plain(row), b.plain(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

fn plain_compare<T: Ord>(op: &str, a: Option<T>, b: Option<T>) -> bool {
    match (op, a, b) {
        ("eq", a, b) => a == b,
        ("ne", a, b) => a != b,
        ("gt", Some(a), Some(b)) => a > b,
        ("ge", Some(a), Some(b)) => a >= b,
        ("lt", Some(a), Some(b)) => a < b,
        ("le", Some(a), Some(b)) => a <= b,
        _ => false,
    }
}

//! What holds for every target, and for every table.

use super::World;
use crate::graph::{Caller, Edm, Family, Method, ROUTES, Shown, Strictness, TYPES, Versions, json, read};
use crate::odata::Version;
use proptest::prelude::*;
use sim_core::SimTime;
use std::sync::OnceLock;

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

/// Targets made of the words of good ones.
fn almost_a_target() -> impl Strategy<Value = String> {
    let mut words: Vec<&str> = ROUTES.iter().flat_map(|route| route.template.split('/')).collect();
    words.extend([
        "$count",
        "('x')",
        "nobody",
        "ada@contoso.com",
        "delta()",
        "%2F",
        "",
        "(deviceId='x')",
        "graph.device",
    ]);
    let names: Vec<&str> = TYPES
        .iter()
        .flat_map(|ty| ty.properties.iter().map(|p| p.name).chain(ty.navigations.iter().map(|n| n.name)))
        .collect();
    let options = prop::collection::vec(
        (
            prop::sample::select(vec![
                "$filter", "$select", "$expand", "$orderby", "$top", "$skip", "$count", "$search",
            ]),
            prop::sample::select(names),
            prop::sample::select(vec![
                "",
                " eq 'x'",
                " ne null",
                "/any(a:a eq 'x')",
                "/$count eq 1",
                "/x",
                ",id",
                "($select=id)",
                " desc",
                "(",
                "/any(a:a/id eq 'x')",
            ]),
        ),
        0..4,
    );
    let path = prop::collection::vec(prop::sample::select(words), 0..6);
    (any::<bool>(), path, options).prop_map(|(beta, path, options)| {
        let options: Vec<String> =
            options.iter().map(|(option, name, rest)| format!("{option}={name}{rest}")).collect();
        format!("/{}/{}?{}", if beta { "beta" } else { "v1.0" }, path.join("/"), options.join("&"))
    })
}

/// Good paths with any one option.
fn a_path_and_an_option() -> impl Strategy<Value = String> {
    let names: Vec<&str> = TYPES.iter().flat_map(|ty| ty.properties.iter().map(|p| p.name)).collect();
    let option = prop_oneof![
        prop::sample::select(names.clone()).prop_map(|name| format!("$filter={name} ne null")),
        prop::sample::select(names.clone()).prop_map(|name| format!("$orderby={name} desc&$top=1&$count=true")),
        prop::sample::select(names).prop_map(|name| format!("$select={name}")),
    ];
    (prop::sample::select(ROUTES), option).prop_map(|(route, option)| {
        let version = if route.versions == Versions::Both { "v1.0" } else { "beta" };
        format!("/{version}{}?{option}", route.template.replace("{id}", "'ada@contoso.com'"))
    })
}

fn judge(target: &str) {
    for strictness in [Strictness::Check, Strictness::Wire { eventual: false }, Strictness::Wire { eventual: true }] {
        let reply = world().ask(target, &Caller { strictness, ..Caller::default() });
        assert!(matches!(reply.status, 200 | 400 | 404), "{target}: {}", reply.status);
        let json = serde_json::from_str::<serde_json::Value>(&reply.body);
        assert!(json.is_ok(), "{target}: {}", reply.body);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}", tail in "[$a-c/?&=%'(),+ ]{0,20}") {
        judge(&text);
        judge(&format!("/v1.0/devices{tail}{text}"));
        judge(&format!("/beta/deviceManagement/managedDevices?$select={text}&$expand={tail}"));
        judge(&format!("/v1.0/groups?$expand={text}{tail}"));
    }

    #[test]
    fn words_of_targets_are_answered(target in almost_a_target()) {
        judge(&target);
    }

    #[test]
    fn every_property_may_be_asked_for(target in a_path_and_an_option()) {
        judge(&target);
    }

    #[test]
    fn texts_are_json(text in any::<String>()) {
        let mut out = String::new();
        json::text(&mut out, &text);
        prop_assert_eq!(serde_json::from_str::<String>(&out).ok(), Some(text));
    }
}

/// A version never shows what it does not have, and what is shown unasked is what the tables say.
#[test]
fn a_version_shows_what_it_has() {
    for route in ROUTES.iter().filter(|route| route.method == Method::Get && !route.template.contains("{id}")) {
        for (version, name) in [(Version::V1, "v1.0"), (Version::Beta, "beta")] {
            let target = format!("/{name}{}", route.template);
            let Ok(answer) = read(&world().source(), &target, Strictness::Check) else {
                assert!(!route.versions.has(version), "{target}");
                continue;
            };
            assert!(route.versions.has(version), "{target}");
            for entity in answer.entities() {
                let ty = TYPES.iter().find(|ty| ty.name == entity.type_name()).expect("a known type");
                let shown = |p: &&&crate::graph::Property| {
                    p.shown == Shown::Always || (p.shown == Shown::OnBeta && version == Version::Beta)
                };
                let expected: Vec<&str> =
                    ty.properties(version).collect::<Vec<_>>().iter().filter(shown).map(|p| p.name).collect();
                let json: serde_json::Value = serde_json::from_str(&entity.json()).expect("JSON");
                let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
                assert_eq!(keys, expected, "{target}");
            }
        }
    }
}

/// No value contradicts the type in its table.
#[test]
fn values_are_of_the_declared_type() {
    for route in ROUTES.iter().filter(|route| route.method == Method::Get && !route.template.contains("{id}")) {
        let target = format!("/beta{}", route.template);
        for entity in read(&world().source(), &target, Strictness::Check).expect("an answer").entities() {
            let json: serde_json::Value = serde_json::from_str(&entity.json()).expect("JSON");
            let ty = TYPES.iter().find(|ty| ty.name == entity.type_name()).expect("a known type");
            for property in ty.properties(Version::Beta) {
                let value = &json[property.name];
                let fits = match property.edm {
                    _ if value.is_null() => property.nullable || property.shown == Shown::OnSelect,
                    Edm::Boolean => value.is_boolean(),
                    Edm::Int32 | Edm::Int64 => value.is_i64(),
                    Edm::String | Edm::Guid | Edm::Binary | Edm::Enum(_) => value.is_string(),
                    Edm::DateTimeOffset => value.as_str().is_some_and(|text| text.ends_with('Z')),
                    Edm::Complex(_) | Edm::Opaque(_) => value.is_object(),
                    Edm::Double => value.is_number(),
                    Edm::Collection(_) => value.is_array(),
                };
                assert!(fits, "{}.{} = {value}", ty.name, property.name);
            }
        }
    }
}

#[test]
fn tables_hold_each_name_once() {
    for ty in TYPES {
        for version in [Version::V1, Version::Beta] {
            let mut names: Vec<&str> = ty.properties(version).map(|p| p.name).collect();
            names.sort_unstable();
            let before = names.len();
            names.dedup();
            assert_eq!(names.len(), before, "{}", ty.name);
        }
        assert_eq!(ty.all().count(), ty.all().take(3).count(), "{}: properties() looks at three levels", ty.name);
    }
}

#[test]
fn times() {
    let written = |text: &str, family| {
        let mut out = String::new();
        json::time(&mut out, text.parse().expect("a time"), family);
        out
    };
    let intune = Family::Intune("");
    assert_eq!(written("2024-02-29T23:59:59.25Z", intune), "2024-02-29T23:59:59.25Z");
    assert_eq!(written("2024-02-29T23:59:59.25Z", Family::Directory), "2024-02-29T23:59:59Z");
    assert_eq!(written("2022-11-17T08:00:00.007Z", intune), "2022-11-17T08:00:00.007Z");
    assert_eq!(written("1999-12-31T00:00:00Z", intune), "1999-12-31T00:00:00Z");
    let mut out = String::new();
    json::time(&mut out, SimTime::NEVER, intune);
    assert_eq!(out, "0001-01-01T00:00:00Z");
}

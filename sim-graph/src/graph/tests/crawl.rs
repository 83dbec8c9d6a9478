//! Every answer of every route against the types of `microsoft.graph` as its own documents describe them.

use super::World;
use crate::graph::{Caller, Does, ROUTES, Shows, Strictness, Versions, enumeration};
use crate::odata::Version;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The types of one version: see the head of the files.
struct Types {
    version: Version,
    types: BTreeMap<&'static str, Type>,
}

#[derive(Default)]
struct Type {
    base: &'static str,
    open: bool,
    /// Type, and whether null is allowed.
    properties: BTreeMap<&'static str, (&'static str, bool)>,
    navigations: Vec<&'static str>,
}

impl Types {
    fn of(version: Version) -> Self {
        let text = match version {
            Version::V1 => include_str!("../../../tests/data/types-v1.0.txt"),
            Version::Beta => include_str!("../../../tests/data/types-beta.txt"),
        };
        let mut types: BTreeMap<&str, Type> = BTreeMap::new();
        let mut current = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(names) = line.strip_prefix(" > ") {
                types.entry(current).or_default().navigations = names.split(' ').collect();
            } else if let Some(property) = line.strip_prefix(' ') {
                let (name, ty) = property.split_once(' ').expect("a type");
                let edm = ty.trim_end_matches(['!', '?']);
                types.entry(current).or_default().properties.insert(name, (edm, !ty.ends_with('!')));
            } else {
                let (name, base) = line.split_once(" < ").expect("a base");
                let open = base.ends_with(" open");
                current = name;
                types.insert(name, Type { base: base.trim_end_matches(" open"), open, ..Type::default() });
            }
        }
        Self { version, types }
    }

    fn chain(&self, name: &str) -> Vec<&Type> {
        std::iter::successors(self.types.get(name), |ty| self.types.get(ty.base)).collect()
    }

    /// What is wrong with an object that is declared as a type.
    fn object(&self, at: &str, declared: &str, object: &Map<String, Value>, wrong: &mut Vec<String>) {
        let named = object.get("@odata.type").and_then(Value::as_str);
        let name = named.map_or(declared, |name| name.trim_start_matches("#microsoft.graph."));
        let chain = self.chain(name);
        if chain.is_empty() {
            return wrong.push(format!("{at}: there is no type {name}"));
        }
        for (key, value) in object.iter().filter(|(key, _)| !key.contains('@')) {
            let found = chain.iter().find_map(|ty| ty.properties.get(key.as_str()));
            match found {
                Some((edm, nullable)) => self.value(&format!("{at}/{key}"), edm, *nullable, value, wrong),
                None if key == "id" => {}
                None if chain.iter().any(|ty| ty.open || ty.navigations.contains(&key.as_str())) => {}
                None => wrong.push(format!("{at}: {name} has no {key} in {}", self.version)),
            }
        }
    }

    fn value(&self, at: &str, edm: &str, nullable: bool, value: &Value, wrong: &mut Vec<String>) {
        if let Some(item) = edm.strip_prefix("Collection(").and_then(|edm| edm.strip_suffix(')')) {
            match value {
                Value::Array(items) => {
                    items.iter().for_each(|value| self.value(at, item, false, value, wrong));
                }
                Value::Null if nullable => {}
                _ => wrong.push(format!("{at}: {value} is no collection")),
            }
            return;
        }
        let text = |holds: &dyn Fn(&str) -> bool| value.as_str().is_some_and(holds);
        let fits = match (edm, value) {
            (_, Value::Null) => nullable,
            ("String", value) => value.is_string(),
            ("Boolean", value) => value.is_boolean(),
            ("Byte", value) => value.as_u64().is_some_and(|n| n < 256),
            ("Int32", value) => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
            ("Int64", value) => value.is_i64(),
            ("Double", value) => value.is_number(),
            ("Guid", _) => text(&|text| text.parse::<sim_core::Guid>().is_ok()),
            ("DateTimeOffset", _) => text(&|text| text.ends_with('Z') && is_time(text)),
            ("Duration", _) => text(&|text| text.starts_with('P') || text.starts_with("-P")),
            ("Binary" | "TimeOfDay" | "Date" | "Stream", value) => value.is_string(),
            (edm, value) => {
                let name = edm.trim_start_matches('#');
                match (enumeration(name, self.version), value) {
                    (Some(known), Value::String(text)) => {
                        let is = |word: &str| known.members.iter().any(|(member, _)| *member == word.trim());
                        if known.flags { text.split(',').all(is) } else { is(text) }
                    }
                    (None, Value::Object(members)) => {
                        self.object(at, name, members, wrong);
                        true
                    }
                    _ => false,
                }
            }
        };
        if !fits {
            wrong.push(format!(
                "{at}: {value} is no {edm}{}",
                if nullable { "" } else { ", or null where it may not be" }
            ));
        }
    }
}

fn is_time(text: &str) -> bool {
    crate::odata::Filter::parse(&format!("a eq {text}")).is_ok()
}

/// Routes with the keys that the world has; those without an entity are left out.
fn targets(world: &World, template: &str, version: Version) -> Vec<String> {
    let mut found = vec![String::new()];
    for step in template.split('/').skip(1) {
        let mut next = Vec::new();
        for path in found {
            if step == "{id}" {
                let body: Value = serde_json::from_str(&world.body(&format!("/{version}{path}"))).expect("JSON");
                let ids = body["value"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
                next.extend(ids.map(|id| format!("{path}/{id}")));
            } else if let Some(name) = step.strip_suffix("={id})") {
                let (set, key) = name.split_once('(').expect("a key");
                let body: Value = serde_json::from_str(&world.body(&format!("/{version}/{set}"))).expect("JSON");
                let keys = body["value"].as_array().into_iter().flatten().filter_map(|item| item[key].as_str());
                next.extend(keys.map(|value| format!("{path}/{set}({key}='{value}')")));
            } else {
                next.push(format!("{path}/{step}"));
            }
        }
        found = next;
    }
    found.into_iter().map(|path| format!("/{version}{path}")).collect()
}

fn crawl(version: Version, visit: &mut dyn FnMut(&World, Shows, &str)) {
    let world = World::new();
    for route in ROUTES.iter().filter(|route| route.versions.has(version)) {
        let Does::Show(shows) = route.does else { continue };
        targets(&world, route.template, version).iter().for_each(|target| visit(&world, shows, target));
    }
}

fn wire() -> Caller<'static> {
    Caller { strictness: Strictness::Wire { eventual: true }, ..Caller::default() }
}

#[test]
fn every_answer_is_of_its_type() {
    for version in [Version::V1, Version::Beta] {
        let types = Types::of(version);
        let (mut wrong, mut visited) = (Vec::new(), 0);
        crawl(version, &mut |world, shows, target| {
            let reply = world.ask(target, &wire());
            // A relationship that leads nowhere.
            if reply.status == 404 && matches!(shows, Shows::Related(..)) {
                return;
            }
            assert_eq!(reply.status, 200, "{target}: {}", reply.body);
            visited += 1;
            let body: Value = serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{target}: {error}"));
            let declared = shows.types(version)[0].short_name();
            let items = match body.get("value") {
                Some(Value::Array(items)) => items.clone(),
                _ => vec![body],
            };
            for item in items {
                types.object(target, declared, item.as_object().expect("an object"), &mut wrong);
            }
        });
        assert!(visited > 40, "{visited} answers");
        assert!(wrong.is_empty(), "{version}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn every_property_can_be_selected() {
    for version in [Version::V1, Version::Beta] {
        crawl(version, &mut |world, shows, target| {
            if !matches!(shows, Shows::List(_)) {
                return;
            }
            for ty in shows.types(version) {
                for property in ty.properties(version) {
                    let reply = world.ask(&format!("{target}?$select={}", property.name), &wire());
                    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
                    let items = body["value"].as_array().unwrap_or_else(|| panic!("{target}: {body}"));
                    let is_of =
                        |item: &&Value| item["@odata.type"].is_null() || item["@odata.type"] == format!("#{}", ty.name);
                    for item in items.iter().filter(is_of) {
                        let shown = item.as_object().expect("an object").keys().filter(|key| !key.contains('@'));
                        assert_eq!(shown.collect::<Vec<_>>(), [property.name], "{target} {}", ty.name);
                    }
                }
            }
        });
    }
}

/// What the documents call required is never null in the tables, and v1.0 has no property that is beta's.
#[test]
fn tables_agree_with_the_documents() {
    let mut wrong = Vec::new();
    for version in [Version::V1, Version::Beta] {
        let types = Types::of(version);
        for ty in crate::graph::TYPES.iter().filter(|ty| ty.versions.has(version)) {
            let chain = types.chain(ty.short_name());
            let open = chain.iter().any(|ty| ty.open);
            for property in ty.properties.iter().filter(|p| p.versions.has(version) && p.name != "id") {
                match chain.iter().find_map(|ty| ty.properties.get(property.name)) {
                    Some((_, nullable)) if *nullable || !property.nullable => {}
                    Some(_) => wrong.push(format!("{version}: {} {} may not be null", ty.name, property.name)),
                    None if open || (property.versions == Versions::Both && chain.is_empty()) => {}
                    None => wrong.push(format!("{version}: {} has no {}", ty.name, property.name)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_of_the_service() {
    let world = World::new();
    for version in ["v1.0", "beta"] {
        let reply = world.ask(&format!("/{version}/$metadata"), &wire());
        assert_eq!((reply.status, reply.content_type), (200, "application/xml"));
        let xml = &reply.body;
        let (opened, closed) = (xml.matches('<').count(), xml.matches("</").count() + xml.matches("/>").count());
        // The declaration is neither; every other element is closed once.
        assert_eq!(opened - 1, 2 * xml.matches("</").count() + xml.matches("/>").count(), "{closed}");
        assert_eq!(xml.contains("windowsAutopilotDeploymentProfiles"), version == "beta");
        assert!(xml.contains("<Member Name=\"assignedUnkownSyncState\"") == (version == "beta"));
        assert!(xml.contains("<EntitySet Name=\"devices\" EntityType=\"microsoft.graph.device\"/>"));
        let service: Value = serde_json::from_str(&world.body(&format!("/{version}"))).expect("JSON");
        let names: Vec<&str> =
            service["value"].as_array().expect("a list").iter().filter_map(|set| set["name"].as_str()).collect();
        assert!(names.contains(&"devices") && names.contains(&"deviceManagement"), "{names:?}");
    }
}

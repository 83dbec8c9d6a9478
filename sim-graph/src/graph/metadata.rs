//! `$metadata` and the service document: the tables, as OData describes types to clients.
//!
//! What is described is what is simulated. Types of which the tenant has no values are open and empty.

use super::entity::{Edm, EntityType, Navigation, Property};
use super::enumerations::enumeration;
use super::json;
use super::route::{self, Set};
use crate::odata::Version;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const NAMESPACE: &str = "microsoft.graph";

/// The CSDL document of a version.
pub(super) fn document(version: Version) -> String {
    let types = types(version);
    let mut out = String::with_capacity(64 << 10);
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    out.push_str(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>",
    );
    let _ = write!(
        out,
        "<Schema Namespace=\"{NAMESPACE}\" Alias=\"graph\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">"
    );
    let (mut enums, mut opaque) = (BTreeSet::new(), BTreeSet::new());
    for ty in types.values() {
        for property in ty.properties.iter().filter(|p| p.versions.has(version)) {
            match property.edm.item() {
                Edm::Enum(name) => drop(enums.insert(name)),
                Edm::Opaque(name) => drop(opaque.insert(name)),
                _ => {}
            }
        }
    }
    enums.iter().for_each(|name| enum_type(&mut out, name, version));
    types.values().for_each(|ty| structured_type(&mut out, ty, version));
    for name in opaque.iter().filter(|name| !types.contains_key(*name)) {
        let _ = write!(out, "<ComplexType Name=\"{name}\" OpenType=\"true\"/>");
    }
    device_management(&mut out, version);
    functions(&mut out, version);
    container(&mut out, version);
    out.push_str("</Schema></edmx:DataServices></edmx:Edmx>");
    out
}

/// The service document of a version.
pub(super) fn service(root: &str, version: Version) -> String {
    let mut out = String::from("{\"@odata.context\":");
    json::text(&mut out, &format!("{root}/{version}/$metadata"));
    out.push_str(",\"value\":[");
    let sets = sets(version).into_keys().map(|path| (path, "EntitySet"));
    let names: BTreeMap<&str, &str> =
        sets.map(|(path, kind)| path.split_once('/').map_or((path, kind), |(first, _)| (first, "Singleton"))).collect();
    for (nth, (name, kind)) in names.iter().enumerate() {
        let comma = if nth > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{{\"name\":\"{name}\",\"kind\":\"{kind}\",\"url\":\"{name}\"}}");
    }
    out.push_str("]}");
    out
}

/// The types of a version, by name, bases included.
fn types(version: Version) -> BTreeMap<&'static str, &'static EntityType> {
    let known = route::types().filter(|ty| ty.versions.has(version));
    known.flat_map(EntityType::all).map(|ty| (ty.short_name(), ty)).collect()
}

/// The sets of a version, by path.
fn sets(version: Version) -> BTreeMap<&'static str, &'static Set> {
    route::sets(version).map(|set| (set.path, set)).collect()
}

fn enum_type(out: &mut String, name: &str, version: Version) {
    let Some(known) = enumeration(name, version) else {
        let _ = write!(out, "<EnumType Name=\"{name}\"/>");
        return;
    };
    let flags = if known.flags { " IsFlags=\"true\"" } else { "" };
    let _ = write!(out, "<EnumType Name=\"{name}\"{flags}>");
    for (member, value) in &known.members {
        let _ = write!(out, "<Member Name=\"{member}\" Value=\"{value}\"/>");
    }
    out.push_str("</EnumType>");
}

fn structured_type(out: &mut String, ty: &'static EntityType, version: Version) {
    let is_entity =
        ty.name == super::ENTITY.name || ty.base.is_some_and(|_| ty.all().any(|t| t.name == super::ENTITY.name));
    let kind = if is_entity { "EntityType" } else { "ComplexType" };
    let _ = write!(out, "<{kind} Name=\"{}\"", ty.short_name());
    if let Some(base) = ty.base {
        let _ = write!(out, " BaseType=\"graph.{}\"", base.short_name());
    }
    if ty.name == super::ENTITY.name {
        out.push_str(" Abstract=\"true\"");
    }
    // Of directory objects, the CSDL says that more may be there.
    if ty.all().any(|t| t.name == super::DIRECTORY_OBJECT.name) {
        out.push_str(" OpenType=\"true\"");
    }
    out.push('>');
    if ty.name == super::ENTITY.name {
        out.push_str("<Key><PropertyRef Name=\"id\"/></Key>");
    }
    ty.properties.iter().filter(|p| p.versions.has(version)).for_each(|p| property(out, p));
    ty.navigations.iter().filter(|n| n.versions.has(version)).for_each(|n| navigation(out, n));
    let _ = write!(out, "</{kind}>");
}

fn property(out: &mut String, property: &Property) {
    let _ = write!(out, "<Property Name=\"{}\" Type=\"{}\"", property.name, type_name(property.edm));
    out.push_str(if property.nullable { "/>" } else { " Nullable=\"false\"/>" });
}

fn navigation(out: &mut String, navigation: &Navigation) {
    let (name, target) = (navigation.name, navigation.declared.short_name());
    let many = if navigation.many { format!("Collection(graph.{target})") } else { format!("graph.{target}") };
    let _ = write!(out, "<NavigationProperty Name=\"{name}\" Type=\"{many}\"");
    out.push_str(if navigation.contained { " ContainsTarget=\"true\"/>" } else { "/>" });
}

fn type_name(edm: Edm) -> String {
    match edm {
        Edm::Enum(name) | Edm::Opaque(name) => format!("graph.{name}"),
        Edm::Complex(ty) => format!("graph.{}", ty.short_name()),
        Edm::Collection(item) => format!("Collection({})", type_name(*item)),
        primitive => primitive.primitive().to_owned(),
    }
}

/// The type of the singleton that holds Intune's sets.
fn device_management(out: &mut String, version: Version) {
    out.push_str("<EntityType Name=\"deviceManagement\" BaseType=\"graph.entity\">");
    for (path, set) in sets(version) {
        if let Some(name) = path.strip_prefix("deviceManagement/") {
            let target = set.declared.short_name();
            let _ = write!(
                out,
                "<NavigationProperty Name=\"{name}\" Type=\"Collection(graph.{target})\" ContainsTarget=\"true\"/>"
            );
        }
    }
    out.push_str("</EntityType>");
}

fn functions(out: &mut String, version: Version) {
    for set in route::tracked(version) {
        let target = set.declared.short_name();
        let _ = write!(
            out,
            "<Function Name=\"delta\" IsBound=\"true\"><Parameter Name=\"bindingParameter\" Type=\"Collection(graph.{target})\"/>\
             <ReturnType Type=\"Collection(graph.{target})\"/></Function>"
        );
    }
}

fn container(out: &mut String, version: Version) {
    out.push_str("<EntityContainer Name=\"GraphService\">");
    for (path, set) in sets(version).into_iter().filter(|(path, _)| !path.contains('/')) {
        let _ = write!(out, "<EntitySet Name=\"{path}\" EntityType=\"{NAMESPACE}.{}\"/>", set.declared.short_name());
    }
    let _ = write!(out, "<Singleton Name=\"deviceManagement\" Type=\"{NAMESPACE}.deviceManagement\"/>");
    out.push_str("</EntityContainer>");
}

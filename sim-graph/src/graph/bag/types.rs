//! The types of the bag, made of `types.txt` once a process.

use super::super::assignments;
use super::super::entity::{
    DIRECTORY_OBJECT, ENTITY, Edm, EntityType, Family, Navigation, Property, Row, Shown, Source, Value, Versions,
    Write, null, p,
};
use sim_core::{Guid, Id};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The types, by short name. What has been made stays for good, as the tables of other types do.
fn all() -> &'static BTreeMap<&'static str, &'static EntityType> {
    static ALL: OnceLock<BTreeMap<&'static str, &'static EntityType>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut types = BTreeMap::new();
        let mut waiting: Vec<Vec<&'static str>> = Vec::new();
        for line in include_str!("types.txt").lines().filter(|line| !line.starts_with('#')) {
            match waiting.last_mut() {
                Some(block) if line.starts_with(' ') => block.push(line),
                _ => waiting.push(vec![line]),
            }
        }
        // Types that others refer to come first. A table that refers to what it does not have is caught by a test.
        while !waiting.is_empty() {
            let known = |name: &str| matches!(name, "entity" | "directoryObject" | "-") || types.contains_key(name);
            let ready = |block: &Vec<&'static str>| {
                let head = head(block[0]);
                let below = relationships(head.name).iter().all(|r| r.name == "assignments" || known(r.holds));
                known(head.base) && below
            };
            let Some(next) = waiting.iter().position(ready) else { break };
            let block = waiting.swap_remove(next);
            let ty: &'static EntityType = Box::leak(Box::new(read(&block, &types)));
            types.insert(ty.short_name(), ty);
        }
        types
    })
}

/// The types of the bag, but for those that stand in for types with a table of their own.
pub fn types() -> impl Iterator<Item = &'static EntityType> {
    all().values().copied().filter(|ty| !STAND_INS.contains(&ty.short_name()))
}

/// Types that have tables of their own, for the records that the tenant has of some of their kinds.
const STAND_INS: [&str; 3] = ["deviceCategory", "deviceConfiguration", "deviceEnrollmentConfiguration"];

/// The type of that short name.
pub fn ty(name: &str) -> Option<&'static EntityType> {
    all().get(name).copied()
}

/// The first line of a type.
struct Head {
    name: &'static str,
    base: &'static str,
    versions: Versions,
    family: Family,
}

fn head(line: &'static str) -> Head {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let base = words.nth(1).unwrap_or_default();
    let versions = versions(words.next().unwrap_or_default());
    let family = match words.next() {
        None | Some("-") => Family::Directory,
        Some(front_end) => Family::Intune(front_end),
    };
    Head { name, base, versions, family }
}

/// The versions that a word stands for.
pub(super) fn versions(word: &str) -> Versions {
    match word {
        "beta" => Versions::Beta,
        "v1.0" => Versions::V1,
        _ => Versions::Both,
    }
}

fn read(block: &[&'static str], known: &BTreeMap<&'static str, &'static EntityType>) -> EntityType {
    let head = head(block[0]);
    let base = match head.base {
        "entity" => &ENTITY,
        "directoryObject" => &DIRECTORY_OBJECT,
        base => known.get(base).copied().unwrap_or(&ENTITY),
    };
    let properties: Vec<Property> = block[1..].iter().filter_map(|line| property(line)).collect();
    let navigations: Vec<Navigation> = relationships(head.name)
        .iter()
        .filter_map(|relationship| {
            let declared = match relationship.holds {
                "deviceCompliancePolicyAssignment" => &ASSIGNMENT,
                "deviceConfigurationAssignment" => &CONFIGURATION_ASSIGNMENT,
                "enrollmentConfigurationAssignment" => &ENROLLMENT_ASSIGNMENT,
                name => known.get(name).copied()?,
            };
            Some(Navigation {
                name: relationship.name,
                declared,
                holds: &[],
                many: relationship.many,
                contained: true,
                versions: declared.versions,
                get: relationship.get,
            })
        })
        .collect();
    EntityType {
        name: Box::leak(format!("microsoft.graph.{}", head.name).into_boxed_str()),
        set: "",
        base: Some(base),
        family: head.family,
        versions: head.versions,
        key: Some(|s, r| Value::Guid(id(s, r))),
        properties: Box::leak(properties.into_boxed_slice()),
        navigations: Box::leak(navigations.into_boxed_slice()),
    }
}

/// The id of an entity; of a singleton, which is no row, the tenant's.
fn id(source: &Source<'_>, row: Row) -> Guid {
    source.tenant.bag.get(Id::new(row.id)).map_or_else(|| source.tenant.id(), |entity| entity.id)
}

fn property(line: &'static str) -> Option<Property> {
    let mut words = line.split_whitespace();
    let (name, ty, flags) = (words.next()?, words.next()?, words.next().unwrap_or_default());
    let edm = edm(ty)?;
    let versions = match flags {
        flags if flags.contains('b') => Versions::Beta,
        flags if flags.contains('1') => Versions::V1,
        _ => Versions::Both,
    };
    let write = if flags.contains('-') { Write::Noted } else { Write::Kept };
    let operators = match edm {
        Edm::String | Edm::Enum(_) => "eq ne not in startswith contains null orderby",
        Edm::DateTimeOffset | Edm::Int32 | Edm::Int64 => "eq ne not ge le gt lt null orderby",
        Edm::Boolean | Edm::Guid => "eq ne not",
        _ => "",
    };
    let nullable = !flags.contains('!');
    let shown = if flags.contains('s') { Shown::OnSelect } else { Shown::Always };
    Some(Property { nullable, versions, shown, write, operators, ..null(name, edm) })
}

/// A type as the table writes it: `[…]` for collections, `=` before enumerations, `#` before complex types.
fn edm(word: &'static str) -> Option<Edm> {
    if let Some(item) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
        return Some(Edm::Collection(Box::leak(Box::new(edm(item)?))));
    }
    Some(match word {
        "String" => Edm::String,
        "Boolean" => Edm::Boolean,
        "Int32" => Edm::Int32,
        "Int64" => Edm::Int64,
        "Double" => Edm::Double,
        "Guid" => Edm::Guid,
        "Binary" => Edm::Binary,
        "DateTimeOffset" => Edm::DateTimeOffset,
        _ => match word.strip_prefix('=') {
            Some(name) => Edm::Enum(name),
            None => Edm::Opaque(word.strip_prefix('#')?),
        },
    })
}

/// What entities of the bag have below them.
struct Relationship {
    name: &'static str,
    holds: &'static str,
    many: bool,
    get: for<'t> fn(&Source<'t>, Row) -> super::Items<'t>,
}

macro_rules! below {
    ($name:literal, $holds:literal) => {
        Relationship { name: $name, holds: $holds, many: true, get: |s, r| super::children(s, id(s, r), $name) }
    };
}

macro_rules! assigned {
    ($holds:literal, $ty:ident) => {
        Relationship {
            name: "assignments",
            holds: $holds,
            many: true,
            get: |s, r| match s.tenant.bag.get(Id::new(r.id)) {
                Some(entity) => assignments::items(&$ty, r, &entity.assignment),
                None => Box::new(std::iter::empty()),
            },
        }
    };
}

fn relationships(ty: &str) -> &'static [Relationship] {
    match ty {
        "deviceCompliancePolicy" => &[
            assigned!("deviceCompliancePolicyAssignment", ASSIGNMENT),
            below!("deviceStatuses", "deviceComplianceDeviceStatus"),
            below!("scheduledActionsForRule", "deviceComplianceScheduledActionForRule"),
        ],
        "deviceConfiguration" => &[
            assigned!("deviceConfigurationAssignment", CONFIGURATION_ASSIGNMENT),
            below!("deviceStatuses", "deviceConfigurationDeviceStatus"),
            below!("userStatuses", "deviceConfigurationUserStatus"),
        ],
        "deviceEnrollmentConfiguration" => &[assigned!("enrollmentConfigurationAssignment", ENROLLMENT_ASSIGNMENT)],
        "deviceManagementTroubleshootingEvent" => &[],
        "termsAndConditions" => &[
            below!("acceptanceStatuses", "termsAndConditionsAcceptanceStatus"),
            below!("assignments", "termsAndConditionsAssignment"),
        ],
        _ => &[],
    }
}

/// The `deviceCompliancePolicyAssignment` type.
pub(in super::super) static ASSIGNMENT: EntityType = assignment("microsoft.graph.deviceCompliancePolicyAssignment");
/// The `deviceConfigurationAssignment` type, for configurations of the bag.
pub(in super::super) static CONFIGURATION_ASSIGNMENT: EntityType =
    assignment("microsoft.graph.deviceConfigurationAssignment");
/// The `enrollmentConfigurationAssignment` type, for configurations of the bag.
pub(in super::super) static ENROLLMENT_ASSIGNMENT: EntityType =
    assignment("microsoft.graph.enrollmentConfigurationAssignment");

const fn assignment(name: &'static str) -> EntityType {
    EntityType {
        name,
        base: Some(&ENTITY),
        family: Family::Intune("StatelessDeviceConfigurationFEService"),
        key: Some(|s, r| assignments::id(s, r, &id(s, r).to_string())),
        properties: &ASSIGNMENT_PROPERTIES,
        ..EntityType::NONE
    }
}

#[rustfmt::skip]
const ASSIGNMENT_PROPERTIES: [Property; 3] = [
    p("source", Edm::Enum("deviceAndAppManagementAssignmentSource"), |_, _| "direct".into()).required().beta(),
    p("sourceId", Edm::String, |s, r| id(s, r).into()).beta(),
    p("target", Edm::Complex(&assignments::TARGET), assignments::target).own(),
];

/// Whether only types derived from it have entities.
pub(super) fn is_abstract(name: &str) -> bool {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let lines = include_str!("types.txt").lines().filter(|line| line.ends_with(" abstract"));
        lines.map(|line| head(line).name).collect()
    });
    all.contains(&name)
}

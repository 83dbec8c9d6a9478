//! What `$filter` and `$orderby` see of an entity.

use super::entity::{Edm, EntityType, Family, Item, Property, Source, Value};
use super::error::GraphError;
use super::json::{self, YEAR_1};
use super::lookup::Test;
use crate::membership_rule::ignore_case;
use crate::odata::{
    self, CompareOp, Expr, Filter, Literal, Path, Quantifier, Query, Segment, Subject, TextFunction, Use, Version,
};
use sim_core::{Guid, SimTime};
use std::cmp::Ordering;

/// An entity, or a complex value, as a filter sees it.
pub(super) struct Seen<'a, 't> {
    pub source: &'a Source<'t>,
    pub item: Item,
    pub version: Version,
}

impl Subject for Seen<'_, '_> {
    fn get(&self, path: &[&str]) -> Option<odata::Value<'_>> {
        Some(seen(self.source, self.item, self.version, path))
    }

    fn type_name(&self) -> &str {
        self.item.ty.name
    }

    fn is_of(&self, type_name: &str) -> bool {
        self.item.ty.is(type_name)
    }
}

/// The value at the end of a path. The path was checked against the types that the collection may hold, so what this
/// type does not have is null.
fn seen<'a>(source: &'a Source<'_>, item: Item, version: Version, path: &[&str]) -> odata::Value<'a> {
    let Some((name, rest)) = path.split_first() else { return odata::Value::Null };
    if let Some(property) = item.ty.property(name, version) {
        return converted(source, item.ty.family, version, property, property.value_of(source, item), rest);
    }
    let Some(navigation) = item.ty.navigation(name, version) else { return odata::Value::Null };
    let mut items = (navigation.get)(source, item.row);
    if navigation.many {
        let object = |item| odata::Value::Object(Box::new(Seen { source, item, version }));
        return odata::Value::List(items.map(object).collect());
    }
    match items.next() {
        Some(item) if rest.is_empty() => odata::Value::Object(Box::new(Seen { source, item, version })),
        Some(item) => seen(source, item, version, rest),
        None => odata::Value::Null,
    }
}

fn converted<'a>(
    source: &'a Source<'_>,
    family: Family,
    version: Version,
    property: &Property,
    value: Value<'a>,
    rest: &[&str],
) -> odata::Value<'a> {
    match value {
        Value::Null => odata::Value::Null,
        Value::Bool(value) => odata::Value::Bool(value),
        Value::Int(value) => odata::Value::Int(value),
        Value::Text(text) => odata::Value::Text(text),
        Value::Guid(guid) => {
            let mut text = String::with_capacity(36);
            json::guid(&mut text, guid);
            odata::Value::Text(text.into())
        }
        Value::Time(SimTime::NEVER) if property.nullable => odata::Value::Null,
        Value::Time(SimTime::NEVER) => odata::Value::Time(YEAR_1),
        Value::Time(at) => odata::Value::Time(match family {
            Family::Directory => at.unix_millis().div_euclid(1000) * 1000,
            Family::Intune(_) => at.unix_millis(),
        }),
        Value::Complex(ty, row) if rest.is_empty() => {
            odata::Value::Object(Box::new(Seen { source, item: Item { ty, row }, version }))
        }
        Value::Complex(ty, row) => seen(source, Item { ty, row }, version, rest),
        Value::Given(given) => written_value(given, rest),
        Value::List(items) => odata::Value::List(
            items.into_iter().map(|v| converted(source, family, version, property, v, &[])).collect(),
        ),
    }
}

/// What a value that was given holds at the end of a path.
fn written_value<'a>(value: &'a serde_json::Value, rest: &[&str]) -> odata::Value<'a> {
    let value = rest.iter().try_fold(value, |value, name| value.get(*name));
    match value {
        Some(serde_json::Value::Bool(value)) => odata::Value::Bool(*value),
        Some(serde_json::Value::Number(number)) => number.as_i64().map_or(odata::Value::Null, odata::Value::Int),
        Some(serde_json::Value::String(text)) => odata::Value::Text(text.as_str().into()),
        Some(serde_json::Value::Array(items)) => {
            odata::Value::List(items.iter().map(|item| written_value(item, &[])).collect())
        }
        Some(serde_json::Value::Object(_) | serde_json::Value::Null) | None => odata::Value::Null,
    }
}

/// What a path leads to.
pub(super) enum Place {
    /// A property of the entity, or of one of its complex properties: the entity's property.
    Property(&'static Property),
    /// A relationship, or a property behind one.
    Related,
}

/// Finds what a path leads to in one of the types; none if nothing there has that name.
pub(super) fn place(path: &str, casts: &[String], types: &[&'static EntityType], version: Version) -> Option<Place> {
    let mut types = types.to_vec();
    for cast in casts {
        types.extend(super::route::types().filter(|ty| ty.is(cast) && ty.versions.has(version)));
    }
    let mut found = None;
    for name in path.split('/') {
        let property = types.iter().find_map(|ty| ty.property(name, version));
        let navigation = types.iter().find_map(|ty| ty.navigation(name, version));
        types = match (property, navigation) {
            (Some(property), _) => {
                found = found.or(Some(Place::Property(property)));
                match property.edm.item() {
                    Edm::Complex(ty) => super::route::types().chain([ty]).filter(|t| t.is(ty.name)).collect(),
                    _ => Vec::new(),
                }
            }
            (None, Some(navigation)) => {
                found = Some(Place::Related);
                [&[navigation.declared], navigation.holds].concat()
            }
            (None, None) => return None,
        };
    }
    found
}

/// Refuses a filter that names what the types do not have.
pub(super) fn check_names(uses: &[Use], types: &[&'static EntityType], version: Version) -> Result<(), GraphError> {
    for used in uses.iter().filter(|used| !used.path.is_empty()) {
        if place(&used.path, &used.casts, types, version).is_none() {
            return Err(GraphError::no_property(
                "$filter",
                &used.path,
                types.first().copied().unwrap_or(&super::ENTITY),
            ));
        }
    }
    Ok(())
}

/// Refuses a filter that compares a property with a value of another type, whatever the entities hold.
pub(super) fn check_types(filter: &Filter, types: &[&'static EntityType], version: Version) -> Result<(), GraphError> {
    Typing { types, version, variables: Vec::new() }.expr(filter.root())
}

struct Typing<'a> {
    types: &'a [&'static EntityType],
    version: Version,
    /// Range variables with the paths that they stand for.
    variables: Vec<(&'a str, String)>,
}

impl<'a> Typing<'a> {
    fn expr(&mut self, expr: &'a Expr) -> Result<(), GraphError> {
        match expr {
            Expr::Not(part) => self.expr(part),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().try_for_each(|part| self.expr(part)),
            Expr::Compare(op, a, b) => match (&**a, &**b) {
                (Expr::Path(path), Expr::Literal(value)) | (Expr::Literal(value), Expr::Path(path)) => {
                    self.pair(*op, path, value)
                }
                (a, b) => self.expr(a).and_then(|()| self.expr(b)),
            },
            Expr::In(part, list) => match &**part {
                Expr::Path(path) => list.iter().try_for_each(|value| self.pair(CompareOp::Eq, path, value)),
                part => self.expr(part),
            },
            Expr::Lambda(lambda) => {
                let Some((variable, body)) = &lambda.body else { return Ok(()) };
                let path = self.resolve(&lambda.path);
                self.variables.push((variable, path));
                let checked = self.expr(body);
                self.variables.pop();
                checked
            }
            Expr::Literal(_) | Expr::Path(_) | Expr::Call(..) | Expr::Apply(..) | Expr::IsOf(..) => Ok(()),
        }
    }

    fn resolve(&self, path: &Path) -> String {
        let mut steps = path.segments().iter().filter_map(|step| match step {
            Segment::Property(name) if name == "$it" => None,
            Segment::Property(name) => Some(name.as_str()),
            Segment::Cast(_) | Segment::Count => None,
        });
        let first = steps.next().unwrap_or_default();
        let start = self.variables.iter().rev().find(|(name, _)| *name == first).map_or(first, |(_, path)| path);
        steps.fold(start.to_owned(), |path, step| format!("{path}/{step}"))
    }

    fn pair(&self, op: CompareOp, path: &Path, value: &Literal) -> Result<(), GraphError> {
        if path.segments().iter().any(|step| matches!(step, Segment::Cast(_) | Segment::Count)) {
            return Ok(());
        }
        let edm = leaf(&self.resolve(path), self.types, self.version).map(|property| property.edm.item());
        let fits = match (edm, value) {
            (_, Literal::Null) => true,
            (Some(Edm::Boolean), value) => matches!(value, Literal::Bool(_)),
            (Some(Edm::Int32 | Edm::Int64), value) => matches!(value, Literal::Int(_) | Literal::Double(_)),
            (Some(Edm::DateTimeOffset), value) => matches!(value, Literal::Time(_)),
            (Some(Edm::String | Edm::Enum(_) | Edm::Guid), value) => {
                matches!(value, Literal::Text(_) | Literal::Enum { .. } | Literal::Guid(_))
            }
            _ => true,
        };
        if fits {
            return Ok(());
        }
        let (a, b, kind) = (edm.map_or("", Edm::primitive), literal_type(value), op.kind());
        let what = format!(
            "A binary operator with incompatible types was detected. Found operand types '{a}' and '{b}' for operator kind '{kind}'."
        );
        Err(GraphError::Clause { option: "$filter", what })
    }
}

fn literal_type(value: &Literal) -> &'static str {
    match value {
        Literal::Null => "Null",
        Literal::Bool(_) => "Edm.Boolean",
        Literal::Int(value) if i32::try_from(*value).is_ok() => "Edm.Int32",
        Literal::Int(_) => "Edm.Int64",
        Literal::Double(_) => "Edm.Double",
        Literal::Text(_) | Literal::Enum { .. } => "Edm.String",
        Literal::Time(_) => "Edm.DateTimeOffset",
        Literal::Guid(_) => "Edm.Guid",
    }
}

/// The property at the end of a path of properties and relationships.
fn leaf(path: &str, types: &[&'static EntityType], version: Version) -> Option<&'static Property> {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if let Some(property) = types.iter().find_map(|ty| ty.property(first, version)) {
        return match (rest, property.edm.item()) {
            (None, _) => Some(property),
            (Some(rest), Edm::Complex(ty)) => {
                let kinds: Vec<_> = super::route::types().chain([ty]).filter(|t| t.is(ty.name)).collect();
                leaf(rest, &kinds, version)
            }
            _ => None,
        };
    }
    let navigation = types.iter().find_map(|ty| ty.navigation(first, version))?;
    leaf(rest?, &[&[navigation.declared], navigation.holds].concat(), version)
}

/// The paths of `$orderby`, and which of them descend.
pub(super) fn order_keys(
    query: &Query,
    declared: &'static EntityType,
    types: &[&'static EntityType],
    version: Version,
) -> Result<Vec<(String, bool)>, GraphError> {
    let key = |part: &odata::OrderBy| {
        let path = part.path.to_string();
        match place(&path, &[], types, version) {
            Some(Place::Property(_)) => Ok((path, part.descending)),
            _ => Err(GraphError::no_property("$orderby", &path, declared)),
        }
    };
    query.orderby.iter().map(key).collect()
}

/// Sorts by each key in turn; what is equal stays in its order.
pub(super) fn sort(source: &Source<'_>, version: Version, items: &mut [Item], keys: &[(String, bool)]) {
    for (path, descending) in keys.iter().rev() {
        let path: Vec<&str> = path.split('/').collect();
        items.sort_by(|a, b| {
            let (a, b) = (Seen { source, item: *a, version }, Seen { source, item: *b, version });
            let order = match (a.get(&path), b.get(&path)) {
                (Some(a), Some(b)) => order(&a, &b),
                _ => Ordering::Equal,
            };
            if *descending { order.reverse() } else { order }
        });
    }
}

/// What a filter wants of the texts of properties, whatever else it wants: equality first.
pub(super) fn text_tests(filter: &Filter) -> Vec<(&str, Test)> {
    let mut tests: Vec<(&str, Test)> = match filter.root() {
        Expr::And(parts) => parts.iter().filter_map(|part| text_test(part, None)).collect(),
        single => text_test(single, None).into_iter().collect(),
    };
    tests.sort_by_key(|(_, test)| match test {
        Test::Equal(_) => 0,
        Test::Begins(_) => 1,
        Test::Contains(_) | Test::Ends(_) => 2,
    });
    tests
}

/// `variable` is the range variable of a collection, with the collection's name.
fn text_test<'f>(expr: &'f Expr, variable: Option<(&str, &'f str)>) -> Option<(&'f str, Test)> {
    let name = |path: &'f Path| match (path.segments(), variable) {
        ([Segment::Property(name)], None) => Some(name.as_str()),
        ([Segment::Property(name)], Some((variable, collection))) if name == variable => Some(collection),
        _ => None,
    };
    match expr {
        Expr::Compare(CompareOp::Eq, a, b) => match (&**a, &**b) {
            (Expr::Path(path), Expr::Literal(value)) | (Expr::Literal(value), Expr::Path(path)) => {
                Some((name(path)?, Test::Equal(written(value)?)))
            }
            _ => None,
        },
        Expr::Call(function, text, part) => {
            let (Expr::Path(path), Expr::Literal(Literal::Text(part))) = (&**text, &**part) else { return None };
            let test = match function {
                TextFunction::StartsWith => Test::Begins(part.clone()),
                TextFunction::EndsWith => Test::Ends(part.clone()),
                TextFunction::Contains => Test::Contains(part.clone()),
            };
            Some((name(path)?, test))
        }
        Expr::Lambda(lambda) if lambda.quantifier == Quantifier::Any && variable.is_none() => {
            let (variable, body) = lambda.body.as_ref()?;
            text_test(body, Some((variable, name(&lambda.path)?)))
        }
        _ => None,
    }
}

fn written(value: &Literal) -> Option<String> {
    match value {
        Literal::Text(text) => Some(text.clone()),
        Literal::Guid(guid) => Some(Guid::from_u128(*guid).to_string()),
        Literal::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a filter contains a text for which this holds.
pub(super) fn any_text(expr: &Expr, holds: &dyn Fn(&str) -> bool) -> bool {
    match expr {
        Expr::Literal(Literal::Text(text)) => holds(text),
        Expr::In(part, list) => {
            any_text(part, holds) || list.iter().any(|l| matches!(l, Literal::Text(text) if holds(text)))
        }
        Expr::Not(part) => any_text(part, holds),
        Expr::And(parts) | Expr::Or(parts) | Expr::Apply(_, parts) => parts.iter().any(|part| any_text(part, holds)),
        Expr::Compare(_, a, b) | Expr::Call(_, a, b) => any_text(a, holds) || any_text(b, holds),
        Expr::Lambda(lambda) => lambda.body.as_ref().is_some_and(|(_, body)| any_text(body, holds)),
        Expr::Literal(_) | Expr::Path(_) | Expr::IsOf(..) => false,
    }
}

/// The order that `$orderby` puts two values in: null first, texts without regard to case.
pub(super) fn order(a: &odata::Value<'_>, b: &odata::Value<'_>) -> Ordering {
    use odata::Value::{Bool, Int, Null, Text, Time};
    match (a, b) {
        (Null, Null) => Ordering::Equal,
        (Null, _) => Ordering::Less,
        (_, Null) => Ordering::Greater,
        (Bool(a), Bool(b)) => a.cmp(b),
        (Int(a), Int(b)) | (Time(a), Time(b)) => a.cmp(b),
        (Text(a), Text(b)) => ignore_case::compare(a, b),
        _ => Ordering::Equal,
    }
}

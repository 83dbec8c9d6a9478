//! `$select` and `$expand`.

use super::entity::{EntityType, Navigation, Property, Shown};
use super::error::GraphError;
use crate::odata::Version;

/// What of an entity is shown: as asked for, before its type is known.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The properties of `$select`; none for what is shown unasked.
    pub names: Option<Vec<String>>,
    /// `$expand`.
    pub expand: Vec<Expansion>,
}

/// One relationship of `$expand`.
#[derive(Debug)]
pub(super) struct Expansion {
    pub navigation: &'static Navigation,
    pub selection: Selection,
}

/// What of an entity of a certain type is shown.
pub(super) struct Plan<'a> {
    pub properties: Vec<&'static Property>,
    pub expansions: &'a [Expansion],
}

impl Selection {
    /// Reads both options for entities declared as one type, of which some may be of other `types`.
    pub fn read(
        select: Option<&[String]>,
        expand: Option<&str>,
        declared: &'static EntityType,
        types: &[&'static EntityType],
        version: Version,
    ) -> Result<Self, GraphError> {
        let mut selection = Self { names: names(select, declared, types, version)?, expand: Vec::new() };
        for part in top_level(expand.unwrap_or_default(), ',') {
            let (name, options) = match part.split_once('(') {
                Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')').ok_or_else(|| syntax(part))?),
                None => (part, ""),
            };
            let navigation = [&[declared], types].concat().iter().find_map(|ty| ty.navigation(name, version));
            let navigation = navigation.ok_or_else(|| GraphError::no_property("$expand", name, declared))?;
            selection.expand.push(Expansion { navigation, selection: nested(navigation, options, version)? });
        }
        Ok(selection)
    }

    /// The properties that an entity of this type shows.
    pub fn plan(&self, ty: &'static EntityType, version: Version) -> Plan<'_> {
        let shown = |p: &&Property| match &self.names {
            Some(names) => names.iter().any(|name| name == p.name),
            None => p.shown == Shown::Always || (p.shown == Shown::OnBeta && version == Version::Beta),
        };
        Plan { properties: ty.properties(version).filter(shown).collect(), expansions: &self.expand }
    }

    /// What follows the set in `@odata.context`: `(id,displayName,members())`.
    pub fn context(&self) -> String {
        let expanded = self.expand.iter().map(|e| match &e.selection.names {
            Some(names) => format!("{}({})", e.navigation.name, names.join(",")),
            None => format!("{}()", e.navigation.name),
        });
        let parts: Vec<String> = self.names.iter().flatten().cloned().chain(expanded).collect();
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }
}

/// The options of one relationship. Of them, `$select` is understood.
fn nested(navigation: &'static Navigation, options: &str, version: Version) -> Result<Selection, GraphError> {
    let mut names = None;
    for option in top_level(options, ';') {
        let value = option.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("$select"));
        let (_, value) = value.ok_or_else(|| syntax(option))?;
        names = Some(value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    }
    Selection::read(names.as_deref(), None, navigation.declared, navigation.holds, version)
}

fn names(
    select: Option<&[String]>,
    declared: &'static EntityType,
    types: &[&'static EntityType],
    version: Version,
) -> Result<Option<Vec<String>>, GraphError> {
    let Some(select) = select.filter(|names| !names.is_empty() && !names.iter().any(|name| name == "*")) else {
        return Ok(None);
    };
    let mut names: Vec<String> = Vec::new();
    for path in select {
        // Of a complex property, all is shown.
        let name = path.split('/').next().unwrap_or_default();
        let has = |ty: &&'static EntityType| ty.property(name, version).is_some();
        let related = |ty: &&'static EntityType| ty.navigation(name, version).is_some();
        if has(&declared) || types.iter().any(has) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        } else if !related(&declared) && !types.iter().any(related) {
            return Err(GraphError::no_property("$select", name, declared));
        }
    }
    Ok(Some(names))
}

/// Splits where no parentheses are open; leaves out what is empty.
fn top_level(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == separator && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

fn syntax(part: &str) -> GraphError {
    GraphError::Clause { option: "$expand", what: format!("Syntax error: '{part}' is not valid in $expand.") }
}

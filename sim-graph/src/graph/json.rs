//! Writes values as JSON, straight into a text.

use super::entity::{Edm, Family, Item, Property, Source, Value, Write};
use super::filter::{Seen, sort};
use super::lookup::Written;
use super::preferences::{Metadata, Preferences};
use super::selection::{Expansion, Keyed, Plan, Selection};
use crate::odata::Version;
use sim_core::{Guid, SimTime};
use std::fmt::Write as _;

/// Milliseconds since 1970 of 0001-01-01T00:00:00Z, which Intune sends for an instant that has not come.
pub(super) const YEAR_1: i64 = -62_135_596_800_000;

/// How entities are written.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a, 't> {
    pub source: &'a Source<'t>,
    pub version: Version,
    /// The address that the version follows.
    pub root: &'a str,
    pub preferences: Preferences,
}

impl<'t> Writer<'_, 't> {
    /// An entity, or a complex value, with `@odata.type` unless it is of the declared type. `before` goes first, unless
    /// it is empty.
    pub fn object(&self, out: &mut String, before: &str, declared: &str, item: Item, plan: &Plan<'_>) {
        out.push('{');
        out.push_str(before);
        let mut first = before.is_empty();
        match self.preferences.metadata {
            Metadata::Full => self.annotations(out, &mut first, item),
            Metadata::Minimal if item.ty.name != declared => type_name(out, &mut first, item),
            Metadata::Minimal | Metadata::None => {}
        }
        for Keyed { property, key } in plan.properties.iter() {
            if self.preferences.metadata == Metadata::Full
                && let Some(edm) = property.edm.annotation()
            {
                name(out, &mut first, &format!("{}@odata.type", property.name));
                text(out, &edm);
            }
            // Without the comma, the first time.
            out.push_str(if std::mem::take(&mut first) { &key[1..] } else { key });
            self.value(out, item.ty.family, property, &property.value_of(self.source, item));
        }
        for expansion in plan.expansions {
            self.expansion(out, &mut first, item, expansion);
        }
        if self.preferences.metadata == Metadata::Full {
            self.links(out, &mut first, item);
        }
        out.push('}');
    }

    /// What `odata.metadata=full` says of an entity: its type and where it is.
    fn annotations(&self, out: &mut String, first: &mut bool, item: Item) {
        type_name(out, first, item);
        if item.ty.all().any(|ty| ty.key.is_some()) {
            name(out, first, "@odata.id");
            text(out, &self.address(item));
            name(out, first, "@odata.editLink");
            text(out, &self.edit_link(item));
        }
    }

    /// And where its relationships are.
    fn links(&self, out: &mut String, first: &mut bool, item: Item) {
        let navigations = item.ty.all().flat_map(|ty| ty.navigations).filter(|n| n.versions.has(self.version));
        for navigation in navigations {
            let link = format!("{}/{}/{}/{}", self.root, self.version, self.edit_link(item), navigation.name);
            name(out, first, &format!("{}@odata.associationLink", navigation.name));
            text(out, &format!("{link}/$ref"));
            name(out, first, &format!("{}@odata.navigationLink", navigation.name));
            text(out, &link);
        }
    }

    /// Where an entity is. Observed of directory objects: an address with the tenant and the directory's own type name.
    pub fn address(&self, item: Item) -> String {
        let key = key_text(&item.key(self.source));
        if item.ty.is("microsoft.graph.directoryObject") {
            let (root, tenant, mut ty) = (self.root, self.source.tenant.id(), item.ty.short_name().to_owned());
            ty[..1].make_ascii_uppercase();
            return format!("{root}/v2/{tenant}/directoryObjects/{key}/Microsoft.DirectoryServices.{ty}");
        }
        format!("{}/{}/{}", self.root, self.version, self.edit_link(item))
    }

    fn edit_link(&self, item: Item) -> String {
        let key = key_text(&item.key(self.source)).replace('\'', "''");
        let set = item.ty.all().map(|ty| ty.set).find(|set| !set.is_empty()).unwrap_or_default();
        format!("{set}('{key}')")
    }

    fn expansion(&self, out: &mut String, first: &mut bool, item: Item, expansion: &Expansion) {
        let (navigation, query) = (expansion.navigation, &expansion.query);
        let items = (navigation.get)(self.source, item.row).filter(|item| item.ty.versions.has(self.version));
        if !navigation.many {
            name(out, first, navigation.name);
            match { items }.next() {
                Some(item) => {
                    let plan = expansion.selection.plan(item.ty, self.version);
                    self.object(out, "", navigation.declared.name, item, &plan);
                }
                None => out.push_str("null"),
            }
            return;
        }
        let takes = |item: &Item| {
            let seen = Seen { source: self.source, item: *item, version: self.version };
            // The filter was checked; what cannot be compared is not taken.
            query.filter.as_ref().is_none_or(|filter| filter.matches(&seen).unwrap_or(false))
        };
        let mut found: Vec<Item> = items.filter(takes).collect();
        if query.count == Some(true) {
            name(out, first, &format!("{}@odata.count", navigation.name));
            let _ = write!(out, "{}", found.len());
        }
        sort(self.source, self.version, &mut found, &expansion.order);
        let top = query.top.map_or(usize::MAX, |top| top as usize).min(expansion.most);
        let shown = found.into_iter().skip(query.skip.unwrap_or(0) as usize).take(top);
        name(out, first, navigation.name);
        self.items(out, navigation.declared.name, shown, &expansion.selection);
    }

    /// What was written of an entity before, or what is written of it now; `plan` is that of its type.
    fn entity<'a>(
        &'a self,
        out: &mut String,
        declared: &str,
        item: Item,
        plan: &Plan<'_>,
        written: &mut Option<Written<'a>>,
    ) {
        if !self.is_plain(declared, item, plan) {
            return self.object(out, "", declared, item, plan);
        }
        // Only now: what is plain has nothing in it that would ask for the same once more.
        let written = written.get_or_insert_with(|| self.written());
        if !written.push(item.row, out) {
            let start = out.len();
            self.object(out, "", declared, item, plan);
            written.keep(item.row, start..out.len());
        }
    }

    fn written(&self) -> Written<'_> {
        let tenant = self.source.tenant;
        tenant.lookups.written(tenant.version, self.version)
    }

    /// Whether an entity is shown as everybody sees it: then it may have been written before.
    fn is_plain(&self, declared: &str, item: Item, plan: &Plan<'_>) -> bool {
        std::ptr::eq(item.ty, &super::devices::DEVICE)
            && item.ty.name == declared
            && plan.is_unasked()
            && self.preferences.metadata == Metadata::Minimal
            && !self.preferences.numbers_as_text
    }

    /// One entity, with its context before it.
    pub fn single(&self, out: &mut String, before: &str, declared: &str, item: Item, plan: &Plan<'_>) {
        if before.is_empty() || !self.is_plain(declared, item, plan) {
            return self.object(out, before, declared, item, plan);
        }
        let mut written = None;
        let mut entity = String::with_capacity(2048);
        self.entity(&mut entity, declared, item, plan, &mut written);
        if let Some(written) = written {
            written.end(&entity);
        }
        out.push('{');
        out.push_str(before);
        out.push(',');
        out.push_str(entity.strip_prefix('{').unwrap_or_default());
    }

    /// Entities, in brackets.
    pub fn items(&self, out: &mut String, declared: &str, items: impl Iterator<Item = Item>, selection: &Selection) {
        let mut known: Option<(&str, Plan<'_>)> = None;
        let mut written = None;
        out.push('[');
        for (nth, item) in items.enumerate() {
            if nth > 0 {
                out.push(',');
            }
            if known.as_ref().is_none_or(|(name, _)| *name != item.ty.name) {
                known = Some((item.ty.name, selection.plan(item.ty, self.version)));
            }
            if let Some((_, plan)) = &known {
                self.entity(out, declared, item, plan, &mut written);
            }
        }
        if let Some(written) = written {
            written.end(out);
        }
        out.push(']');
    }

    /// The value of a property.
    pub fn value(&self, out: &mut String, family: Family, property: &Property, value: &Value<'t>) {
        match value {
            Value::Time(SimTime::NEVER) if property.nullable => out.push_str("null"),
            Value::List(items) => {
                out.push('[');
                for (nth, item) in items.iter().enumerate() {
                    if nth > 0 {
                        out.push(',');
                    }
                    self.scalar(out, family, property.edm.item(), item);
                }
                out.push(']');
            }
            value => self.scalar(out, family, property.edm, value),
        }
    }

    /// A complex value as it was given, with what was not given at its defaults.
    fn given(&self, out: &mut String, edm: Edm, members: &serde_json::Map<String, serde_json::Value>) {
        let Edm::Complex(declared) = edm else {
            out.push_str(&serde_json::Value::Object(members.clone()).to_string());
            return;
        };
        let named =
            members.get("@odata.type").and_then(serde_json::Value::as_str).map(|name| name.trim_start_matches('#'));
        let ty = named.and_then(|name| super::route::types().find(|ty| ty.name == name)).unwrap_or(declared);
        let mut first = true;
        out.push('{');
        if ty.name != declared.name {
            name(out, &mut first, "@odata.type");
            out.push_str("\"#");
            out.push_str(ty.name);
            out.push('"');
        }
        for property in ty.properties(self.version) {
            name(out, &mut first, property.name);
            match members.get(property.name) {
                Some(value) => self.value(out, ty.family, property, &given(property.edm, value)),
                None => self.value(out, ty.family, property, &property.unset()),
            }
        }
        out.push('}');
    }

    fn scalar(&self, out: &mut String, family: Family, edm: Edm, value: &Value<'t>) {
        match value {
            Value::Null | Value::List(_) => out.push_str("null"),
            Value::Given(serde_json::Value::Object(members)) => self.given(out, edm, members),
            Value::Given(value) => out.push_str(&value.to_string()),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            // Writing to a text cannot fail.
            Value::Int(number) if self.preferences.numbers_as_text && matches!(edm, Edm::Int64) => {
                let _ = write!(out, "\"{number}\"");
            }
            Value::Int(number) => drop(write!(out, "{number}")),
            Value::Text(value) => text(out, value),
            Value::Guid(value) => {
                out.push('"');
                guid(out, *value);
                out.push('"');
            }
            Value::Time(at) => {
                out.push('"');
                time(out, *at, family);
                out.push('"');
            }
            Value::Complex(ty, row) => {
                let declared = if let Edm::Complex(declared) = edm { declared.name } else { ty.name };
                let all = Selection::default();
                let plan = all.plan(ty, self.version);
                self.object(out, "", declared, Item { ty, row: *row }, &plan);
            }
        }
    }
}

impl Property {
    /// The value that an entity has for this property.
    pub fn value_of<'t>(&self, source: &Source<'t>, item: Item) -> Value<'t> {
        if self.name == "id" {
            return item.key(source);
        }
        let kept = match self.write {
            Write::Kept | Write::Noted if source.tenant.kept.is_empty() => None,
            Write::Kept | Write::Noted => source.tenant.kept.get(item.key(source), self.name),
            Write::No | Write::Own => None,
        };
        let value = kept.map_or_else(|| (self.get)(source, item.row), |value| given(self.edm, value));
        match value {
            Value::Null if self.write != Write::No => self.unset(),
            value => value,
        }
    }
}

/// A value as it was given, as the value that a property of that type has.
pub(super) fn given(edm: Edm, value: &serde_json::Value) -> Value<'_> {
    use serde_json::Value as Json;
    match (edm, value) {
        (_, Json::Null) => Value::Null,
        (_, Json::Bool(value)) => Value::Bool(*value),
        (Edm::DateTimeOffset, Json::String(text)) => match crate::odata::instant(text) {
            Some(YEAR_1) | None => Value::Time(SimTime::NEVER),
            Some(millis) => Value::Time(SimTime::from_unix_millis(millis)),
        },
        (_, Json::String(text)) => Value::Text(text.as_str().into()),
        (_, Json::Number(number)) if number.is_i64() => Value::Int(number.as_i64().unwrap_or_default()),
        (Edm::Collection(item), Json::Array(items)) => {
            Value::List(items.iter().map(|value| given(*item, value)).collect())
        }
        (_, value) => Value::Given(value),
    }
}

impl Property {
    /// The value that nobody has set: null, or the first of its type where null is not allowed.
    pub(super) fn unset(&self) -> Value<'static> {
        match self.edm {
            Edm::Collection(_) => Value::List(Vec::new()),
            _ if self.nullable => Value::Null,
            Edm::Boolean => Value::Bool(false),
            Edm::Int32 | Edm::Int64 | Edm::Double => Value::Int(0),
            Edm::DateTimeOffset => Value::Time(SimTime::NEVER),
            Edm::Enum(name) => {
                let known = super::enumerations::enumerations().iter().find(|known| known.name == name);
                known.and_then(|known| known.members.first()).map(|(member, _)| *member).into()
            }
            Edm::String => "".into(),
            _ => Value::Null,
        }
    }
}

/// A key as it stands in addresses.
pub(super) fn key_text(key: &Value<'_>) -> String {
    match key {
        Value::Guid(key) => key.to_string(),
        Value::Text(key) => key.to_string(),
        _ => String::new(),
    }
}

impl Edm {
    /// What `odata.metadata=full` says of a property's type: what JSON itself does not tell.
    fn annotation(self) -> Option<String> {
        let item = |edm: Self| match edm {
            Self::String => "String".to_owned(),
            Self::Boolean => "Boolean".to_owned(),
            Self::Int32 => "Int32".to_owned(),
            Self::Int64 => "Int64".to_owned(),
            Self::Double => "Double".to_owned(),
            Self::Guid => "Guid".to_owned(),
            Self::Binary => "Binary".to_owned(),
            Self::DateTimeOffset => "DateTimeOffset".to_owned(),
            Self::Enum(name) | Self::Opaque(name) => format!("microsoft.graph.{name}"),
            Self::Complex(ty) => ty.name.to_owned(),
            Self::Collection(_) => String::new(),
        };
        match self {
            Self::String | Self::Boolean | Self::Int32 | Self::Complex(_) => None,
            Self::Collection(of) => Some(format!("#Collection({})", item(*of))),
            edm => Some(format!("#{}", item(edm))),
        }
    }

    /// The type of the items of a collection; of anything else, itself.
    pub fn item(self) -> Self {
        if let Self::Collection(item) = self { *item } else { self }
    }
}

fn type_name(out: &mut String, first: &mut bool, item: Item) {
    name(out, first, "@odata.type");
    out.push_str("\"#");
    out.push_str(item.ty.name);
    out.push('"');
}

fn name(out: &mut String, first: &mut bool, name: &str) {
    if !std::mem::take(first) {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// A text in quotes.
pub(super) fn text(out: &mut String, text: &str) {
    out.push('"');
    escaped(out, text);
    out.push('"');
}

/// A text as it stands between quotes.
pub(super) fn escaped(out: &mut String, text: &str) {
    // Nearly all texts are plain; this is looked at many bytes at a time.
    if !text.bytes().fold(false, |bad, b| bad | (b < 0x20) | (b == b'"') | (b == b'\\')) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => drop(write!(out, "\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// A GUID in its usual form.
pub(super) fn guid(out: &mut String, guid: Guid) {
    out.push_str(std::str::from_utf8(&guid.text()).unwrap_or_default());
}

/// An instant: of the directory in whole seconds, of Intune with its decimals. The last instant there is has all seven
/// of them.
pub(super) fn time(out: &mut String, at: SimTime, family: Family) {
    let millis = if at == SimTime::NEVER { YEAR_1 } else { at.unix_millis() };
    let (year, month, day) = date(millis.div_euclid(86_400_000));
    let of_day = millis.rem_euclid(86_400_000);
    let (hours, minutes, seconds) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
    let mut text = *b"0000-00-00T00:00:00";
    let parts = [(0, 4, year), (5, 2, month), (8, 2, day), (11, 2, hours), (14, 2, minutes), (17, 2, seconds)];
    for (start, digits, mut number) in parts {
        for at in (start..start + digits).rev() {
            text[at] += u8::try_from(number.rem_euclid(10)).unwrap_or_default();
            number /= 10;
        }
    }
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
    match (family, of_day % 1000) {
        (Family::Directory, _) | (_, 0) => {}
        _ if at == SimTime::LAST => out.push_str(".9999999"),
        (_, fraction) => {
            let _ = write!(out, ".{fraction:03}");
            out.truncate(out.trim_end_matches('0').len());
        }
    }
    out.push('Z');
}

/// Year, month and day of a day counted from 1970, in the proleptic Gregorian calendar.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

//! Whether a filter holds for an object (MS-ADTS 3.1.1.3.1.3, 3.1.1.3.4.4).
//!
//! An attribute or a value that the directory does not understand makes a term undefined, and undefined stays undefined under
//! *not*.

use super::Filter;
use crate::dn::Target;
use crate::entry::Entry;
use crate::schema::{AttrId, ClassId, Syntax, attr, class};
use crate::store::is_complete_index;
use crate::text;
use crate::value::Value;
use crate::view::View;
use sim_core::Id;
use std::cmp::Ordering;
use std::collections::BTreeSet;

const BIT_AND: &str = "1.2.840.113556.1.4.803";
const BIT_OR: &str = "1.2.840.113556.1.4.804";
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// The attributes of ambiguous name resolution (MS-ADTS 3.1.1.3.1.3.3).
const ANR: &[AttrId] = &[
    attr::DISPLAY_NAME,
    attr::GIVEN_NAME,
    attr::SN,
    attr::SAM_ACCOUNT_NAME,
    attr::NAME,
    attr::PROXY_ADDRESSES,
    attr::LEGACY_EXCHANGE_DN,
    attr::OFFICE,
    attr::MAIL,
];

impl View<'_> {
    /// Whether a filter holds; `None` for undefined. `readable` says of which attributes the asker may know.
    pub(crate) fn holds_for(
        &self,
        filter: &Filter,
        id: Id<Entry>,
        entry: &Entry,
        readable: &mut dyn FnMut(AttrId) -> bool,
    ) -> Option<bool> {
        match filter {
            Filter::And(all) => {
                let mut verdict = Some(true);
                for part in all {
                    match self.holds_for(part, id, entry, readable) {
                        Some(false) => return Some(false),
                        None => verdict = None,
                        Some(true) => {}
                    }
                }
                verdict
            }
            Filter::Or(all) => {
                let mut verdict = Some(false);
                for part in all {
                    match self.holds_for(part, id, entry, readable) {
                        Some(true) => return Some(true),
                        None => verdict = None,
                        Some(false) => {}
                    }
                }
                verdict
            }
            Filter::Not(inner) => self.holds_for(inner, id, entry, readable).map(|v| !v),
            Filter::Present(name) => {
                let attr = AttrId::find(name)?;
                Some(readable(attr) && !self.values_of(id, entry, attr).is_empty())
            }
            Filter::Equal(name, value) | Filter::Approx(name, value) => {
                let attr = AttrId::find(name)?;
                if attr == attr::ANR {
                    return Some(self.resolves(id, entry, value, readable));
                }
                let wanted = self.assertion(attr, value)?;
                Some(readable(attr) && self.equals(id, entry, attr, &wanted))
            }
            Filter::Substring { attr: name, initial, any, last } => {
                let attr = AttrId::find(name)?;
                if !matches!(attr.get().syntax, Syntax::Text | Syntax::Octets) {
                    return None;
                }
                let parts = (initial.as_deref(), any.as_slice(), last.as_deref());
                Some(readable(attr) && self.values_of(id, entry, attr).iter().any(|v| contains(v, parts)))
            }
            Filter::GreaterOrEqual(name, value) => self.ordered(id, entry, name, value, Ordering::Less, readable),
            Filter::LessOrEqual(name, value) => self.ordered(id, entry, name, value, Ordering::Greater, readable),
            Filter::Extensible { attr: name, rule, value, .. } => {
                let attr = AttrId::find(name.as_deref()?)?;
                self.by_rule(id, entry, attr, rule.as_deref(), value, readable)
            }
        }
    }

    /// A value of a filter, where the attribute can have such a value.
    fn assertion(&self, attr: AttrId, octets: &[u8]) -> Option<Value> {
        match attr {
            attr::OBJECT_CATEGORY => {
                let name = std::str::from_utf8(octets).ok()?;
                let class = ClassId::find(name).map(|c| c.get().object_category);
                let class = class.and_then(ClassId::find);
                Some(Value::from(match class {
                    Some(class) => format!("CN={},{}", class.get().cn, self.schema_dn()),
                    None => name.parse::<crate::Dn>().ok()?.to_string(),
                }))
            }
            attr::OBJECT_CLASS => {
                let name = std::str::from_utf8(octets).ok()?;
                Some(Value::from(ClassId::find(name).map_or(name, |c| c.name())))
            }
            _ if attr.get().syntax == Syntax::Dn => {
                let target = std::str::from_utf8(octets).ok()?.parse::<Target>().ok()?;
                Some(match self.find(&target) {
                    Ok(id) => Value::Entry(id),
                    // A name of nothing is the value of nothing.
                    Err(_) => Value::from(""),
                })
            }
            _ => Value::parse_assertion(attr, octets),
        }
    }

    fn equals(&self, id: Id<Entry>, entry: &Entry, attr: AttrId, wanted: &Value) -> bool {
        match (attr, wanted) {
            (attr::OBJECT_CLASS, Value::Text(name)) => ClassId::find(name).is_some_and(|c| entry.class.is_a(c)),
            (attr::DISTINGUISHED_NAME, Value::Entry(other)) => *other == id,
            (attr::MEMBER, Value::Entry(member)) => self.links(id, attr).binary_search(member).is_ok(),
            _ => self.has(id, entry, attr, wanted),
        }
    }

    fn ordered(
        &self,
        id: Id<Entry>,
        entry: &Entry,
        name: &str,
        value: &[u8],
        not: Ordering,
        readable: &mut dyn FnMut(AttrId) -> bool,
    ) -> Option<bool> {
        let attr = AttrId::find(name)?;
        let wanted = Value::parse_assertion(attr, value)?;
        let fits = |v: &Value| v.order(&wanted).is_some_and(|o| o != not);
        Some(readable(attr) && self.values_of(id, entry, attr).iter().any(fits))
    }

    fn by_rule(
        &self,
        id: Id<Entry>,
        entry: &Entry,
        attr: AttrId,
        rule: Option<&str>,
        value: &[u8],
        readable: &mut dyn FnMut(AttrId) -> bool,
    ) -> Option<bool> {
        let number = || std::str::from_utf8(value).ok()?.parse::<i64>().ok();
        let values = |r: &mut dyn FnMut(AttrId) -> bool| {
            if r(attr) { self.values_of(id, entry, attr) } else { Vec::new() }
        };
        match rule {
            None => {
                let wanted = self.assertion(attr, value)?;
                Some(readable(attr) && self.equals(id, entry, attr, &wanted))
            }
            Some(BIT_AND) => {
                let bits = number()?;
                Some(values(readable).iter().filter_map(Value::as_int).any(|n| n & bits == bits))
            }
            Some(BIT_OR) => {
                let bits = number()?;
                Some(values(readable).iter().filter_map(Value::as_int).any(|n| n & bits != 0))
            }
            Some(IN_CHAIN) if attr.get().syntax == Syntax::Dn => {
                let Value::Entry(wanted) = self.assertion(attr, value)? else { return Some(false) };
                Some(readable(attr) && self.chain(id, attr, wanted))
            }
            Some(_) => None,
        }
    }

    /// Whether a chain of this attribute's references leads from one object to another.
    fn chain(&self, from: Id<Entry>, attr: AttrId, to: Id<Entry>) -> bool {
        let mut open = vec![from];
        let mut done = BTreeSet::new();
        while let Some(id) = open.pop() {
            for next in self.values(id, attr) {
                if let Value::Entry(next) = next {
                    if next == to {
                        return true;
                    }
                    if done.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        false
    }

    /// Ambiguous name resolution: a beginning of one of several attributes, or of first and last name in either order.
    fn resolves(&self, id: Id<Entry>, entry: &Entry, value: &[u8], readable: &mut dyn FnMut(AttrId) -> bool) -> bool {
        let Ok(wanted) = std::str::from_utf8(value) else { return false };
        let (exact, wanted) = match wanted.strip_prefix('=') {
            Some(rest) => (true, text::fold(rest.trim())),
            None => (false, text::fold(wanted.trim())),
        };
        if wanted.is_empty() {
            return false;
        }
        let mut begins = |attr: AttrId, wanted: &str| {
            readable(attr)
                && self.values_of(id, entry, attr).iter().filter_map(Value::as_text).any(|t| {
                    let folded = text::fold(t);
                    if exact { folded == wanted } else { folded.starts_with(wanted) }
                })
        };
        if ANR.iter().any(|a| begins(*a, &wanted)) {
            return true;
        }
        wanted.split_once(' ').is_some_and(|(a, b)| {
            begins(attr::GIVEN_NAME, a) && begins(attr::SN, b) || begins(attr::GIVEN_NAME, b) && begins(attr::SN, a)
        })
    }

    /// The objects among which those are for which a filter holds, if an index knows; else a walk has to.
    pub(crate) fn candidates(&self, filter: &Filter) -> Option<Vec<Id<Entry>>> {
        match filter {
            Filter::And(all) => all.iter().filter_map(|f| self.candidates(f)).min_by_key(Vec::len),
            Filter::Or(all) => {
                let mut found = Vec::new();
                for part in all {
                    found.extend(self.candidates(part)?);
                }
                found.sort_unstable();
                found.dedup();
                Some(found)
            }
            Filter::Equal(name, value) | Filter::Approx(name, value) => {
                let Some(attr) = AttrId::find(name) else { return Some(Vec::new()) };
                match attr {
                    attr::DISTINGUISHED_NAME => match self.assertion(attr, value) {
                        Some(Value::Entry(id)) => Some(vec![id]),
                        _ => Some(Vec::new()),
                    },
                    attr::OBJECT_GUID | attr::OBJECT_SID => Some(match self.assertion(attr, value)? {
                        Value::Guid(guid) => self.forest.store.by_guid(guid).into_iter().collect(),
                        Value::Sid(sid) => self.by_sid(&sid).into_iter().collect(),
                        _ => Vec::new(),
                    }),
                    _ if attr == attr::MEMBER || attr.forward_link().is_some() => {
                        let Value::Entry(other) = self.assertion(attr, value)? else { return Some(Vec::new()) };
                        Some(match attr.forward_link() {
                            Some(forward) => self.links(other, forward),
                            None => self.back_links(other, attr),
                        })
                    }
                    _ if is_complete_index(attr) => Some(self.lookup(attr, &Value::parse_assertion(attr, value)?)),
                    attr::OBJECT_CLASS
                        if ClassId::find(std::str::from_utf8(value).unwrap_or("")) == Some(class::SITE) =>
                    {
                        Some(self.forest.sites.iter().map(|(_, s)| s.entry).collect())
                    }
                    _ => None,
                }
            }
            Filter::GreaterOrEqual(name, value) if AttrId::find(name) == Some(attr::USN_CHANGED) => {
                let from = std::str::from_utf8(value).ok()?.parse::<u64>().ok()?;
                let from = u32::try_from(from.saturating_sub(1)).unwrap_or(u32::MAX);
                let mut found: Vec<_> = self.forest.store.changed_after(from).collect();
                found.sort_unstable();
                Some(found)
            }
            _ => None,
        }
    }
}

fn contains(value: &Value, (initial, any, last): (Option<&[u8]>, &[Vec<u8>], Option<&[u8]>)) -> bool {
    let (hay, fold) = match value {
        Value::Text(text) => (text::fold(text).into_bytes(), true),
        Value::Bytes(bytes) => (bytes.to_vec(), false),
        _ => return false,
    };
    let part = |p: &[u8]| match std::str::from_utf8(p) {
        Ok(text) if fold => text::fold(text).into_bytes(),
        _ => p.to_vec(),
    };
    let mut rest = &hay[..];
    if let Some(p) = initial.map(part) {
        let Some(after) = rest.strip_prefix(&p[..]) else { return false };
        rest = after;
    }
    for p in any.iter().map(|p| part(p)) {
        let Some(at) = rest.windows(p.len().max(1)).position(|w| w == p) else { return false };
        rest = &rest[at + p.len()..];
    }
    last.map(part).is_none_or(|p| rest.ends_with(&p))
}

//! Whether a filter holds for an object (MS-ADTS 3.1.1.3.1.3, 3.1.1.3.4.4).
//!
//! An attribute or a value that the directory does not understand makes a term undefined, and undefined stays undefined under
//! *not*.

use super::Filter;
use crate::dn::Target;
use crate::entry::Entry;
use crate::schema::{AttrId, ClassId, Store, Syntax, attr, class};
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

/// A filter whose names and values were read once, for many objects.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Present(AttrId),
    Equal(AttrId, Value),
    IsA(ClassId),
    Category(ClassId),
    Member(AttrId, Id<Entry>),
    NotLess(AttrId, Value),
    NotGreater(AttrId, Value),
    AllBits(AttrId, i64),
    AnyBit(AttrId, i64),
    Chain(AttrId, Id<Entry>),
    Parts(AttrId, Option<Vec<u8>>, Vec<Vec<u8>>, Option<Vec<u8>>),
    /// Exact, and the text in the case of comparison.
    Anr(bool, String),
    /// No object has that value.
    Never,
    Undefined,
}

impl View<'_> {
    /// Reads the names and values of a filter.
    pub(crate) fn prepare(&self, filter: &Filter) -> Test {
        self.try_prepare(filter).unwrap_or(Test::Undefined)
    }

    fn try_prepare(&self, filter: &Filter) -> Option<Test> {
        let all = |parts: &[Filter]| parts.iter().map(|f| self.prepare(f)).collect();
        Some(match filter {
            Filter::And(parts) => Test::And(all(parts)),
            Filter::Or(parts) => Test::Or(all(parts)),
            Filter::Not(inner) => Test::Not(Box::new(self.prepare(inner))),
            Filter::Present(name) => Test::Present(AttrId::find(name)?),
            Filter::Equal(name, value) | Filter::Approx(name, value) => self.equality(AttrId::find(name)?, value)?,
            Filter::Substring { attr: name, initial, any, last } => {
                let attr = AttrId::find(name)?;
                let fold = |part: &Vec<u8>| match std::str::from_utf8(part) {
                    Ok(text) if attr.get().syntax == Syntax::Text => text::fold(text).into_bytes(),
                    _ => part.clone(),
                };
                if !matches!(attr.get().syntax, Syntax::Text | Syntax::Octets) {
                    return None;
                }
                Test::Parts(attr, initial.as_ref().map(fold), any.iter().map(fold).collect(), last.as_ref().map(fold))
            }
            Filter::GreaterOrEqual(name, value) => {
                let attr = AttrId::find(name)?;
                Test::NotLess(attr, Value::parse_assertion(attr, value)?)
            }
            Filter::LessOrEqual(name, value) => {
                let attr = AttrId::find(name)?;
                Test::NotGreater(attr, Value::parse_assertion(attr, value)?)
            }
            Filter::Extensible { attr: name, rule, value, .. } => {
                let attr = AttrId::find(name.as_deref()?)?;
                let number = || std::str::from_utf8(value).ok()?.parse::<i64>().ok();
                match rule.as_deref() {
                    None => self.equality(attr, value)?,
                    Some(BIT_AND) => Test::AllBits(attr, number()?),
                    Some(BIT_OR) => Test::AnyBit(attr, number()?),
                    Some(IN_CHAIN) if attr.get().syntax == Syntax::Dn => match self.assertion(attr, value)? {
                        Value::Entry(id) => Test::Chain(attr, id),
                        _ => Test::Never,
                    },
                    Some(_) => return None,
                }
            }
        })
    }

    fn equality(&self, attr: AttrId, octets: &[u8]) -> Option<Test> {
        if attr == attr::ANR {
            let text = text::fold(std::str::from_utf8(octets).ok()?.trim());
            return Some(match text.strip_prefix('=') {
                _ if text.is_empty() => Test::Never,
                Some(rest) => Test::Anr(true, rest.trim().to_owned()),
                None => Test::Anr(false, text),
            });
        }
        Some(match (attr, self.assertion(attr, octets)?) {
            (attr::OBJECT_CATEGORY, Value::Text(name)) => {
                let is = |c: &ClassId| text::same(&name, &self.category_dn(*c));
                ClassId::all().map(ClassId::category).find(is).map_or(Test::Never, Test::Category)
            }
            (attr::OBJECT_CLASS, Value::Text(name)) => ClassId::find(&name).map_or(Test::Never, Test::IsA),
            (_, Value::Entry(id)) => Test::Member(attr, id),
            // A name of nothing is the value of nothing.
            (_, Value::Text(text)) if text.is_empty() => Test::Never,
            (_, value) => Test::Equal(attr, value),
        })
    }

    /// Whether a filter holds; `None` for undefined. `readable` says of which attributes the asker may know.
    pub(crate) fn holds_for(
        &self,
        test: &Test,
        id: Id<Entry>,
        entry: &Entry,
        readable: &mut dyn FnMut(AttrId) -> bool,
    ) -> Option<bool> {
        let values = |a: AttrId| self.values_of(id, entry, a);
        Some(match test {
            Test::And(all) => {
                let mut verdict = Some(true);
                for part in all {
                    match self.holds_for(part, id, entry, readable) {
                        Some(false) => return Some(false),
                        None => verdict = None,
                        Some(true) => {}
                    }
                }
                return verdict;
            }
            Test::Or(all) => {
                let mut verdict = Some(false);
                for part in all {
                    match self.holds_for(part, id, entry, readable) {
                        Some(true) => return Some(true),
                        None => verdict = None,
                        Some(false) => {}
                    }
                }
                return verdict;
            }
            Test::Not(inner) => !self.holds_for(inner, id, entry, readable)?,
            Test::Undefined => return None,
            Test::Never => false,
            Test::IsA(class) => entry.class.is_a(*class),
            Test::Present(attr::OBJECT_CLASS) => true,
            Test::Present(a) => readable(*a) && !values(*a).is_empty(),
            Test::Category(class) => entry.class.category() == *class,
            Test::Equal(a, wanted) => readable(*a) && self.has(id, entry, *a, wanted),
            Test::Member(attr::DISTINGUISHED_NAME, other) => *other == id,
            Test::Member(a, other) if a.get().store == Store::Link => {
                readable(*a) && self.links(id, *a).binary_search(other).is_ok()
            }
            Test::Member(a, other) => readable(*a) && values(*a).contains(&Value::Entry(*other)),
            Test::NotLess(a, wanted) => {
                let fits = |v: &Value| v.order(wanted).is_some_and(|o| o != Ordering::Less);
                readable(*a) && values(*a).iter().any(fits)
            }
            Test::NotGreater(a, wanted) => {
                let fits = |v: &Value| v.order(wanted).is_some_and(|o| o != Ordering::Greater);
                readable(*a) && values(*a).iter().any(fits)
            }
            Test::AllBits(a, bits) => {
                readable(*a) && values(*a).iter().filter_map(Value::as_int).any(|n| n & bits == *bits)
            }
            Test::AnyBit(a, bits) => readable(*a) && values(*a).iter().filter_map(Value::as_int).any(|n| n & bits != 0),
            Test::Chain(a, to) => readable(*a) && self.chain(id, *a, *to),
            Test::Parts(a, initial, any, last) => {
                let (initial, last) = (initial.as_deref(), last.as_deref());
                readable(*a) && values(*a).iter().any(|v| contains(v, initial, any, last))
            }
            Test::Anr(exact, wanted) => self.resolves(id, entry, *exact, wanted, readable),
        })
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
            _ if attr.get().syntax == Syntax::Dn || attr == attr::DISTINGUISHED_NAME => {
                let target = std::str::from_utf8(octets).ok()?.parse::<Target>().ok()?;
                Some(match self.find(&target) {
                    Ok(id) => Value::Entry(id),
                    Err(_) => Value::from(""),
                })
            }
            _ => Value::parse_assertion(attr, octets),
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
    fn resolves(
        &self,
        id: Id<Entry>,
        entry: &Entry,
        exact: bool,
        wanted: &str,
        readable: &mut dyn FnMut(AttrId) -> bool,
    ) -> bool {
        let mut begins = |attr: AttrId, wanted: &str| {
            readable(attr)
                && self.values_of(id, entry, attr).iter().filter_map(Value::as_text).any(|t| {
                    let folded = text::fold(t);
                    if exact { folded == wanted } else { folded.starts_with(wanted) }
                })
        };
        if ANR.iter().any(|a| begins(*a, wanted)) {
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

/// Whether a value has these parts, in this order: how it begins, what comes then, how it ends.
fn contains(value: &Value, initial: Option<&[u8]>, any: &[Vec<u8>], last: Option<&[u8]>) -> bool {
    let folded;
    let mut rest = match value {
        Value::Text(text) => {
            folded = text::fold(text);
            folded.as_bytes()
        }
        Value::Bytes(bytes) => bytes,
        _ => return false,
    };
    if let Some(p) = initial {
        let Some(after) = rest.strip_prefix(p) else { return false };
        rest = after;
    }
    for p in any {
        let Some(at) = rest.windows(p.len().max(1)).position(|w| w == p) else { return false };
        rest = &rest[at + p.len()..];
    }
    last.is_none_or(|p| rest.ends_with(p))
}

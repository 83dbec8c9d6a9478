//! Shapes: attribute values that many objects have in common, kept once.
//!
//! A million computers differ in little but their name. What is equal (`userAccountControl: 4096`) or follows from the name
//! (`{rdn}$`, `HOST/{rdn}`, `{rdn}.corp.contoso.com`) stands in an interned shape; only the rest stands with the object.

use crate::schema::{AttrId, Store, Syntax};
use crate::text;
use crate::value::Value;
use hashbrown::HashTable;
use sim_core::chance::mix;
use sim_core::{Names, Sym};

/// The number of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct ShapeId(u32);

/// One value in a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    Text(Sym),
    Int(i64),
    Flag(bool),
    /// The name of the object between two texts.
    Template(u16),
}

/// The two texts around the name.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) attr: AttrId,
    pub(crate) before: Box<str>,
    pub(crate) after: Box<str>,
}

/// Beyond this many shapes or templates, values stand with their objects: sharing is for fleets, not for whatever comes.
const MOST_SHAPES: usize = 50_000;
const MOST_TEMPLATES: usize = 256;
/// Names shorter than this occur in other words by accident.
pub(crate) const SHORTEST_NAME: usize = 3;

/// All shapes of a forest.
#[derive(Debug, Clone)]
pub(crate) struct Shapes {
    all: Vec<Box<[(AttrId, Pattern)]>>,
    index: HashTable<u32>,
    templates: Vec<Template>,
}

impl Default for Shapes {
    fn default() -> Self {
        let mut shapes = Self { all: Vec::new(), index: HashTable::new(), templates: Vec::new() };
        shapes.intern(&[]);
        shapes
    }
}

impl Shapes {
    /// The shape with these values. They are sorted by attribute; several values of one keep their order.
    pub(crate) fn intern(&mut self, attrs: &[(AttrId, Pattern)]) -> ShapeId {
        let hash = hash(attrs);
        if let Some(row) = self.index.find(hash, |r| *self.all[*r as usize] == *attrs) {
            return ShapeId(*row);
        }
        let row = self.all.len() as u32;
        self.all.push(attrs.into());
        let all = &self.all;
        self.index.insert_unique(hash, row, |r| self::hash(&all[*r as usize]));
        ShapeId(row)
    }

    /// All values of a shape.
    pub(crate) fn get(&self, shape: ShapeId) -> &[(AttrId, Pattern)] {
        &self.all[shape.0 as usize]
    }

    /// The values of one attribute.
    pub(crate) fn values(&self, shape: ShapeId, attr: AttrId) -> &[(AttrId, Pattern)] {
        let all = self.get(shape);
        let from = all.partition_point(|(a, _)| *a < attr);
        let len = all[from..].partition_point(|(a, _)| *a == attr);
        &all[from..from + len]
    }

    /// The shape with other values of one attribute.
    pub(crate) fn with(&mut self, shape: ShapeId, attr: AttrId, patterns: &[Pattern]) -> ShapeId {
        let old = self.get(shape);
        let from = old.partition_point(|(a, _)| *a < attr);
        let to = from + old[from..].partition_point(|(a, _)| *a == attr);
        let mut new = Vec::with_capacity(old.len() + patterns.len());
        new.extend_from_slice(&old[..from]);
        new.extend(patterns.iter().map(|p| (attr, *p)));
        new.extend_from_slice(&old[to..]);
        self.intern(&new)
    }

    /// Whether there may be another shape.
    pub(crate) fn has_room(&self) -> bool {
        self.all.len() < MOST_SHAPES
    }

    /// How a value of an attribute may stand in a shape, if it may.
    pub(crate) fn pattern_of(&mut self, attr: AttrId, value: &Value, rdn: &str, names: &mut Names) -> Option<Pattern> {
        let store = attr.get().store;
        match value {
            _ if !matches!(store, Store::Shape | Store::Pattern) || !self.has_room() => None,
            // Of file times, none and never are common; any other is the object's own.
            Value::Int(n) if attr.get().syntax == Syntax::Large && *n != 0 && *n != i64::MAX => None,
            Value::Int(n) => Some(Pattern::Int(*n)),
            Value::Flag(flag) => Some(Pattern::Flag(*flag)),
            Value::Text(text) => {
                if rdn.len() >= SHORTEST_NAME
                    && let Some(at) = text::position(text, rdn)
                    && let Some(n) = self.template(attr, &text[..at], &text[at + rdn.len()..])
                {
                    return Some(Pattern::Template(n));
                }
                (store == Store::Shape && text.len() <= 256).then(|| Pattern::Text(names.intern(text)))
            }
            _ => None,
        }
    }

    fn template(&mut self, attr: AttrId, before: &str, after: &str) -> Option<u16> {
        let is = |t: &Template| t.attr == attr && *t.after == *after && *t.before == *before;
        if let Some(n) = self.templates.iter().position(is) {
            return Some(n as u16);
        }
        if self.templates.len() >= MOST_TEMPLATES {
            return None;
        }
        self.templates.push(Template { attr, before: before.into(), after: after.into() });
        Some(self.templates.len() as u16 - 1)
    }

    /// The value that a pattern stands for.
    pub(crate) fn value(&self, pattern: Pattern, rdn: Sym, names: &Names) -> Value {
        match pattern {
            Pattern::Text(sym) => Value::from(names.get(sym)),
            Pattern::Int(n) => Value::Int(n),
            Pattern::Flag(flag) => Value::Flag(flag),
            Pattern::Template(n) => {
                let t = &self.templates[usize::from(n)];
                let rdn = names.get(rdn);
                let mut text = String::with_capacity(t.before.len() + rdn.len() + t.after.len());
                text.push_str(&t.before);
                text.push_str(rdn);
                text.push_str(&t.after);
                Value::from(text)
            }
        }
    }

    /// The text that a pattern stands for, in parts; nothing for numbers and flags.
    pub(crate) fn parts<'a>(&'a self, pattern: Pattern, rdn: Sym, names: &'a Names) -> Option<[&'a str; 3]> {
        match pattern {
            Pattern::Text(sym) => Some([names.get(sym), "", ""]),
            Pattern::Template(n) => {
                let t = &self.templates[usize::from(n)];
                Some([&t.before, names.get(rdn), &t.after])
            }
            _ => None,
        }
    }

    /// Whether a pattern stands for this text, without making it.
    pub(crate) fn is_text(&self, pattern: Pattern, text: &str, rdn: Sym, names: &Names) -> bool {
        match pattern {
            Pattern::Text(sym) => text::same(names.get(sym), text),
            Pattern::Template(n) => {
                let t = &self.templates[usize::from(n)];
                text::between(text, &t.before, &t.after).is_some_and(|name| text::same(name, names.get(rdn)))
            }
            _ => false,
        }
    }

    /// The names that objects would have whose attribute follows from their name and has this value.
    pub(crate) fn names_behind<'a>(&'a self, attr: AttrId, text: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.templates.iter().filter(move |t| t.attr == attr);
        of.filter_map(move |t| text::between(text, &t.before, &t.after))
    }
}

fn hash(attrs: &[(AttrId, Pattern)]) -> u64 {
    attrs.iter().fold(attrs.len() as u64, |h, (attr, pattern)| {
        let word = match pattern {
            // Row numbers only find a row in here; they decide nothing.
            Pattern::Text(sym) => (*sym == Sym::EMPTY) as u64 ^ sym_number(*sym) << 2,
            Pattern::Int(n) => 1 ^ (*n as u64) << 2,
            Pattern::Flag(flag) => 2 ^ u64::from(*flag) << 2,
            Pattern::Template(n) => 3 ^ u64::from(*n) << 2,
        };
        mix(mix(h, u64::from(attr.0)), word)
    })
}

/// A number that is equal for equal names: what the derived hash of a name feeds.
fn sym_number(sym: Sym) -> u64 {
    use std::hash::{Hash, Hasher};
    struct Taken(u64);
    impl Hasher for Taken {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            bytes.iter().for_each(|b| self.0 = self.0 << 8 | u64::from(*b));
        }
    }
    let mut taken = Taken(0);
    sym.hash(&mut taken);
    taken.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attr;

    #[test]
    fn values_that_follow_from_the_name_are_shared() {
        let (mut shapes, mut names) = (Shapes::default(), Names::default());
        let of = |shapes: &mut Shapes, names: &mut Names, rdn: &str| {
            let sam = shapes.pattern_of(attr::SAM_ACCOUNT_NAME, &format!("{rdn}$").into(), rdn, names);
            let dns =
                shapes.pattern_of(attr::DNS_HOST_NAME_ATTR, &format!("{rdn}.corp.contoso.com").into(), rdn, names);
            let uac = shapes.pattern_of(attr::USER_ACCOUNT_CONTROL, &Value::Int(4096), rdn, names);
            let os = shapes.pattern_of(attr::OPERATING_SYSTEM, &"Windows 11".into(), rdn, names);
            let mut all = vec![
                (attr::SAM_ACCOUNT_NAME, sam.expect("a pattern")),
                (attr::DNS_HOST_NAME_ATTR, dns.expect("a pattern")),
                (attr::USER_ACCOUNT_CONTROL, uac.expect("a pattern")),
                (attr::OPERATING_SYSTEM, os.expect("a pattern")),
            ];
            all.sort_by_key(|(a, _)| *a);
            shapes.intern(&all)
        };
        let a = of(&mut shapes, &mut names, "LAP-01");
        let b = of(&mut shapes, &mut names, "LAP-02");
        assert_eq!(a, b);
        let rdn = names.intern("LAP-02");
        let dns = shapes.values(b, attr::DNS_HOST_NAME_ATTR)[0].1;
        assert_eq!(shapes.value(dns, rdn, &names), Value::from("LAP-02.corp.contoso.com"));
        assert!(shapes.is_text(dns, "lap-02.CORP.contoso.com", rdn, &names));
        let behind: Vec<_> = shapes.names_behind(attr::SAM_ACCOUNT_NAME, "lap-07$").collect();
        assert_eq!(behind, ["lap-07"]);
        // A first name is the person's own.
        assert_eq!(shapes.pattern_of(attr::GIVEN_NAME, &"Ada".into(), "Ada", &mut names), None);
        let c = shapes.with(b, attr::OPERATING_SYSTEM, &[]);
        assert!(shapes.values(c, attr::OPERATING_SYSTEM).is_empty() && c != b);
    }
}

//! Reading: search, read, compare. All of it is what one controller sees now.

use crate::entry::Entry;
use crate::error::{Refusal, ResultCode};
use crate::filter::Filter;
use crate::principal::Principal;
use crate::schema::{AttrId, attr};
use crate::sd::check::Ask;
use crate::sd::right;
use crate::shown::{Known, Reader, Sink, Wanted};
use crate::store::ContextKind;
use crate::view::View;
use sim_core::Id;
use std::borrow::Cow;

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The base itself.
    Base,
    /// What is directly under it.
    One,
    /// It and all below it.
    Subtree,
}

/// A search.
#[derive(Debug, Clone)]
pub struct SearchRequest<'a> {
    /// The base: a name or one of its alternatives; empty for the root DSE.
    pub base: &'a str,
    /// How far.
    pub scope: Scope,
    /// Which.
    pub filter: &'a Filter,
    /// Which attributes; none or `*` for all that are kept, `1.1` for no attribute.
    pub attributes: &'a [&'a str],
    /// The most entries of this answer; 0 for the controller's own limit.
    pub size_limit: u32,
    /// The controller's limit for this search, where it is not that of a page.
    pub most: Option<u32>,
    /// Whether tombstones count.
    pub deleted: bool,
    /// Which parts of descriptors are wanted (the SD-flags control); without it the whole, for those who may read the SACL.
    pub sd_flags: Option<u32>,
    /// Where the last page ended.
    pub after: Option<Id<Entry>>,
    /// Whether names alone are wanted.
    pub types_only: bool,
}

impl<'a> SearchRequest<'a> {
    /// A search without controls.
    pub fn new(base: &'a str, scope: Scope, filter: &'a Filter, attributes: &'a [&'a str]) -> Self {
        Self {
            base,
            scope,
            filter,
            attributes,
            size_limit: 0,
            most: None,
            deleted: false,
            sd_flags: None,
            after: None,
            types_only: false,
        }
    }
}

/// One entry of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// The object; `None` for the root DSE.
    pub id: Option<Id<Entry>>,
    /// Its name.
    pub dn: String,
    /// Names and values.
    pub attributes: Vec<(Cow<'static, str>, Vec<Vec<u8>>)>,
}

impl SearchEntry {
    /// The values of an attribute.
    pub fn values(&self, name: &str) -> &[Vec<u8>] {
        let found = self.attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, v)| v)
    }
    /// The first value of an attribute, as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values(name).first().and_then(|v| std::str::from_utf8(v).ok())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResult {
    /// The entries, in order of creation.
    pub entries: Vec<SearchEntry>,
    /// Continuation references.
    pub references: Vec<String>,
    /// Success, or that there are more than the limit.
    pub code: ResultCode,
    /// Where the next page begins, if there are more.
    pub next: Option<Id<Entry>>,
}

/// More containers than this are gathered and sorted, not merged.
const MOST_LISTS: usize = 64;

/// What there is to say of a search beside what it found.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) references: Vec<String>,
    pub(crate) code: ResultCode,
    pub(crate) next: Option<Id<Entry>>,
}

impl<'a> View<'a> {
    /// Searches.
    pub fn search(&self, who: &Principal, request: &SearchRequest<'_>) -> Result<SearchResult, Refusal> {
        let done = |entries, code, next| SearchResult { entries, references: Vec::new(), code, next };
        if request.base.trim().is_empty() && request.scope == Scope::Base {
            return Ok(done(vec![self.root_dse_entry(request.attributes)], ResultCode::Success, None));
        }
        let mut entries = Vec::new();
        let told = self.search_into(who, request, &mut Known::default(), &mut entries)?;
        Ok(SearchResult { entries, references: told.references, code: told.code, next: told.next })
    }

    /// As [`View::search`] but for the root DSE, with verdicts kept and entries handed on.
    pub(crate) fn search_into(
        &self,
        who: &Principal,
        request: &SearchRequest<'_>,
        known: &mut Known,
        sink: &mut impl Sink,
    ) -> Result<Told, Refusal> {
        if who.is_anonymous() {
            return Err(Refusal::bind_first());
        }
        let base = self.find_text(request.base)?;
        let most = request.most.unwrap_or(self.forest.knobs.max_page_size);
        let most = match request.size_limit {
            0 => most,
            n => n.min(most),
        } as usize;
        let mut reader = Reader::new(self, who, known);
        let wanted = Wanted::of(request.attributes);
        let test = self.prepare(request.filter);
        let store = &self.forest.store;
        let mut count = 0;
        let mut last = None;
        for id in self.scope(base, request) {
            if request.after.is_some_and(|after| id <= after) {
                continue;
            }
            let Some(entry) = self.row(id) else { continue };
            if !request.deleted && (entry.is_deleted() || store.context(&entry).deleted_objects.get() == Some(id)) {
                continue;
            }
            let holds = self.holds_for(&test, id, &entry, &mut |a| reader.may_read(&entry, a));
            if holds != Some(true) || !self.listed(&mut reader, id, &entry) {
                continue;
            }
            if count >= most {
                let references = self.references(base, request);
                return Ok(Told { references, code: ResultCode::SizeLimitExceeded, next: last });
            }
            last = Some(id);
            count += 1;
            self.render(&mut reader, id, &entry, &wanted, request, sink);
        }
        Ok(Told { references: self.references(base, request), code: ResultCode::Success, next: None })
    }

    /// The objects of a search's scope, or the fewer that an index knows, in order of creation.
    fn scope<'s>(&'s self, base: Id<Entry>, request: &SearchRequest<'_>) -> Box<dyn Iterator<Item = Id<Entry>> + 's> {
        let store = &self.forest.store;
        if request.scope == Scope::Base {
            return Box::new(std::iter::once(base));
        }
        if !request.deleted
            && let Some(found) = self.candidates(request.filter)
        {
            let scope = request.scope;
            return Box::new(found.into_iter().filter(move |id| match scope {
                Scope::One => self.parent(*id) == Some(base),
                _ => self.same_context(*id, base) && self.is_within(*id, base),
            }));
        }
        let context = store.context(&store.rows[base]);
        if request.scope == Scope::Subtree && context.head.get() == Some(base) {
            let nc = store.rows[base].nc;
            let from = request.after.map_or(0, |id| id.row() + 1);
            let rows = (from..store.rows.len() as u32).map(Id::new);
            return Box::new(rows.filter(move |id| store.rows[*id].nc == nc));
        }
        let mut containers = vec![base];
        let mut at = 0;
        while request.scope == Scope::Subtree && at < containers.len() {
            let here = containers[at];
            let below = store.rows[here].branches().iter().map(|r| Id::new(*r));
            containers.extend(below.filter(|c| self.is_alive(*c) && self.parent(*c) == Some(here)));
            at += 1;
        }
        let with_base = request.scope == Scope::Subtree;
        if containers.len() <= MOST_LISTS && !request.deleted && self.is_plain() {
            return Box::new(self.merge(with_base.then_some(base), containers, request.after));
        }
        let mut all = Vec::new();
        if with_base {
            all.push(base);
        }
        for at in containers {
            if context.deleted_objects.get() == Some(at) && request.deleted {
                all.extend(context.tombstones.iter().map(|r| Id::new(*r)));
            }
            all.extend(self.children(at));
        }
        all.sort_unstable();
        Box::new(all.into_iter())
    }

    /// What is in these containers, in order of creation, from where a page ended: their lists are in order already.
    fn merge<'s>(
        &'s self,
        base: Option<Id<Entry>>,
        containers: Vec<Id<Entry>>,
        after: Option<Id<Entry>>,
    ) -> impl Iterator<Item = Id<Entry>> + 's {
        let store = &self.forest.store;
        let from = |list: &[u32]| after.map_or(0, |after| list.partition_point(|r| *r <= after.row()));
        let mut lists: Vec<_> = containers
            .into_iter()
            .map(|c| {
                let list = store.rows[c].children();
                (c, &list[from(list)..])
            })
            .collect();
        let mut base = base.filter(|b| after.is_none_or(|after| *b > after));
        std::iter::from_fn(move || {
            loop {
                let next = lists.iter_mut().filter(|(_, l)| !l.is_empty()).min_by_key(|(_, l)| l[0]);
                let Some((container, list)) = next else { return base.take() };
                if base.is_some_and(|b| b.row() < list[0]) {
                    return base.take();
                }
                let id = Id::new(list[0]);
                *list = &list[1..];
                if store.rows[id].parent() == Some(*container) {
                    return Some(id);
                }
            }
        })
    }

    fn same_context(&self, a: Id<Entry>, b: Id<Entry>) -> bool {
        self.forest.store.rows[a].nc == self.forest.store.rows[b].nc
    }

    /// Whether the asker may see an object in listings: by the right to list its container, or by one on the object.
    fn listed(&self, reader: &mut Reader<'_, '_>, id: Id<Entry>, entry: &Entry) -> bool {
        let parent = self.parent(id).and_then(|p| Some((p, self.row(p)?)));
        parent.is_none_or(|(p, row)| reader.lists(p, &row))
            || reader.granted(entry, Some(attr::ALLOWED_ATTRIBUTES), Ask::whole(right::LIST_OBJECT), false)
    }

    /// The naming contexts below a search's base.
    fn references(&self, base: Id<Entry>, request: &SearchRequest<'_>) -> Vec<String> {
        let store = &self.forest.store;
        let context = store.context(&store.rows[base]);
        if request.scope == Scope::Base || context.head.get() != Some(base) || request.after.is_some() {
            return Vec::new();
        }
        let below = store.contexts.iter().filter(|c| c.dn.parent().as_ref() == Some(&context.dn));
        let mut all: Vec<_> =
            below.map(|c| format!("ldap://{}/{}", self.forest.domains[c.domain].dns, c.text)).collect();
        if context.kind == ContextKind::Domain {
            // The zones of DNS are contexts of their own; nothing of them is simulated.
            let dns = &self.forest.domains[context.domain].dns;
            let is_root = self.forest.root().dns == *dns;
            for zone in ["DomainDnsZones", "ForestDnsZones"].iter().take(if is_root { 2 } else { 1 }) {
                all.push(format!("ldap://{zone}.{dns}/DC={zone},{}", context.text));
            }
        }
        all
    }

    fn root_dse_entry(&self, wanted: &[&str]) -> SearchEntry {
        let all = wanted.is_empty() || wanted.contains(&"*");
        let named = |n: &str| wanted.iter().any(|w| w.eq_ignore_ascii_case(n));
        let found = self.root_dse().into_iter().filter(|(n, _)| all || named(n));
        let octets = |v: Vec<String>| v.into_iter().map(String::into_bytes).collect();
        SearchEntry { id: None, dn: String::new(), attributes: found.map(|(n, v)| (n.into(), octets(v))).collect() }
    }

    /// Reads one object.
    pub fn read(&self, who: &Principal, dn: &str, attributes: &[&str]) -> Result<SearchEntry, Refusal> {
        let filter = Filter::any();
        let request = SearchRequest::new(dn, Scope::Base, &filter, attributes);
        let found = self.search(who, &request)?.entries.pop();
        found.ok_or_else(|| Refusal::no_such_object(String::new()))
    }

    /// Compares.
    pub fn compare(&self, who: &Principal, dn: &str, attr: &str, value: &[u8]) -> Result<ResultCode, Refusal> {
        if who.is_anonymous() {
            return Err(Refusal::bind_first());
        }
        let id = self.find_text(dn)?;
        let attr = AttrId::find(attr).ok_or_else(|| Refusal::conversion(ResultCode::UndefinedAttributeType))?;
        let entry = self.row(id).ok_or_else(|| Refusal::no_such_object(String::new()))?;
        let mut known = Known::default();
        let mut reader = Reader::new(self, who, &mut known);
        let filter = Filter::Equal(attr.name().to_owned(), value.to_vec());
        match self.holds_for(&self.prepare(&filter), id, &entry, &mut |a| reader.may_read(&entry, a)) {
            Some(true) => Ok(ResultCode::CompareTrue),
            Some(false) => Ok(ResultCode::CompareFalse),
            None => Err(Refusal::conversion(ResultCode::InvalidAttributeSyntax)),
        }
    }

    /// How many objects a search finds, without making the answer.
    pub fn count(&self, who: &Principal, base: &str, scope: Scope, filter: &Filter) -> Result<usize, Refusal> {
        let base = self.find_text(base)?;
        let request = SearchRequest::new("", scope, filter, &[]);
        let mut known = Known::default();
        let mut reader = Reader::new(self, who, &mut known);
        let test = self.prepare(filter);
        let counts = |id: &Id<Entry>| {
            self.row(*id).is_some_and(|entry| {
                !entry.is_deleted()
                    && self.holds_for(&test, *id, &entry, &mut |a| reader.may_read(&entry, a)) == Some(true)
            })
        };
        Ok(self.scope(base, &request).filter(counts).count())
    }
}

//! The content of a directory as LDIF. It is loaded as whoever sets a world up: what was written by hand, change records, and
//! exports of real domains; and it is dumped, so that the one can become the other.
//!
//! An export has more in it than can be loaded: what a directory makes by itself is made anew, identities (objectGUID, objectSid)
//! and dates are kept, and what this schema does not know is left out and said once.

use crate::at::{At, ModOp, Modification, ModifyRequest};
use crate::dn::Dn;
use crate::entry::Entry;
use crate::error::{Refusal, win32};
use crate::filetime::{Stamp, from_file_time, parse_generalized};
use crate::filter::Filter;
use crate::forest::Forest;
use crate::kinds;
use crate::ldif::{self, Attributes, Change, LdifError};
use crate::principal::Principal;
use crate::schema::{AttrId, ClassId, Store as Where, attr};
use crate::search::{Scope, SearchEntry, SearchRequest};
use crate::sid::Sid;
use crate::store::ContextKind;
use crate::value::Value;
use crate::{AddRequest, RenameRequest, text};
use sim_core::{Arg, Cx, Guid, Id};
use std::collections::{BTreeMap, BTreeSet};

/// What came of loading a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// How many records it has.
    pub records: usize,
    /// What the directory refused, with the line of the record.
    pub refused: Vec<LdifError>,
    /// What was left out, each kind once, with the line of the first record: attributes and classes that the schema does not have,
    /// links to objects that are not there, tombstones.
    pub left_out: Vec<LdifError>,
}

/// Who a domain is, as an export of it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DomainIdentity {
    /// The SID of the domain.
    pub sid: Option<Sid>,
    /// The GUID of the domain's object.
    pub guid: Option<Guid>,
}

/// What a file says of the domain of that name, if its head is among the content.
pub fn domain_identity(records: &[ldif::Record], dns: &str) -> DomainIdentity {
    let head = Dn::of_dns(dns);
    let is_head = |dn: &str| dn.parse::<Dn>().is_ok_and(|dn| dn.rdns.len() == head.rdns.len() && dn.is_within(&head));
    let Some(Change::Content(attributes) | Change::Add(attributes)) =
        records.iter().find(|r| is_head(&r.dn)).map(|r| &r.change)
    else {
        return DomainIdentity::default();
    };
    let value = |attr: AttrId| {
        let (_, values) = attributes.iter().find(|(n, _)| AttrId::find(n) == Some(attr))?;
        Value::parse_assertion(attr, values.first()?)
    };
    DomainIdentity {
        sid: value(attr::OBJECT_SID).and_then(|v| if let Value::Sid(sid) = v { Some(*sid) } else { None }),
        guid: value(attr::OBJECT_GUID).and_then(|v| if let Value::Guid(guid) = v { Some(guid) } else { None }),
    }
}

/// A link that is made when its target is there.
struct LateLink {
    line: u32,
    dn: String,
    attr: AttrId,
    values: Vec<Vec<u8>>,
}

struct Load<'f> {
    forest: &'f mut Forest,
    loaded: Loaded,
    links: Vec<LateLink>,
    /// What is left out: first line and how often.
    left_out: BTreeMap<String, (u32, u32)>,
    /// Objects that are left out, in lower case: what is below them is too.
    gone: BTreeSet<String>,
}

impl Forest {
    /// Loads content and change records, as whoever sets the world up. Objects are made from the root down and links when all
    /// objects are there; what exists already is changed to what the file says. An error means that the text is no LDIF; then
    /// nothing is loaded.
    pub fn load_ldif(&mut self, text: &str, cx: &mut Cx) -> Result<Loaded, Vec<LdifError>> {
        let records = ldif::parse(text)?;
        Ok(self.load_records(records, cx))
    }

    /// As [`Forest::load_ldif`], with records that were read before.
    pub fn load_records(&mut self, records: Vec<ldif::Record>, cx: &mut Cx) -> Loaded {
        let loaded = Loaded { records: records.len(), ..Loaded::default() };
        let mut load =
            Load { forest: self, loaded, links: Vec::new(), left_out: BTreeMap::new(), gone: BTreeSet::new() };
        let mut content = Vec::new();
        for record in records {
            match record.change {
                Change::Content(attributes) | Change::Add(attributes) => {
                    content.push((record.line, record.dn, attributes));
                }
                change => {
                    load.content(std::mem::take(&mut content), cx);
                    let done = load.change(&record.dn, change, cx);
                    load.note(record.line, &record.dn, done);
                }
            }
        }
        load.content(content, cx);
        load.last_links(cx);
        let Load { mut loaded, left_out, .. } = load;
        let said = |(what, (line, times)): (String, (u32, u32))| {
            let message = if times == 1 { what } else { format!("{what} ({times} times)") };
            LdifError { line, message }
        };
        loaded.left_out = left_out.into_iter().map(said).collect();
        loaded.left_out.sort_by_key(|e| e.line);
        loaded.refused.sort_by_key(|e| e.line);
        self.settle();
        let who = self.system;
        cx.tell(&kinds::CONTENT_LOADED, who, &[Arg::Int(loaded.records as i64)]);
        loaded
    }

    /// The object of a name and all that is below it, as LDIF: parents first, with descriptors, without passwords.
    pub fn dump_ldif(&self, base: &str, cx: &Cx) -> Result<String, Refusal> {
        let (view, system) = (self.all(cx), self.system());
        let base = view.find_text(base).map(|id| view.dn(id))?;
        let every = Filter::Present("objectClass".into());
        let request = SearchRequest {
            most: Some(u32::MAX),
            ..SearchRequest::new(&base, Scope::Subtree, &every, &["*", "nTSecurityDescriptor"])
        };
        let mut entries = view.search(&system, &request)?.entries;
        for entry in &mut entries {
            let Some(id) = entry.id else { continue };
            // A search gives a part of long lists.
            for (name, values) in &mut entry.attributes {
                let attr = name.split_once(";range=").and_then(|(name, _)| AttrId::find(name));
                let Some(attr) = attr else { continue };
                (*name, *values) =
                    (attr.name().into(), view.values(id, attr).iter().map(|v| view.to_wire(v)).collect());
            }
        }
        let depth = |e: &SearchEntry| e.dn.parse::<Dn>().map_or(0, |dn| dn.rdns.len());
        entries.sort_by_cached_key(depth);
        Ok(ldif::print_entries(&entries))
    }

    /// Carries something out as whoever sets the world up, at a controller that takes writes and holds the place of a name.
    fn load_as<T>(
        &mut self,
        dn: &str,
        cx: &mut Cx,
        run: impl FnOnce(&mut At<'_>, &Principal, &mut Cx) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let parsed: Dn = dn.parse().map_err(|_| Refusal::bad_name(dn))?;
        let within = self.store.contexts.iter().filter(|c| parsed.is_within(&c.dn));
        let context = within.max_by_key(|c| c.dn.rdns.len());
        let domain = context.map(|c| c.domain).unwrap_or(Id::new(0));
        let dc = self.writable(domain).unwrap_or(Id::new(0));
        let system = self.system();
        run(&mut self.at(dc), &system, cx)
    }
}

impl Load<'_> {
    fn note(&mut self, line: u32, dn: &str, done: Result<(), Refusal>) {
        if let Err(refusal) = done {
            self.loaded.refused.push(LdifError::refused(line, dn, &refusal));
        }
    }

    fn leave_out(&mut self, line: u32, what: String) {
        self.left_out.entry(what).or_insert((line, 0)).1 += 1;
    }

    /// A group of objects, from the root down.
    fn content(&mut self, group: Vec<(u32, String, Attributes)>, cx: &mut Cx) {
        let mut named = Vec::with_capacity(group.len());
        for (line, dn, attributes) in group {
            match dn.parse::<Dn>() {
                Ok(parsed) => named.push((parsed, line, dn, attributes)),
                Err(_) => self.note(line, &dn, Err(Refusal::bad_name(&dn))),
            }
        }
        named.sort_by_key(|(parsed, ..)| parsed.rdns.len());
        for (parsed, line, dn, attributes) in named {
            let done = self.entry(&parsed, line, &dn, attributes, cx);
            self.note(line, &dn, done);
        }
        // What is left may be there after another group.
        for link in std::mem::take(&mut self.links) {
            if self.link(&link, &link.values, cx).is_err() {
                self.links.push(link);
            }
        }
    }

    fn entry(
        &mut self,
        parsed: &Dn,
        line: u32,
        dn: &str,
        mut attributes: Attributes,
        cx: &mut Cx,
    ) -> Result<(), Refusal> {
        let mut deleted = attributes.iter().filter(|(n, _)| n.eq_ignore_ascii_case("isDeleted"));
        if deleted.any(|(_, v)| v.iter().any(|v| v.eq_ignore_ascii_case(b"TRUE"))) {
            self.leave_out(line, "tombstones are left out".into());
            return Ok(());
        }
        let mut contexts = self.forest.store.contexts.iter();
        if contexts.any(|c| c.kind == ContextKind::Schema && parsed.is_within(&c.dn)) {
            self.leave_out(line, "entries of the schema are left out: the forest has its own".into());
            return Ok(());
        }
        if parsed.parent().is_some_and(|p| !self.gone.is_empty() && self.gone.contains(&text::fold(&p.to_string()))) {
            self.gone.insert(text::fold(&parsed.to_string()));
            self.leave_out(line, "objects below those that are left out are left out".into());
            return Ok(());
        }
        ldif::encode_passwords(&mut attributes);
        self.forest.encode_descriptor_of(dn, &mut attributes, cx)?;
        match self.forest.all(cx).resolve(parsed) {
            Ok(id) => self.existing(id, line, dn, attributes, cx),
            Err(_) => self.new_entry(parsed, line, dn, attributes, cx),
        }
    }

    fn new_entry(
        &mut self,
        parsed: &Dn,
        line: u32,
        dn: &str,
        attributes: Attributes,
        cx: &mut Cx,
    ) -> Result<(), Refusal> {
        let class = match structural(&attributes) {
            Structural::Known(class) => class,
            // What is wrong with it, the directory says.
            Structural::None => return self.add(dn, attributes, cx).map(drop),
            Structural::Unknown(name) => {
                self.gone.insert(text::fold(&parsed.to_string()));
                self.leave_out(line, format!("the schema has no class `{name}`: its objects are left out"));
                return Ok(());
            }
        };
        let mut kept: Attributes = Vec::with_capacity(attributes.len());
        let mut stamps = Stamps::default();
        for (name, values) in attributes {
            let Some(attr) = self.known(line, class, &name) else { continue };
            match attr {
                attr::OBJECT_CLASS => {
                    let known = |v: &Vec<u8>| {
                        std::str::from_utf8(v).ok().and_then(ClassId::find).is_some_and(|c| class.is_a(c))
                    };
                    kept.push((name, values.into_iter().filter(known).collect()));
                }
                attr::OBJECT_SID if self.is_taken(attr, &values) => {}
                attr::OBJECT_GUID if self.is_taken(attr, &values) => {}
                _ if attr.get().store == Where::Link => {
                    self.links.push(LateLink { line, dn: dn.to_owned(), attr, values });
                }
                _ => {
                    stamps.note(attr, &values);
                    kept.push((name, values));
                }
            }
        }
        let id = self.add(dn, kept, cx)?;
        stamps.set(&mut self.forest.store.rows[id]);
        Ok(())
    }

    fn add(&mut self, dn: &str, attributes: Attributes, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        let request = AddRequest { dn: dn.to_owned(), attributes, secure: true };
        self.forest.load_as(dn, cx, |at, who, cx| at.add(who, &request, cx).map(|made| made.entry))
    }

    /// The attribute of a name, if an object of this class has it and does not make it by itself.
    fn known(&mut self, line: u32, class: ClassId, name: &str) -> Option<AttrId> {
        let (name, options) = name.split_once(';').unwrap_or((name, ""));
        if options.starts_with("range=") && !options.ends_with("-*") {
            self.leave_out(line, format!("the export has a part of `{name}` alone: the rest is left out"));
        }
        let Some(attr) = AttrId::find(name) else {
            self.leave_out(line, format!("the schema has no attribute `{name}`: it is left out"));
            return None;
        };
        let row = attr.get();
        if row.back_of.is_some() || row.store == Where::Constructed {
            return None;
        }
        if row.store != Where::Field && row.store != Where::Secret && !class.may_have(attr) {
            let class = class.name();
            self.leave_out(line, format!("a {class} has no attribute `{name}`: it is left out"));
            return None;
        }
        Some(attr)
    }

    fn is_taken(&self, attr: AttrId, values: &[Vec<u8>]) -> bool {
        match values.first().and_then(|v| Value::parse_assertion(attr, v)) {
            Some(Value::Sid(sid)) => self.forest.store.by_sid(&sid).is_some(),
            Some(Value::Guid(guid)) => self.forest.store.by_guid(guid).is_some(),
            _ => false,
        }
    }

    /// Changes what is there already to what the file says.
    fn existing(
        &mut self,
        id: Id<Entry>,
        line: u32,
        dn: &str,
        attributes: Attributes,
        cx: &mut Cx,
    ) -> Result<(), Refusal> {
        let class = self.forest.store.rows[id].class;
        let mut parts = Vec::new();
        for (name, values) in attributes {
            let Some(attr) = self.known(line, class, &name) else { continue };
            let row = attr.get();
            let changeable = row.store != Where::Field && !row.system_only
                || matches!(attr, attr::USER_CERTIFICATE | attr::PWD_LAST_SET);
            if !changeable || self.says(id, attr, &values, cx) {
                continue;
            }
            if row.store == Where::Link {
                self.links.push(LateLink { line, dn: dn.to_owned(), attr, values });
            } else {
                parts.push(Modification { op: ModOp::Replace, attr: attr.name().into(), values });
            }
        }
        if parts.is_empty() || self.modify(dn, parts.clone(), cx).is_ok() {
            return Ok(());
        }
        for part in parts {
            let done = self.modify(dn, vec![part], cx);
            self.note(line, dn, done);
        }
        Ok(())
    }

    /// Whether an object has just these values.
    fn says(&self, id: Id<Entry>, attr: AttrId, values: &[Vec<u8>], cx: &Cx) -> bool {
        let view = self.forest.all(cx);
        let mut now: Vec<Vec<u8>> = view.values(id, attr).iter().map(|v| view.to_wire(v)).collect();
        let mut wanted = values.to_vec();
        now.sort();
        wanted.sort();
        now == wanted
    }

    fn modify(&mut self, dn: &str, parts: Vec<Modification>, cx: &mut Cx) -> Result<(), Refusal> {
        let request = ModifyRequest { permissive: true, ..ModifyRequest::new(dn, parts) };
        self.forest.load_as(dn, cx, |at, who, cx| at.modify(who, &request, cx).map(drop))
    }

    fn change(&mut self, dn: &str, mut change: Change, cx: &mut Cx) -> Result<(), Refusal> {
        self.forest.encode_descriptors(dn, &mut change, cx)?;
        match change {
            Change::Content(attributes) | Change::Add(attributes) => self.add(dn, attributes, cx).map(drop),
            Change::Delete => self.forest.load_as(dn, cx, |at, who, cx| at.delete(who, dn, cx).map(drop)),
            Change::Modify(mut parts) => {
                ldif::encode_passwords_of(&mut parts);
                self.modify(dn, parts, cx)
            }
            Change::Rename { new_rdn, delete_old_rdn, new_superior } => {
                let request = RenameRequest { dn: dn.to_owned(), new_rdn, delete_old_rdn, new_superior };
                self.forest.load_as(dn, cx, |at, who, cx| at.rename(who, &request, cx).map(drop))
            }
        }
    }

    fn link(&mut self, link: &LateLink, values: &[Vec<u8>], cx: &mut Cx) -> Result<(), Refusal> {
        let part = Modification { op: ModOp::Add, attr: link.attr.name().into(), values: values.to_vec() };
        self.modify(&link.dn, vec![part], cx)
    }

    /// Links that could not be made as a whole, value by value.
    fn last_links(&mut self, cx: &mut Cx) {
        for link in std::mem::take(&mut self.links) {
            for value in &link.values {
                let Err(refusal) = self.link(&link, std::slice::from_ref(value), cx) else { continue };
                if refusal.win32 == win32::NAME_REFERENCE_INVALID {
                    let what = format!("`{}` names objects that are not there: those are left out", link.attr.name());
                    self.leave_out(link.line, what);
                } else {
                    self.note(link.line, &link.dn, Err(refusal));
                }
            }
        }
    }
}

/// The structural class of a record.
enum Structural {
    Known(ClassId),
    /// The schema has none of its structural classes; the last one is named.
    Unknown(String),
    /// It names no class.
    None,
}

fn structural(attributes: &Attributes) -> Structural {
    let names = attributes.iter().filter(|(n, _)| n.eq_ignore_ascii_case("objectClass")).flat_map(|(_, v)| v);
    let names: Vec<String> = names.map(|n| String::from_utf8_lossy(n).into_owned()).collect();
    let Some(last) = names.last() else { return Structural::None };
    let known = names.iter().filter_map(|n| ClassId::find(n)).filter(|c| c.get().category == 1);
    match known.max_by_key(|c| c.chain().count()) {
        Some(class) => Structural::Known(class),
        None if names.iter().all(|n| ClassId::find(n).is_some()) => Structural::None,
        None => Structural::Unknown(last.clone()),
    }
}

/// Dates that an export carries.
#[derive(Default)]
struct Stamps {
    created: Stamp,
    password_set: Stamp,
    logged_on: Stamp,
}

impl Stamps {
    fn note(&mut self, attr: AttrId, values: &[Vec<u8>]) {
        let Some(text) = values.first().and_then(|v| std::str::from_utf8(v).ok()) else { return };
        let ticks = || text.parse().ok().filter(|ticks| *ticks > 0).map(|ticks| Stamp::of(from_file_time(ticks)));
        match attr {
            attr::WHEN_CREATED => self.created = parse_generalized(text).map_or(Stamp::NONE, Stamp::of),
            attr::PWD_LAST_SET => self.password_set = ticks().unwrap_or(Stamp::NONE),
            attr::LAST_LOGON_TIMESTAMP => self.logged_on = ticks().unwrap_or(Stamp::NONE),
            _ => {}
        }
    }

    fn set(self, entry: &mut Entry) {
        for (from, to) in [
            (self.created, &mut entry.created),
            (self.password_set, &mut entry.password_set),
            (self.logged_on, &mut entry.logged_on),
        ] {
            if from != Stamp::NONE {
                *to = from;
            }
        }
    }
}

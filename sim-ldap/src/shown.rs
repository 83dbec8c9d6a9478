//! What is shown of an object: which attributes, in which form, to whom.

use crate::entry::Entry;
use crate::principal::Principal;
use crate::schema::{AttrId, Store as Where, attr};
use crate::sd::check::{Ask, check};
use crate::sd::{SdId, binary, right};
use crate::search::{Scope, SearchEntry, SearchRequest};
use crate::shape::Pattern;
use crate::straight::{Scratch, digits};
use crate::value::Value;
use crate::view::View;
use sim_core::{Id, Key, Unasked};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Verdicts about what one principal may read, by descriptor. Descriptors do not change, others take their place; so these hold
/// as long as the principal is the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(BTreeMap<(SdId, bool, Option<AttrId>), bool>);

impl Known {
    /// More than this is begun anew.
    const MOST: usize = 4096;
}

/// What the asker may read.
pub(crate) struct Reader<'v, 'a> {
    view: &'v View<'a>,
    who: &'v Principal,
    known: &'v mut Known,
    /// The object that was asked about last: whether it is the asker or one of its groups, and whether all of it may be read.
    last: Option<(Key, bool, bool)>,
    /// The container that was asked about last, and whether its content may be listed.
    container: Option<(Id<Entry>, bool)>,
    pub(crate) scratch: Scratch,
}

impl<'v, 'a> Reader<'v, 'a> {
    pub(crate) fn new(view: &'v View<'a>, who: &'v Principal, known: &'v mut Known) -> Self {
        if known.0.len() > Known::MOST {
            known.0.clear();
        }
        Self { view, who, known, last: None, container: None, scratch: Scratch::default() }
    }

    pub(crate) fn may_read(&mut self, entry: &Entry, attr: AttrId) -> bool {
        if attr == attr::NT_SECURITY_DESCRIPTOR {
            return self.granted(entry, None, Ask::whole(right::READ_CONTROL), true);
        }
        let whole = match self.last {
            Some((key, _, whole)) if key == entry.key => whole,
            _ => {
                let whole = self.granted(entry, None, Ask::whole(right::READ), false);
                self.last = Some((entry.key, self.is_self(entry), whole));
                whole
            }
        };
        whole || self.granted(entry, Some(attr), Ask::attribute(right::READ, attr), false)
    }

    /// Whether the content of a container may be listed.
    pub(crate) fn lists(&mut self, id: Id<Entry>, entry: &Entry) -> bool {
        match self.container {
            Some((known, verdict)) if known == id => verdict,
            _ => {
                // The attribute in the key only keeps this question apart from others.
                let verdict = self.granted(entry, Some(attr::ALLOWED_CHILD_CLASSES), Ask::whole(right::LIST), false);
                self.container = Some((id, verdict));
                verdict
            }
        }
    }

    fn is_self(&self, entry: &Entry) -> bool {
        match self.last {
            Some((key, is_self, _)) if key == entry.key => is_self,
            _ => self.view.forest.store.sid(entry).is_some_and(|s| self.who.has(&s)),
        }
    }

    pub(crate) fn granted(&mut self, entry: &Entry, attr: Option<AttrId>, ask: Ask, control: bool) -> bool {
        if self.who.is_system() {
            return true;
        }
        // Reading the descriptor is asked apart from reading everything.
        let attr = if control { Some(attr::NT_SECURITY_DESCRIPTOR) } else { attr };
        let key = (entry.sd, self.is_self(entry), attr);
        let (who, store) = (self.who, &self.view.forest.store);
        let sid = || store.sid(entry);
        let decide = || check(store.sds.get(entry.sd), who.sids(), sid(), ask, &mut Unasked).is_granted();
        *self.known.0.entry(key).or_insert_with(decide)
    }
}

/// Takes what a search finds: an object, then each attribute with its values.
pub(crate) trait Sink {
    /// An object.
    fn begin(&mut self, view: &View<'_>, id: Id<Entry>);
    /// An attribute of it.
    fn attribute(&mut self, name: Cow<'static, str>);
    /// A value of that, in parts.
    fn value(&mut self, parts: &[&[u8]]);
    /// The object is done.
    fn end(&mut self);
    /// An attribute with one value, in parts.
    fn one(&mut self, attr: AttrId, parts: &[&[u8]]) {
        self.attribute(attr.name().into());
        self.value(parts);
    }
}

impl Sink for Vec<SearchEntry> {
    fn begin(&mut self, view: &View<'_>, id: Id<Entry>) {
        self.push(SearchEntry { id: Some(id), dn: view.dn(id), attributes: Vec::new() });
    }
    fn attribute(&mut self, name: Cow<'static, str>) {
        self.last_mut().into_iter().for_each(|e| e.attributes.push((name.clone(), Vec::new())));
    }
    fn value(&mut self, parts: &[&[u8]]) {
        let values = self.last_mut().and_then(|e| e.attributes.last_mut());
        values.into_iter().for_each(|(_, v)| v.push(parts.concat()));
    }
    fn end(&mut self) {}
}

impl View<'_> {
    /// Hands on an object with what is asked for.
    pub(crate) fn render(
        &self,
        reader: &mut Reader<'_, '_>,
        id: Id<Entry>,
        entry: &Entry,
        wanted: &Wanted<'_>,
        request: &SearchRequest<'_>,
        sink: &mut impl Sink,
    ) {
        sink.begin(self, id);
        for (attr, range) in &wanted.named {
            if reader.may_read(entry, *attr) {
                self.render_attribute(reader, id, entry, *attr, *range, request, sink);
            }
        }
        let all = if wanted.all { self.take_present(id, entry, &mut reader.scratch) } else { Vec::new() };
        for attr in all.iter().copied() {
            // Descriptors are not part of *all* unless the control asks for them.
            let left_out = attr == attr::NT_SECURITY_DESCRIPTOR && request.sd_flags.is_none();
            if !left_out && wanted.named.iter().all(|(n, _)| *n != attr) && reader.may_read(entry, attr) {
                self.render_attribute(reader, id, entry, attr, None, request, sink);
            }
        }
        reader.scratch.put_back(all);
        sink.end();
    }

    #[allow(clippy::too_many_arguments)]
    fn render_attribute(
        &self,
        reader: &mut Reader<'_, '_>,
        id: Id<Entry>,
        entry: &Entry,
        attr: AttrId,
        range: Option<(usize, Option<usize>)>,
        request: &SearchRequest<'_>,
        sink: &mut impl Sink,
    ) {
        let row = attr.get();
        let most = self.forest.knobs.max_val_range as usize;
        let is_kept = matches!(row.store, Where::Shape | Where::Pattern | Where::Row);
        let own = entry.own(attr);
        if is_kept && range.is_none() && own.is_none_or(|v| v.len() <= most) {
            // What is kept goes out as it stands.
            let shapes = &self.forest.store.shapes;
            let shared = if own.is_some() { &[][..] } else { shapes.values(entry.shape, attr) };
            let own = own.unwrap_or_default();
            if own.is_empty() && shared.is_empty() {
                return;
            }
            sink.attribute(row.name.into());
            if !request.types_only {
                own.iter().for_each(|v| self.put(v, sink));
                for (_, pattern) in shared {
                    match (shapes.parts(*pattern, entry.rdn, &self.cx.names), pattern) {
                        (Some(parts), _) => sink.value(&parts.map(str::as_bytes)),
                        (None, Pattern::Int(n)) => sink.value(&[digits(*n, &mut [0; 20])]),
                        (None, _) => self.put(&shapes.value(*pattern, entry.rdn, &self.cx.names), sink),
                    }
                }
            }
            return;
        }
        let straight = row.store == Where::Field && range.is_none() && !request.types_only;
        if straight && self.put_field(id, entry, attr, &mut reader.scratch, sink) {
            return;
        }
        let values = match attr {
            attr::NT_SECURITY_DESCRIPTOR => {
                let octets = binary::encode(self.forest.store.sds.get(entry.sd), request.sd_flags.unwrap_or(7));
                vec![Value::Bytes(octets.into())]
            }
            attr::TOKEN_GROUPS if request.scope != Scope::Base => Vec::new(),
            _ if row.store == Where::Constructed => self.effective(reader.who, id, entry, attr),
            _ => self.values_of(id, entry, attr),
        };
        if values.is_empty() {
            return;
        }
        let mut out = |name: Cow<'static, str>, values: &[Value]| {
            sink.attribute(name);
            if !request.types_only {
                values.iter().for_each(|v| self.put(v, sink));
            }
        };
        if range.is_none() && values.len() <= most {
            return out(row.name.into(), &values);
        }
        // More values than one answer holds come in ranges (MS-ADTS 3.1.1.3.1.3.3).
        let (from, to) = range.unwrap_or((0, None));
        if from >= values.len() {
            return;
        }
        let end = to.map_or(values.len(), |t| t.saturating_add(1)).min(values.len()).min(from + most);
        let name = match end == values.len() {
            true => format!("{};range={from}-*", row.name),
            false => format!("{};range={from}-{}", row.name, end - 1),
        };
        if range.is_none() {
            out(row.name.into(), &[]);
        }
        out(name.into(), &values[from..end.max(from)]);
    }

    /// Hands on a value.
    fn put(&self, value: &Value, sink: &mut impl Sink) {
        match value {
            Value::Text(text) => sink.value(&[text.as_bytes()]),
            Value::Bytes(octets) => sink.value(&[octets]),
            Value::Guid(guid) => sink.value(&[&guid.to_bytes_le()]),
            Value::Int(n) => sink.value(&[digits(*n, &mut [0; 20])]),
            Value::Flag(flag) => sink.value(&[if *flag { b"TRUE" } else { b"FALSE" }]),
            other => sink.value(&[&self.to_wire(other)]),
        }
    }
}

/// The attributes that a request names.
pub(crate) struct Wanted<'r> {
    all: bool,
    named: Vec<(AttrId, Option<Range>)>,
    _names: &'r [&'r str],
}

impl<'r> Wanted<'r> {
    pub(crate) fn of(names: &'r [&'r str]) -> Self {
        let mut named = Vec::new();
        for name in names {
            let mut parts = name.split(';');
            let Some(attr) = parts.next().and_then(AttrId::find) else { continue };
            let range = parts.find_map(|p| {
                p.get(..6).filter(|r| r.eq_ignore_ascii_case("range="))?;
                let (from, to) = p[6..].split_once('-')?;
                Some((from.parse().ok()?, if to == "*" { None } else { Some(to.parse().ok()?) }))
            });
            if named.iter().all(|(a, _)| *a != attr) {
                named.push((attr, range));
            }
        }
        Self { all: names.is_empty() || names.contains(&"*"), named, _names: names }
    }
}

/// From which value to which; `None` for the last.
type Range = (usize, Option<usize>);

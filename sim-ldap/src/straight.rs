//! Fields of objects, handed on as they stand: what every entry of a large answer has, without a value made of it first. What they
//! hold is defined by [`View::values_of`]; a test compares the two.

use crate::entry::{CONFLICT, DELETED, Entry, MUST_CHANGE};
use crate::filetime::{file_time, generalized};
use crate::schema::{AttrId, Store as Where, attr, family};
use crate::shape::ShapeId;
use crate::shown::Sink;
use crate::view::View;
use sim_core::{Id, SimTime};
use std::sync::LazyLock;

/// The attributes that are fields, in the order of the table.
static FIELDS: LazyLock<Vec<AttrId>> =
    LazyLock::new(|| AttrId::all().filter(|a| a.get().store == Where::Field).collect());

/// What is made once for many entries of an answer, and memory that they share.
#[derive(Default)]
pub(crate) struct Scratch {
    text: String,
    octets: Vec<u8>,
    time: Option<(SimTime, String)>,
    /// The fields and the attributes of a shape, in order.
    of_shape: Option<(ShapeId, Vec<AttrId>)>,
    present: Vec<AttrId>,
}

impl Scratch {
    fn time(&mut self, at: SimTime) -> &[u8] {
        match &self.time {
            Some((known, _)) if *known == at => {}
            _ => self.time = Some((at, generalized(at))),
        }
        self.time.as_ref().map_or(&[], |(_, text)| text.as_bytes())
    }

    /// Gives the list of [`View::take_present`] back.
    pub(crate) fn put_back(&mut self, present: Vec<AttrId>) {
        self.present = present;
    }
}

/// The digits of a number, within these octets.
pub(crate) fn digits(n: i64, octets: &mut [u8; 20]) -> &[u8] {
    let (mut rest, mut at) = (n.unsigned_abs(), octets.len());
    loop {
        at -= 1;
        octets[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        octets[at] = b'-';
    }
    &octets[at..]
}

impl View<'_> {
    /// The attributes that an object may have values of, in the order of the table; those made on request not.
    pub(crate) fn take_present(&self, id: Id<Entry>, entry: &Entry, scratch: &mut Scratch) -> Vec<AttrId> {
        let store = &self.forest.store;
        if !self.is_plain() || store.has_links(id) {
            return self.present(id, entry);
        }
        if scratch.of_shape.as_ref().is_none_or(|(shape, _)| *shape != entry.shape) {
            let mut all: Vec<AttrId> = store.shapes.get(entry.shape).iter().map(|(a, _)| *a).collect();
            all.extend_from_slice(&FIELDS);
            all.sort_unstable();
            all.dedup();
            scratch.of_shape = Some((entry.shape, all));
        }
        let mut present = std::mem::take(&mut scratch.present);
        present.clear();
        let shared = scratch.of_shape.as_ref().map_or(&[][..], |(_, all)| all);
        let own = entry.extra.as_ref().map_or(&[][..], |e| &e.overrides);
        let mut own = own.iter().map(|(a, _)| *a).peekable();
        for attr in shared {
            while let Some(before) = own.next_if(|a| a < attr) {
                present.push(before);
            }
            own.next_if(|a| a == attr);
            present.push(*attr);
        }
        present.extend(own);
        present
    }

    /// Hands on a field that needs no value made of it; `false` if it is none of these.
    pub(crate) fn put_field(
        &self,
        id: Id<Entry>,
        entry: &Entry,
        attr: AttrId,
        scratch: &mut Scratch,
        sink: &mut impl Sink,
    ) -> bool {
        let store = &self.forest.store;
        let renamed = entry.flags & (DELETED | CONFLICT) != 0;
        let mut number = [0; 20];
        match attr {
            attr::OBJECT_CLASS => {
                let mut names = [""; 16];
                let mut n = 0;
                for (place, class) in names.iter_mut().zip(entry.class.chain()) {
                    (*place, n) = (class.name(), n + 1);
                }
                sink.attribute(attr.name().into());
                names[..n].iter().rev().for_each(|name| sink.value(&[name.as_bytes()]));
            }
            attr::OBJECT_CATEGORY => {
                let class = entry.class.category().get().cn;
                sink.one(attr, &[b"CN=", class.as_bytes(), b",", self.schema_dn().as_bytes()]);
            }
            attr::OBJECT_GUID => sink.one(attr, &[&store.guid(entry).to_bytes_le()]),
            attr::OBJECT_SID => {
                if let Some(sid) = self.sid_of(id, entry) {
                    scratch.octets.clear();
                    sid.write(&mut scratch.octets);
                    sink.one(attr, &[&scratch.octets]);
                }
            }
            attr::DISTINGUISHED_NAME => {
                scratch.text.clear();
                self.write_dn(id, &mut scratch.text);
                sink.one(attr, &[scratch.text.as_bytes()]);
            }
            attr::NAME if !renamed => sink.one(attr, &[self.cx.names.get(entry.rdn).as_bytes()]),
            attr::CN | attr::OU_NAME | attr::DC if !renamed && entry.class.get().rdn == attr => {
                sink.one(attr, &[self.cx.names.get(entry.rdn).as_bytes()]);
            }
            attr::INSTANCE_TYPE if !store.is_head(id, entry) => sink.one(attr, &[b"4"]),
            attr::WHEN_CREATED => sink.one(attr, &[scratch.time(entry.created())]),
            attr::WHEN_CHANGED => sink.one(attr, &[scratch.time(entry.changed())]),
            attr::USN_CREATED => sink.one(attr, &[digits(entry.usn_created.into(), &mut number)]),
            attr::USN_CHANGED => sink.one(attr, &[digits(entry.usn_changed.into(), &mut number)]),
            attr::DS_CORE_PROPAGATION => sink.one(attr, &[b"16010101000000.0Z"]),
            attr::PWD_LAST_SET if entry.class.get().families & family::USER != 0 && !entry.is_deleted() => {
                let at = entry.password_set().filter(|_| !entry.is(MUST_CHANGE)).map_or(0, file_time);
                sink.one(attr, &[digits(at, &mut number)]);
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::SearchEntry;
    use crate::{DomainSpec, Forest, ForestKnobs, ForestSpec};
    use sim_core::Cx;
    use sim_core::schedule::QueueKind;
    use sim_core::trace::Keep;

    #[test]
    fn numbers_are_printed() {
        for n in [0, 7, 10, -1, i64::MAX, i64::MIN] {
            assert_eq!(digits(n, &mut [0; 20]), n.to_string().as_bytes());
        }
    }

    #[test]
    fn fields_hold_what_their_values_say() {
        let start = "2022-11-17T08:00:00Z".parse().expect("a time");
        let mut cx = Cx::new(start, 1, Keep::All, QueueKind::Heap);
        let domain = DomainSpec { dns: "corp.contoso.com".into(), ..Default::default() };
        let spec = ForestSpec { domains: vec![domain], ..Default::default() };
        let forest = Forest::new(&spec, ForestKnobs::default(), &mut cx).expect("a forest");
        let view = View::unmasked(&forest, &cx);
        let (mut scratch, mut straight) = (Scratch::default(), 0);
        for (id, entry) in forest.store.rows.iter() {
            let present = view.take_present(id, entry, &mut scratch);
            assert_eq!(present, view.present(id, entry));
            for attr in present {
                let mut out = vec![SearchEntry { id: Some(id), dn: String::new(), attributes: Vec::new() }];
                if !view.put_field(id, entry, attr, &mut scratch, &mut out) {
                    continue;
                }
                let values: Vec<_> = view.values_of(id, entry, attr).iter().map(|v| view.to_wire(v)).collect();
                assert_eq!(out[0].values(attr.name()), values, "{} of {}", attr.name(), view.dn(id));
                straight += 1;
            }
        }
        assert!(straight > 1000);
    }
}

//! Searches whose whole list has to be there before the first entry is sent: sorted, parts of lists (VLV), values of an attribute
//! as bases (ASQ), and searches over all naming contexts.

use super::controls::{ASQ, PAGED, SORTED, Sort, VLV_ANSWER, Vlv, VlvTarget};
use super::search::{Asked, Said, paged_value};
use super::wire::{self, Answer, ber};
use crate::error::Refusal;
use crate::schema::{AttrId, Syntax};
use crate::search::{Scope, SearchEntry};
use crate::value::Value;
use std::cmp::Ordering;

/// The longest list (MS-ADTS 3.1.1.3.4.6, MaxResultSetSize counts octets; our choice is entries).
const LONGEST: u32 = 262_144;

pub(super) fn answer(asked: &Asked<'_>, said: &mut Said, out: &mut Vec<u8>) -> Result<Answer, Answer> {
    let controls = asked.controls;
    if controls.vlv.is_some() && controls.sort.is_none() {
        return Err(Answer::ldap(60, 0x57, 0x0C09_0F0E, "Sort control missing", 0));
    }
    let (mut entries, references) = collect(asked, said)?;
    let mut sort_failed = false;
    if let Some(sort) = &controls.sort {
        let code = order(asked, sort, &mut entries);
        said.push((SORTED, enumerated(code)));
        sort_failed = code != 0 && sort.critical;
    }
    if sort_failed {
        return Ok(Answer::ldap(12, 0x57, 0x0C09_0F0E, "Error processing control", 0));
    }
    let page = asked.view.forest.knobs().max_page_size as usize;
    let limit = match asked.search.size_limit {
        0 => page,
        n => page.min(n as usize),
    };
    let mut from = 0;
    let mut count = limit;
    let mut code = 0;
    if let (Some(vlv), Some(sort)) = (&controls.vlv, &controls.sort) {
        let (start, end, position) = window(asked, vlv, sort, &entries);
        said.push((VLV_ANSWER, vlv_value(position, entries.len())));
        (from, count) = (start, (end - start).min(limit));
    } else if let Some(paged) = &controls.paged {
        if !paged.cookie.is_empty() {
            from = (asked.position(&paged.cookie)? as usize).min(entries.len());
        }
        count = (paged.size as usize).min(limit);
        let next = from + count;
        let more = next < entries.len() && (count > 0 || paged.cookie.is_empty());
        let cookie = if more { asked.cookie(next as u32) } else { Vec::new() };
        said.push((PAGED, paged_value(entries.len() as u32, &cookie)));
    } else if entries.len() > limit {
        code = 4;
    }
    entries.iter().skip(from).take(count).for_each(|entry| asked.entry(entry, out));
    if !controls.domain_scope && from == 0 {
        references.iter().for_each(|url| wire::reference(out, asked.message, url));
    }
    Ok(Answer::code(code))
}

/// All entries, over one base, the values of an attribute, or the naming contexts.
fn collect(asked: &Asked<'_>, said: &mut Said) -> Result<(Vec<SearchEntry>, Vec<String>), Answer> {
    let (search, controls, view) = (asked.search, asked.controls, &asked.view);
    let attributes: Vec<&str> = search.attributes.iter().map(String::as_str).collect();
    let mut bases = vec![search.base.clone()];
    let mut scope = search.scope;
    if let Some(source) = &controls.asq {
        if scope != Scope::Base {
            return Err(Refusal::unwilling(0x2035, 0x0315_0A0D, &crate::kinds::WHY_SCHEMA).into());
        }
        let attr = AttrId::find(source).filter(|a| a.get().syntax == Syntax::Dn);
        said.push((ASQ, enumerated(if attr.is_some() { 0 } else { 21 })));
        let head = view.read(asked.who, &search.base, &[source])?;
        let names = head.values(source).iter().filter_map(|v| String::from_utf8(v.clone()).ok());
        bases = if attr.is_some() { names.collect() } else { Vec::new() };
    } else if controls.phantom_root && scope != Scope::Base {
        bases = spanned(asked)?;
        scope = Scope::Subtree;
    }
    let (mut entries, mut references) = (Vec::new(), Vec::new());
    for base in &bases {
        let mut request = asked.request(base, scope, &attributes);
        request.most = Some(LONGEST - entries.len() as u32);
        match view.search(asked.who, &request) {
            Ok(found) => {
                entries.extend(found.entries);
                references.extend(found.references);
            }
            // Whoever is named by a value need not be here.
            Err(_) if controls.asq.is_some() => {}
            Err(refusal) => return Err(refusal.into()),
        }
        if entries.len() >= LONGEST as usize {
            break;
        }
    }
    if controls.phantom_root {
        references.clear();
    }
    Ok((entries, references))
}

/// The base and the heads of the naming contexts below it that this controller holds.
fn spanned(asked: &Asked<'_>) -> Result<Vec<String>, Answer> {
    let base = asked.search.base.trim();
    let contexts = asked.view.forest.contexts();
    let held = (0..contexts.len()).filter(|nc| asked.view.holds(*nc)).map(|nc| &contexts[nc]);
    if base.is_empty() {
        return Ok(held.map(|c| c.text.clone()).collect());
    }
    let top = asked.view.dn(asked.view.find_text(base)?);
    let parsed: crate::Dn = top.parse().map_err(|_| Refusal::bad_name(base))?;
    let below = held.filter(|c| c.dn != parsed && c.dn.is_within(&parsed)).map(|c| c.text.clone());
    Ok(std::iter::once(top.clone()).chain(below).collect())
}

/// Sorts by the first key; the code of the response.
fn order(asked: &Asked<'_>, sort: &Sort, entries: &mut [SearchEntry]) -> u8 {
    let Some(attr) = AttrId::find(&sort.attr) else { return 16 };
    if sort.keys > 1 {
        return 53;
    }
    if sort.rule.as_ref().is_some_and(|r| !r.starts_with("1.2.840.113556.1.4.1") && !r.starts_with("2.5.13.")) {
        return 18;
    }
    let key = |e: &SearchEntry| e.id.and_then(|id| asked.view.values(id, attr).into_iter().next());
    entries.sort_by_cached_key(|e| Sorted { value: key(e), reverse: sort.reverse });
    0
}

/// A value in its place: those that are missing come last, in either direction (RFC 2891).
struct Sorted {
    value: Option<Value>,
    reverse: bool,
}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (Some(a), Some(b)) => {
                let order = a.order(b).unwrap_or(Ordering::Equal);
                if self.reverse { order.reverse() } else { order }
            }
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
}
impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Sorted {}

/// The part that is asked for: first, behind the last, and the position of the target from 1.
fn window(asked: &Asked<'_>, vlv: &Vlv, sort: &Sort, entries: &[SearchEntry]) -> (usize, usize, usize) {
    let n = entries.len();
    let at = match &vlv.target {
        // An offset within a count that the client guessed is taken in proportion.
        VlvTarget::Offset { offset, count } => match (*offset as usize, *count as usize) {
            (offset, 0) => offset.saturating_sub(1),
            (offset, count) if offset >= count => n.saturating_sub(1),
            (offset, count) => offset.saturating_sub(1) * n / count,
        },
        VlvTarget::NotLess(octets) => {
            let attr = AttrId::find(&sort.attr);
            let least = attr.and_then(|a| Value::parse_assertion(a, octets));
            let least = Sorted { value: least, reverse: sort.reverse };
            let value =
                |e: &SearchEntry| attr.zip(e.id).and_then(|(a, id)| asked.view.values(id, a).into_iter().next());
            entries.partition_point(|e| Sorted { value: value(e), reverse: sort.reverse } < least)
        }
    };
    let at = at.min(n);
    let end = at.saturating_add(vlv.after as usize).saturating_add(1).min(n);
    (at.saturating_sub(vlv.before as usize), end.max(at), at + 1)
}

fn vlv_value(position: usize, count: usize) -> Vec<u8> {
    let mut value = Vec::new();
    let at = ber::open(&mut value, 0x30);
    ber::put_int(&mut value, 0x02, position as i64);
    ber::put_int(&mut value, 0x02, count as i64);
    ber::put_int(&mut value, 0x0a, 0);
    ber::close(&mut value, at);
    value
}

/// A sequence of one code.
fn enumerated(code: u8) -> Vec<u8> {
    vec![0x30, 3, 0x0a, 1, code]
}

//! Answers to searches: entries, references, and the controls that say how much of them (MS-ADTS 3.1.1.3.4).

use super::controls::{Controls, PAGED, Paged};
use super::wire::{self, Answer, Search, ber, tag};
use super::{cldap, dirsync, listing};
use crate::error::{Refusal, ResultCode, win32};
use crate::schema::{AttrId, Syntax};
use crate::search::{Scope, SearchEntry, SearchRequest};
use crate::shown::Known;
use crate::view::View;
use crate::{Controller, Entry, Principal, kinds};
use sim_core::Id;
use sim_core::chance::{hash_text, mix};
use std::net::Ipv4Addr;

/// Response controls: OID and encoded value.
pub(super) type Said = Vec<(&'static str, Vec<u8>)>;

/// One search to be answered.
pub(super) struct Asked<'a> {
    pub(super) view: View<'a>,
    pub(super) dc: Id<Controller>,
    pub(super) client: Ipv4Addr,
    pub(super) who: &'a Principal,
    pub(super) message: i32,
    pub(super) search: &'a Search,
    pub(super) controls: &'a Controls,
}

impl Asked<'_> {
    /// Writes the answer. What is found out about the asker's rights is kept.
    pub(super) fn answer(&self, known: &mut Known, out: &mut Vec<u8>) {
        let start = out.len();
        let mut said = Said::new();
        let answer = self.run(&mut said, known, out).unwrap_or_else(|answer| {
            // What was found before the mistake is not shown.
            out.truncate(start);
            answer
        });
        wire::result(out, self.message, tag::SEARCH, &answer, &said, |_| ());
    }

    fn run(&self, said: &mut Said, known: &mut Known, out: &mut Vec<u8>) -> Result<Answer, Answer> {
        let (search, controls) = (self.search, self.controls);
        if search.base.trim().is_empty() && search.scope == Scope::Base {
            cldap::root(&self.view, self.dc, self.client, self.message, search, out);
            return Ok(Answer::success());
        }
        if self.who.is_anonymous() {
            return Err(Refusal::bind_first().into());
        }
        if let Some(control) = &controls.dirsync {
            return dirsync::answer(self, control, said, out);
        }
        if controls.sort.is_some() || controls.vlv.is_some() || controls.asq.is_some() || controls.phantom_root {
            return listing::answer(self, said, out);
        }
        let attributes: Vec<&str> = search.attributes.iter().map(String::as_str).collect();
        let mut request = self.request(&search.base, search.scope, &attributes);
        request.size_limit = search.size_limit;
        if let Some(page) = &controls.paged {
            if !self.begins(page, &mut request)? {
                said.push((PAGED, paged_value(0, b"")));
                return Ok(Answer::success());
            }
            request.size_limit = match search.size_limit {
                0 => page.size,
                n => n.min(page.size),
            };
        }
        let found = if controls.extended_dn.is_some() {
            let mut entries = Vec::new();
            let told = self.view.search_into(self.who, &request, known, &mut entries)?;
            entries.iter().for_each(|entry| self.entry(entry, out));
            told
        } else {
            self.view.search_into(self.who, &request, known, &mut wire::Entries::new(out, self.message))?
        };
        if !controls.domain_scope {
            found.references.iter().for_each(|url| wire::reference(out, self.message, url));
        }
        let Some(page) = &controls.paged else { return Ok(Answer::code(found.code as u8)) };
        let cut = search.size_limit != 0 && search.size_limit < page.size && found.next.is_some();
        let next = found.next.map(|id| self.cookie(id.row())).unwrap_or_default();
        said.push((PAGED, paged_value(0, &next)));
        Ok(Answer::code(if cut { ResultCode::SizeLimitExceeded as u8 } else { 0 }))
    }

    /// A request with what the controls say.
    pub(super) fn request<'r>(&'r self, base: &'r str, scope: Scope, attributes: &'r [&'r str]) -> SearchRequest<'r> {
        let mut request = SearchRequest::new(base, scope, &self.search.filter, attributes);
        request.deleted = self.controls.deleted;
        request.sd_flags = self.controls.sd_flags;
        request.types_only = self.search.types_only;
        request
    }

    /// Sets where a page begins; false where the client gives up.
    fn begins(&self, page: &Paged, request: &mut SearchRequest<'_>) -> Result<bool, Answer> {
        if !page.cookie.is_empty() {
            request.after = Some(Id::new(self.position(&page.cookie)?));
        }
        Ok(page.size > 0 || page.cookie.is_empty())
    }

    /// A cookie: a position, and what it belongs to, so that nothing has to be kept for pages that are never fetched.
    pub(super) fn cookie(&self, position: u32) -> Vec<u8> {
        let mut cookie = position.to_le_bytes().to_vec();
        cookie.extend_from_slice(&self.fingerprint().to_le_bytes());
        cookie
    }

    /// The position of a cookie of this very search.
    pub(super) fn position(&self, cookie: &[u8]) -> Result<u32, Answer> {
        let parts = cookie.split_first_chunk::<4>();
        match parts {
            Some((position, rest)) if rest == self.fingerprint().to_le_bytes() => Ok(u32::from_le_bytes(*position)),
            _ => Err(Refusal::unwilling(win32::UNWILLING, 0x0315_0A0D, &kinds::WHY_SCHEMA).into()),
        }
    }

    fn fingerprint(&self) -> u64 {
        let search = self.search;
        let names = search.attributes.iter().fold(search.scope as u64, |h, a| mix(h, hash_text(a)));
        mix(mix(hash_text(&search.base), names), hash_text(&search.filter.to_string()))
    }

    /// Writes an entry, with extended names if they are asked for.
    pub(super) fn entry(&self, entry: &SearchEntry, out: &mut Vec<u8>) {
        let Some(as_text) = self.controls.extended_dn else {
            return wire::entry(out, self.message, &entry.dn, &entry.attributes);
        };
        let is_name = |name: &str| {
            let attr = AttrId::find(name.split(';').next().unwrap_or(name));
            attr.is_some_and(|a| a.get().syntax == Syntax::Dn)
        };
        let mut attributes = entry.attributes.clone();
        for (name, values) in &mut attributes {
            if is_name(name) {
                values.iter_mut().for_each(|v| self.extend(v, as_text));
            }
        }
        let dn = entry.id.map_or_else(|| entry.dn.clone(), |id| self.extended(id, &entry.dn, as_text));
        wire::entry(out, self.message, &dn, &attributes);
    }

    fn extend(&self, value: &mut Vec<u8>, as_text: bool) {
        if let Ok(dn) = std::str::from_utf8(value)
            && let Ok(id) = self.view.find_text(dn)
        {
            *value = self.extended(id, dn, as_text).into_bytes();
        }
    }

    /// `<GUID=…>;<SID=…>;CN=…` (MS-ADTS 3.1.1.3.4.1.5).
    fn extended(&self, id: Id<Entry>, dn: &str, as_text: bool) -> String {
        let hex = |octets: &[u8]| octets.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let guid = self.view.guid(id);
        let guid = if as_text { guid.to_string() } else { hex(&guid.to_bytes_le()) };
        match self.view.sid(id) {
            Some(sid) if as_text => format!("<GUID={guid}>;<SID={sid}>;{dn}"),
            Some(sid) => format!("<GUID={guid}>;<SID={}>;{dn}", hex(&sid.to_bytes())),
            None => format!("<GUID={guid}>;{dn}"),
        }
    }
}

/// The value of the response to a page.
pub(super) fn paged_value(size: u32, cookie: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    let at = ber::open(&mut value, 0x30);
    ber::put_int(&mut value, 0x02, i64::from(size));
    ber::put(&mut value, 0x04, cookie);
    ber::close(&mut value, at);
    value
}

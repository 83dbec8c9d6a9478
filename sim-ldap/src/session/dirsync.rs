//! What has changed since the last time (MS-ADTS 3.1.1.3.4.1.3).
//!
//! Stamps are kept by object and not by attribute, so a changed object comes with all the attributes that are asked for.

use super::controls::{DIRSYNC, DirSync};
use super::search::{Asked, Said};
use super::wire::{Answer, ber};
use crate::error::{Refusal, win32};
use crate::kinds;
use crate::rights::extended;
use crate::sd::check::Ask;
use crate::sd::right;
use crate::search::{Scope, SearchEntry};

/// The client sees what it may read instead of needing the right to everything.
const OBJECT_SECURITY: i64 = 1;
const MAGIC: &[u8; 8] = b"MSDS\x03\0\0\0";
/// How many objects one answer holds (our choice).
const PAGE: usize = 1000;

pub(super) fn answer(
    asked: &Asked<'_>,
    control: &DirSync,
    said: &mut Said,
    out: &mut Vec<u8>,
) -> Result<Answer, Answer> {
    let (view, search) = (&asked.view, asked.search);
    let head = view.find_text(&search.base)?;
    let is_head = view.row(head).is_some_and(|e| view.forest.store.is_head(head, &e));
    if !is_head || search.scope != Scope::Subtree {
        return Err(Refusal::unwilling(win32::UNWILLING, 0x0315_0A0D, &kinds::WHY_SCHEMA).into());
    }
    let own = control.flags & OBJECT_SECURITY != 0;
    if !own && !view.may(asked.who, head, Ask::about(right::CONTROL, extended::GET_CHANGES)) {
        return Err(Refusal::access(0x2105, 0x0315_21A3, &kinds::WHY_NO_WRITE_RIGHT).into());
    }
    let system = view.forest.system();
    let who = if own { asked.who } else { &system };
    let since = position(&control.cookie)?;
    let mut names: Vec<&str> = search.attributes.iter().map(String::as_str).collect();
    let everything = names.is_empty() || names.contains(&"*");
    let asked_for = names.len();
    names.extend(["objectGUID", "instanceType", "isDeleted", "uSNChanged"]);
    let mut request = asked.request(&search.base, Scope::Subtree, if everything { &[] } else { &names });
    request.deleted = true;
    request.most = Some(u32::MAX);
    let changed = |e: &SearchEntry| e.text("uSNChanged").and_then(|t| t.parse::<u64>().ok()).unwrap_or(0);
    let mut entries = view.search(who, &request)?.entries;
    entries.retain(|e| changed(e) > since);
    entries.sort_by_key(changed);
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = match entries.last() {
        Some(last) if more => changed(last),
        _ => view.high_water().max(since),
    };
    let hidden = |name: &str| name == "uSNChanged" && !names[..asked_for].iter().any(|n| n.eq_ignore_ascii_case(name));
    for entry in &mut entries {
        let rdn = entry.id.and_then(|id| view.row(id)).map(|e| e.class.get().rdn.name());
        let says = |name: &str| {
            everything || names[..asked_for].iter().any(|n| n.eq_ignore_ascii_case(name) && Some(name) != rdn)
        };
        let is_gone = !entry.values("isDeleted").is_empty();
        if is_gone || entry.attributes.iter().any(|(n, _)| says(n)) {
            entry.attributes.retain(|(n, _)| everything || !hidden(n));
            asked.entry(entry, out);
        }
    }
    said.push((DIRSYNC, value(more, next)));
    Ok(Answer::success())
}

fn position(cookie: &[u8]) -> Result<u64, Answer> {
    if cookie.is_empty() {
        return Ok(0);
    }
    let usn = cookie.strip_prefix(MAGIC).and_then(|usn| usn.try_into().ok()).map(u64::from_le_bytes);
    usn.ok_or_else(|| Refusal::unwilling(win32::UNWILLING, 0x0315_0A0D, &kinds::WHY_SCHEMA).into())
}

fn value(more: bool, next: u64) -> Vec<u8> {
    let mut cookie = MAGIC.to_vec();
    cookie.extend_from_slice(&next.to_le_bytes());
    let mut value = Vec::new();
    let at = ber::open(&mut value, 0x30);
    ber::put_int(&mut value, 0x02, i64::from(more));
    ber::put_int(&mut value, 0x02, 0);
    ber::put(&mut value, 0x04, &cookie);
    ber::close(&mut value, at);
    value
}

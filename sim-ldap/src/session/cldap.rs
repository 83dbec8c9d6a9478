//! The LDAP ping: one datagram asks for `Netlogon` of the root DSE, one answers (MS-ADTS 6.3.3).

use super::Limits;
use super::wire::{self, Answer, Decoded, Op, Search, tag};
use crate::constructed::uac;
use crate::error::Refusal;
use crate::schema::attr;
use crate::search::Scope;
use crate::value::Value;
use crate::view::View;
use crate::{Controller, Domain, Filter, Forest, Site};
use sim_core::{Cx, Guid, Id};
use std::net::Ipv4Addr;

mod flags {
    pub(super) const PDC: u32 = 0x1;
    pub(super) const GC: u32 = 0x4;
    pub(super) const LDAP: u32 = 0x8;
    pub(super) const DS: u32 = 0x10;
    pub(super) const KDC: u32 = 0x20;
    pub(super) const TIMESERV: u32 = 0x40;
    pub(super) const CLOSEST: u32 = 0x80;
    pub(super) const WRITABLE: u32 = 0x100;
    pub(super) const GOOD_TIMESERV: u32 = 0x200;
    pub(super) const READ_ONLY: u32 = 0x800;
    pub(super) const FULL_SECRET: u32 = 0x1000;
    pub(super) const WEB_SERVICE: u32 = 0x2000;
    pub(super) const DS_8: u32 = 0x4000;
    pub(super) const DS_9: u32 = 0x8000;
    pub(super) const DS_10: u32 = 0x1_0000;
}

const FOUND: u16 = 23;
const NO_SUCH_USER: u16 = 25;
const V5EX: u32 = 0x4;
const V5EX_WITH_IP: u32 = 0x8;
const V5EX_WITH_CLOSEST_SITE: u32 = 0x10;

/// Answers a datagram. Nothing is written for what is no request, and for requests that only a connection may make.
pub fn cldap(datagram: &[u8], dc: Id<Controller>, client: Ipv4Addr, forest: &Forest, cx: &Cx, out: &mut Vec<u8>) {
    let limits = Limits::default();
    if datagram.len() > limits.datagram {
        return;
    }
    let Decoded::Request { id, op, .. } = wire::decode(datagram, limits.depth) else { return };
    let Op::Search(search) = op else { return };
    let view = forest.view(dc, cx);
    if !search.base.trim().is_empty() || search.scope != Scope::Base {
        wire::result(out, id, tag::SEARCH, &Refusal::bind_first().into(), &[], |_| ());
        return;
    }
    root(&view, dc, client, id, &search, out);
    wire::result(out, id, tag::SEARCH, &Answer::success(), &[], |_| ());
}

/// Writes the root DSE, or the answer to a ping, which may also come over a connection (MS-ADTS 6.3.3).
pub(super) fn root(view: &View<'_>, dc: Id<Controller>, client: Ipv4Addr, id: i32, search: &Search, out: &mut Vec<u8>) {
    if !search.attributes.iter().any(|a| a.eq_ignore_ascii_case("netlogon")) {
        wire::entry(out, id, "", &view.root_dse_for(&search.attributes));
    } else if let Some(blob) = ping(view, dc, client, search) {
        wire::entry(out, id, "", &[("netlogon", vec![blob])]);
    }
}

/// What the filter of a ping says: a list of equalities.
fn said<'f>(filter: &'f Filter, name: &str) -> Option<&'f [u8]> {
    match filter {
        Filter::And(all) => all.iter().find_map(|f| said(f, name)),
        Filter::Equal(attr, value) if attr.eq_ignore_ascii_case(name) => Some(value),
        _ => None,
    }
}

fn ping(view: &View<'_>, dc: Id<Controller>, client: Ipv4Addr, search: &Search) -> Option<Vec<u8>> {
    let forest = view.forest;
    let text = |name| said(&search.filter, name).and_then(|v| std::str::from_utf8(v).ok());
    let controller = forest.controller(dc);
    let domain_id = controller.domain;
    let domain = forest.domain(domain_id);
    // A controller answers for its own domain; the forest's name means the root.
    if let Some(name) = text("DnsDomain")
        && forest.find_domain(name) != Some(domain_id)
    {
        return None;
    }
    let guid = domain_guid(view, domain_id);
    if let Some(wanted) = said(&search.filter, "DomainGuid")
        && wanted != guid.to_bytes_le()
    {
        return None;
    }
    if let Some(wanted) = said(&search.filter, "DomainSid")
        && wanted != domain.sid.to_bytes()
    {
        return None;
    }
    let version = said(&search.filter, "NtVer").and_then(|v| v.try_into().ok()).map_or(0, u32::from_le_bytes);
    let user = text("User").filter(|u| !u.is_empty());
    let known = user.is_none_or(|user| {
        let wanted = said(&search.filter, "AAC").and_then(|v| v.try_into().ok()).map_or(u32::MAX, u32::from_le_bytes);
        view.account(domain_id, user).is_some_and(|id| account_fits(view, id, wanted))
    });
    let own_site = controller.site;
    let client_site = forest.site_of(client).or_else(|| only_site(forest));
    let mut out = Vec::with_capacity(160);
    let opcode = if known { FOUND } else { NO_SUCH_USER };
    out.extend_from_slice(&opcode.to_le_bytes());
    if version & (V5EX | V5EX_WITH_IP | V5EX_WITH_CLOSEST_SITE) == 0 {
        short(view, domain, controller, user, version, known, &mut out);
        return Some(out);
    }
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&locator_flags(forest, dc, client_site == Some(own_site)).to_le_bytes());
    out.extend_from_slice(&guid.to_bytes_le());
    let mut names = Names::default();
    names.put(&mut out, &forest.root().dns);
    names.put(&mut out, &domain.dns);
    names.put(&mut out, view.cx.names.get(controller.dns));
    names.put_label(&mut out, &domain.netbios);
    names.put_label(&mut out, &view.cx.names.get(controller.name).to_uppercase());
    names.put_label(&mut out, user.unwrap_or_default());
    let site_name = |id: Id<Site>| {
        let mut all = forest.sites();
        all.find(|(i, _)| *i == id).map_or("", |(_, s)| view.cx.names.get(s.name))
    };
    names.put_label(&mut out, site_name(own_site));
    names.put_label(&mut out, client_site.map_or("", site_name));
    let mut echoed = 1 | V5EX;
    if version & V5EX_WITH_CLOSEST_SITE != 0 {
        echoed |= V5EX_WITH_CLOSEST_SITE;
        names.put_label(&mut out, "");
    }
    out.extend_from_slice(&echoed.to_le_bytes());
    out.extend_from_slice(&[0xff; 4]);
    Some(out)
}

/// NETLOGON_SAM_LOGON_RESPONSE_NT40: names in UTF-16 (MS-ADTS 6.3.1.7).
fn short(
    view: &View<'_>,
    domain: &Domain,
    controller: &Controller,
    user: Option<&str>,
    version: u32,
    known: bool,
    out: &mut Vec<u8>,
) {
    out.clear();
    out.extend_from_slice(&(if known { 19u16 } else { 21 }).to_le_bytes());
    let host = format!("\\\\{}", view.cx.names.get(controller.name).to_uppercase());
    for text in [host.as_str(), user.unwrap_or_default(), &domain.netbios] {
        out.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    }
    out.extend_from_slice(&(version & 3 | 1).to_le_bytes());
    out.extend_from_slice(&[0xff; 4]);
}

fn domain_guid(view: &View<'_>, domain: Id<Domain>) -> Guid {
    let context = &view.forest.contexts()[usize::from(view.forest.domain(domain).nc)];
    context.head.get().map_or(Guid::NIL, |head| view.guid(head))
}

/// Without subnets there is one place to be.
fn only_site(forest: &Forest) -> Option<Id<Site>> {
    let mut sites = forest.sites();
    let first = sites.next().map(|(id, _)| id);
    if sites.next().is_some() { None } else { first }
}

/// The allowable account controls of the client and what the account is (MS-ADTS 6.3.3.2).
fn account_fits(view: &View<'_>, id: Id<crate::Entry>, wanted: u32) -> bool {
    let bits = view.values(id, attr::USER_ACCOUNT_CONTROL).first().and_then(Value::as_int).unwrap_or(0);
    let kind = match bits {
        b if b & uac::SERVER != 0 => 0x100,
        b if b & uac::WORKSTATION != 0 => 0x80,
        b if b & uac::INTERDOMAIN_TRUST != 0 => 0x40,
        _ => 0x10,
    };
    bits & uac::DISABLED == 0 && (wanted & 0x1d0 == 0 || wanted & kind != 0)
}

/// What a controller is, as the locator tells clients (`DS_…_FLAG`); `closest` if it is in the site of who asks.
pub fn locator_flags(forest: &Forest, dc: Id<Controller>, closest: bool) -> u32 {
    let controller = forest.controller(dc);
    let mut all = flags::GC | flags::LDAP | flags::DS | flags::KDC | flags::TIMESERV | flags::WEB_SERVICE;
    all |= flags::DS_8 | flags::DS_9 | flags::DS_10;
    if controller.read_only {
        all |= flags::READ_ONLY;
    } else {
        all |= flags::WRITABLE | flags::FULL_SECRET | flags::GOOD_TIMESERV;
    }
    if forest.writable(controller.domain) == Some(dc) {
        all |= flags::PDC;
    }
    if closest {
        all |= flags::CLOSEST;
    }
    all
}

/// Names as DNS compresses them: a tail that was written before is a pointer to it (RFC 1035 4.1.4).
#[derive(Default)]
struct Names(Vec<(String, usize)>);

impl Names {
    fn put(&mut self, out: &mut Vec<u8>, name: &str) {
        let mut rest = name;
        while !rest.is_empty() {
            let folded = rest.to_ascii_lowercase();
            if let Some((_, at)) = self.0.iter().find(|(known, _)| *known == folded) {
                out.extend_from_slice(&(0xc000 | *at as u16).to_be_bytes());
                return;
            }
            self.0.push((folded, out.len()));
            let (label, later) = rest.split_once('.').unwrap_or((rest, ""));
            label_octets(out, label);
            rest = later;
        }
        out.push(0);
    }

    /// A name that is one label, dots or not.
    fn put_label(&mut self, out: &mut Vec<u8>, label: &str) {
        if !label.is_empty() {
            label_octets(out, label);
        }
        out.push(0);
    }
}

fn label_octets(out: &mut Vec<u8>, label: &str) {
    let mut n = label.len().min(63);
    while !label.is_char_boundary(n) {
        n -= 1;
    }
    out.push(n as u8);
    out.extend_from_slice(&label.as_bytes()[..n]);
}

//! Checks of what a file says about the directory.

use super::super::document::{Diagnostic, Diagnostics, OneOrMany, Span, Spanned, shown, suggest};
use super::super::model::File;
use super::super::resolve::{Files, Names, refer, unknown};
use super::build;
use super::model::{Controller, Forest, LdapChanges, LdapCheck, Link};
use crate::estate;
use sim_ldap::ldif;
use sim_ldap::schema::AttrId;
use std::collections::BTreeSet;

/// So many mistakes of one LDIF file are told.
const MOST_MISTAKES: usize = 20;

/// The names of controllers and sites, declared or made up.
pub(in super::super) fn declare(file: &File, names: &mut Names) {
    let spec = build::forest_spec(file);
    names.controllers = estate::controller_names(&spec).into_iter().collect();
    names.sites.insert(sim_ldap::DEFAULT_SITE.to_owned());
    names.sites.extend(spec.sites.into_iter().map(|s| s.name));
}

pub(in super::super) fn check(file: &File, names: &Names, files: &mut Files<'_>, out: &mut Diagnostics) {
    if let Err(why) = estate::check_forest(build::forest_spec(file)) {
        // Where no domain is declared, its name comes from a domain join profile or from the tenant.
        let declared = file.forest.iter().flat_map(|f| &f.domains).map(|d| d.name.span);
        let joined = file.tenant.iter().flat_map(|t| &t.domain_join_profiles).map(|p| p.domain.span);
        let verified =
            file.tenant.iter().flat_map(|t| t.domains.iter().map(|d| d.span).chain(t.users.iter().map(|u| u.upn.span)));
        let trusts = file.forest.iter().flat_map(|f| &f.trusts).map(|t| t.with.span);
        let trusts = trusts.filter(|_| matches!(why, sim_ldap::SpecError::Trust(..)));
        let place = trusts.chain(declared).chain(joined).chain(verified).next().unwrap_or(file.scenario.span);
        let message = format!("there can be no such forest: {why}");
        out.report(Diagnostic::error("scenario::forest", place, message).label("here, or in a domain beside it"));
    }
    let Some(forest) = &file.forest else { return };
    check_sites(forest, out);
    for domain in &forest.domains {
        if !domain.name.contains('.') || domain.name.split('.').any(str::is_empty) {
            let message = format!("{} is not the DNS name of a domain", shown(&domain.name));
            out.report(
                Diagnostic::error("scenario::domain_name", domain.name.span, message)
                    .label("expected one such as `corp.contoso.com`"),
            );
        }
        for ou in domain.ous.iter().chain(&domain.redirect_computers) {
            check_dn(ou, out);
        }
        for Controller { site, .. } in domain.controllers.iter().map(|c| &c.value) {
            if let Some(site) = site {
                refer("site", site, &names.sites, names, out);
            }
        }
        for path in &domain.ldif.0 {
            load(path, files, out);
        }
    }
    for link in &forest.replication {
        refer_controller(&link.from, names, out);
        refer_controller(&link.to, names, out);
        if link.from.eq_ignore_ascii_case(&link.to) {
            let message = "a controller does not replicate with itself";
            out.report(Diagnostic::error("scenario::replication", link.to.span, message).label("the same controller"));
        }
    }
}

fn check_sites(forest: &Forest, out: &mut Diagnostics) {
    let mut nets = BTreeSet::new();
    for subnet in forest.sites.iter().flat_map(|s| &s.subnets) {
        let wrong = match estate::check_subnet(subnet) {
            Err(why) => Some(("is not a subnet", why)),
            Ok(()) if !nets.insert(subnet.value.clone()) => {
                Some(("belongs to a site already", "declared before".to_owned()))
            }
            Ok(()) => None,
        };
        if let Some((what, label)) = wrong {
            let message = format!("{} {what}", shown(subnet));
            out.report(Diagnostic::error("scenario::subnet", subnet.span, message).label(label));
        }
    }
}

/// Reads an LDIF file once, and reports what is wrong with it where it is named.
fn load(path: &Spanned<String>, files: &mut Files<'_>, out: &mut Diagnostics) {
    if files.ldifs.contains_key(&path.value) {
        return;
    }
    files.ldifs.insert(path.value.clone(), Vec::new());
    let mut report = |message: String, label: &str| {
        out.report(Diagnostic::error("scenario::ldif_file", path.span, message).label(label));
    };
    let bytes = match (files.read)(path) {
        Ok(bytes) => bytes,
        Err(why) => return report(format!("{}: {why}", path.value), "cannot be read"),
    };
    match ldif::decode(&bytes).map_err(|why| vec![why]).and_then(|text| ldif::parse(&text)) {
        Ok(records) => {
            files.ldifs.insert(path.value.clone(), records);
        }
        Err(wrong) => {
            for why in wrong.iter().take(MOST_MISTAKES) {
                report(format!("{}:{}: {}", path.value, why.line, why.message), "in this file");
            }
            if wrong.len() > MOST_MISTAKES {
                report(format!("{}: {} more mistakes", path.value, wrong.len() - MOST_MISTAKES), "in this file");
            }
        }
    }
}

/// Reports what is no distinguished name.
pub(in super::super) fn check_dn(dn: &Spanned<String>, out: &mut Diagnostics) {
    if let Err(why) = estate::check_dn(dn) {
        let message = format!("{} is not a distinguished name", shown(dn));
        out.report(Diagnostic::error("scenario::distinguished_name", dn.span, message).label(why));
    }
}

pub(in super::super) fn refer_controller(name: &Spanned<String>, names: &Names, out: &mut Diagnostics) {
    if !names.controllers.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        unknown("controller", name, &names.controllers, names, out);
    }
}

pub(in super::super) fn check_link(link: &Link, names: &Names, out: &mut Diagnostics) {
    for name in [Some(&link.from), link.to.as_ref()].into_iter().flatten() {
        refer_controller(name, names, out);
    }
}

pub(in super::super) fn check_search(ldap: &LdapCheck, names: &Names, out: &mut Diagnostics) {
    if let Err(why) = estate::check_base(&ldap.base) {
        let message = format!("{} is not a distinguished name", shown(&ldap.base));
        out.report(Diagnostic::error("scenario::distinguished_name", ldap.base.span, message).label(why));
    }
    if let Err(why) = estate::check_filter(&ldap.filter) {
        let message = format!("{} is not an LDAP filter", shown(&ldap.filter));
        out.report(Diagnostic::error("scenario::ldap_filter", ldap.filter.span, message).label(why));
    }
    if let Some(dc) = &ldap.dc {
        refer_controller(dc, names, out);
    }
    for (name, OneOrMany(values)) in &ldap.has {
        check_attribute(name, out);
        if values.is_empty() {
            let message = format!("no value of `{}` is asked for", name.value);
            let fault = Diagnostic::error("scenario::no_value", name.span, message).label("expected a value");
            out.report(fault.help("`filter: (attribute=*)` finds entries that have any"));
        }
    }
    ldap.absent.0.iter().for_each(|name| check_attribute(name, out));
}

fn check_attribute(name: &Spanned<String>, out: &mut Diagnostics) {
    if AttrId::find(name).is_some() {
        return;
    }
    let help = suggest(name, AttrId::all().map(AttrId::name)).map(|near| format!("did you mean `{near}`?"));
    let message = format!("the schema has no attribute {}", shown(name));
    out.report(Diagnostic::error("scenario::ldap_attribute", name.span, message).label("not known").maybe_help(help));
}

/// The records of a change are read once, here.
pub(in super::super) fn check_changes(
    changes: &Spanned<LdapChanges>,
    names: &Names,
    files: &mut Files<'_>,
    out: &mut Diagnostics,
) {
    if let Some(dc) = &changes.at {
        refer_controller(dc, names, out);
    }
    match (&changes.ldif, &changes.file) {
        (Some(text), None) => check_inline(text, files.text, out),
        (None, Some(path)) => load(path, files, out),
        (None, None) => {
            let message = "nothing is changed";
            let fault = Diagnostic::error("scenario::no_records", changes.span, message);
            out.report(fault.label("this needs `ldif` or `file`"));
        }
        (Some(_), Some(file)) => {
            let message = "change records stand in one place";
            let fault = Diagnostic::error("scenario::records_twice", file.span, message);
            out.report(fault.label("given beside `ldif`").help("leave out one of them"));
        }
    }
}

fn check_inline(records: &Spanned<String>, text: &str, out: &mut Diagnostics) {
    let report = |out: &mut Diagnostics, line: u32, message: String| {
        let help = "a record is `dn: …`, `changetype: add`, `modify`, `delete` or `modrdn`, and its lines; a block of YAML (`ldif: |`) keeps them apart";
        let place = line_within(records, line, text);
        out.report(Diagnostic::error("scenario::ldif", place, message).label("in this record").help(help));
    };
    match ldif::parse(records) {
        Ok(found) if found.is_empty() => report(out, 1, "there is no record in this".into()),
        Ok(_) => {}
        Err(wrong) => {
            for why in wrong.iter().take(MOST_MISTAKES) {
                report(out, why.line, format!("line {} of the LDIF: {}", why.line, why.message));
            }
        }
    }
}

/// The place of a line of a text that stands in the file as a block; else all of the text.
fn line_within(block: &Spanned<String>, line: u32, text: &str) -> Span {
    let nth = line.saturating_sub(1) as usize;
    let raw = block.span.of(text);
    let Some(found) = raw.split('\n').nth(nth) else { return block.span };
    let before: usize = raw.split('\n').take(nth).map(|l| l.len() + 1).sum();
    let (start, content) = (block.span.start + before, found.trim());
    if content.is_empty() || block.lines().nth(nth).map(str::trim) != Some(content) {
        return block.span;
    }
    let start = start + (found.len() - found.trim_start().len());
    Span { start, end: start + content.len() }
}

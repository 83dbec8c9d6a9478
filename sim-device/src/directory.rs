//! What devices, connectors and Entra Connect ask of the directory: each question through a controller, as an account.

use crate::why::Sides;
use sim_core::{Blame, Cx, Evidence, Guid, Id, Key, Sym};
use sim_graph::OdjBlob;
use sim_ldap::kinds::CONTROLLER_DOWN;
use sim_ldap::schema::{attr, class};
use sim_ldap::{Controller, Entry, Forest, JoinInput, Principal, ProvisionOptions, Secret, SystemInfo, View};
use std::fmt::Write as _;

/// What a connector wants created.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Provision {
    /// The server it asks from, for traces.
    pub server: Sym,
    /// The site of that server.
    pub site: Sym,
    /// The DNS name of the domain.
    pub domain: Sym,
    /// The OU as typed; empty for the default container.
    pub ou: Sym,
    /// The computer's name.
    pub name: Sym,
    /// The domain join profile that asks for it.
    pub profile: Sym,
}

/// A computer object as its own machine reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Computer {
    pub object_guid: Guid,
    pub rid: u32,
    pub os_version: Sym,
    dc: Id<Controller>,
    entry: Id<Entry>,
}

/// What Entra Connect makes of a computer that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyncVerdict {
    /// It is in scope and has a registration certificate.
    InScope,
    /// It is not, or is gone.
    Out,
}

/// A computer that changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComputerChange {
    pub verdict: SyncVerdict,
    pub object_guid: Guid,
    pub rid: u32,
    pub domain: Sym,
    pub name: Sym,
    pub os_version: Sym,
}

/// The controller of a domain that a machine at a site finds. Which of several depends on the machine.
fn controller(forest: &Forest, domain: Sym, site: Sym, machine: Sym, cx: &Cx) -> Option<Id<Controller>> {
    let site = forest.find_site(cx.names.get(site), cx);
    let key = Key::of("locator", cx.names.get(machine));
    forest.find_controller(cx.names.get(domain), site, key, cx)
}

/// Whether a machine at this site can find a controller of the domain at all.
pub(crate) fn has_controller(forest: &Forest, domain: Sym, site: Sym, machine: Sym, cx: &Cx) -> bool {
    controller(forest, domain, site, machine, cx).is_some()
}

/// A service signs in with its account, under its server's name. The account signs in to its own domain; a controller of any
/// domain of the forest takes its word.
pub(crate) fn sign_in(forest: &Forest, account: Sym, server: Sym, cx: &Cx) -> Option<Principal> {
    Some(forest.all(cx).principal(cx.names.get(account))?.called(server))
}

/// Creates a computer as `NetProvisionComputerAccount` does; the blob to join with, or the error number.
pub(crate) fn provision(
    forest: &mut Forest,
    who: Option<&Principal>,
    wanted: &Provision,
    cx: &mut Cx,
) -> Result<OdjBlob, u32> {
    const NO_SUCH_DOMAIN: u32 = 1355;
    const ACCESS_DENIED: u32 = 5;
    let Some(dc) = controller(forest, wanted.domain, wanted.site, wanted.server, cx) else {
        why_refused(wanted, Some(JoinInput::Domain), cx);
        return Err(NO_SUCH_DOMAIN);
    };
    let Some(who) = who else {
        why_refused(wanted, None, cx);
        return Err(ACCESS_DENIED);
    };
    let [name, ou, domain] = [wanted.name, wanted.ou, wanted.domain].map(|n| cx.names.get(n).to_owned());
    let ou = Some(ou.as_str()).filter(|ou| !ou.is_empty());
    let options = ProvisionOptions::default();
    match forest.at(dc).provision_computer(who, &domain, ou, &name, options, cx) {
        Ok(made) => Ok(OdjBlob {
            computer_name: wanted.name,
            domain: wanted.domain,
            secret: made.secret.0,
            controller: forest.controller(made.controller).name,
            rid: made.sid.split().map_or(0, |(_, rid)| rid),
        }),
        Err(error) => {
            why_refused(wanted, Some(error.about), cx);
            Err(error.code)
        }
    }
}

/// The next record tells that an account was refused for what was asked; none if it was for who asked, who does not exist.
fn why_refused(wanted: &Provision, about: Option<JoinInput>, cx: &mut Cx) {
    let mut seen = cx.seen();
    let text = |name: Sym| cx.names.get(name);
    let profile = |says: String| {
        Blame::new("domain join profile", wanted.profile, says).or_made_by(&[&sim_graph::kinds::JOIN_PROFILE_EDITED])
    };
    let ou = || match text(wanted.ou) {
        "" => "it names no organizational unit, so computers go to the default container".to_owned(),
        ou => format!("its organizational unit is {ou}"),
    };
    match about {
        None => seen.blame(|| Blame::new("connector", wanted.server, "its account cannot sign in to the domain")),
        Some(JoinInput::Account | JoinInput::Ou) => seen.blame(|| profile(ou())),
        Some(JoinInput::Name) => {
            seen.blame(|| profile(format!("its prefix led to the computer name {}", text(wanted.name))));
        }
        Some(JoinInput::Domain) => {
            seen.blame(|| profile(format!("its domain is {}", text(wanted.domain))));
        }
    }
    cx.decided_on(seen);
}

/// The computer object of a machine, as the controller that the machine finds sees it.
fn computer_of(sides: Sides<'_>, domain: Sym, computer: Sym, site: Sym) -> Option<(Id<Controller>, Id<Entry>)> {
    let dc = controller(sides.forest, domain, site, computer, sides.cx)?;
    Some((dc, account_of(sides.forest, dc, computer, sides.cx)?))
}

/// Why no controller of a domain answers, if none does.
pub(crate) fn why_no_controller(sides: Sides<'_>, domain: Sym, site: Sym, evidence: &mut impl Evidence) {
    let name = sides.cx.names.get(domain);
    if !evidence.is_asked() || controller(sides.forest, domain, site, Sym::EMPTY, sides.cx).is_some() {
        return;
    }
    let Some(id) = sides.forest.find_domain(name) else {
        return evidence.note(|| format!("the forest has no domain {name}"));
    };
    for (_, dc) in sides.forest.controllers().filter(|(_, dc)| dc.domain == id) {
        evidence.note(|| format!("{} does not answer", sides.cx.names.get(dc.name)));
        if let Some(fault) = sides.cx.faults.holding(CONTROLLER_DOWN, dc.name, sides.cx.now()) {
            evidence.because(fault.root);
        }
    }
}

/// Why a controller does not know a computer, if it does not.
pub(crate) fn why_no_computer(sides: Sides<'_>, domain: Sym, computer: Sym, site: Sym, evidence: &mut impl Evidence) {
    why_no_controller(sides, domain, site, evidence);
    let Some(dc) = controller(sides.forest, domain, site, computer, sides.cx) else { return };
    if !evidence.is_asked() || account_of(sides.forest, dc, computer, sides.cx).is_some() {
        return;
    }
    let (dc, name) = (sides.cx.names.get(sides.forest.controller(dc).name), sides.cx.names.get(computer));
    evidence.note(|| format!("{dc} knows no computer {name}"));
    let says = format!("its account is not there on {dc}");
    evidence.blame(|| Blame::new("computer", computer, says).or_made_by(&[&sim_ldap::kinds::ENTRY_DELETED]));
}

/// Why a computer finds no service connection point that names the tenant, if it does not.
pub(crate) fn why_no_scp(sides: Sides<'_>, domain: Sym, computer: Sym, site: Sym, evidence: &mut impl Evidence) {
    let Some((dc, _)) = computer_of(sides, domain, computer, site).filter(|_| evidence.is_asked()) else { return };
    let found = sides.forest.find_scp(dc, sides.cx).and_then(|scp| sides.forest.read_scp_at(dc, scp, sides.cx));
    let says = match found {
        Some((_, id)) if id == sides.tenant.id() => return,
        Some((domain, id)) => format!("it names another tenant: {domain} ({id})"),
        None => "there is none in the configuration of the forest".into(),
    };
    evidence.note(|| format!("service connection point: {says}"));
    evidence.blame(|| Blame::named("service connection point", "scp", says, &sides.cx.names));
}

/// Whether a computer is in a scope of organizational units; everything is without any.
fn within(forest: &Forest, entry: Id<Entry>, bases: &[Id<Entry>], cx: &Cx) -> bool {
    bases.iter().any(|base| forest.all(cx).is_within(entry, *base))
}

/// Whether a computer is in the scope of a synchronisation.
pub(crate) fn is_in_scope(sides: Sides<'_>, domain: Sym, computer: Sym, site: Sym, scope: &[String]) -> bool {
    let Some((_, entry)) = computer_of(sides, domain, computer, site) else { return false };
    scope.is_empty() || within(sides.forest, entry, &scope_bases(sides.forest, scope, sides.cx), sides.cx)
}

fn scope_bases(forest: &Forest, scope: &[String], cx: &Cx) -> Vec<Id<Entry>> {
    scope.iter().filter_map(|ou| forest.all(cx).find_text(ou).ok()).collect()
}

/// A computer reads its own object from a controller that it finds.
pub(crate) fn computer(forest: &Forest, domain: Sym, name: Sym, site: Sym, cx: &mut Cx) -> Option<Computer> {
    let dc = controller(forest, domain, site, name, cx)?;
    let entry = account_of(forest, dc, name, cx)?;
    let view = forest.view(dc, cx);
    let rid = view.sid(entry).and_then(|sid| sid.split()).map_or(0, |(_, rid)| rid);
    let object_guid = view.guid(entry);
    let os_version = os_version(&view, entry);
    Some(Computer { object_guid, rid, os_version: cx.name(&os_version), dc, entry })
}

fn account_of(forest: &Forest, dc: Id<Controller>, name: Sym, cx: &Cx) -> Option<Id<Entry>> {
    let mut sam = String::with_capacity(20);
    // Writing to a string cannot fail.
    let _ = write!(sam, "{}$", cx.names.get(name));
    let view = forest.view(dc, cx);
    view.account(view.domain(), &sam).filter(|entry| view.is_alive(*entry))
}

fn os_version(view: &View<'_>, entry: Id<Entry>) -> String {
    view.values(entry, attr::OPERATING_SYSTEM_VERSION).first().and_then(|v| v.as_text()).unwrap_or_default().to_owned()
}

/// A machine as it signs in to its domain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    pub domain: Sym,
    pub computer: Sym,
    pub secret: u64,
    pub os_build: u32,
    pub site: Sym,
}

/// The first sign-in on a machine: its controller has to know the computer, whose object then tells what it is.
pub(crate) fn first_logon(forest: &mut Forest, machine: &Machine, cx: &mut Cx) -> bool {
    let Some(dc) = controller(forest, machine.domain, machine.site, machine.computer, cx) else { return false };
    let Some(entry) = account_of(forest, dc, machine.computer, cx) else { return false };
    let operating_system = if machine.os_build >= 22000 { "Windows 11 Enterprise" } else { "Windows 10 Enterprise" };
    let version = format!("10.0 ({})", machine.os_build);
    let info = SystemInfo { operating_system, version: &version };
    forest.at(dc).logon_computer(entry, Secret(machine.secret), info, cx).is_ok()
}

/// Whether the forest of a computer has a service connection point that names this tenant. `seen` is the one that was found the
/// last time, so that a fleet does not look it up by name a million times.
pub(crate) fn has_scp(
    forest: &Forest,
    computer: &Computer,
    tenant: Guid,
    seen: &mut Option<Id<Entry>>,
    cx: &Cx,
) -> bool {
    let mut names_tenant =
        |scp: Id<Entry>| forest.read_scp_at(computer.dc, scp, cx).is_some_and(|(_, id)| id == tenant);
    if seen.is_some_and(&mut names_tenant) {
        return true;
    }
    *seen = forest.find_scp(computer.dc, cx);
    seen.is_some_and(names_tenant)
}

/// A computer writes its registration certificate into its own object.
pub(crate) fn write_certificate(forest: &mut Forest, computer: &Computer, who: Sym, cx: &mut Cx) -> bool {
    let [high, low] = computer.object_guid.halves();
    let Some(principal) = forest.view(computer.dc, cx).principal_of(computer.entry) else { return false };
    let key = Key(high).part(low);
    forest.at(computer.dc).write_registration_certificate(&principal.called(who), key, cx).is_ok()
}

/// What the directory has been changed up to.
pub(crate) fn high_water(forest: &Forest, cx: &Cx) -> u64 {
    forest.all(cx).high_water()
}

/// The computers that changed after a sequence number, as Entra Connect with this scope sees them.
pub(crate) fn computer_changes(forest: &Forest, after: u64, scope: &[String], cx: &mut Cx) -> Vec<ComputerChange> {
    let bases = scope_bases(forest, scope, cx);
    let changed = forest.all(cx).changes_since(after, None).entries;
    let mut changes = Vec::with_capacity(changed.len());
    for entry in changed {
        let view = forest.all(cx);
        let Some(row) = view.row(entry).filter(|row| row.class().is_a(class::COMPUTER)) else { continue };
        let in_scope = scope.is_empty() || within(forest, entry, &bases, cx);
        let certified = || row.certificate().is_some() || !view.values(entry, attr::USER_CERTIFICATE).is_empty();
        let verdict =
            if in_scope && !row.is_deleted() && certified() { SyncVerdict::InScope } else { SyncVerdict::Out };
        let object_guid = view.guid(entry);
        let rid = view.sid(entry).and_then(|sid| sid.split()).map_or(0, |(_, rid)| rid);
        let (name, os_version) = (row.rdn(), os_version(&view, entry));
        let domain = forest.domain(view.domain_of(entry)).dns.as_str();
        let (domain, os_version) = (cx.names.intern(domain), cx.name(&os_version));
        changes.push(ComputerChange { verdict, object_guid, rid, domain, name, os_version });
    }
    changes
}

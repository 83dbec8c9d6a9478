//! Checks what the shape of a file cannot: that names are declared once and used as declared, that times are in order, that rules,
//! requests and filters can be read, and the rules of the domain. Where the real service refuses a value it is an error; where it
//! lets one run into the wall it is a warning, because running into it is what a scenario may be for.

mod esp;

use super::csv::FleetRow;
use super::document::{Diagnostic, Diagnostics, OneOrMany, Span, Spanned, shown, suggest};
use super::forest::{self, check::check_dn};
use super::model::{Action, Check, Device, Expect, FaultKind, File, When};
use super::words::{CheckMoment, Moment};
use crate::check;
use sim_core::knob::KnobError;
use sim_core::{SimDuration, SimTime};
use sim_graph::membership_rule::MembershipRule;
use sim_ldap::ldif::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Files that a scenario names, as they are read.
pub(super) struct Files<'a> {
    pub read: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// The text of the scenario.
    pub text: &'a str,
    pub fleets: BTreeMap<String, Vec<FleetRow>>,
    pub ldifs: BTreeMap<String, Vec<Record>>,
    pub certificates: BTreeMap<String, Vec<Vec<u8>>>,
}

impl<'a> Files<'a> {
    pub fn new(read: &'a dyn Fn(&str) -> Result<Vec<u8>, String>, text: &'a str) -> Self {
        Self { read, text, fleets: BTreeMap::new(), ldifs: BTreeMap::new(), certificates: BTreeMap::new() }
    }
}

/// The names that a file declares, by what they name.
#[derive(Default)]
pub(super) struct Names {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
    deployment_profiles: BTreeSet<String>,
    domain_join_profiles: BTreeSet<String>,
    domains: BTreeSet<String>,
    pub controllers: BTreeSet<String>,
    pub sites: BTreeSet<String>,
    places: BTreeSet<String>,
    connectors: BTreeSet<String>,
    syncs: BTreeSet<String>,
    devices: BTreeSet<String>,
    apps: BTreeSet<String>,
    configuration_profiles: BTreeSet<String>,
    esp_profiles: BTreeSet<String>,
    /// Some declarations could not be read, so that a missing name may be among them.
    partial: bool,
}

impl Names {
    /// Connector servers and controllers.
    fn servers(&self) -> BTreeSet<String> {
        self.connectors.union(&self.controllers).cloned().collect()
    }
}

/// All devices at a selector.
pub(super) const ALL: &str = "all";
/// All devices at an assignment.
pub(super) const ALL_DEVICES: &str = "all devices";
/// The place that is always there.
pub(super) const HQ: &str = "hq";

/// `partial` says that declarations may have been left out of `file` because of mistakes in them.
pub(super) fn check(file: &File, partial: bool, files: &mut Files<'_>, out: &mut Diagnostics) {
    let names = declared(file, partial, files, out);
    check_knobs(file, out);
    check_tenant(file, &names, out);
    super::sign_in::check(file, files, out);
    forest::check::check(file, &names, files, out);
    check_machines(file, &names, out);
    check_steps(file, &names, files, out);
    for expect in &file.expect {
        check_expect(expect, file, &names, out);
    }
}

/// Notes a declared name, unless it is declared already.
fn declare(set: &mut BTreeSet<String>, what: &str, name: &Spanned<String>, key: String, out: &mut Diagnostics) {
    if name.trim().is_empty() {
        out.report(
            Diagnostic::error("scenario::empty_name", name.span, format!("the {what} has no name"))
                .label("this is empty"),
        );
    } else if !set.insert(key) {
        let message = format!("the {what} {} is declared twice", shown(name));
        out.report(
            Diagnostic::error("scenario::duplicate_name", name.span, message)
                .label("declared before")
                .help("give it another name"),
        );
    }
}

/// Collects declared names and reports those that are declared twice.
fn declared(file: &File, partial: bool, files: &mut Files<'_>, out: &mut Diagnostics) -> Names {
    let mut names = Names { partial, ..Names::default() };
    let plain = |name: &Spanned<String>| name.value.clone();
    let folded = |name: &Spanned<String>| name.to_ascii_lowercase();
    if let Some(tenant) = &file.tenant {
        for user in &tenant.users {
            declare(&mut names.users, "user", &user.upn, folded(&user.upn), out);
        }
        for group in &tenant.groups {
            declare(&mut names.groups, "group", &group.name, plain(&group.name), out);
        }
        for profile in &tenant.deployment_profiles {
            declare(&mut names.deployment_profiles, "deployment profile", &profile.name, plain(&profile.name), out);
        }
        for profile in &tenant.domain_join_profiles {
            declare(&mut names.domain_join_profiles, "domain join profile", &profile.name, plain(&profile.name), out);
        }
        let mut applications = BTreeSet::new();
        for application in &tenant.applications {
            declare(&mut applications, "application", &application.name, plain(&application.name), out);
        }
        esp::declared(tenant, &mut names, out);
    }
    for domain in file.forest.iter().flat_map(|f| &f.domains) {
        declare(&mut names.domains, "domain", &domain.name, folded(&domain.name), out);
    }
    names.places.insert(HQ.into());
    forest::check::declare(file, &mut names);
    for place in &file.places {
        // `hq` may be described anew, once.
        if place.name.value == HQ {
            names.places.remove(HQ);
        }
        declare(&mut names.places, "place", &place.name, plain(&place.name), out);
    }
    for connector in &file.connectors {
        declare(&mut names.connectors, "connector", &connector.name, plain(&connector.name), out);
    }
    match &file.entra_connect {
        Some(sync) if sync.enabled => {
            declare(&mut names.syncs, "Entra Connect server", &sync.server, plain(&sync.server), out)
        }
        Some(_) => {}
        None => {
            names.syncs.insert("Entra Connect".into());
        }
    }
    let mut serials = BTreeSet::new();
    for device in &file.devices {
        let ways = [device.csv.is_some(), device.count.is_some(), device.serial.is_some()];
        if ways.iter().filter(|w| **w).count() > 1 {
            let message = "a device has one of `csv`, `count` and `serial`";
            out.report(
                Diagnostic::error("scenario::device_ambiguous", device.span, message).label("more than one is given"),
            );
        }
        if let Some(csv) = &device.csv {
            if let Some(name) = &device.name {
                let message = "the machines of a file are called by their serial numbers";
                out.report(
                    Diagnostic::error("scenario::name_for_many", name.span, message)
                        .label("one name for many")
                        .help("leave out `name`"),
                );
            }
            for row in load_fleet(csv, files, out) {
                let placed = Spanned::new(row.serial.clone(), csv.span);
                declare(&mut names.devices, "device", &placed, row.serial.clone(), out);
                serials.insert(row.serial);
            }
            continue;
        }
        if let Some(count) = &device.count {
            if count.value == 0 || count.value > 10_000_000 {
                let message = format!("`count` is {}", count.value);
                out.report(
                    Diagnostic::error("scenario::count_range", count.span, message).label("expected 1 to 10000000"),
                );
                continue;
            }
            let Some(name) = &device.name else {
                let message = "devices by `count` need a `name` that their numbers are put behind";
                out.report(
                    Diagnostic::error("scenario::missing_name", count.span, message).label("no `name` beside this"),
                );
                continue;
            };
            // Their names need not be in the set one by one: a pattern stands for them.
            declare(&mut names.devices, "device", name, format!("{}*", name.value), out);
            continue;
        }
        if let Some(serial) = &device.serial
            && !serials.insert(serial.value.clone())
        {
            let message = format!("two devices have the serial number {}", shown(serial));
            out.report(Diagnostic::error("scenario::duplicate_name", serial.span, message).label("given before"));
        }
        match device.name.as_ref().or(device.serial.as_ref()) {
            Some(name) => declare(&mut names.devices, "device", name, plain(name), out),
            None => {
                let message = "a device needs a `name`, a `serial` or a `csv`";
                out.report(Diagnostic::error("scenario::missing_name", device.span, message).label("none is given"));
            }
        }
    }
    names
}

/// Reads a fleet file once, and reports what is wrong with it where it is named.
fn load_fleet(path: &Spanned<String>, files: &mut Files<'_>, out: &mut Diagnostics) -> Vec<FleetRow> {
    if let Some(rows) = files.fleets.get(&path.value) {
        return rows.clone();
    }
    let rows = match (files.read)(path).map_err(|why| vec![why]).and_then(|bytes| super::csv::read(&bytes, 500)) {
        Ok(rows) => rows,
        Err(wrong) => {
            for why in wrong {
                let message = format!("{}: {why}", path.value);
                let fault = Diagnostic::error("scenario::fleet_file", path.span, message).label("in this file");
                out.report(fault.help("the format is that of the Autopilot collection scripts: `Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User`"));
            }
            Vec::new()
        }
    };
    files.fleets.insert(path.value.clone(), rows.clone());
    rows
}

pub(super) fn unknown(
    what: &str,
    name: &Spanned<String>,
    known: &BTreeSet<String>,
    names: &Names,
    out: &mut Diagnostics,
) {
    if names.partial {
        return;
    }
    let message = format!("there is no {what} {}", shown(name));
    let help = match suggest(name, known.iter().map(String::as_str)) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => Some(format!("the file declares no {what}")),
        None if known.len() <= 8 => {
            Some(format!("there is {}", known.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")))
        }
        None => None,
    };
    out.report(Diagnostic::error("scenario::unknown_name", name.span, message).label("not declared").maybe_help(help));
}

pub(super) fn refer(
    what: &str,
    name: &Spanned<String>,
    known: &BTreeSet<String>,
    names: &Names,
    out: &mut Diagnostics,
) {
    if !known.contains(&name.value) {
        unknown(what, name, known, names, out);
    }
}

fn refer_user(name: &Spanned<String>, names: &Names, out: &mut Diagnostics) {
    if !names.users.contains(&name.to_ascii_lowercase()) {
        unknown("user", name, &names.users, names, out);
    }
}

fn refer_devices(selector: &OneOrMany<Spanned<String>>, names: &Names, out: &mut Diagnostics) {
    for name in &selector.0 {
        let found = name.value == ALL || names.devices.iter().any(|d| selects(name, d) || selects(d, name));
        if !found {
            unknown("device", name, &names.devices, names, out);
        }
    }
}

/// Whether a selector, a name or a pattern with `*`, means this device.
pub(super) fn selects(selector: &str, name: &str) -> bool {
    if selector == ALL || selector == name {
        return true;
    }
    let Some((first, rest)) = selector.split_once('*') else { return false };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn check_knobs(file: &File, out: &mut Diagnostics) {
    let mut knobs = super::build::Knobs::default();
    for (name, value) in &file.knobs.0 {
        match knobs.set(name, value) {
            Ok(()) => {}
            Err(KnobError::Unknown(_)) => {
                let all = super::build::Knobs::names();
                let help = suggest(name, all.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                let help = help.unwrap_or_else(|| "docs/fidelity.md lists them all".into());
                let message = format!("there is no knob {}", shown(name));
                out.report(
                    Diagnostic::error("scenario::unknown_knob", name.span, message).label("no such knob").help(help),
                );
            }
            Err(KnobError::Value(why)) => {
                let message = format!("the knob `{}` cannot be {}", name.value, shown(value));
                out.report(Diagnostic::error("scenario::knob_value", value.span, message).label(why));
            }
        }
    }
}

fn check_assignment(groups: &OneOrMany<Spanned<String>>, names: &Names, out: &mut Diagnostics) {
    for group in groups.0.iter().filter(|g| g.value != ALL_DEVICES) {
        refer("group", group, &names.groups, names, out);
    }
}

fn check_tenant(file: &File, names: &Names, out: &mut Diagnostics) {
    let Some(tenant) = &file.tenant else { return };
    if let Some(id) = tenant.id.as_ref().filter(|id| id.parse::<sim_core::Guid>().is_err()) {
        let message = format!("{} is not the id of a tenant", shown(id));
        let label = "expected a GUID such as `5f1c7d2e-94b0-4c58-8a1f-2d6e0b7a3c91`";
        out.report(Diagnostic::error("scenario::tenant_id", id.span, message).label(label));
    }
    for user in &tenant.users {
        let at = user.upn.split('@').collect::<Vec<_>>();
        if at.len() != 2 || at.iter().any(|part| part.is_empty()) {
            let message = format!("{} is not a user principal name", shown(&user.upn));
            out.report(
                Diagnostic::error("scenario::user_principal_name", user.upn.span, message)
                    .label("expected one such as `ada@contoso.com`"),
            );
        } else if !tenant.domains.is_empty() && !tenant.domains.iter().any(|d| d.eq_ignore_ascii_case(at[1])) {
            let message = format!("`{}` is not a verified domain of the tenant", at[1]);
            out.report(
                Diagnostic::error("scenario::unverified_domain", user.upn.span, message)
                    .label("its domain is not among `domains`"),
            );
        }
    }
    for domain in &tenant.federated.0 {
        let by_user =
            tenant.users.iter().any(|u| u.upn.rsplit('@').next().is_some_and(|d| d.eq_ignore_ascii_case(domain)));
        if !by_user && !tenant.domains.iter().any(|d| d.value == domain.value) {
            let known = tenant.domains.iter().map(|d| d.value.clone()).collect();
            unknown("domain of the tenant", domain, &known, names, out);
        }
    }
    for group in &tenant.groups {
        if let Some(rule) = &group.rule {
            check_rule(rule, out);
            if let Some(member) = group.members.0.first() {
                let message = "members cannot be given to a dynamic group";
                out.report(
                    Diagnostic::error("scenario::dynamic_members", member.span, message)
                        .label("its rule decides")
                        .help("leave out `members` or `rule`"),
                );
            }
        }
        for member in &group.members.0 {
            refer_user(member, names, out);
        }
    }
    for scope in &tenant.mdm_scope.0 {
        if tenant.mdm_scope.0.len() > 1 || !matches!(scope.value.as_str(), "all" | "none") {
            refer("group", scope, &names.groups, names, out);
        }
    }
    for profile in &tenant.deployment_profiles {
        check_assignment(&profile.assign, names, out);
        check_assignment(&profile.exclude, names, out);
        if let (super::model::Join::Hybrid, Some(template)) = (profile.join, &profile.name_template) {
            let message = "a name template has no effect on hybrid join";
            let fault = Diagnostic::warning("scenario::name_template_ignored", template.span, message)
                .label("ignored by the devices");
            out.report(fault.help("the domain join profile's `prefix` names the computers"));
        }
        if let (true, Some(excluded)) =
            (profile.assign.0.iter().any(|g| g.value == ALL_DEVICES), profile.exclude.0.first())
        {
            let message = "exclusions are not supported together with `all devices`";
            out.report(
                Diagnostic::warning("scenario::exclusion_with_all_devices", excluded.span, message)
                    .label("may break the assignment in life"),
            );
        }
    }
    for profile in &tenant.domain_join_profiles {
        check_assignment(&profile.assign, names, out);
        check_assignment(&profile.exclude, names, out);
        check_domain_join(profile, names, out);
    }
    esp::check(tenant, names, out);
}

fn check_rule(rule: &Spanned<String>, out: &mut Diagnostics) {
    if let Err(error) = MembershipRule::parse(rule) {
        let (start, len) = error.span();
        // Within quotes the text has other positions than the file; then the whole rule is shown.
        let inner = Span::new(rule.span.start + start, rule.span.start + start + len.max(1));
        let plain = rule.span.len() == rule.value.len() && inner.end <= rule.span.end;
        let place = if plain { inner } else { rule.span };
        let message = format!("the membership rule cannot be read: {}", error.message());
        out.report(Diagnostic::error("scenario::membership_rule", place, message).label("here").help(error.help()));
    }
}

/// The rules of the how-to for OUs and names. The portal or the connector lets most of them pass, and the join fails.
fn check_domain_join(profile: &super::model::DomainJoinProfile, names: &Names, out: &mut Diagnostics) {
    if let Some(ou) = &profile.ou {
        let upper = ou.trim().to_ascii_uppercase();
        let (what, help) = if ou.contains('"') {
            ("the quotation marks become part of the value", "leave them out")
        } else if upper.starts_with("CN=") {
            ("a container cannot be given", "leave out `ou` to use the domain's default container")
        } else if !upper.contains("DC=") {
            ("this needs DC= parts", "end it with the domain, as in `OU=Kiosks,DC=corp,DC=contoso,DC=com`")
        } else if !upper.starts_with("OU=") {
            ("this is not an organizational unit", "begin it with `OU=`")
        } else {
            ("", "")
        };
        if !what.is_empty() {
            let message = format!("no computer can be created in the OU {}", shown(ou));
            out.report(Diagnostic::warning("scenario::ou_form", ou.span, message).label(what).help(help));
        }
    }
    let prefix = &profile.prefix;
    if prefix.chars().count() > 12 {
        let message = format!("the prefix {} leaves too few characters of 15 to tell computers apart", shown(prefix));
        out.report(
            Diagnostic::warning("scenario::long_prefix", prefix.span, message)
                .label("at most 12 are accepted by the portal"),
        );
    } else if prefix.contains('%') {
        let message = format!("variables such as {} are not supported in hybrid join", shown(prefix));
        out.report(Diagnostic::warning("scenario::prefix_variable", prefix.span, message).label("taken as it is"));
    }
    if !names.domains.is_empty() && !names.domains.contains(&profile.domain.to_ascii_lowercase()) {
        let message = format!("the forest has no domain {}", shown(&profile.domain));
        let help = suggest(&profile.domain, names.domains.iter().map(String::as_str))
            .map(|near| format!("did you mean `{near}`?"));
        out.report(
            Diagnostic::warning("scenario::foreign_domain", profile.domain.span, message)
                .label("connectors will not find it")
                .maybe_help(help),
        );
    }
}

fn check_machines(file: &File, names: &Names, out: &mut Diagnostics) {
    for site in file.places.iter().flat_map(|p| &p.site).chain(file.connectors.iter().flat_map(|c| &c.site)) {
        if !names.sites.iter().any(|known| known.eq_ignore_ascii_case(site)) {
            unknown("site", site, &names.sites, names, out);
        }
    }
    for connector in &file.connectors {
        if let Some(domain) = &connector.domain
            && !names.domains.contains(&domain.to_ascii_lowercase())
        {
            unknown("domain", domain, &names.domains, names, out);
        }
        for ou in &connector.delegated.0 {
            check_dn(ou, out);
        }
    }
    for sync in file.entra_connect.iter() {
        for ou in &sync.scope.0 {
            check_dn(ou, out);
        }
    }
    for device in &file.devices {
        let Device { place, signs_in, assigned_user, .. } = &device.value;
        if let Some(place) = place {
            refer("place", place, &names.places, names, out);
        }
        if let Some(user) = signs_in {
            refer_user(user, names, out);
        }
        if let Some(user) = assigned_user
            && !user.contains('@')
        {
            let message = format!("{} is not a user principal name", shown(user));
            out.report(
                Diagnostic::error("scenario::user_principal_name", user.span, message)
                    .label("expected one such as `ada@contoso.com`"),
            );
        }
    }
}

fn check_steps(file: &File, names: &Names, files: &mut Files<'_>, out: &mut Diagnostics) {
    let start = file.start.value.0;
    let earliest = start - file.prepare.as_ref().map_or(SimDuration::ZERO, |p| p.value.0);
    let mut last = SimTime::FIRST;
    for step in &file.steps {
        let at = step.at.value.on(start);
        if at < earliest {
            let message = "this step is before the world begins";
            let help = "give `prepare: ` a span that reaches back to it";
            out.report(
                Diagnostic::error("scenario::step_too_early", step.at.span, message)
                    .label(format!("the world begins at {earliest}"))
                    .help(help),
            );
        } else if at < last {
            let message = "this step is earlier than the one before it";
            out.report(
                Diagnostic::error("scenario::steps_out_of_order", step.at.span, message)
                    .label(format!("the one before is at {last}"))
                    .help("put steps in order of time"),
            );
        }
        if let Some(until) = &file.until
            && until.value.on(start) < at
        {
            let message = "this step is after the end of the run";
            out.report(Diagnostic::warning("scenario::step_after_end", step.at.span, message).label("never reached"));
        }
        last = last.max(at);
        for action in &step.r#do.0 {
            check_action(action, names, files, out);
        }
        for expect in &step.expect {
            check_expect(expect, file, names, out);
        }
    }
    for fault in &file.faults {
        match &fault.what {
            FaultKind::Down(server) => {
                if !names.controllers.iter().any(|dc| dc.eq_ignore_ascii_case(server)) {
                    refer("connector or controller", server, &names.servers(), names, out);
                }
            }
            FaultKind::ReplicationHeld(link) => forest::check::check_link(link, names, out),
            FaultKind::InternetDown(place) | FaultKind::DcUnreachable(place) => {
                refer("place", place, &names.places, names, out)
            }
            FaultKind::SyncPaused(server) => refer("Entra Connect server", server, &names.syncs, names, out),
        }
        if fault.at.value.on(start) < earliest {
            let message = "this fault begins before the world does";
            out.report(
                Diagnostic::error("scenario::step_too_early", fault.at.span, message)
                    .label(format!("the world begins at {earliest}")),
            );
        }
    }
}

fn check_action(action: &Spanned<Action>, names: &Names, files: &mut Files<'_>, out: &mut Diagnostics) {
    match &action.value {
        Action::Import(import) => {
            refer_devices(&import.devices, names, out);
            if let Some(csv) = &import.csv {
                load_fleet(csv, files, out);
            } else if import.devices.0.is_empty() {
                let message = "nothing is imported";
                out.report(
                    Diagnostic::error("scenario::nothing_imported", action.span, message)
                        .label("this needs `devices` or `csv`"),
                );
            }
        }
        Action::PowerOn(power) => refer_devices(&power.devices, names, out),
        Action::Reset(reset) => refer_devices(&reset.devices, names, out),
        Action::Move(to) => {
            refer_devices(&to.devices, names, out);
            refer("place", &to.to, &names.places, names, out);
        }
        Action::GroupTag(tag) => refer_devices(&tag.devices, names, out),
        Action::Delete(delete) => refer_devices(&delete.devices, names, out),
        Action::Convert(switch) | Action::SkipConnectivityCheck(switch) => {
            refer("deployment profile", &switch.profile, &names.deployment_profiles, names, out);
        }
        Action::SetOu(set) => refer("domain join profile", &set.profile, &names.domain_join_profiles, names, out),
        Action::Stop(server) | Action::Start(server) => refer("connector", server, &names.connectors, names, out),
        Action::Sync(sync) => refer("Entra Connect server", &sync.server, &names.syncs, names, out),
        Action::PauseSync(sync) => refer("Entra Connect server", &sync.server, &names.syncs, names, out),
        Action::License(license) => refer_user(&license.user, names, out),
        Action::Delegate(delegate) => check_dn(&delegate.ou, out),
        Action::RedirectComputers(redirect) => check_dn(&redirect.ou, out),
        Action::Press(press) => refer_devices(&press.devices, names, out),
        Action::SetApp(set) => esp::check_set_app(set, names, out),
        Action::SetConfiguration(set) => esp::check_set_configuration(set, names, out),
        Action::SetEsp(set) => esp::check_set_esp(set, names, out),
        Action::Ldap(changes) => forest::check::check_changes(changes, names, files, out),
        Action::Graph(step) => {
            super::graph::check(step, out);
            if let Some(user) = &step.r#as {
                refer_user(user, names, out);
            }
        }
    }
}

fn check_expect(expect: &Spanned<Expect>, file: &File, names: &Names, out: &mut Diagnostics) {
    let start = file.start.value.0;
    let moment = match &expect.when {
        Some(When::At(CheckMoment::At(moment)) | When::By(moment)) => Some(*moment),
        Some(When::Never(false)) => {
            let message = "`never: false` says nothing";
            out.report(
                Diagnostic::error("scenario::never_false", expect.span, message)
                    .label("leave it out, or say `never: true`"),
            );
            None
        }
        _ => None,
    };
    if let (Some(moment), Some(until)) = (moment, &file.until) {
        let at = Moment::on(moment, start);
        if at > until.value.on(start) {
            let message = "this expectation is judged after the end of the run";
            out.report(
                Diagnostic::error("scenario::check_after_end", expect.span, message)
                    .label(format!("the run ends at {}", until.value.on(start))),
            );
        }
    }
    match &expect.check.value {
        Check::Graph(graph) => {
            if let Err(why) = check::graph_problem(&graph.get) {
                let message = format!("the request {} cannot be answered: {why}", shown(&graph.get));
                out.report(Diagnostic::error("scenario::graph_request", graph.get.span, message).label("here"));
            }
        }
        Check::Ldap(ldap) => forest::check::check_search(ldap, names, out),
        Check::Screen(screen) => refer_devices(&screen.of, names, out),
        Check::Log(log) => {
            for name in &log.of.0 {
                let device = name.value == ALL || names.devices.iter().any(|d| selects(name, d) || selects(d, name));
                if !device && !names.connectors.contains(&name.value) {
                    let known: BTreeSet<String> = names.connectors.union(&names.devices).cloned().collect();
                    unknown("connector or device", name, &known, names, out);
                }
            }
        }
    }
}

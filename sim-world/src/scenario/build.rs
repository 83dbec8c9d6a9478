//! Makes the world that a scenario describes, and turns its steps into commands.

mod esp;

use super::document::{OneOrMany, Span, Spanned};
use super::forest::build::administrator_password;
use super::model::{self, Action, ConnectorBuild, FaultKind, File, Join, License, Owner};
use super::resolve::{ALL, ALL_DEVICES, HQ, selects};
use super::{FleetRow, Scenario};
use crate::check::{Expectation, Judge};
use crate::command::{self, Command, Step};
use crate::estate;
use crate::run::Plan;
use crate::world::World;
use sim_core::knob::{KnobError, KnobRow};
use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Arg, Cx, Id, Key, Kind, Level, Purpose, RecordKey, SimDuration, SimTime, Sym};
use sim_core::{fault::Fault, rows::MaybeId};
use sim_device::{DC_UNREACHABLE, Device, DeviceKnobs, Field, INTERNET_DOWN, NewConnector, NewDevice, Place};
use sim_graph::membership_rule::MembershipRule;
use sim_graph::sign_in::SignInKnobs;
use sim_graph::{
    Assignment, EspSettings, Group, Hardware, HardwareHash, ImportRow, JoinType, MdmScope, NewDeploymentProfile,
    NewDomainJoinProfile, Ownership, Tenant, TenantKnobs, User,
};
use sim_ldap::kinds::{CONTROLLER_DOWN, REPLICATION_HELD};
use sim_ldap::{Forest, ForestKnobs};
use std::collections::BTreeMap;

/// How to make a world from a scenario.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Another seed than the scenario's.
    pub seed: Option<u64>,
    /// Another time zero than the scenario's.
    pub start: Option<SimTime>,
    /// What of the trace is kept.
    pub keep: Keep,
    /// Which queue the schedule uses; runs are the same with any.
    pub queue: QueueKind,
    /// What decisions see is kept with the records that they lead to, for explanations.
    pub notes: bool,
    /// Devices keep no event logs: for fleets, whose scenarios have no expectations of device logs.
    pub no_device_logs: bool,
}

/// All tables of knobs together, as scenarios see them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knobs {
    tenant: TenantKnobs,
    sign_in: SignInKnobs,
    forest: ForestKnobs,
    device: DeviceKnobs,
}

impl Knobs {
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        let known = |result: &Result<(), KnobError>| !matches!(result, Err(KnobError::Unknown(_)));
        let tenant = self.tenant.set(name, value);
        if known(&tenant) {
            return tenant;
        }
        let sign_in = self.sign_in.set(name, value);
        if known(&sign_in) {
            return sign_in;
        }
        let forest = self.forest.set(name, value);
        if known(&forest) {
            return forest;
        }
        self.device.set(name, value)
    }

    pub fn names() -> Vec<&'static str> {
        tables().into_iter().flat_map(|(_, rows)| rows).map(|row| row.name).collect()
    }
}

/// All knobs, by what they belong to.
pub fn tables() -> Vec<(&'static str, Vec<KnobRow>)> {
    vec![
        ("Cloud: Entra ID, Intune, Windows Autopilot", TenantKnobs::table()),
        ("Sign-in to Entra ID", SignInKnobs::table()),
        ("Directory: Active Directory", ForestKnobs::table()),
        ("Machines: devices, connectors, Entra Connect, networks", DeviceKnobs::table()),
    ]
}

/// A declaration of the scenario, with its line: where chains of causes end.
pub static DECLARED: Kind = Kind::new("declared", Level::Root, "{0} ({1})");
/// A knob that differs from its default.
pub static KNOB_SET: Kind = Kind::new("knob_set", Level::Root, "knob set to {0} ({1})");
/// A fault of the scenario.
pub static FAULT: Kind = Kind::new("fault", Level::Root, "{0} ({1})");

/// The actor that sets a world up. What it records is how things are, not what happens.
pub(crate) const SET_UP: Key = Key::of("scenario", "");

const MADE_UP: Purpose = Purpose::named("made-up machines");

pub(super) struct Builder<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) cx: Cx,
    pub(super) tenant: Tenant,
    forest: Forest,
    field: Field,
    devices: Vec<Built>,
    /// What the directory refused while the estate was set up, with the line of the file.
    refusals: Vec<(u32, String)>,
}

/// A device with what its registration says.
struct Built {
    name: Sym,
    id: Id<Device>,
    row: ImportRow,
}

impl Scenario {
    /// Makes the world at its beginning, with steps and expectations.
    pub fn plan(&self, options: &PlanOptions) -> Plan {
        let file = &self.file;
        let start = options.start.unwrap_or(file.start.value.0);
        let begin = start - file.prepare.as_ref().map_or(SimDuration::ZERO, |p| p.value.0);
        let seed = options.seed.unwrap_or(file.seed);
        let mut cx = Cx::new(begin, seed, options.keep.clone(), options.queue);
        if options.notes {
            cx.trace.keep_notes();
        }
        cx.turn_of(SET_UP, 0);
        let mut knobs = Knobs::default();
        let mut overrides = Vec::new();
        for (name, value) in &file.knobs.0 {
            // Checked when the scenario was loaded.
            let _ = knobs.set(name, value);
            overrides.push((name.value.clone(), value.value.clone()));
            let (who, shown, line) = (cx.name(name), cx.name(value), self.line(name.span));
            cx.because(RecordKey::NONE);
            cx.tell(&KNOB_SET, who, &[shown.into(), Arg::Line(line)]);
        }
        let forest = estate::forest(&self.forest_spec(), knobs.forest, &mut cx);
        let name = self.tenant_name();
        let mut tenant = Tenant::new(&name, knobs.tenant, &mut cx);
        tenant.sign_in = knobs.sign_in;
        if let Some(id) = file.tenant.as_ref().and_then(|t| t.id.as_ref()).and_then(|id| id.parse().ok()) {
            tenant.set_id(id);
        }
        let field = Field::new(knobs.device, !options.no_device_logs);
        let mut builder =
            Builder { scenario: self, cx, tenant, forest, field, devices: Vec::new(), refusals: Vec::new() };
        builder.forest();
        builder.tenant();
        builder.administrator();
        builder.applications(start);
        builder.machines();
        let mut steps = builder.steps(start);
        builder.faults(start, &mut steps);
        steps.sort_by_key(|s| s.at);
        let judge = builder.judge(start);
        let Builder { cx, tenant, forest, field, refusals, .. } = builder;
        let mut world = World::new(cx, tenant, forest, field);
        world.deliver_signals();
        let until = file.until.as_ref().map(|u| u.value.on(start));
        Plan { title: file.scenario.value.clone(), seed, start, world, steps, judge, until, overrides, refusals }
    }

    fn tenant_name(&self) -> String {
        let tenant = self.file.tenant.as_ref();
        let name = tenant.and_then(|t| t.name.as_ref()).map(|n| n.value.clone());
        name.or_else(|| self.verified_domains().into_iter().next()).unwrap_or_else(|| "contoso.com".into())
    }

    fn verified_domains(&self) -> Vec<String> {
        verified_domains(&self.file)
    }
}

/// The verified domains of the tenant; by default those of its users.
pub(super) fn verified_domains(file: &File) -> Vec<String> {
    let Some(tenant) = &file.tenant else { return Vec::new() };
    let mut domains: Vec<String> = tenant.domains.iter().map(|d| d.value.clone()).collect();
    if domains.is_empty() {
        for user in &tenant.users {
            let domain = user.upn.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
    }
    domains
}

impl Builder<'_> {
    /// Records a declaration; what is made next is because of it.
    pub(super) fn declare(&mut self, what: &'static str, name: &str, span: Span) -> RecordKey {
        let line = self.scenario.line(span);
        self.declare_at(what, name, line)
    }

    fn declare_at(&mut self, what: &'static str, name: &str, line: u32) -> RecordKey {
        let who = self.cx.name(name);
        self.cx.because(RecordKey::NONE);
        self.cx.tell(&DECLARED, who, &[what.into(), Arg::Line(line)])
    }

    fn forest(&mut self) {
        let file = &self.scenario.file;
        let section = file.forest.as_ref();
        for spec in self.scenario.forest_spec().domains {
            let password = administrator_password(file, &spec.dns);
            estate::set_administrator_password(&mut self.forest, &spec.dns, password);
        }
        for domain in section.iter().flat_map(|f| &f.domains) {
            self.declare("domain", &domain.name, domain.name.span);
            if let Some(policy) = &domain.ldap {
                let asked = sim_ldap::LdapPolicy {
                    signing_required: policy.signing_required,
                    channel_binding_required: policy.channel_binding_required,
                    deny_unauthenticated_bind: policy.deny_unauthenticated_bind,
                };
                estate::set_ldap_policy(&mut self.forest, &domain.name, asked);
            }
            let said = self.scenario.load_content(domain, &mut self.forest, &mut self.cx);
            self.refusals.extend(said.into_iter().map(|why| (self.scenario.line(domain.name.span), why)));
            for ou in &domain.ous {
                estate::ensure_ou(&mut self.forest, ou, &mut self.cx);
            }
            if let Some(ou) = &domain.redirect_computers {
                estate::ensure_ou(&mut self.forest, ou, &mut self.cx);
                // An OU that was just made can be redirected to.
                let _ = estate::redirect_computers(&mut self.forest, ou, &mut self.cx);
            }
        }
        // OUs that profiles and delegations name are there, if they can be: what is wrong with them is for the scenario to show.
        if section.is_none_or(|f| f.domains.iter().all(|d| d.ous.is_empty() && d.ldif.0.is_empty())) {
            let profiles = file.tenant.iter().flat_map(|t| &t.domain_join_profiles).flat_map(|p| &p.ou);
            let delegated = file.connectors.iter().flat_map(|c| &c.delegated.0);
            for ou in profiles.chain(delegated) {
                estate::ensure_ou(&mut self.forest, ou, &mut self.cx);
            }
        }
        let refused = self.scenario.finish_forest(&mut self.forest, &mut self.cx);
        self.refusals.extend(refused);
        if let Some(without) = section.map(|f| &f.scp).filter(|scp| !scp.value) {
            self.declare("service connection point", "scp", without.span);
        }
        if section.is_none_or(|f| f.scp.value) {
            let domains = self.scenario.verified_domains();
            let domain = domains.first().map_or("contoso.com", String::as_str);
            estate::create_scp(&mut self.forest, domain, self.tenant.id(), &mut self.cx);
        }
    }

    fn tenant(&mut self) {
        let Some(section) = &self.scenario.file.tenant else { return };
        for domain in self.scenario.verified_domains() {
            let federated = section.federated.0.iter().any(|f| f.eq_ignore_ascii_case(&domain));
            self.tenant.add_domain(&domain, federated, &mut self.cx);
        }
        for user in &section.users {
            self.declare("user", &user.upn, user.upn.span);
            self.user(user);
        }
        for group in &section.groups {
            self.declare("group", &group.name, group.name.span);
            let rule = group.rule.as_ref().and_then(|r| MembershipRule::parse(r).ok());
            let id = self.tenant.add_group(&group.name, rule, &mut self.cx);
            for member in &group.members.0 {
                if let Some(user) = self.tenant.user(member, &self.cx) {
                    self.tenant.add_user_to_group(id, user);
                }
            }
        }
        for profile in &section.deployment_profiles {
            self.declare("deployment profile", &profile.name, profile.name.span);
            let new = NewDeploymentProfile {
                name: profile.name.value.clone(),
                description: profile.description.clone().unwrap_or_default(),
                join: match profile.join {
                    Join::Hybrid => JoinType::Hybrid,
                    Join::Entra => JoinType::Entra,
                },
                skip_connectivity_check: profile.skip_connectivity_check,
                convert_all: profile.convert,
                preprovisioning_allowed: profile.preprovisioning,
                device_name_template: profile.name_template.as_ref().map(|t| t.value.clone()).unwrap_or_default(),
                assignment: self.assignment(&profile.assign, &profile.exclude),
            };
            self.tenant.add_deployment_profile(new, &mut self.cx);
        }
        for profile in &section.domain_join_profiles {
            self.declare("domain join profile", &profile.name, profile.name.span);
            let new = NewDomainJoinProfile {
                name: profile.name.value.clone(),
                domain: profile.domain.value.clone(),
                ou: profile.ou.as_ref().map(|ou| ou.value.clone()).unwrap_or_default(),
                prefix: profile.prefix.value.clone(),
                suffix_chars: None,
                assignment: self.assignment(&profile.assign, &profile.exclude),
            };
            self.tenant.add_domain_join_profile(new, &mut self.cx);
        }
        self.tracked(section);
        for page in &section.esp_profiles {
            self.declare("enrollment status page", &page.name, page.name.span);
            let settings = EspSettings {
                show_progress: page.show_progress,
                timeout: page.timeout.0,
                continue_on_failure: page.continue_on_failure,
                retry_on_failure: page.retry_on_failure,
                reset_on_failure: page.reset_on_failure,
                logs_on_failure: page.logs_on_failure,
                user_phase: page.user_phase,
                ..EspSettings::DEFAULT
            };
            let assignment = self.assignment(&page.assign, &OneOrMany(Vec::new()));
            let id = self.tenant.add_esp_profile(&page.name, settings, assignment, &mut self.cx);
            if let Some(named) = &page.blocking {
                let apps = named.0.iter().filter_map(|app| self.tenant.app(app, &self.cx)).collect();
                self.tenant.set_blocking_apps(id, Some(apps));
            }
        }
        if let Some(scope) = section.mdm_scope.0.first().filter(|scope| scope.value != "all") {
            self.declare("MDM user scope", "mdm_scope", scope.span);
        }
        let blocked = [
            ("windows_blocked", &section.windows_blocked),
            ("personal_windows_blocked", &section.personal_windows_blocked),
        ];
        for (name, blocked) in blocked.into_iter().filter(|(_, blocked)| blocked.value) {
            self.declare("platform restriction", name, blocked.span);
        }
        self.tenant.policies.mdm_scope = match section.mdm_scope.0.as_slice() {
            [] => MdmScope::All,
            [one] if one.value == "all" => MdmScope::All,
            [one] if one.value == "none" => MdmScope::None,
            groups => MdmScope::Selected(self.groups(groups)),
        };
        self.tenant.policies.windows_blocked = section.windows_blocked.value;
        self.tenant.policies.personal_windows_blocked = section.personal_windows_blocked.value;
    }

    fn user(&mut self, user: &model::User) {
        let (local, _) = user.upn.split_once('@').unwrap_or((&user.upn, ""));
        let made_up = || {
            let mut words = local.split(['.', '-', '_']).filter(|w| !w.is_empty()).map(capitalised);
            let first = words.next().unwrap_or_default();
            words.fold(first, |all, word| format!("{all} {word}"))
        };
        let name = user.name.as_ref().map_or_else(made_up, |n| n.value.clone());
        let account = match &user.account {
            Some(account) => account.value.clone(),
            None => estate::default_account(&self.forest, local),
        };
        let licensed = user.licenses.contains(&License::Intune);
        let id = self.tenant.add_user(&user.upn, &name, licensed, &account, &mut self.cx);
        self.credentials(id, user);
        estate::ensure_user(&mut self.forest, &account, &name, &user.upn, &mut self.cx);
    }

    fn groups(&self, names: &[Spanned<String>]) -> Vec<Id<Group>> {
        names.iter().filter_map(|name| self.tenant.group(name, &self.cx)).collect()
    }

    fn assignment(&self, assign: &OneOrMany<Spanned<String>>, exclude: &OneOrMany<Spanned<String>>) -> Assignment {
        Assignment {
            all_devices: assign.0.iter().any(|g| g.value == ALL_DEVICES),
            all_users: false,
            include: self.groups(&assign.0),
            exclude: self.groups(&exclude.0),
        }
    }

    fn machines(&mut self) {
        let file = &self.scenario.file;
        let described = file.places.iter().any(|p| p.name.value == HQ);
        if !described {
            let name = self.cx.name(HQ);
            let site = self.cx.name(sim_ldap::DEFAULT_SITE);
            self.field.add_place(Place { name, internet: true, dc_ping: true, dc_sign_in: true, site });
        }
        for place in &file.places {
            self.declare("place", &place.name, place.name.span);
            let (name, site) =
                (self.cx.name(&place.name), place.site.as_ref().map_or(sim_ldap::DEFAULT_SITE, |s| s.value.as_str()));
            let site = self.cx.name(site);
            self.field.add_place(Place {
                name,
                internet: place.internet,
                dc_ping: place.dc_ping,
                dc_sign_in: place.dc_sign_in,
                site,
            });
        }
        for connector in &file.connectors {
            let declared = self.declare("connector", &connector.name, connector.name.span);
            self.connector(connector, declared);
        }
        let sync = match &file.entra_connect {
            Some(sync) if sync.enabled => {
                self.declare("Entra Connect", &sync.server, sync.span);
                Some((sync.server.value.clone(), sync.phase.0, &sync.scope.0[..], sync.staging, sync.paused))
            }
            Some(sync) => {
                self.declare("Entra Connect", &sync.server, sync.span);
                None
            }
            None => Some(("Entra Connect".to_owned(), SimDuration::ZERO, &[][..], false, false)),
        };
        if let Some((server, phase, scope, staging, paused)) = sync {
            let name = self.cx.name(&server);
            let scope = scope.iter().map(|ou| ou.value.clone()).collect();
            self.field.add_entra_connect(name, phase, scope, staging, paused);
        }
        let fleet = |csv: &Spanned<String>| self.scenario.fleets.get(&csv.value).map_or(0, Vec::len);
        let machines = |d: &Spanned<model::Device>| {
            d.csv.as_ref().map(fleet).or(d.count.as_ref().map(|n| n.value as usize)).unwrap_or(1)
        };
        let expected = file.devices.iter().map(machines).sum();
        self.tenant.expect_devices(expected);
        self.field.expect_devices(expected);
        self.devices.reserve(expected);
        // Each gets a name, a serial number, a host name of its own and one of the domain.
        self.cx.names.reserve(expected * 4);
        for device in &file.devices {
            self.device(device);
        }
    }

    fn connector(&mut self, connector: &model::Connector, declared: RecordKey) {
        let domain = connector.domain.as_ref().map(|d| d.value.as_str());
        let legacy = connector.build == ConnectorBuild::Legacy;
        let account = estate::ensure_connector_server(&mut self.forest, domain, &connector.name, legacy, &mut self.cx);
        for ou in &connector.delegated.0 {
            // That an OU is missing shows when the connector tries to use it.
            let _ = estate::delegate(&mut self.forest, &account, ou, &mut self.cx);
        }
        self.cx.because(declared);
        let version = if legacy { "6.2204.38.3" } else { "6.2501.2000.5" };
        let record = self.tenant.add_connector(&connector.name, version, connector.installed.is_none(), &mut self.cx);
        let serves = (!legacy).then(|| vec![self.cx.name(&estate::dns_name(&self.forest, domain))]);
        let (name, account) = (self.cx.name(&connector.name), self.cx.name(&account));
        let site = connector.site.as_ref().map_or(sim_ldap::DEFAULT_SITE, |site| site.value.as_str());
        let site = self.cx.name(site);
        let new = NewConnector { name, record, account, site, serves };
        self.field.add_connector(new, &self.cx);
    }

    fn device(&mut self, device: &Spanned<model::Device>) {
        let line = self.scenario.line(device.span);
        if let Some(csv) = &device.csv {
            let rows: Vec<FleetRow> = self.scenario.fleets.get(&csv.value).cloned().unwrap_or_default();
            for row in rows {
                let hash = HardwareHash::of(&row.hash);
                let tag = device.group_tag.as_ref().map_or(row.group_tag.as_str(), |t| t.value.as_str());
                let user = device.assigned_user.as_ref().map_or(row.assigned_user.as_str(), |u| u.value.as_str());
                self.one_device(device, line, [&row.serial, &row.serial, tag, user], hash);
            }
            return;
        }
        let tag = device.group_tag.as_ref().map_or("", |t| t.value.as_str());
        let user = device.assigned_user.as_ref().map_or("", |u| u.value.as_str());
        let name = device.name.as_ref().or(device.serial.as_ref()).map_or("", |n| n.value.as_str());
        let count = device.count.as_ref().map_or(1, |c| c.value);
        let digits = count.to_string().len();
        for n in 1..=count {
            let name = if device.count.is_some() { format!("{name}{n:0digits$}") } else { name.to_owned() };
            let serial = device.serial.as_ref().map(|s| s.value.clone()).unwrap_or_else(|| self.made_up_serial(&name));
            let hash = HardwareHash::of(&format!("hash of {name}"));
            self.one_device(device, line, [&name, &serial, tag, user], hash);
        }
    }

    /// A serial number in the habit of one maker: `PF` and six characters.
    fn made_up_serial(&self, name: &str) -> String {
        let mut draw = self.cx.draw(MADE_UP, Key::of("device", name), 0);
        format!("PF{}", draw.text(b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 6))
    }

    /// `texts` are its name, serial number, group tag and assigned user.
    fn one_device(&mut self, section: &model::Device, line: u32, texts: [&str; 4], hash: HardwareHash) {
        let declared = self.declare_at("device", texts[0], line);
        let [label, serial, tag, assigned_user] = texts.map(|text| self.cx.name(text));
        let (manufacturer, model) = (self.cx.name(&section.manufacturer), self.cx.name(&section.model));
        let hardware = self.tenant.know_hardware(Hardware {
            hash,
            label,
            serial,
            manufacturer,
            model,
            other_tenant: section.other_tenant,
            registrations: 0,
            enrollments: 0,
            uploaded: 0,
            identity: MaybeId::NONE,
        });
        let place = self.cx.name(section.place.as_ref().map_or(HQ, |p| p.value.as_str()));
        let place = self.field.place_named(place).expect("places were checked when the scenario was loaded");
        let signs_in: Option<Id<User>> = match &section.signs_in {
            Some(user) => self.tenant.user(user, &self.cx),
            // Where the file says nobody, the first user of the tenant does.
            None => self
                .scenario
                .file
                .tenant
                .as_ref()
                .and_then(|t| t.users.first())
                .and_then(|u| self.tenant.user(&u.upn, &self.cx)),
        };
        let new = NewDevice { name: label, serial, hash, place, user: signs_in, os_build: section.os_build };
        let id = self.field.add_device(new, &self.cx);
        if let Some(host) = &section.enrolled_as {
            let host = self.cx.name(host);
            let ownership = match section.owner {
                Owner::Company => Ownership::Company,
                Owner::Personal => Ownership::Personal,
            };
            self.cx.because(declared);
            let managed = self.tenant.adopt_enrolled(hardware, host, signs_in, ownership, &mut self.cx);
            self.field.adopt_enrolled(id, managed, host);
        }
        let row = ImportRow { serial, hash, group_tag: tag, assigned_user };
        self.devices.push(Built { name: label, id, row });
    }

    fn selected(&self, selector: &OneOrMany<Spanned<String>>) -> Vec<&Built> {
        let wanted =
            |built: &&Built| selector.0.iter().any(|s| s.value == ALL || selects(s, self.cx.names.get(built.name)));
        self.devices.iter().filter(wanted).collect()
    }

    fn ids(&self, selector: &OneOrMany<Spanned<String>>) -> Vec<Id<Device>> {
        self.selected(selector).into_iter().map(|built| built.id).collect()
    }

    fn steps(&mut self, start: SimTime) -> Vec<Step> {
        let mut steps = Vec::new();
        for step in &self.scenario.file.steps {
            let at = step.at.value.on(start);
            for action in &step.r#do.0 {
                let line = self.scenario.line(action.span);
                let action = self.action(&action.value, line);
                let refused = step.refused.as_ref().map(|text| text.value.clone());
                steps.push(Step { at, command: Command::Action { action, line }, refused });
            }
        }
        steps
    }

    fn action(&mut self, action: &Action, line: u32) -> command::Action {
        match action {
            Action::Import(import) => {
                let mut rows: Vec<ImportRow> =
                    self.selected(&import.devices).into_iter().map(|built| built.row).collect();
                if let Some(csv) = &import.csv {
                    for row in self.scenario.fleets.get(&csv.value).into_iter().flatten() {
                        let hash = HardwareHash::of(&row.hash);
                        let [serial, group_tag, assigned_user] =
                            [&row.serial, &row.group_tag, &row.assigned_user].map(|text| self.cx.name(text));
                        rows.push(ImportRow { serial, hash, group_tag, assigned_user });
                    }
                }
                command::Action::Import(rows)
            }
            Action::PowerOn(power) => {
                command::Action::PowerOn { devices: self.ids(&power.devices), apart: power.apart.0 }
            }
            Action::Reset(reset) => command::Action::Reset(self.ids(&reset.devices)),
            Action::Move(to) => {
                let place = self.cx.name(&to.to);
                let place = self.field.place_named(place).expect("places were checked when the scenario was loaded");
                command::Action::Move { devices: self.ids(&to.devices), to: place }
            }
            Action::GroupTag(tag) => {
                command::Action::SetGroupTag { devices: self.ids(&tag.devices), tag: self.cx.name(&tag.tag) }
            }
            Action::Delete(delete) => {
                let devices = self.ids(&delete.devices);
                let record = match delete.record {
                    model::RecordKind::Autopilot => command::RecordKind::Autopilot,
                    model::RecordKind::Anchor => command::RecordKind::Anchor,
                    model::RecordKind::Twin => command::RecordKind::Twin,
                    model::RecordKind::Managed => command::RecordKind::Managed,
                    model::RecordKind::Computer => return command::Action::DeleteComputers(devices),
                };
                command::Action::Delete { record, devices }
            }
            Action::Convert(switch) => {
                command::Action::Convert { profile: self.profile(&switch.profile), on: switch.on }
            }
            Action::SkipConnectivityCheck(switch) => {
                command::Action::SkipConnectivityCheck { profile: self.profile(&switch.profile), on: switch.on }
            }
            Action::SetOu(set) => {
                let profile = self.tenant.domain_join_profile(&set.profile, &self.cx);
                let profile = profile.expect("profiles were checked when the scenario was loaded");
                command::Action::SetOu { profile, ou: set.ou.value.clone() }
            }
            Action::Stop(server) => command::Action::StopServer(self.connector_of(server)),
            Action::Start(server) => command::Action::StartServer(self.connector_of(server)),
            Action::Sync(sync) => command::Action::Sync(self.sync_of(&sync.server)),
            Action::PauseSync(pause) => {
                command::Action::PauseSync { sync: self.sync_of(&pause.server), paused: pause.paused }
            }
            Action::License(license) => {
                let user =
                    self.tenant.user(&license.user, &self.cx).expect("users were checked when the scenario was loaded");
                command::Action::License { user, on: license.on }
            }
            Action::Delegate(delegate) => {
                command::Action::Delegate { account: delegate.account.value.clone(), ou: delegate.ou.value.clone() }
            }
            Action::RedirectComputers(redirect) => command::Action::RedirectComputers { ou: redirect.ou.value.clone() },
            Action::Press(press) => self.press(press),
            Action::SetApp(set) => self.set_app(set),
            Action::SetConfiguration(set) => self.set_configuration(set),
            Action::SetEsp(set) => self.set_esp(set),
            Action::Ldap(changes) => self.scenario.ldap_changes(changes, line, &mut self.cx),
            Action::Graph(step) => super::graph::build(step, line),
        }
    }

    fn profile(&self, name: &str) -> Id<sim_graph::DeploymentProfile> {
        self.tenant.deployment_profile(name, &self.cx).expect("profiles were checked when the scenario was loaded")
    }

    fn connector_of(&mut self, name: &str) -> Id<sim_device::Connector> {
        let name = self.cx.name(name);
        self.field.connector_named(name).expect("connectors were checked when the scenario was loaded")
    }

    fn sync_of(&mut self, name: &str) -> Id<sim_device::EntraConnect> {
        let name = self.cx.name(name);
        self.field.entra_connect_named(name).expect("servers were checked when the scenario was loaded")
    }

    /// Faults of places are looked up where they strike; those of servers are commands at both ends of their window.
    fn faults(&mut self, start: SimTime, steps: &mut Vec<Step>) {
        for fault in &self.scenario.file.faults {
            let line = self.scenario.line(fault.span);
            let from = fault.at.value.on(start);
            let until = fault.r#for.as_ref().map_or(SimTime::NEVER, |span| from + span.value.0);
            let mut window = |first: command::Action, then: command::Action| {
                steps.push(Step::new(from, Command::Action { action: first, line }));
                if until != SimTime::NEVER {
                    steps.push(Step::new(until, Command::Action { action: then, line }));
                }
            };
            let (kind, place, to) = match &fault.what {
                FaultKind::Down(server) if self.is_controller(server) => (CONTROLLER_DOWN, server, None),
                FaultKind::ReplicationHeld(link) => (REPLICATION_HELD, &link.from, link.to.as_ref()),
                FaultKind::Down(server) => {
                    let id = self.connector_of(server);
                    window(command::Action::StopServer(id), command::Action::StartServer(id));
                    continue;
                }
                FaultKind::SyncPaused(server) => {
                    let sync = self.sync_of(server);
                    let pause = |paused| command::Action::PauseSync { sync, paused };
                    window(pause(true), pause(false));
                    continue;
                }
                FaultKind::InternetDown(place) => (INTERNET_DOWN, place, None),
                FaultKind::DcUnreachable(place) => (DC_UNREACHABLE, place, None),
            };
            let name = self.place_of_fault(place);
            let to = to.map_or(Sym::EMPTY, |to| self.place_of_fault(to));
            self.cx.because(RecordKey::NONE);
            let root = self.cx.tell(&FAULT, name, &[kind.0.into(), Arg::Line(line)]);
            self.cx.faults.add(Fault { kind, place: name, to, from, until, left: None, after_effect: false, root });
        }
    }

    fn is_controller(&self, name: &str) -> bool {
        self.forest.find_controller_named(name, &self.cx).is_some()
    }

    /// A controller goes by the name that it was given, however the fault spells it.
    fn place_of_fault(&mut self, name: &str) -> Sym {
        let controller = self.forest.find_controller_named(name, &self.cx);
        controller.map(|dc| self.forest.controller(dc).name).unwrap_or_else(|| self.cx.name(name))
    }

    fn judge(&mut self, start: SimTime) -> Judge {
        let file = &self.scenario.file;
        let mut expectations = Vec::new();
        let last_step = file.steps.last().map_or(start, |s| s.at.value.on(start));
        for expect in &file.expect {
            expectations.push(self.expectation(expect, start, last_step));
        }
        for step in &file.steps {
            for expect in &step.expect {
                expectations.push(self.expectation(expect, start, step.at.value.on(start)));
            }
        }
        expectations.sort_by_key(|e: &Expectation| e.line);
        Judge::new(expectations, start)
    }

    fn expectation(&mut self, expect: &Spanned<model::Expect>, start: SimTime, step: SimTime) -> Expectation {
        let line = self.scenario.line(expect.span);
        let devices: BTreeMap<&str, Id<Device>> =
            self.devices.iter().map(|b| (self.cx.names.get(b.name), b.id)).collect();
        let select = |selector: &OneOrMany<Spanned<String>>| -> Vec<Id<Device>> {
            let wanted = |name: &str| selector.0.iter().any(|s| s.value == ALL || selects(s, name));
            self.devices.iter().filter(|b| wanted(self.cx.names.get(b.name))).map(|b| b.id).collect()
        };
        let servers = |selector: &OneOrMany<Spanned<String>>| -> Vec<Id<sim_device::Connector>> {
            let known = |name: &Spanned<String>| self.cx.names.find(name).and_then(|n| self.field.connector_named(n));
            selector.0.iter().filter(|name| !devices.contains_key(name.value.as_str())).filter_map(known).collect()
        };
        Expectation::new(expect, line, start, step, &select, &servers)
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

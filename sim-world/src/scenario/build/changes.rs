//! Makes networks, facts and settings from their sections, and changes from the steps that say so.

use super::Builder;
use crate::change::{Change, next_hash};
use crate::scenario::document::{OneOrMany, Spanned};
use crate::scenario::model::{self, Action};
use sim_core::{Id, Sym};
use sim_device::network::{Admission, Arrives, Network, Proxy, Vpn};
use sim_device::{Connector, Device, Edition, Facts, Place, RemoteAction, ServerFacts, Tpm};
use sim_graph::{MdmScope, MdmUrl, OtherMdm, Ownership, PlatformRestriction, Policies, SignInFacts, SignInMethod};
use std::collections::BTreeMap;

/// What steps have made of parts of the estate so far: each change says only what is different from then on.
#[derive(Default)]
pub(super) struct Later {
    places: BTreeMap<Id<Place>, (bool, Network)>,
    policies: Option<Policies>,
    facts: BTreeMap<Id<Device>, Facts>,
    users: BTreeMap<Id<sim_graph::User>, SignInFacts>,
    servers: BTreeMap<Id<Connector>, ServerFacts>,
}

/// The invariant that names were resolved.
const CHECKED: &str = "names were checked when the scenario was loaded";

impl Builder<'_> {
    pub(super) fn place(&mut self, place: &model::Place) -> Place {
        let site = place.site.as_ref().map_or(sim_ldap::DEFAULT_SITE, |s| s.value.as_str());
        let (name, site) = (self.cx.name(&place.name), self.cx.name(site));
        let network = Network {
            admission: admission(place.admission),
            proxy: proxy(place.proxy),
            blocked: place.blocked.0.iter().map(|b| b.value.clone()).collect(),
            inspects_tls: place.inspects_tls,
            ping: place.dc_ping,
            dns: place.dns.unwrap_or(place.dc_sign_in),
            kerberos: place.kerberos.unwrap_or(place.dc_sign_in),
            ldap: place.ldap.unwrap_or(place.dc_sign_in),
            without: place.without.0.iter().map(|dc| self.cx.name(dc)).collect(),
        };
        Place { name, internet: place.internet, site, network }
    }

    fn place_change(&mut self, change: &model::PlaceChange) -> Change {
        let name = self.cx.name(&change.name);
        let id = self.field.place_named(name).expect(CHECKED);
        // Steps are made in order of time, so a change starts from what the one before it left.
        let place = self.field.place(id);
        let as_built = || (place.internet, place.network.clone());
        let (mut internet, mut network) = self.later.places.get(&id).cloned().unwrap_or_else(as_built);
        internet = change.internet.unwrap_or(internet);
        if let Some(sign_in) = change.dc_sign_in {
            (network.dns, network.kerberos, network.ldap) = (sign_in, sign_in, sign_in);
        }
        network.ping = change.dc_ping.unwrap_or(network.ping);
        network.dns = change.dns.unwrap_or(network.dns);
        network.kerberos = change.kerberos.unwrap_or(network.kerberos);
        network.ldap = change.ldap.unwrap_or(network.ldap);
        network.inspects_tls = change.inspects_tls.unwrap_or(network.inspects_tls);
        network.proxy = change.proxy.map_or(network.proxy, proxy);
        network.admission = change.admission.map_or(network.admission, admission);
        if let Some(blocked) = &change.blocked {
            network.blocked = blocked.0.iter().filter(|b| !b.is_empty()).map(|b| b.value.clone()).collect();
        }
        if let Some(without) = &change.without {
            network.without = without.0.iter().map(|dc| self.cx.name(dc)).collect();
        }
        self.later.places.insert(id, (internet, network.clone()));
        Change::Place(id, internet, network)
    }

    pub(super) fn vpn(&mut self, name: &Spanned<String>) -> Option<Vpn> {
        let vpn = self.scenario.file.vpns.iter().find(|v| v.name.value == name.value)?;
        Some(Vpn {
            name: self.cx.name(&vpn.name),
            uwp: vpn.uwp,
            pre_logon: vpn.pre_logon,
            auto_connect: vpn.auto_connect,
            user_certificate: vpn.user_certificate,
            arrives: match vpn.arrives {
                model::Arrives::Image => Arrives::Image,
                model::Arrives::DevicePhase => Arrives::DevicePhase,
                model::Arrives::UserSignIn => Arrives::UserSignIn,
                model::Arrives::GroupPolicy => Arrives::GroupPolicy,
            },
        })
    }

    pub(super) fn facts(&mut self, device: &model::Device) -> Facts {
        Facts {
            edition: edition(device.edition),
            tpm: tpm(device.tpm),
            clock_skew: device.clock_skew.0,
            certificate: device.certificate,
            vpn: device.vpn.as_ref().and_then(|name| self.vpn(name)),
            offline_profile: device.offline_profile,
        }
    }

    pub(super) fn scope_of(&self, scope: &OneOrMany<Spanned<String>>) -> MdmScope {
        match scope.0.as_slice() {
            [] => MdmScope::All,
            [one] if one.value == "all" => MdmScope::All,
            [one] if one.value == "none" => MdmScope::None,
            groups => MdmScope::Selected(self.groups(groups)),
        }
    }

    /// The tenant's settings with these changes, and its platform restrictions if they change.
    pub(super) fn policies(&mut self, section: &model::Policies) -> (Policies, Option<Vec<PlatformRestriction>>) {
        let mut policies = self.later.policies.clone().unwrap_or_else(|| self.tenant.policies.clone());
        let scope = |this: &Self, given: &Option<OneOrMany<Spanned<String>>>, was: MdmScope| {
            given.as_ref().map_or(was, |scope| this.scope_of(scope))
        };
        policies.mdm_scope = scope(self, &section.mdm_scope, policies.mdm_scope);
        policies.mam_scope = scope(self, &section.mam_scope, policies.mam_scope);
        policies.may_join = scope(self, &section.may_join, policies.may_join);
        let urls = [
            (&section.mdm_terms_of_use_url, &mut policies.mdm_urls.terms_of_use),
            (&section.mdm_discovery_url, &mut policies.mdm_urls.discovery),
            (&section.mdm_compliance_url, &mut policies.mdm_urls.compliance),
        ];
        for (given, url) in urls {
            if let Some(text) = given {
                *url = match text.as_str() {
                    "default" => MdmUrl::Default,
                    "blank" | "" => MdmUrl::Blank,
                    other => MdmUrl::Other(self.cx.name(other)),
                };
            }
        }
        if let Some(others) = &section.other_mdm {
            policies.other_mdm = others
                .iter()
                .map(|o| OtherMdm { name: self.cx.name(&o.name), scope: self.scope_of(&o.scope) })
                .collect();
        }
        policies.enrollment_limit = section.enrollment_limit.unwrap_or(policies.enrollment_limit);
        policies.device_quota = section.device_quota.unwrap_or(policies.device_quota);
        policies.terms_of_use = section.terms_of_use.unwrap_or(policies.terms_of_use);
        policies.require_mfa = section.require_mfa.unwrap_or(policies.require_mfa);
        policies.require_compliant = section.require_compliant.unwrap_or(policies.require_compliant);
        let restriction = |r: &Spanned<model::Restriction>| PlatformRestriction {
            users: self.scope_of(&r.users),
            blocked: r.blocked,
            personal_blocked: r.personal_blocked,
            min_build: r.min_build,
            max_build: r.max_build,
        };
        let restrictions = section.restrictions.as_ref().map(|all| all.iter().map(restriction).collect());
        self.later.policies = Some(policies.clone());
        (policies, restrictions)
    }

    fn server_of(&mut self, name: &str) -> Id<Connector> {
        self.connector_of(name)
    }

    fn user_of(&self, upn: &str) -> Id<sim_graph::User> {
        self.tenant.user(upn, &self.cx).expect(CHECKED)
    }

    fn device_change(&mut self, change: &model::DeviceChange) -> Change {
        let vpn = change.vpn.as_ref().map(|name| self.vpn(name));
        let mut devices: Vec<(Id<Device>, Facts)> = Vec::new();
        for id in self.ids(&change.devices) {
            let mut facts = self.later.facts.get(&id).copied().unwrap_or(*self.field.facts(id));
            facts.edition = change.edition.map_or(facts.edition, edition);
            facts.tpm = change.tpm.map_or(facts.tpm, tpm);
            facts.clock_skew = change.clock_skew.map_or(facts.clock_skew, |s| s.0);
            facts.certificate = change.certificate.unwrap_or(facts.certificate);
            facts.offline_profile = change.offline_profile.unwrap_or(facts.offline_profile);
            facts.vpn = vpn.unwrap_or(facts.vpn);
            self.later.facts.insert(id, facts);
            devices.push((id, facts));
        }
        let user = change.signs_in.as_ref().map(|upn| self.user_of(upn));
        Change::Device { devices, os_build: change.os_build.unwrap_or(0), user }
    }

    fn user_change(&mut self, change: &model::UserChange) -> Change {
        let user = self.user_of(&change.upn);
        let was = self.tenant.user_record(user).sign_in;
        let mut facts = self.later.users.get(&user).copied().unwrap_or(was);
        facts.foreign = change.foreign.unwrap_or(facts.foreign);
        facts.method = change.sign_in.map_or(facts.method, method);
        facts.second_factor = change.second_factor.unwrap_or(facts.second_factor);
        facts.accepts_terms = change.accepts_terms.unwrap_or(facts.accepts_terms);
        facts.administrator = change.administrator.unwrap_or(facts.administrator);
        self.later.users.insert(user, facts);
        Change::User(user, facts, change.enabled)
    }

    fn server_change(&mut self, change: &model::ServerChange) -> Change {
        let id = self.server_of(&change.name);
        let mut facts = self.later.servers.get(&id).copied().unwrap_or(self.field.connector(id).server);
        facts.windows_server = change.windows_server.unwrap_or(facts.windows_server);
        facts.dotnet = change.dotnet.unwrap_or(facts.dotnet);
        facts.enhanced_security = change.enhanced_security.unwrap_or(facts.enhanced_security);
        facts.proxy_set = change.proxy_set.unwrap_or(facts.proxy_set);
        facts.service_logon = change.service_logon.unwrap_or(facts.service_logon);
        facts.local_administrator = change.local_administrator.unwrap_or(facts.local_administrator);
        facts.trusted = change.trusted.unwrap_or(facts.trusted);
        facts.resolves = change.resolves.unwrap_or(facts.resolves);
        self.later.servers.insert(id, facts);
        Change::Server(id, facts)
    }

    fn assign(&mut self, assign: &model::Assign) -> Change {
        let to = self.assignment(&assign.to, &assign.exclude);
        match &assign.what.value {
            model::Assigned::Deployment(name) => Change::AssignDeploymentProfile(self.profile(name), to),
            model::Assigned::DomainJoin(name) => {
                let id = self.tenant.domain_join_profile(name, &self.cx).expect(CHECKED);
                Change::AssignDomainJoinProfile(id, to)
            }
            model::Assigned::Esp(name) => {
                Change::AssignEspProfile(self.tenant.esp_profile(name, &self.cx).expect(CHECKED), to)
            }
        }
    }

    /// The change that a step makes.
    pub(super) fn change(&mut self, action: &Action) -> Change {
        match action {
            Action::Undelegate(d) => Change::Undelegate { account: d.account.value.clone(), ou: d.ou.value.clone() },
            Action::JoinByHand(join) => Change::JoinByHand {
                computer: join.computer.value.clone(),
                domain: join.domain.value.clone(),
                by: join.by.value.clone(),
                ou: join.ou.as_ref().map(|ou| ou.value.clone()),
            },
            Action::CreateScp(domain) => Change::CreateScp(domain.value.clone()),
            Action::ScopeSync(sync) => {
                let scope = sync.scope.0.iter().map(|ou| ou.value.clone()).collect();
                Change::ScopeSync(self.sync_of(&sync.server), scope)
            }
            Action::StageSync(sync) => Change::StageSync(self.sync_of(&sync.server), sync.staging),
            Action::InstallConnector(install) => {
                Change::InstallConnector(self.server_of(&install.server), self.user_of(&install.signs_in))
            }
            Action::UninstallConnector(server) => Change::UninstallConnector(self.server_of(server)),
            Action::Server(change) => self.server_change(change),
            Action::Place(change) => self.place_change(change),
            Action::Device(change) => self.device_change(change),
            Action::Hardware(change) => {
                let serial = change.serial.as_ref().map_or(Sym::EMPTY, |s| self.cx.name(s));
                let manufacturer = change.manufacturer.as_ref().map(|m| self.cx.name(m));
                let devices = self.ids(&change.devices);
                // What is uploaded from now on is the new hash.
                for built in self.devices.iter_mut().filter(|built| devices.contains(&built.id)) {
                    built.row.hash = next_hash(built.row.hash);
                    built.row.serial = if serial.is_empty() { built.row.serial } else { serial };
                }
                Change::Hardware { devices, serial, manufacturer }
            }
            Action::Reseal(devices) => Change::Reseal(self.ids(&devices.devices)),
            Action::OpenApp(devices) => Change::OpenApp(self.ids(&devices.devices)),
            Action::Remote(remote) => {
                let action = match remote.action {
                    model::RemoteWord::AutopilotReset => RemoteAction::AutopilotReset,
                    model::RemoteWord::Wipe => RemoteAction::Wipe,
                    model::RemoteWord::Retire => RemoteAction::Retire,
                    model::RemoteWord::FreshStart => RemoteAction::FreshStart,
                    model::RemoteWord::Restart => RemoteAction::Restart,
                };
                Change::Remote(self.ids(&remote.devices), action)
            }
            Action::Unblock(devices) => Change::Unblock(self.ids(&devices.devices)),
            Action::Release(devices) => Change::Release(self.ids(&devices.devices)),
            Action::RegisterByPartner(partner) => Change::RegisterByPartner {
                devices: self.ids(&partner.devices),
                purchase_order: self.cx.name(&partner.purchase_order),
                group_tag: self.cx.name(&partner.group_tag),
                serial: partner.serial.as_ref().map(|s| self.cx.name(s)),
            },
            Action::AssignUser(assign) => Change::AssignUser(self.ids(&assign.devices), assign.user.clone()),
            Action::Assign(assign) => self.assign(assign),
            Action::SetRule(set) => {
                let group = self.tenant.group(&set.group, &self.cx).expect(CHECKED);
                Change::SetRule(group, set.rule.value.clone())
            }
            Action::Member(member) => Change::Member {
                group: self.tenant.group(&member.group, &self.cx).expect(CHECKED),
                devices: self.ids(&member.devices),
                twin: member.twin,
                on: member.on,
            },
            Action::Preprovisioning(switch) => Change::Preprovisioning(self.profile(&switch.profile), switch.on),
            Action::SetDomainJoin(set) => {
                let text = |t: &Option<Spanned<String>>| t.as_ref().map(|t| t.value.clone()).unwrap_or_default();
                let id = self.tenant.domain_join_profile(&set.profile, &self.cx).expect(CHECKED);
                Change::SetDomainJoin(id, text(&set.domain), text(&set.prefix))
            }
            Action::Policies(section) => {
                let (policies, restrictions) = self.policies(section);
                Change::Policies(Box::new(policies), restrictions)
            }
            Action::User(change) => self.user_change(change),
            Action::Owner(set) => {
                let owner = match set.owner {
                    model::Owner::Company => Ownership::Company,
                    model::Owner::Personal => Ownership::Personal,
                };
                Change::Owner(self.ids(&set.devices), owner)
            }
            Action::EnableDevice(enable) => {
                Change::EnableDevice { devices: self.ids(&enable.devices), twin: enable.twin, on: enable.on }
            }
            _ => unreachable!("the other actions are commands of their own"),
        }
    }
}

fn proxy(proxy: model::Proxy) -> Proxy {
    match proxy {
        model::Proxy::None => Proxy::None,
        model::Proxy::Wpad => Proxy::Wpad,
        model::Proxy::Manual => Proxy::Manual,
        model::Proxy::Authenticating => Proxy::Authenticating,
    }
}

fn admission(admission: model::Admission) -> Admission {
    match admission {
        model::Admission::Open => Admission::Open,
        model::Admission::Certificate => Admission::Certificate,
        model::Admission::Portal => Admission::Portal,
    }
}

fn edition(edition: model::Edition) -> Edition {
    match edition {
        model::Edition::Enterprise => Edition::Enterprise,
        model::Edition::Pro => Edition::Pro,
        model::Edition::Education => Edition::Education,
        model::Edition::Home => Edition::Home,
    }
}

fn tpm(tpm: model::Tpm) -> Tpm {
    match tpm {
        model::Tpm::Version20 => Tpm::Version20,
        model::Tpm::Version12 => Tpm::Version12,
        model::Tpm::Virtual => Tpm::Virtual,
        model::Tpm::Vulnerable => Tpm::Vulnerable,
        model::Tpm::None => Tpm::None,
    }
}

fn method(kind: model::SignInKind) -> SignInMethod {
    match kind {
        model::SignInKind::Password => SignInMethod::Password,
        model::SignInKind::TemporaryAccessPass => SignInMethod::TemporaryAccessPass,
        model::SignInKind::SecurityKey => SignInMethod::SecurityKey,
        model::SignInKind::Certificate => SignInMethod::Certificate,
        model::SignInKind::Consumer => SignInMethod::Consumer,
    }
}

/// What a user's sign-in depends on.
pub(super) fn sign_in_facts(user: &model::User) -> SignInFacts {
    SignInFacts {
        foreign: user.foreign,
        method: method(user.sign_in),
        second_factor: user.second_factor,
        accepts_terms: user.accepts_terms,
        administrator: user.administrator,
    }
}

/// What a connector's server is.
pub(super) fn server_facts(connector: &model::Connector) -> ServerFacts {
    ServerFacts {
        windows_server: connector.windows_server,
        dotnet: connector.dotnet,
        enhanced_security: connector.enhanced_security,
        webview: connector.build == model::ConnectorBuild::Current,
        proxy_set: connector.proxy_set,
        service_logon: connector.service_logon,
        local_administrator: connector.local_administrator,
        other_connector: connector.other_connector,
        trusted: connector.trusted,
        resolves: connector.resolves,
    }
}

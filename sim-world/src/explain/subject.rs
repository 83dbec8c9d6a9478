//! What can be explained: each kind of thing with what can be seen of it, the record that led to that, and what it still waits for.

use super::chain::Chains;
use super::{Explanation, Finding};
use crate::report::find::{self, Thing};
use crate::report::{ShowError, directory};
use crate::world::World;
use sim_core::{Arg, Evidence, Id, Level, Record, RecordKey, Seen, SimTime, Sym};
use sim_device::{Device, Sides, Stage};
use sim_graph::{AssignmentStatus, AutopilotDevice, EntraDevice, Group, ImportStatus, OdjState};

/// More devices than this are counted, not asked about one by one.
const MOST_ASKED: usize = 20;

/// Explains what goes by a name.
pub(super) fn answer(
    world: &World,
    of: &str,
    start: SimTime,
    chains: &mut Chains<'_>,
) -> Result<Explanation, ShowError> {
    let thing = find::find(world, of)?;
    let mut answer = Explanation { name: find::name(world, thing), kind: thing.kind(), ..Explanation::default() };
    let look = Look { world, start, chains, answer: &mut answer };
    match thing {
        Thing::Device(id) => look.device(id),
        Thing::Server(id) => look.server(id),
        Thing::EntraConnect(id) => look.entra_connect(id),
        Thing::User(id) => look.user(id),
        Thing::Group(id) => look.group(id),
        Thing::AutopilotDevice(id) => look.identity(id),
        Thing::EntraDevice(id) => look.entra_device(id),
        Thing::ManagedDevice(id) => look.managed_device(id),
        Thing::DeploymentProfile(id) => {
            let profile = world.tenant().deployment_profile_record(id);
            let handed = world.tenant().identities().filter(|(_, i)| i.assigned.get() == Some(id)).count();
            look.named(profile.name, vec![format!("assigned to {handed} registered devices")]);
        }
        Thing::DomainJoinProfile(id) => {
            let profile = world.tenant().domain_join_profile_record(id);
            let asked = world.tenant().odj_requests();
            let asked = asked.filter(|(r, _)| world.tenant().join_settings(*r).profile == profile.name).count();
            look.named(profile.name, vec![format!("{asked} offline domain join requests were made by it")]);
        }
        Thing::EspProfile(id) => {
            let page = world.tenant().esp_profiles().find(|(other, _)| *other == id).map(|(_, page)| page);
            look.named(page.map(|page| page.name).unwrap_or_default(), Vec::new());
        }
        Thing::ConnectorRecord(id) => {
            let connector = world.tenant().connector(id);
            let last = world.tenant().connector_last_connection(id, world.now());
            look.named(connector.name, vec![format!("state {}, last seen {last}", connector.state.graph())]);
        }
        Thing::Entry(id) => look.entry(id),
        Thing::Request(id) => look.request(id),
        Thing::Import(id) => look.import(id),
    }
    Ok(answer)
}

/// The sides of a world.
pub(super) fn sides(world: &World) -> Sides<'_> {
    Sides { tenant: world.tenant(), forest: world.forest(), cx: world.cx() }
}

struct Look<'w, 'c, 'a> {
    world: &'w World,
    start: SimTime,
    chains: &'a mut Chains<'c>,
    answer: &'a mut Explanation,
}

impl<'w> Look<'w, '_, '_> {
    fn name(&self, name: Sym) -> &'w str {
        self.world.cx().names.get(name)
    }

    fn says(&mut self, line: impl Into<String>) {
        self.answer.state.push(line.into());
    }

    fn because(&mut self, key: RecordKey) {
        self.answer.chain.extend(self.chains.main(key));
    }

    /// A question about the present. What brings nothing to light is not shown.
    fn ask(&mut self, says: impl Into<String>, ask: impl FnOnce(&mut Seen)) {
        let (saw, because) = self.chains.ask(ask);
        if !saw.is_empty() || !because.is_empty() {
            self.answer.findings.push(Finding { says: says.into(), saw, because });
        }
    }

    fn device(mut self, id: Id<Device>) {
        let world = self.world;
        let device = world.field().device(id);
        let screen = device.screen();
        let code = screen.code.map(|code| format!(" 0x{code:08X}")).unwrap_or_default();
        let text = if screen.text.is_empty() { String::new() } else { format!(": {}", screen.text) };
        self.says(format!("shows the {} page{code}{text}", screen.page));
        if let Some(at) = device.next_at() {
            self.says(format!("goes on at {} by itself", at.clock_since(self.start)));
        }
        self.because(device.cause());
        let waits = !matches!(device.stage, Stage::Failed(_) | Stage::Desktop);
        if waits {
            self.ask("it goes no further", |seen| world.field().why_waiting(id, device.stage, sides(world), seen));
        }
        let hardware = world.tenant().hardware_of(device.hash);
        let identity = hardware.and_then(|h| world.tenant().hardware(h).identity.get());
        match (device.stage, identity) {
            (Stage::Off | Stage::ConsumerSetup, None) => {
                self.ask("it is not registered with Windows Autopilot", |seen| {
                    world.tenant().why_not_registered(device.hash, seen);
                });
            }
            (Stage::Off | Stage::ConsumerSetup, Some(identity)) => self.no_profile(identity),
            (Stage::Desktop, _) if device.in_domain() => {
                self.ask("it is not Entra hybrid joined", |seen| world.field().why_not_joined(id, sides(world), seen));
            }
            _ => {}
        }
    }

    /// If a registered device has no profile.
    fn no_profile(&mut self, id: Id<AutopilotDevice>) {
        let world = self.world;
        if world.tenant().identity(id).assigned.get().is_none() {
            self.ask("no deployment profile is assigned", |seen| world.tenant().why_no_profile(id, world.cx(), seen));
        }
    }

    fn identity(mut self, id: Id<AutopilotDevice>) {
        let identity = self.world.tenant().identity(id);
        let status = identity.assignment_status;
        self.says(format!("profile status {}", status.graph()));
        if let Some(profile) = identity.assigned.get() {
            let name = self.name(self.world.tenant().deployment_profile_record(profile).name);
            self.says(format!("deployment profile {name}"));
        }
        self.because(self.world.tenant().cause_of_identity(id));
        if status == AssignmentStatus::NotAssigned || status == AssignmentStatus::Pending {
            self.no_profile(id);
        }
    }

    fn entra_device(mut self, id: Id<EntraDevice>) {
        let device = self.world.tenant().entra_device(id);
        let pending = device.registered == SimTime::NEVER;
        self.says(format!("{}{}", device.trust_type.graph(), if pending { ", registration pending" } else { "" }));
        let key = self.chains.last_with(Arg::Guid(device.device_id), |_| true);
        let key = if key.is_none() { self.chains.last(device.who, |_| true) } else { key };
        self.because(key);
        let machine = self.world.field().device_of_computer(device.device_id);
        if let Some(machine) = machine.filter(|_| pending) {
            let world = self.world;
            self.ask("its registration is pending", |seen| {
                seen.note(|| "the device registers when its task runs next: at sign-in, or hourly".into());
                world.field().why_not_joined(machine, sides(world), seen);
            });
        }
    }

    fn managed_device(mut self, id: Id<sim_graph::ManagedDevice>) {
        let world = self.world;
        let managed = world.tenant().managed_device(id);
        self.says(format!("enrolled {}, last sync {}", managed.enrolled, managed.last_sync));
        self.because(world.tenant().cause_of_managed(id));
        let waits = managed.odj.get().is_none_or(|r| world.tenant().odj_request(r).blob().is_none());
        let machine = world.field().devices().find(|(_, d)| d.managed.get() == Some(id)).map(|(d, _)| d);
        if waits && machine.is_some_and(|d| matches!(world.field().device(d).stage, Stage::AwaitingOdjBlob { .. })) {
            self.ask("it has no offline domain join blob", |seen| world.tenant().why_no_odj_blob(id, world.cx(), seen));
        }
    }

    fn group(mut self, id: Id<Group>) {
        let world = self.world;
        let group = world.tenant().group_record(id);
        self.says(format!("{} devices and {} users", group.devices.len(), group.users.len()));
        if let Some(rule) = &group.rule {
            self.says(format!("members by the rule {rule}"));
        }
        let joined = |r: &Record| r.kind.name == sim_graph::kinds::JOINED_GROUP.name || r.kind.level == Level::Root;
        let key = self.chains.last(group.name, joined);
        self.because(key);
        if group.rule.is_none() {
            return;
        }
        let out: Vec<Id<EntraDevice>> =
            world.tenant().entra_devices().map(|(d, _)| d).filter(|d| !group.devices.contains(*d)).collect();
        for device in out.iter().take(MOST_ASKED) {
            let record = world.tenant().entra_device(*device);
            let says = format!("{} ({}) is no member", self.name(record.who), record.trust_type.graph());
            self.ask(says, |seen| {
                world.tenant().rule_holds(id, *device, world.cx(), seen);
            });
        }
        if out.len() > MOST_ASKED {
            self.says(format!("{} more devices are no members", out.len() - MOST_ASKED));
        }
    }

    fn server(mut self, id: Id<sim_device::Connector>) {
        let world = self.world;
        let server = world.field().connector(id);
        let runs = if server.running { "runs" } else { "does not run" };
        match server.record.get() {
            Some(record) => {
                let last = world.tenant().connector_last_connection(record, world.now());
                let state = world.tenant().connector(record).state.graph();
                self.says(format!("{runs}, state {state}, last seen {last}"));
            }
            None => self.says(format!("{runs}, unknown to the service")),
        }
        self.says(format!("works as {}", self.name(server.account)));
        self.because(server.cause());
        let failed = |r: &Record| r.kind.level == Level::Failed && r.who == server.name;
        let key = self.chains.last(server.name, failed);
        self.because(key);
        if self.answer.chain.is_empty() {
            let key = self.chains.last(server.name, |r| r.who == server.name);
            self.because(key);
        }
        for (request, record) in world.tenant().odj_requests() {
            if record.state == OdjState::Queued {
                let domain = world.tenant().join_settings(request).domain;
                let who = self.name(world.tenant().odj_device(request));
                self.ask(format!("it has not taken the request of {who}"), |seen| {
                    world.field().could_take(id, domain, sides(world), seen);
                });
            }
        }
    }

    fn entra_connect(mut self, id: Id<sim_device::EntraConnect>) {
        let found = self.world.field().entra_connects().find(|(other, _)| *other == id);
        let Some((_, sync)) = found else { return };
        let (name, key, paused, staging) = (sync.name, sync.cause(), sync.paused, sync.staging);
        let mode = if staging {
            "in staging mode"
        } else if paused {
            "its scheduler is suspended"
        } else {
            "runs"
        };
        self.says(mode);
        self.because(key);
        if self.answer.chain.is_empty() {
            let key = self.chains.last(name, |r| r.who == name);
            self.because(key);
        }
    }

    fn user(mut self, id: Id<sim_graph::User>) {
        let world = self.world;
        let user = world.tenant().user_record(id);
        self.says(format!("{}, account {}", self.name(user.display_name), self.name(user.account)));
        let key = self.chains.last(user.upn, |r| r.who == user.upn);
        self.because(key);
        let refused = world.tenant().enrolment_refusal(id, true, world.cx(), &mut sim_core::Unasked);
        if let Some(error) = refused {
            self.ask(format!("enrolment of this user is refused with 0x{:08X}", error.code()), |seen| {
                world.tenant().enrolment_refusal(id, true, world.cx(), seen);
            });
        }
    }

    fn entry(mut self, id: Id<sim_ldap::Entry>) {
        let (state, rdn) = directory::summary(self.world, id);
        self.says(state);
        let rdn = self.world.cx().names.find(&rdn).unwrap_or_default();
        let kinds = sim_ldap::kinds::ALL;
        let key = self.chains.last(rdn, |r| kinds.iter().any(|kind| kind.name == r.kind.name));
        let key = if key.is_none() { self.chains.last(rdn, |r| r.kind.level == Level::Root) } else { key };
        self.because(key);
    }

    fn request(mut self, id: Id<sim_graph::OdjRequest>) {
        let world = self.world;
        let (request, settings) = (world.tenant().odj_request(id), world.tenant().join_settings(id));
        let connector = request.connector.get().map(|c| self.name(world.tenant().connector(c).name));
        let state = match request.state {
            OdjState::Queued => "waits for a connector".to_owned(),
            OdjState::Taken => format!("{} works on it", connector.unwrap_or("a connector")),
            OdjState::Done(blob) => {
                format!("answered by {}: {}", connector.unwrap_or("a connector"), self.name(blob.computer_name))
            }
            OdjState::Failed { error } => match connector {
                Some(connector) => format!("given up by {connector} with error {error}"),
                None => "no connector took it before its device gave up".to_owned(),
            },
        };
        self.says(state);
        self.says(format!(
            "by domain join profile {}, domain {}",
            self.name(settings.profile),
            self.name(settings.domain)
        ));
        self.because(request.cause());
        self.ask("no connector took it", |seen| world.field().why_not_taken(id, sides(world), seen));
    }

    fn import(mut self, id: Id<sim_graph::ImportedDevice>) {
        let import = self.world.tenant().imported_device(id);
        let state = match import.status {
            ImportStatus::Unknown => "still running".to_owned(),
            ImportStatus::Complete => "complete".to_owned(),
            ImportStatus::Error(error) => format!("refused with {} {}", error.code(), error.name()),
        };
        self.says(state);
        self.because(import.cause());
    }

    /// Something that only its name leads to.
    fn named(mut self, name: Sym, state: Vec<String>) {
        self.answer.state.extend(state);
        let key = self.chains.last(name, |r| r.who == name);
        self.because(key);
    }
}

/// The names under which the trace knows what goes by a name.
pub(super) fn names(world: &World, of: &str) -> Vec<String> {
    let Ok(thing) = find::find(world, of) else { return Vec::new() };
    let (tenant, text) = (world.tenant(), |name: Sym| world.cx().names.get(name).to_owned());
    match thing {
        Thing::Device(id) => {
            let device = world.field().device(id);
            vec![text(device.name), text(device.serial), text(device.computer)]
        }
        Thing::AutopilotDevice(id) => vec![text(tenant.hardware(tenant.identity(id).hardware).label)],
        Thing::EntraDevice(id) => vec![text(tenant.entra_device(id).who)],
        Thing::ManagedDevice(id) => vec![text(tenant.managed_device(id).who)],
        Thing::Request(id) => vec![text(tenant.odj_device(id))],
        Thing::Import(id) => vec![text(tenant.hardware(tenant.imported_device(id).machine()).label)],
        Thing::Entry(id) => vec![directory::summary(world, id).1],
        _ => vec![find::name(world, thing)],
    }
}

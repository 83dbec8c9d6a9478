//! Why something did not come about: a question about two things, or about one thing and a step on its way.

use super::chain::Chains;
use super::subject::sides;
use super::{Explanation, Finding};
use crate::report::ShowError;
use crate::report::find::{self, Thing};
use crate::world::World;
use sim_core::{Arg, Evidence, Id, Kind, Record, Seen, Sym};
use sim_device::{Connector, Device, Stage};
use sim_graph::{EntraDevice, Group};

/// A step on a device's way: the words for it, and the kinds of records that say it was made, the one that counts first.
struct Milestone {
    words: &'static [&'static str],
    says: &'static str,
    kinds: &'static [&'static Kind],
    /// The kinds of records that say it was not.
    refused: &'static [&'static Kind],
}

/// In the order of the way.
static MILESTONES: [Milestone; 9] = {
    use sim_device::kinds as device;
    use sim_graph::kinds as cloud;
    [
        Milestone {
            words: &["registered", "registration", "imported"],
            says: "registered with Windows Autopilot",
            kinds: &[&cloud::IMPORT_COMPLETED, &cloud::CONVERTED],
            refused: &[&cloud::IMPORT_REFUSED, &cloud::IDENTITY_DELETED],
        },
        Milestone {
            words: &["assigned", "profile"],
            says: "assigned a deployment profile",
            kinds: &[&cloud::PROFILE_ASSIGNED],
            refused: &[&cloud::PROFILE_UNASSIGNED],
        },
        Milestone {
            words: &["enrolled", "enrolment", "managed"],
            says: "enrolled in Intune",
            kinds: &[&cloud::ENROLLED],
            refused: &[&cloud::ENROLL_REFUSED],
        },
        Milestone {
            words: &["request", "requested"],
            says: "given an offline domain join request",
            kinds: &[&cloud::ODJ_REQUESTED],
            refused: &[&cloud::ODJ_NOT_REQUESTED],
        },
        Milestone {
            words: &["blob", "computer"],
            says: "given an offline domain join blob",
            kinds: &[&cloud::ODJ_BLOB_STORED],
            refused: &[&cloud::ODJ_GIVEN_UP],
        },
        Milestone {
            words: &["joined", "domain"],
            says: "joined to its domain",
            kinds: &[&device::RESTARTED],
            refused: &[],
        },
        Milestone {
            words: &["hybrid", "twin", "synchronised", "synced"],
            says: "Entra hybrid joined",
            kinds: &[&cloud::TWIN_REGISTERED],
            refused: &[&cloud::REGISTRATION_REFUSED, &device::REGISTRATION_WAITS, &cloud::TWIN_REMOVED],
        },
        Milestone {
            words: &["desktop", "done", "finished", "deployed"],
            says: "at its desktop",
            kinds: &[&device::DESKTOP],
            refused: &[],
        },
        Milestone {
            words: &["converted", "conversion"],
            says: "converted to Windows Autopilot",
            kinds: &[&cloud::CONVERTED],
            refused: &[&cloud::CONVERT_SKIPPED],
        },
    ]
};

/// Explains why `text` is not so of what goes by the name `of`.
pub(super) fn answer(world: &World, of: &str, text: &str, chains: &mut Chains<'_>) -> Result<Explanation, ShowError> {
    let subject = find::find(world, of)?;
    let mut answer = Explanation { name: find::name(world, subject), kind: subject.kind(), ..Explanation::default() };
    let mut ask = Ask { world, chains, answer: &mut answer };
    let asked = match (subject, milestone(text)) {
        (Thing::Device(device), Some(milestone)) => {
            ask.milestone(device, milestone);
            true
        }
        _ => ask.pair(subject, other(world, text)?),
    };
    if asked { Ok(answer) } else { Err(ShowError::Meaningless { of: of.into(), why: meaningless(text) }) }
}

fn meaningless(text: &str) -> String {
    let words = MILESTONES.iter().map(|m| m.words[0]).collect::<Vec<_>>().join(", ");
    format!(
        "cannot be asked why not `{text}`: a device can be asked about a group, a profile, a connector, Entra Connect, a user, or one \
         of {words}; a group about a device or a user"
    )
}

/// The step that a text names, if it is made of words for one alone.
fn milestone(text: &str) -> Option<&'static Milestone> {
    let text = text.trim().to_lowercase();
    let mut words =
        text.split_whitespace().filter(|w| !["not", "is", "it", "the", "a", "in", "to", "at", "join"].contains(w));
    let first = words.next()?;
    let found = MILESTONES.iter().find(|m| m.words.contains(&first))?;
    words.all(|w| found.words.contains(&w) || found.says.to_lowercase().contains(w)).then_some(found)
}

/// What a text names: the thing of that name, else the thing with the longest name that stands in it.
fn other(world: &World, text: &str) -> Result<Thing, ShowError> {
    match find::find(world, text) {
        Err(ShowError::Unknown { of, suggestion }) => {
            let named = find::longest_within(world, text);
            let named = named.ok_or(ShowError::Unknown { of, suggestion })?;
            find::find(world, &named)
        }
        found => found,
    }
}

struct Ask<'w, 'c, 'a> {
    world: &'w World,
    chains: &'a mut Chains<'c>,
    answer: &'a mut Explanation,
}

impl Ask<'_, '_, '_> {
    fn name(&self, name: Sym) -> String {
        self.world.cx().names.get(name).to_owned()
    }

    /// A question whose answer is shown if there is one.
    fn ask(&mut self, says: String, ask: impl FnOnce(&mut Seen)) {
        let (saw, because) = self.chains.ask(ask);
        if !saw.is_empty() || !because.is_empty() {
            self.answer.findings.push(Finding { says, saw, because });
        }
    }

    /// It is so, after all: since when, and because of what.
    fn is_so(&mut self, says: &str, key: sim_core::RecordKey) {
        self.answer.state.push(format!("it is, or has been, {says}"));
        self.answer.chain.extend(self.chains.main(key));
    }

    fn milestone(&mut self, id: Id<Device>, milestone: &'static Milestone) {
        let world = self.world;
        let device = world.field().device(id);
        let is = |kinds: &[&Kind], r: &Record| {
            let named = r.who == device.name || r.args[0] == Arg::Name(device.name);
            named && kinds.iter().any(|kind| kind.name == r.kind.name)
        };
        let key = self.chains.last(device.name, |r| is(milestone.kinds, r));
        if !key.is_none() {
            return self.is_so(milestone.says, key);
        }
        self.answer.state.push(format!("it has not been {}", milestone.says));
        let refused = self.chains.last(device.name, |r| is(milestone.refused, r));
        let key = if refused.is_none() { device.cause() } else { refused };
        self.answer.chain.extend(self.chains.main(key));
        let stage = device.stage;
        let tenant = world.tenant();
        let identity = tenant.hardware_of(device.hash).and_then(|h| tenant.hardware(h).identity.get());
        let says = format!("not {}", milestone.says);
        match milestone.words[0] {
            "registered" => self.ask(says, |seen| tenant.why_not_registered(device.hash, seen)),
            "assigned" => self.ask(says, |seen| match identity {
                Some(identity) => tenant.why_no_profile(identity, world.cx(), seen),
                None => tenant.why_not_registered(device.hash, seen),
            }),
            "hybrid" if device.in_domain() => {
                self.ask(says, |seen| world.field().why_not_joined(id, sides(world), seen));
            }
            "request" | "blob" if device.managed.get().is_some() => self.ask(says, |seen| {
                let blobless = Stage::AwaitingOdjBlob { until: sim_core::SimTime::NEVER };
                world.field().why_waiting(id, blobless, sides(world), seen);
            }),
            "converted" => self.ask(says, |seen| {
                if let Some(managed) = device.managed.get() {
                    tenant.why_not_converted(managed, world.cx(), seen);
                } else {
                    seen.note(|| "it is not enrolled in Intune".into());
                }
            }),
            _ => self.ask(says, |seen| world.field().why_waiting(id, stage, sides(world), seen)),
        }
    }

    /// Two things; false if there is nothing to ask about them.
    fn pair(&mut self, one: Thing, two: Thing) -> bool {
        match (one, two) {
            (Thing::Device(device), Thing::Group(group)) | (Thing::Group(group), Thing::Device(device)) => {
                let all = self.records_of(device);
                for entra in all {
                    self.member(group, entra);
                }
            }
            (Thing::EntraDevice(device), Thing::Group(group)) | (Thing::Group(group), Thing::EntraDevice(device)) => {
                self.member(group, device);
            }
            (Thing::User(user), Thing::Group(group)) | (Thing::Group(group), Thing::User(user)) => {
                let (tenant, cx) = (self.world.tenant(), self.world.cx());
                let record = tenant.group_record(group);
                let (name, upn) = (self.name(record.name), self.name(tenant.user_record(user).upn));
                if record.users.contains(&user) {
                    self.answer.state.push(format!("{upn} is a member of group {name}"));
                } else {
                    self.ask(format!("{upn} is not in group {name}"), |seen| {
                        seen.blame(|| {
                            sim_core::Blame::named(
                                "group",
                                &name,
                                format!("its members do not include {upn}"),
                                &cx.names,
                            )
                        });
                    });
                }
            }
            (Thing::Device(device), Thing::DeploymentProfile(profile)) => {
                let record = self.world.tenant().deployment_profile_record(profile);
                let says = format!("deployment profile {} is not assigned to it", self.name(record.name));
                let world = self.world;
                let all = self.records_of(device);
                self.ask(says, |seen| {
                    for entra in all {
                        record.assignment.reaches(world.tenant(), entra, world.cx(), seen);
                        world.tenant().profile_for(entra, world.cx(), seen);
                    }
                });
            }
            (Thing::Device(device), Thing::DomainJoinProfile(profile)) => {
                let record = self.world.tenant().domain_join_profile_record(profile);
                let says = format!("domain join profile {} does not apply to it", self.name(record.name));
                let world = self.world;
                let all = self.records_of(device);
                self.ask(says, |seen| {
                    for entra in all {
                        world.tenant().domain_join_profile_for(entra, world.cx(), seen);
                    }
                });
            }
            (Thing::Device(device), Thing::Server(connector)) => return self.not_taken(device, connector),
            (Thing::Device(device), Thing::ConnectorRecord(record)) => {
                let found = self.world.field().connectors().find(|(_, c)| c.record == record).map(|(id, _)| id);
                return found.is_some_and(|connector| self.not_taken(device, connector));
            }
            (Thing::Device(device), Thing::EntraConnect(sync)) => {
                let name = self.world.field().entra_connects().find(|(id, _)| *id == sync).map(|(_, s)| s.name);
                let says = format!("{} has not exported its computer", self.name(name.unwrap_or_default()));
                let world = self.world;
                self.ask(says, |seen| world.field().why_not_joined(device, sides(world), seen));
            }
            (Thing::Device(_), Thing::User(user)) => {
                let world = self.world;
                let upn = self.name(world.tenant().user_record(user).upn);
                self.ask(format!("enrolment of {upn}"), |seen| {
                    world.tenant().enrolment_refusal(user, true, world.cx(), seen);
                });
            }
            _ => return false,
        }
        true
    }

    /// The Entra devices of a machine: the anchor, and what it was registered as since.
    fn records_of(&self, device: Id<Device>) -> Vec<Id<EntraDevice>> {
        let who = self.world.field().device(device).name;
        self.world.tenant().entra_devices().filter(|(_, d)| d.who == who).map(|(id, _)| id).collect()
    }

    fn member(&mut self, group: Id<Group>, device: Id<EntraDevice>) {
        let world = self.world;
        let (record, of) = (world.tenant().group_record(group), world.tenant().entra_device(device));
        let (name, who, trust) = (self.name(record.name), self.name(of.who), of.trust_type.graph());
        if record.devices.contains(device) {
            let joined =
                |r: &Record| r.kind.name == sim_graph::kinds::JOINED_GROUP.name && r.args[0] == Arg::Name(record.name);
            let key = self.chains.last(of.who, joined);
            return self.is_so(&format!("a member of group {name} ({trust})"), key);
        }
        self.ask(format!("{who} ({trust}) is not in group {name}"), |seen| {
            world.tenant().is_member(group, device, world.cx(), seen);
        });
    }

    fn not_taken(&mut self, device: Id<Device>, connector: Id<Connector>) -> bool {
        let world = self.world;
        let name = self.name(world.field().connector(connector).name);
        let managed = world.field().device(device).managed.get();
        let request = managed.and_then(|m| world.tenant().managed_device(m).odj.get());
        let Some(request) = request else {
            self.ask(format!("{name} has no request of it"), |seen| match managed {
                Some(managed) => world.tenant().why_no_odj_blob(managed, world.cx(), seen),
                None => seen.note(|| "it is not enrolled in Intune".into()),
            });
            return true;
        };
        let record = world.tenant().odj_request(request);
        let taken = record.connector.get().map(|c| self.name(world.tenant().connector(c).name));
        self.answer.chain.extend(self.chains.main(record.cause()));
        let domain = world.tenant().join_settings(request).domain;
        let says = match &taken {
            Some(other) if *other == name => format!("{name} took its request"),
            Some(other) => format!("{name} did not take its request: {other} did; as {name} is now:"),
            None => format!("{name} has not taken its request"),
        };
        self.ask(says, |seen| {
            world.field().could_take(connector, domain, sides(world), seen);
        });
        true
    }
}

//! Why a machine is where it is and not further: what whoever explains asks, answered by the rules that decide it. It looks at all
//! sides, as no device could; nothing here decides anything.

use crate::device::{Device, FIRST_HYBRID_BUILD};
use crate::directory;
use crate::entra_connect::EntraConnect;
use crate::esp::ItemState;
use crate::failure::Failure;
use crate::field::{Around, Field};
use crate::network::{Goal, Service};
use crate::odj_connector::Connector;
use crate::place::{DC_UNREACHABLE, ENDPOINT_DOWN, INTERNET_DOWN};
use crate::stage::Stage;
use sim_core::{Blame, Cx, Evidence, Id, Seen, SimTime, Sym};
use sim_graph::{OdjRequest, OdjState, Tenant};
use sim_ldap::Forest;

/// What stands around the field, to look at.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The forest.
    pub forest: &'a Forest,
    /// Time, names, faults, trace.
    pub cx: &'a Cx,
}

impl Around<'_> {
    /// The same, to look at.
    pub(crate) fn sides(&self) -> Sides<'_> {
        Sides { tenant: self.tenant, forest: self.forest, cx: self.cx }
    }
}

impl Field {
    /// Why a device that fails does: what it waited for did not come, or what it is does not do.
    pub(crate) fn why_failed(&self, id: Id<Device>, before: Stage, failure: Failure, around: &Around<'_>) -> Seen {
        let mut seen = around.cx.seen();
        let device = &self.devices[id];
        let about = |says: String| Blame::new("device", device.name, says);
        match failure {
            Failure::SignIn(refusal) => match device.user.get() {
                Some(user) if refusal.is_of_user() => {
                    let upn = around.tenant.user_record(user).upn;
                    seen.blame(|| Blame::new("user", upn, refusal.why().text));
                }
                _ => seen.blame(|| about(refusal.why().text.into())),
            },
            Failure::Clock => seen.blame(|| about(format!("its clock is wrong by {}", self.facts(id).clock_skew))),
            Failure::Attestation(_) => {
                let what = self.attestation_obstacle(id, around).unwrap_or_default();
                seen.blame(|| about(format!("its trusted platform module: {what}")));
            }
            _ => {}
        }
        if failure == Failure::OldBuild {
            seen.blame(|| {
                let says = format!("its build {} is older than {FIRST_HYBRID_BUILD}", device.os_build);
                Blame::new("device", device.name, says)
            });
        } else {
            self.why_waiting(id, before, around.sides(), &mut seen);
        }
        seen
    }

    /// Why a device waits in a stage.
    pub fn why_waiting(&self, id: Id<Device>, stage: Stage, sides: Sides<'_>, evidence: &mut impl Evidence) {
        if !evidence.is_asked() {
            return;
        }
        let device = &self.devices[id];
        let place = &self.places[device.place];
        match stage {
            Stage::Off => evidence.note(|| "nobody has switched it on in this life".into()),
            Stage::Connecting => self.why_unreached(id, Goal::Internet, sides, evidence),
            Stage::LookingUpProfile => self.why_unreached(id, Goal::Cloud(Service::Autopilot), sides, evidence),
            Stage::SecuringHardware => self.why_unreached(id, Goal::Cloud(Service::Attestation), sides, evidence),
            Stage::Enrolling => self.why_unreached(id, Goal::Cloud(Service::Enrollment), sides, evidence),
            Stage::SigningIn if device.user.get().is_none() => {
                evidence.blame(|| Blame::new("device", device.name, "nobody signs in at it"));
            }
            Stage::SigningIn => self.why_unreached(id, Goal::Cloud(Service::SignIn), sides, evidence),
            Stage::AwaitingOdjBlob { .. } => {
                self.why_unreached(id, Goal::Cloud(Service::Management), sides, evidence);
                self.why_no_blob(id, sides, evidence);
            }
            Stage::AwaitingDomainController { .. } => {
                self.why_unreached(id, Goal::Ping, sides, evidence);
                directory::why_no_controller(sides, device.domain, place, evidence);
            }
            Stage::AdSignIn => self.why_no_sign_in(id, sides, evidence),
            Stage::AccountSetup { registered: false, .. } => self.why_not_joined(id, sides, evidence),
            Stage::DevicePreparation { .. } | Stage::DeviceSetup { .. } | Stage::AccountSetup { .. } => {
                self.why_page_waits(id, sides, evidence);
            }
            _ => {}
        }
    }

    /// What the enrollment status page of a device waits for.
    fn why_page_waits(&self, id: Id<Device>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let Some(run) = self.esp_runs.get(&id) else { return };
        let names = &sides.cx.names;
        let mut failed = false;
        for item in run.open() {
            let state = match item.state {
                ItemState::Error(code) => format!("it failed with 0x{code:08X}"),
                state => format!("it is {} since {}", state.name(), run.began),
            };
            failed |= matches!(item.state, ItemState::Error(_));
            evidence.note(|| format!("{} waits for {}: {state}", run.phase.name(), names.get(item.name)));
            evidence.blame(|| Blame::new("app", item.name, state));
        }
        let page = &self.esp_pages[self.devices[id].esp];
        let profile = page.profile.get().and_then(|p| sides.tenant.esp_profiles().find(|(other, _)| *other == p));
        if let Some((_, profile)) = profile.filter(|_| !failed) {
            evidence.blame(|| {
                Blame::new("enrollment status page", profile.name, format!("its time limit is {}", page.timeout))
            });
        }
    }

    /// Why a device has no blob.
    fn why_no_blob(&self, id: Id<Device>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let Some(managed) = self.devices[id].managed.get() else { return };
        sides.tenant.why_no_odj_blob(managed, sides.cx, evidence);
        if let Some(request) = sides.tenant.managed_device(managed).odj.get() {
            self.why_not_taken(request, sides, evidence);
        }
    }

    /// Why no connector has taken a request, of those that nobody took.
    pub fn why_not_taken(&self, request: Id<OdjRequest>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let record = sides.tenant.odj_request(request);
        let waits =
            matches!(record.state, OdjState::Queued | OdjState::Failed { .. }) && record.connector.get().is_none();
        if !waits || !evidence.is_asked() {
            return;
        }
        let domain = sides.tenant.join_settings(request).domain;
        for id in self.connectors.ids() {
            self.could_take(id, domain, sides, evidence);
        }
        if self.connectors.is_empty() {
            evidence.note(|| "there is no connector".into());
            evidence
                .blame(|| Blame::new("tenant", sides.tenant.name(), "it has no Intune connector for Active Directory"));
        }
    }

    /// Whether a connector could take a request for a domain now.
    pub fn could_take(&self, id: Id<Connector>, domain: Sym, sides: Sides<'_>, evidence: &mut impl Evidence) -> bool {
        let (connector, names) = (&self.connectors[id], &sides.cx.names);
        let name = names.get(connector.name);
        let serves = connector.serves.as_ref().is_none_or(|domains| domains.contains(&domain));
        let reaches = connector.connected && connector.listening;
        if !connector.running {
            evidence.note(|| match connector.record.get() {
                Some(record) => {
                    let seen = sides.tenant.connector_last_connection(record, sides.cx.now());
                    format!("{name}: does not run, last seen {seen}")
                }
                None => format!("{name}: has never been set up"),
            });
            evidence.because(connector.cause());
            evidence.blame(|| {
                Blame::new("connector", connector.name, "it does not run").or_made_by(&[&crate::kinds::SERVER_STOPPED])
            });
        } else if !reaches {
            let way = self.server_reach(id, Goal::Cloud(Service::Management), false, sides.cx);
            let says = if way.is_open() { "the service does not take it for a connector any more" } else { way.text() };
            evidence.note(|| format!("{name}: runs and does not reach its service: {says}"));
            evidence.because(connector.cause());
            evidence.blame(|| Blame::new("connector", connector.name, says));
            evidence.blame(|| Blame::new("place", self.places[connector.place].name, says));
        } else if !serves {
            let served = || {
                let domains = connector.serves.iter().flatten().map(|domain| names.get(*domain));
                domains.collect::<Vec<_>>().join(", ")
            };
            evidence.note(|| format!("{name}: serves {} only, not {}", served(), names.get(domain)));
            evidence.blame(|| {
                Blame::new(
                    "connector",
                    connector.name,
                    format!("it serves {} only, not {}", served(), names.get(domain)),
                )
            });
        } else if connector.is_busy() {
            let most = connector.slots.len();
            evidence.note(|| format!("{name}: works on {most} requests, as many as it can at a time"));
            evidence.blame(|| {
                Blame::new(
                    "connector",
                    connector.name,
                    format!("it works on {most} requests at a time, and had others to do"),
                )
            });
        } else {
            evidence.note(|| format!("{name}: runs, serves {} and has room", names.get(domain)));
        }
        connector.running && reaches && serves && !connector.is_busy()
    }

    /// Why nobody can sign in to the domain at a device.
    fn why_no_sign_in(&self, id: Id<Device>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let device = &self.devices[id];
        let place = &self.places[device.place];
        let Some(user) = device.user.get() else {
            return evidence.blame(|| Blame::new("device", device.name, "nobody signs in at it"));
        };
        self.why_unreached(id, Goal::Logon, sides, evidence);
        let user = sides.tenant.user_record(user);
        if user.account.is_empty() {
            evidence.blame(|| Blame::new("user", user.upn, "has no account in the domain"));
        }
        directory::why_no_computer(sides, device.domain, device.computer, place, evidence);
    }

    /// Why a member of a domain is not hybrid joined, in the order in which the registration task goes about it.
    pub fn why_not_joined(&self, id: Id<Device>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let device = &self.devices[id];
        if !evidence.is_asked() || device.twin.get().is_some() {
            return;
        }
        if device.in_domain_since == SimTime::NEVER {
            return evidence.note(|| "the device has not run as a member of a domain".into());
        }
        let place = &self.places[device.place];
        self.why_unreached(id, Goal::Cloud(Service::Registration), sides, evidence);
        self.why_unreached(id, Goal::Logon, sides, evidence);
        directory::why_no_computer(sides, device.domain, device.computer, place, evidence);
        directory::why_no_scp(sides, device.domain, device.computer, place, evidence);
        self.why_not_synced(id, sides, evidence);
    }

    /// Why the cloud has no device object for a computer that waits to be synchronised.
    pub(crate) fn why_not_synced(&self, id: Id<Device>, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let device = &self.devices[id];
        if !evidence.is_asked() {
            return;
        }
        if let Some(twin) = sides.tenant.entra_device_by_device_id(device.object_guid) {
            return evidence.note(|| {
                let of = sides.tenant.entra_device(twin).device_id;
                format!("its Entra device {of} is there: the registration task finds it when it runs next")
            });
        }
        evidence.note(|| {
            let written = if device.certificate_written { "is written" } else { "is not written" };
            format!("its registration certificate {written} to its computer object")
        });
        for (_, sync) in self.entra_connects() {
            self.why_not_exported(id, sync, sides, evidence);
        }
        if self.syncs.is_empty() {
            evidence.note(|| "there is no Entra Connect".into());
            evidence.blame(|| Blame::named("Entra Connect", "Entra Connect", "there is none", &sides.cx.names));
        }
    }

    fn why_not_exported(&self, id: Id<Device>, sync: &EntraConnect, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let name = sides.cx.names.get(sync.name);
        let device = &self.devices[id];
        let place = &self.places[device.place];
        let blame = |says: String| Blame::new("Entra Connect", sync.name, says);
        if sync.paused {
            evidence.note(|| format!("{name}: its scheduler is suspended"));
            evidence.because(sync.cause());
            evidence.blame(|| blame("its scheduler is suspended".into()));
        } else if sync.staging {
            evidence.note(|| format!("{name}: in staging mode it exports nothing"));
            evidence.blame(|| blame("it is in staging mode".into()));
        } else if !directory::is_in_scope(sides, device.domain, device.computer, place, &sync.scope) {
            evidence
                .note(|| format!("{name}: its scope is {}, which does not hold the computer", sync.scope.join("; ")));
            evidence.blame(|| blame(format!("its scope is {}", sync.scope.join("; "))));
        } else {
            let period = self.knobs.sync_interval;
            let next = sides.cx.now().next_turn(SimTime::from_unix_millis(0), period, sync.phase);
            evidence.note(|| format!("{name}: every {period}, the next cycle begins at {next}"));
            evidence.blame(|| blame(format!("it synchronises every {period} only")));
        }
    }
}

impl Field {
    /// Why a device does not reach something from where it stands, if it does not.
    fn why_unreached(&self, id: Id<Device>, goal: Goal, sides: Sides<'_>, evidence: &mut impl Evidence) {
        let (cx, device) = (sides.cx, &self.devices[id]);
        let verdict = self.reach_of(device, goal, cx, evidence);
        let place = &self.places[device.place];
        let mut faulty = false;
        let hosts = match goal {
            Goal::Cloud(service) => service.endpoints().filter_map(|e| cx.names.find(e.host)).collect(),
            _ => Vec::new(),
        };
        let here = match goal {
            Goal::Internet | Goal::Cloud(_) => [(INTERNET_DOWN, place.name)],
            _ => [(DC_UNREACHABLE, place.name)],
        };
        for (kind, at) in here.into_iter().chain(hosts.into_iter().map(|host| (ENDPOINT_DOWN, host))) {
            let Some(fault) = cx.faults.holding(kind, at, cx.now()) else { continue };
            faulty = true;
            evidence.note(|| {
                let until =
                    if fault.until == SimTime::NEVER { "for good".into() } else { format!("until {}", fault.until) };
                format!("{}: {} since {}, {until}", cx.names.get(at), fault.kind.0, fault.from)
            });
            evidence.because(fault.root);
        }
        if !verdict.is_open() && !faulty {
            evidence
                .blame(|| Blame::new("place", place.name, verdict.text()).or_made_by(&[&crate::kinds::PLACE_CHANGED]));
            if verdict.obstacle.is_some_and(crate::network::Obstacle::is_of_vpn) {
                evidence.blame(|| Blame::new("device", device.name, verdict.text()));
            }
        }
    }
}

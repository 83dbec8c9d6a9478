//! A small tenant, built as scenarios build theirs, and what Graph says of it.

mod batch;
mod crawl;
mod delta;
mod lookups;
mod properties;
mod protocol;
mod requests;
mod shape;
mod writes;

use super::{Caller, Ids, Method, Principal, ROOT, Reply, Request, Source, handle, prepare};
use crate::membership_rule::MembershipRule;
use crate::{
    Assignment, EspSettings, Hardware, HardwareHash, ImportRow, JoinType, NewDeploymentProfile, NewDomainJoinProfile,
    SyncedComputer, Tenant, TenantKnobs,
};
use sim_core::rows::MaybeId;
use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, Key, SimDuration, SimTime, Sym};

/// A tenant with its context.
pub(super) struct World {
    pub tenant: Tenant,
    pub cx: Cx,
}

impl World {
    /// A tenant of two domains, two users, two groups and three registered laptops: `A-1` has gone all the way through
    /// hybrid join, `B-2` waits for its owner, and the upload of `C-3` was refused. The time is four hours after the
    /// beginning.
    pub fn new() -> Self {
        let start: SimTime = "2022-11-17T08:00:00Z".parse().expect("a time");
        let mut cx = Cx::new(start, 7, Keep::Nothing, QueueKind::Heap);
        let mut tenant = Tenant::new("Contoso", TenantKnobs::default(), &mut cx);
        tenant.add_domain("contoso.com", false, &mut cx);
        tenant.add_domain("emea.contoso.com", true, &mut cx);
        let ada = tenant.add_user("ada@contoso.com", "Ada \"the first\" Lovelace", true, "CORP\\ada", &mut cx);
        tenant.add_user("grace@contoso.com", "Grace Hopper", false, "", &mut cx);
        let rule = MembershipRule::parse("(device.devicePhysicalIds -any _ -contains \"[ZTDId]\")").expect("a rule");
        let autopilot = tenant.add_group("Autopilot devices", Some(rule), &mut cx);
        let pilots = tenant.add_group("Pilots", None, &mut cx);
        tenant.add_user_to_group(pilots, ada);
        let to = |include: &[_], exclude: &[_], all_devices| Assignment {
            all_devices,
            all_users: false,
            include: include.to_vec(),
            exclude: exclude.to_vec(),
        };
        let profile = |name: &str, join, assignment| NewDeploymentProfile {
            name: name.into(),
            description: "for laptops".into(),
            join,
            skip_connectivity_check: join == JoinType::Hybrid,
            convert_all: false,
            preprovisioning_allowed: true,
            device_name_template: if join == JoinType::Entra { "LAP-%RAND:5%".into() } else { String::new() },
            assignment,
        };
        tenant.add_deployment_profile(profile("Hybrid", JoinType::Hybrid, to(&[autopilot], &[pilots], false)), &mut cx);
        tenant.add_deployment_profile(profile("Joined", JoinType::Entra, to(&[], &[], true)), &mut cx);
        let domain_join = NewDomainJoinProfile {
            name: "Corp".into(),
            domain: "corp.contoso.com".into(),
            ou: "OU=Laptops,DC=corp,DC=contoso,DC=com".into(),
            prefix: "LAP-".into(),
            suffix_chars: None,
            assignment: to(&[autopilot], &[], false),
        };
        tenant.add_domain_join_profile(domain_join, &mut cx);
        let page = EspSettings { show_progress: true, timeout: SimDuration::from_mins(90), ..EspSettings::DEFAULT };
        tenant.add_esp_profile("Laptops", page, to(&[autopilot], &[], false), &mut cx);
        tenant.add_connector("SRV-ODJ01", "6.2501.2000.5", true, &mut cx);

        let mut world = Self { tenant, cx };
        let rows = [world.laptop("A-1", "Berlin"), world.laptop("B-2", ""), world.laptop("C-3", "")];
        let admin = world.cx.name("admin");
        world.tenant.import_devices(&rows, admin, &mut world.cx);
        world.run("2022-11-17T09:00:00Z");
        world.join("A-1", rows[0].hash);
        world.run("2022-11-17T11:59:59.250Z");
        world
    }

    /// Tells the tenant about a laptop, and makes the line that registers it. Those with a C belong to another tenant.
    fn laptop(&mut self, serial: &str, tag: &str) -> ImportRow {
        let hash = HardwareHash::of(serial);
        let name = self.cx.name(serial);
        let (manufacturer, model) = (self.cx.name("Contoso"), self.cx.name("Book 7"));
        self.tenant.know_hardware(Hardware {
            hash,
            label: name,
            serial: name,
            manufacturer,
            model,
            other_tenant: serial.starts_with('C'),
            registrations: 0,
            enrollments: 0,
            uploaded: 0,
            identity: MaybeId::NONE,
        });
        ImportRow { serial: name, hash, group_tag: self.cx.name(tag), assigned_user: Sym::EMPTY }
    }

    /// A laptop's way into the domain, as far as the cloud sees it.
    fn join(&mut self, serial: &str, hash: HardwareHash) {
        let Self { tenant, cx } = self;
        let (who, name, domain) = (cx.name(serial), cx.name("LAP-K7F3Q2ZX1AB"), cx.name("corp.contoso.com"));
        let os_version = cx.name("10.0.19045.2251");
        let user = tenant.user("ada@contoso.com", cx).expect("added");
        tenant.download_profile(hash, cx);
        let (managed, _) = tenant.enroll(user, hash, who, cx).expect("licensed");
        tenant.report_name(managed, name, cx);
        let object_guid = cx.chance.guid(sim_core::Purpose::named("test"), Key::of("computer", serial), 0);
        let computer = SyncedComputer { object_guid, rid: 1105, domain, name, os_version, who };
        let twin = tenant.sync_computer(computer, cx);
        tenant.register_hybrid(object_guid, who, cx).expect("synchronised");
        tenant.follow_twin(managed, twin, cx);
    }

    /// Brings the tenant what is due until then.
    pub fn run(&mut self, until: &str) {
        let until: SimTime = until.parse().expect("a time");
        let mut round = Vec::new();
        loop {
            while self.cx.schedule.next_round(&mut round) {
                round.sort_unstable();
                for event in &round {
                    self.cx.turn_of(Key(0), 0);
                    self.tenant.fire(*event, &mut self.cx);
                }
            }
            self.cx.take_signals();
            if self.cx.schedule.begin(until).is_none() {
                break self.cx.schedule.move_to(until);
            }
        }
    }

    /// What a target is answered with.
    pub fn ask(&self, target: &str, caller: &Caller<'_>) -> Reply {
        handle(&self.source(), target, caller)
    }

    /// Sends a request, as a command to a world would be carried out.
    pub fn send(&mut self, method: Method, target: &str, body: &str) -> Reply {
        self.send_as(Principal::ANYBODY, method, target, body)
    }

    /// Sends a request as somebody.
    pub fn send_as(&mut self, principal: Principal, method: Method, target: &str, body: &str) -> Reply {
        if method == Method::Get {
            return self.ask(target, &Caller { principal: &principal, ..Caller::default() });
        }
        let request = Request {
            method,
            target: target.to_owned(),
            root: ROOT.to_owned(),
            content_type: "application/json".to_owned(),
            body: body.as_bytes().to_vec(),
            principal,
            ids: Ids::default(),
        };
        let prepared = prepare(&self.source(), &request);
        match prepared {
            Ok(prepared) => {
                let outcome = prepared.run(&mut self.tenant, &mut self.cx);
                let now = self.cx.now().to_string();
                self.run(&now);
                outcome.reply(&self.source(), &request)
            }
            Err(error) => error.reply(request.ids, self.cx.now()),
        }
    }

    /// The tenant as Graph's source.
    pub fn source(&self) -> Source<'_> {
        Source { tenant: &self.tenant, cx: &self.cx, sid_of: &sid_of }
    }

    /// The body that a check gets.
    pub fn body(&self, target: &str) -> String {
        self.ask(target, &Caller::default()).body
    }

    /// The id of the first entity that a filter takes, as written in JSON.
    pub fn id(&self, target: &str) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body(target)).expect("JSON");
        let value = body.get("value").and_then(|v| v.get(0)).unwrap_or(&body);
        value["id"].as_str().unwrap_or_else(|| panic!("{target}: no id in {body}")).to_owned()
    }
}

fn sid_of(_domain: Sym, rid: u32) -> Option<String> {
    Some(format!("S-1-5-21-1-2-3-{rid}"))
}

//! What a new forest contains: naming contexts, well-known containers, default accounts, controllers, sites, the schema.

use crate::at::{At, NewEntry, Password};
use crate::constructed::uac;
use crate::dn::Dn;
use crate::entry::{Entry, FIXED};
use crate::filetime::file_time;
use crate::forest::{
    Controller, ControllerSpec, Domain, DomainSpec, Forest, ForestSpec, Site, SiteSpec, SpecError, well_known,
};
use crate::principal::Principal;
use crate::replication::Pending;
use crate::rights::Verdicts;
use crate::schema::{AttrId, ClassId, attr, class, oid_text, syntax_oids};
use crate::sd::inherit::{self, Newborn};
use crate::sd::{SecurityDescriptor, sddl};
use crate::sid::Sid;
use crate::store::{Context, ContextKind, Store};
use crate::value::Value;
use crate::{ForestKnobs, text};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Guid, Id, Key, Purpose, Rows, SimDuration};
use std::collections::BTreeMap;

const DOMAIN_SIDS: Purpose = Purpose::named("domain SID");
/// The site that every forest has.
pub const DEFAULT_SITE: &str = "Default-First-Site-Name";

const GLOBAL: i64 = -2_147_483_646;
const LOCAL: i64 = -2_147_483_644;
const UNIVERSAL: i64 = -2_147_483_640;
const BUILTIN_LOCAL: i64 = -2_147_483_643;

/// Default groups: name, RID, type, whether only the forest root has it (MS-ADTS 6.1.1.6).
const GROUPS: &[(&str, u32, i64, bool)] = &[
    ("Domain Admins", 512, GLOBAL, false),
    ("Domain Users", 513, GLOBAL, false),
    ("Domain Guests", 514, GLOBAL, false),
    ("Domain Computers", 515, GLOBAL, false),
    ("Domain Controllers", 516, GLOBAL, false),
    ("Cert Publishers", 517, LOCAL, false),
    ("Schema Admins", 518, UNIVERSAL, true),
    ("Enterprise Admins", 519, UNIVERSAL, true),
    ("Group Policy Creator Owners", 520, GLOBAL, false),
    ("Read-only Domain Controllers", 521, GLOBAL, false),
    ("Protected Users", 525, GLOBAL, false),
    ("Key Admins", 526, GLOBAL, false),
    ("Enterprise Key Admins", 527, UNIVERSAL, true),
    ("RAS and IAS Servers", 553, LOCAL, false),
    ("Allowed RODC Password Replication Group", 571, LOCAL, false),
    ("Denied RODC Password Replication Group", 572, LOCAL, false),
];

/// Groups of the built-in domain.
const BUILTIN_GROUPS: &[(&str, u32)] = &[
    ("Administrators", 544),
    ("Users", 545),
    ("Guests", 546),
    ("Account Operators", 548),
    ("Server Operators", 549),
    ("Print Operators", 550),
    ("Backup Operators", 551),
    ("Replicator", 552),
    ("Pre-Windows 2000 Compatible Access", 554),
    ("Remote Desktop Users", 555),
    ("Network Configuration Operators", 556),
    ("Performance Monitor Users", 558),
    ("Windows Authorization Access Group", 560),
    ("Terminal Server License Servers", 561),
    ("Event Log Readers", 573),
    ("Remote Management Users", 580),
];

/// Containers of accounts let account operators create accounts, as organizational units do.
const ACCOUNT_CONTAINER: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSW;;;DA)(OA;;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aba-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967a9c-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aa8-0de6-11d0-a285-00aa003049e2;;PO)(A;;RPLCLORC;;;AU)(OA;;CCDC;4828cc14-1437-45bc-9b07-ad6f015e5f28;;AO)";
const DELETED_OBJECTS: &str = "D:P(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLC;;;BA)";

impl Forest {
    /// A new forest.
    pub fn new(spec: &ForestSpec, knobs: ForestKnobs, cx: &mut Cx) -> Result<Self, SpecError> {
        validate(spec)?;
        let mut forest = Self {
            knobs,
            store: Store::new(cx.chance),
            domains: Rows::default(),
            controllers: Rows::default(),
            sites: Rows::default(),
            links: Vec::new(),
            pending: Pending::default(),
            verdicts: Verdicts::default(),
            newborn: BTreeMap::new(),
            units: Vec::new(),
            joins: Vec::new(),
            common: (0, BTreeMap::new()),
            system: cx.name("SYSTEM"),
        };
        for domain in &spec.domains {
            forest.declare(domain, cx);
        }
        let root = Dn::of_dns(&spec.domains[0].dns);
        let config = root.child("CN", "Configuration");
        let schema = config.child("CN", "Schema");
        for (kind, dn) in [(ContextKind::Configuration, config), (ContextKind::Schema, schema)] {
            let context = new_context(kind, dn, Id::new(0), None);
            forest.store.contexts.push(context);
        }
        // One controller makes everything; the others are declared when it is there, and have it from the beginning.
        let all = spec.controllers();
        let name = cx.name(&all[0].1.name);
        forest.controllers.push(Controller {
            name,
            dns: name,
            domain: Id::new(0),
            site: Id::new(0),
            read_only: false,
            settings: Id::new(0),
            computer: Id::new(0),
        });
        let system = forest.system();
        let mut b = Builder { at: At { forest: &mut forest, dc: Id::new(0) }, system, refused: None, cx };
        b.heads(spec);
        for (i, domain) in spec.domains.iter().enumerate() {
            b.domain(Id::new(i as u32), domain);
        }
        b.configuration(spec);
        b.schema();
        b.trusts(spec);
        let first = b.controllers(&all);
        if let Some(why) = b.refused {
            return Err(SpecError::Refused(why));
        }
        forest.controllers = first;
        forest.settle();
        Ok(forest)
    }

    fn declare(&mut self, spec: &DomainSpec, cx: &Cx) {
        let dns = spec.dns.to_lowercase();
        let mut draw = cx.draw(DOMAIN_SIDS, Key::of("domain", &dns), 0);
        let mut sub = || (draw.below((1 << 32) - 1) + 1) as u32;
        let drawn = Sid::of_domain(sub(), sub(), sub());
        let sid = spec.identity.sid.unwrap_or(drawn);
        let label = dns.split('.').next().unwrap_or(&dns).to_uppercase();
        let netbios = spec.netbios.clone().unwrap_or_else(|| label.chars().take(15).collect());
        let nc = self.store.contexts.len();
        let id = self.domains.push(Domain {
            dns: dns.clone(),
            netbios,
            sid,
            nc: nc as u8,
            next_rid: 1103,
            well_known: Vec::new(),
            other_well_known: Vec::new(),
            machine_account_privilege: vec![Sid::AUTHENTICATED],
            account_reuse_allowed: Vec::new(),
            ldap: Default::default(),
            created_by: BTreeMap::new(),
        });
        self.store.contexts.push(new_context(ContextKind::Domain, Dn::of_dns(&dns), id, Some(sid)));
    }

    /// Everything that was written has reached everybody: for the beginning of a world.
    pub fn settle(&mut self) {
        self.pending = Pending::default();
        for id in self.store.rows.ids() {
            if self.store.rows[id].is(crate::entry::PENDING) {
                self.store.rows[id].flags &= !crate::entry::PENDING;
            }
        }
    }
}

fn new_context(kind: ContextKind, dn: Dn, domain: Id<Domain>, sid: Option<Sid>) -> Context {
    Context {
        kind,
        text: dn.to_string(),
        dn,
        domain,
        head: MaybeId::NONE,
        sid,
        deleted_objects: MaybeId::NONE,
        tombstones: Vec::new(),
        rids: Default::default(),
    }
}

impl ForestSpec {
    /// All controllers with the numbers of their domains. A domain without any has one called DC01; in further domains, with its
    /// label in front.
    pub fn controllers(&self) -> Vec<(usize, ControllerSpec)> {
        let mut all = Vec::new();
        for (i, domain) in self.domains.iter().enumerate() {
            if domain.controllers.is_empty() {
                let label = domain.dns.split('.').next().unwrap_or_default().to_uppercase();
                let label: String = label.chars().take(10).collect();
                let name = if i == 0 { "DC01".into() } else { format!("{label}-DC01") };
                all.push((i, ControllerSpec { name, ..Default::default() }));
            }
            all.extend(domain.controllers.iter().map(|c| (i, c.clone())));
        }
        all
    }
}

fn validate(spec: &ForestSpec) -> Result<(), SpecError> {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if spec.domains.is_empty() {
        return Err(SpecError::NoDomain);
    }
    let mut names: Vec<String> = Vec::new();
    let mut once = |name: &str| {
        let folded = text::fold(name);
        if names.contains(&folded) {
            return Err(SpecError::Twice(name.to_owned()));
        }
        names.push(folded);
        Ok(())
    };
    let host = |n: &str| if label(n) && n.len() <= 15 { Ok(()) } else { Err(SpecError::HostName(n.to_owned())) };
    for domain in &spec.domains {
        let labels: Vec<_> = domain.dns.split('.').collect();
        if labels.len() < 2 || !labels.iter().all(|l| label(l)) || spec.domains.len() > 100 {
            return Err(SpecError::DomainName(domain.dns.clone()));
        }
        once(&domain.dns)?;
        if let Some(netbios) = &domain.netbios {
            host(netbios)?;
        }
    }
    for (_, controller) in spec.controllers() {
        host(&controller.name)?;
        once(&controller.name)?;
        let known = |s: &SiteSpec| text::same(&s.name, &controller.site);
        if !controller.site.is_empty() && !text::same(&controller.site, DEFAULT_SITE) && !spec.sites.iter().any(known) {
            return Err(SpecError::NoSite(controller.site.clone()));
        }
    }
    for (i, domain) in spec.domains.iter().enumerate() {
        if spec.controllers().iter().all(|(d, c)| *d != i || c.read_only) {
            return Err(SpecError::NoWriter(domain.dns.clone()));
        }
    }
    crate::trusts::validate(spec)?;
    for (i, site) in spec.sites.iter().enumerate() {
        if site.name.is_empty() || spec.sites[..i].iter().any(|s| text::same(&s.name, &site.name)) {
            return Err(SpecError::Twice(site.name.clone()));
        }
    }
    Ok(())
}

pub(crate) type Attrs = Vec<(AttrId, Vec<Value>)>;

pub(crate) struct Builder<'a, 'c> {
    pub(crate) at: At<'a>,
    system: Principal,
    /// The first object that the directory's own rules refused: names can clash in more ways than can be told beforehand.
    refused: Option<String>,
    pub(crate) cx: &'c mut Cx,
}

impl Builder<'_, '_> {
    pub(crate) fn add(&mut self, parent: Id<Entry>, class: ClassId, rdn: &str, attrs: Attrs) -> Id<Entry> {
        self.add_as(NewEntry::new(parent, class, rdn, attrs))
    }

    fn add_as(&mut self, new: NewEntry<'_>) -> Id<Entry> {
        let parent = new.parent;
        let name = new.rdn.to_string();
        match self.at.create(&self.system, new, self.cx) {
            Ok(made) => made.entry,
            Err(refusal) => {
                // The container stands for it until the forest is given up.
                self.refused.get_or_insert_with(|| format!("{name}: {refusal}"));
                parent
            }
        }
    }

    /// A container that cannot be deleted or moved.
    fn fixed(&mut self, parent: Id<Entry>, class: ClassId, rdn: &str, sddl: Option<&str>, hidden: bool) -> Id<Entry> {
        let attrs = vec![
            (attr::SHOW_IN_ADVANCED, vec![Value::Flag(hidden)]),
            (attr::IS_CRITICAL, vec![Value::Flag(true)]),
            (attr::SYSTEM_FLAGS, vec![Value::Int(-1_946_157_056)]),
        ];
        let descriptor = sddl.map(|s| self.parse(parent, s));
        self.add_as(NewEntry { flags: FIXED, descriptor, ..NewEntry::new(parent, class, rdn, attrs) })
    }

    fn parse(&self, near: Id<Entry>, text: &str) -> SecurityDescriptor {
        let forest = &self.at.forest;
        let domain = forest.store.context(&forest.store.rows[near]).domain;
        sddl::parse(text, Some(&forest.sddl_domain(domain))).unwrap_or_default()
    }

    /// The heads of all naming contexts.
    fn heads(&mut self, spec: &ForestSpec) {
        for nc in 0..self.at.forest.store.contexts.len() {
            let context = &self.at.forest.store.contexts[nc];
            let (kind, domain) = (context.kind, context.domain);
            let rdn = context.dn.rdns[0].value.clone();
            let text = context.text.clone();
            let class = match kind {
                ContextKind::Domain => class::DOMAIN_DNS,
                ContextKind::Configuration => class::CONFIGURATION,
                ContextKind::Schema => class::DMD,
            };
            let names = self.at.forest.sddl_domain(domain);
            let default = sddl::parse(class.get().sddl, Some(&names)).unwrap_or_default();
            let owner = Sid::ADMINISTRATORS;
            let born = Newborn { class: class.get().guid, owner, group: owner, creator: owner, withheld: 0 };
            let parent_sd = match kind {
                ContextKind::Schema => {
                    self.at.forest.store.contexts[nc - 1].head.get().map(|h| self.at.forest.store.rows[h].sd)
                }
                _ => None,
            };
            let store = &mut self.at.forest.store;
            let sd = inherit::create(parent_sd.map(|sd| store.sds.get(sd)), &default, None, born);
            let sd = store.sds.intern(sd);
            let rdn = self.cx.names.intern(&rdn);
            let mut entry = Entry::new(Key::of("naming context", &text), class, rdn, None, nc as u8, sd);
            entry.flags = FIXED;
            if let Some(guid) = spec.domains.get(nc).and_then(|d| d.identity.guid) {
                entry.set_own(attr::OBJECT_GUID, Some(vec![guid.into()]));
            }
            let id = store.insert(entry, &self.cx.names);
            store.contexts[nc].head = id.into();
            let attrs = match kind {
                ContextKind::Domain => self.domain_attributes(spec.domains.get(nc)),
                _ => vec![(attr::SHOW_IN_ADVANCED, vec![Value::Flag(true)])],
            };
            let store = &mut self.at.forest.store;
            store.fill(id, attrs, &mut self.cx.names);
            store.touch(id, self.cx.now());
        }
    }

    fn domain_attributes(&self, spec: Option<&DomainSpec>) -> Attrs {
        let knobs = &self.at.forest.knobs;
        let ticks = |span: SimDuration| Value::Int(span.millis().saturating_mul(-10_000));
        let quota = spec.and_then(|s| s.machine_account_quota).unwrap_or(knobs.machine_account_quota);
        let one = |attr, value| (attr, vec![value]);
        vec![
            one(attr::MACHINE_ACCOUNT_QUOTA, Value::Int(i64::from(quota))),
            one(attr::MAX_PWD_AGE, ticks(knobs.max_password_age)),
            one(attr::MIN_PWD_AGE, ticks(SimDuration::from_days(1))),
            one(attr::MIN_PWD_LENGTH, Value::Int(i64::from(knobs.min_password_length))),
            one(attr::PWD_PROPERTIES, Value::Int(i64::from(knobs.password_complexity))),
            one(attr::PWD_HISTORY_LENGTH, Value::Int(24)),
            one(attr::LOCKOUT_DURATION, ticks(SimDuration::from_mins(10))),
            one(attr::LOCKOUT_WINDOW, ticks(SimDuration::from_mins(10))),
            one(attr::LOCKOUT_THRESHOLD, Value::Int(i64::from(knobs.lockout_threshold))),
            one(attr::FORCE_LOGOFF, Value::Int(i64::MIN)),
            one(attr::BEHAVIOR_VERSION, Value::Int(7)),
            one(attr::CREATION_TIME, Value::Int(file_time(self.cx.now()))),
            one(attr::IS_CRITICAL, Value::Flag(true)),
        ]
    }

    fn domain(&mut self, id: Id<Domain>, spec: &DomainSpec) {
        let nc = usize::from(self.at.forest.domains[id].nc);
        let Some(head) = self.at.forest.store.contexts[nc].head.get() else { return };
        let is_root = id == Id::new(0);
        let plain = |b: &mut Self, class, rdn: &str, hidden| b.fixed(head, class, rdn, None, hidden);
        let deleted = self.fixed(head, class::CONTAINER, "Deleted Objects", Some(DELETED_OBJECTS), true);
        self.at.forest.store.contexts[nc].deleted_objects = deleted.into();
        let users = self.fixed(head, class::CONTAINER, "Users", Some(ACCOUNT_CONTAINER), false);
        let computers = self.fixed(head, class::CONTAINER, "Computers", Some(ACCOUNT_CONTAINER), false);
        let dcs = plain(self, class::ORGANIZATIONAL_UNIT, "Domain Controllers", false);
        let builtin = plain(self, class::BUILTIN_DOMAIN, "Builtin", false);
        let foreign = plain(self, class::CONTAINER, "ForeignSecurityPrincipals", false);
        let lost = plain(self, class::LOST_AND_FOUND, "LostAndFound", true);
        let infrastructure = plain(self, class::INFRASTRUCTURE_UPDATE, "Infrastructure", true);
        let quotas = plain(self, class::QUOTA_CONTAINER, "NTDS Quotas", true);
        let systems = plain(self, class::CONTAINER, "System", true);
        let services = self.fixed(head, class::CONTAINER, "Managed Service Accounts", Some(ACCOUNT_CONTAINER), false);
        plain(self, class::CONTAINER, "Program Data", true);
        let domain = &mut self.at.forest.domains[id];
        domain.well_known = vec![
            (well_known::QUOTAS, quotas),
            (well_known::FOREIGN_PRINCIPALS, foreign),
            (well_known::DELETED_OBJECTS, deleted),
            (well_known::INFRASTRUCTURE, infrastructure),
            (well_known::LOST_AND_FOUND, lost),
            (well_known::SYSTEMS, systems),
            (well_known::CONTROLLERS, dcs),
            (well_known::COMPUTERS, computers),
            (well_known::USERS, users),
        ];
        domain.other_well_known = vec![(well_known::SERVICE_ACCOUNTS, services)];
        self.policies(systems, &spec.dns);
        self.accounts(id, users, builtin, foreign, is_root);
    }

    fn policies(&mut self, systems: Id<Entry>, dns: &str) {
        let policies = self.fixed(systems, class::CONTAINER, "Policies", None, true);
        self.fixed(systems, class::CONTAINER, "AdminSDHolder", None, true);
        self.fixed(systems, class::RID_MANAGER, "RID Manager$", None, true);
        for (guid, name) in [
            ("{31B2F340-016D-11D2-945F-00C04FB984F9}", "Default Domain Policy"),
            ("{6AC1786C-016F-11D2-945F-00C04fB984F9}", "Default Domain Controllers Policy"),
        ] {
            let path = format!("\\\\{dns}\\sysvol\\{dns}\\Policies\\{guid}");
            let attrs = vec![
                (attr::DISPLAY_NAME, vec![name.into()]),
                (attr::GPC_FILE_PATH, vec![path.into()]),
                (attr::GPC_VERSION, vec![Value::Int(2)]),
                (attr::VERSION_NUMBER, vec![Value::Int(1)]),
            ];
            self.add(policies, class::GROUP_POLICY, guid, attrs);
        }
    }

    fn accounts(&mut self, id: Id<Domain>, users: Id<Entry>, builtin: Id<Entry>, foreign: Id<Entry>, is_root: bool) {
        let sid = self.at.forest.domains[id].sid;
        let critical = || (attr::IS_CRITICAL, vec![Value::Flag(true)]);
        let mut by_rid: BTreeMap<u32, Id<Entry>> = BTreeMap::new();
        for (name, rid, kind, root_only) in GROUPS {
            if *root_only && !is_root {
                continue;
            }
            let attrs = vec![
                (attr::SAM_ACCOUNT_NAME, vec![(*name).into()]),
                (attr::GROUP_TYPE, vec![Value::Int(*kind)]),
                critical(),
            ];
            let new = NewEntry { sid: Some(sid.child(*rid)), ..NewEntry::new(users, class::GROUP, name, attrs) };
            by_rid.insert(*rid, self.add_as(new));
        }
        for (name, rid) in BUILTIN_GROUPS {
            let attrs = vec![
                (attr::SAM_ACCOUNT_NAME, vec![(*name).into()]),
                (attr::GROUP_TYPE, vec![Value::Int(BUILTIN_LOCAL)]),
                (attr::SYSTEM_FLAGS, vec![Value::Int(-1_946_157_056)]),
                critical(),
            ];
            let new =
                NewEntry { sid: Some(Sid::BUILTIN.child(*rid)), ..NewEntry::new(builtin, class::GROUP, name, attrs) };
            by_rid.insert(*rid, self.add_as(new));
        }
        for (name, rid, bits) in [
            ("Administrator", 500, uac::NORMAL | uac::PASSWORD_NEVER_EXPIRES),
            ("Guest", 501, uac::NORMAL | uac::DISABLED | uac::PASSWORD_NOT_REQUIRED | uac::PASSWORD_NEVER_EXPIRES),
            ("krbtgt", 502, uac::NORMAL | uac::DISABLED),
        ] {
            let attrs = vec![
                (attr::SAM_ACCOUNT_NAME, vec![name.into()]),
                (attr::USER_ACCOUNT_CONTROL, vec![Value::Int(bits)]),
                (attr::PRIMARY_GROUP_ID, vec![Value::Int(if rid == 501 { 514 } else { 513 })]),
                critical(),
            ];
            let new = NewEntry {
                sid: Some(sid.child(rid)),
                password: (rid != 501).then_some(Password::Made),
                ..NewEntry::new(users, class::USER, name, attrs)
            };
            by_rid.insert(rid, self.add_as(new));
        }
        for text in ["S-1-5-4", "S-1-5-9", "S-1-5-11"] {
            let added = self.add(foreign, class::FOREIGN_SECURITY_PRINCIPAL, text, Vec::new());
            // Keys of the map that no RID has.
            by_rid.insert(
                match text {
                    "S-1-5-11" => 11,
                    "S-1-5-9" => 9,
                    _ => 4,
                },
                added,
            );
        }
        let members: &[(u32, &[u32])] = &[
            (544, &[500, 512, 519]),
            (545, &[513, 11, 4]),
            (546, &[501, 514]),
            (512, &[500]),
            (518, &[500]),
            (519, &[500]),
            (520, &[500]),
            (554, &[11]),
            (560, &[9]),
            (572, &[502, 512, 516, 517, 518, 519, 520, 521]),
        ];
        let root_admins = self.at.forest.store.contexts[0].rids.get(519);
        for (group, list) in members {
            for member in *list {
                let to = by_rid.get(member).copied().or(if *member == 519 { root_admins } else { None });
                if let (Some(from), Some(to)) = (by_rid.get(group), to) {
                    self.at.forest.store.link(*from, attr::MEMBER, to, true);
                }
            }
        }
    }

    fn configuration(&mut self, spec: &ForestSpec) {
        let contexts = &self.at.forest.store.contexts;
        let config = contexts.iter().position(|c| c.kind == ContextKind::Configuration).unwrap_or(0);
        let Some(head) = contexts[config].head.get() else { return };
        let deleted = self.fixed(head, class::CONTAINER, "Deleted Objects", Some(DELETED_OBJECTS), true);
        self.at.forest.store.contexts[config].deleted_objects = deleted.into();
        let services = self.fixed(head, class::CONTAINER, "Services", None, true);
        let nt = self.fixed(services, class::CONTAINER, "Windows NT", None, true);
        // The class nTDSService is not in the table; a container carries what is read of it.
        let lifetime = vec![(attr::TOMBSTONE_LIFETIME, vec![Value::Int(180)])];
        self.add(nt, class::CONTAINER, "Directory Service", lifetime);
        self.fixed(head, class::CONTAINER, "Extended-Rights", None, true);
        self.fixed(head, class::CONTAINER, "WellKnown Security Principals", None, true);
        let partitions = self.fixed(head, class::CROSS_REF_CONTAINER, "Partitions", None, true);
        for nc in 0..self.at.forest.store.contexts.len() {
            let context = &self.at.forest.store.contexts[nc];
            let domain = &self.at.forest.domains[context.domain];
            let (dns, netbios, head) = (domain.dns.clone(), domain.netbios.clone(), context.head.get());
            let kind = context.kind;
            let mut attrs = vec![(attr::DNS_ROOT, vec![dns.into()])];
            attrs.extend(head.map(|h| (attr::NC_NAME, vec![Value::Entry(h)])));
            let name = match kind {
                ContextKind::Domain => {
                    attrs.push((attr::NETBIOS_NAME, vec![netbios.as_str().into()]));
                    attrs.push((attr::SYSTEM_FLAGS, vec![Value::Int(3)]));
                    netbios
                }
                ContextKind::Configuration => "Enterprise Configuration".into(),
                ContextKind::Schema => "Enterprise Schema".into(),
            };
            self.add(partitions, class::CROSS_REF, &name, attrs);
        }
        self.sites(head, spec);
    }

    fn sites(&mut self, head: Id<Entry>, spec: &ForestSpec) {
        let sites = self.fixed(head, class::SITES_CONTAINER, "Sites", None, true);
        let subnets = self.fixed(sites, class::SUBNET_CONTAINER, "Subnets", None, true);
        let transports = self.fixed(sites, class::INTER_SITE_CONTAINER, "Inter-Site Transports", None, true);
        let ip = self.fixed(transports, class::INTER_SITE_TRANSPORT, "IP", None, true);
        let default = SiteSpec { name: DEFAULT_SITE.into(), subnets: Vec::new() };
        let named = spec.sites.iter().find(|s| text::same(&s.name, DEFAULT_SITE));
        let others = spec.sites.iter().filter(|s| !text::same(&s.name, DEFAULT_SITE));
        let mut list = Vec::new();
        for site in std::iter::once(named.unwrap_or(&default)).chain(others) {
            let entry = self.add(sites, class::SITE, &site.name, Vec::new());
            self.add(entry, class::SERVERS_CONTAINER, "Servers", Vec::new());
            let mut nets = Vec::new();
            for subnet in &site.subnets {
                let attrs = vec![(attr::SITE_OBJECT, vec![Value::Entry(entry)])];
                self.add(subnets, class::SUBNET, subnet, attrs);
                nets.extend(crate::locate::parse_subnet(subnet));
            }
            list.push(Value::Entry(entry));
            let name = self.cx.name(&site.name);
            self.at.forest.sites.push(Site { name, subnets: nets, entry });
        }
        let minutes = self.at.forest.knobs.replication_inter_site.secs() / 60;
        let attrs = vec![
            (attr::SITE_LIST, list),
            (attr::COST, vec![Value::Int(100)]),
            (attr::REPL_INTERVAL, vec![Value::Int(minutes)]),
        ];
        self.add(ip, class::SITE_LINK, "DEFAULTIPSITELINK", attrs);
    }

    /// The controllers: computer objects, server objects, and the rows of the forest.
    fn controllers(&mut self, all: &[(usize, ControllerSpec)]) -> Rows<Controller> {
        let mut rows = Rows::default();
        let mut firsts = vec![true; self.at.forest.domains.len()];
        for (i, spec) in all {
            let domain = Id::new(*i as u32);
            let (dns, sid) = (self.at.forest.domains[domain].dns.clone(), self.at.forest.domains[domain].sid);
            let full = format!("{}.{dns}", spec.name);
            let is_site = |s: &Site| text::same(self.cx.names.get(s.name), &spec.site);
            let site = self.at.forest.sites.iter().find(|(_, s)| is_site(s)).map_or(Id::new(0), |(id, _)| id);
            let Some(container) = self.at.forest.well_known(domain, well_known::CONTROLLERS) else { continue };
            let read_only = uac::PARTIAL_SECRETS | uac::TRUSTED_TO_AUTH | uac::WORKSTATION;
            let bits = if spec.read_only { read_only } else { uac::SERVER | uac::TRUSTED_FOR_DELEGATION };
            let names: Vec<Value> = ["HOST", "RestrictedKrbHost", "ldap", "GC"]
                .iter()
                .flat_map(|s| [format!("{s}/{}", spec.name), format!("{s}/{full}")])
                .map(Value::from)
                .collect();
            let attrs = vec![
                (attr::SAM_ACCOUNT_NAME, vec![format!("{}$", spec.name).into()]),
                (attr::DNS_HOST_NAME_ATTR, vec![full.as_str().into()]),
                (attr::SERVICE_PRINCIPAL_NAME, names),
                (attr::USER_ACCOUNT_CONTROL, vec![Value::Int(bits)]),
                (attr::OPERATING_SYSTEM, vec!["Windows Server 2022 Datacenter".into()]),
                (attr::OPERATING_SYSTEM_VERSION, vec!["10.0 (20348)".into()]),
                (attr::IS_CRITICAL, vec![Value::Flag(true)]),
            ];
            let first = std::mem::replace(&mut firsts[*i], false);
            let computer = self.add_as(NewEntry {
                sid: first.then(|| sid.child(1000)),
                password: Some(Password::Made),
                ..NewEntry::new(container, class::COMPUTER, &spec.name, attrs)
            });
            let servers = self.at.forest.sites[site].entry;
            let servers = self.at.forest.store.children(servers).next().unwrap_or(servers);
            let attrs = vec![
                (attr::SERVER_REFERENCE, vec![Value::Entry(computer)]),
                (attr::DNS_HOST_NAME_ATTR, vec![full.as_str().into()]),
            ];
            let server = self.add(servers, class::SERVER, &spec.name, attrs);
            let settings = vec![(attr::OPTIONS, vec![Value::Int(1)]), (attr::BEHAVIOR_VERSION, vec![Value::Int(7)])];
            let settings = self.add(server, class::NTDS_DSA, "NTDS Settings", settings);
            let (name, dns) = (self.cx.name(&spec.name), self.cx.name(&full));
            let read_only = spec.read_only;
            rows.push(Controller { name, dns, domain, site, read_only, settings, computer });
        }
        rows
    }

    /// The entries of the schema, from the tables.
    fn schema(&mut self) {
        let contexts = &self.at.forest.store.contexts;
        let Some(head) = contexts.iter().find(|c| c.kind == ContextKind::Schema).and_then(|c| c.head.get()) else {
            return;
        };
        let one = |attr: AttrId, value: Value| (attr, vec![value]);
        for id in ClassId::all() {
            let c = id.get();
            let attrs = vec![
                one(attr::LDAP_DISPLAY_NAME, c.name.into()),
                one(attr::SCHEMA_ID_GUID, c.guid.into()),
                one(attr::GOVERNS_ID, oid_text(c.governs).into()),
                one(attr::SUB_CLASS_OF, c.above.into()),
                one(attr::OBJECT_CLASS_CATEGORY, Value::Int(i64::from(c.category))),
                one(attr::RDN_ATT_ID, c.rdn.name().into()),
                one(attr::DEFAULT_SD, c.sddl.into()),
            ];
            self.add(head, class::CLASS_SCHEMA, c.cn, attrs);
        }
        for id in AttrId::all() {
            let a = id.get();
            let (_, syntax, om) = syntax_oids(a.syntax);
            let mut attrs = vec![
                one(attr::LDAP_DISPLAY_NAME, a.name.into()),
                one(attr::SCHEMA_ID_GUID, id.guid().into()),
                one(attr::ATTRIBUTE_ID, oid_text(a.attid).into()),
                one(attr::ATTRIBUTE_SYNTAX, syntax.into()),
                one(attr::OM_SYNTAX, Value::Int(om)),
                one(attr::IS_SINGLE_VALUED, a.single.into()),
                one(attr::SYSTEM_ONLY, a.system_only.into()),
                one(attr::SEARCH_FLAGS, Value::Int(i64::from(a.indexed))),
            ];
            if a.set != Guid::NIL {
                attrs.push(one(attr::SECURITY_GUID, a.set.into()));
            }
            if a.range_upper > 0 {
                attrs.push(one(attr::RANGE_UPPER, Value::Int(i64::from(a.range_upper))));
            }
            self.add(head, class::ATTRIBUTE_SCHEMA, &common_name(a.name), attrs);
        }
        self.add(head, class::SUB_SCHEMA, "Aggregate", Vec::new());
    }
}

/// `User-Principal-Name` from `userPrincipalName`. The published names follow this rule with exceptions, which are not kept.
fn common_name(display: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for (i, c) in display.chars().enumerate() {
        if c.is_ascii_uppercase() && was_lower {
            out.push('-');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(if i == 0 { c.to_ascii_uppercase() } else { c });
    }
    out
}

//! The forest: domains, controllers, sites, and the store that they share.

use crate::at::At;
use crate::content::DomainIdentity;
use crate::entry::Entry;
use crate::principal::Principal;
use crate::replication::Pending;
use crate::rights::Verdicts;
use crate::schema::ClassId;
use crate::sd::SdId;
use crate::sd::sddl::SddlDomain;
use crate::shape::ShapeId;
use crate::sid::Sid;
use crate::store::{Context, Store};
use crate::view::View;
use crate::{ForestKnobs, text};
use sim_core::{Cx, Guid, Id, Rows, SimDuration, Sym};
use std::collections::BTreeMap;

/// A domain as a scenario declares it.
#[derive(Debug, Clone, Default)]
pub struct DomainSpec {
    /// The DNS name: `corp.contoso.com`. The first domain is the forest root; others are below it or trees of their own.
    pub dns: String,
    /// The NetBIOS name; by default the first label in capitals.
    pub netbios: Option<String>,
    /// The controllers; one named `DC01` by default.
    pub controllers: Vec<ControllerSpec>,
    /// Overrides the knob.
    pub machine_account_quota: Option<u32>,
    /// Who it is, where it is a copy of a domain that there was before.
    pub identity: DomainIdentity,
}

/// A controller as a scenario declares it.
#[derive(Debug, Clone, Default)]
pub struct ControllerSpec {
    /// The host name.
    pub name: String,
    /// The site; the default one if it is empty.
    pub site: String,
    /// Whether it takes no writes.
    pub read_only: bool,
}

/// A site as a scenario declares it.
#[derive(Debug, Clone, Default)]
pub struct SiteSpec {
    /// The name.
    pub name: String,
    /// Its subnets: `10.1.0.0/16`.
    pub subnets: Vec<String>,
}

/// A forest as a scenario declares it.
#[derive(Debug, Clone, Default)]
pub struct ForestSpec {
    /// The domains, the forest root first.
    pub domains: Vec<DomainSpec>,
    /// Sites beside the default one.
    pub sites: Vec<SiteSpec>,
    /// Trusts with domains of other forests.
    pub trusts: Vec<TrustSpec>,
}

/// A trust with a domain of another forest, as a scenario declares it.
#[derive(Debug, Clone, Default)]
pub struct TrustSpec {
    /// The DNS name of the domain here.
    pub domain: String,
    /// The DNS name of the domain there.
    pub partner: String,
    /// Its NetBIOS name; by default the first label in capitals.
    pub netbios: Option<String>,
    /// Who trusts whom.
    pub direction: TrustDirection,
    /// Whether it is with the whole forest of that domain, which is its root then.
    pub forest: bool,
}

/// Who trusts whom (MS-ADTS 6.1.6.7.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrustDirection {
    /// The other domain trusts this one.
    Inbound = 1,
    /// This domain trusts the other one.
    Outbound = 2,
    /// Each trusts the other.
    #[default]
    Both = 3,
}

/// What is wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// There has to be a domain.
    #[error("a forest has at least one domain")]
    NoDomain,
    /// Not a DNS name with two or more labels.
    #[error("`{0}` is not a DNS name of a domain such as `corp.contoso.com`")]
    DomainName(String),
    /// Two domains, controllers or sites of one name.
    #[error("`{0}` is declared twice")]
    Twice(String),
    /// Not a NetBIOS name.
    #[error("`{0}` is not a name of at most 15 letters, digits and hyphens")]
    HostName(String),
    /// A trust of a domain that is not declared, or with one that is.
    #[error("there can be no trust of `{0}` with `{1}`: one is a domain of this forest, the other is not")]
    Trust(String, String),
    /// A site that is not declared.
    #[error("no site is called `{0}`")]
    NoSite(String),
    /// Every domain needs a controller that takes writes.
    #[error("the domain `{0}` has no controller that takes writes")]
    NoWriter(String),
    /// The directory's own rules refuse an object that the forest needs.
    #[error("the directory refuses {0}")]
    Refused(String),
}

/// A domain.
#[derive(Debug, Clone)]
pub struct Domain {
    /// The DNS name.
    pub dns: String,
    /// The NetBIOS name.
    pub netbios: String,
    /// The SID.
    pub sid: Sid,
    /// The naming context.
    pub(crate) nc: u8,
    /// The next relative identifier.
    pub(crate) next_rid: u32,
    /// `wellKnownObjects`, redirections included.
    pub(crate) well_known: Vec<(Guid, Id<Entry>)>,
    /// `otherWellKnownObjects`.
    pub(crate) other_well_known: Vec<(Guid, Id<Entry>)>,
    /// Who holds *add workstations to domain*.
    pub machine_account_privilege: Vec<Sid>,
    /// Whose computers everybody who may create computers may take over (policy of KB5020276).
    pub account_reuse_allowed: Vec<Sid>,
    /// What its controllers ask of LDAP clients.
    pub ldap: LdapPolicy,
    /// How many living computers each creator has made under the privilege.
    pub(crate) created_by: BTreeMap<Sid, u32>,
}

/// What the controllers of a domain ask of LDAP clients. New domains ask for nothing (defaults up to Windows Server 2022).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LdapPolicy {
    /// Binds without TLS need signing, so that simple ones are refused (LDAPServerIntegrity = 2).
    pub signing_required: bool,
    /// NTLM within TLS must be bound to the channel (LdapEnforceChannelBinding = 2).
    pub channel_binding_required: bool,
    /// A name without a password is refused instead of being nobody (DenyUnauthenticatedBind).
    pub deny_unauthenticated_bind: bool,
}

impl Domain {
    /// The name of the domain as one label.
    pub fn label(&self) -> &str {
        &self.netbios
    }
}

/// A domain controller.
#[derive(Debug, Clone)]
pub struct Controller {
    /// The host name.
    pub name: Sym,
    /// The name with the domain behind it.
    pub dns: Sym,
    /// The domain.
    pub domain: Id<Domain>,
    /// The site.
    pub site: Id<Site>,
    /// Whether it takes no writes.
    pub read_only: bool,
    /// Its computer object.
    pub computer: Id<Entry>,
    pub(crate) settings: Id<Entry>,
}

/// A site.
#[derive(Debug, Clone)]
pub struct Site {
    /// The name.
    pub name: Sym,
    /// Its subnets: address, length of the prefix.
    pub subnets: Vec<(u32, u8)>,
    pub(crate) entry: Id<Entry>,
}

/// A unit by the name under which a connector asked for it.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) domain: Id<Domain>,
    /// Until the tree changes, the name means this.
    pub(crate) epoch: u32,
    pub(crate) name: Box<str>,
    pub(crate) entry: Id<Entry>,
}

/// One or several Active Directory domains with their controllers. A plain value: it changes only through [`Forest::at`] and the
/// methods that set it up.
#[derive(Debug, Clone)]
pub struct Forest {
    pub(crate) knobs: ForestKnobs,
    pub(crate) store: Store,
    pub(crate) domains: Rows<Domain>,
    pub(crate) controllers: Rows<Controller>,
    pub(crate) sites: Rows<Site>,
    pub(crate) links: Vec<(Id<Controller>, Id<Controller>, SimDuration)>,
    pub(crate) pending: Pending,
    pub(crate) verdicts: Verdicts,
    /// Descriptors of new objects, by parent's descriptor, class, owner and creator.
    pub(crate) newborn: BTreeMap<(SdId, ClassId, u64, u64), SdId>,
    /// Units in which computers were created of late.
    pub(crate) units: Vec<Unit>,
    /// What accounts of one primary group have in common, for one state of the memberships.
    pub(crate) common: (u64, BTreeMap<(u8, i64), Vec<Sid>>),
    /// The shape of computers that join, by domain.
    pub(crate) joins: Vec<(Id<Domain>, ShapeId)>,
    pub(crate) system: Sym,
}

impl Forest {
    /// The knobs.
    pub fn knobs(&self) -> &ForestKnobs {
        &self.knobs
    }

    /// Operations at a controller.
    pub fn at(&mut self, dc: Id<Controller>) -> At<'_> {
        At { forest: self, dc }
    }

    /// What a controller sees now.
    pub fn view<'a>(&'a self, dc: Id<Controller>, cx: &'a Cx) -> View<'a> {
        View::new(self, dc, cx)
    }

    /// Everything, as if all writes had reached everybody: for reports and checks of a scenario's author.
    pub fn all<'a>(&'a self, cx: &'a Cx) -> View<'a> {
        View::unmasked(self, cx)
    }

    /// All domains, the forest root first.
    pub fn domains(&self) -> impl ExactSizeIterator<Item = (Id<Domain>, &Domain)> {
        self.domains.iter()
    }

    /// A domain.
    pub fn domain(&self, id: Id<Domain>) -> &Domain {
        &self.domains[id]
    }

    /// A domain, to set its privileges and policies.
    pub fn domain_mut(&mut self, id: Id<Domain>) -> &mut Domain {
        &mut self.domains[id]
    }

    /// The domain of a DNS or NetBIOS name.
    pub fn find_domain(&self, name: &str) -> Option<Id<Domain>> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let is = |d: &Domain| text::same(&d.dns, name) || text::same(&d.netbios, name);
        self.domains.iter().find(|(_, d)| is(d)).map(|(id, _)| id)
    }

    /// All controllers, in order of declaration.
    pub fn controllers(&self) -> impl ExactSizeIterator<Item = (Id<Controller>, &Controller)> {
        self.controllers.iter()
    }

    /// A controller.
    pub fn controller(&self, id: Id<Controller>) -> &Controller {
        &self.controllers[id]
    }

    /// The controller of a host name, with or without the domain.
    pub fn find_controller_named(&self, name: &str, cx: &Cx) -> Option<Id<Controller>> {
        let is = |c: &Controller| text::same(cx.names.get(c.name), name) || text::same(cx.names.get(c.dns), name);
        self.controllers.iter().find(|(_, c)| is(c)).map(|(id, _)| id)
    }

    /// All sites, the default one first.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = (Id<Site>, &Site)> {
        self.sites.iter()
    }

    /// The site of that name.
    pub fn find_site(&self, name: &str, cx: &Cx) -> Option<Id<Site>> {
        self.sites.iter().find(|(_, s)| text::same(cx.names.get(s.name), name)).map(|(id, _)| id)
    }

    /// Grows with every write, so that whoever checks something looks again only when there may be something new.
    pub fn version(&self) -> u64 {
        self.store.version
    }

    /// Whether writes are on their way between controllers, so that views may change without a write.
    pub fn is_replicating(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whoever sets the world up.
    pub fn system(&self) -> Principal {
        Principal::system(self.system)
    }

    /// All naming contexts.
    pub fn contexts(&self) -> &[Context] {
        &self.store.contexts
    }

    /// How many objects there are, tombstones included.
    pub fn entry_count(&self) -> usize {
        self.store.rows.len()
    }

    pub(crate) fn root(&self) -> &Domain {
        &self.domains[Id::new(0)]
    }

    pub(crate) fn sddl_domain(&self, domain: Id<Domain>) -> SddlDomain {
        SddlDomain { domain: self.domains[domain].sid, root: self.root().sid }
    }

    /// The first controller of a domain that takes writes.
    pub fn writable(&self, domain: Id<Domain>) -> Option<Id<Controller>> {
        self.controllers.iter().find(|(_, c)| c.domain == domain && !c.read_only).map(|(id, _)| id)
    }

    pub(crate) fn well_known(&self, domain: Id<Domain>, guid: Guid) -> Option<Id<Entry>> {
        let d = &self.domains[domain];
        let mut all = d.well_known.iter().chain(&d.other_well_known);
        all.find(|(g, _)| *g == guid).map(|(_, id)| *id)
    }
}

/// GUIDs of well-known places (MS-ADTS 6.1.1.4).
pub mod well_known {
    use sim_core::Guid;

    /// The users container.
    pub const USERS: Guid = guid(0xa9d1ca15_7688_11d1_aded_00c04fd8d5cd);
    /// The computers container.
    pub const COMPUTERS: Guid = guid(0xaa312825_7688_11d1_aded_00c04fd8d5cd);
    /// The system container.
    pub const SYSTEMS: Guid = guid(0xab1d30f3_7688_11d1_aded_00c04fd8d5cd);
    /// The domain controllers.
    pub const CONTROLLERS: Guid = guid(0xa361b2ff_ffd2_11d1_aa4b_00c04fd7d83a);
    /// The infrastructure object.
    pub const INFRASTRUCTURE: Guid = guid(0x2fbac187_0ade_11d2_97c4_00c04fd8d5cd);
    /// Deleted objects.
    pub const DELETED_OBJECTS: Guid = guid(0x18e2ea80_684f_11d2_b9aa_00c04f79f805);
    /// Lost and found.
    pub const LOST_AND_FOUND: Guid = guid(0xab815375_3fbd_11d2_b3a4_00c04fd8d5cd);
    /// Foreign security principals.
    pub const FOREIGN_PRINCIPALS: Guid = guid(0x22b70c67_d56e_4efb_91e9_300fca3dc1aa);
    /// Quotas of directory objects.
    pub const QUOTAS: Guid = guid(0x6227f0af_1fc2_410d_8e3b_b10615bb5b0f);
    /// Managed service accounts.
    pub const SERVICE_ACCOUNTS: Guid = guid(0x1eb93889_e40c_45df_9f0c_64d23bbb6237);

    /// Well-known GUIDs are written as plain hexadecimal digits in the order of their octets.
    const fn guid(digits: u128) -> Guid {
        Guid::from_u128(digits)
    }

    /// The thirty-two digits of `B:32:…:`.
    pub(crate) fn digits(guid: Guid) -> String {
        format!("{:032X}", guid.as_u128())
    }

    /// From the thirty-two digits.
    pub(crate) fn parse(text: &str) -> Option<Guid> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten().map(Guid::from_u128)
    }
}

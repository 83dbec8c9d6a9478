//! The tenant: all cloud records, and the delivery of what is due to them.

use crate::actor;
use crate::changes::{Changes, Fresh};
use crate::kept::Kept;
use crate::policy::Policies;
use crate::sign_in::SignInKnobs;
use crate::{
    Application, AutopilotDevice, AutopilotSync, DeletedItem, DeploymentProfile, DomainJoinProfile, EntraDevice,
    EspProfile, Group, Hardware, ImportedDevice, JoinSettings, ManagedDevice, OdjConnector, OdjRequest, TenantKnobs,
    User,
};
use sim_core::{Cx, Draw, Event, Guid, Id, Index, Key, Purpose, Rows, SimDuration, SimTime, Sym};

pub(crate) const IDS: Purpose = Purpose::named("cloud ids");
const JITTER: Purpose = Purpose::named("cloud jitter");

/// A verified domain of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedDomain {
    /// Its DNS name.
    pub name: Sym,
    /// Whether sign-in is federated (AD FS) rather than managed.
    pub federated: bool,
    /// Whether the tenant has proved that the domain is its own.
    pub verified: bool,
}

/// A tenant: Entra ID, Intune and Windows Autopilot of one organisation.
///
/// All of it changes only through its methods. What in it waits for something keeps a timer in its row, and [`Tenant::fire`]
/// brings it what is due. Fields are readable throughout the crate, as the directory of a house is; other crates use methods.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The numbers this tenant goes by.
    pub knobs: TenantKnobs,
    /// Tenant-wide switches.
    pub policies: Policies,
    /// The numbers of sign-in.
    pub sign_in: SignInKnobs,
    pub(crate) id: Guid,
    pub(crate) name: Sym,
    pub(crate) domains: Vec<VerifiedDomain>,
    pub(crate) users: Rows<User>,
    pub(crate) applications: Vec<Application>,
    pub(crate) groups: Rows<Group>,
    pub(crate) hardware: Rows<Hardware>,
    pub(crate) hardware_by_hash: Index<Hardware>,
    pub(crate) imports: Rows<ImportedDevice>,
    /// How many uploads there have been.
    pub(crate) uploads: u32,
    /// When the last of them came.
    pub(crate) uploaded_at: SimTime,
    /// How many there were before it at that instant.
    pub(crate) uploads_now: u32,
    pub(crate) identities: Rows<AutopilotDevice>,
    pub(crate) entra_devices: Rows<EntraDevice>,
    pub(crate) entra_by_device_id: Index<EntraDevice>,
    pub(crate) managed_devices: Rows<ManagedDevice>,
    pub(crate) deployment_profiles: Rows<DeploymentProfile>,
    pub(crate) domain_join_profiles: Rows<DomainJoinProfile>,
    pub(crate) esp_profiles: Rows<EspProfile>,
    pub(crate) apps: Rows<crate::App>,
    pub(crate) configuration_profiles: Rows<crate::ConfigurationProfile>,
    pub(crate) connectors: Rows<OdjConnector>,
    pub(crate) odj_requests: Rows<OdjRequest>,
    pub(crate) join_settings: Rows<JoinSettings>,
    pub(crate) odj_queue: std::collections::VecDeque<Id<OdjRequest>>,
    /// What clients have set and no record has a place for.
    pub(crate) kept: Kept,
    /// Entities without behaviour.
    pub(crate) bag: Rows<crate::BagEntity>,
    pub(crate) bag_index: crate::bag::BagIndex,
    /// What administrators ask of devices.
    pub(crate) remote_actions: std::collections::BTreeMap<Id<ManagedDevice>, Vec<crate::ActionRequest>>,
    /// Deleted objects of the directory that can be restored.
    pub(crate) deleted_items: std::collections::BTreeMap<Guid, DeletedItem>,
    pub(crate) autopilot_sync: AutopilotSync,
    /// When the tenant began.
    pub(crate) founded: SimTime,
    pub(crate) version: u64,
    pub(crate) changes: Changes,
    pub(crate) fresh: Fresh,
    pub(crate) lookups: crate::graph::Lookups,
}

impl Tenant {
    /// An empty tenant. Its id follows from the seed and the name.
    pub fn new(name: &str, knobs: TenantKnobs, cx: &mut Cx) -> Self {
        Self {
            knobs,
            policies: Policies::default(),
            sign_in: SignInKnobs::default(),
            id: cx.chance.guid(IDS, Key::of("tenant", name), 0),
            name: cx.name(name),
            domains: Vec::new(),
            users: Rows::default(),
            applications: Vec::new(),
            groups: Rows::default(),
            hardware: Rows::default(),
            hardware_by_hash: Index::default(),
            imports: Rows::default(),
            uploads: 0,
            uploaded_at: SimTime::NEVER,
            uploads_now: 0,
            identities: Rows::default(),
            entra_devices: Rows::default(),
            entra_by_device_id: Index::default(),
            managed_devices: Rows::default(),
            deployment_profiles: Rows::default(),
            domain_join_profiles: Rows::default(),
            esp_profiles: Rows::default(),
            apps: Rows::default(),
            configuration_profiles: Rows::default(),
            connectors: Rows::default(),
            odj_requests: Rows::default(),
            join_settings: Rows::default(),
            odj_queue: std::collections::VecDeque::new(),
            kept: Kept::default(),
            bag: Rows::default(),
            bag_index: crate::bag::BagIndex::default(),
            remote_actions: std::collections::BTreeMap::new(),
            deleted_items: std::collections::BTreeMap::new(),
            autopilot_sync: AutopilotSync::default(),
            founded: cx.now(),
            version: 0,
            changes: Changes::default(),
            fresh: Fresh::default(),
            lookups: crate::graph::Lookups::default(),
        }
    }

    /// Gives it the id that it has elsewhere. Nothing else follows from the id.
    pub fn set_id(&mut self, id: Guid) {
        self.id = id;
    }

    /// Makes room for so many devices that will be registered and joined, so that a fleet does not pay for growing tables.
    pub fn expect_devices(&mut self, devices: usize) {
        self.hardware.reserve(devices);
        self.imports.reserve(devices);
        self.identities.reserve(devices);
        self.entra_devices.reserve(devices * 2);
        self.managed_devices.reserve(devices);
        self.odj_requests.reserve(devices);
        self.hardware_by_hash.reserve(devices);
        self.entra_by_device_id.reserve(devices * 2);
    }

    /// The tenant id.
    pub fn id(&self) -> Guid {
        self.id
    }

    /// The organisation's name.
    pub fn name(&self) -> Sym {
        self.name
    }

    /// Rises with every change that a reader could see.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Adds a verified domain.
    pub fn add_domain(&mut self, name: &str, federated: bool, cx: &mut Cx) {
        let name = cx.name(name);
        self.domains.push(VerifiedDomain { name, federated, verified: true });
        self.version += 1;
    }

    /// The verified domains, the initial one first.
    pub fn domains(&self) -> &[VerifiedDomain] {
        &self.domains
    }

    /// Brings a row of the tenant what is due. Stale events do nothing; the answer says whether this one did something.
    pub fn fire(&mut self, event: Event, cx: &mut Cx) -> bool {
        let row = event.row;
        match event.class {
            actor::IMPORT => self.import_due(Id::new(row), cx),
            actor::IDENTITY => self.identity_due(Id::new(row), event.step, cx),
            actor::MEMBERSHIP => self.membership_due(Id::new(row), cx),
            actor::GROUP_RULE => self.group_rule_due(Id::new(row), cx),
            actor::ASSIGNMENT => self.assignment_due(Id::new(row), event.step, cx),
            actor::CONVERSION => self.conversion_due(Id::new(row), cx),
            actor::CONNECTOR_RECORD => self.connector_record_due(Id::new(row), event.step, cx),
            actor::COMPLIANCE => self.compliance_due(Id::new(row), cx),
            actor::AUTOPILOT_SYNC => self.autopilot_sync_due(cx),
            _ => false,
        }
    }

    /// The stable name of an actor of the tenant, by which simultaneous ones are ordered: a text, then a number.
    pub fn actor_name(&self, class: sim_core::ActorClass, row: u32) -> (Sym, Guid) {
        match class {
            actor::IMPORT => {
                let import = &self.imports[Id::new(row)];
                (import.serial, import.id)
            }
            actor::IDENTITY | actor::ASSIGNMENT => {
                let identity = &self.identities[Id::new(row)];
                (self.hardware[identity.hardware].label, identity.id)
            }
            actor::MEMBERSHIP => {
                let device = &self.entra_devices[Id::new(row)];
                (device.who, device.device_id)
            }
            actor::GROUP_RULE => {
                let group = &self.groups[Id::new(row)];
                (group.name, group.id)
            }
            actor::CONVERSION | actor::COMPLIANCE => {
                let managed = &self.managed_devices[Id::new(row)];
                (managed.who, managed.id)
            }
            actor::CONNECTOR_RECORD => {
                let connector = &self.connectors[Id::new(row)];
                (connector.name, connector.id)
            }
            actor::AUTOPILOT_SYNC => (self.name, self.id),
            _ => (Sym::EMPTY, Guid::NIL),
        }
    }

    /// A delay of the cloud, spread by the `cloud_jitter` knob. Which delay it is, and whose, keys the draw.
    pub(crate) fn delay(&self, delay: SimDuration, whose: Guid, which: u64, cx: &Cx) -> SimDuration {
        if self.knobs.cloud_jitter == 0 {
            return delay;
        }
        let [a, b] = whose.halves();
        let mut draw: Draw = cx.draw(JITTER, Key(a).part(b), which);
        sim_core::schedule::jittered(delay, self.knobs.cloud_jitter, &mut draw)
    }
}

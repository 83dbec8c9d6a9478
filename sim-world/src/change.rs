//! What people change in an estate while it runs: machines, networks, tenant, servers, directory. Names are resolved when a change
//! is made; it names rows.

use crate::estate;
use sim_core::rows::MaybeId;
use sim_core::{Id, Key, RecordKey, Sym};
use sim_device::network::Network;
use sim_device::{Around, Connector, Device, EntraConnect, Facts, Field, Place, RemoteAction, ServerFacts};
use sim_graph::membership_rule::MembershipRule;
use sim_graph::{
    Assignment, DeploymentProfile, DomainJoinProfile, EntraDevice, EspProfile, Group, Hardware, HardwareHash,
    Ownership, PartnerRow, PlatformRestriction, Policies, SignInFacts, User,
};
use sim_ldap::ProvisionOptions;

/// A change.
#[derive(Debug, Clone)]
pub enum Change {
    /// The network of a place is another one.
    Place(Id<Place>, bool, Network),
    /// Machines are something else.
    Device {
        /// Which, with what each is from now on.
        devices: Vec<(Id<Device>, Facts)>,
        /// The build of Windows on them; 0 to leave it.
        os_build: u32,
        /// Who signs in at them.
        user: Option<Id<User>>,
    },
    /// Main boards or firmware are others.
    Hardware {
        /// Which.
        devices: Vec<Id<Device>>,
        /// The serial number; empty to leave it.
        serial: Sym,
        /// The manufacturer; `None` to leave it.
        manufacturer: Option<Sym>,
    },
    /// A technician reseals.
    Reseal(Vec<Id<Device>>),
    /// Users open an app behind conditional access.
    OpenApp(Vec<Id<Device>>),
    /// An administrator orders a remote action.
    Remote(Vec<Id<Device>>, RemoteAction),
    /// *Unblock device*.
    Unblock(Vec<Id<Device>>),
    /// Another tenant deregisters devices.
    Release(Vec<Id<Device>>),
    /// A partner registers devices.
    RegisterByPartner {
        /// Which.
        devices: Vec<Id<Device>>,
        /// The purchase order.
        purchase_order: Sym,
        /// The group tag.
        group_tag: Sym,
        /// The serial number as typed, if it is not that of the firmware.
        serial: Option<Sym>,
    },
    /// A user is assigned to registered devices.
    AssignUser(Vec<Id<Device>>, String),
    /// A deployment profile has other assignments.
    AssignDeploymentProfile(Id<DeploymentProfile>, Assignment),
    /// A domain join profile has other assignments.
    AssignDomainJoinProfile(Id<DomainJoinProfile>, Assignment),
    /// An enrollment status page has other assignments.
    AssignEspProfile(Id<EspProfile>, Assignment),
    /// A dynamic group has another rule.
    SetRule(Id<Group>, String),
    /// Devices come into an assigned group or leave it.
    Member {
        /// Which group.
        group: Id<Group>,
        /// Which devices.
        devices: Vec<Id<Device>>,
        /// As their twins.
        twin: bool,
        /// Into it.
        on: bool,
    },
    /// Pre-provisioning is allowed or not.
    Preprovisioning(Id<DeploymentProfile>, bool),
    /// A domain join profile has another domain or prefix; empty to leave it.
    SetDomainJoin(Id<DomainJoinProfile>, String, String),
    /// Settings of the tenant are others, and platform restrictions if given.
    Policies(Box<Policies>, Option<Vec<PlatformRestriction>>),
    /// A user is something else.
    User(Id<User>, SignInFacts, Option<bool>),
    /// Entra devices are enabled or disabled.
    EnableDevice {
        /// Whose.
        devices: Vec<Id<Device>>,
        /// Their twins.
        twin: bool,
        /// Enabled.
        on: bool,
    },
    /// A connector is set up.
    InstallConnector(Id<Connector>, Id<User>),
    /// A connector is taken off its server.
    UninstallConnector(Id<Connector>),
    /// A connector's server is something else.
    Server(Id<Connector>, ServerFacts),
    /// Entra Connect has another scope.
    ScopeSync(Id<EntraConnect>, Vec<String>),
    /// Staging mode.
    StageSync(Id<EntraConnect>, bool),
    /// The service connection point is made.
    CreateScp(String),
    /// A delegation is taken back.
    Undelegate {
        /// Whose, as in `CORP\\SRV-ODJ01$`.
        account: String,
        /// In which organizational unit.
        ou: String,
    },
    /// The portal refuses a file, and why.
    RefusedFile(String),
    /// An administrator changes who owns devices.
    Owner(Vec<Id<Device>>, Ownership),
    /// Somebody joins a computer by hand.
    JoinByHand {
        /// Its name.
        computer: String,
        /// The domain.
        domain: String,
        /// Who.
        by: String,
        /// The organizational unit.
        ou: Option<String>,
    },
}

impl Change {
    /// The word that a scenario uses for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Place(..) => "place",
            Self::Device { .. } => "device",
            Self::Hardware { .. } => "hardware",
            Self::Reseal(_) => "reseal",
            Self::OpenApp(_) => "open_app",
            Self::Remote(..) => "remote",
            Self::Unblock(_) => "unblock",
            Self::Release(_) => "release",
            Self::RegisterByPartner { .. } => "register_by_partner",
            Self::AssignUser(..) => "assign_user",
            Self::AssignDeploymentProfile(..) | Self::AssignDomainJoinProfile(..) | Self::AssignEspProfile(..) => {
                "assign"
            }
            Self::SetRule(..) => "set_rule",
            Self::Member { .. } => "member",
            Self::Preprovisioning(..) => "preprovisioning",
            Self::SetDomainJoin(..) => "set_domain_join",
            Self::Policies(..) => "policies",
            Self::User(..) => "user",
            Self::EnableDevice { .. } => "enable_device",
            Self::InstallConnector(..) => "install_connector",
            Self::UninstallConnector(_) => "uninstall_connector",
            Self::Server(..) => "server",
            Self::ScopeSync(..) => "scope_sync",
            Self::StageSync(..) => "stage_sync",
            Self::CreateScp(_) => "create_scp",
            Self::Undelegate { .. } => "undelegate",
            Self::RefusedFile(_) => "import",
            Self::Owner(..) => "owner",
            Self::JoinByHand { .. } => "join_by_hand",
        }
    }
}

/// Those who wait for what can be reached from a place try again.
pub(crate) fn look_again_at(field: &mut Field, place: Id<Place>, around: &mut Around<'_>) {
    let there: Vec<Id<Device>> = field.devices().filter(|(_, d)| d.place == place).map(|(id, _)| id).collect();
    for id in there {
        field.try_again(id, around);
    }
    field.connectors_look_again(place, around);
}

/// Makes a change; the answer is what was refused, and why. `root` is what it is because of.
pub(crate) fn make(change: &Change, field: &mut Field, around: &mut Around<'_>, root: RecordKey) -> Vec<String> {
    let mut refused = Vec::new();
    match change {
        Change::Place(id, internet, network) => {
            let place = field.place_mut(*id);
            (place.internet, place.network) = (*internet, network.clone());
            look_again_at(field, *id, around);
        }
        Change::Device { devices, os_build, user } => {
            for (id, facts) in devices {
                field.set_facts(*id, *facts);
                field.set_build_and_user(*id, *os_build, *user);
                around.cx.because(root);
                field.try_again(*id, around);
            }
        }
        Change::Hardware { devices, serial, manufacturer } => {
            for id in devices {
                around.cx.because(root);
                replace_hardware(field, *id, *serial, *manufacturer, around);
            }
        }
        Change::Reseal(devices) => {
            for id in devices {
                around.cx.because(root);
                if !field.reseal(*id, around) {
                    let name = field.device(*id).name;
                    refused.push(format!("{} does not show the green page", around.cx.names.get(name)));
                }
            }
        }
        Change::OpenApp(devices) => each(devices, root, around, |id, around| field.open_app(id, around)),
        Change::Remote(devices, action) => {
            for id in devices {
                around.cx.because(root);
                refused.extend(field.remote_action(*id, *action, around).err().map(|why| why.to_string()));
            }
        }
        Change::ScopeSync(id, scope) => field.rescope_sync(*id, scope.clone(), around),
        Change::StageSync(id, staging) => field.stage_sync(*id, *staging, around),
        Change::InstallConnector(id, user) => {
            refused.extend(field.install_connector(*id, *user, around).err().map(|why| why.to_string()));
        }
        Change::UninstallConnector(id) => field.uninstall_connector(*id, around),
        Change::Server(id, facts) => field.set_server(*id, *facts, around),
        Change::CreateScp(domain) => {
            let tenant = around.tenant.id();
            refused.extend(estate::create_scp(around.forest, domain, tenant, around.cx).err());
        }
        Change::Undelegate { account, ou } => {
            refused.extend(estate::undelegate(around.forest, account, ou, around.cx).err());
        }
        Change::RefusedFile(why) => refused.push(why.clone()),
        Change::JoinByHand { computer, domain, by, ou } => {
            let options = ProvisionOptions::default();
            let joined = estate::join_by_hand(around.forest, by, domain, ou.as_deref(), computer, options, around.cx);
            refused.extend(joined.err());
        }
        _ => tenant_change(change, field, around, root, &mut refused),
    }
    refused
}

fn each(
    devices: &[Id<Device>],
    root: RecordKey,
    around: &mut Around<'_>,
    mut act: impl FnMut(Id<Device>, &mut Around<'_>),
) {
    for id in devices {
        around.cx.because(root);
        act(*id, around);
    }
}

fn tenant_change(
    change: &Change,
    field: &mut Field,
    around: &mut Around<'_>,
    root: RecordKey,
    refused: &mut Vec<String>,
) {
    let (tenant, cx) = (&mut *around.tenant, &mut *around.cx);
    let hardware = |tenant: &sim_graph::Tenant, id: Id<Device>| tenant.hardware_of(field.device(id).hash);
    match change {
        Change::Release(devices) => {
            for id in devices {
                cx.because(root);
                if let Some(hardware) = hardware(tenant, *id) {
                    tenant.released_elsewhere(hardware, cx);
                }
            }
        }
        Change::Unblock(devices) => {
            for id in devices {
                cx.because(root);
                match tenant.registration_of(field.device(*id).hash) {
                    Some(identity) => tenant.allow_next_enrollment(identity, cx),
                    None => refused.push(format!("{} is not registered", cx.names.get(field.device(*id).name))),
                }
            }
        }
        Change::AssignUser(devices, user) => {
            for id in devices {
                cx.because(root);
                match tenant.registration_of(field.device(*id).hash) {
                    Some(identity) => tenant.set_assigned_user(identity, user, cx),
                    None => refused.push(format!("{} is not registered", cx.names.get(field.device(*id).name))),
                }
            }
        }
        Change::RegisterByPartner { devices, purchase_order, group_tag, serial } => {
            for id in devices {
                cx.because(root);
                let Some(known) = hardware(tenant, *id).map(|h| *tenant.hardware(h)) else { continue };
                let row = PartnerRow {
                    manufacturer: known.manufacturer,
                    model: known.model,
                    serial: serial.unwrap_or(known.serial),
                };
                let done = tenant.register_by_partner(row, *purchase_order, *group_tag, cx);
                refused.extend(done.err().map(|why| why.to_string()));
            }
        }
        Change::Member { group, devices, twin, on } => {
            for id in devices {
                cx.because(root);
                match entra_device(field, tenant, *id, *twin) {
                    Some(device) => tenant.set_group_device(*group, device, *on, cx),
                    None => refused.push(format!("{} has no such Entra device", cx.names.get(field.device(*id).name))),
                }
            }
        }
        Change::Owner(devices, owner) => {
            for id in devices {
                cx.because(root);
                match field.device(*id).managed.get() {
                    Some(managed) => tenant.set_ownership(managed, *owner, cx),
                    None => refused.push(format!("{} is not enrolled", cx.names.get(field.device(*id).name))),
                }
            }
        }
        Change::EnableDevice { devices, twin, on } => {
            for id in devices {
                cx.because(root);
                match entra_device(field, tenant, *id, *twin) {
                    Some(device) => tenant.set_device_enabled(device, *on, cx),
                    None => refused.push(format!("{} has no such Entra device", cx.names.get(field.device(*id).name))),
                }
            }
        }
        Change::AssignDeploymentProfile(id, to) => tenant.assign_deployment_profile(*id, to.clone(), cx),
        Change::AssignDomainJoinProfile(id, to) => tenant.assign_domain_join_profile(*id, to.clone(), cx),
        Change::AssignEspProfile(id, to) => tenant.assign_esp_profile(*id, to.clone()),
        Change::SetRule(group, rule) => match MembershipRule::parse(rule) {
            Ok(rule) => tenant.set_rule(*group, rule, cx),
            Err(why) => refused.push(why.message().to_string()),
        },
        Change::Preprovisioning(id, on) => tenant.set_preprovisioning(*id, *on, cx),
        Change::SetDomainJoin(id, domain, prefix) => tenant.set_domain_join(*id, domain, prefix, cx),
        Change::Policies(policies, restrictions) => {
            let in_force = std::mem::take(&mut tenant.policies.restrictions);
            tenant.policies = (**policies).clone();
            tenant.policies.restrictions = in_force;
            if let Some(restrictions) = restrictions {
                tenant.set_restrictions(restrictions.clone(), cx.now());
            }
        }
        Change::User(user, facts, enabled) => {
            tenant.set_sign_in(*user, *facts);
            if let Some(enabled) = enabled {
                tenant.set_user_enabled(*user, *enabled);
            }
        }
        _ => {}
    }
}

/// What registration pre-created for a machine, or its twin.
fn entra_device(field: &Field, tenant: &sim_graph::Tenant, id: Id<Device>, twin: bool) -> Option<Id<EntraDevice>> {
    let device = field.device(id);
    if twin {
        return tenant.entra_device_by_device_id(device.object_guid);
    }
    tenant.anchor_of(tenant.registration_of(device.hash)?)
}

/// The hash of a machine after its main board or firmware changed.
pub(crate) fn next_hash(hash: HardwareHash) -> HardwareHash {
    HardwareHash(Key(hash.0).part(1).0)
}

/// A machine gets another main board or other firmware, and so another hardware hash.
fn replace_hardware(
    field: &mut Field,
    id: Id<Device>,
    serial: Sym,
    manufacturer: Option<Sym>,
    around: &mut Around<'_>,
) {
    let device = field.device(id);
    let Some(old) = around.tenant.hardware_of(device.hash) else { return };
    let known = *around.tenant.hardware(old);
    let hash = next_hash(known.hash);
    let serial = if serial.is_empty() { known.serial } else { serial };
    let new = Hardware {
        hash,
        serial,
        manufacturer: manufacturer.unwrap_or(known.manufacturer),
        uploaded: 0,
        identity: MaybeId::NONE,
        ..known
    };
    let new = around.tenant.hardware_changed(old, new, around.cx);
    field.set_hardware(id, hash, serial);
    if let Some(managed) = field.device(id).managed.get() {
        let build = field.device(id).os_build;
        around.tenant.repair_registration(managed, new, build, around.cx);
    }
}

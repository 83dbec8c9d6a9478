//! Any other object: a short list of properties under the names that Graph gives them.

use super::find::{self, Thing};
use super::{Properties, instant};
use crate::world::World;
use sim_core::{Id, Sym};
use sim_device::OdjPackage;
use sim_graph::{
    Assignment, AutopilotDevice, DeploymentProfile, DomainJoinProfile, EntraDevice, EspProfile, Group, ImportStatus,
    ImportedDevice, JoinType, ManagedDevice, ManagedJoin, OdjConnector, OdjRequest, OdjState, Ownership, User,
};

/// More members than this are counted, not listed.
const MOST_MEMBERS: usize = 50;

/// The page.
pub(super) fn page(world: &World, thing: Thing) -> String {
    let page = Page { world };
    let (kind, properties) = match thing {
        Thing::User(id) => ("user", page.user(id)),
        Thing::Group(id) => ("group", page.group(id)),
        Thing::AutopilotDevice(id) => ("windowsAutopilotDeviceIdentity", page.autopilot_device(id)),
        Thing::EntraDevice(id) => ("device", page.entra_device(id)),
        Thing::ManagedDevice(id) => ("managedDevice", page.managed_device(id)),
        Thing::DeploymentProfile(id) => {
            let join = world.tenant().deployment_profile_record(id).join;
            let kind = match join {
                JoinType::Hybrid => "activeDirectoryWindowsAutopilotDeploymentProfile",
                JoinType::Entra => "azureADWindowsAutopilotDeploymentProfile",
            };
            (kind, page.deployment_profile(id))
        }
        Thing::DomainJoinProfile(id) => ("windowsDomainJoinConfiguration", page.domain_join_profile(id)),
        Thing::EspProfile(id) => ("windows10EnrollmentCompletionPageConfiguration", page.esp_profile(id)),
        Thing::ConnectorRecord(id) => ("deviceManagementDomainJoinConnector", page.connector(id)),
        Thing::EntraConnect(id) => ("Entra Connect server", page.entra_connect(id)),
        Thing::Request(id) => ("offline domain join request", page.request(id)),
        Thing::Import(id) => ("importedWindowsAutopilotDeviceIdentity", page.import(id)),
        // These have pages of their own.
        Thing::Device(_) | Thing::Server(_) | Thing::Entry(_) => ("", Properties::default()),
    };
    format!("{}, {kind}\n\n{properties}", find::name(world, thing))
}

struct Page<'a> {
    world: &'a World,
}

impl<'a> Page<'a> {
    fn name(&self, name: Sym) -> &'a str {
        self.world.cx().names.get(name)
    }

    fn user(&self, id: Id<User>) -> Properties {
        let tenant = self.world.tenant();
        let user = tenant.user_record(id);
        let mut p = Properties::default();
        p.add("id", user.id)
            .add("userPrincipalName", self.name(user.upn))
            .add("displayName", self.name(user.display_name));
        p.add("accountEnabled", user.enabled).add("Intune licence", if user.intune_licensed { "yes" } else { "no" });
        p.add("account in the domain", self.name(user.account));
        let groups: Vec<&str> =
            tenant.groups().filter(|(_, g)| g.users.contains(&id)).map(|(_, g)| self.name(g.name)).collect();
        p.add("groups", groups.join(", "));
        p
    }

    fn group(&self, id: Id<Group>) -> Properties {
        let tenant = self.world.tenant();
        let group = tenant.group_record(id);
        let mut p = Properties::default();
        p.add("id", group.id).add("displayName", self.name(group.name));
        if let Some(rule) = &group.rule {
            p.add("membershipRule", rule);
        }
        let devices = group.devices.iter().map(|d| {
            let device = tenant.entra_device(d);
            format!("{} ({}, {})", self.name(device.display_name), self.name(device.who), device.trust_type.graph())
        });
        let users = group.users.iter().map(|u| self.name(tenant.user_record(*u).upn).to_owned());
        let (shown, all) = (devices.chain(users).take(MOST_MEMBERS), group.devices.len() + group.users.len());
        p.add("members", all);
        shown.for_each(|member| {
            p.add("", member);
        });
        if all > MOST_MEMBERS {
            p.add("", format!("and {} more", all - MOST_MEMBERS));
        }
        p
    }

    fn autopilot_device(&self, id: Id<AutopilotDevice>) -> Properties {
        let tenant = self.world.tenant();
        let identity = tenant.identity(id);
        let hardware = tenant.hardware(identity.hardware);
        let profile = |id: sim_core::rows::MaybeId<DeploymentProfile>| {
            id.get().map_or("", |p| self.name(tenant.deployment_profile_record(p).name))
        };
        let mut p = Properties::default();
        p.add("id", identity.id).add("serialNumber", self.name(hardware.serial));
        p.add("manufacturer", self.name(hardware.manufacturer)).add("model", self.name(hardware.model));
        p.add("displayName", self.name(identity.display_name)).add("groupTag", self.name(identity.group_tag));
        p.add("purchaseOrderIdentifier", self.name(identity.purchase_order_id));
        p.add("userPrincipalName", self.name(identity.assigned_user));
        p.add("enrollmentState", identity.enrollment_state.graph());
        p.add("deploymentProfileAssignmentStatus", identity.assignment_status.graph());
        p.add("deploymentProfileAssignedDateTime", instant(identity.assigned_at));
        p.add("deploymentProfile", profile(identity.assigned))
            .add("intendedDeploymentProfile", profile(identity.intended));
        p.add("lastContactedDateTime", instant(identity.last_contacted));
        let gone = if tenant.anchor_of(id).is_none() { " (gone)" } else { "" };
        p.add("azureActiveDirectoryDeviceId", format!("{}{gone}", tenant.entra_device(identity.anchor).device_id));
        if let Some(managed) = identity.managed.get() {
            p.add("managedDeviceId", tenant.managed_device(managed).id);
        }
        p
    }

    fn entra_device(&self, id: Id<EntraDevice>) -> Properties {
        let tenant = self.world.tenant();
        let device = tenant.entra_device(id);
        let mut p = Properties::default();
        p.add("id", device.id).add("deviceId", device.device_id).add("displayName", self.name(device.display_name));
        p.add("machine", self.name(device.who)).add("trustType", device.trust_type.graph());
        p.add("accountEnabled", device.enabled).add("deviceOwnership", ownership(device.ownership));
        p.add("isCompliant", device.compliant.map(|c| c.to_string()).unwrap_or_default());
        p.add("operatingSystemVersion", self.name(device.os_version));
        p.add("enrollmentProfileName", self.name(device.enrollment_profile));
        let mut physical = Vec::new();
        if let Some(identity) = device.identity.get() {
            physical.push(format!("[ZTDID]:{}", tenant.identity(identity).id));
        }
        for (key, name) in [("OrderId", device.order_id), ("PurchaseOrderId", device.purchase_order_id)] {
            if !name.is_empty() {
                physical.push(format!("[{key}]:{}", self.name(name)));
            }
        }
        p.add("physicalIds", physical.join(", "));
        p.add("createdDateTime", instant(device.created));
        let pending =
            device.trust_type == sim_graph::TrustType::ServerAd && device.registered == sim_core::SimTime::NEVER;
        p.add("registrationDateTime", if pending { "pending".into() } else { instant(device.registered) });
        p.add("onPremisesLastSyncDateTime", instant(device.synced));
        if let Some(managed) = device.managed.get() {
            p.add("managed device", tenant.managed_device(managed).id);
        }
        let groups: Vec<&str> =
            tenant.groups().filter(|(_, g)| g.devices.contains(id)).map(|(_, g)| self.name(g.name)).collect();
        p.add("groups", groups.join(", "));
        p
    }

    fn managed_device(&self, id: Id<ManagedDevice>) -> Properties {
        let tenant = self.world.tenant();
        let managed = tenant.managed_device(id);
        let mut p = Properties::default();
        p.add("id", managed.id)
            .add("deviceName", self.name(managed.device_name))
            .add("machine", self.name(managed.who));
        p.add("serialNumber", self.name(tenant.hardware(managed.hardware).serial));
        if let Some(user) = managed.user.get() {
            p.add("userPrincipalName", self.name(tenant.user_record(user).upn));
        }
        p.add("azureADDeviceId", tenant.entra_device(managed.entra_device).device_id);
        p.add("autopilotEnrolled", managed.identity.get().is_some());
        p.add("managedDeviceOwnerType", ownership(managed.ownership));
        let join = match managed.join {
            ManagedJoin::EntraJoined => "azureADJoined",
            ManagedJoin::HybridJoined => "hybridAzureADJoined",
        };
        p.add("joinType", join);
        let compliance = match managed.compliant {
            Some(true) => "compliant",
            Some(false) => "noncompliant",
            None => "unknown",
        };
        p.add("complianceState", compliance);
        p.add("enrolledDateTime", instant(managed.enrolled)).add("lastSyncDateTime", instant(managed.last_sync));
        p
    }

    fn deployment_profile(&self, id: Id<DeploymentProfile>) -> Properties {
        let profile = self.world.tenant().deployment_profile_record(id);
        let mut p = Properties::default();
        p.add("id", profile.id)
            .add("displayName", self.name(profile.name))
            .add("description", self.name(profile.description));
        p.add("hybridAzureADJoinSkipConnectivityCheck", profile.skip_connectivity_check);
        p.add("hardwareHashExtractionEnabled", profile.convert_all);
        p.add("preprovisioningAllowed", profile.preprovisioning_allowed);
        p.add("deviceNameTemplate", self.name(profile.device_name_template));
        self.assignment(&profile.assignment, &mut p);
        p.add("createdDateTime", instant(profile.created)).add("lastModifiedDateTime", instant(profile.modified));
        p
    }

    fn domain_join_profile(&self, id: Id<DomainJoinProfile>) -> Properties {
        let profile = self.world.tenant().domain_join_profile_record(id);
        let mut p = Properties::default();
        p.add("id", profile.id).add("displayName", self.name(profile.name));
        p.add("activeDirectoryDomainName", self.name(profile.domain));
        let ou = self.name(profile.ou);
        p.add("organizationalUnit", if ou.is_empty() { "none: the domain's default container" } else { ou });
        p.add("computerNameStaticPrefix", self.name(profile.prefix));
        p.add("computerNameSuffixRandomCharCount", profile.suffix_chars);
        self.assignment(&profile.assignment, &mut p);
        p.add("createdDateTime", instant(profile.created));
        p
    }

    fn esp_profile(&self, id: Id<EspProfile>) -> Properties {
        let mut p = Properties::default();
        let Some((_, page)) = self.world.tenant().esp_profiles().find(|(other, _)| *other == id) else { return p };
        p.add("id", page.id).add("displayName", self.name(page.name)).add("priority", page.priority);
        p.add("showInstallationProgress", page.show_progress)
            .add("installProgressTimeoutInMinutes", page.timeout.secs() / 60);
        p.add("allowDeviceUseOnInstallFailure", page.continue_on_failure).add("user phase", page.user_phase);
        self.assignment(&page.assignment, &mut p);
        p
    }

    fn connector(&self, id: Id<OdjConnector>) -> Properties {
        let tenant = self.world.tenant();
        let connector = tenant.connector(id);
        let mut p = Properties::default();
        p.add("id", connector.id)
            .add("displayName", self.name(connector.name))
            .add("version", self.name(connector.version));
        p.add("state", connector.state.graph());
        p.add("lastConnectionDateTime", instant(tenant.connector_last_connection(id, self.world.now())));
        p
    }

    fn request(&self, id: Id<OdjRequest>) -> Properties {
        let tenant = self.world.tenant();
        let (request, settings) = (tenant.odj_request(id), tenant.join_settings(id));
        let mut p = Properties::default();
        p.add("id", request.id).add("device", self.name(tenant.odj_device(id)));
        p.add("domain join profile", self.name(settings.profile)).add("domain", self.name(settings.domain));
        let ou = self.name(settings.ou);
        p.add("organizational unit", if ou.is_empty() { "none: the domain's default container" } else { ou });
        p.add("prefix", self.name(settings.prefix));
        p.add("connector", request.connector.get().map_or("", |c| self.name(tenant.connector(c).name)));
        match request.state {
            OdjState::Queued => p.add("state", "queued"),
            OdjState::Taken => p.add("state", "taken"),
            OdjState::Done(blob) => {
                let blob_of = OdjPackage::of(&blob, self.world.forest(), self.world.cx());
                let octets = blob_of.map_or(String::new(), |package| format!("{} octets", package.encode().len()));
                p.add("state", "done").add("computer name", self.name(blob.computer_name)).add("blob", octets)
            }
            OdjState::Failed { error } => p.add("state", "failed").add("error", error),
        };
        p
    }

    fn import(&self, id: Id<ImportedDevice>) -> Properties {
        let import = self.world.tenant().imported_device(id);
        let mut p = Properties::default();
        p.add("id", import.id).add("serialNumber", self.name(import.serial));
        p.add("groupTag", self.name(import.group_tag))
            .add("assignedUserPrincipalName", self.name(import.assigned_user));
        match import.status {
            ImportStatus::Unknown => p.add("deviceImportStatus", "unknown"),
            ImportStatus::Complete => p.add("deviceImportStatus", "complete"),
            ImportStatus::Error(error) => p
                .add("deviceImportStatus", "error")
                .add("deviceErrorCode", error.code())
                .add("deviceErrorName", error.name()),
        };
        p
    }

    fn entra_connect(&self, id: Id<sim_device::EntraConnect>) -> Properties {
        let mut p = Properties::default();
        let field = self.world.field();
        let Some((_, sync)) = field.entra_connects().find(|(other, _)| *other == id) else { return p };
        p.add("name", self.name(sync.name)).add("interval", field.knobs.sync_interval).add("phase", sync.phase);
        p.add("scope", if sync.scope.is_empty() { "everything".into() } else { sync.scope.join("; ") });
        p.add("staging mode", sync.staging).add("scheduler suspended", sync.paused);
        p
    }

    fn assignment(&self, assignment: &Assignment, p: &mut Properties) {
        let groups = |ids: &[Id<Group>]| {
            ids.iter().map(|g| self.name(self.world.tenant().group_record(*g).name)).collect::<Vec<_>>().join(", ")
        };
        let everybody = if assignment.all_devices { "all devices" } else { "" };
        let included = groups(&assignment.include);
        let both = [everybody, &included].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
        p.add("assigned to", if both.is_empty() { "nobody".into() } else { both });
        p.add("excluded", groups(&assignment.exclude));
    }
}

fn ownership(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::Unknown => "unknown",
        Ownership::Company => "company",
        Ownership::Personal => "personal",
    }
}

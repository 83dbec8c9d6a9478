//! The cloud side: Entra ID, Intune and Windows Autopilot of one tenant, with the processors that work in the background of the
//! real service, and the way Microsoft Graph shows it all.
//!
//! The main type is [`Tenant`]: a plain value that changes only through its typed operations, one file per kind of record. What
//! waits for time in it keeps a timer in its row and is brought what is due by [`Tenant::fire`]. The membership rule language and
//! OData are pure functions over any device or record.

pub mod actor;
mod app;
mod application;
mod autopilot_device;
mod autopilot_sync;
mod bag;
mod changes;
mod configuration;
mod connector;
mod conversion;
mod credentials;
mod deployment_profile;
mod directory;
mod entra_device;
pub mod graph;
mod group;
mod hybrid;
mod import;
mod kept;
pub mod kinds;
mod knobs;
mod managed_device;
pub mod membership_rule;
pub mod odata;
mod odj;
mod policy;
mod remote_action;
pub mod sign_in;
mod tenant;
mod user;
mod why;

pub use app::{
    App, AppContext, AppKind, ConfigurationKind, ConfigurationProfile, InstallResult, NOT_DETECTED, Tracked, hresult,
};
pub use application::{Application, ClientSecret, Hidden, NewApplication};
pub use autopilot_device::{AssignmentStatus, AutopilotDevice, EnrollmentState, ProfileAnswer, StillEnrolled};
pub use autopilot_sync::{AutopilotSync, SyncRefused};
pub use bag::BagEntity;
pub(crate) use configuration::{DomainJoinChange, EspChange};
pub use configuration::{DomainJoinProfile, EspProfile, EspSettings, NewDomainJoinProfile};
pub use connector::{ConnectorState, OdjConnector};
pub use credentials::Credentials;
pub(crate) use deployment_profile::ProfileChange;
pub use deployment_profile::{Assignment, DeploymentProfile, JoinType, NewDeploymentProfile, Reach};
pub use directory::{DeletedItem, DirectoryObject};
pub use entra_device::{EntraDevice, Ownership, TrustType};
pub use group::{Group, RowSet};
pub use hybrid::{DeviceObjectNotFound, SyncedComputer};
pub use import::{Hardware, HardwareHash, ImportError, ImportRow, ImportStatus, ImportedDevice};
pub use knobs::{AssignedBeforeContact, TenantKnobs};
pub use managed_device::{CheckIn, EnrollError, ManagedDevice, ManagedJoin, default_host_name};
pub use odj::{JoinSettings, OdjBlob, OdjRequest, OdjState};
pub use policy::{MdmScope, Policies};
pub use remote_action::{ActionRequest, ActionState, RemoteAction};
pub use tenant::{Tenant, VerifiedDomain};
pub use user::{SKUS, Sku, User};

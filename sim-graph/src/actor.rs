//! The tenant's own actors: what in the cloud waits for something. Each is a row of a record, with its timer in the row.

use sim_core::{Actor, ActorClass, Id, Topic};

macro_rules! actors {
    ($( $(#[doc = $doc:expr])+ $const:ident = $n:expr, $make:ident($row:ty); )*) => {
        $( $(#[doc = $doc])+ pub const $const: ActorClass = ActorClass($n); )*
        $( $(#[doc = $doc])+ pub fn $make(id: Id<$row>) -> Actor { Actor { class: $const, row: id.row() } } )*
        /// Whether the tenant answers for actors of this class.
        pub fn is_cloud(class: ActorClass) -> bool { matches!(class, $( $const )|*) }
    };
}

actors! {
    /// An upload on its way to a verdict.
    IMPORT = 10, import(crate::ImportedDevice);
    /// A changed group tag on its way to the Entra device, or a deregistration on its way to its end.
    IDENTITY = 11, identity(crate::AutopilotDevice);
    /// A device whose dynamic memberships are to be evaluated.
    MEMBERSHIP = 12, membership(crate::EntraDevice);
    /// A group whose rule changed.
    GROUP_RULE = 13, group_rule(crate::Group);
    /// A device on its way to its deployment profile.
    ASSIGNMENT = 14, assignment(crate::AutopilotDevice);
    /// A device on its way to being converted to Autopilot.
    CONVERSION = 15, conversion(crate::ManagedDevice);
    /// A connector's record, waiting for its next state.
    CONNECTOR_RECORD = 16, connector_record(crate::OdjConnector);
    /// A device waiting for its first verdict on compliance.
    COMPLIANCE = 17, compliance(crate::ManagedDevice);
    /// The synchronisation with the Autopilot service, of which there is one.
    AUTOPILOT_SYNC = 18, autopilot_sync_of(crate::AutopilotSync);
}

/// The synchronisation with the Autopilot service.
pub fn autopilot_sync() -> Actor {
    autopilot_sync_of(Id::new(0))
}

/// Something waits for this managed device at its next check-in. The row is the managed device's.
pub const MDM_WORK: Topic = Topic("mdm work");
/// An offline domain join request waits for a connector. The row is the request's.
pub const ODJ_QUEUED: Topic = Topic("odj queued");
/// The hybrid join twin of a computer has appeared. The row is the Entra device's.
pub const TWIN_SYNCED: Topic = Topic("twin synced");
/// Somebody deleted the hybrid join twin of a computer in the cloud. The row is the Entra device's.
pub const TWIN_DELETED: Topic = Topic("twin deleted");

//! Every number and switch that stands for Entra ID, Intune or Windows Autopilot.

use sim_core::SimDuration;
use sim_core::knob::KnobValue;
use std::fmt;

/// Which member of `deploymentProfileAssignmentStatus` stands for a finished assignment before the device has come for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedBeforeContact {
    /// `assignedUnkownSyncState`, with the service's own spelling: nobody knows yet whether the device has it.
    UnknownSyncState,
    /// `assignedInSync`.
    InSync,
}

impl fmt::Display for AssignedBeforeContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownSyncState => "assignedUnkownSyncState",
            Self::InSync => "assignedInSync",
        })
    }
}

impl KnobValue for AssignedBeforeContact {
    const UNIT: &'static str = "assignedUnkownSyncState or assignedInSync";
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "assignedUnkownSyncState" => Ok(Self::UnknownSyncState),
            "assignedInSync" => Ok(Self::InSync),
            _ => Err(format!(
                "`{text}` is neither `assignedUnkownSyncState` (the service's spelling) nor `assignedInSync`"
            )),
        }
    }
}

sim_core::knobs! {
    /// The knobs of the tenant.
    pub struct TenantKnobs {
        /// From the upload of a hardware hash to its verdict. Then the Autopilot device identity and its Entra device exist.
        import: SimDuration = SimDuration::from_mins(5), Documented, "Add devices (memdocs, 2025): several minutes; public logs show 95 s to 15 min";
        /// From a change of a device, or of a rule, to the evaluation of dynamic membership rules for it.
        group_evaluation: SimDuration = SimDuration::from_mins(5), Assumed, "Dynamic membership (entra-docs, 2024): minutes in small directories, over 24 h at worst; no number is promised";
        /// From a change of what should apply to a device to `pending`, shown as Assigning.
        profile_pending: SimDuration = SimDuration::from_mins(5), Assumed, "the how-to of 2022 gives only the total; Intune looks at the groups periodically";
        /// From a change of what should apply to a device to `assigned…`, shown as Assigned.
        profile_assign: SimDuration = SimDuration::from_mins(15), Documented, "Deploy hybrid Azure AD-joined devices (2022): about 15 minutes; later editions give no number";
        /// The status of a finished assignment until the device has downloaded the profile; afterwards it is `assignedInSync`.
        assigned_before_contact: AssignedBeforeContact = AssignedBeforeContact::UnknownSyncState, Observed, "responses of real tenants show assignedUnkownSyncState; scripts test for the prefix `assigned`; the vendor does not describe the difference";
        /// From a change of the group tag to the new `[OrderId]` on the Entra device.
        group_tag_to_order_id: SimDuration = SimDuration::from_mins(5), Assumed, "the mapping is documented, its delay is not";
        /// From the deletion of an Autopilot device identity to its end, unless a synchronisation comes first.
        deregistration: SimDuration = SimDuration::from_mins(5), Documented, "Deregister a device (memdocs, 2024): a few minutes, sped up by Sync; scripts wait up to 30 min";
        /// How long a synchronisation of Intune with the Autopilot service takes.
        autopilot_sync: SimDuration = SimDuration::from_mins(1), Assumed, "windowsAutopilotSettings has a status for it, no time is published";
        /// The time that has to pass before a synchronisation may be asked for again; earlier it is refused with 429.
        autopilot_sync_apart: SimDuration = SimDuration::from_mins(10), Documented, "windowsAutopilotSettings: sync (Graph reference)";
        /// How often Intune synchronises with the Autopilot service by itself.
        autopilot_sync_period: SimDuration = SimDuration::from_hours(12), Assumed, "not documented; administrators say 12 hours";
        /// How long deleted users, devices and Microsoft 365 groups can be restored.
        deleted_items: SimDuration = SimDuration::from_days(30), Documented, "deletedItems (Graph reference): 30 days";
        /// From the time a profile with *Convert all targeted devices* reaches a device to its registration, if the device has checked in by then.
        convert: SimDuration = SimDuration::from_hours(24), Assumed, "Autopilot profiles: allow 48 hours; typical half of it";
        /// The longest a conversion takes once the device has checked in. A device that never does is never converted.
        convert_limit: SimDuration = SimDuration::from_hours(48), Documented, "Deploy hybrid Azure AD-joined devices (2022): allow 48 hours for the registration to be processed";
        /// From a wizard's sign-in to the connector's line in the list.
        connector_listed: SimDuration = SimDuration::from_mins(5), Documented, "Deploy hybrid Azure AD-joined devices (2022): several minutes";
        /// How often a connector says that it is alive.
        connector_heartbeat: SimDuration = SimDuration::from_mins(5), Assumed, "not published";
        /// Silence after which a connector's state is `error`.
        connector_error: SimDuration = SimDuration::from_hours(1), Documented, "Graph deviceManagementDomainJoinConnectorState: no heartbeat for one hour";
        /// Silence after which a connector's state is `inactive`.
        connector_inactive: SimDuration = SimDuration::from_days(5), Documented, "Graph deviceManagementDomainJoinConnectorState: no heartbeat for five days";
        /// How long an inactive connector stays listed before it is removed.
        connector_cleanup: SimDuration = SimDuration::from_days(30), Documented, "Deploy hybrid Azure AD-joined devices (2022): cleaned up after 30 days; that they count from the turn to inactive is assumed";
        /// Whether the Entra device that registration pre-creates is enabled before a device has joined as it.
        anchor_enabled: bool = false, Assumed, "documents are silent; administrators describe it as disabled, one published object was enabled";
        /// Whether the list of Autopilot devices shows the host name once the device is enrolled.
        identity_shows_host_name: bool = true, Documented, "Deploy hybrid Azure AD-joined devices (2022): after enrolment their names become the hostname of the device";
        /// From enrolment to the first verdict on compliance.
        compliance_first: SimDuration = SimDuration::from_mins(30), Observed, "field reports: 15 to 30 minutes, 8 hours for the full inventory";
        /// Licences bought of each product.
        licenses: u32 = 10_000, Assumed, "a simulator's choice: enough for a fleet";
        /// Whether a licence can be given only to users with a `usageLocation`.
        usage_location: bool = true, Documented, "user: assignLicense (Graph reference): usageLocation is required";
        /// Whether the Entra device of a registered device is protected from deletion.
        anchor_protected: bool = false, Observed, "azure-docs issue 85593: the portal blocks it, Graph and PowerShell succeed and leave an orphan; newer reports see 403";
        /// The longest CSV file, in device rows.
        csv_rows: u32 = 500, Documented, "Add devices (memdocs): at most 500 rows a file";
        /// How long a link to later changes of directory objects is good for.
        delta_token_life: SimDuration = SimDuration::from_days(7), Documented, "duration of change tracking tokens (Microsoft 365 developer blog): seven days for directory objects";
        /// How long a new object of the directory is missing from advanced queries and searches.
        advanced_query_lag: SimDuration = SimDuration::ZERO, Assumed, "advanced query capabilities (Graph, 2023): they read an index of their own that lags; no delay is published, so nothing lags unless asked for";
        /// How long a new object of the directory is missing from all other reads: it is answered as one that does not exist.
        directory_read_lag: SimDuration = SimDuration::ZERO, Assumed, "designing for eventual consistency (Microsoft identity blog, 2026): a read after a 201 may find nothing; no delay is published";
        /// Whether requests are throttled, by the time at which they are received.
        throttling: bool = false, Assumed, "a simulator's choice: tools under a fast clock would be throttled where they never are in life";
        /// Resource units of an application in a tenant of less than 50 users, per 10 seconds.
        throttle_identity_small: u32 = 3500, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// The same for 50 to 500 users.
        throttle_identity_medium: u32 = 5000, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// The same for more than 500 users.
        throttle_identity_large: u32 = 8000, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// Resource units of an application in all tenants, per 20 seconds.
        throttle_identity_app: u32 = 150_000, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// Writes of an application to the directory of a tenant, per 150 seconds.
        throttle_identity_writes: u32 = 3000, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// Writes of all applications to the directory of a tenant, per 5 minutes.
        throttle_identity_tenant_writes: u32 = 18_000, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access";
        /// Requests of an application to Intune, per 20 seconds; a tenant has twice as many.
        throttle_intune: u32 = 1000, Documented, "Microsoft Graph service-specific throttling limits (2025), Intune; that the Autopilot collections have the default is assumed";
        /// Writes of an application to Intune, per 20 seconds; a tenant has twice as many.
        throttle_intune_writes: u32 = 100, Documented, "Microsoft Graph service-specific throttling limits (2025), Intune";
        /// Requests of an application for managed devices, per 20 seconds; a tenant has twice as many.
        throttle_managed_devices: u32 = 2000, Documented, "Microsoft Graph service-specific throttling limits (2025), Intune devices";
        /// Writes of an application to managed devices, per 20 seconds; a tenant has twice as many.
        throttle_managed_devices_writes: u32 = 200, Documented, "Microsoft Graph service-specific throttling limits (2025), Intune devices";
        /// Requests of an application for audit logs, per 10 seconds.
        throttle_audit: u32 = 5, Documented, "Microsoft Graph service-specific throttling limits (2025), identity and access reports";
        /// How far delays are spread around their value, in thousandths. 0: every delay is exactly its value.
        cloud_jitter: u32 = 0, Assumed, "a simulator's choice: exact unless asked otherwise";
    }
}

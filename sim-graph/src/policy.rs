//! Tenant-wide switches that enrolment looks at.

use crate::Group;
use sim_core::Id;

/// Who gets automatic MDM enrolment: `policies/mobileDeviceManagementPolicies`, property `appliesTo`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MdmScope {
    /// Everybody.
    #[default]
    All,
    /// Nobody.
    None,
    /// The members of these groups.
    Selected(Vec<Id<Group>>),
}

/// Tenant-wide switches.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// The MDM user scope.
    pub mdm_scope: MdmScope,
    /// Platform restriction: Windows (MDM) blocked.
    pub windows_blocked: bool,
    /// Platform restriction: personally owned Windows devices blocked. Autopilot devices count as corporate.
    pub personal_windows_blocked: bool,
    /// Whether sign-in checks secrets and passwords, and Graph permissions. If not, whoever is known may do everything.
    pub strict_sign_in: bool,
}

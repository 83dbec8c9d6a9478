//! What the tenant records, and the reasons that its rules give.

use sim_core::Kind;
use sim_core::trace::Level::{Detail, Failed, Root, Told};

macro_rules! kinds {
    ($( $name:ident: $level:ident = $text:expr; )*) => {
        $( #[doc = concat!("`", $text, "`")] pub static $name: Kind = Kind::new(stringify!($name), $level, $text); )*
    };
}

kinds! {
    GRAPH_REQUEST: Root = "{0} {1}";
    IMPORT_UPLOADED: Told = "uploaded {0} hardware hashes to Windows Autopilot";
    IMPORT_COMPLETED: Told = "registered with Windows Autopilot; Entra device {0} pre-created with [ZTDID]:{1}";
    IMPORT_REFUSED: Failed = "import refused with {0} {1}: {why}";
    ANCHOR_TAGGED: Told = "Entra device carries [OrderId]:{0}, was `{1}`";
    GROUP_TAG_SET: Told = "group tag set to `{0}`, was `{1}`";
    JOINED_GROUP: Told = "joined group {0}";
    LEFT_GROUP: Told = "left group {0}";
    OBJECT_RESTORED: Told = "restored, {0}";
    LICENSES_SET: Told = "licences assigned, {0}";
    USER_DELETED: Told = "user {0} deleted";
    ACTION_ASKED: Told = "remote action {0} asked for";
    ACTION_FINISHED: Told = "remote action {0}: {1}";
    OWNERSHIP_SET: Told = "ownership set to {0}";
    ENTITY_CHANGED: Detail = "{0} {1}";
    DOMAIN_JOIN_PROFILE_EDITED: Told = "domain join profile edited";
    DOMAIN_JOIN_PROFILE_DELETED: Told = "domain join profile deleted";
    STATUS_PAGE_EDITED: Told = "enrollment status page edited";
    STATUS_PAGE_DELETED: Told = "enrollment status page deleted";
    STATUS_PAGE_ORDERED: Told = "enrollment status page has priority {0}";
    MDM_SCOPE_SET: Told = "MDM user scope set to {0}";
    GROUP_CREATED: Told = "group {0} created";
    ENTRA_DEVICE_CHANGED: Told = "Entra device changed";
    ENTRA_DEVICE_CREATED: Told = "Entra device {0} created";
    GROUP_DELETED: Told = "group {0} deleted";
    RULE_SET: Told = "membership rule set";
    PROFILE_INTENDED: Detail = "deployment profile {0} intended: {why}";
    PROFILE_PENDING: Told = "profile status pending ({0})";
    PROFILE_ASSIGNED: Told = "profile status {1} ({0})";
    PROFILE_UNASSIGNED: Told = "profile status notAssigned: {why}";
    PROFILE_EDITED: Told = "deployment profile edited";
    JOIN_PROFILE_EDITED: Told = "domain join profile edited: now {0}";
    PROFILE_DELETED: Told = "deployment profile deleted";
    PROFILE_DOWNLOADED: Detail = "deployment profile {0} handed out";
    ENROLLED: Told = "enrolled in Intune as {0}";
    ENROLL_REFUSED: Detail = "enrolment refused with {0}: {why}";
    LICENSE_GIVEN: Told = "has an Intune licence";
    LICENSE_TAKEN: Told = "lost the Intune licence";
    ODJ_REQUESTED: Told = "offline domain join requested: domain {0}, {1}, name {2}…";
    ODJ_NOT_REQUESTED: Detail = "no offline domain join request: {why}";
    ODJ_TAKEN: Detail = "took the offline domain join request of {0}";
    ODJ_BLOB_STORED: Detail = "offline domain join blob stored for {0}";
    ODJ_GIVEN_UP: Failed = "gave up the offline domain join request of {0}: error {1}";
    DEVICE_RENAMED: Told = "shown as {0} in all lists, was {1}";
    TWIN_CREATED: Told = "second Entra device {0} appears as ServerAd, registration pending";
    TWIN_REGISTERED: Told = "Entra hybrid joined: device {0} registered {1}";
    TWIN_REMOVED: Told = "Entra device {0} removed: its computer is no longer synchronised";
    TWIN_ADOPTED: Detail = "managed device now follows Entra device {0}";
    REGISTRATION_REFUSED: Detail = "hybrid registration refused with {0}: {why}";
    COMPLIANT: Detail = "evaluated as compliant";
    CONVERT_TARGETED: Told = "to be converted to Windows Autopilot by {0}";
    CONVERT_SKIPPED: Told = "not converted to Windows Autopilot: {why}";
    CONVERT_HASH_TAKEN: Detail = "hardware hash collected at a check-in";
    CONVERTED: Told = "converted to Windows Autopilot; [ZTDID]:{0} on its Entra device";
    CONVERT_SET: Told = "Convert all targeted devices set to {0}";
    CONNECTOR_LISTED: Told = "listed as an active connector";
    CONNECTOR_ACTIVE: Told = "active again";
    CONNECTOR_ERROR: Told = "connector state error: no heartbeat since {0}";
    CONNECTOR_INACTIVE: Told = "connector state inactive: no heartbeat since {0}";
    CONNECTOR_REMOVED: Told = "removed from the list of connectors";
    AUTOPILOT_SYNC_ASKED: Told = "synchronisation with the Autopilot service asked for";
    AUTOPILOT_SYNCED: Told = "synchronised with the Autopilot service";
    USER_PREASSIGNED: Told = "assigned user set to `{0}`, was `{1}`";
    IDENTITY_NAMED: Told = "device name in Windows Autopilot set to `{0}`";
    ENROLLMENT_ALLOWED: Told = "unblocked for the next enrolment";
    IDENTITY_LEAVES: Told = "deregistration from Windows Autopilot begins";
    IDENTITY_DELETED: Told = "deregistered from Windows Autopilot, Entra device {0} removed with it";
    ENTRA_DEVICE_DELETED: Told = "Entra device {0} deleted";
    MANAGED_DEVICE_DELETED: Told = "managed device {0} deleted";

    WHY_HASH_EMPTY: Detail = "the hash names no serial number or manufacturer";
    WHY_ALREADY_HERE: Detail = "already registered in this tenant";
    WHY_OTHER_TENANT: Detail = "registered in another tenant";
    WHY_DUPLICATE_ROW: Detail = "the same hash stands twice in one upload";
    WHY_GROUP_ASSIGNMENT: Detail = "a group of the device is assigned, and no older profile";
    WHY_ALL_DEVICES: Detail = "no group of the device is assigned, and this one is for all devices";
    WHY_DIRECT: Detail = "an administrator assigned it to the device itself";
    WHY_NO_PROFILE: Detail = "no deployment profile is assigned to a group of the device, and none to all devices";
    WHY_ANCHOR_GONE: Detail = "the Entra device of the registration is gone";
    WHY_NOT_LICENSED: Detail = "the user has no Intune licence";
    WHY_SCOPE: Detail = "the user is outside the MDM user scope";
    WHY_PLATFORM: Detail = "enrolment of Windows devices is blocked by a platform restriction";
    WHY_PERSONAL_BLOCKED: Detail = "personally owned Windows devices are blocked by a platform restriction";
    WHY_NO_DOMAIN_JOIN_PROFILE: Detail = "no domain join profile is assigned to a group of the device";
    WHY_PREASSIGNED: Detail = "a user is pre-assigned, which makes the device join Entra ID instead";
    WHY_NO_DEVICE_OBJECT: Detail = "the device object by the given id is not found";
    WHY_PERSONAL: Detail = "it is personally owned";
}

//! What this crate tells the trace.

use sim_core::Topic;
use sim_core::fault::FaultKind;
use sim_core::trace::{Kind, Level};

/// Something about computers that sync cares for has changed; the row is the domain's.
pub const DIRECTORY_CHANGED: Topic = Topic("directory_changed");

/// Replication from one controller (`place`) to another (`to`) is held: what would arrive meanwhile arrives when it ends.
pub const REPLICATION_HELD: FaultKind = FaultKind("replication_held");

/// A controller does not answer.
pub const CONTROLLER_DOWN: FaultKind = FaultKind("controller_down");

macro_rules! kinds {
    ($( $(#[doc = $doc:literal])+ $id:ident = $name:literal, $level:ident, $text:literal; )*) => {
        $( $(#[doc = $doc])+ pub static $id: Kind = Kind::new($name, Level::$level, $text); )*
        /// All of them, for documents.
        pub static ALL: &[&Kind] = &[ $( &$id ),* ];
    };
}

kinds! {
    /// Arguments: name, container, controller.
    COMPUTER_CREATED = "computer_created", Told, "created CN={0},{1} on {2}, {why}";
    /// Arguments: name, container or text, Win32 code, controller.
    COMPUTER_REFUSED = "computer_refused", Failed, "could not create computer {0} in {1}: {2} ({why})";
    /// Arguments: name, container, controller.
    COMPUTER_REUSED = "computer_reused", Told, "took over CN={0},{1} on {2}, {why}";
    /// Arguments: name, container.
    ENTRY_ADDED = "entry_added", Told, "added {0} in {1}";
    /// Arguments: name, container, which attributes.
    ENTRY_MODIFIED = "entry_modified", Told, "changed {2} of {0} in {1}";
    /// Arguments: name, container.
    ENTRY_DELETED = "entry_deleted", Told, "deleted {0} from {1}";
    /// Arguments: old name, new name, new container.
    ENTRY_MOVED = "entry_moved", Told, "moved {0} to {1} in {2}";
    /// Arguments: name, container, Win32 code.
    WRITE_REFUSED = "write_refused", Failed, "change of {0} in {1} refused: {2} ({why})";
    /// Arguments: name.
    CERTIFICATE_WRITTEN = "certificate_written", Told, "wrote its registration certificate to {0}";
    /// Arguments: controller.
    COMPUTER_LOGGED_ON = "computer_logged_on", Detail, "signed in to {0} with its computer account";
    /// Arguments: controller, Win32 code.
    COMPUTER_LOGON_REFUSED = "computer_logon_refused", Detail, "could not sign in to {0} with its computer account: {1} ({why})";
    /// Arguments: controller, Win32 code.
    BIND_REFUSED = "bind_refused", Failed, "could not sign in to {0}: {1} ({why})";
    /// Arguments: container, trustee.
    CONTROL_DELEGATED = "control_delegated", Told, "delegated control of computers in {0} to {1}";
    /// Arguments: name, the name of the winner's controller.
    NAME_CONFLICT = "name_conflict", Failed, "renamed the earlier {0} after another was created on {1}";
    /// Arguments: how many entries.
    CONTENT_LOADED = "content_loaded", Detail, "loaded {0} entries";

    /// A right to create children of the class.
    WHY_DELEGATED = "why_delegated", Detail, "by the right to create computers there";
    /// The privilege, under the quota.
    WHY_PRIVILEGE = "why_privilege", Detail, "by the privilege to add workstations, within the machine account quota";
    /// The quota is spent.
    WHY_QUOTA_SPENT = "why_quota_spent", Detail, "the machine account quota is used up";
    /// No right, and the privilege does not help.
    WHY_NO_CREATE_RIGHT = "why_no_create_right", Detail, "no right to create such objects there";
    /// Neither right nor privilege.
    WHY_NO_PRIVILEGE = "why_no_privilege", Detail, "neither a right to create computers there nor the privilege to add workstations";
    /// The knob closes the quota path outside the default container.
    WHY_OUTSIDE_DEFAULT = "why_outside_default", Detail, "no right to create computers there, and the quota counts in the default container only";
    /// More than a join needs.
    WHY_NOT_FOR_JOIN = "why_not_for_join", Detail, "the privilege to add workstations does not cover these attributes";
    /// A right to write is missing.
    WHY_NO_WRITE_RIGHT = "why_no_write_right", Detail, "no right to write that";
    /// A right to delete is missing.
    WHY_NO_DELETE_RIGHT = "why_no_delete_right", Detail, "no right to delete that";
    /// The name is not there.
    WHY_NO_SUCH_OBJECT = "why_no_such_object", Detail, "no such object";
    /// Not a name.
    WHY_BAD_NAME = "why_bad_name", Detail, "not a distinguished name";
    /// Another server holds it.
    WHY_ELSEWHERE = "why_elsewhere", Detail, "another server holds it";
    /// A read-only controller.
    WHY_READ_ONLY = "why_read_only", Detail, "this controller is read-only";
    /// No controller that takes writes answers.
    WHY_NO_WRITER = "why_no_writer", Detail, "this controller does not keep the secret, and none that does answers";
    /// The name is taken.
    WHY_NAME_TAKEN = "why_name_taken", Detail, "the name is taken";
    /// The account name is taken.
    WHY_ACCOUNT_TAKEN = "why_account_taken", Detail, "the account name is taken";
    /// The account name is malformed.
    WHY_ACCOUNT_NAME = "why_account_name", Detail, "not a valid account name";
    /// A service or user principal name is taken.
    WHY_NOT_UNIQUE = "why_not_unique", Detail, "another account of the forest has that principal name";
    /// Account type and name do not fit (KB5008102).
    WHY_ACCOUNT_TYPE = "why_account_type", Detail, "a computer account has the type of a workstation and a name that ends in $";
    /// The schema.
    WHY_SCHEMA = "why_schema", Detail, "the schema does not allow that";
    /// Only the directory itself writes it.
    WHY_SYSTEM_OWNED = "why_system_owned", Detail, "only the directory itself writes that";
    /// Has children.
    WHY_NOT_EMPTY = "why_not_empty", Detail, "it holds other objects";
    /// Cannot be moved or deleted.
    WHY_FIXED = "why_fixed", Detail, "it cannot be moved or deleted";
    /// A password is wrong, weak, or over an open connection.
    WHY_PASSWORD = "why_password", Detail, "the password is not accepted";
    /// NTLM within TLS that is not bound to it.
    WHY_NOT_BOUND = "why_not_bound", Detail, "the answer is not bound to the channel of TLS";
    /// A validated write did not hold.
    WHY_NOT_VALIDATED = "why_not_validated", Detail, "it may only write names that are its own";
    /// Nobody has signed in.
    WHY_ANONYMOUS = "why_anonymous", Detail, "nobody has signed in";
    /// Re-use of an account (KB5020276).
    WHY_REUSE_BLOCKED = "why_reuse_blocked", Detail, "an account of that name exists and was created by somebody else";
    /// Re-use of an account (KB5020276).
    WHY_REUSE_ALLOWED = "why_reuse_allowed", Detail, "as its creator, or because an administrator created it";
    /// The name cannot be a computer's.
    WHY_COMPUTER_NAME = "why_computer_name", Detail, "not a valid computer name";
    /// The OU cannot be a place for computers.
    WHY_BAD_OU = "why_bad_ou", Detail, "not an organizational unit";
    /// The domain is not there, or not in reach.
    WHY_NO_DOMAIN = "why_no_domain", Detail, "no such domain";
    /// The account is disabled.
    WHY_DISABLED = "why_disabled", Detail, "the account is disabled";
    /// The account has expired.
    WHY_ACCOUNT_EXPIRED = "why_account_expired", Detail, "the account has expired";
    /// Too many wrong passwords.
    WHY_LOCKED_OUT = "why_locked_out", Detail, "the account is locked out";
    /// The password has expired or has to be changed.
    WHY_PASSWORD_EXPIRED = "why_password_expired", Detail, "the password has expired";
    /// The hour or the workstation.
    WHY_LOGON_RESTRICTED = "why_logon_restricted", Detail, "not at this hour or from this workstation";
    /// The account is not there.
    WHY_NO_ACCOUNT = "why_no_account", Detail, "no such account";
}

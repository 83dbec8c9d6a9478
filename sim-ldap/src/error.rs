//! Refusals, as the wire carries them: result code, matched name, the Windows diagnostic message, referral.
//!
//! Tools read the first eight hexadecimal digits of a message, so those are right; the DSIDs differ by build and are plausible
//! literals only (MS-ADTS 3.1.1.3.1.8; Microsoft's "Status code 0x216d" page for the quota line).

use crate::kinds;
use crate::schema::AttrId;
use sim_core::Kind;

/// LDAP result codes that operations give.
#[allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ResultCode {
    Success = 0,
    OperationsError = 1,
    ProtocolError = 2,
    SizeLimitExceeded = 4,
    CompareFalse = 5,
    CompareTrue = 6,
    Referral = 10,
    NoSuchAttribute = 16,
    UndefinedAttributeType = 17,
    InappropriateMatching = 18,
    ConstraintViolation = 19,
    AttributeOrValueExists = 20,
    InvalidAttributeSyntax = 21,
    NoSuchObject = 32,
    InvalidDnSyntax = 34,
    InvalidCredentials = 49,
    InsufficientAccessRights = 50,
    Busy = 51,
    Unavailable = 52,
    UnwillingToPerform = 53,
    NamingViolation = 64,
    ObjectClassViolation = 65,
    NotAllowedOnNonLeaf = 66,
    NotAllowedOnRdn = 67,
    EntryAlreadyExists = 68,
    ObjectClassModsProhibited = 69,
    Other = 80,
}

/// Win32 codes that messages begin with (winerror.h).
#[allow(missing_docs)]
pub mod win32 {
    pub const ACCESS_DENIED: u32 = 5;
    pub const GEN_FAILURE: u32 = 0x1F;
    pub const NOT_SUPPORTED: u32 = 50;
    pub const INVALID_PASSWORD: u32 = 0x56;
    pub const INVALID_PARAMETER: u32 = 0x57;
    pub const INVALID_COMPUTERNAME: u32 = 1210;
    pub const NO_SUCH_DOMAIN: u32 = 1355;
    pub const RPC_SERVER_UNAVAILABLE: u32 = 1722;
    pub const INVALID_ACCOUNTNAME: u32 = 0x523;
    pub const USER_EXISTS: u32 = 0x524;
    pub const MEMBER_IN_GROUP: u32 = 0x562;
    pub const MEMBER_NOT_IN_GROUP: u32 = 0x561;
    pub const PASSWORD_RESTRICTION: u32 = 0x52D;
    pub const LOGON_FAILURE: u32 = 0x52E;
    pub const NO_LOGON_SERVERS: u32 = 0x51F;
    pub const NERR_USER_EXISTS: u32 = 2224;
    pub const NERR_ACCOUNT_REUSE_BLOCKED: u32 = 2732;
    pub const NO_ATTRIBUTE_OR_VALUE: u32 = 0x200A;
    pub const INVALID_ATTRIBUTE_SYNTAX: u32 = 0x200B;
    pub const OBJ_CLASS_VIOLATION: u32 = 0x2014;
    pub const CANT_ON_NON_LEAF: u32 = 0x2015;
    pub const CANT_ON_RDN: u32 = 0x2016;
    pub const CANT_MOD_OBJ_CLASS: u32 = 0x2017;
    pub const REFERRAL: u32 = 0x202B;
    pub const NO_SUCH_OBJECT: u32 = 0x2030;
    pub const UNWILLING: u32 = 0x2035;
    pub const OBJ_STRING_NAME_EXISTS: u32 = 0x2071;
    pub const RDN_DOESNT_MATCH_SCHEMA: u32 = 0x2073;
    pub const ILLEGAL_MOD_OPERATION: u32 = 0x2077;
    pub const BAD_INSTANCE_TYPE: u32 = 0x2079;
    pub const OBJECT_CLASS_REQUIRED: u32 = 0x207B;
    pub const MISSING_REQUIRED_ATT: u32 = 0x207C;
    pub const ATT_NOT_DEF_FOR_CLASS: u32 = 0x207D;
    pub const SINGLE_VALUE_CONSTRAINT: u32 = 0x2081;
    pub const RANGE_CONSTRAINT: u32 = 0x2082;
    pub const ATT_VAL_ALREADY_EXISTS: u32 = 0x2083;
    pub const CANT_REM_MISSING_ATT_VAL: u32 = 0x2085;
    pub const NO_PARENT_OBJECT: u32 = 0x2089;
    pub const OBJ_NOT_FOUND: u32 = 0x208D;
    pub const BAD_NAME_SYNTAX: u32 = 0x208F;
    pub const INSUFF_ACCESS_RIGHTS: u32 = 0x2098;
    pub const ILLEGAL_SUPERIOR: u32 = 0x2099;
    pub const ATTRIBUTE_OWNED_BY_SAM: u32 = 0x209A;
    pub const OBJ_CLASS_NOT_DEFINED: u32 = 0x20B3;
    pub const NAME_REFERENCE_INVALID: u32 = 0x20B5;
    pub const MACHINE_ACCOUNT_QUOTA_EXCEEDED: u32 = 0x216D;
    pub const SPN_NOT_UNIQUE: u32 = 0x21C7;
    pub const UPN_NOT_UNIQUE: u32 = 0x21C8;
}

/// The rule that decided, as traces name it. Two are equal if they are one.
#[derive(Debug, Clone, Copy)]
pub struct Why(pub &'static Kind);

impl PartialEq for Why {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
impl Eq for Why {}

/// An operation was refused. Everything that the wire carries, and the rule that said no.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The LDAP result code.
    pub code: ResultCode,
    /// The Win32 code that the message begins with.
    pub win32: u32,
    /// The nearest ancestor that exists, for names that do not.
    pub matched_dn: String,
    /// The diagnostic message, without the NUL that the wire adds.
    pub message: String,
    /// Where else to ask.
    pub referral: Option<String>,
    /// The rule that decided, for traces.
    pub why: &'static Kind,
}

impl PartialEq for Refusal {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code && self.message == other.message && self.referral == other.referral
    }
}

impl Refusal {
    fn new(code: ResultCode, win32: u32, message: String, why: &'static Kind) -> Self {
        Self { code, win32, matched_dn: String::new(), message, referral: None, why }
    }

    /// A name that does not exist; `matched` is the nearest ancestor that does.
    pub fn no_such_object(matched: String) -> Self {
        let message = format!(
            "0000208D: NameErr: DSID-0310028B, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'{matched}'\n"
        );
        let mut refusal =
            Self::new(ResultCode::NoSuchObject, win32::OBJ_NOT_FOUND, message, &kinds::WHY_NO_SUCH_OBJECT);
        refusal.matched_dn = matched;
        refusal
    }

    /// A text that is not a name.
    pub fn bad_name(text: &str) -> Self {
        let message = format!(
            "0000208F: NameErr: DSID-031001B2, problem 2006 (BAD_NAME), data 8349, best match of:\n\t'{text}'\n"
        );
        Self::new(ResultCode::InvalidDnSyntax, win32::BAD_NAME_SYNTAX, message, &kinds::WHY_BAD_NAME)
    }

    /// A place that another server holds.
    pub fn referral(host: &str, dn: &str) -> Self {
        let message = format!("0000202B: RefErr: DSID-0310078A, data 0, 1 access points\n\tref 1: '{host}'\n");
        let mut refusal = Self::new(ResultCode::Referral, win32::REFERRAL, message, &kinds::WHY_ELSEWHERE);
        refusal.referral = Some(format!("ldap://{host}/{dn}"));
        refusal
    }

    /// `UpdErr` with one of its problems.
    pub(crate) fn update(code: ResultCode, win32: u32, dsid: u32, data: i64, why: &'static Kind) -> Self {
        let problem = match code {
            ResultCode::EntryAlreadyExists => "6005 (ENTRY_EXISTS)",
            ResultCode::NotAllowedOnNonLeaf => "6003 (CANT_ON_NON_LEAF)",
            ResultCode::NotAllowedOnRdn => "6004 (CANT_ON_RDN)",
            ResultCode::ObjectClassModsProhibited => "6006 (OBJ_CLASS_MODS_PROHIBITED)",
            _ => "6002 (OBJ_CLASS_VIOLATION)",
        };
        Self::new(code, win32, format!("{win32:08X}: UpdErr: DSID-{dsid:08X}, problem {problem}, data {data}"), why)
    }

    /// Not enough rights.
    pub(crate) fn access(win32: u32, dsid: u32, why: &'static Kind) -> Self {
        let message = format!("{win32:08X}: SecErr: DSID-{dsid:08X}, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0");
        Self::new(ResultCode::InsufficientAccessRights, win32, message, why)
    }

    /// The service will not.
    pub(crate) fn unwilling(win32: u32, dsid: u32, why: &'static Kind) -> Self {
        let message = format!("{win32:08X}: SvcErr: DSID-{dsid:08X}, problem 5003 (WILL_NOT_PERFORM), data 0");
        Self::new(ResultCode::UnwillingToPerform, win32, message, why)
    }

    /// Something about an attribute.
    pub(crate) fn attribute(code: ResultCode, win32: u32, dsid: u32, attr: AttrId, why: &'static Kind) -> Self {
        let problem = match code {
            ResultCode::AttributeOrValueExists => "1006 (ATT_OR_VALUE_EXISTS)",
            ResultCode::NoSuchAttribute => "1001 (NO_ATTRIBUTE_OR_VAL)",
            ResultCode::InvalidAttributeSyntax => "1001 (INVALID_ATTRIBUTE_SYNTAX)",
            _ => "1005 (CONSTRAINT_ATT_TYPE)",
        };
        let a = attr.get();
        let message = format!(
            "{win32:08X}: AtrErr: DSID-{dsid:08X}, #1:\n\t0: {win32:08X}: DSID-{dsid:08X}, problem {problem}, data 0, Att {:x} ({})\n",
            a.attid, a.name
        );
        Self::new(code, win32, message, why)
    }

    /// A name that may not be where it would be.
    pub(crate) fn naming(win32: u32, dsid: u32, best: &str, why: &'static Kind) -> Self {
        let message = format!(
            "{win32:08X}: NameErr: DSID-{dsid:08X}, problem 2005 (NAMING_VIOLATION), data 0, best match of:\n\t'{best}'\n"
        );
        Self::new(ResultCode::NamingViolation, win32, message, why)
    }

    /// The account manager does not take a value.
    pub(crate) fn account_name() -> Self {
        let message = "00000523: SysErr: DSID-031A1262, problem 22 (Invalid argument), data 0".to_owned();
        Self::new(ResultCode::ConstraintViolation, win32::INVALID_ACCOUNTNAME, message, &kinds::WHY_ACCOUNT_NAME)
    }

    /// An attribute that is not in the schema, or a value that is not of its syntax.
    pub(crate) fn conversion(code: ResultCode) -> Self {
        let message =
            "00000057: LdapErr: DSID-0C090D8A, comment: Error in attribute conversion operation, data 0, v4563";
        Self::new(code, win32::INVALID_PARAMETER, message.to_owned(), &kinds::WHY_SCHEMA)
    }

    /// Nobody has signed in.
    pub fn bind_first() -> Self {
        let message = "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563";
        Self::new(ResultCode::OperationsError, 0x4DC, message.to_owned(), &kinds::WHY_ANONYMOUS)
    }

    /// A computer that would be one too many (MS-ADTS 3.1.1.5.2.1; Microsoft's "Status code 0x216d").
    pub(crate) fn quota() -> Self {
        Self::unwilling(win32::MACHINE_ACCOUNT_QUOTA_EXCEEDED, 0x031A_124C, &kinds::WHY_QUOTA_SPENT)
    }

    /// Replaces the rule that is named in traces.
    pub(crate) fn because(mut self, why: &'static Kind) -> Self {
        self.why = why;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_the_form_that_tools_read() {
        for (refusal, code, start) in [
            (Refusal::quota(), 53, "0000216D: SvcErr: DSID-031A124C, problem 5003 (WILL_NOT_PERFORM), data 0"),
            (
                Refusal::no_such_object("OU=A,DC=x".into()),
                32,
                "0000208D: NameErr: DSID-0310028B, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'OU=A,DC=x'\n",
            ),
            (
                Refusal::attribute(
                    ResultCode::ConstraintViolation,
                    win32::PASSWORD_RESTRICTION,
                    0x0319_1083,
                    crate::schema::attr::UNICODE_PWD,
                    &kinds::WHY_PASSWORD,
                ),
                19,
                "0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)",
            ),
            (Refusal::account_name(), 19, "00000523: SysErr: DSID-031A1262, problem 22 (Invalid argument), data 0"),
            (Refusal::referral("example.org", "DC=example,DC=org"), 10, "0000202B: RefErr: DSID-"),
        ] {
            assert_eq!(refusal.code as u8, code);
            assert!(refusal.message.starts_with(start), "{}", refusal.message);
            assert_eq!(u32::from_str_radix(&refusal.message[..8], 16), Ok(refusal.win32));
        }
    }
}

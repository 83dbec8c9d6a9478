//! The table of attributes.

use super::Store::{Constructed, Field, Link, Pattern, Row, Secret, Shape};
use super::Syntax::{Bool, Descriptor, Dn, DnBinary, Guid as GuidOctets, Int, Large, Octets, Oid, Sid, Text, Time};
use super::family::{
    ANY, COMPUTER, CROSS_REF, DOMAIN, GROUP, OU, PERSON, POLICY, PRINCIPAL, PSO, RECOVERY, RIGHT, SCHEMA, SCP, SITE,
    TRUST, USER,
};
use super::{Attr, AttrId, Store, Syntax};
use sim_core::Guid;

/// Property sets (MS-ADTS 3.1.1.2.3.3).
const GENERAL: u128 = 0x59ba2f42_79a2_11d0_9020_00c04fc2d3cf;
const PUBLIC: u128 = 0xe48d0154_bcf8_11d1_8702_00c04fb96050;
const PERSONAL: u128 = 0x77b5b886_944a_11d1_aebd_0000f80367c1;
const RESTRICTIONS: u128 = 0x4c164200_20c0_11d0_a768_00aa006e0529;
const LOGON: u128 = 0x5f202010_79a5_11d0_9020_00c04fc2d4cf;
const MEMBERSHIP: u128 = 0xbc0ac240_79a9_11d0_9020_00c04fc2d4cf;
const WEB: u128 = 0xe45795b3_9455_11d1_aebd_0000f80367c1;
const DOMAIN_PASSWORD: u128 = 0xc7407360_20bf_11d0_a768_00aa006e0529;
const DOMAIN_OTHER: u128 = 0xb8119fd0_04f6_4762_ab7a_4986c76b3f9a;
const DNS_HOST_NAME: u128 = 0x72e39547_7b18_11d1_adef_00c04fd8d5cd;

const fn new(name: &'static str, attid: u32, syntax: Syntax, store: Store, on: u32) -> Attr {
    Attr {
        name,
        attid,
        syntax,
        single: true,
        store,
        guid: Guid::NIL,
        set: Guid::NIL,
        range_upper: 0,
        system_only: false,
        indexed: false,
        kept: false,
        back_of: None,
        on,
    }
}

impl Attr {
    const fn multi(mut self) -> Self {
        self.single = false;
        self
    }
    const fn guid(mut self, guid: u128) -> Self {
        self.guid = Guid::from_u128(guid);
        self
    }
    const fn set(mut self, set: u128) -> Self {
        self.set = Guid::from_u128(set);
        self
    }
    const fn upto(mut self, n: u32) -> Self {
        self.range_upper = n;
        self
    }
    const fn system(mut self) -> Self {
        self.system_only = true;
        self
    }
    const fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }
    const fn kept(mut self) -> Self {
        self.kept = true;
        self
    }
    const fn back(mut self, of: &'static str) -> Self {
        self.back_of = Some(of);
        self.single = false;
        self.system_only = true;
        self
    }
}

macro_rules! attributes {
    ($( $id:ident = $row:expr; )*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $( $id ),* }

        /// The attributes that the rules name.
        #[allow(missing_docs)]
        pub mod attr {
            use super::{AttrId, Number};
            $( pub const $id: AttrId = AttrId(Number::$id as u16); )*
        }

        /// All attributes.
        pub const ATTRIBUTES: &[Attr] = &[ $( $row ),* ];
    };
}

attributes! {
    // What every object has.
    OBJECT_CLASS = new("objectClass", 0x0, Oid, Field, ANY).multi().guid(0xbf9679e5_0de6_11d0_a285_00aa003049e2).set(PUBLIC).kept();
    OBJECT_CATEGORY = new("objectCategory", 0x9030e, Dn, Field, ANY).guid(0x26d97369_6070_11d1_a9c6_0000f80367c1).set(PUBLIC);
    OBJECT_GUID = new("objectGUID", 0x90002, GuidOctets, Field, ANY).guid(0xbf9679e7_0de6_11d0_a285_00aa003049e2).set(PUBLIC).system().indexed().kept();
    OBJECT_SID = new("objectSid", 0x90092, Sid, Field, PRINCIPAL | DOMAIN).guid(0xbf9679e8_0de6_11d0_a285_00aa003049e2).set(GENERAL).system().indexed().kept();
    DISTINGUISHED_NAME = new("distinguishedName", 0x31, Dn, Field, ANY).guid(0xbf9679e4_0de6_11d0_a285_00aa003049e2).set(PUBLIC).system().indexed().kept();
    NAME = new("name", 0x90001, Text, Field, ANY).guid(0xbf967a0e_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(255).system().indexed().kept();
    CN = new("cn", 0x3, Text, Field, ANY).guid(0xbf96793f_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(64).indexed().kept();
    OU_NAME = new("ou", 0xb, Text, Field, ANY).multi().guid(0xbf9679f0_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(64).indexed().kept();
    DC = new("dc", 0x150019, Text, Field, ANY).guid(0x19195a55_6da0_11d0_afd3_00c04fd930c9).kept();
    O = new("o", 0xa, Text, Row, ANY).multi().guid(0xbf9679ef_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(64);
    L = new("l", 0x7, Text, Shape, ANY).guid(0xbf9679a2_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(128);
    INSTANCE_TYPE = new("instanceType", 0x20001, Int, Field, ANY).guid(0xbf96798c_0de6_11d0_a285_00aa003049e2).system().kept();
    WHEN_CREATED = new("whenCreated", 0x20002, Time, Field, ANY).guid(0xbf967a78_0de6_11d0_a285_00aa003049e2).system().kept();
    WHEN_CHANGED = new("whenChanged", 0x20003, Time, Field, ANY).guid(0xbf967a77_0de6_11d0_a285_00aa003049e2).system().kept();
    USN_CREATED = new("uSNCreated", 0x20013, Large, Field, ANY).guid(0xbf967a70_0de6_11d0_a285_00aa003049e2).system().kept();
    USN_CHANGED = new("uSNChanged", 0x20078, Large, Field, ANY).guid(0xbf967a6f_0de6_11d0_a285_00aa003049e2).system().kept();
    NT_SECURITY_DESCRIPTOR = new("nTSecurityDescriptor", 0x20119, Descriptor, Field, ANY).guid(0xbf9679e3_0de6_11d0_a285_00aa003049e2).kept();
    IS_DELETED = new("isDeleted", 0x20030, Bool, Field, ANY).guid(0xbf96798f_0de6_11d0_a285_00aa003049e2).system().kept();
    LAST_KNOWN_PARENT = new("lastKnownParent", 0x9030d, Dn, Field, ANY).guid(0x52ab8670_5709_11d1_a9c6_0000f80367c1).system().kept();
    LAST_KNOWN_RDN = new("msDS-LastKnownRDN", 0x90825, Text, Field, ANY).guid(0x8ab15858_683e_466d_877f_d640e1f9a611).system().kept();
    IS_CRITICAL = new("isCriticalSystemObject", 0x90364, Bool, Shape, ANY).guid(0x00fbf30d_91fe_11d1_aebc_0000f80367c1).system();
    SYSTEM_FLAGS = new("systemFlags", 0x90177, Int, Shape, ANY).guid(0xe0fa1e62_9b45_11d0_afdd_00c04fd930c9).set(PUBLIC).system();
    SHOW_IN_ADVANCED = new("showInAdvancedViewOnly", 0x200a9, Bool, Shape, ANY).guid(0xbf967984_0de6_11d0_a285_00aa003049e2).set(GENERAL);
    DISPLAY_NAME = new("displayName", 0x2000d, Text, Pattern, ANY).guid(0xbf967953_0de6_11d0_a285_00aa003049e2).set(GENERAL).upto(256).indexed();
    DESCRIPTION = new("description", 0xd, Text, Row, ANY).multi().guid(0xbf967950_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(1024);
    ADMIN_DISPLAY_NAME = new("adminDisplayName", 0x200c2, Text, Row, ANY).guid(0xbf96791a_0de6_11d0_a285_00aa003049e2).upto(256);
    ADMIN_DESCRIPTION = new("adminDescription", 0x200e2, Text, Row, ANY).guid(0xbf967919_0de6_11d0_a285_00aa003049e2).set(GENERAL).upto(1024);
    MANAGED_BY = new("managedBy", 0x9028d, Dn, Link, ANY).guid(0x0296c120_40da_11d1_a9c0_0000f80367c1);
    MANAGED_OBJECTS = new("managedObjects", 0x9028e, Dn, Constructed, ANY).guid(0x0296c124_40da_11d1_a9c0_0000f80367c1).back("managedBy");
    MEMBER_OF = new("memberOf", 0x20066, Dn, Constructed, ANY).guid(0xbf967991_0de6_11d0_a285_00aa003049e2).set(MEMBERSHIP).back("member");
    WELL_KNOWN_OBJECTS = new("wellKnownObjects", 0x9026a, DnBinary, Field, ANY).multi().guid(0x05308983_7688_11d1_aded_00c04fd8d5cd);
    OTHER_WELL_KNOWN_OBJECTS = new("otherWellKnownObjects", 0x9054f, DnBinary, Field, ANY).multi().guid(0x1ea64e5d_ac0f_11d2_90df_00c04fd91ab1);
    DS_CORE_PROPAGATION = new("dSCorePropagationData", 0x9054d, Time, Field, ANY).multi().guid(0xd167aa4b_8b08_11d2_9939_0000f87a57d4).system();
    CONSISTENCY_GUID = new("mS-DS-ConsistencyGuid", 0x90550, GuidOctets, Row, ANY).guid(0x23773dc2_b63a_11d2_90e1_00c04fd91ab1).upto(16).indexed();
    GP_LINK = new("gPLink", 0x9037b, Text, Row, ANY).guid(0xf30e3bbe_9ff0_11d1_b603_0000f80367c1);
    GP_OPTIONS = new("gPOptions", 0x9037c, Int, Shape, ANY).guid(0xf30e3bbf_9ff0_11d1_b603_0000f80367c1);
    URL = new("url", 0x902ed, Text, Row, ANY).multi().set(WEB);
    WWW_HOME_PAGE = new("wWWHomePage", 0x201d0, Text, Row, ANY).guid(0xbf967a7a_0de6_11d0_a285_00aa003049e2).set(WEB).upto(2048);

    // Accounts.
    SAM_ACCOUNT_NAME = new("sAMAccountName", 0x900dd, Text, Pattern, PRINCIPAL).guid(0x3e0abfd0_126a_11d0_a060_00aa006c33ed).set(GENERAL).upto(256).indexed().kept();
    SAM_ACCOUNT_TYPE = new("sAMAccountType", 0x9012e, Int, Shape, PRINCIPAL).guid(0x6e7b626c_64f2_11d0_afd2_00c04fd930c9).set(GENERAL).system();
    USER_ACCOUNT_CONTROL = new("userAccountControl", 0x90008, Int, Shape, USER).guid(0xbf967a68_0de6_11d0_a285_00aa003049e2).set(RESTRICTIONS).kept();
    PRIMARY_GROUP_ID = new("primaryGroupID", 0x90062, Int, Shape, USER).guid(0xbf967a00_0de6_11d0_a285_00aa003049e2).set(GENERAL);
    USER_PRINCIPAL_NAME = new("userPrincipalName", 0x90290, Text, Pattern, USER).guid(0x28630ebb_41d5_11d1_a9c1_0000f80367c1).set(PUBLIC).upto(1024).indexed();
    SERVICE_PRINCIPAL_NAME = new("servicePrincipalName", 0x90303, Text, Pattern, USER).multi().guid(0xf3a64788_5306_11d1_a9c5_0000f80367c1).set(PUBLIC).indexed();
    DNS_HOST_NAME_ATTR = new("dNSHostName", 0x9026b, Text, Pattern, COMPUTER | SITE).guid(0x72e39547_7b18_11d1_adef_00c04fd8d5cd).set(DNS_HOST_NAME).upto(2048).indexed();
    ADDITIONAL_DNS = new("msDS-AdditionalDnsHostName", 0x906b5, Text, Row, COMPUTER).multi().guid(0x80863791_dbe9_4eb8_837e_7f0ab55d9ac7).set(DNS_HOST_NAME).upto(2048);
    OPERATING_SYSTEM = new("operatingSystem", 0x9016b, Text, Shape, COMPUTER).guid(0x3e978925_8c01_11d0_afda_00c04fd930c9);
    OPERATING_SYSTEM_VERSION = new("operatingSystemVersion", 0x9016c, Text, Shape, COMPUTER).guid(0x3e978926_8c01_11d0_afda_00c04fd930c9);
    OPERATING_SYSTEM_SP = new("operatingSystemServicePack", 0x9016d, Text, Shape, COMPUTER).guid(0x3e978927_8c01_11d0_afda_00c04fd930c9);
    OPERATING_SYSTEM_HOTFIX = new("operatingSystemHotfix", 0x9019f, Text, Shape, COMPUTER).guid(0xbd951b3c_9c96_11d0_afdd_00c04fd930c9);
    USER_CERTIFICATE = new("userCertificate", 0x24, Octets, Field, PERSON).multi().guid(0xbf967a7f_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(32768);
    PWD_LAST_SET = new("pwdLastSet", 0x90060, Large, Field, USER).guid(0xbf967a0a_0de6_11d0_a285_00aa003049e2).set(RESTRICTIONS);
    LAST_LOGON_TIMESTAMP = new("lastLogonTimestamp", 0x906a0, Large, Field, USER).guid(0xc0e20a04_0e5a_4ff3_9482_5efeaecd7060).set(LOGON).system();
    LAST_LOGON = new("lastLogon", 0x90034, Large, Shape, USER).guid(0xbf967997_0de6_11d0_a285_00aa003049e2).set(LOGON).system();
    LAST_LOGOFF = new("lastLogoff", 0x90033, Large, Shape, USER).guid(0xbf967996_0de6_11d0_a285_00aa003049e2).set(LOGON).system();
    LOGON_COUNT = new("logonCount", 0x900a9, Int, Shape, USER).guid(0xbf9679aa_0de6_11d0_a285_00aa003049e2).set(LOGON).system();
    BAD_PWD_COUNT = new("badPwdCount", 0x9000c, Int, Shape, USER).guid(0xbf96792e_0de6_11d0_a285_00aa003049e2).set(LOGON).system();
    BAD_PASSWORD_TIME = new("badPasswordTime", 0x90031, Large, Shape, USER).guid(0xbf96792d_0de6_11d0_a285_00aa003049e2).set(LOGON).system();
    ACCOUNT_EXPIRES = new("accountExpires", 0x9009f, Large, Shape, USER).guid(0xbf967915_0de6_11d0_a285_00aa003049e2).set(RESTRICTIONS);
    LOCKOUT_TIME = new("lockoutTime", 0x90296, Large, Shape, USER).guid(0x28630ebf_41d5_11d1_a9c1_0000f80367c1).set(RESTRICTIONS);
    CODE_PAGE = new("codePage", 0x90010, Int, Shape, USER).guid(0xbf967938_0de6_11d0_a285_00aa003049e2).set(GENERAL).upto(65535);
    COUNTRY_CODE = new("countryCode", 0x90019, Int, Shape, PERSON | OU).guid(0x5fd42471_1262_11d0_a060_00aa006c33ed).set(GENERAL).upto(65535);
    UNICODE_PWD = new("unicodePwd", 0x9005a, Octets, Secret, USER).guid(0xbf9679e1_0de6_11d0_a285_00aa003049e2);
    USER_PASSWORD = new("userPassword", 0x23, Octets, Secret, PERSON).multi().guid(0xbf967a6e_0de6_11d0_a285_00aa003049e2);
    CREATOR_SID = new("mS-DS-CreatorSID", 0x90582, Sid, Row, COMPUTER).guid(0xc5e60132_1480_11d3_91c1_0000f87a57d4).system().indexed().kept();
    GROUP_TYPE = new("groupType", 0x902ee, Int, Shape, GROUP).guid(0x9a9a021e_4a5b_11d1_a9c3_0000f80367c1).kept();
    MEMBER = new("member", 0x1f, Dn, Link, GROUP).multi().guid(0xbf9679c0_0de6_11d0_a285_00aa003049e2).set(MEMBERSHIP);
    ADMIN_COUNT = new("adminCount", 0x90096, Int, Shape, PRINCIPAL).guid(0xbf967918_0de6_11d0_a285_00aa003049e2);
    SID_HISTORY = new("sIDHistory", 0x90261, Sid, Row, USER | GROUP).multi().guid(0x17eb4278_d167_11d0_b002_0000f80367c1).set(GENERAL).kept();
    SUPPORTED_ENCRYPTION = new("msDS-SupportedEncryptionTypes", 0x907ab, Int, Shape, USER | DOMAIN).guid(0x20119867_1d04_4ab7_9371_cfc3d5df0afd);
    ALLOWED_TO_DELEGATE = new("msDS-AllowedToDelegateTo", 0x906fb, Text, Row, USER).multi().guid(0x800d94d7_b7a1_42a1_b14d_7cae1423d07f).set(PUBLIC);
    ALLOWED_TO_ACT = new("msDS-AllowedToActOnBehalfOfOtherIdentity", 0x90886, Descriptor, Row, COMPUTER | USER).guid(0x3f78c3e5_f79a_46bd_a0b8_9d18116ddc79).set(RESTRICTIONS).upto(132096);
    KEY_CREDENTIAL_LINK = new("msDS-KeyCredentialLink", 0x90918, DnBinary, Row, USER).multi().guid(0x5b47d60f_6090_40b2_9f37_2a4de88f3063);
    HOST_SERVICE_ACCOUNT = new("msDS-HostServiceAccount", 0x90808, Dn, Link, COMPUTER).multi().guid(0x80641043_15a2_40e1_92a2_8ca866f70776);
    HOST_SERVICE_ACCOUNT_BL = new("msDS-HostServiceAccountBL", 0x90809, Dn, Constructed, ANY).guid(0x79abe4eb_88f3_48e7_89d6_f4bc7e98c331).back("msDS-HostServiceAccount");
    GROUP_MSA_MEMBERSHIP = new("msDS-GroupMSAMembership", 0x90898, Descriptor, Row, COMPUTER).guid(0x888eedd6_ce04_df40_b462_b8a50e41ba38).upto(132096);
    MANAGED_PASSWORD_INTERVAL = new("msDS-ManagedPasswordInterval", 0x90896, Int, Shape, COMPUTER).guid(0xf8758ef7_ac76_8843_a2ee_a26b4dcaf409);
    LOCATION = new("location", 0x900de, Text, Shape, COMPUTER | SITE).guid(0x09dcb79f_165f_11d0_a064_00aa006c33ed).upto(1024);
    NETBOOT_GUID = new("netbootGUID", 0x90167, GuidOctets, Row, COMPUTER).guid(0x3e978921_8c01_11d0_afda_00c04fd930c9).upto(16);

    // People.
    SN = new("sn", 0x4, Text, Row, PERSON).guid(0xbf967a41_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(64).indexed();
    GIVEN_NAME = new("givenName", 0x2a, Text, Row, PERSON).guid(0xf0f8ff8e_1191_11d0_a060_00aa006c33ed).set(PUBLIC).upto(64).indexed();
    INITIALS = new("initials", 0x2b, Text, Row, PERSON).guid(0xf0f8ff90_1191_11d0_a060_00aa006c33ed).set(PUBLIC).upto(6);
    MAIL = new("mail", 0x150003, Text, Pattern, PERSON | GROUP).guid(0xbf967961_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(256).indexed();
    MAIL_NICKNAME = new("mailNickname", 0x201bf, Text, Pattern, PERSON | GROUP).upto(64);
    PROXY_ADDRESSES = new("proxyAddresses", 0x200d2, Text, Row, PERSON | GROUP).multi().guid(0xbf967a06_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(1123).indexed();
    LEGACY_EXCHANGE_DN = new("legacyExchangeDN", 0x9028f, Text, Row, PERSON | GROUP).set(PUBLIC);
    TELEPHONE = new("telephoneNumber", 0x14, Text, Row, PERSON).guid(0xbf967a49_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(64);
    MOBILE = new("mobile", 0x150029, Text, Row, PERSON).guid(0xf0f8ffa3_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(64);
    FACSIMILE = new("facsimileTelephoneNumber", 0x17, Text, Row, PERSON).guid(0xbf967974_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(64);
    TITLE = new("title", 0xc, Text, Shape, PERSON).guid(0xbf967a55_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(128);
    DEPARTMENT = new("department", 0x2008d, Text, Shape, PERSON).guid(0xbf96794f_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(64);
    COMPANY = new("company", 0x20092, Text, Shape, PERSON).guid(0xf0f8ff88_1191_11d0_a060_00aa006c33ed).set(PUBLIC).upto(64);
    OFFICE = new("physicalDeliveryOfficeName", 0x13, Text, Shape, PERSON | OU).guid(0xbf9679f7_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(128);
    STREET = new("streetAddress", 0x20100, Text, Row, PERSON | OU).guid(0xf0f8ff84_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(1024);
    STREET_OU = new("street", 0x9, Text, Row, PERSON | OU).upto(1024);
    STATE = new("st", 0x8, Text, Shape, PERSON | OU).guid(0xbf967a39_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(128);
    POSTAL_CODE = new("postalCode", 0x11, Text, Shape, PERSON | OU).guid(0xbf9679fd_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(40);
    COUNTRY = new("c", 0x6, Text, Shape, PERSON | OU).guid(0xbf967945_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(3);
    COUNTRY_NAME = new("co", 0x20083, Text, Shape, PERSON | OU).guid(0xf0f8ffa7_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(128);
    EMPLOYEE_ID = new("employeeID", 0x90023, Text, Row, PERSON).guid(0xbf967962_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(16).indexed();
    EMPLOYEE_NUMBER = new("employeeNumber", 0x160003, Text, Row, PERSON).guid(0xa8df73ef_c5ea_11d1_bbcb_0080c76670c0).upto(512);
    EMPLOYEE_TYPE = new("employeeType", 0x160004, Text, Shape, PERSON).guid(0xa8df73f0_c5ea_11d1_bbcb_0080c76670c0).upto(256);
    MANAGER = new("manager", 0x15000a, Dn, Link, PERSON).guid(0xbf9679b5_0de6_11d0_a285_00aa003049e2).set(PUBLIC);
    DIRECT_REPORTS = new("directReports", 0x201b4, Dn, Constructed, ANY).guid(0xbf967a1c_0de6_11d0_a285_00aa003049e2).back("manager");
    UID = new("uid", 0x150001, Text, Row, PERSON).multi().guid(0x0bb0fca0_1e89_429f_901a_1413894d9f59).set(GENERAL).upto(256);
    HOME_DIRECTORY = new("homeDirectory", 0x9002c, Text, Row, USER).guid(0xbf967985_0de6_11d0_a285_00aa003049e2).set(LOGON);
    HOME_DRIVE = new("homeDrive", 0x9002d, Text, Shape, USER).guid(0xbf967986_0de6_11d0_a285_00aa003049e2).set(LOGON);
    PROFILE_PATH = new("profilePath", 0x9008b, Text, Row, USER).guid(0xbf967a05_0de6_11d0_a285_00aa003049e2).set(LOGON);
    SCRIPT_PATH = new("scriptPath", 0x9003e, Text, Shape, USER).guid(0xbf9679a8_0de6_11d0_a285_00aa003049e2).set(LOGON);
    USER_WORKSTATIONS = new("userWorkstations", 0x90056, Text, Row, USER).guid(0xbf9679d7_0de6_11d0_a285_00aa003049e2).set(LOGON).upto(1024);
    LOGON_HOURS = new("logonHours", 0x90040, Octets, Row, USER).guid(0xbf9679ab_0de6_11d0_a285_00aa003049e2).set(LOGON);
    COMMENT = new("comment", 0x9009c, Text, Row, ANY).guid(0xbf967a6a_0de6_11d0_a285_00aa003049e2).set(GENERAL);
    INFO = new("info", 0x20051, Text, Row, PERSON | GROUP).guid(0xbf96793e_0de6_11d0_a285_00aa003049e2).upto(1024);
    PREFERRED_LANGUAGE = new("preferredLanguage", 0x160027, Text, Shape, PERSON).guid(0x856be0d0_18e7_46e1_8f5f_7ee4d9020e0d);
    THUMBNAIL_PHOTO = new("thumbnailPhoto", 0x160023, Octets, Row, PERSON).guid(0x8d3bca50_1d7e_11d0_a081_00aa006c33ed).set(PERSONAL).upto(102400);
    OTHER_MAILBOX = new("otherMailbox", 0x9028b, Text, Row, PERSON).multi().set(PUBLIC);
    IP_PHONE = new("ipPhone", 0x902d1, Text, Row, PERSON).set(PERSONAL).upto(64);
    HOME_PHONE = new("homePhone", 0x150014, Text, Row, PERSON).set(PERSONAL).upto(64);
    PAGER = new("pager", 0x15002a, Text, Row, PERSON).set(PERSONAL).upto(64);
    SEE_ALSO = new("seeAlso", 0x22, Dn, Link, ANY).multi();
    EXT_1 = new("msDS-cloudExtensionAttribute1", 0x908a6, Text, Shape, ANY).guid(0x9709eaaf_49da_4db2_908a_0446e5eab844).set(PERSONAL).indexed();
    EXT_2 = new("msDS-cloudExtensionAttribute2", 0x908a7, Text, Shape, ANY).guid(0xf34ee0ac_c0c1_4ba9_82c9_1a90752f16a5).set(PERSONAL).indexed();
    EXT_3 = new("msDS-cloudExtensionAttribute3", 0x908a8, Text, Shape, ANY).guid(0x82f6c81a_fada_4a0d_b0f7_706d46838eb5).set(PERSONAL).indexed();
    EXTENSION_1 = new("extensionAttribute1", 0x201a7, Text, Shape, PERSON | GROUP).upto(1024);
    EXTENSION_2 = new("extensionAttribute2", 0x201a8, Text, Shape, PERSON | GROUP).upto(1024);
    EXTENSION_3 = new("extensionAttribute3", 0x201a9, Text, Shape, PERSON | GROUP).upto(1024);

    // Domains.
    MACHINE_ACCOUNT_QUOTA = new("ms-DS-MachineAccountQuota", 0x90583, Int, Row, DOMAIN).guid(0xd064fb68_1480_11d3_91c1_0000f87a57d4);
    MAX_PWD_AGE = new("maxPwdAge", 0x9004a, Large, Row, DOMAIN).guid(0xbf9679bb_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    MIN_PWD_AGE = new("minPwdAge", 0x9004e, Large, Row, DOMAIN).guid(0xbf9679c2_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    MIN_PWD_LENGTH = new("minPwdLength", 0x9004f, Int, Row, DOMAIN).guid(0xbf9679c3_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    PWD_PROPERTIES = new("pwdProperties", 0x9005d, Int, Row, DOMAIN).guid(0xbf967a0b_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    PWD_HISTORY_LENGTH = new("pwdHistoryLength", 0x9005f, Int, Row, DOMAIN).guid(0xbf967a09_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    LOCKOUT_DURATION = new("lockoutDuration", 0x9003c, Large, Row, DOMAIN).guid(0xbf9679a5_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    LOCKOUT_WINDOW = new("lockOutObservationWindow", 0x9003d, Large, Row, DOMAIN).guid(0xbf9679a4_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    LOCKOUT_THRESHOLD = new("lockoutThreshold", 0x90049, Int, Row, DOMAIN).guid(0xbf9679a6_0de6_11d0_a285_00aa003049e2).set(DOMAIN_PASSWORD);
    FORCE_LOGOFF = new("forceLogoff", 0x90027, Large, Row, DOMAIN).guid(0xbf967977_0de6_11d0_a285_00aa003049e2).set(DOMAIN_OTHER);
    BEHAVIOR_VERSION = new("msDS-Behavior-Version", 0x905b3, Int, Row, DOMAIN | CROSS_REF | SITE).guid(0xd31a8757_2447_4545_8081_3bb610cacbf2);
    FSMO_ROLE_OWNER = new("fSMORoleOwner", 0x90171, Dn, Link, ANY).guid(0x66171887_8f3c_11d0_afda_00c04fd930c9);
    CREATION_TIME = new("creationTime", 0x9001a, Large, Row, DOMAIN).guid(0xbf967946_0de6_11d0_a285_00aa003049e2);
    SUB_REFS = new("subRefs", 0x20007, Dn, Constructed, ANY).multi().guid(0xbf967a43_0de6_11d0_a285_00aa003049e2).system();
    UPN_SUFFIXES = new("uPNSuffixes", 0x9037a, Text, Row, ANY).multi().guid(0x032160bf_9824_11d1_aec0_0000f80367c1);
    TOMBSTONE_LIFETIME = new("tombstoneLifetime", 0x20036, Int, Row, ANY).guid(0x16c3a860_1273_11d0_a060_00aa006c33ed);

    // Configuration.
    KEYWORDS = new("keywords", 0x90030, Text, Row, SCP).multi().guid(0xbf967993_0de6_11d0_a285_00aa003049e2).upto(256).indexed();
    SERVICE_BINDING = new("serviceBindingInformation", 0x901fe, Text, Row, SCP).multi().guid(0xb7b1311c_b82e_11d0_afee_0000f80367c1);
    SERVICE_CLASS_NAME = new("serviceClassName", 0x901fd, Text, Row, SCP).guid(0xb7b1311d_b82e_11d0_afee_0000f80367c1);
    SERVICE_DNS_NAME = new("serviceDNSName", 0x90291, Text, Row, SCP).guid(0x28630eb8_41d5_11d1_a9c1_0000f80367c1);
    SERVICE_DNS_NAME_TYPE = new("serviceDNSNameType", 0x90293, Text, Row, SCP).guid(0x28630eba_41d5_11d1_a9c1_0000f80367c1);
    SITE_OBJECT = new("siteObject", 0x90200, Dn, Link, SITE).guid(0x3e10944c_c354_11d0_aff8_0000f80367c1);
    SITE_OBJECT_BL = new("siteObjectBL", 0x90201, Dn, Constructed, ANY).guid(0x3e10944d_c354_11d0_aff8_0000f80367c1).back("siteObject");
    SITE_LIST = new("siteList", 0x90335, Dn, Link, SITE).multi().guid(0xd50c2cdd_8951_11d1_aebc_0000f80367c1);
    COST = new("cost", 0x20087, Int, Row, SITE).guid(0xbf967944_0de6_11d0_a285_00aa003049e2);
    REPL_INTERVAL = new("replInterval", 0x90538, Int, Row, SITE).guid(0x45ba9d1a_56fa_11d2_90d0_00c04fd91ab1);
    SERVER_REFERENCE = new("serverReference", 0x90203, Dn, Link, SITE).guid(0x26d9736d_6070_11d1_a9c6_0000f80367c1);
    SERVER_REFERENCE_BL = new("serverReferenceBL", 0x90204, Dn, Constructed, ANY).guid(0x26d9736e_6070_11d1_a9c6_0000f80367c1).back("serverReference");
    OPTIONS = new("options", 0x90133, Int, Row, SITE).guid(0x19195a53_6da0_11d0_afd3_00c04fd930c9);
    NETBIOS_NAME = new("nETBIOSName", 0x90057, Text, Row, CROSS_REF).guid(0xbf9679d8_0de6_11d0_a285_00aa003049e2).upto(16).indexed();
    DNS_ROOT = new("dnsRoot", 0x9001c, Text, Row, CROSS_REF).multi().guid(0xbf967959_0de6_11d0_a285_00aa003049e2);
    NC_NAME = new("nCName", 0x20010, Dn, Link, CROSS_REF).guid(0xbf9679d6_0de6_11d0_a285_00aa003049e2);
    TRUST_PARENT = new("trustParent", 0x901d7, Dn, Link, CROSS_REF).guid(0xb000ea7a_a086_11d0_afdd_00c04fd930c9);
    GPC_FILE_PATH = new("gPCFileSysPath", 0x9037e, Text, Row, POLICY).guid(0xf30e3bc1_9ff0_11d1_b603_0000f80367c1);
    GPC_VERSION = new("gPCFunctionalityVersion", 0x9037d, Int, Row, POLICY).guid(0xf30e3bc0_9ff0_11d1_b603_0000f80367c1);
    VERSION_NUMBER = new("versionNumber", 0x9008d, Int, Row, POLICY).guid(0xbf967a76_0de6_11d0_a285_00aa003049e2);
    FLAGS = new("flags", 0x90026, Int, Row, ANY).guid(0xbf967976_0de6_11d0_a285_00aa003049e2);

    // The schema container.
    LDAP_DISPLAY_NAME = new("lDAPDisplayName", 0x201cc, Text, Row, SCHEMA).guid(0xbf96799a_0de6_11d0_a285_00aa003049e2).upto(256).indexed();
    SCHEMA_ID_GUID = new("schemaIDGUID", 0x90094, GuidOctets, Row, SCHEMA).guid(0xbf967923_0de6_11d0_a285_00aa003049e2).indexed();
    SECURITY_GUID = new("attributeSecurityGUID", 0x90095, GuidOctets, Row, SCHEMA).guid(0xbf967924_0de6_11d0_a285_00aa003049e2);
    ATTRIBUTE_ID = new("attributeID", 0x2001e, Oid, Row, SCHEMA).guid(0xbf967922_0de6_11d0_a285_00aa003049e2);
    ATTRIBUTE_SYNTAX = new("attributeSyntax", 0x20020, Oid, Row, SCHEMA).guid(0xbf967925_0de6_11d0_a285_00aa003049e2);
    OM_SYNTAX = new("oMSyntax", 0x200e7, Int, Row, SCHEMA).guid(0xbf9679f3_0de6_11d0_a285_00aa003049e2);
    IS_SINGLE_VALUED = new("isSingleValued", 0x20021, Bool, Row, SCHEMA).guid(0xbf967992_0de6_11d0_a285_00aa003049e2);
    GOVERNS_ID = new("governsID", 0x20016, Oid, Row, SCHEMA).guid(0xbf96797d_0de6_11d0_a285_00aa003049e2);
    SUB_CLASS_OF = new("subClassOf", 0x20015, Oid, Row, SCHEMA).guid(0xbf967a3b_0de6_11d0_a285_00aa003049e2);
    OBJECT_CLASS_CATEGORY = new("objectClassCategory", 0x20172, Int, Row, SCHEMA).guid(0xbf9679e6_0de6_11d0_a285_00aa003049e2);
    DEFAULT_SD = new("defaultSecurityDescriptor", 0x900e0, Text, Row, SCHEMA).guid(0x807a6d30_1669_11d0_a064_00aa006c33ed);
    RANGE_UPPER = new("rangeUpper", 0x20023, Int, Row, SCHEMA).guid(0xbf967a0d_0de6_11d0_a285_00aa003049e2);
    SEARCH_FLAGS = new("searchFlags", 0x2014e, Int, Row, SCHEMA).guid(0xbf967a2d_0de6_11d0_a285_00aa003049e2);
    RDN_ATT_ID = new("rDNAttID", 0x2001a, Oid, Row, SCHEMA).guid(0xbf967a0f_0de6_11d0_a285_00aa003049e2);
    SYSTEM_ONLY = new("systemOnly", 0x900aa, Bool, Row, SCHEMA).guid(0xbf967a46_0de6_11d0_a285_00aa003049e2);
    OBJECT_VERSION = new("objectVersion", 0x2004c, Int, Row, ANY).guid(0x16775848_47f3_11d1_a9c3_0000f80367c1);
    OBJECT_CLASSES = new("objectClasses", 0x180006, Text, Constructed, SCHEMA).multi().system();
    ATTRIBUTE_TYPES = new("attributeTypes", 0x180005, Text, Constructed, SCHEMA).multi().system();

    // Made when asked for.
    CANONICAL_NAME = new("canonicalName", 0x90394, Text, Constructed, ANY).multi().guid(0x9a7ad945_ca53_11d1_bbd0_0080c76670c0).system();
    CREATE_TIMESTAMP = new("createTimeStamp", 0x190001, Time, Constructed, ANY).guid(0x2df90d73_009f_11d2_aa4c_00c04fd7d83a).system();
    MODIFY_TIMESTAMP = new("modifyTimeStamp", 0x190002, Time, Constructed, ANY).guid(0x9a7ad94a_ca53_11d1_bbd0_0080c76670c0).system();
    STRUCTURAL_CLASS = new("structuralObjectClass", 0x180009, Oid, Constructed, ANY).multi().guid(0x3860949f_f6a8_4b38_9950_81ecb6bc2982).system();
    SUB_SCHEMA = new("subSchemaSubEntry", 0x19000a, Dn, Constructed, ANY).guid(0x9a7ad94d_ca53_11d1_bbd0_0080c76670c0).system();
    TOKEN_GROUPS = new("tokenGroups", 0x90515, Sid, Constructed, PRINCIPAL).multi().guid(0xb7c69e6d_2cc7_11d2_854e_00a0c983f608).system();
    PRIMARY_GROUP_TOKEN = new("primaryGroupToken", 0x90584, Int, Constructed, GROUP).guid(0xc0ed8738_7efd_4481_84d9_66d2db8be369).system();
    PRINCIPAL_NAME = new("msDS-PrincipalName", 0x90749, Text, Constructed, ANY).guid(0x564e9325_d057_c143_9e3b_4f9e5ef46f93).system();
    UAC_COMPUTED = new("msDS-User-Account-Control-Computed", 0x905b4, Int, Constructed, USER).guid(0x2cc4b836_b63f_4940_8d23_ea7acf06af56).set(RESTRICTIONS).system();
    PASSWORD_EXPIRY = new("msDS-UserPasswordExpiryTimeComputed", 0x907cc, Large, Constructed, USER).guid(0xadd5cf10_7b09_4449_9ae6_2534148f8a72).set(RESTRICTIONS).system();
    ALLOWED_ATTRIBUTES = new("allowedAttributes", 0x90391, Oid, Constructed, ANY).multi().guid(0x9a7ad940_ca53_11d1_bbd0_0080c76670c0).set(PUBLIC).system();
    ALLOWED_ATTRIBUTES_EFFECTIVE = new("allowedAttributesEffective", 0x90392, Oid, Constructed, ANY).multi().guid(0x9a7ad941_ca53_11d1_bbd0_0080c76670c0).set(PUBLIC).system();
    ALLOWED_CHILD_CLASSES = new("allowedChildClasses", 0x9038f, Oid, Constructed, ANY).multi().guid(0x9a7ad942_ca53_11d1_bbd0_0080c76670c0).set(PUBLIC).system();
    ALLOWED_CHILD_CLASSES_EFFECTIVE = new("allowedChildClassesEffective", 0x90390, Oid, Constructed, ANY).multi().guid(0x9a7ad943_ca53_11d1_bbd0_0080c76670c0).set(PUBLIC).system();
    ANR = new("aNR", 0x904b8, Text, Constructed, ANY).guid(0x45b01500_c419_11d1_bbc9_0080c76670c0).system();
    SID_RIGHTS = new("sDRightsEffective", 0x90518, Int, Constructed, ANY).guid(0xc3dbafa6_33df_11d2_98b2_0000f87a57d4).set(GENERAL).system();
    IS_RECYCLED = new("isRecycled", 0x9080a, Bool, Constructed, ANY).guid(0x8fb59256_55f1_444b_aacb_f5b482fe3459).system();

    // --- What directory tools ask for beside that ---
    // Trusts.
    FLAT_NAME = new("flatName", 0x901ff, Text, Row, TRUST).guid(0xb7b13117_b82e_11d0_afee_0000f80367c1);
    TRUST_ATTRIBUTES = new("trustAttributes", 0x901d6, Int, Row, TRUST).guid(0x80a67e5a_9f22_11d0_afdd_00c04fd930c9);
    TRUST_DIRECTION = new("trustDirection", 0x90084, Int, Row, TRUST).guid(0xbf967a5c_0de6_11d0_a285_00aa003049e2);
    TRUST_PARTNER = new("trustPartner", 0x90085, Text, Row, TRUST).guid(0xbf967a5d_0de6_11d0_a285_00aa003049e2).upto(1024);
    TRUST_POSIX_OFFSET = new("trustPosixOffset", 0x90086, Int, Row, TRUST).guid(0xbf967a5e_0de6_11d0_a285_00aa003049e2);
    TRUST_TYPE = new("trustType", 0x90088, Int, Row, TRUST).guid(0xbf967a60_0de6_11d0_a285_00aa003049e2);
    SECURITY_IDENTIFIER = new("securityIdentifier", 0x90079, Sid, Row, TRUST).guid(0xbf967a2f_0de6_11d0_a285_00aa003049e2);
    MS_DS_TRUST_FOREST_TRUST_INFO = new("msDS-TrustForestTrustInfo", 0x906a6, Octets, Row, TRUST).guid(0x29cc866e_49d3_4969_942e_1dbc0925d183);
    ADDITIONAL_TRUSTED_SERVICE_NAMES = new("additionalTrustedServiceNames", 0x90379, Text, Row, TRUST).multi().guid(0x032160be_9824_11d1_aec0_0000f80367c1);
    // Fine-grained password policies.
    MS_DS_PASSWORD_SETTINGS_PRECEDENCE = new("msDS-PasswordSettingsPrecedence", 0x907e7, Int, Row, PSO).guid(0x456374ac_1f0a_4617_93cf_bc55a7c9d341);
    MS_DS_PASSWORD_REVERSIBLE_ENCRYPTION_ENABLED = new("msDS-PasswordReversibleEncryptionEnabled", 0x907e0, Bool, Row, PSO).guid(0x75ccdd8f_af6c_4487_bb4b_69e4d38a959c);
    MS_DS_PASSWORD_HISTORY_LENGTH = new("msDS-PasswordHistoryLength", 0x907de, Int, Row, PSO).guid(0xfed81bb7_768c_4c2f_9641_2245de34794d);
    MS_DS_PASSWORD_COMPLEXITY_ENABLED = new("msDS-PasswordComplexityEnabled", 0x907df, Bool, Row, PSO).guid(0xdb68054b_c9c3_4bf0_b15b_0fb52552a610);
    MS_DS_MINIMUM_PASSWORD_LENGTH = new("msDS-MinimumPasswordLength", 0x907dd, Int, Row, PSO).guid(0xb21b3439_4c3a_441c_bb5f_08f20e9b315e);
    MS_DS_MINIMUM_PASSWORD_AGE = new("msDS-MinimumPasswordAge", 0x907dc, Large, Row, PSO).guid(0x2a74f878_4d9c_49f9_97b3_6767d1cbd9a3);
    MS_DS_MAXIMUM_PASSWORD_AGE = new("msDS-MaximumPasswordAge", 0x907db, Large, Row, PSO).guid(0xfdd337f5_4999_4fce_b252_8ff9c9b43875);
    MS_DS_LOCKOUT_THRESHOLD = new("msDS-LockoutThreshold", 0x907e3, Int, Row, PSO).guid(0xb8c8c35e_4a19_4a95_99d0_69fe4446286f);
    MS_DS_LOCKOUT_OBSERVATION_WINDOW = new("msDS-LockoutObservationWindow", 0x907e1, Large, Row, PSO).guid(0xb05bda89_76af_468a_b892_1be55558ecc8);
    MS_DS_LOCKOUT_DURATION = new("msDS-LockoutDuration", 0x907e2, Large, Row, PSO).guid(0x421f889a_472e_4fe4_8eb9_e1d0bc6071b2);
    // Extended rights.
    RIGHTS_GUID = new("rightsGuid", 0x90154, Text, Row, RIGHT).guid(0x8297931c_86d3_11d0_afda_00c04fd930c9).upto(36);
    APPLIES_TO = new("appliesTo", 0x90155, Text, Row, RIGHT).multi().guid(0x8297931d_86d3_11d0_afda_00c04fd930c9).upto(36);
    VALID_ACCESSES = new("validAccesses", 0x9054c, Int, Row, RIGHT).guid(0x4d2fa380_7f54_11d2_992a_0000f87a57d4);
    LOCALIZATION_DISPLAY_ID = new("localizationDisplayId", 0x90549, Int, Row, RIGHT).guid(0xa746f0d1_78d0_11d2_9916_0000f87a57d4);
    // BitLocker and TPM.
    MS_FVE_RECOVERY_GUID = new("msFVE-RecoveryGuid", 0x907ad, Octets, Row, RECOVERY).guid(0xf76909bc_e678_47a0_b0b3_f86a0044c06d).upto(128);
    MS_FVE_RECOVERY_PASSWORD = new("msFVE-RecoveryPassword", 0x907ac, Text, Row, RECOVERY).guid(0x43061ac1_c8ad_4ccc_b785_2bfac20fc60a).upto(256);
    MS_FVE_VOLUME_GUID = new("msFVE-VolumeGuid", 0x907ce, Octets, Row, RECOVERY).guid(0x85e5a5cf_dcee_4075_9cfd_ac9db6a2f245).upto(128);
    MS_FVE_KEY_PACKAGE = new("msFVE-KeyPackage", 0x907cf, Octets, Row, RECOVERY).guid(0x1fd55ea8_88a7_47dc_8129_0daa97186a54).upto(102400);
    // Domains and their controllers.
    INVOCATION_ID = new("invocationId", 0x20073, Octets, Row, SITE).guid(0xbf96798e_0de6_11d0_a285_00aa003049e2).system();
    HAS_MASTER_NCS = new("hasMasterNCs", 0x2000e, Dn, Link, SITE).multi().guid(0xbf967982_0de6_11d0_a285_00aa003049e2).system();
    MS_DS_HAS_MASTER_NCS = new("msDS-hasMasterNCs", 0x9072c, Dn, Link, SITE).multi().guid(0xae2de0e2_59d7_4d47_8d47_ed4dfe4357ad).system();
    MS_DS_HAS_DOMAIN_NCS = new("msDS-HasDomainNCs", 0x9071c, Dn, Link, SITE).multi().guid(0x6f17e347_a842_4498_b8b3_15e007da4fed).system();
    NT_MIXED_DOMAIN = new("nTMixedDomain", 0x90165, Int, Row, DOMAIN).guid(0x3e97891f_8c01_11d0_afda_00c04fd930c9);
    UAS_COMPAT = new("uASCompat", 0x9009b, Int, Row, DOMAIN).guid(0xbf967a61_0de6_11d0_a285_00aa003049e2).set(DOMAIN_OTHER);
    MODIFIED_COUNT = new("modifiedCount", 0x900a8, Large, Row, DOMAIN).guid(0xbf9679c5_0de6_11d0_a285_00aa003049e2).set(DOMAIN_OTHER);
    NEXT_RID = new("nextRid", 0x90058, Int, Row, DOMAIN).guid(0xbf9679db_0de6_11d0_a285_00aa003049e2);
    SERVER_STATE = new("serverState", 0x9009a, Int, Row, DOMAIN).guid(0xbf967a34_0de6_11d0_a285_00aa003049e2).set(DOMAIN_OTHER);
    AUDITING_POLICY = new("auditingPolicy", 0x900ca, Octets, Row, DOMAIN).guid(0x6da8a4fe_0e52_11d0_a286_00aa003049e2);
    RID_MANAGER_REFERENCE = new("rIDManagerReference", 0x90170, Dn, Link, DOMAIN).guid(0x66171886_8f3c_11d0_afda_00c04fd930c9).system();
    MS_DS_ALL_USERS_TRUST_QUOTA = new("msDS-AllUsersTrustQuota", 0x906fd, Int, Row, DOMAIN).guid(0xd3aa4a5c_4e03_4810_97aa_2b339e7a434b);
    MS_DS_PER_USER_TRUST_QUOTA = new("msDS-PerUserTrustQuota", 0x906fc, Int, Row, DOMAIN).guid(0xd161adf0_ca24_4993_a3aa_8b2c981302e8);
    MS_DS_PER_USER_TRUST_TOMBSTONES_QUOTA = new("msDS-PerUserTrustTombstonesQuota", 0x906fe, Int, Row, DOMAIN).guid(0x8b70a6c6_50f9_4fa3_a71e_1ce03040449b);
    // Group policy.
    GPC_MACHINE_EXTENSION_NAMES = new("gPCMachineExtensionNames", 0x90544, Text, Row, POLICY).guid(0x32ff8ecc_783f_11d2_9916_0000f87a57d4);
    GPC_USER_EXTENSION_NAMES = new("gPCUserExtensionNames", 0x90545, Text, Row, POLICY).guid(0x42a75fc6_783f_11d2_9916_0000f87a57d4);
    GPC_WQL_FILTER = new("gPCWQLFilter", 0x9069e, Text, Row, POLICY).guid(0x7bd4c7a6_1add_4436_8c04_3999a880154c);
    // People.
    ASSISTANT = new("assistant", 0x9028c, Dn, Link, PERSON).guid(0x0296c11c_40da_11d1_a9c0_0000f80367c1).set(PERSONAL);
    BUSINESS_CATEGORY = new("businessCategory", 0xf, Text, Row, PERSON).multi().guid(0xbf967931_0de6_11d0_a285_00aa003049e2).upto(128);
    CAR_LICENSE = new("carLicense", 0x160001, Text, Row, PERSON).multi().guid(0xd4159c92_957d_4a87_8a67_8d2934e01649);
    DEPARTMENT_NUMBER = new("departmentNumber", 0x160002, Text, Row, PERSON).multi().guid(0xbe9ef6ee_cbc7_4f22_b27b_96967e7ee585);
    DIVISION = new("division", 0x90105, Text, Row, PERSON).guid(0xfe6136a0_2073_11d0_a9c2_00aa006c33ed).set(PUBLIC).upto(256);
    GENERATION_QUALIFIER = new("generationQualifier", 0x2c, Text, Row, PERSON).guid(0x16775804_47f3_11d1_a9c3_0000f80367c1).upto(64);
    ADDRESS_HOME = new("homePostalAddress", 0x20269, Text, Row, PERSON).guid(0x16775781_47f3_11d1_a9c3_0000f80367c1).set(PERSONAL).upto(4096);
    HOUSEIDENTIFIER = new("houseIdentifier", 0x33, Text, Row, PERSON).multi().guid(0xa45398b7_c44a_4eb6_82d3_13c10946dbfe).upto(32768);
    OTHER_NAME = new("middleName", 0x160022, Text, Row, PERSON).guid(0xbf9679f2_0de6_11d0_a285_00aa003049e2).upto(64);
    PHONE_FAX_OTHER = new("otherFacsimileTelephoneNumber", 0x90286, Text, Row, PERSON).multi().guid(0x0296c11d_40da_11d1_a9c0_0000f80367c1).set(PERSONAL).upto(64);
    PHONE_HOME_OTHER = new("otherHomePhone", 0x20115, Text, Row, PERSON).multi().guid(0xf0f8ffa2_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(64);
    PHONE_IP_OTHER = new("otherIpPhone", 0x902d2, Text, Row, PERSON).multi().guid(0x4d146e4b_48d4_11d1_a9c3_0000f80367c1).set(PERSONAL);
    PHONE_MOBILE_OTHER = new("otherMobile", 0x90287, Text, Row, PERSON).multi().guid(0x0296c11e_40da_11d1_a9c0_0000f80367c1).set(PERSONAL).upto(64);
    PHONE_PAGER_OTHER = new("otherPager", 0x20076, Text, Row, PERSON).multi().guid(0xf0f8ffa4_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(64);
    PHONE_OFFICE_OTHER = new("otherTelephone", 0x20012, Text, Row, PERSON).multi().guid(0xf0f8ffa5_1191_11d0_a060_00aa006c33ed).set(PERSONAL).upto(64);
    PERSONAL_TITLE = new("personalTitle", 0x20267, Text, Row, PERSON).guid(0x16775858_47f3_11d1_a9c3_0000f80367c1).set(PERSONAL).upto(64);
    JPEGPHOTO = new("jpegPhoto", 0x15003c, Octets, Row, PERSON).multi().guid(0xbac80572_09c4_4fa9_9ae6_7628d7adbe0e);
    PHOTO = new("photo", 0x150007, Octets, Row, PERSON).multi().guid(0x9c979768_ba1a_4c08_9632_c6a5c1ed649a);
    POST_OFFICE_BOX = new("postOfficeBox", 0x12, Text, Row, PERSON).multi().guid(0xbf9679fb_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(40);
    POSTAL_ADDRESS = new("postalAddress", 0x10, Text, Row, PERSON).multi().guid(0xbf9679fc_0de6_11d0_a285_00aa003049e2).set(PERSONAL).upto(4096);
    ROOMNUMBER = new("roomNumber", 0x150006, Text, Row, PERSON).multi().guid(0x81d7f8c2_e327_4a0d_91c6_b42d4009115f);
    SECRETARY = new("secretary", 0x150015, Dn, Link, PERSON).multi().guid(0x01072d9a_98ad_4a53_9744_e83e287278fb);
    USER_PKCS12 = new("userPKCS12", 0x1600d8, Octets, Row, PERSON).multi().guid(0x23998ab5_70f8_4007_a4c1_a84a38311f9a);
    MS_DS_PHONETIC_FIRST_NAME = new("msDS-PhoneticFirstName", 0x90796, Text, Row, PERSON).guid(0x4b1cba4e_302f_4134_ac7c_f01f6c797843).set(PUBLIC).upto(64);
    MS_DS_PHONETIC_LAST_NAME = new("msDS-PhoneticLastName", 0x90797, Text, Row, PERSON).guid(0xf217e4ec_0836_4b90_88af_2f5d4bbda2bc).set(PUBLIC).upto(64);
    MS_DS_PHONETIC_DEPARTMENT = new("msDS-PhoneticDepartment", 0x90798, Text, Row, PERSON).guid(0x6cd53daf_003e_49e7_a702_6fa896e7a6ef).set(PUBLIC).upto(64);
    MS_DS_PHONETIC_COMPANY_NAME = new("msDS-PhoneticCompanyName", 0x90799, Text, Row, PERSON).guid(0x5bd5208d_e5f4_46ae_a514_543bc9c47659).set(PUBLIC).upto(64);
    MS_DS_PHONETIC_DISPLAY_NAME = new("msDS-PhoneticDisplayName", 0x9079a, Text, Row, PERSON).guid(0xe21a94e4_2d66_4ce5_b30d_0ef87a776ff0).set(PUBLIC).upto(256);
    ALT_SECURITY_IDENTITIES = new("altSecurityIdentities", 0x90363, Text, Row, USER).multi().guid(0x00fbf30c_91fe_11d1_aebc_0000f80367c1).set(PUBLIC);
    USER_PARAMETERS = new("userParameters", 0x9008a, Text, Row, USER).guid(0xbf967a6d_0de6_11d0_a285_00aa003049e2).set(RESTRICTIONS).upto(32767);
    OTHER_LOGIN_WORKSTATIONS = new("otherLoginWorkstations", 0x9005b, Text, Row, USER).multi().guid(0xbf9679f1_0de6_11d0_a285_00aa003049e2).upto(1024);
    MSNPALLOWDIALIN = new("msNPAllowDialin", 0x9045f, Bool, Row, USER).guid(0xdb0c9085_c1f2_11d1_bbc5_0080c76670c0);
    MS_TS_ALLOW_LOGON = new("msTSAllowLogon", 0x907bb, Bool, Row, USER).guid(0x3a0cd464_bc54_40e7_93ae_a646a6ecc4b4);
    // Computers.
    NETWORK_ADDRESS = new("networkAddress", 0x201cb, Text, Row, COMPUTER).multi().guid(0xbf9679d9_0de6_11d0_a285_00aa003049e2).upto(256);
    MACHINE_ROLE = new("machineRole", 0x90047, Int, Row, COMPUTER).guid(0xbf9679b2_0de6_11d0_a285_00aa003049e2);
    VOLUME_COUNT = new("volumeCount", 0x901fb, Int, Row, COMPUTER).guid(0x34aaa217_b699_11d0_afee_0000f80367c1);
    NETBOOT_MACHINE_FILE_PATH = new("netbootMachineFilePath", 0x90169, Text, Row, COMPUTER).guid(0x3e978923_8c01_11d0_afda_00c04fd930c9);
    NETBOOT_INITIALIZATION = new("netbootInitialization", 0x90166, Text, Row, COMPUTER).guid(0x3e978920_8c01_11d0_afda_00c04fd930c9);
    MS_TPM_OWNERINFORMATION = new("msTPM-OwnerInformation", 0x907ae, Text, Row, COMPUTER).guid(0xaa4e1a6d_550d_4e05_8c35_4afcb917a9fe).upto(128);
    // The schema container.
    MAY_CONTAIN = new("mayContain", 0x20019, Oid, Row, SCHEMA).multi().guid(0xbf9679bf_0de6_11d0_a285_00aa003049e2);
    MUST_CONTAIN = new("mustContain", 0x20018, Oid, Row, SCHEMA).multi().guid(0xbf9679d3_0de6_11d0_a285_00aa003049e2);
    SYSTEM_MAY_CONTAIN = new("systemMayContain", 0x900c4, Oid, Row, SCHEMA).multi().guid(0xbf967a44_0de6_11d0_a285_00aa003049e2).system();
    SYSTEM_MUST_CONTAIN = new("systemMustContain", 0x900c5, Oid, Row, SCHEMA).multi().guid(0xbf967a45_0de6_11d0_a285_00aa003049e2).system();
    POSS_SUPERIORS = new("possSuperiors", 0x20008, Oid, Row, SCHEMA).multi().guid(0xbf9679fa_0de6_11d0_a285_00aa003049e2);
    SYSTEM_POSS_SUPERIORS = new("systemPossSuperiors", 0x900c3, Oid, Row, SCHEMA).multi().guid(0xbf967a47_0de6_11d0_a285_00aa003049e2).system();
    AUXILIARY_CLASS = new("auxiliaryClass", 0x2015f, Oid, Row, SCHEMA).multi().guid(0xbf96792c_0de6_11d0_a285_00aa003049e2);
    SYSTEM_AUXILIARY_CLASS = new("systemAuxiliaryClass", 0x900c6, Oid, Row, SCHEMA).multi().guid(0xbf967a43_0de6_11d0_a285_00aa003049e2).system();
    DEFAULT_OBJECT_CATEGORY = new("defaultObjectCategory", 0x9030f, Dn, Link, SCHEMA).guid(0x26d97367_6070_11d1_a9c6_0000f80367c1);
    LINK_ID = new("linkID", 0x20032, Int, Row, SCHEMA).guid(0xbf96799b_0de6_11d0_a285_00aa003049e2).system();
    MAPI_ID = new("mAPIID", 0x20031, Int, Row, SCHEMA).guid(0xbf9679b7_0de6_11d0_a285_00aa003049e2).system();
    IS_DEFUNCT = new("isDefunct", 0x90295, Bool, Row, SCHEMA).guid(0x28630ebe_41d5_11d1_a9c1_0000f80367c1);
    RANGE_LOWER = new("rangeLower", 0x20022, Int, Row, SCHEMA).guid(0xbf967a0c_0de6_11d0_a285_00aa003049e2);
    IS_MEMBER_OF_PARTIAL_ATTRIBUTE_SET = new("isMemberOfPartialAttributeSet", 0x9027f, Bool, Row, SCHEMA).guid(0x19405b9d_3cfa_11d1_a9c0_0000f80367c1);
    SCHEMA_FLAGS_EX = new("schemaFlagsEx", 0x90078, Int, Row, SCHEMA).guid(0xbf967a2b_0de6_11d0_a285_00aa003049e2).system();
    OM_OBJECT_CLASS = new("oMObjectClass", 0x200da, Octets, Row, SCHEMA).guid(0xbf9679ec_0de6_11d0_a285_00aa003049e2).system();
    DEFAULT_HIDING_VALUE = new("defaultHidingValue", 0x90206, Bool, Row, SCHEMA).guid(0xb7b13116_b82e_11d0_afee_0000f80367c1);
    // What anything may have.
    DISPLAY_NAME_PRINTABLE = new("displayNamePrintable", 0x20161, Text, Row, ANY).guid(0xbf967954_0de6_11d0_a285_00aa003049e2).set(PUBLIC).upto(256);
    EXTENSION_NAME = new("extensionName", 0x200e3, Text, Row, ANY).multi().guid(0xbf967972_0de6_11d0_a285_00aa003049e2).upto(255);
    REVISION = new("revision", 0x90091, Int, Row, ANY).guid(0xbf967a21_0de6_11d0_a285_00aa003049e2);
}

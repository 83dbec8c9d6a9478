//! The table of classes.

use super::attributes::attr;
use super::family::{
    COMPUTER, CROSS_REF, DOMAIN, FOREIGN, OU, PERSON, POLICY, PSO, RECOVERY, RIGHT, SCHEMA, SCP, SITE, TRUST, USER,
};
use super::{AttrId, Class, ClassId};
use sim_core::Guid;

/// Full control for administrators and the system, reading for authenticated users: the default of most classes.
const PLAIN: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)";
const SERVICE_ACCOUNT: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPCRLCLORCSDDT;;;CO)(OA;;WP;4c164200-20c0-11d0-a768-00aa006e0529;;CO)(A;;RPLCLORC;;;AU)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(A;;CCDC;;;PS)(OA;;RPWP;bf967a7f-0de6-11d0-a285-00aa003049e2;;CA)(OA;;SW;f3a64788-5306-11d1-a9c5-0000f80367c1;;PS)(OA;;RPWP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)(OA;;SW;72e39547-7b18-11d1-adef-00c04fd8d5cd;;PS)(OA;;SW;72e39547-7b18-11d1-adef-00c04fd8d5cd;;CO)(OA;;SW;f3a64788-5306-11d1-a9c5-0000f80367c1;;CO)";
/// The default of class computer (MS-ADSC; verified in part, ad-facts 3). *Self* may write the property set that holds
/// `userCertificate`, and its own host name and service names as validated writes.
const COMPUTER_SD: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPCRLCLORCSDDT;;;CO)(OA;;WP;4c164200-20c0-11d0-a768-00aa006e0529;;CO)(A;;RPLCLORC;;;AU)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(A;;CCDC;;;PS)(OA;;CCDC;bf967aa8-0de6-11d0-a285-00aa003049e2;;PO)(OA;;RPWP;bf967a7f-0de6-11d0-a285-00aa003049e2;;CA)(OA;;SW;f3a64788-5306-11d1-a9c5-0000f80367c1;;PS)(OA;;RPWP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)(OA;;SW;72e39547-7b18-11d1-adef-00c04fd8d5cd;;PS)(OA;;SW;72e39547-7b18-11d1-adef-00c04fd8d5cd;;CO)(OA;;SW;f3a64788-5306-11d1-a9c5-0000f80367c1;;CO)(OA;;WP;3e0abfd0-126a-11d0-a060-00aa006c33ed;bf967a86-0de6-11d0-a285-00aa003049e2;CO)(OA;;WP;5f202010-79a5-11d0-9020-00c04fc2d4cf;bf967a86-0de6-11d0-a285-00aa003049e2;CO)(OA;;WP;bf967950-0de6-11d0-a285-00aa003049e2;bf967a86-0de6-11d0-a285-00aa003049e2;CO)(OA;;WP;bf967953-0de6-11d0-a285-00aa003049e2;bf967a86-0de6-11d0-a285-00aa003049e2;CO)(OA;;RP;46a9b11d-60ae-405a-b7e8-ff8a58d456d2;;S-1-5-32-560)";
const USER_SD: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPLCLORC;;;PS)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)(OA;;CR;ab721a54-1e2f-11d0-9819-00aa0040529b;;PS)(OA;;CR;ab721a56-1e2f-11d0-9819-00aa0040529b;;PS)(OA;;RPWP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)(OA;;RPWP;e45795b2-9455-11d1-aebd-0000f80367c1;;PS)(OA;;RPWP;e45795b3-9455-11d1-aebd-0000f80367c1;;PS)(OA;;RP;037088f8-0ae1-11d2-b422-00a0c968f939;;RS)(OA;;RP;4c164200-20c0-11d0-a768-00aa006e0529;;RS)(OA;;RP;bc0ac240-79a9-11d0-9020-00c04fc2d4cf;;RS)(A;;RC;;;AU)(OA;;RP;59ba2f42-79a2-11d0-9020-00c04fc2d3cf;;AU)(OA;;RP;77b5b886-944a-11d1-aebd-0000f80367c1;;AU)(OA;;RP;e45795b3-9455-11d1-aebd-0000f80367c1;;AU)(OA;;RP;e48d0154-bcf8-11d1-8702-00c04fb96050;;AU)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(OA;;RP;5f202010-79a5-11d0-9020-00c04fc2d4cf;;RS)(OA;;RPWP;bf967a7f-0de6-11d0-a285-00aa003049e2;;CA)(OA;;RP;46a9b11d-60ae-405a-b7e8-ff8a58d456d2;;S-1-5-32-560)(OA;;RPWP;6db69a1c-9422-11d1-aebd-0000f80367c1;;S-1-5-32-561)(OA;;RPWP;5805bc62-bdc9-4428-a5e2-856a0f4c185e;;S-1-5-32-561)";
const GROUP_SD: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;PS)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPLCLORC;;;AU)(OA;;CR;ab721a55-1e2f-11d0-9819-00aa0040529b;;AU)(OA;;RP;46a9b11d-60ae-405a-b7e8-ff8a58d456d2;;S-1-5-32-560)";
const OU_SD: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(OA;;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aba-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967a9c-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aa8-0de6-11d0-a285-00aa003049e2;;PO)(A;;RPLCLORC;;;AU)(A;;LCRPLORC;;;ED)(OA;;CCDC;4828cc14-1437-45bc-9b07-ad6f015e5f28;;AO)";
/// The head of a domain: administrators inherit everywhere, compatible access reads everywhere, controllers replicate.
const DOMAIN_SD: &str = "D:(OA;CIIO;RP;4c164200-20c0-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RP;5f202010-79a5-11d0-9020-00c04fc2d4cf;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RP;bc0ac240-79a9-11d0-9020-00c04fc2d4cf;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RP;59ba2f42-79a2-11d0-9020-00c04fc2d3cf;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RPLCLORC;;bf967a9c-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RPLCLORC;;bf967aba-0de6-11d0-a285-00aa003049e2;RU)(OA;CIIO;RPWPCR;91e647de-d96f-4b70-9557-d63ff4f3ccd8;;PS)(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;ED)(OA;;CR;1131f6ab-9c07-11d1-f79f-00c04fc2dcd2;;ED)(OA;;CR;1131f6ac-9c07-11d1-f79f-00c04fc2dcd2;;ED)(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;BA)(OA;;CR;1131f6ab-9c07-11d1-f79f-00c04fc2dcd2;;BA)(OA;;CR;1131f6ac-9c07-11d1-f79f-00c04fc2dcd2;;BA)(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;DD)(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;BA)(OA;CIIO;RPLCLORC;;4828cc14-1437-45bc-9b07-ad6f015e5f28;RU)(A;;RPRC;;;RU)(A;CI;LC;;;RU)(A;CI;RPWPCRCCLCLORCWOWDSDSW;;;BA)(A;;RP;;;WD)(A;;RPLCLORC;;;ED)(A;;RPLCLORC;;;AU)(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;EA)(A;;RPWPCRCCLCLORCWOWDSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)";
/// The configuration: the forest's administrators write, everybody who has signed in reads.
const CONFIG_SD: &str = "D:(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;EA)(A;;RPLCLORC;;;AU)(A;CI;RPWPCRCCLCLORCWOWDSDSW;;;BA)(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;ED)(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;ED)(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;BA)";

/// Nothing for those who have merely signed in.
const CLOSED: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)";
const TRUST_SD: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)(OA;;WP;736e4812-af31-11d2-b7df-00805f48caeb;bf967ab8-0de6-11d0-a285-00aa003049e2;CO)(A;;SD;;;CO)";
const PSO_MUST: &[AttrId] = &[
    attr::MS_DS_PASSWORD_SETTINGS_PRECEDENCE,
    attr::MS_DS_PASSWORD_REVERSIBLE_ENCRYPTION_ENABLED,
    attr::MS_DS_PASSWORD_HISTORY_LENGTH,
    attr::MS_DS_PASSWORD_COMPLEXITY_ENABLED,
    attr::MS_DS_MINIMUM_PASSWORD_LENGTH,
    attr::MS_DS_MINIMUM_PASSWORD_AGE,
    attr::MS_DS_MAXIMUM_PASSWORD_AGE,
    attr::MS_DS_LOCKOUT_THRESHOLD,
    attr::MS_DS_LOCKOUT_OBSERVATION_WINDOW,
    attr::MS_DS_LOCKOUT_DURATION,
];

const IN_CONTAINERS: &[&str] = &["organizationalUnit", "container", "domainDNS", "builtinDomain", "lostAndFound"];
const PEOPLE: &[&str] = &["organizationalUnit", "container", "domainDNS", "lostAndFound"];

const fn new(name: &'static str, cn: &'static str, governs: u32, guid: u128, above: &'static str) -> Class {
    Class {
        name,
        cn,
        governs,
        guid: Guid::from_u128(guid),
        above,
        category: 1,
        object_category: name,
        rdn: attr::CN,
        superiors: &["container"],
        must: &[],
        families: 0,
        sddl: PLAIN,
        system_only: false,
    }
}

impl Class {
    const fn kind(mut self, category: u8) -> Self {
        self.category = category;
        self
    }
    const fn category(mut self, class: &'static str) -> Self {
        self.object_category = class;
        self
    }
    const fn named_by(mut self, rdn: AttrId) -> Self {
        self.rdn = rdn;
        self
    }
    const fn under(mut self, superiors: &'static [&'static str]) -> Self {
        self.superiors = superiors;
        self
    }
    const fn must(mut self, must: &'static [AttrId]) -> Self {
        self.must = must;
        self
    }
    const fn on(mut self, families: u32) -> Self {
        self.families = families;
        self
    }
    const fn sd(mut self, sddl: &'static str) -> Self {
        self.sddl = sddl;
        self
    }
    const fn system(mut self) -> Self {
        self.system_only = true;
        self
    }
}

macro_rules! classes {
    ($( $id:ident = $row:expr; )*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $( $id ),* }

        /// The classes that the rules name.
        #[allow(missing_docs)]
        pub mod class {
            use super::{ClassId, Number};
            $( pub const $id: ClassId = ClassId(Number::$id as u8); )*
        }

        /// All classes.
        pub const CLASSES: &[Class] = &[ $( $row ),* ];
    };
}

classes! {
    TOP = new("top", "Top", 0x10000, 0xbf967ab7_0de6_11d0_a285_00aa003049e2, "top").kind(2).under(&[]);
    PERSON = new("person", "Person", 0x10006, 0xbf967aa7_0de6_11d0_a285_00aa003049e2, "top").under(PEOPLE).on(super::family::PERSON);
    ORGANIZATIONAL_PERSON = new("organizationalPerson", "Organizational-Person", 0x10007, 0xbf967aa4_0de6_11d0_a285_00aa003049e2, "person").category("person").under(PEOPLE).on(PERSON);
    USER = new("user", "User", 0xa0009, 0xbf967aba_0de6_11d0_a285_00aa003049e2, "organizationalPerson").category("person").under(IN_CONTAINERS).on(PERSON | super::family::USER).sd(USER_SD);
    INET_ORG_PERSON = new("inetOrgPerson", "inetOrgPerson", 0x1c0002, 0x4828cc14_1437_45bc_9b07_ad6f015e5f28, "user").category("person").under(PEOPLE).on(PERSON | USER).sd(USER_SD);
    COMPUTER = new("computer", "Computer", 0xa001e, 0xbf967a86_0de6_11d0_a285_00aa003049e2, "user").under(PEOPLE).on(PERSON | USER | super::family::COMPUTER).sd(COMPUTER_SD);
    MANAGED_SERVICE_ACCOUNT = new("msDS-ManagedServiceAccount", "ms-DS-Managed-Service-Account", 0xa0108, 0xce206244_5827_4a86_ba1c_1c0c386c1b64, "computer").under(PEOPLE).on(PERSON | USER | COMPUTER).sd(SERVICE_ACCOUNT);
    GROUP_MANAGED_SERVICE_ACCOUNT = new("msDS-GroupManagedServiceAccount", "ms-DS-Group-Managed-Service-Account", 0xa011a, 0x7b8b558a_93a5_4af7_adca_c017e67f1057, "computer").under(PEOPLE).on(PERSON | USER | COMPUTER).sd(SERVICE_ACCOUNT).must(&[attr::MANAGED_PASSWORD_INTERVAL]);
    CONTACT = new("contact", "Contact", 0xa000f, 0x5cb41ed0_0e4c_11d0_a286_00aa003049e2, "organizationalPerson").category("person").under(PEOPLE).on(PERSON);
    GROUP = new("group", "Group", 0xa0008, 0xbf967a9c_0de6_11d0_a285_00aa003049e2, "top").under(IN_CONTAINERS).on(super::family::GROUP).sd(GROUP_SD);
    ORGANIZATIONAL_UNIT = new("organizationalUnit", "Organizational-Unit", 0x10005, 0xbf967aa5_0de6_11d0_a285_00aa003049e2, "top").named_by(attr::OU_NAME).under(&["organizationalUnit", "domainDNS"]).on(OU).sd(OU_SD);
    CONTAINER = new("container", "Container", 0x30017, 0xbf967a8b_0de6_11d0_a285_00aa003049e2, "top").under(&["container", "domainDNS", "organizationalUnit", "configuration", "server", "computer", "groupPolicyContainer"]);
    DOMAIN = new("domain", "Domain", 0xa0042, 0x19195a5a_6da0_11d0_afd3_00c04fd930c9, "top").kind(2).named_by(attr::DC).under(&[]).on(super::family::DOMAIN);
    DOMAIN_DNS = new("domainDNS", "Domain-DNS", 0xa0043, 0x19195a5b_6da0_11d0_afd3_00c04fd930c9, "domain").named_by(attr::DC).under(&["domainDNS"]).on(DOMAIN).sd(DOMAIN_SD);
    BUILTIN_DOMAIN = new("builtinDomain", "Builtin-Domain", 0xa0004, 0xbf967a81_0de6_11d0_a285_00aa003049e2, "top").under(&["domainDNS"]).on(DOMAIN).system();
    FOREIGN_SECURITY_PRINCIPAL = new("foreignSecurityPrincipal", "Foreign-Security-Principal", 0xa004c, 0x89e31c12_8530_11d0_afda_00c04fd930c9, "top").on(FOREIGN);
    LOST_AND_FOUND = new("lostAndFound", "Lost-And-Found", 0xa008b, 0x52ab8671_5709_11d1_a9c6_0000f80367c1, "top").under(&["configuration", "domainDNS", "dMD"]).system();
    INFRASTRUCTURE_UPDATE = new("infrastructureUpdate", "Infrastructure-Update", 0xa00af, 0x2df90d89_009f_11d2_aa4c_00c04fd7d83a, "top").under(&["infrastructureUpdate", "domainDNS"]).system();
    QUOTA_CONTAINER = new("msDS-QuotaContainer", "ms-DS-Quota-Container", 0xa00f2, 0xda83fc4f_076f_4aea_b4dc_8f4dab9b5993, "top").under(&["configuration", "domainDNS"]).system();
    RID_MANAGER = new("rIDManager", "RID-Manager", 0xa0053, 0x6617188d_8f3c_11d0_afda_00c04fd930c9, "top").system();
    GROUP_POLICY = new("groupPolicyContainer", "Group-Policy-Container", 0xa009d, 0xf30e3bc2_9ff0_11d1_b603_0000f80367c1, "container").on(POLICY);
    LEAF = new("leaf", "Leaf", 0xa0014, 0xbf967a9e_0de6_11d0_a285_00aa003049e2, "top").kind(2).under(&[]);
    CONNECTION_POINT = new("connectionPoint", "Connection-Point", 0xa000e, 0x5cb41ecf_0e4c_11d0_a286_00aa003049e2, "leaf").kind(2).under(&[]).on(SCP);
    SERVICE_CONNECTION_POINT = new("serviceConnectionPoint", "Service-Connection-Point", 0xa007e, 0x28630ec1_41d5_11d1_a9c1_0000f80367c1, "connectionPoint").under(&["organizationalUnit", "container", "computer", "domainDNS"]).on(SCP);
    CONFIGURATION = new("configuration", "Configuration", 0xa000c, 0xbf967a87_0de6_11d0_a285_00aa003049e2, "top").under(&["domainDNS"]).sd(CONFIG_SD).system();
    SITES_CONTAINER = new("sitesContainer", "Sites-Container", 0xa006b, 0x7a4117da_cd67_11d0_afff_0000f80367c1, "top").under(&["configuration"]).system();
    SITE = new("site", "Site", 0xa001f, 0xbf967ab3_0de6_11d0_a285_00aa003049e2, "top").under(&["sitesContainer"]).on(super::family::SITE);
    SUBNET_CONTAINER = new("subnetContainer", "Subnet-Container", 0xa005f, 0xb7b13125_b82e_11d0_afee_0000f80367c1, "top").under(&["sitesContainer"]).system();
    SUBNET = new("subnet", "Subnet", 0xa0060, 0xb7b13124_b82e_11d0_afee_0000f80367c1, "top").under(&["subnetContainer"]).on(SITE);
    SERVERS_CONTAINER = new("serversContainer", "Servers-Container", 0x170030, 0xf780acc0_56f0_11d1_a9c6_0000f80367c1, "top").under(&["site"]);
    SERVER = new("server", "Server", 0xa0011, 0xbf967a92_0de6_11d0_a285_00aa003049e2, "top").under(&["serversContainer"]).on(SITE);
    NTDS_DSA = new("nTDSDSA", "NTDS-DSA", 0x17002f, 0xf0f8ffab_1191_11d0_a060_00aa006c33ed, "top").under(&["server"]).on(SITE).system();
    INTER_SITE_CONTAINER = new("interSiteTransportContainer", "Inter-Site-Transport-Container", 0xa008c, 0x26d97375_6070_11d1_a9c6_0000f80367c1, "top").under(&["sitesContainer"]).system();
    INTER_SITE_TRANSPORT = new("interSiteTransport", "Inter-Site-Transport", 0xa008d, 0x26d97376_6070_11d1_a9c6_0000f80367c1, "top").under(&["interSiteTransportContainer"]).system();
    SITE_LINK = new("siteLink", "Site-Link", 0xa0093, 0xd50c2cdf_8951_11d1_aebc_0000f80367c1, "top").under(&["interSiteTransport"]).on(SITE);
    CROSS_REF_CONTAINER = new("crossRefContainer", "Cross-Ref-Container", 0x170035, 0xef9e60e0_56f7_11d1_a9c6_0000f80367c1, "top").under(&["configuration"]).on(CROSS_REF).system();
    CROSS_REF = new("crossRef", "Cross-Ref", 0x3000b, 0xbf967a8d_0de6_11d0_a285_00aa003049e2, "top").under(&["crossRefContainer"]).on(super::family::CROSS_REF).must(&[attr::NC_NAME, attr::DNS_ROOT]);
    DMD = new("dMD", "DMD", 0x30009, 0xbf967a8f_0de6_11d0_a285_00aa003049e2, "top").under(&["configuration"]).on(SCHEMA).system();
    CLASS_SCHEMA = new("classSchema", "Class-Schema", 0x3000d, 0xbf967a83_0de6_11d0_a285_00aa003049e2, "top").under(&["dMD"]).on(SCHEMA);
    ATTRIBUTE_SCHEMA = new("attributeSchema", "Attribute-Schema", 0x3000e, 0xbf967a80_0de6_11d0_a285_00aa003049e2, "top").under(&["dMD"]).on(SCHEMA);
    SUB_SCHEMA = new("subSchema", "SubSchema", 0x1a0001, 0x5a8b3261_c38d_11d1_bbc9_0080c76670c0, "top").under(&["dMD"]).on(SCHEMA).system();
    PRINT_QUEUE = new("printQueue", "Print-Queue", 0xa0017, 0xbf967aa8_0de6_11d0_a285_00aa003049e2, "connectionPoint").under(&["organizationalUnit", "container", "computer", "domainDNS"]).on(SCP);
    TRUSTED_DOMAIN = new("trustedDomain", "Trusted-Domain", 0xa0022, 0xbf967ab8_0de6_11d0_a285_00aa003049e2, "leaf").on(TRUST).sd(TRUST_SD);
    PASSWORD_SETTINGS = new("msDS-PasswordSettings", "ms-DS-Password-Settings", 0xa00ff, 0x3bcd9db8_f84b_451c_952f_6c52b81f9ec6, "top").under(&["msDS-PasswordSettingsContainer"]).on(PSO).sd(CLOSED).must(PSO_MUST);
    PASSWORD_SETTINGS_CONTAINER = new("msDS-PasswordSettingsContainer", "ms-DS-Password-Settings-Container", 0xa0100, 0x5b06b06a_4cf3_44c0_bd16_43bc10a987da, "top").sd(CLOSED);
    CONTROL_ACCESS_RIGHT = new("controlAccessRight", "Control-Access-Right", 0xa004d, 0x8297931e_86d3_11d0_afda_00c04fd930c9, "top").on(RIGHT);
    RECOVERY_INFORMATION = new("msFVE-RecoveryInformation", "ms-FVE-RecoveryInformation", 0xa00fd, 0xea715d30_8f53_40d0_bd1e_6109186d782c, "top").under(&["computer"]).on(RECOVERY).sd(CLOSED).must(&[attr::MS_FVE_RECOVERY_PASSWORD, attr::MS_FVE_RECOVERY_GUID]);
}

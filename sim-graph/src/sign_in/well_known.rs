//! What is the same in every tenant: Microsoft's own applications, resources and directory roles.
//!
//! Source: Microsoft Entra built-in roles, and the lists of first-party applications in entra-docs and in public tools.

use sim_core::Guid;

/// One of Microsoft's own applications that sign users in. All of them are public clients, consented to everywhere.
#[derive(Debug, Clone, Copy)]
pub struct FirstParty {
    /// `appId`.
    pub app_id: Guid,
    /// `displayName`.
    pub name: &'static str,
}

const fn app(id: u128, name: &'static str) -> FirstParty {
    FirstParty { app_id: Guid::from_u128(id), name }
}

/// Microsoft's own clients that administrators' tools come with.
pub const FIRST_PARTY: &[FirstParty] = &[
    app(0x14d82eec_204b_4c2f_b7e8_296a70dab67e, "Microsoft Graph Command Line Tools"),
    app(0xde8bc8b5_d9f9_48b1_a8ad_b748da725064, "Graph Explorer"),
    app(0x04b07795_8ddb_461a_bbee_02f9e1bf7b46, "Microsoft Azure CLI"),
    app(0x1950a258_227b_4e31_a9cf_717495945fc2, "Microsoft Azure PowerShell"),
    app(0x1b730954_1685_4b74_9bfd_dac224a7b894, "Azure Active Directory PowerShell"),
    app(0xd1ddf0e4_d672_4dae_b554_9d5bdfd93547, "Microsoft Intune PowerShell"),
    app(0x872cd9fa_d31f_45e0_9eab_6e460a02d1f1, "Visual Studio"),
    app(0xaebc6443_996d_45c2_90f0_388ff96faa56, "Visual Studio Code"),
    app(0xd3590ed6_52b3_4102_aeff_aad2292ab01c, "Microsoft Office"),
    app(0x29d9ed98_a469_4536_ade2_f981bc1d605e, "Microsoft Authentication Broker"),
    app(0x9ba1a5c7_f17a_4de9_a1f1_6178c8d51223, "Microsoft Intune Company Portal"),
];

/// A resource that tokens are for.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// `appId`.
    pub app_id: Guid,
    /// `displayName`.
    pub name: &'static str,
    /// Its names, without a slash at the end. The first is what tokens say unless they were asked for by another.
    pub uris: &'static [&'static str],
}

/// `appId` of Microsoft Graph.
pub const GRAPH_ID: Guid = Guid::from_u128(0x00000003_0000_0000_c000_000000000000);

const fn resource(id: u128, name: &'static str, uris: &'static [&'static str]) -> Resource {
    Resource { app_id: Guid::from_u128(id), name, uris }
}

/// The resources that tools of this field ask tokens for.
#[rustfmt::skip]
pub const RESOURCES: &[Resource] = &[
    Resource {
        app_id: GRAPH_ID,
        name: "Microsoft Graph",
        uris: &["https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us",
            "https://microsoftgraph.chinacloudapi.cn"],
    },
    resource(0x00000002_0000_0000_c000_000000000000, "Windows Azure Active Directory",
        &["https://graph.windows.net"]),
    resource(0x0000000a_0000_0000_c000_000000000000, "Microsoft Intune",
        &["https://api.manage.microsoft.com", "https://manage.microsoft.com"]),
    resource(0xd4ebce55_015a_49b5_a083_c84d1797ae8c, "Microsoft Intune Enrollment",
        &["https://enrollment.manage.microsoft.com"]),
    resource(0x01cb2876_7ebd_4aa4_9cc9_d28bd4d359a9, "Device Registration Service",
        &["urn:ms-drs:enterpriseregistration.windows.net", "https://enterpriseregistration.windows.net"]),
    resource(0x797f4846_ba00_4fd7_ba43_dac1f8f63013, "Windows Azure Service Management API",
        &["https://management.azure.com", "https://management.core.windows.net"]),
];

/// A directory role.
#[derive(Debug, Clone, Copy)]
pub struct DirectoryRole {
    /// The id of its template, as in `wids`.
    pub template: Guid,
    /// Its name.
    pub name: &'static str,
}

const fn role(id: u128, name: &'static str) -> DirectoryRole {
    DirectoryRole { template: Guid::from_u128(id), name }
}

/// Name of the role that may do everything.
pub const GLOBAL_ADMINISTRATOR: &str = "Global Administrator";

/// The directory roles that scenarios can give to users.
pub const DIRECTORY_ROLES: &[DirectoryRole] = &[
    role(0x62e90394_69f5_4237_9190_012177145e10, GLOBAL_ADMINISTRATOR),
    role(0xf2ef992c_3afb_46b9_b7cf_a126ee74c451, "Global Reader"),
    role(0x3a2c62db_5318_420d_8d74_23affee5d9d5, "Intune Administrator"),
    role(0x7698a772_787b_4ac8_901f_60d6b08affd2, "Cloud Device Administrator"),
    role(0xfe930be7_5e62_47db_91af_98c3a49a38b1, "User Administrator"),
    role(0xfdd7a751_b60b_444a_984c_02652fe8fa1c, "Groups Administrator"),
    role(0x9360feb5_f418_4baa_8175_e2a00bac4301, "Directory Writers"),
    role(0x88d8e3e3_8f55_4a1e_953a_9b9898b8876b, "Directory Readers"),
    role(0x4d6ac14f_3453_41d0_bef9_a3e0c569773a, "License Administrator"),
    role(0x9b895d92_2cd3_44c7_9d02_a6ac2d5ea5c3, "Application Administrator"),
    role(0x158c047a_c907_4556_b7ef_446551a6b5f7, "Cloud Application Administrator"),
    role(0xe8611ab8_c189_46e8_94e1_60213ab1f814, "Privileged Role Administrator"),
    role(0x194ae4cb_b126_40b2_bd5b_6091b380977d, "Security Administrator"),
    role(0x5d6b6bb7_de71_4623_b4af_96380a352509, "Security Reader"),
    role(0x729827e3_9c14_49f7_bb1b_9608f156bbb8, "Helpdesk Administrator"),
    role(0x4a5d8f65_41da_4de4_8968_e035b65339cf, "Reports Reader"),
];

/// A directory role by its name, without regard to case.
pub fn directory_role(name: &str) -> Option<&'static DirectoryRole> {
    DIRECTORY_ROLES.iter().find(|role| role.name.eq_ignore_ascii_case(name))
}

/// What `wids` of an application's token holds.
pub(super) const APPLICATION_WID: &str = "0997a1d0-0d1d-4acb-b408-d5ca73121e90";

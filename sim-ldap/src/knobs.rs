//! The numbers and switches of the on-premises side.

use sim_core::SimDuration;

sim_core::knobs! {
    /// The knobs of Active Directory forests.
    pub struct ForestKnobs {
        /// How many computers a principal may create without delegated rights: `ms-DS-MachineAccountQuota` of new domains.
        machine_account_quota: u32 = 10, Documented, "KB243327; schema default of ms-DS-MachineAccountQuota";
        /// Whether the quota path is open in containers other than the default computers container.
        quota_outside_default_container: bool = true, Assumed, "MS-ADTS 3.1.1.5.2.1 names no container; field reports and the newer connector's page speak of the Computers container only";
        /// Whether administrators' exemption aside, computer accounts must have the workstation type and a name ending in `$`.
        enforce_computer_names: bool = true, Documented, "KB5008102 (CVE-2021-42278)";
        /// Whether service and user principal names must be unique in the forest.
        unique_principal_names: bool = true, Documented, "KB5008382 (CVE-2021-42282)";
        /// Whether re-use of an existing computer account needs its creator, an administrator's creation or the policy.
        block_account_reuse: bool = true, Documented, "KB5020276 (CVE-2022-38042); the registry override ended in August 2024";
        /// From a write on one controller until another of the same site has it.
        replication_intra_site: SimDuration = SimDuration::from_secs(15), Documented, "Active Directory replication concepts: first partner notified after 15 s";
        /// From a write on one controller until one of another site has it.
        replication_inter_site: SimDuration = SimDuration::from_mins(180), Documented, "default replInterval of a site link";
        /// The most entries of a search without paging.
        max_page_size: u32 = 1000, Documented, "MS-ADTS 3.1.1.3.4.6, MaxPageSize";
        /// The most values of an attribute in one answer.
        max_val_range: u32 = 1500, Documented, "MS-ADTS 3.1.1.3.4.6, MaxValRange";
        /// How old a logon may be before `lastLogonTimestamp` is written again.
        last_logon_interval: SimDuration = SimDuration::from_days(14), Documented, "msDS-LogonTimeSyncInterval, 14 days less up to 5 at random; the random part is left out";
        /// The shortest password of new domains.
        min_password_length: u32 = 7, Documented, "Default Domain Policy";
        /// Whether passwords of new domains must mix classes of characters.
        password_complexity: bool = true, Documented, "Default Domain Policy";
        /// How long a password lives in new domains.
        max_password_age: SimDuration = SimDuration::from_days(42), Documented, "Default Domain Policy";
        /// After how many wrong passwords an account of new domains is locked; 0 for never.
        lockout_threshold: u32 = 0, Documented, "Default Domain Policy";
        /// The longest name of a computer that the client side makes.
        computer_name_length: u32 = 15, Documented, "NetBIOS; the directory itself takes longer ones (observed)";
    }
}

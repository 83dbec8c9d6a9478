//! The keys of a scenario file. Types, messages, editor schema and reference all come from here.

use super::document::{Entries, OneOrMany, Spanned, choice, section, words};
pub use super::forest::model::{Forest, LdapChanges, LdapCheck, Link, Scope};
pub use super::graph::GraphStep;
use super::sign_in::{Application, Auth};
use super::words::{CheckMoment, Code, Instant, Moment, Span};
use sim_core::{SimDuration, SimTime};

mod esp;
mod notes;

pub use esp::{
    App, AppKind, Button, ConfigurationKind, ConfigurationProfile, Context, Press, SetApp, SetConfiguration, SetEsp,
};
pub use notes::FailureNotes;

/// 2022-11-17T08:00:00Z, the day of the how-to that this all began with.
const DEFAULT_START: SimTime = SimTime::from_unix_millis(1_668_672_000_000);

section! {
    /// A scenario: what an estate looks like, what happens, and what is expected of it.
    pub struct File {
        /// What it is about, in a line.
        scenario: Spanned<String>,
        /// For the reader: which failure of a rollout it reproduces. Nothing in the simulation reads this.
        failure: Option<FailureNotes>,
        /// The seed of all chance. Names, ids and phases follow from it.
        seed: u64 = 1,
        /// When time zero is.
        start: Spanned<Instant> = Spanned::unplaced(Instant(DEFAULT_START)),
        /// How long the world runs before time zero. Steps may then stand at negative times.
        prepare: Option<Spanned<Span>>,
        /// When the run ends. By default it ends with the last step or check, and when nothing is pending any more.
        until: Option<Spanned<Moment>>,
        /// How strict sign-in is for clients of a served world.
        auth: Auth = Auth::Lenient,
        /// Numbers and switches of the simulated services that differ from their defaults.
        knobs: Entries<Spanned<String>> = Entries::default(),
        /// The cloud: Entra ID, Intune and Windows Autopilot.
        tenant: Option<Tenant>,
        /// The directory.
        forest: Option<Forest>,
        /// Where machines stand. There is always one called `hq`, from which everything can be reached.
        places: Vec<Spanned<Place>> = Vec::new(),
        /// Intune connectors for Active Directory.
        connectors: Vec<Spanned<Connector>> = Vec::new(),
        /// Entra Connect.
        entra_connect: Option<Spanned<EntraConnect>>,
        /// The machines that go through out-of-box experience.
        devices: Vec<Spanned<Device>> = Vec::new(),
        /// What people do, in order of time.
        steps: Vec<Spanned<Step>> = Vec::new(),
        /// What goes wrong by itself, and for how long.
        faults: Vec<Spanned<Fault>> = Vec::new(),
        /// What must come of it.
        expect: Vec<Spanned<Expect>> = Vec::new(),
    }
}

section! {
    /// The cloud side of the estate.
    pub struct Tenant {
        /// The organisation's name.
        name: Option<Spanned<String>>,
        /// Its id, where the service connection point of a real directory names one. By default one is made up.
        id: Option<Spanned<String>>,
        /// Its verified domains. By default those of the users.
        domains: Vec<Spanned<String>> = Vec::new(),
        /// Which of them sign in by federation (AD FS). Devices of their users register without waiting for synchronisation.
        federated: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// The users.
        users: Vec<Spanned<User>> = Vec::new(),
        /// Its applications. Without any there is one that may do everything.
        applications: Vec<Spanned<Application>> = Vec::new(),
        /// The groups.
        groups: Vec<Spanned<Group>> = Vec::new(),
        /// Windows Autopilot deployment profiles, oldest first.
        deployment_profiles: Vec<Spanned<DeploymentProfile>> = Vec::new(),
        /// Domain join profiles, oldest first.
        domain_join_profiles: Vec<Spanned<DomainJoinProfile>> = Vec::new(),
        /// Enrollment status pages, by priority.
        esp_profiles: Vec<Spanned<EspProfile>> = Vec::new(),
        /// Required apps, oldest first.
        apps: Vec<Spanned<App>> = Vec::new(),
        /// Configuration profiles that enrollment status pages wait for.
        configuration_profiles: Vec<Spanned<ConfigurationProfile>> = Vec::new(),
        /// Who gets automatic MDM enrolment: `all`, `none`, or groups of users.
        mdm_scope: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Whether a platform restriction blocks Windows (MDM).
        windows_blocked: Spanned<bool> = Spanned::unplaced(false),
        /// Whether a platform restriction blocks personally owned Windows devices.
        personal_windows_blocked: Spanned<bool> = Spanned::unplaced(false),
    }
}

words! {
    /// A licence.
    pub enum License {
        /// Microsoft Intune.
        intune => Intune,
    }
}

section! {
    /// A user.
    pub struct User {
        /// The user principal name.
        upn: Spanned<String>,
        /// The display name; by default made from the user principal name.
        name: Option<Spanned<String>>,
        /// The licences; Intune by default.
        licenses: Vec<License> = vec![License::Intune],
        /// The account in the directory, as in `CORP\ada`. By default the first part of the user principal name in the first domain.
        account: Option<Spanned<String>>,
        /// The password for signing in to Entra ID; by default `Us3r.Pass!`.
        password: Option<Spanned<String>>,
        /// Whether the password has expired.
        password_expired: bool = false,
        /// Whether a second factor is asked for at sign-in.
        mfa: bool = false,
        /// Whether the account is enabled.
        enabled: bool = true,
        /// Directory roles, by name. If nobody has any, the first user is Global Administrator.
        roles: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// A group.
    pub struct Group {
        /// Its name.
        name: Spanned<String>,
        /// The dynamic membership rule. Without one the group is assigned.
        rule: Option<Spanned<String>>,
        /// Members of an assigned group: users by user principal name.
        members: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

words! {
    /// How devices join.
    pub enum Join {
        /// Active Directory and Entra ID.
        hybrid => Hybrid,
        /// Entra ID alone.
        entra => Entra,
    }
}

section! {
    /// A Windows Autopilot deployment profile.
    pub struct DeploymentProfile {
        /// Its name.
        name: Spanned<String>,
        /// What it is for.
        description: Option<String>,
        /// How devices join.
        join: Join = Join::Hybrid,
        /// Groups it is assigned to, or `all devices`.
        assign: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Groups that are excluded.
        exclude: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Convert all targeted devices to Autopilot.
        convert: bool = false,
        /// Skip the Active Directory connectivity check, for VPNs that connect after sign-in.
        skip_connectivity_check: bool = false,
        /// Allow pre-provisioning.
        preprovisioning: bool = false,
        /// The device name template, for Entra join; hybrid join takes its names from the domain join profile.
        name_template: Option<Spanned<String>>,
    }
}

section! {
    /// A domain join profile.
    pub struct DomainJoinProfile {
        /// Its name.
        name: Spanned<String>,
        /// The domain to join, by its DNS name.
        domain: Spanned<String>,
        /// What computer names begin with; random characters fill up to 15. Variables are not supported.
        prefix: Spanned<String>,
        /// The organizational unit, as a distinguished name. Without one computers go to the domain's default container.
        ou: Option<Spanned<String>>,
        /// Groups it is assigned to, or `all devices`.
        assign: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Groups that are excluded.
        exclude: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// An enrollment status page.
    pub struct EspProfile {
        /// Its name.
        name: Spanned<String>,
        /// Show app and profile installation progress.
        show_progress: bool = true,
        /// The time limit. Hybrid join adds 40 minutes to it.
        timeout: Span = Span(SimDuration::from_mins(60)),
        /// Whether users may go on after a failure.
        continue_on_failure: bool = false,
        /// Whether users may try again after a failure.
        retry_on_failure: bool = true,
        /// Whether users may reset the device after a failure.
        reset_on_failure: bool = false,
        /// Whether users may collect logs after a failure.
        logs_on_failure: bool = false,
        /// Whether the user phase is shown.
        user_phase: bool = true,
        /// The apps that the page waits for; by default all required ones.
        blocking: Option<OneOrMany<Spanned<String>>>,
        /// Groups it is assigned to, or `all devices`.
        assign: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// A place, and what can be reached from it.
    pub struct Place {
        /// Its name.
        name: Spanned<String>,
        /// Whether the services of Windows Autopilot, Entra ID and Intune can be reached.
        internet: bool = true,
        /// Whether a domain controller answers a ping. That is all that the connectivity check of OOBE looks at.
        dc_ping: bool = true,
        /// Whether a domain controller can be used to sign in.
        dc_sign_in: bool = true,
        /// The Active Directory site of its subnet: controllers there are asked first. `Default-First-Site-Name` by default.
        site: Option<Spanned<String>>,
    }
}

words! {
    /// A generation of the connector.
    pub enum ConnectorBuild {
        /// Before 6.2501.2000.5: runs as its server and takes requests of every domain.
        legacy => Legacy,
        /// From 6.2501.2000.5 on: runs as a managed service account and takes requests of its own domain only.
        current => Current,
    }
}

section! {
    /// An Intune connector for Active Directory, on its server.
    pub struct Connector {
        /// The server's name.
        name: Spanned<String>,
        /// The domain of the server; by default the first one.
        domain: Option<Spanned<String>>,
        /// Organizational units in which control of computer objects is delegated to it.
        delegated: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// The Active Directory site of the server: controllers there are asked first. `Default-First-Site-Name` by default.
        site: Option<Spanned<String>>,
        /// Which generation of the connector it is.
        build: ConnectorBuild = ConnectorBuild::Legacy,
        /// When its wizard signs in. By default it was there before.
        installed: Option<Spanned<Moment>>,
    }
}

section! {
    /// Entra Connect. There is one by default, which synchronises everything.
    pub struct EntraConnect {
        /// The server's name.
        server: Spanned<String> = Spanned::unplaced("Entra Connect".to_owned()),
        /// Whether there is one at all.
        enabled: bool = true,
        /// When in its interval a cycle begins, counted from midnight.
        phase: Span = Span(SimDuration::ZERO),
        /// The organizational units in its scope; everything by default.
        scope: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Whether it is in staging mode, in which nothing is exported.
        staging: bool = false,
        /// Whether its scheduler is suspended.
        paused: bool = false,
    }
}

words! {
    /// Who owns a device.
    pub enum Owner {
        /// The organisation.
        company => Company,
        /// Its user.
        personal => Personal,
    }
}

section! {
    /// A machine, or the machines of a file.
    pub struct Device {
        /// What it is called here; by default its serial number.
        name: Option<Spanned<String>>,
        /// Its serial number; by default one is made up.
        serial: Option<Spanned<String>>,
        /// A file as collection scripts write it, with serial numbers and hardware hashes: a machine for each of its rows.
        csv: Option<Spanned<String>>,
        /// So many machines, called by this name and a number.
        count: Option<Spanned<u32>>,
        /// Where it stands.
        place: Option<Spanned<String>>,
        /// Who signs in at it, by user principal name.
        signs_in: Option<Spanned<String>>,
        /// Whom an administrator assigns to it at registration, by user principal name. That is another thing than who signs in.
        assigned_user: Option<Spanned<String>>,
        /// Its group tag at registration.
        group_tag: Option<Spanned<String>>,
        /// The manufacturer in its firmware.
        manufacturer: String = "Contoso".to_owned(),
        /// The model in its firmware.
        model: String = "Laptop 14".to_owned(),
        /// The build of Windows on it. 17763 is Windows 10 1809, the first that knows hybrid join.
        os_build: u32 = 22621,
        /// Makes it a machine that was enrolled before the world began, under this name.
        enrolled_as: Option<Spanned<String>>,
        /// Who owns it, if it was enrolled before.
        owner: Owner = Owner::Company,
        /// Whether another tenant has it registered.
        other_tenant: bool = false,
    }
}

section! {
    /// Something that people do.
    pub struct Step {
        /// When.
        at: Spanned<Moment>,
        /// What: one thing, or several in order.
        r#do: OneOrMany<Spanned<Action>>,
        /// What must come of it. `within` counts from this step.
        expect: Vec<Spanned<Expect>> = Vec::new(),
        /// A part of what the portal, the service or the directory says when it refuses the step. Without this a refused step is a
        /// mistake of the scenario.
        refused: Option<Spanned<String>>,
    }
}

choice! {
    /// What people do.
    pub enum Action {
        /// An administrator uploads hardware hashes.
        import => Import(Import),
        /// Somebody switches devices on.
        power_on => PowerOn(PowerOn),
        /// Somebody takes devices back to OOBE.
        reset => Reset(Devices),
        /// Somebody carries devices to another place.
        "move" => Move(Move),
        /// An administrator changes the group tag of registered devices.
        group_tag => GroupTag(GroupTag),
        /// An administrator deletes records of devices.
        delete => Delete(Delete),
        /// An administrator switches *Convert all targeted devices*.
        convert => Convert(ProfileSwitch),
        /// An administrator switches *Skip AD connectivity check*.
        skip_connectivity_check => SkipConnectivityCheck(ProfileSwitch),
        /// An administrator gives a domain join profile another organizational unit.
        set_ou => SetOu(SetOu),
        /// A connector server goes down, or its service is stopped.
        stop => Stop(Spanned<String>),
        /// A connector server or its service comes back.
        start => Start(Spanned<String>),
        /// Somebody starts a cycle of Entra Connect by hand.
        sync => Sync(Sync),
        /// Somebody suspends the scheduler of Entra Connect, or lets it go on.
        pause_sync => PauseSync(PauseSync),
        /// An administrator gives a user an Intune licence, or takes it.
        license => License(LicenseChange),
        /// A directory administrator delegates control of computer objects.
        delegate => Delegate(Delegate),
        /// A directory administrator sends new computers to an organizational unit (redircmp).
        redirect_computers => RedirectComputers(RedirectComputers),
        /// Somebody presses a button of the error page that devices show.
        press => Press(Press),
        /// An administrator uploads another package of an app, or mends its detection rule.
        set_app => SetApp(SetApp),
        /// What a configuration profile waits for answers again, or does not any more.
        set_configuration => SetConfiguration(SetConfiguration),
        /// An administrator gives an enrollment status page other settings.
        set_esp => SetEsp(SetEsp),
        /// Somebody changes the directory with LDIF records.
        ldap => Ldap(Spanned<LdapChanges>),
        /// Somebody sends a request to Microsoft Graph.
        graph => Graph(GraphStep),
    }
}

section! {
    /// An upload.
    pub struct Import {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Or the rows of a file, whether or not a device of the scenario owns the hash.
        csv: Option<Spanned<String>>,
    }
}

section! {
    /// Switching on.
    pub struct PowerOn {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The time between one and the next.
        apart: Span = Span(SimDuration::ZERO),
    }
}

section! {
    /// Devices that something happens to.
    pub struct Devices {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
    }
}

section! {
    /// A move.
    pub struct Move {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The place they are carried to.
        to: Spanned<String>,
    }
}

section! {
    /// A new group tag.
    pub struct GroupTag {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The tag; empty to remove it.
        tag: String,
    }
}

words! {
    /// A kind of record that a device leaves.
    pub enum RecordKind {
        /// Its Autopilot device identity.
        autopilot => Autopilot,
        /// The Entra device that registration pre-created.
        anchor => Anchor,
        /// The Entra device of hybrid join.
        twin => Twin,
        /// Its managed device.
        managed => Managed,
        /// Its computer object in the directory.
        computer => Computer,
    }
}

section! {
    /// A deletion.
    pub struct Delete {
        /// Which kind of record.
        record: RecordKind,
        /// Of which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
    }
}

section! {
    /// A switch of a deployment profile.
    pub struct ProfileSwitch {
        /// Which profile.
        profile: Spanned<String>,
        /// On or off.
        on: bool = true,
    }
}

section! {
    /// Another organizational unit.
    pub struct SetOu {
        /// Which domain join profile.
        profile: Spanned<String>,
        /// The organizational unit as typed; empty for the default container.
        ou: Spanned<String>,
    }
}

section! {
    /// A cycle of Entra Connect.
    pub struct Sync {
        /// Which server.
        server: Spanned<String> = Spanned::unplaced("Entra Connect".to_owned()),
    }
}

section! {
    /// The scheduler of Entra Connect.
    pub struct PauseSync {
        /// Which server.
        server: Spanned<String> = Spanned::unplaced("Entra Connect".to_owned()),
        /// Suspended, or going on.
        paused: bool = true,
    }
}

section! {
    /// A change of licences.
    pub struct LicenseChange {
        /// Whose, by user principal name.
        user: Spanned<String>,
        /// Given, or taken.
        on: bool = true,
    }
}

section! {
    /// A delegation.
    pub struct Delegate {
        /// Who gets control of computer objects, as in `CORP\SRV-ODJ01$`.
        account: Spanned<String>,
        /// In which organizational unit.
        ou: Spanned<String>,
    }
}

section! {
    /// A redirection.
    pub struct RedirectComputers {
        /// To which organizational unit.
        ou: Spanned<String>,
    }
}

section! {
    /// Something that goes wrong by itself.
    pub struct Fault {
        /// From when on.
        at: Spanned<Moment>,
        /// For how long; for good by default.
        r#for: Option<Spanned<Span>>,
        /// What.
        #[embed]
        what: FaultKind,
    }
}

choice! {
    /// What goes wrong.
    pub enum FaultKind {
        /// A connector server or a domain controller is down.
        down => Down(Spanned<String>),
        /// What a domain controller writes does not reach another one, or any.
        replication_held => ReplicationHeld(Spanned<Link>),
        /// The internet cannot be reached from a place.
        internet_down => InternetDown(Spanned<String>),
        /// No domain controller can be reached from a place.
        dc_unreachable => DcUnreachable(Spanned<String>),
        /// The scheduler of an Entra Connect server is suspended.
        sync_paused => SyncPaused(Spanned<String>),
    }
}

section! {
    /// Something that must come true, or never.
    pub struct Expect {
        /// When.
        #[embed]
        when: Option<When>,
        /// What is looked at.
        #[embed]
        check: Spanned<Check>,
    }
}

choice! {
    /// When an expectation must hold.
    pub enum When {
        /// After everything that happens at that moment, or at the `end`.
        at => At(CheckMoment),
        /// At some instant up to that moment.
        by => By(Moment),
        /// At some instant within that span of the step before it: the one it stands in, else the last one.
        within => Within(Span),
        /// At no instant at all (`never: true`).
        never => Never(bool),
    }
}

choice! {
    /// What an expectation looks at.
    pub enum Check {
        /// What Microsoft Graph answers.
        graph => Graph(GraphCheck),
        /// What an LDAP search finds.
        ldap => Ldap(LdapCheck),
        /// What people see in front of devices.
        screen => Screen(ScreenCheck),
        /// What event logs say.
        log => Log(LogCheck),
    }
}

section! {
    /// A Graph request, and how many items it must answer.
    pub struct GraphCheck {
        /// The request, as in `/v1.0/devices?$filter=trustType eq 'ServerAd'`.
        get: Spanned<String>,
        /// Exactly so many items.
        count: Option<u32>,
        /// At least so many.
        min: Option<u32>,
        /// At most so many.
        max: Option<u32>,
        /// Properties that the item, or every item, must have. Texts are compared as they are.
        has: Option<serde_json::Value>,
        /// The status of the answer; 200 by default.
        status: Option<u32>,
    }
}

section! {
    /// What the screens of devices show.
    pub struct ScreenCheck {
        /// Which devices: `all`, names, or patterns with `*`.
        of: OneOrMany<Spanned<String>>,
        /// The code on the page.
        code: Option<Code>,
        /// The page, as in `desktop`, `error`, `set-up`, `sign-in`, `lock screen`, `enrollment status` or `please wait`.
        page: Option<Spanned<String>>,
        /// A part of what it says.
        contains: Option<String>,
        /// On exactly so many devices; on all of them by default.
        count: Option<u32>,
        /// On at least so many.
        min: Option<u32>,
        /// On at most so many.
        max: Option<u32>,
    }
}

section! {
    /// What an event log says.
    pub struct LogCheck {
        /// Whose: a connector server, or devices.
        of: OneOrMany<Spanned<String>>,
        /// The number of the event.
        event: Option<u32>,
        /// A part of its message.
        contains: Option<String>,
        /// Exactly so many events.
        count: Option<u32>,
        /// At least so many; one by default.
        min: Option<u32>,
        /// At most so many.
        max: Option<u32>,
    }
}

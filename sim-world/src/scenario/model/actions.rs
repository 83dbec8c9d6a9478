//! Keys of what people do to devices, tenant, servers and directory.

use super::Owner;
use crate::scenario::document::{OneOrMany, Spanned, choice, section, words};
use crate::scenario::words::Span;

words! {
    /// An edition of Windows.
    pub enum Edition {
        /// Enterprise.
        enterprise => Enterprise,
        /// Pro.
        pro => Pro,
        /// Education.
        education => Education,
        /// Home, which joins nothing.
        home => Home,
    }
}

words! {
    /// A trusted platform module.
    pub enum Tpm {
        /// A physical one, version 2.0.
        "2.0" => Version20,
        /// A physical one, version 1.2.
        "1.2" => Version12,
        /// That of a virtual machine.
        virtual => Virtual,
        /// A physical 2.0 whose firmware is known to be vulnerable.
        vulnerable => Vulnerable,
        /// None.
        none => None,
    }
}

section! {
    /// A change of what machines are. What is not given stays as it is.
    pub struct DeviceChange {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The edition of Windows on them.
        edition: Option<Edition>,
        /// Their trusted platform module.
        tpm: Option<Tpm>,
        /// By how much their clock is fast.
        clock_skew: Option<Span>,
        /// Whether they have a certificate for networks that ask for one.
        certificate: Option<bool>,
        /// The VPN that is meant for them.
        vpn: Option<Spanned<String>>,
        /// Whether an Autopilot profile for hybrid join is put on their disk.
        offline_profile: Option<bool>,
        /// The build of Windows on them.
        os_build: Option<u32>,
        /// Who signs in at them, by user principal name.
        signs_in: Option<Spanned<String>>,
    }
}

section! {
    /// Another main board, or other firmware: the hardware hash is another one afterwards.
    pub struct HardwareChange {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The serial number in the firmware, if that changes.
        serial: Option<Spanned<String>>,
        /// The manufacturer in the firmware, if that changes.
        manufacturer: Option<Spanned<String>>,
    }
}

words! {
    /// A remote action of Intune.
    pub enum RemoteWord {
        /// *Autopilot Reset*, which hybrid joined devices do not support.
        autopilot_reset => AutopilotReset,
        /// *Wipe*: back to OOBE, and the managed device is gone.
        wipe => Wipe,
        /// *Retire*: the managed device is gone, the machine stays as it is.
        retire => Retire,
        /// *Fresh start*: Windows is installed anew; the machine stays enrolled.
        fresh_start => FreshStart,
        /// *Restart*.
        restart => Restart,
    }
}

section! {
    /// A remote action of Intune on devices. They carry it out when they hear of it.
    pub struct Remote {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// What they are to do.
        action: RemoteWord,
    }
}

choice! {
    /// What is assigned.
    pub enum Assigned {
        /// A deployment profile.
        deployment_profile => Deployment(Spanned<String>),
        /// A domain join profile.
        domain_join_profile => DomainJoin(Spanned<String>),
        /// An enrollment status page.
        esp_profile => Esp(Spanned<String>),
    }
}

section! {
    /// Other assignments of a profile.
    pub struct Assign {
        /// Which profile.
        #[embed]
        what: Spanned<Assigned>,
        /// Groups it is assigned to from now on, or `all devices`; nobody if none are named.
        to: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Groups that are excluded.
        exclude: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// Another membership rule.
    pub struct SetRule {
        /// Which group.
        group: Spanned<String>,
        /// The rule.
        rule: Spanned<String>,
    }
}

section! {
    /// Devices come into an assigned group, or leave it: as the Entra devices of their registrations, or as their twins.
    pub struct Member {
        /// Which group.
        group: Spanned<String>,
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// Whether it is their twins rather than what registration pre-created.
        twin: bool = false,
        /// Into it, or out of it.
        on: bool = true,
    }
}

section! {
    /// A user is assigned to registered devices.
    pub struct AssignUser {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The user principal name; empty to unassign.
        user: String,
    }
}

section! {
    /// A partner registers devices by what stands on their boxes.
    pub struct Partner {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// The purchase order.
        purchase_order: String = String::new(),
        /// The group tag.
        group_tag: String = String::new(),
        /// A serial number as the partner typed it, in place of that in the firmware.
        serial: Option<String>,
    }
}

section! {
    /// Other settings of a domain join profile. What is not given stays as it is.
    pub struct SetDomainJoin {
        /// Which profile.
        profile: Spanned<String>,
        /// What computer names begin with.
        prefix: Option<Spanned<String>>,
        /// The domain.
        domain: Option<Spanned<String>>,
    }
}

section! {
    /// An Entra device is enabled or disabled.
    pub struct EnableDevice {
        /// Whose: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// Whether it is the twin rather than what registration pre-created.
        twin: bool = false,
        /// Enabled, or disabled.
        on: bool = true,
    }
}

section! {
    /// An administrator sets a connector up on its server.
    pub struct InstallConnector {
        /// Which server.
        server: Spanned<String>,
        /// Who signs in at the end of it, by user principal name.
        signs_in: Spanned<String>,
    }
}

section! {
    /// A change of a connector's server. What is not given stays as it is.
    pub struct ServerChange {
        /// Which server.
        name: Spanned<String>,
        /// The version of Windows Server, by its year.
        windows_server: Option<u32>,
        /// The version of .NET Framework, as in 472 for 4.7.2.
        dotnet: Option<u32>,
        /// Whether Internet Explorer's enhanced security is on.
        enhanced_security: Option<bool>,
        /// Whether the proxy stands in the service's configuration file.
        proxy_set: Option<bool>,
        /// Whether the service's account may log on as a service.
        service_logon: Option<bool>,
        /// Whether it is among the local administrators.
        local_administrator: Option<bool>,
        /// Whether the server's domain is trusted by the forest.
        trusted: Option<bool>,
        /// Whether the server, when it is not, resolves the names of the forest's domains.
        resolves: Option<bool>,
    }
}

section! {
    /// Another scope of Entra Connect.
    pub struct ScopeSync {
        /// Which server.
        server: Spanned<String> = Spanned::unplaced("Entra Connect".to_owned()),
        /// The organizational units in scope; everything if none are named.
        scope: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// Staging mode of Entra Connect.
    pub struct StageSync {
        /// Which server.
        server: Spanned<String> = Spanned::unplaced("Entra Connect".to_owned()),
        /// On or off.
        staging: bool = true,
    }
}

section! {
    /// Somebody joins a computer to a domain by hand, with their own account.
    pub struct JoinByHand {
        /// The computer's name.
        computer: Spanned<String>,
        /// The domain, by its DNS name.
        domain: Spanned<String>,
        /// Who, as in `CORP\bo`.
        by: Spanned<String>,
        /// The organizational unit; the default container without one.
        ou: Option<Spanned<String>>,
    }
}

section! {
    /// Another owner of enrolled devices.
    pub struct SetOwner {
        /// Which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// Who owns them.
        owner: Owner,
    }
}

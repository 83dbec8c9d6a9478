//! Keys of places, networks and VPNs.

use crate::scenario::document::{OneOrMany, Spanned, section, words};

words! {
    /// How the internet is reached.
    pub enum Proxy {
        /// Directly.
        none => None,
        /// Through a proxy that WPAD announces: the only kind that OOBE knows.
        wpad => Wpad,
        /// Through a proxy that has to be set by hand.
        manual => Manual,
        /// Through a proxy that asks users to authenticate.
        authenticating => Authenticating,
    }
}

words! {
    /// What a network asks of a machine before it lets it in.
    pub enum Admission {
        /// Nothing, or a key that a person types.
        open => Open,
        /// A certificate of the machine (802.1X).
        certificate => Certificate,
        /// A page in a browser that somebody has to click through.
        portal => Portal,
    }
}

section! {
    /// A place, and what can be reached from it.
    pub struct Place {
        /// Its name.
        name: Spanned<String>,
        /// Whether there is a way to the internet.
        internet: bool = true,
        /// Whether a domain controller answers a ping. That is all that the connectivity check of OOBE looks at.
        dc_ping: bool = true,
        /// Whether a domain controller can be used to sign in: DNS, Kerberos and LDAP, where these do not say otherwise.
        dc_sign_in: bool = true,
        /// Whether the names of the domain are resolved.
        dns: Option<bool>,
        /// Whether Kerberos passes to domain controllers.
        kerberos: Option<bool>,
        /// Whether LDAP and RPC pass to domain controllers.
        ldap: Option<bool>,
        /// Domain controllers that cannot be reached from here, by name.
        without: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Hosts that are filtered, as in `login.live.com` or `*.manage.microsoft.com`.
        blocked: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// How the internet is reached.
        proxy: Proxy = Proxy::None,
        /// Whether TLS is broken open on the way. Services that pin their certificates do not take that.
        inspects_tls: bool = false,
        /// What the network asks of a machine before it lets it in.
        admission: Admission = Admission::Open,
        /// The Active Directory site of its subnet.
        site: Option<Spanned<String>>,
    }
}

section! {
    /// A change at a place. What is not given stays as it is.
    pub struct PlaceChange {
        /// Its name.
        name: Spanned<String>,
        /// Whether there is a way to the internet.
        internet: Option<bool>,
        /// Whether a domain controller answers a ping.
        dc_ping: Option<bool>,
        /// Whether a domain controller can be used to sign in: DNS, Kerberos and LDAP at once.
        dc_sign_in: Option<bool>,
        /// Whether the names of the domain are resolved.
        dns: Option<bool>,
        /// Whether Kerberos passes to domain controllers.
        kerberos: Option<bool>,
        /// Whether LDAP and RPC pass to domain controllers.
        ldap: Option<bool>,
        /// Domain controllers that cannot be reached from here, by name.
        without: Option<OneOrMany<Spanned<String>>>,
        /// Hosts that are filtered.
        blocked: Option<OneOrMany<Spanned<String>>>,
        /// How the internet is reached.
        proxy: Option<Proxy>,
        /// Whether TLS is broken open on the way.
        inspects_tls: Option<bool>,
        /// What the network asks of a machine before it lets it in.
        admission: Option<Admission>,
    }
}

words! {
    /// When a VPN client with its configuration is on a machine.
    pub enum Arrives {
        /// With the image.
        image => Image,
        /// As an app or a profile of the device, in the device phase of the enrollment status page.
        device_phase => DevicePhase,
        /// Once a user has signed in.
        user_sign_in => UserSignIn,
        /// By group policy, once the machine has spoken to its domain; DirectAccess comes so.
        group_policy => GroupPolicy,
    }
}

section! {
    /// A VPN product, by what it can do.
    pub struct Vpn {
        /// Its name.
        name: Spanned<String>,
        /// Whether its client is a plug-in of the store (UWP), which runs in a user's session only.
        uwp: bool = false,
        /// Whether the tunnel can be up before anybody signs in.
        pre_logon: bool = true,
        /// Whether it connects by itself; otherwise somebody starts it.
        auto_connect: bool = true,
        /// Whether it wants a certificate of the user.
        user_certificate: bool = false,
        /// When it is on the machine.
        arrives: Arrives = Arrives::DevicePhase,
    }
}

//! What the enrollment status page waits for, and what people do at it.

use crate::scenario::document::{OneOrMany, Spanned, section, words};
use crate::scenario::words::{Code, Span};
use sim_core::SimDuration;

words! {
    /// How an app gets onto a device.
    pub enum AppKind {
        /// A Win32 app, installed by the Intune management extension.
        win32 => Win32,
        /// A line-of-business app (MSI), installed by the management client of Windows itself.
        line_of_business => LineOfBusiness,
        /// An app from the Microsoft Store.
        store => Store,
    }
}

words! {
    /// In whose name something is installed, and so in which phase of the page it is waited for.
    pub enum Context {
        /// The device's: device setup.
        device => Device,
        /// The user's: account setup.
        user => User,
    }
}

section! {
    /// A required app.
    pub struct App {
        /// Its name.
        name: Spanned<String>,
        /// How it gets onto a device.
        kind: AppKind = AppKind::Win32,
        /// The size of its package, in MB.
        size: u32 = 0,
        /// How long its installer runs.
        install: Span = Span(SimDuration::from_mins(2)),
        /// What its installer returns: 0 or 1707 for success, 3010 and 1641 for a restart, 1618 for try again; all else is an error.
        returns: Code = Code(0),
        /// Whether its detection rule finds it once it is installed.
        detected: bool = true,
        /// Whether its installer waits for somebody at the screen.
        needs_user: bool = false,
        /// The oldest build it is applicable to.
        min_build: u32 = 0,
        /// In whose name it is installed.
        context: Context = Context::Device,
        /// Groups it is required for, or `all devices`.
        assign: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Groups that are excluded.
        exclude: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

words! {
    /// What a configuration profile configures.
    pub enum ConfigurationKind {
        /// Security policies.
        security => Security,
        /// A certificate.
        certificate => Certificate,
        /// Wi-Fi or VPN.
        network => Network,
    }
}

section! {
    /// A configuration profile that the enrollment status page waits for.
    pub struct ConfigurationProfile {
        /// Its name.
        name: Spanned<String>,
        /// What it configures.
        kind: ConfigurationKind,
        /// How long it takes until it is there.
        takes: Span = Span(SimDuration::from_mins(1)),
        /// Whether it gets there at all: a certificate does not if its authority does not answer.
        arrives: bool = true,
        /// Whether a policy in it asks for a restart.
        reboot: bool = false,
        /// Whose it is.
        context: Context = Context::Device,
        /// Groups it is assigned to, or `all devices`.
        assign: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Groups that are excluded.
        exclude: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

words! {
    /// A button of an error page.
    pub enum Button {
        /// Try again.
        try_again => TryAgain,
        /// Continue anyway.
        continue_anyway => ContinueAnyway,
        /// Reset device.
        reset => Reset,
        /// Collect logs.
        collect_logs => CollectLogs,
    }
}

section! {
    /// Pressing a button.
    pub struct Press {
        /// At which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// Which button.
        button: Button,
    }
}

section! {
    /// Another package of an app, or a mended detection rule.
    pub struct SetApp {
        /// Which app.
        app: Spanned<String>,
        /// How long its installer runs; as before by default.
        install: Option<Span>,
        /// What its installer returns; as before by default.
        returns: Option<Code>,
        /// Whether its detection rule finds it; as before by default.
        detected: Option<bool>,
    }
}

section! {
    /// What a configuration profile waits for answers again, or does not any more.
    pub struct SetConfiguration {
        /// Which configuration profile.
        profile: Spanned<String>,
        /// Whether it gets to devices.
        arrives: bool,
    }
}

section! {
    /// Other settings of an enrollment status page. Devices that are at it keep those they began with.
    pub struct SetEsp {
        /// Which page.
        page: Spanned<String>,
        /// The time limit; as before by default.
        timeout: Option<Span>,
        /// Whether the user phase is shown; as before by default.
        user_phase: Option<bool>,
    }
}

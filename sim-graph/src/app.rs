//! Apps that Intune installs, and the configuration that the enrollment status page waits for beside them.

use crate::tenant::{IDS, Tenant};
use crate::{Assignment, EntraDevice, EspSettings, User};
use sim_core::{Cx, Evidence, Guid, Id, Key, SimDuration, Sym, Unasked};

/// In whose name something is installed, and so in which phase of the enrollment status page it is tracked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AppContext {
    /// The device's.
    #[default]
    Device,
    /// The user's.
    User,
}

/// How an app gets onto a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AppKind {
    /// `win32LobApp`: installed by the Intune management extension.
    #[default]
    Win32,
    /// `windowsMobileMSI`, a line-of-business app: installed by the management client of Windows itself.
    LineOfBusiness,
    /// `winGetApp`, from the Microsoft Store: installed by the Intune management extension.
    Store,
}

impl AppKind {
    /// Whether the Intune management extension installs it.
    pub const fn by_extension(self) -> bool {
        !matches!(self, Self::LineOfBusiness)
    }
}

/// A required app.
#[derive(Debug, Clone)]
pub struct App {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// How it gets onto a device.
    pub kind: AppKind,
    /// The size of its package, in MB.
    pub size: u32,
    /// How long its installer runs.
    pub install: SimDuration,
    /// What its installer returns: 0 for success, 3010 and 1641 for a restart, 1618 for try again, all else is an error. A number of
    /// eight hexadecimal digits is taken as it is.
    pub returns: u32,
    /// Whether its detection rule finds it once it is installed.
    pub detected: bool,
    /// Whether its installer waits for somebody at the screen.
    pub needs_user: bool,
    /// The oldest build it is applicable to; 0 for any.
    pub min_build: u32,
    /// Whose it is.
    pub context: AppContext,
    /// Whom it is required for.
    pub assignment: Assignment,
}

/// What became of one run of an installer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallResult {
    /// Installed and found.
    Done,
    /// Installed; a restart is asked for.
    SoftReboot,
    /// Installed; the installer restarts the device.
    HardReboot,
    /// Another installation runs.
    Retry,
    /// It failed with this code.
    Failed(u32),
}

/// The app was installed and its detection rule does not find it.
///
/// Source: Win32 app installation errors (memdocs).
pub const NOT_DETECTED: u32 = 0x87d1_041c;

/// A Win32 error as an HRESULT; what is one already stays.
pub const fn hresult(error: u32) -> u32 {
    if error < 0x1_0000 { 0x8007_0000 | error } else { error }
}

impl App {
    /// What the return code of its installer and its detection rule make of a run.
    ///
    /// Source: the default return codes of a Win32 app (Graph `win32LobAppReturnCode`; portal defaults).
    pub const fn result(&self) -> InstallResult {
        match self.returns {
            0 | 1707 | 3010 | 1641 if !self.detected => InstallResult::Failed(NOT_DETECTED),
            0 | 1707 => InstallResult::Done,
            3010 => InstallResult::SoftReboot,
            1641 => InstallResult::HardReboot,
            1618 => InstallResult::Retry,
            code => InstallResult::Failed(hresult(code)),
        }
    }
}

/// What kind of configuration the page tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigurationKind {
    /// Security policies, which the page counts as one.
    Security,
    /// A certificate (SCEP or PKCS).
    Certificate,
    /// A Wi-Fi or VPN profile.
    Network,
}

/// A configuration profile that the enrollment status page tracks.
#[derive(Debug, Clone)]
pub struct ConfigurationProfile {
    /// Its name.
    pub name: Sym,
    /// What it configures.
    pub kind: ConfigurationKind,
    /// How long it takes until it is there.
    pub takes: SimDuration,
    /// Whether it gets there at all: a certificate whose authority does not answer never does.
    pub arrives: bool,
    /// Whether a policy in it asks for a restart.
    pub reboot: bool,
    /// Whose it is.
    pub context: AppContext,
    /// Whom it is for.
    pub assignment: Assignment,
}

/// Something that the enrollment status page waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracked {
    /// The Intune management extension itself.
    Agent,
    /// A configuration profile.
    Configuration(Id<ConfigurationProfile>),
    /// An app.
    App(Id<App>),
}

impl Tenant {
    /// Adds an app.
    pub fn add_app(&mut self, mut app: App, cx: &mut Cx) -> Id<App> {
        let nth = self.apps.iter().filter(|(_, a)| a.name == app.name).count() as u64;
        app.id = cx.chance.guid(IDS, Key::of("app", cx.names.get(app.name)), nth);
        self.version += 1;
        self.apps.push(app)
    }

    /// An app by name.
    pub fn app(&self, name: &str, cx: &Cx) -> Option<Id<App>> {
        self.apps.iter().find(|(_, a)| cx.names.get(a.name) == name).map(|(id, _)| id)
    }

    /// An app's record.
    pub fn app_record(&self, id: Id<App>) -> &App {
        &self.apps[id]
    }

    /// All apps, oldest first.
    pub fn apps(&self) -> impl ExactSizeIterator<Item = (Id<App>, &App)> {
        self.apps.iter()
    }

    /// An administrator uploads another package, or mends the detection rule of an app.
    pub fn set_app(&mut self, id: Id<App>, install: SimDuration, returns: u32, detected: bool) {
        let app = &mut self.apps[id];
        (app.install, app.returns, app.detected) = (install, returns, detected);
        self.version += 1;
    }

    /// Adds a configuration profile.
    pub fn add_configuration_profile(&mut self, profile: ConfigurationProfile) -> Id<ConfigurationProfile> {
        self.version += 1;
        self.configuration_profiles.push(profile)
    }

    /// A configuration profile's record.
    pub fn configuration_profile_record(&self, id: Id<ConfigurationProfile>) -> &ConfigurationProfile {
        &self.configuration_profiles[id]
    }

    /// A configuration profile by name.
    pub fn configuration_profile(&self, name: &str, cx: &Cx) -> Option<Id<ConfigurationProfile>> {
        self.configuration_profiles.iter().find(|(_, p)| cx.names.get(p.name) == name).map(|(id, _)| id)
    }

    /// What a configuration profile waits for answers from now on, or does not any more.
    pub fn set_configuration_arrives(&mut self, id: Id<ConfigurationProfile>, arrives: bool) {
        self.configuration_profiles[id].arrives = arrives;
        self.version += 1;
    }

    fn is_for(&self, assignment: &Assignment, device: Id<EntraDevice>, user: Option<Id<User>>, cx: &Cx) -> bool {
        let of_user = || user.is_some_and(|u| self.holds_user(assignment, u));
        assignment.reaches(self, device, cx, &mut Unasked).is_some() || of_user()
    }

    /// What a phase of the enrollment status page tracks, in order: configuration first, then apps. Of apps those of the phase's
    /// context that are required for the device or its user, all of them or those that the page names.
    pub fn tracked(
        &self,
        page: &EspSettings,
        context: AppContext,
        device: Id<EntraDevice>,
        user: Option<Id<User>>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Vec<Tracked> {
        let mut found = Vec::new();
        for (id, profile) in self.configuration_profiles.iter() {
            if profile.context == context && self.is_for(&profile.assignment, device, user, cx) {
                found.push(Tracked::Configuration(id));
            }
        }
        let named = page.profile.get().and_then(|p| self.esp_profiles[p].blocking.as_ref());
        for (id, app) in self.apps() {
            let reached = self.is_for(&app.assignment, device, user, cx);
            let tracked = named.is_none_or(|apps| apps.contains(&id));
            evidence.note(|| {
                let how = match (app.context == context && reached, tracked) {
                    (true, true) => "is waited for",
                    (true, false) => "is not among the apps that block",
                    _ => "is not for this phase of this device",
                };
                format!("app {} {how}", cx.names.get(app.name))
            });
            if app.context == context && reached && tracked {
                found.push(Tracked::App(id));
            }
        }
        found
    }
}

//! Apps that Intune installs, and what of them the enrollment status page waits for.

use crate::tenant::{IDS, Tenant};
use crate::{Assignment, EntraDevice, EspProfile, EspSettings, User};
use sim_core::{Cx, Evidence, Guid, Id, Key, SimDuration, Sym};

/// In whose name an app is installed, and so in which phase of the enrollment status page it is tracked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AppContext {
    /// The device's.
    #[default]
    Device,
    /// The user's.
    User,
}

/// A required app.
#[derive(Debug, Clone)]
pub struct App {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// How long its download and installation take.
    pub install: SimDuration,
    /// What its installer or its detection ends with; 0 for success. 0x87D1041C: installed and not detected.
    pub error: u32,
    /// Whose it is.
    pub context: AppContext,
    /// Whom it is required for.
    pub assignment: Assignment,
}

/// What a phase of the enrollment status page has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EspWork {
    /// How long the tracked apps take, up to the one that fails.
    pub apps: SimDuration,
    /// The app that fails, with its error.
    pub failing: Option<(Sym, u32)>,
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

    /// All apps, oldest first.
    pub fn apps(&self) -> impl ExactSizeIterator<Item = (Id<App>, &App)> {
        self.apps.iter()
    }

    /// Gives an app another package.
    pub fn set_app(&mut self, id: Id<App>, install: SimDuration, error: u32) {
        let app = &mut self.apps[id];
        (app.install, app.error) = (install, error);
        self.version += 1;
    }

    /// What a phase of the enrollment status page tracks, in order: the apps of its context that reach the device or its user,
    /// all of them or those that the page names.
    pub fn esp_work(
        &self,
        page: &EspSettings,
        context: AppContext,
        device: Id<EntraDevice>,
        user: Option<Id<User>>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> EspWork {
        let mut work = EspWork::default();
        if self.apps.is_empty() {
            return work;
        }
        let of_user =
            |a: &App| user.is_some_and(|u| a.assignment.include.iter().any(|g| self.groups[*g].users.contains(&u)));
        let named: Option<&EspProfile> = page.profile.get().map(|p| &self.esp_profiles[p]);
        for (id, app) in self.apps() {
            let reached = app.assignment.reaches(self, device).is_some() || of_user(app);
            let tracked = named.is_none_or(|p| p.blocking.as_ref().is_none_or(|apps| apps.contains(&id)));
            evidence.note(|| {
                let how = match (app.context == context && reached, tracked) {
                    (true, true) => "is waited for",
                    (true, false) => "is not among the apps that block",
                    _ => "is not for this phase of this device",
                };
                format!("app {} {how}", cx.names.get(app.name))
            });
            if app.context != context || !reached || !tracked {
                continue;
            }
            work.apps = work.apps + app.install;
            if app.error != 0 {
                work.failing = Some((app.name, app.error));
                break;
            }
        }
        work
    }
}

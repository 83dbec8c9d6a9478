//! Apps, configuration profiles, and what people do at enrollment status pages.

use super::Builder;
use crate::command::{Action, Journey};
use crate::scenario::model;
use sim_core::Guid;
use sim_graph::{App, AppContext, AppKind, ConfigurationKind, ConfigurationProfile};

impl From<model::Context> for AppContext {
    fn from(context: model::Context) -> Self {
        match context {
            model::Context::Device => Self::Device,
            model::Context::User => Self::User,
        }
    }
}

impl From<model::AppKind> for AppKind {
    fn from(kind: model::AppKind) -> Self {
        match kind {
            model::AppKind::Win32 => Self::Win32,
            model::AppKind::LineOfBusiness => Self::LineOfBusiness,
            model::AppKind::Store => Self::Store,
        }
    }
}

impl From<model::ConfigurationKind> for ConfigurationKind {
    fn from(kind: model::ConfigurationKind) -> Self {
        match kind {
            model::ConfigurationKind::Security => Self::Security,
            model::ConfigurationKind::Certificate => Self::Certificate,
            model::ConfigurationKind::Network => Self::Network,
        }
    }
}

impl From<model::Button> for sim_device::Button {
    fn from(button: model::Button) -> Self {
        match button {
            model::Button::TryAgain => Self::TryAgain,
            model::Button::ContinueAnyway => Self::ContinueAnyway,
            model::Button::Reset => Self::Reset,
            model::Button::CollectLogs => Self::CollectLogs,
        }
    }
}

impl Builder<'_> {
    /// Apps and configuration profiles; before the pages that name them.
    pub(super) fn tracked(&mut self, tenant: &model::Tenant) {
        for app in &tenant.apps {
            self.declare("app", &app.name, app.name.span);
            let new = App {
                id: Guid::NIL,
                name: self.cx.name(&app.name),
                kind: app.kind.into(),
                size: app.size,
                install: app.install.0,
                returns: app.returns.0,
                detected: app.detected,
                needs_user: app.needs_user,
                min_build: app.min_build,
                context: app.context.into(),
                assignment: self.assignment(&app.assign, &app.exclude),
            };
            self.tenant.add_app(new, &mut self.cx);
        }
        for profile in &tenant.configuration_profiles {
            self.declare("configuration profile", &profile.name, profile.name.span);
            let new = ConfigurationProfile {
                name: self.cx.name(&profile.name),
                kind: profile.kind.into(),
                takes: profile.takes.0,
                arrives: profile.arrives,
                reboot: profile.reboot,
                context: profile.context.into(),
                assignment: self.assignment(&profile.assign, &profile.exclude),
            };
            self.tenant.add_configuration_profile(new);
        }
    }

    pub(super) fn press(&self, press: &model::Press) -> Action {
        Action::Journey(Journey::Press { devices: self.ids(&press.devices), button: press.button.into() })
    }

    pub(super) fn set_app(&self, set: &model::SetApp) -> Action {
        let app = self.tenant.app(&set.app, &self.cx).expect("apps were checked when the scenario was loaded");
        let (install, returns) = (set.install.map(|span| span.0), set.returns.map(|code| code.0));
        Action::Journey(Journey::SetApp { app, install, returns, detected: set.detected })
    }

    pub(super) fn set_configuration(&self, set: &model::SetConfiguration) -> Action {
        let profile = self.tenant.configuration_profile(&set.profile, &self.cx);
        let profile = profile.expect("profiles were checked when the scenario was loaded");
        Action::Journey(Journey::SetConfiguration { profile, arrives: set.arrives })
    }

    pub(super) fn set_esp(&self, set: &model::SetEsp) -> Action {
        let page = self.tenant.esp_profile(&set.page, &self.cx);
        let page = page.expect("pages were checked when the scenario was loaded");
        let timeout = set.timeout.map(|span| span.0);
        Action::Journey(Journey::SetEsp { page, timeout, user_phase: set.user_phase })
    }
}

//! Names and rules around enrollment status pages.

use super::{Names, check_assignment, declare, refer};
use crate::scenario::document::{Diagnostic, Diagnostics};
use crate::scenario::model::{AppKind, SetApp, SetConfiguration, SetEsp, Tenant};

/// Collects what is declared for pages to wait for.
pub(super) fn declared(tenant: &Tenant, names: &mut Names, out: &mut Diagnostics) {
    for app in &tenant.apps {
        declare(&mut names.apps, "app", &app.name, app.name.value.clone(), out);
    }
    for profile in &tenant.configuration_profiles {
        let key = profile.name.value.clone();
        declare(&mut names.configuration_profiles, "configuration profile", &profile.name, key, out);
    }
    for page in &tenant.esp_profiles {
        declare(&mut names.esp_profiles, "enrollment status page", &page.name, page.name.value.clone(), out);
    }
}

/// Checks what they refer to.
pub(super) fn check(tenant: &Tenant, names: &Names, out: &mut Diagnostics) {
    for page in &tenant.esp_profiles {
        check_assignment(&page.assign, names, out);
        for app in page.blocking.iter().flatten() {
            refer("app", app, &names.apps, names, out);
        }
        if let Some(app) = page.blocking.iter().flat_map(|apps| &apps.0).nth(100) {
            let message = "an enrollment status page names at most 100 apps";
            out.report(
                Diagnostic::error("scenario::too_many_blocking", app.span, message).label("the hundred and first"),
            );
        }
    }
    for app in &tenant.apps {
        check_assignment(&app.assign, names, out);
        check_assignment(&app.exclude, names, out);
    }
    let of_management_client = tenant.apps.iter().find(|a| a.kind == AppKind::LineOfBusiness);
    if let (Some(app), true) = (of_management_client, tenant.apps.iter().any(|a| a.kind != AppKind::LineOfBusiness)) {
        let message = "line-of-business apps and Win32 apps are mixed";
        let fault = Diagnostic::warning("scenario::mixed_installers", app.name.span, message);
        out.report(
            fault.label("their installers get in each other's way").help("give them one kind, or the user's context"),
        );
    }
    for profile in &tenant.configuration_profiles {
        check_assignment(&profile.assign, names, out);
        check_assignment(&profile.exclude, names, out);
    }
}

pub(super) fn check_set_app(set: &SetApp, names: &Names, out: &mut Diagnostics) {
    refer("app", &set.app, &names.apps, names, out);
}

pub(super) fn check_set_configuration(set: &SetConfiguration, names: &Names, out: &mut Diagnostics) {
    refer("configuration profile", &set.profile, &names.configuration_profiles, names, out);
}

pub(super) fn check_set_esp(set: &SetEsp, names: &Names, out: &mut Diagnostics) {
    refer("enrollment status page", &set.page, &names.esp_profiles, names, out);
}

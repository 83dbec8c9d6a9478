//! Sign-in in scenarios: applications, what users sign in with, and how strict it all is.

use super::build::Builder;
use super::document::{Diagnostic, Diagnostics, OneOrMany, Spanned, section, shown, suggest, words};
use super::model::{self, File};
use super::resolve::Files;
use super::words::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sim_core::{Guid, Id, Key, Purpose, SimTime};
use sim_graph::sign_in::well_known::{DIRECTORY_ROLES, GLOBAL_ADMINISTRATOR, directory_role};
use sim_graph::sign_in::{all_permissions, is_known_permission};
use sim_graph::{ClientSecret, Credentials, Hidden, NewApplication, User};

words! {
    /// How strict sign-in is.
    pub enum Auth {
        /// Any secret of the tenant's applications and any password of its users will do, and everybody may do everything.
        lenient => Lenient,
        /// Secrets, passwords, permissions and directory roles count.
        strict => Strict,
    }
}

section! {
    /// An application that is registered in the tenant.
    pub struct Application {
        /// Its name.
        name: Spanned<String>,
        /// Its client id, a GUID. By default it is made from the name.
        client_id: Option<Spanned<String>>,
        /// Its client secrets.
        secrets: Vec<Spanned<Secret>> = Vec::new(),
        /// Files with its certificates, in PEM.
        certificates: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// The application permissions of Microsoft Graph that an administrator granted, as in `Device.Read.All`.
        roles: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// The delegated permissions of Microsoft Graph that an administrator granted for all users.
        scopes: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Where users may be sent back to. By default to their own machine.
        redirect_uris: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Whether it may sign users in without a secret of its own.
        public_client: bool = false,
        /// Whether it may sign in at all.
        enabled: bool = true,
    }
}

section! {
    /// A client secret.
    pub struct Secret {
        /// Its value.
        value: Spanned<String>,
        /// When it ends, by the clock of the world.
        expires: Option<Spanned<Moment>>,
    }
}

/// The password of users where the scenario gives no other. The value is ours.
const USER_PASSWORD: &str = "Us3r.Pass!";

/// The secret of the application that a tenant has when none is declared.
const SECRETS: Purpose = Purpose::named("client secrets");

/// Checks what the file says of sign-in, and reads its certificates.
pub(super) fn check(file: &File, files: &mut Files<'_>, out: &mut Diagnostics) {
    let Some(tenant) = &file.tenant else { return };
    let mut ids: Vec<Guid> = Vec::new();
    for application in &tenant.applications {
        if let Some(text) = &application.client_id {
            match text.parse::<Guid>() {
                Ok(id) if ids.contains(&id) => {
                    let message = format!("the client id {} is given twice", shown(text));
                    out.report(Diagnostic::error("scenario::client_id", text.span, message).label("given before"));
                }
                Ok(id) => ids.push(id),
                Err(_) => {
                    let message = format!("{} is no client id", shown(text));
                    let fault = Diagnostic::error("scenario::client_id", text.span, message);
                    out.report(fault.label("expected a GUID such as `11111111-2222-3333-4444-555555555555`"));
                }
            }
        }
        for (names, delegated) in [(&application.roles, false), (&application.scopes, true)] {
            for name in names.0.iter().filter(|name| !is_known_permission(name, delegated)) {
                unknown_permission(name, delegated, out);
            }
        }
        for path in &application.certificates.0 {
            let read = (files.read)(path).and_then(|bytes| {
                certificates(&bytes).ok_or_else(|| format!("{} holds no certificate in PEM", path.value))
            });
            match read {
                Ok(found) => drop(files.certificates.insert(path.value.clone(), found)),
                Err(why) => {
                    let message = format!("the certificate {} cannot be used", shown(path));
                    out.report(Diagnostic::error("scenario::certificate", path.span, message).label(why));
                }
            }
        }
    }
    for role in tenant.users.iter().flat_map(|user| &user.roles.0) {
        if directory_role(role).is_none() {
            let message = format!("{} is no directory role", shown(role));
            let mut fault = Diagnostic::error("scenario::directory_role", role.span, message).label("not known");
            if let Some(close) = suggest(role, DIRECTORY_ROLES.iter().map(|role| role.name)) {
                fault = fault.help(format!("did you mean `{close}`?"));
            }
            out.report(fault);
        }
    }
}

/// A permission that nothing here asks for may be a real one: it is a warning.
fn unknown_permission(name: &Spanned<String>, delegated: bool, out: &mut Diagnostics) {
    let message = format!("no operation that is simulated asks for the permission {}", shown(name));
    let mut fault = Diagnostic::warning("scenario::permission", name.span, message).label("it opens nothing");
    let known = all_permissions(delegated);
    if let Some(close) = suggest(name, known.iter().map(String::as_str)) {
        fault = fault.help(format!("did you mean `{close}`?"));
    } else if is_known_permission(name, !delegated) {
        let (here, there) = if delegated { ("scopes", "roles") } else { ("roles", "scopes") };
        fault = fault.help(format!("it is one for `{there}`, not for `{here}`"));
    }
    out.report(fault);
}

/// The certificates of a PEM file, in DER.
fn certificates(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let parts = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let found: Option<Vec<Vec<u8>>> = parts
        .map(|part| {
            let (body, _) = part.split_once("-----END CERTIFICATE-----")?;
            let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            STANDARD.decode(body).ok()
        })
        .collect();
    found.filter(|found| !found.is_empty())
}

impl Builder<'_> {
    /// Registers applications; one that may do everything if the scenario declares none.
    pub(super) fn applications(&mut self, start: SimTime) {
        let file = &self.scenario.file;
        self.tenant.policies.strict_sign_in = matches!(file.auth, Auth::Strict);
        let declared = file.tenant.iter().flat_map(|tenant| &tenant.applications);
        for application in declared.clone() {
            self.declare("application", &application.name, application.name.span);
            let texts = |names: &OneOrMany<Spanned<String>>| names.0.iter().map(|n| n.value.clone()).collect();
            let certificates = application.certificates.0.iter();
            let certificates = certificates.filter_map(|path| self.scenario.certificates.get(&path.value));
            let new = NewApplication {
                name: application.name.value.clone(),
                app_id: application.client_id.as_ref().and_then(|id| id.parse().ok()),
                disabled: !application.enabled,
                public_client: application.public_client,
                secrets: application.secrets.iter().map(|secret| made(secret, start)).collect(),
                certificates: certificates.flatten().cloned().collect(),
                roles: texts(&application.roles),
                scopes: texts(&application.scopes),
                redirect_uris: texts(&application.redirect_uris),
            };
            self.tenant.add_application(new, &mut self.cx);
        }
        if declared.count() == 0 {
            let name = "tenantsim";
            let mut draw = self.cx.draw(SECRETS, Key::of("application", name), 0);
            let value = draw.text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789~-._", 40);
            let new = NewApplication {
                name: name.to_owned(),
                public_client: true,
                secrets: vec![ClientSecret { value: Hidden(value), expires: None }],
                roles: all_permissions(false),
                scopes: all_permissions(true),
                ..NewApplication::default()
            };
            self.tenant.add_application(new, &mut self.cx);
        }
    }

    /// Sets what a user signs in with.
    pub(super) fn credentials(&mut self, id: Id<User>, user: &model::User) {
        let users = self.scenario.file.tenant.iter().flat_map(|tenant| &tenant.users);
        // Somebody has to be the administrator: the first one, if nobody is said to have a role.
        let first = users.clone().next().is_some_and(|first| first.upn.value == user.upn.value);
        let nobody = users.clone().all(|user| user.roles.0.is_empty());
        let role = |name: &str| directory_role(name).map(|role| role.template);
        let directory_roles = match first && nobody {
            true => role(GLOBAL_ADMINISTRATOR).into_iter().collect(),
            false => user.roles.0.iter().filter_map(|name| role(name)).collect(),
        };
        let password = user.password.as_ref().map_or(USER_PASSWORD, |password| &password.value);
        let credentials = Credentials {
            password: Some(Hidden(password.to_owned())),
            password_expired: user.password_expired,
            mfa: user.mfa,
            directory_roles,
        };
        self.tenant.set_credentials(id, credentials);
        if !user.enabled {
            self.tenant.set_user_enabled(id, false);
        }
    }

    /// A tenant without users has its administrator all the same: somebody made it.
    pub(super) fn administrator(&mut self) {
        if self.tenant.users().next().is_some() {
            return;
        }
        if self.tenant.domains().is_empty() {
            self.tenant.add_domain("contoso.com", false, &mut self.cx);
        }
        let domain = self.cx.names.get(self.tenant.domains()[0].name);
        let upn = format!("admin@{domain}");
        let id = self.tenant.add_user(&upn, "Administrator", false, "", &mut self.cx);
        let directory_roles = directory_role(GLOBAL_ADMINISTRATOR).map(|role| role.template).into_iter().collect();
        let password = Some(Hidden(USER_PASSWORD.to_owned()));
        self.tenant.set_credentials(id, Credentials { password, directory_roles, ..Credentials::default() });
    }
}

fn made(secret: &Secret, start: SimTime) -> ClientSecret {
    let expires = secret.expires.as_ref().map(|moment| moment.value.on(start));
    ClientSecret { value: Hidden(secret.value.value.clone()), expires }
}

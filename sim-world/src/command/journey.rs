//! Commands about the way of devices through enrolment: what people press, and what administrators change of what a page waits for.

use sim_core::{Id, SimDuration};
use sim_device::{Around, Button, Connector, Device, Field, ServerFacts};
use sim_graph::{App, ConfigurationProfile, EspProfile, RemoteAction};

/// Something done to the journey of devices.
#[derive(Debug, Clone)]
pub enum Journey {
    /// Somebody presses a button of an error page.
    Press {
        /// At which devices.
        devices: Vec<Id<Device>>,
        /// Which button.
        button: Button,
    },
    /// An administrator asks something of enrolled devices.
    Remote {
        /// Of which.
        devices: Vec<Id<Device>>,
        /// What.
        action: RemoteAction,
    },
    /// Somebody starts a local Windows Autopilot Reset.
    Redeploy(Vec<Id<Device>>),
    /// Somebody installs a connector on its server.
    InstallConnector(Id<Connector>),
    /// Somebody changes what a connector depends on at its server.
    SetServer {
        /// Which server.
        server: Id<Connector>,
        /// What it is like from now on.
        facts: ServerFacts,
    },
    /// Somebody gives the account of a current connector rights in organizational units.
    ConfigureConnector {
        /// Which server.
        server: Id<Connector>,
        /// The organizational units.
        ous: Vec<String>,
    },
    /// An administrator changes an app.
    SetApp {
        /// Which.
        app: Id<App>,
        /// How long its installer runs; as before if not given.
        install: Option<SimDuration>,
        /// What its installer returns; as before if not given.
        returns: Option<u32>,
        /// Whether it is detected; as before if not given.
        detected: Option<bool>,
    },
    /// What a configuration profile waits for answers, or does not.
    SetConfiguration {
        /// Which.
        profile: Id<ConfigurationProfile>,
        /// Whether it gets to devices.
        arrives: bool,
    },
    /// An administrator changes an enrollment status page.
    SetEsp {
        /// Which.
        page: Id<EspProfile>,
        /// The time limit; as before if not given.
        timeout: Option<SimDuration>,
        /// Whether the user phase is shown; as before if not given.
        user_phase: Option<bool>,
    },
}

impl Journey {
    /// The word that a scenario uses for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Press { .. } => "press",
            Self::Remote { .. } => "remote_action",
            Self::Redeploy(_) => "redeploy",
            Self::InstallConnector(_) => "install_connector",
            Self::SetServer { .. } => "set_server",
            Self::ConfigureConnector { .. } => "configure_connector",
            Self::SetApp { .. } => "set_app",
            Self::SetConfiguration { .. } => "set_configuration",
            Self::SetEsp { .. } => "set_esp",
        }
    }
}

/// Carries it out. What was refused, and why, is added to `refused`.
pub(super) fn act(journey: &Journey, field: &mut Field, around: &mut Around<'_>, refused: &mut Vec<String>) {
    let root = around.cx.cause();
    match journey {
        Journey::Press { devices, button } => {
            for id in devices {
                around.cx.because(root);
                if let Err(why) = field.press(*id, *button, around) {
                    refused.push(format!("{}: {why}", around.cx.names.get(field.device(*id).name)));
                }
            }
        }
        Journey::Remote { devices, action } => {
            for id in devices {
                around.cx.because(root);
                let device = field.device(*id);
                match device.managed.get().filter(|m| !around.tenant.managed_device(*m).deleted) {
                    Some(managed) => around.tenant.request_action(managed, *action, around.cx),
                    None => refused.push(format!("{} is not enrolled", around.cx.names.get(device.name))),
                }
            }
        }
        Journey::Redeploy(devices) => {
            for id in devices {
                around.cx.because(root);
                if let Err(why) = field.redeploy(*id, around) {
                    refused.push(format!("{}: {why}", around.cx.names.get(field.device(*id).name)));
                }
            }
        }
        Journey::InstallConnector(server) => {
            let name = field.connector(*server).name;
            if let Err(why) = field.install_connector(*server, around) {
                refused.push(format!("{}: {}: {}", around.cx.names.get(name), why.part(), why.text()));
            }
        }
        Journey::SetServer { server, facts } => field.set_server(*server, *facts, around),
        Journey::ConfigureConnector { server, ous } => {
            let account = around.cx.names.get(field.connector(*server).account).to_owned();
            for ou in ous {
                if let Err(why) = crate::estate::delegate(around.forest, &account, ou, around.cx) {
                    refused.push(why);
                }
            }
        }
        Journey::SetApp { app, install, returns, detected } => {
            let record = around.tenant.app_record(*app);
            let (was_install, was_returns, was_detected) = (record.install, record.returns, record.detected);
            let detected = detected.unwrap_or(was_detected);
            around.tenant.set_app(*app, install.unwrap_or(was_install), returns.unwrap_or(was_returns), detected);
        }
        Journey::SetConfiguration { profile, arrives } => {
            around.tenant.set_configuration_arrives(*profile, *arrives);
        }
        Journey::SetEsp { page, timeout, user_phase } => {
            let record = around.tenant.esp_profile_record(*page);
            let (was_timeout, was_user_phase) = (record.timeout, record.user_phase);
            around.tenant.set_esp(*page, timeout.unwrap_or(was_timeout), user_phase.unwrap_or(was_user_phase));
        }
    }
}

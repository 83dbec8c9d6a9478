//! Commands: what comes to a world from outside, as values that can be recorded and played again. Names are resolved when a
//! command is made; a command names rows.

mod journey;

pub use journey::Journey;

use crate::World;
pub use crate::directory::LdapRecords;
use crate::directory::{self, Outcome};
pub use crate::graph_request::GraphRequest;
use crate::world::Unsettled;
use sim_core::{Id, Kind, SimDuration, SimTime, Sym};
use sim_device::{Connector, Device, EntraConnect, Place};
use sim_graph::graph;
use sim_graph::{DeploymentProfile, DomainJoinProfile, ImportRow, User};
use sim_ldap::Refusal;
use sim_ldap::session::{Change, ChangeDone};

/// Somebody outside wants something done.
#[derive(Debug, Clone)]
pub enum Command {
    /// An action of the scenario, with the line it stands in.
    Action {
        /// What.
        action: Action,
        /// Where in the file, from 1; 0 for none.
        line: u32,
    },
    /// A change that somebody asks a controller for over a connection.
    Directory(Box<Change>),
    /// A request to Graph that changes something.
    Graph(Box<graph::Request>),
}

impl Command {
    /// The line of the scenario file it stands in; 0 for none.
    pub fn line(&self) -> u32 {
        match self {
            Self::Action { line, .. } => *line,
            Self::Directory(_) | Self::Graph(_) => 0,
        }
    }
}

/// What an action does.
#[derive(Debug, Clone)]
pub enum Action {
    /// An administrator uploads hardware hashes.
    Import(Vec<ImportRow>),
    /// Somebody switches devices on, one after the other.
    PowerOn {
        /// Which.
        devices: Vec<Id<Device>>,
        /// The time between one and the next.
        apart: SimDuration,
    },
    /// Somebody resets devices.
    Reset(Vec<Id<Device>>),
    /// Somebody carries devices to another place.
    Move {
        /// Which.
        devices: Vec<Id<Device>>,
        /// Where to.
        to: Id<Place>,
    },
    /// An administrator changes the group tag of registered devices.
    SetGroupTag {
        /// Which.
        devices: Vec<Id<Device>>,
        /// The tag; empty to remove it.
        tag: Sym,
    },
    /// An administrator deletes records of devices.
    Delete {
        /// Which kind of record.
        record: RecordKind,
        /// Of which devices.
        devices: Vec<Id<Device>>,
    },
    /// An administrator switches *Convert all targeted devices*.
    Convert {
        /// In which profile.
        profile: Id<DeploymentProfile>,
        /// On or off.
        on: bool,
    },
    /// An administrator changes the connectivity check of a profile.
    SkipConnectivityCheck {
        /// In which profile.
        profile: Id<DeploymentProfile>,
        /// Skip it or not.
        on: bool,
    },
    /// An administrator gives a domain join profile another OU.
    SetOu {
        /// Which profile.
        profile: Id<DomainJoinProfile>,
        /// The OU as typed; empty for the default container.
        ou: String,
    },
    /// A connector server goes down, or its service is stopped.
    StopServer(Id<Connector>),
    /// It comes back.
    StartServer(Id<Connector>),
    /// Somebody starts a cycle of Entra Connect by hand.
    Sync(Id<EntraConnect>),
    /// Somebody suspends the scheduler of Entra Connect or lets it go on.
    PauseSync {
        /// Whose.
        sync: Id<EntraConnect>,
        /// Suspend or go on.
        paused: bool,
    },
    /// An administrator gives a user an Intune licence or takes it.
    License {
        /// Whom.
        user: Id<User>,
        /// Give or take.
        on: bool,
    },
    /// A directory administrator delegates control of computer objects in an OU.
    Delegate {
        /// The account that gets it, as in `CORP\SRV-ODJ01$`.
        account: String,
        /// The OU.
        ou: String,
    },
    /// A directory administrator redirects new computers of a domain to an OU.
    RedirectComputers {
        /// The OU.
        ou: String,
    },
    /// Somebody changes the directory with LDIF records.
    Ldap(Box<LdapRecords>),
    /// Somebody sends a request to Microsoft Graph.
    Graph(Box<GraphRequest>),
    /// A directory administrator deletes a computer object.
    DeleteComputers(Vec<Id<Device>>),
    /// What can be reached from a place changes by itself now: those who wait for it try again.
    PlaceChanged(Id<Place>),
    /// Something about the way of devices through enrolment.
    Journey(Journey),
}

/// A kind of record that a device leaves in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// The Autopilot device identity.
    Autopilot,
    /// The Entra device that registration pre-created.
    Anchor,
    /// The Entra device of hybrid join.
    Twin,
    /// The managed device.
    Managed,
}

/// What a command answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// It is done.
    Done,
    /// What came of an action that says what must come of it.
    Judged {
        /// Whether it was as expected.
        ok: bool,
        /// What was expected, in a line.
        expected: String,
        /// What was seen.
        saw: String,
    },
    /// What the controller made of a change. A refusal is an answer too: it may have been counted.
    Directory(Result<ChangeDone, Refusal>),
    /// What Graph answers. An error is an answer, too.
    Graph(graph::Reply),
}

/// Why a command could not be carried out. What was changed before the error is kept, as in life.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The world loops.
    #[error(transparent)]
    Unsettled(#[from] Unsettled),
    /// The service or the directory refused.
    #[error("{0}")]
    Refused(String),
}

/// An action of a scenario, with its line: where chains of causes end.
pub static ACTION: Kind = Kind::new("action", sim_core::Level::Root, "{0} ({1})");

/// A change that came over a connection, with the controller: where chains of causes end, too.
pub static DIRECTORY_REQUEST: Kind = Kind::new("directory_request", sim_core::Level::Root, "{0} at {1}");

/// What is known of the answer when the command itself has been carried out.
pub(crate) enum Carried {
    /// All of it.
    Reply(Reply),
    /// Graph shows it when what it causes without delay has happened.
    Graph(graph::Outcome),
}

/// Carries out a command.
pub(crate) fn carry_out(world: &mut World, command: &Command) -> Result<Carried, CommandError> {
    match command {
        Command::Action { action, line } => act(world, action, *line).map(Carried::Reply),
        Command::Graph(request) => {
            let prepared = world.with_source(|source| graph::prepare(source, request));
            Ok(match prepared {
                Ok(prepared) => Carried::Graph(prepared.run(&mut world.tenant, &mut world.cx)),
                Err(error) => Carried::Reply(Reply::Graph(error.reply(request.ids, world.now()))),
            })
        }
        Command::Directory(change) => {
            let dc = world.forest.controller(change.dc).name;
            world.cx.tell(&DIRECTORY_REQUEST, change.who.name, &[change.op.word().into(), dc.into()]);
            Ok(Carried::Reply(Reply::Directory(world.forest.carry_out(change, &mut world.cx))))
        }
    }
}

fn act(world: &mut World, action: &Action, line: u32) -> Result<Reply, CommandError> {
    let who = world.cx.name("administrator");
    let word: &'static str = action.word();
    let root = world.cx.tell(&ACTION, who, &[word.into(), sim_core::Arg::Line(line)]);
    if let Action::Graph(request) = action {
        return crate::graph_request::carry_out(world, request);
    }
    let (field, mut around) = world.split();
    let around = &mut around;
    let mut refused = Vec::new();
    match action {
        Action::Import(rows) => {
            around.tenant.import_devices(rows, who, around.cx);
        }
        Action::PowerOn { devices, apart } => {
            let mut at = around.cx.now();
            for id in devices {
                around.cx.because(root);
                field.power_on(*id, at, around);
                at += *apart;
            }
        }
        Action::Reset(devices) => {
            for id in devices {
                around.cx.because(root);
                field.reset(*id, around);
            }
        }
        Action::Move { devices, to } => {
            for id in devices {
                around.cx.because(root);
                field.move_device(*id, *to, around);
            }
        }
        Action::SetGroupTag { devices, tag } => {
            for id in devices {
                around.cx.because(root);
                let device = field.device(*id);
                let hardware = around.tenant.hardware_of(device.hash);
                match hardware.and_then(|h| around.tenant.hardware(h).identity.get()) {
                    Some(identity) => around.tenant.set_group_tag(identity, *tag, around.cx),
                    None => refused.push(format!("{} is not registered", around.cx.names.get(device.name))),
                }
            }
        }
        Action::Delete { record, devices } => {
            for id in devices {
                around.cx.because(root);
                let name = field.device(*id).name;
                if let Err(why) = delete_record(field, around, *record, *id) {
                    refused.push(format!("{}: {why}", around.cx.names.get(name)));
                }
            }
        }
        Action::Convert { profile, on } => around.tenant.set_convert_all(*profile, *on, around.cx),
        Action::SkipConnectivityCheck { profile, on } => {
            around.tenant.set_skip_connectivity_check(*profile, *on, around.cx)
        }
        Action::SetOu { profile, ou } => around.tenant.set_domain_join_ou(*profile, ou, around.cx),
        Action::StopServer(id) => field.stop_connector(*id, around),
        Action::StartServer(id) => field.start_connector(*id, around),
        Action::Sync(id) => field.sync_now(*id, around),
        Action::PauseSync { sync, paused } => field.pause_sync(*sync, *paused, around),
        Action::License { user, on } => {
            around.tenant.set_licensed(*user, *on);
            let kind = if *on { &sim_graph::kinds::LICENSE_GIVEN } else { &sim_graph::kinds::LICENSE_TAKEN };
            around.cx.tell(kind, around.tenant.user_record(*user).upn, &[]);
        }
        Action::Delegate { account, ou } => {
            if let Err(why) = crate::estate::delegate(around.forest, account, ou, around.cx) {
                refused.push(why);
            }
        }
        Action::RedirectComputers { ou } => {
            if let Err(why) = crate::estate::redirect_computers(around.forest, ou, around.cx) {
                refused.push(why);
            }
        }
        Action::Ldap(records) => {
            let Outcome { ok, expected, saw } = directory::carry_out(records, around.forest, around.cx);
            return Ok(Reply::Judged { ok, expected, saw });
        }
        Action::DeleteComputers(devices) => {
            for id in devices {
                around.cx.because(root);
                let device = field.device(*id);
                if let Err(why) =
                    crate::estate::delete_computer(around.forest, device.domain, device.computer, around.cx)
                {
                    refused.push(why);
                }
            }
        }
        // Carried out before the world was taken apart.
        Action::Graph(_) => {}
        Action::PlaceChanged(place) => {
            let there: Vec<Id<Device>> = field.devices().filter(|(_, d)| d.place == *place).map(|(id, _)| id).collect();
            for id in there {
                field.try_again(id, around);
            }
        }
        Action::Journey(journey) => journey::act(journey, field, around, &mut refused),
    }
    if refused.is_empty() { Ok(Reply::Done) } else { Err(CommandError::Refused(refused.join("; "))) }
}

fn delete_record(
    field: &sim_device::Field,
    around: &mut sim_device::Around<'_>,
    record: RecordKind,
    id: Id<Device>,
) -> Result<(), String> {
    let device = field.device(id);
    let hardware = around.tenant.hardware_of(device.hash);
    let identity = hardware.and_then(|h| around.tenant.hardware(h).identity.get());
    match record {
        RecordKind::Autopilot => {
            let identity = identity.ok_or("it is not registered")?;
            around.tenant.delete_identity(identity, around.cx).map_err(|e| e.to_string())
        }
        RecordKind::Anchor => {
            let anchor =
                identity.and_then(|i| around.tenant.anchor_of(i)).ok_or("it has no pre-created Entra device")?;
            around.tenant.delete_entra_device(anchor, around.cx);
            Ok(())
        }
        RecordKind::Twin => {
            let twin = around
                .tenant
                .entra_device_by_device_id(device.object_guid)
                .ok_or("it has no hybrid joined Entra device")?;
            around.tenant.delete_entra_device(twin, around.cx);
            Ok(())
        }
        RecordKind::Managed => {
            let managed = device.managed.get().ok_or("it is not enrolled")?;
            around.tenant.delete_managed_device(managed, around.cx);
            Ok(())
        }
    }
}

impl Action {
    /// The word that a scenario uses for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Import(_) => "import",
            Self::PowerOn { .. } => "power_on",
            Self::Reset(_) => "reset",
            Self::Move { .. } => "move",
            Self::SetGroupTag { .. } => "group_tag",
            Self::Delete { .. } => "delete",
            Self::Convert { .. } => "convert",
            Self::SkipConnectivityCheck { .. } => "skip_connectivity_check",
            Self::SetOu { .. } => "set_ou",
            Self::StopServer(_) => "stop",
            Self::StartServer(_) => "start",
            Self::Sync(_) => "sync",
            Self::PauseSync { .. } => "pause_sync",
            Self::License { .. } => "license",
            Self::Delegate { .. } => "delegate",
            Self::RedirectComputers { .. } => "redirect_computers",
            Self::Ldap(_) => "ldap",
            Self::Graph(_) => "graph",
            Self::DeleteComputers(_) => "delete_computers",
            Self::PlaceChanged(_) => "place_changed",
            Self::Journey(journey) => journey.word(),
        }
    }
}

/// An instant's worth of commands of a scenario.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: SimTime,
    /// What.
    pub command: Command,
    /// A part of what its refusal must say, if it is to be refused.
    pub refused: Option<String>,
}

impl Step {
    /// A step that is to be carried out.
    pub fn new(at: SimTime, command: Command) -> Self {
        Self { at, command, refused: None }
    }

    /// What is wrong with how a step ended: it was refused, or should have been.
    pub(crate) fn surprise(&self, refusal: Option<String>) -> Option<String> {
        match (refusal, &self.refused) {
            (Some(why), Some(wanted)) if why.contains(wanted) => None,
            (Some(why), Some(wanted)) => Some(format!("{why} (it was to be refused for \u{201c}{wanted}\u{201d})")),
            (Some(why), None) => Some(why),
            (None, Some(wanted)) => Some(format!("it was to be refused for \u{201c}{wanted}\u{201d}, and was not")),
            (None, None) => None,
        }
    }
}

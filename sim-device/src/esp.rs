//! The enrollment status page of one device: its phases, what each waits for, and how far that is.

use sim_core::{SimTime, Sym};
use sim_graph::Tracked;

/// A phase of the enrollment status page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EspPhase {
    /// Device preparation. In user-driven mode hardware, network and registration are done before; the management agent is left.
    DevicePreparation,
    /// Device setup.
    DeviceSetup,
    /// Account setup.
    AccountSetup,
}

impl EspPhase {
    /// As the page calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DevicePreparation => "device preparation",
            Self::DeviceSetup => "device setup",
            Self::AccountSetup => "account setup",
        }
    }
}

/// `InstallationState` of what a page tracks.
///
/// Source: EnrollmentStatusTracking CSP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// 1.
    NotInstalled,
    /// 2.
    InProgress,
    /// 3.
    Completed,
    /// 4, with the code.
    Error(u32),
}

impl ItemState {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInstalled => "not installed",
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Error(_) => "error",
        }
    }
}

/// What is being done for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Nothing yet, or nothing any more.
    None,
    /// It arrives by itself.
    Arriving,
    /// Its package is downloaded, or it waits for another try.
    Fetching,
    /// Its installer runs.
    Installing,
    /// Its installer waits for a person who is not there.
    Hanging,
}

/// Something that a page waits for on a device.
#[derive(Debug, Clone, Copy)]
pub struct EspItem {
    /// What, beside the security policies that every page counts as one.
    pub what: Option<Tracked>,
    /// What a person would call it.
    pub name: Sym,
    /// How far it is.
    pub state: ItemState,
    pub(crate) work: Work,
    pub(crate) attempts: u8,
    pub(crate) due: SimTime,
}

/// The page of a device in the phase that it is in.
#[derive(Debug, Clone)]
pub struct EspRun {
    /// Which phase.
    pub phase: EspPhase,
    /// When it began.
    pub began: SimTime,
    /// What it waits for.
    pub items: Vec<EspItem>,
    /// Whether something asked for a restart at the end of the phase.
    pub restart: bool,
    /// From when on apps are known: before that the page says that it is identifying them.
    pub(crate) identified: SimTime,
    /// From when on packages can be downloaded.
    pub(crate) content_from: SimTime,
}

impl EspRun {
    /// The items that are not done.
    pub fn open(&self) -> impl Iterator<Item = &EspItem> {
        self.items.iter().filter(|i| i.state != ItemState::Completed)
    }
}

/// What a person at an error page may press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Try again.
    TryAgain,
    /// Continue anyway.
    ContinueAnyway,
    /// Reset device.
    Reset,
    /// Collect logs.
    CollectLogs,
}

impl Button {
    /// As the page calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TryAgain => "try again",
            Self::ContinueAnyway => "continue anyway",
            Self::Reset => "reset device",
            Self::CollectLogs => "collect logs",
        }
    }
}

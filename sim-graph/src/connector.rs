//! Intune connectors for Active Directory as the tenant lists them: `domainJoinConnectors`.

use crate::tenant::{IDS, Tenant};
use crate::{actor, kinds};
use sim_core::{Cx, Guid, Id, Key, RecordKey, SimTime, Sym, Timer};

/// `deviceManagementDomainJoinConnectorState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectorState {
    /// `active`: heartbeats arrive.
    Active,
    /// `error`: none for an hour.
    Error,
    /// `inactive`: none for five days.
    Inactive,
}

impl ConnectorState {
    /// As Graph spells it.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Error => "error",
            Self::Inactive => "inactive",
        }
    }
}

/// A `deviceManagementDomainJoinConnector`.
#[derive(Debug, Clone)]
pub struct OdjConnector {
    /// `id`.
    pub id: Guid,
    /// `displayName`: the server's name.
    pub name: Sym,
    /// `version`.
    pub version: Sym,
    /// `state`.
    pub state: ConnectorState,
    /// Whether it is in the list yet, and still.
    pub listed: bool,
    /// The last heartbeat before it fell silent; [`SimTime::NEVER`] while heartbeats arrive.
    silent_since: SimTime,
    first_seen: SimTime,
    /// Whether its wizard has signed in since it was last in touch.
    expected: bool,
    timer: Timer,
    last: RecordKey,
}

const LISTED: u16 = 1;
const TO_ERROR: u16 = 2;
const TO_INACTIVE: u16 = 3;
const TO_REMOVED: u16 = 4;

impl Tenant {
    /// A connector's wizard has signed in: the connector is listed after a few minutes, or at once when it `was_there` before the
    /// world began.
    pub fn add_connector(&mut self, name: &str, version: &str, was_there: bool, cx: &mut Cx) -> Id<OdjConnector> {
        let nth = self.connectors.iter().filter(|(_, c)| cx.names.get(c.name) == name).count() as u64;
        let connector = OdjConnector {
            id: cx.chance.guid(IDS, Key::of("connector", name), nth),
            name: cx.name(name),
            version: cx.name(version),
            state: ConnectorState::Active,
            listed: was_there,
            silent_since: SimTime::NEVER,
            first_seen: cx.now(),
            expected: false,
            timer: Timer::default(),
            last: cx.cause(),
        };
        let id = self.connectors.push(connector);
        if !was_there {
            let at = cx.now() + self.delay(self.knobs.connector_listed, self.connectors[id].id, 0, cx);
            cx.set(&mut self.connectors[id].timer, actor::connector_record(id), LISTED, at);
        }
        self.version += 1;
        id
    }

    /// A connector that is not installed yet: nobody sees its record.
    pub fn expect_connector(&mut self, name: &str, version: &str, cx: &mut Cx) -> Id<OdjConnector> {
        let id = self.add_connector(name, version, true, cx);
        let connector = &mut self.connectors[id];
        connector.listed = false;
        connector.silent_since = cx.now();
        id
    }

    /// A connector's wizard has signed in, for the first time or anew: Intune knows it, and lists it when it has been in touch.
    pub fn prepare_connector(&mut self, id: Id<OdjConnector>) {
        self.connectors[id].expected = true;
        self.version += 1;
    }

    /// A connector's record.
    pub fn connector(&self, id: Id<OdjConnector>) -> &OdjConnector {
        &self.connectors[id]
    }

    /// All listed connectors, oldest first.
    pub fn connectors(&self) -> impl Iterator<Item = (Id<OdjConnector>, &OdjConnector)> {
        self.connectors.iter().filter(|(_, c)| c.listed)
    }

    /// `lastConnectionDateTime`: the last turn of its heartbeat.
    pub fn connector_last_connection(&self, id: Id<OdjConnector>, now: SimTime) -> SimTime {
        let connector = &self.connectors[id];
        let until = if connector.silent_since == SimTime::NEVER { now } else { connector.silent_since };
        until.last_turn(connector.first_seen, self.knobs.connector_heartbeat, sim_core::SimDuration::ZERO)
    }

    /// Heartbeats stop.
    pub fn connector_silent(&mut self, id: Id<OdjConnector>, cx: &mut Cx) {
        if self.connectors[id].silent_since != SimTime::NEVER {
            return;
        }
        let last = self.connector_last_connection(id, cx.now());
        let connector = &mut self.connectors[id];
        connector.silent_since = last;
        connector.last = cx.cause();
        cx.set(&mut connector.timer, actor::connector_record(id), TO_ERROR, last + self.knobs.connector_error);
        self.version += 1;
    }

    /// Heartbeats come again. One that was removed from the list in between has to be installed and signed in anew: the answer
    /// is false then.
    pub fn connector_heard(&mut self, id: Id<OdjConnector>, cx: &mut Cx) -> bool {
        if !self.connectors[id].listed && self.connectors[id].silent_since != SimTime::NEVER {
            if !self.connectors[id].expected {
                return false;
            }
            let at = cx.now() + self.delay(self.knobs.connector_listed, self.connectors[id].id, 0, cx);
            let connector = &mut self.connectors[id];
            connector.expected = false;
            connector.silent_since = SimTime::NEVER;
            connector.first_seen = cx.now();
            connector.state = ConnectorState::Active;
            connector.last = cx.cause();
            cx.set(&mut connector.timer, actor::connector_record(id), LISTED, at);
            self.version += 1;
            return true;
        }
        let connector = &mut self.connectors[id];
        if connector.silent_since != SimTime::NEVER {
            connector.silent_since = SimTime::NEVER;
            connector.first_seen = cx.now();
            cx.schedule.clear(&mut connector.timer);
            if std::mem::replace(&mut connector.state, ConnectorState::Active) != ConnectorState::Active {
                cx.tell(&kinds::CONNECTOR_ACTIVE, connector.name, &[]);
            }
            self.version += 1;
        }
        true
    }

    pub(crate) fn connector_record_due(&mut self, id: Id<OdjConnector>, step: u16, cx: &mut Cx) -> bool {
        let connector = &mut self.connectors[id];
        if !cx.schedule.ring(&mut connector.timer) {
            return false;
        }
        cx.because(connector.last);
        let since = connector.silent_since;
        let (kind, next) = match step {
            LISTED => {
                connector.listed = true;
                (&kinds::CONNECTOR_LISTED, None)
            }
            TO_ERROR => {
                connector.state = ConnectorState::Error;
                (&kinds::CONNECTOR_ERROR, Some((TO_INACTIVE, since + self.knobs.connector_inactive)))
            }
            TO_INACTIVE => {
                connector.state = ConnectorState::Inactive;
                let removed = since + self.knobs.connector_inactive + self.knobs.connector_cleanup;
                (&kinds::CONNECTOR_INACTIVE, Some((TO_REMOVED, removed)))
            }
            _ => {
                connector.listed = false;
                (&kinds::CONNECTOR_REMOVED, None)
            }
        };
        connector.last = cx.tell(kind, connector.name, &[since.into()]);
        if let Some((step, at)) = next {
            cx.set(&mut connector.timer, actor::connector_record(id), step, at);
        }
        self.version += 1;
        true
    }
}

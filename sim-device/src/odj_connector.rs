//! The Intune connector for Active Directory, as a service on its server: it polls for requests, creates computer accounts and
//! uploads blobs. It reaches the directory as the account that its service runs as.

use crate::actor::{self, actor};
use crate::directory::{self, Provision};
use crate::event_log::{Channel, EventData, EventLog, LogEvent};
use crate::field::{Around, Field};
use crate::kinds;
use sim_core::{Arg, Cx, Guid, Id, Key, Purpose, RecordKey, SimDuration, SimTime, Sym, Timer, Unasked};
use sim_graph::{JoinSettings, OdjBlob, OdjConnector, OdjRequest};
use sim_ldap::Principal;

const PHASE: Purpose = Purpose::named("connector poll phase");
const NAME: Purpose = Purpose::named("computer name");

/// A connector server.
#[derive(Debug, Clone)]
pub struct Connector {
    /// The server's name.
    pub name: Sym,
    /// Its record in the tenant.
    pub record: Id<OdjConnector>,
    /// The account of its service, as in `CORP\SRV-ODJ01$`: the server itself on builds before 6.2501.2000.5, a managed service
    /// account on later ones.
    pub account: Sym,
    /// Its sign-in: the account with its groups as they were when the service first used it after its start.
    principal: Option<Principal>,
    /// The Active Directory site of the server.
    pub site: Sym,
    /// The domains whose requests it takes: all for builds of old, its own for later ones.
    pub serves: Option<Vec<Sym>>,
    /// Whether its service runs.
    pub running: bool,
    pub(crate) slots: Vec<Option<Job>>,
    phase: SimDuration,
    poll: Timer,
    last: RecordKey,
    log: EventLog,
}

/// Work on one request.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: Guid,
    request: Id<OdjRequest>,
    attempt: u32,
    /// The account is there; the blob is on its way up.
    created: Option<OdjBlob>,
    timer: Timer,
    last: RecordKey,
}

/// What a scenario says of a connector.
#[derive(Debug, Clone)]
pub struct NewConnector {
    /// The server's name.
    pub name: Sym,
    /// Its record in the tenant.
    pub record: Id<OdjConnector>,
    /// The account of its service.
    pub account: Sym,
    /// The Active Directory site of the server.
    pub site: Sym,
    /// The domains whose requests it takes; all if none are named.
    pub serves: Option<Vec<Sym>>,
}

/// What an error of account creation means, for logs and traces.
///
/// Source: Win32 and network management error numbers (winerror.h, lmerr.h).
pub const fn describe(error: u32) -> &'static str {
    match error {
        2 => "the system cannot find the object",
        5 => "access is denied",
        87 => "a parameter is incorrect",
        1210 => "the format of the computer name is invalid",
        1355 => "the domain does not exist or could not be contacted",
        1722 => "the RPC server is unavailable",
        2224 => "the account already exists",
        2732 => "an account of that name exists and its re-use is blocked by policy",
        8240 => "there is no such object in the directory",
        8557 => "the machine account quota of the account is used up",
        _ => "the directory refused",
    }
}

impl Connector {
    /// The events of its log that are still there, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &LogEvent> + ExactSizeIterator {
        self.log.events()
    }

    /// The record that led to whether its service runs.
    pub fn cause(&self) -> RecordKey {
        self.last
    }

    /// Whether it works on as many requests as it can.
    pub fn is_busy(&self) -> bool {
        self.free_slot().is_none()
    }

    fn free_slot(&self) -> Option<usize> {
        self.slots.iter().position(Option::is_none)
    }

    /// The next turn of its poll. Turns are arithmetic: the idle ones never run.
    fn next_poll(&self, from: SimTime, period: SimDuration) -> SimTime {
        from.next_turn(SimTime::from_unix_millis(0), period, self.phase)
    }
}

impl Field {
    /// Adds a connector server whose service runs.
    pub fn add_connector(&mut self, new: NewConnector, cx: &Cx) -> Id<Connector> {
        let period = self.knobs.connector_poll.millis().max(1);
        let mut draw = cx.draw(PHASE, Key::of("connector", cx.names.get(new.name)), 0);
        let phase = SimDuration::from_millis(draw.below(period as u64) as i64);
        let id = self.connectors.push(Connector {
            name: new.name,
            record: new.record,
            account: new.account,
            principal: None,
            site: new.site,
            serves: new.serves,
            running: true,
            slots: vec![None; (self.knobs.connector_capacity as usize).clamp(1, 256)],
            phase,
            poll: Timer::default(),
            last: RecordKey::NONE,
            log: EventLog::default(),
        });
        let place = self.polls.partition_point(|p| *p < (phase, id));
        self.polls.insert(place, (phase, id));
        self.version += 1;
        id
    }

    /// A connector server.
    pub fn connector(&self, id: Id<Connector>) -> &Connector {
        &self.connectors[id]
    }

    /// All connector servers, in the order of the scenario.
    pub fn connectors(&self) -> impl ExactSizeIterator<Item = (Id<Connector>, &Connector)> {
        self.connectors.iter()
    }

    /// The connector server of that name.
    pub fn connector_named(&self, name: Sym) -> Option<Id<Connector>> {
        self.connectors.iter().find(|(_, c)| c.name == name).map(|(id, _)| id)
    }

    /// The server goes down or its service stops. What it was working on goes back to the queue.
    pub fn stop_connector(&mut self, id: Id<Connector>, around: &mut Around<'_>) {
        let connector = &mut self.connectors[id];
        if !connector.running {
            return;
        }
        connector.running = false;
        connector.principal = None;
        around.cx.tell(&kinds::SERVER_STOPPED, connector.name, &[]);
        around.cx.schedule.clear(&mut connector.poll);
        around.tenant.connector_silent(connector.record, around.cx);
        for slot in &mut connector.slots {
            if let Some(mut job) = slot.take() {
                around.cx.schedule.clear(&mut job.timer);
                around.tenant.return_odj(job.request, around.cx);
            }
        }
        connector.last = around.cx.cause();
        self.version += 1;
    }

    /// The service runs again. It takes up requests unless the tenant has forgotten it.
    pub fn start_connector(&mut self, id: Id<Connector>, around: &mut Around<'_>) {
        let connector = &mut self.connectors[id];
        if connector.running {
            return;
        }
        around.cx.tell(&kinds::SERVER_STARTED, connector.name, &[]);
        connector.running = around.tenant.connector_heard(connector.record, around.cx);
        connector.last = around.cx.cause();
        self.version += 1;
        self.wake_a_connector(around);
    }

    /// There are requests in the queue: the connector whose turn to poll comes next, of those that could take the oldest, will.
    pub(crate) fn wake_a_connector(&mut self, around: &mut Around<'_>) {
        let Some(request) = around.tenant.odj_queue().next() else { return };
        let domain = around.tenant.join_settings(request).domain;
        let (now, period) = (around.cx.now(), self.knobs.connector_poll);
        let phase_now = SimDuration::from_millis(now.unix_millis().rem_euclid(period.millis().max(1)));
        let from = self.polls.partition_point(|(phase, _)| *phase < phase_now);
        let turns = self.polls[from..].iter().chain(&self.polls[..from]);
        for (_, id) in turns {
            if self.could_take(*id, domain, around.sides(), &mut Unasked) {
                let connector = &mut self.connectors[*id];
                let at = connector.next_poll(now, period);
                around.cx.schedule.set_earlier(&mut connector.poll, actor(actor::CONNECTOR, id.row()), 0, at);
                return;
            }
        }
    }

    pub(crate) fn connector_due(&mut self, id: Id<Connector>, around: &mut Around<'_>) -> bool {
        let connector = &mut self.connectors[id];
        if !around.cx.schedule.ring(&mut connector.poll) {
            return false;
        }
        let now = around.cx.now();
        while let Some(slot) = connector.free_slot() {
            let Some(request) = around.tenant.take_odj(connector.record, connector.serves.as_deref(), around.cx) else {
                break;
            };
            let id_of_request = around.tenant.odj_request(request).id;
            let job = Job {
                id: id_of_request,
                request,
                attempt: 0,
                created: None,
                timer: Timer::default(),
                last: around.cx.cause(),
            };
            let job = connector.slots[slot].insert(job);
            let at = now + self.knobs.create_account;
            around.cx.set(&mut job.timer, actor(actor::ODJ_JOB, id.row() << 8 | slot as u32), 0, at);
        }
        self.wake_a_connector(around);
        self.version += 1;
        true
    }

    pub(crate) fn job_due(&mut self, id: Id<Connector>, slot: usize, around: &mut Around<'_>) -> bool {
        let Some(job) = self.connectors[id].slots.get_mut(slot).and_then(Option::as_mut) else { return false };
        if !around.cx.schedule.ring(&mut job.timer) {
            return false;
        }
        around.cx.because(job.last);
        match job.created {
            Some(blob) => self.upload(id, slot, blob, around),
            None => self.create_account(id, slot, around),
        }
        self.version += 1;
        true
    }

    fn upload(&mut self, id: Id<Connector>, slot: usize, blob: OdjBlob, around: &mut Around<'_>) {
        let connector = &mut self.connectors[id];
        let Some(job) = connector.slots[slot].take() else { return };
        let device = around.tenant.managed_device(around.tenant.odj_request(job.request).managed).id;
        let data = EventData::BlobUploaded { request: job.id, device };
        let event = LogEvent { at: around.cx.now(), channel: Channel::OdjConnector, id: 30140, data };
        connector.log.write(event, self.knobs.log_events);
        around.tenant.complete_odj(job.request, Ok(blob), around.cx);
        self.wake_a_connector(around);
    }

    fn create_account(&mut self, id: Id<Connector>, slot: usize, around: &mut Around<'_>) {
        let now = around.cx.now();
        let connector = &mut self.connectors[id];
        let Some(job) = connector.slots[slot].as_mut() else { return };
        let request = around.tenant.odj_request(job.request);
        let (who, device) = (around.tenant.odj_device(job.request), around.tenant.managed_device(request.managed).id);
        let settings = around.tenant.join_settings(job.request);
        let (domain, ou) = (settings.domain, settings.ou);
        let name = computer_name(request, &settings, job.attempt, around.cx);
        if connector.principal.is_none() {
            connector.principal = directory::sign_in(around.forest, connector.account, connector.name, around.cx);
        }
        let (server, site, profile) = (connector.name, connector.site, settings.profile);
        let wanted = Provision { server, site, domain, ou, name, profile };
        let answer = directory::provision(around.forest, connector.principal.as_ref(), &wanted, around.cx);
        let timer_of = actor(actor::ODJ_JOB, id.row() << 8 | slot as u32);
        match answer {
            Ok(blob) => {
                let elapsed_ms = self.knobs.create_account.millis() as u32;
                let data = EventData::BlobCreated { request: job.id, device, computer: name, elapsed_ms };
                connector.log.write(
                    LogEvent { at: now, channel: Channel::OdjConnector, id: 30130, data },
                    self.knobs.log_events,
                );
                around.cx.tell(&kinds::ODJ_CREATED, connector.name, &[name.into(), who.into()]);
                job.created = Some(blob);
                job.last = around.cx.cause();
                around.cx.set(&mut job.timer, timer_of, 0, now + self.knobs.upload_blob);
            }
            Err(error) => {
                let description = describe(error);
                let data =
                    EventData::BlobFailed { request: job.id, device, domain, error, retry: job.attempt, description };
                connector.log.write(
                    LogEvent { at: now, channel: Channel::OdjConnector, id: 30132, data },
                    self.knobs.log_events,
                );
                let args = [who.into(), job.attempt.into(), error.into(), Arg::Word(description)];
                around.cx.tell_why(&kinds::ODJ_REFUSED, connector.name, &args, &kinds::WHY_REFUSED);
                if job.attempt < self.knobs.connector_retries {
                    job.attempt += 1;
                    job.last = around.cx.cause();
                    around.cx.set(&mut job.timer, timer_of, 0, now + self.knobs.connector_retry_wait);
                    return;
                }
                let request = job.request;
                connector.slots[slot] = None;
                around.tenant.complete_odj(request, Err(error), around.cx);
                self.wake_a_connector(around);
            }
        }
    }
}

/// The name for a request: the prefix as typed and, up to 15 characters, a random rest. Each attempt draws another one.
///
/// Source: the how-to of 2022 (prefix only, no variables), and the documented total of 15.
fn computer_name(request: &OdjRequest, settings: &JoinSettings, attempt: u32, cx: &mut Cx) -> Sym {
    let [a, b] = request.id.halves();
    let mut draw = cx.draw(NAME, Key(a).part(b), u64::from(attempt));
    let rest = draw.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", usize::from(settings.suffix_chars.min(15)));
    let name = format!("{}{rest}", cx.names.get(settings.prefix));
    cx.name(&name)
}

//! The world: tenant, forest, machines and what is due, as one plain value.
//!
//! It changes only by commands and by what is due, in a total order: `state = fold(scenario, seed, commands)`. How time is
//! advanced, in one go or instant by instant, is not part of that and changes nothing.

use crate::command::{Carried, Command, CommandError, Reply};
use sim_core::chance::mix;
use sim_core::{Cx, Event, Key, SimTime, Sym};
use sim_device::{Around, Field};
use sim_graph::{Tenant, graph};
use sim_ldap::Forest;

/// A whole estate.
#[derive(Debug, Clone)]
pub struct World {
    /// Time, chance, names, schedule, trace.
    pub(crate) cx: Cx,
    /// The cloud.
    pub(crate) tenant: Tenant,
    /// The directory.
    pub(crate) forest: Forest,
    /// The machines.
    pub(crate) field: Field,
    /// Ids that steps of the scenario have kept, by the names they gave them.
    pub(crate) kept: std::collections::BTreeMap<String, String>,
    /// The round that runs, or ran last, in the present instant.
    round: u32,
    events: u64,
    buffer: Vec<Event>,
}

/// The world cannot go on: the events of one instant cause each other without end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rounds} rounds at {at} and no end; busy with {}", participants.join(", "))]
pub struct Unsettled {
    /// When.
    pub at: SimTime,
    /// How many rounds were run.
    pub rounds: u32,
    /// Who kept it busy.
    pub participants: Vec<String>,
}

/// More rounds than this in one instant are a loop: the longest honest chain of zero delays has some tens.
const MAX_ROUNDS: u32 = 10_000;

const COMMANDS: Key = Key::of("commands", "");

impl World {
    /// Puts the parts of a world together.
    pub fn new(cx: Cx, tenant: Tenant, forest: Forest, field: Field) -> Self {
        Self {
            cx,
            tenant,
            forest,
            field,
            kept: std::collections::BTreeMap::new(),
            round: 0,
            events: 0,
            buffer: Vec::new(),
        }
    }

    /// The present.
    pub fn now(&self) -> SimTime {
        self.cx.now()
    }

    /// How many events have been processed. Stale ones do not count.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The hash of the run so far.
    pub fn hash(&self) -> u64 {
        self.cx.trace.hash()
    }

    /// Whether nothing is pending.
    pub fn is_settled(&self) -> bool {
        self.cx.schedule.is_settled()
    }

    /// How many things are waited for.
    pub fn pending(&self) -> u64 {
        self.cx.schedule.live()
    }

    /// The next instant at which something may be due.
    pub fn next_instant(&mut self) -> Option<SimTime> {
        self.cx.schedule.next_instant()
    }

    /// The tenant, to look at.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The forest, to look at.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// The machines, to look at.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Time, names and trace, to look at.
    pub fn cx(&self) -> &Cx {
        &self.cx
    }

    /// Answers a Graph request that changes nothing.
    pub fn graph(&self, target: &str, caller: &graph::Caller<'_>) -> graph::Reply {
        self.with_source(|source| graph::handle(source, target, caller))
    }

    /// A text with the ids that were kept in the place of their names in braces.
    pub(crate) fn with_kept(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// What Graph's answers are made from.
    pub(crate) fn with_source<R>(&self, look: impl FnOnce(&graph::Source<'_>) -> R) -> R {
        let sid_of = |domain, rid| crate::estate::sid_text(&self.forest, &self.cx, domain, rid);
        look(&graph::Source { tenant: &self.tenant, cx: &self.cx, sid_of: &sid_of })
    }

    /// Rises with every change that some reader could see.
    pub fn version(&self) -> u64 {
        self.tenant.version().wrapping_add(self.forest.version()).wrapping_add(self.field.version())
    }

    /// Runs the next instant, all its rounds, if it is not after `limit`; whether there was one.
    pub fn run_instant(&mut self, limit: SimTime) -> Result<bool, Unsettled> {
        // A new world may have something to do at its first instant.
        self.drain()?;
        if self.cx.schedule.begin(limit).is_none() {
            return Ok(false);
        }
        self.round = 0;
        self.drain()?;
        Ok(true)
    }

    /// Runs everything that is due until then, and makes that the present.
    pub fn advance_to(&mut self, to: SimTime) -> Result<(), Unsettled> {
        while self.run_instant(to)? {}
        if to > self.now() {
            self.cx.schedule.move_to(to);
            self.round = 0;
        }
        Ok(())
    }

    /// Carries out a command now, in rounds of its own, and runs what it causes without delay.
    pub fn apply(&mut self, command: &Command) -> Result<Reply, CommandError> {
        self.round += 1;
        self.cx.turn_of(COMMANDS, self.round);
        let reply = crate::command::carry_out(self, command);
        self.deliver_signals();
        self.drain()?;
        Ok(match (reply?, command) {
            (Carried::Graph(outcome), Command::Graph(request)) => {
                Reply::Graph(self.with_source(|source| outcome.reply(source, request)))
            }
            (Carried::Reply(reply), _) => reply,
            (Carried::Graph(_), _) => Reply::Done,
        })
    }

    fn drain(&mut self) -> Result<(), Unsettled> {
        let mut events = std::mem::take(&mut self.buffer);
        while self.cx.schedule.next_round(&mut events) {
            self.round += 1;
            if self.round > MAX_ROUNDS {
                let mut names: Vec<String> = events
                    .iter()
                    .map(|e| self.cx.names.get(self.actor_name(e).0).to_owned())
                    .filter(|n| !n.is_empty())
                    .collect();
                names.sort();
                names.dedup();
                names.truncate(10);
                return Err(Unsettled { at: self.now(), rounds: self.round, participants: names });
            }
            self.sort(&mut events);
            for event in &events {
                self.dispatch(*event);
            }
        }
        self.buffer = events;
        Ok(())
    }

    /// Orders the events of a round: by class of actor, by the actor's stable name, by step. Row numbers have no say.
    fn sort(&self, events: &mut Vec<Event>) {
        if events.len() < 2 {
            return;
        }
        let key = |event: &Event| {
            let (name, id) = self.actor_name(event);
            (event.class, self.cx.names.get(name), id, event.step)
        };
        // A fleet often stands in order already; then no keys are kept.
        if !events.is_sorted_by_key(key) {
            events.sort_by_cached_key(key);
        }
        events.dedup();
    }

    fn actor_name(&self, event: &Event) -> (Sym, sim_core::Guid) {
        let actor = event.actor();
        if sim_graph::actor::is_cloud(actor.class) {
            self.tenant.actor_name(actor.class, actor.row)
        } else {
            self.field.actor_name(actor)
        }
    }

    fn dispatch(&mut self, event: Event) {
        let (name, id) = self.actor_name(&event);
        let [high, low] = id.halves();
        let name = self.cx.trace.hash_of(name, &self.cx.names);
        let key = mix(mix(u64::from(event.class.0), name), high ^ low);
        self.cx.turn_of(Key(key), self.round);
        let fired = if sim_graph::actor::is_cloud(event.class) {
            self.tenant.fire(event, &mut self.cx)
        } else {
            let mut around = Around { tenant: &mut self.tenant, forest: &mut self.forest, cx: &mut self.cx };
            self.field.fire(event, &mut around)
        };
        self.events += fired as u64;
        if self.cx.has_signals() {
            self.deliver_signals();
        }
    }

    /// Lets the field hear what there is to do. It only sets timers, so the order does not show.
    pub(crate) fn deliver_signals(&mut self) {
        while self.cx.has_signals() {
            for signal in self.cx.take_signals() {
                let mut around = Around { tenant: &mut self.tenant, forest: &mut self.forest, cx: &mut self.cx };
                self.field.hear(signal, &mut around);
            }
        }
    }

    /// The parts that machines act between, for commands.
    pub(crate) fn split(&mut self) -> (&mut Field, Around<'_>) {
        (&mut self.field, Around { tenant: &mut self.tenant, forest: &mut self.forest, cx: &mut self.cx })
    }
}

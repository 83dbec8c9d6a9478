//! Expectations: what they look at, when they are judged, and what became of them.
//!
//! They speak the languages that users know: a Graph request, an LDAP search, what a screen or a log says. A check is looked at
//! again only when what it reads has changed.

use crate::World;
use crate::directory::{Found, Search};
use crate::estate;
use crate::scenario::document::{OneOrMany, Spanned};
use crate::scenario::model::{self, Check, GraphCheck, LogCheck, ScreenCheck, When};
use crate::scenario::words::CheckMoment;
use serde_json::Value;
use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, Id, SimTime};
use sim_device::{Connector, Device, LogEvent};
use sim_graph::graph::{self, GraphError, Strictness};
use sim_graph::{Tenant, TenantKnobs};

/// What became of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was expected, in a line.
    pub text: String,
    /// The line of the file it stands in.
    pub line: u32,
    /// Whether it held.
    pub ok: bool,
    /// When that was decided.
    pub at: Option<SimTime>,
    /// What was seen then.
    pub saw: String,
}

/// When an expectation is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    At(SimTime),
    By(SimTime),
    Never,
    End,
}

/// How many are wanted.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted {
    count: Option<u32>,
    min: Option<u32>,
    max: Option<u32>,
}

impl Wanted {
    fn is_given(self) -> bool {
        self.count.is_some() || self.min.is_some() || self.max.is_some()
    }

    fn holds(self, n: u64) -> bool {
        let is = |want: Option<u32>, test: fn(u64, u64) -> bool| want.is_none_or(|want| test(n, u64::from(want)));
        is(self.count, |n, want| n == want) && is(self.min, |n, want| n >= want) && is(self.max, |n, want| n <= want)
    }

    fn say(self, what: &str) -> String {
        match (self.count, self.min, self.max) {
            (Some(n), _, _) => format!("{n} {what}"),
            (_, Some(a), Some(b)) => format!("{a} to {b} {what}"),
            (_, Some(a), None) => format!("at least {a} {what}"),
            (_, None, Some(b)) => format!("at most {b} {what}"),
            _ => format!("some {what}"),
        }
    }
}

/// What a check looks at, with names resolved.
#[derive(Debug, Clone)]
enum Look {
    Graph {
        target: String,
        wanted: Wanted,
        has: Option<Value>,
        status: Option<u32>,
    },
    Ldap {
        search: Search,
        wanted: Wanted,
    },
    Screen {
        devices: Vec<Id<Device>>,
        code: Option<u32>,
        page: Option<String>,
        contains: Option<String>,
        wanted: Wanted,
    },
    Log {
        devices: Vec<Id<Device>>,
        servers: Vec<Id<Connector>>,
        event: Option<u32>,
        contains: Option<String>,
        wanted: Wanted,
    },
}

/// An expectation with its state.
#[derive(Debug, Clone)]
pub struct Expectation {
    text: String,
    /// The line of the file it stands in.
    pub(crate) line: u32,
    timing: Timing,
    look: Look,
    seen_version: Option<u64>,
    verdict: Option<Verdict>,
}

/// Judges all expectations of a run.
#[derive(Debug, Clone)]
pub struct Judge {
    expectations: Vec<Expectation>,
    start: SimTime,
}

/// Finds the rows that names of a file mean.
type Selects<'a, T> = dyn Fn(&OneOrMany<Spanned<String>>) -> Vec<Id<T>> + 'a;

impl Expectation {
    /// Resolves an expectation of a file.
    pub(crate) fn new(
        expect: &Spanned<model::Expect>,
        line: u32,
        start: SimTime,
        step: SimTime,
        select: &Selects<'_, Device>,
        servers: &Selects<'_, Connector>,
    ) -> Self {
        let (timing, when) = match &expect.when {
            None | Some(When::At(CheckMoment::End)) => (Timing::End, "at the end".to_owned()),
            Some(When::At(CheckMoment::At(moment))) => {
                let at = moment.on(start);
                (Timing::At(at), format!("at {}", at.clock_since(start)))
            }
            Some(When::By(moment)) => {
                let at = moment.on(start);
                (Timing::By(at), format!("by {}", at.clock_since(start)))
            }
            Some(When::Within(span)) => (Timing::By(step + span.0), format!("within {}", span.0)),
            Some(When::Never(_)) => (Timing::Never, "never".to_owned()),
        };
        let (look, what) = Look::new(&expect.check, select, servers);
        Self { text: format!("{what} {when}"), line, timing, look, seen_version: None, verdict: None }
    }

    fn decide(&mut self, ok: bool, saw: String, at: SimTime) {
        self.verdict = Some(Verdict { text: self.text.clone(), line: self.line, ok, at: Some(at), saw });
    }
}

fn names_of(selector: &OneOrMany<Spanned<String>>) -> String {
    selector.0.iter().map(|s| s.value.as_str()).collect::<Vec<_>>().join(", ")
}

impl Look {
    fn new(check: &Check, select: &Selects<'_, Device>, servers: &Selects<'_, Connector>) -> (Self, String) {
        match check {
            Check::Graph(GraphCheck { get, count, min, max, has, status }) => {
                let wanted = Wanted { count: *count, min: *min, max: *max };
                let mut what = format!("GET {} to answer", get.value);
                match (wanted.is_given(), has, status) {
                    (false, None, Some(status)) => what += &format!(" with {status}"),
                    (false, None, None) => what += " something",
                    (given, has, _) => {
                        if given {
                            what += &format!(" {}", wanted.say("items"));
                        }
                        if let Some(has) = has {
                            what += &format!(" having {has}");
                        }
                    }
                }
                (Self::Graph { target: get.value.clone(), wanted, has: has.clone(), status: *status }, what)
            }
            Check::Ldap(check) => {
                let mut wanted = Wanted { count: check.count, min: check.min, max: check.max };
                if !wanted.is_given() {
                    wanted.min = Some(1);
                }
                let search = crate::scenario::search(check);
                let what = format!("{} for {}", wanted.say("entries"), search.said());
                (Self::Ldap { search, wanted }, what)
            }
            Check::Screen(ScreenCheck { of, code, page, contains, count, min, max }) => {
                let devices = select(of);
                let mut wanted = Wanted { count: *count, min: *min, max: *max };
                if !wanted.is_given() {
                    wanted.count = Some(devices.len() as u32);
                }
                let mut shows = Vec::new();
                shows.extend(code.map(|c| format!("0x{:08X}", c.0)));
                shows.extend(page.as_ref().map(|p| format!("the {} page", p.value)));
                shows.extend(contains.as_ref().map(|c| format!("\u{201c}{c}\u{201d}")));
                let what = format!("{} of {} to show {}", wanted.say("screens"), names_of(of), shows.join(" and "));
                let page = page.as_ref().map(|p| p.value.clone());
                (Self::Screen { devices, code: code.map(|c| c.0), page, contains: contains.clone(), wanted }, what)
            }
            Check::Log(LogCheck { of, event, contains, count, min, max }) => {
                let mut wanted = Wanted { count: *count, min: *min, max: *max };
                if !wanted.is_given() {
                    wanted.min = Some(1);
                }
                let mut said = event.map(|e| format!(" {e}")).unwrap_or_default();
                if let Some(text) = contains {
                    said += &format!(" with \u{201c}{text}\u{201d}");
                }
                let what = format!("{}{said} in the log of {}", wanted.say("events"), names_of(of));
                let look = Self::Log {
                    devices: select(of),
                    servers: servers(of),
                    event: *event,
                    contains: contains.clone(),
                    wanted,
                };
                (look, what)
            }
        }
    }

    /// The version of what it reads.
    fn version(&self, world: &World) -> u64 {
        match self {
            Self::Graph { .. } => world.tenant().version(),
            Self::Ldap { search, .. } => search.version(world),
            Self::Screen { .. } | Self::Log { .. } => world.field().version(),
        }
    }

    /// Whether it holds now, and what is seen.
    fn look(&self, world: &World) -> (bool, String) {
        match self {
            Self::Graph { target, wanted, has, status } => look_at_graph(world, target, *wanted, has.as_ref(), *status),
            Self::Ldap { search, wanted } => match search.look(world) {
                Ok(Found { entries, amiss: None }) => (wanted.holds(entries), format!("{entries} entries")),
                Ok(Found { entries, amiss: Some(why) }) => (false, format!("{entries} entries, {why}")),
                Err(why) => (wanted.holds(0) && wanted.count == Some(0), why),
            },
            Self::Screen { devices, code, page, contains, wanted } => {
                let shows = |id: &&Id<Device>| {
                    let screen = world.field().device(**id).screen();
                    code.is_none_or(|c| screen.code == Some(c))
                        && page.as_ref().is_none_or(|p| screen.page == p)
                        && contains.as_ref().is_none_or(|c| screen.text.contains(c.as_str()))
                };
                let n = devices.iter().filter(shows).count() as u64;
                let saw = match devices.as_slice() {
                    [one] => say_screen(world, *one),
                    _ => format!("{n} of {} screens", devices.len()),
                };
                (wanted.holds(n), saw)
            }
            Self::Log { devices, servers, event, contains, wanted } => {
                let names = &world.cx().names;
                let is = |e: &&LogEvent| {
                    event.is_none_or(|id| e.id == id)
                        && contains.as_ref().is_none_or(|c| e.message(names).contains(c.as_str()))
                };
                let of_devices = devices.iter().map(|id| world.field().device(*id).events().filter(is).count());
                let of_servers = servers.iter().map(|id| world.field().connector(*id).events().filter(is).count());
                let n = of_devices.chain(of_servers).sum::<usize>() as u64;
                (wanted.holds(n), format!("{n} events"))
            }
        }
    }
}

fn say_screen(world: &World, id: Id<Device>) -> String {
    let screen = world.field().device(id).screen();
    let code = screen.code.map(|c| format!(" with 0x{c:08X}")).unwrap_or_default();
    format!("the {} page{code}", screen.page)
}

fn look_at_graph(
    world: &World,
    target: &str,
    wanted: Wanted,
    has: Option<&Value>,
    status: Option<u32>,
) -> (bool, String) {
    let sid_of = |domain, rid| estate::sid_text(world.forest(), world.cx(), domain, rid);
    let source = graph::Source { tenant: world.tenant(), cx: world.cx(), sid_of: &sid_of };
    let answer = match graph::read(&source, &world.with_kept(target), Strictness::Check) {
        Ok(answer) => answer,
        Err(error) => {
            let (got, ..) = error.wire();
            return (status == Some(u32::from(got)), format!("status {got}: {error}"));
        }
    };
    if status.is_some_and(|s| s != 200) {
        return (false, "status 200".into());
    }
    let n = answer.amount();
    if wanted.is_given() && !wanted.holds(n) {
        return (false, format!("{n} items"));
    }
    let Some(has) = has else { return (wanted.is_given() || n > 0, format!("{n} items")) };
    let items = answer.entities().filter_map(|entity| serde_json::from_str::<Value>(&entity.json()).ok());
    let mut none = true;
    for item in items {
        none = false;
        if !includes(&item, has) {
            return (false, format!("{n} items, one of them having {}", shown_of(&item, has)));
        }
    }
    (!none, format!("{n} items having it"))
}

/// Whether a value has all that is wanted: objects member by member, lists as sets, texts, numbers and the like as they are.
pub(crate) fn includes(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => {
            wanted.iter().all(|(key, want)| value.get(key).is_some_and(|value| includes(value, want)))
        }
        (Value::Array(values), Value::Array(wanted)) => {
            wanted.iter().all(|want| values.iter().any(|v| includes(v, want)))
        }
        _ => value == wanted,
    }
}

/// The part of an item that was asked about.
fn shown_of(item: &Value, wanted: &Value) -> String {
    match (item, wanted) {
        (Value::Object(item), Value::Object(wanted)) => {
            let part: serde_json::Map<String, Value> =
                wanted.keys().map(|k| (k.clone(), item.get(k).cloned().unwrap_or(Value::Null))).collect();
            Value::Object(part).to_string()
        }
        _ => item.to_string(),
    }
}

/// What is wrong with a Graph request of a check, whatever the tenant holds.
pub(crate) fn graph_problem(target: &str) -> Result<(), String> {
    let mut cx = Cx::new(SimTime::FIRST, 0, Keep::Nothing, QueueKind::default());
    let tenant = Tenant::new("", TenantKnobs::default(), &mut cx);
    let source = graph::Source { tenant: &tenant, cx: &cx, sid_of: &|_, _| None };
    match graph::read(&source, target, Strictness::Check) {
        Ok(_) | Err(GraphError::NoObject { .. } | GraphError::NoEntity { .. }) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

impl Judge {
    pub(crate) fn new(expectations: Vec<Expectation>, start: SimTime) -> Self {
        Self { expectations, start }
    }

    /// The next instant at which an expectation has to be judged.
    pub fn next_at(&self) -> Option<SimTime> {
        let open = self.expectations.iter().filter(|e| e.verdict.is_none());
        let moments = open.filter_map(|e| match e.timing {
            Timing::At(at) | Timing::By(at) => Some(at),
            _ => None,
        });
        moments.min()
    }

    /// Looks, after all rounds of an instant, at what may hold by now or must never.
    pub fn after_instant(&mut self, world: &World) {
        let now = world.now();
        for expectation in self.expectations.iter_mut().filter(|e| e.verdict.is_none()) {
            if now < self.start || !matches!(expectation.timing, Timing::By(_) | Timing::Never) {
                continue;
            }
            let version = expectation.look.version(world);
            if expectation.seen_version == Some(version) {
                continue;
            }
            expectation.seen_version = Some(version);
            let (holds, saw) = expectation.look.look(world);
            match (holds, expectation.timing) {
                (true, Timing::By(_)) => expectation.decide(true, saw, now),
                (true, Timing::Never) => expectation.decide(false, saw, now),
                _ => {}
            }
        }
    }

    /// Judges what is due now, after the steps of this instant.
    pub fn at_instant(&mut self, world: &World) {
        self.after_instant(world);
        let now = world.now();
        for expectation in self.expectations.iter_mut().filter(|e| e.verdict.is_none()) {
            let due = match expectation.timing {
                Timing::At(at) | Timing::By(at) => at <= now,
                Timing::Never | Timing::End => false,
            };
            if due {
                let (holds, saw) = expectation.look.look(world);
                expectation.decide(holds, saw, now);
            }
        }
    }

    /// Judges what is left at the end.
    pub fn finish(self, world: &World) -> Vec<Verdict> {
        let now = world.now();
        let verdict = |mut expectation: Expectation| {
            if expectation.verdict.is_none() {
                let (holds, saw) = expectation.look.look(world);
                match expectation.timing {
                    Timing::Never => expectation.decide(!holds, saw, now),
                    Timing::End => expectation.decide(holds, saw, now),
                    // The run ended before it was due: that is not the same as having held.
                    Timing::At(_) | Timing::By(_) => {
                        expectation.decide(false, format!("the run ended before, with {saw}"), now)
                    }
                }
            }
            expectation.verdict
        };
        self.expectations.into_iter().filter_map(verdict).collect()
    }
}

//! Runs a scenario from its start to its end: applies its steps, lets time pass, and judges its expectations.

use crate::check::{Judge, Verdict};
use crate::command::{CommandError, Step};
use crate::world::{Unsettled, World};
use sim_core::{SimDuration, SimTime};

/// A run that is over.
#[derive(Debug)]
pub struct Outcome {
    /// The scenario's title.
    pub title: String,
    /// The seed of the run.
    pub seed: u64,
    /// When the scenario's time zero was.
    pub start: SimTime,
    /// The world at the end.
    pub world: World,
    /// What became of each expectation, in the order of the file.
    pub verdicts: Vec<Verdict>,
    /// Steps that the service or the directory refused, with their line in the file.
    pub refusals: Vec<(u32, String)>,
    /// Knobs that differ from their defaults: name and value.
    pub overrides: Vec<(String, String)>,
    /// How it ended.
    pub end: End,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Nothing was pending any more, and the last step and check were done.
    Settled,
    /// The scenario's `until`.
    Until,
    /// A bound was reached; the text says which, and what kept the world busy.
    Bound(String),
}

/// A scenario ready to run: its world at time zero, its steps and its expectations.
#[derive(Debug)]
pub struct Plan {
    /// The scenario's title.
    pub title: String,
    /// The seed.
    pub seed: u64,
    /// When time zero is.
    pub start: SimTime,
    /// The world, before `prepare` has run.
    pub world: World,
    /// The steps, in order of time.
    pub steps: Vec<Step>,
    /// The expectations.
    pub judge: Judge,
    /// When the run ends at the latest, if the scenario says so.
    pub until: Option<SimTime>,
    /// Knobs that differ from their defaults.
    pub overrides: Vec<(String, String)>,
    /// What the directory refused while the estate was set up, with the line of the file.
    pub refusals: Vec<(u32, String)>,
}

/// The bounds of a run, for worlds that do not settle.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The longest simulated time after the last step.
    pub simulated: SimDuration,
    /// The most events.
    pub events: u64,
    /// Time is advanced by at most this much at once. That changes nothing but how often the driver looks up.
    pub stride: Option<SimDuration>,
}

impl Default for Bounds {
    /// Ten years and ten thousand million events: a settled world ends long before.
    fn default() -> Self {
        Self { simulated: SimDuration::from_days(3653), events: 10_000_000_000, stride: None }
    }
}

/// How far a run is, for whoever shows progress.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Simulated time.
    pub now: SimTime,
    /// Events so far.
    pub events: u64,
    /// What is still waited for.
    pub pending: u64,
}

impl Plan {
    /// Runs to the end. `progress` is called now and then.
    pub fn run(self, bounds: Bounds, progress: &mut dyn FnMut(Progress)) -> Outcome {
        self.run_to(bounds, None, progress)
    }

    /// Runs to the end, or to `stop` if that comes first: for looking at a world on its way.
    pub fn run_to(mut self, bounds: Bounds, stop: Option<SimTime>, progress: &mut dyn FnMut(Progress)) -> Outcome {
        let mut refusals = std::mem::take(&mut self.refusals);
        let mut steps = std::mem::take(&mut self.steps).into_iter().peekable();
        let mut last_step = self.start;
        let mut next_report = 0;
        let end = loop {
            let world = &mut self.world;
            if world.events() >= next_report {
                next_report = world.events() + 50_000;
                progress(Progress { now: world.now(), events: world.events(), pending: world.pending() });
            }
            let step_at = steps.peek().map(|s| s.at);
            let check_at = self.judge.next_at();
            let outer = [step_at, check_at, self.until, stop].into_iter().flatten().min();
            let end = outer.unwrap_or(last_step + bounds.simulated);
            let limit = bounds.stride.map_or(end, |stride| end.min(world.now() + stride));
            match world.run_instant(limit) {
                Ok(true) => {
                    self.judge.after_instant(world);
                    if world.events() > bounds.events {
                        break End::Bound(format!(
                            "{} events and no end; {} things pending",
                            bounds.events,
                            world.pending()
                        ));
                    }
                    if outer.is_none() && world.is_settled() {
                        break End::Settled;
                    }
                    continue;
                }
                Ok(false) => {}
                Err(unsettled) => break End::Bound(unsettled.to_string()),
            }
            if limit < end && !(outer.is_none() && world.is_settled()) {
                if let Err(unsettled) = world.advance_to(limit) {
                    break End::Bound(unsettled.to_string());
                }
                continue;
            }
            let Some(outer) = outer else {
                if world.is_settled() {
                    break End::Settled;
                }
                break End::Bound(format!("still {} things pending after {}", world.pending(), bounds.simulated));
            };
            if let Err(unsettled) = world.advance_to(outer) {
                break End::Bound(unsettled.to_string());
            }
            let mut broken = None;
            while let Some(step) = steps.next_if(|s| s.at <= outer) {
                last_step = step.at;
                match world.apply(&step.command) {
                    Ok(_) => {}
                    Err(CommandError::Unsettled(why)) => broken = Some(why),
                    Err(CommandError::Refused(why)) => refusals.push((step.command.line(), why)),
                }
            }
            if let Some(Unsettled { .. }) = broken {
                break End::Bound(broken.map(|b| b.to_string()).unwrap_or_default());
            }
            self.judge.at_instant(world);
            if stop.is_some_and(|stop| outer >= stop) || self.until.is_some_and(|until| outer >= until) {
                break End::Until;
            }
        };
        let verdicts = self.judge.finish(&self.world);
        Outcome {
            title: self.title,
            seed: self.seed,
            start: self.start,
            world: self.world,
            verdicts,
            refusals,
            overrides: self.overrides,
            end,
        }
    }
}

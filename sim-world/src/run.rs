//! Runs a scenario from its start to its end: applies its steps, lets time pass, and judges its expectations.

use crate::check::{Judge, Verdict};
use crate::command::Step;
use crate::driver::{Driver, Turn};
use crate::world::World;
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
        let mut driver = self.driver();
        let end = self.drive(&mut driver, bounds, stop, progress);
        let (verdicts, refused) = driver.finish(&self.world);
        self.refusals.extend(refused);
        Outcome {
            title: self.title,
            seed: self.seed,
            start: self.start,
            world: self.world,
            verdicts,
            refusals: self.refusals,
            overrides: self.overrides,
            end,
        }
    }

    /// Takes steps and expectations out of the plan, to drive its world by hand.
    pub fn driver(&mut self) -> Driver {
        let judge = std::mem::replace(&mut self.judge, Judge::new(Vec::new(), self.start));
        Driver::new(std::mem::take(&mut self.steps), judge, self.start)
    }

    fn drive(
        &mut self,
        driver: &mut Driver,
        bounds: Bounds,
        stop: Option<SimTime>,
        progress: &mut dyn FnMut(Progress),
    ) -> End {
        let world = &mut self.world;
        let is_over = |at| stop.is_some_and(|stop| at >= stop) || self.until.is_some_and(|until| at >= until);
        let mut next_report = 0;
        loop {
            if world.events() >= next_report {
                next_report = world.events() + 50_000;
                progress(Progress { now: world.now(), events: world.events(), pending: world.pending() });
            }
            // What ends the stretch of time that is run now; none if the world may run until it settles.
            let outer = [driver.next_at(), self.until, stop].into_iter().flatten().min();
            let end = outer.unwrap_or(driver.last_step() + bounds.simulated);
            let limit = bounds.stride.map_or(end, |stride| end.min(world.now() + stride));
            match driver.turn(world, limit) {
                Ok(Turn::Instant) if world.events() > bounds.events => {
                    let (events, pending) = (bounds.events, world.pending());
                    return End::Bound(format!("{events} events and no end; {pending} things pending"));
                }
                Ok(Turn::Instant) if outer.is_none() && world.is_settled() => return End::Settled,
                Ok(Turn::Instant) => continue,
                Ok(Turn::Scenario) if is_over(world.now()) => return End::Until,
                Ok(Turn::Scenario) => continue,
                Ok(Turn::Idle) => {}
                Err(unsettled) => return End::Bound(unsettled.to_string()),
            }
            if outer.is_none() && world.is_settled() {
                return End::Settled;
            }
            if outer.is_none() && limit == end {
                return End::Bound(format!("still {} things pending after {}", world.pending(), bounds.simulated));
            }
            if let Err(unsettled) = world.advance_to(limit) {
                return End::Bound(unsettled.to_string());
            }
            if limit < end {
                continue;
            }
            driver.look(world);
            if is_over(world.now()) {
                return End::Until;
            }
        }
    }
}

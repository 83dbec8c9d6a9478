//! Drives a world through its scenario, whoever lets time pass: a batch run, or a server that somebody tells to.

use crate::check::{Judge, Verdict};
use crate::command::{CommandError, Reply, Step};
use crate::world::{Unsettled, World};
use sim_core::SimTime;
use std::collections::VecDeque;

/// What a scenario still has in store for its world: steps to apply when their time comes, and expectations to judge on the way.
#[derive(Debug, Clone)]
pub struct Driver {
    steps: VecDeque<Step>,
    judge: Judge,
    refusals: Vec<(u32, String)>,
    /// What became of actions that say what must come of them.
    judged: Vec<Verdict>,
    last_step: SimTime,
}

/// What a turn of the driver did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The world ran an instant.
    Instant,
    /// A step was applied, or an expectation judged, as its time has come.
    Scenario,
    /// Nothing: up to the limit nothing is due.
    Idle,
}

impl Driver {
    /// The driver of a world that begins. `steps` are in order of time.
    pub fn new(steps: Vec<Step>, judge: Judge, start: SimTime) -> Self {
        Self { steps: steps.into(), judge, refusals: Vec::new(), judged: Vec::new(), last_step: start }
    }

    /// The next instant at which the scenario has a step, or an expectation to judge.
    pub fn next_at(&self) -> Option<SimTime> {
        let step = self.steps.front().map(|s| s.at);
        [step, self.judge.next_at()].into_iter().flatten().min()
    }

    /// When the last step was applied that there was; the scenario's start before that.
    pub fn last_step(&self) -> SimTime {
        self.last_step
    }

    /// Steps that the service or the directory refused, with their line in the file.
    pub fn refusals(&self) -> &[(u32, String)] {
        &self.refusals
    }

    /// The next thing that is due up to `limit`: an instant of the world, or what the scenario has in store. The steps of an
    /// instant come after all that the world does in it by itself.
    ///
    /// However small the turns, the run is the same.
    pub fn turn(&mut self, world: &mut World, limit: SimTime) -> Result<Turn, Unsettled> {
        let due = self.next_at().filter(|at| *at <= limit);
        if world.run_instant(due.unwrap_or(limit))? {
            self.judge.after_instant(world);
            return Ok(Turn::Instant);
        }
        let Some(at) = due else { return Ok(Turn::Idle) };
        world.advance_to(at)?;
        let mut broken = None;
        while self.steps.front().is_some_and(|s| s.at <= at) {
            let Some(step) = self.steps.pop_front() else { break };
            self.last_step = step.at;
            let refusal = match world.apply(&step.command) {
                Ok(Reply::Judged { ok, saw, .. }) if step.refused.is_some() => (!ok).then_some(saw),
                Ok(Reply::Judged { ok, expected, saw }) => {
                    let line = step.command.line();
                    self.judged.push(Verdict { text: expected, line, ok, at: Some(at), saw });
                    None
                }
                Ok(_) => None,
                Err(CommandError::Unsettled(why)) => {
                    broken = Some(why);
                    continue;
                }
                Err(CommandError::Refused(why)) => Some(why),
            };
            self.refusals.extend(step.surprise(refusal).map(|why| (step.command.line(), why)));
        }
        if let Some(why) = broken {
            return Err(why);
        }
        self.judge.at_instant(world);
        Ok(Turn::Scenario)
    }

    /// Judges what can be judged now, where a run is to stop.
    pub fn look(&mut self, world: &World) {
        self.judge.at_instant(world);
    }

    /// Ends the run: what became of the expectations, and the steps that were refused.
    pub fn finish(self, world: &World) -> (Vec<Verdict>, Vec<(u32, String)>) {
        let mut verdicts = self.judge.finish(world);
        verdicts.extend(self.judged);
        verdicts.sort_by_key(|v| v.line);
        (verdicts, self.refusals)
    }
}

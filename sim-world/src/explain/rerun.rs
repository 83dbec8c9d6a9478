//! Running a world again for an explanation: with what decisions saw, and with as much of the trace as the explanation needs.

use super::chain::Chains;
use super::{Question, subject, why_not};
use crate::report::ShowError;
use crate::run::{Bounds, Outcome, Progress};
use crate::scenario::{PlanOptions, Scenario};
use sim_core::trace::Keep;
use sim_core::{RecordKey, SimTime};
use std::collections::BTreeSet;

/// Up to so many devices everything is kept at once.
const SMALL: usize = 2_000;

/// So often a fleet is run again at most: chains that are not closed by then say so.
const MOST_RUNS: usize = 16;

/// Runs a scenario to its end, or to `stop`, so that something in it can be explained. Of a fleet only what concerns the question
/// is kept; what is kept grows from run to run until the chains of causes close.
///
/// # Errors
///
/// Nothing, or too much, goes by a name.
pub fn rerun(
    scenario: &Scenario,
    options: &PlanOptions,
    stop: Option<SimTime>,
    question: &Question,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome, ShowError> {
    let (mut names, mut keys) = (BTreeSet::from([question.of.clone()]), BTreeSet::<RecordKey>::new());
    names.extend(question.why_not.clone());
    for n in 0.. {
        let mut plan = scenario.plan(&PlanOptions { notes: true, ..options.clone() });
        let fleet = plan.world.field().devices().len() > SMALL;
        if fleet {
            let of = names.iter().map(|name| plan.world.cx.name(name)).collect();
            plan.world.cx.trace.keep_from_now(Keep::Chain { of, keys: keys.clone() });
        }
        let outcome = plan.run_to(Bounds::default(), stop, progress);
        if !fleet || n + 1 == MOST_RUNS {
            return Ok(outcome);
        }
        let mut chains = Chains::new(&outcome.world);
        let answer = match &question.why_not {
            Some(text) => why_not::answer(&outcome.world, &question.of, text, &mut chains)?,
            None => subject::answer(&outcome.world, &question.of, outcome.start, &mut chains)?,
        };
        let (missing, blamed) = chains.wanted();
        let before = (names.len(), keys.len());
        names.insert(answer.name);
        names.extend(subject::names(&outcome.world, &question.of));
        names.extend(blamed);
        keys.extend(missing);
        if (names.len(), keys.len()) == before {
            return Ok(outcome);
        }
    }
    unreachable!("the loop ends after the last run")
}

//! `explain`: runs a scenario again and says why something in it is as it is, or why something did not come about.

use crate::cli::{ExplainArgs, ExplainFormat};
use crate::exit::Exit;
use crate::output::{Stopped, Terminal};
use crate::progress::ProgressLine;
use crate::show::{bad_input, scenario_of, stop_of};
use sim_world::explain::{self, Question};
use sim_world::report;
use sim_world::scenario::PlanOptions;

/// Explains one thing of one scenario.
pub(crate) fn explain(args: &ExplainArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let Some(scenario) = scenario_of(&args.path, terminal) else { return Ok(Exit::BadInput) };
    let options = PlanOptions { seed: args.seed, ..PlanOptions::default() };
    let plan = scenario.plan(&options);
    let stop = match stop_of(args.at.as_deref(), &plan) {
        Ok(stop) => stop,
        Err(why) => return Ok(bad_input(terminal, &why)),
    };
    drop(plan);
    let question = Question { of: args.of.clone(), why_not: args.why_not.clone() };
    let progress = ProgressLine::new(1, terminal.watched);
    let outcome = explain::rerun(&scenario, &options, stop, &question, &mut |p| progress.at(scenario.title(), p));
    progress.clear();
    let answer = outcome.and_then(|outcome| {
        let answer = explain::explain(&outcome.world, &question, outcome.start)?;
        Ok((outcome, answer))
    });
    let (outcome, answer) = match answer {
        Ok(answer) => answer,
        Err(error) => return Ok(bad_input(terminal, &error.to_string())),
    };
    let source = |line: u32| scenario.source_line(line).map(str::to_owned);
    let path = args.path.display().to_string();
    match args.format {
        ExplainFormat::Text => terminal.result(&explain::text(&answer, &path, &source))?,
        ExplainFormat::Json => terminal.result(&format!("{:#}\n", explain::json(&answer, &path, &source)))?,
    }
    Ok(match report::broken_off(&outcome) {
        Some(why) => {
            terminal.note(&format!("error: did not settle: {why}"));
            Exit::Internal
        }
        None => Exit::Fine,
    })
}

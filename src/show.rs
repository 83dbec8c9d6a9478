//! `show`: runs a scenario up to a moment and shows something in it.

use crate::cli::ShowArgs;
use crate::diagnostics;
use crate::exit::Exit;
use crate::load::load;
use crate::output::{Stopped, Terminal};
use crate::progress::ProgressLine;
use sim_core::{SimDuration, SimTime};
use sim_world::World;
use sim_world::report;
use sim_world::run::{Bounds, Plan};
use sim_world::scenario::{PlanOptions, Scenario};
use std::path::Path;

/// Shows one object of one scenario.
pub(crate) fn show(args: &ShowArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let Some(scenario) = scenario_of(&args.path, terminal) else { return Ok(Exit::BadInput) };
    let plan = scenario.plan(&PlanOptions { seed: args.seed, ..PlanOptions::default() });
    let start = plan.start;
    let stop = match stop_of(args.at.as_deref(), &plan) {
        Ok(stop) => stop,
        Err(why) => return Ok(bad_input(terminal, &why)),
    };
    let progress = ProgressLine::new(1, terminal.watched);
    let outcome = plan.run_to(Bounds::default(), stop, &mut |p| progress.at(scenario.title(), p));
    progress.clear();
    if let Some(file) = &args.blob
        && let Err(why) = write_blob(&outcome.world, &args.of, file)
    {
        return Ok(bad_input(terminal, &why));
    }
    let page = match args.ldif {
        true => report::ldif(&outcome.world, &args.of),
        false => report::show(&outcome.world, &args.of, start),
    };
    match page {
        Ok(page) => terminal.result(&page)?,
        Err(error) => return Ok(bad_input(terminal, &error.to_string())),
    }
    Ok(match report::broken_off(&outcome) {
        Some(why) => {
            terminal.note(&format!("error: did not settle: {why}"));
            Exit::Internal
        }
        None => Exit::Fine,
    })
}

/// Writes the offline domain join blob of something to a file.
fn write_blob(world: &World, of: &str, file: &Path) -> Result<(), String> {
    let package = report::odj_package(world, of).map_err(|why| why.to_string())?;
    let package =
        package.ok_or_else(|| format!("no connector has made an offline domain join blob for `{of}` by then"))?;
    std::fs::write(file, package.djoin_file()).map_err(|why| format!("cannot write {}: {why}", file.display()))
}

/// The scenario of a file. What is wrong with it is told; if that is an error, there is none.
pub(crate) fn scenario_of(path: &Path, terminal: &mut Terminal<'_>) -> Option<Scenario> {
    match load(path) {
        Ok(loaded) => {
            let mistakes = diagnostics::render(&loaded, false, terminal.colour_on_stderr);
            if !mistakes.is_empty() {
                terminal.note(&mistakes);
            }
            loaded.scenario
        }
        Err(why) => {
            bad_input(terminal, &why);
            None
        }
    }
}

pub(crate) fn bad_input(terminal: &mut Terminal<'_>, why: &str) -> Exit {
    terminal.note(&format!("error: {why}"));
    Exit::BadInput
}

/// Where a run is to stop, from the text that somebody gave, if somebody did.
pub(crate) fn stop_of(at: Option<&str>, plan: &Plan) -> Result<Option<SimTime>, String> {
    let begin = plan.world.now();
    match at.map(|at| moment(at, plan.start)).transpose()? {
        Some(stop) if stop < begin => Err(format!("{stop} is before the world begins, at {begin}")),
        stop => Ok(stop),
    }
}

/// A span since the start, or an instant.
fn moment(text: &str, start: SimTime) -> Result<SimTime, String> {
    if let Ok(span) = text.parse::<SimDuration>() {
        return Ok(start + span);
    }
    text.parse().map_err(|_| {
        format!("`{text}` is neither a span such as `1h20m` nor an instant such as `2022-11-17T09:20:00Z`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spans_or_instants() {
        let start: SimTime = "2022-11-17T08:00:00Z".parse().expect("a time");
        let at = |text| moment(text, start).map(|at| at.to_string());
        assert_eq!(at("1h20m").as_deref(), Ok("2022-11-17T09:20:00Z"));
        assert_eq!(at("-2d").as_deref(), Ok("2022-11-15T08:00:00Z"));
        assert_eq!(at("2022-11-17T09:20:00Z").as_deref(), Ok("2022-11-17T09:20:00Z"));
        assert!(at("soon").is_err());
    }
}

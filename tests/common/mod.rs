//! Loading and running scenario files in tests.

#![allow(dead_code)] // each test binary uses a part

use sim_core::SimDuration;
use sim_core::schedule::QueueKind;
use sim_world::run::{Bounds, Outcome};
use sim_world::scenario::{self, PlanOptions, Scenario};
use std::path::{Path, PathBuf};

/// How to run a scenario in a test.
#[derive(Default, Clone)]
pub struct Options {
    pub seed: Option<u64>,
    pub queue: QueueKind,
    pub stride: Option<SimDuration>,
}

/// All scenario files, in order.
pub fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(Path::new("scenarios"), &mut found);
    found.sort();
    assert!(found.len() >= 10, "the scenario library is there");
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            found.push(path);
        }
    }
}

/// Loads a scenario text as if it stood in `folder`; panics with its mistakes.
pub fn load(text: &str, folder: &Path) -> Scenario {
    let read = |path: &str| std::fs::read(folder.join(path)).map_err(|e| e.to_string());
    let loaded = scenario::load(text, &read);
    let mistakes: Vec<String> = loaded.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    loaded.scenario.unwrap_or_else(|| panic!("{mistakes:#?}"))
}

/// Runs a scenario text.
pub fn run_text(text: &str, folder: &Path, options: &Options) -> Outcome {
    let scenario = load(text, folder);
    let plan = scenario.plan(&PlanOptions { seed: options.seed, queue: options.queue, ..PlanOptions::default() });
    plan.run(Bounds { stride: options.stride, ..Bounds::default() }, &mut |_| {})
}

/// Runs a scenario file.
pub fn run(path: &Path, options: &Options) -> Outcome {
    let text = std::fs::read_to_string(path).expect("a readable file");
    run_text(&text, path.parent().unwrap_or(Path::new(".")), options)
}

/// What `tenantsim run` prints for it.
pub fn text(outcome: &Outcome, path: &Path) -> String {
    sim_world::report::text(outcome, &path.to_string_lossy(), &sim_world::report::TextOptions::default())
}

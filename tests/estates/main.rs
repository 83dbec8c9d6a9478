//! Random estates: any mix of mistakes, outages and refusals, and what must hold of every one of them.
//!
//! Nothing panics, time never goes back, every device ends in a named stage, the directory and the tenant stay in one piece after
//! each instant; a device that nothing stands against reaches its desktop, and of every other one the explanation names a cause
//! that was injected.

#![allow(clippy::disallowed_methods)] // tests read files

#[path = "../common/mod.rs"]
mod common;

mod causes;
mod invariants;

use causes::{Estate, estate};
use proptest::prelude::*;
use sim_core::SimTime;
use sim_device::Stage;
use sim_world::driver::Turn;
use sim_world::explain::{Explanation, Question, explain};
use sim_world::scenario::PlanOptions;
use sim_world::{World, report};
use std::path::Path;

/// A week: whatever has not come by then does not come.
const LONG: sim_core::SimDuration = sim_core::SimDuration::from_days(7);

/// Runs an estate to its end, and looks at it after each instant.
fn run(text: &str, seed: u64) -> (World, SimTime) {
    let scenario = common::load(text, Path::new("."));
    let mut plan = scenario.plan(&PlanOptions { seed: Some(seed), notes: true, ..PlanOptions::default() });
    let mut driver = plan.driver();
    let mut world = plan.world;
    let end = plan.start + LONG;
    let mut now = world.now();
    loop {
        let turn = driver.turn(&mut world, end).unwrap_or_else(|why| panic!("{why}\n{text}"));
        assert!(world.now() >= now, "time went back from {now} to {}\n{text}", world.now());
        now = world.now();
        if turn == Turn::Idle {
            break;
        }
        invariants::check(&world).unwrap_or_else(|why| panic!("at {now}: {why}\n{text}"));
    }
    (world, plan.start)
}

fn explained(world: &World, of: &str, start: SimTime) -> Explanation {
    let question = Question { of: format!("device:{of}"), why_not: None };
    explain(world, &question, start).unwrap_or_else(|why| panic!("{of}: {why}"))
}

fn holds(estate: &Estate, seed: u64) {
    let text = &estate.text;
    let (world, start) = run(text, seed);
    for (name, injected) in &estate.devices {
        let device = world.field().devices().map(|(_, d)| d).find(|d| world.cx().names.get(d.name) == name);
        let device = device.unwrap_or_else(|| panic!("there is no {name}\n{text}"));
        assert!(!device.stage.name().is_empty());
        let arrived = device.stage == Stage::Desktop;
        assert!(arrived || !injected.is_empty(), "{name} stops at {:?} for nothing\n{text}", device.stage);
        let answer = explained(&world, name, start);
        assert!(!answer.chain.is_empty() && answer.missing == 0, "{name}: {answer:#?}\n{text}");
        if !arrived {
            let found = answer.roots.iter().any(|root| injected.contains(&root.what));
            let shown = sim_world::explain::text(&answer, "estate.yaml", &|_| None);
            assert!(found, "{name}: none of {injected:?} in\n{shown}\n{text}");
        }
        // Every other question about it is answered or refused, and nothing panics.
        for words in
            ["registered", "profile", "enrolled", "request", "blob", "hybrid", "converted", "SRV-A", "G-0", "J-0"]
        {
            let question = Question { of: format!("device:{name}"), why_not: Some(words.into()) };
            let _ = explain(&world, &question, start);
            let _ = report::show(&world, &question.of, start);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_every_failure_the_cause_is_found(estate in estate(), seed in 1u64..1_000_000) {
        holds(&estate, seed);
    }
}

/// Each cause alone, so that none is left to luck.
#[test]
fn each_cause_alone_is_found() {
    for estate in causes::each_alone() {
        holds(&estate, 1);
    }
}

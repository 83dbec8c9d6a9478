//! Same scenario, same seed, same bytes: however time is advanced, whichever queue is used.

#![allow(clippy::disallowed_methods)] // tests read files

mod common;

use common::{Options, files, run, run_text, text};
use sim_core::SimDuration;
use sim_core::schedule::QueueKind;
use std::path::Path;

#[test]
fn a_run_is_the_same_however_it_is_driven() {
    for path in files() {
        let once = run(&path, &Options::default());
        let want = (once.world.hash(), text(&once, &path));
        let ways = [
            ("again", Options::default()),
            ("with the other queue", Options { queue: QueueKind::Heap, ..Options::default() }),
            (
                "in steps of 7 minutes",
                Options { stride: Some(SimDuration::from_millis(7 * 60_000 + 1)), ..Options::default() },
            ),
            (
                "with the other queue, in steps of 11 hours",
                Options { queue: QueueKind::Heap, stride: Some(SimDuration::from_hours(11)), ..Options::default() },
            ),
        ];
        for (how, options) in ways {
            let outcome = run(&path, &options);
            assert_eq!((outcome.world.hash(), text(&outcome, &path)), want, "{} {how}", path.display());
        }
    }
}

#[test]
fn another_seed_is_another_run() {
    let path = Path::new("scenarios/quickstart.yaml");
    let hash = |seed| run(path, &Options { seed: Some(seed), ..Options::default() }).world.hash();
    assert_ne!(hash(1), hash(2));
    assert_eq!(hash(2), hash(2));
}

/// What the timeline says of everything but the machine that was added.
fn timeline_without(outcome: &sim_world::run::Outcome, left_out: &str) -> Vec<String> {
    let names = &outcome.world.cx().names;
    let records = outcome.world.cx().trace.kept().iter();
    let lines = records.filter(|r| {
        r.kind.level >= sim_core::Level::Told && names.get(r.who) != left_out && names.get(r.who) != "administrator"
    });
    lines.map(|r| format!("{} {} {}", r.at, names.get(r.who), r.text(names))).collect()
}

#[test]
fn a_thirteenth_device_that_is_never_switched_on_changes_nothing_for_the_twelve() {
    let folder = Path::new("scenarios");
    let text = std::fs::read_to_string("scenarios/quickstart.yaml").expect("the quickstart");
    let twelve = text.replace("power_on: { devices: all,", r#"power_on: { devices: ["5*", "A*", "D*", "P*", "T*"],"#);
    assert_ne!(text, twelve);
    let thirteen = twelve.replace("\nsteps:", "  - { name: Zthirteenth, serial: ZZ13 }\n\nsteps:");
    assert_ne!(thirteen, twelve);
    let (twelve, thirteen) =
        (run_text(&twelve, folder, &Options::default()), run_text(&thirteen, folder, &Options::default()));
    let want = timeline_without(&twelve, "Zthirteenth");
    assert!(want.len() > 100, "there is a timeline to compare");
    assert_eq!(timeline_without(&thirteen, "Zthirteenth"), want);
    assert_ne!(twelve.world.hash(), thirteen.world.hash());
}

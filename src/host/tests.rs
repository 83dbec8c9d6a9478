//! Time in a served world.

use super::{AdvanceError, Goal, Mode, Scene, WorldHandle};
use sim_core::trace::Keep;
use sim_core::{SimDuration, SimTime};
use sim_world::World;
use sim_world::scenario::{self, PlanOptions};
use std::time::Duration;

fn scene(text: &str) -> Scene {
    let loaded = scenario::load(text, &|path| Err(path.into()));
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    Scene { scenario, options: PlanOptions { keep: Keep::Last(1000), ..PlanOptions::default() } }
}

/// The world that `new` writes the scenario of.
pub(crate) fn world(mode: Mode) -> WorldHandle {
    WorldHandle::new(scene(scenario::template()), mode).expect("it begins")
}

#[tokio::test]
async fn it_ends_as_a_batch_run_does_however_it_is_advanced() {
    let batch = scene(scenario::template()).scenario.plan(&PlanOptions::default());
    let batch = batch.run(sim_world::run::Bounds::default(), &mut |_| {}).world;
    let at_once = world(Mode::Paused);
    let done = at_once.advance(Goal::Settled).await.expect("it settles");
    assert!(done.settled && done.next.is_none() && done.events > 0);
    let in_steps = world(Mode::Paused);
    while !in_steps.status().settled {
        in_steps.advance(Goal::Next).await.expect("there is a next instant");
    }
    let by_the_hour = world(Mode::Paused);
    while !by_the_hour.status().settled {
        by_the_hour.advance(Goal::By(SimDuration::from_mins(61))).await.expect("time passes");
    }
    for world in [at_once, in_steps, by_the_hour] {
        assert_eq!(world.read(World::hash), batch.hash());
    }
}

#[tokio::test]
async fn time_goes_forward_only_and_ends() {
    let world = world(Mode::Paused);
    let start = world.status().now;
    assert_eq!(world.advance(Goal::To(start)).await.map(|done| done.now), Ok(start));
    let to = start - SimDuration::from_millis(1);
    assert_eq!(world.advance(Goal::To(to)).await, Err(AdvanceError::Backward { now: start, to }));
    let far = SimDuration::from_millis(i64::MAX);
    assert!(matches!(world.advance(Goal::By(far)).await, Err(AdvanceError::TooFar { .. })));
    assert_eq!(
        world.advance(Goal::To(SimTime::LAST)).await.map(|done| (done.now, done.settled)),
        Ok((SimTime::LAST, true))
    );
}

#[tokio::test]
async fn a_reset_brings_back_the_beginning() {
    let world = world(Mode::Paused);
    let begin = (world.status(), world.read(World::hash));
    world.advance(Goal::By(SimDuration::from_hours(48))).await.expect("time passes");
    assert_ne!(world.read(World::hash), begin.1);
    assert_eq!(world.reset().await, Ok(begin.0));
    assert_eq!(world.read(World::hash), begin.1);
}

#[tokio::test]
async fn requests_take_time_where_they_are_told_to() {
    let step = SimDuration::from_secs(30);
    let world = world(Mode::PerRequest { step });
    let start = world.status().now;
    world.request_passes().await;
    world.request_passes().await;
    assert_eq!(world.status().now, start + step * 2);
    world.set_mode(Mode::Paused).await;
    world.request_passes().await;
    assert_eq!(world.status().now, start + step * 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scaled_clock_moves_and_stops() {
    let world = world(Mode::Paused);
    let time = tokio::spawn(super::keep_time(world.clone()));
    let start = world.status().now;
    world.set_mode(Mode::Scaled { factor: 3_600.0 }).await;
    let began = std::time::Instant::now();
    while world.status().now < start + SimDuration::from_mins(5) {
        assert!(began.elapsed() < Duration::from_secs(20), "it stands");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.set_mode(Mode::Paused).await;
    let stopped = world.status().now;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.status().now, stopped);
    time.abort();
}

#[test]
fn modes_are_read_as_they_are_written() {
    for text in ["paused", "scaled=60", "scaled=0.5", "per_request=30s"] {
        assert_eq!(text.parse::<Mode>().map(|mode| mode.to_string()).as_deref(), Ok(text));
    }
    for text in ["", "scaled", "scaled=0", "scaled=x", "scaled=inf", "per_request=-1s", "per_request=soon", "fast=1"] {
        assert!(text.parse::<Mode>().is_err(), "{text}");
    }
}

//! How time passes in a served world when nobody advances it.

use super::live::WorldHandle;
use super::moving::Goal;
use sim_core::SimDuration;
use sim_world::World;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    /// Not at all, unless it is advanced: requests take no time.
    Paused,
    /// With the clock on the wall, so many times as fast.
    Scaled {
        /// How many times.
        factor: f64,
    },
    /// That much with every request to Graph. Those to the control API and to sign-in do not count.
    PerRequest {
        /// How much.
        step: SimDuration,
    },
}

/// The fastest a world can be told to go: some thirty years in a second.
const MAX_FACTOR: f64 = 1e9;

impl Mode {
    /// With the clock on the wall.
    pub(crate) fn scaled(factor: f64) -> Result<Self, String> {
        if factor.is_finite() && factor > 0.0 && factor <= MAX_FACTOR {
            Ok(Self::Scaled { factor })
        } else {
            Err(format!("the factor is a number above 0 and up to {MAX_FACTOR}, not {factor}"))
        }
    }

    /// With every request.
    pub(crate) fn per_request(step: &str) -> Result<Self, String> {
        match step.parse::<SimDuration>() {
            Ok(step) if step.is_negative() => Err(format!("time only goes forward, and `{step}` is negative")),
            Ok(step) => Ok(Self::PerRequest { step }),
            Err(_) => Err(format!("`{step}` is no span such as `30s` or `PT30S`")),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused => f.write_str("paused"),
            Self::Scaled { factor } => write!(f, "scaled={factor}"),
            Self::PerRequest { step } => write!(f, "per_request={step}"),
        }
    }
}

impl FromStr for Mode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "paused" => Ok(Self::Paused),
            Some(("scaled", factor)) => {
                let number = factor.parse().map_err(|_| format!("`{factor}` is no number such as `60`"))?;
                Self::scaled(number)
            }
            Some(("per_request", step)) => Self::per_request(step),
            _ => Err("a clock is `paused`, `scaled=60` or `per_request=30s`".into()),
        }
    }
}

/// How often a scaled clock moves on.
const TICK: Duration = Duration::from_millis(20);

/// Moves a world on while its clock is scaled. Never returns.
pub(crate) async fn keep_time(world: WorldHandle) {
    let mut changes = world.mode_changes();
    loop {
        changes.mark_unchanged();
        let mode = world.mode();
        if let Mode::Scaled { factor } = mode {
            tokio::select! {
                () = follow(&world, mode, factor) => {}
                _ = changes.changed() => continue,
            }
        }
        // The handle that is held here keeps the sender.
        let _ = changes.changed().await;
    }
}

/// Follows the clock on the wall from here on, until the world cannot go on.
async fn follow(world: &WorldHandle, mode: Mode, factor: f64) {
    let mut base = (Instant::now(), world.read(World::now));
    let mut last = base.1;
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = world.read(World::now);
        if now != last {
            // Somebody advanced or reset it: time goes on from there.
            base = (Instant::now(), now);
        }
        let passed = base.0.elapsed().as_secs_f64() * 1000.0 * factor;
        let target = base.1 + SimDuration::from_millis(passed as i64);
        // Errors are those of a world that somebody else moves at the same time, or that cannot go on.
        let _ = world.advance_in(Some(mode), Goal::To(target)).await;
        if world.broken().is_some() {
            return;
        }
        last = world.read(World::now);
    }
}

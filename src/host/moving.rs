//! Letting time pass in a served world.

use super::live::Hosted;
use parking_lot::RwLockWriteGuard;
use sim_core::{SimDuration, SimTime};
use sim_world::Unsettled;
use sim_world::driver::{Driver, Turn};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long readers wait at most while time passes, if the instants are short.
const SLICE: Duration = Duration::from_micros(100);

/// A world that is not settled after this much simulated time does not settle.
const PATIENCE: SimDuration = SimDuration::from_days(3653);

/// How far time is to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// That much.
    By(SimDuration),
    /// Up to that instant and what is due in it.
    To(SimTime),
    /// Until nothing is pending, or the scenario ends.
    Settled,
    /// Up to the next instant at which something happens.
    Next,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advanced {
    /// The present.
    pub now: SimTime,
    /// How many events were processed on the way.
    pub events: u64,
    /// Whether nothing is pending any more.
    pub settled: bool,
    /// The next instant at which something may happen.
    pub next: Option<SimTime>,
    /// Steps of the scenario on the way that were refused, with their line.
    pub refusals: Vec<(u32, String)>,
}

/// Why time did not pass, or not as far as it was to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AdvanceError {
    /// Time does not go back.
    #[error("{to} has passed: it is {now}, and time only goes forward")]
    Backward {
        /// The present.
        now: SimTime,
        /// What was asked for.
        to: SimTime,
    },
    /// Nothing is beyond the last instant.
    #[error("{to} is too far: the last instant is {}", SimTime::LAST)]
    TooFar {
        /// What was asked for.
        to: SimTime,
    },
    /// The world loops.
    #[error("the world cannot go on: {0}")]
    Broken(#[from] Unsettled),
    /// Somebody reset the world, changed its clock, or stops the server.
    #[error("interrupted at {now}")]
    Interrupted {
        /// When.
        now: SimTime,
    },
    /// It went on and on.
    #[error("not settled at {now}, with {pending} things pending")]
    NotSettled {
        /// When that was given up.
        now: SimTime,
        /// What is waited for.
        pending: u64,
    },
    /// A mistake of the program, which has been said on standard error.
    #[error("this is a mistake in tenantsim")]
    Failed,
}

impl Hosted {
    /// Lets time pass. Readers are let in about every [`SLICE`], and interruptions heard.
    pub(super) fn advance(
        &self,
        driver: &mut Driver,
        goal: Goal,
        interruptions: u64,
    ) -> Result<Advanced, AdvanceError> {
        let mut live = self.live.write();
        if let Some(why) = &live.broken {
            return Err(why.clone().into());
        }
        let (began, before, refused) = (live.world.now(), live.world.events(), driver.refusals().len());
        let limit = match goal {
            Goal::By(span) => began + span,
            Goal::To(at) => at,
            Goal::Settled => live.until.filter(|until| *until > began).unwrap_or(began + PATIENCE).min(SimTime::LAST),
            Goal::Next => SimTime::LAST,
        };
        if limit < began {
            return Err(AdvanceError::Backward { now: began, to: limit });
        }
        if limit > SimTime::LAST {
            return Err(AdvanceError::TooFar { to: limit });
        }
        let mut slice = Instant::now();
        while goal != Goal::Settled || !live.is_settled() {
            if self.interruptions.load(Ordering::Relaxed) != interruptions {
                return Err(AdvanceError::Interrupted { now: live.world.now() });
            }
            let turn = match driver.turn(&mut live.world, limit) {
                Ok(turn) => turn,
                Err(why) => {
                    live.broken = Some(why.clone());
                    return Err(why.into());
                }
            };
            live.due = driver.next_at();
            match turn {
                Turn::Idle if goal == Goal::Next => break,
                Turn::Idle => {
                    live.world.advance_to(limit)?;
                    if goal == Goal::Settled && !live.is_settled() && live.until != Some(limit) {
                        return Err(AdvanceError::NotSettled { now: limit, pending: live.world.pending() });
                    }
                    break;
                }
                Turn::Scenario if goal == Goal::Next => break,
                Turn::Instant if goal == Goal::Next && live.world.events() > before => break,
                Turn::Scenario | Turn::Instant => {}
            }
            if slice.elapsed() >= SLICE {
                RwLockWriteGuard::bump(&mut live);
                slice = Instant::now();
            }
        }
        let refusals = driver.refusals()[refused..].to_vec();
        let (now, events) = (live.world.now(), live.world.events() - before);
        Ok(Advanced { now, events, settled: live.is_settled(), next: live.next(), refusals })
    }
}

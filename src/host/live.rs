//! The handle that listeners and the control API share.

use super::clock::Mode;
use super::moving::{AdvanceError, Advanced, Goal};
use parking_lot::{Mutex, RwLock};
use sim_core::SimTime;
use sim_world::command::{Command, CommandError, Reply};
use sim_world::driver::{Driver, Turn};
use sim_world::scenario::{PlanOptions, Scenario};
use sim_world::{Unsettled, World};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// What a served world begins with, as often as it is asked to.
#[derive(Debug)]
pub(crate) struct Scene {
    /// The scenario.
    pub scenario: Scenario,
    /// How its world is made.
    pub options: PlanOptions,
}

/// A served world. Clones are the same world.
///
/// Its lock is never held across an await: [`WorldHandle::read`] and [`WorldHandle::apply_in`] take functions and values, and a long
/// advance runs on a blocking thread and lets readers in now and then.
#[derive(Debug, Clone)]
pub(crate) struct WorldHandle(pub(super) Arc<Hosted>);

/// What all clones share.
#[derive(Debug)]
pub(super) struct Hosted {
    scene: Scene,
    pub live: RwLock<Live>,
    /// What the scenario has in store. Whoever holds it lets time pass, so there is one at a time, in the order of asking.
    pub driver: Arc<tokio::sync::Mutex<Driver>>,
    /// Rises when those who let time pass are to stop.
    pub interruptions: AtomicU64,
    mode: Mutex<Mode>,
    mode_changed: watch::Sender<()>,
}

/// The world as it is now.
#[derive(Debug)]
pub(super) struct Live {
    pub world: World,
    /// The scenario's time zero.
    pub start: SimTime,
    /// When the scenario says that the run ends.
    pub until: Option<SimTime>,
    /// When the scenario has something in store next.
    pub due: Option<SimTime>,
    /// Set when the world cannot go on.
    pub broken: Option<Unsettled>,
    /// What was refused while the estate was set up and its first steps were applied, with the line of the file.
    pub refusals: Vec<(u32, String)>,
    /// Rises with every reset.
    life: u64,
}

/// The present of a served world.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Status {
    /// How time passes.
    pub mode: Mode,
    /// The present.
    pub now: SimTime,
    /// The scenario's time zero.
    pub start: SimTime,
    /// Whether nothing is pending, neither in the world nor in the scenario.
    pub settled: bool,
    /// The next instant at which something may happen.
    pub next: Option<SimTime>,
    /// How many things are waited for.
    pub pending: u64,
}

impl Live {
    /// The world of a scene at its time zero: what comes before it has run, and the steps of that instant are applied.
    fn begin(scene: &Scene) -> Result<(Self, Driver), Unsettled> {
        let mut plan = scene.scenario.plan(&scene.options);
        let mut driver = plan.driver();
        let mut world = plan.world;
        while driver.turn(&mut world, plan.start)? != Turn::Idle {}
        world.advance_to(plan.start)?;
        let mut refusals = plan.refusals;
        refusals.extend_from_slice(driver.refusals());
        let due = driver.next_at();
        Ok((Self { world, start: plan.start, until: plan.until, due, broken: None, refusals, life: 0 }, driver))
    }

    fn apply(&mut self, command: &Command) -> Result<Reply, CommandError> {
        if let Some(why) = &self.broken {
            return Err(CommandError::Unsettled(why.clone()));
        }
        let done = self.world.apply(command);
        if let Err(CommandError::Unsettled(why)) = &done {
            self.broken = Some(why.clone());
        }
        done
    }

    /// Whether nothing is pending.
    pub fn is_settled(&self) -> bool {
        self.due.is_none() && self.world.is_settled()
    }

    /// The next instant at which something may happen.
    pub fn next(&mut self) -> Option<SimTime> {
        let instant = if self.world.is_settled() { None } else { self.world.next_instant() };
        [instant, self.due].into_iter().flatten().min()
    }
}

impl WorldHandle {
    /// Brings a scene to life.
    pub(crate) fn new(scene: Scene, mode: Mode) -> Result<Self, Unsettled> {
        let (live, driver) = Live::begin(&scene)?;
        Ok(Self(Arc::new(Hosted {
            scene,
            live: RwLock::new(live),
            driver: Arc::new(tokio::sync::Mutex::new(driver)),
            interruptions: AtomicU64::new(0),
            mode: Mutex::new(mode),
            mode_changed: watch::Sender::new(()),
        })))
    }

    /// Looks at the world. What is seen is one instant, between two of its rounds at the earliest.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.0.live.read().world)
    }

    /// Which life of the world this is: a reset begins the next.
    pub(crate) fn life(&self) -> u64 {
        self.0.live.read().life
    }

    /// Looks at the world, unless it was reset: what somebody has kept of one life means nothing in the next.
    pub(crate) fn read_in<R>(&self, life: u64, look: impl FnOnce(&World) -> R) -> Option<R> {
        let live = self.0.live.read();
        (live.life == life).then(|| look(&live.world))
    }

    /// Carries out a command now, unless the world was reset since the command was made.
    pub(crate) fn apply_in(&self, life: u64, command: &Command) -> Option<Result<Reply, CommandError>> {
        let mut live = self.0.live.write();
        (live.life == life).then(|| live.apply(command))
    }

    /// The password of a domain's built-in administrator.
    pub(crate) fn administrator_password(&self, dns: &str) -> &str {
        self.0.scene.scenario.administrator_password(dns)
    }

    /// The scenario.
    pub(crate) fn scenario(&self) -> &Scenario {
        &self.0.scene.scenario
    }

    /// The scenario's time zero.
    pub(crate) fn start(&self) -> SimTime {
        self.0.live.read().start
    }

    /// The title of the scenario.
    pub(crate) fn title(&self) -> &str {
        self.0.scene.scenario.title()
    }

    /// Why the world cannot go on, if it cannot.
    pub(crate) fn broken(&self) -> Option<Unsettled> {
        self.0.live.read().broken.clone()
    }

    /// What was refused while the world began, with the line of the file.
    pub(crate) fn refusals(&self) -> Vec<(u32, String)> {
        self.0.live.read().refusals.clone()
    }

    /// The present.
    pub(crate) fn status(&self) -> Status {
        let mode = self.mode();
        // Finding the next instant tidies the queue, which is why this is no read.
        let mut live = self.0.live.write();
        let next = live.next();
        let (now, pending) = (live.world.now(), live.world.pending());
        Status { mode, now, start: live.start, settled: live.is_settled(), next, pending }
    }

    /// How time passes.
    pub(crate) fn mode(&self) -> Mode {
        *self.0.mode.lock()
    }

    /// Sets how time passes. When this returns, nothing moves any more because of the mode before.
    pub(crate) async fn set_mode(&self, mode: Mode) {
        let _driver = self.0.driver.lock().await;
        *self.0.mode.lock() = mode;
        self.0.mode_changed.send_replace(());
    }

    /// Tells of every change of the mode.
    pub(super) fn mode_changes(&self) -> watch::Receiver<()> {
        self.0.mode_changed.subscribe()
    }

    /// Stops whoever lets time pass, or waits to: their answer is [`AdvanceError::Interrupted`].
    pub(crate) fn interrupt(&self) {
        self.0.interruptions.fetch_add(1, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub(crate) async fn advance(&self, goal: Goal) -> Result<Advanced, AdvanceError> {
        self.advance_in(None, goal).await
    }

    /// A request comes in. Where requests take time, that time passes before it is answered.
    pub(crate) async fn request_passes(&self) {
        let mode = self.mode();
        if let Mode::PerRequest { step } = mode {
            // A world that cannot go on can still be asked.
            let _ = self.advance_in(Some(mode), Goal::By(step)).await;
        }
    }

    /// Lets time pass, if the mode is still the expected one when it is this caller's turn.
    pub(super) async fn advance_in(&self, expected: Option<Mode>, goal: Goal) -> Result<Advanced, AdvanceError> {
        let interruptions = self.0.interruptions.load(Ordering::SeqCst);
        let mut driver = self.0.driver.clone().lock_owned().await;
        if expected.is_some_and(|mode| mode != self.mode()) {
            return Err(AdvanceError::Interrupted { now: self.read(World::now) });
        }
        let hosted = self.0.clone();
        let moved = tokio::task::spawn_blocking(move || hosted.advance(&mut driver, goal, interruptions)).await;
        moved.unwrap_or(Err(AdvanceError::Failed))
    }

    /// Back to the scenario's start, with the same ids. The clock keeps its mode.
    pub(crate) async fn reset(&self) -> Result<Status, AdvanceError> {
        self.interrupt();
        let mut driver = self.0.driver.clone().lock_owned().await;
        let hosted = self.0.clone();
        let begin = move || {
            let (mut live, fresh) = Live::begin(&hosted.scene)?;
            *driver = fresh;
            let mut place = hosted.live.write();
            live.life = place.life + 1;
            let old = std::mem::replace(&mut *place, live);
            drop(place);
            drop(driver);
            // Taking a large world apart takes a while: nobody has to wait for it.
            drop(old);
            Ok(())
        };
        let begun = tokio::task::spawn_blocking(begin).await;
        begun.unwrap_or(Err(AdvanceError::Failed))?;
        Ok(self.status())
    }
}

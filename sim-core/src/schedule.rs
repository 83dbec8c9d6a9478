//! What is due, and when. The queue holds only instants later than now; what is due now runs as rounds (see [`Schedule::begin`]).
//!
//! No tie is left to a queue: all events of an instant come out together and the engine sorts them by actor and step. So any
//! correct queue gives the same run, and there are two: a calendar, and a plain heap that a test puts in its place.

use crate::{SimDuration, SimTime};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A class of actors. Each crate declares its own; the number orders classes within a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorClass(pub u8);

/// Who an event is for: a class and a row in it. Rows say where to find the actor; its order is its stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// The class.
    pub class: ActorClass,
    /// The row.
    pub row: u32,
}

/// Something due: for whom, and which step of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When.
    pub at: SimTime,
    /// The row of the actor.
    pub row: u32,
    /// Which of the actor's own steps.
    pub step: u16,
    /// The class of the actor.
    pub class: ActorClass,
}

impl Event {
    /// Who it is for.
    pub const fn actor(self) -> Actor {
        Actor { class: self.class, row: self.row }
    }
}

/// One thing that an actor waits for. The actor keeps it in its row, and with it the right to forget: an event whose timer says
/// something else by then is stale and does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer(SimTime);

impl Default for Timer {
    fn default() -> Self {
        Self(SimTime::NEVER)
    }
}

impl Timer {
    /// When it is due; [`SimTime::NEVER`] while it is not set.
    pub fn due(self) -> SimTime {
        self.0
    }
    /// Whether it is set.
    pub fn is_set(self) -> bool {
        self.0 != SimTime::NEVER
    }
}

/// Which queue a schedule uses. Runs are the same with either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueKind {
    /// A ring of buckets for the next hour, a heap for what is later.
    #[default]
    Calendar,
    /// One binary heap.
    Heap,
}

/// All that is due in a world.
#[derive(Debug, Clone)]
pub struct Schedule {
    now: SimTime,
    queue: Queue,
    /// What is due now, in the round after this one.
    next_round: Vec<Event>,
    /// Timers that are set. The queue may hold more: stale events stay until their time.
    live: u64,
}

#[derive(Debug, Clone)]
enum Queue {
    Calendar(Box<Calendar>),
    Heap(BinaryHeap<Reverse<Event>>),
}

impl Schedule {
    /// An empty schedule whose present is `now`.
    pub fn new(now: SimTime, kind: QueueKind) -> Self {
        let queue = match kind {
            QueueKind::Calendar => Queue::Calendar(Box::new(Calendar::new(now))),
            QueueKind::Heap => Queue::Heap(BinaryHeap::new()),
        };
        Self { now, queue, next_round: Vec::new(), live: 0 }
    }

    /// The present.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// Sets a timer, in place of what it was set to. An instant that has passed means now; now means the next round.
    pub fn set(&mut self, timer: &mut Timer, actor: Actor, step: u16, at: SimTime) {
        if at == SimTime::NEVER {
            return self.clear(timer);
        }
        let at = at.max(self.now);
        if timer.0 == at {
            return;
        }
        self.live += !timer.is_set() as u64;
        timer.0 = at;
        self.push(Event { at, row: actor.row, step, class: actor.class });
    }

    /// Sets a timer unless it is due earlier already.
    pub fn set_earlier(&mut self, timer: &mut Timer, actor: Actor, step: u16, at: SimTime) {
        if at < timer.0 {
            self.set(timer, actor, step, at);
        }
    }

    /// Unsets a timer.
    pub fn clear(&mut self, timer: &mut Timer) {
        self.live -= timer.is_set() as u64;
        timer.0 = SimTime::NEVER;
    }

    /// Whether the timer is due now; if so it is unset. An actor asks this first when an event reaches it.
    pub fn ring(&mut self, timer: &mut Timer) -> bool {
        let due = timer.0 == self.now;
        if due {
            self.clear(timer);
        }
        due
    }

    fn push(&mut self, event: Event) {
        if event.at == self.now {
            self.next_round.push(event);
            return;
        }
        match &mut self.queue {
            Queue::Calendar(calendar) => calendar.push(event),
            Queue::Heap(heap) => heap.push(Reverse(event)),
        }
    }

    /// Moves the present to the next instant at which an event is due, if that is not after `limit`. Its events are then the
    /// next round. Stale events count here, as they cannot be told from others.
    pub fn begin(&mut self, limit: SimTime) -> Option<SimTime> {
        debug_assert!(self.next_round.is_empty(), "the rounds of an instant run to their end");
        let at = self.next_instant().filter(|at| *at <= limit)?;
        self.now = at;
        match &mut self.queue {
            Queue::Calendar(calendar) => calendar.take(at, &mut self.next_round),
            Queue::Heap(heap) => {
                while heap.peek().is_some_and(|e| e.0.at == at) {
                    self.next_round.extend(heap.pop().map(|e| e.0));
                }
            }
        }
        Some(at)
    }

    /// Puts what is due now into `round`; false if nothing is.
    pub fn next_round(&mut self, round: &mut Vec<Event>) -> bool {
        round.clear();
        std::mem::swap(round, &mut self.next_round);
        !round.is_empty()
    }

    /// Moves the present to an instant at which nothing is due.
    ///
    /// # Panics
    /// If something is due before it, or if it has passed.
    pub fn move_to(&mut self, at: SimTime) {
        assert!(at >= self.now, "simulated time does not go back");
        assert!(self.next_instant().is_none_or(|next| next > at), "what is due comes first");
        self.now = at;
        if let Queue::Calendar(calendar) = &mut self.queue {
            calendar.move_to(at);
        }
    }

    /// The next instant for which the queue holds an event, stale ones included.
    pub fn next_instant(&mut self) -> Option<SimTime> {
        match &mut self.queue {
            Queue::Calendar(calendar) => calendar.first(),
            Queue::Heap(heap) => heap.peek().map(|e| e.0.at),
        }
    }

    /// Whether no timer is set: the world waits for nothing.
    pub fn is_settled(&self) -> bool {
        self.live == 0
    }

    /// How many timers are set.
    pub fn live(&self) -> u64 {
        self.live
    }
}

const WIDTH_BITS: u32 = 10;
const BUCKETS: usize = 1 << 12;

/// Buckets of 1,024 ms in a ring of 4,096, some 70 minutes, each sorted once when its turn comes; later events wait in a heap and
/// move over in bulk. A bit per bucket finds the next one with something in it.
#[derive(Debug, Clone)]
struct Calendar {
    /// The bucket that is open: its events are in `open`, latest first.
    turn: i64,
    open: Vec<Event>,
    ring: Vec<Vec<Event>>,
    filled: [u64; BUCKETS / 64],
    far: BinaryHeap<Reverse<Event>>,
}

impl Calendar {
    fn new(now: SimTime) -> Self {
        Self {
            turn: Self::turn_of(now),
            open: Vec::new(),
            ring: vec![Vec::new(); BUCKETS],
            filled: [0; BUCKETS / 64],
            far: BinaryHeap::new(),
        }
    }

    fn turn_of(at: SimTime) -> i64 {
        at.unix_millis() >> WIDTH_BITS
    }

    fn push(&mut self, event: Event) {
        let ahead = Self::turn_of(event.at) - self.turn;
        if ahead <= 0 {
            let place = self.open.partition_point(|e| *e > event);
            self.open.insert(place, event);
        } else if ahead < BUCKETS as i64 {
            self.put(event);
        } else {
            self.far.push(Reverse(event));
        }
    }

    fn put(&mut self, event: Event) {
        let slot = Self::turn_of(event.at) as usize % BUCKETS;
        self.ring[slot].push(event);
        self.filled[slot / 64] |= 1 << (slot % 64);
    }

    /// Opens the bucket of the earliest event, if the open one is empty.
    fn first(&mut self) -> Option<SimTime> {
        if self.open.is_empty() {
            let near = self.next_filled();
            let turn = near.or_else(|| self.far.peek().map(|e| Self::turn_of(e.0.at)))?;
            self.move_turn(turn);
            let slot = turn as usize % BUCKETS;
            std::mem::swap(&mut self.open, &mut self.ring[slot]);
            self.filled[slot / 64] &= !(1 << (slot % 64));
            self.open.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.open.last().map(|e| e.at)
    }

    /// The turn of the next bucket in the ring with something in it.
    fn next_filled(&self) -> Option<i64> {
        let from = self.turn as usize % BUCKETS;
        let words = self.filled.len();
        for n in 0..=words {
            let word = (from / 64 + n) % words;
            let mut bits = self.filled[word];
            match n {
                0 => bits &= u64::MAX << (from % 64),
                n if n == words => bits &= !(u64::MAX << (from % 64)),
                _ => {}
            }
            if bits != 0 {
                let slot = word * 64 + bits.trailing_zeros() as usize;
                return Some(self.turn + ((slot + BUCKETS - from) % BUCKETS) as i64);
            }
        }
        None
    }

    /// Makes `turn` the present one and brings near what was far.
    fn move_turn(&mut self, turn: i64) {
        self.turn = turn;
        while self.far.peek().is_some_and(|e| Self::turn_of(e.0.at) - turn < BUCKETS as i64) {
            if let Some(Reverse(event)) = self.far.pop() {
                self.put(event);
            }
        }
    }

    fn take(&mut self, at: SimTime, round: &mut Vec<Event>) {
        while self.open.last().is_some_and(|e| e.at == at) {
            round.extend(self.open.pop());
        }
    }

    fn move_to(&mut self, at: SimTime) {
        let turn = Self::turn_of(at);
        if self.open.is_empty() && turn > self.turn {
            self.move_turn(turn);
            // The bucket of `at` itself may hold later events of its second: open it, so that `push` finds it open.
            let slot = turn as usize % BUCKETS;
            std::mem::swap(&mut self.open, &mut self.ring[slot]);
            self.filled[slot / 64] &= !(1 << (slot % 64));
            self.open.sort_unstable_by(|a, b| b.cmp(a));
        }
    }
}

/// Spreads a fixed delay by ±`per_mille` thousandths, uniformly; the delay itself when that is 0.
pub fn jittered(delay: SimDuration, per_mille: u32, draw: &mut crate::Draw) -> SimDuration {
    if per_mille == 0 {
        return delay;
    }
    let spread = delay.millis() / 1000 * i64::from(per_mille) + delay.millis() % 1000 * i64::from(per_mille) / 1000;
    SimDuration::from_millis((delay.millis() + draw.uniform(-spread..=spread)).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn t(ms: i64) -> SimTime {
        SimTime::from_unix_millis(ms)
    }

    /// Runs a schedule in which every event sets its timer again after the next of the given waits.
    fn run(kind: QueueKind, actors: usize, waits: &[i64], pauses: bool) -> Vec<(SimTime, u32)> {
        let mut schedule = Schedule::new(t(0), kind);
        let mut timers = vec![Timer::default(); actors];
        let mut waits = waits.iter().copied();
        let who = |row: usize| Actor { class: ActorClass(1), row: row as u32 };
        for (row, timer) in timers.iter_mut().enumerate() {
            schedule.set(timer, who(row), 0, t(waits.next().unwrap_or(1)));
        }
        let (mut seen, mut round) = (Vec::new(), Vec::new());
        loop {
            while schedule.next_round(&mut round) {
                round.sort_unstable();
                for event in &round {
                    let row = event.row as usize;
                    if !schedule.ring(&mut timers[row]) {
                        continue;
                    }
                    seen.push((event.at, event.row));
                    if let Some(wait) = waits.next() {
                        let at = schedule.now() + SimDuration::from_millis(wait);
                        schedule.set(&mut timers[row], event.actor(), 0, at);
                        // Disturbs a neighbour, so that stale events are left behind.
                        let other = (row + 1) % timers.len();
                        schedule.set_earlier(&mut timers[other], who(other), 0, at);
                    }
                }
            }
            let stop = if pauses { schedule.now() + SimDuration::from_millis(777_777) } else { SimTime::NEVER };
            if schedule.begin(stop).is_some() {
                continue;
            }
            if schedule.next_instant().is_none() {
                break;
            }
            schedule.move_to(stop);
        }
        assert!(schedule.is_settled());
        seen
    }

    proptest! {
        #[test]
        fn both_queues_give_the_same_run_in_one_go_and_in_steps(
            actors in 1usize..6,
            waits in prop::collection::vec(prop_oneof![0i64..3, 0i64..5_000, 0i64..10_000_000, Just(172_800_000i64)], 0..200),
        ) {
            let want = run(QueueKind::Heap, actors, &waits, false);
            prop_assert_eq!(&run(QueueKind::Calendar, actors, &waits, false), &want);
            prop_assert_eq!(&run(QueueKind::Calendar, actors, &waits, true), &want);
            prop_assert_eq!(&run(QueueKind::Heap, actors, &waits, true), &want);
            prop_assert!(want.is_sorted_by_key(|e| e.0));
        }
    }
}

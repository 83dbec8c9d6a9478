//! Actors on devices and servers.

use sim_core::{Actor, ActorClass};

/// A device's own progress: OOBE, status page, sign-in.
pub const DEVICE: ActorClass = ActorClass(30);
/// A device's MDM check-in.
pub const CHECK_IN: ActorClass = ActorClass(31);
/// A device's registration task.
pub const JOIN_TASK: ActorClass = ActorClass(32);
/// A connector's poll.
pub const CONNECTOR: ActorClass = ActorClass(33);
/// A connector's work on one request. The row is the connector's times 256 plus the slot.
pub const ODJ_JOB: ActorClass = ActorClass(34);
/// Entra Connect.
pub const CONNECT_SYNC: ActorClass = ActorClass(35);

/// The actor of a class and row.
pub const fn actor(class: ActorClass, row: u32) -> Actor {
    Actor { class, row }
}

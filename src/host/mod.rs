//! A world that is served: one value that requests read, change, and let time pass in.

mod clock;
mod live;
mod moving;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use clock::{Mode, keep_time};
pub(crate) use live::{Scene, Status, WorldHandle};
pub(crate) use moving::{AdvanceError, Goal};

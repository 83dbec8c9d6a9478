//! The kernel of the simulator: simulated time, the schedule of what is due, keyed chance and ids, the trace with its causes, and
//! the mechanisms (not the content) of knobs and faults. There is no word of Entra, Intune or Active Directory in here.
//!
//! The main type is [`Cx`], the context in which everything happens: it holds *now*, the names, the schedule, the chance and the
//! trace, and is passed to every operation of the crates above. Nothing here reads a clock, a file, a socket or entropy.

pub mod chance;
pub mod cx;
pub mod evidence;
pub mod fault;
pub mod guid;
pub mod knob;
pub mod names;
pub mod rows;
pub mod schedule;
pub mod time;
pub mod trace;

pub use chance::{Chance, Draw, Key, Purpose};
pub use cx::{Cx, Signal, Topic};
pub use evidence::{Blame, Evidence, Note, Notes, Seen, Unasked};
pub use guid::Guid;
pub use names::{Names, Sym};
pub use rows::{Id, Index, Rows};
pub use schedule::{Actor, ActorClass, Event, Timer};
pub use time::{SimDuration, SimTime};
pub use trace::{Arg, Kind, Level, Record, RecordKey};

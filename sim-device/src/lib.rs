//! What acts between cloud and directory: devices on their way through OOBE, connector servers, Entra Connect, and the places
//! with their networks.
//!
//! The main type is [`Field`]. A device's progress is one enum with one transition function ([`Stage`]); what a transition needs
//! to know, the device asks of the tenant and the forest through their operations, as it would over the wire. It reads no other
//! part's private state.

pub mod actor;
mod device;
mod directory;
mod entra_connect;
mod esp;
mod event_log;
mod field;
mod join_task;
pub mod kinds;
mod knobs;
pub mod odj_blob;
mod odj_connector;
mod oobe;
mod place;
mod stage;
mod why;

pub use device::{Device, FIRST_HYBRID_BUILD, NewDevice};
pub use entra_connect::EntraConnect;
pub use esp::{Button, EspItem, EspPhase, EspRun, ItemState};
pub use event_log::{Channel, EventData, EventLog, LogEvent};
pub use field::{Around, Field};
pub use knobs::DeviceKnobs;
pub use odj_blob::OdjPackage;
pub use odj_connector::{Connector, NewConnector, describe};
pub use place::{DC_UNREACHABLE, INTERNET_DOWN, Place};
pub use stage::{Effect, Failure, Input, Screen, Stage, StageCx};
pub use why::Sides;

//! What requests do to the tenant: the operations that the routes name, a file per kind of record.
//!
//! Each looks at the tenant, checks what the tables cannot, and says what is to be done. None of them can change
//! anything before it has said that it will.

pub(super) mod autopilot;
pub(super) mod devices;
pub(super) mod imports;
pub(super) mod managed;

//! LDAP sessions in process: octets in, octets out.
#![allow(clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;

mod ber;
mod binds;
mod cases;
mod check;
mod client;
mod controls;
mod properties;
mod table;

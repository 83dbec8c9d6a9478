//! LDAP sessions in process: octets in, octets out.
#![allow(clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;

mod answer;
mod ber;
mod binds;
mod client;
mod controls;
mod properties;
mod requests;

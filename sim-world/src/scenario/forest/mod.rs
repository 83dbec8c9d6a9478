//! The directory's part of the scenario language: domains with their content, controllers, sites, and what is asked of them in
//! LDAP's own language.

pub(super) mod build;
pub(super) mod check;
pub(crate) mod model;

//! Composition: the world and its engine, the scenario language, expectations, and what is said of a run.
//!
//! The main types are [`World`], a plain value that changes only by commands and by what is due, and [`scenario::Scenario`], which
//! makes one. Nothing here does I/O: the loader takes a function that reads a file, and reports are text.

pub mod check;
pub mod command;
mod directory;
pub mod driver;
mod estate;
pub mod explain;
mod graph_request;
pub mod report;
pub mod run;
pub mod scenario;
mod world;

pub use world::{Unsettled, World};

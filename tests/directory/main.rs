//! The directory over sockets. A table of cases, each asked of a server that serves the reference estate: all are answered as
//! Windows answers them. And several controllers, each with its own view.

#![allow(clippy::disallowed_methods)] // tests start programs, read files and wait

#[path = "../../sim-ldap/tests/session/answer.rs"]
mod answer;
#[path = "../../sim-ldap/tests/session/ber.rs"]
mod ber;
mod case;
mod check;
mod client;
mod controllers;
#[path = "../server/mod.rs"]
mod server;

use case::{case, run};
use check::check;
use server::Server;

const ESTATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/reference/corp-contoso.yaml");

#[test]
fn cases_are_answered_as_windows_answers_them() {
    let server = Server::start(&[ESTATE]);
    // Twice: cases clean up, so that each can be run again.
    for round in 1..=2 {
        let (mut held, mut wrong) = (0, Vec::new());
        for line in include_str!("cases.jsonl").lines() {
            let case = case(line);
            let name = case["name"].as_str().expect("a name");
            let complaints = check(&case["expect"], &run(&server, &case));
            if complaints.is_empty() {
                held += 1;
            } else {
                wrong.push(format!("{name}: {}", complaints.join("; ")));
            }
        }
        assert!(wrong.is_empty(), "round {round}: {held} hold, {} do not:\n{}", wrong.len(), wrong.join("\n"));
    }
}

//! The arrows between crates point one way, and the deterministic crates stay away from clocks, sockets and async.

#![allow(clippy::disallowed_methods)] // tests start cargo

use std::collections::BTreeMap;
use std::process::Command;

/// Each crate of the workspace with the workspace crates it may use.
const ARROWS: [(&str, &[&str]); 6] = [
    ("sim-core", &[]),
    ("sim-ldap", &["sim-core"]),
    ("sim-graph", &["sim-core"]),
    ("sim-device", &["sim-core", "sim-graph", "sim-ldap"]),
    ("sim-world", &["sim-core", "sim-graph", "sim-ldap", "sim-device"]),
    ("tenantsim", &["sim-core", "sim-graph", "sim-ldap", "sim-device", "sim-world"]),
];

/// Crates that meet a clock, a socket, a terminal or entropy.
const OUTSIDE: [&str; 8] = ["tokio", "axum", "mio", "getrandom", "chrono", "time", "indicatif", "clap"];

#[test]
fn dependencies_point_inward() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let answer = Command::new(cargo).args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).output();
    let answer = answer.expect("cargo metadata runs");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let uses = package["dependencies"].as_array().expect("dependencies").iter();
        let uses = uses.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().expect("a name").to_owned());
        seen.insert(package["name"].as_str().expect("a name").to_owned(), uses.collect());
    }
    assert_eq!(seen.len(), ARROWS.len(), "a crate was added: say here what it may use");
    for (name, may) in ARROWS {
        for used in &seen[name] {
            let ours = ARROWS.iter().any(|(n, _)| n == used);
            assert!(!ours || may.contains(&used.as_str()), "{name} may not use {used}");
            assert!(
                name == "tenantsim" || !OUTSIDE.contains(&used.as_str()),
                "{name} is deterministic and may not use {used}"
            );
        }
    }
}

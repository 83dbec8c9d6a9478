//! Golden texts of a small world, and the rules that hold for all of them.

use super::*;
use crate::scenario::{self, PlanOptions};
use insta::assert_snapshot;
use std::time::Duration;

/// Three laptops, one of them too old, one expectation that does not hold, an override, and a step that is refused.
const SMALL: &str = r#"
scenario: Three laptops & a <refusal>
seed: 5
knobs: { odj_wait: 25m }
tenant:
  domains: [contoso.com]
  users: [{ upn: ada@contoso.com, account: CORP\ada }]
  groups: [{ name: Autopilot devices, rule: '(device.devicePhysicalIDs -any _ -contains "[ZTDId]")' }]
  deployment_profiles: [{ name: Hybrid, assign: [Autopilot devices] }]
  domain_join_profiles: [{ name: Corp, domain: corp.contoso.com, prefix: LAP-, assign: [Autopilot devices] }]
forest:
  domains: [{ name: corp.contoso.com }]
connectors: [{ name: SRV-ODJ01 }]
devices:
  - { name: LAP-A, serial: PF000001 }
  - { name: LAP-B, serial: PF000002 }
  - { name: LAP-OLD, serial: PF000003, os_build: 17134 }
steps:
  - { at: 0s, do: { import: { devices: all } } }
  - { at: 1h, do: { power_on: { devices: all } } }
  - { at: 20h, do: { delete: { record: autopilot, devices: LAP-A } } }
expect:
  - { by: 3h, screen: { of: [LAP-A, LAP-B], page: desktop } }
  - { at: end, screen: { of: LAP-OLD, code: 0x80070774 } }
  - { at: end, log: { of: SRV-ODJ01, event: 30130, count: 3 } }
"#;

fn small() -> Outcome {
    let loaded = scenario::load(SMALL, &|_| Err("no files here".into()));
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    scenario.plan(&PlanOptions::default()).run(crate::run::Bounds::default(), &mut |_| {})
}

#[test]
fn a_run_as_text() {
    assert_snapshot!(text(&small(), "small.yaml", &TextOptions::default()));
}

#[test]
fn a_run_as_json() {
    let value = json(&small(), "small.yaml", Duration::from_millis(1500));
    assert_eq!(value["wall"], 1.5);
    assert_snapshot!(format!("{value:#}"));
}

#[test]
fn a_run_as_junit() {
    let outcome = small();
    let text = junit(&[("small.yaml", &outcome)]);
    assert_eq!(text, junit_document(&[junit_suite(&outcome, "small.yaml")]));
    assert_snapshot!(text);
}

#[test]
fn a_device_and_a_server_are_shown() {
    let outcome = small();
    let page = |of: &str| show(&outcome.world, of, outcome.start).unwrap_or_else(|e| panic!("{e}"));
    assert_snapshot!("device", page("LAP-A"));
    assert_snapshot!("failed_device", page("pf000003"));
    assert_snapshot!("server", page("SRV-ODJ01"));
}

#[test]
fn every_thing_that_is_named_can_be_shown() {
    let outcome = small();
    let (tenant, names) = (outcome.world.tenant(), &outcome.world.cx().names);
    let mut all: Vec<String> = ["Autopilot devices", "Hybrid", "Corp", "Entra Connect", "CORP\\ada", "ada@contoso.com"]
        .map(str::to_owned)
        .into();
    all.push("CN=Computers,DC=corp,DC=contoso,DC=com".into());
    all.extend(tenant.entra_devices().flat_map(|(_, d)| [d.id.to_string(), names.get(d.display_name).to_owned()]));
    all.extend(tenant.identities().map(|(_, i)| i.id.to_string()));
    all.extend(tenant.managed_devices().map(|(_, m)| m.id.to_string()));
    for of in all {
        let page = show(&outcome.world, &of, outcome.start).unwrap_or_else(|e| panic!("{e}"));
        assert!(page.lines().count() > 3, "{of}: {page}");
    }
    for of in ["", " ", ":", "device:", "nothing", "CN=", "00000000-0000-0000-0000-000000000000", "CN=x,DC=elsewhere"] {
        assert!(matches!(show(&outcome.world, of, outcome.start), Err(ShowError::Unknown { .. })), "{of}");
    }
}

#[test]
fn the_trace_has_a_line_for_each_record_and_a_cause_for_each_line_of_the_timeline() {
    let outcome = small();
    let lines = trace_lines(&outcome, Some("small.yaml"));
    assert_eq!(lines.lines().count(), outcome.world.cx().trace.kept().len());
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(value["file"], "small.yaml");
    }
    let without = timeline(&outcome).into_iter().filter(|e| e.cause.is_none()).map(|e| e.what).collect::<Vec<_>>();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn the_hash_of_hashes_depends_on_the_order() {
    assert_ne!(fold_hashes([1, 2]), fold_hashes([2, 1]));
    assert_ne!(fold_hashes([1]), 1);
    assert_eq!(hash_digits(255), "00000000000000ff");
}

#[test]
fn names_cannot_command_a_terminal() {
    assert_eq!(one_line("LAP-01"), "LAP-01");
    assert_eq!(one_line("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\u{fffd}c");
}

//! The fleet benchmark: N devices with N / 5,000 delegated connectors of capacity 4 in a managed domain, power-ons spread over 48
//! hours of simulated time, no apps. Every device must end joined. Beside it, in the same run, a bare loop over a binary heap of
//! packed words with the same number of events: what merely passing events costs on this machine.
//!
//! `cargo bench --bench fleet` runs 1, 1,000, 100,000 and 1,000,000 devices; `cargo bench --bench fleet -- 5000` that many.

#![allow(clippy::disallowed_methods)] // a benchmark reads the clock

use sim_core::chance::mix;
use sim_core::trace::Keep;
use sim_world::run::Bounds;
use sim_world::scenario::{self, PlanOptions};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fmt::Write as _;
use std::time::Instant;

fn main() {
    // Cargo passes `--bench`; numbers are sizes.
    let sizes: Vec<u32> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1, 1_000, 100_000, 1_000_000] } else { sizes };
    println!(
        "{:>9}  {:>8}  {:>6}  {:>10}  {:>8}  {:>8}  {:>8}  {:>11}  {:>8}  {:>5}  hash",
        "devices", "joined", "failed", "events", "seconds", "build s", "ns/event", "bytes/device", "heap ns", "ratio"
    );
    for n in sizes {
        fleet(n);
    }
}

fn fleet(n: u32) {
    let text = scenario_text(n);
    let before = resident();
    let began = Instant::now();
    let loaded = scenario::load(&text, &|path| Err(format!("{path}: no files here")));
    let wrong: Vec<_> = loaded.diagnostics.iter().map(|d| d.message.clone()).collect();
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{wrong:?}"));
    let plan = scenario.plan(&PlanOptions { keep: Keep::Nothing, no_device_logs: true, ..PlanOptions::default() });
    let built = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let outcome = plan.run(Bounds::default(), &mut |_| {});
    let seconds = began.elapsed().as_secs_f64();
    let bytes = resident().saturating_sub(before) / u64::from(n);
    let joined = outcome.world.field().devices().filter(|(_, d)| d.twin.get().is_some()).count();
    let events = outcome.world.events();
    let heap = bare_heap(n, events);
    let (ns, heap_ns) = (seconds * 1e9 / events as f64, heap * 1e9 / events as f64);
    println!(
        "{n:>9}  {joined:>8}  {:>6}  {events:>10}  {seconds:>8.3}  {built:>8.3}  {ns:>8.0}  {bytes:>11}  {heap_ns:>8.1}  {:>5.3}  {:016x}",
        n as usize - joined,
        heap_ns / ns,
        outcome.world.hash(),
    );
    assert_eq!(joined, n as usize, "every device joins");
}

fn scenario_text(n: u32) -> String {
    let connectors = n.div_ceil(5_000);
    let apart_ms = 48 * 3_600_000 / i64::from(n);
    let mut text = String::from(
        r#"scenario: Fleet
tenant:
  users: [{ upn: ada@contoso.com, account: CORP\ada }]
  groups: [{ name: Autopilot devices, rule: '(device.devicePhysicalIDs -any _ -contains "[ZTDId]")' }]
  deployment_profiles: [{ name: Hybrid, assign: Autopilot devices }]
  domain_join_profiles:
    - { name: Corp, domain: corp.contoso.com, prefix: L-, ou: "OU=Autopilot,DC=corp,DC=contoso,DC=com", assign: Autopilot devices }
connectors:
"#,
    );
    for c in 1..=connectors {
        let _ = writeln!(text, "  - {{ name: SRV-ODJ{c:03}, delegated: \"OU=Autopilot,DC=corp,DC=contoso,DC=com\" }}");
    }
    let _ = write!(
        text,
        "devices:\n  - {{ name: D, count: {n}, signs_in: ada@contoso.com }}\nsteps:\n  - {{ at: 0s, do: {{ import: {{ devices: all }} }} }}\n  - \
         {{ at: 1h, do: {{ power_on: {{ devices: all, apart: {apart_ms}ms }} }} }}\n"
    );
    text
}

/// Resident memory of this process, in bytes; 0 where `/proc` does not say.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|s| s.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

/// The seconds that a binary heap on packed words takes for as many events of as many entities, each with one draw.
fn bare_heap(entities: u32, events: u64) -> f64 {
    const SPAN: u64 = 1 << 20;
    let began = Instant::now();
    let mut heap: BinaryHeap<Reverse<u64>> =
        (0..u64::from(entities)).map(|e| Reverse((1 + (mix(e, 0) & (SPAN - 1))) << 24 | e)).collect();
    let (mut left, mut fold) = (events, 0u64);
    while left > 0 {
        let Some(mut top) = heap.peek_mut() else { break };
        let key = top.0;
        let draw = mix(key & 0xff_ffff, left);
        fold = (fold.rotate_left(7) ^ draw).wrapping_mul(0x9fb2_1c65_1e98_df25);
        left -= 1;
        if left >= u64::from(entities) {
            *top = Reverse(((key >> 24) + 1 + (draw & (SPAN - 1))) << 24 | key & 0xff_ffff);
        } else {
            PeekMut::pop(top);
        }
    }
    std::hint::black_box(fold);
    began.elapsed().as_secs_f64()
}

//! Properties over random estates: mixes of causes of failure over a dozen devices each, by the hundred. Whatever comes together,
//! nothing panics, time does not go back, every run ends by itself, and a device with no cause on its path reaches its desktop.

mod common;

use common::{Options, run_text};
use sim_core::chance::mix;
use sim_device::{Device, Stage};
use sim_world::run::{End, Outcome};
use std::fmt::Write as _;
use std::path::Path;

/// What is wrong on the path of one device: keys of its section, its place, its user. None of them is told to the simulation but by
/// these words.
const CAUSES: &[(&str, &str)] = &[
    ("os_build: 17134", "an old build"),
    ("edition: home", "Windows Home"),
    ("place: offline", "no internet"),
    ("place: no-sign-in", "a filtered sign-in"),
    ("place: no-autopilot", "a filtered profile"),
    ("place: no-management", "filtered check-ins"),
    ("place: home", "no domain controller"),
    ("place: no-kerberos", "no Kerberos"),
    ("place: proxied", "an unannounced proxy"),
    ("place: no-time, clock_skew: 20m", "a wrong clock"),
    ("signs_in: unlicensed@contoso.com", "no licence"),
    ("signs_in: leaver@contoso.com", "a disabled user"),
    ("signs_in: outsider@contoso.com", "outside the MDM scope"),
    ("signs_in: card@contoso.com", "a smart card"),
    ("group_tag: typo", "no group"),
    ("assigned_user: ada@contoso.com", "a pre-assigned user"),
    ("group_tag: bad-ou", "an OU that is none"),
    ("group_tag: bad-prefix", "a prefix that is none"),
    ("other_tenant: true", "another tenant's hash"),
    ("manufacturer: \"\"", "an unusable hash"),
];

const TENANT: &str = r#"
tenant:
  domains: [contoso.com]
  users:
    - { upn: ada@contoso.com, account: CORP\ada }
    - { upn: unlicensed@contoso.com, licenses: [] }
    - { upn: leaver@contoso.com, enabled: false }
    - { upn: outsider@contoso.com }
    - { upn: card@contoso.com, sign_in: certificate }
  groups:
    - { name: Good, rule: '(device.devicePhysicalIds -any _ -eq "[OrderID]:good")' }
    - { name: Bad OU, rule: '(device.devicePhysicalIds -any _ -eq "[OrderID]:bad-ou")' }
    - { name: Bad prefix, rule: '(device.devicePhysicalIds -any _ -eq "[OrderID]:bad-prefix")' }
    - { name: Users, members: [ada@contoso.com, unlicensed@contoso.com, leaver@contoso.com, card@contoso.com] }
  deployment_profiles: [{ name: Hybrid, assign: [Good, Bad OU, Bad prefix] }]
  domain_join_profiles:
    - { name: Good, domain: corp.contoso.com, prefix: LAP-, ou: "OU=Autopilot,DC=corp,DC=contoso,DC=com", assign: Good }
    - { name: Bad OU, domain: corp.contoso.com, prefix: LAP-, ou: "CN=Computers,DC=corp,DC=contoso,DC=com", assign: Bad OU }
    - { name: Bad prefix, domain: corp.contoso.com, prefix: "%SERIAL%", assign: Bad prefix }
  mdm_scope: Users
connectors: [{ name: SRV-ODJ01, delegated: "OU=Autopilot,DC=corp,DC=contoso,DC=com" }]
places:
  - { name: offline, internet: false }
  - { name: no-sign-in, blocked: login.microsoftonline.com }
  - { name: no-autopilot, blocked: ztd.dds.microsoft.com }
  - { name: no-management, blocked: "*.manage.microsoft.com" }
  - { name: home, dc_ping: false, dc_sign_in: false }
  - { name: no-kerberos, kerberos: false }
  - { name: proxied, proxy: manual }
  - { name: no-time, blocked: time.windows.com }
devices:
"#;

/// A dozen devices, each with one of the causes or none, switched on at odd times.
fn estate(n: u64) -> (String, Vec<Option<usize>>) {
    let mut text =
        format!("scenario: Estate {n}\nseed: {n}\nknobs: {{ device_jitter: 200, cloud_jitter: 200 }}{TENANT}");
    let mut causes = Vec::new();
    for d in 0..12 {
        let draw = mix(mix(0xe57a7e, n), d);
        let cause = (draw % 3 != 0).then_some((draw >> 8) as usize % CAUSES.len());
        let keys = cause.map_or("", |c| CAUSES[c].0);
        let tag = if keys.contains("group_tag") { "" } else { "group_tag: good, " };
        let user = if keys.contains("signs_in") { "" } else { "signs_in: ada@contoso.com, " };
        let _ = writeln!(text, "  - {{ name: d{d}, {tag}{user}{keys} }}");
        causes.push(cause);
    }
    text.push_str("steps:\n  - { at: 0s, do: { import: { devices: all } } }\n");
    let apart = mix(n, 7) % 600;
    let _ = writeln!(text, "  - {{ at: 1h, do: {{ power_on: {{ devices: all, apart: {apart}s }} }} }}");
    (text, causes)
}

fn device<'o>(outcome: &'o Outcome, name: &str) -> &'o Device {
    let cx = outcome.world.cx();
    let name = cx.names.find(name).expect("a name of the estate");
    let id = outcome.world.field().device_named(name, cx).expect("a device of the estate");
    outcome.world.field().device(id)
}

/// Every device ends where its cause says: at its desktop and registered without one, elsewhere with one.
fn causes_decide(n: u64, outcome: &Outcome, causes: &[Option<usize>]) {
    for (d, cause) in causes.iter().enumerate() {
        let device = device(outcome, &format!("d{d}"));
        let done = device.stage == Stage::Desktop && device.twin.get().is_some();
        let why = cause.map_or("nothing", |c| CAUSES[c].1);
        assert_eq!(done, cause.is_none(), "estate {n}, d{d} with {why}: {}", device.stage.name());
    }
}

/// What holds whatever came together.
fn invariants_hold(n: u64, outcome: &Outcome) {
    assert!(matches!(outcome.end, End::Settled | End::Until), "estate {n}: {:?}", outcome.end);
    let (world, mut computers) = (&outcome.world, Vec::new());
    assert!(world.cx().trace.kept().iter().map(|r| r.at).is_sorted(), "estate {n}: time goes back");
    for (_, device) in world.field().devices() {
        if let Some(twin) = device.twin.get() {
            let id = world.tenant().entra_device(twin).device_id;
            assert_eq!(id, device.object_guid, "estate {n}: the twin is the computer's");
        }
        if let Some(managed) = device.managed.get() {
            let managed = world.tenant().managed_device(managed);
            assert!(managed.enrolled >= device.powered_on, "estate {n}: enrolled before it was on");
        }
        if !device.computer.is_empty() {
            computers.push(world.cx().names.get(device.computer));
        }
    }
    let all = computers.len();
    computers.sort_unstable();
    computers.dedup();
    assert_eq!(computers.len(), all, "estate {n}: two computers have one name");
}

#[test]
fn causes_decide_and_invariants_hold_in_random_estates() {
    for n in 0..120 {
        let (text, causes) = estate(n);
        let outcome = run_text(&text, Path::new("."), &Options::default());
        causes_decide(n, &outcome, &causes);
        invariants_hold(n, &outcome);
    }
}

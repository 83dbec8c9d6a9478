//! The causes that random estates are mixed from. Each device has a user, a place, a group, profiles and an organizational unit of
//! its own, so that a cause can strike it alone; some causes strike all.

use proptest::prelude::*;
use std::fmt::Write as _;

/// An estate as a scenario file.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The file.
    pub text: String,
    /// Its devices, each with what was injected against it, as explanations call it.
    pub devices: Vec<(String, Vec<String>)>,
}

/// What strikes one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    TagTypo,
    RuleTypo,
    ProfileForNobody,
    JoinProfileForNobody,
    PreassignedUser,
    NoLicence,
    LicenceTaken,
    OutOfScope,
    OldBuild,
    NeverImported,
    OtherTenant,
    MissingOu,
    RelativeOu,
    QuotedOu,
    NotDelegated,
    BadPrefix,
    WrongDomain,
    NoInternet,
    InternetOutage,
    NoPing,
    ControllerOutage,
    NoSignIn,
    AnchorDeleted,
    Deregistered,
    SwitchedOnEarly,
    OuChanged,
}

use Cause::*;

/// What strikes all devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    Nothing,
    ConnectorDown,
    NoConnector,
    ForeignConnector,
    WindowsBlocked,
    NoScope,
    SyncPaused,
    SyncStaging,
    SyncElsewhere,
    NoSync,
    NoScp,
}

const CAUSES: [Cause; 26] = [
    TagTypo,
    RuleTypo,
    ProfileForNobody,
    JoinProfileForNobody,
    PreassignedUser,
    NoLicence,
    LicenceTaken,
    OutOfScope,
    OldBuild,
    NeverImported,
    OtherTenant,
    MissingOu,
    RelativeOu,
    QuotedOu,
    NotDelegated,
    BadPrefix,
    WrongDomain,
    NoInternet,
    InternetOutage,
    NoPing,
    ControllerOutage,
    NoSignIn,
    AnchorDeleted,
    Deregistered,
    SwitchedOnEarly,
    OuChanged,
];
const STRIKES: [Strike; 11] = [
    Strike::Nothing,
    Strike::ConnectorDown,
    Strike::NoConnector,
    Strike::ForeignConnector,
    Strike::WindowsBlocked,
    Strike::NoScope,
    Strike::SyncPaused,
    Strike::SyncStaging,
    Strike::SyncElsewhere,
    Strike::NoSync,
    Strike::NoScp,
];

/// Estates of one to six devices, each with up to two causes of its own, most without a strike against all.
pub fn estate() -> impl Strategy<Value = Estate> {
    let causes = prop::collection::vec(prop::sample::select(&CAUSES[..]), 0..3);
    let strike = prop_oneof![4 => Just(Strike::Nothing), 1 => prop::sample::select(&STRIKES[..])];
    (prop::collection::vec(causes, 1..7), strike).prop_map(|(devices, strike)| build(&devices, strike))
}

/// Each cause against one of two devices, and each strike.
pub fn each_alone() -> Vec<Estate> {
    let alone = CAUSES.iter().map(|cause| build(&[vec![*cause], vec![]], Strike::Nothing));
    alone.chain(STRIKES.iter().map(|strike| build(&[vec![]], *strike))).collect()
}

/// What of an estate is called what when it is the cause.
fn injected(n: usize, cause: Cause) -> Vec<String> {
    let all: &[&str] = match cause {
        TagTypo | PreassignedUser | OldBuild | NeverImported | OtherTenant => &["device pc-{}"],
        RuleTypo => &["group G-{}"],
        ProfileForNobody => &["deployment profile P-{}"],
        JoinProfileForNobody | MissingOu | RelativeOu | QuotedOu | BadPrefix | WrongDomain => {
            &["domain join profile J-{}"]
        }
        NoLicence => &["user u-{}@contoso.com"],
        LicenceTaken => &["administrator: license"],
        OutOfScope => &["MDM user scope mdm_scope"],
        NotDelegated => &["connector SRV-A"],
        NoInternet | NoPing | NoSignIn => &["place place-{}"],
        InternetOutage => &["place-{}: internet_down"],
        ControllerOutage => &["place-{}: dc_unreachable"],
        AnchorDeleted | Deregistered => &["administrator: delete"],
        SwitchedOnEarly => &["administrator: import", "device pc-{}"],
        OuChanged => &["administrator: set_ou"],
    };
    all.iter().map(|what| what.replace("{}", &n.to_string())).collect()
}

fn struck(strike: Strike) -> &'static [&'static str] {
    match strike {
        Strike::Nothing => &[],
        Strike::ConnectorDown => &["administrator: stop"],
        Strike::NoConnector => &["tenant contoso.com"],
        Strike::ForeignConnector => &["connector SRV-A"],
        Strike::WindowsBlocked => &["platform restriction windows_blocked"],
        Strike::NoScope => &["MDM user scope mdm_scope"],
        Strike::SyncPaused | Strike::SyncStaging | Strike::SyncElsewhere | Strike::NoSync => &["Entra Connect AADC"],
        Strike::NoScp => &["service connection point scp"],
    }
}

fn build(devices: &[Vec<Cause>], strike: Strike) -> Estate {
    let has = |n: usize, cause: Cause| devices[n].contains(&cause);
    let any = |cause: Cause| devices.iter().any(|causes| causes.contains(&cause));
    let each = |line: &dyn Fn(usize) -> String| (0..devices.len()).map(line).collect::<Vec<_>>().join("");
    let ou = |n: usize| format!("OU=O-{n},DC=corp,DC=contoso,DC=com");
    let mut text = String::from("scenario: a random estate\n");
    let mut add = |part: String| text.push_str(&part);
    add("tenant:\n  domains: [contoso.com]\n  users:\n".into());
    add(each(&|n| {
        let licences = if has(n, NoLicence) { "" } else { "intune" };
        format!("    - {{ upn: u-{n}@contoso.com, licenses: [{licences}] }}\n")
    }));
    add("  groups:\n".into());
    add(each(&|n| {
        let tag = if has(n, RuleTypo) { format!("tag{n}") } else { format!("tag-{n}") };
        format!("    - {{ name: G-{n}, rule: '(device.devicePhysicalIds -any _ -eq \"[OrderID]:{tag}\")' }}\n")
    }));
    let scoped = (0..devices.len()).filter(|n| !has(*n, OutOfScope)).map(|n| format!("u-{n}@contoso.com"));
    add(format!("    - {{ name: Scope, members: [{}] }}\n", scoped.collect::<Vec<_>>().join(", ")));
    add("  deployment_profiles:\n".into());
    add(each(&|n| {
        let assign = if has(n, ProfileForNobody) { String::new() } else { format!("G-{n}") };
        format!("    - {{ name: P-{n}, assign: [{assign}] }}\n")
    }));
    add("  domain_join_profiles:\n".into());
    add(each(&|n| {
        let assign = if has(n, JoinProfileForNobody) { String::new() } else { format!("G-{n}") };
        let domain = if has(n, WrongDomain) { "nowhere.contoso.com" } else { "corp.contoso.com" };
        let prefix = if has(n, BadPrefix) { "'-%A%'".to_owned() } else { format!("PC{n}-") };
        let ou = if has(n, QuotedOu) {
            format!("'\"{}\"'", ou(n))
        } else if has(n, RelativeOu) {
            format!("OU=O-{n}")
        } else if has(n, MissingOu) {
            format!("'OU=Nowhere-{n},DC=corp,DC=contoso,DC=com'")
        } else {
            format!("'{}'", ou(n))
        };
        format!("    - {{ name: J-{n}, domain: {domain}, prefix: {prefix}, ou: {ou}, assign: [{assign}] }}\n")
    }));
    add("  esp_profiles:\n".into());
    add(each(&|n| format!("    - {{ name: E-{n}, assign: [G-{n}] }}\n")));
    if strike == Strike::NoScope {
        add("  mdm_scope: none\n".into());
    } else if any(OutOfScope) {
        add("  mdm_scope: [Scope]\n".into());
    }
    if strike == Strike::WindowsBlocked {
        add("  windows_blocked: true\n".into());
    }
    add("forest:\n  domains:\n    - name: corp.contoso.com\n      machine_account_quota: 0\n      ous:\n".into());
    add(each(&|n| format!("        - '{}'\n", ou(n))));
    add("        - OU=Elsewhere,DC=corp,DC=contoso,DC=com\n    - name: lab.contoso.com\n".into());
    if strike == Strike::NoScp {
        add("  scp: false\n".into());
    }
    add("places:\n".into());
    add(each(&|n| {
        let (internet, ping, sign_in) = (!has(n, NoInternet), !has(n, NoPing), !has(n, NoSignIn));
        format!("  - {{ name: place-{n}, internet: {internet}, dc_ping: {ping}, dc_sign_in: {sign_in} }}\n")
    }));
    if strike != Strike::NoConnector {
        let delegated: Vec<String> =
            (0..devices.len()).filter(|n| !has(*n, NotDelegated)).map(|n| format!("'{}'", ou(n))).collect();
        let foreign = if strike == Strike::ForeignConnector { ", build: current, domain: lab.contoso.com" } else { "" };
        add(format!("connectors:\n  - {{ name: SRV-A, delegated: [{}]{foreign} }}\n", delegated.join(", ")));
    }
    let sync = match strike {
        Strike::SyncPaused => ", paused: true",
        Strike::SyncStaging => ", staging: true",
        Strike::SyncElsewhere => ", scope: 'OU=Elsewhere,DC=corp,DC=contoso,DC=com'",
        Strike::NoSync => ", enabled: false",
        _ => "",
    };
    add(format!("entra_connect: {{ server: AADC{sync} }}\n"));
    add("devices:\n".into());
    add(each(&|n| {
        let tag = if has(n, TagTypo) { format!("tag_{n}") } else { format!("tag-{n}") };
        let build = if has(n, OldBuild) { 17134 } else { 22621 };
        let more = [
            (has(n, PreassignedUser), format!(", assigned_user: u-{n}@contoso.com")),
            (has(n, OtherTenant), ", other_tenant: true".to_owned()),
        ];
        let more: String = more.into_iter().filter(|(is, _)| *is).map(|(_, text)| text).collect();
        format!(
            "  - {{ name: pc-{n}, place: place-{n}, signs_in: u-{n}@contoso.com, group_tag: {tag}, os_build: {build}{more} }}\n"
        )
    }));
    steps(devices, &mut text);
    faults(devices, strike, &mut text);
    let injected = |n: usize| {
        let own = devices[n].iter().flat_map(|cause| injected(n, *cause));
        own.chain(struck(strike).iter().map(|what| (*what).to_owned())).collect()
    };
    Estate { devices: (0..devices.len()).map(|n| (format!("pc-{n}"), injected(n))).collect(), text }
}

fn steps(devices: &[Vec<Cause>], text: &mut String) {
    let with = |cause: Cause, is: bool| -> Vec<String> {
        let those = (0..devices.len()).filter(|n| devices[*n].contains(&cause) == is);
        those.map(|n| format!("pc-{n}")).collect()
    };
    text.push_str("steps:\n");
    let mut steps: Vec<(u32, String)> = Vec::new();
    let mut step = |minute: u32, action: String| steps.push((minute, action));
    let imported = with(NeverImported, false);
    if !imported.is_empty() {
        step(0, format!("import: {{ devices: [{}] }}", imported.join(", ")));
    }
    let early = with(SwitchedOnEarly, true);
    if !early.is_empty() {
        step(2, format!("power_on: {{ devices: [{}] }}", early.join(", ")));
    }
    for (n, causes) in devices.iter().enumerate() {
        let registered = !causes.iter().any(|c| [NeverImported, OtherTenant].contains(c));
        if registered && causes.contains(&AnchorDeleted) {
            step(50, format!("delete: {{ record: anchor, devices: pc-{n} }}"));
        }
        if registered && causes.contains(&Deregistered) {
            step(51, format!("delete: {{ record: autopilot, devices: pc-{n} }}"));
        }
        if causes.contains(&LicenceTaken) {
            step(52, format!("license: {{ user: u-{n}@contoso.com, on: false }}"));
        }
        if causes.contains(&OuChanged) {
            step(53, format!("set_ou: {{ profile: J-{n}, ou: 'OU=Gone,DC=corp,DC=contoso,DC=com' }}"));
        }
    }
    let late = with(SwitchedOnEarly, false);
    if !late.is_empty() {
        step(60, format!("power_on: {{ devices: [{}], apart: 1m }}", late.join(", ")));
    }
    steps.sort_by_key(|(minute, _)| *minute);
    for (minute, action) in steps {
        let _ = writeln!(text, "  - {{ at: {minute}m, do: {{ {action} }} }}");
    }
}

fn faults(devices: &[Vec<Cause>], strike: Strike, text: &mut String) {
    let mut faults = String::new();
    for (n, causes) in devices.iter().enumerate() {
        for (cause, word) in [(InternetOutage, "internet_down"), (ControllerOutage, "dc_unreachable")] {
            if causes.contains(&cause) {
                let _ = writeln!(faults, "  - {{ at: 10m, {word}: place-{n} }}");
            }
        }
    }
    if strike == Strike::ConnectorDown {
        faults.push_str("  - { at: 30m, down: SRV-A }\n");
    }
    if !faults.is_empty() {
        let _ = write!(text, "faults:\n{faults}");
    }
}

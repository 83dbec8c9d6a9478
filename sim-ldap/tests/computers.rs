//! Who may create computers, and how many: delegation, privilege, quota, re-use (ad-facts 2, 9, 10; MS-ADTS 3.1.1.5.2.1).
#![allow(clippy::expect_used)]

mod common;

use common::*;
use sim_core::{Id, Key, Notes, SimDuration};
use sim_ldap::sd::check::{Ask, Verdict};
use sim_ldap::*;

fn computer(name: &str) -> String {
    format!("objectClass: computer\nsAMAccountName: {name}$\nuserAccountControl: 4096")
}

/// Adds until refused or `most` are there; how many, and the last answer.
fn add_many(w: &mut World, who: &str, place: &str, prefix: &str, most: u32) -> (u32, String) {
    for n in 1..=most {
        let name = format!("{prefix}{n:02}");
        let answer = w.add(who, &format!("CN={name},{place}"), &computer(&name));
        if answer != "0" {
            return (n - 1, answer);
        }
    }
    (most, "0".into())
}

#[test]
fn the_quota_counts_what_a_principal_has_created() {
    let mut w = seeded();
    for (i, (who, place, count, last)) in [
        (r"CORP\alice.abara", "CN=Computers", 10, "53 0000216D"),
        (r"CORP\SRV-ODJ02$", "OU=Sub OU,OU=TopLevel OU", 10, "53 0000216D"),
        (r"CORP\SRV-ODJ01$", "OU=Sub OU,OU=TopLevel OU", 10, "53 0000216D"),
        (r"CORP\SRV-ODJ01$", "OU=Autopilot", 12, "0"),
        (r"CORP\SRV-ODJ01$", "OU=Kiosk,OU=Autopilot", 12, "0"),
        ("ADMIN", "CN=Computers", 12, "0"),
        (r"CORP\msaODJ3f7a1$", "OU=Staff", 10, "53 0000216D"),
    ]
    .into_iter()
    .enumerate()
    {
        let prefix = format!("Z{i}-");
        assert_eq!(add_many(&mut w, who, place, &prefix, 12), (count, last.to_owned()), "{who} {place}");
    }
}

#[test]
fn what_comes_of_the_privilege_is_not_the_creators() {
    let mut w = seeded();
    let alice = w.who(r"CORP\alice.abara");
    let (n, _) = add_many(&mut w, r"CORP\alice.abara", "CN=Computers", "ZQ", 11);
    assert_eq!(n, 10);
    let id = w.find("CN=ZQ01,CN=Computers");
    let admins = w.forest.domain(Id::new(0)).sid.child(512);
    assert_eq!(w.forest.descriptor(id).owner, Some(admins));
    assert_eq!(w.view().values(id, schema::attr::CREATOR_SID), [Value::from(alice.sid)]);
    assert_eq!(w.delete(r"CORP\alice.abara", "CN=ZQ01,CN=Computers"), "50 00000005");
    // Moving does not free a place, deleting does; nobody can clear the mark.
    assert_eq!(w.rename("ADMIN", "CN=ZQ01,CN=Computers", "CN=ZQ01", Some("OU=Staff")), "0");
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZX,CN=Computers", &computer("ZX")), "53 0000216D");
    assert_eq!(w.modify("ADMIN", "CN=ZQ01,OU=Staff", "delete mS-DS-CreatorSID:"), "53 0000209A");
    assert_eq!(w.delete("ADMIN", "CN=ZQ01,OU=Staff"), "0");
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZX,CN=Computers", &computer("ZX")), "0");
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZY,CN=Computers", &computer("ZY")), "53 0000216D");
    // Delegated creation leaves no mark, and the object is the creator's.
    assert_eq!(w.add(r"CORP\SRV-ODJ01$", "CN=ZD,OU=Autopilot", &computer("ZD")), "0");
    let id = w.find("CN=ZD,OU=Autopilot");
    assert!(w.view().values(id, schema::attr::CREATOR_SID).is_empty());
    assert_eq!(w.forest.descriptor(id).owner, Some(w.who(r"CORP\SRV-ODJ01$").sid));
}

#[test]
fn the_quota_is_the_domains() {
    for (quota, count) in [(0, 0), (1, 1), (3, 3)] {
        let mut w = seeded();
        assert_eq!(w.modify("ADMIN", "", &format!("replace ms-DS-MachineAccountQuota: {quota}")), "0");
        let got = add_many(&mut w, r"CORP\alice.abara", "CN=Computers", "ZQ", 5);
        assert_eq!(got, (count, "53 0000216D".into()));
    }
}

#[test]
fn without_the_privilege_nobody_is_let_in() {
    let mut w = seeded();
    w.forest.domain_mut(Id::new(0)).machine_account_privilege.clear();
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZP,CN=Computers", &computer("ZP")), "50 00000005");
    assert_eq!(w.add(r"CORP\SRV-ODJ01$", "CN=ZP,OU=Autopilot", &computer("ZP")), "0");
    assert_eq!(w.provision(r"CORP\SRV-ODJ02$", Some("OU=Autopilot"), "ZP2"), 5);
}

#[test]
fn the_knob_closes_the_quota_path_outside_the_default_container() {
    let spec = ForestSpec {
        domains: vec![DomainSpec { dns: "corp.contoso.com".into(), ..Default::default() }],
        ..Default::default()
    };
    let mut knobs = ForestKnobs::default();
    knobs.set("quota_outside_default_container", "false").expect("a knob");
    let mut cx = cx(1);
    let forest = Forest::new(&spec, knobs, &mut cx).expect("a forest");
    let mut w = World { forest, cx };
    w.load(SEED);
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZP,OU=Staff", &computer("ZP")), "50 00000005");
    assert_eq!(w.add(r"CORP\alice.abara", "CN=ZP,CN=Computers", &computer("ZP")), "0");
}

#[test]
fn the_privilege_covers_what_a_join_needs() {
    let mut w = seeded();
    for (lines, want) in [
        ("objectClass: computer\nsAMAccountName: ZJ$", "0"),
        ("objectClass: computer\nsAMAccountName: ZJ", "19 00000523"),
        ("objectClass: computer\nsAMAccountName: ZJ$$", "19 00000523"),
        ("objectClass: computer\nsAMAccountName: ZJ$\nuserAccountControl: 512", "50 00000005"),
        ("objectClass: computer\nsAMAccountName: ZJ$\nuserAccountControl: 8192", "50 00000005"),
        ("objectClass: computer\nsAMAccountName: ZJ$\ndescription: x", "50 00002098"),
        ("objectClass: computer\nsAMAccountName: ZJ$\ndNSHostName: other.corp.contoso.com", "19 0000200B"),
        ("objectClass: computer\nsAMAccountName: ZJ$\ndNSHostName: ZJ.corp.contoso.com", "0"),
        ("objectClass: computer\nsAMAccountName: ZJ$\nservicePrincipalName: HOST/ZJ", "0"),
        ("objectClass: computer\nsAMAccountName: ZJ$\nservicePrincipalName: HOST/other", "19 0000200B"),
        ("objectClass: computer\nsAMAccountName: ZJ$\nunicodePwd: pwd=Str0ng.Pass", "0"),
        ("objectClass: msDS-ManagedServiceAccount\nsAMAccountName: ZJ$", "50 00000005"),
    ] {
        assert_eq!(w.add(r"CORP\alice.abara", "CN=ZJ,CN=Computers", lines), want, "{lines}");
        if want == "0" {
            w.delete("ADMIN", "CN=ZJ,CN=Computers");
        }
    }
}

#[test]
fn account_operators_are_exempt() {
    let mut w = seeded();
    let member = format!("add member: {}", full("CN=Alice Abara,OU=Staff"));
    assert_eq!(w.modify("ADMIN", "CN=Account Operators,CN=Builtin", &member), "0");
    assert_eq!(add_many(&mut w, r"CORP\alice.abara", "OU=Staff", "ZO", 12), (12, "0".into()));
}

#[test]
fn provisioning_returns_the_codes_of_windows() {
    let mut w = seeded();
    let odj = r"CORP\SRV-ODJ01$";
    for (who, ou, name, code) in [
        (odj, Some("OU=Autopilot"), "LAP-001", 0),
        (odj, Some("OU=Autopilot"), "LAP-001", 2224),
        (odj, Some("OU=Autopilot"), "lap-001", 2224),
        (odj, Some("OU=Nowhere"), "LAP-002", 0x2030),
        (odj, Some("CN=Computers"), "LAP-002", 87),
        (odj, Some("\"OU=Autopilot,DC=corp,DC=contoso,DC=com\""), "LAP-002", 87),
        (odj, Some("OU=Mine"), "LAP-002", 87),
        (odj, Some("OU=Autopilot,DC=example,DC=org"), "LAP-002", 87),
        (odj, Some("OU=Autopilot"), "LAP-%SERIAL%", 1210),
        (odj, Some("OU=Autopilot"), "SIXTEEN-LETTERS-", 1210),
        (odj, Some("OU=Autopilot"), "123456", 1210),
        (odj, Some("OU=Autopilot"), "", 87),
        (odj, None, "LAP-003", 0),
        (r"CORP\SRV-ODJ02$", Some("OU=Autopilot"), "LAP-004", 0),
        ("ADMIN", Some(""), "LAP-005", 0),
    ] {
        assert_eq!(w.provision(who, ou, name), code, "{who} {ou:?} {name}");
    }
    assert!(w.has("CN=LAP-003,CN=Computers") && w.has("CN=LAP-005,CN=Computers"));
    let who = w.who(odj);
    let other =
        w.forest.at(Id::new(0)).provision_computer(&who, "example.org", None, "X", Default::default(), &mut w.cx);
    assert_eq!(other.expect_err("another domain").code, 1355);
    let lap = "CN=LAP-001,OU=Autopilot";
    assert_eq!(w.values(lap, "userAccountControl"), ["4096"]);
    assert_eq!(w.values(lap, "dNSHostName"), ["LAP-001.corp.contoso.com"]);
    assert_eq!(
        w.values(lap, "servicePrincipalName"),
        [
            "HOST/LAP-001",
            "HOST/LAP-001.corp.contoso.com",
            "RestrictedKrbHost/LAP-001",
            "RestrictedKrbHost/LAP-001.corp.contoso.com"
        ]
    );
    assert_eq!(w.values(lap, "pwdLastSet"), ["133131456000000000"]);
    assert!(w.values(lap, "operatingSystem").is_empty() && w.values(lap, "lastLogonTimestamp").is_empty());
}

#[test]
fn the_eleventh_computer_of_a_connector_without_rights_is_refused() {
    let mut w = seeded();
    let codes: Vec<_> =
        (1..=12).map(|n| w.provision(r"CORP\SRV-ODJ02$", Some("OU=Autopilot"), &format!("LAP-{n:02}"))).collect();
    assert_eq!(codes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8557, 8557]);
    let told = w.timeline();
    let lines: Vec<_> = told.lines().rev().take(3).collect();
    assert_eq!(
        lines,
        [
            "SRV-ODJ02 could not create computer LAP-12 in OU=Autopilot,DC=corp,DC=contoso,DC=com: 8557 (the machine account quota is used up)",
            "SRV-ODJ02 could not create computer LAP-11 in OU=Autopilot,DC=corp,DC=contoso,DC=com: 8557 (the machine account quota is used up)",
            "SRV-ODJ02 created CN=LAP-10,OU=Autopilot,DC=corp,DC=contoso,DC=com on DC01, by the privilege to add workstations, within the machine account quota",
        ]
    );
}

#[test]
fn accounts_are_taken_over_only_where_the_hardening_lets_one() {
    for (maker, taker, allow, code) in [
        (r"CORP\SRV-ODJ01$", r"CORP\SRV-ODJ01$", false, 0),
        ("ADMIN", r"CORP\SRV-ODJ01$", false, 0),
        (r"CORP\SRV-ODJ02$", r"CORP\SRV-ODJ01$", false, 2732),
        (r"CORP\SRV-ODJ02$", r"CORP\SRV-ODJ02$", false, 0),
        (r"CORP\SRV-ODJ01$", r"CORP\SRV-ODJ02$", false, 2732),
        // The policy lets one pass, the right to reset the password is still needed.
        (r"CORP\SRV-ODJ01$", r"CORP\SRV-ODJ02$", true, 5),
    ] {
        let mut w = seeded();
        assert_eq!(w.provision(maker, Some("OU=Autopilot"), "LAP-1"), 0);
        let (made, taker) = (w.who(maker), w.who(taker));
        if allow {
            w.forest.domain_mut(Id::new(0)).account_reuse_allowed.push(made.sid);
        }
        let options = ProvisionOptions { reuse_account: true };
        let ou = full("OU=Autopilot");
        let result = w.forest.at(Id::new(0)).provision_computer(&taker, "CORP", Some(&ou), "LAP-1", options, &mut w.cx);
        assert_eq!(result.as_ref().map_or_else(|e| e.code, |_| 0), code, "{maker} {allow}");
        assert!(result.is_err() || result.is_ok_and(|r| r.reused));
    }
}

#[test]
fn a_computer_signs_in_with_its_secret_and_writes_its_certificate() {
    let mut w = seeded();
    let (who, ou) = (w.who(r"CORP\SRV-ODJ01$"), full("OU=Autopilot"));
    let info = SystemInfo { operating_system: "Windows 11 Enterprise", version: "10.0 (22631)" };
    let mut at = w.forest.at(Id::new(0));
    let made = at.provision_computer(&who, "CORP", Some(&ou), "LAP-1", Default::default(), &mut w.cx).expect("made");
    let wrong = Secret(made.secret.0 ^ 1);
    assert_eq!(at.logon_computer(made.entry, wrong, info, &mut w.cx), Err(LogonError::WrongSecret));
    let me = at.logon_computer(made.entry, made.secret, info, &mut w.cx).expect("signed in");
    assert_eq!(me.sid, made.sid);
    let _ = w.cx.take_signals();
    let mut at = w.forest.at(Id::new(0));
    at.write_registration_certificate(&me, Key::of("certificate", "LAP-1"), &mut w.cx).expect("written");
    assert_eq!(w.cx.take_signals(), [sim_core::Signal { topic: kinds::DIRECTORY_CHANGED, row: 0 }]);
    let lap = "CN=LAP-1,OU=Autopilot";
    assert_eq!(w.values(lap, "operatingSystem"), ["Windows 11 Enterprise"]);
    assert_eq!(w.values(lap, "lastLogonTimestamp").len(), 1);
    let entry = w.view().read(&w.who("ADMIN"), &full(lap), &["userCertificate"]).expect("it");
    let der = &entry.values("userCertificate")[0];
    let subject = made.guid.to_string();
    assert!(der.windows(36).any(|part| part == subject.as_bytes()));
    // A reset makes the old secret wrong.
    let options = ProvisionOptions { reuse_account: true };
    let mut at = w.forest.at(Id::new(0));
    let again = at.provision_computer(&who, "CORP", Some(&ou), "LAP-1", options, &mut w.cx).expect("taken over");
    assert_eq!((again.entry, again.guid), (made.entry, made.guid));
    assert_eq!(at.logon_computer(made.entry, made.secret, info, &mut w.cx), Err(LogonError::WrongSecret));
    assert!(at.logon_computer(made.entry, again.secret, info, &mut w.cx).is_ok());
    let next = at.change_secret(made.entry, again.secret, &mut w.cx).expect("changed");
    assert!(at.logon_computer(made.entry, again.secret, info, &mut w.cx).is_err() && next != again.secret);
    assert_eq!(w.modify("ADMIN", lap, "replace userAccountControl: 4098"), "0");
    let mut at = w.forest.at(Id::new(0));
    assert_eq!(at.logon_computer(made.entry, next, info, &mut w.cx), Err(LogonError::Disabled));
    assert_eq!(w.delete("ADMIN", lap), "0");
    let mut at = w.forest.at(Id::new(0));
    assert_eq!(at.logon_computer(made.entry, next, info, &mut w.cx), Err(LogonError::NoAccount));
}

#[test]
fn decisions_say_what_they_looked_at() {
    let mut w = seeded();
    for n in 1..=10 {
        w.provision(r"CORP\SRV-ODJ02$", Some("OU=Autopilot"), &format!("LAP-{n:02}"));
    }
    let ou = w.find("OU=Autopilot");
    let view = w.view();
    let class = schema::class::COMPUTER;
    let ask = Ask::about(sd::right::CREATE_CHILD, class.get().guid);
    let mut notes = Notes::default();
    let who = w.who(r"CORP\SRV-ODJ02$");
    let verdict = view.verdict(&who, ou, ask, &mut notes);
    let allowed = view.may_create(&who, ou, class, verdict, &mut notes);
    assert!(matches!(verdict, Verdict::NotGranted { missing: 1 }));
    assert_eq!(allowed, Allowed::Refused(Why(&kinds::WHY_QUOTA_SPENT)));
    assert_eq!(notes.0.last().map(String::as_str), Some("10 of 10 computers of the machine account quota are used"));
    let mut notes = Notes::default();
    let verdict = view.verdict(&w.who(r"CORP\SRV-ODJ01$"), ou, ask, &mut notes);
    assert!(
        verdict.is_granted()
            && notes.0.last().is_some_and(|n| n.starts_with("entry 0 grants create child objects to S-1-5-21-"))
    );
}

#[test]
fn changes_are_fed_in_order() {
    let mut w = seeded();
    let from = w.view().high_water();
    w.provision("ADMIN", None, "PC-1");
    w.provision("ADMIN", None, "PC-2");
    w.pass(SimDuration::from_mins(1));
    w.modify("ADMIN", "CN=PC-1,CN=Computers", "replace description: x");
    let changes = w.view().changes_since(from, None);
    let names: Vec<_> = changes.entries.iter().map(|id| w.view().name(*id)).collect();
    assert_eq!(names, ["PC-2", "PC-1"]);
    assert!(w.view().changes_since(changes.next, None).entries.is_empty());
    w.delete("ADMIN", "CN=PC-2,CN=Computers");
    let changes = w.view().changes_since(changes.next, Some(Id::new(0)));
    assert!(changes.entries.len() == 1 && w.view().row(changes.entries[0]).is_some_and(|e| e.is_deleted()));
}

#[test]
fn ids_are_pinned() {
    let mut w = empty();
    w.provision("ADMIN", None, "PC-1");
    let id = w.find("CN=PC-1,CN=Computers");
    let (guid, sid) = (w.view().guid(id), w.view().sid(id).expect("a SID"));
    let secret = w.forest.secret_of(id).expect("a secret");
    insta::assert_snapshot!(format!("{guid} {sid} {:016x}", secret.0), @"784fc203-12c9-495e-8415-93e93e324e82 S-1-5-21-753475891-3352356013-1867099799-1103 7157bc144f3d6d14");
}

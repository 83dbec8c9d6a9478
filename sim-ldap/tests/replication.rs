//! Several controllers: what each of them sees, and when.
#![allow(clippy::expect_used)]

mod common;

use common::*;
use sim_core::fault::Fault;
use sim_core::{Id, RecordKey, SimDuration, SimTime, Sym};
use sim_ldap::*;

const COMPUTER: &str = "objectClass: computer\nsAMAccountName: ZZ$\nuserAccountControl: 4096";

fn dc(name: &str, site: &str, read_only: bool) -> ControllerSpec {
    ControllerSpec { name: name.into(), site: site.into(), read_only }
}

/// DC01 and DC02 in one site, DC03 in a branch, and one there that takes no writes.
fn three() -> World {
    let mut w = with(&ForestSpec {
        domains: vec![DomainSpec {
            dns: "corp.contoso.com".into(),
            controllers: vec![
                dc("DC01", "", false),
                dc("DC02", "", false),
                dc("DC03", "Branch", false),
                dc("RODC1", "Branch", true),
            ],
            ..Default::default()
        }],
        sites: vec![SiteSpec { name: "Branch".into(), subnets: vec!["10.2.0.0/16".into(), "10.2.3.0/24".into()] }],
        ..Default::default()
    });
    w.load(SEED);
    w
}

fn down(w: &mut World, place: Sym) {
    w.cx.faults.add(Fault {
        kind: kinds::CONTROLLER_DOWN,
        place,
        to: Sym::EMPTY,
        from: w.cx.now(),
        until: SimTime::NEVER,
        left: None,
        after_effect: false,
        root: RecordKey::NONE,
    });
}

fn info() -> SystemInfo<'static> {
    SystemInfo { operating_system: "Windows 11 Enterprise", version: "10.0 (22631)" }
}

fn sees(w: &World, dc: u32, rest: &str) -> bool {
    w.forest.view(Id::new(dc), &w.cx).find_text(&full(rest)).is_ok()
}

fn text(w: &World, dc: u32, rest: &str, attr: schema::AttrId) -> Option<String> {
    let view = w.forest.view(Id::new(dc), &w.cx);
    view.find_text(&full(rest)).ok().and_then(|id| view.text(id, attr))
}

fn add_at(w: &mut World, dc: u32, who: &str, rest: &str, lines: &str) -> String {
    let who = w.who(who);
    let request = AddRequest { dn: full(rest), attributes: attributes(lines), secure: true };
    answer(w.forest.at(Id::new(dc)).add(&who, &request, &mut w.cx).map(|_| ()))
}

fn modify_at(w: &mut World, dc: u32, rest: &str, op: ModOp, attr: &str, value: &str) -> String {
    let who = w.who("ADMIN");
    let request = ModifyRequest::new(&full(rest), vec![Modification::new(op, attr, &[value])]);
    answer(w.forest.at(Id::new(dc)).modify(&who, &request, &mut w.cx).map(|_| ()))
}

#[test]
fn a_new_computer_is_not_everywhere_at_once() {
    let mut w = three();
    assert!(!w.forest.is_replicating());
    assert_eq!(add_at(&mut w, 0, "ADMIN", "CN=ZZ,CN=Computers", COMPUTER), "0");
    let seen = |w: &World| [0, 1, 2].map(|dc| sees(w, dc, "CN=ZZ,CN=Computers"));
    assert_eq!(seen(&w), [true, false, false]);
    w.pass(SimDuration::from_secs(14));
    assert_eq!(seen(&w), [true, false, false]);
    w.pass(SimDuration::from_secs(1));
    assert_eq!(seen(&w), [true, true, false]);
    w.pass(SimDuration::from_mins(180));
    assert_eq!(seen(&w), [true, true, true]);
    // The log is forgotten with the next write.
    modify_at(&mut w, 0, "CN=ZZ,CN=Computers", ModOp::Replace, "description", "x");
    w.pass(SimDuration::from_days(1));
    modify_at(&mut w, 0, "CN=ZZ,CN=Computers", ModOp::Replace, "description", "y");
    w.pass(SimDuration::from_days(1));
    assert!(sees(&w, 2, "CN=ZZ,CN=Computers"));
}

#[test]
fn attributes_arrive_one_by_one_and_the_last_writer_wins() {
    let mut w = three();
    let ap = "CN=AP-7K2M9QX4T1B,OU=Autopilot";
    let description = schema::attr::DESCRIPTION;
    let location = schema::attr::LOCATION;
    assert_eq!(modify_at(&mut w, 0, ap, ModOp::Replace, "description", "first"), "0");
    w.pass(SimDuration::from_secs(5));
    assert_eq!(modify_at(&mut w, 1, ap, ModOp::Replace, "location", "second"), "0");
    // The second controller has its own write, and not yet the first one's.
    assert_eq!((text(&w, 1, ap, description), text(&w, 1, ap, location).as_deref()), (None, Some("second")));
    assert_eq!((text(&w, 0, ap, description).as_deref(), text(&w, 0, ap, location)), (Some("first"), None));
    w.pass(SimDuration::from_secs(11));
    assert_eq!(text(&w, 1, ap, description).as_deref(), Some("first"));
    assert_eq!(text(&w, 0, ap, location), None);
    w.pass(SimDuration::from_secs(5));
    assert_eq!(text(&w, 0, ap, location).as_deref(), Some("second"));
    // One attribute written twice: the later write counts everywhere in the end.
    assert_eq!(modify_at(&mut w, 0, ap, ModOp::Replace, "description", "a"), "0");
    w.pass(SimDuration::from_secs(1));
    assert_eq!(modify_at(&mut w, 1, ap, ModOp::Replace, "description", "b"), "0");
    assert_eq!(text(&w, 1, ap, description).as_deref(), Some("b"));
    assert_eq!(text(&w, 0, ap, description).as_deref(), Some("a"));
    w.pass(SimDuration::from_hours(4));
    let all = [0, 1, 2].map(|dc| text(&w, dc, ap, description).expect("a value"));
    assert_eq!(all, ["b", "b", "b"]);
}

#[test]
fn moves_and_deletions_are_on_their_way_too() {
    let mut w = three();
    let (from, to) = ("CN=AP-7K2M9QX4T1B,OU=Autopilot", "CN=AP-NEW,OU=Kiosk,OU=Autopilot");
    assert_eq!(w.rename("ADMIN", from, "CN=AP-NEW", Some("OU=Kiosk,OU=Autopilot")), "0");
    assert_eq!((sees(&w, 0, from), sees(&w, 0, to)), (false, true));
    assert_eq!((sees(&w, 1, from), sees(&w, 1, to)), (true, false));
    let at_two = w.forest.view(Id::new(1), &w.cx);
    let ou = at_two.find_text(&full("OU=Autopilot")).expect("the OU");
    assert!(at_two.children(ou).iter().any(|id| at_two.name(*id) == "AP-7K2M9QX4T1B"));
    assert_eq!(at_two.account(Id::new(0), "AP-7K2M9QX4T1B$").map(|id| at_two.dn(id)), Some(full(from)));
    w.pass(SimDuration::from_mins(1));
    assert_eq!((sees(&w, 1, from), sees(&w, 1, to)), (false, true));
    assert_eq!(w.delete("ADMIN", to), "0");
    assert_eq!((sees(&w, 0, to), sees(&w, 1, to)), (false, true));
    assert_eq!(text(&w, 1, to, schema::attr::DNS_HOST_NAME_ATTR).as_deref(), Some("AP-7K2M9QX4T1B.corp.contoso.com"));
    w.pass(SimDuration::from_mins(1));
    assert!(!sees(&w, 1, to));
}

#[test]
fn memberships_are_on_their_way_too() {
    let mut w = three();
    let alice = full("CN=Alice Abara,OU=Staff");
    let group = "CN=DL-Connector-Servers,OU=Groups";
    assert_eq!(modify_at(&mut w, 0, group, ModOp::Add, "member", &alice), "0");
    assert_eq!(modify_at(&mut w, 0, "CN=GG-Autopilot-Users,OU=Groups", ModOp::Delete, "member", &alice), "0");
    let groups = |w: &World, dc: u32| {
        let view = w.forest.view(Id::new(dc), &w.cx);
        let id = view.find_text(&alice).expect("alice");
        let mut names: Vec<_> = view
            .values(id, schema::attr::MEMBER_OF)
            .iter()
            .map(|v| String::from_utf8(view.to_wire(v)).expect("text"))
            .collect();
        names.iter_mut().for_each(|n| *n = n[3..n.find(',').unwrap_or(n.len())].to_owned());
        names
    };
    assert_eq!(groups(&w, 0), ["DL-Connector-Servers"]);
    assert_eq!(groups(&w, 1), ["GG-Autopilot-Users"]);
    w.pass(SimDuration::from_mins(1));
    assert_eq!(groups(&w, 1), ["DL-Connector-Servers"]);
}

#[test]
fn the_quota_is_judged_by_what_a_controller_has_seen() {
    let mut w = three();
    let alice = r"CORP\alice.abara";
    for n in 0..10 {
        assert_eq!(
            add_at(&mut w, 0, alice, &format!("CN=Q{n},CN=Computers"), &COMPUTER.replace("ZZ", &format!("Q{n}"))),
            "0"
        );
    }
    let eleventh = |w: &mut World, dc: u32, name: &str| {
        add_at(w, dc, alice, &format!("CN={name},CN=Computers"), &COMPUTER.replace("ZZ", name))
    };
    assert_eq!(eleventh(&mut w, 0, "QA"), "53 0000216D");
    assert_eq!(eleventh(&mut w, 1, "QB"), "0");
    w.pass(SimDuration::from_mins(1));
    assert_eq!(eleventh(&mut w, 1, "QC"), "53 0000216D");
    assert_eq!(w.delete("ADMIN", "CN=Q0,CN=Computers"), "0");
    assert_eq!(w.delete("ADMIN", "CN=Q1,CN=Computers"), "0");
    // Freed here, not yet there.
    assert_eq!(eleventh(&mut w, 1, "QD"), "53 0000216D");
    assert_eq!(eleventh(&mut w, 0, "QE"), "0");
    w.pass(SimDuration::from_hours(4));
    assert_eq!(eleventh(&mut w, 2, "QF"), "53 0000216D");
}

#[test]
fn two_of_one_name_are_told_apart() {
    let mut w = three();
    assert_eq!(add_at(&mut w, 0, "ADMIN", "CN=ZZ,CN=Computers", COMPUTER), "0");
    let first = w.find("CN=ZZ,CN=Computers");
    w.pass(SimDuration::from_secs(5));
    assert_eq!(add_at(&mut w, 1, "ADMIN", "CN=ZZ,CN=Computers", COMPUTER), "0");
    assert_eq!(w.find("CN=ZZ,CN=Computers"), first);
    w.pass(SimDuration::from_mins(1));
    let second = w.find("CN=ZZ,CN=Computers");
    assert_ne!(first, second);
    let view = w.view();
    assert_eq!(view.dn(first), format!("CN=ZZ\\0ACNF:{},CN=Computers,{BASE}", view.guid(first)));
    assert_eq!(view.find_text(&view.dn(first)), Ok(first));
    assert!(view.text(first, schema::attr::SAM_ACCOUNT_NAME).is_some_and(|n| n.starts_with("$DUPLICATE-")));
    assert_eq!(view.account(Id::new(0), "ZZ$"), Some(second));
}

#[test]
fn a_held_link_lets_nothing_through() {
    let mut w = three();
    let (from, to) = (w.cx.name("DC01"), w.cx.name("DC02"));
    let now = w.cx.now();
    let fault = |from: Sym, to: Sym, from_at: SimTime, until: SimTime| Fault {
        kind: kinds::REPLICATION_HELD,
        place: from,
        to,
        from: from_at,
        until,
        left: None,
        after_effect: false,
        root: RecordKey::NONE,
    };
    w.cx.faults.add(fault(from, to, now, now + SimDuration::from_hours(2)));
    assert_eq!(add_at(&mut w, 0, "ADMIN", "CN=ZZ,CN=Computers", COMPUTER), "0");
    w.pass(SimDuration::from_mins(119));
    assert!(!sees(&w, 1, "CN=ZZ,CN=Computers"));
    w.pass(SimDuration::from_mins(1));
    assert!(sees(&w, 1, "CN=ZZ,CN=Computers"));
    let delay = SimDuration::from_secs(1);
    w.forest.set_delay(Id::new(0), Id::new(1), delay);
    assert_eq!(w.forest.delay(Id::new(0), Id::new(1)), delay);
}

#[test]
fn a_read_only_controller_sends_writers_elsewhere() {
    let mut w = three();
    assert_eq!(add_at(&mut w, 3, "ADMIN", "CN=ZZ,CN=Computers", COMPUTER), "10 0000202B");
    let who = w.who("ADMIN");
    let result = w.forest.at(Id::new(3)).provision_computer(&who, "CORP", None, "ZZ", Default::default(), &mut w.cx);
    let made = result.expect("the function asks a controller that takes writes");
    assert_eq!(w.cx.names.get(w.forest.controller(made.controller).name), "DC03");
    // Where nobody takes writes, there is no controller for the function, and nobody who checks a password.
    let modify = Modification::new(ModOp::Replace, "description", &["x"]);
    let request = ModifyRequest::new(&full("CN=ZZ,CN=Computers"), vec![modify]);
    let refusal = w.forest.at(Id::new(3)).modify(&who, &request, &mut w.cx).expect_err("a referral");
    assert_eq!(refusal.referral, Some(format!("ldap://dc03.corp.contoso.com/{}", full("CN=ZZ,CN=Computers"))));
    for name in ["DC01", "DC02", "DC03"] {
        let place = w.cx.name(name);
        down(&mut w, place);
    }
    let result = w.forest.at(Id::new(3)).provision_computer(&who, "CORP", None, "Z2", Default::default(), &mut w.cx);
    assert_eq!(result.map(|_| ()).map_err(|e| e.code), Err(1355));
    let logon = w.forest.at(Id::new(3)).logon_computer(made.entry, made.secret, info(), &mut w.cx);
    assert_eq!(logon.map(|_| ()), Err(LogonError::NoAccount), "it has not arrived");
    w.pass(SimDuration::from_hours(4));
    let logon = w.forest.at(Id::new(3)).logon_computer(made.entry, made.secret, info(), &mut w.cx);
    assert_eq!(logon.map(|_| ()), Err(LogonError::NoLogonServers));
    // Members of the allowed group are kept.
    let (group, computer) = ("CN=Allowed RODC Password Replication Group,CN=Users", full("CN=ZZ,CN=Computers"));
    assert_eq!(w.modify("SYSTEM", group, &format!("add member: {computer}")), "0");
    w.pass(SimDuration::from_hours(4));
    let logon = w.forest.at(Id::new(3)).logon_computer(made.entry, made.secret, info(), &mut w.cx);
    assert_eq!(logon.map(|_| ()), Ok(()));
}

#[test]
fn clients_find_a_controller_of_their_site() {
    let mut w = three();
    let site = w.forest.site_of([10, 2, 3, 4].into()).expect("a site");
    assert_eq!(w.cx.names.get(w.forest.sites().nth(1).expect("two sites").1.name), "Branch");
    assert_eq!(w.forest.site_of([192, 168, 0, 1].into()), None);
    let find = |w: &World, key: u64| {
        let dc = w.forest.find_controller("corp.contoso.com", Some(site), sim_core::Key(key), &w.cx).expect("one");
        w.cx.names.get(w.forest.controller(dc).name).to_owned()
    };
    assert!((0..20).all(|k| ["DC03", "RODC1"].contains(&find(&w, k).as_str())));
    for name in ["DC03", "RODC1"] {
        let place = w.cx.name(name);
        down(&mut w, place);
    }
    assert!((0..20).all(|k| ["DC01", "DC02"].contains(&find(&w, k).as_str())));
    assert!(w.forest.find_controller("example.org", None, sim_core::Key(1), &w.cx).is_none());
}

#[test]
fn domains_of_a_forest_refer_to_each_other() {
    let domain = |dns: &str, dc: &str| DomainSpec {
        dns: dns.into(),
        controllers: vec![ControllerSpec { name: dc.into(), ..Default::default() }],
        ..Default::default()
    };
    let mut w = with(&ForestSpec {
        domains: vec![domain("corp.contoso.com", "DC01"), domain("emea.corp.contoso.com", "EDC01")],
        ..Default::default()
    });
    let emea = "CN=Computers,DC=emea,DC=corp,DC=contoso,DC=com";
    let refusal = w.view().find_text(emea).expect_err("elsewhere");
    assert_eq!(refusal.referral, Some(format!("ldap://emea.corp.contoso.com/{emea}")));
    assert!(w.forest.view(Id::new(1), &w.cx).find_text(emea).is_ok());
    assert!(w.forest.view(Id::new(1), &w.cx).find_text("CN=Configuration,DC=corp,DC=contoso,DC=com").is_ok());
    // Configuration is on every controller, and so on its way between them.
    w.forest.create_scp("contoso.com", sim_core::Guid::NIL, &mut w.cx).expect("made");
    assert!(w.forest.read_scp(Id::new(0), &w.cx).is_some() && w.forest.read_scp(Id::new(1), &w.cx).is_none());
    w.pass(SimDuration::from_mins(1));
    assert!(w.forest.read_scp(Id::new(1), &w.cx).is_some());
    // Account names are unique in a domain, service names in the forest.
    let admin = w.who(r"EMEA\Administrator");
    assert!(w.view().is_admin(&w.who("ADMIN"), Id::new(1)));
    assert_eq!(w.provision("ADMIN", None, "PC-1"), 0);
    let made = w.forest.at(Id::new(1)).provision_computer(&admin, "EMEA", None, "PC-1", Default::default(), &mut w.cx);
    assert_eq!(made.map(|_| ()).map_err(|e| e.code), Err(0x21C7));
    let made = w.forest.at(Id::new(1)).provision_computer(&admin, "EMEA", None, "PC-2", Default::default(), &mut w.cx);
    assert!(made.is_ok());
}

//! Rules over all inputs.
#![allow(clippy::expect_used)]

mod common;

use common::*;
use proptest::prelude::*;
use sim_core::{Id, SimDuration};
use sim_ldap::*;
use std::collections::BTreeMap;

const WHO: [&str; 4] = [r"CORP\alice.abara", r"CORP\SRV-ODJ02$", r"CORP\svc-odj", r"CORP\SRV-ODJ01$"];
const PLACES: [&str; 3] = ["CN=Computers", "OU=Autopilot", "OU=Staff"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whoever adds and deletes what and where: nobody has more under the privilege than the quota says, and the count kept is
    /// the count found.
    #[test]
    fn the_quota_is_never_exceeded(
        quota in 0u32..4,
        steps in prop::collection::vec((0usize..4, 0usize..3, 0u32..12, prop::bool::weighted(0.35)), 1..60),
    ) {
        let mut w = seeded();
        w.modify("ADMIN", "", &format!("replace ms-DS-MachineAccountQuota: {quota}"));
        let people: Vec<_> = WHO.iter().map(|n| w.who(n)).collect();
        for (who, place, n, delete) in steps {
            let name = format!("P{n:02}");
            if delete {
                for place in PLACES { w.delete("ADMIN", &format!("CN={name},{place}")); }
            } else {
                let lines = format!("objectClass: computer\nsAMAccountName: {name}$");
                let before = w.view().created_by(Id::new(0), &people[who].sid);
                let answer = w.add(WHO[who], &format!("CN={name},{}", PLACES[place]), &lines);
                if answer == "53 0000216D" { prop_assert!(before >= quota); }
            }
            for person in &people {
                let counted = w.view().created_by(Id::new(0), &person.sid);
                let filter = Filter::Equal("mS-DS-CreatorSID".into(), person.sid.to_bytes());
                let found = w.view().count(&w.who("SYSTEM"), BASE, Scope::Subtree, &filter).expect("a count");
                prop_assert_eq!(counted as usize, found);
                prop_assert!(counted <= quota);
            }
        }
    }

    /// With two controllers the counter and a count over what the controller sees agree, whatever is on its way.
    #[test]
    fn each_controller_counts_what_it_sees(
        steps in prop::collection::vec((0usize..2, 0u32..2, 0u32..8, 0u8..10, 0i64..20), 1..40),
    ) {
        let dc = |name: &str| ControllerSpec { name: name.into(), ..Default::default() };
        let mut w = with(&ForestSpec {
            domains: vec![DomainSpec {
                dns: "corp.contoso.com".into(),
                controllers: vec![dc("DC01"), dc("DC02")],
                machine_account_quota: Some(3),
                ..Default::default()
            }],
            ..Default::default()
        });
        w.load(SEED);
        let people: Vec<_> = WHO[..2].iter().map(|n| w.who(n)).collect();
        let system = w.who("SYSTEM");
        let mut names: BTreeMap<u32, u32> = BTreeMap::new();
        for (who, dc, n, what, wait) in steps {
            let at = Id::new(dc);
            if what < 3 {
                let dn = full(&format!("CN=P{n:02},CN=Computers"));
                let _ = w.forest.at(at).delete(&system, &dn, &mut w.cx);
            } else {
                // Names are not used twice, so that no conflict renames anything.
                let life = names.entry(n).or_insert(0);
                *life += 1;
                let name = format!("P{n:02}-{life}");
                let lines = format!("objectClass: computer\nsAMAccountName: {name}$");
                let request = AddRequest { dn: full(&format!("CN={name},CN=Computers")), attributes: attributes(&lines), secure: true };
                let _ = w.forest.at(at).add(&people[who], &request, &mut w.cx);
            }
            w.pass(SimDuration::from_secs(wait));
            for dc in 0..2 {
                let view = w.forest.view(Id::new(dc), &w.cx);
                for person in &people {
                    let filter = Filter::Equal("mS-DS-CreatorSID".into(), person.sid.to_bytes());
                    let walk = Filter::Not(Box::new(Filter::Not(Box::new(filter.clone()))));
                    let found = view.count(&system, BASE, Scope::Subtree, &walk).expect("a count");
                    prop_assert_eq!(view.created_by(Id::new(0), &person.sid) as usize, found);
                    prop_assert_eq!(view.count(&system, BASE, Scope::Subtree, &filter).expect("a count"), found);
                }
            }
        }
    }

    /// Any name, any attribute, any octets: an answer, not a panic; and what was refused has changed nothing.
    #[test]
    fn no_request_panics(
        dn in "(CN|OU|DC)=[a-zA-Z\\\\,= \"#+]{0,8}(,OU=Staff,DC=corp,DC=contoso,DC=com)?",
        class in prop_oneof![Just("computer"), Just("user"), Just("group"), Just("organizationalUnit"), Just("top"), Just("x")],
        attrs in prop::collection::vec((0usize..ATTRS.len(), prop::collection::vec(any::<u8>(), 0..12)), 0..4),
        op in 0u8..3,
    ) {
        let mut w = seeded();
        let who = w.who(if op == 0 { "ADMIN" } else { r"CORP\alice.abara" });
        let mut attributes = vec![("objectClass".to_owned(), vec![class.as_bytes().to_vec()])];
        attributes.extend(attrs.iter().map(|(n, v)| (ATTRS[*n].to_owned(), vec![v.clone()])));
        let count = w.forest.entry_count();
        let request = AddRequest { dn: dn.clone(), attributes, secure: true };
        let added = w.forest.at(Id::new(0)).add(&who, &request, &mut w.cx).is_ok();
        prop_assert_eq!(w.forest.entry_count(), count + usize::from(added));
        let version = w.forest.version();
        let ops = [ModOp::Add, ModOp::Delete, ModOp::Replace];
        let parts = attrs.iter().map(|(n, v)| Modification { op: ops[usize::from(op)], attr: ATTRS[*n].into(), values: vec![v.clone()] });
        let alice = full("CN=Alice Abara,OU=Staff");
        let done = w.forest.at(Id::new(0)).modify(&who, &ModifyRequest::new(&alice, parts.collect()), &mut w.cx).is_ok();
        prop_assert!(done || w.forest.version() == version);
        let rename = RenameRequest { dn: alice, new_rdn: dn.clone(), delete_old_rdn: true, new_superior: None };
        let _ = w.forest.at(Id::new(0)).rename(&who, &rename, &mut w.cx);
        let _ = w.forest.at(Id::new(0)).delete(&who, &dn, &mut w.cx);
        for filter in [format!("(cn={dn})"), dn] {
            if let Ok(filter) = filter.parse::<Filter>() {
                let _ = w.view().count(&who, BASE, Scope::Subtree, &filter);
            }
        }
    }

    /// A filter finds the same whether an index answers or a walk.
    #[test]
    fn indexes_do_not_change_answers(
        attr in prop_oneof![Just("sAMAccountName"), Just("servicePrincipalName"), Just("dNSHostName"), Just("mail"), Just("cn"), Just("objectClass"), Just("memberOf")],
        value in prop_oneof![Just("alice.abara"), Just("SRV-ODJ01$"), Just("HOST/SRV-ODJ01"), Just("srv-odj01.corp.contoso.com"), Just("computer"), Just("x"), Just("AP-7K2M9QX4T1B")],
        other in prop_oneof![Just("(objectClass=user)"), Just("(!(cn=AP*))"), Just("(noSuch=1)")],
    ) {
        let w = seeded();
        let plain: Filter = format!("(&({attr}={value}){other})").parse().expect("a filter");
        let walk: Filter = format!("(&(!(!({attr}={value}))){other})").parse().expect("a filter");
        let count = |f: &Filter| w.view().count(&w.who("ADMIN"), BASE, Scope::Subtree, f).expect("a count");
        prop_assert_eq!(count(&plain), count(&walk));
    }
}

const ATTRS: &[&str] = &[
    "sAMAccountName",
    "userAccountControl",
    "member",
    "description",
    "objectSid",
    "nTSecurityDescriptor",
    "unicodePwd",
    "servicePrincipalName",
    "dNSHostName",
    "pwdLastSet",
    "userCertificate",
    "primaryGroupID",
    "wellKnownObjects",
    "msDS-AllowedToActOnBehalfOfOtherIdentity",
    "whenCreated",
    "noSuch",
    "manager",
    "groupType",
    "distinguishedName",
    "memberOf",
    "sIDHistory",
];

#[test]
fn the_same_seed_makes_the_same_forest() {
    let run = |seed: u64| {
        let mut cx = cx(seed);
        let spec = ForestSpec {
            domains: vec![DomainSpec { dns: "corp.contoso.com".into(), ..Default::default() }],
            ..Default::default()
        };
        let forest = Forest::new(&spec, ForestKnobs::default(), &mut cx).expect("a forest");
        let mut w = World { forest, cx };
        w.load(SEED);
        w.provision(r"CORP\SRV-ODJ02$", None, "LAP-1");
        let filter = Filter::any();
        let all = w.view().search(&w.who("SYSTEM"), &SearchRequest::new(BASE, Scope::Subtree, &filter, &[]));
        (ldif::print_entries(&all.expect("all").entries), w.cx.trace.hash())
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).0, run(2).0);
}

//! Writes: request and answer, result code and Win32 code. Rules and codes as in MS-ADTS 3.1.1.5 and the captured answers.
#![allow(clippy::expect_used)]

mod common;

use common::*;
use sim_ldap::*;

#[test]
fn adds_are_answered() {
    let mut w = seeded();
    let computer = "objectClass: computer\nsAMAccountName: ZZ1$";
    for (who, dn, lines, want) in [
        ("ADMIN", "OU=ZZ,OU=Autopilot", "objectClass: organizationalUnit", "0"),
        ("ADMIN", "CN=ZZ1,OU=Autopilot", computer, "0"),
        ("ADMIN", "CN=ZZ1,OU=Autopilot", computer, "68 00002071"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", computer, "68 00000524"),
        ("ADMIN", "CN=ZZ2,OU=Nowhere,OU=Autopilot", computer, "32 0000208D"),
        ("ADMIN", "not a dn", computer, "34 0000208F"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "sAMAccountName: ZZ2$", "65 0000207B"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: noSuchClass", "16 000020B3"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: user\nobjectClass: group", "65 00002014"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: computer\nobjectSid: S-1-5-21-1-2-3-4", "53 0000209A"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: computer\nmemberOf: CN=x", "53 0000209A"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: computer\ninstanceType: 5", "53 00002079"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: computer\nnoSuch: 1", "16 00000057"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: computer\nuserAccountControl: x", "21 00000057"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: organizationalUnit", "64 00002073"),
        ("ADMIN", "OU=ZZ2,CN=AP-7K2M9QX4T1B,OU=Autopilot", "objectClass: organizationalUnit", "64 00002099"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: group\nuserAccountControl: 512", "65 0000207D"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: contact\nsn: a\nsn: b", "19 00002081"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: contact\ndescription: a\ndescription: A", "20 00002083"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: contact\nmanager: CN=nobody", "19 000020B5"),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: contact\ncn: other", "64 00002073"),
        (
            "ADMIN",
            "CN=ZZ2,OU=Autopilot",
            "objectClass: user\nsAMAccountName: this.name.is.much.too.long",
            "19 00000523",
        ),
        ("ADMIN", "CN=ZZ2,OU=Autopilot", "objectClass: user\nsAMAccountName: a/b", "19 00000523"),
        ("ADMIN", "CN=ZZ2,OU=Staff", "objectClass: user\nsAMAccountName: zz2\nuserAccountControl: 512", "53 0000052D"),
        ("ADMIN", "CN=ZZ2,OU=Staff", "objectClass: user\nsAMAccountName: zz2\nunicodePwd: pwd=short", "53 0000052D"),
        ("ADMIN", "CN=ZZ2,OU=Staff", "objectClass: user\nunicodePwd: x", "53 0000001F"),
        (
            "ADMIN",
            "CN=ZZ3,OU=Staff",
            "objectClass: user\nuserPrincipalName: alice.abara@corp.contoso.com",
            "19 000021C8",
        ),
        ("ADMIN", "CN=ZZ3,OU=Staff", "objectClass: computer\nservicePrincipalName: HOST/SRV-ODJ01", "19 000021C7"),
        ("ADMIN", "CN=ZZ3,OU=Staff", "objectClass: subSchema", "64 00002099"),
        ("ADMIN", "CN=ZZ4,OU=Staff", "objectClass: user\nunicodePwd: pwd=Str0ng.Pass\nuserAccountControl: 512", "0"),
        (r"CORP\alice.abara", "OU=ZZ Alice", "objectClass: organizationalUnit", "50 00002098"),
        (r"CORP\alice.abara", "CN=ZZ5,OU=Staff", "objectClass: user", "50 00002098"),
        ("ANON", "CN=ZZ5,OU=Staff", "objectClass: user", "1 000004DC"),
        ("ADMIN", "CN=x,DC=example,DC=org", "objectClass: user", "10 0000202B"),
    ] {
        assert_eq!(w.add(who, dn, lines), want, "{who} {dn} {lines}");
    }
    assert_eq!(w.values("CN=ZZ1,OU=Autopilot", "userAccountControl"), ["4130"]);
    assert_eq!(w.values("CN=ZZ1,OU=Autopilot", "pwdLastSet"), ["0"]);
    let made_up = w.values("CN=ZZ4,OU=Staff", "sAMAccountName").remove(0);
    assert!(made_up.len() == 20 && made_up.starts_with('$') && &made_up[7..8] == "-", "{made_up}");
}

#[test]
fn changes_are_answered() {
    let mut w = seeded();
    let ap = "CN=AP-7K2M9QX4T1B,OU=Autopilot";
    let alice = "CN=Alice Abara,OU=Staff";
    let group = "CN=GG-Field,OU=Groups";
    let full_alice = full(alice);
    for (who, dn, lines, want) in [
        ("ADMIN", ap, "replace description: a".to_owned(), "0"),
        ("ADMIN", ap, "add description: A".into(), "20 00002083"),
        ("ADMIN", ap, "delete description: b".into(), "16 00002085"),
        ("ADMIN", ap, "delete description:".into(), "0"),
        ("ADMIN", ap, "delete description:".into(), "16 00002085"),
        ("ADMIN", "CN=Nothere,OU=Autopilot", "replace description: a".into(), "32 0000208D"),
        ("ADMIN", ap, "replace objectGUID: 0123456789abcdef".into(), "53 0000209A"),
        ("ADMIN", ap, "replace displayName: a|b".into(), "19 00002081"),
        ("ADMIN", ap, "replace cn: a".into(), "67 00002016"),
        ("ADMIN", ap, "replace name: a".into(), "67 00002016"),
        ("ADMIN", ap, "replace noSuch: a".into(), "16 00000057"),
        ("ADMIN", ap, "replace objectClass: user".into(), "69 00002017"),
        ("ADMIN", ap, "replace groupType: 2".into(), "65 0000207D"),
        ("ADMIN", alice, "add memberOf: CN=x".into(), "53 0000209A"),
        ("ADMIN", group, format!("add member: {full_alice}"), "0"),
        ("ADMIN", group, format!("add member: {full_alice}"), "68 00000562"),
        ("ADMIN", group, format!("delete member: {full_alice}"), "0"),
        ("ADMIN", group, format!("delete member: {full_alice}"), "53 00000561"),
        ("ADMIN", group, "add member: CN=nobody".into(), "19 000020B5"),
        ("ADMIN", alice, "replace sAMAccountName: bora.quint".into(), "68 00000524"),
        ("ADMIN", alice, "replace unicodePwd: pwd=weak".into(), "53 0000052D"),
        ("ADMIN", alice, "replace unicodePwd: pwd=Much.Str0nger".into(), "0"),
        (
            r"CORP\alice.abara",
            alice,
            "delete unicodePwd: pwd=wrong\nadd unicodePwd: pwd=An0ther.One".into(),
            "19 00000056",
        ),
        (
            r"CORP\alice.abara",
            alice,
            "delete unicodePwd: pwd=Much.Str0nger\nadd unicodePwd: pwd=An0ther.One".into(),
            "0",
        ),
        (r"CORP\alice.abara", alice, "replace unicodePwd: pwd=An0ther.Two".into(), "50 00000005"),
        (r"CORP\alice.abara", alice, "replace telephoneNumber: 1".into(), "0"),
        (r"CORP\alice.abara", alice, "replace department: Sales".into(), "50 00002098"),
        (r"CORP\alice.abara", ap, "replace description: x".into(), "50 00002098"),
        (r"CORP\AP-7K2M9QX4T1B$", ap, "replace dNSHostName: AP-7K2M9QX4T1B.corp.contoso.com".into(), "0"),
        (r"CORP\AP-7K2M9QX4T1B$", ap, "replace dNSHostName: other.corp.contoso.com".into(), "19 0000200B"),
        (r"CORP\AP-7K2M9QX4T1B$", ap, "add servicePrincipalName: http/AP-7K2M9QX4T1B".into(), "0"),
        (r"CORP\AP-7K2M9QX4T1B$", ap, "add servicePrincipalName: http/SRV-ODJ01".into(), "19 0000200B"),
        (r"CORP\AP-7K2M9QX4T1B$", ap, "add userCertificate: octets".into(), "0"),
        (r"CORP\AP-7K2M9QX4T1B$", "CN=SRV-ODJ01,OU=Servers", "add userCertificate: octets".into(), "50 00002098"),
        ("ADMIN", "CN=SRV-ODJ02,OU=Servers", "add servicePrincipalName: HOST/SRV-ODJ01".into(), "19 000021C7"),
        (r"CORP\SRV-ODJ01$", ap, "replace description: by the connector".into(), "0"),
        (r"CORP\SRV-ODJ01$", "OU=Autopilot", "replace description: no".into(), "50 00002098"),
        ("ADMIN", "CN=Dana Locke,OU=Staff", "replace userAccountControl: 512".into(), "0"),
        (r"CORP\SRV-ODJ01$", ap, "replace userAccountControl: 8192".into(), "50 00000005"),
        (r"CORP\SRV-ODJ01$", ap, "replace sAMAccountName: DC02".into(), "19 00000523"),
    ] {
        assert_eq!(w.modify(who, dn, &lines), want, "{who} {dn} {lines}");
    }
    assert_eq!(w.values(ap, "userCertificate"), ["octets"]);
    assert_eq!(w.values(alice, "telephoneNumber"), ["1"]);
}

#[test]
fn a_modify_holds_as_a_whole_or_not_at_all() {
    let mut w = seeded();
    let ap = "CN=AP-7K2M9QX4T1B,OU=Autopilot";
    let version = w.forest.version();
    assert_eq!(w.modify("ADMIN", ap, "replace description: a\nreplace displayName: a|b"), "19 00002081");
    assert!(w.values(ap, "description").is_empty());
    assert_eq!(w.forest.version(), version);
}

#[test]
fn renaming_keeps_identity_and_account_name() {
    let mut w = seeded();
    w.add(
        "ADMIN",
        "CN=ZZR01,OU=Autopilot",
        "objectClass: computer\nsAMAccountName: ZZR01$\ndNSHostName: ZZR01.corp.contoso.com",
    );
    let id = w.find("CN=ZZR01,OU=Autopilot");
    let (guid, sid) = (w.view().guid(id), w.view().sid(id));
    for (who, dn, rdn, to, want) in [
        ("ADMIN", "CN=ZZR01,OU=Autopilot", "CN=ZZR01B", None, "0"),
        ("ADMIN", "CN=ZZR01B,OU=Autopilot", "CN=AP-7K2M9QX4T1B", None, "68 00002071"),
        ("ADMIN", "CN=ZZR01B,OU=Autopilot", "OU=ZZR01B", None, "64 00002073"),
        ("ADMIN", "CN=ZZR01B,OU=Autopilot", "CN=ZZR01B", Some("OU=Nowhere"), "32 0000208D"),
        ("ADMIN", "CN=ZZR01B,OU=Autopilot", "CN=ZZR01B", Some("OU=Kiosk,OU=Autopilot"), "0"),
        ("ADMIN", "OU=Autopilot", "OU=Autopilot", Some("OU=Kiosk,OU=Autopilot"), "53 00002035"),
        ("ADMIN", "CN=Computers", "CN=PCs", None, "53 00002077"),
        (r"CORP\alice.abara", "CN=ZZR01B,OU=Kiosk,OU=Autopilot", "CN=ZZR01C", None, "50 00002098"),
        (r"CORP\SRV-ODJ01$", "CN=ZZR01B,OU=Kiosk,OU=Autopilot", "CN=ZZR01C", Some("OU=Autopilot"), "0"),
        (r"CORP\SRV-ODJ01$", "CN=ZZR01C,OU=Autopilot", "CN=ZZR01C", Some("OU=Staff"), "50 00002098"),
    ] {
        assert_eq!(w.rename(who, dn, rdn, to), want, "{who} {dn} {rdn} {to:?}");
    }
    assert_eq!(w.find("CN=ZZR01C,OU=Autopilot"), id);
    assert_eq!((w.view().guid(id), w.view().sid(id)), (guid, sid));
    assert_eq!(w.values("CN=ZZR01C,OU=Autopilot", "sAMAccountName"), ["ZZR01$"]);
    assert_eq!(w.values("CN=ZZR01C,OU=Autopilot", "name"), ["ZZR01C"]);
    assert_eq!(w.search("ADMIN", "", Scope::Subtree, "(sAMAccountName=zzr01$)"), ["ZZR01C"]);
    assert_eq!(w.search("ADMIN", "", Scope::Subtree, "(dNSHostName=zzr01.corp.contoso.com)"), ["ZZR01C"]);
    // The names of what is below follow their container.
    assert_eq!(w.rename("ADMIN", "OU=Autopilot", "OU=Devices", None), "0");
    assert_eq!(w.view().dn(id), full("CN=ZZR01C,OU=Devices"));
    assert!(w.has("CN=AP-RETIRED01,OU=Kiosk,OU=Devices") && !w.has("CN=AP-RETIRED01,OU=Kiosk,OU=Autopilot"));
}

#[test]
fn what_is_deleted_stays_as_a_tombstone() {
    let mut w = seeded();
    w.add("ADMIN", "CN=ZZT,OU=Autopilot", "objectClass: computer\nsAMAccountName: ZZT$\ndescription: gone");
    let id = w.find("CN=ZZT,OU=Autopilot");
    let (guid, sid) = (w.view().guid(id), w.view().sid(id).expect("a SID"));
    for (who, dn, want) in [
        ("ADMIN", "OU=Autopilot", "66 00002015"),
        ("ADMIN", "CN=Computers", "53 00002077"),
        ("ADMIN", "CN=Nothere", "32 0000208D"),
        (r"CORP\alice.abara", "CN=ZZT,OU=Autopilot", "50 00000005"),
        (r"CORP\SRV-ODJ01$", "CN=ZZT,OU=Autopilot", "0"),
        ("ADMIN", "CN=ZZT,OU=Autopilot", "32 0000208D"),
        ("ADMIN", "CN=Administrators,CN=Builtin", "53 00002077"),
    ] {
        assert_eq!(w.delete(who, dn), want, "{who} {dn}");
    }
    let filter: Filter = "(&(isDeleted=TRUE)(sAMAccountName=ZZT$))".parse().expect("a filter");
    let base = full("CN=Deleted Objects");
    let mut request = SearchRequest::new(&base, Scope::Subtree, &filter, &[]);
    assert!(w.view().search(&w.who("ADMIN"), &request).expect("nothing").entries.is_empty());
    request.deleted = true;
    let found = w.view().search(&w.who("ADMIN"), &request).expect("it").entries.remove(0);
    assert_eq!(found.dn, format!("CN=ZZT\\0ADEL:{guid},CN=Deleted Objects,{BASE}"));
    assert_eq!(found.text("lastKnownParent"), Some(full("OU=Autopilot").as_str()));
    assert_eq!(found.text("sAMAccountName"), Some("ZZT$"));
    assert_eq!(found.values("objectSid"), [sid.to_bytes()]);
    assert!(found.values("description").is_empty() && found.values("memberOf").is_empty());
    // The name is free again, the GUID and the SID are not.
    assert_eq!(w.add("ADMIN", "CN=ZZT,OU=Autopilot", "objectClass: computer\nsAMAccountName: ZZT$"), "0");
    let next = w.find("CN=ZZT,OU=Autopilot");
    assert!(w.view().guid(next) != guid && w.view().sid(next) != Some(sid));
    w.delete("ADMIN", "CN=ZZT,OU=Autopilot");
    // It comes back under its own name.
    let back = format!("delete isDeleted:\nreplace distinguishedName: {}", full("CN=ZZT,OU=Kiosk,OU=Autopilot"));
    assert_eq!(w.modify(r"CORP\alice.abara", &found.dn, &back), "50 00000005");
    assert_eq!(w.modify("ADMIN", &found.dn, &back), "0");
    assert_eq!(w.view().guid(w.find("CN=ZZT,OU=Kiosk,OU=Autopilot")), guid);
    assert_eq!(w.search("ADMIN", "", Scope::Subtree, "(sAMAccountName=ZZT$)"), ["ZZT"]);
}

#[test]
fn a_tree_goes_with_all_that_is_below() {
    let mut w = seeded();
    let who = w.who("ADMIN");
    w.forest.at(sim_core::Id::new(0)).delete_tree(&who, &full("OU=Autopilot"), &mut w.cx).expect("deleted");
    assert!(!w.has("OU=Autopilot"));
    assert!(w.search("ADMIN", "", Scope::Subtree, "(cn=AP-*)").is_empty());
}

#[test]
fn links_follow_their_objects() {
    let mut w = seeded();
    w.rename("ADMIN", "CN=Alice Abara,OU=Staff", "CN=Alice B", None);
    assert_eq!(w.values("CN=Chidi Okoro,OU=Staff", "manager"), [full("CN=Alice B,OU=Staff")]);
    w.delete("ADMIN", "CN=Alice B,OU=Staff");
    assert!(w.values("CN=Chidi Okoro,OU=Staff", "manager").is_empty());
    assert_eq!(w.values("CN=GG-Autopilot-Users,OU=Groups", "member"), [full("CN=Bora Quint,OU=Staff")]);
}

#[test]
fn rights_reach_what_is_below() {
    let mut w = seeded();
    // A denial on the OU reaches the OU below and is stronger than what that inherits.
    let alice = w.who(r"CORP\alice.abara");
    let id = w.find("OU=Autopilot");
    assert_eq!(
        w.add(r"CORP\SRV-ODJ01$", "CN=ZZ1,OU=Kiosk,OU=Autopilot", "objectClass: computer\nsAMAccountName: ZZ1$"),
        "0"
    );
    let mut sd = w.forest.descriptor(id).clone();
    let deny = sd::Ace { kind: sd::AceKind::Deny, flags: 2, ..sd::Ace::allow(1, w.who(r"CORP\SRV-ODJ01$").sid) };
    sd.dacl.get_or_insert_default().insert(0, deny);
    sd.canonicalize();
    w.forest.write_descriptor(id, sd, &mut w.cx);
    // On the OU itself the denial comes first; below, both are inherited and the denial comes first again.
    for dn in ["CN=ZZ2,OU=Autopilot", "CN=ZZ2,OU=Kiosk,OU=Autopilot"] {
        assert_eq!(w.add(r"CORP\SRV-ODJ01$", dn, "objectClass: computer\nsAMAccountName: ZZ2$"), "50 00000005");
    }
    w.forest.delegate_computer_control(&full("OU=Autopilot"), &alice, &mut w.cx).expect("delegated");
    assert_eq!(
        w.add(r"CORP\alice.abara", "CN=ZZ3,OU=Kiosk,OU=Autopilot", "objectClass: computer\nsAMAccountName: ZZ3$"),
        "0"
    );
    assert_eq!(w.delete(r"CORP\alice.abara", "CN=ZZ1,OU=Kiosk,OU=Autopilot"), "0");
    w.forest.revoke_control(&full("OU=Autopilot"), &alice, &mut w.cx).expect("revoked");
    assert_eq!(w.delete(r"CORP\alice.abara", "CN=AP-RETIRED01,OU=Kiosk,OU=Autopilot"), "50 00000005");
    // What one has created by a right is one's own all the same.
    assert_eq!(w.delete(r"CORP\alice.abara", "CN=ZZ3,OU=Kiosk,OU=Autopilot"), "0");
}

#[test]
fn descriptors_are_written_by_those_who_may() {
    let mut w = seeded();
    let id = w.find("OU=Kiosk,OU=Autopilot");
    let octets = sd::binary::encode(w.forest.descriptor(id), 4);
    let part = Modification { op: ModOp::Replace, attr: "nTSecurityDescriptor".into(), values: vec![octets] };
    for (who, want) in [("ADMIN", "0"), (r"CORP\alice.abara", "50 00000005")] {
        let principal = w.who(who);
        let request = ModifyRequest {
            sd_flags: Some(4),
            ..ModifyRequest::new(&full("OU=Kiosk,OU=Autopilot"), vec![part.clone()])
        };
        let result = w.forest.at(sim_core::Id::new(0)).modify(&principal, &request, &mut w.cx);
        assert_eq!(answer(result.map(|_| ())), want, "{who}");
    }
}

#[test]
fn redirection_moves_the_default_container() {
    let mut w = seeded();
    let domain = sim_core::Id::new(0);
    for (ou, want) in [
        ("CN=Users", "0"),
        ("CN=Alice Abara,OU=Staff", "53 00002035"),
        ("OU=Nowhere", "32 0000208D"),
        ("OU=Kiosk,OU=Autopilot", "0"),
    ] {
        let result = w.forest.redirect_computers(domain, &full(ou), &mut w.cx);
        assert_eq!(answer(result), want, "{ou}");
    }
    assert_eq!(w.provision("ADMIN", None, "PC-01"), 0);
    assert!(w.has("CN=PC-01,OU=Kiosk,OU=Autopilot"));
    assert_eq!(
        w.search("ADMIN", &format!("<WKGUID=aa312825768811d1aded00c04fd8d5cd,{BASE}>"), Scope::Base, "(ou=*)"),
        ["Kiosk"]
    );
}

#[test]
fn compares_are_answered() {
    let w = seeded();
    let compare = |attr: &str, value: &str| {
        let answer = w.view().compare(&w.who("ADMIN"), &full("CN=Alice Abara,OU=Staff"), attr, value.as_bytes());
        answer.map_or_else(|e| e.code as u8, |c| c as u8)
    };
    assert_eq!((compare("sAMAccountName", "ALICE.ABARA"), compare("sn", "x"), compare("noSuch", "x")), (6, 5, 17));
}

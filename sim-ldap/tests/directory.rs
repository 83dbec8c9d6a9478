//! The seed directory: what loads, what searches find, what reads show. Cases follow the captured answers of real directories.
#![allow(clippy::expect_used)]

mod common;

use common::*;
use sim_ldap::*;

#[test]
fn the_seed_loads() {
    let w = seeded();
    assert_eq!(w.values("CN=AP-7K2M9QX4T1B,OU=Autopilot", "primaryGroupID"), ["515"]);
    assert_eq!(w.values("CN=AP-7K2M9QX4T1B,OU=Autopilot", "sAMAccountType"), ["805306369"]);
    assert_eq!(w.values("CN=AP-7K2M9QX4T1B,OU=Autopilot", "isCriticalSystemObject"), ["FALSE"]);
    assert_eq!(w.values("CN=AP-7K2M9QX4T1B,OU=Autopilot", "accountExpires"), ["9223372036854775807"]);
    assert_eq!(w.values("CN=Gus Comma\\, Jr.,OU=Staff", "cn"), ["Gus Comma, Jr."]);
    assert_eq!(w.values("CN=Fay Change,OU=Staff", "pwdLastSet"), ["0"]);
    assert_eq!(w.values("CN=Alice Abara,OU=Staff", "objectClass"), ["top", "person", "organizationalPerson", "user"]);
    assert_eq!(
        w.values("CN=Alice Abara,OU=Staff", "objectCategory"),
        ["CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=contoso,DC=com"]
    );
    assert_eq!(w.values("CN=Chidi Okoro,OU=Staff", "manager"), ["CN=Alice Abara,OU=Staff,DC=corp,DC=contoso,DC=com"]);
    assert_eq!(
        w.values("CN=Alice Abara,OU=Staff", "directReports"),
        ["CN=Chidi Okoro,OU=Staff,DC=corp,DC=contoso,DC=com"]
    );
    let dc = w.forest.writable(sim_core::Id::new(0)).expect("a controller");
    let (tenant, id) = w.forest.read_scp(dc, &w.cx).expect("the connection point");
    assert_eq!((tenant.as_str(), id.to_string().as_str()), ("contoso.com", "5f1c7d2e-94b0-4c58-8a1f-2d6e0b7a3c91"));
}

#[test]
fn passwords_are_known_by_digest_only() {
    let w = seeded();
    let row = w.view().row(w.find("CN=Alice Abara,OU=Staff")).expect("alice").into_owned();
    assert!(w.forest.check_password(&row, "Passw0rd!23"));
    assert!(!w.forest.check_password(&row, "passw0rd!23") && !w.forest.check_password(&row, ""));
    assert!(w.values("CN=Alice Abara,OU=Staff", "unicodePwd").is_empty());
}

#[test]
fn searches_find_what_real_directories_find() {
    let w = seeded();
    let alice = w.view().guid(w.find("CN=Alice Abara,OU=Staff"));
    let alice_sid = w.view().sid(w.find("CN=Alice Abara,OU=Staff")).expect("a SID");
    let escaped: String = alice.to_bytes_le().iter().map(|b| format!("\\{b:02x}")).collect();
    let base_by_guid = format!("<GUID={alice}>");
    let wkguid = format!("<WKGUID=aa312825768811d1aded00c04fd8d5cd,{BASE}>");
    let (sub, one, base) = (Scope::Subtree, Scope::One, Scope::Base);
    let everyone = format!("(memberOf:1.2.840.113556.1.4.1941:=CN=GG-Everyone-Mobile,OU=Groups,{BASE})");
    let cases: &[(&str, Scope, &str, &[&str])] = &[
        ("OU=Autopilot", one, "(objectClass=*)", &["AP-7K2M9QX4T1B", "Kiosk"]),
        ("OU=Autopilot", sub, "(objectClass=*)", &["AP-7K2M9QX4T1B", "AP-RETIRED01", "Autopilot", "Kiosk"]),
        ("", sub, "(SAMACCOUNTNAME=ALICE.ABARA)", &["Alice Abara"]),
        ("", sub, "(sAMAccountName=ap-*)", &["AP-7K2M9QX4T1B", "AP-RETIRED01"]),
        ("", sub, "(&(objectCategory=computer)(userAccountControl:1.2.840.113556.1.4.803:=2))", &["AP-RETIRED01"]),
        ("OU=Autopilot", sub, "(userAccountControl:1.2.840.113556.1.4.804:=2)", &["AP-RETIRED01"]),
        ("", sub, &everyone, &["Alice Abara", "Bora Quint", "Chidi Okoro", "GG-Autopilot-Users", "GG-Field"]),
        ("OU=Servers", sub, "(objectClass=user)", &["SRV-ODJ01", "SRV-ODJ02", "SRV-SYNC01"]),
        ("OU=Servers", sub, "(objectCategory=person)", &[]),
        ("", sub, "(anr=Abara)", &["Alice Abara"]),
        ("", sub, "(anr=Alice Ab)", &["Alice Abara"]),
        ("", sub, &format!("(objectGUID={escaped})"), &["Alice Abara"]),
        ("", sub, &format!("(objectGUID={alice})"), &["Alice Abara"]),
        ("", sub, &format!("(objectSid={alice_sid})"), &["Alice Abara"]),
        (&base_by_guid, base, "(objectClass=*)", &["Alice Abara"]),
        (&wkguid, base, "(objectClass=*)", &["Computers"]),
        ("", sub, "(servicePrincipalName=host/srv-odj01.corp.contoso.com)", &["SRV-ODJ01"]),
        ("", sub, "(dNSHostName=ap-7k2m9qx4t1b.corp.contoso.com)", &["AP-7K2M9QX4T1B"]),
        ("", sub, "(userPrincipalName=bora.quint@contoso.com)", &["Bora Quint"]),
        ("OU=Staff", sub, "(noSuchAttribute=1)", &[]),
        ("OU=Staff", sub, "(!(noSuchAttribute=1))", &[]),
        ("OU=Staff", sub, "(&(!(givenName=*))(sn=Locke))", &["Dana Locke"]),
        ("OU=Staff", one, "(sn>=Q)", &["Bora Quint"]),
        ("OU=Staff", one, "(cn=*comma*jr.)", &["Gus Comma, Jr."]),
        ("OU=Staff", one, "(sn=m\\c3\\bcller)", &["Jörg Müller"]),
        ("OU=Staff", one, "(|(sn=abara)(sn=quint))", &["Alice Abara", "Bora Quint"]),
        ("OU=Groups", sub, &format!("(member=CN=Chidi Okoro,OU=Staff,{BASE})"), &["GG-Field"]),
        ("", sub, "(objectClass=msDS-ManagedServiceAccount)", &["msaODJ3f7a1"]),
        ("", sub, "(&(objectClass=computer)(isDeleted=TRUE))", &[]),
    ];
    for (at, scope, filter, want) in cases {
        assert_eq!(w.search("ADMIN", at, *scope, filter), *want, "{at} {filter}");
        assert_eq!(w.search(r"CORP\alice.abara", at, *scope, filter), *want, "as a user: {at} {filter}");
    }
}

#[test]
fn an_index_and_a_walk_agree() {
    let w = seeded();
    let view = w.view();
    let who = w.who("ADMIN");
    for filter in [
        "(sAMAccountName=alice.abara)",
        "(servicePrincipalName=HOST/SRV-ODJ01)",
        "(mail=alice.abara@contoso.com)",
        "(cn=alice abara)",
        "(name=SRV-ODJ01)",
        "(displayName=Alice Abara)",
        "(dNSHostName=SRV-ODJ02.corp.contoso.com)",
    ] {
        let direct: Filter = filter.parse().expect(filter);
        // Two negations keep an index away.
        let walk = Filter::Not(Box::new(Filter::Not(Box::new(direct.clone()))));
        let count = |f: &Filter| view.count(&who, BASE, Scope::Subtree, f).expect("a count");
        assert_eq!((count(&direct), count(&walk)), (1, 1), "{filter}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_the_nearest_ancestor() {
    let w = seeded();
    let filter = Filter::any();
    for (base, code, matched, start) in [
        (
            "OU=Nope,OU=Autopilot,DC=corp,DC=contoso,DC=com",
            32,
            "OU=Autopilot,DC=corp,DC=contoso,DC=com",
            "0000208D: NameErr",
        ),
        ("this is not a dn", 34, "", "0000208F: NameErr: DSID-031001B2, problem 2006 (BAD_NAME), data 8349"),
        ("DC=example,DC=org", 10, "", "0000202B: RefErr"),
    ] {
        let request = SearchRequest::new(base, Scope::Subtree, &filter, &[]);
        let refusal = w.view().search(&w.who("ADMIN"), &request).expect_err(base);
        assert_eq!((refusal.code as u8, refusal.matched_dn.as_str()), (code, matched), "{base}");
        assert!(refusal.message.starts_with(start), "{}", refusal.message);
    }
    let request = SearchRequest::new("DC=example,DC=org", Scope::Base, &filter, &[]);
    let refusal = w.view().search(&w.who("ADMIN"), &request).expect_err("a referral");
    assert_eq!(refusal.referral.as_deref(), Some("ldap://example.org/DC=example,DC=org"));
    let request = SearchRequest::new(BASE, Scope::Base, &filter, &[]);
    let refusal = w.view().search(&Principal::anonymous(), &request).expect_err("anonymous");
    assert!(refusal.code == ResultCode::OperationsError && refusal.message.starts_with("000004DC"));
}

#[test]
fn constructed_attributes_come_on_request() {
    let w = seeded();
    let read = |attrs: &[&str]| w.view().read(&w.who("ADMIN"), &full("CN=Alice Abara,OU=Staff"), attrs).expect("alice");
    let all = read(&[]);
    for name in ["canonicalName", "tokenGroups", "createTimeStamp", "nTSecurityDescriptor", "unicodePwd"] {
        assert!(all.values(name).is_empty(), "{name}");
    }
    assert_eq!(all.text("memberOf"), Some("CN=GG-Autopilot-Users,OU=Groups,DC=corp,DC=contoso,DC=com"));
    let some =
        read(&["canonicalName", "msDS-PrincipalName", "createTimeStamp", "structuralObjectClass", "tokenGroups"]);
    assert_eq!(some.text("canonicalName"), Some("corp.contoso.com/Staff/Alice Abara"));
    assert_eq!(some.text("msDS-PrincipalName"), Some(r"CORP\alice.abara"));
    assert_eq!(some.text("createTimeStamp"), Some("20221117080000.0Z"));
    // Three nested groups, the primary one, Users and Pre-Windows 2000 Compatible Access.
    assert_eq!(some.values("tokenGroups").len(), 6);
    let head = w.view().read(&w.who("ADMIN"), BASE, &[]).expect("the head");
    assert_eq!(head.text("ms-DS-MachineAccountQuota"), Some("10"));
    assert_eq!(head.values("objectSid").len(), 1);
    let lines: Vec<_> = head.values("wellKnownObjects").iter().map(|v| String::from_utf8_lossy(v)).collect();
    assert!(lines.contains(&format!("B:32:AA312825768811D1ADED00C04FD8D5CD:CN=Computers,{BASE}").into()), "{lines:?}");
}

#[test]
fn the_root_says_what_there_is() {
    let w = seeded();
    let filter = Filter::any();
    let request = SearchRequest::new("", Scope::Base, &filter, &[]);
    let root = w.view().search(&Principal::anonymous(), &request).expect("the root").entries.remove(0);
    for (name, value) in [
        ("defaultNamingContext", BASE),
        ("subschemaSubentry", "CN=Aggregate,CN=Schema,CN=Configuration,DC=corp,DC=contoso,DC=com"),
        ("dnsHostName", "DC01.corp.contoso.com"),
        ("ldapServiceName", "corp.contoso.com:dc01$@CORP.CONTOSO.COM"),
        (
            "dsServiceName",
            "CN=NTDS Settings,CN=DC01,CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,DC=corp,DC=contoso,DC=com",
        ),
        ("currentTime", "20221117080000.0Z"),
    ] {
        assert_eq!(root.text(name), Some(value));
    }
    assert_eq!(root.values("namingContexts").len(), 3);
}

#[test]
fn the_schema_is_in_the_schema_container() {
    let w = empty();
    let computer = format!("CN=Computer,CN=Schema,CN=Configuration,{BASE}");
    let entry = w.view().read(&w.who("ADMIN"), &computer, &[]).expect("the class");
    assert_eq!((entry.text("lDAPDisplayName"), entry.text("subClassOf")), (Some("computer"), Some("user")));
    let hex: String = entry.values("schemaIDGUID")[0].iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, "867a96bfe60dd011a28500aa003049e2");
    let aggregate = format!("CN=Aggregate,CN=Schema,CN=Configuration,{BASE}");
    let entry = w.view().read(&w.who("ADMIN"), &aggregate, &["objectClasses", "attributeTypes"]).expect("it");
    let has = |name: &str, text: &str| entry.values(name).iter().any(|v| String::from_utf8_lossy(v).contains(text));
    assert!(has("objectClasses", "NAME 'computer'") && has("attributeTypes", "NAME 'servicePrincipalName'"));
}

#[test]
fn pages_end_where_the_next_begins() {
    let mut w = empty();
    w.add("ADMIN", "OU=Bulk", "objectClass: organizationalUnit");
    w.add("ADMIN", "CN=GG-Bulk,OU=Bulk", "objectClass: group\nsAMAccountName: GG-Bulk");
    let mut members = String::new();
    for n in 1..=1610 {
        let dn = format!("CN=Bulk{n:04},OU=Bulk");
        assert_eq!(w.add("SYSTEM", &dn, &format!("objectClass: contact\nsn: N{:04}", 1611 - n)), "0");
        members += &format!("add member: {}\n", full(&dn));
    }
    assert_eq!(w.modify("ADMIN", "CN=GG-Bulk,OU=Bulk", &members), "0");
    let filter: Filter = "(objectClass=contact)".parse().expect("a filter");
    let who = w.who("ADMIN");
    let base = full("OU=Bulk");
    let mut request = SearchRequest::new(&base, Scope::Subtree, &filter, &["cn"]);
    let all = w.view().search(&who, &request).expect("a page");
    assert_eq!((all.entries.len(), all.code), (1000, ResultCode::SizeLimitExceeded));
    request.size_limit = 500;
    let mut pages = Vec::new();
    loop {
        let page = w.view().search(&who, &request).expect("a page");
        pages.push(page.entries.len());
        request.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(pages, [500, 500, 500, 110]);
    let group = |attrs: &[&str]| w.view().read(&who, &full("CN=GG-Bulk,OU=Bulk"), attrs).expect("the group");
    assert_eq!(group(&["member"]).values("member;range=0-1499").len(), 1500);
    assert_eq!(group(&["member;range=1500-*"]).values("member;range=1500-*").len(), 110);
    assert_eq!(group(&["member;range=0-9"]).values("member;range=0-9").len(), 10);
}

#[test]
fn references_lead_to_the_other_contexts() {
    let w = seeded();
    let filter: Filter = "(sAMAccountName=alice.abara)".parse().expect("a filter");
    let found = w.view().search(&w.who("ADMIN"), &SearchRequest::new(BASE, Scope::Subtree, &filter, &[]));
    let references = found.expect("a result").references;
    assert!(references.contains(&format!("ldap://corp.contoso.com/CN=Configuration,{BASE}")), "{references:?}");
}

#[test]
fn names_to_sign_in_with() {
    let w = seeded();
    let alice = w.find("CN=Alice Abara,OU=Staff");
    let view = w.view();
    let (guid, sid) = (view.guid(alice).to_string(), view.sid(alice).expect("a SID").to_string());
    for (name, found) in [
        (r"CORP\alice.abara", true),
        (r"corp.contoso.com\alice.abara", true),
        ("alice.abara@corp.contoso.com", true),
        ("ALICE.ABARA@CORP.CONTOSO.COM", true),
        ("CN=Alice Abara,OU=Staff,DC=corp,DC=contoso,DC=com", true),
        ("corp.contoso.com/Staff/Alice Abara", true),
        (guid.as_str(), true),
        (sid.as_str(), true),
        ("Alice Abara", true),
        ("alice.abara", false),
        (r"OTHER\alice.abara", false),
        ("", false),
    ] {
        assert_eq!(view.find_account(name) == Some(alice), found, "{name}");
    }
    // A different user principal name does not take the implicit one away.
    assert_eq!(view.find_account("bora.quint@corp.contoso.com"), view.find_account("bora.quint@contoso.com"));
    assert_eq!(view.find_account(r"CORP\SRV-ODJ01$"), Some(w.find("CN=SRV-ODJ01,OU=Servers")));
}

#[test]
fn mistakes_in_content_are_reported_with_lines() {
    let mut w = empty();
    let text = "dn: OU=A,DC=corp,DC=contoso,DC=com\nobjectClass: organizationalUnit\n\ndn: CN=x,OU=B,DC=corp,DC=contoso,DC=com\nobjectClass: user\n\ndn: CN=y,OU=A,DC=corp,DC=contoso,DC=com\nobjectClass: user\nfrobnicate: 1\n";
    let loaded = w.forest.load_ldif(text, &mut w.cx).expect("LDIF");
    let lines = |errors: &[ldif::LdifError]| errors.iter().map(|e| e.line).collect::<Vec<_>>();
    assert_eq!((lines(&loaded.refused), lines(&loaded.left_out)), (vec![4], vec![7]));
}

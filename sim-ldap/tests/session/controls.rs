//! Controls that the cases do not reach.

use crate::ber::*;
use crate::client::*;
use crate::common::{BASE, World};

fn control(oid: &str, value: Option<Vec<u8>>) -> Vec<u8> {
    seq(0x30, &[octs(oid), boolean(1, true), value.map(octs).unwrap_or_default()])
}

const SORT: &str = "1.2.840.113556.1.4.473";
const VLV: &str = "2.16.840.1.113730.3.4.9";
const PAGED: &str = "1.2.840.113556.1.4.319";

fn sort(attr: &str, reverse: bool) -> Vec<u8> {
    let reverse = if reverse { boolean(0x81, true) } else { Vec::new() };
    control(SORT, Some(seq(0x30, &[seq(0x30, &[octs(attr), reverse])])))
}

fn admin(w: &mut World) -> Client {
    let mut client = Client::new(true);
    assert_eq!(client.bind(w, ADMIN, ADMIN_PASSWORD.as_bytes()).code, 0);
    client
}

/// Ten contacts, whose family names run against their names.
fn ten() -> World {
    let mut w = estate();
    w.add("ADMIN", "OU=Ten", "objectClass: organizationalUnit");
    for n in 0..10 {
        assert_eq!(w.add("SYSTEM", &format!("CN=c{n},OU=Ten"), &format!("objectClass: contact\nsn: s{}", 9 - n)), "0");
    }
    w
}

fn names(got: &Got) -> String {
    let first = |dn: &String| dn.split([',', '=']).nth(1).unwrap_or_default().to_owned();
    got.entries.iter().map(|(dn, _)| first(dn)).collect::<Vec<_>>().join(" ")
}

#[test]
fn lists_are_sorted_and_shown_in_parts() {
    let mut w = ten();
    let mut client = admin(&mut w);
    let body = search(&format!("OU=Ten,{BASE}"), 1, 0, "(objectClass=contact)", &["1.1"]);
    for (list, want, code) in [
        (vec![sort("sn", false)], "c9 c8 c7 c6 c5 c4 c3 c2 c1 c0", 0),
        (vec![sort("sn", true)], "c0 c1 c2 c3 c4 c5 c6 c7 c8 c9", 0),
        (vec![sort("noSuch", false)], "", 12),
        (vec![control(VLV, Some(seq(0x30, &[int(2, 0), int(2, 1), seq(0xa0, &[int(2, 1), int(2, 0)])])))], "", 60),
        (vec![sort("sn", false), vlv(1, 2, seq(0xa0, &[int(2, 5), int(2, 0)]))], "c6 c5 c4 c3", 0),
        (vec![sort("sn", false), vlv(0, 1, seq(0xa0, &[int(2, 50), int(2, 100)]))], "c5 c4", 0),
        (vec![sort("sn", false), vlv(0, 1, tlv(0x81, b"s4"))], "c5 c4", 0),
        (vec![sort("sn", false), vlv(0, 3, tlv(0x81, b"t"))], "", 0),
        (vec![sort("sn", false), vlv(99, 0, seq(0xa0, &[int(2, 2), int(2, 0)]))], "c9 c8", 0),
    ] {
        let got = client.request(&mut w, &body, &list);
        assert_eq!((names(&got).as_str(), got.code), (want, code), "{}", got.message);
    }
    let mut all = Vec::new();
    let mut cookie = Vec::new();
    loop {
        let page = control(PAGED, Some(seq(0x30, &[int(2, 4), octs(&cookie)])));
        let got = client.request(&mut w, &body, &[sort("sn", false), page]);
        all.push(names(&got));
        cookie = items(&items(&got.controls[PAGED])[0].1)[1].1.clone();
        if cookie.is_empty() {
            break;
        }
    }
    assert_eq!(all, ["c9 c8 c7 c6", "c5 c4 c3 c2", "c1 c0"]);
}

fn vlv(before: i64, after: i64, target: Vec<u8>) -> Vec<u8> {
    control(VLV, Some(seq(0x30, &[int(2, before), int(2, after), target])))
}

#[test]
fn a_cookie_belongs_to_its_search() {
    let mut w = ten();
    let mut client = admin(&mut w);
    let page = |cookie: &[u8]| control(PAGED, Some(seq(0x30, &[int(2, 4), octs(cookie)])));
    let body = |filter| search(&format!("OU=Ten,{BASE}"), 1, 0, filter, &["cn"]);
    let got = client.request(&mut w, &body("(objectClass=contact)"), &[page(b"")]);
    let cookie = items(&items(&got.controls[PAGED])[0].1)[1].1.clone();
    assert_eq!(client.request(&mut w, &body("(cn=c*)"), &[page(&cookie)]).code, 53);
    assert_eq!(client.request(&mut w, &body("(objectClass=contact)"), &[page(b"abandoned")]).code, 53);
    let got = client.request(&mut w, &body("(objectClass=contact)"), &[page(&cookie)]);
    assert_eq!(names(&got), "c4 c5 c6 c7");
    // A page of nothing gives up.
    let none = control(PAGED, Some(seq(0x30, &[int(2, 0), octs(&cookie)])));
    let got = client.request(&mut w, &body("(objectClass=contact)"), &[none]);
    assert_eq!((got.code, got.entries.len()), (0, 0));
}

#[test]
fn values_of_an_attribute_are_searched() {
    let mut w = estate();
    let mut client = admin(&mut w);
    let asq = control("1.2.840.113556.1.4.1504", Some(seq(0x30, &[octs("member")])));
    let base = format!("CN=GG-Autopilot-Users,OU=Groups,{BASE}");
    let got = client.request(&mut w, &search(&base, 0, 0, "(objectClass=user)", &["cn"]), std::slice::from_ref(&asq));
    assert!(got.code == 0 && !got.entries.is_empty() && names(&got).contains("Alice Abara"), "{got:?}");
    assert_eq!(client.request(&mut w, &search(&base, 2, 0, "(cn=*)", &[]), &[asq]).code, 53);
}

#[test]
fn all_contexts_are_searched_at_once() {
    let mut w = estate();
    let mut client = admin(&mut w);
    let phantom = control("1.2.840.113556.1.4.1340", Some(seq(0x30, &[int(2, 2)])));
    let filter = "(|(sAMAccountName=alice.abara)(lDAPDisplayName=computer))";
    for base in ["", BASE] {
        let got = client.request(&mut w, &search(base, 2, 0, filter, &["1.1"]), std::slice::from_ref(&phantom));
        assert_eq!((got.code, got.entries.len(), got.references.len()), (0, 2, 0), "{base}");
    }
}

#[test]
fn changes_come_once() {
    let mut w = estate();
    let mut client = admin(&mut w);
    const DIRSYNC: &str = "1.2.840.113556.1.4.841";
    let ask = |cookie: &[u8]| control(DIRSYNC, Some(seq(0x30, &[int(2, 0), int(2, 0), octs(cookie)])));
    let body = search(BASE, 2, 0, "(objectClass=user)", &["description"]);
    let cookie = |got: &Got| items(&items(&got.controls[DIRSYNC])[0].1)[2].1.clone();
    let got = client.request(&mut w, &body, &[ask(b"")]);
    assert!(got.code == 0 && cookie(&got).starts_with(b"MSDS"));
    let first = cookie(&got);
    assert!(client.request(&mut w, &body, &[ask(&first)]).entries.is_empty());
    w.modify("ADMIN", "CN=Alice Abara,OU=Staff", "replace description: new");
    w.delete("ADMIN", "CN=Bora Quint,OU=Staff");
    let got = client.request(&mut w, &body, &[ask(&first)]);
    assert_eq!(got.entries.len(), 2, "{:?}", got.entries);
    let has = |n: usize, name: &str| got.entries[n].1.iter().any(|(a, _)| a == name);
    assert!(has(0, "description") && has(0, "objectGUID") && has(1, "isDeleted") && !has(0, "uSNChanged"));
    assert!(client.request(&mut w, &body, &[ask(&cookie(&got))]).entries.is_empty());
    // Below the head, and without the right.
    let below = search(&format!("OU=Staff,{BASE}"), 2, 0, "(cn=*)", &[]);
    assert_eq!(client.request(&mut w, &below, &[ask(b"")]).code, 53);
    let mut alice = Client::new(true);
    assert_eq!(alice.bind(&mut w, r"CORP\alice.abara", USER_PASSWORD.as_bytes()).code, 0);
    assert_eq!(alice.request(&mut w, &body, &[ask(b"")]).code, 50);
}

#[test]
fn trees_are_deleted_on_request() {
    let mut w = ten();
    let mut client = admin(&mut w);
    let body = tlv(0x4a, format!("OU=Ten,{BASE}").as_bytes());
    assert_eq!(client.request(&mut w, &body, &[]).code, 66);
    let tree = control("1.2.840.113556.1.4.805", None);
    assert_eq!(client.request(&mut w, &body, &[tree]).code, 0);
    assert!(!w.has("OU=Ten"));
}

#[test]
fn extended_names_have_their_hexadecimal_form() {
    let mut w = estate();
    let mut client = admin(&mut w);
    let body = search(&format!("CN=Alice Abara,OU=Staff,{BASE}"), 0, 0, "(cn=*)", &["memberOf"]);
    let got = client.request(&mut w, &body, &[control("1.2.840.113556.1.4.529", None)]);
    let (dn, attributes) = &got.entries[0];
    let guid = w.view().guid(w.find("CN=Alice Abara,OU=Staff")).to_bytes_le();
    let digits: String = guid.iter().map(|b| format!("{b:02x}")).collect();
    assert!(dn.starts_with(&format!("<GUID={digits}>;<SID=0105000000000005")), "{dn}");
    assert!(attributes[0].1[0].starts_with(b"<GUID="));
}

#[test]
fn a_ping_is_for_a_domain_and_a_user() {
    let w = estate();
    let mut client = Client::new(false);
    let mut ask = |filter: &str| {
        let datagram = client.message(&search("", 0, 0, filter, &["netlogon"]), &[]);
        let mut out = Vec::new();
        let (dc, from) = (sim_core::Id::new(0), std::net::Ipv4Addr::new(10, 9, 9, 9));
        sim_ldap::session::cldap(&datagram, dc, from, &w.forest, &w.cx, &mut out);
        let got = read(&out);
        let entry = got.entries.first().map(|(_, a)| a[0].1[0].clone());
        (got.code, entry)
    };
    let field = |blob: &[u8], name: &str| {
        crate::answer::netlogon(blob).into_iter().find(|(n, _)| *n == name).map(|(_, v)| v).unwrap_or_default()
    };
    let (code, blob) = ask(r"(&(DnsDomain=corp.contoso.com)(User=alice.abara)(NtVer=\16\00\00\00))");
    let blob = blob.expect("an answer");
    assert_eq!((code, field(&blob, "Opcode").as_str()), (0, "23"));
    assert_eq!(field(&blob, "DnsHostName"), "DC01.corp.contoso.com");
    assert_eq!(field(&blob, "UserName"), "alice.abara");
    let (_, blob) = ask(r"(&(DnsDomain=corp.contoso.com)(User=nobody)(NtVer=\06\00\00\80))");
    assert_eq!(field(&blob.expect("an answer"), "Opcode"), "25");
    assert_eq!(ask(r"(&(DnsDomain=example.org)(NtVer=\06\00\00\00))"), (0, None));
}

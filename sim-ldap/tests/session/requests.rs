//! Requests as real tools make them, where the cases do not reach.

use crate::ber::*;
use crate::client::*;
use crate::common::{BASE, World};

fn signed_in(w: &mut World, name: &str, password: &str) -> Client {
    let mut client = Client::new(true);
    assert_eq!(client.bind(w, name, password.as_bytes()).code, 0);
    client
}

#[test]
fn messages_may_be_counted_from_zero() {
    let mut w = estate();
    let body = search("", 0, 0, "(objectClass=*)", &["dnsHostName"]);
    let (out, closed) = Client::new(false).exchange(&mut w, &seq(0x30, &[int(2, 0), body]));
    assert!(!closed);
    assert_eq!(read(&out).entries.len(), 1);
}

/// Clients without LDAP over UDP ping over a connection.
#[test]
fn a_ping_is_answered_over_a_connection() {
    let mut w = estate();
    let mut client = Client::new(false);
    let got = client.search(&mut w, "", 0, r"(&(NtVer=\06\00\00\00)(AAC=\00\00\00\00))", &["NetLogon"]);
    let (_, attributes) = &got.entries[0];
    assert_eq!((got.code, attributes[0].0.as_str()), (0, "netlogon"));
    assert_eq!(attributes[0].1[0][..2], 23u16.to_le_bytes(), "LOGON_SAM_LOGON_RESPONSE_EX");
    let other = client.search(&mut w, "", 0, "(&(DnsDomain=example.org)(NtVer=\\06\\00\\00\\00))", &["Netlogon"]);
    assert_eq!((other.code, other.entries.len()), (0, 0));
}

#[test]
fn only_dynamic_objects_are_refreshed() {
    let mut w = estate();
    let value = |dn: &str| seq(0x30, &[tlv(0x80, dn.as_bytes()), tlv(0x81, &[60])]);
    let refresh = |value: Vec<u8>| seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.1466.101.119.1"), tlv(0x81, &value)]);
    let staff = format!("OU=Staff,{BASE}");
    assert_eq!(Client::new(false).request(&mut w, &refresh(value(&staff)), &[]).code, 1);
    let mut client = signed_in(&mut w, ADMIN, ADMIN_PASSWORD);
    assert_eq!(client.request(&mut w, &refresh(value(&staff)), &[]).code, 65);
    let missing = client.request(&mut w, &refresh(value(&format!("CN=X,{staff}"))), &[]);
    assert_eq!((missing.code, missing.matched), (32, staff));
    assert_eq!(client.request(&mut w, &refresh(b"x".to_vec()), &[]).code, 2);
}

/// The container of the deleted counts as deleted itself.
#[test]
fn where_the_deleted_are_is_hidden_too() {
    let mut w = estate();
    let mut client = signed_in(&mut w, ADMIN, ADMIN_PASSWORD);
    let body = search(BASE, 1, 0, "(isDeleted=TRUE)", &["isDeleted"]);
    assert_eq!(client.request(&mut w, &body, &[]).entries.len(), 0);
    let shown = seq(0x30, &[octs("1.2.840.113556.1.4.417"), boolean(1, true)]);
    let got = client.request(&mut w, &body, &[shown]);
    assert_eq!(got.entries[0].0, format!("CN=Deleted Objects,{BASE}"));
}

/// Whoever may restore files gives objects to anybody; others take them for themselves, with the right to.
#[test]
fn owners_are_set() {
    let mut w = estate();
    let (dn, alice) = (format!("OU=Staff,{BASE}"), w.who(r"CORP\alice.abara").sid);
    let owner = |sid: sim_ldap::Sid| {
        let mut sd = vec![1, 0, 0, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        sid.write(&mut sd);
        sd
    };
    let part =
        |sid| seq(0x30, &[int(10, 2), seq(0x30, &[octs("nTSecurityDescriptor"), seq(0x31, &[octs(owner(sid))])])]);
    let parts = seq(0x30, &[octs("1.2.840.113556.1.4.801"), boolean(1, true), octs(seq(0x30, &[int(2, 1)]))]);
    let body = |sid| seq(0x66, &[octs(&dn), seq(0x30, &[part(sid)])]);
    let mut user = signed_in(&mut w, r"CORP\alice.abara", "Passw0rd!23");
    assert_eq!(user.request(&mut w, &body(alice), std::slice::from_ref(&parts)).code, 50);
    let mut admin = signed_in(&mut w, ADMIN, ADMIN_PASSWORD);
    assert_eq!(admin.request(&mut w, &body(alice), std::slice::from_ref(&parts)).code, 0);
}

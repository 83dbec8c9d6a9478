//! Who may sign in and what they are told; what a connection may do before and after.

use crate::ber::*;
use crate::client::*;
use crate::common::{BASE, World};
use sim_core::{Id, SimDuration};

fn told(w: &mut World, name: &str, password: &str) -> String {
    let got = Client::new(true).bind(w, name, password.as_bytes());
    match got.message.split_once("data ") {
        Some((_, rest)) => format!("{} {}", got.code, rest.split(',').next().unwrap_or_default()),
        None => got.code.to_string(),
    }
}

#[test]
fn failed_binds_say_why_in_order() {
    let mut w = estate();
    for (name, password, want) in [
        (r"CORP\alice.abara", USER_PASSWORD, "0"),
        ("CN=Gus Comma\\, Jr.,OU=Staff,DC=corp,DC=contoso,DC=com", USER_PASSWORD, "0"),
        ("alice.abara", USER_PASSWORD, "49 525"),
        (BASE, USER_PASSWORD, "49 525"),
        ("", USER_PASSWORD, "49 525"),
        (r"CORP\alice.abara", "wrong", "49 52e"),
        ("dana.locke@corp.contoso.com", "wrong", "49 52e"),
        ("dana.locke@corp.contoso.com", USER_PASSWORD, "49 533"),
        ("emil.past@corp.contoso.com", "wrong", "49 52e"),
        ("emil.past@corp.contoso.com", USER_PASSWORD, "49 701"),
        ("fay.change@corp.contoso.com", USER_PASSWORD, "49 773"),
    ] {
        assert_eq!(told(&mut w, name, password), want, "{name}");
    }
    w.pass(SimDuration::from_days(43));
    assert_eq!(told(&mut w, r"CORP\alice.abara", USER_PASSWORD), "49 532");
    assert_eq!(told(&mut w, r"CORP\SRV-ODJ01$", "Machine.Passw0rd!23"), "0");
    let hours = format!("replace logonHours: {}\n", "\0".repeat(21));
    assert_eq!(w.modify("ADMIN", "CN=Bora Quint,OU=Staff", &hours), "0");
    assert_eq!(told(&mut w, "bora.quint@contoso.com", USER_PASSWORD), "49 530");
}

#[test]
fn wrong_passwords_lock_an_account_as_the_policy_says() {
    let mut w = estate();
    let alice = "CN=Alice Abara,OU=Staff";
    assert_eq!(w.modify("ADMIN", "", "replace lockoutThreshold: 3"), "0");
    for n in 1..=2 {
        assert_eq!(told(&mut w, r"CORP\alice.abara", "wrong"), "49 52e");
        assert_eq!(w.values(alice, "badPwdCount"), [n.to_string()]);
    }
    // Signing in ends the count.
    assert_eq!(told(&mut w, r"CORP\alice.abara", USER_PASSWORD), "0");
    assert_eq!(w.values(alice, "badPwdCount"), ["0"]);
    for _ in 0..3 {
        assert_eq!(told(&mut w, r"CORP\alice.abara", "wrong"), "49 52e");
    }
    assert_eq!(told(&mut w, r"CORP\alice.abara", USER_PASSWORD), "49 775");
    assert_eq!(w.values(alice, "msDS-User-Account-Control-Computed"), ["16"]);
    w.pass(SimDuration::from_mins(11));
    assert_eq!(told(&mut w, r"CORP\alice.abara", USER_PASSWORD), "0");
    assert_eq!(w.values(alice, "lockoutTime"), ["0"]);
    // The count starts anew after the observation window.
    assert_eq!(told(&mut w, r"CORP\alice.abara", "wrong"), "49 52e");
    w.pass(SimDuration::from_mins(31));
    assert_eq!(told(&mut w, r"CORP\alice.abara", "wrong"), "49 52e");
    assert_eq!(w.values(alice, "badPwdCount"), ["1"]);
}

#[test]
fn nobody_is_somebody_before_and_after_a_failed_bind() {
    let mut w = estate();
    let mut client = Client::new(true);
    assert_eq!(client.search(&mut w, BASE, 0, "(cn=*)", &[]).code, 1);
    assert_eq!(client.bind(&mut w, ADMIN, ADMIN_PASSWORD.as_bytes()).code, 0);
    assert_eq!(client.search(&mut w, BASE, 0, "(objectClass=*)", &["1.1"]).entries.len(), 1);
    assert_eq!(client.bind(&mut w, ADMIN, b"wrong").code, 49);
    assert_eq!(client.search(&mut w, BASE, 0, "(cn=*)", &[]).code, 1);
    // A name without a password is nobody, unless that is denied.
    assert_eq!(client.bind(&mut w, ADMIN, b"").code, 0);
    assert!(client.session.principal().is_anonymous());
    w.forest.domain_mut(Id::new(0)).ldap.deny_unauthenticated_bind = true;
    assert_eq!(client.bind(&mut w, ADMIN, b"").code, 53);
    assert_eq!(client.bind(&mut w, "", b"").code, 0);
    // Binds only check after a fast bind was asked for.
    let mut client = Client::new(true);
    assert_eq!(client.request(&mut w, &seq(0x77, &[tlv(0x80, b"1.2.840.113556.1.4.1781")]), &[]).code, 0);
    assert_eq!(client.bind(&mut w, ADMIN, ADMIN_PASSWORD.as_bytes()).code, 0);
    assert!(client.session.principal().is_anonymous());
    assert_eq!(client.bind(&mut w, ADMIN, b"\xff\xfe").code, 49);
}

#[test]
fn what_came_before_tls_does_not_count_within_it() {
    let mut w = estate();
    let mut client = Client::new(false);
    let start = client.message(&seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.1466.20037")]), &[]);
    let injected = client.message(&search("", 0, 0, "(objectClass=*)", &[]), &[]);
    let both = [start, injected].concat();
    // In one piece, so that the session holds both.
    let (mut out, mut session) = (Vec::new(), Client::new(false).session);
    session.feed(&both);
    let sim_ldap::session::Next::Request(request) = session.next() else { panic!("a request") };
    let after = session.read(&request, &w.forest, &w.cx, &mut out);
    assert!(matches!(after, sim_ldap::session::After::StartTls));
    session.secured(None);
    assert!(matches!(session.next(), sim_ldap::session::Next::More));
    let got = read(&out);
    assert_eq!((got.code, got.name.as_str()), (0, "1.3.6.1.4.1.1466.20037"));
    assert_eq!(client.request(&mut w, &int(0x50, 1), &[]).code, -1);
    assert!(client.request(&mut w, &tlv(0x42, b""), &[]).closed);
}

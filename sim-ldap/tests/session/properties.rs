//! Whatever a client sends: an answer or a notice, never a panic, and no more memory than the limits say.

use crate::ber::*;
use crate::client::*;
use crate::common::BASE;
use proptest::prelude::*;
use sim_core::Id;
use sim_ldap::session::*;
use std::cell::RefCell;
use std::net::Ipv4Addr;

thread_local! {
    static ESTATE: RefCell<crate::common::World> = RefCell::new(estate());
}

/// Requests of every kind, to be damaged.
fn requests() -> Vec<Vec<u8>> {
    let mut client = Client::new(false);
    let alice = format!("CN=Alice Abara,OU=Staff,{BASE}");
    let paged = seq(0x30, &[octs("1.2.840.113556.1.4.319"), boolean(1, true), octs(seq(0x30, &[int(2, 2), octs("")]))]);
    let sort = seq(0x30, &[octs("1.2.840.113556.1.4.473"), octs(seq(0x30, &[seq(0x30, &[octs("sn")])]))]);
    let part = seq(0x30, &[int(10, 2), seq(0x30, &[octs("description"), seq(0x31, &[octs("x")])])]);
    let bodies = [
        seq(0x60, &[int(2, 3), octs(ADMIN), tlv(0x80, ADMIN_PASSWORD.as_bytes())]),
        seq(
            0x60,
            &[int(2, 3), octs(""), seq(0xa3, &[octs("GSS-SPNEGO"), octs(b"NTLMSSP\0\x01\0\0\0\x05\x82\x88\xa0")])],
        ),
        seq(0x60, &[int(2, 3), octs(""), tlv(0x8a, b"NTLMSSP\0\x01\0\0\0\x05\x82\x88\xa0")]),
        search(
            BASE,
            2,
            5,
            r"(&(objectClass=user)(|(cn=A*b*c)(!(objectGUID=\ff\fe)))(uac:1.2.840.113556.1.4.803:=2))",
            &["cn"],
        ),
        search("", 0, 0, "(objectClass=*)", &[]),
        seq(0x66, &[octs(&alice), seq(0x30, &[part])]),
        seq(
            0x68,
            &[
                octs(format!("OU=P,{BASE}")),
                seq(0x30, &[seq(0x30, &[octs("objectClass"), seq(0x31, &[octs("organizationalUnit")])])]),
            ],
        ),
        tlv(0x4a, format!("OU=P,{BASE}").as_bytes()),
        seq(0x6c, &[octs(&alice), octs("CN=Alice"), boolean(1, true)]),
        seq(0x6e, &[octs(&alice), seq(0x30, &[octs("cn"), octs("x")])]),
        seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.4203.1.11.3")]),
        int(0x50, 3),
    ];
    bodies.iter().map(|b| client.message(b, &[paged.clone(), sort.clone()])).collect()
}

fn send(octets: &[u8], bound: bool) {
    ESTATE.with_borrow_mut(|w| {
        let mut client = Client::new(true);
        if bound {
            assert_eq!(client.bind(w, ADMIN, ADMIN_PASSWORD.as_bytes()).code, 0);
        }
        let (out, closed) = client.exchange(w, octets);
        if !client.session.principal().is_anonymous() || !closed {
            assert!(client.session.buffered() <= octets.len());
        }
        // Answers stay well-formed, whatever was asked.
        let mut rest = &out[..];
        while !rest.is_empty() {
            let (tag, body, later) = next(rest).expect("a message");
            assert!(tag == 0x30 && items(body).len() >= 2);
            rest = later;
        }
        let mut pong = Vec::new();
        cldap(octets, Id::new(0), Ipv4Addr::LOCALHOST, &w.forest, &w.cx, &mut pong);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_octets_panic(octets in prop::collection::vec(any::<u8>(), 0..200), bound in any::<bool>()) {
        send(&octets, bound);
    }

    #[test]
    fn no_damaged_request_panics(
        which in 0usize..12,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 0..4),
        bound in any::<bool>(),
    ) {
        let mut octets = requests().swap_remove(which);
        for (at, octet, how) in damage {
            let at = at.index(octets.len());
            match how {
                0 => octets[at] = octet,
                1 => octets.insert(at, octet),
                _ => octets.truncate(at.max(1)),
            }
        }
        send(&octets, bound);
    }

    /// A search with names, attributes and values of any kind.
    #[test]
    fn no_search_panics(
        base in "(<GUID=|<SID=|<WKGUID=|CN=|OU=Staff,)?\\PC{0,8}(,DC=corp,DC=contoso,DC=com)?>?",
        attrs in prop::collection::vec("(cn|member|nTSecurityDescriptor|tokenGroups|\\PC{0,3})(;range=[0-9]{0,20}-[0-9*]{0,20}|;\\PC{0,3}){0,2}", 0..3),
        name in "(objectGUID|objectSid|anr|memberOf|uSNChanged|whenCreated|cn|\\PC{0,3})",
        value in prop::collection::vec(any::<u8>(), 0..20),
        scope in 0i64..3,
        tag in prop_oneof![Just(0xa3u8), Just(0xa5), Just(0xa6), Just(0xa8)],
    ) {
        let attrs: Vec<_> = attrs.iter().map(octs).collect();
        let numbers = [int(10, scope), int(10, 0), int(2, 0), int(2, 0), boolean(1, false)].concat();
        let filter = seq(0xa1, &[seq(tag, &[octs(name), octs(value)]), tlv(0x87, b"cn")]);
        let body = seq(0x63, &[octs(base), numbers, filter, seq(0x30, &attrs)]);
        send(&seq(0x30, &[int(2, 1), body]), true);
    }

    /// A whole message whose content is anything.
    #[test]
    fn no_content_panics(tag in prop_oneof![Just(0x60u8), Just(0x63), Just(0x66), Just(0x68), Just(0x6c), Just(0x6e), Just(0x77), any::<u8>()], body in prop::collection::vec(any::<u8>(), 0..60)) {
        send(&seq(0x30, &[int(2, 1), tlv(tag, &body)]), true);
    }
}

#[test]
fn lengths_and_depths_are_bounded() {
    let mut client = Client::new(false);
    // A length beyond the limit is refused before its content comes.
    client.session.feed(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]);
    let Next::Broken(notice) = client.session.next() else { panic!("a notice") };
    let got = read(&notice);
    assert_eq!((got.code, got.unsolicited, got.name.as_str()), (2, true, "1.3.6.1.4.1.1466.20036"));
    // A slow client that never ends its message holds no more than the limit.
    let mut client = Client::new(false);
    client.session.feed(&[0x30, 0x83, 0x03, 0x00, 0x00]);
    let mut broken = false;
    for _ in 0..400 {
        client.session.feed(&[0; 1000]);
        broken |= matches!(client.session.next(), Next::Broken(_));
        assert!(client.session.buffered() <= 262_144 + 65_536);
    }
    assert!(broken);
    // Nesting beyond the limit.
    let mut w = estate();
    let mut tree = filter("(cn=a)");
    for _ in 0..5_000 {
        tree = tlv(0xa2, &tree);
    }
    let numbers = [int(10, 2), int(10, 0), int(2, 0), int(2, 0), boolean(1, false)].concat();
    let body = seq(0x63, &[octs(BASE), numbers, tree, seq(0x30, &[])]);
    let mut client = Client::new(false);
    assert!(client.request(&mut w, &body, &[]).unsolicited);
}

//! Several controllers: each has its own listeners and its own view.

use crate::answer::{Got, netlogon, search};
use crate::ber::{int, octs, seq, tlv};
use crate::client::{Client, ping};
use crate::server::{Server, folder};
use serde_json::json;

const ESTATE: &str = "
scenario: Two sites
forest:
  domains:
    - name: corp.contoso.com
      controllers: [{ name: DC01 }, { name: DC02, site: Branch }, { name: RODC01, site: Branch, read_only: true }]
  sites: [{ name: Branch, subnets: [127.0.0.0/8] }]
  replication: [{ from: DC01, to: DC02, delay: 45m }]
faults: [{ at: 2h, for: 1h, down: DC02 }]
";

fn serve() -> Server {
    let folder = folder();
    let path = folder.join("two-sites.yaml");
    std::fs::write(&path, ESTATE).expect("a file");
    Server::start_in(folder, &[path.to_str().expect("a path")])
}

fn url<'s>(server: &'s Server, name: &str) -> &'s str {
    let all = server.ready["controllers"].as_array().expect("a list");
    let of = all.iter().find(|c| c["name"] == name).expect("the controller");
    assert!(of["ldaps"].as_str().is_some_and(|url| url.starts_with("ldaps://")));
    of["ldap"].as_str().expect("a URL")
}

fn signed_in(server: &Server, name: &str) -> Client {
    let mut client = Client::to(url(server, name));
    let bound = client.bind(server.ready("admin_dn"), server.ready("admin_password").as_bytes());
    assert_eq!(bound.code, 0, "{}", bound.message);
    client
}

fn add_ou(client: &mut Client, name: &str) -> Got {
    let class = seq(0x30, &[octs("objectClass"), seq(0x31, &[octs("organizationalUnit")])]);
    client.request(&seq(0x68, &[octs(format!("OU={name},DC=corp,DC=contoso,DC=com")), seq(0x30, &[class])]), &[])
}

fn finds_ou(client: &mut Client, name: &str) -> usize {
    let filter = format!("(ou={name})");
    client.request(&search("DC=corp,DC=contoso,DC=com", 1, 0, &filter, &["ou"]), &[]).entries.len()
}

#[test]
fn each_controller_has_its_own_view() {
    let server = serve();
    assert_eq!(server.ready("ldap"), url(&server, "DC01"));
    for name in ["DC01", "DC02", "RODC01"] {
        let mut client = Client::to(url(&server, name));
        let root = client.request(&search("", 0, 0, "(objectClass=*)", &["dnsHostName", "serverName"]), &[]);
        let says = |attr: &str| {
            let found = root.entries[0].1.iter().find(|(n, _)| n == attr).expect(attr);
            String::from_utf8(found.1[0].clone()).expect("text")
        };
        assert_eq!(says("dnsHostName"), format!("{name}.corp.contoso.com"));
        assert!(says("serverName").starts_with(&format!("CN={name},CN=Servers,CN=")), "{}", says("serverName"));
    }
    let [mut dc01, mut dc02, mut rodc] = ["DC01", "DC02", "RODC01"].map(|name| signed_in(&server, name));
    assert_eq!(add_ou(&mut dc01, "New").code, 0);
    let seen = |all: [&mut Client; 2]| all.map(|client| finds_ou(client, "New"));
    assert_eq!(seen([&mut dc01, &mut dc02]), [1, 0]);
    server.advance(json!({ "by": "44m" }));
    assert_eq!(seen([&mut dc01, &mut dc02]), [1, 0]);
    server.advance(json!({ "by": "1m" }));
    assert_eq!(seen([&mut dc01, &mut dc02]), [1, 1]);
    // The read-only one sends writers to its site's other controller.
    let refused = add_ou(&mut rodc, "Other");
    assert_eq!((refused.code, &refused.message[..8]), (10, "0000202B"));
    assert_eq!(refused.referral, ["ldap://dc02.corp.contoso.com/OU=Other,DC=corp,DC=contoso,DC=com"]);
}

#[test]
fn pings_tell_controllers_apart() {
    let server = serve();
    let ask = search("", 0, 0, r"(&(DnsDomain=corp.contoso.com)(NtVer=\06\00\00\00))", &["Netlogon"]);
    for (name, site, writable) in
        [("DC01", "Default-First-Site-Name", true), ("DC02", "Branch", true), ("RODC01", "Branch", false)]
    {
        let got = ping(url(&server, name), &ask);
        let said = netlogon(&got.entries[0].1[0].1[0]);
        let says = |field: &str| said.iter().find(|(n, _)| *n == field).map(|(_, v)| v.as_str()).expect(field);
        assert_eq!((says("NetbiosComputerName"), says("DcSiteName")), (name, site));
        assert_eq!(says("ClientSiteName"), "Branch", "the client asks from 127.0.0.0/8");
        let flags = u32::from_str_radix(says("Flags"), 16).expect("digits");
        let bits = [0x100, 0x80, 0x1].map(|bit| flags & bit != 0);
        assert_eq!(bits, [writable, site == "Branch", name == "DC01"], "{name}: writable, closest, PDC");
    }
}

#[test]
fn a_controller_that_is_down_answers_nobody() {
    let server = serve();
    let mut before = signed_in(&server, "DC02");
    server.advance(json!({ "by": "2h" }));
    assert!(before.request(&search("", 0, 0, "(objectClass=*)", &[]), &[]).closed);
    let whoami = seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.4203.1.11.3")]);
    assert!(Client::to(url(&server, "DC02")).request(&whoami, &[]).closed);
    // A datagram that nobody answers would have to be waited for: the other controller shows that the server is well.
    let bind = seq(0x60, &[int(2, 3), octs(""), tlv(0x80, b"")]);
    assert_eq!(Client::to(url(&server, "DC01")).request(&bind, &[]).code, 0);
    server.advance(json!({ "by": "1h" }));
    signed_in(&server, "DC02");
}

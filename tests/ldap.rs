//! LDAP as its clients meet it: over TCP, TLS and UDP, against the built binary.

#![allow(clippy::disallowed_methods)] // tests start programs, read files and wait

mod ldap_client;
mod server;

use ldap_client::{Client, entry, message, octets, open, search, seq, tlv};
use serde_json::json;
use server::sockets::{connect, tls};
use server::{PATIENCE, Server, assert_fails, folder};
use std::io::Write as _;
use std::net::{TcpStream, UdpSocket};

const QUICKSTART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/quickstart.yaml");

fn admin(server: &Server) -> Client<TcpStream> {
    let mut client = Client::new(connect(server, "ldap"));
    assert_eq!(client.bind(server.ready("admin_dn"), server.ready("admin_password")), 0);
    client
}

#[test]
fn anybody_reads_the_root_dse_and_nothing_else() {
    let server = Server::start(&[]);
    let (served, base) = (&server.ready["controllers"][0], server.ready("base_dn"));
    assert_eq!((&served["ldap"], &served["ldaps"]), (&server.ready["ldap"], &server.ready["ldaps"]));
    let mut client = Client::new(connect(&server, "ldap"));
    let (code, found) = client.search("", 0, ("objectClass", "*"), &["defaultNamingContext", "dnsHostName"]);
    assert_eq!((code, found.len(), found[0].text("defaultNamingContext")), (0, 1, base));
    let host = found[0].text("dnsHostName").to_ascii_lowercase();
    assert!(host.starts_with(&served["name"].as_str().expect("a name").to_ascii_lowercase()), "{host}");
    assert_eq!(client.search(base, 2, ("objectClass", "*"), &[]).0, 1);
    assert_eq!(client.bind(server.ready("admin_dn"), "wrong"), 49);
    assert_eq!(client.bind(server.ready("admin_dn"), server.ready("admin_password")), 0);
    assert_eq!(client.search(base, 0, ("objectClass", "*"), &["name"]).0, 0);
    client.send(tlv(0x42, &[]));
    assert_eq!(client.receive(), None, "an unbind closes");
}

#[test]
fn what_happens_in_the_world_is_found_and_what_clients_add_too() {
    let server = Server::start(&[QUICKSTART]);
    let (mut client, base) = (admin(&server), server.ready("base_dn"));
    let computers = format!("CN=Computers,{base}");
    let joined = |client: &mut Client<TcpStream>| {
        let (code, found) = client.search(&computers, 2, ("objectClass", "computer"), &["sAMAccountName"]);
        assert_eq!(code, 0);
        found.iter().filter(|e| e.text("sAMAccountName").starts_with("LAP-")).count()
    };
    assert_eq!(joined(&mut client), 0);
    server.advance(json!({ "by": "48h" }));
    assert_eq!(joined(&mut client), 10);

    let ou = format!("OU=Made here,{base}");
    assert_eq!(client.add(&ou, &[("objectClass", "organizationalUnit")]), 0);
    assert_eq!(client.add(&ou, &[("objectClass", "organizationalUnit")]), 68);
    let (code, found) = admin(&server).search(base, 1, ("ou", "Made here"), &["ou"]);
    assert_eq!((code, found.len(), found[0].dn.as_str()), (0, 1, ou.as_str()));
    let trace = server.get("/_sim/trace?limit=10000").1;
    let records = trace["records"].as_array().expect("records");
    assert_eq!(records.iter().filter(|r| r["kind"] == "directory_request").count(), 2);

    // Who has signed in to a world is nobody in the next one.
    assert_eq!(server.post("/_sim/reset", "").0, 200);
    client.send(search(base, 0, ("objectClass", "*"), &[]));
    assert_eq!(client.receive().map(|(id, tag, _)| (id, tag)), Some((0, 0x78)));
    assert_eq!(client.receive(), None);
    assert_eq!(admin(&server).search(base, 1, ("ou", "Made here"), &[]).1.len(), 0);
}

#[test]
fn passwords_travel_within_tls() {
    let server = Server::start(&[]);
    let (admin, password, base) = (server.ready("admin_dn"), server.ready("admin_password"), server.ready("base_dn"));
    let user = format!("CN=Ida,CN=Users,{base}");
    let quoted: Vec<u8> = "\"Ida.Pass.2022\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let set = || {
        let value = seq(0x30, &[octets("unicodePwd"), seq(0x31, &[octets(&quoted)])]);
        seq(0x66, &[octets(&user), seq(0x30, &[seq(0x30, &[tlv(10, &[2]), value])])])
    };
    let mut plain = Client::new(connect(&server, "ldap"));
    assert_eq!(plain.bind(admin, password), 0);
    assert_eq!(plain.add(&user, &[("objectClass", "user"), ("sAMAccountName", "ida")]), 0);
    assert_eq!(plain.ask(set()), 53, "not without TLS");
    assert_eq!(plain.start_tls(), 0);
    let mut within = Client::new(tls(&server, plain.stream, "dc01.corp.contoso.com"));
    assert_eq!(within.bind(admin, password), 0);
    assert_eq!(within.ask(set()), 0);
    assert_eq!(within.start_tls(), 1, "TLS is there already");

    let mut from_start = Client::new(tls(&server, connect(&server, "ldaps"), "localhost"));
    assert_eq!(from_start.bind(admin, password), 0);
    assert_eq!(from_start.search(base, 0, ("objectClass", "*"), &["name"]).1.len(), 1);

    // What comes in plain text after StartTLS is somebody else's.
    let mut injected = connect(&server, "ldap");
    let start = seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.1466.20037")]);
    let both = [message(1, start), message(2, search("", 0, ("objectClass", "*"), &[]))].concat();
    injected.write_all(&both).expect("it is sent");
    let mut injected = Client::new(injected);
    assert_eq!(injected.receive().map(|(id, tag, _)| (id, tag)), Some((0, 0x78)));
    assert_eq!(injected.receive(), None);
}

#[test]
fn a_ping_is_answered() {
    let server = Server::start(&[]);
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let address = server.ready("cldap").strip_prefix("cldap://").expect("a URL");
    assert_eq!(server.ready("ldap"), format!("ldap://{address}"));
    for noise in [&b"nonsense"[..], &[0x30; 9000]] {
        socket.send_to(noise, address).expect("it is sent");
    }
    let ping = search("", 0, ("NtVer", "\u{6}\0\0\0"), &["Netlogon"]);
    socket.send_to(&message(7, ping), address).expect("it is sent");
    let mut datagram = [0; 4096];
    let n = socket.recv(&mut datagram).expect("an answer");
    let (id, tag, op) = open(&datagram[..n]);
    let answer = entry(&op);
    assert_eq!((id, tag, answer.attributes[0].0.to_ascii_lowercase().as_str()), (7, 0x64, "netlogon"));
    assert_eq!(answer.attributes[0].1[0][..2], 23u16.to_le_bytes(), "LOGON_SAM_LOGON_RESPONSE_EX");
}

#[test]
fn garbage_and_silence_keep_nobody_waiting() {
    let server = Server::start(&[]);
    let open: Vec<TcpStream> = (0..200).map(|_| connect(&server, "ldap")).collect();
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x30\x84\x7f\xff\xff\xff", b"\x16\x03\x01\x00\x05"] {
        let mut client = Client::new(connect(&server, "ldap"));
        client.stream.write_all(garbage).expect("it is sent");
        assert_eq!(client.receive().map(|(id, tag, _)| (id, tag)), Some((0, 0x78)), "{}", garbage.escape_ascii());
        assert_eq!(client.receive(), None);
    }
    admin(&server);
    drop(open);
    let taken = server.ready("ldap").strip_prefix("ldap://").expect("a URL");
    assert_fails(&["--http", "127.0.0.1:0", "--ldap", taken], "`--ldap 127.0.0.1:0`");
}

/// Clients that do not do what they should, all at once: the others do not notice.
#[test]
fn idle_slow_and_half_open_clients_are_in_nobodys_way() {
    let server = Server::start(&[]);
    let idle: Vec<TcpStream> = (0..2000).map(|_| connect(&server, "ldap")).collect();
    let half = message(1, search("", 0, ("objectClass", "*"), &[]));
    let mut slow: Vec<TcpStream> = (0..50).map(|_| connect(&server, "ldap")).collect();
    for (n, stream) in slow.iter_mut().enumerate() {
        stream.write_all(&half[..1 + n % (half.len() - 1)]).expect("it is sent");
    }
    let gone: Vec<TcpStream> = (0..50).map(|_| connect(&server, "ldap")).collect();
    gone.iter().for_each(|stream| stream.shutdown(std::net::Shutdown::Write).expect("half closed"));
    let mut client = admin(&server);
    assert_eq!(client.search("", 0, ("objectClass", "*"), &["dnsHostName"]).0, 0);
    // Whoever only paused is answered still.
    let mut paused = slow.swap_remove(0);
    paused.write_all(&half[1..]).expect("it is sent");
    assert_eq!(Client::new(paused).receive().map(|(id, tag, _)| (id, tag)), Some((1, 0x64)));
    drop((idle, slow, gone));
    assert_eq!(client.search("", 0, ("objectClass", "*"), &["dnsHostName"]).0, 0);
}

/// Many requests before the first answer is read: all are answered, in order, but for those that nobody waits for.
#[test]
fn many_requests_may_be_outstanding() {
    let server = Server::start(&[]);
    let (mut client, base) = (admin(&server), server.ready("base_dn"));
    let mut all = Vec::new();
    for id in 1..=120u8 {
        let op = match id % 3 {
            0 => tlv(0x50, &[id - 1]), // abandons what was asked before
            _ => search(base, 0, ("objectClass", "*"), &["name"]),
        };
        all.extend(message(id, op));
    }
    client.stream.write_all(&all).expect("it is sent");
    for id in (1..=120u8).filter(|id| id % 3 != 0) {
        assert_eq!(client.receive().map(|(of, tag, _)| (of, tag)), Some((id, 0x64)));
        assert_eq!(client.receive().map(|(of, tag, _)| (of, tag)), Some((id, 0x65)));
    }
    // An unbind in the middle: what came before is answered, what comes behind is not.
    let ops =
        [search(base, 0, ("objectClass", "*"), &["name"]), tlv(0x42, &[]), search("", 0, ("objectClass", "*"), &[])];
    let all: Vec<u8> = ops.into_iter().zip(1..).flat_map(|(op, id)| message(id, op)).collect();
    client.stream.write_all(&all).expect("it is sent");
    assert_eq!(client.receive().map(|(of, tag, _)| (of, tag)), Some((1, 0x64)));
    assert_eq!(client.receive().map(|(of, tag, _)| (of, tag)), Some((1, 0x65)));
    assert_eq!(client.receive(), None);
}

/// A client that asks for much and reads nothing is let go of, and the next one finds a server that answers.
#[test]
fn answers_that_nobody_reads_are_not_piled_up() {
    let server = Server::start(&[]);
    let base = server.ready("base_dn");
    let mut greedy = admin(&server);
    greedy.stream.set_write_timeout(Some(std::time::Duration::from_millis(200))).expect("a limit");
    let everything: Vec<u8> = (0..200)
        .flat_map(|_| message(9, search(base, 2, ("objectClass", "top"), &["*", "nTSecurityDescriptor"])))
        .collect();
    // The server stops reading once its answers are not taken; then there is no more room to send.
    let sent = (0..4_000).all(|_| greedy.stream.write_all(&everything).is_ok());
    assert!(!sent, "the server holds all of that");
    assert_eq!(admin(&server).search("", 0, ("objectClass", "*"), &["dnsHostName"]).0, 0);
}

/// What proves who somebody is turns up nowhere: not in the trace, not in what the server prints.
#[test]
fn secrets_are_not_told() {
    let server = Server::start(&[]);
    let (mut client, base) = (Client::new(connect(&server, "ldap")), server.ready("base_dn"));
    assert_eq!(client.bind(server.ready("admin_dn"), "Secret-of-a-bind"), 49);
    let ntlm = b"NTLMSSP\0\x01\0\0\0\x05\x82\x88\xa0Secret-of-a-token";
    let sasl = seq(0xa3, &[octets("GSS-SPNEGO"), octets(ntlm)]);
    client.ask(seq(0x60, &[tlv(2, &[3]), octets(""), sasl]));
    let mut secure = Client::new(tls(&server, connect(&server, "ldaps"), "localhost"));
    assert_eq!(secure.bind(server.ready("admin_dn"), server.ready("admin_password")), 0);
    let quoted: String = "\"Secret-0f-an-account\"".encode_utf16().flat_map(u16::to_le_bytes).map(char::from).collect();
    let dn = format!("CN=LAP-1,CN=Computers,{base}");
    let account = [("objectClass", "computer"), ("sAMAccountName", "LAP-1$"), ("unicodePwd", &quoted)];
    assert_eq!(secure.add(&dn, &account), 0);
    assert_eq!(secure.search(&dn, 0, ("objectClass", "*"), &["*", "unicodePwd", "supplementalCredentials"]).1.len(), 1);
    let (_, found) = secure.search(base, 2, ("unicodePwd", &quoted), &["name"]);
    assert!(found.is_empty(), "nobody searches by it");
    let trace = server.get("/_sim/trace?limit=10000").1.to_string();
    for secret in ["Secret", "S\\u0000e\\u0000c", "NTLMSSP", server.ready("admin_password")] {
        assert!(!trace.contains(secret), "{secret}");
    }
    assert!(trace.contains("LAP-1"), "the rest is told");
}

#[test]
fn the_administrator_has_the_password_of_the_scenario() {
    let folder = folder();
    let path = folder.join("one.yaml");
    let domain = "{ name: ad.example, administrator_password: Other.Pass.1 }";
    std::fs::write(&path, format!("scenario: One\nforest: {{ domains: [{domain}] }}\n")).expect("a file");
    let server = Server::start_in(folder, &[path.to_str().expect("a path")]);
    assert_eq!(server.ready("admin_password"), "Other.Pass.1");
    assert_eq!(server.ready("admin_dn"), "CN=Administrator,CN=Users,DC=ad,DC=example");
    let mut client = admin(&server);
    assert_eq!(client.bind(server.ready("admin_dn"), "Adm1n.Pass!"), 49);
}

#[cfg(unix)]
#[test]
fn a_server_that_ends_says_so() {
    let mut server = Server::start(&[]);
    let mut client = admin(&server);
    assert_eq!(server.terminate(), Some(0));
    let (id, tag, op) = client.receive().expect("a notice");
    assert_eq!((id, tag, ldap_client::items(&op)[0].1), (0, 0x78, &[52][..]));
    assert_eq!(client.receive(), None);
}

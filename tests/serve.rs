//! `serve` as its clients meet it: the built binary, over real sockets, each test with a server and a port of its own.

#![allow(clippy::disallowed_methods)] // tests start programs, read files and wait

mod server;

use serde_json::{Value, json};
use server::{PATIENCE, Server, answer, assert_error, assert_fails, folder};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring};

#[test]
fn the_ready_file_says_where_everything_is() {
    let server = Server::start(&[]);
    assert_eq!(server.ready("control"), format!("{}/_sim", server.ready("http")));
    assert!(server.ready("https").starts_with("https://127.0.0.1:"), "{}", server.ready);
    assert_eq!(server.ready["pid"], server.child.id());
    assert_eq!(server.ready("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(server.ready("tenant_domain"), "contoso.com");
    assert_eq!(server.ready("base_dn"), "DC=corp,DC=contoso,DC=com");
    assert_eq!(server.ready["controllers"][0]["domain"], "corp.contoso.com");
    assert!(std::fs::read_to_string(server.ready("ca_file")).expect("the CA").contains("BEGIN CERTIFICATE"));
    let (status, organization) = server.get("/v1.0/organization");
    assert_eq!((status, &organization["value"][0]["id"]), (200, &server.ready["tenant_id"]));
    let (status, health) = server.get("/_sim/health");
    assert_eq!((status, &health["status"], &health["now"]), (200, &json!("ok"), &json!("2022-11-17T08:00:00Z")));
}

#[test]
fn two_days_pass_and_come_back() {
    let server = Server::start(&[]);
    let (_, clock) = server.get("/_sim/clock");
    assert_eq!((&clock["mode"], &clock["now"]), (&json!("paused"), &json!("2022-11-17T08:00:00Z")));
    assert_eq!(clock["settled"], false);
    let devices = "/v1.0/devices?$filter=trustType%20eq%20'ServerAd'";
    assert_eq!(server.get(devices).1["value"], json!([]));
    let first = server.advance(json!({ "until": "next" }));
    assert!(first["events"].as_u64() >= Some(1), "{first}");
    let done = server.advance(json!({ "by": "PT48H" }));
    assert!(done["events"].as_u64() > Some(10), "{done}");
    let (_, joined) = server.get(devices);
    assert_eq!(joined["value"].as_array().map(Vec::len), Some(2), "{joined}");

    let (_, device) = server.get("/_sim/devices/LAPTOP1");
    assert_eq!((&device["name"], &device["screen"]["page"]), (&json!("laptop1"), &json!("desktop")), "{device}");
    assert!(device["dsregcmd"].as_str().is_some_and(|text| text.contains("AzureAdJoined : YES")), "{device}");
    assert!(device["logs"][0]["events"][0]["id"].is_u64(), "{device}");
    let by_serial = format!("/_sim/devices/{}", device["serial_number"].as_str().expect("a serial number"));
    assert_eq!(server.get(&by_serial).1, device);
    let (_, log) = server.get("/_sim/servers/SRV-ODJ01/log");
    let events = log["logs"][0]["events"].as_array().expect("events");
    assert_eq!(events.iter().filter(|e| e["id"] == 30140).count(), 2, "{log}");

    let settled = server.advance(json!({ "until": "settled" }));
    assert_eq!((&settled["settled"], &settled["next"]), (&json!(true), &Value::Null));
    let (status, begun) = server.post("/_sim/reset", "");
    assert_eq!((status, begun), (200, clock));
    assert_eq!(server.get(devices).1["value"], json!([]));
    server.advance(json!({ "until": "next" }));
    server.advance(json!({ "by": "48h" }));
    assert_eq!(server.get(devices).1, joined, "the same ids");
    assert_eq!(server.get("/_sim/devices/laptop1").1, device);
}

#[test]
fn the_trace_is_read_in_pages() {
    let server = Server::start(&[]);
    server.advance(json!({ "until": "settled" }));
    let all = server.get("/_sim/trace?limit=10000").1;
    let records = all["records"].as_array().expect("records");
    assert!(records.len() > 20 && all["next"] == records.len(), "{}", records.len());
    let (mut since, mut paged) = (0, Vec::new());
    loop {
        let page = server.get(&format!("/_sim/trace?since={since}&limit=7")).1;
        let records = page["records"].as_array().expect("records").clone();
        if records.is_empty() {
            break;
        }
        assert_eq!(records[0]["seq"], since);
        since = page["next"].as_u64().expect("a number");
        paged.extend(records);
    }
    assert_eq!(&paged, records);
    assert!(records.iter().any(|r| r["kind"] == "action" && r["who"] == "administrator"));
    let beyond = server.get("/_sim/trace?since=999999999").1;
    assert_eq!((&beyond["records"], &beyond["next"]), (&json!([]), &all["next"]));
    assert_error(server.get("/_sim/trace?since=x"), 400, "`since`");
    assert_error(server.get("/_sim/trace?sinse=1"), 400, "`sinse`");
}

#[test]
fn mistakes_are_answered_in_a_form_that_programs_read() {
    let server = Server::start(&[]);
    let advance = "/_sim/clock/advance";
    assert_error(server.post(advance, ""), 400, "no JSON");
    assert_error(server.post(advance, "{"), 400, "no JSON");
    assert_error(server.post(advance, "[]"), 400, "no object");
    assert_error(server.post(advance, "{}"), 400, "`by`");
    assert_error(server.post(advance, json!({ "by": "soon" })), 400, "`by`");
    assert_error(server.post(advance, json!({ "by": "-1h" })), 400, "`by`");
    assert_error(server.post(advance, json!({ "to": "2022-11-17T07:59:59Z" })), 400, "has passed");
    assert_error(server.post(advance, json!({ "until": "later" })), 400, "`until`");
    assert_error(server.put("/_sim/clock", json!({ "mode": "fast" })), 400, "`mode`");
    assert_error(server.post("/_sim/reset", "nonsense"), 400, "body");
    assert_error(server.get("/_sim/devices/laptop3"), 404, "laptop1");
    assert_error(server.get("/_sim/devices/SRV-ODJ01"), 404, "SRV-ODJ01");
    assert_error(server.get("/_sim/devices/%FF"), 400, "UTF-8");
    assert_error(server.get("/_sim/servers/laptop1/log"), 404, "laptop1");
    assert_error(server.get("/_sim/nothing"), 404, "/nothing");
    assert_error(server.get("/_sim"), 404, "");
    assert_error(server.get("/"), 404, "/v1.0");
    assert_error(server.get("/nothing/at/all"), 404, "/v1.0");
    assert_error(server.get(advance), 405, "GET");
    assert_error(server.post(advance, " ".repeat(5 << 20)), 413, "too large");
    assert_error(server.get("/v1.0/nothing"), 400, "Resource not found for the segment 'nothing'.");
    assert_error(server.post("/v1.0/organization", "{}"), 405, "not allowed");
    assert_error(server.post("/v1.0/devices", " ".repeat(5 << 20)), 413, "size");
    let foreign =
        server.agent.post(format!("{}/_sim/reset", server.ready("http"))).header("Origin", "http://evil.example");
    assert_error(answer(foreign.send_empty()), 403, "origin");
    assert_eq!(server.get("/_sim/health").0, 200);
}

#[test]
fn graph_answers_with_the_headers_of_graph() {
    let server = Server::start(&[]);
    let ask = |host: &str, path: &str, id: Option<&str>| {
        let mut request = self::ureq::get(&server, path).header("Host", host).header("Authorization", server.bearer());
        if let Some(id) = id {
            request = request.header("client-request-id", id);
        }
        request.call().expect("an answer")
    };
    let header = |response: &ureq::http::Response<ureq::Body>, name: &str| {
        response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    };
    let mine = "5f0f2e5c-0c4b-4d0e-9d53-0a3c6b5d6e7f";
    let mut response = ask("graph.microsoft.com", "/v1.0/users", Some(mine));
    assert_eq!(header(&response, "client-request-id"), mine);
    assert_eq!(header(&response, "odata-version"), "4.0");
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert!(header(&response, "content-type").starts_with("application/json;odata.metadata=minimal"));
    assert!(header(&response, "x-ms-ags-diagnostic").contains("ServerInfo") && !header(&response, "date").is_empty());
    let body: Value = serde_json::from_str(&response.body_mut().read_to_string().expect("a body")).expect("JSON");
    assert_eq!(body["@odata.context"], "http://graph.microsoft.com/v1.0/$metadata#users");
    let request_id = header(&response, "request-id");
    let other = ask("127.0.0.1", "/v1.0/users", None);
    assert_ne!(header(&other, "request-id"), request_id);
    assert_eq!(header(&other, "client-request-id"), header(&other, "request-id"));
    // The host comes before the path: Graph has no control API.
    assert_eq!(ask("graph.microsoft.com", "/_sim/health", None).status().as_u16(), 404);
    assert_eq!(ask("login.microsoftonline.com", "/v1.0/users", None).status().as_u16(), 404);
    assert_eq!(ask("enterpriseregistration.windows.net", "/v1.0/users", None).status().as_u16(), 501);
}

/// The agent's requests, by path.
mod ureq {
    pub use ::ureq::*;

    pub fn get(server: &super::Server, path: &str) -> RequestBuilder<typestate::WithoutBody> {
        server.agent.get(format!("{}{path}", server.ready("http")))
    }
}

fn tls(server: &Server, name: &str) -> String {
    let ca = CertificateDer::from_pem_file(server.ready("ca_file")).expect("the CA");
    let mut roots = RootCertStore::empty();
    roots.add(ca).expect("a CA");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("versions").with_root_certificates(roots);
    let server_name = ServerName::try_from(name.to_owned()).expect("a name");
    let client = ClientConnection::new(Arc::new(builder.with_no_client_auth()), server_name).expect("a client");
    let address = server.ready("https").strip_prefix("https://").expect("a URL");
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).expect("a connection"));
    let request = format!(
        "GET /v1.0/organization HTTP/1.1\r\nHost: {name}\r\nAuthorization: {}\r\nConnection: close\r\n\r\n",
        server.bearer()
    );
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

#[test]
fn certificates_are_for_the_name_that_is_asked_for() {
    let server = Server::start(&[]);
    for name in ["localhost", "127.0.0.1", "graph.microsoft.com", "something.manage.microsoft.com"] {
        let text = tls(&server, name);
        let status = if name.starts_with("something") { "HTTP/1.1 501" } else { "HTTP/1.1 200" };
        assert!(text.starts_with(status), "{name}: {text}");
    }
    assert!(tls(&server, "graph.microsoft.com").contains("https://graph.microsoft.com/v1.0/$metadata#organization"));
}

/// A fleet whose two days take a while even for a fast machine.
const FLEET: &str = r#"
scenario: Fleet
tenant:
  users: [{ upn: ada@contoso.com, account: CORP\ada }]
  groups: [{ name: All, rule: '(device.devicePhysicalIDs -any _ -contains "[ZTDId]")' }]
  deployment_profiles: [{ name: Hybrid, assign: All }]
  domain_join_profiles:
    - { name: Corp, domain: corp.contoso.com, prefix: L-, ou: "OU=A,DC=corp,DC=contoso,DC=com", assign: All }
connectors: [{ name: SRV-ODJ001, delegated: "OU=A,DC=corp,DC=contoso,DC=com" }]
devices: [{ name: D, count: 5000, signs_in: ada@contoso.com }]
steps:
  - { at: 0s, do: { import: { devices: all } } }
  - { at: 1h, do: { power_on: { devices: all, apart: 30s } } }
"#;

#[test]
fn reads_go_on_while_time_passes() {
    let folder = folder();
    std::fs::write(folder.join("fleet.yaml"), FLEET).expect("a file");
    let path = folder.join("fleet.yaml");
    let server = Server::start_in(folder, &[path.to_str().expect("a path")]);
    let mut during = 0;
    std::thread::scope(|scope| {
        let advance = scope.spawn(|| server.advance(json!({ "by": "72h" })));
        let mut last = String::new();
        while !advance.is_finished() {
            let (status, health) = server.get("/_sim/health");
            let now = health["now"].as_str().expect("a time").to_owned();
            assert!(status == 200 && now >= last, "time goes forward");
            during += u32::from(!last.is_empty() && now != last);
            last = now;
        }
    });
    assert!(during >= 3, "reads saw time pass only {during} times");
    // The trace of a fleet is longer than what is kept: that is said.
    let page = server.get("/_sim/trace?limit=1").1;
    let missed = page["missed"].as_u64().unwrap_or(0);
    assert_eq!(page["records"][0]["seq"].as_u64(), Some(missed), "{page}");
}

#[test]
fn an_advance_without_end_is_interrupted_by_a_reset() {
    let folder = folder();
    std::fs::write(folder.join("fleet.yaml"), FLEET).expect("a file");
    let path = folder.join("fleet.yaml");
    let server = Server::start_in(folder, &[path.to_str().expect("a path")]);
    let start = server.get("/_sim/clock").1;
    std::thread::scope(|scope| {
        let advance = scope.spawn(|| server.post("/_sim/clock/advance", json!({ "by": "72h" })));
        while server.get("/_sim/health").1["now"] == start["now"] && !advance.is_finished() {}
        let (status, clock) = server.post("/_sim/reset", "{}");
        assert_eq!((status, clock), (200, start));
        let (status, answer) = advance.join().expect("an answer");
        assert!(status == 200 || answer["error"]["code"] == "interrupted", "{status} {answer}");
    });
}

#[test]
fn clients_that_say_nothing_keep_nobody_waiting() {
    let server = Server::start(&[]);
    let beginnings: [&[u8]; 5] = [
        b"",
        b"GET",
        b"GET /v1.0/users HTTP/1.1\r\nHost: x\r\n",
        b"POST /_sim/reset HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
        b"\x16\x03\x01",
    ];
    let open: Vec<TcpStream> = (0..300)
        .map(|n| {
            let mut stream = TcpStream::connect(server.address()).expect("a connection");
            stream.write_all(beginnings[n % beginnings.len()]).expect("it is sent");
            stream
        })
        .collect();
    assert_eq!(server.get("/_sim/health").0, 200);
    for garbage in [&b"\x00\x01\x02\r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        stream.write_all(garbage).expect("it is sent");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let mut text = [0; 12];
        stream.read_exact(&mut text).expect("an answer");
        assert_eq!(text, *b"HTTP/1.1 400");
    }
    drop(open);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_order() {
    let mut server = Server::start(&[]);
    let half = TcpStream::connect(server.address()).expect("a connection");
    let mut kept = TcpStream::connect(server.address()).expect("a connection");
    kept.write_all(b"GET /_sim/health HTTP/1.1\r\nHost: x\r\n\r\n").expect("it is sent");
    let mut first = [0; 15];
    kept.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let began = Instant::now();
    assert_eq!(server.terminate(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(!server.folder.join("ready.json").exists());
    assert!(TcpStream::connect(server.address()).is_err());
    drop(half);
}

#[test]
fn clocks_go_as_they_are_told() {
    let server = Server::start(&["--clock", "per_request=30s", "--start", "2024-02-29T12:00:00Z"]);
    let clock = server.get("/_sim/clock").1;
    assert_eq!((&clock["mode"], &clock["step"]), (&json!("per_request"), &json!("PT30S")));
    assert_eq!(clock["now"], "2024-02-29T12:00:00Z");
    server.get("/v1.0/users");
    server.get("/v1.0/users");
    assert_eq!(server.get("/_sim/clock").1["now"], "2024-02-29T12:01:00Z");
    let (status, clock) = server.put("/_sim/clock", json!({ "mode": "scaled", "factor": 3600 }));
    assert_eq!((status, &clock["mode"]), (200, &json!("scaled")));
    let began = Instant::now();
    while server.get("/_sim/clock").1["now"].as_str() < Some("2024-02-29T12:10:00Z") {
        assert!(began.elapsed() < PATIENCE, "it stands");
    }
    let stopped = server.put("/_sim/clock", json!({ "mode": "paused" })).1["now"].clone();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(server.get("/_sim/clock").1["now"], stopped);
}

#[test]
fn it_says_why_it_cannot_start() {
    let server = Server::start(&[]);
    assert_fails(&["--http", server.address()], "in use");
    assert_fails(&["--http", "0.0.0.0:0"], "--expose");
    assert_fails(&["--http", "nowhere"], "no address");
    assert_fails(&["--clock", "fast"], "per_request=30s");
    assert_fails(&["--http", "127.0.0.1:0", "--start", "soon"], "`now`");
    assert_fails(&["no-such-file.yaml", "--http", "127.0.0.1:0"], "no-such-file.yaml");
    let file = server.folder.join("wrong.yaml");
    std::fs::write(&file, "scenario: Wrong\nnonsense: 1\n").expect("a file");
    assert_fails(&[file.to_str().expect("a path"), "--http", "127.0.0.1:0"], "nonsense");
    let nowhere = server.folder.join("none").join("ready.json");
    let state = server.folder.join("state");
    let [nowhere, state] = [&nowhere, &state].map(|path| path.to_str().expect("a path"));
    assert_fails(&["--http", "127.0.0.1:0", "--state", state, "--ready-file", nowhere], "ready file");
}

#[test]
fn a_served_world_explains_itself_and_gives_its_blobs() {
    let server = Server::start(&[]);
    assert_error(server.get("/_sim/odj/laptop1"), 404, "no connector has made");
    server.advance(json!({ "by": "PT48H" }));
    let (status, answer) = server.get("/_sim/explain?of=laptop1");
    assert_eq!((status, &answer["kind"], &answer["missing_records"]), (200, &json!("device"), &json!(0)), "{answer}");
    assert!(answer["set_going_by"][0]["source"].is_string(), "{answer}");
    let (status, group) = server.get("/_sim/explain?of=laptop1&why_not=Autopilot%20devices");
    assert!(status == 200 && group["findings"][0]["saw"].is_array(), "{group}");
    for (path, status, part) in [
        ("/_sim/explain", 400, "names what is to be explained"),
        ("/_sim/explain?of=nobody", 404, "nothing goes by the name"),
        ("/_sim/explain?of=laptop1&when=now", 400, "`when` means nothing"),
        ("/_sim/explain?of=ada%40contoso.com&why_not=laptop1", 400, "cannot be asked"),
        ("/_sim/odj/ada%40contoso.com", 400, "has no offline domain join blob"),
        ("/_sim/odj/laptop1?format=zip", 400, "format=binary"),
    ] {
        assert_error(server.get(path), status, part);
    }
    let url = format!("{}/odj/laptop1?format=binary", server.ready("control"));
    let mut blob = ::ureq::get(url).call().expect("the blob");
    let octets = blob.body_mut().read_to_vec().expect("octets");
    let package = sim_device::OdjPackage::decode(&octets).expect("a blob");
    assert!(package.machine_name.starts_with("LAP-") && package.domain == "corp.contoso.com", "{package:?}");
}

//! The Graph benchmark: reads of a tenant with 100,000 Entra devices beside a bare axum handler with the same bodies made beforehand,
//! in one run. Both servers are processes of their own with two workers; the load comes from blocking sockets that keep their
//! connections and have one request in flight each. The sides take turns, and medians are shown: quote the ratios.
//!
//! `cargo bench --bench graph` takes about two minutes; `cargo bench --bench graph -- 10000` runs with that many devices. The process
//! starts itself again as the bare server.

#![allow(clippy::disallowed_methods)] // a benchmark reads the clock and starts programs

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Connections of the load.
const CONNECTIONS: usize = 16;
/// How long one side is asked at a time, and how often.
const SLICE: Duration = Duration::from_millis(1500);
const ROUNDS: usize = 5;
/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    match args.next().as_deref() {
        Some("--bare") => bare(Path::new(&args.next().expect("a folder"))),
        devices => compare(devices.and_then(|n| n.parse().ok()).unwrap_or(100_000)),
    }
}

/// A kind of request: name, our path, the bare server's, and the bar.
struct Work {
    name: &'static str,
    ours: String,
    bare: &'static str,
    bar: f64,
}

fn compare(devices: usize) {
    let folder = std::env::temp_dir().join(format!("tenantsim-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    println!("{devices} devices, {CONNECTIONS} connections, median of {ROUNDS} slices of {SLICE:?} a side");
    first_answer(&folder);
    let ours = Server::tenantsim(&folder, &scenario(devices), None);
    let began = Instant::now();
    let settled = r#"{"until":"settled"}"#;
    let head =
        format!("POST /_sim/clock/advance HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{settled}", settled.len());
    let (status, told) = exchange(&mut connect(ours.address), head.as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&told));
    let count = ask(&ours, "/v1.0/devices/$count", "ConsistencyLevel: eventual\r\n");
    println!(
        "the estate settled in {:.1} s with {} Entra devices\n",
        began.elapsed().as_secs_f64(),
        String::from_utf8_lossy(&count)
    );

    let works = works(&ours, &folder);
    let bare = Server::bare(&folder);
    println!(
        "{:<26} {:>9} {:>9} {:>7} {:>6}  {:>9} {:>9}",
        "work", "ours/s", "bare/s", "ratio", "bar", "ours µs", "bare µs"
    );
    for work in &works {
        measure(work, &ours, &bare);
    }
    drop((ours, bare));
    let _ = fs::remove_dir_all(&folder);
}

fn measure(work: &Work, ours: &Server, bare: &Server) {
    // Whatever is made at the first requests is made.
    for _ in 0..3 {
        ask(ours, &work.ours, "ConsistencyLevel: eventual\r\n");
    }
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        mine.push(load(ours, &work.ours));
        theirs.push(load(bare, work.bare));
    }
    let (mine, theirs) = (median(mine), median(theirs));
    let ratio = mine.0 / theirs.0;
    println!(
        "{:<26} {:>9.0} {:>9.0} {:>7.2} {:>6.2}  {:>9.1} {:>9.1}",
        work.name, mine.0, theirs.0, ratio, work.bar, mine.1, theirs.1
    );
}

/// What is asked, with the bodies that the bare server gives.
fn works(ours: &Server, folder: &Path) -> Vec<Work> {
    let json = |path: &str| -> Value { serde_json::from_slice(&ask(ours, path, "")).expect("JSON") };
    let all = names(ours);
    let (name, id) = all[all.len() / 2].clone();
    let one = json(&format!("/v1.0/devices/{id}"));
    let device_id = one["deviceId"].as_str().expect("a deviceId").to_owned();
    let identities = json("/v1.0/deviceManagement/windowsAutopilotDeviceIdentities?$top=7");
    let identity = &identities["value"][6];
    let (ztdid, serial) =
        (identity["id"].as_str().expect("an id"), identity["serialNumber"].as_str().expect("a serial"));
    let prefix = &name[..name.len() - 1];
    let works = vec![
        Work { name: "one by id", ours: format!("/v1.0/devices/{id}"), bare: "/one", bar: 0.80 },
        Work {
            name: "deviceId eq",
            ours: format!("/v1.0/devices?$filter=deviceId%20eq%20'{device_id}'"),
            bare: "/device-id",
            bar: 0.75,
        },
        Work {
            name: "displayName eq",
            ours: format!("/v1.0/devices?$filter=displayName%20eq%20'{name}'"),
            bare: "/name",
            bar: 0.75,
        },
        Work {
            name: "physicalIds/any eq",
            ours: format!("/v1.0/devices?$filter=physicalIds/any(p:p%20eq%20'[ZTDID]:{ztdid}')"),
            bare: "/physical",
            bar: 0.75,
        },
        Work {
            name: "serialNumber eq",
            ours: format!("/v1.0/deviceManagement/managedDevices?$filter=serialNumber%20eq%20'{serial}'"),
            bare: "/serial",
            bar: 0.75,
        },
        Work { name: "page of 100", ours: "/v1.0/devices?$top=100".to_owned(), bare: "/page", bar: 0.30 },
        Work {
            name: "startswith, walked there",
            ours: format!("/v1.0/devices?$filter=startswith(displayName,'{prefix}')"),
            bare: "/scan-prefix",
            bar: 1.0,
        },
        Work {
            name: "contains, walked there",
            ours: format!(
                "/v1.0/deviceManagement/managedDevices?$filter=contains(deviceName,'{}')",
                &name[name.len() - 5..]
            ),
            bare: "/scan-part",
            bar: 1.0,
        },
        Work {
            name: "$count",
            ours: "/v1.0/deviceManagement/managedDevices/$count".to_owned(),
            bare: "/count",
            bar: 0.75,
        },
    ];
    for work in works.iter().filter(|work| !work.bare.starts_with("/scan")) {
        fs::write(folder.join(&work.bare[1..]), ask(ours, &work.ours, "")).expect("a file");
    }
    let lines: String = all.iter().map(|(name, id)| format!("{name}\t{id}\n")).collect();
    fs::write(folder.join("names"), lines).expect("a file");
    fs::write(folder.join("wanted"), format!("{prefix}\n{}", &name[name.len() - 5..])).expect("a file");
    works
}

/// All devices by name and id.
fn names(ours: &Server) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut next = Some("/v1.0/devices?$select=id,displayName&$top=999".to_owned());
    while let Some(path) = next {
        let page: Value = serde_json::from_slice(&ask(ours, &path, "")).expect("JSON");
        let text = |device: &Value, name: &str| device[name].as_str().expect("a text").to_owned();
        let devices = page["value"].as_array().expect("devices").iter();
        names.extend(devices.map(|device| (text(device, "displayName"), text(device, "id"))));
        next = page["@odata.nextLink"].as_str().map(|link| link[link.find("/v1.0").expect("a path")..].to_owned());
    }
    names
}

/// From the start of the process to the first answer of an empty tenant.
fn first_answer(folder: &Path) {
    let mut millis = Vec::new();
    for _ in 0..=ROUNDS {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).expect("a port").port();
        let began = Instant::now();
        let server = Server::tenantsim(folder, "scenario: Empty\n", Some(port));
        let mut stream = connect(server.address);
        let (status, _) = exchange(&mut stream, b"GET /v1.0/organization HTTP/1.1\r\nHost: x\r\n\r\n");
        // Whoever has no token is told so, which is an answer, too.
        assert!(matches!(status, 200 | 401), "{status}");
        millis.push((began.elapsed().as_secs_f64() * 1e3, 0.0));
    }
    // The first start makes the certificate authority.
    millis.remove(0);
    println!("first answer of an empty tenant: {:.1} ms after the start of the process (bar 10)", median(millis).0);
}

fn scenario(devices: usize) -> String {
    let machines = devices / 2;
    let connectors = machines.div_ceil(5_000);
    let apart = 48 * 3_600_000 / machines.max(1);
    let mut text = String::from(
        r#"scenario: A fleet to read
tenant:
  users: [{ upn: ada@contoso.com, account: CORP\ada }]
  groups: [{ name: Autopilot devices, rule: '(device.devicePhysicalIDs -any _ -contains "[ZTDId]")' }]
  deployment_profiles: [{ name: Hybrid, assign: Autopilot devices }]
  domain_join_profiles:
    - { name: Corp, domain: corp.contoso.com, prefix: L-, ou: "OU=Autopilot,DC=corp,DC=contoso,DC=com", assign: Autopilot devices }
connectors:
"#,
    );
    for n in 1..=connectors {
        text += &format!("  - {{ name: SRV-ODJ{n:03}, delegated: \"OU=Autopilot,DC=corp,DC=contoso,DC=com\" }}\n");
    }
    text += &format!(
        "devices:\n  - {{ name: D, count: {machines}, signs_in: ada@contoso.com }}\nsteps:\n  - {{ at: 0s, do: {{ import: {{ devices: all }} }} }}\n  - \
         {{ at: 1h, do: {{ power_on: {{ devices: all, apart: {apart}ms }} }} }}\n"
    );
    text
}

/// A server in a process of its own, which ends with this value.
struct Server {
    child: Child,
    address: SocketAddr,
    /// The headers of every request.
    headers: String,
}

impl Server {
    fn tenantsim(folder: &Path, scenario: &str, port: Option<u16>) -> Self {
        let (file, ready) = (folder.join("scenario.yaml"), folder.join("ready.json"));
        fs::write(&file, scenario).expect("a file");
        let _ = fs::remove_file(&ready);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
        command.arg("serve").arg(&file).args(["--http", &format!("127.0.0.1:{}", port.unwrap_or(0))]);
        command.arg("--ready-file").arg(&ready).arg("--state").arg(folder.join("state"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a server");
        let address = match port {
            Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            None => {
                let text = wait_for(&ready);
                let ready: Value = serde_json::from_str(&text).expect("JSON");
                let url = ready["http"].as_str().expect("an address");
                url.strip_prefix("http://").expect("a URL").parse().expect("an address")
            }
        };
        let headers = if port.is_none() { token(address, &wait_for(&ready)) } else { String::new() };
        Self { child, address, headers }
    }

    fn bare(folder: &Path) -> Self {
        let ready = folder.join("bare.port");
        let itself = std::env::current_exe().expect("this program");
        let child = Command::new(itself).arg("--bare").arg(folder).spawn().expect("a server");
        let port: u16 = wait_for(&ready).parse().expect("a port");
        Self { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), headers: String::new() }
    }

    /// Seconds of processor time so far.
    fn processor(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let ticks: f64 = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split(' ')
            .skip(12)
            .take(2)
            .filter_map(|t| t.parse::<f64>().ok())
            .sum();
        ticks / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The header that a client signs in with, of a server that has clients.
fn token(address: SocketAddr, ready: &str) -> String {
    let ready: Value = serde_json::from_str(ready).expect("JSON");
    let (Some(id), Some(secret)) = (ready["client_id"].as_str(), ready["client_secret"].as_str()) else {
        return String::new();
    };
    let scope = "https%3A%2F%2Fgraph.microsoft.com%2F.default";
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}");
    let tenant = ready["tenant_id"].as_str().expect("a tenant");
    let request = format!(
        "POST /{tenant}/oauth2/v2.0/token HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let (status, body) = exchange(&mut connect(address), request.as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    format!("Authorization: Bearer {}\r\n", answer["access_token"].as_str().expect("a token"))
}

fn wait_for(file: &PathBuf) -> String {
    let began = Instant::now();
    loop {
        match fs::read_to_string(file) {
            Ok(text) if !text.is_empty() => return text,
            _ => assert!(began.elapsed() < PATIENCE, "{} does not come", file.display()),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let began = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => {
                stream.set_nodelay(true).expect("an option");
                stream.set_read_timeout(Some(PATIENCE)).expect("an option");
                return stream;
            }
            Err(_) => assert!(began.elapsed() < PATIENCE, "{address} does not answer"),
        }
        thread::sleep(Duration::from_micros(100));
    }
}

/// Requests a second and microseconds of the server's processor a request.
fn load(server: &Server, path: &str) -> (f64, f64) {
    let stop = Arc::new(AtomicBool::new(false));
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n", server.address, server.headers).into_bytes();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (stop, request, mut stream) = (stop.clone(), request.clone(), connect(server.address));
            thread::spawn(move || {
                let (mut done, mut buffer) = (0_u64, Vec::with_capacity(256 << 10));
                while !stop.load(Ordering::Relaxed) {
                    let status = exchange_into(&mut stream, &request, &mut buffer).0;
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&buffer));
                    done += 1;
                }
                done
            })
        })
        .collect();
    let (began, processor) = (Instant::now(), server.processor());
    thread::sleep(SLICE);
    let (seconds, processor) = (began.elapsed().as_secs_f64(), server.processor() - processor);
    stop.store(true, Ordering::Relaxed);
    let done: u64 = clients.into_iter().map(|client| client.join().expect("a client")).sum();
    (done as f64 / seconds, processor * 1e6 / done as f64)
}

fn ask(server: &Server, path: &str, headers: &str) -> Vec<u8> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}{headers}\r\n", server.address, server.headers);
    let (status, body) = exchange(&mut connect(server.address), request.as_bytes());
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    body
}

fn exchange(stream: &mut TcpStream, request: &[u8]) -> (u16, Vec<u8>) {
    let mut buffer = Vec::new();
    let (status, body) = exchange_into(stream, request, &mut buffer);
    (status, buffer.split_off(body))
}

/// Sends a request and reads its answer; the status, and where the body begins.
fn exchange_into(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> (u16, usize) {
    stream.write_all(request).expect("the server takes it");
    buffer.clear();
    let mut chunk = [0; 64 << 10];
    let (mut body, mut whole) = (0, usize::MAX);
    while buffer.len() < whole {
        let read = stream.read(&mut chunk).expect("the server answers");
        assert!(read > 0, "the server hung up");
        buffer.extend_from_slice(&chunk[..read]);
        if whole == usize::MAX
            && let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n")
        {
            let head = std::str::from_utf8(&buffer[..end]).expect("a head").to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            body = end + 4;
            whole = body + length.map_or(0, |length| length.trim().parse::<usize>().expect("a length"));
        }
    }
    let status = std::str::from_utf8(&buffer[9..12]).ok().and_then(|status| status.parse().ok());
    (status.expect("a status"), body)
}

fn median(mut figures: Vec<(f64, f64)>) -> (f64, f64) {
    figures.sort_by(|a, b| a.0.total_cmp(&b.0));
    figures[figures.len() / 2]
}

/// What the bare server has.
struct Prebuilt {
    bodies: BTreeMap<String, Bytes>,
    /// Each device by name, with the body of one device, and what is looked for.
    names: Vec<(String, Bytes)>,
    prefix: String,
    part: String,
}

/// axum with bodies that were made beforehand, and a walk over a vector of names.
fn bare(folder: &Path) {
    let bodies: BTreeMap<String, Bytes> = fs::read_dir(folder)
        .expect("the folder")
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file()))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file").into()))
        .collect();
    let text = |name: &str| String::from_utf8_lossy(&bodies[name]).into_owned();
    let one = bodies["one"].clone();
    let names = text("names").lines().filter_map(|l| Some((l.split_once('\t')?.0.to_owned(), one.clone()))).collect();
    let (prefix, part) = text("wanted").split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("two");
    let shared = Arc::new(Prebuilt { bodies, names, prefix, part });
    let mut router = Router::new().route("/scan-prefix", get(scan_prefix)).route("/scan-part", get(scan_part));
    for name in shared.bodies.keys().filter(|name| !name.contains('.')) {
        let name = name.clone();
        let body =
            |State(shared): State<Arc<Prebuilt>>, name: String| async move { json(shared.bodies[&name].clone()) };
        router = router.route(&format!("/{name}"), get(move |state| body(state, name.clone())));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        fs::write(folder.join("bare.port"), port.to_string()).expect("a file");
        axum::serve(listener, router.with_state(shared)).await.expect("serving");
    });
}

fn json(body: impl Into<Bytes>) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.into()).into_response()
}

async fn scan_prefix(State(shared): State<Arc<Prebuilt>>, Query(_): Query<BTreeMap<String, String>>) -> Response {
    walk(&shared, |name| name.starts_with(&shared.prefix))
}

async fn scan_part(State(shared): State<Arc<Prebuilt>>, Query(_): Query<BTreeMap<String, String>>) -> Response {
    walk(&shared, |name| name.contains(&shared.part))
}

fn walk(shared: &Prebuilt, takes: impl Fn(&str) -> bool) -> Response {
    let mut out = b"{\"value\":[".to_vec();
    for (nth, (_, body)) in shared.names.iter().filter(|(name, _)| takes(name)).take(100).enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        out.extend_from_slice(body);
    }
    out.extend_from_slice(b"]}");
    json(out)
}

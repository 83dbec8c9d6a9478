//! Addresses, and clients that take their time.

use super::http::{Connection, Shared, app, serve};
use super::ldap::{self, Ldap};
use super::{Limits, Tls, accept, bind, parse_address};
use crate::host::Mode;
use crate::signin::SignIn;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

#[test]
fn addresses_are_read_as_people_type_them() {
    for text in ["127.0.0.1:8080", "localhost:8080", ":8080", "8080"] {
        assert_eq!(parse_address(text).map(|a| a.to_string()).as_deref(), Ok("127.0.0.1:8080"), "{text}");
    }
    assert_eq!(parse_address("[::1]:0").map(|a| a.to_string()).as_deref(), Ok("[::1]:0"));
    for text in ["", ":", "127.0.0.1", "host:80", "70000", "localhost"] {
        assert!(parse_address(text).is_err(), "{text}");
    }
}

const LIMITS: Limits = Limits {
    handshake: Duration::from_millis(200),
    head: Duration::from_millis(200),
    body: Duration::from_millis(200),
    write: Duration::from_millis(200),
    body_bytes: 1000,
    ldap_first: Duration::from_millis(100),
    ldap_idle: Duration::from_millis(100),
    connections: 4,
    drain: Duration::from_secs(5),
    idle_drain: Duration::from_millis(100),
};

/// A listener for HTTP with short limits.
struct Listening {
    address: SocketAddr,
    close: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn listen() -> Listening {
    let listener = bind("--http", SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let shared = Shared::new(crate::host::tests::world(Mode::Paused), LIMITS, SignIn::passing());
    let (close, closing) = watch::channel(false);
    let (app, seen) = (app(&shared), closing.clone());
    let task = tokio::spawn(accept(listener, LIMITS, closing, move |stream, peer| {
        serve(stream, Connection { scheme: "http", peer }, app.clone(), LIMITS, seen.clone())
    }));
    Listening { address, close, task }
}

/// Sends something and reads until the server closes, for at most five seconds.
async fn told(address: SocketAddr, text: &str) -> (String, Duration) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("the server closes");
    (String::from_utf8_lossy(&answer).into_owned(), began.elapsed())
}

#[tokio::test]
async fn slow_clients_are_bounded_in_time() {
    let server = listen().await;
    for beginning in ["", "GET /v1.0/us", "GET /v1.0/users HTTP/1.1\r\nHost: x\r\n"] {
        let (_, took) = told(server.address, beginning).await;
        assert!(took >= Duration::from_millis(150), "{beginning:?} took {took:?}");
    }
    let (answer, _) = told(server.address, "GET /_sim/health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "a connection that is kept is closed when it is idle: {answer}");
    for path in ["/_sim/reset", "/common/oauth2/token"] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{");
        let (answer, _) = told(server.address, &head).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
}

#[tokio::test]
async fn connections_are_bounded_in_number_and_others_wait() {
    let server = listen().await;
    let mut silent = Vec::new();
    for _ in 0..LIMITS.connections {
        silent.push(TcpStream::connect(server.address).await.expect("a connection"));
    }
    let request = "GET /_sim/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (answer, took) = told(server.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(took >= Duration::from_millis(100), "it waited only {took:?}");
}

#[tokio::test]
async fn closing_answers_what_is_in_flight() {
    let server = listen().await;
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let head = b"POST /_sim/clock/advance HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\n";
    stream.write_all(head).await.expect("it is sent");
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.close.send_replace(true);
    tokio::time::sleep(Duration::from_millis(20)).await;
    stream.write_all(br#"{"by": "48h"}"#).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("2022-11-19T08:00:00Z"), "{answer}");
    timeout(Duration::from_secs(5), server.task).await.expect("it ends").expect("in order");
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn ldap_clients_that_say_nothing_are_told_so_and_leave() {
    let folder = std::env::temp_dir().join(format!("tenantsim-ldap-{}", std::process::id()));
    let tls = Tls::open(&folder, &[]).expect("a CA");
    let (world, acceptor) = (crate::host::tests::world(Mode::Paused), tls.acceptor(&[]).expect("an acceptor"));
    let controller = Ldap { world, dc: sim_core::Id::new(0), tls, acceptor, limits: LIMITS };
    let listener = bind("--ldap", SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (_close, closing) = watch::channel(false);
    let seen = closing.clone();
    let task = tokio::spawn(accept(listener, LIMITS, closing, move |stream, peer| {
        ldap::serve(stream, peer, false, controller.clone(), seen.clone())
    }));
    let mut silent = TcpStream::connect(address).await.expect("a connection");
    let mut told = Vec::new();
    timeout(Duration::from_secs(5), silent.read_to_end(&mut told)).await.expect("in time").expect("an answer");
    // An extended response with number 0 and the code for time that ran out.
    assert!(told.windows(6).any(|w| w[..3] == [2, 1, 0] && w[3] == 0x78) && told.windows(3).any(|w| w == [10, 1, 3]));
    task.abort();
    std::fs::remove_dir_all(&folder).expect("it goes");
}

//! Sockets: what comes in through them is bounded in size, number and time, and what goes out is bounded in time.
//!
//! [`accept`] does for any protocol what all of them need: it takes connections in, up to a number, and lets them end when the
//! server closes. A protocol brings a function that serves one connection, over TCP or over [`Tls`].

pub(crate) mod graph;
pub(crate) mod hosts;
pub(crate) mod http;
pub(crate) mod ldap;
mod patient;
pub(crate) mod proxy;
mod shape;
#[cfg(test)]
mod tests;
pub(crate) mod tls;

pub(crate) use patient::Patient;
pub(crate) use tls::Tls;

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// The bounds of what clients may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For a TLS handshake.
    pub handshake: Duration,
    /// For the head of a request, and for the next one on a connection that is kept.
    pub head: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// For a client to take something of what it is sent.
    pub write: Duration,
    /// The most bytes of a request's body. Graph's own limit is 4 MB.
    pub body_bytes: usize,
    /// For the first request on an LDAP connection (MS-ADTS 3.1.1.3.4.6: InitRecvTimeout).
    pub ldap_first: Duration,
    /// For the next request on it (MaxConnIdleTime).
    pub ldap_idle: Duration,
    /// The most connections of a listener at a time. Others wait in the queue of the operating system.
    pub connections: usize,
    /// For requests in flight when the server closes.
    pub drain: Duration,
    /// For connections on which nothing is in flight when the server closes: something may be on its way.
    pub idle_drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            body_bytes: 4 << 20,
            ldap_first: Duration::from_secs(120),
            ldap_idle: Duration::from_secs(900),
            connections: 10_000,
            drain: Duration::from_secs(5),
            idle_drain: Duration::from_millis(500),
        }
    }
}

/// An address to listen at, as it is typed: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` or `8080`.
pub(crate) fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let loopback = |port: &str| port.parse().ok().map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
    let local = text.strip_prefix("localhost:").or(text.strip_prefix(':')).unwrap_or(text);
    text.parse()
        .ok()
        .or_else(|| loopback(local))
        .ok_or_else(|| format!("`{text}` is no address such as `127.0.0.1:8080`; port 0 picks a free one"))
}

/// Opens a listener. `flag` is the argument that gives it another address.
pub(crate) async fn bind(flag: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let ip = match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        match error.kind() {
            ErrorKind::AddrInUse => {
                format!("{address} is in use: stop what listens there, or give another port: `{flag} {ip}:0` picks a free one")
            }
            ErrorKind::PermissionDenied => {
                format!("{address} is not allowed: ports below 1024 often need rights; `{flag} {ip}:0` picks another one")
            }
            ErrorKind::AddrNotAvailable => format!("{address} is no address of this machine; give another with `{flag}`"),
            _ => format!("cannot listen at {address}: {error}"),
        }
    })
}

/// The address that a client on this machine connects to.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), address.port()),
        _ => address,
    }
}

/// Takes connections in until the server closes, then waits for those that are open. Dropping it ends them.
pub(crate) async fn accept<F, S>(listener: TcpListener, limits: Limits, mut closing: watch::Receiver<bool>, serve: F)
where
    F: Fn(TcpStream, SocketAddr) -> S,
    S: Future<Output = ()> + Send + 'static,
{
    let free = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    loop {
        let next = async {
            // The semaphore is never closed.
            let place = free.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        tokio::select! {
            () = closed(&mut closing) => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (place, accepted) = next => match accepted {
                Ok((stream, peer)) => {
                    let _ = stream.set_nodelay(true);
                    let connection = serve(stream, peer);
                    open.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) if is_of_one_connection(&error) => {}
                // Out of file descriptors, most likely: some have to close first.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// Waits until the server closes.
pub(crate) async fn closed(closing: &mut watch::Receiver<bool>) {
    // A sender that is gone has closed, too.
    let _ = closing.wait_for(|closing| *closing).await.map(drop);
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

//! LDAP over TCP and TLS, and the LDAP ping over UDP. What is asked and answered, `sim_ldap::session` knows.

use super::{Limits, Patient, Tls, closed};
use crate::host::WorldHandle;
use sim_core::Id;
use sim_ldap::Controller;
use sim_ldap::session::{self, After, Kind, Next, Peer, Session};
use sim_world::World;
use sim_world::command::{Command, Reply};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::server::TlsStream;

/// What waits to be sent is sent when there is more than this of it.
const ENOUGH: usize = 64 << 10;

/// LDAP's own result codes of a notice of disconnection.
mod code {
    pub(super) const PROTOCOL_ERROR: u8 = 2;
    pub(super) const TIME_LIMIT_EXCEEDED: u8 = 3;
    pub(super) const UNAVAILABLE: u8 = 52;
}

/// What all connections to a controller share.
#[derive(Clone)]
pub(crate) struct Ldap {
    /// The world.
    pub world: WorldHandle,
    /// The controller.
    pub dc: Id<Controller>,
    /// The certificates.
    pub tls: Tls,
    /// Accepts TLS with them.
    pub acceptor: TlsAcceptor,
    /// The bounds of connections.
    pub limits: Limits,
}

impl Ldap {
    fn is_up(&self) -> bool {
        self.world.read(|world| is_up(world, self.dc))
    }
}

/// Whether a controller answers at all.
fn is_up(world: &World, dc: Id<Controller>) -> bool {
    world.forest().is_up(world.forest().controller(dc), world.cx())
}

/// Serves a connection, within TLS from its beginning or once the client asks for that.
pub(crate) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    secure: bool,
    ldap: Ldap,
    closing: watch::Receiver<bool>,
) {
    // A controller that is down is not there to be talked to.
    if !ldap.is_up() {
        return;
    }
    let Some(nonce) = nonce() else { return };
    let session = Session::new(ldap.dc, Peer::new(version_4(peer.ip()), nonce), session::Limits::default());
    let mut stream = Patient::new(stream, ldap.limits.write);
    let mut conversation = Conversation { life: ldap.world.life(), ldap, session, heard: false, closing };
    if !secure && conversation.hold(&mut stream).await == End::Closed {
        return;
    }
    let Some(mut stream) = conversation.shake_hands(stream).await else { return };
    let channel = conversation.ldap.tls.end_point(stream.get_ref().1.server_name());
    conversation.session.secured(channel);
    conversation.hold(&mut stream).await;
}

/// Answers datagrams until the server closes.
pub(crate) async fn pings(socket: UdpSocket, ldap: Ldap, mut closing: watch::Receiver<bool>) {
    // One octet more than is taken, so that what is too long is not taken for something shorter.
    let mut datagram = vec![0; session::Limits::default().datagram + 1];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut datagram) => received,
            () = closed(&mut closing) => return,
        };
        let Ok((n, peer)) = received else {
            // Some systems tell here that an earlier answer met nobody.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        ldap.world.request_passes().await;
        let (mut out, client) = (Vec::new(), version_4(peer.ip()));
        let asked = &datagram[..n];
        ldap.world.read(|world| {
            if is_up(world, ldap.dc) {
                session::cldap(asked, ldap.dc, client, world.forest(), world.cx(), &mut out);
            }
        });
        if !out.is_empty() {
            // Nobody waits for certain: a client asks again.
            let _ = tokio::time::timeout(ldap.limits.write, socket.send_to(&out, peer)).await;
        }
    }
}

/// What challenges of one connection are made from.
fn nonce() -> Option<u64> {
    let mut octets = [0; 8];
    ring::default_provider().secure_random.fill(&mut octets).ok()?;
    Some(u64::from_le_bytes(octets))
}

/// Sites are made of subnets of version 4.
fn version_4(ip: IpAddr) -> Ipv4Addr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip,
        IpAddr::V6(ip) if ip.is_loopback() => Ipv4Addr::LOCALHOST,
        IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
    }
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// For good.
    Closed,
    /// TLS begins.
    StartTls,
}

struct Conversation {
    ldap: Ldap,
    session: Session,
    /// The life of the world in which the connection was made.
    life: u64,
    /// Whether a request has come.
    heard: bool,
    closing: watch::Receiver<bool>,
}

impl Conversation {
    /// Answers requests until there are no more, or TLS is to begin.
    async fn hold<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> End {
        let (mut input, mut out) = (vec![0; 16 << 10], Vec::new());
        loop {
            let end = self.answer(stream, &mut out).await;
            if send(stream, &mut out).await.is_err() {
                return End::Closed;
            }
            match end {
                Some(End::StartTls) => return End::StartTls,
                Some(End::Closed) => break,
                None => {}
            }
            let limits = &self.ldap.limits;
            let patience = if self.heard { limits.ldap_idle } else { limits.ldap_first };
            let read = tokio::select! {
                read = tokio::time::timeout(patience, stream.read(&mut input)) => read,
                () = closed(&mut self.closing) => {
                    self.session.notice(code::UNAVAILABLE, &mut out);
                    break;
                }
            };
            match read {
                Ok(Ok(0) | Err(_)) => return End::Closed,
                Ok(Ok(n)) => self.session.feed(&input[..n]),
                Err(_) => {
                    self.session.notice(code::TIME_LIMIT_EXCEEDED, &mut out);
                    break;
                }
            }
        }
        // Whether the client still listens is its affair.
        if send(stream, &mut out).await.is_ok() {
            let _ = stream.shutdown().await;
        }
        End::Closed
    }

    /// Answers what was fed. `None` if the session wants more.
    async fn answer<S: AsyncWrite + Unpin>(&mut self, stream: &mut S, out: &mut Vec<u8>) -> Option<End> {
        loop {
            let request = match self.session.next() {
                Next::More => return None,
                Next::Broken(notice) => {
                    out.extend(notice);
                    return Some(End::Closed);
                }
                Next::Request(request) => request,
            };
            self.heard = true;
            // Nobody waits for an answer to these.
            if !matches!(request.name(), "abandon" | "unbind") {
                self.ldap.world.request_passes().await;
            }
            let end = self.carry_out(&request, out);
            if end.is_some() {
                return end;
            }
            if out.len() >= ENOUGH && send(stream, out).await.is_err() {
                return Some(End::Closed);
            }
            // Whoever sends many requests at once lets others in.
            tokio::task::consume_budget().await;
        }
    }

    fn carry_out(&mut self, request: &session::Request, out: &mut Vec<u8>) -> Option<End> {
        let asked = match request.kind() {
            Kind::Change if !self.ldap.is_up() => return Some(End::Closed),
            Kind::Change => self.session.change(request).map(Box::new),
            Kind::Read => None,
        };
        let change = match asked {
            Some(change) => change,
            None => {
                let (session, before) = (&mut self.session, out.len());
                let dc = self.ldap.dc;
                let after = self.ldap.world.read_in(self.life, |world| match is_up(world, dc) {
                    true => session.read(request, world.forest(), world.cx(), out),
                    false => After::Close,
                });
                match after {
                    Some(After::Continue) => return None,
                    Some(After::Close) => return Some(End::Closed),
                    Some(After::StartTls) if self.session.buffered() == 0 => return Some(End::StartTls),
                    // What was sent in advance may be from somebody else (RFC 4511 4.14.1).
                    Some(After::StartTls) => {
                        out.truncate(before);
                        self.session.notice(code::PROTOCOL_ERROR, out);
                        return Some(End::Closed);
                    }
                    Some(After::Change(change)) => change,
                    None => return self.gone(out),
                }
            }
        };
        let command = Command::Directory(change);
        let done = self.ldap.world.apply_in(self.life, &command);
        match (&command, done) {
            (Command::Directory(change), Some(Ok(Reply::Directory(outcome)))) => {
                self.session.answer_change(change, &outcome, out);
                None
            }
            _ => self.gone(out),
        }
    }

    /// The world was reset, or cannot go on: who has signed in, and what was read, belong to another one.
    fn gone(&mut self, out: &mut Vec<u8>) -> Option<End> {
        self.session.notice(code::UNAVAILABLE, out);
        Some(End::Closed)
    }

    async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: S) -> Option<TlsStream<S>> {
        let shaken = tokio::time::timeout(self.ldap.limits.handshake, self.ldap.acceptor.accept(stream));
        tokio::select! {
            shaken = shaken => shaken.ok()?.ok(),
            () = closed(&mut self.closing) => None,
        }
    }
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, out: &mut Vec<u8>) -> std::io::Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    stream.write_all(out).await?;
    out.clear();
    out.shrink_to(ENOUGH);
    stream.flush().await
}

//! One LDAP connection to one controller, as a value: octets in, octets out. No socket, no clock, no entropy.
//!
//! The shell feeds what it receives, takes requests, and hands each to [`Session::read`] with the forest, or, where
//! [`Request::kind`] says so, makes a [`Change`] of it, which the world carries out ([`crate::Forest::carry_out`]) and the session
//! answers. A failed bind is found out by reading and becomes a change then, for it is counted.
//!
//! - *Octets* are the business of `wire`: framing with limits, decoding with `ldap3_proto` after work on the raw tree, answers
//!   written straight into the output.
//! - *Nothing is kept* for a search between its pages: cookies carry the position and what they belong to.
//! - *Signing and sealing* after NTLM happen here; TLS is the shell's, which says when it is there.

mod answers;
mod bind;
mod change;
mod cldap;
mod controls;
mod dirsync;
mod layer;
mod listing;
mod ntlm;
mod root_dse;
mod sasl;
mod search;
mod spnego;
#[cfg(test)]
mod tests;
mod wire;

pub use change::{Change, ChangeDone, ChangeOp};
pub use cldap::{cldap, locator_flags};

use crate::shown::Known;
use crate::{Controller, Entry, Principal};
use controls::Controls;
use layer::Layer;
use sim_core::Id;
use std::fmt;
use std::net::Ipv4Addr;
use wire::{Answer, Decoded, Frame, Op};

/// The other end of a connection, as the shell knows it.
#[derive(Clone)]
pub struct Peer {
    /// Whether the connection is within TLS.
    pub secure: bool,
    /// The client's address.
    pub address: Ipv4Addr,
    /// Random, one for each connection: what challenges are made from.
    pub nonce: u64,
    /// The hash of the server's certificate (`tls-server-end-point`, RFC 5929), where channel binding may be asked for.
    pub channel: Option<Vec<u8>>,
    /// The account that the client's certificate stands for, where there was one: what EXTERNAL binds as.
    pub certificate: Option<String>,
}

impl Peer {
    /// A client without TLS.
    pub fn new(address: Ipv4Addr, nonce: u64) -> Self {
        Self { secure: false, address, nonce, channel: None, certificate: None }
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.address, if self.secure { " (TLS)" } else { "" })
    }
}

/// Bounds on what a client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest message of somebody who has signed in, in octets (MS-ADTS 3.1.1.3.4.6: MaxReceiveBuffer).
    pub message: usize,
    /// The longest message before that (our choice).
    pub message_before_bind: usize,
    /// The deepest nesting of a message.
    pub depth: usize,
    /// The longest datagram (MaxDatagramRecv is 4096).
    pub datagram: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message: 10_485_760, message_before_bind: 262_144, depth: 64, datagram: 4096 }
    }
}

/// What to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Session::read`] answers it.
    Read,
    /// [`Session::change`] makes a change of it.
    Change,
}

/// A request of the client.
#[derive(Debug, Clone)]
pub struct Request {
    id: i32,
    answer: u8,
    /// What is asked for with its controls, or why that cannot be.
    body: Result<(Op, Controls), Answer>,
}

impl Request {
    /// The number of the message.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// Whether it changes something, if it succeeds.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Ok((Op::Add(_) | Op::Modify(_) | Op::Delete(_) | Op::Rename(_), _)) => Kind::Change,
            _ => Kind::Read,
        }
    }

    /// A word for logs.
    pub fn name(&self) -> &'static str {
        match &self.body {
            Err(_) => "malformed",
            Ok((op, _)) => match op {
                Op::Bind { .. } => "bind",
                Op::Unbind => "unbind",
                Op::Search(_) => "search",
                Op::Modify(_) | Op::Increment => "modify",
                Op::Add(_) => "add",
                Op::Delete(_) => "delete",
                Op::Rename(_) => "modify dn",
                Op::Compare { .. } => "compare",
                Op::Abandon => "abandon",
                Op::Extended { .. } => "extended",
            },
        }
    }
}

/// What a session has for the shell.
#[derive(Debug)]
pub enum Next {
    /// Nothing before more octets are fed.
    More,
    /// A request.
    Request(Box<Request>),
    /// These octets are sent, then the connection is closed.
    Broken(Vec<u8>),
}

/// What comes after a request was read.
#[derive(Debug)]
pub enum After {
    /// The next request.
    Continue,
    /// The answer is sent, then TLS begins; [`Session::secured`] is told.
    StartTls,
    /// The answer is sent, then the connection is closed.
    Close,
    /// The world carries this out, then [`Session::answer_change`] writes the answer.
    Change(Box<Change>),
}

/// Somebody who will have signed in once the world has counted that.
struct Signing {
    message: i32,
    who: Principal,
    credentials: Option<sasl::Reply>,
    layer: Option<Layer>,
}

/// One connection to one controller.
pub struct Session {
    dc: Id<Controller>,
    peer: Peer,
    limits: Limits,
    /// As received, from `taken` on; frames of the layer where there is one.
    received: Vec<u8>,
    taken: usize,
    /// Out of the layer, from `opened_taken` on.
    opened: Vec<u8>,
    opened_taken: usize,
    broken: bool,
    who: Principal,
    fast: bool,
    known: Known,
    layer: Option<Layer>,
    coming: Option<Layer>,
    handshake: Option<sasl::Handshake>,
    signing: Option<Signing>,
    challenges: u64,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Session");
        f.field("dc", &self.dc).field("peer", &self.peer).field("who", &self.who.sid).field("layer", &self.layer);
        f.finish_non_exhaustive()
    }
}

impl Session {
    /// A new connection, of nobody yet.
    pub fn new(dc: Id<Controller>, peer: Peer, limits: Limits) -> Self {
        Self {
            dc,
            peer,
            limits,
            received: Vec::new(),
            taken: 0,
            opened: Vec::new(),
            opened_taken: 0,
            broken: false,
            who: Principal::anonymous(),
            fast: false,
            known: Known::default(),
            layer: None,
            coming: None,
            handshake: None,
            signing: None,
            challenges: 0,
        }
    }

    /// The controller.
    pub fn controller(&self) -> Id<Controller> {
        self.dc
    }

    /// Who has signed in.
    pub fn principal(&self) -> &Principal {
        &self.who
    }

    /// The account of who has signed in.
    pub fn account(&self) -> Option<Id<Entry>> {
        self.who.entry
    }

    /// How many octets are held.
    pub fn buffered(&self) -> usize {
        self.received.len() - self.taken + self.opened.len() - self.opened_taken
    }

    /// Takes octets from the client. What goes beyond the longest message by more than one read breaks the session: requests
    /// are to be taken until there are none before more is fed.
    pub fn feed(&mut self, octets: &[u8]) {
        if self.taken > 0 {
            self.received.drain(..self.taken);
            self.taken = 0;
        }
        let room = self.longest().saturating_add(64 * 1024).saturating_sub(self.received.len());
        if octets.len() > room {
            self.broken = true;
            return;
        }
        self.received.extend_from_slice(octets);
    }

    /// TLS is there now. What the client sent before that does not count (a plain request put in front would be taken for one
    /// within TLS).
    pub fn secured(&mut self, channel: Option<Vec<u8>>) {
        self.received.clear();
        self.opened.clear();
        (self.taken, self.opened_taken) = (0, 0);
        (self.peer.secure, self.peer.channel) = (true, channel);
    }

    fn longest(&self) -> usize {
        if self.who.is_anonymous() { self.limits.message_before_bind } else { self.limits.message }
    }

    /// The next request. After a broken one there are no more.
    #[allow(clippy::should_implement_trait)] // it does not end: what follows is up to the client
    pub fn next(&mut self) -> Next {
        if self.broken {
            return self.breaks();
        }
        if self.layer.is_some() && !self.open_frames() {
            return self.breaks();
        }
        let (buffer, most) = match self.layer {
            Some(_) => (&self.opened[self.opened_taken..], self.longest()),
            None => (&self.received[self.taken..], self.longest()),
        };
        let n = match wire::frame(buffer, most) {
            Frame::More => {
                self.release();
                return Next::More;
            }
            Frame::Whole(n) => n,
            Frame::TooLong | Frame::Garbage => return self.breaks(),
        };
        let decoded = wire::decode(&buffer[..n], self.limits.depth);
        match self.layer {
            Some(_) => self.opened_taken += n,
            None => self.taken += n,
        }
        match decoded {
            Decoded::Garbage => self.breaks(),
            Decoded::Malformed { id, answer } => {
                Next::Request(Box::new(Request { id, answer, body: Err(Answer::undecodable()) }))
            }
            Decoded::Request { id, op, controls } => {
                let answer = op.answer();
                // Nobody waits for an answer to these.
                let silent = matches!(op, Op::Unbind | Op::Abandon);
                let body = match Controls::read(&controls) {
                    Err(_) if silent => Ok((op, Controls::default())),
                    controls => controls.map(|c| (op, c)),
                };
                Next::Request(Box::new(Request { id, answer, body }))
            }
        }
    }

    /// Gives memory back that only one long message needed.
    fn release(&mut self) {
        if self.taken == self.received.len() {
            self.received.clear();
            self.taken = 0;
            self.received.shrink_to(64 * 1024);
        }
        if self.opened_taken == self.opened.len() {
            self.opened.clear();
            self.opened_taken = 0;
            self.opened.shrink_to(64 * 1024);
        }
    }

    fn breaks(&mut self) -> Next {
        self.broken = true;
        self.received = Vec::new();
        self.opened = Vec::new();
        (self.taken, self.opened_taken) = (0, 0);
        let mut out = Vec::new();
        self.disconnect(&Answer::undecodable(), &mut out);
        Next::Broken(out)
    }

    /// Writes a notice of disconnection: 52 when the controller goes away, 3 or 11 when the client took too long or too much.
    pub fn notice(&mut self, code: u8, out: &mut Vec<u8>) {
        let comment = "The server has closed the connection";
        self.disconnect(&Answer::ldap(code, 0x34, 0x0C06_0433, comment, 0), out);
    }

    fn disconnect(&mut self, answer: &Answer, out: &mut Vec<u8>) {
        let start = out.len();
        wire::notice(out, answer);
        if let Some(layer) = &mut self.layer {
            layer.wrap(out, start);
        }
    }

    /// Opens whole frames of the layer; false if one is not the client's.
    fn open_frames(&mut self) -> bool {
        let most = self.longest() + 16;
        if matches!(wire::frame(&self.opened[self.opened_taken..], most), Frame::Whole(_)) {
            return true;
        }
        self.opened.drain(..self.opened_taken);
        self.opened_taken = 0;
        while let Some((head, rest)) = self.received[self.taken..].split_first_chunk::<4>() {
            let n = u32::from_be_bytes(*head) as usize;
            if n > most || self.opened.len() > most {
                return false;
            }
            if rest.len() < n {
                break;
            }
            let Some(plain) = self.layer.as_mut().and_then(|l| l.open(&rest[..n])) else { return false };
            self.opened.extend_from_slice(&plain);
            self.taken += 4 + n;
            if matches!(wire::frame(&self.opened, most), Frame::Whole(_)) {
                break;
            }
        }
        true
    }

    /// Whether nobody else can read what is sent, so that passwords may be set.
    fn is_encrypted(&self) -> bool {
        self.peer.secure || self.layer.as_ref().is_some_and(Layer::seals)
    }
}

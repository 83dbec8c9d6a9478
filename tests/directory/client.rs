//! A client over real sockets.

use crate::answer::{Got, read};
use crate::ber::{int, next, octs, seq, tlv};
use crate::server::sockets::{Tls, connect, connect_to, tls};
use crate::server::{PATIENCE, Server};
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};

const HOST: &str = "dc01.corp.contoso.com";

enum Stream {
    Plain(TcpStream),
    Tls(Box<Tls>),
}

impl Stream {
    fn both(&mut self) -> &mut dyn ReadWrite {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.as_mut(),
        }
    }
}

trait ReadWrite: Read + Write {}
impl<S: Read + Write> ReadWrite for S {}

pub struct Client {
    stream: Stream,
    id: i64,
}

impl Client {
    /// A connection to `ldap` or `ldaps`.
    pub fn connect(server: &Server, member: &str) -> Self {
        let stream = connect(server, member);
        let stream =
            if member == "ldaps" { Stream::Tls(Box::new(tls(server, stream, HOST))) } else { Stream::Plain(stream) };
        Self { stream, id: 0 }
    }

    /// A connection to a URL, without TLS.
    pub fn to(url: &str) -> Self {
        Self { stream: Stream::Plain(connect_to(url)), id: 0 }
    }

    /// TLS from here on, and what was answered to that.
    pub fn start_tls(mut self, server: &Server) -> (Self, Got) {
        let got = self.request(&seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.1466.20037")]), &[]);
        let Stream::Plain(stream) = self.stream else { panic!("TLS is there already") };
        (Self { stream: Stream::Tls(Box::new(tls(server, stream, HOST))), id: self.id }, got)
    }

    pub fn bind(&mut self, name: &str, password: &[u8]) -> Got {
        self.request(&seq(0x60, &[int(2, 3), octs(name), tlv(0x80, password)]), &[])
    }

    pub fn request(&mut self, op: &[u8], controls: &[Vec<u8>]) -> Got {
        self.id += 1;
        let list = if controls.is_empty() { Vec::new() } else { seq(0xa0, controls) };
        self.exchange(&seq(0x30, &[int(2, self.id), op.to_vec(), list]))
    }

    /// Sends octets, and reads up to a result or the end of the connection.
    pub fn exchange(&mut self, octets: &[u8]) -> Got {
        let stream = self.stream.both();
        let (mut out, mut begun) = (Vec::new(), 0);
        if stream.write_all(octets).and_then(|()| stream.flush()).is_err() {
            return Got { closed: true, ..read(&out, |_, _| ()) };
        }
        let mut part = [0; 16 << 10];
        loop {
            while let Some((_, message, rest)) = next(&out[begun..]) {
                let tag = next(message).and_then(|(_, _, op)| op.first().copied());
                begun = out.len() - rest.len();
                if !matches!(tag, Some(0x64 | 0x73)) {
                    return read(&out, |_, _| ());
                }
            }
            match stream.read(&mut part) {
                Ok(n) if n > 0 => out.extend_from_slice(&part[..n]),
                _ => return Got { closed: true, ..read(&out[..begun], |_, _| ()) },
            }
        }
    }
}

/// A datagram, and the one that answers it.
pub fn ping(url: &str, op: &[u8]) -> Got {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let address = url.split("//").nth(1).expect("a URL");
    socket.send_to(&seq(0x30, &[int(2, 1), op.to_vec()]), address).expect("it is sent");
    let mut datagram = [0; 4096];
    let n = socket.recv(&mut datagram).expect("an answer");
    read(&datagram[..n], |_, _| ())
}

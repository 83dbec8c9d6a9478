//! A closed loop on one thread: every connection keeps a few requests in flight and sends a new one for each answer.

use crate::sides::Side;
use crate::{fleet, wire};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const CONNECTIONS: u32 = 8;
const IN_FLIGHT: u32 = 4;
const PAGE: u32 = 1000;

/// A kind of work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Bind,
    Base,
    Equality,
    Miss,
    Pages,
    Add,
}

/// What came of it.
#[derive(Clone)]
pub struct Figures {
    /// Operations a second; of pages, entries.
    pub rate: f64,
    /// The server's processor time for each of them.
    pub cpu_micros: f64,
}

/// What all connections share.
struct Loop<'s> {
    work: Work,
    side: &'s Side,
    fleet: u32,
    until: Instant,
    drawn: Cell<u64>,
    added: Cell<u32>,
    done: Cell<u64>,
}

/// Does one kind of work for a while. Anything but the right answer ends the run.
pub fn run(work: Work, side: &Side, fleet: u32, round: u32, time: Duration) -> Figures {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let (began, before) = (Instant::now(), side.cpu());
    let added = fleet + 10_000_000 * (round + 1);
    let all = Loop {
        work,
        side,
        fleet,
        until: began + time,
        drawn: Cell::new(u64::from(round) << 32),
        added: Cell::new(added),
        done: Cell::new(0),
    };
    runtime.block_on(async {
        let connections = if work == Work::Pages { 2 } else { CONNECTIONS };
        let all = &all;
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(Box::pin(async move { if work == Work::Pages { all.scan().await } else { all.ask().await } }));
        }
        join(open).await;
    });
    let done = all.done.get().max(1) as f64;
    Figures { rate: done / began.elapsed().as_secs_f64(), cpu_micros: (side.cpu() - before).as_secs_f64() * 1e6 / done }
}

/// Waits for all of them.
async fn join<F: Future<Output = ()> + Unpin>(mut all: Vec<F>) {
    std::future::poll_fn(|cx| {
        all.retain_mut(|f| std::pin::Pin::new(f).poll(cx).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// A connection, and what was read from it.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    taken: usize,
}

impl Connection {
    async fn open(side: &Side) -> Self {
        let stream = TcpStream::connect(side.address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let mut connection = Self { stream, buffer: Vec::new(), taken: 0 };
        connection.send(&wire::message(1, &wire::bind(side.user, side.password), &[])).await;
        connection.answer(|tag, op, _| assert_eq!((tag, op[2]), (0x61, 0), "{} refuses the bind", side.name)).await;
        connection
    }

    async fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.expect("the server reads");
    }

    /// Gives the next answer to `see`, once it is whole.
    async fn answer<T>(&mut self, see: impl FnOnce(u8, &[u8], &[u8]) -> T) -> T {
        loop {
            if let Some((_, message, rest)) = wire::next(&self.buffer[self.taken..]) {
                let (tag, op, controls) = wire::answer(message).expect("an answer");
                self.taken = self.buffer.len() - rest.len();
                return see(tag, op, controls);
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            self.buffer.reserve(64 << 10);
            let n = self.stream.read_buf(&mut self.buffer).await.expect("the server answers");
            assert!(n > 0, "the server has closed the connection");
        }
    }

    /// Whether nothing more can be taken without reading.
    fn is_drained(&self) -> bool {
        wire::next(&self.buffer[self.taken..]).is_none()
    }
}

impl Loop<'_> {
    fn draw(&self) -> u32 {
        self.drawn.set(self.drawn.get() + 1);
        let mut n = self.drawn.get().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        n = (n ^ n >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (((n >> 32) * u64::from(self.fleet)) >> 32) as u32
    }

    fn request(&self) -> Vec<u8> {
        let n = self.draw();
        match self.work {
            Work::Bind => wire::bind(self.side.user, self.side.password),
            Work::Base => wire::search(&fleet::dn(n), 0, &wire::anything()),
            Work::Equality => wire::search(fleet::BASE, 2, &wire::equals("sAMAccountName", &fleet::account(n))),
            Work::Miss => wire::search(fleet::BASE, 2, &wire::equals("sAMAccountName", &format!("NOBODY{n:08}$"))),
            Work::Pages => wire::search(fleet::BASE, 2, &wire::equals("objectClass", "computer")),
            Work::Add => {
                self.added.set(self.added.get() + 1);
                wire::add(self.added.get())
            }
        }
    }

    /// Requests with their answers.
    async fn ask(&self) {
        let mut connection = Connection::open(self.side).await;
        let (mut waiting, mut entries, mut out) = (0, 0, Vec::new());
        // A bind abandons what is outstanding, other binds too.
        let in_flight = if self.work == Work::Bind { 1 } else { IN_FLIGHT };
        // References are no entries, and there are none where nothing is left to look.
        let expected = u32::from(matches!(self.work, Work::Base | Work::Equality));
        loop {
            while waiting < in_flight && Instant::now() < self.until {
                out.extend(wire::message(2, &self.request(), &[]));
                waiting += 1;
            }
            if waiting == 0 {
                return;
            }
            if !out.is_empty() {
                connection.send(&out).await;
                out.clear();
            }
            loop {
                connection
                    .answer(|tag, op, _| match tag {
                        0x64 => entries += 1,
                        0x73 => {}
                        _ => {
                            assert_eq!(op[2], 0, "{} answers {tag:x} with an error", self.side.name);
                            assert_eq!(entries, expected, "{} finds the wrong entries", self.side.name);
                            (entries, waiting) = (0, waiting - 1);
                            self.done.set(self.done.get() + 1);
                        }
                    })
                    .await;
                if waiting == 0 || connection.is_drained() {
                    break;
                }
            }
        }
    }

    /// The whole fleet, page after page.
    async fn scan(&self) {
        let mut connection = Connection::open(self.side).await;
        let mut cookie = Vec::new();
        while Instant::now() < self.until {
            connection.send(&wire::message(2, &self.request(), &wire::page(PAGE, &cookie))).await;
            loop {
                let end = connection.answer(|tag, op, controls| match tag {
                    0x64 => {
                        self.done.set(self.done.get() + 1);
                        None
                    }
                    0x73 => None,
                    _ => {
                        assert_eq!(op[2], 0, "{} answers a page with an error", self.side.name);
                        Some(wire::cookie(controls).expect("a cookie"))
                    }
                });
                if let Some(next) = end.await {
                    cookie = next;
                    break;
                }
            }
        }
    }
}

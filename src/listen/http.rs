//! HTTP over TCP and TLS: one connection, and where its requests go.
//!
//! The host that a client asks for comes first: clients behind the proxy ask for the real services by name. Else the path says
//! which service is meant, so that `http://127.0.0.1:8080/v1.0` is Graph too.

use super::hosts::Service;
use super::{Limits, Patient, closed, graph};
use crate::control;
use crate::host::WorldHandle;
use crate::signin::{self, SignIn};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Body as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use sim_core::{Guid, Key, Purpose};
use sim_graph::graph::{Spender, Throttle, Verdict};
use sim_graph::sign_in::Address;
use sim_world::World;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// What all requests share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    /// The world.
    pub world: WorldHandle,
    /// The bounds of requests.
    pub limits: Limits,
    /// Who may ask.
    pub sign_in: SignIn,
    requests: Arc<AtomicU64>,
    /// What clients have spent, where requests are throttled.
    throttle: Arc<Mutex<Throttle>>,
    began: Instant,
}

impl Shared {
    /// What the requests to a world share.
    pub(crate) fn new(world: WorldHandle, limits: Limits, sign_in: SignIn) -> Self {
        Self { world, limits, sign_in, requests: Arc::default(), throttle: Arc::default(), began: Instant::now() }
    }

    /// The id of the next request. A process gives the same ids in the same order.
    pub(crate) fn request_id(&self) -> Guid {
        const REQUEST: Purpose = Purpose::named("request ids");
        let n = self.requests.fetch_add(1, Ordering::Relaxed);
        self.world.read(|world| world.cx().chance.guid(REQUEST, Key::of("http", ""), n))
    }

    /// What a request to Graph costs, if requests are throttled.
    pub(crate) fn spend(&self, app: Guid, method: &str, target: &str) -> Verdict {
        self.world.read(|world| {
            let tenant = world.tenant();
            if !tenant.knobs.throttling {
                return Verdict::Passed(Vec::new());
            }
            let limits = graph_limits(world);
            let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.throttle.lock().spend(limits, Spender { app, tenant: tenant.id() }, method, target, now)
        })
    }
}

fn graph_limits(world: &World) -> sim_graph::graph::Limits<'_> {
    sim_graph::graph::Limits { knobs: &world.tenant().knobs, users: world.tenant().users().count() }
}

/// The connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connection {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The client.
    pub peer: SocketAddr,
}

/// Everything that is answered over HTTP. Graph comes first: it is asked most, and needs no router of this kind.
#[derive(Debug, Clone)]
pub(crate) struct App {
    shared: Shared,
    others: Router,
}

/// Everything that is answered over HTTP.
pub(crate) fn app(shared: &Shared) -> App {
    let others = Router::new()
        .nest("/_sim", control::router())
        .fallback(by_path)
        .layer(from_fn_with_state(shared.clone(), by_host))
        .with_state(shared.clone());
    App { shared: shared.clone(), others }
}

impl App {
    pub(super) async fn answer(&self, request: Request) -> Response {
        if is_graph(&request) {
            return graph::answer(&self.shared, request).await;
        }
        let answered: Result<Response, Infallible> = self.others.clone().oneshot(request).await;
        answered.unwrap_or_else(|never| match never {})
    }
}

/// Whether a request is for Graph whatever its host: by its path, and no other real service's name.
fn is_graph(request: &Request) -> bool {
    let path = request.uri().path();
    let versioned = ["/v1.0", "/beta"].iter().any(|version| {
        let (start, rest) = path.split_at_checked(version.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(version) && (rest.is_empty() || rest.starts_with('/'))
    });
    let host = authority(request).ok().flatten();
    versioned && host.is_some_and(|host| matches!(Service::of(host.host()), Service::Graph | Service::Unnamed))
}

/// Serves a connection until the client leaves it, or the server closes and the request in flight is answered.
pub(crate) async fn serve<S>(
    stream: S,
    connection: Connection,
    app: App,
    limits: Limits,
    mut closing: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let busy = Arc::new(AtomicBool::new(false));
    let in_flight = busy.clone();
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (app, busy) = (app.clone(), busy.clone());
        async move {
            busy.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(connection);
            let answered = app.answer(request).await;
            busy.store(false, Ordering::Relaxed);
            Ok::<_, Infallible>(answered)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(Patient::new(stream, limits.write)), service);
    let mut served = pin!(served);
    // How a connection ends is the client's affair.
    tokio::select! {
        _ = served.as_mut() => {}
        () = closed(&mut closing) => {
            served.as_mut().graceful_shutdown();
            let patience = if in_flight.load(Ordering::Relaxed) { limits.drain } else { limits.idle_drain };
            let _ = tokio::time::timeout(patience, served).await;
        }
    }
}

async fn by_host(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let Ok(authority) = authority(&request) else {
        return plain(StatusCode::BAD_REQUEST, "bad_host", "the request has no Host, or one that is no host");
    };
    let host = authority.as_ref().map_or("", Authority::host);
    match Service::of(host) {
        Service::Graph => graph::answer(&shared, request).await,
        Service::SignIn => signin::answer(&shared, request).await,
        Service::Unnamed => next.run(request).await,
        Service::Other => {
            plain(StatusCode::NOT_IMPLEMENTED, "not_simulated", &format!("{host} is not simulated in this version"))
        }
    }
}

async fn by_path(State(shared): State<Shared>, request: Request) -> Response {
    let version = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
    if version.eq_ignore_ascii_case("v1.0") || version.eq_ignore_ascii_case("beta") {
        return graph::answer(&shared, request).await;
    }
    if Address::of(request.uri().path()).is_some() {
        return signin::answer(&shared, request).await;
    }
    plain(
        StatusCode::NOT_FOUND,
        "not_found",
        "nothing is here: Graph is at /v1.0 and /beta, sign-in at /{tenant}/oauth2/v2.0/token, the simulator at /_sim/health",
    )
}

/// An error in the control API's form, for what belongs to no service.
fn plain(status: StatusCode, code: &str, message: &str) -> Response {
    control::error(status, code, message).into_response()
}

/// Whom the client asks: the authority of the request's target, or its `Host`. None only before HTTP/1.1.
fn authority(request: &Request) -> Result<Option<Authority>, ()> {
    if let Some(authority) = request.uri().authority() {
        return Ok(Some(authority.clone()));
    }
    match header(request.headers(), &HOST) {
        Some(host) => host.parse().map(Some).map_err(drop),
        None if request.version() < Version::HTTP_11 => Ok(None),
        None => Err(()),
    }
}

/// The beginning of absolute links: scheme, host and port as the client used them. A proxy on this machine may say what it was
/// asked for.
pub(crate) fn root(request: &Request, connection: Connection) -> String {
    const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
    const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-host");
    let forwarded = |name: &HeaderName| {
        let first = |list: &str| list.split(',').next().unwrap_or_default().trim().to_owned();
        header(request.headers(), name).filter(|_| connection.peer.ip().is_loopback()).map(first)
    };
    let scheme = match forwarded(&PROTO).as_deref() {
        Some("https") => "https",
        Some("http") => "http",
        _ => connection.scheme,
    };
    let named = forwarded(&FORWARDED).and_then(|host| host.parse().ok());
    let host: Option<Authority> = named.or_else(|| authority(request).ok().flatten());
    // What stands before an @ is no part of an address.
    let host = host.as_ref().map_or("localhost", |a| a.as_str().rsplit('@').next().unwrap_or_default());
    format!("{scheme}://{host}")
}

/// A header that is there once, as text.
pub(crate) fn header<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Option<&'r str> {
    headers.get(name)?.to_str().ok()
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than what is taken.
    TooLarge,
    /// It did not come in time, or broke off.
    Incomplete,
}

impl BodyError {
    /// The status of the answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

/// Of a body that is too large, so much is read and thrown away: a client that still sends would not hear the answer.
const DISCARDED: usize = 32 << 20;

/// Reads the body of a request, whole.
pub(crate) async fn body(body: Body, limits: Limits) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > (limits.body_bytes + DISCARDED) as u64 {
        return Err(BodyError::TooLarge);
    }
    tokio::time::timeout(limits.body, read(body, limits.body_bytes)).await.unwrap_or(Err(BodyError::Incomplete))
}

async fn read(mut body: Body, most: usize) -> Result<Bytes, BodyError> {
    let (mut whole, mut length) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        // Trailers are nobody's here.
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        length += data.len();
        if length <= most {
            whole.extend_from_slice(&data);
        } else if length > most + DISCARDED {
            break;
        } else {
            whole = Vec::new();
        }
    }
    if length > most { Err(BodyError::TooLarge) } else { Ok(whole.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_repeat_what_the_client_used() {
        let ask = |headers: &[(&str, &str)], peer: &str| {
            let mut request = Request::builder().uri("/v1.0/devices");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).expect("a request");
            let peer = peer.parse().expect("an address");
            root(&request, Connection { scheme: "http", peer })
        };
        let forwarded =
            [("host", "127.0.0.1:80"), ("x-forwarded-host", "graph.microsoft.com, x"), ("x-forwarded-proto", "https")];
        assert_eq!(ask(&[("host", "127.0.0.1:8080")], "127.0.0.1:1"), "http://127.0.0.1:8080");
        assert_eq!(ask(&forwarded, "127.0.0.1:1"), "https://graph.microsoft.com");
        assert_eq!(ask(&forwarded, "10.0.0.1:1"), "http://127.0.0.1:80");
        assert_eq!(ask(&[], "127.0.0.1:1"), "http://localhost");
    }
}

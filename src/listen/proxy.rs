//! The proxy: for tools with built-in addresses. It answers for the real services itself, and goes nowhere else.
//!
//! `CONNECT login.microsoftonline.com:443` is met with TLS and a certificate of the test CA for that name; a request with an absolute
//! address is answered as if it had come to that host. There is no way from here to the internet.

use super::hosts::Service;
use super::http::{self, App, Connection};
use super::{Limits, Patient, closed};
use crate::control;

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// What the proxy answers with.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// Everything that is answered over HTTP.
    pub app: App,
    /// TLS for any name.
    pub acceptor: TlsAcceptor,
    /// The bounds of requests.
    pub limits: Limits,
}

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;

/// Serves a connection: requests with absolute addresses, until one of them asks for a tunnel or the client leaves.
pub(crate) async fn serve<S>(stream: S, peer: SocketAddr, proxy: Proxy, mut closing: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = proxy.limits;
    let asked: Arc<Mutex<Option<OnUpgrade>>> = Arc::default();
    let (app, tunnel) = (proxy.app.clone(), asked.clone());
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (app, tunnel) = (app.clone(), tunnel.clone());
        async move { Ok::<_, Infallible>(answer(request, peer, app, &tunnel).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(Patient::new(stream, limits.write)), service)
        .with_upgrades();
    let mut served = pin!(served);
    tokio::select! {
        // How a connection ends is the client's affair.
        _ = served.as_mut() => {}
        () = closed(&mut closing) => {
            served.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(limits.idle_drain, served).await;
            return;
        }
    }
    let Some(upgrade) = asked.lock().take() else { return };
    let Ok(inside) = upgrade.await else { return };
    let mut inside = BufReader::new(TokioIo::new(inside));
    let first = tokio::select! {
        first = tokio::time::timeout(limits.handshake, inside.fill_buf()) => first,
        () = closed(&mut closing) => return,
    };
    let Ok(Ok([first, ..])) = first else { return };
    // Microsoft's library for Node speaks plain HTTP through its tunnels.
    if *first != HANDSHAKE {
        return http::serve(inside, Connection { scheme: "http", peer }, proxy.app, limits, closing).await;
    }
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(limits.handshake, proxy.acceptor.accept(inside)) => shaken,
        () = closed(&mut closing) => return,
    };
    if let Ok(Ok(inside)) = shaken {
        http::serve(inside, Connection { scheme: "https", peer }, proxy.app, limits, closing).await;
    }
}

async fn answer(
    mut request: Request<hyper::body::Incoming>,
    peer: SocketAddr,
    app: App,
    tunnel: &Mutex<Option<OnUpgrade>>,
) -> Response {
    let Some(authority) = request.uri().authority().cloned() else {
        let message = "this is a proxy: it takes CONNECT and requests with a whole address";
        return refusal(StatusCode::BAD_REQUEST, "not_for_a_proxy", message);
    };
    if Service::of(authority.host()) == Service::Unnamed {
        return elsewhere(&authority);
    }
    if request.method() == Method::CONNECT {
        if !matches!(authority.port_u16(), None | Some(443 | 80)) {
            return elsewhere(&authority);
        }
        *tunnel.lock() = Some(hyper::upgrade::on(&mut request));
        return Response::new(Body::empty());
    }
    if request.uri().scheme_str() != Some("http") {
        return refusal(StatusCode::BAD_REQUEST, "not_for_a_proxy", "what is not plain HTTP goes through CONNECT");
    }
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Connection { scheme: "http", peer });
    app.answer(request).await
}

fn elsewhere(authority: &Authority) -> Response {
    let message = format!(
        "{authority} is none of the services that are simulated, and this proxy does not go to the internet: what has to be reached \
         directly belongs into NO_PROXY"
    );
    refusal(StatusCode::FORBIDDEN, "not_simulated", &message)
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    control::error(status, code, message).into_response()
}

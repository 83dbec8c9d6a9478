//! Microsoft Graph over HTTP: headers in and out. What is answered, `sim_graph` knows.

use super::http::{BodyError, Connection, Shared, body, header, root};
use super::shape;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderName, STRICT_TRANSPORT_SECURITY, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, Method as HttpMethod, StatusCode, Uri};
use axum::response::Response;
use serde_json::json;
use sim_graph::graph::{self, Caller, Ids, Method, Preferences, Principal, Reply, Strictness, Verdict};
use sim_graph::odata::Version;
use sim_world::World;
use sim_world::command::{Command, Reply as Answered};
use std::sync::Arc;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");
const DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");

/// Where the service says that it answers from. The values are ours.
const SERVER_INFO: &str = r#"{"ServerInfo":{"DataCenter":"North Europe","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"DB3PEPF00000000"}}"#;

/// Answers a request to Graph.
pub(crate) async fn answer(shared: &Shared, request: Request) -> Response {
    if let Some(refusal) = shape::refused(&request) {
        return refusal;
    }
    let (asked, request_id) = (header(request.headers(), &CLIENT_REQUEST_ID), shared.request_id());
    let ids = Ids { request: request_id, client_request: asked.and_then(|id| id.parse().ok()).unwrap_or(request_id) };
    // What a client sent comes back as it is, a GUID or not.
    let client_request_id = request.headers().get(CLIENT_REQUEST_ID).cloned();
    let reply = match authorize(shared, (request.method(), request.uri(), request.headers()), ids).await {
        Ok(principal) => route(shared, request, ids, &principal).await,
        Err(refusal) => refusal,
    };
    respond(reply, ids, client_request_id)
}

/// Who asks, if they may ask at all; and whether they may ask for this.
async fn authorize(
    shared: &Shared,
    (method, uri, headers): (&HttpMethod, &Uri, &HeaderMap),
    ids: Ids,
) -> Result<Arc<Principal>, Reply> {
    let (tenant, strict, now) = shared.world.read(|world| {
        let tenant = world.tenant();
        (tenant.id(), tenant.policies.strict_sign_in, world.now())
    });
    if is_anonymous(method, uri) {
        return Ok(Arc::new(Principal::ANYBODY));
    }
    let principal = shared.sign_in.bearer(headers, tenant, strict).await.map_err(|refusal| {
        let code = "InvalidAuthenticationToken";
        let mut reply = error(shared, StatusCode::UNAUTHORIZED, code, &refusal.to_string(), ids);
        reply.headers.push((WWW_AUTHENTICATE.as_str(), CHALLENGE.to_owned()));
        reply
    })?;
    principal.permits(method.as_str(), target(uri)).map_err(|refusal| refusal.reply(ids, now))?;
    Ok(principal)
}

/// What stands in the answer to a request without a good token.
const CHALLENGE: &str = r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#;

/// The schema is for everybody to read.
fn is_anonymous(method: &HttpMethod, uri: &Uri) -> bool {
    let mut segments = uri.path().split('/').filter(|segment| !segment.is_empty());
    let schema = segments.nth(1).is_some_and(|segment| segment.replace("%24", "$").eq_ignore_ascii_case("$metadata"));
    schema && segments.next().is_none() && method == HttpMethod::GET
}

async fn route(shared: &Shared, request: Request, ids: Ids, principal: &Principal) -> Reply {
    shared.world.request_passes().await;
    let root = graph_root(&request);
    let exchange = Exchange { shared, principal, root: &root, ids };
    if request.method() == HttpMethod::GET {
        let target = target(request.uri());
        return exchange.throttled("GET", target, |exchange| exchange.read(target, request.headers()));
    }
    let (method, target) = (request.method().as_str().to_owned(), target(request.uri()).to_owned());
    let (parts, unread) = request.into_parts();
    let body = match body(unread, shared.limits).await {
        Ok(body) => body.to_vec(),
        Err(BodyError::TooLarge) => {
            let message = "The size of the request body exceeds the maximum allowed.";
            return error(shared, StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", message, ids);
        }
        Err(BodyError::Incomplete) => {
            let message = "The request body did not arrive.";
            return error(shared, StatusCode::REQUEST_TIMEOUT, "RequestTimeout", message, ids);
        }
    };
    match batch_version(&target).filter(|_| method == "POST") {
        Some(version) => {
            let now = shared.world.read(World::now);
            graph::batch(version, &body, ids, now, &mut |item: &graph::BatchItem| exchange.in_batch(item))
        }
        None => exchange
            .throttled(&method, &target, |exchange| exchange.write(&method, target.clone(), &parts.headers, body)),
    }
}

/// The version of a target that is a batch.
fn batch_version(target: &str) -> Option<Version> {
    let path = target.split('?').next().unwrap_or_default().trim_matches('/');
    let (version, name) = path.split_once('/')?;
    let is = |known: &Version| known.name().eq_ignore_ascii_case(version);
    [Version::V1, Version::Beta].into_iter().find(is).filter(|_| name.eq_ignore_ascii_case("$batch"))
}

/// A request on its way to the world, by itself or within a batch.
#[derive(Clone, Copy)]
struct Exchange<'a> {
    shared: &'a Shared,
    principal: &'a Principal,
    root: &'a str,
    ids: Ids,
}

impl Exchange<'_> {
    /// Carries out one request of a batch, as whoever sent the batch.
    fn in_batch(self, item: &graph::BatchItem) -> Reply {
        let mut headers = HeaderMap::new();
        for (name, value) in &item.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        let request = self.shared.request_id();
        let asked = header(&headers, &CLIENT_REQUEST_ID).and_then(|id| id.parse().ok());
        let ids = Ids { request, client_request: asked.unwrap_or(request) };
        if let Err(refusal) = self.principal.permits(&item.method, &item.target) {
            return refusal.reply(ids, self.shared.world.read(World::now));
        }
        let one = Self { ids, ..self };
        if item.method == "GET" {
            return one.throttled("GET", &item.target, |one| one.read(&item.target, &headers));
        }
        if batch_version(&item.target).is_some() {
            let message = "Batch requests cannot be nested.";
            return error(self.shared, StatusCode::BAD_REQUEST, "BadRequest", message, ids);
        }
        one.throttled(&item.method, &item.target, |one| {
            one.write(&item.method, item.target.clone(), &headers, item.body.clone())
        })
    }

    /// Answers, unless whoever asks has asked too much.
    fn throttled(self, method: &str, target: &str, answer: impl FnOnce(Self) -> Reply) -> Reply {
        match self.shared.spend(self.principal.app, method, target) {
            Verdict::Passed(headers) => {
                let mut reply = answer(self);
                reply.headers.extend(headers);
                reply
            }
            Verdict::Throttled(refusal) => refusal.reply(self.ids, self.shared.world.read(World::now)),
        }
    }

    fn read(self, target: &str, headers: &HeaderMap) -> Reply {
        let eventual = header(headers, &CONSISTENCY_LEVEL).is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
        let (preferences, strictness) = (preferences(headers), Strictness::Wire { eventual });
        let Self { principal, root, ids, .. } = self;
        let caller = Caller { root, strictness, ids, principal, preferences };
        self.shared.world.read(|world| world.graph(target, &caller))
    }

    /// A request that may change something: a command to the world.
    fn write(self, method: &str, target: String, headers: &HeaderMap, body: Vec<u8>) -> Reply {
        let Self { shared, ids, .. } = self;
        let Some(method) = Method::of(method) else {
            let message = "Specified HTTP method is not allowed for the request target.";
            return error(shared, StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message, ids);
        };
        let content_type = header(headers, &CONTENT_TYPE).unwrap_or_default().to_owned();
        let (root, principal) = (self.root.to_owned(), self.principal.clone());
        let request = graph::Request { method, target, root, content_type, body, principal, ids };
        match shared.world.apply_in(shared.world.life(), &Command::Graph(Box::new(request))) {
            Some(Ok(Answered::Graph(reply))) => reply,
            done => {
                let message = match done {
                    Some(Err(why)) => why.to_string(),
                    _ => "The world was reset.".to_owned(),
                };
                error(shared, StatusCode::SERVICE_UNAVAILABLE, "serviceNotAvailable", &message, ids)
            }
        }
    }
}

fn graph_root(request: &Request) -> String {
    let connection = request.extensions().get::<Connection>().copied();
    connection.map_or_else(|| sim_graph::graph::ROOT.to_owned(), |connection| root(request, connection))
}

fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |target| target.as_str())
}

/// What the client wishes of the form of the answer.
fn preferences(headers: &HeaderMap) -> Preferences {
    let mut preferences = Preferences::default();
    headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok()).for_each(|value| preferences.prefer(value));
    if let Some(accept) = header(headers, &ACCEPT) {
        preferences.accept(accept);
    }
    preferences
}

/// An error of the gateway, in Graph's form.
fn error(shared: &Shared, status: StatusCode, code: &str, message: &str, ids: Ids) -> Reply {
    let date = shared.world.read(World::now).to_string();
    // This date has no zone, and whole seconds.
    let date = date.get(..19).unwrap_or(&date);
    let (request, client) = (ids.request.to_string(), ids.client_request.to_string());
    let inner = json!({ "date": date, "request-id": request, "client-request-id": client });
    let body = json!({ "error": { "code": code, "message": message, "innerError": inner } }).to_string();
    Reply { status: status.as_u16(), content_type: "application/json", body, headers: Vec::new() }
}

fn respond(reply: Reply, ids: Ids, client_request_id: Option<HeaderValue>) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let id = |id: sim_core::Guid| HeaderValue::from_bytes(&id.text()).unwrap_or(HeaderValue::from_static(""));
    let headers = response.headers_mut();
    headers.reserve(16);
    if !reply.content_type.is_empty() && reply.status != 204 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers.insert(REQUEST_ID, id(ids.request));
    headers.insert(CLIENT_REQUEST_ID, client_request_id.unwrap_or_else(|| id(ids.client_request)));
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    headers.insert(DIAGNOSTIC, HeaderValue::from_static(SERVER_INFO));
    response
}

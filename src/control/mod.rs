//! The control API below `/_sim`: for whoever drives the simulator, not for the clients that are tested with it.
//!
//! JSON in and out. An error is `{"error": {"code", "message"}}`, and its message names the member or parameter that is wrong.

mod clock;
mod explain;
mod members;
mod odj;
mod watch;

use crate::host::AdvanceError;
use crate::listen::http::{BodyError, Shared, body, header};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use members::Members;
use serde_json::{Value, json};
use sim_world::World;
use sim_world::report::ShowError;

/// The routes, to be put below `/_sim`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/health", get(health))
        .route("/clock", get(clock::show).put(clock::set))
        .route("/clock/advance", post(clock::advance))
        .route("/reset", post(reset))
        .route("/trace", get(watch::trace))
        .route("/devices/{name}", get(watch::device))
        .route("/explain", get(explain::explain))
        .route("/odj/{name}", get(odj::blob))
        .route("/servers/{name}/log", get(watch::server_log))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .layer(from_fn(same_origin))
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ControlError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

/// An error with its code for machines and its message for people.
pub(crate) fn error(status: StatusCode, code: &str, message: &str) -> impl IntoResponse {
    answer(status, &json!({ "error": { "code": code, "message": message } }))
}

fn answer(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(format!("{value}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

type Answer = Result<Response, ControlError>;

fn ok(value: &Value) -> Answer {
    Ok(answer(StatusCode::OK, value))
}

impl ControlError {
    fn new(status: StatusCode, code: &'static str, message: impl ToString) -> Self {
        Self { status, code, message: message.to_string() }
    }

    /// What was sent is wrong.
    fn bad(message: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        error(self.status, self.code, &self.message).into_response()
    }
}

impl From<BodyError> for ControlError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large"),
            BodyError::Incomplete => {
                Self::new(StatusCode::REQUEST_TIMEOUT, "incomplete", "the body did not arrive in time")
            }
        }
    }
}

impl From<AdvanceError> for ControlError {
    fn from(error: AdvanceError) -> Self {
        let (status, code) = match error {
            AdvanceError::Backward { .. } => (StatusCode::BAD_REQUEST, "backward"),
            AdvanceError::TooFar { .. } => (StatusCode::BAD_REQUEST, "too_far"),
            AdvanceError::Broken(_) => (StatusCode::CONFLICT, "broken"),
            AdvanceError::Interrupted { .. } => (StatusCode::CONFLICT, "interrupted"),
            AdvanceError::NotSettled { .. } => (StatusCode::CONFLICT, "not_settled"),
            AdvanceError::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        Self::new(status, code, error)
    }
}

impl From<ShowError> for ControlError {
    fn from(error: ShowError) -> Self {
        match error {
            ShowError::Unknown { .. } => Self::new(StatusCode::NOT_FOUND, "not_found", error),
            ShowError::Meaningless { .. } => Self::new(StatusCode::BAD_REQUEST, "bad_request", error),
            ShowError::Ambiguous { .. } => Self::new(StatusCode::CONFLICT, "ambiguous", error),
        }
    }
}

/// The members of a JSON object in the body.
async fn object(shared: &Shared, request: Request) -> Result<Members, ControlError> {
    let bytes = body(request.into_body(), shared.limits).await?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(members)) => Ok(Members::new(members)),
        Ok(_) => Err(ControlError::bad("the body is JSON, but no object")),
        Err(why) => Err(ControlError::bad(format!("the body is no JSON: {why}"))),
    }
}

async fn health(State(shared): State<Shared>) -> Answer {
    if let Some(why) = shared.world.broken() {
        return Err(ControlError::new(StatusCode::SERVICE_UNAVAILABLE, "broken", why));
    }
    let (now, seed) = shared.world.read(|world| (world.now(), world.cx().chance.seed()));
    ok(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": shared.world.title(),
        "seed": seed,
        "now": now.to_string(),
    }))
}

async fn reset(State(shared): State<Shared>, request: Request) -> Answer {
    let bytes = body(request.into_body(), shared.limits).await?;
    if !bytes.trim_ascii().is_empty() {
        let members = match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => members,
            _ => return Err(ControlError::bad("the body is neither empty nor a JSON object")),
        };
        Members::new(members).none_left()?;
    }
    let status = shared.world.reset().await?;
    ok(&clock::status_json(&status))
}

async fn nowhere(request: Request) -> ControlError {
    let path = request.uri().path();
    ControlError::new(StatusCode::NOT_FOUND, "not_found", format!("the control API has no `{path}`"))
}

async fn not_so(request: Request) -> ControlError {
    let (method, path) = (request.method(), request.uri().path());
    let message = format!("`{path}` of the control API does not take {method}");
    ControlError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}

/// Turns requests of other web pages away: a page in somebody's browser must not be able to reset their world.
async fn same_origin(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Some(origin) = headers.get(ORIGIN) {
        let own = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
        if own.is_none() || own != header(headers, &HOST) {
            let message = "a page of another origin cannot use the control API";
            return error(StatusCode::FORBIDDEN, "foreign_origin", message).into_response();
        }
    }
    next.run(request).await
}

/// The present, as every answer says it.
fn now(world: &World) -> Value {
    world.now().to_string().into()
}

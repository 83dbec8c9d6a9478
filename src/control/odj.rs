//! `GET odj/{name}`: the offline domain join blob of a device, or of a request such as `request:3`: the file that djoin writes, or
//! with `?format=binary` the octets in it.

use super::watch::{Name, name_of};
use super::{Answer, ControlError};
use crate::listen::http::Shared;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use sim_world::report;

pub(super) async fn blob(State(shared): State<Shared>, name: Name, request: Request) -> Answer {
    let name = name_of(name)?;
    let binary = match request.uri().query() {
        None | Some("" | "format=djoin") => false,
        Some("format=binary") => true,
        Some(_) => return Err(ControlError::bad("the query is `format=djoin` or `format=binary`")),
    };
    let package = shared.world.read(|world| report::odj_package(world, &name))?;
    let package = package.ok_or_else(|| {
        let message = format!("no connector has made an offline domain join blob for `{name}`");
        ControlError::new(StatusCode::NOT_FOUND, "no_blob", message)
    })?;
    let octets = if binary { package.encode() } else { package.djoin_file() };
    let mut response = Response::new(Body::from(octets));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
